/*
 * The base block of a registry hive and of its transaction logs: the first 4096 bytes of a
 * hive, the first 512 of a log. Numbers are little-endian; cells and bins are counted from the
 * end of the base block of the hive. Facts of the format: msuhanov/regf, "Windows registry
 * file format specification".
 *
 *      0 "regf"             4 primary sequence   8 secondary sequence   12 written, FILETIME
 *     20 major, 24 minor   28 type, enum hive_file_type  32 format              36 root cell
 *     40 size of the bins  44 clustering        48 name, UTF-16, 64 bytes, cut at its front
 *    144 flags            508 checksum: XOR of the 127 words before it
 */
#ifndef PARSERS_HIVE_BASE_H
#define PARSERS_HIVE_BASE_H

#include "base/bytes.h"
#include "base/slice.h"

#define HIVE_BASE   ((size_t)4096) /* bytes of the base block; bins are multiples of it */
#define HIVE_SECTOR ((size_t)512)  /* logs are laid out in these */
#define HIVE_BIN    ((size_t)32)   /* bytes of the head of a bin */

/* The format's own limit: offsets have 31 bits. */
#define MAX_HIVE ((size_t)2 << 30)

enum hive_file_type {
	HIVE_PRIMARY = 0,
	HIVE_LOG_OLD = 1,
	HIVE_LOG_OLD_TOO = 2, /* the same, of old systems */
	HIVE_LOG_NEW = 6,
};

struct hive_base {
	uint32_t primary, secondary; /* equal when the hive was closed cleanly */
	uint64_t written;            /* FILETIME */
	uint32_t major, minor, type, root, bins, flags;
	struct slice name; /* UTF-16LE as it stands there, without what follows its end */
	bool is_valid;     /* the checksum is right */
};

/* Reads the base block at the head of a hive or a log, 512 bytes at least; false when none
 * stands there. A wrong checksum is no reason to refuse: is_valid tells. The name borrows. */
bool hive_base_read(struct slice head, struct hive_base *ret_base);

/* The checksum that the first 508 bytes should have. */
uint32_t hive_base_checksum(const char *head);

/* Whether bins of this size can be. */
bool hive_bins_fit(uint64_t bins);

#endif
