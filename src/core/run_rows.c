/* Progress: the latest run of each index, put together; history: every run that ended. */
#include "core/run_rows.h"

#include <stdlib.h>

#include "base/sort.h"
#include "core/clock.h"
#include "core/evidence.h"
#include "core/site.h"
#include "core/site_rows.h"
#include "core/updates.h"
#include "model/code.h"

/* Runs of DISM and CBS */

static int32_t failed_update(const struct run_failure *failure)
{
	const struct package *package = failure ? failure->package : NULL;

	return package && package->update && package->update->is_update ? package->update->update_id
									: 0;
}

/* The first update that failed; else the first failure of anything. */
static const struct run_failure *deciding_failure(const struct run *run)
{
	const struct run_failure *first = NULL;

	for (LIST_EACH(struct run_failure, failure, &run->failures)) {
		if (failed_update(failure))
			return failure;
		if (!first)
			first = failure;
	}
	return first;
}

static bool is_finished(const struct run *run)
{
	return run->ended || !run->is_cut;
}

static enum reason reason_of(
	const struct run *run, const struct run_failure *failure, int32_t status)
{
	if (failure)
		return failure->package && failure->package->now.reason
			? failure->package->now.reason
			: REASON_OPERATION_FAILED;
	if (status == RUN_RUNNING)
		return REASON_LOG_ENDS;
	if (run->reason)
		return run->reason;
	if (run->mount && !run->ended)
		return REASON_UNMOUNT_UNSEEN;
	return REASON_NONE;
}

static struct shown_run show(struct world *world, const struct run *run)
{
	const struct run_failure *failure = deciding_failure(run);
	struct shown_run shown = {
		.id = run->image->id,
		.failed_update = failed_update(failure),
		.has_code = !failure || failure->has_code,
		.code = failure && failure->has_code ? code_win32(failure->code) : 0,
		.start = clock_moment(world, &run->start.at, run->start.when),
		.at = run->start.at,
		.run = run,
	};

	shown.status = failure ? RUN_FAILED : is_finished(run) ? RUN_SUCCESS : RUN_RUNNING;
	shown.reason = reason_of(run, failure, shown.status);
	return shown;
}

/* Values */

static struct row_value integer(int32_t value)
{
	return (struct row_value){ .integer = value };
}

static struct row_value code_of(const struct shown_run *shown)
{
	return (struct row_value){ .is_null = !shown->has_code, .integer = shown->code };
}

static struct row_value moment(struct moment when)
{
	return (struct row_value){ .is_null = when.basis == TIME_NONE, .when = when };
}

static void describe(struct world *world, const struct shown_run *shown, struct row *row)
{
	row->own.state = "";
	row->own.reason = shown->reason;
	row->own.certainty = shown->certainty;
	row->own.update_list = shown->list;
	row->own.unread_messages = shown->past ? shown->past->unread : 0;
	row->own.time_basis = shown->start.basis;
	if (shown->past)
		evidence_of_past(world, shown->past, row);
	else
		evidence_of_run(world, shown->run, row);
}

static void note_running(struct world *world, const struct shown_run *shown)
{
	if (shown->status == RUN_RUNNING && !(shown->past && shown->past->is_overtaken))
		diagnostics_add(&world->report->diagnostics, DIAG_LOG_STOPS, shown->at, shown->id);
}

static struct row *alloc_rows(struct world *world, size_t count)
{
	struct row *rows = arena_alloc(&world->report->arena, (count + 1) * sizeof(*rows));

	if (!rows)
		world->status = arena_status(&world->report->arena);
	return rows;
}

/* Progress */

/* Failed beats running beats success; among equals the one that began last speaks. */
static int weight(int32_t status)
{
	return status == RUN_FAILED ? 3 : status == RUN_RUNNING ? 2 : 1;
}

