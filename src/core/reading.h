/*
 * Reading the inputs: what a file is decides who reads it. Documents are parsed and folded
 * at once; logs wait until all documents were read, since what an image is must be known
 * before its logs speak; containers give up the files in them, one container inside the
 * other down to MAX_CONTAINERS.
 */
#ifndef CORE_READING_H
#define CORE_READING_H

#include "base/buf.h"
#include "core/budget.h"
#include "core/inputs.h"
#include "core/recognise.h"
#include "core/scopes.h"
#include "core/world.h"
#include "parsers/parser.h"
#include "source/scratch.h"
#include "source/stream.h"

#define MAX_CONTAINERS 6

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

/* Reads one input: its documents are folded, its logs wait in reading->logs. What is wrong
 * with it is a diagnostic; the world's status tells of memory and limits. */
void read_input(struct reading *reading, uint32_t input);

/* A file of whatever kind, at any depth. One content may stand in several places: indexes of
 * a WIM share it. It is read once; what it says holds for each of them. False: nobody knows
 * what it is. */
bool read_file(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count);

/* What the pieces share */

/* Opens for reading, without following links below a root. What lies inside an input is not
 * hashed: a WIM has hashes of its own, and no row of the report is of it alone. */
MUST_CHECK enum status file_open(
	const struct file_ref *ref, bool is_member, struct stream **ret_stream);
/* Of a stream that did not end well: ST_LIMIT, ST_IO, damage. */
enum diagnostic_code stream_diagnostic(enum status status);
bool is_container(const struct recognised *what);
/* Whether a container that lies in another one is taken out and opened; it is counted. False:
 * it is not, and that is told. */
MUST_CHECK bool may_nest(struct reading *reading, const struct whereabouts *where);
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

/* Containers. Of a WIM that stands in several places the first names the images: they are the
 * same. An archive is read for each of its places: its logs are of the images around them. */
void read_wim(struct reading *reading, const struct file_ref *ref, struct stream *stream,
	const struct whereabouts *where);
/* The XML of a WIM, saved as a file: images and no rows. */
void read_wim_xml(struct reading *reading, struct stream *stream, const struct whereabouts *where);
void read_archive(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count);
void read_tree(struct reading *reading, uint32_t input);
void read_manifests(struct reading *reading, uint32_t input);

#endif
