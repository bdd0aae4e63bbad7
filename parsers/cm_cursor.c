/* How the cursor steps, and where records begin and end. */
#include "parsers/cm_cursor.h"

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
static void cm_advance_counting(struct cm_cursor *cursor, size_t counted, size_t to)
{
	size_t ends = count_line_ends(cursor->bytes.ptr + cursor->at, counted - cursor->at);

	cursor->at = to;
	cursor->line += ends;
	cursor->result->lines += ends;
}

void cm_advance(struct cm_cursor *cursor, size_t to)
{
	if (to > cursor->at)
		cm_advance_counting(cursor, to, to);
}

void cm_note(struct cm_cursor *cursor, enum diagnostic_code code, const struct cm_record *record)
{
	parse_result_note(cursor->result, code, record->line, record->offset, SLICE_NONE);
}

/* A record that begins at `from`; what lies before was said already. */
void cm_begin(struct cm_cursor *cursor, size_t from, struct cm_record *record)
{
	cm_advance(cursor, from);
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
	while (at < bytes.len && bytes.ptr[at] != '\n' && cm_is_outer(bytes.ptr[at]))
		at++;
	return at >= bytes.len;
}

/* Lines may end before `counted`, and behind it up to `end` none does. */
void cm_finish_counting(
	struct cm_cursor *cursor, size_t counted, size_t end, struct cm_record *record)
{
	record->whole = slice_from_to(cursor->bytes, record->offset, end);
	record->is_open = is_last(cursor->bytes, end);
	if (record->is_torn)
		cm_note(cursor, DIAG_TORN_RECORD, record);
	cm_advance_counting(cursor, counted, end);
}

void cm_finish(struct cm_cursor *cursor, size_t end, struct cm_record *record)
{
	cm_finish_counting(cursor, end, end, record);
}

/* NULs, blanks and line ends before `end` belong to no record. */
size_t cm_trim_end(struct slice bytes, size_t from, size_t end)
{
	while (end > from && cm_is_outer(bytes.ptr[end - 1]) && bytes.ptr[end - 1] != '~')
		end--;
	return end;
}
