/*
 * From lines to records. The native form is decided by fixed columns and costs a few
 * comparisons a line; everything else (pastes, traces, continuations) takes the slow road.
 */
#include "parsers/log_record.h"

#include <string.h>

#include "parsers/log_head.h"
#include "parsers/rule.h"
#include "parsers/stamp.h"

/* Widths at which consoles and mailers cut lines. */
static const size_t wrap_widths[] = { 80, 100, 120, 132, 160, 200, 201 };

#define STRETCH 256

/* gcc makes loops wide at -O3 only, clang does it anyway and knows no such attribute. */
#ifdef __clang__
#define WIDE_LOOP
#else
#define WIDE_LOOP __attribute__((optimize("O3")))
#endif

/* Whether a CR stands anywhere but before an LF. One look at the block saves one at each
 * line; the loop is written for the compiler to do many bytes at a time. */
WIDE_LOOP static bool has_stray_cr(struct slice bytes)
{
	size_t at = 0;
	unsigned char stray = 0;

	for (; at + STRETCH < bytes.len; at += STRETCH)
		for (size_t i = 0; i < STRETCH; i++)
			stray |= (unsigned char)((bytes.ptr[at + i] == '\r') &
				(bytes.ptr[at + i + 1] != '\n'));
	for (; at + 1 < bytes.len; at++)
		stray |= (unsigned char)((bytes.ptr[at] == '\r') & (bytes.ptr[at + 1] != '\n'));
	return stray;
}

void log_cursor_init(struct log_cursor *cursor, struct slice bytes, struct parse_result *result)
{
	*cursor = (struct log_cursor){
		.bytes = bytes,
		.line = 1,
		.has_stray_cr = has_stray_cr(bytes),
		.has_nul = bytes.len && memchr(bytes.ptr, '\0', bytes.len),
		.result = result,
	};
}

/* NULs at the head of a line: what a crash left on the disk. */
static void skip_nuls(struct log_cursor *cursor)
{
	size_t from = cursor->at;

	while (cursor->at < cursor->bytes.len && cursor->bytes.ptr[cursor->at] == '\0')
		cursor->at++;
	if (cursor->at == from)
		return;
	cursor->result->damaged += cursor->at - from;
	parse_result_note(cursor->result, DIAG_NUL_RUN, cursor->line, from, SLICE_NONE);
}

/* Where the line at `from` ends: LF, CRLF, a CR alone, or a NUL in a damaged block. */
static void find_end(const struct log_cursor *cursor, struct log_line *line)
{
	const char *start = cursor->bytes.ptr + line->from;
	size_t left = cursor->bytes.len - line->from;
	const char *lf = memchr(start, '\n', left);
	size_t len = lf ? (size_t)(lf - start) : left;
	const char *stop;

	line->ended = lf != NULL;
	line->next = line->from + len + (lf ? 1 : 0);
	if (cursor->has_nul && (stop = memchr(start, '\0', len))) {
		len = (size_t)(stop - start);
		line->next = line->from + len;
		line->ended = true;
	}
	if (cursor->has_stray_cr && (stop = memchr(start, '\r', len))) {
		size_t after = (size_t)(stop - start);

		while (after < len && start[after] == '\r')
			after++;
		if (after < len) { /* a CR alone ends this line; more text follows */
			line->next = line->from + after;
			line->ended = true;
			len = after;
		}
	}
	while (len && start[len - 1] == '\r')
		len--;
	line->text = (struct slice){ start, len };
}

static bool find_line(struct log_cursor *cursor, struct log_line *line)
{
	if (cursor->has_nul)
		skip_nuls(cursor);
	if (cursor->at >= cursor->bytes.len)
		return false;
	line->from = cursor->at;
	find_end(cursor, line);
	if (line->text.len >= 3 && line->text.ptr[0] == '\xEF' &&
		slice_starts(line->text, SLICE("\xEF\xBB\xBF")))
		line->text = slice_skip(line->text, 3);
	line->is_stamped = stamp_is(line->text);
	return true;
}

/* The next line. What ended a record begins the next one: it is looked at once. */
static const struct log_line *peek_line(struct log_cursor *cursor)
{
	struct log_line *line = &cursor->ahead;

	if (line->next > cursor->at && line->from == cursor->at)
		return line;
	return find_line(cursor, line) ? line : NULL;
}

static void take_line(struct log_cursor *cursor)
{
	cursor->at = cursor->ahead.next;
	cursor->line++;
	cursor->result->lines++;
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '>')
			return false;
	return true;
}

