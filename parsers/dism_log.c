/* dism.log and what else DISM logs to. The grammar of its messages is dism_rules.def. */
#include "parsers/log_message.h"

static unsigned bid(struct slice head)
{
	struct log_signs signs = log_look(head);

	return signs.dism ? 64 + (signs.dism >= signs.cbs) : 0;
}

const struct parser parser_dism_log = {
	.name = "dism-log",
	.what = "dism.log, any /LogPath file of DISM, and the CBS lines of offline servicing in it",
	.looked_for =
		"records 'YYYY-MM-DD hh:mm:ss, Info  DISM  …', lines '[pid] [0x…]' of wimgapi",
	.shape = PARSER_LINES,
	.bid = bid,
	.most = 65,
	.cut = log_cut,
	.read = log_read,
};
