/* Sources in order of trust, and the state that stands. */
#include "core/reconcile.h"

#include "core/clock.h"
#include "core/conflicts.h"
#include "core/families.h"
#include "core/packages.h"
#include "core/parents.h"
#include "core/records.h"
#include "model/code.h"
#include "model/identity.h"

static struct slice identity_of(const struct world *world, const struct package *package)
{
	return interned(&world->identities, package->identity);
}

bool stands_by_record(const struct package *package)
{
	return package->record && package->record->stands != STANDS_LOG;
}

static void because(struct record *record, const struct proof *proof)
{
	if (proof->kind && record->because_count < MAX_BECAUSE)
		record->because[record->because_count++] = proof;
}

/* The logs' last word on an attempt at it; NULL. */
static const struct proof *last_tried(const struct package *package)
{
	static const enum proof_role roles[] = { PROOF_ERROR, PROOF_APPLIED, PROOF_REPORT,
		PROOF_END };

	return package_last(package, roles, sizeof(roles) / sizeof(roles[0]));
}

/* What the logs say last, before a record takes the place of it. */
static enum cbs_state said_by_log(const struct package *package)
{
	const struct package_state *now = &package->now;

	if (now->outcome != OUTCOME_DONE || now->current_seq > now->attempt_seq)
		return now->current;
	if (now->is_inferred) /* no line says so */
		return STATE_NONE;
	if (now->is_remove)
		return now->restart ? STATE_UNINSTALL_PENDING : STATE_ABSENT;
	return now->restart ? STATE_INSTALL_PENDING : STATE_INSTALLED;
}

/* Who stands */

/* The logs hold a commit of the package's image that is later than the image's last
 * modification. A clock without an offset may be off by a day's zones. */
static bool log_is_later(struct world *world, const struct package *package)
{
	const struct image *image = package->image->canonical;
	const struct proof *commit = &package->proofs[PROOF_COMMIT];
	struct moment when;

	if (image->modified == NO_TIME || !commit->kind ||
		package->mount_reason != REASON_COMMIT_ASSUMED)
		return false;
	when = clock_moment(world, &commit->at, commit->when);
	if (when.basis == TIME_NONE)
		return false;
	return when.seconds - (when.basis == TIME_LOCAL ? MAX_ZONE_OFFSET : 0) > image->modified;
}

/* The name of a package, and not of a file or of a part of an identity: a list that omits it
 * says that it is absent. */
static bool is_whole(const struct world *world, const struct package *package)
{
	struct identity parts;

	return identity_parse(identity_of(world, package), &parts) && parts.version.len;
}

static bool log_speaks(const struct package *package)
{
	const struct package_state *now = &package->now;

	return now->current != STATE_NONE || now->outcome == OUTCOME_DONE ||
		now->outcome == OUTCOME_FAILED || now->outcome == OUTCOME_NOT_APPLICABLE;
}

/* The logs say otherwise than the last session, by an operation that they report after its end:
 * what was asked before tells nothing of it. Both are on one clock. */
static bool log_is_past(const struct package *package)
{
	const struct session_task *task = &package->record->session;
	const struct proof *said = last_tried(package);
	enum cbs_state state = said_by_log(package);

	if (!said || package->now.outcome != OUTCOME_DONE || task_end(task) == NO_TIME ||
		said->when == NO_TIME || said->when <= task_end(task))
		return false;
	return state_is_in(state)
		? !state_is_in(task->target) || task_failed(task)
		: state_is_out(state) && state_is_in(task->target) && !task_failed(task);
}

static enum stands who_stands(struct world *world, const struct package *package)
{
	const struct record *record = package->record;
	const struct contents *contents = contents_of_package(package);
	bool whole = is_whole(world, package);

