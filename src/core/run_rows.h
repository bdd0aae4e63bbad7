/* Rows of runs: ServicingProgress and ImageUpdateHistory. */
#ifndef CORE_RUN_ROWS_H
#define CORE_RUN_ROWS_H

#include "core/world.h"

struct site_past;

/* A run as rows show it, whoever made it: DISM, CBS, ConfigMgr. */
struct shown_run {
	struct slice id;       /* ImagePackageID */
	int32_t schedule;      /* ScheduleID; 0: none of ConfigMgr, or not known */
	int32_t status;        /* enum run_status */
	int32_t failed_update; /* UpdateID; 0 */
	bool has_code;         /* false: it failed, and no line gives a code */
	int32_t code;          /* Win32ErrorCode */
	struct moment start;
	enum reason reason;
	enum certainty certainty;
	enum update_list list;

	uint32_t order;        /* of the log: settles what has one time */
	struct place at;       /* of its beginning */
	const struct run *run; /* for evidence, of one of both */
	const struct site_past *past;
};

void make_run_rows(struct world *world);

#endif
