/* Documents that are text: encoding, lines, places. */
#include "parsers/document_text.h"

#include "base/text.h"

/* UTF-16 of MAX_WHOLE bytes gives at most one and a half times as many; scratch must have
 * room for what the reader itself keeps. */
#define MAX_DECODED (MAX_PARSE_SCRATCH - ((size_t)8 << 20))

bool document_text_decode(
	struct slice bytes, struct parse_result *result, struct document_text *ret_document)
{
	struct document_text document = { 0 };
	enum text_encoding encoding = text_detect(bytes, &document.skipped);
	struct buf text;
	bool fits;

	document.text = slice_skip(bytes, document.skipped);
	document.is_utf16 = encoding != TEXT_UTF8;
	if (!document.is_utf16) {
		*ret_document = document;
		return true;
	}
	buf_init(&text, MAX_DECODED);
	(void)text_from_utf16(&text, document.text, encoding, true);
	document.text = arena_copy(&result->scratch, buf_slice(&text));
	fits = text.status == ST_OK && document.text.len == text.len;
	if (text.status == ST_LIMIT)
		parse_result_note(result, DIAG_FILE_TOO_LARGE, 1, 0, SLICE_NONE);
	else if (!fits)
		result->status = ST_NOMEM;
	buf_release(&text);
	if (fits)
		*ret_document = document;
	return fits;
}

uint64_t text_stored_bytes(const struct document_text *document, struct slice part)
{
	return document->is_utf16 ? text_utf16_bytes(part) : part.len;
}

void text_cursor_init(struct text_cursor *cursor, const struct document_text *document)
{
	*cursor = (struct text_cursor){
		.document = document,
		.line = 1,
		.offset = document->skipped,
	};
}

void text_cursor_move(struct text_cursor *cursor, size_t at)
{
	struct slice passed = slice_from_to(cursor->document->text, cursor->at, at);

	if (at <= cursor->at)
		return;
	cursor->offset += text_stored_bytes(cursor->document, passed);
	cursor->at += passed.len;
	while (passed.len) {
		const char *end = memchr(passed.ptr, '\n', passed.len);

		if (!end)
			break;
		cursor->line++;
		passed = slice_skip(passed, (size_t)(end - passed.ptr) + 1);
	}
}

bool text_next_line(struct text_cursor *cursor, struct text_line *ret_line)
{
	struct slice rest = slice_skip(cursor->document->text, cursor->at);
	size_t len = slice_find_char(rest, '\n');
	bool ended = len != SLICE_MISSING;

	if (!rest.len)
		return false;
	*ret_line = (struct text_line){
		.text = ended ? slice_from_to(rest, 0, len) : rest,
		.at = cursor->at,
		.line = cursor->line,
		.offset = cursor->offset,
		.ended = ended,
	};
	while (ret_line->text.len && ret_line->text.ptr[ret_line->text.len - 1] == '\r')
		ret_line->text.len--;
	text_cursor_move(cursor, ended ? cursor->at + len + 1 : cursor->document->text.len);
	return true;
}

/* Blanks that other programs put in: no-break, narrow no-break, byte order mark. */
static const struct slice wide_blanks[] = {
	{ "\xC2\xA0", 2 },
	{ "\xE2\x80\xAF", 3 },
	{ "\xEF\xBB\xBF", 3 },
};

static bool trim_wide(struct slice *text)
{
	for (size_t i = 0; i < sizeof(wide_blanks) / sizeof(wide_blanks[0]); i++) {
		struct slice blank = wide_blanks[i];

		if (slice_starts(*text, blank)) {
			*text = slice_skip(*text, blank.len);
			return true;
		}
		if (text->len >= blank.len &&
			slice_equal(slice_skip(*text, text->len - blank.len), blank)) {
			text->len -= blank.len;
			return true;
		}
	}
	return false;
}

struct slice text_trim(struct slice text)
{
	text = slice_trim(text);
	while (text.len && trim_wide(&text))
		text = slice_trim(text);
	return text;
}
