/* Offers: containers, their top-level packages, their KBs. */
#include "core/offers.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "core/known.h"
#include "core/metadata.h"
#include "core/titles.h"
#include "model/identity.h"
#include "model/kb.h"

/* A manifest. */
struct offer {
	text_id identity;
	text_id container; /* the path of the file that holds it */
	text_id folder;    /* the path of what holds its siblings too */
	bool is_root;      /* update.mum */
	bool is_given;     /* the manifest itself is an input: it was asked for, part or not */
	struct proof proof;
	struct offer *next;
};

/* A package that a manifest in the folder holds. */
struct part {
	text_id folder, identity;
	struct part *next;
};

/* A container whose KB is stated, by its name or by its properties. */
struct named {
	struct slice container;
	uint32_t kb;
};

/* The properties of a stand-alone package. */
struct properties {
	text_id folder;
	uint32_t kb;
	struct properties *next;
};

struct offers {
	struct offer *offers;
	struct part *parts;
	struct properties *properties;
	size_t count, part_count, properties_count;
	struct offer **tops; /* top-level ones, by container, then identity */
	size_t top_count;
};

static struct offers *offers_of(struct world *world)
{
	if (!world->offers)
		world->offers = world_alloc(world, sizeof(*world->offers));
	return world->offers;
}

/* Paths */

static struct slice member_path(const struct world *world, const struct place *at)
{
	return at->member && at->member < world->report->member_count
		? world->report->members[at->member].path
		: SLICE_NONE;
}

static struct slice input_path(const struct world *world, const struct place *at)
{
	return at->input < world->report->input_count ? world->report->inputs[at->input].path
						      : SLICE_NONE;
}

/* A WIM's path without the number of the image in it: "a.wim:1". */
static struct slice without_index(struct slice path)
{
	size_t at = path.len;

	while (at > 0 && is_digit(path.ptr[at - 1]))
		at--;
	return at > 0 && at < path.len && path.ptr[at - 1] == ':' ? slice_from_to(path, 0, at - 1)
								  : path;
}

/* The path of a place, or of the folder that it lies in. */
static text_id path_of(struct world *world, const struct place *at, bool drops_last)
{
	struct buf path;
	struct slice whole;
	text_id id;

	buf_init(&path, (size_t)1 << 20);
	buf_put(&path, input_path(world, at));
	buf_put(&path, member_path(world, at));
	whole = buf_slice(&path);
	id = world_text(world, drops_last ? path_folder(whole) : whole);
	if (path.status != ST_OK)
		world->status = path.status;
	buf_release(&path);
	return id;
}

/* Folding */

void offer_manifest(struct world *world, const struct fact *fact)
{
	struct offers *offers = offers_of(world);
	struct offer *offer = world_alloc(world, sizeof(*offer));
	struct slice member = member_path(world, &fact->at);

	if (!offers || !offer)
		return;
	offer->identity = known_identity(world, fact->package);
	offer->folder = path_of(world, &fact->at, true);
	offer->container = member.len
		? world_text(world, without_index(world_text_of(world, offer->folder)))
		: path_of(world, &fact->at, false);
	offer->is_given = !member.len;
	offer->is_root = slice_equal_nocase(
		path_name(member.len ? member : input_path(world, &fact->at)), SLICE("update.mum"));
	proof_set(world, &offer->proof, fact);
	offer->next = offers->offers;
	offers->offers = offer;
	offers->count++;
}

const struct offer *offers_until_now(const struct world *world)
{
	return world->offers ? world->offers->offers : NULL;
}

void offers_indexes(const struct world *world, const struct offer *since, uint32_t input,
	struct slice inside, bool *ret_holds, size_t count)
{
	for (const struct offer *offer = offers_until_now(world); offer != since;
		offer = offer->next) {
		struct slice path = member_path(world, &offer->proof.at);
		uint32_t index;

		if (offer->proof.at.input != input || !slice_starts(path, inside))
			continue;
		path = slice_skip(path, inside.len);
		if (!slice_starts(path, SLICE(":")))
			continue;
		path = slice_skip(path, 1);
		if (slice_to_u32(slice_cut(&path, '/'), 10, &index) && index < count)
			ret_holds[index] = true;
	}
}

void offer_child(struct world *world, text_id child, const struct fact *fact)
{
	struct offers *offers = offers_of(world);
	struct part *part = world_alloc(world, sizeof(*part));

	if (!offers || !part)
		return;
	part->folder = path_of(world, &fact->at, true);
	part->identity = child;
	part->next = offers->parts;
	offers->parts = part;
	offers->part_count++;
}

