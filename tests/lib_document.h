/*
 * Documents read by their parsers, whole or piece by piece: what was handed over, copied, and
 * whether each fact stands where it says.
 */
#ifndef TESTS_LIB_DOCUMENT_H
#define TESTS_LIB_DOCUMENT_H

#include "base/text.h"
#include "parsers/parser.h"

struct reading {
	struct fact *facts;
	struct parse_note *notes;
	size_t count, note_count;
	size_t most_facts, most_scratch; /* waiting at once to be handed over */
	uint64_t records, lines;
	int64_t first, last;
	enum status status;
	struct arena arena;
};

/* Reads `bytes`; a stream gives `piece` bytes at a time (0: all that is asked for). The
 * caller releases the reading. */
struct reading read_document(
	const struct parser *parser, struct slice bytes, const char *name, size_t piece);
struct reading read_text(const struct parser *parser, const char *text);
/* The same from a stream of any length. */
struct reading read_bytes(
	const struct parser *parser, const struct byte_reader *bytes, const char *name);
void read_document_release(struct reading *reading);

/* The fact of that kind with the number, from 0; NULL. How many of a kind there are. */
const struct fact *fact_at(const struct reading *reading, enum fact_kind kind, size_t number);
size_t count_of(const struct reading *reading, enum fact_kind kind);
/* The words of the only note, "" without one; fails the test when there are more. */
const char *only_note(const struct reading *reading);

/* Offsets of all facts are those of a '<' (of `text`, for other documents), their lines the
 * line ends before it plus one. */
void assert_places(const struct reading *reading, struct slice bytes);
/* Two readings gave the same, places aside. */
void assert_same_facts(const struct reading *a, const struct reading *b);

/* A text in another encoding, with its byte order mark or without. */
struct slice encode(const char *text, enum text_encoding encoding, bool has_bom);
void free_encoded(struct slice bytes);

#define assert_text(text, expected) check_text(text, expected, __FILE__, __LINE__)
void check_text(struct slice text, const char *expected, const char *file, int line);

#endif
