/* Printed lists, line by line: members are collected and added when they end. */
#include "parsers/listing_text.h"

#include "base/buf.h"
#include "parsers/command_line.h"
#include "parsers/listing.h"
#include "parsers/listing_line.h"
#include "parsers/listing_table.h"

#define MAX_JOINED  8192 /* a value wrapped over lines */
#define PLACE_LINES 4    /* of a localised package */

struct reader {
	struct listing listing;
	struct document_text document;
	struct listing_table table;
	/* The member that is being read. */
	struct listed_object object;
	bool in_object, has_gap; /* a blank line stood in it */
	bool is_dism;            /* the open list is of dism.exe: it has a closing line */
	size_t object_at;
	/* The value that may go on in the next line. */
	enum listed_field last;
	size_t value_column;
	struct buf joined;
	/* A localised member: its values in order. */
	struct slice place[PLACE_LINES];
	size_t place_count;
	bool saw_places;
	/* The output that is being read. */
	bool has_tool_version, is_used; /* the context served a list already */
	bool is_passed_over;            /* a list that is none of ours */
	struct slice previous;          /* the line before, for headers of tables */
	bool wants_header;
};

/* Members */

static void settle_joined(struct reader *reader)
{
	if (reader->joined.len && reader->in_object)
		reader->object.value[reader->last] =
			arena_copy(&reader->listing.result->scratch, buf_slice(&reader->joined));
	buf_reset(&reader->joined);
	reader->last = LISTED_NONE;
	reader->value_column = 0;
}

static void finish_object(struct reader *reader)
{
	if (!reader->in_object)
		return;
	settle_joined(reader);
	reader->in_object = false;
	if (reader->is_passed_over)
		return;
	listing_add(&reader->listing, &reader->object);
	if (listed_has(&reader->object, LISTED_PACKAGE) &&
		!listed_has(&reader->object, LISTED_STATE))
		reader->listing.is_damaged = true;
}

static void begin_object(struct reader *reader, const struct text_line *at, struct slice words)
{
	reader->object = (struct listed_object){
		.line = at->line,
		.offset = at->offset +
			text_stored_bytes(&reader->document,
				slice_from_to(at->text, 0, (size_t)(words.ptr - at->text.ptr))),
	};
	reader->object_at = at->at + (size_t)(words.ptr - at->text.ptr);
	reader->in_object = true;
	reader->has_gap = false;
}

static void extend_words(struct reader *reader, const struct text_line *at)
{
	reader->object.words = slice_trim(
		slice_from_to(reader->document.text, reader->object_at, at->at + at->text.len));
}

/* What the lines of a localised member mean, by their number and the first's shape. */
static bool place_object(struct reader *reader, struct listed_object *object)
{
	const struct slice *value = reader->place;

	object->by_place = true;
	if (reader->place_count == PLACE_LINES && listed_is_package(value[0])) {
		listed_set(object, LISTED_PACKAGE, value[0]);
		listed_set(object, LISTED_STATE, value[1]);
		listed_set(object, LISTED_RELEASE, value[2]);
		listed_set(object, LISTED_TIME, value[3]);
		return true;
	}
	if (reader->place_count != 2)
		return false;
	if (listed_is_capability(value[0]))
		listed_set(object, LISTED_CAPABILITY, value[0]);
	else if (listed_is_localised(value[1]) && slice_find_char(value[0], ' ') == SLICE_MISSING &&
		slice_find_char(value[0], '~') == SLICE_MISSING)
		listed_set(object, LISTED_FEATURE, value[0]);
	else
		return false;
	listed_set(object, LISTED_STATE, value[1]);
	return true;
}

static void finish_place(struct reader *reader)
{
	if (!reader->place_count)
		return;
	if (!reader->is_passed_over && place_object(reader, &reader->object)) {
		listing_add(&reader->listing, &reader->object);
		reader->saw_places = true;
		reader->is_dism = true;
	} else if (listed_is_package(reader->place[0]) && reader->place_count > 1) {
		reader->listing.is_damaged = true; /* a member that was not understood */
	}
	reader->place_count = 0;
}

static void finish_member(struct reader *reader)
{
	finish_object(reader);
	finish_place(reader);
}

