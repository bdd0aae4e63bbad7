/* CBS.log and its rotations. The grammar of its messages is cbs_rules.def. */
#include "parsers/log_message.h"

static unsigned bid(struct slice head)
{
	struct log_signs signs = log_look(head);

	return signs.cbs ? 64 + (signs.cbs > signs.dism) : 0;
}

const struct parser parser_cbs_log = {
	.name = "cbs-log",
	.what = "CBS.log, CbsPersist_*.log, Panther's cbs.log",
	.looked_for = "records 'YYYY-MM-DD hh:mm:ss, Info  CBS  …', messages such as 'Exec: "
		      "Processing started.'",
	.shape = PARSER_LINES,
	.bid = bid,
	.most = 65,
	.cut = log_cut,
	.read = log_read,
};
