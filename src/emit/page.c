/* Wrapping, cutting and colouring of text for people. */
#include "emit/page.h"

#include <string.h>

#include "emit/utf8.h"

#define ELLIPSIS 0x2026
#define TIE      0xA0 /* PAGE_TIE */

void page_init(struct page *page, FILE *to, unsigned width, bool color)
{
	*page = (struct page){ .to = to, .width = width, .color = color };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next character as it may be printed. */
static uint32_t next_printable(struct slice *rest)
{
	uint32_t c = utf8_next(rest);

	if (c == TIE || (c < 0x80 && is_blank((char)c)))
		return ' ';
	return utf8_is_control(c) ? UTF8_REPLACEMENT : c;
}

unsigned page_columns(struct slice text)
{
	unsigned columns = 0;

	while (text.len)
		columns += utf8_columns(next_printable(&text));
	return columns;
}

static void put_character(struct page *page, uint32_t c)
{
	utf8_put(page->to, c);
	page->column += utf8_columns(c);
}

void page_pad(struct page *page, unsigned column)
{
	page->wants_blank = page->has_word = false;
	while (page->column < column)
		put_character(page, ' ');
}

void page_indent(struct page *page, unsigned column)
{
	page->indent = column;
}

void page_end_line(struct page *page)
{
	putc('\n', page->to);
	page->column = 0;
	page->wants_blank = page->has_word = false;
}

static void start_style(struct page *page, enum page_style style)
{
	static const char *const starts[] = {
		[STYLE_PLAIN] = "",
		[STYLE_HEAD] = "\033[1m",
		[STYLE_DIM] = "\033[2m",
		[STYLE_WARN] = "\033[33m",
		[STYLE_BAD] = "\033[31m",
	};

	if (page->color)
		fputs(starts[style], page->to);
}

static void end_style(struct page *page, enum page_style style)
{
	if (page->color && style != STYLE_PLAIN)
		fputs("\033[0m", page->to);
}

static void wrap(struct page *page)
{
	page_end_line(page);
	page_pad(page, page->indent);
}

/*
 * Whether a word has room on this line. The last column is kept for a comma or colon
 * that follows without a blank and must not start a line.
 */
static bool fits(const struct page *page, struct slice word)
{
	unsigned columns = page_columns(word);
	unsigned limit = columns == 1 && !page->wants_blank ? page->width : page->width - 1;

	return page->column + columns + page->wants_blank <= limit;
}

/* How much of a word that is longer than the line goes on it: up to the last '~', '/' or '\\'
 * that fits, so that names and versions stay whole; all that fits when there is none. */
static size_t cut_word(const struct page *page, struct slice word)
{
	struct slice rest = word;
	unsigned column = page->column;
	size_t cut = 0, fitting = 0;

	while (rest.len) {
		column += utf8_columns(next_printable(&rest));
		if (column > page->width)
			break;
		fitting = word.len - rest.len;
		if (rest.len && memchr("~/\\", word.ptr[fitting - 1], 3))
			cut = fitting;
	}
	return !rest.len && column <= page->width ? word.len : cut ? cut : fitting;
}

static size_t first_length(struct slice word)
{
	struct slice rest = word;

	(void)next_printable(&rest);
	return word.len - rest.len;
}

static void put_part(struct page *page, struct slice part)
{
	while (part.len)
		put_character(page, next_printable(&part));
}

/* A word, on the next line when it does not fit on this one, on several when on none. */
static void put_word(struct page *page, struct slice word)
{
	if (page->has_word && !fits(page, word))
		wrap(page);
	else if (page->wants_blank)
		put_character(page, ' ');
	page->has_word = true;
	page->wants_blank = false;
	while (word.len) {
		size_t len = cut_word(page, word);
		bool is_fresh = page->column <= page->indent;

		if (!len && is_fresh) /* a page narrower than its indent */
			len = first_length(word);
		put_part(page, slice_from_to(word, 0, len));
		word = slice_skip(word, len);
		if (word.len)
			wrap(page);
	}
}

void page_words(struct page *page, enum page_style style, struct slice text)
{
	if (text.len == 0)
		return;
	start_style(page, style);
	while (text.len) {
		size_t len = 0;

		if (is_blank(text.ptr[0])) {
			page->wants_blank = page->has_word;
			text = slice_skip(text, 1);
			continue;
		}
		while (len < text.len && !is_blank(text.ptr[len]))
			len++;
		put_word(page, slice_from_to(text, 0, len));
		text = slice_skip(text, len);
	}
	end_style(page, style);
}

void page_text(struct page *page, enum page_style style, const char *text)
{
	page_words(page, style, slice_from(text));
}

/* Prints the columns from `from` up to, not including, `to`. */
static void put_span(struct page *page, struct slice text, unsigned from, unsigned to)
{
	unsigned at = 0;

	while (text.len) {
		uint32_t c = next_printable(&text);

		if (at >= from && at + utf8_columns(c) <= to)
			put_character(page, c);
		at += utf8_columns(c);
	}
}

void page_fit(struct page *page, enum page_style style, struct slice text, unsigned width,
	enum page_cut cut)
{
	unsigned columns = page_columns(text);
	unsigned tail = cut == CUT_MIDDLE && width > 0 ? (width - 1) / 2 : 0;

	start_style(page, style);
	if (columns <= width) {
		put_span(page, text, 0, columns);
	} else if (width > 0) {
		put_span(page, text, 0, width - 1 - tail);
		put_character(page, ELLIPSIS);
		put_span(page, text, columns - tail, tail ? columns : 0);
	}
	end_style(page, style);
}
