/*
 * Fuzz target: any bytes as a map. Facts borrow from the document or the scratch memory alone,
 * their places lie in the document and do not run backwards, numbers are in their range, and what
 * is handed over in batches is what is given at once.
 */
#include "fuzz.h"

#include "base/text.h"
#include "parsers/map_file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	MUST(parsers_init() == ST_OK);
	return 0;
}

struct reading {
	size_t size;
	uint64_t line, offset, facts, notes, sum;
};

static void check_fact(struct reading *reading, const struct fact *fact)
{
	MUST(fact->at.line >= reading->line && fact->at.offset >= reading->offset);
	MUST(fact->at.offset < reading->size);
	MUST(fact->kind == FACT_MAP_UPDATE || fact->kind == FACT_MAP_IMAGE);
	if (fact->kind == FACT_MAP_UPDATE)
		MUST(fact->ci > 0 && fact->ci <= INT32_MAX &&
			(fact->identifier.len || fact->package.len));
	else
		MUST(fact->index <= INT32_MAX && (fact->wim.len || fact->identifier.len));
	MUST(text_is_utf8(fact->title) && text_is_utf8(fact->name));
	check_fields(fact);
	reading->line = fact->at.line;
	reading->offset = fact->at.offset;
	reading->sum += fact->title.len + fact->name.len + fact->words.len + fact->ci;
}

static void take(void *self, struct parse_result *result)
{
	struct reading *reading = self;

	for (size_t i = 0; i < result->fact_count; i++)
		check_fact(reading, &result->facts[i]);
	reading->facts += result->fact_count;
	reading->notes += result->note_count;
	MUST(result->unrecognized <= reading->size);
}

static struct reading read_once(const struct parser *parser, struct slice bytes, bool in_batches)
{
	struct reading reading = { .size = bytes.len };
	struct parse_result result;

	parse_result_init(&result);
	result.flush = in_batches ? take : NULL;
	result.flush_self = &reading;
	parser->read(bytes, &result);
	MUST(result.status == ST_OK);
	take(&reading, &result);
	MUST(result.records >= reading.facts);
	parse_result_release(&result);
	return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct parser *const readers[] = { &parser_updates_map, &parser_images_map };
	static const struct map_format *const formats[] = { &updates_map_format,
		&images_map_format };
	struct slice document = { (const char *)bytes, size };

	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		struct reading whole = read_once(readers[i], document, false);
		struct reading pieces = read_once(readers[i], document, true);

		MUST(whole.facts == pieces.facts && whole.notes == pieces.notes &&
			whole.sum == pieces.sum);
		MUST(!whole.facts || map_has_header(formats[i], document, NULL));
	}
	return 0;
}
