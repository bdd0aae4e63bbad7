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

static bool any_was_called(const struct site_update *update)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (binary->is_called)
			return true;
	return false;
}

/* It was begun, something followed, and nothing that came between tells of a failure. */
static bool is_assumed(const struct site_update *update)
{
	return update->is_applying && update->is_over && !update->is_applied &&
		!update->has_unread && !update->has_failed && !any_was_called(update);
}

static bool may_go_in(const struct site_binary *binary)
{
	return !binary->is_skipped &&
		(binary->token == SITE_TOKEN_APPLICABLE ||
			binary->token == SITE_TOKEN_NOT_SUPPORTED);
}

static bool went_in(const struct site_update *update, const struct site_binary *binary)
{
	if (binary->is_called)
		return !site_code_fails(binary->code) && !binary->is_skipped;
	return may_go_in(binary) && (update->is_applied || is_assumed(update));
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
		return binary->code == NOT_APPLICABLE_CODE ? NOT_REQUIRED : APPLICABLE;
	if (!went_in(update, binary))
		return by_token[binary->token];
	*ret_is_new = true;
	return binary->token == SITE_TOKEN_NOT_SUPPORTED ? IN_UNCHECKED : INSTALLED;
}

/* All that its binaries say, counted. */
struct tally {
	size_t count, by_status[IN_UNCHECKED + 1];
	size_t failed, failed_seen, new_ones;
	const struct site_binary *first_failed, *first_other;
};

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
		if (call_failed(binary) && !tally.first_failed)
			tally.first_failed = binary;
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

/* Whether what the index did not save is lost. */
static bool is_void(enum site_end how)
{
	return how == SITE_END_DISCARDED || how == SITE_END_SAVE_FAILED || how == SITE_END_FAILED;
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

static bool is_not_applicable(const struct site_update *update, const struct tally *tally)
{
	if (update->has_failed && update->has_code && update->code == NOT_APPLICABLE_CODE)
		return true;
	return tally->first_failed && tally->first_failed->code == NOT_APPLICABLE_CODE;
}

static void judge_failed(
	const struct site_update *update, const struct tally *tally, struct site_verdict *verdict)
{
	const struct site_binary *binary = tally->first_failed;
	uint32_t code;

	verdict->is_printed = update->has_failed && update->has_code;
	verdict->has_code = verdict->is_printed || binary;
	verdict->code = verdict->is_printed ? update->code : binary ? binary->code : 0;
	code = binary ? binary->code : verdict->code;
	verdict->status = APPLICABLE;
	verdict->reason = failure_reason(false, code);
	if (is_not_applicable(update, tally)) {
		verdict->status = NOT_REQUIRED;
		verdict->reason = REASON_NOT_APPLICABLE;
	}
	verdict->failed = update->has_failed ? &update->failed : &binary->call_proof;
	verdict->certainty = (update->has_failed && !update->failed_is_recall) ||
			(binary && !binary->call_is_recall)
		? CERTAINTY_SEEN
		: CERTAINTY_INFERRED;
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
	bool lost = is_void(update->index->how);
	struct tally tally = count_binaries(update, lost);
	struct site_verdict verdict = { .status = put_together(&tally) };
	bool is_new = tally.new_ones || (!tally.count && update->is_applied);

	verdict.was_tried = update->is_applying || update->is_applied || update->has_failed ||
		tally.first_failed || is_new;
	if (!tally.count && is_new)
		verdict.status = lost ? APPLICABLE : INSTALLED;
	else if (!tally.count && update->is_applying)
		verdict.status = APPLICABLE;
	if (update->has_failed || tally.first_failed)
		judge_failed(update, &tally, &verdict);
	else if (verdict.status == INSTALLED || verdict.status == IN_UNCHECKED)
		judge_in(update, &tally, &verdict);
	else if (is_new && lost)
		judge_lost(update, &verdict);
	else
		judge_out(update, &tally, &verdict);
	return verdict;
}
