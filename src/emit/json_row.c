/* Rows as JSON: properties by the column table, then the block "Dismal". */
#include "emit/json_row.h"

#include <inttypes.h>

struct slice report_input_path(const struct report *report, uint32_t input)
{
	return input < report->input_count ? report->inputs[input].path : SLICE_NONE;
}

static void put_moment(struct json *json, struct moment when)
{
	char text[MOMENT_TEXT];

	moment_print(when, text);
	json_text_or_null(json, text);
}

static void put_value(struct json *json, const struct row_value *value, enum value_type type)
{
	if (value->is_null)
		json_null(json);
	else if (type == VALUE_INTEGER)
		json_int(json, value->integer);
	else if (type == VALUE_TEXT)
		json_string(json, value->text);
	else
		put_moment(json, value->when);
}

static void put_kb(struct json *json, uint32_t kb)
{
	char text[16];

	json_key(json, "KB");
	snprintf(text, sizeof(text), "KB%" PRIu32, kb);
	if (kb)
		json_text(json, text);
	else
		json_null(json);
}

static void put_packages(struct json *json, const struct row_own *own)
{
	json_key(json, "Packages");
	json_array(json);
	for (size_t i = 0; i < own->package_count; i++) {
		json_line_object(json);
		json_key(json, "Identity");
		json_string(json, own->packages[i].identity);
		json_key(json, "State");
		json_text_or_null(json, own->packages[i].state);
		json_object_end(json);
	}
	json_array_end(json);
}

/* The names of the properties that a piece of evidence supports. */
static void put_supported(struct json *json, enum row_class row_class, uint32_t supports)
{
	size_t count;
	const struct row_column *columns = row_columns(row_class, &count);

	json_key(json, "For");
	json_array(json);
	for (size_t i = 0; i < count; i++)
		if (supports & UINT32_C(1) << i)
			json_text(json, columns[i].name);
	json_array_end(json);
}

/* "dism.log:812": what a person types to find the place. */
static void put_place(struct json *json, struct slice path, uint64_t line)
{
	char number[24];
	struct slice pieces[] = { path, SLICE_NONE };

	json_key(json, "Place");
	snprintf(number, sizeof(number), ":%" PRIu64, line);
	if (line)
		pieces[1] = slice_from(number);
	if (path.len)
		json_pieces(json, pieces, 2);
	else
		json_null(json);
}

static void put_line(struct json *json, uint64_t line)
{
	json_key(json, "Line");
	if (line)
		json_uint(json, line);
	else
		json_null(json);
}

static void put_evidence(struct json *json, const struct report *report, enum row_class row_class,
	const struct evidence *evidence)
{
	uint32_t input = evidence->at.input;
	struct slice path = report_input_path(report, input);
	bool in_stream = input < report->input_count && report->inputs[input].in_stream;

	json_line_object(json);
	put_supported(json, row_class, evidence->supports);
	json_key(json, "Input");
	json_string_or_null(json, path);
	put_place(json, path, evidence->at.line);
	put_line(json, evidence->at.line);
	json_key(json, "Offset");
	json_uint(json, evidence->at.offset);
	json_key(json, "OffsetIn");
	json_text(json, in_stream ? "stream" : "file");
	json_key(json, "Fact");
	json_text_or_null(json, fact_name(evidence->kind));
	json_key(json, "Text");
	json_string(json, evidence->words);
	json_object_end(json);
}

static void put_conclusion(struct json *json, const struct row_own *own)
{
	json_key(json, "State");
	json_text_or_null(json, own->state);
	json_key(json, "Certainty");
	json_text(json, certainty_word(own->certainty));
	json_key(json, "Reason");
	json_text_or_null(json, reason_code(own->reason));
	json_key(json, "ReasonDetail");
	json_string_or_null(json, own->reason_detail);
	json_key(json, "TimeBasis");
	json_text_or_null(json, time_basis_word(own->time_basis));
}

static void put_own(struct json *json, const struct report *report, const struct row *row)
{
	const struct row_own *own = &row->own;

	json_key(json, "Dismal");
	json_object(json);
	put_kb(json, own->kb);
	json_key(json, "UpdateIDFrom");
	json_text_or_null(json, id_from_word(own->id_from));
	put_packages(json, own);
	put_conclusion(json, own);
	json_key(json, "Evidence");
	json_array(json);
	for (size_t i = 0; i < own->evidence_count; i++)
		put_evidence(json, report, row->row_class, &own->evidence[i]);
	json_array_end(json);
	json_key(json, "EvidenceOmitted");
	json_uint(json, own->evidence_omitted);
	json_object_end(json);
}

void json_row(
	struct json *json, const struct report *report, const struct row *row, bool with_class)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	json_object(json);
	if (with_class) {
		json_key(json, "Class");
		json_text(json, row_class_name(row->row_class));
	}
	for (size_t i = 0; i < count; i++) {
		json_key(json, columns[i].name);
		put_value(json, &row->values[i], columns[i].type);
	}
	put_own(json, report, row);
	json_object_end(json);
}
