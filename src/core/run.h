/*
 * The run: open the inputs, find their formats, parse, fold facts into rows, order them.
 * The one way into the core for every command.
 */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include <stdio.h>

#include "base/civil.h"
#include "model/report.h"

/* A value that may be bound to one input: "[INPUT=]VALUE". */
struct bound_option {
	struct slice input; /* empty: for all inputs; else compared with the path as given,
			       its last component, and the path as shown */
	struct slice value;
};

#define MAX_BOUND_OPTIONS 256

struct run_options {
	const char *const *inputs; /* paths as given; "-" is standard input */
	size_t input_count;
	const char *as_format; /* --as: force this parser; NULL: by content */
	struct bound_option package_ids[MAX_BOUND_OPTIONS]; /* --image-package-id */
	size_t package_id_count;
	struct bound_option timezones[MAX_BOUND_OPTIONS]; /* --timezone, already valid */
	size_t timezone_count;
	bool force_timezone; /* --timezone wins over the log's own anchors */
	bool has_index;      /* --index N: the index of images that state none */
	uint32_t index;
	bool all_packages;   /* rows for every top-level package, not for updates alone */
	unsigned jobs;       /* threads that parse; at least 1 */
	FILE *facts;         /* when set: every fact is printed here, one JSON object a line */
	bool unknown_shapes; /* with facts: the shapes of messages that no rule read, instead */
	/* Called now and then with bytes read and bytes known to come (0: not known). */
	void (*progress)(void *self, uint64_t done, uint64_t total);
	void *progress_self;
};

/*
 * ST_OK: *ret_report is whole, its diagnostics tell what was lost. ST_NOMEM, ST_LIMIT:
 * nothing was concluded. Inputs that cannot be opened are diagnostics, not failures.
 * On ST_OK the caller releases the report.
 */
MUST_CHECK enum status run(const struct run_options *options, struct report *ret_report);
void report_release(struct report *report);

/* The readers of this build: name and one line, NULL-terminated by a NULL name. */
struct reader_info {
	const char *name, *what;
};
const struct reader_info *run_readers(void);

#endif
