/*
 * Updates: packages of an image put together as what an administrator approves, with
 * KB, UpdateID and title.
 */
#ifndef CORE_UPDATES_H
#define CORE_UPDATES_H

#include "core/world.h"

struct update {
	struct image *image;
	uint32_t kb;      /* 0: none */
	text_id identity; /* of an update without KB */
	struct slice identity_text;
	bool is_update;                  /* not merely a package shown on request */
	struct list packages;            /* struct package, by identity */
	uint32_t ci;                     /* CI_ID, from ConfigMgr's own log; 0: none */
	const struct proof *ci_proof;    /* of `ci`; NULL */
	struct site_update *site;        /* what ConfigMgr's log says of it (site.h); NULL */
	const struct map_update *mapped; /* the row of --updates that is of it; NULL */
	int32_t update_id;
	enum id_from id_from;
	bool id_is_ambiguous; /* several CI_IDs of the map fit: the KB number was kept */
	struct slice title;
	const struct proof *title_proof; /* NULL: the title is made up */
};

/* Resolves KBs and titles over all inputs: world->kbs, package->kb. */
void updates_resolve(struct world *world);
/* An update that one index of a file has is asked of the others too, where the registry can
 * answer. After updates_resolve. */
void updates_spread(struct world *world);
/* Groups the packages that are not shadowed; a list of struct update. Sets package->update
 * of every member too. */
void updates_make(struct world *world, struct list *ret_updates);
void updates_release(struct list *updates);

#endif
