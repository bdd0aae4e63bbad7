/* Logs of ConfigMgr. The grammar of records is cm_record.h, that of messages cm_message.h. */
#include "parsers/cm_message.h"

/* Whether a text field runs to the end of a message that may be cut off: it may be longer. */
static bool reaches_end(const struct fact *fact, const char *end)
{
	for (size_t i = 0; i < field_count; i++) {
		const struct slice *text = (const void *)((const char *)fact + fields[i].offset);

		if (fields[i].type == FIELD_TEXT && text->len && text->ptr + text->len == end)
			return true;
	}
	return false;
}

/* Facts of a message without its end stand only as far as they are whole: a name or a number at
 * the end may be the beginning of another. */
static void drop_cut_facts(const struct cm_record *record, size_t from, struct parse_result *result)
{
	struct slice message = record->message;
	bool ends_in_number = message.len && is_digit(message.ptr[message.len - 1]);
	size_t kept = from;

	for (size_t i = from; i < result->fact_count; i++)
		if (!ends_in_number && !reaches_end(&result->facts[i], message.ptr + message.len))
			result->facts[kept++] = result->facts[i];
	result->fact_count = kept;
}

static void read_block(struct slice bytes, struct parse_result *result)
{
	struct cm_cursor cursor;
	struct cm_record record;

	cm_cursor_init(&cursor, bytes, result);
	while (result->status == ST_OK && cm_next(&cursor, &record)) {
		size_t from = result->fact_count;

		if (record.when != NO_TIME) {
			result->steps_back += result->last != NO_TIME && record.when < result->last;
			result->last = record.when;
			if (result->first == NO_TIME)
				result->first = record.when;
		}
		if (!cm_may_be_servicing(&record))
			continue;
		cm_message_read(&record, result);
		if (record.is_cut)
			drop_cut_facts(&record, from, result);
	}
}

const struct parser parser_cm_log = {
	.name = "cm-log",
	.what = "logs of ConfigMgr",
	.looked_for = "<![LOG[ records or lines that end in $$<COMPONENT><date><thread=>",
	.shape = PARSER_LINES,
	.bid = cm_bid,
	.most = 100,
	.look = cm_look,
	.cut = cm_cut,
	.read = read_block,
};
