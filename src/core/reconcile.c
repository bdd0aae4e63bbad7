/* Sources in order of trust, and the state that stands. */
#include "core/reconcile.h"

#include "core/clock.h"
#include "core/families.h"
#include "core/known.h"
#include "core/packages.h"
#include "core/records.h"
#include "model/code.h"
#include "model/identity.h"

#define MAX_ZONE (14 * 3600) /* how far a local clock may be from UTC */

static struct contents *contents_of(const struct package *package)
{
	return package->image->canonical->contents;
}

/* For what a document of the image was read for: there are contents then. */
static const struct contents *contents_or_none(const struct package *package)
{
	static const struct contents none;
	const struct contents *contents = contents_of(package);

	return contents ? contents : &none;
}

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

/* Clocks */

/* Beyond doubt before a moment of UTC? */
static bool is_before(struct moment when, int64_t utc)
{
	if (when.basis == TIME_NONE || when.seconds == NO_TIME || utc == NO_TIME)
		return false;
	return when.seconds + (when.basis == TIME_LOCAL ? MAX_ZONE : 0) <= utc;
}

static bool is_after(struct moment when, int64_t utc)
{
	if (when.basis == TIME_NONE || when.seconds == NO_TIME || utc == NO_TIME)
		return false;
	return when.seconds - (when.basis == TIME_LOCAL ? MAX_ZONE : 0) > utc;
}

static bool is_installed(enum cbs_state state)
{
	return state == STATE_INSTALLED || state == STATE_PERMANENT;
}

static const struct proof *latest(
	const struct package *package, const enum proof_role *roles, size_t count)
{
	const struct proof *last = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct proof *proof = &package->proofs[roles[i]];

		if (proof->kind && (!last || proof->when >= last->when))
			last = proof;
	}
	return last;
}

/* The last word of the logs on the package; NULL. */
static const struct proof *last_said(const struct package *package)
{
	static const enum proof_role roles[] = { PROOF_APPLIED, PROOF_REPORT, PROOF_END,
		PROOF_STATE };

	return latest(package, roles, sizeof(roles) / sizeof(roles[0]));
}

/* Their last word on an attempt at it. */
static const struct proof *last_tried(const struct package *package)
{
	static const enum proof_role roles[] = { PROOF_ERROR, PROOF_APPLIED, PROOF_REPORT,
		PROOF_END };

	return latest(package, roles, sizeof(roles) / sizeof(roles[0]));
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
	return when.seconds - (when.basis == TIME_LOCAL ? MAX_ZONE : 0) > image->modified;
}

/* The name of a package, and not of a file or of a part of an identity: a list that omits it
 * says that it is absent. */
static bool is_whole(const struct world *world, const struct package *package)
{
	struct identity parts;

	return identity_parse(identity_of(world, package), &parts) && parts.version.len;
}

static bool is_target_out(const struct session_task *task)
{
	return state_is_out(task->target);
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
	const struct contents *contents = contents_or_none(package);
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
	is_remove = is_target_out(task);
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
		is_after(clock_moment(world, &said->at, said->when), record->install_time);
	if (!proof->kind || !task_failed(task) || is_target_out(task) ||
		!is_after(clock_moment(world, &proof->at, task_end(task)), record->install_time) ||
		(record->keeps_code && !says_more(&package->now, task->code)))
		return;
	set_failed(world, package, false, task->code);
	record->keeps_code = true;
}

static void stand_by_hive(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct contents *contents = contents_or_none(package);
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
	if (is_installed(state))
		keep_later_failure(world, package);
	if (state == STATE_INSTALL_PENDING)
		record->reason = REASON_REBOOT_UNSEEN;
	if (!hive || !hive->is_dirty)
		return;
	record->is_inferred = true;
	record->reason = REASON_HIVE_DIRTY;
	because(record, &hive->proof);
}

/* What a session reached: installed, or waiting for a restart. */
static enum cbs_state reached(const struct session_task *task)
{
	return state_is_in(task->target) && task->restart ? STATE_INSTALL_PENDING : task->target;
}

