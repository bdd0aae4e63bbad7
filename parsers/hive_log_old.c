/* Logs of the old format: a table of dirty sectors. */
#include "parsers/hive_log.h"

#define MARK_BYTES ((size_t)4) /* "DIRT" */

static size_t table_bytes(const struct hive_log *log)
{
	return log->base.bins / HIVE_SECTOR / 8;
}

static struct slice pages_of(const struct hive_log *log)
{
	size_t end = HIVE_SECTOR + MARK_BYTES + table_bytes(log);

	return slice_skip(log->bytes, (end + HIVE_SECTOR - 1) / HIVE_SECTOR * HIVE_SECTOR);
}

/* The head of a bin in a page must say where the page goes. */
static bool bin_fits(struct slice page, size_t offset)
{
	return offset % HIVE_BASE != 0 || !slice_starts(page, SLICE("hbin")) ||
		(le32(page.ptr + 4) == offset && hive_bins_fit(le32(page.ptr + 8)));
}

/* Walks the sectors that are marked up to the first that is not good, and writes them into
 * `hive` unless that is NULL. */
static struct hive_dirt walk(const struct hive_log *log, char *hive)
{
	const char *table = log->bytes.ptr + HIVE_SECTOR + MARK_BYTES;
	struct slice pages = pages_of(log);
	struct hive_dirt dirt = { 0 };

	for (size_t sector = 0; sector < table_bytes(log) * 8; sector++) {
		struct slice page = slice_from_to(pages, 0, HIVE_SECTOR);
		size_t offset = sector * HIVE_SECTOR;

		if (!((unsigned char)table[sector / 8] >> (sector % 8) & 1))
			continue;
		if (page.len < HIVE_SECTOR || !bin_fits(page, offset)) {
			dirt.is_torn = true;
			break;
		}
		if (hive)
			memcpy(hive + HIVE_BASE + offset, page.ptr, page.len);
		pages = slice_skip(pages, HIVE_SECTOR);
		dirt.pages++;
		dirt.reach = HIVE_BASE + offset + HIVE_SECTOR;
	}
	return dirt;
}

bool hive_dirt_read(const struct hive_log *log, struct hive_dirt *ret_dirt)
{
	struct slice rest = slice_skip(log->bytes, HIVE_SECTOR);

	if (!slice_starts(rest, SLICE("DIRT")) || !hive_bins_fit(log->base.bins) ||
		table_bytes(log) > rest.len - MARK_BYTES)
		return false;
	*ret_dirt = walk(log, NULL);
	return true;
}

void hive_dirt_apply(const struct hive_log *log, char *hive)
{
	(void)walk(log, hive);
}
