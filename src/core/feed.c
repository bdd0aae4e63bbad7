/* Inputs as facts: reading, cutting into blocks, decoding, absolute places. */
#include "core/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FEED_READ    ((size_t)128 << 10) /* taken from the stream at once */
#define MAX_LINE     ((size_t)1 << 20)   /* a longer line is cut, the rest skipped */
#define MAX_REVERSED ((size_t)64 << 20)  /* bytes of a newest-first copy */

struct block {
	struct task task;
	struct buf text; /* UTF-8, ends between records */
	struct parse_result result;
	const struct parser *parser;
	uint64_t raw_from; /* offset of its first byte in the stored bytes */
	size_t tail;       /* bytes kept back for the next block */
};

struct feed {
	struct feed_setup setup;
	struct block *blocks;
	unsigned allocated;
	unsigned first, count; /* ring of blocks read ahead */
	enum text_encoding encoding;
	struct buf carry; /* what the last cut left */
	char *raw;        /* UTF-16: undecoded bytes */
	size_t raw_left;
	uint64_t raw_at; /* offset behind what the carry ends with */
	bool at_end, skipping, ended_with_lf, reversed, online, finished;
	bool has_current; /* blocks[first] is being handed out */
	size_t next_fact;
	uint64_t lines_before;
	/* for places inside a UTF-16 block */
	size_t walked;
	uint64_t walked_raw;
	enum status status;
};

static void parse_block(void *self)
{
	struct block *block = self;

	parse_result_reset(&block->result);
	block->parser->read(buf_slice(&block->text), &block->result);
}

/* More steps back than forward: a copy that was exported newest first. */
static bool runs_backwards(const struct parse_result *result)
{
	return result->records > 16 && result->steps_back > 8 && result->first != NO_TIME &&
		result->last != NO_TIME && result->last < result->first;
}

/* Sessions of the running system, start-up lines, and nothing of an offline image. */
static bool is_all_online(const struct parse_result *result)
{
	bool online = false;

	for (size_t i = 0; i < result->fact_count; i++) {
		const struct fact *fact = &result->facts[i];

		if (fact->kind == FACT_OFFLINE_HIVE ||
			(fact->session.a && !session_is_online(fact->session)))
			return false;
		online |= fact->kind == FACT_STARTUP_PACKAGE || session_is_online(fact->session);
	}
	return online;
}

/* Looks at the head of the input alone, before anything is read for good. */
static void look_at_head(struct feed *feed)
{
	struct slice head = stream_head(feed->setup.stream);
	struct parse_result result;
	struct buf text;

	parse_result_init(&result);
	buf_init(&text, 4 * FEED_BLOCK);
	if (feed->encoding == TEXT_UTF8)
		buf_put(&text, head);
	else
		(void)text_from_utf16(&text, head, feed->encoding, true);
	if (feed->setup.parser->look)
		result.traits = feed->setup.parser->look(buf_slice(&text));
	for (unsigned i = 0; i < feed->allocated; i++)
		feed->blocks[i].result.traits = result.traits;
	feed->setup.parser->read(buf_slice(&text), &result);
	feed->reversed = runs_backwards(&result);
	feed->online = is_all_online(&result);
	buf_release(&text);
	parse_result_release(&result);
}

/* A newest-first copy is read whole, since its order can only be mended whole. */
static size_t block_max(const struct feed *feed)
{
	return feed->reversed ? MAX_REVERSED : FEED_BLOCK;
}

enum status feed_new(const struct feed_setup *setup, struct feed **ret_feed)
{
	struct feed *feed = calloc(1, sizeof(*feed));
	size_t bom;

	if (!feed) {
		stream_close(setup->stream);
		return ST_NOMEM;
	}
	feed->setup = *setup;
	feed->ended_with_lf = true;
	feed->allocated = setup->blocks;
	feed->blocks = calloc(setup->blocks, sizeof(*feed->blocks));
	feed->raw = malloc(FEED_BLOCK);
	if (!feed->blocks || !feed->raw) {
		feed_free(feed);
		return ST_NOMEM;
	}
	buf_init(&feed->carry, 4 * FEED_BLOCK + MAX_REVERSED);
	for (unsigned i = 0; i < setup->blocks; i++) {
		buf_init(&feed->blocks[i].text, 4 * FEED_BLOCK + MAX_REVERSED);
		parse_result_init(&feed->blocks[i].result);
		feed->blocks[i].result.want_unknown = setup->want_unknown;
		feed->blocks[i].parser = setup->parser;
	}
	feed->encoding = text_detect(stream_head(setup->stream), &bom);
	if (feed->encoding != TEXT_UTF8 && bom) {
		size_t got;

		(void)!stream_read(setup->stream, feed->raw, bom, &got);
		feed->raw_at = bom;
	}
	look_at_head(feed);
	if (feed->reversed) {
		struct place at = { .input = setup->input, .member = setup->member };

		feed->setup.blocks = 1;
		diagnostics_add(setup->diagnostics, DIAG_NEWEST_FIRST, at, SLICE_NONE);
	}
	*ret_feed = feed;
	return ST_OK;
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	for (unsigned i = 0; feed->blocks && i < feed->allocated; i++) {
		if (feed->blocks[i].task.state != TASK_IDLE)
			pool_wait(feed->setup.pool, &feed->blocks[i].task);
		buf_release(&feed->blocks[i].text);
		parse_result_release(&feed->blocks[i].result);
	}
	stream_close(feed->setup.stream);
	buf_release(&feed->carry);
	free(feed->blocks);
	free(feed->raw);
	free(feed);
}

