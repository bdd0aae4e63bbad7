/* JSON: the whole report as one document, the shape of docs/report.schema.json. */
#include "emit/emitter.h"
#include "emit/json_parts.h"
#include "emit/json_row.h"

#define REPORT_SCHEMA "dismal-report/0"

static void put_tool(struct json *json, const struct emit_options *options)
{
	json_key(json, "tool");
	json_line_object(json);
	json_key(json, "name");
	json_text(json, "dismal");
	json_key(json, "version");
	json_text(json, options->version);
	json_object_end(json);
}

static void put_input(struct json *json, const struct report_input *input)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "records", input->records },
		{ "facts", input->facts },
		{ "unrecognized", input->unrecognized },
		{ "damaged", input->damaged },
	};

	json_object(json);
	json_key(json, "path");
	json_string(json, input->path);
	json_key(json, "sha256");
	json_string_or_null(json, input->sha256);
	json_key(json, "bytes");
	json_uint(json, input->bytes);
	json_key(json, "format");
	json_text_or_null(json, input->format);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		json_key(json, counts[i].key);
		json_uint(json, counts[i].value);
	}
	json_object_end(json);
}

static void put_rows(struct json *json, const struct report *report, enum row_class row_class)
{
	json_key(json, row_class_name(row_class));
	json_array(json);
	for (size_t i = 0; i < report->row_count[row_class]; i++)
		json_row(json, report, &report->rows[row_class][i], false);
	json_array_end(json);
}

/* The sentence of the code, then the words of this case. */
static void put_diagnostic_text(struct json *json, const struct diagnostic *diagnostic)
{
	const struct slice pieces[] = {
		slice_from(diagnostic_sentence(diagnostic->code)),
		diagnostic->detail.len ? SLICE(": ") : SLICE_NONE,
		diagnostic->detail,
	};

	json_key(json, "Text");
	json_pieces(json, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

static void put_diagnostic(
	struct json *json, const struct report *report, const struct diagnostic *diagnostic)
{
	bool is_loss = diagnostic_severity(diagnostic->code) == SEVERITY_LOSS;

	json_line_object(json);
	json_key(json, "Code");
	json_text(json, diagnostic_name(diagnostic->code));
	json_key(json, "Severity");
	json_text(json, is_loss ? "loss" : "note");
	json_key(json, "Input");
	json_string_or_null(json, report_input_path(report, diagnostic->at.input));
	json_place(json, report, diagnostic->at);
	json_key(json, "Line");
	if (diagnostic->at.line)
		json_uint(json, diagnostic->at.line);
	else
		json_null(json);
	json_key(json, "Offset");
	json_uint(json, diagnostic->at.offset);
	json_key(json, "Count");
	json_uint(json, diagnostic->count);
	put_diagnostic_text(json, diagnostic);
	json_object_end(json);
}

static void put_inputs(struct json *json, const struct report *report)
{
	json_key(json, "inputs");
	json_array(json);
	for (size_t i = 0; i < report->input_count; i++)
		put_input(json, &report->inputs[i]);
	json_array_end(json);
}

static void put_images(struct json *json, const struct report *report)
{
	json_key(json, "images");
	json_array(json);
	for (size_t i = 0; i < report->image_count; i++)
		json_image(json, &report->images[i], NULL);
	json_array_end(json);
}

static void put_packages(struct json *json, const struct report *report)
{
	json_key(json, "packages");
	json_array(json);
	for (size_t i = 0; i < report->package_count; i++)
		json_package(json, report, &report->packages[i], NULL);
	json_array_end(json);
}

static void put_diagnostics(struct json *json, const struct report *report)
{
	json_key(json, "diagnostics");
	json_array(json);
	for (size_t i = 0; i < report->diagnostics.count; i++)
		put_diagnostic(json, report, &report->diagnostics.items[i]);
	json_array_end(json);
}

static enum status emit_json(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	struct json json;

	json_init(&json, to, JSON_PRETTY);
	json_object(&json);
	json_key(&json, "schema");
	json_text(&json, REPORT_SCHEMA);
	put_tool(&json, options);
	put_inputs(&json, report);
	put_images(&json, report);
	put_packages(&json, report);
	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		put_rows(&json, report, (enum row_class)i);
	put_diagnostics(&json, report);
	json_object_end(&json);
	json_newline(&json);
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_json = {
	.name = "json",
	.extension = "json",
	.what = "the whole report, one document",
	.emit = emit_json,
};
