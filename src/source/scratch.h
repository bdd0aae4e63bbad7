/*
 * A private folder for what must be a file: what a WIM or an archive holds and a library
 * reads only by path. It is made in $TMPDIR (/tmp without one) when the first file is wanted,
 * is the user's alone (0700), and has one more level at most: folders in it, files in those.
 * Every name in it is a number of ours, never a name from evidence.
 *
 * Whatever happens nothing stays behind: scratch_free removes it all, and a program that
 * is ended by a signal calls scratch_remove_now first (src/main.c does).
 *
 * Several threads may ask one scratch for names at the same time.
 */
#ifndef SOURCE_SCRATCH_H
#define SOURCE_SCRATCH_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

struct scratch;

/* So many with a folder at the same time; one more ends with ST_LIMIT. */
#define MAX_SCRATCHES 8

/* Where the folders are made, as a real path; a $TMPDIR that is not there is not replaced: who
 * set it wants evidence nowhere else. ST_IO with errno, ST_NOMEM. The caller frees *ret_path. */
MUST_CHECK enum status scratch_parent(char **ret_path);

/* No folder is made yet. ST_NOMEM. */
MUST_CHECK enum status scratch_new(struct scratch **ret_scratch);
/* Removes the folder with all in it. NULL is fine. */
void scratch_free(struct scratch *scratch);

/* The folder, absolute, made when it is not there yet; valid until scratch_free. ST_IO
 * with errno, ST_LIMIT. */
MUST_CHECK enum status scratch_folder(struct scratch *scratch, const char **ret_path);

/* A new folder in it, 0700. The caller frees *ret_path. */
MUST_CHECK enum status scratch_folder_new(struct scratch *scratch, char **ret_path);

/*
 * The same for at most `bytes` of small files, many of which cost much on a disk: in memory
 * (/dev/shm) when $TMPDIR is not set and twice as much is free there, else as above.
 */
MUST_CHECK enum status scratch_memory_new(struct scratch *scratch, uint64_t bytes, char **ret_path);

/* A new empty file in it, 0600, open for reading and writing. The caller closes *ret_fd
 * and frees *ret_path. */
MUST_CHECK enum status scratch_file_new(struct scratch *scratch, int *ret_fd, char **ret_path);

/* Writes all of the bytes to such a file. ST_IO with errno. */
MUST_CHECK enum status scratch_fill(int fd, struct slice bytes);

/*
 * Removes every folder of every scratch at once. Async-signal-safe: for signal handlers
 * that end the program. Afterwards each use of a scratch but scratch_free ends with ST_IO.
 */
void scratch_remove_now(void);

#endif
