/*
 * Text that does not begin with <![LOG[ is walked line by line until something tells what it
 * belongs to: a $$< tail, the end of a <![LOG[ record whose head is lost, columns of a paste, or
 * nothing.
 */
#include "parsers/cm_cursor.h"
#include "parsers/cm_paste.h"

/* The end of a <![LOG[ record at `stop`, whose head is lost: all text since the last record. */
static void take_headless(
	struct cm_cursor *cursor, size_t from, size_t stop, struct cm_record *record)
{
	struct cm_tail tail;

	cm_ccm_tail(cursor->bytes, stop, &cursor->memory, &tail);
	cm_begin(cursor, from, record);
	record->is_torn = true;
	record->message = cm_message_text(slice_from_to(cursor->bytes, from, stop));
	cm_set_tail(cursor, record, &tail);
	cm_finish(cursor, tail.end, record);
}

/* Text from `from` and its tail, which stands at `at`. */
static void take_dollar(struct cm_cursor *cursor, size_t from, size_t at,
	const struct cm_tail *tail, bool on_one_line, struct cm_record *record)
{
	struct slice text = slice_from_to(cursor->bytes, from, at);

	cm_begin(cursor, from, record);
	record->message = cm_message_text(slice_skip(text, cm_paste_marks(text)));
	cm_set_tail(cursor, record, tail);
	cm_finish_counting(cursor, on_one_line ? from : tail->end, tail->end, record);
}

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

	cm_advance(cursor, from);
	if (cm_paste_marks(text) < text.len) {
		cursor->result->unrecognized += text.len;
		parse_result_note(cursor->result,
			is_garbage(text) ? DIAG_SKIPPED_BYTES : DIAG_SKIPPED_TEXT, cursor->line,
			from, SLICE_NONE);
	}
	cm_advance(cursor, end);
}

/* Text that no tail follows. In a log of $$< lines it is a record that lost its tail; true then.
 * Elsewhere it is none. */
static bool take_rest(struct cm_cursor *cursor, size_t from, size_t to, struct cm_record *record)
{
	size_t end = cm_trim_end(cursor->bytes, from, to);
	struct slice text = slice_from_to(cursor->bytes, from, end);

	if (!(cursor->traits & CM_TRAIT_DOLLAR) || cm_paste_marks(text) >= text.len) {
		skip_text(cursor, from, end);
		return false;
	}
	cm_begin(cursor, from, record);
	record->form = CM_FORM_DOLLAR;
	record->message = cm_message_text(slice_skip(text, cm_paste_marks(text)));
	record->is_torn = true;
	record->is_cut = true;
	record->level = cm_level_of(record->message);
	cm_finish(cursor, end, record);
	return true;
}

static void set_pasted(
	struct cm_cursor *cursor, struct cm_record *record, const struct cm_pasted *pasted)
{
	record->component = pasted->component;
	cm_take_thread(cursor, record, pasted->thread, false);
	if (cm_may_be_servicing(record))
		record->level = cm_level_of(record->message);
	if (!pasted->has_time)
		return;
	record->when = pasted->time.when;
	if (pasted->time.is_order_open) {
		if (!cursor->noted_order)
			cm_note(cursor, DIAG_DATE_ORDER, record);
		cursor->noted_order = true;
	} else if (record->when == NO_TIME) {
		cm_note(cursor, DIAG_BAD_TIME, record);
	}
}

/* Whether the line may go on with a record whose head stood on a line before. */
static bool goes_on(struct cm_cursor *cursor, const struct line *line)
{
	struct slice text = slice_from_to(cursor->bytes, line->from, line->to);
	struct cm_pasted next;
	size_t stop;

	cm_paste_read(text, 0, cursor->traits, &next);
	return next.kind == CM_PASTE_BARE && next.message.len && !cm_paste_is_known(next.message) &&
		slice_find_char(text, '\0') == SLICE_MISSING &&
		cm_ccm_find(text, 0, &stop) == CM_STOP_NONE &&
		slice_find(text, SLICE("$$<")) == SLICE_MISSING;
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
	cm_begin(cursor, from, record);
	record->form = CM_FORM_PASTED;
	record->message = cm_message_text(text);
	set_pasted(cursor, record, pasted);
	cm_finish(cursor, end, record);
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
bool cm_take_text(struct cm_cursor *cursor, size_t blind, struct cm_record *record)
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
			cm_advance(cursor, line.to); /* a list mark alone */
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
