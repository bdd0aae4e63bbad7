/*
 * *-pkgProperties.txt of a stand-alone package (.msu): lines key="value", ASCII or UTF-16.
 * Keys seen: ApplicabilityInfo, Applies to, Build Date, Company, File Version, Installation
 * Type, Installer Engine, Installer Version, KB Article Number, Language, Package Type,
 * Processor Architecture, Product Name, Support Link.
 * One fact; it stands at the line of the KB, else at the first line that is known.
 */
#include "base/text.h"
#include "parsers/assembly.h"

#define MAX_PROPERTIES ((size_t)1 << 20) /* real files have less than 1 KB */
#define MAX_WORDS      ((size_t)512)

/* Keys that a bid counts; of the last ones no field is made. */
static const struct property {
	const char *key, *member;
} properties[] = {
	{ "KB Article Number", "identifier" },
	{ "Package Type", "name" },
	{ "Installation Type", "release" },
	{ "Applies to", "description" },
	{ "Processor Architecture", "architecture" },
	{ "File Version", "version" },
	{ "ApplicabilityInfo", NULL },
	{ "Build Date", NULL },
	{ "Installer Engine", NULL },
	{ "Installer Version", NULL },
	{ "Support Link", NULL },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* `key="value"`: the property, NULL for another line, and its value. */
static const struct property *read_line(struct slice line, struct slice *ret_value)
{
	struct slice value = line, key = slice_trim(slice_cut(&value, '='));

	value = slice_trim(value);
	if (value.len < 2 || value.ptr[0] != '"' || value.ptr[value.len - 1] != '"')
		return NULL;
	for (size_t i = 0; i < COUNT(properties); i++) {
		if (!slice_equal_nocase(key, slice_from(properties[i].key)))
			continue;
		*ret_value = slice_from_to(value, 1, value.len - 1);
		return &properties[i];
	}
	return NULL;
}

struct reading {
	struct parse_result *result;
	struct fact *fact;
	struct slice text; /* in the result's scratch */
	enum text_encoding encoding;
	bool is_one_byte; /* a code page: each character was one byte */
	size_t bom;
};

/* How many bytes of the file stand behind a part of its text. */
static uint64_t stored_bytes(const struct reading *reading, struct slice text)
{
	if (reading->encoding == TEXT_UTF8 && !reading->is_one_byte)
		return text.len;
	return text_utf16_bytes(text) / (reading->is_one_byte ? 2 : 1);
}

static void place(const struct reading *reading, struct slice line, uint64_t number)
{
	struct slice before = { reading->text.ptr, (size_t)(line.ptr - reading->text.ptr) };

	reading->fact->at.line = number;
	reading->fact->at.offset = reading->bom + stored_bytes(reading, before);
	reading->fact->words = slice_trim(slice_from_to(line, 0, MAX_WORDS));
}

static void take(struct reading *reading, const struct property *property, struct slice value,
	struct slice line, uint64_t number)
{
	bool is_kb = property == &properties[0];

	if (!reading->fact)
		reading->fact = parse_result_add(reading->result, FACT_PACKAGE_PROPERTIES);
	if (!reading->fact)
		return;
	if (is_kb || !reading->fact->at.line)
		place(reading, line, number);
	if (is_kb)
		value = kb_identifier(&reading->result->scratch, value);
	if (property->member && value.len)
		(void)field_set(reading->fact, field_find(property->member), value);
}

/* As UTF-8, whatever it was, in the result's scratch. */
static struct slice decode(struct reading *reading, struct slice bytes)
{
	struct arena *scratch = &reading->result->scratch;
	struct slice text;
	struct buf clean;

	reading->encoding = text_detect(bytes, &reading->bom);
	bytes = slice_skip(bytes, reading->bom);
	reading->is_one_byte = reading->encoding == TEXT_UTF8 && !text_is_utf8(bytes);
	buf_init(&clean, 4 * MAX_PROPERTIES);
	if (reading->encoding == TEXT_UTF8)
		text_put_clean(&clean, bytes, false);
	else
		(void)text_from_utf16(&clean, bytes, reading->encoding, true);
	if (clean.status == ST_NOMEM)
		reading->result->status = ST_NOMEM;
	text = arena_copy(scratch, buf_slice(&clean));
	buf_release(&clean);
	return text;
}

static void read_properties(struct slice bytes, struct parse_result *result)
{
	struct reading reading = { .result = result };
	struct slice rest, value;
	uint64_t number = 0;

	if (bytes.len > MAX_PROPERTIES) {
		parse_result_note(result, DIAG_FILE_TOO_LARGE, 0, 0, SLICE_NONE);
		bytes.len = MAX_PROPERTIES;
	}
	rest = reading.text = decode(&reading, bytes);
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');
		const struct property *property = read_line(line, &value);

		number++;
		if (property)
			take(&reading, property, value, line, number);
	}
	result->lines += number;
	result->records += reading.fact != NULL;
}

static unsigned bid(struct slice head)
{
	struct slice value;
	unsigned found = 0;
	size_t bom;

	(void)text_detect(head, &bom);
	head = slice_from_to(slice_skip(head, bom), 0, 4096);
	while (head.len)
		found += read_line(slice_cut(&head, '\n'), &value) != NULL;
	return found < 2 ? 0 : found * 16;
}

const struct parser parser_pkg_properties = {
	.name = "pkg-properties",
	.what = "*-pkgProperties.txt of a stand-alone package",
	.looked_for = "lines 'KB Article Number=\"...\"', 'Package Type=\"...\"'",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_properties,
};
