/* --images: the package ids of a site's images, with name and description. */
#include "parsers/map_file.h"

enum { FIELD_CONTAINER, FIELD_PACKAGE, FIELD_IMAGE_INDEX, FIELD_NAME, FIELD_DESCRIPTION };

static const char *take_image(const struct map_row *row, struct fact *fact)
{
	struct slice index = row->value[FIELD_IMAGE_INDEX];

	fact->wim = row->value[FIELD_CONTAINER];
	fact->identifier = row->value[FIELD_PACKAGE];
	fact->name = row->value[FIELD_NAME];
	fact->description = row->value[FIELD_DESCRIPTION];
	if (index.len && (!slice_to_u32(index, 10, &fact->index) || fact->index > INT32_MAX))
		return "its ImageIndex is no index";
	if (index.len)
		fact->flags |= FLAG_HAS_INDEX;
	if (!fact->wim.len && !fact->identifier.len)
		return "it has neither a Container nor an ImagePackageID";
	if (!fact->name.len && !fact->description.len && (!fact->wim.len || !fact->identifier.len))
		return "it says nothing of the image";
	return NULL;
}

const struct map_format images_map_format = {
	.columns = {
		[FIELD_CONTAINER] = { "container" },
		[FIELD_PACKAGE] = { "imagepackageid", "packageid" },
		[FIELD_IMAGE_INDEX] = { "imageindex" },
		[FIELD_NAME] = { "name" },
		[FIELD_DESCRIPTION] = { "description" },
	},
	.date = -1,
	.needs = {
		{ 1u << FIELD_CONTAINER | 1u << FIELD_PACKAGE, "no column Container or ImagePackageID" },
		{ 1u << FIELD_PACKAGE | 1u << FIELD_NAME | 1u << FIELD_DESCRIPTION,
			"no column ImagePackageID, Name or Description" },
	},
	.take = take_image,
	.kind = FACT_MAP_IMAGE,
};

static unsigned bid(struct slice head)
{
	(void)head;
	return 0;
}

static void read_map(struct slice bytes, struct parse_result *result)
{
	map_read(&images_map_format, bytes, result);
}

const struct parser parser_images_map = {
	.name = "images-map",
	.what = "CSV of a site's images: Container, ImagePackageID, ImageIndex, Name, Description",
	.looked_for = "columns Container or ImagePackageID, with Name or Description",
	.option = "--images",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_map,
};
