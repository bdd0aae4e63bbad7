/* Maps: header, rows, places. */
#include "parsers/map_file.h"

#include "base/text.h"
#include "parsers/csv.h"
#include "parsers/document_text.h"

#define MAX_BATCH       1024 /* facts and notes that wait to be handed over */
#define MAX_BATCH_BYTES ((size_t)4 << 20)
#define MAX_WORDS       ((size_t)256)       /* of a row that cannot be used */
#define MAX_DECODED     (MAX_WHOLE / 2 * 3) /* UTF-16 as UTF-8, at most */

/* The document as UTF-8, or as it stands when it is of an old code page. */
struct map_text {
	struct document_text document;
	struct buf decoded;
	enum status status;
};

static void decode(struct slice bytes, struct map_text *text)
{
	enum text_encoding encoding = text_detect(bytes, &text->document.skipped);

	buf_init(&text->decoded, MAX_DECODED + 16);
	text->document.text = slice_skip(bytes, text->document.skipped);
	text->document.is_utf16 = encoding != TEXT_UTF8;
	if (!text->document.is_utf16)
		return;
	(void)text_from_utf16(&text->decoded, text->document.text, encoding, true);
	text->document.text = buf_slice(&text->decoded);
	text->status = text->decoded.status;
}

/* Columns */

struct columns {
	size_t of[MAX_MAP_FIELDS][MAX_MAP_ALIASES]; /* number of the column; NO_COLUMN */
	size_t count;                               /* of the header */
};

#define NO_COLUMN SIZE_MAX

