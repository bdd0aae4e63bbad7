/*
 * UTF-8, one character at a time: for escaping in JSON and for counting the columns of
 * a page. Bytes that are no UTF-8 read as U+FFFD, one a byte, so that no output carries them.
 */
#ifndef EMIT_UTF8_H
#define EMIT_UTF8_H

#include <stdio.h>

#include "base/slice.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Takes one character off *rest, which must not be empty. */
uint32_t utf8_next(struct slice *rest);
void utf8_put(FILE *to, uint32_t c);

/* Control characters of ASCII and Latin-1, line separators, marks that turn the direction. */
bool utf8_is_control(uint32_t c);
/* How many columns of a terminal a character takes: 0, 1 or 2. */
unsigned utf8_columns(uint32_t c);

#endif
