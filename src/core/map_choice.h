/* Which row of --updates is an update's, when its KB or its packages have several. */
#ifndef CORE_MAP_CHOICE_H
#define CORE_MAP_CHOICE_H

#include "core/maps.h"
#include "core/updates.h"

#define MAX_CANDIDATES 64 /* CI_IDs of one KB: one for each product and architecture */

struct map_choice {
	const struct map_update *rows[MAX_CANDIDATES]; /* what is left, by their lines */
	size_t count;
	bool is_more; /* than were looked at: nothing can be told of them */
};

/* Exactly one row: it is the update's. None: the map does not know it. */
void map_choose(struct world *world, const struct update *update, struct map_choice *ret_choice);

#endif
