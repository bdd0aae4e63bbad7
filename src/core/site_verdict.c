/* What a run of ConfigMgr makes of an update: binaries put together, the save, how sure it is. */
#include "core/chain.h"
#include "core/site.h"
#include "model/code.h"

enum { UNKNOWN, NOT_REQUIRED, INSTALLED, APPLICABLE, NOT_SUPPORTED, IN_UNCHECKED };

#define NOT_APPLICABLE_CODE 0x800F081Eu

enum site_token site_token_of(struct slice word)
{
	static const struct {
		const char *word;
		enum site_token token;
	} words[] = {
		{ "NOT_REQUIRED", SITE_TOKEN_NOT_REQUIRED },
		{ "NOT_APPLICABLE", SITE_TOKEN_NOT_REQUIRED },
		{ "INSTALLED", SITE_TOKEN_INSTALLED },
		{ "APPLICABLE", SITE_TOKEN_APPLICABLE },
		{ "APPLICABILITY_CHECK_NOT_SUPPORTED", SITE_TOKEN_NOT_SUPPORTED },
		{ "INSTALLED_APPLICABILITY_CHECK_NOT_SUPPORTED", SITE_TOKEN_IN_UNCHECKED },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal_nocase(word, slice_from(words[i].word)))
			return words[i].token;
	return word.len ? SITE_TOKEN_OTHER : SITE_TOKEN_NONE;
}

bool site_code_fails(uint32_t code)
{
	return code_is_failure(code);
}

static bool call_failed(const struct site_binary *binary)
{
	return binary->is_called && site_code_fails(binary->code);
}

/* It was tried, and is not for this image: that counts against nothing. */
static bool did_not_apply(const struct site_binary *binary)
{
	return binary->is_called && binary->code == NOT_APPLICABLE_CODE;
}

static bool any_was_called(const struct site_update *update)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (binary->is_called)
			return true;
	return false;
}

/* It was begun and is over, and nothing tells how it went: no call on it, no failure, and no
 * message that nobody reads. */
static bool is_assumed(const struct site_update *update)
{
	return update->is_applying && update->is_over && !update->is_applied &&
		!update->has_unread && !update->is_unclear && !update->loose.is_set &&
		!update->has_failed && !any_was_called(update);
}

static bool went_in(const struct site_update *update, const struct site_binary *binary)
{
	if (binary->is_called)
		return !site_code_fails(binary->code) && !binary->is_skipped;
	return site_may_go_in(binary) && (update->is_applied || is_assumed(update));
}

/* The status of one binary before the save is looked at; *ret_is_new: it was put in. */
static int32_t status_of_binary(
	const struct site_update *update, const struct site_binary *binary, bool *ret_is_new)
{
	static const int32_t by_token[] = {
		[SITE_TOKEN_NONE] = UNKNOWN,
		[SITE_TOKEN_OTHER] = UNKNOWN,
		[SITE_TOKEN_NOT_REQUIRED] = NOT_REQUIRED,
		[SITE_TOKEN_INSTALLED] = INSTALLED,
		[SITE_TOKEN_APPLICABLE] = APPLICABLE,
		[SITE_TOKEN_NOT_SUPPORTED] = NOT_SUPPORTED,
		[SITE_TOKEN_IN_UNCHECKED] = IN_UNCHECKED,
	};

	*ret_is_new = false;
	if (call_failed(binary))
		return did_not_apply(binary) ? NOT_REQUIRED : APPLICABLE;
	if (!went_in(update, binary))
		return by_token[binary->token];
	*ret_is_new = true;
	return binary->token == SITE_TOKEN_NOT_SUPPORTED ? IN_UNCHECKED : INSTALLED;
}

/* All that its binaries say, counted. */
struct tally {
	size_t count, by_status[IN_UNCHECKED + 1];
	size_t new_ones;
	/* By the order of their calls: that failed, that does not apply, that was called at all. */
	const struct site_binary *failed, *not_applicable, *called;
	const struct site_binary *first_other;
};

static void keep_later(const struct site_binary **last, const struct site_binary *binary)
{
	if (!*last || binary->call_seq > (*last)->call_seq)
		*last = binary;
}

static void count_call(struct tally *tally, const struct site_binary *binary)
{
	if (!binary->is_called)
		return;
	keep_later(&tally->called, binary);
	if (did_not_apply(binary))
		keep_later(&tally->not_applicable, binary);
	else if (call_failed(binary))
		keep_later(&tally->failed, binary);
}

static struct tally count_binaries(const struct site_update *update, bool is_void)
{
	struct tally tally = { .count = update->binaries.count };

	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		bool is_new;
		int32_t status = status_of_binary(update, binary, &is_new);

