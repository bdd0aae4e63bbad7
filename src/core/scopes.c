/*
 * Images of inputs, found again by what names them. A tree on disk is known by its real path,
 * whatever input speaks of it and however that is spelled: the files of a folder without
 * System32 are an input each.
 */
#include "core/scopes.h"

#include <stdlib.h>

#include "base/path.h"
#include "core/images.h"

/* What tells such images apart. */
struct scope_key {
	enum image_kind kind;
	uint32_t input, index;
	text_id given;
	text_id root; /* of a tree on disk: its real path, which alone counts; else 0 */
};

#define FIRST_SLOTS 64 /* a power of two; at least half of them stay free */

static bool is_of_key(const struct image *image, const struct scope_key *key)
{
	if (image->kind != key->kind || image->index != key->index || image->root != key->root)
		return false;
	return key->root || (image->input == key->input && image->directory_as_given == key->given);
}

static size_t hash_of(const struct scope_key *key)
{
	uint64_t hash = (uint64_t)key->kind << 32 | (key->root ? key->root : key->given);

	hash = (hash ^ hash >> 29) * UINT64_C(0x9E3779B97F4A7C15) + (key->root ? 0 : key->input);
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
					image->directory_as_given, image->root }) = image;
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
	image->directory_as_given = world_text(world, name->given);
	image->container = world_text(world, name->shown);
	image->root = key->root;
	return image;
}

static struct image *find_or_make(
	struct world *world, const struct scope_key *key, const struct scope_name *name)
{
	struct image **slot;

	if (world->scope_count >= world->scope_cap / 2 && !grow_slots(world))
		return NULL;
	slot = slot_of(world->scope_slots, world->scope_cap, key);
	if (!*slot) {
		*slot = make(world, key, name);
		world->scope_count += *slot != NULL;
	}
	return *slot;
}

static struct image *get(struct world *world, enum image_kind kind, uint32_t input,
	const struct scope_name *name, uint32_t index)
{
	const struct scope_key key = { kind, input, index, world_text(world, name->given), 0 };

	return find_or_make(world, &key, name);
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

/* The real path of a folder of the disk: "" is the current one. */
static struct slice real_path(struct world *world, struct slice folder)
{
	char *copy = folder.len ? strndup(folder.ptr, folder.len) : strdup(".");
	char *real = copy ? realpath(copy, NULL) : NULL;
	struct slice path = arena_copy(&world->arena, real ? slice_from(real) : folder);

	if (!copy)
		world->status = ST_NOMEM;
	free(real);
	free(copy);
	return path;
}

/* "", "x/..": what has no name of its own goes by the one that the folder has. */
static bool is_nameless(struct slice folder)
{
	struct slice base = path_name(folder);

	return !base.len || slice_equal(base, SLICE(".")) || slice_equal(base, SLICE(".."));
}

struct image *scope_root(struct world *world, uint32_t input, const struct scope_name *folder)
{
	struct slice real = real_path(world, folder->given);
	struct scope_name name = *folder;
	struct scope_key key = { IMAGE_TREE, input, 0, 0, world_text(world, real) };

	if (is_nameless(name.given))
		name.given = path_name(real);
	if (is_nameless(name.shown))
		name.shown = path_name(name.given);
	return find_or_make(world, &key, &name);
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
