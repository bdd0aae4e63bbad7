/*
 * Files found inside a container, before they are read: named, put in order, hives put
 * together with their logs, equal contents with each other.
 */
#ifndef CORE_FOUND_H
#define CORE_FOUND_H

#include "core/places.h"
#include "core/reading.h"
#include "source/walk.h"

struct found {
	uint32_t index;        /* of the image in a WIM; 0 */
	struct slice path;     /* inside the container */
	enum place_kind place; /* PLACE_NONE: not a place of an image */
	struct slice root;     /* what stands before its Windows folder */
	enum walk_kind kind;
	uint64_t size;
	bool has_hash;
	uint8_t sha1[SHA1_SIZE];
	const char *file; /* how it is opened: file_ref.path; NULL: it cannot be */
	bool is_changed;  /* its content is not what its hash says */
	struct image *scope;
	struct found *logs[2]; /* of a hive */
	bool is_log_of_hive;
	bool is_read;
};

struct finds {
	struct reading *reading;
	struct list items;               /* struct found, in the world's arena */
	const struct whereabouts *where; /* the container */
};

/* Adds one; its path is copied. NULL when memory is out. */
struct found *found_add(
	struct finds *finds, uint32_t index, const struct walk_file *file, struct slice path);
void finds_release(struct finds *finds);

/* Sorts by index and path, and gives hives their logs. */
void finds_arrange(struct finds *finds);

/*
 * Reads all that is a file: in order, equal contents (same hash, same logs) once. `where` is
 * the container's place; a member's is made of it, `separator` ("/" or ":3/") and its path.
 * What is a link or hides its content is a diagnostic. `root` as in file_ref.
 */
void finds_read(struct finds *finds, const struct whereabouts *where, const char *root);

#endif
