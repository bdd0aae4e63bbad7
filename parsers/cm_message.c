/*
 * Records of OfflineServicingMgr.log to facts: a shortcut for the most frequent ones, status
 * messages, then the forms that were seen, then what any call returned, then what is only recalled.
 */
#include "parsers/cm_message.h"

#include "parsers/cm_id.h"
#include "parsers/cm_recall.h"
#include "parsers/cm_status.h"
#include "parsers/cm_usual.h"
#include "parsers/cm_words.h"
#include "parsers/rule.h"

#define MAX_FUNCTION 200
#define HRESULT_LEN  10 /* "0x8007007b" */

/* Whether the message may have lost its end: the record has, and nothing stands behind it. */
static bool is_cut(const struct cm_record *record)
{
	struct slice whole = slice_trim(record->whole);

	return (record->is_open || record->is_torn) && record->message.len &&
		record->message.ptr + record->message.len >= whole.ptr + whole.len;
}

static struct fact *add_fact(const struct cm_record *record, struct parse_result *result)
{
	struct fact *fact = parse_result_add(result, FACT_NONE);

	if (!fact)
		return NULL;
	fact->level = record->level;
	fact->component = COMPONENT_SITE;
	fact->tid = record->tid;
	fact->when = record->when;
	fact->utc = record->utc;
	fact->at.line = record->line;
	fact->at.offset = record->offset;
	fact->words = record->whole;
	if (record->when != NO_TIME)
		fact->flags |= FLAG_HAS_STAMP;
	return fact;
}

/* Calls */

/* The end of a code at the head of `words`: letters, digits and a sign. */
static struct slice take_code(struct slice *words)
{
	size_t end = slice_starts(*words, SLICE("-"));
	struct slice code;

	while (end < words->len &&
		(is_digit(words->ptr[end]) ||
			(to_lower(words->ptr[end]) >= 'a' && to_lower(words->ptr[end]) <= 'z')))
		end++;
	code = slice_from_to(*words, 0, end);
	*words = slice_skip(*words, end);
	return code;
}

/*
 * "WIM::UnMountWIMImage returned code 0x800700a1". Seen with hexadecimal codes that nothing
 * follows; a success with words behind it is not believed.
 */
static bool read_call(struct slice message, struct fact *fact)
{
	static const struct slice returned = { " returned code ", 15 };
	size_t at = slice_find_char(slice_from_to(message, 0, MAX_FUNCTION), ' ');
	struct slice rest, code;

	if (at == SLICE_MISSING || at == 0 || !slice_starts(slice_skip(message, at), returned))
		return false;
	rest = slice_skip(message, at + returned.len);
	code = take_code(&rest);
	cm_set_code(fact, code);
	while (rest.len && strchr(".~ ", rest.ptr[0]))
		rest = slice_skip(rest, 1);
	if ((fact->flags & FLAG_REDACTED) || (rest.len && fact->code == 0)) {
		fact->flags &= ~(uint32_t)(FLAG_REDACTED | FLAG_BAD_NUMBER | FLAG_HAS_CODE);
		return false;
	}
	fact->kind = FACT_SITE_CALL;
	fact->function = slice_from_to(message, 0, at);
	if (rest.len || !slice_starts(code, SLICE("0x")))
		fact->flags |= FLAG_RECALL;
	return true;
}

/* Cut ends */

static bool is_last_word(struct slice word, struct slice message)
{
	return word.len && word.ptr >= message.ptr && word.ptr < message.ptr + message.len &&
		word.ptr + word.len >= message.ptr + message.len;
}

/* The word at the end of a message. */
static struct slice last_word(struct slice message)
{
	size_t at = slice_find_last_char(message, ' ');

	return at == SLICE_MISSING ? message : slice_skip(message, at + 1);
}

/* Whether a text reaches the end of a message that was cut there: it may be longer. */
static bool reaches_end(const struct fact *fact, struct slice message)
{
	for (size_t i = 0; i < field_count; i++) {
		const struct slice *text = (const void *)((const char *)fact + fields[i].offset);

		if (fields[i].type == FIELD_TEXT && is_last_word(*text, message))
			return true;
	}
	return false;
}