	if (log_is_later(world, package))
		return STANDS_LOG;
	if (record_has(record, RECORD_HIVE) || (whole && contents->packages_key.kind))
		return STANDS_HIVE;
	if (record_has(record, RECORD_SESSION) && !log_is_past(package))
		return STANDS_SESSION;
	if (log_speaks(package))
		return STANDS_LOG;
	if ((record_has(record, RECORD_LISTING) && record->listed != STATE_NONE) ||
		(whole && contents->list.kind && !record_has(record, RECORD_LISTING)))
		return STANDS_LISTING; /* what is listed in a state unknown is not omitted */
	if (record_has(record, RECORD_DEPLOYMENT))
		return STANDS_DEPLOYMENT;
	return record_has(record, RECORD_MANIFEST) ? STANDS_MANIFEST : STANDS_LOG;
}

/* Setting the state */

static void set_current(struct world *world, struct package *package, enum cbs_state state)
{
	struct package_state *now = &package->now;

	now->current = state;
	now->current_seq = world->seq + 1; /* after all that was attempted */
	now->current_reason = REASON_NONE;
	now->restart = false;
	package->was_in |= state_is_in(state);
	/* An attempt's outcome tells of what is in or out; other states speak for themselves. */
	if (now->outcome == OUTCOME_UNDER_WAY || (!state_is_in(state) && !state_is_out(state)) ||
		(now->outcome == OUTCOME_FAILED && now->is_remove && state_is_out(state)))
		now->outcome = OUTCOME_NONE;
}

static void set_failed(struct world *world, struct package *package, bool is_remove, uint32_t code)
{
	struct package_state *now = &package->now;

	now->outcome = code == 0x800F081E && !is_remove ? OUTCOME_NOT_APPLICABLE : OUTCOME_FAILED;
	now->attempt_seq = world->seq;
	now->is_remove = is_remove;
	now->has_code = true;
	now->code = code;
	now->reason = now->outcome == OUTCOME_FAILED ? failure_reason(is_remove, code)
		: package->parent_count              ? REASON_PARENT_ABSENT
						     : REASON_NOT_APPLICABLE;
}

static void set_removed(struct world *world, struct package *package)
{
	struct package_state *now = &package->now;

	now->outcome = OUTCOME_DONE;
	now->attempt_seq = world->seq;
	now->is_remove = true;
	now->is_inferred = false;
	now->has_code = false;
	now->reason = REASON_REMOVED;
}

/* A code that says more than what is known: none is, or a generic one. */
static bool says_more(const struct package_state *now, uint32_t code)
{
	bool failed = now->outcome == OUTCOME_FAILED || now->outcome == OUTCOME_NOT_APPLICABLE;

	return !failed || !now->has_code || (code_is_generic(now->code) && !code_is_generic(code));
}

/* How the last session ended, where that explains the state. */
static void add_session(struct world *world, struct package *package, enum cbs_state state)
{
	const struct record *record = package->record;
	const struct session_task *task;
	bool is_remove;

	if (!record_has(record, RECORD_SESSION))
		return;
	task = &record->session;
	is_remove = task_wants_out(task);
	if (task_failed(task)) {
		/* A failed add of what is in, a failed removal of what is out: it came right. */
		if (is_remove ? state_is_in(state) : state_is_out(state)) {
			if (says_more(&package->now, task->code))
				set_failed(world, package, is_remove, task->code);
		}
	} else if (is_remove && state_is_out(state) &&
		(task->target != STATE_STAGED || record_has(record, RECORD_DONE))) {
		set_removed(world, package);
	}
}

static void add_last_error(struct world *world, struct package *package, enum cbs_state state)
{
	const struct record *record = package->record;
	const struct package_state *now = &package->now;

	if (record->has_error && state_is_out(state) &&
		!(now->outcome == OUTCOME_DONE && now->is_remove) && says_more(now, record->error))
		set_failed(world, package, false, record->error);
}

static bool has_failed_add(const struct package_state *now)
{
	return !now->is_remove && now->has_code && code_is_failure(now->code) &&
		(now->outcome == OUTCOME_FAILED || now->outcome == OUTCOME_NOT_APPLICABLE);
}

