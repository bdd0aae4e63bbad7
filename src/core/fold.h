/* Facts into the world: each kind has a handler, called in the order of the log. */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include "core/world.h"

void fold_fact(struct world *world, struct machine *machine, const struct fact *fact);
/* The machine's logs ended. */
void fold_end(struct world *world, struct machine *machine);

#endif