static void finish_list(struct reader *reader, enum listing_end end)
{
	finish_member(reader);
	if (end == LISTING_CUT && !reader->is_dism && !reader->listing.is_damaged)
		end = LISTING_OPEN;
	if (listing_is_open(&reader->listing))
		reader->is_used = true;
	listing_finish(&reader->listing, end);
	if (end == LISTING_WHOLE)
		reader->has_tool_version = false;
	reader->saw_places = reader->is_dism = reader->is_passed_over = false;
	reader->table.is_active = reader->wants_header = false;
}

/* Around the lists */

/* Another output begins: what was known of the last is forgotten. */
static void begin_output(struct reader *reader)
{
	finish_list(reader, LISTING_CUT);
	reader->has_tool_version = false;
	if (reader->is_used)
		reader->listing.context = (struct listing_context){ 0 };
	reader->is_used = false;
}

static void take_command(struct reader *reader, const struct listing_line *line)
{
	struct fact command = { 0 };

	finish_list(reader, LISTING_CUT);
	reader->listing.context = (struct listing_context){ 0 };
	reader->has_tool_version = reader->is_used = false;
	if (!line->command.len)
		return;
	command_line_parse(&command, line->command);
	reader->listing.context.image = command.image;
	reader->listing.context.flags = command.flags & (FLAG_ONLINE | FLAG_OFFLINE);
	if (command.image.len && !reader->listing.context.flags)
		reader->listing.context.flags = FLAG_OFFLINE;
}

static void take_heading(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	struct parse_result *result = reader->listing.result;
	bool was_info;

	finish_member(reader);
	/* "Features listing for package" stands inside the details of a package. */
	was_info = listing_is_open(&reader->listing) && reader->listing.count == 1 &&
		slice_equal(result->facts[reader->listing.head].verb, SLICE("package"));
	finish_list(reader, was_info ? LISTING_OPEN : LISTING_CUT);
	reader->is_passed_over = !line->verb.len;
	if (reader->is_passed_over)
		return;
	reader->is_dism = true;
	if (slice_equal(line->verb, SLICE("images")) && at->ended)
		reader->listing.context.wim = line->value;
	listing_begin(&reader->listing, line->verb, at->line,
		at->offset +
			text_stored_bytes(&reader->document,
				slice_from_to(
					at->text, 0, (size_t)(line->text.ptr - at->text.ptr))));
}

/* "Version: 10.0.26100.5074" is the tool's, the next one the image's. */
static bool take_version(struct reader *reader, const struct listing_line *line)
{
	bool is_image = slice_equal_nocase(line->label, SLICE("Image Version"));
	bool is_tool = slice_equal_nocase(line->label, SLICE("Version"));

	if (reader->in_object || reader->place_count || !listing_is_version(line->value))
		return false;
	if (!is_image && (is_tool || !reader->has_tool_version)) {
		begin_output(reader);
		reader->has_tool_version = true;
		return true;
	}
	reader->listing.context.version = line->value;
	return true;
}

static bool is_failure(const struct listing_line *line)
{
	static const struct slice words[] = { { "Error", 5 }, { "Fehler", 6 }, { "Erreur", 6 },
		{ "Errore", 6 } };
	struct slice code = line->value;
	uint32_t number;

	if (slice_starts_nocase(code, SLICE("0x")))
		code = slice_skip(code, 2);
	if (!slice_to_u32(code, 16, &number))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal_nocase(line->label, words[i]))
			return true;
	return false;
}

/* Lists of labels */

static bool is_key(enum listed_field field)
{
	return field == LISTED_PACKAGE || field == LISTED_HOTFIX || field == LISTED_FEATURE ||
		field == LISTED_CAPABILITY || field == LISTED_INDEX || field == LISTED_IMAGE_NAME;
}

static bool has_key(const struct listed_object *object)
{
	return listed_has(object, LISTED_PACKAGE) || listed_has(object, LISTED_HOTFIX) ||
		listed_has(object, LISTED_FEATURE) || listed_has(object, LISTED_CAPABILITY) ||
		listed_has(object, LISTED_INDEX) || listed_has(object, LISTED_IMAGE_NAME);
}

