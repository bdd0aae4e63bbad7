/* UpdateStatus: the state table, the outcome of attempts, families. */
#include "core/verdict.h"

#include "core/applied.h"
#include "core/families.h"
#include "core/reconcile.h"
#include "core/records.h"
#include "model/code.h"

enum { STATUS_UNKNOWN, STATUS_NOT_REQUIRED, STATUS_INSTALLED, STATUS_APPLICABLE };

static enum reason cause_of_absence(const struct package *package)
{
	if (package->parent_count)
		return REASON_PARENT_ABSENT;
	if (package->stack_needed)
		return REASON_STACK_TOO_OLD;
	if (package->was_in)
		return REASON_NONE;
	if (package->higher || package->now.applicable == STATE_SUPERSEDED)
		return REASON_SUPERSEDED_BEFORE_INSTALL;
	return package->asked ? REASON_NOT_APPLICABLE : REASON_NONE; /* a mere evaluation */
}

static void set(
	struct verdict *verdict, int32_t status, enum reason reason, enum certainty certainty)
{
	verdict->status = status;
	verdict->reason = reason;
	verdict->certainty = certainty;
}

static bool may_go_in(enum cbs_state applicable)
{
	return applicable == STATE_INSTALLED || applicable == STATE_PERMANENT;
}

static bool may_not_go_in(enum cbs_state applicable)
{
	return applicable == STATE_ABSENT || applicable == STATE_STAGED;
}

/* Absent, Resolved, Staged, and nothing states the applicability. */
static void judge_unknown(
	const struct world *world, const struct package *package, struct verdict *verdict)
{
	const struct record *record = package->record;
	enum reason stated =
		record && record->reason ? record->reason : package->now.current_reason;
	enum reason unknown =
		stands_by_record(package) ? REASON_APPLICABILITY_UNKNOWN : REASON_STATE_UNKNOWN;

	if (newer_is_in(world, package))
		set(verdict, STATUS_NOT_REQUIRED,
			stated ? stated : REASON_SUPERSEDED_BEFORE_INSTALL, CERTAINTY_INFERRED);
	else if (record && record->parent)
		set(verdict, STATUS_APPLICABLE, stated ? stated : REASON_PARENT_PRESENT,
			CERTAINTY_INFERRED);
	else
		set(verdict, STATUS_UNKNOWN, stated ? stated : unknown, CERTAINTY_SEEN);
}

/* Absent, Resolved, Staged: applicability decides. A newer generation that a document of the
 * image puts in came after the log's evaluation. */
static void judge_out(
	const struct world *world, const struct package *package, struct verdict *verdict)
{
	enum cbs_state applicable = package->now.applicable;
	bool is_old = stands_by_record(package) && newer_is_in(world, package);

	if (may_go_in(applicable) && !is_old)
		set(verdict, STATUS_APPLICABLE, REASON_NONE, CERTAINTY_SEEN);
	else if (may_not_go_in(applicable) || applicable == STATE_SUPERSEDED)
		set(verdict, STATUS_NOT_REQUIRED, cause_of_absence(package), CERTAINTY_SEEN);
	else
		judge_unknown(world, package, verdict);
	if (package->record && package->record->is_cached)
		verdict->certainty = CERTAINTY_INFERRED;
}

/* No current state: applicability alone. */
static void judge_unstated(const struct package *package, struct verdict *verdict)
{
	bool under_way = package->now.outcome == OUTCOME_UNDER_WAY && !package->now.is_remove;

	if (may_not_go_in(package->now.applicable))
		set(verdict, STATUS_NOT_REQUIRED, cause_of_absence(package), CERTAINTY_INFERRED);
	else if (may_go_in(package->now.applicable) && under_way)
		set(verdict, STATUS_APPLICABLE, REASON_UNDER_WAY, CERTAINTY_SEEN);
	else
		set(verdict, STATUS_UNKNOWN, under_way ? REASON_LOG_ENDS : REASON_STATE_UNKNOWN,
			CERTAINTY_SEEN);
}

