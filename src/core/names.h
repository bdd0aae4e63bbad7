/* ImagePackageIDs: who each image is in the rows. */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "core/world.h"

/* Sets id, id_is_derived and canonical of every image that rows speak of. Images with one
 * id and index are one, whichever logs name them: keys stay unique. */
void images_name(struct world *world);

/* Options bound to inputs that were not given are diagnostics. */
void options_check(struct world *world);

/* Whether an option bound to an input means this one. */
bool option_is_bound(const struct world *world, const struct bound_option *option, uint32_t input);

#endif
