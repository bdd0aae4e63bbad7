/* Progress: the latest run of each index, put together; history: every run that ended. */
#include "core/run_rows.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/evidence.h"
#include "core/updates.h"
#include "model/code.h"

struct outcome_of_run {
	int32_t status;         /* enum run_status */
	const struct run_failure *failure; /* that decides; NULL */
	struct moment start;
};

static int32_t failed_update(const struct run_failure *failure)
{
	const struct package *package = failure ? failure->package : NULL;

	return package && package->update && package->update->is_update ? package->update->update_id : 0;
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

	outcome.status = outcome.failure ? RUN_FAILED : is_finished(run) ? RUN_SUCCESS : RUN_RUNNING;
	outcome.start = clock_moment(world, &run->start.at, run->start.when);
	return outcome;
}

static enum reason reason_of(const struct run *run, const struct outcome_of_run *outcome)
{
	if (outcome->failure)
		return outcome->failure->package && outcome->failure->package->now.reason ?
			outcome->failure->package->now.reason : REASON_OPERATION_FAILED;
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

static bool is_later(const struct run *a, const struct run *b)
{
	return a->number > b->number;
}

static struct run *latest_of_index(const struct world *world, struct slice id, uint32_t index)
{
	struct run *latest = NULL;

	for (LIST_EACH(struct run, run, &world->runs))
		if (run->image->index == index && slice_equal(run->image->id, id) &&
			(!latest || is_later(run, latest)))
			latest = run;
	return latest;
}

/* Failed beats running beats success; among equals the one that began last speaks. */
static int weight(int32_t status)
{
	return status == RUN_FAILED ? 3 : status == RUN_RUNNING ? 2 : 1;
}

static void note_running(struct world *world, const struct run *run)
{
	diagnostics_add(&world->report->diagnostics, DIAG_LOG_STOPS, run->start.at, run->image->id);
}

static void make_progress(struct world *world, struct run *first, struct row *row)
{
	struct slice id = first->image->id;
	struct outcome_of_run chosen = { 0 };
	struct moment start = { NO_TIME, TIME_NONE };
	const struct run *speaker = NULL;

	for (LIST_EACH(struct run, run, &world->runs)) {
		struct outcome_of_run outcome;

		if (!slice_equal(run->image->id, id) || latest_of_index(world, id, run->image->index) != run)
			continue;
		outcome = outcome_of(world, run);
		if (outcome.status == RUN_RUNNING)
			note_running(world, run);
		if (start.basis == TIME_NONE ||
			(outcome.start.basis != TIME_NONE && outcome.start.seconds > start.seconds))
			start = outcome.start;
		if (speaker && weight(outcome.status) < weight(chosen.status))
			continue;
		chosen = outcome;
		speaker = run;
	}
	row->row_class = ROW_PROGRESS;
	row->values[0] = integer(failed_update(chosen.failure));
	row->values[1] = id_of(first);
	row->values[2] = moment(start);
	row->values[3] = integer(0);
	row->values[4] = integer(chosen.status);
	row->values[5] = code_of(&chosen);
	row->own.state = "";
	row->own.reason = reason_of(speaker, &chosen);
	row->own.time_basis = start.basis;
	evidence_of_run(world, speaker, row);
}

static bool is_first_of_id(const struct world *world, const struct run *self)
{
	for (LIST_EACH(struct run, run, &world->runs)) {
		if (run == self)
			return true;
		if (slice_equal(run->image->id, self->image->id))
			return false;
	}
	return true;
}

static void make_all_progress(struct world *world)
{
	struct report *report = world->report;
	struct row *rows = arena_alloc(&report->arena, (world->runs.count + 1) * sizeof(*rows));
	size_t count = 0;

	if (!rows) {
		world->status = arena_status(&report->arena);
		return;
	}
	for (LIST_EACH(struct run, run, &world->runs))
		if (is_first_of_id(world, run))
			make_progress(world, run, &rows[count++]);
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

static bool same_key(const struct row *a, const struct row *b)
{
	return slice_equal(a->values[1].text, b->values[1].text) &&
		a->values[2].when.seconds == b->values[2].when.seconds &&
		a->values[2].when.basis == b->values[2].when.basis;
}

/* Runs that begin in the same second: 0, -1, -2 in the order of the log. */
static void tell_apart(struct row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && k + 64 > i; k--)
			if (same_key(&rows[k - 1], &rows[i])) {
				rows[i].values[3].integer = rows[k - 1].values[3].integer - 1;
				break;
			}
}

static void make_all_history(struct world *world)
{
	struct report *report = world->report;
	struct row *rows = arena_alloc(&report->arena, (world->runs.count + 1) * sizeof(*rows));
	size_t count = 0;

	if (!rows) {
		world->status = arena_status(&report->arena);
		return;
	}
	for (LIST_EACH(struct run, run, &world->runs)) {
		struct outcome_of_run outcome = outcome_of(world, run);

		if (outcome.status == RUN_RUNNING)
			continue;
		if (outcome.start.basis == TIME_NONE)
			diagnostics_add(&report->diagnostics, DIAG_NO_TIME, run->start.at, SLICE_NONE);
		else
			make_history(world, run, &outcome, &rows[count++]);
	}
	tell_apart(rows, count);
	report->rows[ROW_HISTORY] = rows;
	report->row_count[ROW_HISTORY] = count;
}

/* A run of an image that nothing names still belongs to its input. */
static void drop_homeless(struct world *world)
{
	for (size_t i = 0; i < world->runs.count;) {
		struct run *run = world->runs.items[i];

		if (!run->image)
			list_remove(&world->runs, run);
		else
			i++;
	}
}

void make_run_rows(struct world *world)
{
	drop_homeless(world);
	make_all_progress(world);
	if (world->status == ST_OK)
		make_all_history(world);
}
