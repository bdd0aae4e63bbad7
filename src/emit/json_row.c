/* Rows as JSON: properties by the column table, then the block "Dismal". */
#include "emit/json_row.h"

#include <inttypes.h>

static void put_moment(struct json *json, struct moment when)
{
	char text[MOMENT_TEXT];

	moment_print(when, text);
	json_text_or_null(json, text);
}

void json_value(struct json *json, const struct row_value *value, enum value_type type)
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

void json_kb(struct json *json, uint32_t kb)
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

static void put_binaries(struct json *json, const struct row_own *own)
{
	json_key(json, "Binaries");
	json_array(json);
	for (size_t i = 0; i < own->binary_count; i++) {
		const struct row_binary *binary = &own->binaries[i];

		json_line_object(json);
		json_key(json, "File");
		json_string_or_null(json, binary->file);
		json_key(json, "Applicability");
		json_string_or_null(json, binary->token);
		json_key(json, "Code");
		if (binary->has_code)
			json_int(json, (int32_t)binary->code);
		else
			json_null(json);
		json_object_end(json);
	}
	json_array_end(json);
}

static void put_update_list(struct json *json, enum update_list list)
{
	json_key(json, "UpdateListComplete");
	if (list == UPDATE_LIST_NONE)
		json_null(json);
	else
		json_bool(json, list == UPDATE_LIST_COMPLETE);
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

void json_place(struct json *json, const struct report *report, struct place at)
{
	struct place_text text;

	report_place(report, at, &text);
	json_key(json, "Place");
	if (text.pieces[0].len)
		json_pieces(json, text.pieces, PLACE_PIECES);
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
	json_line_object(json);
	put_supported(json, row_class, evidence->supports);
	json_key(json, "Input");
	json_string_or_null(json, report_input_path(report, evidence->at.input));
	json_place(json, report, evidence->at);
	put_line(json, evidence->at.line);
	json_key(json, "Offset");
	json_uint(json, evidence->at.offset);
	json_key(json, "OffsetIn");
	json_text(json, report_in_stream(report, evidence->at) ? "stream" : "file");
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
	bool is_run = row->row_class == ROW_PROGRESS || row->row_class == ROW_HISTORY;

	json_key(json, "Dismal");
	json_object(json);
	json_kb(json, own->kb);
	json_key(json, "UpdateIDFrom");
	json_text_or_null(json, id_from_word(own->id_from));
	if (!is_run) {
		json_key(json, "UpdateIDAmbiguous");
		json_bool(json, own->id_is_ambiguous);
	}
	put_packages(json, own);
	if (row->row_class == ROW_STATUS)
		put_binaries(json, own);
	if (is_run)
		put_update_list(json, own->update_list);
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
		json_value(json, &row->values[i], columns[i].type);
	}
	put_own(json, report, row);
	json_object_end(json);
}
