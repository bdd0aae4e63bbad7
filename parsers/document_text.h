/*
 * A PARSER_WHOLE document that is text: decoded to UTF-8 when it is UTF-16, cut into lines,
 * and every place in it translated back to a byte of the document as it is stored.
 * Bytes of an old code page are left as they are: labels and states are ASCII.
 */
#ifndef PARSERS_DOCUMENT_TEXT_H
#define PARSERS_DOCUMENT_TEXT_H

#include "parsers/parser.h"

struct document_text {
	struct slice text; /* borrows from the bytes, or from the result's scratch */
	size_t skipped;    /* the byte order mark before it */
	bool is_utf16;
};

/* False when the text does not fit into the result's scratch: a diagnostic says so. */
bool document_text_decode(
	struct slice bytes, struct parse_result *result, struct document_text *ret_document);

/* A place that moves forward only, so that lines and bytes are counted once. */
struct text_cursor {
	const struct document_text *document;
	size_t at;             /* in document->text */
	uint64_t line, offset; /* of `at`: line from 1, bytes of the stored document */
};

struct text_line {
	struct slice text; /* without its line end */
	size_t at;         /* where it begins, in document->text */
	uint64_t line, offset;
	bool ended; /* a line end stood behind it */
};

void text_cursor_init(struct text_cursor *cursor, const struct document_text *document);
/* Moves on to `at`; a place behind is no move. */
void text_cursor_move(struct text_cursor *cursor, size_t at);
/* The line at the cursor; false at the end. */
bool text_next_line(struct text_cursor *cursor, struct text_line *ret_line);
/* How many stored bytes a part of the text stands for. */
uint64_t text_stored_bytes(const struct document_text *document, struct slice part);

/* Without blanks at both ends, no-break ones and a byte order mark too. */
struct slice text_trim(struct slice text);

#endif