/* The code that the registry keeps beside a state that tells of a failure. */
static void take_last_error(const struct package *package, struct verdict *verdict)
{
	const struct record *record = package->record;

	if (!stands_by_record(package) || !record->has_error)
		return;
	verdict->has_code = true;
	verdict->code = record->error;
}

/* It is in; an attempt that failed later, or that waits for another try, keeps its code. */
static void take_later_failure(const struct package *package, struct verdict *verdict)
{
	if (!stands_by_record(package) || !package->record->keeps_code)
		return;
	verdict->has_code = true;
	verdict->code = package->now.code;
	if (!verdict->reason)
		verdict->reason = package->now.reason;
}

/* The last session on what is superseded failed, and nothing came after it. */
static void take_session_error(const struct package *package, struct verdict *verdict)
{
	const struct record *record = package->record;

	if (!stands_by_record(package) || !record_has(record, RECORD_SESSION) ||
		!record->session.has_code || !code_is_failure(record->session.code))
		return;
	verdict->has_code = true;
	verdict->code = record->session.code;
}

/* What the record adds to its state: how sure it is, and why. */
static void judge_record(const struct package *package, struct verdict *verdict)
{
	const struct record *record = package->record;

	if (!stands_by_record(package))
		return;
	if (record->is_inferred)
		verdict->certainty = CERTAINTY_INFERRED;
	if (record->reason && (!verdict->reason || record->reason == REASON_HIVE_DIRTY))
		verdict->reason = record->reason;
}

static void judge_in_or_out(
	const struct world *world, struct package *package, struct verdict *verdict)
{
	enum cbs_state current = package->now.current;

	if (state_is_in(current)) {
		set(verdict, STATUS_INSTALLED, REASON_NONE, CERTAINTY_SEEN);
	} else if (state_is_out(current)) {
		judge_out(world, package, verdict);
	} else if (current == STATE_SUPERSEDED) {
		set(verdict, STATUS_NOT_REQUIRED, REASON_NONE, CERTAINTY_SEEN);
		take_session_error(package, verdict);
	} else if (current == STATE_UNINSTALL_PENDING) {
		set(verdict, newer_is_in(world, package) ? STATUS_NOT_REQUIRED : STATUS_APPLICABLE,
			REASON_NONE, CERTAINTY_SEEN);
	} else if (current == STATE_PARTIALLY_INSTALLED) {
		set(verdict, STATUS_APPLICABLE, REASON_NONE, CERTAINTY_INFERRED);
		take_last_error(package, verdict);
	} else if (state_is_broken(current)) {
		set(verdict, STATUS_UNKNOWN, REASON_BROKEN, CERTAINTY_SEEN);
		take_last_error(package, verdict);
	} else if (stands_by_record(package)) { /* a number that nobody knows, or none */
		set(verdict, STATUS_UNKNOWN, REASON_STATE_UNKNOWN, CERTAINTY_SEEN);
	} else {
		judge_unstated(package, verdict);
	}
}

static void judge_state(const struct world *world, struct package *package, struct verdict *verdict)
{
	verdict->state = state_word(package->now.current);
	judge_in_or_out(world, package, verdict);
	if (!stands_by_record(package) && package->now.reason == REASON_LOG_ENDS &&
		(verdict->reason == REASON_NONE || verdict->reason == REASON_STATE_UNKNOWN))
		verdict->reason = REASON_LOG_ENDS;
	judge_record(package, verdict);
}

static bool stated_after(const struct package *package)
{
	return package->now.current_seq > package->now.attempt_seq;
}

/* The image's own documents show a newer generation in the place of the package. */
static bool is_replaced(const struct world *world, const struct package *package)
{
	return stands_by_record(package) && newer_is_in(world, package);
}

static void judge_failed(
	const struct world *world, struct package *package, struct verdict *verdict)
{
	const struct package_state *now = &package->now;

	judge_state(world, package, verdict);
	if (!now->is_remove && stated_after(package) && state_is_in(now->current)) {
		take_later_failure(package, verdict); /* it went in after all, or before */
		return;
	}
	verdict->has_code = now->has_code;
	verdict->code = now->code;
	if (!now->is_remove)
		verdict->status =
			is_replaced(world, package) ? STATUS_NOT_REQUIRED : STATUS_APPLICABLE;
	verdict->reason = now->reason;
	verdict->certainty = CERTAINTY_SEEN;
	judge_record(package, verdict);
	/* A report says that it is in, the end of the operation that it failed. */
	if (!now->is_remove && state_is_in(now->current) &&
		package->proofs[PROOF_REPORT].kind == FACT_COMPLETION &&
		package->proofs[PROOF_OTHER_SIDE].kind)
		verdict->certainty = CERTAINTY_CONFLICT;
}

