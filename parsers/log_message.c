/*
 * Reads records: picks the rule table by component, takes DISM's provider, PID, TID and
 * function off the message, and turns errors that no rule names into failures with code
 * and place.
 */
#include "parsers/log_message.h"

#include <string.h>

#include "parsers/command_line.h"
#include "parsers/rule.h"
#include "parsers/stamp.h"

/* A DISM message in its parts: "provider: PID=n TID=n text - function(hr:0x…)". */
struct dism_message {
	struct slice provider, text, function;
	uint32_t pid, tid, code;
	bool has_code;
};

#define MAX_PROVIDER 40

/* "PID=6844": the number; "PID=\<PID>", "PID=####": none, of a masked copy. Leaves what
 * follows; false when the mark does not stand there. */
static bool take_id(struct slice *rest, struct slice mark, uint32_t *ret_id)
{
	size_t at = mark.len;
	uint32_t id = 0;

	if (!slice_starts(*rest, mark))
		return false;
	while (at < rest->len && is_digit(rest->ptr[at]) && at < mark.len + 9)
		id = id * 10 + (uint32_t)(rest->ptr[at++] - '0');
	if (at == mark.len)
		while (at < rest->len && rest->ptr[at] != ' ')
			at++;
	while (at < rest->len && rest->ptr[at] == ' ')
		at++;
	*ret_id = id;
	*rest = slice_skip(*rest, at);
	return true;
}

static void take_ids(struct slice *rest, struct dism_message *message)
{
	if (take_id(rest, SLICE("PID="), &message->pid))
		(void)take_id(rest, SLICE("TID="), &message->tid);
}

/* "(hr:0x800f081e)" at the end of `s`; leaves what stood before. */
static bool take_hr(struct slice *s, uint32_t *ret_code)
{
	size_t open = slice_find_last_char(*s, '(');
	struct slice inside;

	if (open == SLICE_MISSING || !s->len || s->ptr[s->len - 1] != ')')
		return false;
	inside = slice_from_to(*s, open + 1, s->len - 1);
	if (!slice_starts(inside, SLICE("hr:0x")) ||
		!slice_to_u32(slice_skip(inside, 5), 16, ret_code))
		return false;
	s->len = open;
	return true;
}

/* The last " - " parts the text from the function it came from. */
static void take_function(struct dism_message *message)
{
	struct slice text = slice_trim(message->text);
	size_t dash = text.len;

	message->has_code = take_hr(&text, &message->code);
	while (dash > 3) {
		size_t at = slice_find_last_char(slice_from_to(text, 0, dash), '-');

		if (at == SLICE_MISSING || at == 0)
			break;
		if (text.ptr[at - 1] == ' ' && at + 1 < text.len && text.ptr[at + 1] == ' ') {
			message->function = slice_trim(slice_skip(text, at + 2));
			message->text = slice_trim(slice_from_to(text, 0, at));
			return;
		}
		dash = at;
	}
	message->text = text;
}

static void split_dism(struct slice words, struct dism_message *message)
{
	struct slice head = slice_from_to(words, 0, MAX_PROVIDER);
	size_t colon = slice_find_char(head, ':');

	if (colon != SLICE_MISSING && (colon + 1 >= words.len || words.ptr[colon + 1] != ' '))
		colon = slice_find(head, SLICE(": ")); /* "C:\…: text" */
	*message = (struct dism_message){ .text = words };
	if (slice_starts(words, SLICE("PID="))) {
		take_ids(&message->text, message);
	} else if (colon != SLICE_MISSING) {
		message->provider = slice_from_to(words, 0, colon);
		message->text = slice_skip(words, colon + 2);
		take_ids(&message->text, message);
	}
	while (message->text.len && message->text.ptr[0] == ' ')
		message->text = slice_skip(message->text, 1);
}

