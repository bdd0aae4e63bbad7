/* From a visit to what is kept of it. */
#include "core/site_past.h"

#include <string.h>

/* Outcomes */

static const struct site_failure *deciding_failure(const struct site_visit *visit)
{
	if (visit->failed_update.is_set)
		return &visit->failed_update;
	if (visit->failure.is_set)
		return &visit->failure;
	return visit->run->failure.is_set ? &visit->run->failure : NULL;
}

/* No form that a real log has shown tells of the outcome. */
static bool is_recall(const struct site_visit *visit)
{
	const struct site_failure *failure =
		visit->status == RUN_FAILED ? deciding_failure(visit) : NULL;

	if (failure)
		return failure->is_recall;
	return visit->ended ? visit->end_is_recall : visit->run->end_is_recall;
}

static enum reason reason_of(const struct site_visit *visit)
{
	if (visit->status == RUN_RUNNING)
		return REASON_LOG_ENDS;
	if (visit->status == RUN_SUCCESS)
		return is_recall(visit) ? REASON_PATTERN_UNCONFIRMED : REASON_NONE;
	if (visit->failed_update.is_set)
		return REASON_OPERATION_FAILED;
	if (visit->has_save_error)
		return REASON_COMMIT_FAILED;
	return is_recall(visit) ? REASON_PATTERN_UNCONFIRMED : REASON_OPERATION_FAILED;
}

static void set_outcome(const struct site_visit *visit, struct site_past *past)
{
	const struct site_failure *failure = deciding_failure(visit);
	bool failed = visit->status == RUN_FAILED;

	past->status = visit->status;
	past->reason = reason_of(visit);
	/* A failure whose number is 0 has none. */
	past->has_code = !failed || (failure && failure->has_code && failure->code);
	past->code = failed && past->has_code ? failure->code : 0;
	past->certainty = visit->is_disproved ? CERTAINTY_CONFLICT
		: past->reason == REASON_PATTERN_UNCONFIRMED || (failed && is_recall(visit))
		? CERTAINTY_INFERRED
		: CERTAINTY_SEEN;
	past->has_failed_update = visit->failed_update.is_set;
	past->failed_ci = visit->failed_ci;
	past->failed_kb = visit->failed_kb;
	past->failed_file = visit->failed_file;
	past->failed_image = visit->failed_image;
}

static bool is_complete(const struct site_visit *visit)
{
	const struct site_run *run = visit->run;

	return !run->unread && !run->is_anonymous && run->how != SITE_RUN_OPEN &&
		!run->end_is_odd && !visit->end_is_odd && visit->has_updates && !visit->has_unnamed;
}

/* Lines */

struct lines {
	struct evidence items[MAX_PAST_LINES];
	uint32_t count;
};

static void add_line(
	struct world *world, struct lines *lines, enum past_role role, const struct proof *proof)
{
	if (!proof->kind || lines->count == MAX_PAST_LINES)
		return;
	lines->items[lines->count++] = (struct evidence){
		.supports = role,
		.at = proof->at,
		.kind = proof->kind,
		.words = clean_text(world, (struct slice){ proof->words, proof->len }),
	};
}

static void keep_lines(struct world *world, const struct site_visit *visit, struct site_past *past)
{
	const struct site_run *run = visit->run;
	struct lines lines = { .count = 0 };

	add_line(world, &lines, PAST_BEGUN, run->status.kind ? &run->status : &run->started);
	add_line(world, &lines, PAST_OPENED, &run->opened);
	add_line(world, &lines, PAST_NAMED, &visit->named);
	add_line(world, &lines, PAST_FAILED, &visit->failed_update.proof);
	add_line(world, &lines, PAST_FAILED, &visit->failure.proof);
	add_line(world, &lines, PAST_FAILED, &run->failure.proof);
	add_line(world, &lines, PAST_ENDED, &visit->end);
	if (!visit->ended) /* else the line is of other images as well */
		add_line(world, &lines, PAST_OVER, &run->end);
	past->lines = world_alloc(world, lines.count * sizeof(*past->lines) + 1);
	if (!past->lines)
		return;
	memcpy(past->lines, lines.items, lines.count * sizeof(*past->lines));
	past->line_count = lines.count;
}

void site_keep(struct world *world, const struct site_visit *visit)
{
	const struct site_run *run = visit->run;
	struct site_past *past = world_alloc(world, sizeof(*past));

	if (!past)
		return;
	past->machine = run->machine;
	past->image = visit->image;
	past->package = visit->package;
	past->wim = visit->wim;
	past->number = visit->number;
	past->schedule = run->schedule;
	past->start = run->start;
	past->first = visit->first;
	past->last = visit->last;
	past->at = site_run_place(run);
	past->is_overtaken = run->is_overtaken;
	past->unread = run->unread;
	past->is_complete = is_complete(visit);
	set_outcome(visit, past);
	keep_lines(world, visit, past);
	if (!list_add(&world->site->past, past))
		world->status = ST_NOMEM;
}
