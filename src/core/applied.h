/* When a package of an image went in. */
#ifndef CORE_APPLIED_H
#define CORE_APPLIED_H

#include "core/world.h"

/* By the best source there is: the log that stands, the hive, the session that put it in, a log,
 * a list; TIME_NONE when none tells. After reconcile(). */
struct moment package_applied(struct world *world, struct package *package);

#endif
