/* Lines for people on standard error, and guessing what a mistyped word meant. */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MAX_MESSAGE 65536
#define MAX_WORD    40 /* longer words are not compared */

/* text_put_clean leaves TAB and LF, which would break or forge a line. */
static void one_line(struct buf *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (line->ptr[i] == '\n' || line->ptr[i] == '\t')
			line->ptr[i] = ' ';
}

void complain(const char *format, ...)
{
	struct buf line;
	va_list args;
	char *text = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	buf_init(&line, MAX_MESSAGE);
	buf_puts(&line, "dismal: ");
	text_put_clean(&line, (struct slice){ text, (size_t)len }, true);
	one_line(&line);
	if (line.ptr)
		fprintf(stderr, "%s\n", line.ptr);
	buf_release(&line);
	free(text);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance: letters inserted, dropped or changed. One row at a time. */
static size_t word_distance(const char *a, const char *b)
{
	size_t row[MAX_WORD + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > MAX_WORD || b_len > MAX_WORD)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t changed = diagonal + (to_lower(a[i - 1]) != to_lower(b[j - 1]));

			diagonal = row[j];
			row[j] = min3(row[j] + 1, row[j - 1] + 1, changed);
		}
	}
	return row[b_len];
}

void nearest_init(struct nearest *nearest, const char *word)
{
	*nearest = (struct nearest){ .word = word, .distance = strlen(word) / 3 + 1 };
}

void nearest_offer(struct nearest *nearest, const char *known)
{
	size_t distance = word_distance(nearest->word, known);

	if (distance > nearest->distance || (nearest->best && distance == nearest->distance))
		return;
	nearest->best = known;
	nearest->distance = distance;
}
