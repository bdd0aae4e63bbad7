/*
 * Logs of one machine as one sequence: facts of several inputs in the order of their
 * time stamps, each input in its own order. What stands in two copies counts once.
 */
#ifndef CORE_MERGE_H
#define CORE_MERGE_H

#include "core/feed.h"
#include "core/world.h"

typedef void merge_sink(void *self, const struct fact *fact);

/* Feeds must be given in the order that settles ties. */
MUST_CHECK enum status merge_run(
	struct feed **feeds, size_t count, struct world *world, merge_sink *sink, void *self);

#endif
