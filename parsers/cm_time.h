/*
 * Times of ConfigMgr's logs: the fixed form that its code writes, the dates in words of its
 * first versions, and dates that people's CMTrace printed in their own locale.
 */
#ifndef PARSERS_CM_TIME_H
#define PARSERS_CM_TIME_H

#include "parsers/cm_record.h"

/* What stands behind the milliseconds. */
enum cm_bias {
	CM_BIAS_NONE,   /* nothing */
	CM_BIAS_GLUED,  /* more than three digits of fraction, which may hide a bias without sign */
	CM_BIAS_STATED, /* a sign and a number */
	CM_BIAS_ODD,    /* "+-300" and the like: no program of ConfigMgr's writes that */
};

struct cm_time {
	int64_t when; /* NO_TIME: none, or impossible */
	enum cm_bias bias;
	int32_t minutes; /* of CM_BIAS_STATED: to add for UTC; clamped, see CM_MAX_BIAS */
	bool is_bad;     /* it was stated and is impossible */
};

/* A bias further from UTC than any place is (MAX_ZONE_OFFSET) is no bias. */
#define CM_MAX_BIAS (MAX_ZONE_OFFSET / 60)

/* "HH:MM:SS.mmm±bias" and "MM-DD-YYYY" (unpadded numbers too), each the whole of its text. */
void cm_time_read(
	struct slice clock, struct slice date, struct cm_memory *memory, struct cm_time *ret_time);

/* "Wed May 21 17:09:02 1997~", "Fri Sep 03 12:23:46.229 1999 Eastern Standard Time"; false
 * when it has not that form. */
bool cm_time_in_words(struct slice text, struct cm_time *ret_time);

/* January is 1; 0: no English month begins so. */
int cm_month(struct slice word);

/* A date and a time of day as people's locales print them. */
struct cm_printed {
	size_t from, to;  /* where it stands */
	int first, other; /* the two numbers that are day and month; 0 when ISO said which */
	int year;
	char separator;
	int64_t when;       /* NO_TIME: impossible, or the order cannot be told */
	bool is_order_open; /* the order cannot be told */
};

/* The one that begins at `at`; the next one from `at` on. `traits`: enum cm_trait. */
bool cm_printed_at(struct slice line, size_t at, uint32_t traits, struct cm_printed *ret_printed);
bool cm_printed_find(struct slice line, size_t at, uint32_t traits, struct cm_printed *ret_printed);

#endif