/* What is in stays in when an attempt to put it in again fails; the code is the last word. */
static void keep_later_failure(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct proof *said = last_tried(package), *proof = &record->proofs[RECORD_SESSION];
	const struct session_task *task = &record->session;

	record->keeps_code = said && has_failed_add(&package->now) &&
		moment_is_after(clock_moment(world, &said->at, said->when), record->install_time);
	if (!proof->kind || !task_failed(task) || task_wants_out(task) ||
		!moment_is_after(
			clock_moment(world, &proof->at, task_end(task)), record->install_time) ||
		(record->keeps_code && !says_more(&package->now, task->code)))
		return;
	set_failed(world, package, false, task->code);
	record->keeps_code = true;
}

static void stand_by_hive(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct contents *contents = contents_of_package(package);
	bool has_key = record_has(record, RECORD_HIVE);
	const struct proof *proof =
		has_key ? &record->proofs[RECORD_HIVE] : &contents->packages_key;
	const struct hive_file *hive = contents_hive(contents, &proof->at);
	enum cbs_state state = has_key ? record->hive : STATE_ABSENT;

	/* A number that no table knows: COMPONENTS decides. */
	if (state == STATE_NONE && record_has(record, RECORD_DEPLOYMENT)) {
		state = record->deployed;
		record->is_inferred = true;
		because(record, &record->proofs[RECORD_DEPLOYMENT]);
	}
	set_current(world, package, state);
	if (!has_key)
		because(record, &contents->packages_key);
	if (package->now.applicable == STATE_NONE && record->applicable != STATE_ABSENT) {
		package->now.applicable = record->applicable;
		record->is_cached = record->applicable != STATE_NONE;
	}
	add_session(world, package, state);
	add_last_error(world, package, state);
	if (state_is_installed(state))
		keep_later_failure(world, package);
	if (state == STATE_INSTALL_PENDING)
		record->reason = REASON_REBOOT_UNSEEN;
	if (!hive || !hive->is_dirty)
		return;
	record->is_inferred = true;
	record->reason = REASON_HIVE_DIRTY;
	because(record, &hive->proof);
}

static void stand_by_session(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct session_task *task = &record->session;
	const struct proof *tried;
	enum cbs_state state = package->now.current;

	if (!task_failed(task))
		state = task_reached(task);
	else if (state == STATE_NONE && task_wants_out(task) && record_has(record, RECORD_DONE))
		state = STATE_INSTALLED; /* put in before, and not taken out */
	else if (state == STATE_NONE)
		state = record->listed;
	set_current(world, package, state);
	if (task_failed(task) && state == STATE_NONE)
		set_failed(world, package, task_wants_out(task), task->code);
	else
		add_session(world, package, state);
	if (state == STATE_INSTALL_PENDING)
		record->reason = REASON_REBOOT_UNSEEN;
	tried = last_tried(package);
	record->keeps_code = state_is_installed(state) && tried && has_failed_add(&package->now) &&
		task_end(task) != NO_TIME && tried->when > task_end(task);
}

static void stand_by_list(struct world *world, struct package *package)
{
	struct record *record = package->record;
	bool is_listed = record_has(record, RECORD_LISTING) && record->listed != STATE_NONE;

	set_current(world, package, is_listed ? record->listed : STATE_ABSENT);
	if (is_listed)
		return;
	package->now.current_reason = REASON_INVENTORY_OMITS;
	because(record, &contents_of_package(package)->list);
}

static void stand(struct world *world, struct package *package)
{
	enum stands stands = who_stands(world, package);
	struct record *record;

	if (stands == STANDS_LOG)
		return;
	record = record_of(world, package);
	if (!record)
		return;
	record->stands = stands;
	record->said = said_by_log(package);
	record->was_assumed = package->now.outcome == OUTCOME_DONE && package->now.is_inferred &&
		!package->now.is_remove;
	record->was_removed = package->now.outcome == OUTCOME_DONE && package->now.is_remove;
	package->conflict = false; /* of logs: a better source speaks now */
	switch (stands) {
	case STANDS_HIVE:
		stand_by_hive(world, package);
		break;
	case STANDS_SESSION:
		stand_by_session(world, package);
		break;
	case STANDS_LISTING:
		stand_by_list(world, package);
		break;
	case STANDS_DEPLOYMENT:
		set_current(world, package, record->deployed);
		record->is_inferred = true;
		break;
	case STANDS_LOG:
	case STANDS_MANIFEST:
		break;
	}
}

