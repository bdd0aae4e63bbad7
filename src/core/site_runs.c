/* Runs of the site as rows show them; runs of DISM that are a part of one. */
#include "base/buf.h"
#include "core/image_rows.h"
#include "core/site_rows.h"
#include "core/site_store.h"
#include "core/site_time.h"
#include "model/code.h"

/* A part of a run */

static int by_image_and_time(const void *a, const void *b)
{
	const struct site_visit *first = *(struct site_visit *const *)a,
				*second = *(struct site_visit *const *)b;
	int order = slice_compare(first->image->id, second->image->id);

	if (order)
		return order;
	if (first->first.when != second->first.when)
		return first->first.when < second->first.when ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

static void list_visits(struct world *world, struct list *ret_visits)
{
	for (LIST_EACH(struct site_visit, visit, &world->site->visits))
		if (!visit->is_dropped && visit->image && !list_add(ret_visits, visit))
			world->status = ST_NOMEM;
	list_sort(ret_visits, by_image_and_time);
}

/* The first visit to that image in the list. */
static size_t first_of_image(const struct list *visits, struct slice id)
{
	size_t from = 0, to = visits->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct site_visit *visit = visits->items[middle];

		if (slice_compare(visit->image->id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct site_visit *visit_around(
	struct world *world, const struct list *visits, const struct run *run)
{
	struct moment start = proof_moment(world, &run->start);

	for (size_t at = first_of_image(visits, run->image->id); at < visits->count; at++) {
		struct site_visit *visit = visits->items[at];

		if (!slice_equal(visit->image->id, run->image->id))
			break;
		if (site_spans(world, &visit->first, &visit->last, start))
			return visit;
	}
	return NULL;
}

void site_absorb_runs(struct world *world)
{
	struct list visits = { 0 };
	size_t kept = 0;

	if (!world->site)
		return;
	list_visits(world, &visits);
	for (LIST_EACH(struct run, run, &world->runs)) {
		struct site_visit *visit = visit_around(world, &visits, run);

		if (!visit)
			world->runs.items[kept++] = run;
		else if (!list_add(&visit->runs, run))
			world->status = ST_NOMEM;
	}
	/* What left the list is released with the visits'. */
	world->runs.count = kept;
	list_release(&visits);
}

/* Outcomes */

static const struct site_failure *deciding_failure(const struct site_visit *visit)
{
	if (visit->failed_update.is_set)
		return &visit->failed_update;
	if (visit->failure.is_set)
		return &visit->failure;
	return visit->run->failure.is_set ? &visit->run->failure : NULL;
}

/* The UpdateID of the first update that failed, as its row has it. */
static int32_t failed_update(const struct world *world, const struct site_visit *visit)
{
	const struct site_update *update;

	if (!visit->failed_update.is_set)
		return 0;
	if (visit->failed_ci)
		return (int32_t)visit->failed_ci;
	update = site_find(world, visit->failed_image, 0, visit->failed_kb, visit->failed_file);
	while (update && update->stands)
		update = update->stands;
	return update && update->update ? update->update->update_id : 0;
}

static bool ended_by_recall(const struct site_visit *visit)
{
	return visit->ended ? visit->end_is_recall : visit->run->end_is_recall;
}

static enum reason reason_of(const struct site_visit *visit)
{
	const struct site_failure *failure = deciding_failure(visit);

	if (visit->status == RUN_RUNNING)
		return REASON_LOG_ENDS;
	if (visit->status == RUN_FAILED && !visit->failed_update.is_set && visit->has_save_error)
		return REASON_COMMIT_FAILED;
	if (visit->status == RUN_FAILED)
		return !visit->failed_update.is_set &&
				(failure ? failure->is_recall : ended_by_recall(visit))
			? REASON_PATTERN_UNCONFIRMED
			: REASON_OPERATION_FAILED;
	return ended_by_recall(visit) ? REASON_PATTERN_UNCONFIRMED : REASON_NONE;
}

static bool is_over(const struct site_visit *visit)
{
	return visit->run->how != SITE_RUN_OPEN;
}

static enum update_list list_of(const struct site_visit *visit)
{
	const struct site_run *run = visit->run;

	return run->unread || run->is_anonymous || !is_over(visit) || !run->has_updates ||
			!visit->has_updates
		? UPDATE_LIST_INCOMPLETE
		: UPDATE_LIST_COMPLETE;
}

static struct place beginning_of(const struct site_run *run)
{
	if (run->started.kind)
		return run->started.at;
	if (run->status.kind)
		return run->status.at;
	return run->first.at;
}

static struct shown_run show(struct world *world, const struct site_visit *visit)
{
	const struct site_run *run = visit->run;
	const struct site_failure *failure = deciding_failure(visit);
	bool failed = visit->status == RUN_FAILED;
	struct shown_run shown = {
		.id = visit->image->id,
		.schedule = (int32_t)run->schedule,
		.status = visit->status,
		.failed_update = failed_update(world, visit),
		.has_code = !failed || (failure && failure->has_code),
		.start = site_moment(world, &run->start),
		.reason = reason_of(visit),
		.list = list_of(visit),
		.order = visit->number,
		.at = beginning_of(run),
		.visit = visit,
	};

	if (failed && shown.has_code)
		shown.code = code_win32(failure->code);
	if (shown.reason == REASON_PATTERN_UNCONFIRMED || (failed && failure && failure->is_recall))
		shown.certainty = CERTAINTY_INFERRED;
	return shown;
}

/* Diagnostics of whole runs */

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

static void note_runs(struct world *world)
{
	for (LIST_EACH(struct site_run, run, &world->site->runs)) {
		if (run->unread)
			note_unread(world, run);
		if (run->how != SITE_RUN_OPEN && !run->has_updates)
			diagnostics_add(&world->report->diagnostics, DIAG_NO_UPDATE_LINES,
				beginning_of(run), SLICE_NONE);
	}
}

size_t site_show_runs(struct world *world, struct shown_run *ret_runs)
{
	size_t count = 0;

	if (!world->site)
		return 0;
	note_runs(world);
	for (LIST_EACH(struct site_visit, visit, &world->site->visits))
		if (!visit->is_dropped && visit->image && image_is_chosen(world, visit->image))
			ret_runs[count++] = show(world, visit);
	return count;
}
