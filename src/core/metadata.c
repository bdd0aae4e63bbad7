/* Metadata of Windows Update: pieces, joined by revision and UpdateID. */
#include "core/metadata.h"

#include "base/buf.h"
#include "base/sort.h"
#include "core/inputs.h"
#include "core/known.h"
#include "model/identity.h"
#include "model/kb.h"

/* One fact: a piece of an update. */
struct piece {
	uint32_t number; /* of the piece, in order of place */
	text_id container;
	uint32_t revision, bundle; /* bundle: the revision that it is in; 0: not stated */
	text_id guid, title, language, severity, package;
	uint32_t kb;
	bool is_event;
	struct proof proof;
	struct piece *next, *whole; /* whole: a piece of the same update; itself for the first */
};

/* One update: the best of its pieces. */
struct whole {
	uint32_t kb, number;       /* number: of its first piece */
	const struct piece *title; /* NULL: none */
	text_id guid, severity;
	bool names_package, is_event; /* is_event: no metadata, events alone */
	const struct whole *bundle;   /* the update that it is in; NULL */
};

/* Where an update is found: by its KB or by an identity that it names. */
struct entry {
	uint32_t key;
	const struct whole *whole;
};

struct metadata {
	struct piece *pieces;
	size_t count;
	struct entry *kbs, *identities; /* by key, the one to show first */
	size_t kb_count, identity_count;
};

static struct metadata *metadata_of(struct world *world)
{
	if (!world->metadata)
		world->metadata = world_alloc(world, sizeof(*world->metadata));
	return world->metadata;
}

static struct slice folder_of(struct slice path)
{
	size_t slash = slice_find_last_char(path, '/');

	return slash == SLICE_MISSING ? SLICE_NONE : slice_from_to(path, 0, slash);
}

static struct slice name_of(struct slice path)
{
	size_t slash = slice_find_last_char(path, '/');

	return slash == SLICE_MISSING ? path : slice_skip(path, slash + 1);
}

/* The folder that holds the pieces: what stands before core/<n>, extended/<n>,
 * localized/<lang>/<n>; and the number that names the file there. */
static struct slice container_of(struct slice path, uint32_t *ret_revision)
{
	struct slice folder = folder_of(path), above = folder_of(folder);
	bool is_piece = slice_equal_nocase(name_of(folder), SLICE("core")) ||
		slice_equal_nocase(name_of(folder), SLICE("extended"));

	if (!is_piece && slice_equal_nocase(name_of(above), SLICE("localized"))) {
		is_piece = true;
		above = folder_of(above);
	}
	if (!is_piece)
		return folder;
	(void)slice_to_u32(name_of(path), 10, ret_revision);
	return above;
}

/* A folder of the disk holds them as a cabinet does: its files are an input each. */
static text_id container_id(struct world *world, const struct place *at, uint32_t *ret_revision)
{
	bool is_member = at->member && at->member < world->report->member_count;
	struct buf whole;
	text_id id;

	buf_init(&whole, (size_t)1 << 20);
	if (is_member)
		buf_printf(&whole, "%u|%.*s", at->input,
			SLICE_ARG(container_of(
				world->report->members[at->member].path, ret_revision)));
	else if (world->inputs)
		buf_printf(&whole, "|%.*s",
			SLICE_ARG(container_of(
				slice_from(world->inputs->items[at->input].path), ret_revision)));
	if (whole.status != ST_OK)
		world->status = whole.status;
	id = world_text(world, buf_slice(&whole));
	buf_release(&whole);
	return id;
}

static void add_piece(struct world *world, const struct fact *fact, bool is_event)
{
	struct metadata *metadata = metadata_of(world);
	struct piece *piece = world_alloc(world, sizeof(*piece));

	if (!metadata || !piece)
		return;
	piece->is_event = is_event;
	if (!is_event)
		piece->container = container_id(world, &fact->at, &piece->revision);
	if (!is_event && fact->index)
		piece->revision = fact->index;
	piece->guid = world_text(world, fact->guid);
	piece->title = world_text(world, fact->title);
	if (!is_event) {
		piece->language = world_text(world, fact->name);
		piece->severity = world_text(world, fact->verb);
		piece->package = known_identity(world, fact->package);
		(void)slice_to_u32(fact->parent, 10, &piece->bundle);
	}
	piece->kb = kb_of_identifier(fact->identifier);
	piece->whole = piece;
	proof_set(world, &piece->proof, fact);
	piece->next = metadata->pieces;
	metadata->pieces = piece;
	metadata->count++;
}

/* The heads of manifests stand in the metadata too: their KB and release type are those of the
 * identity. */
static void describe_package(struct world *world, const struct fact *fact)
{
	struct known *known = known_of(world, known_identity(world, fact->package));

	if (known)
		known_describe(world, known, TEXT_FROM_METADATA);
}

void on_update_metadata(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)machine;
	add_piece(world, fact, false);
	if (fact->package.len)
		describe_package(world, fact);
}

