/* Inputs as facts: reading, cutting into blocks, absolute places. */
#include "core/feed.h"

#include <stdlib.h>

#define MAX_LINE     ((size_t)1 << 20)  /* a longer line is cut, the rest skipped */
#define MAX_REVERSED ((size_t)64 << 20) /* bytes of a newest-first copy */

/* Where text of a block stood. */
struct stretch {
	struct feed_part *part;
	uint64_t raw_from; /* offset of its first byte in the stored bytes */
};

struct block {
	struct task task;
	struct buf text; /* UTF-8, ends between records */
	struct parse_result result;
	const struct parser *parser;
	/* Of a block in which one file follows another the first `seam` bytes are `older`. */
	struct stretch older, own;
	size_t seam;
	uint64_t passed; /* line ends skipped before its own text */
};

struct feed {
	struct feed_setup setup;
	struct feed_part parts[MAX_FEED_PARTS];
	unsigned part_count, part; /* that is read now */
	struct block *blocks;
	unsigned allocated;
	unsigned first, count; /* ring of blocks read ahead */
	struct buf carry;      /* what the last cut left */
	size_t seam;           /* bytes of the carry that are of the part before */
	bool reversed, online, finished, has_facts;
	bool has_current;    /* blocks[first] is being handed out */
	uint64_t seam_lines; /* line ends in its older text */
	size_t next_fact;
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

/* Looks at the head of a file alone, before anything is read for good. */
static void look_at_head(struct feed *feed, struct feed_part *part)
{
	const struct parser *parser = feed->setup.parser;
	struct parse_result result;
	struct buf text;

	parse_result_init(&result);
	buf_init(&text, 4 * FEED_BLOCK);
	feed_part_head(part, &text);
	if (text.status == ST_NOMEM)
		feed->status = ST_NOMEM;
	if (parser->look)
		part->traits = parser->look(buf_slice(&text));
	if (part == &feed->parts[0]) {
		result.traits = part->traits;
		parser->read(buf_slice(&text), &result);
		feed->reversed = feed->part_count == 1 && runs_backwards(&result);
		feed->online = is_all_online(&result);
	}
	buf_release(&text);
	parse_result_release(&result);
}

/* A newest-first copy is read whole, since its order can only be mended whole. */
static size_t block_max(const struct feed *feed)
{
	return feed->reversed ? MAX_REVERSED : FEED_BLOCK;
}

/* All streams are taken over, whatever happens. */
static enum status open_parts(struct feed *feed, const struct feed_setup *setup)
{
	enum status status = ST_OK;

	for (unsigned i = 0; i < setup->source_count; i++) {
		if (status == ST_OK)
			status = feed_part_open(&feed->parts[feed->part_count++],
				&setup->sources[i], i == 0, setup->diagnostics);
		else
			stream_close(setup->sources[i].stream);
	}
	return status;
}

static enum status make_blocks(struct feed *feed)
{
	const struct feed_setup *setup = &feed->setup;

	feed->blocks = calloc(setup->blocks, sizeof(*feed->blocks));
	if (!feed->blocks)
		return ST_NOMEM;
	feed->allocated = setup->blocks;
	for (unsigned i = 0; i < setup->blocks; i++) {
		buf_init(&feed->blocks[i].text, 4 * FEED_BLOCK + MAX_REVERSED);
		parse_result_init(&feed->blocks[i].result);
		feed->blocks[i].result.want_unknown = setup->want_unknown;
		feed->blocks[i].parser = setup->parser;
	}
	return ST_OK;
}

static void close_all(const struct feed_setup *setup)
{
	for (unsigned i = 0; i < setup->source_count; i++)
		stream_close(setup->sources[i].stream);
}

enum status feed_new(const struct feed_setup *setup, struct feed **ret_feed)
{
	struct feed *feed = calloc(1, sizeof(*feed));
	enum status status;

