/*
 * Status messages, as ConfigMgr's components write them into their logs:
 *
 *   STATMSG: ID=7913 SEV=E LEV=M SOURCE="SMS Server" COMP="…" SYS=host SITE=MS1 PID=1 TID=2
 *   GMTDATE=Fri May 11 15:20:43.056 2018 ISTR0="…" … ISTR9="…" NUMATTRS=1 AID0=400 AVAL0="…"
 *
 * on one line. Values hold quotes that nothing escapes, so the line is split from its right end at
 * the names of its parts. Two ids of this component are known from real logs, 7900 (a schedule
 * starts: ISTR0 its id) and 7913 (an unmount failed: ISTR0 to ISTR3 are package, index, mount
 * directory, error). Other 79xx are read by what the strings look like (FLAG_RECALL).
 */
#ifndef PARSERS_CM_STATUS_H
#define PARSERS_CM_STATUS_H

#include "model/fact.h"

/* Whether a message is one, of whatever component. */
bool cm_status_is(struct slice message);

/*
 * Fills a SITE_STATUS; false when it is another component's or cannot be read. `is_cut`: the
 * message may have lost its end, so its last part counts only when another stands behind it.
 * utc is GMTDATE where that can be read, and else stays as it is.
 */
bool cm_status_read(struct slice message, bool is_cut, struct fact *fact);

#endif