/* Functions whose error tells what became of a mounted image. */
static const struct {
	const char *function;
	enum fact_kind kind;
} image_functions[] = {
	{ "CWimImage::Save", FACT_COMMIT },
	{ "WIMCommitImageHandle", FACT_COMMIT },
	{ "ImageRecaptureDirectory", FACT_COMMIT },
	{ "InternalCmdCommit", FACT_COMMIT },
	{ "CWimImage::Unmount", FACT_UNMOUNT },
	{ "InternalCmdUnmount", FACT_UNMOUNT },
	{ "InternalOpUnmount", FACT_UNMOUNT },
	{ "WIMUnmountImage", FACT_UNMOUNT },
	{ "CWimImageInfo::Mount", FACT_MOUNT },
	{ "InternalCmdMount", FACT_MOUNT },
	{ "InternalOpMount", FACT_MOUNT },
	{ "WIMMountImageHandle", FACT_MOUNT },
};

static enum fact_kind failure_kind(struct slice function)
{
	/* All of them have one of these words; most functions that fail have neither. */
	if (slice_find(function, SLICE("Image")) == SLICE_MISSING &&
		slice_find(function, SLICE("Internal")) == SLICE_MISSING)
		return FACT_FAILURE;
	for (size_t i = 0; i < sizeof(image_functions) / sizeof(image_functions[0]); i++)
		if (slice_find(function, slice_from(image_functions[i].function)) != SLICE_MISSING)
			return image_functions[i].kind;
	return FACT_FAILURE;
}

/* The probe "is this path a WIM mount?" fails in every healthy session. */
static bool is_probe(struct slice function)
{
	return slice_starts(function, SLICE("FIOReadFileIntoBuffer")) ||
		slice_starts(function, SLICE("UnmarshallImageHandleFromDirectory")) ||
		slice_starts(function, SLICE("WIMGetMountedImageHandle"));
}

static void add_words(const struct log_record *record, struct fact *fact)
{
	fact->level = record->level;
	fact->component = record->component;
	fact->at.line = record->line;
	fact->at.offset = record->offset;
	fact->words = record->whole;
	if (record->stamp.len)
		fact->flags |= FLAG_HAS_STAMP;
}

static void add_unknown(
	const struct log_record *record, struct slice text, struct parse_result *result)
{
	struct fact *fact;

	if (!result->want_unknown)
		return;
	fact = parse_result_add(result, FACT_NONE);
	if (!fact)
		return;
	add_words(record, fact);
	fact->words = text;
}

/* A fact that a rule may fill; dropped again when none does. */
static struct fact *try_fact(const struct log_record *record, struct parse_result *result)
{
	struct fact *fact = parse_result_add(result, FACT_NONE);

	if (fact)
		add_words(record, fact);
	return fact;
}

static void drop_fact(struct parse_result *result)
{
	result->fact_count--;
}

/* "HRESULT=800F0905", "[HRESULT = 0x…]", "hr = [0x800F0823]" inside an error's text. */
static bool find_code(struct slice text, uint32_t *ret_code)
{
	size_t at = slice_find(text, SLICE("HRESULT"));
	size_t from;

	if (at == SLICE_MISSING)
		at = slice_find(text, SLICE("hr"));
	if (at == SLICE_MISSING)
		return false;
	for (from = at; from < text.len && from < at + 14; from++) {
		struct slice digits = slice_from_to(text, from, from + 8);

		if (digits.len == 8 && slice_to_u32(digits, 16, ret_code) &&
			text.ptr[from - 1] != 'x' &&
			(text.ptr[from - 1] == '=' || text.ptr[from - 1] == ' '))
			return true;
		if (slice_starts(slice_skip(text, from), SLICE("0x")))
			return slice_to_u32(slice_from_to(text, from + 2, from + 10), 16, ret_code);
	}
	return false;
}

/* An error of DISM that no rule names. */
static bool dism_failure(const struct dism_message *message, struct fact *fact)
{
	uint32_t flags;

	fact->code = message->code;
	if (message->has_code || find_code(message->text, &fact->code))
		fact->flags |= FLAG_HAS_CODE;
	fact->kind = failure_kind(message->function);
	fact->name = message->text;
	if (slice_equal(message->provider, SLICE("DISM.EXE")))
		fact->kind = FACT_COMMAND_FAILED;
	if (slice_equal(message->provider, SLICE("API")) &&
		slice_starts(message->function, SLICE("Dism")) &&
		slice_ends_nocase(message->function, SLICE("Internal"))) {
		fact->kind = FACT_COMMAND_FAILED;
		fact->verb = api_verb(message->function, &flags);
		fact->flags |= flags;
	}
	return fact->kind == FACT_COMMAND_FAILED || (fact->flags & FLAG_HAS_CODE);
}

