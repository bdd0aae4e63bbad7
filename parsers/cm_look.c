/* What the first bytes tell: the form, the order of day and month, whether it is such a log at
 * all; and where a block may end. */
#include "parsers/cm_paste.h"
#include "parsers/cm_tail.h"
#include "parsers/stamp.h"

#define HEAD_BYTES ((size_t)64 << 10)

/* One line without its end; false when no more come. */
static bool next_line(struct slice *rest, struct slice *ret_line)
{
	if (!rest->len)
		return false;
	*ret_line = slice_cut(rest, '\n');
	while (ret_line->len && ret_line->ptr[ret_line->len - 1] == '\r')
		ret_line->len--;
	return true;
}

/* ---- Traits ----------------------------------------------------------------------------- */

/* Universal time that a status message states on the line; NO_TIME. */
static int64_t stated_utc(struct slice line)
{
	static const struct slice mark = { "GMTDATE=", 8 };
	size_t at = slice_find(line, mark);
	struct cm_time time;

	if (at == SLICE_MISSING || !cm_time_in_words(slice_skip(line, at + mark.len), &time))
		return NO_TIME;
	return time.when;
}

/* No place is further from UTC, give or take the minute in which the line was written. */
static bool is_near(int64_t when, int64_t utc)
{
	return when != NO_TIME && when - utc <= MAX_ZONE_OFFSET + 60 &&
		utc - when <= MAX_ZONE_OFFSET + 60;
}

static uint32_t order_by_utc(struct slice line, size_t at, int64_t utc)
{
	struct cm_printed day, month;
	bool as_day, as_month;

	if (utc == NO_TIME || !cm_printed_at(line, at, CM_TRAIT_DAY_FIRST, &day) ||
		!cm_printed_at(line, at, CM_TRAIT_MONTH_FIRST, &month))
		return 0;
	as_day = is_near(day.when, utc);
	as_month = is_near(month.when, utc);
	if (as_day == as_month)
		return 0;
	return as_day ? CM_TRAIT_DAY_FIRST : CM_TRAIT_MONTH_FIRST;
}

/* What the dates of a line say of the order of day and month in the file. */
static uint32_t order_of(struct slice line)
{
	int64_t utc = stated_utc(line);
	struct cm_printed printed;
	uint32_t traits = 0;
	size_t at = 0;

	while (cm_printed_find(line, at, 0, &printed)) {
		at = printed.to;
		if (printed.separator == '.' || !printed.first)
			continue;
		if (printed.first > 12)
			traits |= CM_TRAIT_DAY_FIRST;
		else if (printed.other > 12)
			traits |= CM_TRAIT_MONTH_FIRST;
		else if (printed.first != printed.other)
			traits |= order_by_utc(line, printed.from, utc);
	}
	return traits;
}

uint32_t cm_look(struct slice head)
{
	struct slice rest, line;
	struct cm_memory memory = { .date = "" };
	struct cm_tail tail;
	uint32_t traits = 0;
	size_t at;

	head = slice_from_to(head, 0, HEAD_BYTES);
	if (head.len && cm_ccm_find(head, 0, &at) != CM_STOP_NONE)
		traits |= CM_TRAIT_CCM;
	if (head.len && cm_dollar_find(head, 0, head.len, &memory, &tail) != SLICE_MISSING)
		traits |= CM_TRAIT_DOLLAR;
	if (!traits)
		traits |= CM_TRAIT_PASTED;
	if (traits & CM_TRAIT_CCM)
		return traits;
	for (rest = head; next_line(&rest, &line);)
		traits |= order_of(line);
	return traits;
}

/* ---- The bid ---------------------------------------------------------------------------- */

struct signs {
	size_t ccm_bytes, dollar; /* whole records */
	bool begins;              /* the first line is, or begins, a record of these forms */
	size_t lines, columns, named, known;
};

/* Whatever comes behind it: the next record may be larger than what is looked at. */
static bool begins(struct slice head, const struct cm_record *record)
{
	if (record->offset != cm_paste_marks(head))
		return false;
	if (record->form == CM_FORM_CCM)
		return cm_ccm_head_at(head, record->offset);
	return record->form == CM_FORM_DOLLAR && !record->is_torn && !stamp_is(record->whole) &&
		!memchr(record->whole.ptr, '\n', record->whole.len);
}

static void count_records(struct slice head, struct signs *signs)
{
	struct parse_result result;
	struct cm_cursor cursor;
	struct cm_record record;

	parse_result_init(&result);
	cm_cursor_init(&cursor, head, &result);
	while (cm_next(&cursor, &record)) {
		bool is_ccm = record.form == CM_FORM_CCM;

		signs->begins |= begins(head, &record);
		if (is_ccm && !record.is_torn)
			signs->ccm_bytes += record.whole.len;
		signs->dollar += !is_ccm && record.form != CM_FORM_PASTED && !record.is_torn;
	}
	parse_result_release(&result);
}