static void note(struct feed *feed, enum diagnostic_code code, uint64_t line, uint64_t offset,
	struct slice detail)
{
	struct place at = { .input = feed->setup.input,
		.member = feed->setup.member,
		.line = line,
		.offset = offset };

	diagnostics_add(feed->setup.diagnostics, code, at, detail);
}

/* How the stream ended, when not well. */
static void note_stream(struct feed *feed, enum status status)
{
	uint64_t at = feed->raw_at;

	if (status == ST_DAMAGED)
		note(feed, DIAG_COMPRESSED_DAMAGED, 0, at, SLICE_NONE);
	else if (status == ST_LIMIT)
		note(feed, DIAG_COMPRESSED_LIMIT, 0, at, SLICE_NONE);
	else if (status == ST_IO)
		note(feed, DIAG_CANNOT_OPEN, 0, at, slice_from(strerror(errno)));
	else if (status == ST_FORMAT)
		note(feed, DIAG_NEEDS_READER, 0, at,
			SLICE("the libarchive of this build cannot take this compression off"));
	else if (status == ST_NOMEM)
		feed->status = status;
	else if (stream_has_trailer(feed->setup.stream))
		note(feed, DIAG_COMPRESSED_TRAILER, 0, at, SLICE_NONE);
}

/* Reads up to FEED_READ raw bytes to `to`; at the end or an error, says so in `feed`. */
static size_t read_raw(struct feed *feed, char *to)
{
	size_t got = 0;
	enum status status = stream_read(feed->setup.stream, to, FEED_READ, &got);

	if (status != ST_OK || !got) {
		feed->at_end = true;
		note_stream(feed, status);
	}
	return got;
}

/* UTF-8 goes where it belongs without a copy. */
static void read_utf8(struct feed *feed, struct buf *text)
{
	char *room = buf_room(text, FEED_READ);

	if (!room) {
		feed->status = ST_NOMEM;
		feed->at_end = true;
		return;
	}
	buf_grew(text, read_raw(feed, room));
}

/* What does not make a whole character yet stays in `raw` for the next read. */
static void read_utf16(struct feed *feed, struct buf *text)
{
	size_t got = feed->raw_left + read_raw(feed, feed->raw + feed->raw_left);
	size_t used = text_from_utf16(
		text, (struct slice){ feed->raw, got }, feed->encoding, feed->at_end);

	feed->raw_left = got - used;
	memmove(feed->raw, feed->raw + used, feed->raw_left);
}

/* Appends decoded text to `text`; false at the end. */
static bool read_more(struct feed *feed, struct buf *text)
{
	if (feed->encoding == TEXT_UTF8)
		read_utf8(feed, text);
	else
		read_utf16(feed, text);
	return !feed->at_end;
}

static uint64_t raw_size(const struct feed *feed, struct slice text)
{
	return feed->encoding == TEXT_UTF8 ? text.len : text_utf16_bytes(text);
}

/* After an over-long line: drops what is left of it. */
static void skip_rest_of_line(struct feed *feed, struct buf *text)
{
	size_t lf = slice_find_char(buf_slice(text), '\n');
	size_t dropped = lf == SLICE_MISSING ? text->len : lf + 1;

	feed->setup.report->damaged += dropped;
	feed->raw_at += raw_size(feed, slice_from_to(buf_slice(text), 0, dropped));
	memmove(text->ptr, text->ptr + dropped, text->len - dropped);
	text->len -= dropped;
	feed->skipping = lf == SLICE_MISSING;
}

/* Where the block ends: before the last record; else behind the last line; else inside
 * a line that is too long. */
static size_t find_cut(struct feed *feed, const struct buf *text)
{
	struct slice all = buf_slice(text);
	size_t cut =
		feed->at_end || !feed->setup.parser->cut ? all.len : feed->setup.parser->cut(all);

	if (cut)
		return cut;
	cut = slice_find_last_char(all, '\n');
	if (cut != SLICE_MISSING)
		return cut + 1;
	if (all.len < MAX_LINE)
		return 0;
	feed->skipping = true;
	note(feed, DIAG_LINE_TOO_LONG, 0, feed->raw_at, SLICE_NONE);
	return all.len;
}

