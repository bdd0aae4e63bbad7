/*
 * Fuzz target: any bytes as a block of a log. Beyond not crashing: facts borrow from the
 * block or the scratch memory alone, their places lie in the block and do not run
 * backwards, a second reading gives as many.
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

	for (size_t i = 0; i < result->fact_count; i++) {
		const struct fact *fact = &result->facts[i];

		MUST((unsigned)fact->kind < FACT_COUNT_);
		MUST(fact->at.line >= line && fact->at.line <= result->lines + 1);
		MUST(fact->at.offset >= offset && fact->at.offset <= size);
		line = fact->at.line;
		offset = fact->at.offset;
		check_fields(fact);
	}
	for (size_t i = 0; i < result->note_count; i++)
		MUST(result->notes[i].line <= result->lines + 1 && result->notes[i].offset <= size);
	MUST(result->unrecognized <= size && result->damaged <= size);
}

static size_t read_once(const struct parser *parser, struct slice bytes, bool want_unknown)
{
	struct parse_result result;
	size_t count;

	parse_result_init(&result);
	result.want_unknown = want_unknown;
	parser->read(bytes, &result);
	MUST(result.status == ST_OK || result.status == ST_LIMIT);
	check_facts(&result, bytes.len);
	count = result.fact_count;
	parse_result_release(&result);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct slice block = { (const char *)bytes, size };
	const struct parser *const *all = parser_all();

	for (; *all; all++) {
		if ((*all)->shape != PARSER_LINES)
			continue;
		MUST((*all)->bid(block) == (*all)->bid(block));
		MUST((*all)->cut(block) <= size);
		MUST(read_once(*all, block, false) == read_once(*all, block, false));
		(void)read_once(*all, block, true);
	}
	return 0;
}
