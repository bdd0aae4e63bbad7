/* The parts of a report that are no rows. */
#include "emit/json_parts.h"

#include "emit/image_column.h"
#include "emit/json_row.h"

static void put_class(struct json *json, const char *class_name)
{
	if (!class_name)
		return;
	json_key(json, "Class");
	json_text(json, class_name);
}

static void put_image_value(
	struct json *json, const struct report_image *image, const struct image_column *column)
{
	switch (column->type) {
	case IMAGE_TEXT:
	case IMAGE_WORD:
		if (column->is_key)
			json_string(json, image_text(image, column));
		else
			json_string_or_null(json, image_text(image, column));
		break;
	case IMAGE_NUMBER:
		json_uint(json, image_number(image, column));
		break;
	case IMAGE_FLAG:
		json_bool(json, image_flag(image, column));
		break;
	}
}

void json_image(struct json *json, const struct report_image *image, const char *class_name)
{
	json_object(json);
	put_class(json, class_name);
	for (size_t i = 0; i < IMAGE_COLUMNS; i++) {
		json_key(json, image_columns[i].name);
		put_image_value(json, image, &image_columns[i]);
	}
	json_object_end(json);
}

static void put_parents(struct json *json, const struct report_package *package)
{
	json_key(json, "Parents");
	json_array(json);
	for (size_t i = 0; i < package->parent_count; i++)
		json_string(json, package->parents[i]);
	json_array_end(json);
}

static void put_optional(struct json *json, const char *key, struct slice text)
{
	json_key(json, key);
	json_string_or_null(json, text);
}

void json_package(struct json *json, const struct report *report,
	const struct report_package *package, const char *class_name)
{
	json_object(json);
	put_class(json, class_name);
	json_key(json, "Container");
	json_string(json, package->container);
	json_key(json, "Identity");
	json_string(json, package->identity);
	json_kb(json, package->kb);
	put_optional(json, "Title", package->title);
	put_optional(json, "ReleaseType", package->release);
	put_parents(json, package);
	put_optional(json, "ServicingStack", package->stack);
	put_optional(json, "Restart", package->restart);
	put_optional(json, "UpdateGuid", package->guid);
	put_optional(json, "Severity", package->severity);
	json_place(json, report, package->at);
	json_object_end(json);
}
