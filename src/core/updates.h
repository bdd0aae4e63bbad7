/*
 * Updates: packages of an image put together as what an administrator approves, with
 * KB, UpdateID and title.
 */
#ifndef CORE_UPDATES_H
#define CORE_UPDATES_H

#include "core/world.h"

struct update {
	struct image *image;
	uint32_t kb;          /* 0: none */
	text_id identity;     /* of an update without KB */
	bool is_update;       /* not merely a package shown on request */
	struct list packages; /* struct package, by identity */
	int32_t update_id;
	enum id_from id_from;
	struct slice title;
};

/* Resolves KBs over all inputs and groups; a list of struct update. */
void updates_make(struct world *world, struct list *ret_updates);
void updates_release(struct list *updates);
/* Sets package->update of every member too. */

#endif
