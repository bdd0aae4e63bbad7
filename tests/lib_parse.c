#include "lib_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void parse_bytes(const char *name, struct slice bytes, struct parse_result *result)
{
	const struct parser *parser = parser_find(slice_from(name));

	assert_non_null(parser);
	parse_result_init(result);
	parser->read(bytes, result);
	assert_int_equal(result->status, ST_OK);
}

void parse_text(const char *parser, const char *text, struct parse_result *result)
{
	parse_bytes(parser, slice_from(text), result);
}

bool corpus_read(const char *path, char **ret_bytes, size_t *ret_size)
{
	const char *corpus = getenv("DISMAL_CORPUS");
	char name[1024];
	FILE *file;

	if (!corpus)
		return false;
	(void)snprintf(name, sizeof(name), "%s/%s", corpus, path);
	file = fopen(name, "rbe");
	if (!file)
		return false;
	*ret_bytes = malloc((size_t)1 << 20);
	assert_non_null(*ret_bytes);
	*ret_size = fread(*ret_bytes, 1, (size_t)1 << 20, file);
	(void)fclose(file);
	return true;
}

const struct fact *parsed_fact(const struct parse_result *result, enum fact_kind kind, size_t number)
{
	for (size_t i = 0; i < result->fact_count; i++)
		if (result->facts[i].kind == kind && number-- == 0)
			return &result->facts[i];
	fail_msg("no such %s", fact_name(kind));
	return NULL;
}

size_t facts_of(const struct parse_result *result, enum fact_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < result->fact_count; i++)
		count += result->facts[i].kind == kind;
	return count;
}

size_t notes_of(const struct parse_result *result, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < result->note_count; i++)
		count += result->notes[i].code == code;
	return count;
}

void assert_slice(struct slice actual, const char *expected)
{
	if (!slice_equal(actual, slice_from(expected)))
		fail_msg("'%.*s' is not '%s'", SLICE_ARG(actual), expected);
}

void assert_time(int64_t actual, const char *expected)
{
	char text[CIVIL_TEXT];

	if (!expected) {
		assert_true(actual == NO_TIME);
		return;
	}
	assert_true(actual != NO_TIME);
	civil_print(actual, text);
	assert_string_equal(text, expected);
}

char *utf16_of(const char *text, size_t *ret_size)
{
	size_t len = strlen(text);
	char *bytes = malloc(2 * len + 2);

	assert_non_null(bytes);
	memcpy(bytes, "\xFF\xFE", 2);
	for (size_t i = 0; i < len; i++) {
		bytes[2 * i + 2] = text[i];
		bytes[2 * i + 3] = '\0';
	}
	*ret_size = 2 * len + 2;
	return bytes;
}

/* What a member of a list is called. */
static struct slice key_of(const struct fact *fact)
{
	if (fact->package.len)
		return fact->package;
	return fact->identifier.len ? fact->identifier : fact->name;
}

static bool is_said(const struct parse_result *whole, const struct fact *fact)
{
	for (size_t i = 0; i < whole->fact_count; i++) {
		const struct fact *other = &whole->facts[i];

		if (other->kind == fact->kind && slice_equal(key_of(other), key_of(fact)) &&
			(fact->current == STATE_NONE || fact->current == other->current) &&
			(fact->when == NO_TIME || other->when == NO_TIME ||
				fact->when == other->when))
			return true;
	}
	return false;
}

void check_prefixes(const char *parser, const char *text)
{
	struct parse_result whole, part;
	size_t len = strlen(text);

	parse_text(parser, text, &whole);
	for (size_t i = 0; i < len; i++) {
		/* A copy of its own, so that a byte too far is a fault. */
		char *prefix = malloc(i ? i : 1);

		assert_non_null(prefix);
		memcpy(prefix, text, i);
		parse_bytes(parser, (struct slice){ prefix, i }, &part);
		for (size_t j = 0; j < part.fact_count; j++) {
			const struct fact *fact = &part.facts[j];

			if (fact->kind != FACT_LISTING && !is_said(&whole, fact))
				fail_msg("%zu bytes: %s %.*s%.*s %s", i, fact_name(fact->kind),
					SLICE_ARG(fact->package), SLICE_ARG(fact->name),
					state_word(fact->current));
			if (fact->kind == FACT_LISTING && (fact->flags & FLAG_COMPLETE))
				for (size_t k = 0; k <= j; k++)
					assert_true(part.facts[k].kind == whole.facts[k].kind &&
						part.facts[k].index == whole.facts[k].index);
		}
		parse_result_release(&part);
		free(prefix);
	}
	parse_result_release(&whole);
}
