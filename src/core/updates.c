/* From packages to updates: KBs, parts, UpdateIDs, titles. */
#include "core/updates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "core/known.h"
#include "core/maps.h"
#include "core/metadata.h"
#include "core/offers.h"
#include "core/packages.h"
#include "core/records.h"
#include "core/site_rows.h"
#include "core/titles.h"
#include "core/update_ids.h"
#include "model/identity.h"
#include "model/kb.h"
#include "model/release.h"

static struct slice identity_of(const struct world *world, const struct package *package)
{
	return interned(&world->identities, package->identity);
}

/* KBs */

/* In the order of the row rules; `logged` is what CBS.log repeats of the manifest. */
static uint32_t kb_of(const struct world *world, text_id identity, uint32_t logged)
{
	const struct known *known = known_find(world, identity);
	uint32_t kb = known ? known->kb.kb : 0;
	uint32_t named = kb_find(interned(&world->identities, identity));

	if (named && (!kb || known->kb.from > KB_FROM_NAME))
		return named;
	if (known && known->has_no_kb) /* what is not of the manifest tells of another package */
		return known->kb.from > KB_FROM_UPDATE || identity_is_system(world, identity) ? 0
											      : kb;
	if (logged && (!kb || known->kb.from > KB_FROM_LOG))
		kb = logged;
	if (!kb)
		kb = metadata_find(world, identity, 0).kb;
	return kb && identity_is_system(world, identity) ? 0 : kb;
}

static bool make_kb_table(struct world *world)
{
	uint32_t *kbs = world_alloc(world, ((size_t)world->identities.count + 1) * sizeof(*kbs));

	if (!kbs)
		return false;
	for (LIST_EACH(struct package, package, &world->packages))
		if (package->kb &&
			(!kbs[package->identity] || package->kb < kbs[package->identity]))
			kbs[package->identity] = package->kb;
	for (text_id identity = 1; identity <= world->identities.count; identity++)
		kbs[identity] = kb_of(world, identity, kbs[identity]);
	world->kbs = kbs;
	return true;
}

/* The package of a container that its KB means: the one without a KB of its own that is
 * no servicing stack; a stack only when it came alone. */
static struct package *meant_by_container(
	const struct world *world, const struct container_kb *container)
{
	struct package *found = NULL;

	for (LIST_EACH(struct package, package, &container->packages)) {
		struct slice identity = identity_of(world, package);

		if (world->kbs[package->identity] || !known_may_take_kb(world, package->identity))
			continue;
		if (identity_is_stack(identity) && container->packages.count > 1)
			continue;
		if (!found ||
			(identity_is_update(identity) &&
				!identity_is_update(identity_of(world, found))))
			found = package;
	}
	return found;
}

static int by_kb(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return first < second ? -1 : first > second;
}

/* The KBs of all that is no servicing stack, in order; their count. */
static size_t kbs_of_updates(const struct world *world, uint32_t *ret_kbs)
{
	size_t count = 0;

	for (text_id identity = 1; identity <= world->identities.count; identity++)
		if (world->kbs[identity] &&
			!identity_is_stack(interned(&world->identities, identity)))
			ret_kbs[count++] = world->kbs[identity];
	if (count)
		qsort(ret_kbs, count, sizeof(*ret_kbs), by_kb);
	return count;
}

/* Sessions.xml names a cumulative update and the stack that came with it alike, in one
 * session or in two: the KB is the stack's when it is nobody else's. */
static void give_stacks_kbs(struct world *world)
{
	uint32_t *taken =
		world_alloc(world, ((size_t)world->identities.count + 1) * sizeof(*taken));
	size_t count = taken ? kbs_of_updates(world, taken) : 0;

	for (text_id identity = 1; taken && identity <= world->identities.count; identity++) {
		const struct known *known = known_find(world, identity);
		uint32_t kb = known && !known->has_no_kb ? known->session_kb.kb : 0;

		if (kb && !world->kbs[identity] &&
			!(count && bsearch(&kb, taken, count, sizeof(*taken), by_kb)))
			world->kbs[identity] = kb;
	}
}

/* What a map says of an identity, for want of a better source. */
static void take_mapped_kbs(struct world *world)
{
	for (text_id identity = 1; world->maps && identity <= world->identities.count; identity++) {
		const struct known *known = known_find(world, identity);

		if (!world->kbs[identity] && !(known && known->has_no_kb))
			world->kbs[identity] =
				maps_kb_of(world, interned(&world->identities, identity));
	}
}

static void resolve_kbs(struct world *world)
{
	if (!make_kb_table(world))
		return;
	for (LIST_EACH(struct container_kb, container, &world->container_kbs)) {
		struct package *package = meant_by_container(world, container);

		if (package)
			world->kbs[package->identity] = container->kb;
	}
	offers_give_kbs(world, world->kbs);
	give_stacks_kbs(world);
	take_mapped_kbs(world);
	for (LIST_EACH(struct package, resolved, &world->packages))
		resolved->kb = world->kbs[resolved->identity];
}