/*
 * What a message that may have lost its end still says: a number or a text that ends where it
 * ends may have been longer, but for codes of eight digits and the words of an outcome.
 */
static bool stands(const struct fact *fact, struct slice message)
{
	struct slice word = last_word(message);
	bool is_code = slice_starts(word, SLICE("0x")) && word.len == HRESULT_LEN;

	if (is_code)
		return true;
	if (slice_starts(word, SLICE("0x")) || (word.len && is_digit(word.ptr[word.len - 1])))
		return false;
	return !reaches_end(fact, message);
}

/* Reading */

/* What became of a message */
enum reading {
	READING_FACT,
	READING_DROPPED, /* of an end that was cut off, or of another component */
	READING_UNKNOWN,
};

/* What words that are lost may have denied */
static bool is_success(const struct fact *fact)
{
	return fact->kind == FACT_SITE_APPLIED || slice_equal(fact->verb, SLICE("succeeded"));
}

/* Of a message that may have lost its end, what it says without its last word. What was applied
 * may have been denied in the part that is lost. */
static enum reading read_recalled(const struct cm_record *record, struct fact *fact)
{
	const struct fact before = *fact;
	struct slice message = cm_without_last(record->message);

	if (!is_cut(record)) {
		if (!cm_recall_read(record->message, fact))
			return READING_UNKNOWN;
		return record->is_torn && is_success(fact) ? READING_DROPPED : READING_FACT;
	}
	if (cm_recall_read(message, fact))
		return is_success(fact) || reaches_end(fact, message) ? READING_DROPPED
								      : READING_FACT;
	*fact = before;
	return cm_recall_read(record->message, fact) ? READING_DROPPED : READING_UNKNOWN;
}

static enum reading read_message(const struct cm_record *record, struct fact *fact)
{
	struct slice message = record->message;

	if (!record->is_torn && !record->is_open && !record->is_cut && cm_usual_read(message, fact))
		return READING_FACT;
	if (cm_status_is(message))
		return cm_status_read(message, is_cut(record), fact) ? READING_FACT
								     : READING_DROPPED;
	if (rules_match(RULES_CM, SLICE_NONE, message, fact) || read_call(message, fact))
		return is_cut(record) && (is_success(fact) || !stands(fact, message))
			? READING_DROPPED
			: READING_FACT;
	return read_recalled(record, fact);
}

static void add_notes(const struct fact *fact, struct parse_result *result)
{
	uint32_t flags = fact->flags;
	struct place at = fact->at;

	if (flags & FLAG_BAD_NUMBER)
		parse_result_note(result, DIAG_BAD_NUMBER, at.line, at.offset, SLICE_NONE);
	if (flags & FLAG_REDACTED)
		parse_result_note(result, DIAG_REDACTED_ID, at.line, at.offset, fact->identifier);
}

static void add_unknown(const struct cm_record *record, struct parse_result *result)
{
	struct fact *fact;

	if (cm_is_servicing(record) && record->message.len) {
		fact = add_fact(record, result);
		if (fact)
			fact->kind = FACT_SITE_UNKNOWN;
	}
	if (!result->want_unknown)
		return;
	fact = add_fact(record, result);
	if (!fact)
		return;
	fact->words = record->message;
	if (!cm_is_servicing(record))
		fact->component = record->component.len ? COMPONENT_OTHER : COMPONENT_NONE;
}

void cm_message_read(const struct cm_record *record, struct parse_result *result)
{
	enum reading reading = READING_UNKNOWN;
	struct fact *fact;

	if (cm_may_be_servicing(record)) {
		fact = add_fact(record, result);
		if (!fact)
			return;
		reading = read_message(record, fact);
		if (reading == READING_FACT)
			add_notes(fact, result);
		else
			result->fact_count--;
	}
	if (reading == READING_UNKNOWN)
		add_unknown(record, result);
}
