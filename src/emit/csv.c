/*
 * CSV as RFC 4180 has it: CRLF line ends, a header, quotes where needed. One class with its
 * own properties alone, or the images. Null is an empty field. A text that a spreadsheet would take
 * for a formula gets an apostrophe in front; numbers never do.
 */
#include "emit/emitter.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "emit/image_column.h"

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static void put_text(FILE *to, struct slice text)
{
	bool is_formula = text.len && is_one_of(text.ptr[0], "=+-@\t\r");
	bool is_quoted = false;

	for (size_t i = 0; i < text.len && !is_quoted; i++)
		is_quoted = is_one_of(text.ptr[i], "\",\r\n");
	if (is_quoted)
		putc('"', to);
	if (is_formula)
		putc('\'', to);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			putc('"', to);
		putc(text.ptr[i], to);
	}
	if (is_quoted)
		putc('"', to);
}

static void put_value(FILE *to, const struct row_value *value, enum value_type type)
{
	char when[MOMENT_TEXT];

	if (value->is_null)
		return;
	if (type == VALUE_INTEGER) {
		fprintf(to, "%" PRId32, value->integer);
	} else if (type == VALUE_TEXT) {
		put_text(to, value->text);
	} else {
		moment_print(value->when, when);
		fputs(when, to);
	}
}

static void put_header(FILE *to, const struct row_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(to, "%s%s", i ? "," : "", columns[i].name);
	fputs("\r\n", to);
}

static void put_rows(FILE *to, const struct report *report, enum row_class row_class)
{
	size_t count;
	const struct row_column *columns = row_columns(row_class, &count);

	put_header(to, columns, count);
	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		const struct row *row = &report->rows[row_class][i];

		for (size_t c = 0; c < count; c++) {
			if (c)
				putc(',', to);
			put_value(to, &row->values[c], columns[c].type);
		}
		fputs("\r\n", to);
	}
}

static void put_image_value(
	FILE *to, const struct report_image *image, const struct image_column *column)
{
	switch (column->type) {
	case IMAGE_TEXT:
	case IMAGE_WORD:
		put_text(to, image_text(image, column));
		break;
	case IMAGE_NUMBER:
		fprintf(to, "%" PRIu32, image_number(image, column));
		break;
	case IMAGE_FLAG:
		fputs(image_flag(image, column) ? "true" : "false", to);
		break;
	}
}

static void put_images(FILE *to, const struct report *report)
{
	for (size_t c = 0; c < IMAGE_COLUMNS; c++)
		fprintf(to, "%s%s", c ? "," : "", image_columns[c].name);
	fputs("\r\n", to);
	for (size_t i = 0; i < report->image_count; i++) {
		for (size_t c = 0; c < IMAGE_COLUMNS; c++) {
			if (c)
				putc(',', to);
			put_image_value(to, &report->images[i], &image_columns[c]);
		}
		fputs("\r\n", to);
	}
}

static enum status emit_csv(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	assert(options->part != EMIT_ALL);
	if (options->part == EMIT_IMAGES)
		put_images(to, report);
	else
		put_rows(to, report, options->rows);
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_csv = {
	.name = "csv",
	.extension = "csv",
	.what = "one class a file, RFC 4180",
	.one_class = true,
	.emit = emit_csv,
};