static void stand_by_session(struct world *world, struct package *package)
{
	struct record *record = package->record;
	const struct session_task *task = &record->session;
	const struct proof *tried;
	enum cbs_state state = package->now.current;

	if (!task_failed(task))
		state = reached(task);
	else if (state == STATE_NONE && is_target_out(task) && record_has(record, RECORD_DONE))
		state = STATE_INSTALLED; /* put in before, and not taken out */
	else if (state == STATE_NONE)
		state = record->listed;
	set_current(world, package, state);
	if (task_failed(task) && state == STATE_NONE)
		set_failed(world, package, is_target_out(task), task->code);
	else
		add_session(world, package, state);
	if (state == STATE_INSTALL_PENDING)
		record->reason = REASON_REBOOT_UNSEEN;
	tried = last_tried(package);
	record->keeps_code = is_installed(state) && tried && has_failed_add(&package->now) &&
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
	because(record, &contents_or_none(package)->list);
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
	const struct contents *contents = contents_or_none(package);
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

/* Parents */

static struct slice field(struct slice *version)
{
	return slice_cut(version, '.');
}

/* Major and minor are equal; build and revision too, or they may be higher. */
static bool version_fits(
	const struct known_parent *parent, struct slice wanted, struct slice version)
{
	int build;

	for (int i = 0; i < 2; i++)
		if (version_compare(field(&wanted), field(&version)) != 0)
			return false;
	build = version_compare(field(&version), field(&wanted));
	if (build != 0)
		return build > 0 && parent->build_may_grow;
	build = version_compare(version, wanted);
	return build == 0 || (build > 0 && parent->revision_may_grow);
}

static struct package *installed_parent(
	const struct world *world, const struct package *package, const struct known_parent *parent)
{
	struct slice identity = interned(&world->identities, parent->identity);
	struct package *found = NULL;
	struct identity wanted;

	if (!identity_parse(identity, &wanted))
		return NULL;
	for (struct package *other = family_first(world, package->image, identity); other;
		other = other->next_of_family) {
		struct slice version = package_version(world, other);

		if ((other->now.current == STATE_INSTALLED ||
			    other->now.current == STATE_PERMANENT) &&
			version_fits(parent, wanted.version, version) &&
			(!found || version_compare(version, package_version(world, found)) > 0))
			found = other;
	}
	return found;
}

static void find_parent(struct world *world, struct package *package)
{
	const struct known *known = known_find(world, package->identity);
	const struct known_parent *named = known ? known->parents : NULL;
	struct package *parent = NULL;
	struct record *record;

	for (; named; named = named->next) {
		parent = installed_parent(world, package, named);
		if (parent)
			break;
	}
	record = parent ? record_of(world, package) : NULL;
	if (!record)
		return;
	record->parent = parent;
	record->parent_named = named;
}

static void find_parents(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages))
		if (!package->shadowed_by && state_is_out(package->now.current))
			find_parent(world, package);
}

/* Conflicts */

/*
 * One source says Installed, the one that stands says that it is out: time alone does not do
 * that. A newer generation, a removal, a failure do. From out to in is the course of things,
 * and so are pending states to anything, Installed to Superseded, to Uninstall Pending.
 */
static bool is_lost(const struct world *world, const struct package *package, enum cbs_state said)
{
	enum cbs_state current = package->now.current;
	const struct package_state *now = &package->now;

	if (!is_installed(said) || newer_is_in(world, package) ||
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

	if (!is_installed(package->now.current))
		return false;
	if (record->stands == STANDS_SESSION) /* both are on the image's own clock */
		return removed == NO_TIME || task_end(&record->session) <= removed;
	return !is_before(clock_moment(world, &proof->at, removed), record->install_time);
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
	const struct contents *contents = contents_or_none(package);
	const struct proof *proof = record_has(record, RECORD_HIVE) ? &record->proofs[RECORD_HIVE]
								    : &contents->packages_key;
	const struct hive_file *hive = contents_hive(contents, &proof->at);
	struct moment end = clock_end(world, &said->at);

	if (end.basis == TIME_NONE)
		end = clock_moment(world, &said->at, said->when);
	return record->stands == STANDS_HIVE && hive && hive->written != NO_TIME &&
		(record->install_time == NO_TIME || !is_installed(package->now.current)) &&
		is_before(end, hive->written - LONG_AFTER);
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
	if (is_lost(world, package, reached(task)) ||
		(is_target_out(task) && task->target != STATE_STAGED &&
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
static void find_conflicts(struct world *world)
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
	find_parents(world);
	find_conflicts(world);
}

/* When it went in */

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
	if (offset > MAX_ZONE || offset < -MAX_ZONE || rest > MAX_STALENESS ||
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