void on_update_event(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)machine;
	if (fact->title.len)
		add_piece(world, fact, true);
}

/* Joining */

static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *a, const void *b)
{
	const struct piece *first = *(struct piece *const *)a, *second = *(struct piece *const *)b;

	return place_compare(&first->proof.at, &second->proof.at);
}

static int by_revision(const void *a, const void *b)
{
	const struct piece *first = *(struct piece *const *)a, *second = *(struct piece *const *)b;
	int order = compare_numbers(first->container, second->container);

	if (!order)
		order = compare_numbers(first->revision, second->revision);
	return order ? order : compare_numbers(first->number, second->number);
}

static int by_guid(const void *a, const void *b)
{
	const struct piece *first = *(struct piece *const *)a, *second = *(struct piece *const *)b;
	int order = compare_numbers(first->guid, second->guid);

	return order ? order : compare_numbers(first->number, second->number);
}

/* The first piece of the update, by place. */
static struct piece *first_of(struct piece *piece)
{
	while (piece->whole != piece) {
		piece->whole = piece->whole->whole; /* shorter for the next who asks */
		piece = piece->whole;
	}
	return piece;
}

static void unite(struct piece *a, struct piece *b)
{
	a = first_of(a);
	b = first_of(b);
	if (a->number < b->number)
		b->whole = a;
	else
		a->whole = b;
}

static void unite_neighbours(struct piece **pieces, size_t count)
{
	sort_items(pieces, count, sizeof(*pieces), by_revision);
	for (size_t i = 1; i < count; i++)
		if (pieces[i]->revision && pieces[i]->revision == pieces[i - 1]->revision &&
			pieces[i]->container == pieces[i - 1]->container)
			unite(pieces[i], pieces[i - 1]);
	sort_items(pieces, count, sizeof(*pieces), by_guid);
	for (size_t i = 1; i < count; i++)
		if (pieces[i]->guid && pieces[i]->guid == pieces[i - 1]->guid)
			unite(pieces[i], pieces[i - 1]);
	sort_items(pieces, count, sizeof(*pieces), by_place);
}

static int language_rank(struct slice language)
{
	if (slice_equal_nocase(language, SLICE("en")))
		return 0;
	if (slice_starts_nocase(language, SLICE("en-")))
		return 1;
	return language.len ? 3 : 2;
}

/* Whether a piece's title is to be shown rather than another's, earlier in place. */
static bool has_better_title(
	const struct world *world, const struct piece *piece, const struct piece *known)
{
	struct slice language = world_text_of(world, piece->language);
	struct slice known_language;

	if (!piece->title || !known)
		return piece->title;
	known_language = world_text_of(world, known->language);
	if (piece->is_event != known->is_event)
		return known->is_event;
	if (language_rank(language) != language_rank(known_language))
		return language_rank(language) < language_rank(known_language);
	return slice_compare(language, known_language) < 0;
}

static void take_piece(const struct world *world, struct whole *whole, const struct piece *piece)
{
	if (has_better_title(world, piece, whole->title))
		whole->title = piece;
	if (!whole->kb)
		whole->kb = piece->kb;
	if (!whole->guid)
		whole->guid = piece->guid;
	if (!whole->severity)
		whole->severity = piece->severity;
	whole->names_package |= piece->package != 0;
	whole->is_event &= piece->is_event;
}

/* The update whose revision that is, in one container: `sorted` by_revision. */
static struct piece *of_revision(
	struct piece *const *sorted, size_t count, const struct piece *inside)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_numbers(sorted[middle]->container, inside->container);

		if (!order)
			order = compare_numbers(sorted[middle]->revision, inside->bundle);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && sorted[low]->container == inside->container &&
			sorted[low]->revision == inside->bundle
		? sorted[low]
		: NULL;
}

/* Ties what is in a bundle to it. */
static void tie_bundles(struct piece **pieces, struct whole **wholes, size_t count)
{
	sort_items(pieces, count, sizeof(*pieces), by_revision);
	for (size_t i = 0; i < count; i++) {
		struct piece *bundle =
			pieces[i]->bundle ? of_revision(pieces, count, pieces[i]) : NULL;
		struct whole *inside = wholes[first_of(pieces[i])->number];
		const struct whole *around;

		if (!bundle)
			continue;
		around = wholes[first_of(bundle)->number];
		if (around != inside &&
			(!inside->bundle || around->number < inside->bundle->number))
			inside->bundle = around;
	}
	sort_items(pieces, count, sizeof(*pieces), by_place);
}

/* Which of two updates with one KB, or one identity, is shown. */
static int compare_wholes(const struct whole *a, const struct whole *b)
{
	if (a->is_event != b->is_event)
		return a->is_event ? 1 : -1;
	if (a->names_package != b->names_package)
		return a->names_package ? 1 : -1;
	if (!a->title != !b->title)
		return a->title ? -1 : 1;
	return compare_numbers(a->number, b->number);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;
	int order = compare_numbers(first->key, second->key);

	return order ? order : compare_wholes(first->whole, second->whole);
}