/* An error, or, in copies that lost the level, a line that ends in a failing code. */
static bool is_error(const struct log_record *record, const struct dism_message *message)
{
	if (record->level != LEVEL_NONE)
		return record->level == LEVEL_ERROR;
	return (message->has_code && (message->code & 0x80000000u)) ||
		slice_find(message->text, SLICE("processed the command line but failed")) !=
		SLICE_MISSING;
}

static void read_dism(const struct log_record *record, struct parse_result *result)
{
	struct dism_message message;
	struct fact *fact;

	split_dism(record->message, &message);
	if (record->level != LEVEL_ERROR && record->level != LEVEL_NONE &&
		!rules_know(RULES_DISM, message.text) && message.text.len &&
		message.text.ptr[0] != '[') {
		add_unknown(record, message.text, result);
		return;
	}
	take_function(&message);
	fact = try_fact(record, result);
	if (!fact)
		return;
	fact->pid = message.pid;
	fact->tid = message.tid;
	fact->function = message.function;
	if (message.has_code) {
		fact->code = message.code;
		fact->flags |= FLAG_HAS_CODE;
	}
	if (rules_match(RULES_DISM, message.provider, message.text, fact) ||
		(is_error(record, &message) && dism_failure(&message, fact))) {
		return;
	}
	drop_fact(result);
	add_unknown(record, message.text, result);
}

/* "[pid.tid] [0xcode] Function:(line): text" and "[pid.tid] text". */
static void read_trace_line(const struct log_record *record, struct parse_result *result)
{
	struct slice rest = record->message, ids;
	struct slice pid_word;
	struct fact *fact = try_fact(record, result);

	if (!fact)
		return;
	ids = slice_cut(&rest, ']');
	ids = slice_skip(ids, 1);
	pid_word = slice_cut(&ids, '.');
	(void)slice_to_u32(pid_word, 10, &fact->pid);
	(void)slice_to_u32(ids, 10, &fact->tid);
	rest = slice_trim(rest);
	if (!slice_starts(rest, SLICE("[0x"))) {
		if (rules_match(RULES_DISM, SLICE("wimgapi"), rest, fact))
			return;
		drop_fact(result);
		add_unknown(record, rest, result);
		return;
	}
	fact->function = rest;
	(void)slice_cut(&fact->function, ']');
	fact->function = slice_trim(fact->function);
	fact->function = slice_cut(&fact->function, ':');
	fact->flags |= FLAG_HAS_CODE;
	fact->kind = failure_kind(fact->function);
	if (!slice_to_u32(slice_from_to(rest, 3, 11), 16, &fact->code) ||
		is_probe(fact->function) || !fact->function.len)
		drop_fact(result);
}

/* CSI's sequence number with a universal time: "00000001@2019/4/17:14:07:41.766 text". */
static void read_csi(const struct log_record *record, struct parse_result *result)
{
	struct slice words = record->message;
	struct fact *fact;
	int64_t utc;

	if (words.len < 20 || words.ptr[8] != '@' || !record->stamp.len)
		return;
	utc = stamp_parse_loose(slice_skip(words, 9));
	if (utc == NO_TIME)
		return;
	fact = try_fact(record, result);
	if (!fact)
		return;
	fact->kind = FACT_CLOCK_UTC;
	fact->utc = utc;
	fact->verb = SLICE("csi");
}

/* The one message that begins with what it speaks of: "<identity> superseded - uninstalled". */
static bool read_cleaned_up(const struct log_record *record, struct parse_result *result)
{
	static const struct slice end = { " superseded - uninstalled", 25 };
	struct slice message = record->message;
	struct fact *fact;

	if (message.len <= end.len || message.ptr[message.len - 1] != 'd' ||
		!slice_equal(slice_skip(message, message.len - end.len), end))
		return false;
	fact = try_fact(record, result);
	if (!fact)
		return true;
	fact->kind = FACT_CLEANED_UP;
	fact->package = slice_from_to(message, 0, message.len - end.len);
	return true;
}

