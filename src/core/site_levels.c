/* Threads and their runs; visits, indexes and updates in hand. */
#include "core/site_levels.h"

#include "base/buf.h"
#include "core/images.h"
#include "core/proof.h"
#include "core/site_time.h"

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

/* Updates */

static bool was_put_in(const struct site_update *update)
{
	bool was_put = update->is_applying || update->is_applied;

	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		if (binary->is_called && site_code_fails(binary->code))
			return false;
		was_put |= binary->is_called;
	}
	return was_put;
}

void site_update_close(struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *update = index->update;

	if (!update)
		return;
	index->update = NULL;
	update->binary = NULL;
	update->is_over = true;
	if (update->applied.kind || update->has_failed || !was_put_in(update))
		return;
	proof_set(world, &update->applied, fact);
	site_time_set(&update->applied_at, fact);
}

/* Indexes */

static enum site_end end_of_index(const struct site_index *index)
{
	const struct site_visit *visit = index->visit;

	if (index->has_error)
		return SITE_END_SAVE_FAILED;
	if (index->is_discard)
		return SITE_END_DISCARDED;
	if (visit->has_late_error)
		return SITE_END_UNCERTAIN;
	if (index->is_saved)
		return SITE_END_SAVED;
	if (index->is_commit && index->is_followed)
		return SITE_END_ASSUMED;
	if (visit->status == RUN_RUNNING)
		return index->is_left ? SITE_END_UNCERTAIN : SITE_END_OPEN;
	return visit->status == RUN_FAILED && !index->is_commit ? SITE_END_FAILED
								: SITE_END_ASSUMED;
}

/* DISM or the site itself mounted the package at its folder. */
static bool is_of_visit(
	const struct world *world, const struct mount *mount, const struct site_visit *visit)
{
	return mount->machine == visit->run->machine && visit->package && mount->image->site_id &&
		slice_equal_nocase(world_text_of(world, mount->image->site_id),
			world_text_of(world, visit->package));
}

/* Mounts in which DISM did nothing: there may be many, night after night. */
static void drop_ended(struct world *world)
{
	struct list *mounts = &world->mounts;

	while (mounts->count) {
		struct mount *last = mounts->items[mounts->count - 1];

		if (!last->ended || last->run || last->is_shared || last->packages.cap ||
			last->image->kind != IMAGE_SITE)
			return;
		mounts->count--;
		if (!list_add(&world->spare_mounts, last))
			world->status = ST_NOMEM;
	}
}

/* What DISM's logs say of the folder is of this index: its end is theirs. */
static void end_mounts(struct world *world, struct site_index *index)
{
	static const enum mount_end ends[] = {
		[SITE_END_OPEN] = MOUNT_OPEN,
		[SITE_END_ASSUMED] = MOUNT_COMMITTED,
		[SITE_END_SAVED] = MOUNT_COMMITTED,
		[SITE_END_DISCARDED] = MOUNT_DISCARDED,
		[SITE_END_SAVE_FAILED] = MOUNT_COMMIT_FAILED,
		[SITE_END_UNCERTAIN] = MOUNT_COMMIT_UNKNOWN,
		[SITE_END_FAILED] = MOUNT_DISCARDED,
	};

	if (index->how == SITE_END_OPEN || index->is_settled)
		return;
	/* Of one that another mount followed no other mount is. */
	for (LIST_EACH(struct mount, mount, &world->mounts))
		if (!mount->ended &&
			(index->is_left ? mount == index->mount && mount->image == index->image
					: is_of_visit(world, mount, index->visit)))
			mount_end_of_site(world, mount, ends[index->how]);
	drop_ended(world);
	index->is_settled = true;
}

/* Its unmount has come, and what follows is of another: what DISM did in it is settled. */
static void settle_index(struct world *world, struct site_index *index)
{
	index->is_followed = true;
	index->how = end_of_index(index);
	end_mounts(world, index);
}

struct site_index *site_index_in_hand(struct world *world, struct site_visit *visit)
{
	struct site_index *index = visit->index;

	if (index && !index->is_unmounting)
		return index;
	if (index)
		settle_index(world, index);
	visit->has_work = true;
	visit->index = site_new_index(world, visit);
	return visit->index;
}

