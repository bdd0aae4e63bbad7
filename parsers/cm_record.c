/*
 * The cursor. A <![LOG[ at the place is a record of its own; everything else is text, which is
 * walked line by line until something tells what it belongs to: a $$< tail, the end of a
 * <![LOG[ record whose head is lost, columns of a paste, or nothing.
 */
#include "parsers/cm_record.h"

#include "parsers/cm_paste.h"
#include "parsers/cm_tail.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* gcc makes loops wide at -O3 only, clang does it anyway and knows no such attribute. */
#ifdef __clang__
#define WIDE_LOOP
#else
#define WIDE_LOOP __attribute__((optimize("O3")))
#endif

#define STRIDE 32

WIDE_LOOP static size_t count_many(const char *at, size_t len)
{
	size_t count = 0;

	for (; len >= STRIDE; at += STRIDE, len -= STRIDE) {
		unsigned char some = 0;

		for (size_t i = 0; i < STRIDE; i++)
			some = (unsigned char)(some + (at[i] == '\n'));
		count += some;
	}
	for (size_t i = 0; i < len; i++)
		count += at[i] == '\n';
	return count;
}

/* Most records stand on one line: one fast look tells. */
static size_t count_line_ends(const char *at, size_t len)
{
	const char *first = len ? memchr(at, '\n', len) : NULL;

	return first ? count_many(first, len - (size_t)(first - at)) : 0;
}

void cm_cursor_init(struct cm_cursor *cursor, struct slice bytes, struct parse_result *result)
{
	const uint32_t forms = CM_TRAIT_CCM | CM_TRAIT_DOLLAR | CM_TRAIT_PASTED;

	*cursor = (struct cm_cursor){
		.bytes = bytes,
		.line = 1,
		.result = result,
		.traits = result->traits,
	};
	if (!(cursor->traits & forms))
		cursor->traits |= cm_look(bytes);
}

/* Steps to `to`; lines may end before `counted`, behind it none does. */
static void advance_counting(struct cm_cursor *cursor, size_t counted, size_t to)
{
	size_t ends = count_line_ends(cursor->bytes.ptr + cursor->at, counted - cursor->at);

	cursor->at = to;
	cursor->line += ends;
	cursor->result->lines += ends;
}

static void advance(struct cm_cursor *cursor, size_t to)
{
	if (to > cursor->at)
		advance_counting(cursor, to, to);
}

static void note(
	struct cm_cursor *cursor, enum diagnostic_code code, const struct cm_record *record)
{
	parse_result_note(cursor->result, code, record->line, record->offset, SLICE_NONE);
}

/* ---- Words ------------------------------------------------------------------------------ */

static bool is_outer(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '~';
}