static void read_cbs(const struct log_record *record, struct parse_result *result)
{
	bool is_wrong = record->level == LEVEL_ERROR;
	struct fact *fact;

	if (read_cleaned_up(record, result))
		return;
	if (!rules_know(RULES_CBS, record->message) && !is_wrong) {
		add_unknown(record, record->message, result);
		return;
	}
	fact = try_fact(record, result);
	if (!fact)
		return;
	if (rules_match(RULES_CBS, SLICE_NONE, record->message, fact)) {
		return;
	}
	if (is_wrong && find_code(record->message, &fact->code)) {
		fact->kind = FACT_FAILURE;
		fact->flags |= FLAG_HAS_CODE;
		fact->name = record->message;
		return;
	}
	drop_fact(result);
	add_unknown(record, record->message, result);
}

static void read_record(const struct log_record *record, struct parse_result *result)
{
	switch (record->component) {
	case COMPONENT_DISM:
		read_dism(record, result);
		break;
	case COMPONENT_CBS:
		read_cbs(record, result);
		break;
	case COMPONENT_CSI:
		read_csi(record, result);
		break;
	case COMPONENT_WIMGAPI:
		read_trace_line(record, result);
		break;
	case COMPONENT_NONE:
	case COMPONENT_SITE:
	case COMPONENT_OTHER:
		add_unknown(record, record->message, result);
		break;
	}
}

/* Whether a text field runs to the end of a record that may be cut off: it may be longer. */
static bool reaches_end(const struct fact *fact, const char *end)
{
	if (fact->kind == FACT_CLOCK_UTC && slice_equal(fact->verb, SLICE("universal-time")))
		return true;
	for (size_t i = 0; i < field_count; i++) {
		const struct slice *text = (const void *)((const char *)fact + fields[i].offset);

		if (fields[i].type == FIELD_TEXT && text->len && text->ptr + text->len == end &&
			!(text == &fact->name && (fact->flags & FLAG_HAS_CODE)))
			return true;
	}
	return false;
}

/* Facts of the last record, when it has no line end, stand only as far as they are whole. */
static void drop_cut_facts(
	const struct log_record *record, size_t from, struct parse_result *result)
{
	const char *end = record->whole.ptr + record->whole.len;
	size_t kept = from;

	for (size_t i = from; i < result->fact_count; i++)
		if (!reaches_end(&result->facts[i], end))
			result->facts[kept++] = result->facts[i];
	result->fact_count = kept;
}

/* The clock of a block: stamps seen, and the time they say. */
struct block_clock {
	struct slice first, last;
	int64_t when; /* of `last` */
};

/* A stamp is read once, however many records of one second bear it. */
static void take_stamp(
	struct block_clock *clock, const struct log_record *record, struct parse_result *result)
{
	const char *stamp = record->stamp.ptr;

	if (clock->last.len && bytes_equal(stamp, clock->last.ptr, STAMP_LEN))
		return;
	result->steps_back += clock->last.len && memcmp(stamp, clock->last.ptr, STAMP_LEN) < 0;
	clock->last = record->stamp;
	if (!clock->first.len)
		clock->first = record->stamp;
	clock->when = stamp_parse(record->stamp);
	if (clock->when == NO_TIME)
		parse_result_note(result, DIAG_BAD_TIME, record->line, record->offset, SLICE_NONE);
}

/* Lines of wimgapi and pasted messages have no stamp: they take the time of the last. */
static void set_times(int64_t when, size_t from, struct parse_result *result)
{
	for (size_t i = from; i < result->fact_count; i++)
		result->facts[i].when = when;
}

void log_read(struct slice bytes, struct parse_result *result)
{
	struct block_clock clock = { .when = NO_TIME };
	struct log_cursor cursor;
	struct log_record record;

	log_cursor_init(&cursor, bytes, result);
	while (result->status == ST_OK && log_next(&cursor, &record)) {
		size_t from = result->fact_count;

		if (record.stamp.len)
			take_stamp(&clock, &record, result);
		read_record(&record, result);
		set_times(clock.when, from, result);
		if (record.is_open)
			drop_cut_facts(&record, from, result);
	}
	result->first = clock.first.len ? stamp_parse(clock.first) : NO_TIME;
	result->last = clock.when;
}
