/* Identities: KBs in the order of trust, texts, parts. */
#include "core/known.h"

#include "model/identity.h"
#include "model/kb.h"
#include "model/release.h"

/* The table */

const struct known *known_find(const struct world *world, text_id identity)
{
	struct known *const *page = identity / KNOWN_PAGE < KNOWN_PAGES
		? world->known_pages[identity / KNOWN_PAGE]
		: NULL;

	return page ? page[identity % KNOWN_PAGE] : NULL;
}

struct known *known_of(struct world *world, text_id identity)
{
	struct known ***page;

	if (!identity || identity / KNOWN_PAGE >= KNOWN_PAGES)
		return NULL;
	page = &world->known_pages[identity / KNOWN_PAGE];
	if (!*page)
		*page = world_alloc(world, KNOWN_PAGE * sizeof(**page));
	if (!*page)
		return NULL;
	if (!(*page)[identity % KNOWN_PAGE])
		(*page)[identity % KNOWN_PAGE] = world_alloc(world, sizeof(struct known));
	return (*page)[identity % KNOWN_PAGE];
}

text_id known_identity(struct world *world, struct slice identity)
{
	text_id id = intern(&world->identities, identity);
	struct slice shown = interned(&world->identities, id);

	if (!id) {
		if (identity.len)
			world->status = world->identities.status;
		return 0;
	}
	if (slice_compare(identity, shown) < 0)
		intern_spelling(&world->identities, id, identity);
	if (world->identities.status != ST_OK)
		world->status = world->identities.status;
	return id;
}

/* Values: the better source, the smaller value, the earlier place */

static int compare_values(int rank, int known_rank, int order)
{
	return rank != known_rank ? (rank < known_rank ? -1 : 1) : order;
}

void known_note_kb(struct world *world, struct known_kb *known, uint32_t kb, enum kb_from from)
{
	int order;

	if (!kb)
		return;
	order = !known->kb
		? -1
		: compare_values((int)from, (int)known->from, kb < known->kb ? -1 : kb > known->kb);
	if (order > 0)
		return;
	if (order < 0)
		known->proof.kind = FACT_NONE;
	known->kb = kb;
	known->from = from;
	proof_set_earliest(world, &known->proof, world->fact);
}

void known_note_text(
	struct world *world, struct known_text *known, struct slice text, enum text_from from)
{
	int order;

	if (!text.len)
		return;
	order = !known->text ? -1
			     : compare_values((int)from, (int)known->from,
				       slice_compare(text, world_text_of(world, known->text)));
	if (order > 0)
		return;
	if (order < 0)
		known->proof.kind = FACT_NONE;
	known->text = world_text(world, text);
	known->from = from;
	proof_set_earliest(world, &known->proof, world->fact);
}

void known_describe(struct world *world, struct known *known, enum text_from from)
{
	const struct fact *fact = world->fact;

	known_note_kb(world, &known->kb, kb_of_identifier(fact->identifier), KB_FROM_IDENTIFIER);
	known_note_kb(world, &known->kb, kb_of_support(fact->path), KB_FROM_SUPPORT);
	known_note_kb(world, &known->kb, kb_of_description(fact->description), KB_FROM_DESCRIPTION);
	known_note_kb(world, &known->kb, kb_of_update(fact->update), KB_FROM_UPDATE);
	if (!slice_equal_nocase(fact->title, SLICE("default")))
		known_note_text(world, &known->title, fact->title, from);
	known_note_text(world, &known->release, release_name(fact->release), from);
}

/* Parts */

#define MAX_WHOLES 16

bool known_is_part(const struct world *world, text_id identity)
{
	const struct known *known = known_find(world, identity);
	text_id whole = known ? known->whole : 0;

	if (identity_is_child(interned(&world->identities, identity)))
		return true;
	if (!whole)
		return false;
	/* Manifests that hold each other are no order: both stay. */
	for (unsigned i = 0; i < MAX_WHOLES && whole; i++) {
		if (whole == identity)
			return false;
		known = known_find(world, whole);
		whole = known ? known->whole : 0;
	}
	return true;
}

bool known_may_take_kb(const struct world *world, text_id identity)
{
	const struct known *known = known_find(world, identity);

	return !(known && known->has_no_kb) &&
		!identity_is_child(interned(&world->identities, identity));
}
