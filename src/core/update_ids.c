/* UpdateIDs. */
#include "core/update_ids.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/sort.h"
#include "core/map_choice.h"
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

/* CI_IDs */

#define MAX_NAMED 8

static void note_ambiguous(struct world *world, struct update *update, struct slice words)
{
	struct place at = { .input = NO_INPUT };

	update->id_is_ambiguous = true;
	if (update->mapped)
		at = update->mapped->proof.at;
	diagnostics_add(&world->report->diagnostics, DIAG_ID_AMBIGUOUS, at, words);
}

/* "KB5058411", "Package_for_X~...": what an update is called when it has no title yet. */
static void put_called(struct buf *words, const struct update *update)
{
	if (update->kb)
		buf_printf(words, "KB%u", update->kb);
	else
		buf_put(words, update->identity_text);
	buf_printf(words, " of %.*s:%u", SLICE_ARG(update->image->id), update->image->index);
}

static void note_choice(struct world *world, struct update *update, const struct map_choice *choice)
{
	struct buf words;

	buf_init(&words, (size_t)1 << 20);
	put_called(&words, update);
	for (size_t i = 0; i < choice->count && i < MAX_NAMED; i++)
		buf_printf(&words, "%s%u", i ? ", " : ": ", choice->rows[i]->ci);
	if (choice->is_more || choice->count > MAX_NAMED)
		buf_puts(&words, " and more");
	update->mapped = choice->rows[0];
	note_ambiguous(world, update, buf_slice(&words));
	update->mapped = NULL;
	if (words.status == ST_NOMEM)
		world->status = ST_NOMEM;
	buf_release(&words);
}

static void choose(struct world *world, struct update *update)
{
	struct map_choice choice;

	map_choose(world, update, &choice);
	if (choice.count == 1 && !choice.is_more)
		update->mapped = choice.rows[0];
	else if (choice.count)
		note_choice(world, update, &choice);
}

/* An update and the CI_ID that it may get. */
struct claim {
	struct update *update;
	uint32_t image, ci;
	bool is_logged;
};

/* By image and number; what a log says first. */
static int by_number(const void *a, const void *b)
{
	const struct claim *first = a, *second = b;

	if (first->image != second->image)
		return first->image < second->image ? -1 : 1;
	if (first->ci != second->ci)
		return first->ci < second->ci ? -1 : 1;
	if (first->is_logged != second->is_logged)
		return first->is_logged ? -1 : 1;
	return 0;
}

/* The same, and what is equal in the order of KBs and identities. */
static int by_claim(const void *a, const void *b)
{
	const struct update *first = ((const struct claim *)a)->update,
			    *second = ((const struct claim *)b)->update;
	int order = by_number(a, b);

	if (order)
		return order;
	if (first->kb != second->kb)
		return first->kb < second->kb ? -1 : 1;
	return slice_compare(first->identity_text, second->identity_text);
}

static void refuse(struct world *world, struct claim *claim)
{
	struct buf words;

	buf_init(&words, (size_t)1 << 20);
	put_called(&words, claim->update);
	buf_printf(&words, ": another update of the image has %u too", claim->ci);
	note_ambiguous(world, claim->update, buf_slice(&words));
	if (words.status == ST_NOMEM)
		world->status = ST_NOMEM;
	buf_release(&words);
	if (!claim->is_logged)
		claim->update->mapped = NULL;
}

static void grant(struct claim *claim)
{
	claim->update->update_id = (int32_t)claim->ci;
	claim->update->id_from = claim->is_logged ? ID_FROM_CI : ID_FROM_MAP;
}

/* What a log says of one update alone stands before maps. An update that has no other number
 * keeps the one that it has. */
static bool has_other_number(const struct claim *claim)
{
	return claim->update->kb || claim->update->identity;
}

/* Claims [from, to) are of one CI_ID on one image. */
static void settle(struct world *world, struct claim *claims, size_t from, size_t to)
{
	bool is_alone = to == from + 1 || (claims[from].is_logged && !claims[from + 1].is_logged);
	bool is_taken = false;

	for (size_t i = from; i < to; i++) {
		bool is_first = i == from && is_alone;

		assert(claims[i].update); /* each claim is an update's */
		if (!is_taken && (is_first || !has_other_number(&claims[i]))) {
			grant(&claims[i]);
			is_taken = true;
		} else {
			refuse(world, &claims[i]);
		}
	}
}

/* A number below the CI_IDs may be the KB number of another update of the image. */
static bool is_kb_of_other(const struct claim *kbs, size_t count, const struct claim *claim)
{
	const struct claim key = { .image = claim->image, .ci = claim->ci, .is_logged = true };
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (by_number(&kbs[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < count && kbs[from].image == key.image && kbs[from].ci == key.ci; from++)
		if (kbs[from].update != claim->update)
			return true;
	return false;
}

static size_t list_kbs(const struct list *updates, struct claim *ret_kbs)
{
	size_t count = 0;

	for (LIST_EACH(struct update, update, updates))
		if (update->kb)
			ret_kbs[count++] =
				(struct claim){ update, update->image->number, update->kb, true };
	sort_items(ret_kbs, count, sizeof(*ret_kbs), by_claim);
	return count;
}

static size_t list_claims(struct world *world, const struct list *updates, struct claim *ret_claims,
	const struct claim *kbs, size_t kb_count)
{
	size_t count = 0;

	for (LIST_EACH(struct update, update, updates)) {
		struct claim claim = { update, update->image->number, update->ci, true };

		if (!update->ci && update->mapped)
			claim = (struct claim){ update, update->image->number, update->mapped->ci,
				false };
		if (!claim.ci)
			continue;
		if (is_kb_of_other(kbs, kb_count, &claim) && has_other_number(&claim))
			refuse(world, &claim);
		else
			ret_claims[count++] = claim;
	}
	sort_items(ret_claims, count, sizeof(*ret_claims), by_claim);
	return count;
}

static void give_cis(struct world *world, const struct list *updates)
{
	struct claim *claims = calloc(2 * updates->count + 1, sizeof(*claims)), *kbs;
	size_t count, kb_count;

	if (!claims) {
		world->status = ST_NOMEM;
		return;
	}
	kbs = claims + updates->count;
	kb_count = list_kbs(updates, kbs);
	count = list_claims(world, updates, claims, kbs, kb_count);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count; to++)
			if (claims[to].image != claims[from].image ||
				claims[to].ci != claims[from].ci)
				break;
		settle(world, claims, from, to);
	}
	free(claims);
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
	for (LIST_EACH(struct update, mapped, updates))
		if (world->maps && !mapped->ci)
			choose(world, mapped);
	give_cis(world, updates);
}
