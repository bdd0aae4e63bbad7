/* Progress: the latest run of each index, put together; history: every run that ended. */
#include "core/run_rows.h"

#include <stdlib.h>

#include "base/sort.h"
#include "core/clock.h"
#include "core/evidence.h"
#include "core/updates.h"
#include "model/code.h"

struct outcome_of_run {
	int32_t status;                    /* enum run_status */
	const struct run_failure *failure; /* that decides; NULL */
	struct moment start;
};

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

static struct outcome_of_run outcome_of(struct world *world, const struct run *run)
{
	struct outcome_of_run outcome = { .failure = deciding_failure(run) };

	outcome.status = outcome.failure ? RUN_FAILED
		: is_finished(run)       ? RUN_SUCCESS
					 : RUN_RUNNING;
	outcome.start = clock_moment(world, &run->start.at, run->start.when);
	return outcome;
}

static enum reason reason_of(const struct run *run, const struct outcome_of_run *outcome)
{
	if (outcome->failure)
		return outcome->failure->package && outcome->failure->package->now.reason
			? outcome->failure->package->now.reason
			: REASON_OPERATION_FAILED;
	if (outcome->status == RUN_RUNNING)
		return REASON_LOG_ENDS;
	if (run->reason)
		return run->reason;
	if (run->mount && !run->ended)
		return REASON_UNMOUNT_UNSEEN;
	return REASON_NONE;
}

static struct row_value integer(int32_t value)
{
	return (struct row_value){ .integer = value };
}

static struct row_value code_of(const struct outcome_of_run *outcome)
{
	if (!outcome->failure)
		return integer(0);
	if (!outcome->failure->has_code)
		return (struct row_value){ .is_null = true };
	return integer(code_win32(outcome->failure->code));
}

static struct row_value moment(struct moment when)
{
	return (struct row_value){ .is_null = when.basis == TIME_NONE, .when = when };
}

static struct row_value id_of(const struct run *run)
{
	return (struct row_value){ .text = run->image->id };
}

/* Progress */

/* Failed beats running beats success; among equals the one that began last speaks. */
static int weight(int32_t status)
{
	return status == RUN_FAILED ? 3 : status == RUN_RUNNING ? 2 : 1;
}

