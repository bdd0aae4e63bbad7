/* Export-Csv: records of columns, quoted where need be. */
#include "base/buf.h"
#include "parsers/listing.h"
#include "parsers/powershell_objects.h"

#define MAX_FIELDS 128
#define MAX_FIELD  ((size_t)1 << 20) /* a quote that stays open longer opened nothing */
#define BORROWED   SIZE_MAX

struct csv {
	struct slice text;
	size_t at;
	char delimiter;
	struct buf unquoted; /* the fields of one record, their doubled quotes undone */
};

struct csv_record {
	struct slice field[MAX_FIELDS];
	size_t start[MAX_FIELDS]; /* in csv.unquoted while it grows, or BORROWED */
	size_t count;
	bool is_cut; /* the text ended inside it */
	bool is_bad; /* quotes in the middle of a field, or too many fields */
};

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
	record->is_bad = true;
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

		if (end == SLICE_MISSING || end - from > MAX_FIELD)
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

/* The next record; false at the end. Fields live until the next one. */
static bool next_record(struct csv *csv, struct csv_record *ret_record)
{
	*ret_record = (struct csv_record){ 0 };
	buf_reset(&csv->unquoted);
	if (csv->at == csv->text.len)
		return false;
	for (;;) {
		size_t start;
		struct slice field = take_field(csv, ret_record, &start);

		if (ret_record->count < MAX_FIELDS) {
			ret_record->start[ret_record->count] = start;
			ret_record->field[ret_record->count++] = field;
		} else {
			ret_record->is_bad = true;
		}
		if (ret_record->is_bad || at_line_end(csv))
			break;
		if (csv->text.ptr[csv->at] != csv->delimiter) {
			ret_record->is_bad = true;
			break;
		}
		csv->at++;
	}
	ret_record->is_cut = !skip_line(csv);
	for (size_t i = 0; i < ret_record->count; i++)
		if (ret_record->start[i] != BORROWED)
			ret_record->field[i].ptr = csv->unquoted.ptr + ret_record->start[i];
	return true;
}

/* Past "#TYPE ..." and blank lines; the delimiter is the one that the header has first. */
static void begin(struct csv *csv, struct slice text)
{
	*csv = (struct csv){ .text = text, .delimiter = ',' };
	buf_init(&csv->unquoted, MAX_PARSE_SCRATCH / 4);
	while (csv->at < text.len &&
		(text.ptr[csv->at] == '#' || text.ptr[csv->at] == '\n' ||
			text.ptr[csv->at] == '\r'))
		(void)skip_line(csv);
	for (size_t i = csv->at; i < text.len && text.ptr[i] != '\n'; i++)
		if (text.ptr[i] == ',' || text.ptr[i] == ';' || text.ptr[i] == '\t') {
			csv->delimiter = text.ptr[i];
			return;
		}
}

static bool has_field(const enum listed_field *columns, size_t count, enum listed_field field)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i] == field)
			return true;
	return false;
}

/* The fields that the header names; whether they are those of a servicing command. */
static bool read_header(const struct csv_record *header, enum listed_field columns[MAX_FIELDS])
{
	size_t count = header->count;

	for (size_t i = 0; i < count; i++) {
		/* With a blank in it, it is a label of DISM and no property. */
		bool has_blank = slice_find_char(header->field[i], ' ') != SLICE_MISSING;

		columns[i] = has_blank ? LISTED_NONE : listed_field_find(header->field[i]);
	}
	if (header->is_bad || count < 2)
		return false;
	return has_field(columns, count, LISTED_HOTFIX) ||
		(has_field(columns, count, LISTED_INDEX) &&
			has_field(columns, count, LISTED_IMAGE_NAME)) ||
		(has_field(columns, count, LISTED_STATE) &&
			(has_field(columns, count, LISTED_PACKAGE) ||
				has_field(columns, count, LISTED_FEATURE) ||
				has_field(columns, count, LISTED_NAME)));
}

bool powershell_is_csv(struct slice head)
{
	enum listed_field columns[MAX_FIELDS];
	struct csv_record header;
	struct csv csv;
	bool is_csv;

	begin(&csv, head);
	is_csv = next_record(&csv, &header) && read_header(&header, columns);
	/* Every program has a table of names and states: ours name no other thing. */
	if (is_csv && has_field(columns, header.count, LISTED_NAME) &&
		!has_field(columns, header.count, LISTED_PACKAGE) &&
		!has_field(columns, header.count, LISTED_FEATURE) &&
		!has_field(columns, header.count, LISTED_HOTFIX) &&
		!has_field(columns, header.count, LISTED_INDEX))
		is_csv = slice_find(head, SLICE("~~~")) != SLICE_MISSING;
	buf_release(&csv.unquoted);
	return is_csv;
}

static void add_record(struct listing *listing, const struct csv_record *record,
	const enum listed_field columns[MAX_FIELDS], struct listed_object *object)
{
	struct arena *scratch = &listing->result->scratch;

	for (size_t i = 0; i < record->count; i++) {
		struct slice value = text_trim(record->field[i]);
		bool is_borrowed = value.ptr >= object->words.ptr &&
			value.ptr < object->words.ptr + object->words.len;

		if (columns[i] == LISTED_NONE || columns[i] == LISTED_OTHER)
			continue;
		listed_set(object, columns[i], is_borrowed ? value : arena_copy(scratch, value));
	}
	listing_add(listing, object);
}

static bool is_blank(const struct csv_record *record)
{
	return record->count == 1 && !record->field[0].len && !record->is_bad;
}

void powershell_read_csv(const struct document_text *document, struct parse_result *result)
{
	enum listed_field columns[MAX_FIELDS];
	struct csv_record header, record;
	struct text_cursor cursor;
	struct listing listing;
	struct csv csv;
	bool is_cut = false;

	begin(&csv, document->text);
	listing_init(&listing, result);
	text_cursor_init(&cursor, document);
	if (next_record(&csv, &header) && read_header(&header, columns)) {
		size_t count = header.count, from = csv.at;

		while (result->status == ST_OK && next_record(&csv, &record)) {
			struct listed_object object = { 0 };

			text_cursor_move(&cursor, from);
			object.line = cursor.line;
			object.offset = cursor.offset;
			object.words = slice_trim(slice_from_to(document->text, from, csv.at));
			from = csv.at;
			is_cut = record.is_cut;
			if (is_blank(&record) || is_cut)
				continue;
			if (record.is_bad || record.count != count)
				listing_skip(&listing, &object);
			else
				add_record(&listing, &record, columns, &object);
		}
	}
	text_cursor_move(&cursor, document->text.len);
	result->lines = cursor.line - 1;
	listing_finish(&listing, is_cut ? LISTING_CUT : LISTING_OPEN);
	buf_release(&csv.unquoted);
	listing_release(&listing);
}
