/*
 * Images of inputs, found again by what names them. A tree's path as given names it whatever
 * input speaks of it: the files of a folder without System32 are an input each.
 */
#include "core/scopes.h"

#include <stdlib.h>

#include "core/images.h"

/* What tells such images apart. */
struct scope_key {
	enum image_kind kind;
	uint32_t input, index;
	text_id given;
};

#define FIRST_SLOTS 64 /* a power of two; at least half of them stay free */

static bool is_of_key(const struct image *image, const struct scope_key *key)
{
	return image->kind == key->kind &&
		(image->input == key->input || key->kind == IMAGE_TREE) &&
		image->index == key->index && image->directory_as_given == key->given;
}

static size_t hash_of(const struct scope_key *key)
{
	uint64_t hash = (uint64_t)key->kind << 32 | key->given;

	hash = (hash ^ hash >> 29) * UINT64_C(0x9E3779B97F4A7C15) +
		(key->kind == IMAGE_TREE ? 0 : key->input);
	hash = (hash ^ hash >> 29) * UINT64_C(0x9E3779B97F4A7C15) + key->index;
	hash = (hash ^ hash >> 29) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(hash >> 32);
}

/* The slot of the image, or the free one where it belongs. */
static struct image **slot_of(struct image **slots, size_t slot_cap, const struct scope_key *key)
{
	size_t at = hash_of(key) & (slot_cap - 1);

	while (slots[at] && !is_of_key(slots[at], key))
		at = (at + 1) & (slot_cap - 1);
	return &slots[at];
}

static bool grow_slots(struct world *world)
{
	size_t cap = world->scope_cap ? world->scope_cap * 2 : FIRST_SLOTS;
	struct image **slots = calloc(cap, sizeof(struct image *));

	if (!slots) {
		world->status = ST_NOMEM;
		return false;
	}
	for (size_t i = 0; i < world->scope_cap; i++) {
		struct image *image = world->scope_slots[i];

		if (image)
			*slot_of(slots, cap,
				&(struct scope_key){ image->kind, image->input, image->index,
					image->directory_as_given }) = image;
	}
	free(world->scope_slots);
	world->scope_slots = slots;
	world->scope_cap = cap;
	return true;
}

static struct image *make(
	struct world *world, const struct scope_key *key, const struct scope_name *name)
{
	struct image *image = image_new(world, NULL, key->kind);

	if (!image)
		return NULL;
	image->input = key->input;
	image->index = key->index;
	image->has_index = key->kind == IMAGE_ENTRY;
	image->directory_as_given = key->given;
	image->container = world_text(world, name->shown);
	return image;
}

static struct image *get(struct world *world, enum image_kind kind, uint32_t input,
	const struct scope_name *name, uint32_t index)
{
	struct scope_key key = { kind, input, index, world_text(world, name->given) };
	struct image **slot;

	if (world->scope_count >= world->scope_cap / 2 && !grow_slots(world))
		return NULL;
	slot = slot_of(world->scope_slots, world->scope_cap, &key);
	if (!*slot) {
		*slot = make(world, &key, name);
		world->scope_count += *slot != NULL;
	}
	return *slot;
}

struct image *scope_index(
	struct world *world, uint32_t input, const struct scope_name *wim, uint32_t index)
{
	return get(world, IMAGE_ENTRY, input, wim, index);
}

struct image *scope_tree(struct world *world, uint32_t input, const struct scope_name *folder)
{
	return get(world, IMAGE_TREE, input, folder, 0);
}

struct image *scope_root(struct world *world, uint32_t input, struct slice root)
{
	size_t slash = slice_find_last_char(root, '/');
	struct slice name = slash == SLICE_MISSING ? root : slice_skip(root, slash + 1);

	return scope_tree(world, input, &(struct scope_name){ root, name.len ? name : root });
}

struct image *scope_document(struct world *world, uint32_t input, const struct scope_name *document)
{
	return get(world, IMAGE_DOCUMENT, input, document, 0);
}

struct image *scope_listed(struct world *world, struct image *document, uint32_t index)
{
	const struct scope_name name = { world_text_of(world, document->directory_as_given),
		world_text_of(world, document->container) };
	struct image *image = scope_index(world, document->input, &name, index);

	document->is_list = true;
	if (image)
		image->is_listed = true;
	return image;
}

struct machine *scope_machine(struct world *world, struct image *image)
{
	struct machine *machine;

	for (LIST_EACH(struct machine, known, &world->machines))
		if (known->online == image)
			return known;
	machine = world_alloc(world, sizeof(*machine));
	if (!machine)
		return NULL;
	machine->number = (uint32_t)world->machines.count;
	machine->online = image;
	machine->presumed_online = true;
	image->machine = machine;
	if (list_add(&world->machines, machine))
		return machine;
	world->status = ST_NOMEM;
	return NULL;
}
