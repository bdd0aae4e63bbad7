/* NDJSON: one object a line, its Class first: rows of a class, images, package files. */
#include "emit/emitter.h"
#include "emit/json_parts.h"
#include "emit/json_row.h"

static void put_images(struct json *json, const struct report *report)
{
	for (size_t i = 0; i < report->image_count; i++) {
		json_image(json, &report->images[i], CLASS_IMAGE);
		json_newline(json);
	}
	for (size_t i = 0; i < report->package_count; i++) {
		json_package(json, report, &report->packages[i], CLASS_PACKAGE);
		json_newline(json);
	}
}

static void put_rows(struct json *json, const struct report *report, enum row_class row_class)
{
	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		json_row(json, report, &report->rows[row_class][i], true);
		json_newline(json);
	}
}

static enum status emit_ndjson(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	struct json json;

	json_init(&json, to, JSON_COMPACT);
	if (options->part != EMIT_CLASS)
		put_images(&json, report);
	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		if (options->part == EMIT_ALL ||
			(options->part == EMIT_CLASS && (enum row_class)i == options->rows))
			put_rows(&json, report, (enum row_class)i);
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_ndjson = {
	.name = "ndjson",
	.extension = "ndjson",
	.what = "one row a line, its Class first",
	.emit = emit_ndjson,
};
