/* From packages to updates: KBs, parts, UpdateIDs, titles. */
#include "core/updates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "model/identity.h"

static struct slice identity_of(const struct world *world, const struct package *package)
{
	return interned(&world->identities, package->identity);
}

/* KBs */

static uint32_t *make_kb_table(struct world *world)
{
	uint32_t *kbs = calloc((size_t)world->identities.count + 1, sizeof(*kbs));

	if (!kbs) {
		world->status = ST_NOMEM;
		return NULL;
	}
	for (LIST_EACH(struct package, package, &world->packages)) {
		uint32_t own = kb_find(identity_of(world, package));

		if (own)
			kbs[package->identity] = own;
		else if (package->kb)
			kbs[package->identity] = package->kb;
	}
	return kbs;
}

/* The package of a container that its KB means: the one without a KB of its own that is
 * no servicing stack; a stack only when it came alone. */
static struct package *meant_by_container(
	const struct world *world, const struct container_kb *container, const uint32_t *kbs)
{
	struct package *found = NULL;

	for (LIST_EACH(struct package, package, &container->packages)) {
		struct slice identity = identity_of(world, package);

		if (kbs[package->identity] || identity_is_child(identity))
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

static void resolve_kbs(struct world *world)
{
	uint32_t *kbs = make_kb_table(world);

	if (!kbs)
		return;
	for (LIST_EACH(struct container_kb, container, &world->container_kbs)) {
		struct package *package = meant_by_container(world, container, kbs);

		if (package)
			kbs[package->identity] = container->kb;
	}
	for (LIST_EACH(struct package, resolved, &world->packages))
		resolved->kb = kbs[resolved->identity];
	free(kbs);
}

/* What is an update */

static const char *const update_types[] = {
	"Critical Update",
	"Hotfix",
	"Security Update",
	"Software Update",
	"Update",
	"Update Rollup",
	"Service Pack",
};

static bool is_update_type(struct slice type)
{
	for (size_t i = 0; i < sizeof(update_types) / sizeof(update_types[0]); i++)
		if (slice_equal_nocase(type, slice_from(update_types[i])))
			return true;
	return false;
}

static bool is_part(const struct world *world, const struct package *package)
{
	return package->child_of || identity_is_child(identity_of(world, package));
}

static bool is_update(const struct world *world, const struct package *package)
{
	if (is_part(world, package))
		return false;
	return package->kb || identity_is_update(identity_of(world, package)) ||
		is_update_type(interned(&world->texts, package->release_type));
}

static bool is_wanted(const struct world *world, const struct package *package)
{
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

/* When the last statement of a package was made. */
static int64_t last_word(const struct package *package)
{
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < PROOF_ROLE_COUNT_; i++)
		if (package->proofs[i].kind && package->proofs[i].when != NO_TIME &&
			package->proofs[i].when > last)
			last = package->proofs[i].when;
	return last;
}

/* One package of one image in the logs of several machines: the later word stands. */
static void shadow_earlier(struct list *wanted)
{
	struct package *before = NULL;

	for (LIST_EACH(struct package, package, wanted)) {
		bool same = before && before->identity == package->identity &&
			before->image->canonical == package->image->canonical;
		struct package *earlier =
			same && last_word(package) < last_word(before) ? package : before;

		if (same)
			earlier->is_shadowed = true;
		if (!same || earlier == before)
			before = package;
	}
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
	shadow_earlier(&wanted);
	for (LIST_EACH(struct package, member, &wanted)) {
		if (member->is_shadowed)
			continue;
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
}

/* UpdateIDs and titles */

static struct slice type_of(const struct world *world, const struct update *update)
{
	struct slice found = SLICE("Update");

	for (LIST_EACH(struct package, package, &update->packages)) {
		struct slice type = interned(&world->texts, package->release_type);

		if (is_update_type(type))
			found = type;
	}
	return found;
}

/* "26100.8037" of a rollup or stack, the whole version of others. */
static struct slice version_of(struct slice identity)
{
	struct identity parts;
	size_t dots = 0;

	(void)identity_parse(identity, &parts);
	if (slice_find_nocase(identity, SLICE("RollupFix")) == SLICE_MISSING &&
		!identity_is_stack(identity))
		return parts.version;
	for (size_t i = 0; i < parts.version.len; i++)
		if (parts.version.ptr[i] == '.' && ++dots == 2)
			return slice_from_to(parts.version, 0, i);
	return parts.version;
}

static void make_title(struct world *world, struct update *update)
{
	struct slice identity = interned(&world->identities, update->identity);
	struct slice type = type_of(world, update), version = version_of(identity);
	struct buf title;

	buf_init(&title, (size_t)1 << 20);
	if (update->kb)
		buf_printf(&title, "%.*s for Windows (KB%u)", SLICE_ARG(type), update->kb);
	else if (identity_is_update(identity) && version.len)
		buf_printf(&title, "%.*s for Windows (%.*s)", SLICE_ARG(type), SLICE_ARG(version));
	else
		buf_put(&title, identity);
	update->title = arena_copy(&world->arena, buf_slice(&title));
	if (title.status != ST_OK || !update->title.ptr)
		world->status = title.status != ST_OK ? title.status : arena_status(&world->arena);
	buf_release(&title);
}

static bool is_taken(const struct list *updates, const struct update *self, int32_t id)
{
	for (LIST_EACH(struct update, other, updates))
		if (other != self && other->update_id == id &&
			(other->kb || self->kb || other->identity != self->identity))
			return true;
	return false;
}

/* Two identities with one number: the later in order takes the next free one. */
static void give_id(struct world *world, struct list *updates, struct update *update)
{
	struct place nowhere = { .input = NO_INPUT };

	if (update->kb) {
		update->update_id = (int32_t)update->kb;
		update->id_from = ID_FROM_KB;
		return;
	}
	update->id_from = ID_FROM_IDENTITY;
	update->update_id = identity_update_id(interned(&world->identities, update->identity));
	while (is_taken(updates, update, update->update_id)) {
		update->update_id--;
		diagnostics_add(&world->report->diagnostics, DIAG_ID_COLLISION, nowhere,
			interned(&world->identities, update->identity));
	}
}

void updates_make(struct world *world, struct list *ret_updates)
{
	resolve_kbs(world);
	group(world, ret_updates);
	for (LIST_EACH(struct update, update, ret_updates)) {
		give_id(world, ret_updates, update);
		make_title(world, update);
	}
}

void updates_release(struct list *updates)
{
	for (LIST_EACH(struct update, update, updates))
		list_release(&update->packages);
	list_release(updates);
}
