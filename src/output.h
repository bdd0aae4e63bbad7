/*
 * What the program writes: standard output and the files of -o. The streams remember
 * the cause of the first failed write, which stdio forgets.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

#include "options.h"

struct output {
	FILE *stream;     /* NULL when it is not open */
	const char *name; /* for messages */
	const char *path; /* of the file to replace; NULL: written in place */
	char *temporary;  /* beside `path`, until output_close renames it */
	int fd;
	int error;        /* errno of the first write that failed */
	bool end_on_pipe; /* nobody reads any more: end the program at once */
};

/*
 * Whether the files of -o may be written: none lies in a folder that is read, none is an
 * input or another output, each folder is there. ST_USAGE after a message.
 */
MUST_CHECK enum status outputs_check(const struct settings *settings);

/* ST_IO or ST_NOMEM after a message. An output that failed to open needs no close. */
MUST_CHECK enum status output_standard(struct output *ret_output);
MUST_CHECK enum status output_file(const char *path, struct output *ret_output);

/*
 * Flushes; a file that was written whole takes its name now, else it is removed. ST_IO
 * when a write failed: said on standard error, unless the reader of a pipe went away.
 */
MUST_CHECK enum status output_close(struct output *output);

/* Removes the files that are not whole yet. Async-signal-safe, for the end by a signal. */
void outputs_remove_now(void);

#endif
