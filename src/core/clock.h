/*
 * The logs' clock: local time without an offset, made UTC where the log itself, or a
 * person, says how; failing that, where the image that the log lies in keeps its time zone.
 * A log's anchors are stretches of lines with one offset.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include "core/world.h"

struct anchor {
	uint64_t first_line, last_line;
	int64_t first_local, last_local;
	int32_t offset; /* local - UTC, seconds; of all but ANCHOR_BIAS a multiple of 15 minutes */
	enum time_basis basis;
};

#define MAX_ANCHORS  65536 /* of one source in one log; later ones are not kept */
#define MAX_DISORDER 5
#define NO_MACHINE   UINT32_MAX

/* Where an offset comes from, the best first. */
enum anchor_source {
	ANCHOR_STATED,  /* universal time that a line states */
	ANCHOR_SESSION, /* an online session's id */
	ANCHOR_STATMSG, /* GMTDATE of a ConfigMgr status message */
	ANCHOR_BIAS,    /* the bias of a ConfigMgr record */
	ANCHOR_SOURCE_COUNT_
};

/* In the order of their lines; what follows with the same offset is one stretch. */
struct anchor_list {
	struct anchor *items;
	uint32_t count, cap;
};

/* Of one log. */
struct anchors {
	struct anchor_list lists[ANCHOR_SOURCE_COUNT_];
	uint64_t steps[64]; /* lines where the clock steps back */
	uint32_t step_count;
	int64_t last_local; /* of the last stamped fact: a step back is a diagnostic */
	int64_t last_utc;   /* the same, where it is stated */
	int64_t first_local;
	uint32_t machine; /* number of the machine whose clock it is, or NO_MACHINE */
	uint32_t input, member;
};

/* Room for the anchors of all logs (struct log_source), before the first is read. */
MUST_CHECK enum status clock_prepare(struct world *world, const struct list *logs);

void clock_stated(struct world *world, const struct fact *fact);
void clock_session(struct world *world, const struct machine *machine, const struct fact *fact);
/* Of a ConfigMgr record that states universal time: itself, or by its bias. */
void clock_site(struct world *world, const struct fact *fact);
/* Every stamped fact passes here: steps back are noted. ConfigMgr's threads write one log, a
 * little out of order: up to MAX_DISORDER seconds are no step. */
void clock_watch(struct world *world, const struct fact *fact);

/* UTC by the best rule there is, or local; local NO_TIME gives no time. */
struct moment clock_moment(struct world *world, const struct place *at, int64_t local);
/* When the logs of the machine whose log a place lies in end; TIME_NONE: it lies in none. */
struct moment clock_end(struct world *world, const struct place *at);
/* Whether a moment is beyond doubt before, or after, one of UTC: a local clock may be off by
 * as much as time zones are. */
bool moment_is_before(struct moment when, int64_t utc);
bool moment_is_after(struct moment when, int64_t utc);
/* At the end: where a time zone that was given disagrees with the log. */
void clock_compare_zones(struct world *world);
void clock_release(struct world *world);

#endif
