/*
 * Temporary files of a run, for what a library opens only by a path. They lie in the private
 * folder of source/scratch.h and never below the root of an input: a $TMPDIR that does is
 * refused, as an output there is. That there is no place for one is the diagnostic no-scratch
 * at what could not be read because of it; everything else is still read.
 */
#ifndef CORE_TEMPORARY_H
#define CORE_TEMPORARY_H

#include "core/reading.h"

struct temporary {
	int fd;
	char *path;
};

/* NULL: told, at `where`, or the world's status tells. */
struct scratch *temporary_folder(struct reading *reading, const struct whereabouts *where);
/* A new empty file; false as above. */
MUST_CHECK bool temporary_open(
	struct reading *reading, const struct whereabouts *where, struct temporary *ret_file);
/* All of the bytes; false when the disk has no room for them, which is told. */
MUST_CHECK bool temporary_write(struct reading *reading, const struct whereabouts *where,
	const struct temporary *file, struct slice bytes);
void temporary_close(struct temporary *file); /* the file stays */
/* Tells what errno says of the folder. */
void temporary_failed(struct reading *reading, const struct whereabouts *where);

#endif
