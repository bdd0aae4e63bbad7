/* Logs of ConfigMgr. */
#include "parsers/parser.h"

static unsigned bid(struct slice head)
{
	(void)head;
	return 0;
}

static void read_block(struct slice bytes, struct parse_result *result)
{
	(void)bytes;
	(void)result;
}

const struct parser parser_cm_log = {
	.name = "cm-log",
	.what = "logs of ConfigMgr",
	.looked_for = "<![LOG[ records or lines that end in $$<COMPONENT><date><thread=>",
	.shape = PARSER_LINES,
	.bid = bid,
	.read = read_block,
};
