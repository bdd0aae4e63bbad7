/*
 * Fuzz target: any bytes as an XML document. Beyond not crashing: facts borrow from the
 * document or the scratch memory alone, each stands at a '<', notes lie in the document, and a
 * stream that comes byte by byte gives what it gives at once.
 */
#include "fuzz.h"

#include "base/text.h"
#include "parsers/parser.h"

static const struct parser *const documents[] = {
	&parser_mum,
	&parser_sessions_xml,
	&parser_pending_xml,
	&parser_wsusscan,
};

static void check_place(const struct fact *fact, struct slice bytes)
{
	size_t bom;
	enum text_encoding encoding = text_detect(bytes, &bom);
	size_t low = encoding == TEXT_UTF16BE;

	MUST(fact->at.offset >= bom && fact->at.offset + low < bytes.len);
	MUST(bytes.ptr[fact->at.offset + low] == '<');
}

static void check(const struct parse_result *result, struct slice bytes)
{
	MUST(result->status == ST_OK || result->status == ST_LIMIT);
	for (size_t i = 0; i < result->fact_count; i++) {
		const struct fact *fact = &result->facts[i];

		MUST((unsigned)fact->kind < FACT_COUNT_);
		MUST(fact->at.line >= 1 && fact->at.line <= result->lines + 1);
		check_fields(fact);
		check_place(fact, bytes);
	}
	for (size_t i = 0; i < result->note_count; i++)
		MUST(result->notes[i].line <= result->lines + 1 &&
			result->notes[i].offset <= bytes.len + 1);
}

struct memory {
	struct slice rest;
	size_t piece;
};

static size_t read_memory(void *self, char *bytes, size_t size)
{
	struct memory *memory = self;
	struct slice piece =
		slice_from_to(memory->rest, 0, memory->piece < size ? memory->piece : size);

	if (piece.len)
		memcpy(bytes, piece.ptr, piece.len);
	memory->rest = slice_skip(memory->rest, piece.len);
	return piece.len;
}

static size_t read_once(const struct parser *parser, struct slice bytes, size_t piece)
{
	struct memory memory = { bytes, piece };
	const struct byte_reader reader = { read_memory, &memory };
	struct parse_result result;
	size_t count;

	parse_result_init(&result);
	result.name = SLICE("localized/en/1");
	if (parser->shape == PARSER_STREAM)
		parser->read_stream(&reader, &result);
	else
		parser->read(bytes, &result);
	check(&result, bytes);
	count = result.fact_count;
	parse_result_release(&result);
	return count;
}

static void read_other(const struct parser *parser, struct slice bytes)
{
	struct parse_result result;

	parse_result_init(&result);
	parser->read(bytes, &result);
	for (size_t i = 0; i < result.fact_count; i++)
		check_fields(&result.facts[i]);
	parse_result_release(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct slice document = { (const char *)bytes, size };

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		MUST(documents[i]->bid(document) == documents[i]->bid(document));
		MUST(read_once(documents[i], document, 1) ==
			read_once(documents[i], document, SIZE_MAX));
	}
	(void)parser_pkg_properties.bid(document);
	read_other(&parser_pkg_properties, document);
	read_other(&parser_wim_xml, document);
	return 0;
}