static void note_running(struct world *world, const struct run *run)
{
	diagnostics_add(&world->report->diagnostics, DIAG_LOG_STOPS, run->start.at, run->image->id);
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

struct progress {
	const struct run *speaker;
	struct outcome_of_run outcome;
	struct moment start; /* the latest of all indexes */
};

static void take_index(struct world *world, const struct run *run, struct progress *progress)
{
	struct outcome_of_run outcome = outcome_of(world, run);

	if (outcome.status == RUN_RUNNING)
		note_running(world, run);
	if (progress->start.basis == TIME_NONE ||
		(outcome.start.basis != TIME_NONE &&
			outcome.start.seconds > progress->start.seconds))
		progress->start = outcome.start;
	if (progress->speaker && weight(outcome.status) < weight(progress->outcome.status))
		return;
	progress->outcome = outcome;
	progress->speaker = run;
}

static void make_progress(struct world *world, const struct progress *progress, struct row *row)
{
	row->row_class = ROW_PROGRESS;
	row->values[0] = integer(failed_update(progress->outcome.failure));
	row->values[1] = id_of(progress->speaker);
	row->values[2] = moment(progress->start);
	row->values[3] = integer(0);
	row->values[4] = integer(progress->outcome.status);
	row->values[5] = code_of(&progress->outcome);
	row->own.state = "";
	row->own.reason = reason_of(progress->speaker, &progress->outcome);
	row->own.time_basis = progress->start.basis;
	evidence_of_run(world, progress->speaker, row);
}

static struct row *alloc_rows(struct world *world, size_t count)
{
	struct row *rows = arena_alloc(&world->report->arena, (count + 1) * sizeof(*rows));

	if (!rows)
		world->status = arena_status(&world->report->arena);
	return rows;
}

static void make_all_progress(struct world *world, const struct list *runs)
{
	struct report *report = world->report;
	struct row *rows = alloc_rows(world, runs->count);
	struct progress progress = { 0 };
	size_t count = 0;

	for (size_t i = 0; rows && i < runs->count; i++) {
		struct run *run = runs->items[i];

		if (is_latest(runs, i))
			take_index(world, run, &progress);
		if (i + 1 < runs->count && same_id(run, runs->items[i + 1]))
			continue;
		make_progress(world, &progress, &rows[count++]);
		progress = (struct progress){ 0 };
	}
	report->rows[ROW_PROGRESS] = rows;
	report->row_count[ROW_PROGRESS] = count;
}

/* History */

static void make_history(struct world *world, const struct run *run,
	const struct outcome_of_run *outcome, struct row *row)
{
	row->row_class = ROW_HISTORY;
	row->values[0] = integer(failed_update(outcome->failure));
	row->values[1] = id_of(run);
	row->values[2] = moment(outcome->start);
	row->values[3] = integer(0);
	row->values[4] = integer(outcome->status);
	row->own.state = "";
	row->own.reason = reason_of(run, outcome);
	row->own.time_basis = outcome->start.basis;
	evidence_of_run(world, run, row);
}

static int by_start(const void *a, const void *b)
{
	const struct row *first = a, *second = b;
	int order = slice_compare(first->values[1].text, second->values[1].text);

	if (order)
		return order;
	if (first->values[2].when.seconds != second->values[2].when.seconds)
		return first->values[2].when.seconds < second->values[2].when.seconds ? -1 : 1;
	if (first->values[2].when.basis != second->values[2].when.basis)
		return first->values[2].when.basis < second->values[2].when.basis ? -1 : 1;
	/* Until they are told apart, ScheduleID holds the order of the log. */
	return first->values[3].integer < second->values[3].integer
		? -1
		: first->values[3].integer > second->values[3].integer;
}

static bool same_key(const struct row *a, const struct row *b)
{
	return slice_equal(a->values[1].text, b->values[1].text) &&
		a->values[2].when.seconds == b->values[2].when.seconds &&
		(a->values[2].when.basis == TIME_LOCAL) == (b->values[2].when.basis == TIME_LOCAL);
}

/* Runs that begin in the same second: 0, -1, -2 in the order of the log. */
static void tell_apart(struct row *rows, size_t count)
{
	if (count)
		sort_items(rows, count, sizeof(*rows), by_start);
	for (size_t i = 0; i < count; i++)
		rows[i].values[3].integer = i && same_key(&rows[i - 1], &rows[i])
			? rows[i - 1].values[3].integer - 1
			: 0;
}

static void make_all_history(struct world *world)
{
	struct report *report = world->report;
	struct row *rows = alloc_rows(world, world->runs.count);
	size_t count = 0;

	if (!rows)
		return;
	for (LIST_EACH(struct run, run, &world->runs)) {
		struct outcome_of_run outcome = outcome_of(world, run);

		if (outcome.status == RUN_RUNNING)
			continue;
		if (outcome.start.basis == TIME_NONE)
			diagnostics_add(
				&report->diagnostics, DIAG_NO_TIME, run->start.at, SLICE_NONE);
		else
			make_history(world, run, &outcome, &rows[count++]);
		if (outcome.start.basis != TIME_NONE)
			rows[count - 1].values[3].integer = (int32_t)count;
	}
	tell_apart(rows, count);
	report->rows[ROW_HISTORY] = rows;
	report->row_count[ROW_HISTORY] = count;
}

void make_run_rows(struct world *world)
{
	struct list runs = { 0 };

	for (LIST_EACH(struct run, run, &world->runs))
		if (!list_add(&runs, run))
			world->status = ST_NOMEM;
	list_sort(&runs, by_image);
	make_all_progress(world, &runs);
	if (world->status == ST_OK)
		make_all_history(world);
	list_release(&runs);
}
