/* Times of the site's log beside those of other logs. For the files site_*.c alone. */
#ifndef CORE_SITE_TIME_H
#define CORE_SITE_TIME_H

#include "core/site.h"

#define SITE_LEEWAY 300 /* seconds between the clocks of two logs of one run */

/* Whether two moments can be compared: both are UTC, or both local. */
bool moments_compare(struct moment a, struct moment b);
/* Whether it lies between two lines of the site's log, with some leeway. */
bool site_spans(struct world *world, const struct site_time *first, const struct site_time *last,
	struct moment when);
/* When a proof of another log was written. */
struct moment proof_moment(struct world *world, const struct proof *proof);

#endif
