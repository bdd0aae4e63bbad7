/* The JSON writer: commas, escapes, line breaks. */
#include "emit/json_text.h"

#include <assert.h>
#include <inttypes.h>

#include "emit/utf8.h"

void json_init(struct json *json, FILE *to, enum json_layout layout)
{
	*json = (struct json){ .to = to, .layout = layout };
}

static void put_text(struct json *json, const char *text)
{
	fputs_unlocked(text, json->to);
}

static void break_line(struct json *json)
{
	putc_unlocked('\n', json->to);
	for (unsigned i = 0; i < json->depth; i++)
		put_text(json, "  ");
}

static bool breaks_lines(const struct json *json)
{
	return json->layout == JSON_PRETTY && json->line_from == 0;
}

/* Before every value and key: the comma and the room that its container gives it. */
static void start_item(struct json *json)
{
	uint64_t bit = UINT64_C(1) << json->depth;
	bool is_first = !(json->filled & bit);

	if (json->after_key || json->depth == 0) {
		json->after_key = false;
		return;
	}
	json->filled |= bit;
	if (!is_first)
		putc_unlocked(',', json->to);
	if (breaks_lines(json))
		break_line(json);
	else if (!is_first && json->layout == JSON_PRETTY)
		putc_unlocked(' ', json->to);
}

static void open_container(struct json *json, char mark)
{
	assert(json->depth < MAX_JSON_DEPTH);
	start_item(json);
	putc_unlocked(mark, json->to);
	json->depth++;
	json->filled &= ~(UINT64_C(1) << json->depth);
}

static void close_container(struct json *json, char mark)
{
	bool has_items = json->filled & UINT64_C(1) << json->depth;
	bool breaks = has_items && breaks_lines(json);

	assert(json->depth > 0);
	if (json->line_from == json->depth)
		json->line_from = 0;
	json->depth--;
	if (breaks)
		break_line(json);
	putc_unlocked(mark, json->to);
}

void json_object(struct json *json)
{
	open_container(json, '{');
}

void json_object_end(struct json *json)
{
	close_container(json, '}');
}

void json_array(struct json *json)
{
	open_container(json, '[');
}

void json_array_end(struct json *json)
{
	close_container(json, ']');
}

void json_line_object(struct json *json)
{
	open_container(json, '{');
	if (json->line_from == 0)
		json->line_from = json->depth;
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* One character that cannot stand as it is, or is not ASCII. */
static void put_character(struct json *json, uint32_t c)
{
	static const char short_forms[] = { ['\b'] = 'b',
		['\t'] = 't',
		['\n'] = 'n',
		['\f'] = 'f',
		['\r'] = 'r',
		['"'] = '"',
		['\\'] = '\\' };

	if (c < sizeof(short_forms) && short_forms[c])
		fprintf(json->to, "\\%c", short_forms[c]);
	else if (utf8_is_control(c))
		fprintf(json->to, "\\u%04" PRIx32, c);
	else
		utf8_put(json->to, c);
}

static void put_escaped(struct json *json, struct slice text)
{
	while (text.len) {
		size_t plain = 0;

		while (plain < text.len && is_plain(text.ptr[plain]))
			plain++;
		if (plain)
			fwrite_unlocked(text.ptr, 1, plain, json->to);
		text = slice_skip(text, plain);
		if (text.len)
			put_character(json, utf8_next(&text));
	}
}

void json_pieces(struct json *json, const struct slice *pieces, size_t count)
{
	start_item(json);
	putc_unlocked('"', json->to);
	for (size_t i = 0; i < count; i++)
		put_escaped(json, pieces[i]);
	putc_unlocked('"', json->to);
}

void json_string(struct json *json, struct slice text)
{
	json_pieces(json, &text, 1);
}

void json_text(struct json *json, const char *text)
{
	json_string(json, slice_from(text));
}

void json_key(struct json *json, const char *key)
{
	json_text(json, key);
	put_text(json, json->layout == JSON_PRETTY ? ": " : ":");
	json->after_key = true;
}

void json_int(struct json *json, int64_t value)
{
	start_item(json);
	fprintf(json->to, "%" PRId64, value);
}

void json_uint(struct json *json, uint64_t value)
{
	start_item(json);
	fprintf(json->to, "%" PRIu64, value);
}

void json_bool(struct json *json, bool value)
{
	start_item(json);
	put_text(json, value ? "true" : "false");
}

void json_null(struct json *json)
{
	start_item(json);
	put_text(json, "null");
}

void json_string_or_null(struct json *json, struct slice text)
{
	if (text.len)
		json_string(json, text);
	else
		json_null(json);
}

void json_text_or_null(struct json *json, const char *text)
{
	json_string_or_null(json, slice_from(text));
}

void json_newline(struct json *json)
{
	assert(json->depth == 0);
	putc_unlocked('\n', json->to);
}
