/* Families of packages: numbers, chains, the newest generation. */
#include "core/families.h"

#include <stdio.h>

#include "model/identity.h"

#define FAMILY_TEXT 512

static struct slice identity_of(const struct world *world, const struct package *package)
{
	return interned(&world->identities, package->identity);
}

struct slice package_version(const struct world *world, const struct package *package)
{
	struct identity parts;

	return identity_parse(identity_of(world, package), &parts) ? parts.version : SLICE_NONE;
}

/* A family of one image, as text that no other image shares. */
static struct slice family_text(
	const struct image *image, struct slice identity, char text[FAMILY_TEXT + 16])
{
	char family[FAMILY_TEXT];
	struct slice name = identity_family(identity, family, sizeof(family));
	int len = snprintf(
		text, FAMILY_TEXT + 16, "%u|%.*s", image->canonical->number, SLICE_ARG(name));

	return (struct slice){ text, (size_t)len };
}

void families_prepare(struct world *world)
{
	char text[FAMILY_TEXT + 16];
	size_t count;

	for (LIST_EACH(struct package, package, &world->packages))
		package->family = world_text(
			world, family_text(package->image, identity_of(world, package), text));
	count = (size_t)world->texts.count + 1;
	world->newest = world_alloc(world, count * sizeof(struct package *));
	world->families = world_alloc(world, count * sizeof(struct package *));
	if (!world->newest || !world->families)
		return;
	world->family_count = count;
	for (LIST_EACH(struct package, member, &world->packages)) {
		if (member->shadowed_by)
			continue;
		member->next_of_family = world->families[member->family];
		world->families[member->family] = member;
	}
}

void families_settle(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages)) {
		struct package **newest = &world->newest[package->family];

		if (package->shadowed_by || !state_is_in(package->now.current))
			continue;
		if (!*newest ||
			version_compare(package_version(world, package),
				package_version(world, *newest)) > 0)
			*newest = package;
	}
}

struct package *newer_in(const struct world *world, const struct package *package)
{
	struct package *newest = world->newest[package->family];
	struct slice own = package_version(world, package);

	return newest && newest != package && own.len &&
			version_compare(package_version(world, newest), own) > 0
		? newest
		: NULL;
}

bool newer_is_in(const struct world *world, const struct package *package)
{
	return newer_in(world, package) != NULL;
}

struct package *family_first(
	const struct world *world, const struct image *image, struct slice identity)
{
	char text[FAMILY_TEXT + 16];
	text_id family = interner_lookup(&world->texts, family_text(image, identity, text));

	return family && family < world->family_count ? world->families[family] : NULL;
}
