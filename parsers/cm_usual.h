/*
 * The few messages that make up the bulk of an OfflineServicingMgr.log, one of each for every
 * update, letter by letter: a shortcut for whole messages in exactly their usual form. What it
 * reads RULES_CM and cm_recall.h would read in the same way, at ten times the cost.
 */
#ifndef PARSERS_CM_USUAL_H
#define PARSERS_CM_USUAL_H

#include "model/fact.h"

/* Sets kind, flags and fields; false leaves the fact as it was. Not for a message that may have
 * lost its end. */
bool cm_usual_read(struct slice message, struct fact *fact);

#endif
