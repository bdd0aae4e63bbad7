/*
 * From records to facts: the one reader behind dism-log and cbs-log, since a CBS line
 * means the same wherever it stands.
 */
#ifndef PARSERS_LOG_MESSAGE_H
#define PARSERS_LOG_MESSAGE_H

#include "parsers/log_record.h"

/* parser.read of both logs. */
void log_read(struct slice bytes, struct parse_result *result);

#endif
