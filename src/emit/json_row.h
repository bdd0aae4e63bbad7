/* A row as a JSON object: what the outputs json and ndjson share. */
#ifndef EMIT_JSON_ROW_H
#define EMIT_JSON_ROW_H

#include "emit/json_text.h"
#include "model/report.h"

/* The class's properties in order, then our own block; "Class" first when asked for. */
void json_row(
	struct json *json, const struct report *report, const struct row *row, bool with_class);

/* The path of an input as shown, empty for NO_INPUT. */
struct slice report_input_path(const struct report *report, uint32_t input);

#endif
