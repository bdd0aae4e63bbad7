/*
 * What OfflineServicingMgr.log says: from a record of SMS_OFFLINE_SERVICING_MANAGER (or of a
 * paste that names no component) to facts SITE_*. The messages are rows of cm_rules.def, each
 * marked as seen in a real log or as recalled (FLAG_RECALL).
 */
#ifndef PARSERS_CM_MESSAGE_H
#define PARSERS_CM_MESSAGE_H

#include "parsers/cm_record.h"

/* Adds the fact of a record, if it is one of this component's: kind, fields, level, tid, times,
 * place and words. */
void cm_message_read(const struct cm_record *record, struct parse_result *result);

#endif