		if (is_new && is_void)
			status = status == IN_UNCHECKED ? NOT_SUPPORTED : APPLICABLE;
		tally.by_status[status]++;
		tally.new_ones += is_new;
		count_call(&tally, binary);
		if (binary->token == SITE_TOKEN_OTHER && !tally.first_other)
			tally.first_other = binary;
	}
	return tally;
}

/* All binaries are needed; those that do not apply do not count. */
static int32_t put_together(const struct tally *tally)
{
	bool is_unchecked = tally->by_status[NOT_SUPPORTED] || tally->by_status[IN_UNCHECKED];

	if (tally->by_status[APPLICABLE])
		return APPLICABLE;
	if (tally->by_status[INSTALLED] || tally->by_status[IN_UNCHECKED])
		return is_unchecked ? IN_UNCHECKED : INSTALLED;
	if (tally->by_status[NOT_SUPPORTED])
		return NOT_SUPPORTED;
	return tally->count && tally->by_status[NOT_REQUIRED] == tally->count ? NOT_REQUIRED
									      : UNKNOWN;
}

/* Forms that real logs have shown stand behind the status. */
static bool is_seen(const struct site_update *update, int32_t status)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		bool is_new;

		if (status_of_binary(update, binary, &is_new) != status)
			continue;
		if (binary->is_called && !binary->call_is_recall)
			return true;
		if (binary->is_skipped && !binary->skip_is_recall)
			return true;
		if (status == NOT_SUPPORTED && binary->token == SITE_TOKEN_NOT_SUPPORTED &&
			!binary->token_is_recall)
			return true;
	}
	return update->is_applied && !update->applied_is_recall;
}

/* Failures */

/* What tells that an update failed, and the code that decides why. */
struct failure {
	bool is_set, is_seen, has_code;
	uint32_t code;
	const struct proof *proof;
};

static struct failure failure_of_call(const struct site_binary *binary)
{
	return (struct failure){ true, !binary->call_is_recall, true, binary->code,
		&binary->call_proof };
}

static bool is_printed(const struct site_update *update)
{
	return update->has_failed && update->has_code;
}

/* Whether a part of it is in, or could be, whatever became of those that do not apply. */
static bool has_other_part(const struct tally *tally)
{
	return tally->new_ones || tally->by_status[APPLICABLE] || tally->by_status[INSTALLED] ||
		tally->by_status[IN_UNCHECKED];
}

/* The number that is printed with the failure is what that call returned. */
static bool prints_call(const struct site_update *update, const struct site_binary *binary)
{
	return binary && is_printed(update) &&
		(update->code == binary->code || update->code == (binary->code & 0xFFFFu));
}

/* A call on a binary is the operation's own report; what is printed of the update comes next, then
 * calls of which nobody can tell what they did. */
static struct failure find_failure(const struct site_update *update, const struct tally *tally)
{
	const struct site_loose_call *loose = &update->loose;

	if (tally->failed)
		return failure_of_call(tally->failed);
	if (loose->is_set && loose->is_install)
		return (struct failure){ true, true, true, loose->code, &loose->proof };
	if (tally->not_applicable && !has_other_part(tally))
		return failure_of_call(tally->not_applicable);
	if (update->has_failed && !prints_call(update, tally->not_applicable))
		return (struct failure){ true, !update->failed_is_recall, update->has_code,
			update->code, &update->failed };
	if (loose->is_set)
		return (struct failure){ true, false, true, loose->code, &loose->proof };
	return (struct failure){ .is_set = false };
}

static bool is_not_applicable(
	const struct site_update *update, const struct tally *tally, const struct failure *failure)
{
	return failure->has_code && failure->code == NOT_APPLICABLE_CODE &&
		!update->has_loose_success &&
		(tally->not_applicable || !tally->called || !has_other_part(tally));
}

static void judge_failed(const struct site_update *update, const struct tally *tally,
	const struct failure *failure, struct site_verdict *verdict)
{
	verdict->is_printed = is_printed(update);
	verdict->has_code = verdict->is_printed || failure->has_code;
	verdict->code = verdict->is_printed ? update->code : failure->code;
	verdict->status = APPLICABLE;
	verdict->reason = failure_reason(false, failure->code);
	if (is_not_applicable(update, tally, failure)) {
		verdict->status = NOT_REQUIRED;
		verdict->reason = REASON_NOT_APPLICABLE;
	}
	verdict->failed = update->has_failed ? &update->failed : failure->proof;
	verdict->is_failure_seen =
		(update->has_failed && !update->failed_is_recall) || failure->is_seen;
	verdict->certainty = verdict->is_failure_seen ? CERTAINTY_SEEN : CERTAINTY_INFERRED;
	if (!update->is_applied)
		return;
	verdict->certainty = CERTAINTY_CONFLICT;
	verdict->other = &update->applied;
}

