/*
 * Fuzz target: any bytes as a saved list. Facts borrow from the document or the scratch memory
 * alone, their places lie in the document and do not run backwards, a list counts its members,
 * and a second reading gives as many facts.
 */
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	MUST(parsers_init() == ST_OK);
	return 0;
}

static void check_facts(const struct parse_result *result, size_t size)
{
	uint64_t line = 1, offset = 0;
	uint32_t members = 0;

	for (size_t i = 0; i < result->fact_count; i++) {
		const struct fact *fact = &result->facts[i];

		if (fact->kind == FACT_LISTING) {
			MUST(members == 0); /* of the list before */
			members = fact->index + 1;
		}
		MUST(members-- > 0);
		MUST(fact->at.line >= line && fact->at.line <= result->lines + 1);
		MUST(fact->at.offset >= offset && fact->at.offset <= size);
		line = fact->at.line;
		offset = fact->at.offset;
		check_fields(fact);
	}
	MUST(members == 0);
	for (size_t i = 0; i < result->note_count; i++)
		MUST(result->notes[i].line <= result->lines + 1 &&
			result->notes[i].offset <= size + 1);
	MUST(result->damaged <= size);
}

static size_t read_once(const struct parser *parser, struct slice bytes)
{
	struct parse_result result;
	size_t count;

	parse_result_init(&result);
	parser->read(bytes, &result);
	MUST(result.status == ST_OK);
	check_facts(&result, bytes.len);
	count = result.fact_count;
	parse_result_release(&result);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct parser *const readers[] = { &parser_dism_listing,
		&parser_powershell_objects };
	struct slice document = { (const char *)bytes, size };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		MUST(readers[i]->bid(document) == readers[i]->bid(document));
		MUST(read_once(readers[i], document) == read_once(readers[i], document));
	}
	return 0;
}
