/* Registry hives and their logs, made at test time. */
#include "lib_hive.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/hive_log.h"
#include "parsers/marvin.h"

#define NO_CELL     UINT32_MAX
#define ENTRY_HEAD  40
#define ROOT_AT     32
#define SECURITY_AT 120

static char *room(struct buf *out, size_t size)
{
	char *at = buf_room(out, size);

	if (!at)
		err(1, "a hive of a test");
	memset(at, 0, size);
	buf_grew(out, size);
	return out->ptr + out->len - size;
}

void hive_set_checksum(char *hive)
{
	put_le32(hive + 508, hive_base_checksum(hive));
}

void hive_set_sequence(char *hive, uint32_t primary, uint32_t secondary)
{
	put_le32(hive + 4, primary);
	put_le32(hive + 8, secondary);
	hive_set_checksum(hive);
}

static void put_base(struct buf *out, const char *name, size_t bins)
{
	char *base = room(out, HIVE_BASE);

	memcpy(base, "regf", 4);
	put_le64(base + 12, TEST_FILETIME);
	put_le32(base + 20, 1);
	put_le32(base + 24, 5);
	put_le32(base + 32, 1);
	put_le32(base + 36, ROOT_AT);
	put_le32(base + 40, (uint32_t)bins);
	put_le32(base + 44, 1);
	for (size_t i = 0; name[i] && i < 31; i++)
		base[48 + 2 * i] = name[i];
	hive_set_sequence(base, 1, 1);
}

static char *put_bin(struct buf *out, size_t offset)
{
	char *bin = room(out, HIVE_BASE);

	memcpy(bin, "hbin", 4);
	put_le32(bin + 4, (uint32_t)offset);
	put_le32(bin + 8, (uint32_t)HIVE_BASE);
	put_le64(bin + 20, TEST_FILETIME);
	return bin;
}

static void put_root(char *cell)
{
	static const size_t unset[] = { 16, 28, 32, 40, 48 };

	put_le32(cell, (uint32_t) - (SECURITY_AT - ROOT_AT));
	memcpy(cell + 4, "nk\x2C", 3);
	put_le64(cell + 8, TEST_FILETIME);
	for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		put_le32(cell + 4 + unset[i], NO_CELL);
	put_le32(cell + 4 + 44, SECURITY_AT);
	cell[4 + 72] = 4;
	memcpy(cell + 4 + 76, "ROOT", 4);
}

/* A security descriptor without lists, owner or group. */
static void put_security(char *cell)
{
	put_le32(cell, (uint32_t)-40);
	memcpy(cell + 4, "sk", 2);
	put_le32(cell + 8, SECURITY_AT);
	put_le32(cell + 12, SECURITY_AT);
	put_le32(cell + 16, 1);
	put_le32(cell + 20, 20);
	cell[24] = 1;
	cell[27] = (char)0x80;
}

void hive_put_minimal(struct buf *out, const char *name)
{
	char *bin;

	put_base(out, name, HIVE_BASE);
	bin = put_bin(out, 0);
	put_root(bin + ROOT_AT);
	put_security(bin + SECURITY_AT);
	put_le32(bin + SECURITY_AT + 40, (uint32_t)HIVE_BASE - SECURITY_AT - 40);
}

void hive_put_pages(struct buf *out, size_t count, char fill)
{
	put_base(out, "PAGES", count * HIVE_BASE);
	for (size_t i = 0; i < count; i++) {
		char *bin = put_bin(out, i * HIVE_BASE);

		memset(bin + HIVE_BIN, fill + (char)i, HIVE_BASE - HIVE_BIN);
	}
}

void log_put_base(struct buf *log, struct slice hive, uint32_t sequence, uint32_t type)
{
	char *base = room(log, HIVE_SECTOR);

	memcpy(base, hive.ptr, HIVE_SECTOR);
	put_le32(base + 28, type);
	hive_set_sequence(base, sequence, sequence);
}

void log_set_hashes(struct buf *log, size_t at)
{
	char *entry = log->ptr + at;
	size_t size = le32(entry + 4);

	put_le64(entry + 24,
		marvin32(
			(struct slice){ entry + ENTRY_HEAD, size - ENTRY_HEAD }, MARVIN_HIVE_SEED));
	put_le64(entry + 32, marvin32((struct slice){ entry, 32 }, MARVIN_HIVE_SEED));
}

size_t log_put_entry(struct buf *log, uint32_t sequence, uint32_t bins,
	const struct log_page *pages, uint32_t count)
{
	size_t start = log->len, size = ENTRY_HEAD + 8 * (size_t)count, at;
	char *entry;

	for (uint32_t i = 0; i < count; i++)
		size += pages[i].size;
	size = (size + HIVE_SECTOR - 1) / HIVE_SECTOR * HIVE_SECTOR;
	entry = room(log, size);
	memcpy(entry, "HvLE", 4);
	put_le32(entry + 4, (uint32_t)size);
	put_le32(entry + 12, sequence);
	put_le32(entry + 16, bins);
	put_le32(entry + 20, count);
	at = ENTRY_HEAD + 8 * (size_t)count;
	for (uint32_t i = 0; i < count; i++) {
		put_le32(entry + ENTRY_HEAD + 8 * i, pages[i].offset);
		put_le32(entry + ENTRY_HEAD + 8 * i + 4, pages[i].size);
		memcpy(entry + at, pages[i].bytes, pages[i].size);
		at += pages[i].size;
	}
	log_set_hashes(log, start);
	return start;
}

static bool differs(struct slice before, struct slice after, size_t at, size_t size)
{
	return at + size > before.len || memcmp(before.ptr + at, after.ptr + at, size) != 0;
}

size_t log_put_change(struct buf *log, uint32_t sequence, struct slice before, struct slice after)
{
	struct log_page *pages = calloc(after.len / HIVE_BASE, sizeof(*pages));
	uint32_t count = 0;
	size_t start;

	if (!pages)
		err(1, "a log of a test");
	for (size_t at = HIVE_BASE; at + HIVE_BASE <= after.len; at += HIVE_BASE)
		if (differs(before, after, at, HIVE_BASE))
			pages[count++] = (struct log_page){ (uint32_t)(at - HIVE_BASE),
				(uint32_t)HIVE_BASE, after.ptr + at };
	start = log_put_entry(log, sequence, (uint32_t)(after.len - HIVE_BASE), pages, count);
	free(pages);
	return start;
}

void log_put_dirt(struct buf *log, struct slice before, struct slice after)
{
	size_t bins = after.len - HIVE_BASE;
	size_t table = (4 + bins / HIVE_SECTOR / 8 + HIVE_SECTOR - 1) / HIVE_SECTOR * HIVE_SECTOR;
	size_t start = log->len;

	memcpy(room(log, table), "DIRT", 4);
	for (size_t at = 0; at < bins; at += HIVE_SECTOR) {
		size_t bit = at / HIVE_SECTOR;

		if (!differs(before, after, HIVE_BASE + at, HIVE_SECTOR))
			continue;
		log->ptr[start + 4 + bit / 8] |= (char)(1 << bit % 8);
		memcpy(room(log, HIVE_SECTOR), after.ptr + HIVE_BASE + at, HIVE_SECTOR);
	}
}