static void judge_not_applicable(
	const struct world *world, struct package *package, struct verdict *verdict)
{
	const struct package_state *now = &package->now;

	judge_state(world, package, verdict);
	if (stated_after(package) && state_is_in(now->current)) {
		take_later_failure(package, verdict);
		return;
	}
	set(verdict, STATUS_NOT_REQUIRED, now->reason, CERTAINTY_SEEN);
	verdict->has_code = now->has_code;
	verdict->code = now->code;
	judge_record(package, verdict);
}

static void judge_removed(
	const struct world *world, struct package *package, struct verdict *verdict)
{
	const struct package_state *now = &package->now;
	bool is_gone = now->applicable == STATE_ABSENT || now->applicable == STATE_STAGED ||
		now->applicable == STATE_SUPERSEDED || is_replaced(world, package);

	judge_state(world, package, verdict);
	if (stated_after(package) && state_is_in(now->current))
		return;
	if (!state_is_out(now->current) && now->current != STATE_UNINSTALL_PENDING)
		verdict->state = state_word(STATE_ABSENT);
	set(verdict, is_gone ? STATUS_NOT_REQUIRED : STATUS_APPLICABLE, REASON_REMOVED,
		now->is_inferred ? CERTAINTY_INFERRED : CERTAINTY_SEEN);
	judge_record(package, verdict);
	if (!now->restart)
		return;
	verdict->state = state_word(STATE_UNINSTALL_PENDING);
	verdict->status = newer_is_in(world, package) ? STATUS_NOT_REQUIRED : STATUS_APPLICABLE;
	verdict->reason = REASON_REBOOT_UNSEEN;
}

static void judge_added(const struct world *world, struct package *package, struct verdict *verdict)
{
	const struct package_state *now = &package->now;
	bool reported = package->proofs[PROOF_REPORT].kind == FACT_COMPLETION;

	judge_state(world, package, verdict);
	if (stated_after(package) ||
		(reported && !now->restart && now->current != STATE_NONE &&
			!state_is_in(now->current)))
		return;
	set(verdict, STATUS_INSTALLED, REASON_NONE,
		now->is_inferred ? CERTAINTY_INFERRED : CERTAINTY_SEEN);
	if (now->restart) {
		verdict->state = state_word(STATE_INSTALL_PENDING);
		verdict->reason = REASON_REBOOT_UNSEEN;
	} else if (!state_is_in(now->current)) {
		verdict->state = state_word(STATE_INSTALLED);
		verdict->reason = now->is_inferred ? REASON_ASSUMED_SUCCESS : REASON_NONE;
	} else if (now->is_inferred) {
		verdict->reason = REASON_ASSUMED_SUCCESS;
	}
}

/* What became of the mount that the work was done in. */
static void judge_mount(const struct package *package, struct verdict *verdict)
{
	enum outcome outcome = package->now.outcome;

	if (!package->mount_reason || stands_by_record(package))
		return;
	if (!package->mount_inferred) {
		verdict->reason = package->mount_reason;
		if (package->was_inferred)
			verdict->certainty = CERTAINTY_INFERRED;
		return;
	}
	if (outcome != OUTCOME_DONE)
		return;
	verdict->reason = package->mount_reason;
	verdict->certainty = CERTAINTY_INFERRED;
}

struct verdict package_verdict(struct world *world, struct package *package)
{
	struct verdict verdict = { .state = "", .decider = package };

