/*
 * Offers: what package files (.cab, .msu, a lone .mum) hold, when they lie in no image. They
 * make no rows; the report lists the top-level packages of each container, and a container's
 * KB goes to the package that it means.
 */
#ifndef CORE_OFFERS_H
#define CORE_OFFERS_H

#include "core/world.h"

/* A manifest, and a package inside it, that lie in no image. */
void offer_manifest(struct world *world, const struct fact *fact);
void offer_child(struct world *world, text_id child, const struct fact *fact);

struct offer;
/* What was found until now, NULL when nothing was: a mark for the next. */
const struct offer *offers_until_now(const struct world *world);
/* The indexes of a WIM in which manifests were found since: `inside` is the WIM's own place in the
 * input, ret_holds[n] of index n, for indexes below `count`. */
void offers_indexes(const struct world *world, const struct offer *since, uint32_t input,
	struct slice inside, bool *ret_holds, size_t count);

/* Gives the containers' KBs to packages that have none: `kbs` is by identity. */
void offers_give_kbs(struct world *world, uint32_t *kbs);

/* The report's packages. KBs and titles are resolved. */
void offers_make(struct world *world);

fact_handler on_package_properties;

#endif
