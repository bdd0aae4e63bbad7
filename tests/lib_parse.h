/*
 * Documents read by their parsers for tests, whole or piece by piece: what was handed over,
 * copied, and whether each fact stands where it says. A status that is not ST_OK fails the test.
 */
#ifndef TESTS_LIB_PARSE_H
#define TESTS_LIB_PARSE_H

#include "base/text.h"
#include "parsers/parser.h"

struct parsed {
	struct fact *facts;
	struct parse_note *notes;
	size_t fact_count, note_count;
	size_t most_facts, most_scratch; /* waiting at once to be handed over */
	uint64_t records, lines;
	int64_t first, last;
	struct arena arena;
};

/* Reads `bytes`; a stream gives `piece` bytes at a time (0: all that is asked for). The
 * caller releases the reading. */
struct parsed read_document(
	const struct parser *parser, struct slice bytes, const char *name, size_t piece);
struct parsed read_text(const struct parser *parser, const char *text);
/* The same from a stream of any length. */
struct parsed read_stream(
	const struct parser *parser, const struct byte_reader *bytes, const char *name);
void parsed_release(struct parsed *reading);

/* The fact of that kind with the number, from 0; fails the test when there is none. How many
 * of a kind there are, and how many notes of a code. */
const struct fact *fact_at(const struct parsed *reading, enum fact_kind kind, size_t number);
size_t count_of(const struct parsed *reading, enum fact_kind kind);
size_t notes_of(const struct parsed *reading, enum diagnostic_code code);
/* The words of the only note, "" without one; fails the test when there are more. */
const char *only_note(const struct parsed *reading);

#define assert_text(text, expected) check_text(text, expected, __FILE__, __LINE__)
void check_text(struct slice text, const char *expected, const char *file, int line);
/* "2026-03-06T23:54:00"; NULL for NO_TIME. */
void assert_time(int64_t actual, const char *expected);
/* Offsets of all facts are those of a '<', their lines the line ends before it plus one. */
void assert_places(const struct parsed *reading, struct slice bytes);
/* Two readings gave the same, offsets aside. */
void assert_same_facts(const struct parsed *a, const struct parsed *b);

/*
 * Reads every prefix of a saved list: none may say of a package what the whole text does not,
 * nor be a whole list before the last byte that says so.
 */
void check_prefixes(const struct parser *parser, const char *text);

/* A text in another encoding, with its byte order mark or without; for free_encoded. */
struct slice encode(const char *text, enum text_encoding encoding, bool has_bom);
void free_encoded(struct slice bytes);
/* The file under the corpus; false when it is not there. *ret_bytes is the caller's to free. */
bool corpus_read(const char *path, char **ret_bytes, size_t *ret_size);

#endif