/* More than one control byte in eight: no text, whatever it is. */
static bool is_garbage(struct slice text)
{
	size_t controls = 0;

	for (size_t i = 0; i < text.len; i++)
		controls += (unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\t' &&
			text.ptr[i] != 0x1B;
	return controls * 8 > text.len;
}

static bool is_wrap_width(size_t width)
{
	for (size_t i = 0; i < sizeof(wrap_widths) / sizeof(wrap_widths[0]); i++)
		if (width == wrap_widths[i])
			return true;
	return false;
}

/* A wrapped line is joined without a blank; the record moves to the scratch memory. */
static bool join_wrapped(struct log_cursor *cursor, struct log_record *record, struct slice more)
{
	struct arena *scratch = &cursor->result->scratch;
	size_t head = (size_t)(record->message.ptr - record->whole.ptr);
	size_t stamp = (size_t)(record->stamp.ptr - record->whole.ptr);
	char *joined = arena_alloc(scratch, record->whole.len + more.len + 1);

	if (!joined)
		return false;
	memcpy(joined, record->whole.ptr, record->whole.len);
	memcpy(joined + record->whole.len, more.ptr, more.len);
	record->whole = (struct slice){ joined, record->whole.len + more.len };
	record->message = slice_skip(record->whole, head);
	if (record->stamp.len)
		record->stamp.ptr = joined + stamp;
	return true;
}

/* A continuation keeps its line break: the record simply reaches further. */
static void extend(struct log_record *record, const struct log_line *line)
{
	const char *end = line->text.ptr + line->text.len;

	record->whole.len = (size_t)(end - record->whole.ptr);
	record->message.len = (size_t)(end - record->message.ptr);
}

static void note_skipped(struct log_cursor *cursor, const struct log_line *line)
{
	cursor->result->unrecognized += line->next - line->from;
	parse_result_note(cursor->result,
		is_garbage(line->text) ? DIAG_SKIPPED_BYTES : DIAG_SKIPPED_TEXT, cursor->line,
		line->from, SLICE_NONE);
}

#define MAX_RECORD ((size_t)256 << 10) /* a longer record is cut; its lines are counted */

/* Takes one line that is blank or continues the record; false when it begins another. */
static bool take_continuation(struct log_cursor *cursor, struct log_record *record,
	const struct log_line *line, size_t *width, bool *in_block)
{
	bool wrapped = record->stamp.len && is_wrap_width(*width) && line->text.len &&
		line->text.ptr[0] != ' ';

	if (is_blank(line->text))
		return true;
	if (log_head_begins(line->text, wrapped))
		return false;
	*width = line->text.len;
	if (is_garbage(line->text) || record->whole.len + line->text.len > MAX_RECORD) {
		note_skipped(cursor, line);
		return true;
	}
	if (wrapped || !*in_block)
		*in_block = !join_wrapped(cursor, record, line->text) && *in_block;
	else
		extend(record, line);
	record->is_open = !line->ended;
	return true;
}

/* Takes the lines that belong to `record`, up to the next line that begins one. */
static void take_continuations(struct log_cursor *cursor, struct log_record *record, size_t width)
{
	bool in_block = true; /* the record still lies in the block as one piece */
	const struct log_line *line;

	while ((line = peek_line(cursor)) && !line->is_stamped) {
		if (!take_continuation(cursor, record, line, &width, &in_block))
			return;
		take_line(cursor);
	}
}

bool log_next(struct log_cursor *cursor, struct log_record *ret_record)
{
	const struct log_line *line;

	while ((line = peek_line(cursor))) {
		size_t width = line->text.len;

		*ret_record = (struct log_record){
			.line = cursor->line,
			.is_open = !line->ended,
		};
		if (log_head_read(line->text, line->is_stamped, ret_record)) {
			/* Behind quotes and list marks: where its words begin. */
			ret_record->offset = (uint64_t)(ret_record->whole.ptr - cursor->bytes.ptr);
			take_line(cursor);
			cursor->result->records++;
			if (!ret_record->stamp.len && log_head_is_torn(ret_record))
				parse_result_note(cursor->result, DIAG_TORN_RECORD,
					ret_record->line, ret_record->offset, SLICE_NONE);
			take_continuations(cursor, ret_record, width);
			return true;
		}
		if (!is_blank(line->text))
			note_skipped(cursor, line);
		take_line(cursor);
	}
	return false;
}

size_t log_cut(struct slice bytes)
{
	size_t end = bytes.len;

	while (end > 0) {
		const char *lf = memrchr(bytes.ptr, '\n', end - 1);
		size_t start = lf ? (size_t)(lf - bytes.ptr) + 1 : 0;

		if (start > 0 && stamp_is(slice_skip(bytes, start)))
			return start;
		if (!lf)
			return 0;
		end = start;
	}
	return 0;
}

/* A line of wimgapi, not any text behind a number in brackets. */
static bool is_trace(const struct log_record *record)
{
	struct slice message = record->message;

	if (record->component != COMPONENT_WIMGAPI)
		return false;
	(void)slice_cut(&message, ' ');
	return slice_starts(message, SLICE("[0x")) || rules_know(RULES_DISM, message);
}

struct log_signs log_look(struct slice head)
{
	struct log_signs signs = { 0 };
	struct parse_result result;
	struct log_cursor cursor;
	struct log_record record;

	parse_result_init(&result);
	log_cursor_init(&cursor, head, &result);
	while (log_next(&cursor, &record)) {
		if (record.component == COMPONENT_DISM || is_trace(&record))
			signs.dism++;
		else if (record.component == COMPONENT_CBS || record.component == COMPONENT_CSI)
			signs.cbs++;
		else if (record.stamp.len)
			signs.other++;
	}
	parse_result_release(&result);
	return signs;
}
