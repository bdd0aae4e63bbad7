/* Documents for tests. */
#include "lib_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_READING ((size_t)1 << 30)

static struct slice keep(struct parsed *reading, struct slice text)
{
	return arena_copy(&reading->arena, text);
}

static void keep_fact(struct parsed *reading, struct fact fact)
{
	for (size_t i = 0; i < field_count; i++) {
		struct slice *text = (struct slice *)(void *)((char *)&fact + fields[i].offset);

		if (fields[i].type == FIELD_TEXT)
			*text = keep(reading, *text);
	}
	fact.words = keep(reading, fact.words);
	if ((reading->fact_count & (reading->fact_count - 1)) == 0) {
		reading->facts = reallocarray(reading->facts,
			reading->fact_count ? reading->fact_count * 2 : 1, sizeof(fact));
		assert_non_null(reading->facts);
	}
	reading->facts[reading->fact_count++] = fact;
}

static void keep_note(struct parsed *reading, struct parse_note note)
{
	note.detail = keep(reading, note.detail);
	reading->notes = reallocarray(reading->notes, reading->note_count + 1, sizeof(note));
	assert_non_null(reading->notes);
	reading->notes[reading->note_count++] = note;
}

static void take(void *self, struct parse_result *result)
{
	struct parsed *reading = self;

	if (result->fact_count > reading->most_facts)
		reading->most_facts = result->fact_count;
	if (result->scratch.used > reading->most_scratch)
		reading->most_scratch = result->scratch.used;
	for (size_t i = 0; i < result->fact_count; i++)
		keep_fact(reading, result->facts[i]);
	for (size_t i = 0; i < result->note_count; i++)
		keep_note(reading, result->notes[i]);
}

static void finish(struct parsed *reading, struct parse_result *result)
{
	assert_int_equal(result->status, ST_OK);
	take(reading, result);
	reading->records = result->records;
	reading->lines = result->lines;
	reading->first = result->first;
	reading->last = result->last;
	parse_result_release(result);
}

struct memory {
	struct slice rest;
	size_t piece;
};

static size_t read_memory(void *self, char *bytes, size_t size)
{
	struct memory *memory = self;
	size_t len = memory->piece && memory->piece < size ? memory->piece : size;
	struct slice piece = slice_from_to(memory->rest, 0, len);

	if (piece.len)
		memcpy(bytes, piece.ptr, piece.len);
	memory->rest = slice_skip(memory->rest, piece.len);
	return piece.len;
}

struct parsed read_document(
	const struct parser *parser, struct slice bytes, const char *name, size_t piece)
{
	struct memory memory = { bytes, piece };
	const struct byte_reader reader = { read_memory, &memory };
	struct parsed reading = { 0 };
	struct parse_result result;

	if (parser->shape == PARSER_STREAM)
		return read_stream(parser, &reader, name);
	arena_init(&reading.arena, MAX_READING);
	parse_result_init(&result);
	result.name = slice_from(name);
	parser->read(bytes, &result);
	finish(&reading, &result);
	return reading;
}

struct parsed read_stream(
	const struct parser *parser, const struct byte_reader *bytes, const char *name)
{
	struct parsed reading = { 0 };
	struct parse_result result;

	arena_init(&reading.arena, MAX_READING);
	parse_result_init(&result);
	result.name = slice_from(name);
	result.flush = take;
	result.flush_self = &reading;
	parser->read_stream(bytes, &result);
	finish(&reading, &result);
	return reading;
}

struct parsed read_text(const struct parser *parser, const char *text)
{
	return read_document(parser, slice_from(text), "", 0);
}

void parsed_release(struct parsed *reading)
{
	free(reading->facts);
	free(reading->notes);
	arena_release(&reading->arena);
}

const struct fact *fact_at(const struct parsed *reading, enum fact_kind kind, size_t number)
{
	for (size_t i = 0; i < reading->fact_count; i++)
		if (reading->facts[i].kind == kind && number-- == 0)
			return &reading->facts[i];
	fail_msg("no such fact: %s", fact_name(kind));
	abort();
}

size_t count_of(const struct parsed *reading, enum fact_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < reading->fact_count; i++)
		count += reading->facts[i].kind == kind;
	return count;
}

size_t notes_of(const struct parsed *reading, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < reading->note_count; i++)
		count += reading->notes[i].code == code;
	return count;
}

const char *only_note(const struct parsed *reading)
{
	if (!reading->note_count)
		return "";
	assert_int_equal(reading->note_count, 1);
	assert_int_equal(reading->notes[0].code, DIAG_XML_REFUSED);
	return reading->notes[0].detail.ptr;
}

