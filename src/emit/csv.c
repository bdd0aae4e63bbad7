/*
 * CSV as RFC 4180 has it: CRLF line ends, a header, quotes where needed. One class, its
 * own properties alone. Null is an empty field. A text that a spreadsheet would take for
 * a formula gets an apostrophe in front; numbers never do.
 */
#include "emit/emitter.h"

#include <inttypes.h>
#include <string.h>

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

static enum status emit_csv(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	size_t count;
	const struct row_column *columns = row_columns(options->rows, &count);

	put_header(to, columns, count);
	for (size_t i = 0; i < report->row_count[options->rows]; i++) {
		const struct row *row = &report->rows[options->rows][i];

		for (size_t c = 0; c < count; c++) {
			if (c)
				putc(',', to);
			put_value(to, &row->values[c], columns[c].type);
		}
		fputs("\r\n", to);
	}
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_csv = {
	.name = "csv",
	.extension = "csv",
	.what = "one class a file, RFC 4180",
	.emit = emit_csv,
};
