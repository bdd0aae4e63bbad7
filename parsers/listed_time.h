/*
 * Times as DISM and PowerShell print them, in the format of the machine's locale. What is
 * first, the day or the month, is decided only when it is certain:
 *   2026-03-06 23:54[:00][Z|+01:00], 2026/3/6 …    the year is first: month, day
 *   06.03.2026 23:54[:00]                          dots: day, month
 *   13/03/2026 … or 03/13/2026 …                   a number above 12 is no month, and
 *                                                  decides for every time of its list
 *   3/6/2026 11:54 PM                              AM or PM and no leading zeros, as US English
 *                                                  prints it: month, day, unless a time of
 *                                                  the same list proves otherwise
 *   06/03/2026 23:54                               open: no time
 *   /Date(1711929600000)/                          JSON: milliseconds of UTC
 * A list whose times prove both orders has none for what is open.
 */
#ifndef PARSERS_LISTED_TIME_H
#define PARSERS_LISTED_TIME_H

#include "base/civil.h"

enum date_order { ORDER_OPEN, ORDER_MONTH_FIRST, ORDER_DAY_FIRST, ORDER_MIXED };

struct listed_time {
	int numbers[2]; /* month and day, in the order written */
	struct civil rest;
	enum date_order order; /* certain by itself */
	enum date_order guess; /* when nothing in the list speaks against it */
	enum date_order proof; /* for the other times of the list */
	int64_t utc;           /* stated by the text itself, else NO_TIME */
};

/* False when the text is empty or no time of a form above. */
bool listed_time_parse(struct slice text, struct listed_time *ret_time);
/* What is proved by all times so far and by one more. */
enum date_order date_order_join(enum date_order so_far, enum date_order proof);
/* The local seconds, NO_TIME when the order stays open or the date is impossible. */
int64_t listed_time_local(const struct listed_time *time, enum date_order of_list);

#endif
