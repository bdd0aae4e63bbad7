/* ImagePackageIDs: who each image is in the rows. */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "core/world.h"

/*
 * Sets id, id_is_derived and canonical of every image that rows speak of. A name that is derived
 * makes no images of inputs one. What does: --join or what corroborates it, an id that a person
 * gave to both, ConfigMgr's id (one that a map finds by a file name does not make an input's image
 * and a log's one); of images that logs alone know, their container or directory.
 * Derived names that are repeated take more components of the path; a key that two images still
 * share is numbered ("X#2"), with a diagnostic: keys are unique.
 */
void images_name(struct world *world);

/* Sets mapped and id_is_mapped of every image: what --images says of it. Before images_join. */
void images_ask_map(struct world *world);

/* The id that is not derived: told by an option, by the map, by ConfigMgr's log or folder; empty:
 * none. After images_ask_map. */
struct slice image_given_id(const struct world *world, const struct image *image);

/* Options bound to inputs that were not given are diagnostics. */
void options_check(struct world *world);

/* Whether an option bound to an input means this one. */
bool option_is_bound(const struct world *world, const struct bound_option *option, uint32_t input);
/* The same of an image whose files are inputs: a folder that is no input itself, as a collector
 * leaves it, goes by its path or its name. */
bool option_is_of_tree(
	const struct world *world, const struct bound_option *option, const struct image *image);

#endif
