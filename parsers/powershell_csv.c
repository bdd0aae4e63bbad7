/* Export-Csv: records of columns, quoted where need be. */
#include "parsers/csv.h"
#include "parsers/listing.h"
#include "parsers/powershell_objects.h"

static bool has_field(const enum listed_field *columns, size_t count, enum listed_field field)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i] == field)
			return true;
	return false;
}

/* The fields that the header names; whether they are those of a servicing command. */
static bool read_header(const struct csv_record *header, enum listed_field columns[MAX_CSV_FIELDS])
{
	size_t count = header->count;

	for (size_t i = 0; i < count; i++) {
		/* With a blank in it, it is a label of DISM and no property. */
		bool has_blank = slice_find_char(header->field[i], ' ') != SLICE_MISSING;

		columns[i] = has_blank ? LISTED_NONE : listed_field_find(header->field[i]);
	}
	if (header->fault || count < 2)
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
	enum listed_field columns[MAX_CSV_FIELDS];
	struct csv_record header;
	struct csv csv;
	bool is_csv;

	csv_begin(&csv, head);
	is_csv = csv_next(&csv, &header) && read_header(&header, columns);
	/* Every program has a table of names and states: ours name no other thing. */
	if (is_csv && has_field(columns, header.count, LISTED_NAME) &&
		!has_field(columns, header.count, LISTED_PACKAGE) &&
		!has_field(columns, header.count, LISTED_FEATURE) &&
		!has_field(columns, header.count, LISTED_HOTFIX) &&
		!has_field(columns, header.count, LISTED_INDEX))
		is_csv = slice_find(head, SLICE("~~~")) != SLICE_MISSING;
	csv_release(&csv);
	return is_csv;
}

static void add_record(struct listing *listing, const struct csv_record *record,
	const enum listed_field columns[MAX_CSV_FIELDS], struct listed_object *object)
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

void powershell_read_csv(const struct document_text *document, struct parse_result *result)
{
	enum listed_field columns[MAX_CSV_FIELDS];
	struct csv_record header, record;
	struct text_cursor cursor;
	struct listing listing;
	struct csv csv;
	bool is_cut = false;

	csv_begin(&csv, document->text);
	listing_init(&listing, result);
	text_cursor_init(&cursor, document);
	if (csv_next(&csv, &header) && read_header(&header, columns)) {
		size_t count = header.count, from = csv.at;

		while (result->status == ST_OK && csv_next(&csv, &record)) {
			struct listed_object object = { 0 };

			text_cursor_move(&cursor, from);
			object.line = cursor.line;
			object.offset = cursor.offset;
			object.words = slice_trim(slice_from_to(document->text, from, csv.at));
			from = csv.at;
			is_cut = record.is_cut;
			if (csv_is_blank(&record) || is_cut)
				continue;
			if (record.fault || record.count != count)
				listing_skip(&listing, &object);
			else
				add_record(&listing, &record, columns, &object);
		}
	}
	if (csv.status != ST_OK)
		result->status = csv.status;
	text_cursor_move(&cursor, document->text.len);
	result->lines = cursor.line - 1;
	listing_finish(&listing, is_cut ? LISTING_CUT : LISTING_OPEN);
	csv_release(&csv);
	listing_release(&listing);
}
