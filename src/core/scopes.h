/*
 * Images that inputs hold: an index of a WIM, a tree, a hive or a listing that stands alone.
 * What lies inside such an image belongs to it: its documents state what the image is, the
 * online sessions of its logs are its own history.
 */
#ifndef CORE_SCOPES_H
#define CORE_SCOPES_H

#include "core/world.h"

/* The image of an index of a WIM. `container` is the place of the WIM ("install.wim",
 * "install.wim:1/Windows/System32/Recovery/winre.wim"). */
struct image *scope_index(
	struct world *world, uint32_t input, struct slice container, uint32_t index);

/* The image of a tree. `directory` is its path as given: the last component names it;
 * `shown` is the same as people see it. */
struct image *scope_tree(
	struct world *world, uint32_t input, struct slice directory, struct slice shown);

/* The image that a document alone makes: a hive, a listing, a folder of manifests. */
struct image *scope_document(struct world *world, uint32_t input, struct slice path);

/* The machine whose running system is that image; made when there is none. */
struct machine *scope_machine(struct world *world, struct image *image);

#endif
