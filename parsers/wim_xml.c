/*
 * The image list of a WIM, ESD or SWM: the XML that its header points to (UTF-16LE with
 * BOM, uncompressed). Elements are matched by name, none is compulsory:
 *   WIM / IMAGE@INDEX / NAME, DESCRIPTION, DISPLAYNAME, LASTMODIFICATIONTIME{HIGHPART, LOWPART},
 *   WINDOWS / ARCH, EDITIONID, VERSION{MAJOR, MINOR, BUILD, SPBUILD, SPLEVEL}
 * The revision is the larger of SPBUILD and SPLEVEL and approximate at best.
 */
#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/parser.h"

#define MAX_XML   ((size_t)64 << 20)
#define MAX_DEPTH 32

struct image_text {
	struct slice name, display_name, description, edition, arch;
	uint32_t index, major, minor, build, sp_build, sp_level, high, low;
	bool has_time;
};

struct reader {
	xmlTextReaderPtr xml;
	struct parse_result *result;
	struct slice names[MAX_DEPTH]; /* the path of elements, in the result's scratch */
	struct image_text image;
	bool failed;
};

static const struct {
	uint32_t number;
	const char *name;
} architectures[] = {
	{ 0, "x86" },
	{ 5, "arm" },
	{ 6, "ia64" },
	{ 9, "amd64" },
	{ 12, "arm64" },
};

static void on_error(void *context, xmlErrorPtr error)
{
	struct reader *reader = context;

	if (error->level >= XML_ERR_ERROR)
		reader->failed = true;
}

static bool path_is(const struct reader *reader, int depth, const char *name)
{
	return depth >= 0 && depth < MAX_DEPTH &&
		slice_equal_nocase(reader->names[depth], slice_from(name));
}

static void set_number(struct slice text, uint32_t *ret_number)
{
	bool is_hex = slice_starts_nocase(text, SLICE("0x"));

	(void)slice_to_u32(is_hex ? slice_skip(text, 2) : text, is_hex ? 16 : 10, ret_number);
}

/* Text of an element: where it goes. Depth 0 is WIM, 1 IMAGE, 2 its children. */
static const struct target {
	int depth;
	const char *path[3]; /* element, its parent, its grandparent */
	size_t offset;
	bool is_number;
} targets[] = {
	{ 2, { "NAME", "IMAGE" }, offsetof(struct image_text, name), false },
	{ 2, { "DISPLAYNAME", "IMAGE" }, offsetof(struct image_text, display_name), false },
	{ 2, { "DESCRIPTION", "IMAGE" }, offsetof(struct image_text, description), false },
	{ 3, { "EDITIONID", "WINDOWS", "IMAGE" }, offsetof(struct image_text, edition), false },
	{ 3, { "ARCH", "WINDOWS", "IMAGE" }, offsetof(struct image_text, arch), false },
	{ 4, { "MAJOR", "VERSION", "WINDOWS" }, offsetof(struct image_text, major), true },
	{ 4, { "MINOR", "VERSION", "WINDOWS" }, offsetof(struct image_text, minor), true },
	{ 4, { "BUILD", "VERSION", "WINDOWS" }, offsetof(struct image_text, build), true },
	{ 4, { "SPBUILD", "VERSION", "WINDOWS" }, offsetof(struct image_text, sp_build), true },
	{ 4, { "SPLEVEL", "VERSION", "WINDOWS" }, offsetof(struct image_text, sp_level), true },
	{ 3, { "HIGHPART", "LASTMODIFICATIONTIME", "IMAGE" }, offsetof(struct image_text, high),
		true },
	{ 3, { "LOWPART", "LASTMODIFICATIONTIME", "IMAGE" }, offsetof(struct image_text, low),
		true },
};

static bool target_fits(const struct reader *reader, const struct target *target)
{
	for (int i = 0; i < 3 && target->path[i]; i++)
		if (!path_is(reader, target->depth - i, target->path[i]))
			return false;
	return true;
}

