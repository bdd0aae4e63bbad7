/* Logs of the new format: entries with hashes. */
#include "parsers/hive_log.h"
#include "parsers/marvin.h"

#define ENTRY_HEAD   ((size_t)40)
#define ENTRY_HASHED ((size_t)32) /* bytes under the second hash */
#define PAGE_ROW     ((size_t)8)  /* offset and size */

static bool hashes_fit(struct slice entry)
{
	struct slice head = slice_from_to(entry, 0, ENTRY_HASHED);

	return le64(entry.ptr + 32) == marvin32(head, MARVIN_HIVE_SEED) &&
		le64(entry.ptr + 24) == marvin32(slice_skip(entry, ENTRY_HEAD), MARVIN_HIVE_SEED);
}

/* Every page must lie in the bins, and all of them in the entry. */
static bool pages_fit(struct slice entry, struct hive_entry *head)
{
	size_t left = entry.len - ENTRY_HEAD;

	if (head->pages > left / PAGE_ROW)
		return false;
	left -= head->pages * PAGE_ROW;
	for (size_t i = 0; i < head->pages; i++) {
		const char *row = entry.ptr + ENTRY_HEAD + i * PAGE_ROW;
		uint32_t offset = le32(row), size = le32(row + 4);

		if (offset > head->bins || size > head->bins - offset || size > left)
			return false;
		left -= size;
		if (HIVE_BASE + offset + size > head->reach)
			head->reach = HIVE_BASE + offset + size;
	}
	return true;
}

enum hive_entry_fit hive_entry_read(struct slice log, size_t at, struct hive_entry *ret_entry)
{
	struct slice rest = slice_skip(log, at);
	struct hive_entry entry;

	if (at >= log.len || rest.len < ENTRY_HEAD || !slice_starts(rest, SLICE("HvLE")))
		return ENTRY_NONE;
	entry = (struct hive_entry){
		.at = at,
		.size = le32(rest.ptr + 4),
		.flags = le32(rest.ptr + 8),
		.sequence = le32(rest.ptr + 12),
		.bins = le32(rest.ptr + 16),
		.pages = le32(rest.ptr + 20),
	};
	*ret_entry = entry;
	if (entry.size < HIVE_SECTOR || entry.size % HIVE_SECTOR != 0 || entry.size > rest.len ||
		!hive_bins_fit(entry.bins))
		return ENTRY_BAD;
	rest = slice_from_to(rest, 0, entry.size);
	if (!hashes_fit(rest) || !pages_fit(rest, ret_entry))
		return ENTRY_BAD;
	return ENTRY_GOOD;
}

void hive_entry_apply(struct slice log, const struct hive_entry *entry, char *hive)
{
	const char *rows = log.ptr + entry->at + ENTRY_HEAD;
	const char *page = rows + entry->pages * PAGE_ROW;

	for (size_t i = 0; i < entry->pages; i++) {
		size_t offset = le32(rows + i * PAGE_ROW), size = le32(rows + i * PAGE_ROW + 4);

		memcpy(hive + HIVE_BASE + offset, page, size);
		page += size;
	}
}
