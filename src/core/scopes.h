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

/* The image of a tree in a container, by its folder. */
struct image *scope_tree(struct world *world, uint32_t input, const struct scope_name *folder);

/* The image of a tree on disk: one, whichever input and spelling names it. `given` is a path to
 * open, empty: the current folder; `shown` empty: the last component of it is shown. Where the
 * tree lies on this machine is nobody's. */
struct image *scope_root(struct world *world, uint32_t input, const struct scope_name *folder);

/* The image that a document alone makes: a hive, a listing, a folder of manifests. */
struct image *scope_document(
	struct world *world, uint32_t input, const struct scope_name *document);

/* An index of the image file that a saved list of images tells of. */
struct image *scope_listed(struct world *world, struct image *document, uint32_t index);

/* The machine whose running system is that image; made when there is none. */
struct machine *scope_machine(struct world *world, struct image *image);

#endif