/* Staged, and waiting for a restart */

/* The newest generation that is staged or in, with an older one in the image. */
static bool is_newest_over_installed(const struct world *world, const struct package *package)
{
	struct slice own = package_version(world, package);
	bool has_older = false;

	for (const struct package *other = world->families[package->family]; other;
		other = other->next_of_family) {
		int order;

		if (other == package || !record_has(other->record, RECORD_HIVE))
			continue;
		order = version_compare(package_version(world, other), own);
		if (order > 0 &&
			(other->record->hive == STATE_STAGED || state_is_in(other->record->hive)))
			return false;
		has_older |= order < 0 &&
			(other->record->hive == STATE_INSTALLED ||
				other->record->hive == STATE_PERMANENT);
	}
	return has_older && own.len;
}

static bool has_failed(const struct record *record)
{
	return record->has_error ||
		(record_has(record, RECORD_SESSION) && task_failed(&record->session));
}

/* The mark that a session that was to put it in waits. */
static const struct proof *session_pends(
	const struct record *record, const struct contents *contents)
{
	const struct proof *pends = NULL;

	if (record_has(record, RECORD_OPEN) && state_is_in(record->open.target))
		pends = contents_pends(contents, record->open.session);
	if (!pends && record_has(record, RECORD_SESSION) && state_is_in(record->session.target))
		pends = contents_pends(contents, record->session.session);
	return pends;
}

/* The place that says that a staged package waits for a restart; NULL: it does not. */
static const struct proof *pending_by(
	const struct world *world, const struct package *package, bool *ret_inferred)
{
	const struct record *record = package->record;
	const struct contents *contents = contents_of_package(package);
	const struct proof *mark = &contents->marks[MARK_REBOOT_PENDING], *pends;

	*ret_inferred = false;
	if (record_has(record, RECORD_PENDING) &&
		(record->pending == STATE_NONE || record->pending == STATE_STAGED ||
			state_is_in(record->pending)))
		return &record->proofs[RECORD_PENDING];
	if (mark->kind &&
		(record->said == STATE_INSTALL_PENDING || record->listed == STATE_INSTALL_PENDING))
		return mark;
	*ret_inferred = true;
	pends = session_pends(record, contents);
	if (pends)
		return pends;
	return mark->kind && is_newest_over_installed(world, package) ? mark : NULL;
}

static void find_pending(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages)) {
		struct record *record = package->record;
		const struct proof *proof;
		bool is_inferred;

		if (package->shadowed_by || !record || record->stands != STANDS_HIVE ||
			package->now.current != STATE_STAGED)
			continue;
		proof = pending_by(world, package, &is_inferred);
		if (!proof)
			continue;
		record->keeps_code = has_failed(record) && has_failed_add(&package->now);
		set_current(world, package, STATE_INSTALL_PENDING);
		because(record, proof);
		record->is_inferred |= is_inferred;
		if (!record->reason)
			record->reason = REASON_REBOOT_UNSEEN;
	}
}

/* What a newer session put in supersedes what an older one had: the registry would say so.
 * Servicing stacks stand side by side. */
static void supersede_sessions(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages)) {
		struct record *record = package->record;

		if (package->shadowed_by || !record || record->stands != STANDS_SESSION ||
			!state_is_in(package->now.current) || !newer_is_in(world, package) ||
			identity_is_stack(identity_of(world, package)))
			continue;
		set_current(world, package, STATE_SUPERSEDED);
		record->is_inferred = true;
		record->reason = REASON_NONE;
	}
}

void reconcile(struct world *world)
{
	world->seq++;
	families_prepare(world);
	if (world->status != ST_OK)
		return;
	for (LIST_EACH(struct package, package, &world->packages))
		if (!package->shadowed_by)
			stand(world, package);
	find_pending(world);
	families_settle(world);
	supersede_sessions(world);
	parents_find(world);
	conflicts_find(world);
}
