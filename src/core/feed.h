/*
 * One input as a sequence of facts in file order: blocks are read here, parsed by the
 * pool, and handed on with absolute places. UTF-16 is decoded on the way; offsets stay
 * those of the stored bytes. Memory is a few blocks whatever the size of the input.
 */
#ifndef CORE_FEED_H
#define CORE_FEED_H

#include "core/pool.h"
#include "model/report.h"
#include "parsers/parser.h"
#include "source/stream.h"

#define FEED_BLOCK ((size_t)1 << 20)

struct feed;

struct feed_setup {
	struct stream *stream; /* taken over, closed by feed_free */
	const struct parser *parser;
	struct pool *pool;
	unsigned blocks;                 /* in flight at once, at least 1 */
	uint32_t input, member;          /* for places */
	bool want_unknown;               /* parse_result.want_unknown */
	struct report_input *report;     /* counts go here */
	struct diagnostics *diagnostics; /* notes go here */
};

MUST_CHECK enum status feed_new(const struct feed_setup *setup, struct feed **ret_feed);
void feed_free(struct feed *feed);

/* The next fact, NULL at the end (or when memory is out: feed_status). It is valid until
 * the next call. A newest-first copy comes oldest first, whole in memory. */
const struct fact *feed_next(struct feed *feed);
enum status feed_status(const struct feed *feed);

/* The sessions at the head of the input are all of the running system: what stands there
 * before the first of them is its too. */
bool feed_is_online(const struct feed *feed);

#endif
