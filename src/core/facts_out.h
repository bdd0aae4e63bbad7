/* `facts`: what each parser read, one JSON object a line; or what no rule read. */
#ifndef CORE_FACTS_OUT_H
#define CORE_FACTS_OUT_H

#include "core/world.h"

void facts_print(struct world *world, const struct fact *fact);

/* Shapes of messages that no rule read: words kept, numbers, identities and paths masked. */
struct shapes;
MUST_CHECK enum status shapes_new(struct shapes **ret_shapes);
void shapes_free(struct shapes *shapes);
void shapes_add(struct shapes *shapes, const struct fact *fact);
void shapes_print(const struct shapes *shapes, FILE *to);

#endif
