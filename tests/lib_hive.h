/*
 * Registry hives made at test time, and the logs of hives that were not closed cleanly.
 * Everything is deterministic; memory that does not suffice ends the test.
 */
#ifndef TESTS_LIB_HIVE_H
#define TESTS_LIB_HIVE_H

#include "base/buf.h"

#define TEST_FILETIME UINT64_C(0x01DA3C6C00000000)

/* An empty hive: base block, one bin, the root key and its security cell; 8 KiB. */
void hive_put_minimal(struct buf *out, const char *name);

/* A base block and `count` bins of one page, the rest of each filled with `fill` + its number:
 * no keys, for what looks at bytes alone. */
void hive_put_pages(struct buf *out, size_t count, char fill);

/* The checksum made right; the two sequence numbers too. */
void hive_set_checksum(char *hive);
void hive_set_sequence(char *hive, uint32_t primary, uint32_t secondary);

/* A log: its base block, of 512 bytes, is that of the hive with these numbers and type. */
void log_put_base(struct buf *log, struct slice hive, uint32_t sequence, uint32_t type);

struct log_page {
	uint32_t offset, size;
	const char *bytes;
};

/* An entry with right hashes, whatever its numbers are; returns where it begins. */
size_t log_put_entry(struct buf *log, uint32_t sequence, uint32_t bins,
	const struct log_page *pages, uint32_t count);
/* The hashes of the entry at `at` made right. */
void log_set_hashes(struct buf *log, size_t at);

/* The entry of all pages in which two states of a hive differ. */
size_t log_put_change(struct buf *log, uint32_t sequence, struct slice before, struct slice after);

/* The dirty sectors of the old format; the base block stands already. */
void log_put_dirt(struct buf *log, struct slice before, struct slice after);

#endif