/* Pieces in order of place: an update's first piece comes before its others. */
static void make_wholes(struct world *world, struct piece **pieces, struct whole **wholes)
{
	struct metadata *metadata = world->metadata;

	for (size_t i = 0; i < metadata->count; i++)
		pieces[i]->number = (uint32_t)i;
	unite_neighbours(pieces, metadata->count);
	for (size_t i = 0; i < metadata->count; i++) {
		uint32_t first = first_of(pieces[i])->number;

		if (first == i)
			wholes[i] = world_alloc(world, sizeof(**wholes));
		if (!wholes[first])
			return;
		if (first == i)
			*wholes[i] = (struct whole){ .number = first, .is_event = true };
		take_piece(world, wholes[first], pieces[i]);
	}
	tie_bundles(pieces, wholes, metadata->count);
	for (size_t i = 0; i < metadata->count; i++) {
		const struct whole *whole = wholes[first_of(pieces[i])->number];

		if (pieces[i]->package)
			metadata->identities[metadata->identity_count++] =
				(struct entry){ pieces[i]->package, whole };
		if (whole->kb && whole->number == i)
			metadata->kbs[metadata->kb_count++] = (struct entry){ whole->kb, whole };
	}
}

void metadata_join(struct world *world)
{
	struct metadata *metadata = world->metadata;
	struct piece **pieces;
	struct whole **wholes;
	size_t at = 0;

	if (!metadata)
		return;
	pieces = world_alloc(world, metadata->count * sizeof(struct piece *));
	wholes = world_alloc(world, metadata->count * sizeof(struct whole *));
	metadata->kbs = world_alloc(world, metadata->count * sizeof(*metadata->kbs));
	metadata->identities = world_alloc(world, metadata->count * sizeof(*metadata->identities));
	if (!pieces || !wholes || !metadata->kbs || !metadata->identities)
		return;
	for (struct piece *piece = metadata->pieces; piece; piece = piece->next)
		pieces[at++] = piece;
	sort_items(pieces, at, sizeof(*pieces), by_place);
	make_wholes(world, pieces, wholes);
	sort_items(metadata->kbs, metadata->kb_count, sizeof(*metadata->kbs), by_key);
	sort_items(metadata->identities, metadata->identity_count, sizeof(*metadata->identities),
		by_key);
}

/* Questions */

/* The first entry with the key; `count` when there is none. */
static size_t find_at(const struct entry *entries, size_t count, uint32_t key)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return key && low < count && entries[low].key == key ? low : count;
}

static const struct whole *find(const struct entry *entries, size_t count, uint32_t key)
{
	size_t at = find_at(entries, count, key);

	return at < count ? entries[at].whole : NULL;
}

/* The first title, among the updates of one KB. */
static const struct piece *title_of_kb(const struct metadata *metadata, uint32_t kb)
{
	const struct piece *title = NULL;

	for (size_t i = find_at(metadata->kbs, metadata->kb_count, kb);
		!title && i < metadata->kb_count && metadata->kbs[i].key == kb; i++)
		title = metadata->kbs[i].whole->title;
	return title;
}

/* The title of the bundle, else of any update with the KB; of the update by itself when it is
 * in no bundle. */
static const struct piece *title_to_show(const struct metadata *metadata, const struct whole *own,
	const struct whole *of_kb, uint32_t kb)
{
	const struct piece *title =
		of_kb && of_kb->title ? of_kb->title : title_of_kb(metadata, kb);

	if (title)
		return title;
	return own && !own->bundle ? own->title : NULL;
}

struct metadata_update metadata_find(const struct world *world, text_id identity, uint32_t kb)
{
	const struct metadata *metadata = world->metadata;
	struct metadata_update update = { .kb = kb };
	const struct whole *own, *bundle, *of_kb;
	const struct piece *title;

	if (!metadata)
		return update;
	own = find(metadata->identities, metadata->identity_count, identity);
	/* A servicing stack comes in the bundle of another update: its name is not the stack's. */
	bundle = own && !identity_is_stack(interned(&world->identities, identity)) ? own->bundle
										   : NULL;
	if (!kb && own)
		update.kb = own->kb || !bundle ? own->kb : bundle->kb;
	of_kb = bundle ? bundle : find(metadata->kbs, metadata->kb_count, update.kb);
	title = title_to_show(metadata, own, of_kb, update.kb);
	if (title) {
		update.title = world_text_of(world, title->title);
		update.title_proof = &title->proof;
	}
	if (of_kb) {
		update.guid = world_text_of(world, of_kb->guid);
		update.severity = world_text_of(world, of_kb->severity);
	}
	if (own && !update.guid.len)
		update.guid = world_text_of(world, own->guid);
	if (own && !update.severity.len)
		update.severity = world_text_of(world, own->severity);
	return update;
}
