/*
 * At the end: which source stands for each package of an image, in the order of trust of the
 * row rules, and what its present state is. The states that records give are put where the
 * logs' are (package->now), so that one table judges both.
 *
 * 1 the SOFTWARE hive (what a whole one omits is Absent), 2 Sessions.xml, 3 to 6 logs,
 * 7 listings, then COMPONENTS and the presence of a manifest. Logs come first only when they
 * hold a commit of the image that is later than its last modification.
 */
#ifndef CORE_RECONCILE_H
#define CORE_RECONCILE_H

#include "core/world.h"

/* When images are named and united, and before any verdict. */
void reconcile(struct world *world);

/* Whether documents of the image, and not logs, give the package's state. */
bool stands_by_record(const struct package *package);

#endif
