/* Threads and their runs. */
#include "core/site_levels.h"

#include "base/buf.h"
#include "core/proof.h"

#define MAX_THREADS 256 /* open at once; when there are more the oldest is over */

/* Threads */

static bool is_on(const struct site_run *run, const struct machine *machine, uint32_t tid)
{
	return run->machine == machine && (run->tid == tid || (tid && run->stated_tid == tid));
}

/* The last run of a thread, open or not. */
static struct site_run *last_on(
	const struct world *world, const struct machine *machine, uint32_t tid)
{
	struct site_run *found = NULL;

	if (!world->site)
		return NULL;
	for (LIST_EACH(struct site_run, run, &world->site->threads))
		if (is_on(run, machine, tid) && (!found || found->is_closed))
			found = run;
	return found;
}

/* The open runs of a machine: how many there are, and the last of them. */
static size_t count_open(
	const struct world *world, const struct machine *machine, struct site_run **ret_run)
{
	size_t count = 0;

	*ret_run = NULL;
	if (!world->site)
		return 0;
	for (LIST_EACH(struct site_run, run, &world->site->threads)) {
		if (run->machine != machine || run->is_closed)
			continue;
		*ret_run = run;
		count++;
	}
	return count;
}

static struct site_run *open_of_schedule(
	const struct world *world, const struct machine *machine, uint32_t schedule)
{
	if (!world->site || !schedule)
		return NULL;
	for (LIST_EACH(struct site_run, run, &world->site->threads))
		if (run->machine == machine && !run->is_closed && run->schedule == schedule)
			return run;
	return NULL;
}

struct site_run *site_run_at(
	struct world *world, const struct machine *machine, const struct fact *fact)
{
	struct site_run *run = last_on(world, machine, fact->tid), *only;

	if (run && !run->is_closed) {
		struct site_run *other = run->schedule && fact->schedule != run->schedule
			? open_of_schedule(world, machine, fact->schedule)
			: NULL;

		return other ? other : run;
	}
	if (count_open(world, machine, &only) != 1)
		return NULL;
	if (!fact->tid)
		return only;
	/* A run without a thread, and a line that states one: of a paste, the status message. */
	if (only->tid || (only->stated_tid && only->stated_tid != fact->tid))
		return NULL;
	only->stated_tid = fact->tid;
	return only;
}

struct site_run *site_run_before(
	struct world *world, const struct machine *machine, const struct fact *fact)
{
	struct site_run *run = last_on(world, machine, fact->tid);

	return run && run->is_closed ? run : NULL;
}

static void leave(struct world *world, struct site_run *run)
{
	run->is_overtaken |= !run->is_closed;
	site_run_close(world, run);
	site_leave_run(world, run);
}

/* Makes room for the run of a thread: what it had before is over. */
static void leave_thread(struct world *world, const struct machine *machine, uint32_t tid)
{
	struct list *threads = &world->site->threads;
	size_t kept = 0;

	for (LIST_EACH(struct site_run, run, threads)) {
		bool is_left = run->machine == machine
			? run->tid == tid
			: run->is_closed; /* the logs of another machine are read */

		if (is_left)
			leave(world, run);
		else
			threads->items[kept++] = run;
	}
	threads->count = kept;
	if (kept < MAX_THREADS)
		return;
	leave(world, threads->items[0]);
	list_remove(threads, threads->items[0]);
}

struct site_run *site_run_open(struct world *world, struct machine *machine, uint32_t tid)
{
	struct site_run *run;

	if (!site_of(world))
		return NULL;
	leave_thread(world, machine, tid);
	run = site_new_run(world, machine);
	if (!run)
		return NULL;
	run->tid = tid;
	run->is_on_thread = true;
	if (!list_add(&world->site->threads, run))
		world->status = ST_NOMEM;
	return run;
}

struct site_run *site_run_in_hand(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);

	if (run)
		return run;
	run = site_run_open(world, machine, fact->tid);
	if (run) {
		run->is_anonymous = true;
		proof_set(world, &run->opened, fact);
	}
	return run;
}

