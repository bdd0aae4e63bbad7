/*
 * MOF (DSP0004), as WMI shows an instance (IWbemClassObject::GetObjectText): `instance of`, the
 * properties in the class's order, a property without a value left out. There is no head: neither
 * a #pragma, which would name a place on somebody's site, nor a comment, which a reader of
 * such text need not know. Text is UTF-8; what must not stand in a string as it is, and marks
 * that turn the writing direction, are escaped.
 */
#include "emit/emitter.h"

#include <inttypes.h>

#include "emit/dmtf.h"
#include "emit/utf8.h"

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/*
 * One character that cannot stand as it is, or is not ASCII. An escape takes up to four digits:
 * with all four of them no digit of the text can be taken for one more. NUL ends a string of WMI
 * and is none of its characters.
 */
static void put_character(FILE *to, uint32_t c)
{
	static const char short_forms[] = {
		['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'
	};

	if (c < sizeof(short_forms) && short_forms[c])
		fprintf(to, "\\%c", short_forms[c]);
	else if (c && utf8_is_control(c))
		fprintf(to, "\\x%04" PRIX32, c);
	else
		utf8_put(to, c ? c : UTF8_REPLACEMENT);
}

static void put_text(FILE *to, struct slice text)
{
	putc_unlocked('"', to);
	while (text.len) {
		size_t plain = 0;

		while (plain < text.len && is_plain(text.ptr[plain]))
			plain++;
		fwrite_unlocked(text.ptr, 1, plain, to);
		text = slice_skip(text, plain);
		if (text.len)
			put_character(to, utf8_next(&text));
	}
	putc_unlocked('"', to);
}

static void put_value(FILE *to, const struct row_value *value, enum value_type type)
{
	char when[DMTF_TEXT];

	if (type == VALUE_INTEGER) {
		fprintf(to, "%" PRId32, value->integer);
	} else if (type == VALUE_TEXT) {
		put_text(to, value->text);
	} else {
		dmtf_print(value->when, when);
		fprintf(to, "\"%s\"", when);
	}
}

static void put_instance(FILE *to, const struct row *row)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	fprintf(to, "instance of %s\n{\n", row_class_name(row->row_class));
	for (size_t i = 0; i < count; i++) {
		if (value_is_null(&row->values[i], columns[i].type))
			continue;
		fprintf(to, "\t%s = ", columns[i].name);
		put_value(to, &row->values[i], columns[i].type);
		fputs(";\n", to);
	}
	fputs("};\n", to);
}

static enum status emit_mof(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	bool is_first = true;

	for (int class = 0; class < ROW_CLASS_COUNT_; class ++) {
		if (options->part == EMIT_CLASS && (enum row_class) class != options->rows)
			continue;
		for (size_t i = 0; i < report->row_count[class]; i++) {
			if (!is_first)
				putc('\n', to);
			put_instance(to, &report->rows[class][i]);
			is_first = false;
		}
	}
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_mof = {
	.name = "mof",
	.extension = "mof",
	.what = "instances as text, as WMI shows them",
	.for_site = true,
	.emit = emit_mof,
};
