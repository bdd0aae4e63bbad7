/*
 * Memory of the site's levels: made, found again, used again; and what is kept of an update when
 * its run is over. For the files site_*.c alone.
 */
#ifndef CORE_SITE_STORE_H
#define CORE_SITE_STORE_H

#include "core/site.h"

#define MAX_SITE_PARTS 4096 /* visits of a run, binaries of an update */

/* Each is in the list of its owner. NULL when memory is out, as world->status then says, or when
 * the owner has too many, which is noted. */
struct site_run *site_new_run(struct world *world, struct machine *machine);
struct site_visit *site_new_visit(struct world *world, struct site_run *run);
struct site_index *site_new_index(struct world *world, struct site_visit *visit);
struct site_update *site_new_update(struct world *world, struct site_index *index);
struct site_binary *site_new_binary(struct world *world, struct site_update *update);

/* The update of an index, or a published one of an image, with that CI_ID, else KB, else file;
 * NULL. */
struct site_update *site_find(
	const struct world *world, const void *owner, uint32_t ci, uint32_t kb, text_id file);
/* Gives an update its names, under which it is found from now on. Of several the CI_ID counts,
 * then the KB. */
void site_name_update(
	struct world *world, struct site_update *update, uint32_t ci, uint32_t kb, text_id file);

/*
 * The index is closed and has its image: its updates are what is known of it from now on, in the
 * place of what earlier runs said. An update of which nothing but its name was said changes
 * nothing that is known; one without any name is given up.
 */
void site_publish(struct world *world, struct site_index *index);

/* The thread of the run has another, or its log is at its end: what it was is kept, and its memory
 * used again as soon as no update that is known is of it. */
void site_leave_run(struct world *world, struct site_run *run);

/* The time of a line. */
void site_time_set(struct site_time *time, const struct fact *fact);

#endif
