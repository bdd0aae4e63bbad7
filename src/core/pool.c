/* A queue of parse tasks and the threads that empty it. */
#include "core/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define MAX_THREADS 64

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct task *first, *last;
	pthread_t threads[MAX_THREADS];
	unsigned thread_count;
	bool closing;
};

/* The queue's first task, taken off it; the lock is held. */
static struct task *take(struct pool *pool)
{
	struct task *task = pool->first;

	if (!task)
		return NULL;
	pool->first = task->next;
	if (!pool->first)
		pool->last = NULL;
	task->state = TASK_RUNNING;
	return task;
}

static void run_task(struct pool *pool, struct task *task)
{
	pthread_mutex_unlock(&pool->lock);
	task->work(task->self);
	pthread_mutex_lock(&pool->lock);
	task->state = TASK_DONE;
	pthread_cond_broadcast(&pool->changed);
}

static void *serve(void *self)
{
	struct pool *pool = self;

	pthread_mutex_lock(&pool->lock);
	while (!pool->closing) {
		struct task *task = take(pool);

		if (task)
			run_task(pool, task);
		else
			pthread_cond_wait(&pool->changed, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

enum status pool_new(unsigned threads, struct pool **ret_pool)
{
	static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct pool *pool = calloc(1, sizeof(*pool));
	sigset_t ending, before;

	if (!pool)
		return ST_NOMEM;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->changed, NULL);
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	/* What ends the program is for the thread that reads: it holds signals off while it makes
	 * what must be removed at its end. */
	sigemptyset(&ending);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		sigaddset(&ending, endings[i]);
	pthread_sigmask(SIG_BLOCK, &ending, &before);
	/* Fewer threads than asked for is slower, not wrong. */
	while (pool->thread_count < threads &&
		pthread_create(&pool->threads[pool->thread_count], NULL, serve, pool) == 0)
		pool->thread_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*ret_pool = pool;
	return ST_OK;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->changed);
	free(pool);
}

void pool_submit(struct pool *pool, struct task *task)
{
	pthread_mutex_lock(&pool->lock);
	task->state = TASK_QUEUED;
	task->next = NULL;
	if (pool->last)
		pool->last->next = task;
	else
		pool->first = task;
	pool->last = task;
	if (pool->thread_count)
		pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

/* Takes one certain task off the queue, wherever it stands; the lock is held. */
static void unqueue(struct pool *pool, struct task *task)
{
	struct task **link = &pool->first, *before = NULL;

	while (*link != task) {
		before = *link;
		link = &(*link)->next;
	}
	*link = task->next;
	if (pool->last == task)
		pool->last = before;
	task->state = TASK_RUNNING;
}

void pool_wait(struct pool *pool, struct task *task)
{
	pthread_mutex_lock(&pool->lock);
	if (task->state == TASK_QUEUED) {
		unqueue(pool, task);
		run_task(pool, task);
	}
	while (task->state == TASK_RUNNING) {
		struct task *other = take(pool); /* help out rather than stand by */

		if (other)
			run_task(pool, other);
		else
			pthread_cond_wait(&pool->changed, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
}
