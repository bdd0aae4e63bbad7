/*
 * Questions to the words of a message (cm_words.h): where a word stands, which number belongs to
 * it, whether failure is told. Places are numbers of words; SAID_MISSING: nowhere.
 */
#ifndef PARSERS_CM_SAID_H
#define PARSERS_CM_SAID_H

#include "model/fact.h"
#include "parsers/cm_words.h"

#define SAID_MISSING SIZE_MAX

/* The meaning of a word; CM_OTHER behind the last. */
enum cm_meaning said_at(const struct cm_words *said, size_t i);
/* Whether word `i` has that meaning, and nothing but "=", a quote or blanks before it. */
bool said_joined(const struct cm_words *said, size_t i, enum cm_meaning meaning);
size_t said_find(const struct cm_words *said, enum cm_meaning meaning);
size_t said_find_from(const struct cm_words *said, size_t from, enum cm_meaning meaning);
/* Whether word `i` is this one, whatever the case. */
bool said_word(const struct cm_words *said, size_t i, const char *text);
/* Whether a new sentence begins behind `from`, up to `to`; with "ID: 5" none does. */
bool said_parted(const struct cm_words *said, size_t from, size_t to);
/* Whether a sentence begins with word `i`, "Now", "Successfully" and the like aside. */
bool said_first(const struct cm_words *said, size_t i);

/* Whether word `i` can be an id: a decimal number or what was redacted, joined. */
bool said_is_id(const struct cm_words *said, size_t i);
/* Where the id of a noun (update, schedule, …) stands: "update (1 of 37) with ID 5", "UpdateID=5",
 * "update 16777300". SAID_MISSING also when there are two that differ. */
size_t said_id(const struct cm_words *said, enum cm_meaning noun);

/* "index 1", "package CAS00123", "schedule with ID 5", "error code 0x8007007b" into the fact. */
void said_take_index(const struct cm_words *said, struct fact *fact);
bool said_take_package(const struct cm_words *said, struct fact *fact);
void said_take_schedule(const struct cm_words *said, struct fact *fact);
void said_take_code(const struct cm_words *said, struct fact *fact);
/* What stands in quotes behind a name: "Image file='D:\x.wim', "; empty without. */
struct slice said_quoted(struct slice text, struct slice name);

/* Whether word `i`, or any, tells of a failure: not "no errors", not "error 0". */
bool said_word_fails(const struct cm_words *said, size_t i);
bool said_fails(const struct cm_words *said);

#endif
