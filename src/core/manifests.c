/* Manifests: what they say of packages, parents and parts, wherever they lie. */
#include "core/manifests.h"

#include "core/known.h"
#include "core/offers.h"
#include "core/records.h"
#include "model/identity.h"
#include "model/kb.h"

/* The oldest stack that takes the package is the newest that any of its manifests wants. */
static void note_stack(struct world *world, struct known *known, struct slice version)
{
	if (version.len &&
		(!known->stack || version_compare(version, world_text_of(world, known->stack)) > 0))
		known->stack = world_text(world, version);
}

static void note_restart(struct world *world, struct known *known, struct slice words)
{
	if (words.len &&
		(!known->restart || slice_compare(words, world_text_of(world, known->restart)) > 0))
		known->restart = world_text(world, words); /* required behind possible */
}

void on_manifest(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct known *known = known_of(world, known_identity(world, fact->package));

	(void)machine;
	if (!known)
		return;
	known->has_manifest = true;
	known->has_no_kb |= kb_is_placeholder(slice_trim(fact->identifier));
	known_describe(world, known, TEXT_FROM_MANIFEST);
	note_stack(world, known, fact->version);
	note_restart(world, known, fact->verb);
	if (world->scope)
		record_manifest(world, fact);
	else
		offer_manifest(world, fact);
}

/* "buildCompare=GE revisionCompare=GE": whether a comparison allows more than equal. */
static bool may_grow(struct slice words, struct slice name)
{
	size_t at = slice_find_nocase(words, name);

	return at != SLICE_MISSING &&
		slice_starts_nocase(slice_skip(words, at + name.len), SLICE("=GE"));
}

/* In an order that does not depend on spelling. */
static int compare_identities(const struct world *world, text_id a, text_id b)
{
	return slice_compare_nocase(
		interned(&world->identities, a), interned(&world->identities, b));
}

static int compare_parents(
	const struct world *world, const struct known_parent *a, const struct known_parent *b)
{
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->identity != b->identity)
		return compare_identities(world, a->identity, b->identity);
	if (a->build_may_grow != b->build_may_grow)
		return a->build_may_grow ? 1 : -1;
	return (int)a->revision_may_grow - (int)b->revision_may_grow;
}

/* The first in order stay, whichever came first. */
static void drop_last_parent(struct world *world, struct known *known)
{
	struct known_parent **at = &known->parents;

	while ((*at)->next)
		at = &(*at)->next;
	*at = NULL;
	known->parent_count--;
	diagnostics_add(&world->report->diagnostics, DIAG_FACTS_DROPPED, world->fact->at,
		SLICE("parents of one package"));
}

void on_manifest_parent(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct known *known = known_of(world, known_identity(world, fact->package));
	struct known_parent **at, *added,
		parent = {
			.identity = known_identity(world, fact->parent),
			.group = fact->index,
			.build_may_grow = may_grow(fact->function, SLICE("buildCompare")),
			.revision_may_grow = may_grow(fact->function, SLICE("revisionCompare")) ||
				may_grow(fact->function, SLICE("serviceCompare")),
		};
	int order = 1;

	(void)machine;
	if (!known || !parent.identity)
		return;
	for (at = &known->parents; *at; at = &(*at)->next) {
		order = compare_parents(world, &parent, *at);
		if (order <= 0)
			break;
	}
	if (*at && order == 0) {
		proof_set_earliest(world, &(*at)->proof, fact);
		return;
	}
	added = world_alloc(world, sizeof(*added));
	if (!added)
		return;
	*added = parent;
	added->next = *at;
	*at = added;
	proof_set_earliest(world, &added->proof, fact);
	if (++known->parent_count > MAX_KNOWN_PARENTS)
		drop_last_parent(world, known);
}

void on_manifest_child(struct world *world, struct machine *machine, const struct fact *fact)
{
	text_id whole = known_identity(world, fact->package);
	text_id part = known_identity(world, fact->name);
	struct known *known = known_of(world, part);

	(void)machine;
	if (!known || !whole || whole == part)
		return;
	if ((fact->flags & FLAG_HIDDEN) &&
		(!known->whole || compare_identities(world, whole, known->whole) < 0))
		known->whole = whole;
	if (!world->scope)
		offer_child(world, part, fact);
}
