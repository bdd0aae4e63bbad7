/*
 * What a package that is not in builds on: a package named by its manifest counts when it is
 * Installed and its version fits.
 */
#ifndef CORE_PARENTS_H
#define CORE_PARENTS_H

#include "core/world.h"

/* When states are settled: sets parent and parent_named of the records of packages that are out. */
void parents_find(struct world *world);

#endif
