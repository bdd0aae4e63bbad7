/* Headers and rows of tables. */
#include "parsers/listing_table.h"

#include "parsers/document_text.h"

/* Cells between bars. 0 when there are none, or more than the limit. */
static size_t cut_bars(struct slice line, bool has_frame, struct slice cells[MAX_COLUMNS])
{
	size_t count = 0;

	line = text_trim(line);
	if (has_frame && line.len >= 2 && line.ptr[0] == '|') {
		line = slice_skip(line, 1);
		if (line.ptr[line.len - 1] == '|')
			line.len--;
	}
	if (slice_find_char(line, '|') == SLICE_MISSING)
		return 0;
	for (;;) {
		size_t bar = slice_find_char(line, '|');

		if (count == MAX_COLUMNS)
			return 0;
		cells[count++] = text_trim(slice_from_to(line, 0, bar));
		if (bar == SLICE_MISSING)
			return count;
		line = slice_skip(line, bar + 1);
	}
}

static size_t name_columns(struct listing_table *table, const struct slice cells[MAX_COLUMNS])
{
	size_t known = 0;

	for (size_t i = 0; i < table->count; i++) {
		table->field[i] = listed_field_find(cells[i]);
		known += table->field[i] != LISTED_NONE;
	}
	return known;
}

bool listing_table_begin_bars(struct listing_table *table, struct slice header)
{
	struct listing_table begun = { .is_active = true, .has_bars = true };
	struct slice cells[MAX_COLUMNS];

	header = text_trim(header);
	begun.has_frame = header.len && header.ptr[0] == '|';
	begun.count = cut_bars(header, begun.has_frame, cells);
	if (begun.count < 2)
		return false;
	begun.has_labels = name_columns(&begun, cells) >= 2;
	*table = begun;
	return true;
}

/* The place of the character number `at`; the end when the line is shorter. */
static size_t byte_of(struct slice line, size_t at)
{
	size_t i = 0;

	for (; i < line.len; i++) {
		if (((unsigned char)line.ptr[i] & 0xC0) == 0x80)
			continue;
		if (!at--)
			break;
	}
	return i;
}

static void cut_columns(
	const struct listing_table *table, struct slice line, struct slice cells[MAX_COLUMNS])
{
	for (size_t i = 0; i < table->count; i++) {
		size_t from = byte_of(line, table->start[i]), to = line.len;

		if (i + 1 < table->count)
			to = byte_of(line, table->start[i + 1]);
		cells[i] = text_trim(slice_from_to(line, from, to));
	}
}

bool listing_table_begin_columns(
	struct listing_table *table, struct slice header, struct slice rule)
{
	struct listing_table begun = { .is_active = true };
	struct slice cells[MAX_COLUMNS];

	for (size_t i = 0; i < rule.len; i++) {
		if (rule.ptr[i] != '-' || (i > 0 && rule.ptr[i - 1] == '-'))
			continue;
		if (begun.count == MAX_COLUMNS)
			return false;
		begun.start[begun.count++] = i;
	}
	if (begun.count < 2)
		return false;
	cut_columns(&begun, header, cells);
	begun.has_labels = name_columns(&begun, cells) >= 2;
	if (!begun.has_labels)
		return false;
	*table = begun;
	return true;
}

/* A value that runs over the start of the next column fits no column. */
static bool fits_columns(const struct listing_table *table, struct slice line)
{
	for (size_t i = 1; i < table->count; i++) {
		size_t at = byte_of(line, table->start[i]);

		if (at < line.len && line.ptr[at - 1] != ' ' && line.ptr[at] != ' ')
			return false;
	}
	return true;
}

bool listing_table_row(
	const struct listing_table *table, struct slice line, struct slice ret_cells[MAX_COLUMNS])
{
	if (table->has_bars)
		return cut_bars(line, table->has_frame, ret_cells) == table->count;
	if (!fits_columns(table, line))
		return false;
	cut_columns(table, line, ret_cells);
	return true;
}
