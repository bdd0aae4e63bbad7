/*
 * The image list of a WIM, ESD or SWM: the XML that its header points to (UTF-16LE with
 * BOM, uncompressed), or that somebody saved as a file of its own ("[1].xml" of 7z, the output
 * of wiminfo --extract-xml). Elements are matched by name, none is compulsory:
 *   WIM / IMAGE@INDEX / NAME, DESCRIPTION, DISPLAYNAME, LASTMODIFICATIONTIME{HIGHPART, LOWPART},
 *   WINDOWS / ARCH, EDITIONID, VERSION{MAJOR, MINOR, BUILD, SPBUILD, SPLEVEL}
 * Places count from the start of the XML.
 * The revision is the larger of SPBUILD and SPLEVEL and approximate at best.
 */
#include <stdio.h>

#include "parsers/xml.h"

struct image_text {
	struct slice name, display_name, description, edition, arch;
	uint32_t index, major, minor, build, sp_build, sp_level, high, low;
	uint64_t line, offset;
	struct slice words; /* its start tag */
};

struct list {
	struct parse_result *result;
	struct image_text image;
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

enum { WIM = 1, IMAGE, WINDOWS, VERSION, MODIFIED, FIRST_VALUE };

/* Values of an image: which element holds them, and where they go. */
#define VALUES                                                                                     \
	VALUE(NAME, IMAGE, "NAME", name, false)                                                    \
	VALUE(DISPLAY_NAME, IMAGE, "DISPLAYNAME", display_name, false)                             \
	VALUE(DESCRIPTION, IMAGE, "DESCRIPTION", description, false)                               \
	VALUE(EDITION, WINDOWS, "EDITIONID", edition, false)                                       \
	VALUE(ARCH, WINDOWS, "ARCH", arch, false)                                                  \
	VALUE(MAJOR, VERSION, "MAJOR", major, true)                                                \
	VALUE(MINOR, VERSION, "MINOR", minor, true)                                                \
	VALUE(BUILD, VERSION, "BUILD", build, true)                                                \
	VALUE(SP_BUILD, VERSION, "SPBUILD", sp_build, true)                                        \
	VALUE(SP_LEVEL, VERSION, "SPLEVEL", sp_level, true)                                        \
	VALUE(HIGH, MODIFIED, "HIGHPART", high, true)                                              \
	VALUE(LOW, MODIFIED, "LOWPART", low, true)

enum {
	BEFORE_VALUES = FIRST_VALUE - 1,
#define VALUE(id, inside, name, member, is_number) VALUE_##id,
	VALUES
#undef VALUE
};

static const struct target {
	size_t offset;
	bool is_number;
} targets[] = {
#define VALUE(id, inside, name, member, is_number)                                                 \
	[VALUE_##id - FIRST_VALUE] = { offsetof(struct image_text, member), is_number },
	VALUES
#undef VALUE
};

static const struct xml_known known[] = { { WIM, XML_DOCUMENT, false, "WIM" },
	{ IMAGE, WIM, false, "IMAGE" }, { WINDOWS, IMAGE, false, "WINDOWS" },
	{ VERSION, WINDOWS, false, "VERSION" }, { MODIFIED, IMAGE, false, "LASTMODIFICATIONTIME" },
#define VALUE(id, inside, name, member, is_number) { VALUE_##id, inside, true, name },
	VALUES
#undef VALUE
};

static void set_number(struct slice text, uint32_t *ret_number)
{
	bool is_hex = slice_starts_nocase(text, SLICE("0x"));

	(void)slice_to_u32(is_hex ? slice_skip(text, 2) : text, is_hex ? 16 : 10, ret_number);
}

static void begin(void *self, const struct xml_element *element)
{
	struct list *list = self;

	if (element->id != IMAGE)
		return;
	list->image = (struct image_text){
		.line = element->line,
		.offset = element->offset,
		.words = xml_words(element),
	};
	set_number(xml_attribute(element, "INDEX"), &list->image.index);
}

static struct slice architecture_name(struct slice number)
{
	uint32_t value;

	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
		if (slice_to_u32(number, 10, &value) && value == architectures[i].number)
			return slice_from(architectures[i].name);
	return number;
}

static void end_image(struct list *list)
{
	const struct image_text *image = &list->image;
	struct fact *fact = parse_result_add(list->result, FACT_WIM_IMAGE);
	char version[64];

	if (!fact)
		return;
	fact->at.line = image->line;
	fact->at.offset = image->offset;
	fact->words = image->words;
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
	fact->version = arena_copy(&list->result->scratch, slice_from(version));
}

static void end(void *self, unsigned id, struct slice text)
{
	struct list *list = self;
	const struct target *target;
	char *at;

	if (id == IMAGE)
		end_image(list);
	if (id < FIRST_VALUE)
		return;
	target = &targets[id - FIRST_VALUE];
	at = (char *)&list->image + target->offset;
	if (target->is_number)
		set_number(text, (uint32_t *)(void *)at);
	else
		*(struct slice *)(void *)at = arena_copy(&list->result->scratch, text);
}

static const struct xml_format format = {
	.known = known,
	.known_count = sizeof(known) / sizeof(known[0]),
	.nocase = true,
	.begin = begin,
	.end = end,
};

static void read_xml(struct slice bytes, struct parse_result *result)
{
	struct list list = { .result = result };

	(void)xml_read(&format, bytes, &list, result);
}

/* The magic of the container, whose opener hands over the XML alone; or that XML, saved. */
static unsigned bid(struct slice head)
{
	if (slice_starts(head, SLICE("MSWIM\0\0\0")) || slice_starts(head, SLICE("WLPWM\0\0\0")))
		return 64;
	if (!slice_equal_nocase(xml_tag_name(xml_first_tag(head)), SLICE("WIM")))
		return 0;
	return slice_find_nocase(head, SLICE("<IMAGE")) != SLICE_MISSING ? 80 : 32;
}

const struct parser parser_wim_xml = {
	.name = "wim-xml",
	.what = "the image list in the header of a WIM, ESD or SWM, or saved from one",
	.looked_for = "'MSWIM' or 'WLPWM' at the start, XML with the root 'WIM'",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_xml,
};
