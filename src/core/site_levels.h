/*
 * The open levels of each thread: which run a line is of, and what is in hand in it. For the files
 * site_*.c alone. Pointers are NULL when memory is out.
 */
#ifndef CORE_SITE_LEVELS_H
#define CORE_SITE_LEVELS_H

#include "core/site_store.h"

/* The open run that the line is of: that of its thread; of a line without one, the only one. */
struct site_run *site_run_at(
	struct world *world, const struct machine *machine, const struct fact *fact);
/* The same, or one without a name that begins here: the log does not hold its start. */
struct site_run *site_run_in_hand(
	struct world *world, struct machine *machine, const struct fact *fact);
/* A run begins on the thread of the line; one that is open there is over. */
struct site_run *site_run_open(struct world *world, struct machine *machine, uint32_t tid);
/* The last run of the thread, which is over; NULL. */
struct site_run *site_run_before(
	struct world *world, const struct machine *machine, const struct fact *fact);
/* The run is over, or the log is: what was open is settled. */
void site_run_close(struct world *world, struct site_run *run);
/* The thread is given to a new run: another one that had it is over. */
void site_thread_taken(struct world *world, const struct machine *machine, uint32_t tid);

/* The visit of a run to a package, made when there is none. */
struct site_visit *site_visit_of(struct world *world, struct site_run *run, struct slice package);
/* The visit that work belongs to, one without a name when nothing says which. */
struct site_visit *site_visit_in_hand(struct world *world, struct site_run *run);
/* The visit in hand is to that package: it gets the name, or another one is meant. */
struct site_visit *site_visit_named(
	struct world *world, struct site_run *run, struct slice package);
/* The visit of a run to a package; NULL: there is none. */
struct site_visit *site_visit_find(
	const struct world *world, const struct site_run *run, struct slice package);
/* The work on the image is over. */
void site_visit_close(struct world *world, struct site_visit *visit);

/* The index in hand, one without a number when none is mounted. */
struct site_index *site_index_in_hand(struct world *world, struct site_visit *visit);
/* Another one is mounted: what was in hand is over. */
void site_index_leave(struct world *world, struct site_visit *visit);
/* The image that it is, as far as it is named by now. */
struct image *site_image(struct world *world, const struct site_index *index);
/* A mount, or a line that states the number: the index in hand gets it, or another one begins. */
struct site_index *site_index_numbered(
	struct world *world, struct site_visit *visit, uint32_t number, bool is_mount);

/* Nothing more comes of it: its end, its image, its updates are known. */
void site_index_close(struct world *world, struct site_index *index);

/* No more calls of it come: those that fit no binaries are taken off them (site_updates.c). */
void site_update_settle(struct world *world, struct site_update *update);
/* What ends the update in hand has come. */
void site_update_close(struct world *world, struct site_index *index, const struct fact *fact);
/* The line is of what is in hand: its time counts. */
void site_touch(struct site_run *run, const struct fact *fact);
static inline void site_touch_index(struct site_index *index, const struct fact *fact)
{
	site_touch(index->visit->run, fact);
}

/* What a call about the image as a whole returned (site_fold.c). */
void site_call_of_image(struct world *world, struct machine *machine, const struct fact *fact);

/* Notes a failure: a number that the log prints stands before what a call returned, and the first
 * before others. */
void site_fail(struct world *world, struct site_failure *failure, const struct fact *fact);

/* The package id of a folder of ConfigMgr, "…\ConfigMgr_OfflineImageServicing\<ID>\…"; empty. */
struct slice site_folder_id(struct slice path);

#endif
