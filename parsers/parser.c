/* The list of parsers, detection by bids, and the result that they fill. */
#include "parsers/parser.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/cm_recall.h"
#include "parsers/rule.h"

static const struct parser *const parsers[] = {
#define PARSER(ident, name, what) &parser_##ident,
#include "parsers/parsers.def"
#undef PARSER
	NULL,
};

const struct parser *const *parser_all(void)
{
	return parsers;
}

const struct parser *parser_find(struct slice name)
{
	for (size_t i = 0; parsers[i]; i++)
		if (slice_equal_nocase(name, slice_from(parsers[i]->name)))
			return parsers[i];
	return NULL;
}

struct best {
	const struct parser *parser;
	size_t row;
	unsigned bid;
};

static void ask(struct best *best, size_t row, struct slice head)
{
	unsigned bid = parsers[row]->bid(head);

	if (bid > best->bid || (bid && bid == best->bid && row < best->row))
		*best = (struct best){ parsers[row], row, bid };
}

const struct parser *parser_detect(struct slice head)
{
	struct best best = { 0 };

	for (size_t i = 0; parsers[i]; i++)
		if (!parsers[i]->most)
			ask(&best, i, head);
	for (size_t i = 0; parsers[i]; i++)
		if (parsers[i]->most && parsers[i]->most >= best.bid)
			ask(&best, i, head);
	return best.parser;
}

void parse_result_init(struct parse_result *result)
{
	*result = (struct parse_result){ .first = NO_TIME, .last = NO_TIME };
	arena_init(&result->scratch, MAX_PARSE_SCRATCH);
}

void parse_result_reset(struct parse_result *result)
{
	struct parse_result kept = *result;

	arena_reset(&kept.scratch);
	*result = (struct parse_result){
		.facts = kept.facts,
		.fact_cap = kept.fact_cap,
		.notes = kept.notes,
		.note_cap = kept.note_cap,
		.scratch = kept.scratch,
		.want_unknown = kept.want_unknown,
		.traits = kept.traits,
		.first = NO_TIME,
		.last = NO_TIME,
	};
}

void parse_result_release(struct parse_result *result)
{
	free(result->facts);
	free(result->notes);
	arena_release(&result->scratch);
	parse_result_init(result);
}

/* Room for one more item of `size` bytes in a growing array. */
static void *grow(void *items, size_t count, size_t *cap, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 64;
	void *grown;

	if (count < *cap)
		return items;
	grown = reallocarray(items, wanted, size);
	if (grown)
		*cap = wanted;
	return grown;
}

struct fact *parse_result_add(struct parse_result *result, enum fact_kind kind)
{
	struct fact *items =
		grow(result->facts, result->fact_count, &result->fact_cap, sizeof(*items));
	struct fact *fact;

	if (!items) {
		result->status = ST_NOMEM;
		return NULL;
	}
	result->facts = items;
	fact = &items[result->fact_count++];
	memset(fact, 0, sizeof(*fact));
	fact->kind = kind;
	fact->when = NO_TIME;
	fact->utc = NO_TIME;
	fact->begun = NO_TIME;
	return fact;
}

void parse_result_flush(struct parse_result *result)
{
	if (result->flush)
		result->flush(result->flush_self, result);
	result->fact_count = 0;
	result->note_count = 0;
	arena_reset(&result->scratch);
}

void parse_result_note(struct parse_result *result, enum diagnostic_code code, uint64_t line,
	uint64_t offset, struct slice detail)
{
	struct parse_note *items =
		grow(result->notes, result->note_count, &result->note_cap, sizeof(*items));

	if (!items) {
		result->status = ST_NOMEM;
		return;
	}
	result->notes = items;
	items[result->note_count++] = (struct parse_note){
		.code = code,
		.line = line,
		.offset = offset,
		.detail = arena_copy(&result->scratch, detail),
	};
}

enum status parsers_init(void)
{
	xmlInitParser(); /* the one part of libxml2 that threads must not race for */
	cm_recall_init();
	return rules_compile();
}

void parsers_release(void)
{
	rules_release();
}
