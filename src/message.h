/*
 * Lines for people on standard error: lower case, the subject in single quotes, then
 * what to do next. And the word that was probably meant.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "base/slice.h"
#include "base/status.h"

/*
 * Prints "dismal: ", the text and a line end in one piece. Paths and evidence in the text
 * are made printable: no control character reaches a terminal, the line stays one line.
 */
void complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* Looks for the known word next to a mistyped one: init, offer each, then read `best`. */
struct nearest {
	const char *word;
	const char *best; /* NULL when no word offered is near */
	size_t distance;
};

void nearest_init(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *known);

#endif
