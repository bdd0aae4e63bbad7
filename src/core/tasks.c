/* Order and outcome of tasks. */
#include "core/tasks.h"

#include "base/civil.h"
#include "model/code.h"

/* When a session was: local time, or for want of it the UTC of its id. */
static int64_t time_of(const struct session_task *task)
{
	if (task->begun != NO_TIME)
		return task->begun;
	if (task->complete != NO_TIME)
		return task->complete;
	return session_is_online(task->session)
		? filetime_to_seconds(task->session.a, task->session.b)
		: NO_TIME;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_tasks(const struct session_task *a, const struct session_task *b)
{
	int order = compare_numbers(time_of(a), time_of(b));

	if (!order)
		order = compare_numbers(a->complete, b->complete);
	if (!order)
		order = compare_numbers(a->session.a, b->session.a);
	if (!order)
		order = compare_numbers(a->session.b, b->session.b);
	return order ? order : compare_numbers(a->phase, b->phase);
}

bool task_is_later(const struct session_task *task, const struct place *at,
	const struct session_task *known, const struct proof *proof)
{
	int order;

	if (!proof->kind)
		return true;
	order = compare_tasks(task, known);
	return order ? order > 0 : place_compare(at, &proof->at) > 0;
}

bool task_failed(const struct session_task *task)
{
	return task->has_code && code_is_failure(task->code);
}

int64_t task_end(const struct session_task *task)
{
	return task->complete != NO_TIME ? task->complete : task->begun;
}

bool task_put_in(const struct session_task *task)
{
	return task->succeeded &&
		(task->target == STATE_INSTALLED || task->target == STATE_PERMANENT ||
			task->target == STATE_INSTALL_PENDING);
}

bool task_is_conclusive(const struct session_task *task)
{
	return task_failed(task) ||
		(task->succeeded && (state_is_in(task->target) || state_is_out(task->target)));
}

bool task_wants_out(const struct session_task *task)
{
	return state_is_out(task->target);
}

enum cbs_state task_reached(const struct session_task *task)
{
	return state_is_in(task->target) && task->restart ? STATE_INSTALL_PENDING : task->target;
}
