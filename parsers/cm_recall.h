/*
 * Messages of SMS_OFFLINE_SERVICING_MANAGER that administrators quote but no real log has shown
 * yet. Their exact words are not known, so they are read by the words that matter, wherever
 * these stand and whatever the case: see cm_words.h. What would make an update installed or an
 * image committed is read strictly: a word of doubt or denial anywhere in the message refuses it.
 */
#ifndef PARSERS_CM_RECALL_H
#define PARSERS_CM_RECALL_H

#include "model/fact.h"

/* Makes the tables, once, before the first message. */
void cm_recall_init(void);

/* For messages that no rule of RULES_CM reads. Sets kind and fields, FLAG_RECALL among the
 * flags; false leaves the fact as it was. */
bool cm_recall_read(struct slice message, struct fact *fact);

#endif
