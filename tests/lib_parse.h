/* One document, one parser, its result: what tests of parsers share. */
#ifndef TESTS_LIB_PARSE_H
#define TESTS_LIB_PARSE_H

#include "parsers/parser.h"

/* Reads bytes with the parser of that name; the result is the caller's to release. */
void parse_bytes(const char *name, struct slice bytes, struct parse_result *result);
void parse_text(const char *parser, const char *text, struct parse_result *result);
/* The file under the corpus; false when it is not there. *ret_bytes is the caller's to free. */
bool corpus_read(const char *path, char **ret_bytes, size_t *ret_size);
/* The number-th fact of that kind from 0; fails the test when there is none. */
const struct fact *parsed_fact(const struct parse_result *result, enum fact_kind kind, size_t number);
size_t facts_of(const struct parse_result *result, enum fact_kind kind);
size_t notes_of(const struct parse_result *result, enum diagnostic_code code);
void assert_slice(struct slice actual, const char *expected);
/* "2026-03-06T23:54:00"; NULL for NO_TIME. */
void assert_time(int64_t actual, const char *expected);

/* UTF-16LE with its byte order mark of ASCII text; to be freed. */
char *utf16_of(const char *text, size_t *ret_size);

/*
 * Reads every prefix of the text: no prefix may say of a package what the whole text does
 * not, nor be a whole list before the last byte that says so.
 */
void check_prefixes(const char *parser, const char *text);

#endif
