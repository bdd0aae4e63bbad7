/* ConvertTo-Json: objects found by their braces, each parsed by itself. */
#include "parsers/powershell_objects.h"

#ifdef WITH_JSON

#include <jansson.h>
#include <stdio.h>

#include "parsers/listing.h"

#define MAX_OBJECT ((size_t)4 << 20) /* details of a package with all its features */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct slice text, size_t at)
{
	while (at < text.len && is_blank(text.ptr[at]))
		at++;
	return at;
}

/* Behind a string whose first quote stands at `at`; the end when it is not closed. */
static size_t skip_string(struct slice text, size_t at)
{
	for (at++; at < text.len; at++) {
		if (text.ptr[at] == '\\')
			at++;
		else if (text.ptr[at] == '"')
			return at + 1;
	}
	return text.len;
}

/* Behind a value, or behind its last byte when the text is cut (*ret_whole tells). */
static size_t skip_value(struct slice text, size_t at, bool *ret_whole)
{
	size_t depth = 0;

	*ret_whole = true;
	while (at < text.len) {
		char c = text.ptr[at];

		if (c == '"') {
			at = skip_string(text, at);
			if (!depth && at < text.len)
				return at;
			continue;
		}
		if (c == '{' || c == '[')
			depth++;
		else if (depth && (c == '}' || c == ']') && --depth == 0)
			return at + 1;
		else if (!depth && (c == ',' || c == '}' || c == ']'))
			return at;
		at++;
	}
	*ret_whole = false;
	return text.len;
}

/* {"value": [...], "Count": n}: where the array begins; SLICE_MISSING when it is no such. */
static size_t find_wrapped(struct slice text, size_t at)
{
	bool whole = true;

	at++;
	while (whole && at < text.len) {
		struct slice name;
		size_t from = skip_blanks(text, at);

		if (from >= text.len || text.ptr[from] != '"')
			return SLICE_MISSING;
		at = skip_string(text, from);
		name = slice_from_to(text, from, at);
		at = skip_blanks(text, at);
		if (at >= text.len || text.ptr[at] != ':')
			return SLICE_MISSING;
		at = skip_blanks(text, at + 1);
		if (slice_equal(name, SLICE("\"value\"")) && at < text.len && text.ptr[at] == '[')
			return at;
		at = skip_blanks(text, skip_value(text, at, &whole));
		if (at >= text.len || text.ptr[at] != ',')
			return SLICE_MISSING;
		at++;
	}
	return SLICE_MISSING;
}

/* Text of a scalar, in the scratch; empty for null, objects and arrays. */
static struct slice text_of(const json_t *value, struct arena *scratch)
{
	char number[32];

	/* PowerShell 5.1 writes what a script made into an object as {"value": "x", …}. */
	if (json_is_object(value))
		value = json_object_get(value, "value");
	if (json_is_string(value))
		return arena_copy(scratch,
			(struct slice){ json_string_value(value), json_string_length(value) });
	if (!json_is_integer(value))
		return SLICE_NONE;
	(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return arena_copy(scratch, slice_from(number));
}

static bool fill_object(
	struct slice text, struct parse_result *result, struct listed_object *object)
{
	json_error_t error;
	const char *name;
	json_t *value, *json;

	if (text.len > MAX_OBJECT)
		return false;
	json = json_loadb(text.ptr, text.len, 0, &error);
	if (!json && json_error_code(&error) == json_error_out_of_memory)
		result->status = ST_NOMEM;
	if (!json_is_object(json)) {
		json_decref(json);
		return false;
	}
	json_object_foreach(json, name, value)
	{
		enum listed_field field = listed_field_find(slice_from(name));

		if (field != LISTED_NONE && field != LISTED_OTHER)
			listed_set(object, field, text_of(value, &result->scratch));
	}
	json_decref(json);
	return true;
}

struct reader {
	const struct document_text *document;
	struct text_cursor cursor;
	struct listing listing;
	struct parse_result *result;
};

/* Takes the object at `at`; behind it. False when the text ends inside it. */
static bool take_object(struct reader *reader, size_t *at)
{
	struct slice text = reader->document->text;
	struct listed_object object = { 0 };
	bool whole;
	size_t end = skip_value(text, *at, &whole);

	text_cursor_move(&reader->cursor, *at);
	object.line = reader->cursor.line;
	object.offset = reader->cursor.offset;
	object.words = slice_from_to(text, *at, end);
	*at = end;
	if (!whole)
		return false;
	if (fill_object(object.words, reader->result, &object))
		listing_add(&reader->listing, &object);
	else
		parse_result_note(
			reader->result, DIAG_SKIPPED_BYTES, object.line, object.offset, SLICE_NONE);
	return true;
}

/* The elements of an array from behind its '['; whether it is closed. */
static bool take_array(struct reader *reader, size_t *at)
{
	struct slice text = reader->document->text;
	bool whole = true;

	while (whole && reader->result->status == ST_OK) {
		size_t from = skip_blanks(text, *at);

		if (from >= text.len)
			return false;
		*at = from;
		if (text.ptr[from] == ']' || text.ptr[from] == '}') {
			(*at)++;
			return text.ptr[from] == ']';
		}
		if (text.ptr[from] == ',')
			(*at)++;
		else if (text.ptr[from] == '{')
			whole = take_object(reader, at);
		else
			*at = skip_value(text, from, &whole);
	}
	return whole;
}

void powershell_read_json(const struct document_text *document, struct parse_result *result)
{
	struct reader reader = { .document = document, .result = result };
	struct slice text = document->text;
	size_t at = skip_blanks(text, 0), array;
	bool whole = false;

	listing_init(&reader.listing, result);
	text_cursor_init(&reader.cursor, document);
	array = at < text.len && text.ptr[at] == '{' ? find_wrapped(text, at) : at;
	if (array == SLICE_MISSING) {
		whole = take_object(&reader, &at);
	} else if (array < text.len) {
		at = array + 1;
		whole = take_array(&reader, &at);
	}
	text_cursor_move(&reader.cursor, text.len);
	result->lines = reader.cursor.line - 1;
	if (!whole && !listing_is_open(&reader.listing))
		parse_result_note(result, DIAG_SKIPPED_BYTES, 1, document->skipped, SLICE_NONE);
	listing_finish(&reader.listing, whole ? LISTING_OPEN : LISTING_CUT);
	listing_release(&reader.listing);
}

#else

void powershell_read_json(const struct document_text *document, struct parse_result *result)
{
	(void)document;
	parse_result_note(result, DIAG_NEEDS_READER, 1, 0, SLICE("jansson (WITH_JSON)"));
}

#endif
