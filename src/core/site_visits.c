/* Visits of a run to image packages: announced, turned to, named, closed. */
#include "core/site_levels.h"

#include "core/proof.h"

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
		site_index_close(world, index);
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
