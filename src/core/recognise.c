/* Bids of parsers, magics of containers, and answers for what others open. */
#include "core/recognise.h"

#include "base/text.h"
#include "source/archive.h"

/* Containers of other programs: answered with what opens them. */
static const struct {
	size_t at;
	struct slice magic;
	const char *answer;
} foreign[] = {
	{ 0, { "MSCF", 4 }, "a cabinet: unpack it with 'cabextract FILE'" },
	{ 0, { "PK\3\4", 4 }, "a ZIP archive: unpack it with 'unzip FILE'" },
	{ 0, { "7z\xBC\xAF\x27\x1C", 6 }, "a 7z archive: unpack it with '7z x FILE'" },
	{ 0, { "\xFD\x37zXZ", 5 }, "xz: unpack it with 'xz -d FILE'" },
	{ 0, { "\x28\xB5\x2F\xFD", 4 }, "zstd: unpack it with 'zstd -d FILE'" },
	{ 257, { "ustar", 5 }, "a TAR archive: unpack it with 'tar xf FILE'" },
	{ 0, { "regf", 4 }, "a registry hive that this build does not read, or a log of one" },
	{ 32769, { "CD001", 5 }, "an ISO image: mount it or unpack it with '7z x FILE'" },
	{ 0, { "vhdxfile", 8 }, "a VHDX: open it with 'guestmount' or 'qemu-nbd'" },
	{ 0, { "conectix", 8 }, "a VHD: open it with 'guestmount' or 'qemu-nbd'" },
	{ 0, { "EVF\x09\x0D\x0A\xFF", 7 }, "an E01 image: open it with 'ewfmount'" },
	{ 0, { "QFI\xFB", 4 }, "a QCOW2 image: open it with 'guestmount' or 'qemu-nbd'" },
};

static const char *foreign_answer(struct slice head)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (head.len > foreign[i].at &&
			slice_starts(slice_skip(head, foreign[i].at), foreign[i].magic))
			return foreign[i].answer;
	return NULL;
}

/* A byte order mark and UTF-16 do not hide a text from the bids. */
static const struct parser *best_bid(struct slice head)
{
	const struct parser *parser;
	enum text_encoding encoding;
	struct buf text;
	size_t bom;

	encoding = text_detect(head, &bom);
	if (encoding == TEXT_UTF8)
		return parser_detect(head);
	buf_init(&text, 1 << 20);
	(void)text_from_utf16(&text, slice_skip(head, bom), encoding, true);
	parser = parser_detect(buf_slice(&text));
	buf_release(&text);
	/* A binary document may look like UTF-16. */
	return parser ? parser : parser_detect(head);
}

static bool is_wim(struct slice head)
{
	return slice_starts(head, SLICE("MSWIM\0\0\0")) || slice_starts(head, SLICE("WLPWM\0\0\0"));
}

/* What begins with the magic of a binary file is one, even where its contents stand in it
 * uncompressed and look like a log. */
static const struct parser *binary_bid(struct slice head)
{
	const struct parser *best = NULL;
	unsigned best_bid = 0;

	if (is_wim(head))
		return &parser_wim_xml;
	for (size_t i = 0; parser_all()[i]; i++) {
		const struct parser *parser = parser_all()[i];
		unsigned bid = parser->shape == PARSER_FILE ? parser->bid(head) : 0;

		if (bid > best_bid) {
			best = parser;
			best_bid = bid;
		}
	}
	return best;
}

static enum recognised_as shape_of(const struct parser *parser, struct slice head)
{
	if (parser == &parser_wim_xml)
		return is_wim(head) ? AS_WIM : AS_WIM_XML;
	return parser->shape == PARSER_LINES ? AS_LOG : AS_DOCUMENT;
}

struct recognised recognise(struct slice head, const char *forced)
{
	const struct parser *parser = forced ? parser_find(slice_from(forced)) : NULL;
	struct recognised result = { AS_NOTHING, NULL, "" };

	if (!forced && archive_bids(head, &result.words)) {
		result.as = AS_ARCHIVE;
		return result;
	}
	result.parser = parser ? parser : binary_bid(head);
	if (!result.parser)
		result.parser = best_bid(head);
	if (result.parser) {
		result.as = shape_of(result.parser, head);
		return result;
	}
	result.words = foreign_answer(head);
	if (result.words)
		result.as = AS_FOREIGN;
	return result;
}

void recognise_looked_for(struct buf *words)
{
	buf_puts(words, "tried: ");
	for (size_t i = 0; parser_all()[i]; i++)
		if (!parser_all()[i]->option)
			buf_printf(words, "%s%s", i ? ", " : "", parser_all()[i]->name);
}
