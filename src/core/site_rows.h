/*
 * At the end: what ConfigMgr's log tells, brought to the images, updates and runs that rows are of.
 */
#ifndef CORE_SITE_ROWS_H
#define CORE_SITE_ROWS_H

#include "core/run_rows.h"
#include "core/site.h"
#include "core/updates.h"

/* Before images are named: each run is kept, and has an image. */
void site_prepare(struct world *world);

/*
 * Updates of the site and of packages that are one, put together: of one image, and of one KB.
 * Adds those that no package is of to the list of struct update.
 */
void site_join_updates(struct world *world, struct list *updates);

/* The columns of our own that a row of an update has of the site: its binaries, that it was asked
 * for. */
void site_describe(struct world *world, const struct update *update, struct row *row);

/* Runs of DISM that are a part of a run of the site leave world->runs; images are named. */
void site_absorb_runs(struct world *world);
/* What the report has to say of them beside their rows. */
void site_note_runs(struct world *world);
/* All of them, as rows show them. `ret_runs` has room for world->site->past. Returns how many there
 * are. */
size_t site_show_runs(struct world *world, struct shown_run *ret_runs);

#endif