	switch (package->now.outcome) {
	case OUTCOME_FAILED:
		judge_failed(world, package, &verdict);
		break;
	case OUTCOME_NOT_APPLICABLE:
		judge_not_applicable(world, package, &verdict);
		break;
	case OUTCOME_DONE:
		if (package->now.is_remove)
			judge_removed(world, package, &verdict);
		else
			judge_added(world, package, &verdict);
		break;
	case OUTCOME_NONE:
	case OUTCOME_UNDER_WAY:
		judge_state(world, package, &verdict);
		break;
	}
	judge_mount(package, &verdict);
	if (verdict.status == STATUS_INSTALLED &&
		(package->record ? package_applied(world, package).basis != TIME_NONE
				 : package->now.has_applied))
		verdict.applied = package;
	if (package->conflict)
		verdict.certainty = CERTAINTY_CONFLICT;
	return verdict;
}

/* Better first among alternatives: Installed, Applicable, Not Required, Unknown. */
static int rank_alternative(int32_t status)
{
	static const int ranks[] = { 0, 1, 3, 2 };

	return ranks[status];
}

/* Worse first among what is all needed: Applicable, Installed, Not Required, Unknown. */
static int rank_needed(const struct verdict *verdict)
{
	static const int ranks[] = { 0, 1, 2, 3 };

	return ranks[verdict->status] + (verdict->status == STATUS_APPLICABLE && verdict->has_code);
}

static bool is_later(const struct verdict *a, const struct verdict *b)
{
	return a->decider->now.attempt_seq > b->decider->now.attempt_seq;
}

/* The generations of one family, packages[from] to [to): the best stands, a later failure
 * keeps its code. */
static struct verdict family_verdict(
	struct world *world, const struct list *packages, size_t from, size_t to)
{
	struct verdict best = package_verdict(world, packages->items[from]);

	for (size_t i = from + 1; i < to; i++) {
		struct verdict other = package_verdict(world, packages->items[i]);

		if (rank_alternative(other.status) > rank_alternative(best.status)) {
			struct verdict kept = best;

			best = other;
			other = kept;
		}
		if (other.has_code && !best.has_code && is_later(&other, &best)) {
			best.has_code = true;
			best.code = other.code;
		}
	}
	return best;
}

static int by_family(const void *a, const void *b)
{
	const struct package *first = *(struct package *const *)a,
			     *second = *(struct package *const *)b;

	if (first->family != second->family)
		return first->family < second->family ? -1 : 1;
	return first->sort_rank < second->sort_rank ? -1 : first->sort_rank > second->sort_rank;
}

/* The numbers of families depend on the inputs' order; what is equal is settled by name. */
static bool decides(const struct verdict *a, const struct verdict *b)
{
	int first = rank_needed(a), second = rank_needed(b);

	return first != second ? first > second : a->decider->sort_rank < b->decider->sort_rank;
}

/* By the order of the logs, or by the clock when documents tell. */
static bool went_in_later(struct world *world, struct package *a, struct package *b)
{
	if (!a->record && !b->record)
		return a->now.applied_seq > b->now.applied_seq;
	return package_applied(world, a).seconds > package_applied(world, b).seconds;
}

static void add_family(struct world *world, struct verdict *worst, const struct verdict *family)
{
	struct package *applied = worst->applied;

	if (!worst->decider || decides(family, worst))
		*worst = *family;
	else
		applied = family->applied;
	if (worst->status != STATUS_INSTALLED || !applied)
		return;
	/* All are in when the last of them is. */
	if (!worst->applied || went_in_later(world, applied, worst->applied))
		worst->applied = applied;
}

struct verdict update_verdict(struct world *world, const struct list *packages)
{
	struct verdict worst = { .state = "" };
	struct list sorted = { 0 };

	for (LIST_EACH(struct package, package, packages))
		if (!list_add(&sorted, package))
			world->status = ST_NOMEM;
	list_sort(&sorted, by_family);
	for (size_t from = 0, to; from < sorted.count; from = to) {
		const struct package *first = sorted.items[from];
		struct verdict family;

		for (to = from + 1; to < sorted.count; to++)
			if (((struct package *)sorted.items[to])->family != first->family)
				break;
		family = family_verdict(world, &sorted, from, to);
		add_family(world, &worst, &family);
	}
	list_release(&sorted);
	return worst;
}
