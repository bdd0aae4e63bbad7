/* Images and package files as JSON objects: what the outputs json and ndjson share. */
#ifndef EMIT_JSON_PARTS_H
#define EMIT_JSON_PARTS_H

#include "emit/json_text.h"
#include "model/report.h"

/* The Class of a line of ndjson that is no row. */
#define CLASS_IMAGE   "Image"
#define CLASS_PACKAGE "Package"

/* With a class, "Class" comes first; NULL: without. */
void json_image(struct json *json, const struct report_image *image, const char *class_name);
void json_package(struct json *json, const struct report *report,
	const struct report_package *package, const char *class_name);

#endif
