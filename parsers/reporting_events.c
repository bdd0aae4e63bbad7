/*
 * ReportingEvents.log of Windows Update (SoftwareDistribution), a line an event:
 *
 *   {event GUID} TAB 2024-03-12 10:11:12:345+0100 TAB 1 TAB 183 [AGENT_INSTALLING_SUCCEEDED]
 *   TAB 101 TAB {update GUID} TAB 200 TAB 0 TAB client TAB Success TAB Content Install TAB
 *   Installation Successful: Windows successfully installed the following update: title [TAB …]
 *
 * 12 or 13 fields; the number and the name of the event may be two fields; the milliseconds
 * stand behind ':' or '.'; copies have blanks for TABs. So the line is read from the left by
 * the shapes of its parts. The result is hexadecimal without 0x. A title is taken behind the
 * last ": " that follows "update": other texts name none.
 */
#include <stdio.h>

#include "base/civil.h"
#include "model/kb.h"
#include "parsers/document_text.h"
#include "parsers/stamp.h"

#define GUID_LEN 38 /* with its braces */

struct event {
	struct slice stamp, number, name, guid, client, outcome, category, text;
	uint32_t revision, code;
	int32_t offset; /* seconds east of UTC */
	bool has_code, has_offset;
};

static bool is_guid(struct slice text)
{
	if (text.len < GUID_LEN || text.ptr[0] != '{' || text.ptr[GUID_LEN - 1] != '}')
		return false;
	for (size_t i = 1; i < GUID_LEN - 1; i++) {
		bool is_hyphen = i == 9 || i == 14 || i == 19 || i == 24;
		char c = to_lower(text.ptr[i]);

		if (is_hyphen ? c != '-' : !is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

static void skip_blanks(struct slice *rest)
{
	while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
		*rest = slice_skip(*rest, 1);
}

static bool take_guid(struct slice *rest, struct slice *ret_guid)
{
	skip_blanks(rest);
	if (!is_guid(*rest))
		return false;
	*ret_guid = slice_from_to(*rest, 0, GUID_LEN);
	*rest = slice_skip(*rest, GUID_LEN);
	return true;
}

/* A word without blanks in it. */
static struct slice take_word(struct slice *rest)
{
	size_t len = 0;

	skip_blanks(rest);
	while (len < rest->len && rest->ptr[len] != ' ' && rest->ptr[len] != '\t')
		len++;
	*rest = slice_skip(*rest, len);
	return (struct slice){ rest->ptr ? rest->ptr - len : NULL, len };
}

/* Text up to a TAB, or, in a copy, to two blanks. */
static struct slice take_text(struct slice *rest)
{
	bool has_tabs;
	size_t end;

	skip_blanks(rest);
	has_tabs = slice_find_char(*rest, '\t') != SLICE_MISSING;
	end = has_tabs ? slice_find_char(*rest, '\t') : slice_find(*rest, SLICE("  "));
	if (end == SLICE_MISSING)
		end = rest->len;
	*rest = slice_skip(*rest, end);
	return slice_trim((struct slice){ rest->ptr ? rest->ptr - end : NULL, end });
}

/* "2024-03-12 10:11:12:345+0100"; the offset may be missing. */
static bool take_stamp(struct slice *rest, struct event *event)
{
	struct slice fraction;
	struct zone zone;
	size_t sign;

	skip_blanks(rest);
	if (rest->len < STAMP_LEN || rest->ptr[4] != '-' || rest->ptr[10] != ' ' ||
		rest->ptr[13] != ':')
		return false;
	event->stamp = slice_from_to(*rest, 0, STAMP_LEN);
	*rest = slice_skip(*rest, STAMP_LEN);
	fraction = take_word(rest);
	sign = slice_find_char(fraction, '+');
	if (sign == SLICE_MISSING)
		sign = slice_find_char(fraction, '-');
	if (sign == SLICE_MISSING || fraction.len - sign < 5)
		return true;
	if (zone_parse(slice_skip(fraction, sign), &zone) == ST_OK) {
		event->has_offset = true;
		event->offset = zone.fixed_seconds;
	}
	return true;
}

/* "183 [AGENT_INSTALLING_SUCCEEDED]" */
static bool take_name(struct slice *rest, struct event *event)
{
	uint32_t number;
	struct slice word;

	event->number = take_word(rest);
	word = take_word(rest);
	if (!slice_to_u32(event->number, 10, &number) || word.len < 3 || word.ptr[0] != '[' ||
		word.ptr[word.len - 1] != ']')
		return false;
	event->name = slice_from_to(word, 1, word.len - 1);
	return true;
}

/* False for a line that is no event. */
static bool read_event(struct slice line, struct event *ret_event)
{
	struct event event = { 0 };
	struct slice rest = line, own_guid;

	if (!take_guid(&rest, &own_guid) || !take_stamp(&rest, &event))
		return false;
	(void)take_word(&rest);
	if (!take_name(&rest, &event))
		return false;
	(void)take_word(&rest);
	*ret_event = event;
	if (!take_guid(&rest, &event.guid))
		return true; /* the head alone says what happened, though not to what */
	(void)slice_to_u32(take_word(&rest), 10, &event.revision);
	event.has_code = slice_to_u32(take_word(&rest), 16, &event.code);
	event.client = take_text(&rest);
	event.outcome = take_text(&rest);
	event.category = take_text(&rest);
	event.text = take_text(&rest);
	*ret_event = event;
	return true;
}

static bool is_nil(struct slice guid)
{
	for (size_t i = 0; i < guid.len; i++)
		if (guid.ptr[i] != '{' && guid.ptr[i] != '}' && guid.ptr[i] != '-' &&
			guid.ptr[i] != '0')
			return false;
	return true;
}

/* "…installed the following update: Title (KB5001234)", "…update with error 0x…: Title" */
static struct slice title_of(struct slice text)
{
	size_t at = slice_find_nocase(text, SLICE("following update"));
	struct slice rest;

	if (at == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(text, at);
	at = slice_find(rest, SLICE(": "));
	if (at == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_trim(slice_skip(rest, at + 2));
	if (rest.len && rest.ptr[rest.len - 1] == '.')
		rest.len--;
	return rest;
}

static struct slice article_of(struct slice title, struct arena *scratch)
{
	uint32_t kb = kb_find(title);
	char text[16];

	if (!kb)
		return SLICE_NONE;
	(void)snprintf(text, sizeof(text), "KB%u", kb);
	return arena_copy(scratch, slice_from(text));
}

static void set_times(struct fact *fact, const struct event *event, struct parse_result *result)
{
	fact->when = stamp_parse_loose(event->stamp);
	if (fact->when == NO_TIME) {
		parse_result_note(
			result, DIAG_BAD_TIME, fact->at.line, fact->at.offset, event->stamp);
		return;
	}
	fact->flags |= FLAG_HAS_STAMP;
	if (event->has_offset)
		fact->utc = fact->when - event->offset;
	if (result->first == NO_TIME)
		result->first = fact->when;
	result->steps_back += result->last != NO_TIME && fact->when < result->last;
	result->last = fact->when;
}

static void add_event(
	const struct event *event, const struct text_line *line, struct parse_result *result)
{
	struct fact *fact = parse_result_add(result, FACT_UPDATE_EVENT);

	if (!fact)
		return;
	fact->at.line = line->line;
	fact->at.offset = line->offset;
	fact->words = line->text;
	fact->flags = FLAG_BLOCK_START;
	fact->verb = event->name;
	fact->name = event->number;
	fact->client = event->client;
	fact->function = event->outcome;
	fact->description = event->category;
	fact->title = title_of(event->text);
	fact->identifier = article_of(fact->title, &result->scratch);
	if (!is_nil(event->guid)) {
		fact->guid = event->guid;
		fact->index = event->revision;
		fact->flags |= FLAG_HAS_INDEX;
	}
	if (event->has_code) {
		fact->code = event->code;
		fact->flags |= FLAG_HAS_CODE;
	}
	set_times(fact, event, result);
}

/* A line whose end is missing may be cut in its last field: half a number of an article is
 * another article. */
static struct slice whole_fields(struct slice line)
{
	size_t end = slice_find_last_char(line, '\t');

	if (end != SLICE_MISSING)
		return slice_from_to(line, 0, end);
	for (end = line.len; end >= 2; end--)
		if (line.ptr[end - 1] == ' ' && line.ptr[end - 2] == ' ')
			return slice_from_to(line, 0, end);
	return slice_from_to(line, 0, 0);
}

static void read_lines(struct slice bytes, struct parse_result *result)
{
	struct document_text document = { .text = bytes };
	struct text_cursor cursor;
	struct text_line line;

	text_cursor_init(&cursor, &document);
	while (result->status == ST_OK && text_next_line(&cursor, &line)) {
		struct slice text = text_trim(line.text);
		struct event event;

		result->lines += line.ended;
		if (!text.len)
			continue;
		if (!line.ended) {
			parse_result_note(
				result, DIAG_CUT_LAST_LINE, line.line, line.offset, SLICE_NONE);
			text = whole_fields(text);
		}
		if (!read_event(text, &event)) {
			result->unrecognized += text.len;
			parse_result_note(
				result, DIAG_SKIPPED_TEXT, line.line, line.offset, SLICE_NONE);
			continue;
		}
		line.offset += (uint64_t)(text.ptr - line.text.ptr);
		line.text = text;
		result->records++;
		add_event(&event, &line, result);
	}
}

/* Each line is a record. */
static size_t cut(struct slice bytes)
{
	const char *end = bytes.len ? memrchr(bytes.ptr, '\n', bytes.len) : NULL;

	return end ? (size_t)(end - bytes.ptr) + 1 : 0;
}

/* One line tells: no other log begins with a GUID, a stamp and a name in brackets. Above the
 * bids of logs, to whom the stamp may look like theirs. */
static unsigned bid(struct slice head)
{
	struct document_text document = { .text = slice_from_to(head, 0, 65536) };
	struct text_cursor cursor;
	struct text_line line;
	unsigned fits = 0, others = 0;

	text_cursor_init(&cursor, &document);
	while (text_next_line(&cursor, &line)) {
		struct slice text = text_trim(line.text);
		struct event event;

		if (text.len && read_event(text, &event))
			fits++;
		else
			others += text.len > 0;
	}
	if (!fits || others > fits)
		return 0;
	return fits >= 3 ? 80 : 70;
}

const struct parser parser_reporting_events = {
	.name = "reporting-events",
	.what = "ReportingEvents.log of Windows Update",
	.looked_for = "lines '{GUID}  YYYY-MM-DD hh:mm:ss:mmm+hhmm  1  183 [AGENT_…]  …'",
	.shape = PARSER_LINES,
	.bid = bid,
	.cut = cut,
	.read = read_lines,
};