/* What is an update */

/* The release type as a manifest or a list states it, else as CBS.log does. */
static struct slice release_of(const struct world *world, const struct package *package)
{
	const struct known *known = known_find(world, package->identity);

	return world_text_of(
		world, known && known->release.text ? known->release.text : package->release_type);
}

/* Marks of the registry are the last resort: an update's own name is believed before them. */
static bool is_hidden(const struct world *world, const struct package *package)
{
	const struct record *record = package->record;

	return record && !identity_is_update(identity_of(world, package)) &&
		(record->is_hidden || (record->is_owned && !record->owns_itself));
}

static bool is_part(const struct world *world, const struct package *package)
{
	return package->child_of || known_is_part(world, package->identity) ||
		is_hidden(world, package);
}

static bool is_update(const struct world *world, const struct package *package)
{
	if (is_part(world, package))
		return false;
	return package->kb || identity_is_update(identity_of(world, package)) ||
		release_is_update(release_of(world, package));
}

static bool is_wanted(const struct world *world, const struct package *package)
{
	if (package->shadowed_by)
		return false;
	return world->options->all_packages ? !is_part(world, package) : is_update(world, package);
}

/* Grouping */

static int by_group(const void *a, const void *b)
{
	const struct package *first = *(struct package *const *)a,
			     *second = *(struct package *const *)b;

	if (first->image->canonical != second->image->canonical)
		return first->image->canonical->number < second->image->canonical->number ? -1 : 1;
	if (first->kb != second->kb)
		return first->kb < second->kb ? -1 : 1;
	if (first->identity != second->identity)
		return first->sort_rank < second->sort_rank ? -1 : 1;
	return first->image->number < second->image->number
		? -1
		: first->image->number > second->image->number;
}

static int by_identity(const void *a, const void *b)
{
	const struct package *first = *(struct package *const *)a,
			     *second = *(struct package *const *)b;

	return slice_compare(first->identity_text, second->identity_text);
}

/* Identities in bytewise order, so that nothing depends on the order of the inputs. */
static void rank_packages(struct world *world, struct list *wanted)
{
	for (LIST_EACH(struct package, package, wanted))
		package->identity_text = identity_of(world, package);
	list_sort(wanted, by_identity);
	for (size_t i = 0; i < wanted->count; i++)
		((struct package *)wanted->items[i])->sort_rank = (uint32_t)i;
}

static struct update *new_update(
	struct world *world, struct list *updates, const struct package *package)
{
	struct update *update = world_alloc(world, sizeof(*update));

	if (!update || !list_add(updates, update)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	update->image = package->image->canonical;
	update->kb = package->kb;
	update->identity = package->kb ? 0 : package->identity;
	return update;
}

static bool belongs(const struct update *update, const struct package *package)
{
	return update && update->image == package->image->canonical && update->kb == package->kb &&
		(update->kb || update->identity == package->identity);
}

/* Runs of a log name the package that it spoke of: it is of the same update. */
static void name_shadows(const struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages)) {
		struct package *stands = package;

		while (stands->shadowed_by)
			stands = stands->shadowed_by;
		package->update = stands->update;
	}
}

/* A KB that a list names stands for packages; it goes where one of them is known. */
static bool is_stand_in(const struct world *world, const struct package *package)
{
	struct identity parts;

	return !package->own_proofs && !identity_parse(identity_of(world, package), &parts);
}

static void drop_stand_ins(const struct world *world, struct update *update)
{
	size_t kept = 0;
	bool is_known = false;

	for (LIST_EACH(struct package, package, &update->packages))
		is_known |= !is_stand_in(world, package) && package->now.current != STATE_NONE;
	for (LIST_EACH(struct package, member, &update->packages))
		if (!is_known || !is_stand_in(world, member))
			update->packages.items[kept++] = member;
	update->packages.count = kept;
}

static void group(struct world *world, struct list *updates)
{
	struct list wanted = { 0 };
	struct update *update = NULL;

	for (LIST_EACH(struct package, package, &world->packages))
		if (is_wanted(world, package) && !list_add(&wanted, package))
			world->status = ST_NOMEM;
	rank_packages(world, &wanted);
	list_sort(&wanted, by_group);
	for (LIST_EACH(struct package, member, &wanted)) {
		if (!belongs(update, member))
			update = new_update(world, updates, member);
		if (!update)
			break;
		member->update = update;
		update->is_update |= is_update(world, member);
		if (!list_add(&update->packages, member))
			world->status = ST_NOMEM;
	}
	list_release(&wanted);
	for (LIST_EACH(struct update, made, updates))
		drop_stand_ins(world, made);
	name_shadows(world);
}

/* Titles */

/* The release type of the update among its packages; another that is stated, for want of
 * one. */
static struct slice type_of(const struct world *world, const struct update *update)
{
	struct slice found = SLICE_NONE, other = SLICE_NONE;