/* A part that does not apply was tried last: the rest stands, and the code stays. */
static void note_not_applicable(
	const struct site_update *update, const struct tally *tally, struct site_verdict *verdict)
{
	const struct site_binary *last = tally->not_applicable;

	if (!last || tally->called != last || update->is_applied)
		return;
	verdict->has_code = true;
	verdict->is_printed = is_printed(update);
	verdict->code = verdict->is_printed ? update->code : last->code;
	verdict->failed = verdict->is_printed ? &update->failed : &last->call_proof;
	verdict->is_failure_seen = !last->call_is_recall;
	if (verdict->status == APPLICABLE && !tally->new_ones)
		verdict->reason = REASON_OPERATION_FAILED;
}

/* What is in */

static void set_time(const struct site_update *update, struct site_verdict *verdict)
{
	if (verdict->is_new) {
		verdict->applied = &update->applied_at;
		verdict->applied_proof = &update->applied;
	} else if (update->was_applied_proof.kind) {
		verdict->applied = &update->was_applied;
		verdict->applied_proof = &update->was_applied_proof;
	}
}

static void judge_in(
	const struct site_update *update, const struct tally *tally, struct site_verdict *verdict)
{
	enum site_end how = update->index->how;
	bool seen = is_seen(update, verdict->status);

	verdict->is_new = tally->new_ones || (!tally->count && update->is_applied);
	set_time(update, verdict);
	verdict->certainty = CERTAINTY_INFERRED;
	if (verdict->is_new && how == SITE_END_OPEN)
		verdict->reason = REASON_COMMIT_UNSEEN;
	else if (verdict->is_new && how == SITE_END_UNCERTAIN)
		verdict->reason = REASON_COMMIT_UNKNOWN;
	else if (!seen)
		verdict->reason = REASON_PATTERN_UNCONFIRMED;
	else if (verdict->is_new && is_assumed(update))
		verdict->reason = REASON_ASSUMED_SUCCESS;
	else if (verdict->is_new && how != SITE_END_SAVED)
		verdict->reason = REASON_COMMIT_ASSUMED;
	else
		verdict->certainty = CERTAINTY_SEEN;
}

/* What is out */

static void judge_lost(const struct site_update *update, struct site_verdict *verdict)
{
	static const enum reason reasons[] = {
		[SITE_END_DISCARDED] = REASON_DISCARDED,
		[SITE_END_SAVE_FAILED] = REASON_COMMIT_FAILED,
		[SITE_END_FAILED] = REASON_IMAGE_FAILED,
	};
	enum site_end how = update->index->how;

	verdict->reason = reasons[how];
	verdict->certainty = how == SITE_END_FAILED ||
			(how == SITE_END_DISCARDED && update->index->unmount_is_recall)
		? CERTAINTY_INFERRED
		: CERTAINTY_SEEN;
}

static bool is_under_way(const struct site_update *update)
{
	return update->is_applying && !update->is_applied;
}

static void judge_out(
	const struct site_update *update, const struct tally *tally, struct site_verdict *verdict)
{
	bool seen = is_seen(update, verdict->status);

	verdict->certainty = seen ? CERTAINTY_SEEN : CERTAINTY_INFERRED;
	if (verdict->status == NOT_SUPPORTED)
		verdict->reason = REASON_CHECK_NOT_SUPPORTED;
	else if (verdict->status == APPLICABLE && is_under_way(update))
		verdict->reason = update->is_over ? REASON_UNDER_WAY : REASON_LOG_ENDS;
	else if (verdict->status == UNKNOWN)
		verdict->reason = update->is_over ? REASON_STATE_UNKNOWN : REASON_LOG_ENDS;
	else if (!seen)
		verdict->reason = REASON_PATTERN_UNCONFIRMED;
	if (verdict->status == UNKNOWN)
		verdict->certainty = CERTAINTY_SEEN;
	if (verdict->status == UNKNOWN && tally->first_other)
		verdict->detail = tally->first_other->word;
}

struct site_verdict site_verdict(const struct site_update *update)
{
	bool lost = site_is_lost(update->index->how);
	struct tally tally = count_binaries(update, lost);
	struct failure failure = find_failure(update, &tally);
	struct site_verdict verdict = { .status = put_together(&tally) };
	bool is_new = tally.new_ones || (!tally.count && update->is_applied);

	verdict.was_tried = update->is_applying || update->is_applied || failure.is_set ||
		tally.called || is_new;
	if (!tally.count && is_new)
		verdict.status = lost ? APPLICABLE : INSTALLED;
	else if (!tally.count && update->is_applying)
		verdict.status = APPLICABLE;
	if (failure.is_set) {
		judge_failed(update, &tally, &failure, &verdict);
		return verdict;
	}
	if (verdict.status == INSTALLED || verdict.status == IN_UNCHECKED)
		judge_in(update, &tally, &verdict);
	else if (is_new && lost)
		judge_lost(update, &verdict);
	else
		judge_out(update, &tally, &verdict);
	note_not_applicable(update, &tally, &verdict);
	return verdict;
}
