/*
 * Conflicts: one source says Installed and the one that stands that it is out, or the other
 * way round, and neither a later time nor a newer generation, a removal or a failure explains it.
 */
#ifndef CORE_CONFLICTS_H
#define CORE_CONFLICTS_H

#include "core/world.h"

/* When states are settled: sets package->conflict and the proof of the other side. */
void conflicts_find(struct world *world);

#endif