	if (!feed) {
		close_all(setup);
		return ST_NOMEM;
	}
	feed->setup = *setup;
	buf_init(&feed->carry, 4 * FEED_BLOCK + MAX_REVERSED);
	status = open_parts(feed, setup);
	if (status == ST_OK)
		status = make_blocks(feed);
	if (status != ST_OK) {
		feed_free(feed);
		return status;
	}
	for (unsigned i = 0; i < feed->part_count; i++)
		look_at_head(feed, &feed->parts[i]);
	if (feed->reversed) {
		feed->setup.blocks = 1;
		feed_part_note(&feed->parts[0], DIAG_NEWEST_FIRST, 0, 0, SLICE_NONE);
	}
	*ret_feed = feed;
	return ST_OK;
}

void feed_free(struct feed *feed)
{
	if (!feed)
		return;
	for (unsigned i = 0; i < feed->allocated; i++) {
		if (feed->blocks[i].task.state != TASK_IDLE)
			pool_wait(feed->setup.pool, &feed->blocks[i].task);
		buf_release(&feed->blocks[i].text);
		parse_result_release(&feed->blocks[i].result);
	}
	for (unsigned i = 0; i < feed->part_count; i++)
		feed_part_close(&feed->parts[i]);
	buf_release(&feed->carry);
	free(feed->blocks);
	free(feed);
}

/* Reading */

/* Whether the last record of the file may go on in the next: not behind damage, and not where
 * two files in one block are enough. */
static bool may_go_on(const struct feed *feed)
{
	const struct feed_part *part = &feed->parts[feed->part];

	return part->at_end && !part->is_broken && feed->part + 1 < feed->part_count && !feed->seam;
}

/* Where the block ends: before the last record; else behind the last line; else inside
 * a line that is too long. */
static size_t find_cut(struct feed *feed, const struct buf *text)
{
	struct feed_part *part = &feed->parts[feed->part];
	const struct parser *parser = feed->setup.parser;
	struct slice all = buf_slice(text);
	size_t cut;

	if (!parser->cut || (part->at_end && !may_go_on(feed)))
		return all.len;
	cut = parser->cut(all);
	if (cut || (part->at_end && all.len < MAX_LINE))
		return cut;
	cut = slice_find_last_char(all, '\n');
	if (cut != SLICE_MISSING)
		return cut + 1;
	if (all.len < MAX_LINE)
		return 0;
	feed_part_skip_line(part, part->raw_at);
	return all.len;
}

/* Moves a part on behind text that is in a block now. */
static void take_text(struct feed_part *part, struct slice text)
{
	part->raw_at += feed_part_size(part, text);
	if (text.len)
		part->ended_with_lf = text.ptr[text.len - 1] == '\n';
}

/* The block takes its text, and the carry what follows the cut. */
static void cut_block(struct feed *feed, struct block *block, size_t cut)
{
	struct feed_part *part = &feed->parts[feed->part];
	struct slice text = buf_slice(&block->text);

	buf_put(&feed->carry, slice_skip(text, cut));
	block->text.len = cut;
	block->seam = feed->seam < cut ? feed->seam : cut;
	feed->seam -= block->seam;
	block->own = (struct stretch){ part, part->raw_at };
	block->passed = cut > block->seam ? part->passed : 0;
	part->passed -= block->passed;
	if (block->seam) {
		block->older = (struct stretch){ part - 1, part[-1].raw_at };
		take_text(part - 1, slice_from_to(text, 0, block->seam));
	}
	take_text(part, slice_from_to(text, block->seam, cut));
	block->result.traits = block->seam ? part[-1].traits : part->traits;
	if (block->text.status != ST_OK || feed->carry.status != ST_OK || part->status != ST_OK)
		feed->status = ST_NOMEM;
}

/* On to the next file at the end of one; what was left of it goes before the text of that. False
 * when nothing is left. */
static bool find_part(struct feed *feed)
{
	if (!feed->parts[feed->part].at_end)
		return true;
	if (feed->part + 1 == feed->part_count)
		return feed->carry.len != 0;
	feed->part++;
	feed->seam = feed->carry.len;
	return true;
}

static void submit(struct feed *feed, struct block *block)
{
	const struct feed_part *part = &feed->parts[feed->part];

	block->task = (struct task){ .work = parse_block, .self = block };
	pool_submit(feed->setup.pool, &block->task);
	feed->count++;
	if (feed->reversed && !part->at_end)
		feed_part_note(&feed->parts[feed->part], DIAG_FACTS_DROPPED, 0, part->raw_at,
			SLICE("a newest-first copy too large to put in order"));
}

/* Reads the next block into a free place of the ring; false when nothing is left. */
static bool read_block(struct feed *feed)
{
	struct block *block = &feed->blocks[(feed->first + feed->count) % feed->setup.blocks];

	do {
		if (feed->status != ST_OK || !find_part(feed))
			return false;
		buf_reset(&block->text);
		buf_put(&block->text, buf_slice(&feed->carry));
		buf_reset(&feed->carry);
		feed_part_fill(&feed->parts[feed->part], &block->text, block_max(feed));
		cut_block(feed, block, find_cut(feed, &block->text));
	} while (!block->text.len);
	submit(feed, block);
	return true;
}

static void read_ahead(struct feed *feed)
{
	while (feed->status == ST_OK && feed->count < feed->setup.blocks && read_block(feed))
		;
}

/* Places */

/* The offset in stored bytes of a place in the current block. Places come in order. */
static uint64_t raw_offset(struct feed *feed, const struct block *block, size_t offset)
{
	bool is_older = offset < block->seam;
	const struct stretch *stretch = is_older ? &block->older : &block->own;
	size_t from = is_older ? 0 : block->seam;

	if (stretch->part->encoding == TEXT_UTF8)
		return stretch->raw_from + (offset - from);
	if (offset < feed->walked || feed->walked < from) {
		feed->walked = from;
		feed->walked_raw = 0;
	}
	feed->walked_raw +=
		text_utf16_bytes(slice_from_to(buf_slice(&block->text), feed->walked, offset));
	feed->walked = offset;
	return stretch->raw_from + feed->walked_raw;
}

/* The file in which a byte of the block stands, and the line and offset there. */
static struct feed_part *find_place(
	struct feed *feed, const struct block *block, uint64_t *line, uint64_t *offset)
{
	bool is_older = *offset < block->seam;
	struct feed_part *part = is_older ? block->older.part : block->own.part;

