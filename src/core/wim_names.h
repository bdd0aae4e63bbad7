/*
 * The names that matter in the images of a WIM. Images are walked side by side, each thread
 * with the WIM opened for itself; what was found is the same for any number of threads.
 */
#ifndef CORE_WIM_NAMES_H
#define CORE_WIM_NAMES_H

#include "base/arena.h"
#include "core/list.h"
#include "source/wim.h"

struct wim_oddity {
	struct slice path, words;
};

/* Of one image. */
struct wim_names {
	bool is_wanted; /* set by the caller; the others are not walked */
	bool has_windows;
	struct list files;    /* struct walk_file: places of an image, parts of a package */
	struct list oddities; /* struct wim_oddity */
	enum status status;   /* of wim_walk */
	struct wim_problem problem;
	struct arena arena;
};

/*
 * Walks the wanted ones of `count` images; names[0] is of index 1. `path` is what `wim` was
 * opened by, `threads` 1 or more. The caller releases each, whatever comes.
 */
void wim_names_walk(struct wim *wim, const char *path, unsigned threads, struct wim_names *names,
	uint32_t count);
void wim_names_init(struct wim_names *names);
void wim_names_release(struct wim_names *names);

#endif
