/*
 * One growing store a run, freed at once. Every arena has a compulsory maximum; when
 * it is reached, or memory is out, arena_alloc returns NULL and the arena remembers
 * which (arena_status), so that a caller may keep many pieces and ask once.
 * Compiled with ARENA_DEBUG each piece is a malloc of its own, for ASan to watch.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/slice.h"
#include "base/status.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	size_t used, max;
	enum status status;
};

void arena_init(struct arena *arena, size_t max);
void arena_release(struct arena *arena);
void arena_reset(struct arena *arena); /* forgets pieces and status, keeps one chunk */

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy that lives as long as the arena, NUL-terminated; empty on failure. */
struct slice arena_copy(struct arena *arena, struct slice s);

static inline enum status arena_status(const struct arena *arena)
{
	return arena->status;
}

#endif