	*line += part->lines - (is_older ? 0 : feed->seam_lines);
	*offset = raw_offset(feed, block, (size_t)*offset);
	return part;
}

static uint64_t count_lines(struct slice text)
{
	uint64_t count = 0;
	size_t at;

	while ((at = slice_find_char(text, '\n')) != SLICE_MISSING) {
		count++;
		text = slice_skip(text, at + 1);
	}
	return count;
}

/* Older text of a block is the end of its file: a record, or as many as have facts there. */
static uint64_t older_records(const struct parse_result *result, uint64_t facts)
{
	uint64_t count = facts ? facts : 1;

	return count < result->records ? count : result->records;
}

/* What begins in the older file is of that one. */
static void count_facts(const struct block *block)
{
	const struct parse_result *result = &block->result;
	struct report_input *own = block->own.part->source.report;
	uint64_t older = 0, records = 0;

	while (older < result->fact_count && result->facts[older].at.offset < block->seam)
		older++;
	if (block->seam) {
		records = older_records(result, older);
		block->older.part->source.report->facts += older;
		block->older.part->source.report->records += records;
	}
	own->facts += result->fact_count - older;
	own->records += result->records - records;
	own->unrecognized += result->unrecognized;
	own->damaged += result->damaged;
}

static void take_notes(struct feed *feed, struct block *block)
{
	const struct parse_result *result = &block->result;

	count_facts(block);
	for (size_t i = 0; i < result->note_count; i++) {
		uint64_t line = result->notes[i].line, offset = result->notes[i].offset;
		struct feed_part *part = find_place(feed, block, &line, &offset);

		feed_part_note(part, result->notes[i].code, line, offset, result->notes[i].detail);
	}
	feed->walked = 0;
	feed->walked_raw = 0;
	if (result->status != ST_OK)
		feed->status = result->status;
}

static void finish(struct feed *feed)
{
	if (feed->finished)
		return;
	feed->finished = true;
	for (unsigned i = 0; i < feed->part_count; i++)
		feed_part_finish(
			&feed->parts[i], i + 1 < feed->part_count && !feed->parts[i].is_broken);
}

/* The block that was handed out is done with. */
static void leave_block(struct feed *feed)
{
	const struct block *block = &feed->blocks[feed->first];

	if (block->seam)
		block->older.part->lines += feed->seam_lines;
	block->own.part->lines += block->result.lines - feed->seam_lines;
	feed->first = (feed->first + 1) % feed->setup.blocks;
	feed->count--;
	feed->has_current = false;
}

static bool next_block(struct feed *feed)
{
	struct block *block;

	if (feed->has_current)
		leave_block(feed);
	read_ahead(feed);
	if (!feed->count || feed->status != ST_OK) {
		finish(feed);
		return false;
	}
	block = &feed->blocks[feed->first];
	pool_wait(feed->setup.pool, &block->task);
	feed->has_current = true;
	feed->next_fact = 0;
	block->own.part->lines += block->passed;
	feed->seam_lines = count_lines(slice_from_to(buf_slice(&block->text), 0, block->seam));
	take_notes(feed, block);
	return true;
}

const struct fact *feed_next(struct feed *feed)
{
	const struct feed_part *part;
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
	part = find_place(feed, block, &fact->at.line, &fact->at.offset);
	fact->at.input = part->source.input;
	fact->at.member = part->source.member;
	feed->has_facts |= fact->kind != FACT_NONE;
	return fact;
}

bool feed_has_facts(const struct feed *feed)
{
	return feed->has_facts;
}

enum status feed_status(const struct feed *feed)
{
	return feed->status;
}

bool feed_is_online(const struct feed *feed)
{
	return feed->online;
}