/* Whether a field belongs to the member before it. */
static bool continues_object(const struct reader *reader, const struct listing_line *line)
{
	const struct listed_object *object = &reader->object;
	enum listed_field field = line->field;

	if (!reader->in_object || listed_has(object, field))
		return false;
	/* Blank lines part members; copies of web pages put one behind each line. */
	if (reader->has_gap)
		return reader->is_dism && has_key(object) &&
			(field == LISTED_STATE || field == LISTED_RELEASE || field == LISTED_TIME);
	if (!is_key(field) || !has_key(object))
		return true;
	return (field == LISTED_INDEX && listed_has(object, LISTED_IMAGE_NAME)) ||
		(field == LISTED_IMAGE_NAME && listed_has(object, LISTED_INDEX));
}

static void take_field(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	/* Details of a package name the capability that it is. */
	if (line->field == LISTED_CAPABILITY && reader->in_object &&
		listed_has(&reader->object, LISTED_PACKAGE))
		return;
	if (!continues_object(reader, line)) {
		if (reader->in_object && !is_key(line->field) && reader->is_dism)
			return; /* a label again: of custom properties */
		finish_member(reader);
		begin_object(reader, at, line->text);
	}
	if (is_key(line->field) &&
		(slice_find_char(line->label, ' ') != SLICE_MISSING ||
			slice_equal_nocase(line->label, SLICE("Index"))))
		reader->is_dism = true;
	listed_set(&reader->object, line->field, line->value);
	reader->last = line->field;
	extend_words(reader, at);
}

/* A line whose end is missing may be cut in its value. */
static void take_cut_line(struct reader *reader, const struct listing_line *line)
{
	bool is_member = reader->in_object || is_key(line->field) || reader->place_count ||
		reader->table.is_active;

	if (is_key(line->field))
		finish_member(reader);
	if (is_member)
		reader->listing.is_damaged = true;
	if (reader->place_count)
		reader->place_count = PLACE_LINES + 1; /* not to be taken as whole */
}

static void take_place(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	if (!reader->place_count)
		begin_object(reader, at, line->text);
	reader->in_object = false;
	if (reader->place_count < PLACE_LINES)
		reader->place[reader->place_count] = line->value;
	if (reader->place_count <= PLACE_LINES)
		reader->place_count++;
	extend_words(reader, at);
}

static void take_label(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	settle_joined(reader);
	if (take_version(reader, line))
		return;
	if (!at->ended) {
		take_cut_line(reader, line);
		return;
	}
	if (is_failure(line) && !reader->in_object && !reader->place_count)
		finish_list(reader, LISTING_CUT);
	else if (reader->place_count || (line->field == LISTED_NONE && !reader->in_object))
		take_place(reader, at, line);
	else if (line->field != LISTED_NONE && line->field != LISTED_OTHER)
		take_field(reader, at, line);
	reader->value_column = line->indent + (size_t)(line->label.ptr - line->text.ptr) +
		slice_find_char(line->text, ':') + 2;
}

/*
 * What a narrow window wrapped: PowerShell indents it up to the column of the value, a
 * console does not; there only the name of a package is told from other text.
 */
static bool take_wrapped(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	bool is_indented = reader->value_column && line->indent + 1 >= reader->value_column;
	bool is_name = reader->last == LISTED_PACKAGE && line->kind == LINE_OTHER && at->ended &&
		slice_find_char(line->text, ' ') == SLICE_MISSING;
	bool is_first = !reader->joined.len;

	if (!reader->in_object || reader->has_gap || (!is_indented && !is_name))
		return false;
	if (line->kind != LINE_OTHER && (line->kind != LINE_LABEL || !is_indented))
		return false;
	if (reader->last == LISTED_NONE)
		return is_indented; /* the value of a label of no use */
	if (!at->ended)
		reader->listing.is_damaged = true;
	if (is_first)
		buf_put(&reader->joined, reader->object.value[reader->last]);
	if (reader->last == LISTED_DESCRIPTION || reader->last == LISTED_NAME)
		buf_putc(&reader->joined, ' ');
	buf_put(&reader->joined, line->text);
	extend_words(reader, at);
	return true;
}

/* Tables */