/* Without what surrounds it: blanks, line ends, and the tildes that end lines of SMS. */
static struct slice message_of(struct slice text)
{
	while (text.len && is_outer(text.ptr[0])) {
		text.ptr++;
		text.len--;
	}
	while (text.len && is_outer(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* Whether a word stands at `s`, in any case; `lower` is in lower case. */
static bool has_word(struct slice s, struct slice lower)
{
	return slice_starts_nocase(s, lower);
}

/* As CMTrace colours a line: "error", "fail" but not "failover", "warn". */
static enum log_level level_of(struct slice message)
{
	enum log_level level = LEVEL_INFO;

	for (size_t i = 0; i + 4 <= message.len; i++) {
		char c = (char)(message.ptr[i] | 0x20);
		struct slice rest;

		if (c != 'e' && c != 'f' && c != 'w')
			continue;
		rest = slice_skip(message, i);
		if (c == 'e' && has_word(rest, SLICE("error")))
			return LEVEL_ERROR;
		if (c == 'f' && has_word(rest, SLICE("fail")) && !has_word(rest, SLICE("failover")))
			return LEVEL_ERROR;
		if (c == 'w' && has_word(rest, SLICE("warn")))
			level = LEVEL_WARNING;
	}
	return level;
}

bool cm_may_be_servicing(const struct cm_record *record)
{
	return !record->component.len ||
		(record->component.len == CM_OFFLINE_SERVICING.len &&
			slice_equal_nocase(record->component, CM_OFFLINE_SERVICING));
}

static void set_level(struct cm_record *record, const struct cm_tail *tail)
{
	if (tail->type.len)
		record->level = slice_equal(tail->type, SLICE("3")) ? LEVEL_ERROR
			: slice_equal(tail->type, SLICE("2"))       ? LEVEL_WARNING
								    : LEVEL_INFO;
	else if (cm_may_be_servicing(record))
		record->level = level_of(record->message);
}

/* ---- Numbers and times -------------------------------------------------------------------- */

static bool is_all(struct slice text, bool hex)
{
	for (size_t i = 0; i < text.len; i++) {
		char lower = to_lower(text.ptr[i]);

		if (!is_digit(lower) && (!hex || lower < 'a' || lower > 'f'))
			return false;
	}
	return text.len > 0;
}

/* A number that does not fit is said; words in its place ("Empty") are none. */
static void set_thread(
	struct cm_cursor *cursor, struct cm_record *record, struct slice text, bool hex)
{
	if (!hex && text.len <= 9 && is_all(text, false)) {
		for (size_t i = 0; i < text.len; i++)
			record->tid = record->tid * 10 + (uint32_t)(text.ptr[i] - '0');
		return;
	}
	if (!text.len || slice_to_u32(text, hex ? 16 : 10, &record->tid))
		return;
	record->tid = 0;
	if (is_all(text, hex))
		note(cursor, DIAG_BAD_NUMBER, record);
}

/* "downloadcontent.cpp:1626": only compiled code states its source so, and it is ConfigMgr's. */
static bool is_source(struct slice file)
{
	static const struct slice endings[] = { { ".cpp", 4 }, { ".cxx", 4 }, { ".c", 2 },
		{ ".cc", 3 }, { ".h", 2 }, { ".hpp", 4 }, { ".hxx", 4 }, { ".inl", 4 } };
	size_t len = file.len;

	while (len && is_digit(file.ptr[len - 1]))
		len--;
	if (len && len < file.len && file.ptr[len - 1] == ':')
		file.len = len - 1;
	if (file.len > 4 && memcmp(file.ptr + file.len - 4, ".cpp", 4) == 0)
		return true;
	for (size_t i = 0; i < COUNT(endings); i++)
		if (slice_ends_nocase(file, endings[i]))
			return true;
	return false;
}

static void set_time(struct cm_cursor *cursor, struct cm_record *record, const struct cm_tail *tail)
{
	const struct cm_time *time = &tail->time;
	bool is_known = tail->form != CM_FORM_CCM || is_source(tail->file);

	record->when = time->when;
	if (time->is_bad)
		note(cursor, DIAG_BAD_TIME, record);
	if (time->bias == CM_BIAS_NONE)
		return;
	if (time->bias == CM_BIAS_STATED &&
		(time->minutes > CM_MAX_BIAS || time->minutes < -CM_MAX_BIAS)) {
		note(cursor, DIAG_BAD_BIAS, record);
	} else if (time->bias == CM_BIAS_STATED && is_known) {
		if (time->when != NO_TIME)
			record->utc = time->when + (int64_t)time->minutes * 60;
	} else if (!cursor->noted_bias && (time->bias != CM_BIAS_GLUED || !is_known)) {
		cursor->noted_bias = true;
		note(cursor, DIAG_BIAS_UNKNOWN, record);
	}
}

/* ---- Records ------------------------------------------------------------------------------ */

/* A record that begins at `from`; what lies before was said already. */
static void begin(struct cm_cursor *cursor, size_t from, struct cm_record *record)
{
	advance(cursor, from);
	*record = (struct cm_record){
		.when = NO_TIME,
		.utc = NO_TIME,
		.line = cursor->line,
		.offset = from,
	};
	cursor->result->records++;
}

/* Nothing but blanks follows in the block, not even a line end. */
static bool is_last(struct slice bytes, size_t at)
{
	while (at < bytes.len && bytes.ptr[at] != '\n' && is_outer(bytes.ptr[at]))
		at++;
	return at >= bytes.len;
}

/* Lines may end before `counted`, and behind it up to `end` none does. */
static void finish_counting(
	struct cm_cursor *cursor, size_t counted, size_t end, struct cm_record *record)
{
	record->whole = slice_from_to(cursor->bytes, record->offset, end);
	record->is_open = is_last(cursor->bytes, end);
	if (record->is_torn)
		note(cursor, DIAG_TORN_RECORD, record);
	advance_counting(cursor, counted, end);
}

static void finish(struct cm_cursor *cursor, size_t end, struct cm_record *record)
{
	finish_counting(cursor, end, end, record);
}

/* Takes what the tail says. */
static void set_tail(struct cm_cursor *cursor, struct cm_record *record, const struct cm_tail *tail)
{
	record->form = tail->form;
	record->component = tail->component;
	record->is_torn |= tail->is_cut;
	set_thread(cursor, record, tail->is_cut ? SLICE_NONE : tail->thread, tail->has_hex_thread);
	set_time(cursor, record, tail);
	set_level(record, tail);
	if (tail->type.len > 9 && is_all(tail->type, false))
		note(cursor, DIAG_BAD_NUMBER, record);
}

/* NULs, blanks and line ends before `end` belong to no record. */
static size_t trim_end(struct slice bytes, size_t from, size_t end)
{
	while (end > from && is_outer(bytes.ptr[end - 1]) && bytes.ptr[end - 1] != '~')
		end--;
	return end;
}

/* A <![LOG[ record that has no end: its message goes as far as it can be read. */
static void take_headed_only(struct cm_cursor *cursor, size_t stop, struct cm_record *record)
{
	struct slice bytes = cursor->bytes;
	size_t from = cursor->at, end = trim_end(bytes, from + CM_CCM_HEAD.len, stop);
	struct slice text;
	size_t mark;

	begin(cursor, from, record);
	record->form = CM_FORM_CCM;
	text = slice_from_to(bytes, from + CM_CCM_HEAD.len, end);
	mark = slice_find(text, CM_CCM_END);
	record->is_cut = mark == SLICE_MISSING;
	record->is_torn = true;
	record->message = message_of(slice_from_to(text, 0, mark));
	record->level = level_of(record->message);
	finish(cursor, end, record);
}

/* Takes the <![LOG[ record at the cursor; false when it has no end and a $$< tail stands in what
 * would be its text: that log only quotes the mark. Then *ret_blind is where it would have
 * ended. */
static bool take_ccm(struct cm_cursor *cursor, struct cm_record *record, size_t *ret_blind)
{
	struct slice bytes = cursor->bytes;
	size_t from = cursor->at, stop;
	struct cm_tail tail;

	if (cm_ccm_find(bytes, from + CM_CCM_HEAD.len, &stop) != CM_STOP_END) {
		if ((cursor->traits & CM_TRAIT_DOLLAR) &&
			cm_dollar_find(bytes, from, stop, &cursor->memory, &tail) !=
				SLICE_MISSING) {
			*ret_blind = stop;
			return false;
		}
		take_headed_only(cursor, stop, record);
		return true;
	}
	cm_ccm_tail(bytes, stop, &cursor->memory, &tail);
	begin(cursor, from, record);
	record->message = message_of(slice_from_to(bytes, from + CM_CCM_HEAD.len, stop));
	set_tail(cursor, record, &tail);
	finish_counting(cursor, tail.is_odd ? tail.end : stop, tail.end, record);
	return true;
}

/* The end of a <![LOG[ record at `stop`, whose head is lost: all text since the last record. */
static void take_headless(
	struct cm_cursor *cursor, size_t from, size_t stop, struct cm_record *record)
{
	struct cm_tail tail;

	cm_ccm_tail(cursor->bytes, stop, &cursor->memory, &tail);
	begin(cursor, from, record);
	record->is_torn = true;
	record->message = message_of(slice_from_to(cursor->bytes, from, stop));
	set_tail(cursor, record, &tail);
	finish(cursor, tail.end, record);
}

/* Text from `from` and its tail, which stands at `at`. */
static void take_dollar(struct cm_cursor *cursor, size_t from, size_t at,
	const struct cm_tail *tail, bool on_one_line, struct cm_record *record)
{
	struct slice text = slice_from_to(cursor->bytes, from, at);

	begin(cursor, from, record);
	record->message = message_of(slice_skip(text, cm_paste_marks(text)));
	set_tail(cursor, record, tail);
	finish_counting(cursor, on_one_line ? from : tail->end, tail->end, record);
}

/* ---- Text --------------------------------------------------------------------------------- */

struct line {
	size_t from, to, next; /* to: without its line end */
};

static struct line line_at(struct slice bytes, size_t from)
{
	const char *lf = memchr(bytes.ptr + from, '\n', bytes.len - from);
	struct line line = { .from = from, .to = bytes.len, .next = bytes.len };

	if (lf) {
		line.to = (size_t)(lf - bytes.ptr);
		line.next = line.to + 1;
	}
	while (line.to > from && bytes.ptr[line.to - 1] == '\r')
		line.to--;
	return line;
}

/* More than one control byte in eight: no text, whatever it is. */
static bool is_garbage(struct slice text)
{
	size_t controls = 0;

	for (size_t i = 0; i < text.len; i++)
		controls += (unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\t' &&
			text.ptr[i] != '\n' && text.ptr[i] != '\r';
	return controls * 8 > text.len;
}

static void skip_text(struct cm_cursor *cursor, size_t from, size_t end)
{
	struct slice text = slice_from_to(cursor->bytes, from, end);

	advance(cursor, from);
	if (cm_paste_marks(text) < text.len) {
		cursor->result->unrecognized += text.len;
		parse_result_note(cursor->result,
			is_garbage(text) ? DIAG_SKIPPED_BYTES : DIAG_SKIPPED_TEXT, cursor->line,
			from, SLICE_NONE);
	}
	advance(cursor, end);
}

/* Text that no tail follows. In a log of $$< lines it is a record that lost its tail; true then.
 * Elsewhere it is none. */
static bool take_rest(struct cm_cursor *cursor, size_t from, size_t to, struct cm_record *record)
{
	size_t end = trim_end(cursor->bytes, from, to);
	struct slice text = slice_from_to(cursor->bytes, from, end);

	if (!(cursor->traits & CM_TRAIT_DOLLAR) || cm_paste_marks(text) >= text.len) {
		skip_text(cursor, from, end);
		return false;
	}
	begin(cursor, from, record);
	record->form = CM_FORM_DOLLAR;
	record->message = message_of(slice_skip(text, cm_paste_marks(text)));
	record->is_torn = true;
	record->is_cut = true;
	record->level = level_of(record->message);
	finish(cursor, end, record);
	return true;
}

static void set_pasted(
	struct cm_cursor *cursor, struct cm_record *record, const struct cm_pasted *pasted)
{
	record->component = pasted->component;
	set_thread(cursor, record, pasted->thread, false);
	if (cm_may_be_servicing(record))
		record->level = level_of(record->message);
	if (!pasted->has_time)
		return;
	record->when = pasted->time.when;
	if (pasted->time.is_order_open) {
		if (!cursor->noted_order)
			note(cursor, DIAG_DATE_ORDER, record);
		cursor->noted_order = true;
	} else if (record->when == NO_TIME) {
		note(cursor, DIAG_BAD_TIME, record);
	}
}

/* Whether the line may go on with a record whose head stood on a line before. */
static bool goes_on(struct cm_cursor *cursor, const struct line *line)
{
	struct slice text = slice_from_to(cursor->bytes, line->from, line->to);
	struct cm_pasted next;
	size_t stop;

	if (cm_paste_marks(text) >= text.len || memchr(text.ptr, '\0', text.len) ||
		cm_ccm_find(text, 0, &stop) != CM_STOP_NONE ||
		slice_find(text, SLICE("$$<")) != SLICE_MISSING)
		return false;
	cm_paste_read(text, 0, cursor->traits, &next);
	return next.kind == CM_PASTE_BARE && !cm_paste_is_known(next.message);
}

/* A pasted record at `from`, in this line; one with its head first goes on to the next blank
 * line or head. */
static void take_pasted(struct cm_cursor *cursor, struct line line, const struct cm_pasted *pasted,
	struct cm_record *record)
{
	size_t from = line.from + pasted->from, end = line.from + pasted->to;
	struct slice text = pasted->message;
	bool has_head = pasted->kind == CM_PASTE_DATED || pasted->kind == CM_PASTE_NAMED;

	while (has_head && end == line.to && line.next < cursor->bytes.len) {
		line = line_at(cursor->bytes, line.next);
		if (!goes_on(cursor, &line))
			break;
		end = line.to;
		text.len = (size_t)(cursor->bytes.ptr + end - text.ptr);
	}
	begin(cursor, from, record);
	record->form = CM_FORM_PASTED;
	record->message = message_of(text);
	set_pasted(cursor, record, pasted);
	finish(cursor, end, record);
	record->is_cut = record->is_open && pasted->kind != CM_PASTE_COLUMNS;
}

/* What a line has to say of the text that was gathered before it. */
enum sign { SIGN_NOTHING, SIGN_RECORD, SIGN_STOP };

/* Looks for a $$< tail, then for marks of <![LOG[. STOP: the text ends at *ret_stop, where a
 * record of its own begins. */
static enum sign read_signs(struct cm_cursor *cursor, size_t from, const struct line *line,
	size_t blind, struct cm_record *record, size_t *ret_stop)
{
	struct slice text = slice_from_to(cursor->bytes, 0, line->to);
	struct cm_tail tail;
	enum cm_stop stop = CM_STOP_NONE;
	size_t at;

	if (line->from >= blind && cm_ccm_head_at(cursor->bytes, line->from)) {
		*ret_stop = line->from;
		return SIGN_STOP;
	}
	at = cm_dollar_find(cursor->bytes, line->from, line->to, &cursor->memory, &tail);
	/* A whole tail tells whose line it is, one that breaks off less than the other form. */
	if ((at == SLICE_MISSING || tail.is_cut) && line->from >= blind)
		stop = cm_ccm_find(text, line->from, ret_stop);
	if (at != SLICE_MISSING && (stop == CM_STOP_NONE || at < *ret_stop)) {
		take_dollar(cursor, from, at, &tail, from == line->from && tail.end <= line->to,
			record);
		return SIGN_RECORD;
	}
	if (stop == CM_STOP_END) {
		take_headless(cursor, from, *ret_stop, record);
		return SIGN_RECORD;
	}
	return stop == CM_STOP_HEAD ? SIGN_STOP : SIGN_NOTHING;
}

/* Text from the cursor on. Heads before `blind` are none. False when it was no record. */
static bool take_text(struct cm_cursor *cursor, size_t blind, struct cm_record *record)
{
	size_t from = cursor->at, at = from, stop;
	struct cm_pasted pasted;

	while (at < cursor->bytes.len) {
		struct line line = line_at(cursor->bytes, at);
		enum sign sign = read_signs(cursor, from, &line, blind, record, &stop);

		if (sign == SIGN_RECORD)
			return true;
		if (sign == SIGN_STOP)
			return take_rest(cursor, from, stop, record);
		cm_paste_read(slice_from_to(cursor->bytes, line.from, line.to), 0, cursor->traits,
			&pasted);
		if (at == from && line.from + pasted.from == line.to) {
			advance(cursor, line.to); /* a list mark alone */
			return false;
		}
		if (pasted.kind == CM_PASTE_COLUMNS || (cursor->traits & CM_TRAIT_PASTED)) {
			if (at > from && take_rest(cursor, from, at, record))
				return true;
			take_pasted(cursor, line, &pasted, record);
			return true;
		}
		at = line.next;
	}
	return take_rest(cursor, from, cursor->bytes.len, record);
}

/* Blanks and line ends between records, and NULs that a crash left. */
static void skip_between(struct cm_cursor *cursor)
{
	struct slice bytes = cursor->bytes;
	uint64_t nuls = 0, ends = 0;
	size_t at = cursor->at;

	for (; at < bytes.len; at++) {
		char c = bytes.ptr[at];

		if (c == '\n')
			ends++;
		else if (c == '\0' && !nuls++)
			parse_result_note(
				cursor->result, DIAG_NUL_RUN, cursor->line + ends, at, SLICE_NONE);
		else if (c == '\xEF' && slice_starts(slice_skip(bytes, at), SLICE("\xEF\xBB\xBF")))
			at += 2;
		else if (c != ' ' && c != '\t' && c != '\r' && c != '\0')
			break;
	}
	cursor->result->damaged += nuls;
	cursor->result->lines += ends;
	cursor->line += ends;
	cursor->at = at;
}

bool cm_next(struct cm_cursor *cursor, struct cm_record *ret_record)
{
	for (;;) {
		size_t blind = 0;

		skip_between(cursor);
		if (cursor->at >= cursor->bytes.len)
			return false;
		if (cm_ccm_head_at(cursor->bytes, cursor->at) &&
			take_ccm(cursor, ret_record, &blind))
			return true;
		if (take_text(cursor, blind, ret_record))
			return true;
	}
}
