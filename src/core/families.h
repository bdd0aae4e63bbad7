/*
 * Families: the generations of one package in one image, told apart by version. A family is
 * name, architecture and language; images that are one share theirs.
 */
#ifndef CORE_FAMILIES_H
#define CORE_FAMILIES_H

#include "core/world.h"

/* At the end, when images are named: numbers them and chains their packages. */
void families_prepare(struct world *world);
/* Once the states are settled: which generation of each family is in. */
void families_settle(struct world *world);

/* The newest generation of the package's family that is in the image, when it is newer than the
 * package; NULL. */
struct package *newer_in(const struct world *world, const struct package *package);
bool newer_is_in(const struct world *world, const struct package *package);

/* The first package of an identity's family in an image; NULL. The others: next_of_family. */
struct package *family_first(
	const struct world *world, const struct image *image, struct slice identity);

/* The version of a package; empty when its identity is not whole. */
struct slice package_version(const struct world *world, const struct package *package);

#endif
