/* Images of inputs, found again by what names them. */
#include "core/scopes.h"

#include "base/buf.h"
#include "core/images.h"

static struct image *find(const struct world *world, enum image_kind kind, uint32_t input,
	text_id named, uint32_t index)
{
	for (LIST_EACH(struct image, image, &world->images))
		if (image->kind == kind && image->input == input && image->index == index &&
			(kind == IMAGE_TREE ? image->directory_as_given : image->container) ==
				named)
			return image;
	return NULL;
}

static struct image *get(struct world *world, enum image_kind kind, uint32_t input,
	struct slice named, uint32_t index)
{
	text_id name = world_text(world, named);
	struct image *image = find(world, kind, input, name, index);

	if (image)
		return image;
	image = image_new(world, NULL, kind);
	if (!image)
		return NULL;
	image->input = input;
	image->index = index;
	if (kind == IMAGE_TREE)
		image->directory_as_given = name;
	else
		image->container = name;
	return image;
}

struct image *scope_index(
	struct world *world, uint32_t input, struct slice container, uint32_t index)
{
	struct image *image = get(world, IMAGE_ENTRY, input, container, index);

	if (image)
		image->has_index = true;
	return image;
}

struct image *scope_tree(
	struct world *world, uint32_t input, struct slice directory, struct slice shown)
{
	struct image *image = get(world, IMAGE_TREE, input, directory, 0);

	if (image)
		image->container = world_text(world, shown);
	return image;
}

struct image *scope_document(struct world *world, uint32_t input, struct slice path)
{
	return get(world, IMAGE_DOCUMENT, input, path, 0);
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
