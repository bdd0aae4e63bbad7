/* Runs of the site as rows show them; runs of DISM that are a part of one. */
#include "base/sort.h"
#include "core/image_rows.h"
#include "core/site_past.h"
#include "core/site_rows.h"
#include "core/site_store.h"
#include "core/site_time.h"
#include "model/code.h"

/* A part of a run */

/* From the first to the last line of a run on an image. */
struct span {
	struct site_past *past;
	int64_t from, to;
	bool is_local;
};

static int by_start(const void *a, const void *b)
{
	const struct span *first = a, *second = b;
	int order = slice_compare(first->past->image->id, second->past->image->id);

	if (order)
		return order;
	if (first->is_local != second->is_local)
		return first->is_local ? 1 : -1;
	if (first->from != second->from)
		return first->from < second->from ? -1 : 1;
	return first->past->number < second->past->number ? -1 : 1;
}

static size_t list_spans(struct world *world, struct span *ret_spans)
{
	size_t count = 0;

	for (LIST_EACH(struct site_past, past, &world->site->past)) {
		struct moment from = site_moment(world, &past->first);
		struct moment to = site_moment(world, &past->last);

		if (moments_compare(from, to))
			ret_spans[count++] = (struct span){ past, from.seconds, to.seconds,
				from.basis == TIME_LOCAL };
	}
	sort_items(ret_spans, count, sizeof(*ret_spans), by_start);
	return count;
}

/* How many stand before what begins, on that image, a little later than the moment. */
static size_t count_before(
	const struct span *spans, size_t count, struct slice id, struct moment when)
{
	bool is_local = when.basis == TIME_LOCAL;
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct span *span = &spans[middle];
		int order = slice_compare(span->past->image->id, id);

		if (!order && span->is_local != is_local)
			order = span->is_local ? 1 : -1;
		if (order < 0 || (!order && span->from - SITE_LEEWAY <= when.seconds))
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

#define MAX_OVERLAP 16 /* runs of two schedules, or two servers, on one image */

static struct site_past *run_around(
	struct world *world, const struct span *spans, size_t count, const struct run *run)
{
	struct moment start = proof_moment(world, &run->start);
	size_t before =
		start.basis == TIME_NONE ? 0 : count_before(spans, count, run->image->id, start);

	for (size_t i = 0; i < MAX_OVERLAP && before > i; i++) {
		const struct span *span = &spans[before - 1 - i];

		if (!slice_equal(span->past->image->id, run->image->id) ||
			span->is_local != (start.basis == TIME_LOCAL))
			break;
		if (start.seconds <= span->to + SITE_LEEWAY)
			return span->past;
	}
	return NULL;
}

/* Where clocks cannot be compared: the only run of the package, by image. */

static int by_id(const void *a, const void *b)
{
	const struct site_past *first = *(struct site_past *const *)a,
			       *second = *(struct site_past *const *)b;
	int order = slice_compare(first->image->id, second->image->id);

	if (order)
		return order;
	return first->number < second->number ? -1 : first->number > second->number;
}

static struct site_past *only_run(
	struct world *world, const struct list *by_package, const struct run *run)
{
	struct moment start = proof_moment(world, &run->start);
	struct slice id = run->image->id;
	size_t from = 0, to = by_package->count;
	struct site_past *found, *next;

	if (!run->image->site_id) /* it lies elsewhere */
		return NULL;
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		found = by_package->items[middle];
		if (slice_compare(found->image->id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == by_package->count)
		return NULL;
	found = by_package->items[from];
	next = from + 1 < by_package->count ? by_package->items[from + 1] : NULL;
	if (!slice_equal(found->image->id, id) || (next && slice_equal(next->image->id, id)))
		return NULL;
	return moments_compare(start, site_moment(world, &found->first)) ? NULL : found;
}

static struct site_past *run_with(struct world *world, const struct span *spans, size_t count,
	const struct list *by_package, const struct run *run)
{
	struct site_past *past = run_around(world, spans, count, run);

	return past ? past : only_run(world, by_package, run);
}

/* What leaves the list is released with the runs of the site. */
static void absorb(
	struct world *world, const struct span *spans, size_t count, const struct list *by_package)
{
	size_t kept = 0;

	for (LIST_EACH(struct run, run, &world->runs)) {
		struct site_past *past = run_with(world, spans, count, by_package, run);

		if (!past)
			world->runs.items[kept++] = run;
		else if (!list_add(&past->runs, run))
			world->status = ST_NOMEM;
	}
	world->runs.count = kept;
}

void site_absorb_runs(struct world *world)
{
	struct list by_package = { 0 };
	struct span *spans;

	if (!world->site || !world->runs.count)
		return;
	for (LIST_EACH(struct site_past, past, &world->site->past))
		if (!list_add(&by_package, past))
			world->status = ST_NOMEM;
	list_sort(&by_package, by_id);
	spans = calloc(world->site->past.count + 1, sizeof(*spans));
	if (spans)
		absorb(world, spans, list_spans(world, spans), &by_package);
	else
		world->status = ST_NOMEM;
	list_release(&by_package);
	free(spans);
}

/* Rows */

/* The UpdateID of the first update that failed, as its row has it. */
static int32_t failed_update(const struct world *world, const struct site_past *past)
{
	const struct site_update *update;

	if (!past->has_failed_update)
		return 0;
	if (past->failed_ci)
		return (int32_t)past->failed_ci;
	update = site_find(world, past->failed_image, 0, past->failed_kb, past->failed_file);
	while (update && update->stands)
		update = update->stands;
	return update && update->update ? update->update->update_id : 0;
}

static struct shown_run show(struct world *world, const struct site_past *past)
{
	return (struct shown_run){
		.id = past->image->id,
		.schedule = (int32_t)past->schedule,
		.status = past->status,
		.failed_update = failed_update(world, past),
		.has_code = past->has_code,
		.code = code_win32(past->code),
		.start = site_moment(world, &past->start),
		.reason = past->reason,
		.certainty = past->certainty,
		.list = past->is_complete ? UPDATE_LIST_COMPLETE : UPDATE_LIST_INCOMPLETE,
		.order = past->number,
		.at = past->at,
		.past = past,
	};
}

void site_note_runs(struct world *world)
{
	if (!world->site)
		return;
	for (LIST_EACH(struct site_past, past, &world->site->past)) {
		if (!past->image || !image_is_chosen(world, past->image))
			continue;
		if (past->status == RUN_RUNNING && past->is_overtaken)
			diagnostics_add(&world->report->diagnostics, DIAG_RUN_WITHOUT_END, past->at,
				past->image->id);
		if (past->certainty == CERTAINTY_CONFLICT)
			diagnostics_add(&world->report->diagnostics, DIAG_CONFLICT, past->at,
				past->image->id);
	}
}

size_t site_show_runs(struct world *world, struct shown_run *ret_runs)
{
	size_t count = 0;

	if (!world->site)
		return 0;
	for (LIST_EACH(struct site_past, past, &world->site->past))
		if (past->image && image_is_chosen(world, past->image))
			ret_runs[count++] = show(world, past);
	return count;
}
