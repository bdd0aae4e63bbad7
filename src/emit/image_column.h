/*
 * An image's properties as columns, in the order of every output: an emitter loops over them
 * and never names one (the page of the table for people excepted).
 */
#ifndef EMIT_IMAGE_COLUMN_H
#define EMIT_IMAGE_COLUMN_H

#include "model/report.h"

enum image_type { IMAGE_TEXT, IMAGE_WORD, IMAGE_NUMBER, IMAGE_FLAG };

struct image_column {
	const char *name;
	enum image_type type;
	size_t offset; /* into struct report_image */
	bool is_key;   /* never null: the id as text */
};

#define IMAGE_COLUMNS 14

extern const struct image_column image_columns[IMAGE_COLUMNS];

/* The value of a TEXT or WORD column; empty: not known. */
struct slice image_text(const struct report_image *image, const struct image_column *column);
uint32_t image_number(const struct report_image *image, const struct image_column *column);
bool image_flag(const struct report_image *image, const struct image_column *column);

#endif
