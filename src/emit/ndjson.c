/* NDJSON: one row of the chosen class a line, its Class first. */
#include "emit/emitter.h"
#include "emit/json_row.h"

static enum status emit_ndjson(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	const struct row *rows = report->rows[options->rows];
	struct json json;

	json_init(&json, to, JSON_COMPACT);
	for (size_t i = 0; i < report->row_count[options->rows]; i++) {
		json_row(&json, report, &rows[i], true);
		json_newline(&json);
	}
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_ndjson = {
	.name = "ndjson",
	.extension = "ndjson",
	.what = "one row a line, its Class first",
	.emit = emit_ndjson,
};
