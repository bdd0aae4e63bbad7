/* ImagePackageIDs: who each image is in the rows. */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "core/world.h"

/* Sets id and id_is_derived of every image that rows speak of. */
void images_name(struct world *world);

/* Whether an option bound to an input means this one. */
bool option_is_bound(const struct world *world, const struct bound_option *option, uint32_t input);

#endif
