/* Records of comma-separated values. */
#include "parsers/csv.h"

#include "parsers/document_text.h"

#define BORROWED SIZE_MAX

static bool at_line_end(const struct csv *csv)
{
	return csv->at == csv->text.len || csv->text.ptr[csv->at] == '\n' ||
		(csv->text.ptr[csv->at] == '\r' &&
			(csv->at + 1 == csv->text.len || csv->text.ptr[csv->at + 1] == '\n'));
}

static size_t find_quote(const struct csv *csv, size_t at)
{
	const char *quote =
		at < csv->text.len ? memchr(csv->text.ptr + at, '"', csv->text.len - at) : NULL;

	return quote ? (size_t)(quote - csv->text.ptr) : SLICE_MISSING;
}

/* A quote without its other half: the record is given up, the next line begins anew. */
static struct slice give_up(struct csv *csv, struct csv_record *record, size_t from)
{
	csv->at = from;
	record->fault = "a quote is not closed";
	return SLICE_NONE;
}

/* A field in quotes; `at` stands behind the first of them. */
static struct slice take_quoted(struct csv *csv, struct csv_record *record, size_t *ret_start)
{
	size_t from = csv->at, begun = csv->unquoted.len;
	bool has_doubled = false;

	for (;;) {
		size_t end = find_quote(csv, csv->at);
		bool is_doubled = end != SLICE_MISSING && end + 1 < csv->text.len &&
			csv->text.ptr[end + 1] == '"';

		if (end == SLICE_MISSING || end - from > MAX_CSV_FIELD)
			return give_up(csv, record, from);
		if (!has_doubled && !is_doubled) {
			csv->at = end + 1;
			return slice_from_to(csv->text, from, end);
		}
		has_doubled = true;
		buf_put(&csv->unquoted, slice_from_to(csv->text, csv->at, end + is_doubled));
		csv->at = end + 1 + is_doubled;
		if (is_doubled)
			continue;
		*ret_start = begun;
		return slice_skip(buf_slice(&csv->unquoted), begun);
	}
}

static struct slice take_field(struct csv *csv, struct csv_record *record, size_t *ret_start)
{
	size_t from = csv->at;

	*ret_start = BORROWED;
	if (csv->at < csv->text.len && csv->text.ptr[csv->at] == '"') {
		csv->at++;
		return take_quoted(csv, record, ret_start);
	}
	while (!at_line_end(csv) && csv->text.ptr[csv->at] != csv->delimiter)
		csv->at++;
	if (csv->at - from > MAX_CSV_FIELD)
		record->fault = "a field is too long";
	return text_trim(slice_from_to(csv->text, from, csv->at));
}

/* Past what is left of a record and its line end; whether a line end was there. */
static bool skip_line(struct csv *csv)
{
	const char *end = csv->at < csv->text.len
		? memchr(csv->text.ptr + csv->at, '\n', csv->text.len - csv->at)
		: NULL;

	csv->at = end ? (size_t)(end - csv->text.ptr) + 1 : csv->text.len;
	return end != NULL;
}

static void add_field(struct csv_record *record, struct slice field, size_t start)
{
	if (record->count == MAX_CSV_FIELDS) {
		record->fault = "it has too many fields";
		return;
	}
	record->start[record->count] = start;
	record->field[record->count++] = field;
}

/* Fields up to the end of the record, or to a fault. */
static void take_fields(struct csv *csv, struct csv_record *record)
{
	for (;; csv->at++) {
		size_t start;
		struct slice field = take_field(csv, record, &start);

		add_field(record, field, start);
		if (record->fault || at_line_end(csv))
			return;
		if (csv->text.ptr[csv->at] == csv->delimiter)
			continue;
		record->fault = "text stands behind a closed quote";
		return;
	}
}

bool csv_next(struct csv *csv, struct csv_record *ret_record)
{
	ret_record->count = 0;
	ret_record->fault = NULL;
	buf_reset(&csv->unquoted);
	if (csv->at == csv->text.len || csv->status != ST_OK)
		return false;
	take_fields(csv, ret_record);
	if (csv->unquoted.status == ST_LIMIT)
		ret_record->fault = "its fields are too long";
	else
		csv->status = csv->unquoted.status;
	ret_record->is_cut = !skip_line(csv);
	for (size_t i = 0; i < ret_record->count; i++)
		if (ret_record->start[i] != BORROWED)
			ret_record->field[i].ptr = csv->unquoted.ptr + ret_record->start[i];
	return csv->status == ST_OK;
}

bool csv_is_blank(const struct csv_record *record)
{
	return record->count == 1 && !record->field[0].len && !record->fault;
}

/* The first of them in the header that stands outside of quotes. */
static char find_delimiter(struct slice header)
{
	bool is_quoted = false;

	for (size_t i = 0; i < header.len && header.ptr[i] != '\n'; i++) {
		char c = header.ptr[i];

		if (c == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (c == ',' || c == ';' || c == '\t'))
			return c;
	}
	return ',';
}

static bool at_line_before_header(const struct csv *csv)
{
	struct slice rest = slice_skip(csv->text, csv->at);

	return slice_starts(rest, SLICE("#")) || slice_starts(rest, SLICE("\n")) ||
		slice_starts(rest, SLICE("\r"));
}

void csv_begin(struct csv *csv, struct slice text)
{
	*csv = (struct csv){ .text = text };
	buf_init(&csv->unquoted, 2 * MAX_CSV_FIELD);
	while (at_line_before_header(csv))
		(void)skip_line(csv);
	csv->delimiter = find_delimiter(slice_skip(text, csv->at));
}

void csv_release(struct csv *csv)
{
	buf_release(&csv->unquoted);
}
