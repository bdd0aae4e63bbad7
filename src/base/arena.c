/* The run's store: pieces are cut from chunks and freed together. */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_CHUNK ((size_t)64 << 10)
#define ARENA_ALIGN _Alignof(max_align_t)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena, size_t max)
{
	*arena = (struct arena){ .max = max, .status = ST_OK };
}

static void free_chunks(struct arena_chunk *chunk)
{
	while (chunk) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
}

void arena_release(struct arena *arena)
{
	free_chunks(arena->chunks);
	arena_init(arena, arena->max);
}

void arena_reset(struct arena *arena)
{
	arena->status = ST_OK;
	if (!arena->chunks)
		return;
	free_chunks(arena->chunks->next);
	arena->chunks->next = NULL;
	memset(arena->chunks->bytes, 0, arena->chunks->used);
	arena->chunks->used = 0;
	arena->used = 0;
}

/* A big piece has a chunk of its own behind the first, which goes on taking small ones. */
static void link_chunk(struct arena *arena, struct arena_chunk *chunk)
{
	struct arena_chunk **at = &arena->chunks;

	if (*at && chunk->size > ARENA_CHUNK)
		at = &(*at)->next;
	chunk->next = *at;
	*at = chunk;
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t wanted)
{
#ifdef ARENA_DEBUG
	size_t size = wanted;
#else
	size_t size = wanted > ARENA_CHUNK ? wanted : ARENA_CHUNK;
#endif
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		return NULL;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->size = size;
	link_chunk(arena, chunk);
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t wanted = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	void *piece;

	if (wanted < size || wanted > arena->max - arena->used) {
		arena->status = ST_LIMIT;
		return NULL;
	}
	if (!chunk || wanted > chunk->size - chunk->used)
		chunk = add_chunk(arena, wanted);
	if (!chunk) {
		arena->status = ST_NOMEM;
		return NULL;
	}
	piece = chunk->bytes + chunk->used;
	chunk->used += wanted;
	arena->used += wanted;
	return piece;
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (!copy)
		return SLICE_NONE;
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return (struct slice){ copy, s.len };
}
