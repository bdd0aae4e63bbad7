/*
 * Threads that parse blocks. A task is parsed by whoever comes first: a thread of the
 * pool, or the one who needs its result and finds it waiting.
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum task_state { TASK_IDLE, TASK_QUEUED, TASK_RUNNING, TASK_DONE };

struct task {
	enum task_state state; /* under the pool's lock */
	struct task *next;
	void (*work)(void *self);
	void *self;
};

struct pool;

/* `threads` beside the caller's own; 0: every task runs when it is waited for. */
MUST_CHECK enum status pool_new(unsigned threads, struct pool **ret_pool);
void pool_free(struct pool *pool);

void pool_submit(struct pool *pool, struct task *task);
/* Returns when the task is done; runs it here when nobody has begun it. */
void pool_wait(struct pool *pool, struct task *task);

#endif
