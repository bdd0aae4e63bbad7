/*
 * A run on an image package that is over, as it is kept: what its rows show and the lines that
 * say so, in little memory, since there is one of every night. For the files site_*.c, and
 * evidence.c.
 */
#ifndef CORE_SITE_PAST_H
#define CORE_SITE_PAST_H

#include "core/site.h"

/* What a line tells of a run. */
enum past_role {
	PAST_BEGUN,  /* its schedule, and when it began */
	PAST_OPENED, /* the first line of a run whose beginning is not in the log */
	PAST_NAMED,  /* the image */
	PAST_FAILED,
	PAST_ENDED, /* the end of the image */
	PAST_OVER,  /* the end of the run, of an image without an end of its own */
	PAST_ROLE_COUNT_,
};

#define MAX_PAST_LINES 8

struct site_past {
	struct machine *machine;
	struct image *image; /* any of its indexes; NULL until the end when it has none */
	text_id package, wim;
	uint32_t number; /* of the visit */
	uint32_t schedule;
	struct site_time start, first, last;
	struct place at; /* its beginning */
	uint64_t unread; /* messages in the run that no rule reads */
	int32_t status;
	enum reason reason;
	enum certainty certainty;
	bool is_complete;  /* the list of its updates */
	bool is_overtaken; /* another run began on its thread, and it had no end */
	bool has_code;
	uint32_t code;
	bool has_failed_update;
	uint32_t failed_ci, failed_kb;
	text_id failed_file;
	struct image *failed_image;
	struct evidence *lines; /* `supports` is its role; the words are the report's */
	uint32_t line_count;
	struct list runs; /* at the end: struct run, DISM's part of it */
};

/* Keeps what a visit was, in world->site->past. */
void site_keep(struct world *world, const struct site_visit *visit);

#endif
