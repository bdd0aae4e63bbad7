/*
 * Walking over the names inside a thing that holds files: a folder, an image of a WIM. The
 * one who asks says which folders are worth entering and takes the files; nothing else is
 * opened. Paths are relative to the root, parted by '/', without one in front, in the letter
 * case of the thing. Order is not defined.
 */
#ifndef SOURCE_WALK_H
#define SOURCE_WALK_H

#include "base/slice.h"

enum walk_kind {
	WALK_FILE,
	WALK_LINK,    /* a symbolic link, junction or mount point: never followed */
	WALK_REPARSE, /* a reparse point that hides content: WOF, dedup, cloud; `tag` tells */
	WALK_SPECIAL, /* device, FIFO, socket */
};

struct walk_file {
	struct slice path; /* valid while the callback runs */
	enum walk_kind kind;
	uint64_t size;
	uint32_t tag;        /* reparse tag; 0 */
	const uint8_t *sha1; /* 20 bytes; NULL when the thing has no hashes */
};

#define SHA1_SIZE 20

struct walk {
	bool (*enter)(void *self, struct slice folder);
	void (*take)(void *self, const struct walk_file *file);
	/* Something could not be entered: a folder that is a link or cannot be opened. */
	void (*trouble)(void *self, struct slice path, struct slice words);
	void *self;
};

/* Deeper than this, or more than so many names in all, and the walk ends with ST_LIMIT. */
#define MAX_WALK_DEPTH 128
#define MAX_WALK_NAMES 10000000u

#endif
