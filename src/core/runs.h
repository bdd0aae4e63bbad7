/*
 * Runs: what becomes one row of progress and history. A mount's, a DISM session's, or,
 * in CBS.log alone, an operation's.
 */
#ifndef CORE_RUNS_H
#define CORE_RUNS_H

#include "core/world.h"

/* Begins a run at `start`, or at the fact in hand when that is NULL. */
struct run *run_begin(struct world *world, struct image *image, const struct proof *start);
void run_end(struct world *world, struct run *run, const struct proof *end);
/* Something failed in it: a package (NULL: none), with or without a code. */
void run_fail(struct world *world, struct run *run, struct package *package, bool has_code,
	uint32_t code, const struct proof *proof);
/* The package succeeded later: its failures in this run no longer count. */
void run_mend(struct run *run, const struct package *package);

/* The run of a DISM session: its mount's, else its own, begun now when there is none. */
struct run *host_run(struct world *world, struct host *host);
/* The same with its image, which is known now or unknown for good. */
struct run *host_run_placed(struct world *world, struct host *host);

#endif
