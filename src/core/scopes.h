/*
 * Images that inputs hold: an index of a WIM, a tree, a hive or a listing that stands alone.
 * What lies inside such an image belongs to it: its documents state what the image is, the
 * online sessions of its logs are its own history.
 */
#ifndef CORE_SCOPES_H
#define CORE_SCOPES_H

#include "core/world.h"

/* A path in two spellings: as a person gave it, whose last components name the image, and as
 * reports show it. What lies in a container has the container's path in front. */
struct scope_name {
	struct slice given, shown;
};

/* The image of an index of a WIM. */
struct image *scope_index(
	struct world *world, uint32_t input, const struct scope_name *wim, uint32_t index);

/* The image of a tree, by its folder. */
struct image *scope_tree(struct world *world, uint32_t input, const struct scope_name *folder);

/* The same, around a file of the disk that stands at its Windows path: by the path of the root as
 * given. Its last component is shown: where the tree lies on this machine is nobody's. */
struct image *scope_root(struct world *world, uint32_t input, struct slice root);

/* The image that a document alone makes: a hive, a listing, a folder of manifests. */
struct image *scope_document(
	struct world *world, uint32_t input, const struct scope_name *document);

/* An index of the image file that a saved list of images tells of. */
struct image *scope_listed(struct world *world, struct image *document, uint32_t index);

/* The machine whose running system is that image; made when there is none. */
struct machine *scope_machine(struct world *world, struct image *image);

#endif
