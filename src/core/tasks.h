/* Tasks of the servicing stack's sessions: what Sessions.xml says of one package in one. */
#ifndef CORE_TASKS_H
#define CORE_TASKS_H

#include "core/proof.h"

struct session_task {
	enum cbs_state target;
	bool has_code;
	bool restart;   /* one is due: asked for, and the session is not whole */
	bool succeeded; /* it came to its end, without an error; `complete` may be missing */
	uint32_t code, phase;
	int64_t begun, complete; /* local; NO_TIME */
	struct session_id session;
};

bool task_failed(const struct session_task *task);
/* It says what became of the package: it failed, or succeeded with a target that is in or out. */
bool task_is_conclusive(const struct session_task *task);
/* It was to take the package out. */
bool task_wants_out(const struct session_task *task);
/* It succeeded, and the package is in or waits for a restart to be. */
bool task_put_in(const struct session_task *task);
/* What it reached: its target, or that target waiting for a restart. */
enum cbs_state task_reached(const struct session_task *task);
/* When it ended, or for want of that began; local, NO_TIME. */
int64_t task_end(const struct session_task *task);

/* Whether a task is of a later session than the known one, whose place is `proof`; of equal
 * ones the later place counts. An empty proof: none is known. */
bool task_is_later(const struct session_task *task, const struct place *at,
	const struct session_task *known, const struct proof *proof);

#endif
