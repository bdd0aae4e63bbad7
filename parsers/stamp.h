/*
 * Time stamps of the servicing logs: "2019-04-17 10:07:38," at the head of a record,
 * and the universal times that some messages carry.
 */
#ifndef PARSERS_STAMP_H
#define PARSERS_STAMP_H

#include "base/civil.h"

#define STAMP_LEN 19 /* "2019-04-17 10:07:38" */

/* Whether "dddd-dd-dd dd:dd:dd," stands at the head of a line. */
bool stamp_is(struct slice line);

/* The stamp's seconds on the log's own clock; NO_TIME for an impossible date. */
int64_t stamp_parse(struct slice line);

/*
 * "2023-05-22 19:15:37.210" and CSI's "2019/4/17:14:07:41.766" (no leading zeros):
 * year, month, day, hour, minute, second between any separators; NO_TIME otherwise.
 */
int64_t stamp_parse_loose(struct slice words);

#endif