	for (LIST_EACH(struct package, package, &update->packages)) {
		struct slice type = release_of(world, package);

		if (release_is_update(type))
			found = type;
		else if (!release_is_system(type))
			other = type;
	}
	return found.len ? found : other;
}

/* What the site calls it, else Windows Update, else a manifest; false: none says. */
static bool take_given_title(const struct world *world, struct update *update)
{
	if (update->mapped && update->mapped->title.len) {
		update->title = update->mapped->title;
		update->title_proof = &update->mapped->proof;
		return true;
	}
	for (LIST_EACH(struct package, package, &update->packages)) {
		struct metadata_update said = metadata_find(world, package->identity, update->kb);

		if (!said.title.len)
			continue;
		update->title = said.title;
		update->title_proof = said.title_proof;
		return true;
	}
	for (LIST_EACH(struct package, described, &update->packages)) {
		const struct known *known = known_find(world, described->identity);

		if (!known || !known->title.text)
			continue;
		update->title = world_text_of(world, known->title.text);
		update->title_proof = &known->title.proof;
		return true;
	}
	return false;
}

static void make_title(struct world *world, struct update *update)
{
	if (!take_given_title(world, update))
		update->title = title_made_up(world, update->kb, update->identity,
			type_of(world, update), update->is_update);
}

void updates_resolve(struct world *world)
{
	metadata_join(world);
	resolve_kbs(world);
}

/* Indexes of one file whose registry was read whole: what it omits is absent. */
static bool is_asked(const struct image *image, const struct image *of)
{
	return image != of && image->canonical == image && image->kind == IMAGE_ENTRY &&
		of->kind == IMAGE_ENTRY && image->input == of->input &&
		image->container == of->container && image->contents &&
		image->contents->packages_key.kind;
}

static int by_image_and_kb(const void *a, const void *b)
{
	const struct package *first = *(struct package *const *)a,
			     *second = *(struct package *const *)b;
	uint32_t one = first->image->canonical->number, other = second->image->canonical->number;

	if (one != other)
		return one < other ? -1 : 1;
	return first->kb < second->kb ? -1 : first->kb > second->kb;
}

/* The updates with a KB that indexes of files have, by image and KB. */
static void list_kbs(struct world *world, struct list *ret_list)
{
	for (LIST_EACH(struct package, package, &world->packages))
		if (package->kb && !package->shadowed_by &&
			package->image->canonical->kind == IMAGE_ENTRY &&
			is_update(world, package) && !list_add(ret_list, package))
			world->status = ST_NOMEM;
	list_sort(ret_list, by_image_and_kb);
}

/* Whether the image has a package of that KB: the KB is another family's there, as .NET's. */
static bool has_kb(const struct list *kbs, struct image *image, uint32_t kb)
{
	struct package wanted = { .image = image, .kb = kb };
	struct package *key = &wanted;

	return kb && kbs->count &&
		bsearch(&key, kbs->items, kbs->count, sizeof(*kbs->items), by_image_and_kb);
}

/* Asks the other indexes of the file for an update of one. */
static void spread(struct world *world, const struct package *package, const struct list *kbs)
{
	const struct image *own = package->image->canonical;

	for (LIST_EACH(struct image, image, &world->images)) {
		struct package *sibling;

		if (!is_asked(image, own) || has_kb(kbs, image, package->kb))
			continue;
		sibling = package_sibling(world, image, package);
		if (sibling)
			sibling->kb = package->kb;
	}
}

void updates_spread(struct world *world)
{
	size_t count = world->packages.count; /* those that are added are no reason for more */
	struct list kbs = { 0 };

	list_kbs(world, &kbs);

	for (size_t i = 0; i < count && world->status == ST_OK; i++) {
		struct package *package = world->packages.items[i];
		struct image *own = package->image->canonical;

		/* What a log merely evaluated is no update of the image. */
		if (own->kind != IMAGE_ENTRY || package->shadowed_by ||
			(!package->record && !package->asked) || !is_update(world, package))
			continue;
		spread(world, package, &kbs);
	}
	list_release(&kbs);
}

/* A CI_ID that a log names alone: the map knows its KB. */
static void find_by_ci(struct world *world, const struct list *updates)
{
	for (LIST_EACH(struct update, update, updates)) {
		update->mapped = maps_of_ci(world, update->ci);
		if (update->mapped && !update->kb)
			update->kb = update->mapped->kb;
	}
}

void updates_make(struct world *world, struct list *ret_updates)
{
	group(world, ret_updates);
	site_join_updates(world, ret_updates);
	find_by_ci(world, ret_updates);
	update_ids_give(world, ret_updates);
	for (LIST_EACH(struct update, update, ret_updates))
		make_title(world, update);
}

void updates_release(struct list *updates)
{
	for (LIST_EACH(struct update, update, updates))
		list_release(&update->packages);
	list_release(updates);
}
