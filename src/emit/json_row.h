/* A row as a JSON object: what the outputs json and ndjson share. */
#ifndef EMIT_JSON_ROW_H
#define EMIT_JSON_ROW_H

#include "emit/json_text.h"
#include "model/report.h"

/* The class's properties in order, then our own block; "Class" first when asked for. */
void json_row(
	struct json *json, const struct report *report, const struct row *row, bool with_class);

/* A property's value: a number, a text, a time as text, or null. */
void json_value(struct json *json, const struct row_value *value, enum value_type type);

/* The key "KB" and "KB5031455"; null for 0. */
void json_kb(struct json *json, uint32_t kb);
/* The key "Place" and "dism.log:812", what a person types to find it; null without an input. */
void json_place(struct json *json, const struct report *report, struct place at);

#endif
