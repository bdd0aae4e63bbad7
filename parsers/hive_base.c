/* The base block of registry hives and their logs. */
#include "parsers/hive_base.h"

enum {
	AT_PRIMARY = 4,
	AT_SECONDARY = 8,
	AT_WRITTEN = 12,
	AT_MAJOR = 20,
	AT_MINOR = 24,
	AT_TYPE = 28,
	AT_ROOT = 36,
	AT_BINS = 40,
	AT_NAME = 48,
	NAME_BYTES = 64,
	AT_FLAGS = 144,
	AT_CHECKSUM = 508,
};

uint32_t hive_base_checksum(const char *head)
{
	uint32_t sum = 0;

	for (size_t at = 0; at < AT_CHECKSUM; at += 4)
		sum ^= le32(head + at);
	if (sum == 0)
		return 1;
	return sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
}

bool hive_bins_fit(uint64_t bins)
{
	return bins >= HIVE_BASE && bins % HIVE_BASE == 0 && bins <= MAX_HIVE - HIVE_BASE;
}

static struct slice name_of(struct slice head)
{
	struct slice field = slice_from_to(head, AT_NAME, AT_NAME + NAME_BYTES);
	size_t len = 0;

	while (len + 2 <= field.len && le16(field.ptr + len) != 0)
		len += 2;
	return slice_from_to(field, 0, len);
}

bool hive_base_read(struct slice head, struct hive_base *ret_base)
{
	if (head.len < HIVE_SECTOR || !slice_starts(head, SLICE("regf")))
		return false;
	*ret_base = (struct hive_base){
		.primary = le32(head.ptr + AT_PRIMARY),
		.secondary = le32(head.ptr + AT_SECONDARY),
		.written = le64(head.ptr + AT_WRITTEN),
		.major = le32(head.ptr + AT_MAJOR),
		.minor = le32(head.ptr + AT_MINOR),
		.type = le32(head.ptr + AT_TYPE),
		.root = le32(head.ptr + AT_ROOT),
		.bins = le32(head.ptr + AT_BINS),
		.flags = le32(head.ptr + AT_FLAGS),
		.name = name_of(head),
		.is_valid = le32(head.ptr + AT_CHECKSUM) == hive_base_checksum(head.ptr),
	};
	return true;
}