static void take_text(struct reader *reader, int depth)
{
	const char *value = (const char *)xmlTextReaderConstValue(reader->xml);
	struct slice text = slice_trim(slice_from(value));

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		char *at = (char *)&reader->image + targets[i].offset;

		if (targets[i].depth != depth || !target_fits(reader, &targets[i]))
			continue;
		if (targets[i].is_number)
			set_number(text, (uint32_t *)(void *)at);
		else
			*(struct slice *)(void *)at = arena_copy(&reader->result->scratch, text);
	}
}

static void begin_element(struct reader *reader, int depth)
{
	xmlChar *index;

	if (depth >= MAX_DEPTH)
		return;
	reader->names[depth] = arena_copy(&reader->result->scratch,
		slice_from((const char *)xmlTextReaderConstLocalName(reader->xml)));
	if (depth != 1 || !path_is(reader, 1, "IMAGE"))
		return;
	reader->image = (struct image_text){ 0 };
	index = xmlTextReaderGetAttribute(reader->xml, (const xmlChar *)"INDEX");
	if (index)
		set_number(slice_from((const char *)index), &reader->image.index);
	xmlFree(index);
}

static struct slice architecture_name(struct slice number)
{
	uint32_t value;

	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
		if (slice_to_u32(number, 10, &value) && value == architectures[i].number)
			return slice_from(architectures[i].name);
	return number;
}

static void end_image(struct reader *reader)
{
	const struct image_text *image = &reader->image;
	struct fact *fact = parse_result_add(reader->result, FACT_WIM_IMAGE);
	char version[64];

	if (!fact)
		return;
	fact->index = image->index;
	fact->flags = FLAG_HAS_INDEX;
	fact->name = image->name.len ? image->name : image->display_name;
	fact->description = image->description;
	fact->edition = image->edition;
	fact->architecture = architecture_name(image->arch);
	if (image->high || image->low)
		fact->utc = filetime_to_seconds(image->high, image->low);
	if (!image->build)
		return;
	snprintf(version, sizeof(version), "%u.%u.%u.%u", image->major, image->minor, image->build,
		image->sp_build > image->sp_level ? image->sp_build : image->sp_level);
	fact->version = arena_copy(&reader->result->scratch, slice_from(version));
}

static bool take_node(struct reader *reader)
{
	int depth = xmlTextReaderDepth(reader->xml);

	switch (xmlTextReaderNodeType(reader->xml)) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return false;
	case XML_READER_TYPE_ELEMENT:
		begin_element(reader, depth);
		if (depth == 1 && path_is(reader, 1, "IMAGE") &&
			xmlTextReaderIsEmptyElement(reader->xml))
			end_image(reader);
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		take_text(reader, depth - 1);
		break;
	case XML_READER_TYPE_END_ELEMENT:
		if (depth == 1 && path_is(reader, 1, "IMAGE"))
			end_image(reader);
		break;
	default:
		break;
	}
	return true;
}

static void read_xml(struct slice bytes, struct parse_result *result)
{
	struct reader reader = { .result = result };
	int more = 0;

	if (bytes.len > MAX_XML) {
		parse_result_note(result, DIAG_XML_REFUSED, 1, 0, SLICE("larger than the limit"));
		return;
	}
	reader.xml = xmlReaderForMemory(bytes.ptr, (int)bytes.len, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (!reader.xml) {
		result->status = ST_NOMEM;
		return;
	}
	xmlTextReaderSetStructuredErrorHandler(reader.xml, on_error, &reader);
	while ((more = xmlTextReaderRead(reader.xml)) == 1)
		if (!take_node(&reader))
			break;
	if (more != 0 || reader.failed)
		parse_result_note(result, DIAG_XML_REFUSED, 1, 0, SLICE_NONE);
	result->records = 1;
	xmlFreeTextReader(reader.xml);
}

/* The magic of the container; who opens it hands over the XML alone. */
static unsigned bid(struct slice head)
{
	if (slice_starts(head, SLICE("MSWIM\0\0\0")) || slice_starts(head, SLICE("WLPWM\0\0\0")))
		return 64;
	return 0;
}

const struct parser parser_wim_xml = {
	.name = "wim-xml",
	.what = "the image list in the header of a WIM, ESD or SWM",
	.looked_for = "'MSWIM' or 'WLPWM' at the start",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_xml,
};
