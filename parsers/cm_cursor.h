/*
 * What the parts of the record reader share: steps of the cursor, beginnings and ends of
 * records, and their fields.
 */
#ifndef PARSERS_CM_CURSOR_H
#define PARSERS_CM_CURSOR_H

#include "parsers/cm_tail.h"

/* gcc makes loops wide at -O3 only, clang does it anyway and knows no such attribute. */
#ifdef __clang__
#define WIDE_LOOP
#else
#define WIDE_LOOP __attribute__((optimize("O3")))
#endif

/* Notes at the place of the record. */
void cm_note(struct cm_cursor *cursor, enum diagnostic_code code, const struct cm_record *record);

/* Steps to `to`, counting lines. */
void cm_advance(struct cm_cursor *cursor, size_t to);

/* A record that begins at `from`: empty but for its place. Counts it. */
void cm_begin(struct cm_cursor *cursor, size_t from, struct cm_record *record);

/* The record ends at `end`; the cursor steps there. Lines may end before `counted`, none does
 * behind it: the caller knows that of most tails. Says when it is torn. */
void cm_finish_counting(
	struct cm_cursor *cursor, size_t counted, size_t end, struct cm_record *record);
void cm_finish(struct cm_cursor *cursor, size_t end, struct cm_record *record);

/* What surrounds a message: blanks, line ends, NULs, and the tildes that end lines of SMS. */
static inline bool cm_is_outer(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '~';
}

/* `end` without blanks, line ends and NULs before it; tildes stay. */
size_t cm_trim_end(struct slice bytes, size_t from, size_t end);

/* A text without what surrounds a message. */
struct slice cm_message_text(struct slice text);

/* As CMTrace colours a line: "error", "fail" but not "failover", "warn". */
enum log_level cm_level_of(struct slice message);

/* Takes a thread's number; one that does not fit is said, words in its place are none. */
void cm_take_thread(
	struct cm_cursor *cursor, struct cm_record *record, struct slice text, bool hex);

/* Takes what the tail says: form, component, level, thread, times. The message was set. */
void cm_set_tail(struct cm_cursor *cursor, struct cm_record *record, const struct cm_tail *tail);

/* Reads text from the cursor on; what looks like a <![LOG[ before `blind` is none. False when it
 * was no record: it was counted and skipped. */
bool cm_take_text(struct cm_cursor *cursor, size_t blind, struct cm_record *record);

#endif
