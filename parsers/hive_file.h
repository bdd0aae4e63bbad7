/*
 * A registry hive as a file: its base block, what its logs offer, and a copy of it in memory
 * that is mended, whole and safe to map. The file is opened O_RDONLY | O_NOATIME and read,
 * never mapped: who maps a file of others dies when they cut it off. A temporary file of our
 * own needs no copy when there is nothing to mend.
 */
#ifndef PARSERS_HIVE_FILE_H
#define PARSERS_HIVE_FILE_H

#include "base/status.h"
#include "parsers/hive_replay.h"
#include "parsers/parser.h"

#define MAX_HIVE_LOG ((size_t)256 << 20) /* read of one log; the rest counts as cut off */
#define MAX_BIN_TAIL ((size_t)16 << 20)  /* of a last bin that is cut off, added as zeros */
#define MAX_BIN_GAP  ((size_t)16 << 20)  /* of pages that are no bin, passed in search of one */

struct hive_file {
	int fd;
	size_t size;
	bool is_ours;
	struct hive_base base; /* as stored */
	bool has_base;
	bool is_zero; /* nothing but zeros, and no logs that mend it */
	struct hive_plan plan;
	char *logs[HIVE_LOGS];
	char head[HIVE_BASE + HIVE_BIN];
};

/*
 * Opens the hive and, when it is dirty, reads its logs; a log that cannot be read counts as
 * absent. ST_OK; ST_IO with errno; ST_LIMIT: larger than MAX_HIVE; ST_FORMAT: no hive and
 * nothing to mend it with (is_zero tells more); ST_NOMEM. Release it in every case; the
 * structure must not be moved.
 */
MUST_CHECK enum status hive_file_open(
	const struct document_file *document, struct hive_file *ret_file);
void hive_file_release(struct hive_file *file);

/* The copy: a sealed memory file and its mapping; or a file of ours in its place. */
struct hive_copy {
	int fd;
	void *map;
	const char *bytes; /* of the map */
	size_t size;
	bool is_cut; /* the bins that the base block counts are not all there */
};

/*
 * Copies the hive, replays its logs, and makes the copy whole: bins that the base block
 * counts and the file does not hold are taken off, the checksum is set. One copy, of the
 * size of the hive; none of a file of ours that is clean and whole. ST_OK, ST_IO with errno, ST_FORMAT: no bin stands in it.
 */
MUST_CHECK enum status hive_copy_make(const struct hive_file *file, struct hive_copy *ret_copy);
void hive_copy_release(struct hive_copy *copy);

#endif
