/*
 * A report of values that try an output's quoting, as the program's own emitters print it.
 *
 *	nasty_rows FORMAT CLASS|all [system]
 *
 * tests/readback.py reads what it prints.
 */
#include <err.h>
#include <string.h>

#include "emit/emitter.h"

#define MAX_ROWS 64

static const char *const texts[] = {
	"plain",
	" blanks at both ends ",
	"say \"no\" 'twice'",
	"C:\\path\\",
	"\\x41 \\u0041 \\n",
	"one\ntwo\r\nthree\rfour\ttab",
	"</VALUE></PROPERTY><PROPERTY NAME=\"x\">",
	"]]> <![CDATA[ <!-- --> <?xml ?> &amp; &#65;",
	"}; instance of SMS_X { /* // */",
	"\xF0\x9F\x90\xA7 \xE2\x82\xAC \xC3\xA4",
	"\xE2\x80\xAEtxt.exe\xE2\x81\xA9 \xE2\x80\x8F \xE2\x80\xA8 \xC2\x85 \xEF\xBB\xBF",
	"\x1b[31mred\x07\x7f",
	"\xEF\xBF\xBE \xEF\xBF\xBD",
	"=1+1",
	"null",
	"-5",
	"a;b,c\"d",
	"",
};

static const int32_t numbers[] = { 0, -1, 1, INT32_MIN, INT32_MAX, -2146498530, 16787962 };

static const struct moment moments[] = {
	{ 1725051306, TIME_BIAS },
	{ 1725051306, TIME_LOCAL },
	{ 0, TIME_STATMSG },
	{ -11644473600, TIME_HIVE },
	{ 253402300799, TIME_LISTING },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each column goes through its values at a pace of its own; every third value is null. */
static struct row_value value(const struct row_column *column, size_t row, size_t at)
{
	size_t turn = row + 3 * at;
	struct row_value made = { .is_null = !column->is_key && (row + at) % 3 == 0 };

	if (column->type == VALUE_TEXT)
		made.text = slice_from(texts[turn % COUNT(texts)]);
	else if (column->type == VALUE_INTEGER)
		made.integer = column->is_key ? (int32_t)row : numbers[turn % COUNT(numbers)];
	else
		made.when = moments[turn % COUNT(moments)];
	if (column->type == VALUE_TEXT && !made.text.len)
		made.is_null = !column->is_key;
	return made;
}

static void fill(struct report *report, struct row (*rows)[MAX_ROWS])
{
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++) {
		size_t count;
		const struct row_column *columns = row_columns((enum row_class) class, &count);

		report->rows[class] = rows[class];
		report->row_count[class] = MAX_ROWS;
		for (size_t i = 0; i < MAX_ROWS; i++) {
			rows[class][i].row_class = (enum row_class) class;
			for (size_t c = 0; c < count; c++)
				rows[class][i].values[c] = value(&columns[c], i, c);
		}
	}
}

static struct emit_options options_of(int argc, char **argv)
{
	struct emit_options options = { .part = EMIT_ALL,
		.version = "0",
		.width = 80,
		.system_properties = argc > 3 && strcmp(argv[3], "system") == 0 };

	for (int class = 0; class < ROW_CLASS_COUNT_; class ++)
		if (strcmp(argv[2], row_class_option((enum row_class) class)) == 0) {
			options.part = EMIT_CLASS;
			options.rows = (enum row_class) class;
		}
	return options;
}

int main(int argc, char **argv)
{
	static struct row rows[ROW_CLASS_COUNT_][MAX_ROWS];
	const struct emitter *emitter = argc > 2 ? emitter_find(slice_from(argv[1])) : NULL;
	struct report report = { 0 };
	struct emit_options options;
	enum status status;

	if (!emitter)
		errx(2, "usage: nasty_rows FORMAT CLASS|all [system]");
	arena_init(&report.arena, 1 << 20);
	diagnostics_init(&report.diagnostics, &report.arena);
	fill(&report, rows);
	options = options_of(argc, argv);
	status = emitter->emit(&report, &options, stdout);
	diagnostics_release(&report.diagnostics);
	arena_release(&report.arena);
	return status == ST_OK && fflush(stdout) == 0 ? 0 : 1;
}
