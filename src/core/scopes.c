/*
 * Images of inputs, found again by what names them. A tree on disk is known by its real path,
 * whatever input speaks of it and however that is spelled: the files of a folder without
 * System32 are an input each.
 */
#include "core/scopes.h"

#include <stdlib.h>

#include "base/path.h"
#include "core/images.h"

static struct image *image_add(struct world *world, enum image_kind kind, uint32_t input,
	const struct scope_name *name, uint32_t index)
{
	struct image *image = image_new(world, NULL, kind);

	if (!image)
		return NULL;
	image->input = input;
	image->index = index;
	image->has_index = kind == IMAGE_ENTRY;
	image->directory_as_given = world_text(world, name->given);
	image->container = world_text(world, name->shown);
	return image;
}

static struct image *get(struct world *world, enum image_kind kind, uint32_t input,
	const struct scope_name *name, uint32_t index)
{
	text_id given = world_text(world, name->given);

	for (LIST_EACH(struct image, image, &world->images))
		if (image->kind == kind && image->index == index &&
			image->directory_as_given == given && image->input == input && !image->root)
			return image;
	return image_add(world, kind, input, name, index);
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
	text_id root = world_text(world, real);
	struct scope_name name = *folder;
	struct image *image;

	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_TREE && known->root == root)
			return known;
	if (is_nameless(name.given))
		name.given = path_name(real);
	if (is_nameless(name.shown))
		name.shown = path_name(name.given);
	image = image_add(world, IMAGE_TREE, input, &name, 0);
	if (image)
		image->root = root;
	return image;
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