void site_thread_taken(struct world *world, const struct machine *machine, uint32_t tid)
{
	struct site_run *run = tid ? last_on(world, machine, tid) : NULL;

	if (!run || run->is_closed)
		return;
	run->is_overtaken = true;
	site_run_close(world, run);
}

static void stretch(struct site_time *first, struct site_time *last, const struct fact *fact)
{
	if (first->at.input == NO_INPUT)
		site_time_set(first, fact);
	site_time_set(last, fact);
}

/* Lines that may tell how an unmount went. */
static bool tells_of_unmount(const struct fact *fact)
{
	return fact->kind == FACT_SITE_CALL || fact->kind == FACT_SITE_ERROR ||
		fact->kind == FACT_SITE_STATUS || fact->kind == FACT_SITE_UNKNOWN ||
		fact->kind == FACT_SITE_UNMOUNT;
}

void site_touch(struct site_run *run, const struct fact *fact)
{
	struct site_visit *visit = run->visit;
	struct site_index *index = visit ? visit->index : NULL;

	stretch(&run->first, &run->last, fact);
	if (!visit)
		return;
	stretch(&visit->first, &visit->last, fact);
	if (!index)
		return;
	stretch(&index->first, &index->last, fact);
	if (index->is_unmounting && !tells_of_unmount(fact))
		index->is_followed = true;
}

/* Whole runs */

struct place site_run_place(const struct site_run *run)
{
	if (run->started.kind)
		return run->started.at;
	return run->status.kind ? run->status.at : run->first.at;
}

static void note_unread(struct world *world, const struct site_run *run)
{
	struct buf words;

	buf_init(&words, 256);
	buf_printf(&words, "%llu", (unsigned long long)run->unread);
	if (run->schedule)
		buf_printf(&words, " in the run of schedule %u", run->schedule);
	diagnostics_add(&world->report->diagnostics, DIAG_UNREAD_MESSAGES, run->unread_first.at,
		buf_slice(&words));
	buf_release(&words);
}

static void note_run(struct world *world, const struct site_run *run)
{
	if (run->unread)
		note_unread(world, run);
	if (run->how != SITE_RUN_OPEN && !run->has_updates)
		diagnostics_add(&world->report->diagnostics, DIAG_NO_UPDATE_LINES,
			site_run_place(run), SLICE_NONE);
	for (LIST_EACH(struct site_visit, visit, &run->visits))
		if (!visit->package && !visit->is_dropped)
			diagnostics_add(&world->report->diagnostics, DIAG_IMAGE_UNKNOWN,
				site_run_place(run), SLICE_NONE);
}

/* A run whose image nothing names has one all the same. */
static void add_visit(struct world *world, struct site_run *run)
{
	for (LIST_EACH(struct site_visit, known, &run->visits))
		if (!known->is_dropped)
			return;
	(void)site_new_visit(world, run);
}

void site_run_close(struct world *world, struct site_run *run)
{
	if (run->is_closed)
		return;
	add_visit(world, run);
	for (LIST_EACH(struct site_visit, visit, &run->visits))
		if (!visit->is_dropped)
			site_visit_close(world, visit);
	note_run(world, run);
	run->is_closed = true;
	run->visit = NULL;
}

/* Others */

void site_fail(struct world *world, struct site_failure *failure, const struct fact *fact)
{
	bool is_printed = fact->kind != FACT_SITE_CALL, has_code = fact->flags & FLAG_HAS_CODE;

	if (failure->is_set &&
		(failure->is_printed || !is_printed || (failure->has_code && !has_code)))
		return;
	failure->is_set = true;
	failure->is_printed = is_printed && has_code;
	failure->has_code = has_code;
	failure->code = fact->code;
	failure->is_recall = fact->flags & FLAG_RECALL;
	proof_set(world, &failure->proof, fact);
}

struct slice site_folder_id(struct slice path)
{
	static const struct slice mark = { "\\ConfigMgr_OfflineImageServicing\\", 33 };
	size_t at = slice_find_nocase(path, mark);
	struct slice rest;

	if (at == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(path, at + mark.len);
	return slice_cut(&rest, '\\');
}
