/* The table of an image's properties. */
#include "emit/image_column.h"

#define COLUMN(name, type, member)                                                                 \
	{                                                                                          \
		name, IMAGE_##type, offsetof(struct report_image, member), false                   \
	}

/* clang-format off */
const struct image_column image_columns[IMAGE_COLUMNS] = {
	{ "ImagePackageID", IMAGE_TEXT, offsetof(struct report_image, package_id), true },
	COLUMN("ImagePackageIDDerived", FLAG, id_is_derived),
	COLUMN("ImageIndex", NUMBER, index),
	COLUMN("Name", TEXT, name),
	COLUMN("Description", TEXT, description),
	COLUMN("Edition", TEXT, edition),
	COLUMN("Architecture", TEXT, architecture),
	COLUMN("Product", TEXT, product),
	COLUMN("Version", TEXT, version),
	COLUMN("VersionApproximate", FLAG, version_is_approximate),
	COLUMN("ServicingStack", TEXT, servicing_stack),
	COLUMN("Pending", WORD, pending),
	COLUMN("Container", TEXT, container),
	COLUMN("Sources", TEXT, sources),
};
/* clang-format on */

static const void *member_of(const struct report_image *image, const struct image_column *column)
{
	return (const char *)image + column->offset;
}

struct slice image_text(const struct report_image *image, const struct image_column *column)
{
	if (column->type == IMAGE_WORD)
		return slice_from(*(const char *const *)member_of(image, column));
	return *(const struct slice *)member_of(image, column);
}

uint32_t image_number(const struct report_image *image, const struct image_column *column)
{
	return *(const uint32_t *)member_of(image, column);
}

bool image_flag(const struct report_image *image, const struct image_column *column)
{
	return *(const bool *)member_of(image, column);
}
