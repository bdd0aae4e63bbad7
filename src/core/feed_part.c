/* A file of a feed: read, decoded, counted. */
#include "core/feed_part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PIECE    ((size_t)128 << 10) /* taken from the stream at once */
#define MAX_LEFT 8                   /* bytes that make no whole character */

enum status feed_part_open(struct feed_part *part, const struct feed_source *source, bool is_first,
	struct diagnostics *diagnostics)
{
	char mark[4];
	size_t bom, got = 0;

	*part = (struct feed_part){
		.source = *source, .diagnostics = diagnostics, .ended_with_lf = true
	};
	part->encoding = text_detect(stream_head(source->stream), &bom);
	part->raw = malloc(PIECE + MAX_LEFT);
	if (!part->raw) {
		feed_part_close(part);
		return ST_NOMEM;
	}
	if (bom && (part->encoding != TEXT_UTF8 || !is_first)) {
		(void)!stream_read(source->stream, mark, bom, &got);
		part->raw_at = got;
	}
	return ST_OK;
}

void feed_part_close(struct feed_part *part)
{
	if (part->source.stream)
		stream_close(part->source.stream);
	free(part->raw);
	*part = (struct feed_part){ 0 };
}

void feed_part_head(const struct feed_part *part, struct buf *text)
{
	struct slice head = stream_head(part->source.stream);

	if (part->encoding == TEXT_UTF8)
		buf_put(text, head);
	else
		(void)text_from_utf16(text, head, part->encoding, true);
}

uint64_t feed_part_size(const struct feed_part *part, struct slice text)
{
	return part->encoding == TEXT_UTF8 ? text.len : text_utf16_bytes(text);
}

void feed_part_note(struct feed_part *part, enum diagnostic_code code, uint64_t line,
	uint64_t offset, struct slice detail)
{
	struct place at = { .input = part->source.input,
		.member = part->source.member,
		.line = line,
		.offset = offset };

	diagnostics_add(part->diagnostics, code, at, detail);
}

/* How the stream ended, when not well. */
static void note_stream(struct feed_part *part, enum status status)
{
	uint64_t at = part->raw_at;

	part->is_broken = status != ST_OK;
	if (status == ST_DAMAGED)
		feed_part_note(part, DIAG_COMPRESSED_DAMAGED, 0, at, SLICE_NONE);
	else if (status == ST_LIMIT)
		feed_part_note(part, DIAG_COMPRESSED_LIMIT, 0, at, SLICE_NONE);
	else if (status == ST_IO)
		feed_part_note(part, DIAG_CANNOT_OPEN, 0, at, slice_from(strerror(errno)));
	else if (status == ST_FORMAT)
		feed_part_note(part, DIAG_NEEDS_READER, 0, at,
			SLICE("the libarchive of this build cannot take this compression off"));
	else if (status == ST_NOMEM)
		part->status = status;
	else if (stream_has_trailer(part->source.stream))
		feed_part_note(part, DIAG_COMPRESSED_TRAILER, 0, at, SLICE_NONE);
}

/* Reads up to PIECE raw bytes to `to`; at the end or an error, says so in `part`. */
static size_t read_raw(struct feed_part *part, char *to)
{
	size_t got = 0;
	enum status status = stream_read(part->source.stream, to, PIECE, &got);

	if (status != ST_OK || !got) {
		part->at_end = true;
		note_stream(part, status);
	}
	return got;
}

/* UTF-8 goes where it belongs without a copy. */
static void read_utf8(struct feed_part *part, struct buf *text)
{
	char *room = buf_room(text, PIECE);

	if (!room) {
		part->status = ST_NOMEM;
		part->at_end = true;
		return;
	}
	buf_grew(text, read_raw(part, room));
}

/* What does not make a whole character yet stays in `raw` for the next read. */
static void read_utf16(struct feed_part *part, struct buf *text)
{
	size_t got = part->raw_left + read_raw(part, part->raw + part->raw_left);
	size_t used = text_from_utf16(
		text, (struct slice){ part->raw, got }, part->encoding, part->at_end);

	part->raw_left = got - used;
	memmove(part->raw, part->raw + used, part->raw_left);
}

/* After an over-long line: drops what is left of it. */
static void skip_rest_of_line(struct feed_part *part, struct buf *text)
{
	size_t lf = slice_find_char(buf_slice(text), '\n');
	size_t dropped = lf == SLICE_MISSING ? text->len : lf + 1;

	part->source.report->damaged += dropped;
	part->raw_at += feed_part_size(part, slice_from_to(buf_slice(text), 0, dropped));
	memmove(text->ptr, text->ptr + dropped, text->len - dropped);
	text->len -= dropped;
	part->skipping = lf == SLICE_MISSING;
	if (!part->skipping) {
		part->passed++;
		part->ended_with_lf = true;
	}
}

void feed_part_fill(struct feed_part *part, struct buf *text, size_t max)
{
	while (!part->at_end && text->len < max) {
		if (part->encoding == TEXT_UTF8)
			read_utf8(part, text);
		else
			read_utf16(part, text);
		if (part->skipping && text->len)
			skip_rest_of_line(part, text);
	}
}

void feed_part_skip_line(struct feed_part *part, uint64_t offset)
{
	part->skipping = true;
	feed_part_note(part, DIAG_LINE_TOO_LONG, 0, offset, SLICE_NONE);
}

static void note_size(struct feed_part *part)
{
	struct report_input *report = part->source.report;
	struct slice hash = stream_sha256(part->source.stream);

	report->bytes = stream_stored_bytes(part->source.stream);
	if (hash.len)
		report->sha256 = arena_copy(part->diagnostics->arena, hash);
}

void feed_part_finish(struct feed_part *part, bool goes_on)
{
	if (!part->source.member)
		note_size(part);
	if (!part->ended_with_lf && !goes_on)
		feed_part_note(part, DIAG_CUT_LAST_LINE, part->lines + 1, part->raw_at, SLICE_NONE);
}
