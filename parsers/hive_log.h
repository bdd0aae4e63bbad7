/*
 * The transaction logs beside a registry hive, as bytes. Every number in them is checked
 * before it is followed; what a function here calls good can be applied to a hive of
 * `room` bytes, the rest of which is zero.
 *
 * New format (type 6, since Windows 8.1): from byte 512 entries on 512-byte borders,
 *      0 "HvLE"   4 size   8 flags   12 sequence   16 size of the bins   20 count of pages
 *     24 hash of all from byte 40 on   32 hash of the first 32 bytes
 *     40 for each page its offset in the bins and its size; then the pages, without gaps
 * Old format (types 1, 2): at byte 512 "DIRT" and a bit for each 512 bytes of the bins, then
 * from the next 512-byte border the 512-byte pages whose bits are set, in order.
 */
#ifndef PARSERS_HIVE_LOG_H
#define PARSERS_HIVE_LOG_H

#include "parsers/hive_base.h"

/* One log; `has_base` is false for what is no usable log: absent, empty, damaged. */
struct hive_log {
	struct slice bytes;
	struct hive_base base;
	bool has_base;
	bool is_torn; /* something stands there, but its base block is damaged */
};

void hive_log_open(struct slice bytes, struct hive_log *ret_log);

/* Sequence numbers wrap: whether `a` comes before `b`. */
static inline bool sequence_before(uint32_t a, uint32_t b)
{
	return a != b && b - a < UINT32_C(0x80000000);
}

struct hive_entry {
	size_t at;
	uint32_t size, flags, sequence, bins, pages;
	size_t reach; /* where its last page ends in the hive */
};

enum hive_entry_fit {
	ENTRY_GOOD,
	ENTRY_NONE, /* nothing that looks like an entry */
	ENTRY_BAD,  /* the head of one; cut off, a wrong hash, or pages that lead out of it */
};

/* The entry at `at`; `sequence` is set for a bad one too. */
enum hive_entry_fit hive_entry_read(struct slice log, size_t at, struct hive_entry *ret_entry);
void hive_entry_apply(struct slice log, const struct hive_entry *entry, char *hive);

/* The dirty sectors of an old log. */
struct hive_dirt {
	uint64_t pages; /* that stand in the log */
	size_t reach;   /* where the last one ends in the hive */
	bool is_torn;   /* some are missing, or a page is no part of the bin it claims */
};

/* false when there is no such table for bins of this size. */
bool hive_dirt_read(const struct hive_log *log, struct hive_dirt *ret_dirt);
void hive_dirt_apply(const struct hive_log *log, char *hive);

#endif
