/* Identities: KBs in the order of trust, texts, parents, parts. */
#include "core/known.h"

#include "base/path.h"
#include "core/offers.h"
#include "core/records.h"
#include "model/identity.h"

#define KB_DIGITS_MIN 6
#define KB_DIGITS_MAX 7

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

static void note_place(struct world *world, struct proof *proof)
{
	if (!proof->kind || place_compare(&world->fact->at, &proof->at) < 0)
		proof_set(world, proof, world->fact);
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
	note_place(world, &known->proof);
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
	note_place(world, &known->proof);
}

/* KBs */

/* The 6 or 7 digits at the head of a text that are a KB, and not FOD's placeholder. */
static uint32_t kb_number(struct slice digits)
{
	size_t count = 0;
	uint32_t kb;

	while (count < digits.len && is_digit(digits.ptr[count]))
		count++;
	if (count < KB_DIGITS_MIN || count > KB_DIGITS_MAX ||
		!slice_to_u32(slice_from_to(digits, 0, count), 10, &kb))
		return 0;
	return kb == 777777 || kb == 777778 ? 0 : kb;
}

static uint32_t kb_behind(struct slice text, struct slice mark)
{
	size_t at = slice_find_nocase(text, mark);

	return at == SLICE_MISSING ? 0 : kb_number(slice_skip(text, at + mark.len));
}

uint32_t kb_of_identifier(struct slice identifier)
{
	return slice_starts_nocase(identifier, SLICE("KB")) ? kb_number(slice_skip(identifier, 2))
							    : 0;
}

uint32_t kb_of_support(struct slice url)
{
	static const struct slice marks[] = {
		{ "?kbid=", 6 },
		{ "&kbid=", 6 },
		{ "/help/", 6 },
		{ "/kb/", 4 },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		uint32_t kb = kb_behind(url, marks[i]);

		if (kb)
			return kb;
	}
	return 0;
}

uint32_t kb_of_description(struct slice description)
{
	return kb_behind(description, SLICE("Fix for KB"));
}

uint32_t kb_of_update(struct slice update_name)
{
	uint32_t kb = kb_number(update_name);
	size_t at = 0;

	while (at < update_name.len && is_digit(update_name.ptr[at]))
		at++;
	if (!kb || at == update_name.len || update_name.ptr[at++] != '-')
		return 0;
	if (at == update_name.len || !is_digit(update_name.ptr[at]))
		return 0;
	while (at < update_name.len && is_digit(update_name.ptr[at]))
		at++;
	return at < update_name.len && update_name.ptr[at] == '_' ? kb : 0;
}

uint32_t kb_of_package_file(struct slice path)
{
	struct slice name = windows_path_name(path);

	return slice_ends_nocase(name, SLICE(".cab")) || slice_ends_nocase(name, SLICE(".msu"))
		? kb_find(name)
		: 0;
}

bool known_may_take_kb(const struct world *world, text_id identity)
{
	const struct known *known = known_find(world, identity);

	return !(known && known->has_no_kb) &&
		!identity_is_child(interned(&world->identities, identity));
}

/* Features on demand carry these. */
static bool is_placeholder(struct slice identifier)
{
	return slice_equal_nocase(identifier, SLICE("KB777777")) ||
		slice_equal_nocase(identifier, SLICE("KB777778"));
}

/* Release types, as DISM prints them; PowerShell leaves out the blanks */

static const struct {
	const char *name;
	bool is_update, is_system;
} releases[] = {
	{ "Critical Update", true, false },
	{ "Driver", false, false },
	{ "Feature Pack", false, false },
	{ "Hotfix", true, false },
	{ "Security Update", true, false },
	{ "Software Update", true, false },
	{ "Update", true, false },
	{ "Update Rollup", true, false },
	{ "Language Pack", false, true },
	{ "Foundation", false, true },
	{ "Service Pack", true, false },
	{ "Product", false, true },
	{ "Local Pack", false, true },
	{ "Other", false, false },
	{ "OnDemand Pack", false, true },
};

static bool same_letters(struct slice words, const char *name)
{
	size_t at = 0;

	for (;;) {
		while (at < words.len && words.ptr[at] == ' ')
			at++;
		while (*name == ' ')
			name++;
		if (at == words.len || !*name)
			return at == words.len && !*name;
		if (to_lower(words.ptr[at++]) != to_lower(*name++))
			return false;
	}
}

static size_t release_number(struct slice words)
{
	size_t at = 0;

	while (at < sizeof(releases) / sizeof(releases[0]) &&
		!same_letters(words, releases[at].name))
		at++;
	return at;
}

struct slice release_name(struct slice words)
{
	size_t at = release_number(words);

	return at < sizeof(releases) / sizeof(releases[0]) ? slice_from(releases[at].name)
							   : slice_trim(words);
}

bool release_is_update(struct slice release)
{
	size_t at = release_number(release);

	return at < sizeof(releases) / sizeof(releases[0]) && releases[at].is_update;
}

bool release_is_system(struct slice release)
{
	size_t at = release_number(release);

	return at < sizeof(releases) / sizeof(releases[0]) && releases[at].is_system;
}

/* Manifests */

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
	known->has_no_kb |= is_placeholder(slice_trim(fact->identifier));
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

/* Identities in an order that does not depend on their spelling. */
static int compare_identities(const struct world *world, text_id a, text_id b)
{
	struct slice first = interned(&world->identities, a),
		     second = interned(&world->identities, b);
	size_t common = first.len < second.len ? first.len : second.len;

	for (size_t i = 0; i < common; i++) {
		char x = to_lower(first.ptr[i]), y = to_lower(second.ptr[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return first.len < second.len ? -1 : first.len > second.len;
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
		note_place(world, &(*at)->proof);
		return;
	}
	added = world_alloc(world, sizeof(*added));
	if (!added)
		return;
	*added = parent;
	added->next = *at;
	*at = added;
	note_place(world, &added->proof);
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
