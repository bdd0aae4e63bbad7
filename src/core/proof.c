/* What is kept of a place that proves something. */
#include "core/proof.h"

#include <string.h>

#include "core/world.h"

static bool reserve_words(struct world *world, struct proof *proof, size_t len)
{
	size_t cap = 128;

	if (proof->cap >= len)
		return true;
	while (cap < len)
		cap *= 2;
	proof->words = world_alloc(world, cap);
	proof->cap = proof->words ? (uint32_t)cap : 0;
	return proof->words;
}

static void set_words(struct world *world, struct proof *proof, struct slice words)
{
	if (words.len > MAX_EVIDENCE_WORDS)
		words.len = MAX_EVIDENCE_WORDS;
	proof->len = 0;
	if (!words.len || !reserve_words(world, proof, words.len))
		return;
	memcpy(proof->words, words.ptr, words.len);
	proof->len = (uint32_t)words.len;
}

int place_compare(const struct place *a, const struct place *b)
{
	if (a->input != b->input)
		return a->input < b->input ? -1 : 1;
	if (a->member != b->member)
		return a->member < b->member ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

void proof_set(struct world *world, struct proof *proof, const struct fact *fact)
{
	proof->kind = fact->kind;
	proof->at = fact->at;
	proof->when = fact->when;
	set_words(world, proof, fact->words);
}

void proof_set_first(struct world *world, struct proof *proof, const struct fact *fact)
{
	if (proof->kind == FACT_NONE)
		proof_set(world, proof, fact);
}

void proof_set_earliest(struct world *world, struct proof *proof, const struct fact *fact)
{
	if (proof->kind == FACT_NONE || place_compare(&fact->at, &proof->at) < 0)
		proof_set(world, proof, fact);
}

void proof_copy(struct world *world, struct proof *to, const struct proof *from)
{
	if (to == from || from->kind == FACT_NONE)
		return;
	to->kind = from->kind;
	to->at = from->at;
	to->when = from->when;
	set_words(world, to, (struct slice){ from->words, from->len });
}