static void count_lines(struct slice head, struct signs *signs)
{
	struct slice line;

	while (next_line(&head, &line)) {
		struct cm_pasted pasted;

		if (cm_paste_marks(line) >= line.len)
			continue;
		signs->lines++;
		cm_paste_read(line, 0, 0, &pasted);
		if (pasted.kind == CM_PASTE_COLUMNS)
			signs->columns += pasted.thread.len != 0 ||
				slice_starts(pasted.component, SLICE("SMS_"));
		else
			signs->named += pasted.component.len != 0;
		signs->known += cm_paste_is_known(pasted.message);
	}
}

/*
 * Records of the forms that only ConfigMgr writes bid high, when they are what the file is made
 * of: a log of DISM may quote some. Pasted text has less to show; words alone bid lowest.
 */
unsigned cm_bid(struct slice head)
{
	struct signs signs = { 0 };
	uint32_t traits;

	head = slice_from_to(head, 0, HEAD_BYTES);
	traits = cm_look(head);
	count_lines(head, &signs);
	if (!(traits & CM_TRAIT_PASTED)) {
		count_records(head, &signs);
		if (signs.begins || (signs.ccm_bytes && signs.ccm_bytes >= head.len / 2) ||
			(signs.dollar && signs.dollar * 8 >= signs.lines))
			return 100;
	}
	if (signs.columns && 2 * (signs.columns + signs.named) >= signs.lines)
		return 48;
	if (signs.named && 2 * signs.named >= signs.lines)
		return 32;
	return signs.known && 4 * signs.known >= signs.lines ? 12 : 0;
}

/* ---- Where a block may end ---------------------------------------------------------------- */

#define MAX_LINES_BACK 1000

/* The last <![LOG[; SLICE_MISSING. */
static size_t last_head(struct slice bytes)
{
	size_t to = bytes.len;

	while (to > 1) {
		const char *mark = memrchr(bytes.ptr + 1, '!', to - 1);
		size_t at;

		if (!mark)
			break;
		at = (size_t)(mark - bytes.ptr) - 1;
		if (cm_ccm_head_at(bytes, at))
			return at;
		to = at + 1;
	}
	return SLICE_MISSING;
}

static size_t line_start(struct slice bytes, size_t at)
{
	const char *lf = at ? memrchr(bytes.ptr, '\n', at) : NULL;

	return lf ? (size_t)(lf - bytes.ptr) + 1 : 0;
}

/* Behind the last line of columns, or before the last line with its head first; 0: only bare
 * lines, each a record. */
static size_t cut_pasted(struct slice bytes)
{
	size_t end = bytes.len;

	for (unsigned i = 0; i < MAX_LINES_BACK && end; i++) {
		bool is_ended = bytes.ptr[end - 1] == '\n';
		size_t start = line_start(bytes, end - 1);
		struct slice line = slice_from_to(bytes, start, end - is_ended);
		struct cm_pasted pasted;

		cm_paste_read(line, 0, 0, &pasted);
		if (pasted.kind == CM_PASTE_COLUMNS && is_ended)
			return end;
		if (pasted.kind == CM_PASTE_DATED || pasted.kind == CM_PASTE_NAMED)
			return start;
		end = start;
	}
	return 0;
}

/* Only line by line: a tail may go on behind the last line end. */
static size_t last_tail(struct slice bytes, size_t from, size_t *ret_end)
{
	struct slice lines = slice_from_to(bytes, 0, line_start(bytes, bytes.len));
	struct cm_tail tail;
	size_t at = from < lines.len ? cm_dollar_last(lines, from, &tail) : SLICE_MISSING;
	const char *lf;

	if (at == SLICE_MISSING)
		return at;
	lf = memchr(lines.ptr + tail.end, '\n', lines.len - tail.end);
	*ret_end = lf ? (size_t)(lf - lines.ptr) + 1 : lines.len;
	return at;
}

static size_t find_cut(struct slice bytes)
{
	size_t head = last_head(bytes), end, stop;
	size_t tail = last_tail(bytes, head == SLICE_MISSING ? 0 : head, &end);

	if (head == SLICE_MISSING)
		return tail == SLICE_MISSING ? cut_pasted(bytes) : end;
	if (tail == SLICE_MISSING)
		return head;
	/* A tail behind the last head: the message that quotes it may still be open. */
	if (cm_ccm_find(bytes, head + CM_CCM_HEAD.len, &stop) == CM_STOP_END && stop < tail)
		return end;
	return line_start(bytes, head);
}

size_t cm_cut(struct slice bytes)
{
	size_t cut = find_cut(bytes);

	/* A hole of NULs may be larger than a block and has no line ends. */
	return !cut && bytes.len && bytes.ptr[bytes.len - 1] == '\0' ? bytes.len : cut;
}
