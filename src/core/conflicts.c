/* Sources that disagree beyond what time explains. */
#include "core/conflicts.h"

#include "core/clock.h"
#include "core/families.h"
#include "core/packages.h"
#include "core/records.h"

/* The last word of the logs on the package; NULL. */
static const struct proof *last_said(const struct package *package)
{
	static const enum proof_role roles[] = { PROOF_APPLIED, PROOF_REPORT, PROOF_END,
		PROOF_STATE };

	return package_last(package, roles, sizeof(roles) / sizeof(roles[0]));
}

/*
 * One source says Installed, the one that stands says that it is out: time alone does not do
 * that. A newer generation, a removal, a failure do. From out to in is the course of things,
 * and so are pending states to anything, Installed to Superseded, to Uninstall Pending.
 */
static bool is_lost(const struct world *world, const struct package *package, enum cbs_state said)
{
	enum cbs_state current = package->now.current;
	const struct package_state *now = &package->now;

	if (!state_is_installed(said) || newer_is_in(world, package) ||
		(now->outcome == OUTCOME_DONE && now->is_remove))
		return false;
	if (current == STATE_PARTIALLY_INSTALLED)
		return !package->record->has_error;
	return state_is_out(current);
}

/* A source says that it was removed, the one that stands that it is in, since before. */
static bool is_back(struct world *world, const struct package *package, const struct proof *proof,
	int64_t removed)
{
	const struct record *record = package->record;

	if (!state_is_installed(package->now.current))
		return false;
	if (record->stands == STANDS_SESSION) /* both are on the image's own clock */
		return removed == NO_TIME || task_end(&record->session) <= removed;
	return !moment_is_before(clock_moment(world, &proof->at, removed), record->install_time);
}

static void note_conflict(struct world *world, struct package *package, const struct proof *other)
{
	if (!package->conflict)
		proof_copy(world, package_proof(world, package, PROOF_OTHER_SIDE), other);
	package->conflict = true;
}

#define LONG_AFTER 86400 /* seconds */

/* The hive was written long after the logs end, and holds no time of its own for the package:
 * what they do not show can have happened since. */
static bool may_have_changed(
	struct world *world, const struct package *package, const struct proof *said)
{
	const struct record *record = package->record;
	const struct contents *contents = contents_of_package(package);
	const struct proof *proof = record_has(record, RECORD_HIVE) ? &record->proofs[RECORD_HIVE]
								    : &contents->packages_key;
	const struct hive_file *hive = contents_hive(contents, &proof->at);
	struct moment end = clock_end(world, &said->at);

	if (end.basis == TIME_NONE)
		end = clock_moment(world, &said->at, said->when);
	return record->stands == STANDS_HIVE && hive && hive->written != NO_TIME &&
		(record->install_time == NO_TIME || !state_is_installed(package->now.current)) &&
		moment_is_before(end, hive->written - LONG_AFTER);
}

static void compare_log(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct proof *other = last_said(package);

	if (!other)
		return;
	if (may_have_changed(world, package, other))
		return;
	if (is_lost(world, package, record->said) ||
		(record->said == STATE_ABSENT && record->was_removed &&
			is_back(world, package, other, other->when)))
		note_conflict(world, package, other);
	else if (record->was_assumed && state_is_out(package->now.current) && !record->reason &&
		!newer_is_in(world, package))
		record->reason = REASON_REPORTED_SUCCESS_NOT_APPLIED;
}

static void compare_session(struct world *world, struct package *package)
{
	const struct record *record = package->record;
	const struct session_task *task = &record->session;
	const struct proof *proof = &record->proofs[RECORD_SESSION];

	if (record->stands != STANDS_HIVE || !proof->kind || task_failed(task))
		return;
	if (is_lost(world, package, task_reached(task)) ||
		(task_wants_out(task) && task->target != STATE_STAGED &&
			is_back(world, package, proof, task_end(task))))
		note_conflict(world, package, proof);
}

static void compare_list(struct world *world, struct package *package)
{
	const struct record *record = package->record;

	if (record->stands == STANDS_HIVE && record_has(record, RECORD_LISTING) &&
		is_lost(world, package, record->listed))
		note_conflict(world, package, &record->proofs[RECORD_LISTING]);
}

/* A hive that was not closed cleanly lags behind: that explains it. */
void conflicts_find(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages)) {
		const struct record *record = package->record;

		if (package->shadowed_by || !record || record->reason == REASON_HIVE_DIRTY ||
			(record->stands != STANDS_HIVE && record->stands != STANDS_SESSION))
			continue;
		compare_session(world, package);
		compare_log(world, package);
		compare_list(world, package);
	}
}
