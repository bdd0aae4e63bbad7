/*
 * A page of text for people: words that wrap at a given width, colours, and nothing
 * that could steer a terminal. Control characters of the evidence never reach the page,
 * blanks of any kind count as one, widths are columns of a terminal.
 */
#ifndef EMIT_PAGE_H
#define EMIT_PAGE_H

#include <stdio.h>

#include "base/slice.h"

enum page_style { STYLE_PLAIN, STYLE_HEAD, STYLE_DIM, STYLE_WARN, STYLE_BAD };

struct page {
	FILE *to;
	unsigned width;
	bool color;
	unsigned column;  /* columns of this line that are taken */
	unsigned indent;  /* where a line that wraps goes on */
	bool has_word;    /* since the line began or was filled up */
	bool wants_blank; /* a blank stands between the last word and the next */
};

void page_init(struct page *page, FILE *to, unsigned width, bool color);

/* Fills up with blanks to a column; no effect when the line is already there. */
void page_pad(struct page *page, unsigned column);
/* Wrapped lines go on at this column. */
void page_indent(struct page *page, unsigned column);
void page_end_line(struct page *page);

/*
 * Words, wrapped at blanks. A text that neither starts nor follows a blank joins the
 * word before it. PAGE_TIE holds words together and prints as a blank. A word wider than
 * a whole line is broken.
 */
#define PAGE_TIE "\xC2\xA0"

void page_words(struct page *page, enum page_style style, struct slice text);
void page_text(struct page *page, enum page_style style, const char *text);

/* The text in at most `width` columns on this line, its end or its middle an ellipsis. */
enum page_cut { CUT_END, CUT_MIDDLE };
void page_fit(struct page *page, enum page_style style, struct slice text, unsigned width,
	enum page_cut cut);

/* The columns that a text takes on a page. */
unsigned page_columns(struct slice text);

#endif