static void fill_text(struct feed *feed, struct buf *text)
{
	buf_reset(text);
	buf_put(text, buf_slice(&feed->carry));
	buf_reset(&feed->carry);
	while (!feed->at_end && text->len < block_max(feed)) {
		if (!read_more(feed, text))
			break;
		if (feed->skipping)
			skip_rest_of_line(feed, text);
	}
	if (feed->skipping && text->len)
		skip_rest_of_line(feed, text);
}

/* Reads the next block into a free place of the ring; false when nothing is left. */
static bool read_block(struct feed *feed)
{
	struct block *block = &feed->blocks[(feed->first + feed->count) % feed->setup.blocks];
	size_t cut;

	if (feed->at_end && !feed->carry.len)
		return false;
	fill_text(feed, &block->text);
	if (!block->text.len)
		return false;
	cut = find_cut(feed, &block->text);
	buf_put(&feed->carry, slice_skip(buf_slice(&block->text), cut));
	block->text.len = cut;
	block->raw_from = feed->raw_at;
	feed->raw_at += raw_size(feed, buf_slice(&block->text));
	feed->ended_with_lf = cut && block->text.ptr[cut - 1] == '\n';
	if (block->text.status != ST_OK || feed->carry.status != ST_OK)
		feed->status = ST_NOMEM;
	block->task = (struct task){ .work = parse_block, .self = block };
	pool_submit(feed->setup.pool, &block->task);
	feed->count++;
	if (feed->reversed && !feed->at_end)
		note(feed, DIAG_FACTS_DROPPED, 0, feed->raw_at,
			SLICE("a newest-first copy too large to put in order"));
	return true;
}

static void read_ahead(struct feed *feed)
{
	while (feed->status == ST_OK && feed->count < feed->setup.blocks && read_block(feed))
		;
}

/* The offset in stored bytes of a place in the current block. Places come in order. */
static uint64_t raw_offset(struct feed *feed, const struct block *block, uint64_t offset)
{
	if (feed->encoding == TEXT_UTF8)
		return block->raw_from + offset;
	if (offset < feed->walked) {
		feed->walked = 0;
		feed->walked_raw = 0;
	}
	feed->walked_raw += text_utf16_bytes(
		slice_from_to(buf_slice(&block->text), feed->walked, (size_t)offset));
	feed->walked = (size_t)offset;
	return block->raw_from + feed->walked_raw;
}

static void take_notes(struct feed *feed, struct block *block)
{
	const struct parse_result *result = &block->result;
	struct report_input *report = feed->setup.report;

	report->records += result->records;
	report->facts += result->fact_count;
	report->unrecognized += result->unrecognized;
	report->damaged += result->damaged;
	for (size_t i = 0; i < result->note_count; i++)
		note(feed, result->notes[i].code, feed->lines_before + result->notes[i].line,
			raw_offset(feed, block, result->notes[i].offset), result->notes[i].detail);
	feed->walked = 0;
	feed->walked_raw = 0;
	if (result->status != ST_OK)
		feed->status = result->status;
}

static void finish(struct feed *feed)
{
	struct report_input *report = feed->setup.report;
	struct slice hash;

	if (feed->finished)
		return;
	feed->finished = true;
	if (!feed->setup.member) {
		hash = stream_sha256(feed->setup.stream);
		report->bytes = stream_stored_bytes(feed->setup.stream);
		if (hash.len)
			report->sha256 = arena_copy(feed->setup.diagnostics->arena, hash);
	}
	if (!feed->ended_with_lf)
		note(feed, DIAG_CUT_LAST_LINE, feed->lines_before + 1, feed->raw_at, SLICE_NONE);
}

static bool next_block(struct feed *feed)
{
	struct block *block;

	if (feed->has_current) {
		feed->lines_before += feed->blocks[feed->first].result.lines;
		feed->first = (feed->first + 1) % feed->setup.blocks;
		feed->count--;
		feed->has_current = false;
	}
	read_ahead(feed);
	if (!feed->count || feed->status != ST_OK) {
		finish(feed);
		return false;
	}
	block = &feed->blocks[feed->first];
	pool_wait(feed->setup.pool, &block->task);
	feed->has_current = true;
	feed->next_fact = 0;
	take_notes(feed, block);
	return true;
}

const struct fact *feed_next(struct feed *feed)
{
	struct block *block;
	struct fact *fact;
	size_t at;

	while (!feed->has_current || feed->next_fact >= feed->blocks[feed->first].result.fact_count)
		if (!next_block(feed))
			return NULL;
	block = &feed->blocks[feed->first];
	at = feed->next_fact++;
	if (feed->reversed)
		at = block->result.fact_count - 1 - at;
	fact = &block->result.facts[at];
	fact->at.input = feed->setup.input;
	fact->at.member = feed->setup.member;
	fact->at.line += feed->lines_before;
	fact->at.offset = raw_offset(feed, block, fact->at.offset);
	return fact;
}

enum status feed_status(const struct feed *feed)
{
	return feed->status;
}

bool feed_is_online(const struct feed *feed)
{
	return feed->online;
}
