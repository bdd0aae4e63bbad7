/* What is common to both formats of hive logs. */
#include "parsers/hive_log.h"

static bool is_blank(struct slice bytes)
{
	struct slice head = slice_from_to(bytes, 0, HIVE_SECTOR);

	for (size_t i = 0; i < head.len; i++)
		if (head.ptr[i])
			return false;
	return true;
}

void hive_log_open(struct slice bytes, struct hive_log *ret_log)
{
	struct hive_log log = { .bytes = bytes };

	if (hive_base_read(bytes, &log.base))
		log.has_base = log.base.is_valid && log.base.type != HIVE_PRIMARY &&
			log.base.primary == log.base.secondary;
	log.is_torn = !log.has_base && !is_blank(bytes);
	*ret_log = log;
}
