/* When packages went in: the best source that tells. */
#include "core/applied.h"

#include "core/clock.h"
#include "core/records.h"

#define MAX_STALENESS 5 /* seconds between a session's id and its beginning */
#define QUARTER       900

/* The id of an online session is the UTC of its beginning: what its local clock is off by. */
static bool offset_by_id(const struct session_task *task, int64_t *ret_offset)
{
	int64_t utc, offset, half = QUARTER / 2, rest;

	if (!session_is_online(task->session) || task->begun == NO_TIME)
		return false;
	utc = filetime_to_seconds(task->session.a, task->session.b);
	if (utc == NO_TIME)
		return false;
	offset = task->begun - utc;
	offset = (offset + (offset >= 0 ? half : -half)) / QUARTER * QUARTER;
	rest = task->begun - utc - offset;
	if (offset > MAX_ZONE_OFFSET || offset < -MAX_ZONE_OFFSET || rest > MAX_STALENESS ||
		rest < -MAX_STALENESS)
		return false;
	*ret_offset = offset;
	return true;
}

/* A log of the image states universal time: better than the id. Its zone, and an option, are
 * not. */
static struct moment session_moment(
	struct world *world, const struct session_task *task, const struct proof *proof)
{
	struct moment when = clock_moment(world, &proof->at, task->complete);
	int64_t offset;

	if (when.basis == TIME_NONE || when.basis == TIME_UNIVERSAL || when.basis == TIME_CSI ||
		world->options->force_timezone || !offset_by_id(task, &offset))
		return when;
	return (struct moment){ task->complete - offset, TIME_SESSION_ID };
}

static bool is_told(struct record *record, struct moment when, enum record_role from)
{
	if (when.basis == TIME_NONE || when.seconds == NO_TIME)
		return false;
	record->applied = when;
	record->applied_from = from;
	return true;
}

static struct moment logged(struct world *world, const struct package *package)
{
	return package->now.has_applied
		? clock_moment(world, &package->proofs[PROOF_APPLIED].at, package->now.applied)
		: (struct moment){ NO_TIME, TIME_NONE };
}

static void find_applied(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct proof *done = &record->proofs[RECORD_DONE];

	record->has_applied = true;
	if (record->stands == STANDS_LOG && package->now.has_applied &&
		is_told(record, logged(world, package), RECORD_ROLE_COUNT_))
		return;
	if (is_told(record, (struct moment){ record->install_time, TIME_HIVE }, RECORD_HIVE))
		return;
	if (done->kind && is_told(record, session_moment(world, &record->done, done), RECORD_DONE))
		return;
	if (is_told(record, logged(world, package), RECORD_ROLE_COUNT_))
		return;
	(void)is_told(record, record->listed_when, RECORD_LISTING);
}

struct moment package_applied(struct world *world, struct package *package)
{
	if (!package->record)
		return logged(world, package);
	if (!package->record->has_applied)
		find_applied(world, package);
	return package->record->applied;
}