void site_index_leave(struct world *world, struct site_visit *visit)
{
	if (!visit->index)
		return;
	site_update_close(world, visit->index, world->fact);
	if (visit->index->is_unmounting)
		settle_index(world, visit->index);
	visit->index->is_left = true;
	visit->index = NULL;
}

struct site_index *site_index_numbered(
	struct world *world, struct site_visit *visit, uint32_t number, bool is_mount)
{
	struct site_index *index = visit->index;
	bool is_other = index &&
		(index->is_unmounting || (is_mount && index->updates.count) ||
			(index->has_number && (is_mount || index->number != number)));

	if (is_other)
		site_index_leave(world, visit);
	index = site_index_in_hand(world, visit);
	if (!index || index->has_number)
		return index;
	index->has_number = true;
	index->number = number;
	proof_set(world, &index->numbered, world->fact);
	return index;
}

/* The site names no index, and all that DISM mounts of the package meanwhile is one. */
static void take_index_of_dism(struct world *world, struct site_index *index)
{
	const struct image *only = NULL;

	for (LIST_EACH(struct mount, mount, &world->mounts)) {
		const struct image *image = mount->image;

		if (!image->has_index || image->kind == IMAGE_SITE || !mount->run ||
			!is_of_visit(world, mount, index->visit) ||
			!site_spans(world, &index->visit->first, &index->last,
				proof_moment(world, &mount->run->start)))
			continue;
		if (only && only->index != image->index)
			return;
		only = image;
	}
	if (!only)
		return;
	index->has_number = true;
	index->number = only->index;
	proof_copy(world, &index->numbered, &only->origin);
}

struct image *site_image(struct world *world, const struct site_index *index)
{
	const struct site_visit *visit = index->visit;
	size_t known = world->images.count;
	struct image *image = image_of_site(world, visit->run->machine,
		world_text_of(world, visit->package), index->has_number, index->number);

	if (!image)
		return NULL;
	if (world->images.count > known) {
		image->input = visit->first.at.input != NO_INPUT ? visit->first.at.input
								 : visit->run->first.at.input;
		proof_copy(world, &image->origin,
			index->numbered.kind ? &index->numbered : &visit->named);
	}
	if (!image->container)
		image->container = visit->wim;
	return image;
}

/* The first update that failed, in the order of the log. */
static void note_failures(
	struct world *world, struct site_visit *visit, const struct site_index *index)
{
	struct site_failure *first = &visit->failed_update;

	for (LIST_EACH(struct site_update, update, &index->updates)) {
		struct site_verdict verdict = site_verdict(update);

		if (!verdict.failed || first->is_set)
			continue;
		visit->failed_image = index->image;
		visit->failed_ci = update->ci;
		visit->failed_kb = update->kb;
		visit->failed_file = update->file;
		first->is_set = true;
		first->has_code = verdict.has_code;
		first->code = verdict.code;
		first->is_recall = verdict.certainty == CERTAINTY_INFERRED;
		proof_copy(world, &first->proof, verdict.failed);
	}
}

/* DISM's word, where there is one, is not touched. */
static void describe_image(
	const struct world *world, const struct site_index *index, struct image *image)
{
	if (!image->version.len)
		image->version = world_text_of(world, index->version);
	if (!image->architecture.len)
		image->architecture = world_text_of(world, index->architecture);
}

static void close_index(struct world *world, struct site_index *index)
{
	struct site_visit *visit = index->visit;

	if (visit->index == index && visit->status != RUN_RUNNING)
		site_update_close(world, index, world->fact);
	index->how = end_of_index(index);
	if (!index->has_number)
		take_index_of_dism(world, index);
	index->image = site_image(world, index);
	if (!index->image)
		return;
	index->image->has_rows = true;
	describe_image(world, index, index->image);
	if (!visit->image)
		visit->image = index->image;
	end_mounts(world, index);
	note_failures(world, visit, index);
	site_publish(world, index);
}

/* Visits */

struct site_visit *site_visit_find(
	const struct world *world, const struct site_run *run, struct slice package)
{
	for (LIST_EACH(struct site_visit, visit, &run->visits))
		if (visit->package && !visit->is_dropped &&
			slice_equal_nocase(world_text_of(world, visit->package), package))
			return visit;
	return NULL;
}

