/* Walks of the images of a WIM. */
#include "core/wim_names.h"

#include <pthread.h>
#include <string.h>

#include "core/places.h"
#include "core/pool.h"

#define MAX_NAMES_MEMORY ((size_t)2 << 30)
#define MAX_WALKERS      4

void wim_names_init(struct wim_names *names)
{
	*names = (struct wim_names){ .status = ST_OK };
	arena_init(&names->arena, MAX_NAMES_MEMORY);
}

void wim_names_release(struct wim_names *names)
{
	list_release(&names->files);
	list_release(&names->oddities);
	arena_release(&names->arena);
}

/* ---- One image ------------------------------------------------------------------------ */

static bool enter(void *self, struct slice folder)
{
	struct wim_names *names = self;

	names->has_windows |= slice_equal_nocase(folder, SLICE("Windows"));
	return place_leads(folder);
}

/* A WIM may be a package instead of an image: files at its root that hold manifests. */
static bool may_be_package(struct slice path)
{
	static const char *const endings[] = { ".mum", ".cab", ".msu", ".wim", ".txt", ".xml" };

	if (slice_find_char(path, '/') != SLICE_MISSING)
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (slice_ends_nocase(path, slice_from(endings[i])))
			return true;
	return false;
}

static void take(void *self, const struct walk_file *file)
{
	struct wim_names *names = self;
	struct walk_file *kept;
	struct slice root;

	if (place_of(file->path, &root) == PLACE_NONE && !may_be_package(file->path))
		return;
	kept = arena_alloc(&names->arena, sizeof(*kept));
	if (!kept || !list_add(&names->files, kept)) {
		names->status = ST_NOMEM;
		return;
	}
	*kept = *file;
	kept->path = arena_copy(&names->arena, file->path);
	if (file->sha1)
		kept->sha1 = (const uint8_t *)arena_copy(
			&names->arena, (struct slice){ (const char *)file->sha1, SHA1_SIZE })
				     .ptr;
}

static void trouble(void *self, struct slice path, struct slice words)
{
	struct wim_names *names = self;
	struct wim_oddity *oddity = arena_alloc(&names->arena, sizeof(*oddity));

	if (!oddity || !list_add(&names->oddities, oddity)) {
		names->status = ST_NOMEM;
		return;
	}
	oddity->path = arena_copy(&names->arena, path);
	oddity->words = arena_copy(&names->arena, words);
}

static void walk_one(struct wim *wim, uint32_t index, struct wim_names *names)
{
	const struct walk walk = { enter, take, trouble, names };
	enum status status = wim_walk(wim, index, &walk, &names->problem);

	if (arena_status(&names->arena) != ST_OK)
		names->status = arena_status(&names->arena);
	if (names->status == ST_OK)
		names->status = status;
}

/* ---- All of them ---------------------------------------------------------------------- */

struct walks {
	const char *path;
	struct wim_names *names;
	uint32_t count, next; /* `next` under the lock */
	pthread_mutex_t lock;
};

/* The next wanted index, 0 when there is none. */
static uint32_t next_index(struct walks *walks)
{
	uint32_t index = 0;

	pthread_mutex_lock(&walks->lock);
	while (!index && walks->next < walks->count)
		if (walks->names[walks->next++].is_wanted)
			index = walks->next;
	pthread_mutex_unlock(&walks->lock);
	return index;
}

static void walk_some(struct walks *walks, struct wim *wim)
{
	uint32_t index;

	while ((index = next_index(walks)))
		walk_one(wim, index, &walks->names[index - 1]);
}

/* Who cannot open the WIM leaves the work to the others. */
static void help(void *self)
{
	struct walks *walks = self;
	struct wim_problem ignored;
	struct wim *wim = NULL;
	enum status status = wim_open(walks->path, &wim, &ignored);

	if (status == ST_OK || status == ST_DAMAGED)
		walk_some(walks, wim);
	wim_close(wim);
}

static unsigned wanted_walks(const struct walks *walks)
{
	unsigned wanted = 0;

	for (uint32_t i = 0; i < walks->count && wanted < MAX_WALKERS; i++)
		wanted += walks->names[i].is_wanted;
	return wanted;
}

static void walk_side_by_side(struct walks *walks, struct wim *wim, unsigned helpers)
{
	struct task tasks[MAX_WALKERS];
	struct pool *pool = NULL;

	if (helpers && pool_new(helpers, &pool) != ST_OK)
		helpers = 0;
	for (unsigned i = 0; i < helpers; i++) {
		tasks[i] = (struct task){ .work = help, .self = walks };
		pool_submit(pool, &tasks[i]);
	}
	walk_some(walks, wim);
	for (unsigned i = 0; i < helpers; i++)
		pool_wait(pool, &tasks[i]);
	pool_free(pool);
}

void wim_names_walk(struct wim *wim, const char *path, unsigned threads, struct wim_names *names,
	uint32_t count)
{
	struct walks walks = { .path = path, .names = names, .count = count };
	unsigned wanted = wanted_walks(&walks);

	pthread_mutex_init(&walks.lock, NULL);
	walk_side_by_side(&walks, wim, (threads < wanted ? threads : wanted ? wanted : 1) - 1);
	pthread_mutex_destroy(&walks.lock);
}
