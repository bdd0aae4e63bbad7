/*
 * One file of a feed: its bytes as text, and where in the file each piece of the text stands.
 * UTF-16 is decoded on the way; offsets stay those of the stored bytes.
 */
#ifndef CORE_FEED_PART_H
#define CORE_FEED_PART_H

#include "base/text.h"
#include "model/report.h"
#include "source/stream.h"

/* A file and whose it is. */
struct feed_source {
	struct stream *stream;       /* taken over */
	uint32_t input, member;      /* for places */
	struct report_input *report; /* counts go here */
};

struct feed_part {
	struct feed_source source;
	struct diagnostics *diagnostics;
	enum text_encoding encoding;
	char *raw; /* UTF-16: undecoded bytes */
	size_t raw_left;
	uint64_t raw_at; /* offset of the first byte that is in no block yet */
	uint64_t lines;  /* handed out */
	uint64_t passed; /* ends of lines that were skipped and are in no block yet */
	uint32_t traits; /* parse_result.traits of its blocks */
	bool at_end, is_broken, skipping, ended_with_lf;
	enum status status; /* ST_NOMEM alone */
};

/* A byte order mark is taken off, but for that of UTF-8 at the head of a feed: it is the
 * parser's. Takes the stream over, also when it fails: ST_NOMEM. */
MUST_CHECK enum status feed_part_open(struct feed_part *part, const struct feed_source *source,
	bool is_first, struct diagnostics *diagnostics);
void feed_part_close(struct feed_part *part);

/* The first text of the file, without taking it. */
void feed_part_head(const struct feed_part *part, struct buf *text);
/* Appends text until there are `max` bytes of it or the file ends. */
void feed_part_fill(struct feed_part *part, struct buf *text, size_t max);
/* The rest of the line that begins in what is taken next is skipped: it is too long. */
void feed_part_skip_line(struct feed_part *part, uint64_t offset);

/* How many stored bytes stand behind a text of this file. */
uint64_t feed_part_size(const struct feed_part *part, struct slice text);

void feed_part_note(struct feed_part *part, enum diagnostic_code code, uint64_t line,
	uint64_t offset, struct slice detail);
/* At the end: size and hash of the file. `goes_on`: its last line does in the next file. */
void feed_part_finish(struct feed_part *part, bool goes_on);

#endif
