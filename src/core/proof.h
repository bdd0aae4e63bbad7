/*
 * A fact kept as evidence: its place and words, copied. The memory of a slot is used
 * again when the slot is set again, so that a log of any length costs the same.
 */
#ifndef CORE_PROOF_H
#define CORE_PROOF_H

#include "model/row.h"

struct world;

struct proof {
	enum fact_kind kind; /* FACT_NONE: the slot is empty */
	struct place at;
	int64_t when;
	char *words;
	uint32_t len, cap;
};

/* By input, member, line, offset. */
int place_compare(const struct place *a, const struct place *b);

/* Sets a slot to a fact. */
void proof_set(struct world *world, struct proof *proof, const struct fact *fact);
/* The same, unless the slot is set. */
void proof_set_first(struct world *world, struct proof *proof, const struct fact *fact);
/* The same, when the slot is empty or what it holds stands at a later place. */
void proof_set_earliest(struct world *world, struct proof *proof, const struct fact *fact);
/* An empty slot copies nothing. */
void proof_copy(struct world *world, struct proof *to, const struct proof *from);

#endif
