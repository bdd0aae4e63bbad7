/* The records: a <![LOG[ at the cursor is one of its own, everything else is text. */
#include "parsers/cm_cursor.h"

/* A <![LOG[ record that has no end: its message goes as far as it can be read. */
static void take_headed_only(struct cm_cursor *cursor, size_t stop, struct cm_record *record)
{
	struct slice bytes = cursor->bytes;
	size_t from = cursor->at, end = cm_trim_end(bytes, from + CM_CCM_HEAD.len, stop);
	struct slice text;
	size_t mark;

	cm_begin(cursor, from, record);
	record->form = CM_FORM_CCM;
	text = slice_from_to(bytes, from + CM_CCM_HEAD.len, end);
	mark = slice_find(text, CM_CCM_END);
	record->is_cut = mark == SLICE_MISSING;
	record->is_torn = true;
	record->message = cm_message_text(slice_from_to(text, 0, mark));
	record->level = cm_level_of(record->message);
	cm_finish(cursor, end, record);
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
	cm_begin(cursor, from, record);
	record->message = cm_message_text(slice_from_to(bytes, from + CM_CCM_HEAD.len, stop));
	cm_set_tail(cursor, record, &tail);
	cm_finish_counting(cursor, tail.is_odd ? tail.end : stop, tail.end, record);
	return true;
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
		if (cm_take_text(cursor, blind, ret_record))
			return true;
	}
}