/* By image, then by the order in which they began. */
static int by_image(const void *a, const void *b)
{
	const struct run *first = *(struct run *const *)a, *second = *(struct run *const *)b;
	int order = slice_compare(first->image->id, second->image->id);

	if (order)
		return order;
	if (first->image->index != second->image->index)
		return first->image->index < second->image->index ? -1 : 1;
	/* Runs of one image in the logs of several machines: by the time they began. */
	if (first->start.when != second->start.when && first->image != second->image)
		return first->start.when < second->start.when ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

static bool same_id(const struct run *a, const struct run *b)
{
	return slice_equal(a->image->id, b->image->id);
}

/* The last run of its index, in the order of by_image. */
static bool is_latest(const struct list *runs, size_t at)
{
	const struct run *run = runs->items[at],
			 *next = at + 1 < runs->count ? runs->items[at + 1] : NULL;

	return !next || !same_id(run, next) || run->image->index != next->image->index;
}

static bool is_later(struct moment when, struct moment than)
{
	return than.basis == TIME_NONE || (when.basis != TIME_NONE && when.seconds > than.seconds);
}

/* Adds the latest run of an index to those of its image. */
static void take_index(struct world *world, const struct run *run, struct shown_run *progress)
{
	struct shown_run shown = show(world, run);
	struct moment start =
		is_later(shown.start, progress->start) ? shown.start : progress->start;

	note_running(world, &shown);
	if (!progress->run || weight(shown.status) >= weight(progress->status))
		*progress = shown;
	progress->start = start;
}

/* One of each image: the latest runs of its indexes put together. */
static size_t show_images(struct world *world, struct shown_run *ret_shown)
{
	struct shown_run progress = { 0 };
	struct list runs = { 0 };
	size_t count = 0;

	for (LIST_EACH(struct run, run, &world->runs))
		if (!list_add(&runs, run))
			world->status = ST_NOMEM;
	list_sort(&runs, by_image);
	for (size_t i = 0; i < runs.count; i++) {
		const struct run *run = runs.items[i];

		if (is_latest(&runs, i))
			take_index(world, run, &progress);
		if (i + 1 < runs.count && same_id(run, runs.items[i + 1]))
			continue;
		ret_shown[count++] = progress;
		progress = (struct shown_run){ 0 };
	}
	list_release(&runs);
	return count;
}

static int by_key(const void *a, const void *b)
{
	const struct shown_run *first = a, *second = b;
	int order = slice_compare(first->id, second->id);

	if (order)
		return order;
	if (first->schedule != second->schedule)
		return first->schedule < second->schedule ? -1 : 1;
	if (first->start.seconds != second->start.seconds)
		return first->start.seconds < second->start.seconds ? -1 : 1;
	return first->order < second->order ? -1 : first->order > second->order;
}

static bool same_schedule(const struct shown_run *a, const struct shown_run *b)
{
	return slice_equal(a->id, b->id) && a->schedule == b->schedule;
}

static void make_progress(struct world *world, const struct shown_run *shown, struct row *row)
{
	row->row_class = ROW_PROGRESS;
	row->values[0] = integer(shown->failed_update);
	row->values[1] = (struct row_value){ .text = shown->id };
	row->values[2] = moment(shown->start);
	row->values[3] = integer(shown->schedule);
	row->values[4] = integer(shown->status);
	row->values[5] = code_of(shown);
	describe(world, shown, row);
}

/* Of each image and schedule the run that began last. */
static void make_all_progress(struct world *world, struct shown_run *shown, size_t count)
{
	struct report *report = world->report;
	struct row *rows = alloc_rows(world, count);
	size_t made = 0;

	sort_items(shown, count, sizeof(*shown), by_key);
	for (size_t i = 0; rows && i < count; i++) {
		if (i + 1 < count && same_schedule(&shown[i], &shown[i + 1]))
			continue;
		if (shown[i].past)
			note_running(world, &shown[i]);
		make_progress(world, &shown[i], &rows[made++]);
	}
	report->rows[ROW_PROGRESS] = rows;
	report->row_count[ROW_PROGRESS] = made;
}

/* History */

static void make_history(struct world *world, const struct shown_run *shown, struct row *row)
{
	row->row_class = ROW_HISTORY;
	row->values[0] = integer(shown->failed_update);
	row->values[1] = (struct row_value){ .text = shown->id };
	row->values[2] = moment(shown->start);
	row->values[3] = integer(shown->schedule);
	row->values[4] = integer(shown->status);
	describe(world, shown, row);
}

static int by_start(const void *a, const void *b)
{
	const struct shown_run *first = a, *second = b;
	int order = slice_compare(first->id, second->id);

	if (order)
		return order;
	if (first->start.seconds != second->start.seconds)
		return first->start.seconds < second->start.seconds ? -1 : 1;
	if (first->start.basis != second->start.basis)
		return first->start.basis < second->start.basis ? -1 : 1;
	if (first->schedule != second->schedule)
		return first->schedule < second->schedule ? -1 : 1;
	return first->order < second->order ? -1 : first->order > second->order;
}

static bool same_start(const struct shown_run *a, const struct shown_run *b)
{
	return slice_equal(a->id, b->id) && a->start.seconds == b->start.seconds &&
		(a->start.basis == TIME_LOCAL) == (b->start.basis == TIME_LOCAL);
}

/* Of one log: no copies of one another. */
static bool is_same_log(const struct site_past *a, const struct site_past *b)
{
	return a && b && a->machine == b->machine && a->at.input == b->at.input;
}

/* Two of one schedule and one beginning: a row has room for one. */
static void keep_one(struct world *world, struct shown_run *kept, const struct shown_run *next)
{
	if (!is_same_log(kept->past, next->past))
		return; /* one run, of two copies of a log */
	diagnostics_add(&world->report->diagnostics, DIAG_SAME_START, kept->at, kept->id);
	*kept = *next;
}

/* Runs without a schedule that begin in the same second: 0, -1, -2 in the order of the log. */
static size_t tell_apart(struct world *world, struct shown_run *shown, size_t count)
{
	int32_t next = 0;
	size_t kept = 0;

	sort_items(shown, count, sizeof(*shown), by_start);
	for (size_t i = 0; i < count; i++) {
		bool is_same = kept && same_start(&shown[kept - 1], &shown[i]);

		if (shown[i].schedule && is_same && shown[kept - 1].schedule == shown[i].schedule) {
			keep_one(world, &shown[kept - 1], &shown[i]);
			continue;
		}
		next = is_same ? next : 0;
		if (!shown[i].schedule)
			shown[i].schedule = next--;
		shown[kept++] = shown[i];
	}
	return kept;
}

static bool has_history(struct world *world, const struct shown_run *shown)
{
	if (shown->status == RUN_RUNNING)
		return false;
	if (shown->start.basis != TIME_NONE)
		return true;
	diagnostics_add(&world->report->diagnostics, DIAG_NO_TIME, shown->at, SLICE_NONE);
	return false;
}

static void make_all_history(struct world *world, struct shown_run *shown, size_t count)
{
	struct report *report = world->report;
	struct row *rows = alloc_rows(world, count);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (has_history(world, &shown[i]))
			shown[kept++] = shown[i];
	kept = tell_apart(world, shown, kept);
	for (size_t i = 0; rows && i < kept; i++)
		make_history(world, &shown[i], &rows[i]);
	report->rows[ROW_HISTORY] = rows;
	report->row_count[ROW_HISTORY] = rows ? kept : 0;
}

static size_t show_all(struct world *world, struct shown_run *ret_shown)
{
	size_t count = 0;

	for (LIST_EACH(struct run, run, &world->runs)) {
		ret_shown[count] = show(world, run);
		ret_shown[count].order = (uint32_t)count;
		count++;
	}
	return count;
}

void make_run_rows(struct world *world)
{
	size_t past = world->site ? world->site->past.count : 0, count;
	struct shown_run *shown;

	site_absorb_runs(world);
	shown = calloc(world->runs.count + past + 1, sizeof(*shown));
	if (!shown) {
		world->status = ST_NOMEM;
		return;
	}
	count = show_images(world, shown);
	count += site_show_runs(world, shown + count);
	make_all_progress(world, shown, count);
	site_note_runs(world);
	count = show_all(world, shown);
	count += site_show_runs(world, shown + count);
	make_all_history(world, shown, count);
	free(shown);
}