struct site_visit *site_visit_of(struct world *world, struct site_run *run, struct slice package)
{
	struct site_visit *visit = site_visit_find(world, run, package);

	if (visit)
		return visit;
	visit = site_new_visit(world, run);
	if (!visit)
		return NULL;
	visit->package = world_text(world, package);
	proof_set(world, &visit->named, world->fact);
	return visit;
}

/* Named before the work begins, and not worked on: how many, and the first. */
static size_t count_waiting(const struct site_run *run, struct site_visit **ret_visit)
{
	size_t count = 0;

	*ret_visit = NULL;
	for (LIST_EACH(struct site_visit, visit, &run->visits)) {
		if (visit->has_work || visit->ended || visit->is_dropped)
			continue;
		if (!count++)
			*ret_visit = visit;
	}
	return count;
}

struct site_visit *site_visit_in_hand(struct world *world, struct site_run *run)
{
	struct site_visit *waiting;
	size_t count;

	if (run->visit && (run->visit->has_work || run->visit->is_turned_to))
		return run->visit;
	count = count_waiting(run, &waiting);
	run->visit = count == 1 ? waiting : site_new_visit(world, run);
	if (run->visit)
		run->visit->has_work = true;
	return run->visit;
}

/* The visit without a name is that one, which was announced. */
static void take_announced(
	struct world *world, struct site_visit *visit, struct site_visit *announced)
{
	if (!visit->wim)
		visit->wim = announced->wim;
	proof_copy(world, &visit->named, &announced->named);
	announced->is_dropped = true;
}

static void name_visit(struct world *world, struct site_visit *visit, struct slice package)
{
	struct site_visit *announced = site_visit_find(world, visit->run, package);

	visit->package = world_text(world, package);
	proof_set(world, &visit->named, world->fact);
	if (announced && !announced->has_work && !announced->ended)
		take_announced(world, visit, announced);
}

struct site_visit *site_visit_named(struct world *world, struct site_run *run, struct slice package)
{
	struct site_visit *visit = run->visit;

	if (!package.len)
		return site_visit_in_hand(world, run);
	if (visit && visit->has_work && !visit->package) {
		name_visit(world, visit, package);
		return visit;
	}
	if (!visit || !visit->package ||
		!slice_equal_nocase(world_text_of(world, visit->package), package))
		run->visit = site_visit_of(world, run, package);
	return run->visit;
}

/* No word says how it went: what was seen of it does. */
static bool is_untold(const struct site_visit *visit)
{
	return visit->ended ? visit->end_is_odd : visit->run->how == SITE_RUN_ENDED;
}

static int32_t status_of(const struct site_visit *visit)
{
	const struct site_run *run = visit->run;

	if (visit->ended && !visit->end_is_odd)
		return visit->status;
	if (visit->ended)
		return visit->failure.is_set ? RUN_FAILED : RUN_SUCCESS;
	switch (run->how) {
	case SITE_RUN_FAILED:
		return RUN_FAILED;
	case SITE_RUN_SUCCEEDED:
		return RUN_SUCCESS;
	case SITE_RUN_ENDED:
		return visit->failure.is_set || run->failure.is_set ? RUN_FAILED : RUN_SUCCESS;
	case SITE_RUN_OPEN:
		break;
	}
	return RUN_RUNNING;
}

/* What is seen to fail outweighs a word that no real log has shown. */
static bool is_disproved(const struct site_visit *visit)
{
	bool is_recall = visit->ended ? visit->end_is_recall : visit->run->end_is_recall;

	return visit->status == RUN_SUCCESS && is_recall && visit->save_error_is_seen;
}

void site_visit_close(struct world *world, struct site_visit *visit)
{
	visit->status = status_of(visit);
	for (LIST_EACH(struct site_index, index, &visit->indexes))
		close_index(world, index);
	if (is_untold(visit) && visit->failed_update.is_set)
		visit->status = RUN_FAILED;
	if (is_disproved(visit)) {
		visit->is_disproved = true;
		visit->status = RUN_FAILED;
	}
	list_clear(&visit->indexes);
	visit->index = NULL;
	if (visit->run->visit == visit)
		visit->run->visit = NULL;
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
