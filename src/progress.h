/*
 * The progress bar: one line of standard error, redrawn in place, gone before anything
 * else is printed. Only on a terminal.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool on, drawn;
	uint64_t drawn_at; /* milliseconds of the monotonic clock */
};

/* Draws nothing when standard error is no terminal or when it is not wanted. */
void progress_init(struct progress *progress, bool wanted);
/* Fits run_options.progress; `self` is the struct progress. */
void progress_update(void *self, uint64_t done, uint64_t total);
void progress_clear(struct progress *progress);

#endif
