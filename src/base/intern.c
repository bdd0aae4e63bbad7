/* Interned strings: an open-addressing table of numbers into an array of texts. */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024

void interner_init(struct interner *interner, struct arena *arena, bool nocase, uint32_t max)
{
	*interner = (struct interner){ .arena = arena, .nocase = nocase, .max = max };
}

void interner_release(struct interner *interner)
{
	free(interner->texts);
	free(interner->hashes);
	free(interner->slots);
	interner_init(interner, interner->arena, interner->nocase, interner->max);
}

static bool same(const struct interner *interner, struct slice a, struct slice b)
{
	return slice_equal(a, b) || (interner->nocase && slice_equal_nocase(a, b));
}

/* The slot that holds `text`, or the free slot where it belongs. */
static uint32_t *find_slot(const struct interner *interner, struct slice text, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (interner->slot_cap - 1);

	while (interner->slots[at]) {
		uint32_t id = interner->slots[at];

		if (interner->hashes[id - 1] == hash &&
			same(interner, interner->texts[id - 1], text))
			break;
		at = (at + 1) & (interner->slot_cap - 1);
	}
	return &interner->slots[at];
}

static bool grow_slots(struct interner *interner)
{
	uint32_t cap = interner->slot_cap ? interner->slot_cap * 2 : FIRST_SLOTS;
	uint32_t *slots = calloc(cap, sizeof(*slots));

	if (!slots)
		return false;
	free(interner->slots);
	interner->slots = slots;
	interner->slot_cap = cap;
	for (uint32_t i = 0; i < interner->count; i++) {
		uint32_t at = (uint32_t)interner->hashes[i] & (cap - 1);

		while (slots[at])
			at = (at + 1) & (cap - 1);
		slots[at] = i + 1;
	}
	return true;
}

static bool grow_texts(struct interner *interner)
{
	uint32_t cap = interner->text_cap ? interner->text_cap * 2 : FIRST_SLOTS / 2;
	struct slice *texts = reallocarray(interner->texts, cap, sizeof(*texts));
	uint64_t *hashes;

	if (!texts)
		return false;
	interner->texts = texts;
	hashes = reallocarray(interner->hashes, cap, sizeof(*hashes));
	if (!hashes)
		return false;
	interner->hashes = hashes;
	interner->text_cap = cap;
	return true;
}

static bool make_room(struct interner *interner)
{
	if (interner->count >= interner->max) {
		interner->status = ST_LIMIT;
		return false;
	}
	if (interner->count + interner->count / 2 >= interner->slot_cap / 2 &&
		!grow_slots(interner))
		interner->status = ST_NOMEM;
	if (interner->count == interner->text_cap && !grow_texts(interner))
		interner->status = ST_NOMEM;
	return interner->status == ST_OK;
}

static uint64_t hash_of(const struct interner *interner, struct slice text)
{
	return interner->nocase ? slice_hash_loose(text) : slice_hash(text);
}

static text_id lookup(const struct interner *interner, struct slice text, uint64_t hash)
{
	if (text.len == 0 || !interner->slot_cap)
		return 0;
	return *find_slot(interner, text, hash);
}

text_id intern(struct interner *interner, struct slice text)
{
	uint64_t hash = hash_of(interner, text);
	text_id known = lookup(interner, text, hash);
	uint32_t *slot;
	struct slice copy;

	if (known || text.len == 0)
		return known;
	if (!make_room(interner))
		return 0;
	copy = arena_copy(interner->arena, text);
	if (!copy.ptr) {
		interner->status = arena_status(interner->arena);
		return 0;
	}
	slot = find_slot(interner, text, hash);
	interner->texts[interner->count] = copy;
	interner->hashes[interner->count] = hash;
	*slot = ++interner->count;
	return *slot;
}

text_id interner_lookup(const struct interner *interner, struct slice text)
{
	return lookup(interner, text, hash_of(interner, text));
}

void intern_spelling(struct interner *interner, text_id id, struct slice text)
{
	struct slice copy = arena_copy(interner->arena, text);

	if (copy.ptr)
		interner->texts[id - 1] = copy;
	else
		interner->status = arena_status(interner->arena);
}

struct slice interned(const struct interner *interner, text_id id)
{
	return id ? interner->texts[id - 1] : SLICE_NONE;
}
