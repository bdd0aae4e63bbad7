/*
 * Images of inputs, found again by what names them. A tree's path as given names it whatever
 * input speaks of it: the files of a folder without System32 are an input each.
 */
#include "core/scopes.h"

#include "core/images.h"

static struct image *find(const struct world *world, enum image_kind kind, uint32_t input,
	text_id given, uint32_t index)
{
	for (LIST_EACH(struct image, image, &world->images))
		if (image->kind == kind && image->index == index &&
			image->directory_as_given == given &&
			(image->input == input || kind == IMAGE_TREE))
			return image;
	return NULL;
}

static struct image *get(struct world *world, enum image_kind kind, uint32_t input,
	const struct scope_name *name, uint32_t index)
{
	text_id given = world_text(world, name->given);
	struct image *image = find(world, kind, input, given, index);

	if (image)
		return image;
	image = image_new(world, NULL, kind);
	if (!image)
		return NULL;
	image->input = input;
	image->index = index;
	image->has_index = kind == IMAGE_ENTRY;
	image->directory_as_given = given;
	image->container = world_text(world, name->shown);
	return image;
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
