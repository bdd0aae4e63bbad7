/* What a run is asked: the inputs and the options of the command line that the core knows. */
#ifndef CORE_RUN_OPTIONS_H
#define CORE_RUN_OPTIONS_H

#include <stdio.h>

#include "base/slice.h"

/* A value that may be bound to one input: "[INPUT=]VALUE". */
struct bound_option {
	struct slice input; /* empty: for all inputs; else compared with the path as given,
			       its last component, and the path as shown */
	struct slice value;
};

#define MAX_BOUND_OPTIONS 256

struct index_range {
	uint32_t first, last; /* both included */
};

#define MAX_INDEX_RANGES 64

/* --join LOGIMAGE=CONTAINER:N: a mounted image of a log is that index of a file given. */
struct join_option {
	struct slice image;     /* ImagePackageID, or a path of the log: WIM file or directory */
	struct slice container; /* as bound_option.input */
	uint32_t index;
};

#define MAX_JOINS 64

struct run_options {
	const char *const *inputs; /* paths as given; "-" is standard input */
	size_t input_count;
	const char *as_format; /* --as: force this parser; NULL: by content */
	struct bound_option package_ids[MAX_BOUND_OPTIONS]; /* --image-package-id */
	size_t package_id_count;
	struct bound_option timezones[MAX_BOUND_OPTIONS]; /* --timezone, already valid */
	size_t timezone_count;
	bool force_timezone; /* --timezone wins over the log's own anchors */
	struct index_range indexes[MAX_INDEX_RANGES]; /* --index N[,N-M]: none: all */
	size_t index_count;
	bool has_index; /* --index names one alone: the index of images that state none */
	uint32_t index;
	struct join_option joins[MAX_JOINS]; /* --join */
	size_t join_count;
	const char *updates_map; /* --updates: path of a CSV; NULL: none */
	const char *images_map;  /* --images: path of a CSV; NULL: none */
	bool hash_containers;    /* --hash: SHA-256 of WIMs and archives, whole */
	bool all_packages;       /* rows for every top-level package, not for updates alone */
	unsigned jobs;           /* threads that parse; at least 1 */
	FILE *facts;             /* when set: every fact is printed here, one JSON object a line */
	bool unknown_shapes;     /* with facts: the shapes of messages that no rule read, instead */
	/* Called now and then with bytes read and bytes known to come (0: not known). */
	void (*progress)(void *self, uint64_t done, uint64_t total);
	void *progress_self;
};

/* Whether --index chooses it; without --index every index is chosen. */
static inline bool index_is_chosen(const struct run_options *options, uint32_t index)
{
	for (size_t i = 0; i < options->index_count; i++)
		if (index >= options->indexes[i].first && index <= options->indexes[i].last)
			return true;
	return options->index_count == 0;
}

#endif
