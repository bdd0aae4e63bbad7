/*
 * One log as a sequence of facts in file order: blocks are read here, parsed by the pool, and
 * handed on with absolute places. Memory is a few blocks whatever the size of the input.
 */
#ifndef CORE_FEED_H
#define CORE_FEED_H

#include "core/feed_part.h"
#include "core/pool.h"
#include "parsers/parser.h"

#define FEED_BLOCK ((size_t)1 << 20)

struct feed;

/* A log that was rotated away and the one that follows it. */
#define MAX_FEED_PARTS 2

struct feed_setup {
	/* Read one after the other as one text: a record may begin in one file and end in the
	 * next. Its place is where it begins. */
	struct feed_source sources[MAX_FEED_PARTS];
	unsigned source_count; /* at least 1 */
	const struct parser *parser;
	struct pool *pool;
	unsigned blocks;                 /* in flight at once, at least 1 */
	bool want_unknown;               /* parse_result.want_unknown */
	struct diagnostics *diagnostics; /* notes go here */
};

/* Takes the streams over, also when it fails; feed_free closes them. */
MUST_CHECK enum status feed_new(const struct feed_setup *setup, struct feed **ret_feed);
void feed_free(struct feed *feed);

/* The next fact, NULL at the end (or when memory is out: feed_status). It is valid until
 * the next call. A newest-first copy, of one file, comes oldest first, whole in memory. */
const struct fact *feed_next(struct feed *feed);
enum status feed_status(const struct feed *feed);

/* Whether it has given a fact. */
bool feed_has_facts(const struct feed *feed);

/* The sessions at the head of the input are all of the running system: what stands there
 * before the first of them is its too. */
bool feed_is_online(const struct feed *feed);

#endif
