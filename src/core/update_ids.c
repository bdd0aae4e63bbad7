/* UpdateIDs. */
#include "core/update_ids.h"

#include <stdlib.h>

#include "core/updates.h"
#include "model/identity.h"

static int by_identity_text(const void *a, const void *b)
{
	const struct update *first = *(struct update *const *)a,
			    *second = *(struct update *const *)b;

	return slice_compare(first->identity_text, second->identity_text);
}

/* Numbers that are given out: a table of open addressing; 0, which is no number, is free. */
struct numbers {
	int32_t *slots;
	uint32_t mask;
};

/* Adds a number; false when it is there already. */
static bool add_number(struct numbers *numbers, int32_t number)
{
	uint32_t at = (uint32_t)number * UINT32_C(2654435761);

	for (at &= numbers->mask; numbers->slots[at]; at = (at + 1) & numbers->mask)
		if (numbers->slots[at] == number)
			return false;
	numbers->slots[at] = number;
	return true;
}

/* Two identities with one number: the later in order takes the next free one. */
static void give_number(struct world *world, struct numbers *numbers, struct update *update)
{
	update->update_id = identity_update_id(update->identity_text);
	while (!add_number(numbers, update->update_id)) {
		update->update_id--;
		diagnostics_add(&world->report->diagnostics, DIAG_ID_COLLISION,
			(struct place){ .input = NO_INPUT }, update->identity_text);
	}
}

/* Updates without a KB, in the order of their identities: one identity has one number, on
 * every image. */
static void number_identities(struct world *world, const struct list *sorted)
{
	struct numbers numbers = { .mask = 15 };
	const struct update *before = NULL;

	while (numbers.mask < sorted->count * 2)
		numbers.mask = numbers.mask * 2 + 1;
	numbers.slots = calloc((size_t)numbers.mask + 1, sizeof(*numbers.slots));
	if (!numbers.slots) {
		world->status = ST_NOMEM;
		return;
	}
	for (LIST_EACH(struct update, update, sorted)) {
		update->id_from = ID_FROM_IDENTITY;
		if (before && before->identity == update->identity)
			update->update_id = before->update_id;
		else
			give_number(world, &numbers, update);
		before = update;
	}
	free(numbers.slots);
}

void update_ids_give(struct world *world, const struct list *updates)
{
	struct list sorted = { 0 };

	for (LIST_EACH(struct update, update, updates)) {
		update->update_id = (int32_t)(update->ci ? update->ci : update->kb);
		update->id_from = update->ci ? ID_FROM_CI : ID_FROM_KB;
		update->identity_text = interned(&world->identities, update->identity);
		if (!update->ci && !update->kb && !list_add(&sorted, update))
			world->status = ST_NOMEM;
	}
	list_sort(&sorted, by_identity_text);
	number_identities(world, &sorted);
	list_release(&sorted);
}
