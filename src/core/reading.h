/*
 * A reading of the inputs: what those who read files share. Documents are parsed and folded at
 * once; logs wait until all documents were read, since what an image is must be known before its
 * logs speak.
 */
#ifndef CORE_READING_H
#define CORE_READING_H

#include "base/buf.h"
#include "core/budget.h"
#include "core/inputs.h"
#include "core/scopes.h"
#include "core/world.h"
#include "parsers/parser.h"
#include "source/scratch.h"
#include "source/stream.h"

/* How a file is opened: by its own path, or below a root, where no link is followed. */
struct file_ref {
	const char *root; /* NULL: path alone */
	const char *path;
	bool is_ours; /* of the scratch: nobody else changes it */
};

/* Where a file stands: for its place, and for the image that it belongs to. */
struct whereabouts {
	uint32_t input;
	struct slice inside;           /* what follows the input's path; empty: the input itself */
	struct image *scope;           /* the image that it lies in; NULL: none is known */
	bool in_stream;                /* decompressed out of a container */
	bool was_counted;              /* it came out of a container that counted it (may_nest) */
	bool was_named;                /* a person named it: what nobody reads is told */
	bool is_place;                 /* it stands where an image keeps its records */
	bool is_aside;                 /* no answer depends on what stands there */
	const struct parser *expected; /* of what stands there, by its name; NULL: anything */
	unsigned depth;                /* containers around it */
	const char *logs[2];           /* of a hive: its transaction logs, as file_ref.path; NULL */
};

/* A log that waits. */
struct log_source {
	struct stream *stream; /* open: standard input alone; NULL */
	char *root, *path;     /* file_ref, owned */
	const struct parser *parser;
	uint32_t input, member;
	struct image *scope;
	struct machine *machine;
	struct log_source *older; /* rotated away, read before it as one text; NULL */
	bool is_older;            /* of another */
};

struct reading {
	struct world *world;
	struct inputs inputs;
	struct scratch *scratch; /* made at the first need (temporary.h) */
	bool has_folder;         /* it is where it may be */
	struct list logs;        /* struct log_source */
	struct budget budget;    /* of the input in hand */
	bool prints_facts;       /* facts are printed as they come */
};

void reading_release(struct reading *reading);

/* Opens for reading, without following links below a root. What lies inside an input is not
 * hashed: a WIM has hashes of its own, and no row of the report is of it alone. */
MUST_CHECK enum status file_open(
	const struct file_ref *ref, bool is_member, struct stream **ret_stream);
/* Of a stream that did not end well: ST_LIMIT, ST_IO, damage. */
enum diagnostic_code stream_diagnostic(enum status status);
/* A diagnostic at a file. */
void note_at(struct reading *reading, const struct whereabouts *where, enum diagnostic_code code,
	struct slice words);
/* The number of the member that stands there, added to the report; 0 for the input itself. */
uint32_t member_at(struct reading *reading, const struct whereabouts *where);
/* `where` one component or more further in: "inside" + separator + path. The text lives in
 * the world's arena. */
struct slice inside_of(
	struct reading *reading, struct slice inside, char separator, struct slice path);

/* What stands there, or, with a path, what lies below it. */
struct scope_name scope_name_at(
	struct reading *reading, const struct whereabouts *where, struct slice path);

/* The image of the tree on disk in which a file or folder of an input stands at its Windows path:
 * what stands before that is the root. */
struct image *scope_around(struct reading *reading, uint32_t input, struct slice root);

#endif