void on_package_properties(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct offers *offers = offers_of(world);
	struct properties *properties = world_alloc(world, sizeof(*properties));

	(void)machine;
	if (!offers || !properties || world->scope)
		return;
	properties->folder = path_of(world, &fact->at, true);
	properties->kb = kb_of_identifier(fact->identifier);
	properties->next = offers->properties;
	offers->properties = properties;
	offers->properties_count++;
}

/* Top level */

static int compare_ids(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int by_part(const void *a, const void *b)
{
	const struct part *first = *(struct part *const *)a, *second = *(struct part *const *)b;
	int order = compare_ids(first->folder, second->folder);

	return order ? order : compare_ids(first->identity, second->identity);
}

/* By what it is of, the root of a container first, then by place. */
static int by_sameness(const void *a, const void *b)
{
	const struct offer *first = *(struct offer *const *)a, *second = *(struct offer *const *)b;
	int order = compare_ids(first->container, second->container);

	if (!order)
		order = compare_ids(first->identity, second->identity);
	if (!order)
		order = (int)second->is_root - (int)first->is_root;
	return order ? order : place_compare(&first->proof.at, &second->proof.at);
}

static bool is_inside(struct part *const *parts, size_t count, const struct offer *offer)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_ids(parts[middle]->folder, offer->folder);

		if (!order)
			order = compare_ids(parts[middle]->identity, offer->identity);
		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void choose_tops(struct world *world, struct offers *offers, struct part **parts)
{
	size_t count = 0;

	for (size_t i = 0; i < offers->count; i++) {
		struct offer *offer = offers->tops[i];
		struct slice identity = interned(&world->identities, offer->identity);

		if (count && offers->tops[count - 1]->container == offer->container &&
			offers->tops[count - 1]->identity == offer->identity)
			continue;
		if (!offer->is_root &&
			((!offer->is_given && identity_is_child(identity)) ||
				is_inside(parts, offers->part_count, offer)))
			continue;
		offers->tops[count++] = offer;
	}
	offers->top_count = count;
}

static void find_tops(struct world *world, struct offers *offers)
{
	struct part **parts = world_alloc(world, (offers->part_count + 1) * sizeof(struct part *));
	size_t at = 0;

	offers->tops = world_alloc(world, (offers->count + 1) * sizeof(struct offer *));
	if (!offers->tops || !parts)
		return;
	for (struct part *part = offers->parts; part; part = part->next)
		parts[at++] = part;
	sort_items(parts, at, sizeof(*parts), by_part);
	at = 0;
	for (struct offer *offer = offers->offers; offer; offer = offer->next)
		offers->tops[at++] = offer;
	sort_items(offers->tops, at, sizeof(*offers->tops), by_sameness);
	choose_tops(world, offers, parts);
}

/* KBs of containers */

static bool lies_in(struct slice path, struct slice container)
{
	return slice_starts(path, container) &&
		(path.len == container.len || path.ptr[container.len] == '/');
}

/* Better for a container's KB: an update by its name, then the first in order. */
static bool is_meant_rather(const struct world *world, text_id identity, text_id found)
{
	struct slice first = interned(&world->identities, identity),
		     second = interned(&world->identities, found);

	if (!found)
		return true;
	if (identity_is_update(first) != identity_is_update(second))
		return identity_is_update(first);
	return slice_compare(first, second) < 0;
}

/* The KB goes to the package without one that is no stack; to a stack that came alone. */
static void give_kb(const struct world *world, const struct named *named, uint32_t *kbs)
{
	const struct offers *offers = world->offers;
	text_id found = 0, stack = 0;
	bool is_alone = true;

	for (size_t i = 0; i < offers->top_count; i++) {
		text_id identity = offers->tops[i]->identity;

		if (!lies_in(world_text_of(world, offers->tops[i]->container), named->container))
			continue;
		if (kbs[identity] == named->kb)
			return; /* it has its own already */
		if (identity_is_stack(interned(&world->identities, identity))) {
			is_alone = is_alone && (!stack || stack == identity);
			stack = identity;
			continue;
		}
		is_alone = false;
		if (!kbs[identity] && known_may_take_kb(world, identity) &&
			!identity_is_system(world, identity) &&
			is_meant_rather(world, identity, found))
			found = identity;
	}
	if (found)
		kbs[found] = named->kb;
	else if (stack && is_alone && !kbs[stack])
		kbs[stack] = named->kb;
}

static bool is_package_file(struct slice name)
{
	return slice_ends_nocase(name, SLICE(".cab")) || slice_ends_nocase(name, SLICE(".msu")) ||
		slice_ends_nocase(name, SLICE(".wim"));
}

/* The containers of a path whose names tell a KB, the innermost first. */
static size_t name_containers(struct slice path, struct named *ret_named, size_t max)
{
	size_t count = 0;

	for (; path.len && count < max; path = path_folder(path)) {
		struct slice name = without_index(path_name(path));
		uint32_t kb = is_package_file(name) ? kb_find(name) : 0;

		if (kb)
			ret_named[count++] = (struct named){ path, kb };
	}
	return count;
}

/* Inner containers first, so that they have their KBs before the outer ones look. */
static int by_depth(const void *a, const void *b)
{
	const struct named *first = a, *second = b;

	if (first->container.len != second->container.len)
		return first->container.len > second->container.len ? -1 : 1;
	if (!slice_equal(first->container, second->container))
		return slice_compare(first->container, second->container);
	return compare_ids(first->kb, second->kb);
}

#define MAX_NESTED 8

void offers_give_kbs(struct world *world, uint32_t *kbs)
{
	struct offers *offers = world->offers;
	struct named *named;
	size_t count = 0;

	if (!offers)
		return;
	find_tops(world, offers);
	named = world_alloc(world,
		(offers->top_count * MAX_NESTED + offers->properties_count + 1) * sizeof(*named));
	if (!named || !offers->tops)
		return;
	for (size_t i = 0; i < offers->top_count; i++)
		count += name_containers(world_text_of(world, offers->tops[i]->container),
			&named[count], MAX_NESTED);
	for (const struct properties *at = offers->properties; at; at = at->next)
		if (at->kb)
			named[count++] = (struct named){ world_text_of(world, at->folder), at->kb };
	sort_items(named, count, sizeof(*named), by_depth);
	for (size_t i = 0; i < count; i++)
		if (!i || by_depth(&named[i - 1], &named[i]) != 0)
			give_kb(world, &named[i], kbs);
}

/* The report */

static void set_parents(struct world *world, const struct known *known, struct report_package *out)
{
	if (!known || !known->parent_count)
		return;
	out->parents =
		arena_alloc(&world->report->arena, known->parent_count * sizeof(*out->parents));
	if (!out->parents) {
		world->status = arena_status(&world->report->arena);
		return;
	}
	for (const struct known_parent *parent = known->parents; parent; parent = parent->next) {
		struct slice identity = interned(&world->identities, parent->identity);
		bool is_new = true;

		for (size_t i = 0; i < out->parent_count; i++)
			is_new = is_new && !slice_equal_nocase(out->parents[i], identity);
		if (is_new)
			out->parents[out->parent_count++] = clean_text(world, identity);
	}
}

static void make_package(struct world *world, const struct offer *offer, struct report_package *out)
{
	const struct known *known = known_find(world, offer->identity);
	uint32_t kb = world->kbs[offer->identity];
	struct metadata_update update = metadata_find(world, offer->identity, kb);

	*out = (struct report_package){
		.at = offer->proof.at,
		.container = clean_text(world, world_text_of(world, offer->container)),
		.identity = clean_text(world, interned(&world->identities, offer->identity)),
		.kb = kb,
		.title = clean_text(world, title_of(world, kb, offer->identity)),
		.guid = clean_text(world, update.guid),
		.severity = clean_text(world, update.severity),
	};
	if (!known)
		return;
	out->release = clean_text(world, world_text_of(world, known->release.text));
	out->stack = clean_text(world, world_text_of(world, known->stack));
	out->restart = clean_text(world, world_text_of(world, known->restart));
	set_parents(world, known, out);
}

static int by_container(const void *a, const void *b)
{
	const struct report_package *first = a, *second = b;
	int order = slice_compare(first->container, second->container);

	if (!order)
		order = slice_compare(first->identity, second->identity);
	return order ? order : place_compare(&first->at, &second->at);
}

void offers_make(struct world *world)
{
	struct report *report = world->report;
	struct offers *offers = world->offers;

	if (!offers || !offers->tops || !world->kbs)
		return;
	report->packages =
		arena_alloc(&report->arena, (offers->top_count + 1) * sizeof(*report->packages));
	if (!report->packages) {
		world->status = arena_status(&report->arena);
		return;
	}
	for (size_t i = 0; i < offers->top_count; i++)
		make_package(world, offers->tops[i], &report->packages[i]);
	report->package_count = offers->top_count;
	sort_items(
		report->packages, report->package_count, sizeof(*report->packages), by_container);
}