static void take_row(struct reader *reader, const struct text_line *at, struct slice text)
{
	struct slice cells[MAX_COLUMNS];

	if (!listing_table_row(&reader->table, at->text, cells))
		return;
	if (!at->ended) {
		reader->listing.is_damaged = true;
		return;
	}
	begin_object(reader, at, text);
	extend_words(reader, at);
	if (!reader->table.has_labels) {
		reader->in_object = false;
		reader->place_count =
			reader->table.count <= PLACE_LINES ? reader->table.count : PLACE_LINES + 1;
		for (size_t i = 0; i < reader->place_count && i < PLACE_LINES; i++)
			reader->place[i] = cells[i];
		finish_place(reader);
		return;
	}
	for (size_t i = 0; i < reader->table.count; i++)
		listed_set(&reader->object, reader->table.field[i], cells[i]);
	finish_object(reader);
}

static void take_rule(struct reader *reader, const struct text_line *at)
{
	bool has_bars = slice_find_char(at->text, '|') != SLICE_MISSING;

	finish_member(reader);
	if (has_bars && reader->table.is_active)
		return; /* below the header */
	if (has_bars)
		reader->wants_header = !listing_table_begin_bars(&reader->table, reader->previous);
	else
		(void)listing_table_begin_columns(&reader->table, reader->previous, at->text);
	if (has_bars)
		reader->is_dism = true;
}

/* True when the line was the table's. */
static bool take_table(
	struct reader *reader, const struct text_line *at, const struct listing_line *line)
{
	bool is_text = line->kind == LINE_LABEL || line->kind == LINE_OTHER;

	if (line->kind == LINE_RULE) {
		take_rule(reader, at);
		return true;
	}
	if (reader->wants_header && is_text) {
		reader->wants_header = false;
		return listing_table_begin_bars(&reader->table, at->text);
	}
	if (!reader->table.is_active)
		return false;
	if (is_text &&
		(!reader->table.has_bars || slice_find_char(at->text, '|') != SLICE_MISSING)) {
		take_row(reader, at, line->text);
		return true;
	}
	if (line->kind != LINE_BLANK || !reader->table.has_bars)
		reader->table.is_active = false;
	return false;
}

/* Lines */

/* The last sentence of a localised output, behind all its members. */
static bool is_last_sentence(const struct reader *reader, const struct listing_line *line)
{
	return line->kind == LINE_OTHER && reader->saw_places && !reader->place_count &&
		!reader->in_object &&
		(slice_ends_nocase(line->text, SLICE(".")) ||
			slice_ends_nocase(line->text, SLICE("\xE3\x80\x82")));
}

static void take_line(struct reader *reader, const struct text_line *at)
{
	struct listing_line line;

	listing_line_read(at->text, &line);
	if (take_table(reader, at, &line) || take_wrapped(reader, at, &line))
		return;
	if (line.kind == LINE_CLOSING || is_last_sentence(reader, &line)) {
		finish_list(reader, LISTING_WHOLE);
		return;
	}
	switch (line.kind) {
	case LINE_BLANK:
		settle_joined(reader);
		reader->has_gap = true;
		finish_place(reader);
		if (!reader->is_dism)
			finish_object(reader);
		break;
	case LINE_BANNER:
		begin_output(reader);
		break;
	case LINE_COMMAND:
		take_command(reader, &line);
		break;
	case LINE_HEADING:
		take_heading(reader, at, &line);
		break;
	case LINE_LABEL:
		take_label(reader, at, &line);
		break;
	case LINE_RULE:
	case LINE_CLOSING:
	case LINE_OTHER:
		finish_place(reader);
		if (!at->ended)
			take_cut_line(reader, &line);
		break;
	}
}

void listing_text_read(struct slice bytes, struct parse_result *result)
{
	struct reader reader = { 0 };
	struct text_cursor cursor;
	struct text_line line;

	listing_init(&reader.listing, result);
	if (!document_text_decode(bytes, result, &reader.document))
		return;
	buf_init(&reader.joined, MAX_JOINED);
	text_cursor_init(&cursor, &reader.document);
	while (result->status == ST_OK && text_next_line(&cursor, &line)) {
		result->lines += line.ended;
		take_line(&reader, &line);
		reader.previous = line.text;
	}
	finish_list(&reader, LISTING_CUT);
	buf_release(&reader.joined);
	listing_release(&reader.listing);
}