void check_text(struct slice text, const char *expected, const char *file, int line)
{
	if (slice_equal(text, slice_from(expected)))
		return;
	print_error("'%.*s' is not '%s'\n", SLICE_ARG(text), expected);
	_fail(file, line);
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

void assert_places(const struct parsed *reading, struct slice bytes)
{
	size_t bom;
	enum text_encoding encoding = text_detect(bytes, &bom);
	size_t low = encoding == TEXT_UTF16BE, width = encoding == TEXT_UTF8 ? 1 : 2;

	for (size_t i = 0; i < reading->fact_count; i++) {
		const struct place *at = &reading->facts[i].at;
		uint64_t line = 1;

		assert_true(at->offset + low < bytes.len);
		assert_int_equal(bytes.ptr[at->offset + low], '<');
		for (size_t k = bom + low; k < at->offset; k += width)
			line += bytes.ptr[k] == '\n' &&
				(width == 1 || bytes.ptr[low ? k - 1 : k + 1] == '\0');
		assert_int_equal(at->line, line);
	}
}

void assert_same_facts(const struct parsed *a, const struct parsed *b)
{
	assert_int_equal(a->fact_count, b->fact_count);
	for (size_t i = 0; i < a->fact_count; i++) {
		const struct fact *x = &a->facts[i], *y = &b->facts[i];

		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->flags, y->flags);
		assert_int_equal(x->at.line, y->at.line);
		assert_int_equal(x->when, y->when);
		assert_int_equal(x->utc, y->utc);
		assert_int_equal(x->begun, y->begun);
		assert_true(slice_equal(x->words, y->words));
		for (size_t k = 0; k < field_count; k++) {
			const char *from = (const char *)x + fields[k].offset;
			const char *to = (const char *)y + fields[k].offset;

			if (fields[k].type == FIELD_TEXT)
				assert_true(slice_equal(*(const struct slice *)(const void *)from,
					*(const struct slice *)(const void *)to));
			else
				assert_memory_equal(from, to, sizeof(uint32_t));
		}
	}
}

static size_t put_unit(char *to, unsigned unit, enum text_encoding encoding)
{
	to[encoding == TEXT_UTF16BE] = (char)(unit & 0xFF);
	to[encoding != TEXT_UTF16BE] = (char)(unit >> 8);
	return 2;
}

/* The code point at the head of valid UTF-8, and its length. */
static unsigned code_point(const unsigned char *text, size_t *ret_len)
{
	*ret_len = text[0] < 0x80 ? 1 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
	switch (*ret_len) {
	case 1:
		return text[0];
	case 2:
		return (text[0] & 0x1Fu) << 6 | (text[1] & 0x3Fu);
	case 3:
		return (text[0] & 0xFu) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
	default:
		return (text[0] & 0x7u) << 18 | (text[1] & 0x3Fu) << 12 | (text[2] & 0x3Fu) << 6 |
			(text[3] & 0x3Fu);
	}
}

struct slice encode(const char *text, enum text_encoding encoding, bool has_bom)
{
	char *bytes = malloc(strlen(text) * 2 + 4);
	size_t at = 0, len;

	assert_non_null(bytes);
	if (encoding == TEXT_UTF8) {
		memcpy(bytes, "\xEF\xBB\xBF", 3);
		at = has_bom ? 3 : 0;
		memcpy(bytes + at, text, strlen(text));
		return (struct slice){ bytes, at + strlen(text) };
	}
	if (has_bom)
		at += put_unit(bytes, 0xFEFF, encoding);
	for (; *text; text += len) {
		unsigned point = code_point((const unsigned char *)text, &len);

		if (point >= 0x10000) {
			at += put_unit(bytes + at, 0xD7C0 + (point >> 10), encoding);
			point = 0xDC00 | (point & 0x3FF);
		}
		at += put_unit(bytes + at, point, encoding);
	}
	return (struct slice){ bytes, at };
}

void free_encoded(struct slice bytes)
{
	char *own;

	memcpy(&own, &bytes.ptr, sizeof(own)); /* it was no constant when it was made */
	free(own);
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

/* Prefixes */

/* What a member of a list is called. */
static struct slice key_of(const struct fact *fact)
{
	if (fact->package.len)
		return fact->package;
	return fact->identifier.len ? fact->identifier : fact->name;
}

static bool is_said(const struct parsed *whole, const struct fact *fact)
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

void check_prefixes(const struct parser *parser, const char *text)
{
	struct parsed whole = read_text(parser, text), part;
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		/* A copy of its own, so that a byte too far is a fault. */
		char *prefix = malloc(i ? i : 1);

		assert_non_null(prefix);
		memcpy(prefix, text, i);
		part = read_document(parser, (struct slice){ prefix, i }, "", 0);
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
		parsed_release(&part);
		free(prefix);
	}
	parsed_release(&whole);
}
