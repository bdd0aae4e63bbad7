/* Messages that no real log has shown yet. */
#include "parsers/cm_recall.h"

bool cm_recall_read(struct slice message, struct fact *fact)
{
	(void)message;
	(void)fact;
	return false;
}