static bool is_letter_or_digit(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

/* "Article ID", "article_id": `plain` is "articleid". */
static bool is_name(struct slice written, const char *plain)
{
	for (size_t i = 0; i < written.len; i++) {
		if (!is_letter_or_digit(written.ptr[i]))
			continue;
		if (!*plain || to_lower(written.ptr[i]) != *plain)
			return false;
		plain++;
	}
	return !*plain;
}

static size_t find_column(const struct csv_record *header, const char *plain)
{
	for (size_t i = 0; plain && i < header->count; i++)
		if (is_name(header->field[i], plain))
			return i;
	return NO_COLUMN;
}

/* The fields that have a column, as bits. */
static uint32_t find_columns(const struct map_format *format, const struct csv_record *header,
	struct columns *ret_columns)
{
	uint32_t found = 0;

	ret_columns->count = header->count;
	for (size_t field = 0; field < MAX_MAP_FIELDS; field++)
		for (size_t i = 0; i < MAX_MAP_ALIASES; i++) {
			size_t column = find_column(header, format->columns[field][i]);

			ret_columns->of[field][i] = column;
			if (column != NO_COLUMN)
				found |= 1u << field;
		}
	return found;
}

/* Whether all that is needed is there; what is not is told. */
static bool has_needs(const struct map_format *format, uint32_t found, struct buf *words)
{
	bool has_all = true;

	for (size_t i = 0; i < MAX_MAP_NEEDS; i++) {
		if (!format->needs[i].fields || (found & format->needs[i].fields))
			continue;
		if (words)
			buf_printf(words, "%s%s", has_all ? "" : ", ", format->needs[i].lacks);
		has_all = false;
	}
	return has_all;
}

/* The first record that is not empty, as a header. */
static bool read_header(const struct map_format *format, struct csv *csv, struct csv_record *record,
	struct columns *ret_columns, struct buf *words)
{
	bool is_there = csv_next(csv, record);

	while (is_there && csv_is_blank(record))
		is_there = csv_next(csv, record);
	if (is_there && !record->fault)
		return has_needs(format, find_columns(format, record, ret_columns), words);
	if (words)
		buf_printf(words, "no header%s%s", is_there ? ": " : "",
			is_there ? record->fault : "");
	return false;
}

bool map_has_header(const struct map_format *format, struct slice head, struct buf *words)
{
	struct map_text text = { .status = ST_OK };
	struct columns columns;
	struct csv_record header;
	struct csv csv;
	bool has_header;

	decode(head, &text);
	csv_begin(&csv, text.document.text);
	has_header = read_header(format, &csv, &header, &columns, words);
	csv_release(&csv);
	buf_release(&text.decoded);
	return has_header;
}

/* Rows */

struct map_reading {
	const struct map_format *format;
	struct parse_result *result;
	struct map_text text;
	struct columns columns;
	enum date_order dates;
};

/* UTF-8 with LF alone. */
static struct slice keep_clean(const struct map_reading *reading, struct slice value)
{
	struct slice copy;
	struct buf clean;
	size_t kept = 0;

	buf_init(&clean, 3 * MAX_CSV_FIELD);
	text_put_clean(&clean, value, false);
	for (size_t i = 0; i < clean.len; i++)
		if (clean.ptr[i] != '\r' || i + 1 == clean.len || clean.ptr[i + 1] != '\n')
			clean.ptr[kept++] = clean.ptr[i];
	clean.len = kept;
	copy = arena_copy(&reading->result->scratch, buf_slice(&clean));
	if (clean.status == ST_NOMEM)
		reading->result->status = ST_NOMEM;
	buf_release(&clean);
	return copy;
}

/* Where the facts can find it. */
static struct slice keep(const struct map_reading *reading, struct slice value)
{
	struct slice all = reading->text.document.text;

	if (!text_is_utf8(value) || slice_find(value, SLICE("\r\n")) != SLICE_MISSING)
		return keep_clean(reading, value);
	if (value.ptr >= all.ptr && value.ptr < all.ptr + all.len)
		return value;
	return arena_copy(&reading->result->scratch, value);
}

static struct slice value_of(
	const struct map_reading *reading, const struct csv_record *record, size_t field)
{
	for (size_t i = 0; i < MAX_MAP_ALIASES; i++) {
		size_t column = reading->columns.of[field][i];
		struct slice value =
			column < record->count ? text_trim(record->field[column]) : SLICE_NONE;

		if (value.len && !slice_equal(value, SLICE("NULL")))
			return value;
	}
	return SLICE_NONE;
}

/* Fields beyond the header's are those of no column; a spreadsheet leaves empty ones. */
static const char *fault_of(const struct map_reading *reading, const struct csv_record *record)
{
	if (record->fault)
		return record->fault;
	if (record->count < reading->columns.count)
		return "it has fewer fields than the header";
	for (size_t i = reading->columns.count; i < record->count; i++)
		if (record->field[i].len)
			return "it has more fields than the header";
	return NULL;
}

static void note_row(struct map_reading *reading, const struct map_row *row, const char *fault,
	struct slice written)
{
	struct parse_result *result = reading->result;
	struct buf words;

	buf_init(&words, 4 * MAX_WORDS);
	buf_puts(&words, fault);
	buf_puts(&words, ": ");
	text_put_clean(&words, slice_from_to(slice_trim(written), 0, MAX_WORDS), true);
	parse_result_note(result, DIAG_MAP_ROW, row->line, row->offset, buf_slice(&words));
	if (words.status == ST_NOMEM)
		result->status = ST_NOMEM;
	buf_release(&words);
	result->unrecognized += text_stored_bytes(&reading->text.document, written);
}

static void take_row(struct map_reading *reading, const struct csv_record *record,
	struct map_row *row, struct slice written)
{
	struct parse_result *result = reading->result;
	const char *fault = fault_of(reading, record);
	struct fact *fact = fault ? NULL : parse_result_add(result, reading->format->kind);

	for (size_t field = 0; fact && field < MAX_MAP_FIELDS; field++)
		row->value[field] = keep(reading, value_of(reading, record, field));
	if (fact) {
		fact->at.line = row->line;
		fact->at.offset = row->offset;
		fact->words = slice_trim(written);
		fault = reading->format->take(row, fact);
	}
	if (fault && fact)
		result->fact_count--;
	if (fault)
		note_row(reading, row, fault, written);
	result->records++;
	if (arena_status(&result->scratch) != ST_OK)
		result->status = arena_status(&result->scratch);
}

static bool is_batch_full(const struct parse_result *result)
{
	return result->fact_count + result->note_count >= MAX_BATCH ||
		result->scratch.used > MAX_BATCH_BYTES;
}

/* What all dates together prove of the order of day and month. */
static enum date_order order_of_dates(const struct map_reading *reading, struct slice rows,
	const struct csv *header, struct csv_record *record)
{
	enum date_order order = ORDER_OPEN;
	struct listed_time time;
	struct csv csv;

	if (reading->format->date < 0)
		return order;
	csv_begin(&csv, SLICE_NONE);
	csv.text = rows;
	csv.at = header->at;
	csv.delimiter = header->delimiter;
	while (csv_next(&csv, record))
		if (!fault_of(reading, record) &&
			listed_time_parse(
				value_of(reading, record, (size_t)reading->format->date), &time))
			order = date_order_join(order, time.proof);
	if (csv.status != ST_OK)
		reading->result->status = csv.status;
	csv_release(&csv);
	return order;
}

static void read_rows(struct map_reading *reading, struct csv *csv, struct csv_record *record)
{
	struct slice text = reading->text.document.text;
	struct parse_result *result = reading->result;
	struct text_cursor cursor;
	bool is_cut = false;

	text_cursor_init(&cursor, &reading->text.document);
	for (size_t from = csv->at; result->status == ST_OK && csv_next(csv, record);
		from = csv->at) {
		struct map_row row = { .dates = reading->dates, .result = result };

		text_cursor_move(&cursor, from);
		row.line = cursor.line;
		row.offset = cursor.offset;
		is_cut = record->is_cut;
		if (csv_is_blank(record))
			continue;
		take_row(reading, record, &row, slice_from_to(text, from, csv->at));
		if (result->flush && is_batch_full(result))
			parse_result_flush(result);
	}
	if (is_cut)
		parse_result_note(
			result, DIAG_CUT_LAST_LINE, cursor.line, cursor.offset, SLICE_NONE);
	text_cursor_move(&cursor, text.len);
	result->lines = cursor.line - 1;
}

static void read_text(struct map_reading *reading)
{
	struct csv_record record;
	struct csv csv;
	struct buf words;

	buf_init(&words, 4096);
	csv_begin(&csv, reading->text.document.text);
	if (read_header(reading->format, &csv, &record, &reading->columns, &words)) {
		reading->dates =
			order_of_dates(reading, reading->text.document.text, &csv, &record);
		read_rows(reading, &csv, &record);
	} else {
		parse_result_note(reading->result, DIAG_NOT_RECOGNISED, 0, 0, buf_slice(&words));
	}
	if (csv.status != ST_OK || words.status == ST_NOMEM)
		reading->result->status = ST_NOMEM;
	csv_release(&csv);
	buf_release(&words);
}

/* Facts that nobody takes before we return: the text must stay. */
static void keep_text(struct map_reading *reading)
{
	struct arena *scratch = &reading->result->scratch;

	reading->text.document.text = arena_copy(scratch, reading->text.document.text);
	if (reading->text.status == ST_OK)
		reading->text.status = arena_status(scratch);
}

void map_read(const struct map_format *format, struct slice bytes, struct parse_result *result)
{
	struct map_reading reading = { .format = format, .result = result };

	decode(bytes, &reading.text);
	if (reading.text.document.is_utf16 && !result->flush)
		keep_text(&reading);
	if (reading.text.status == ST_OK)
		read_text(&reading);
	else if (reading.text.status == ST_NOMEM)
		result->status = ST_NOMEM;
	else
		parse_result_note(result, DIAG_FILE_TOO_LARGE, 0, 0, SLICE_NONE);
	if (result->flush)
		parse_result_flush(result); /* facts borrow from the decoded text */
	buf_release(&reading.text.decoded);
}
