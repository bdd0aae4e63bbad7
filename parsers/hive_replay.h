/*
 * A registry hive that was not closed cleanly is mended from its transaction logs, in memory,
 * as Windows does when it loads one. In two steps, so that the hive is copied once and its
 * room is known beforehand: hive_plan looks at the base block and at the logs and says what
 * there is to do, hive_replay does it on a copy of the hive.
 *
 * Clean is a hive whose base block has its checksum and two equal sequence numbers; its logs
 * do not matter then. Else:
 *   new logs  entries are applied in the order of their sequence numbers, the log that begins
 *             with the lower number first. Entries before the secondary sequence number of
 *             the hive are old; the first one that is not must not lie beyond the primary
 *             one, and each must follow the one before. The first gap, wrong hash or
 *             impossible page ends it: what stands before is applied.
 *   old log   its dirty sectors are written back when it is not older than the hive.
 * A base block with a wrong checksum is replaced by that of the log.
 * Source: msuhanov/regf, "Format of transaction log files", "Multiple transaction log files".
 */
#ifndef PARSERS_HIVE_REPLAY_H
#define PARSERS_HIVE_REPLAY_H

#include "parsers/hive_log.h"

enum hive_condition {
	HIVE_CLEAN,
	HIVE_MENDED, /* hive_replay makes it whole */
	HIVE_DIRTY,  /* and the logs do not mend it: `why` */
};

#define HIVE_LOGS 2

struct hive_plan {
	enum hive_condition condition;
	bool is_torn;     /* a log breaks off, or part of it cannot be applied */
	const char *why;  /* words for a dirty hive, or a torn log; NULL */
	uint32_t entries; /* of the logs, to be applied */
	uint64_t pages;   /* of 512 bytes in an old log, of any size in entries */
	size_t room;      /* bytes that hive_replay may write */
	size_t reach;     /* where the last byte ends that the logs hold */
	size_t size;      /* of the mended hive: base block and bins */
	/* How: for hive_replay. */
	struct hive_log logs[HIVE_LOGS];
	const struct hive_log *base_from; /* whose base block to take, NULL: the hive's own */
	struct {
		const struct hive_log *log;
		size_t from;
		uint32_t entries; /* 0: an old log */
	} parts[HIVE_LOGS];
	size_t part_count;
	struct hive_dirt dirt;
	uint32_t sequence, bins, flags;
	uint64_t written;
};

/*
 * head: the first bytes of the hive, HIVE_BASE + HIVE_BIN of them when there are as many.
 * logs: .LOG1 and .LOG2 whole, empty for none. The plan borrows the logs and must not be
 * moved.
 */
void hive_plan(struct slice head, const struct slice logs[HIVE_LOGS], struct hive_plan *ret_plan);

/* hive: the stored bytes, zeros behind them up to plan->room. For HIVE_MENDED alone. */
void hive_replay(const struct hive_plan *plan, char *hive);

#endif
