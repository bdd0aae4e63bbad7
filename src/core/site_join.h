/*
 * Who decides of an update that both ConfigMgr's log and packages speak of, in the order of trust
 * of the row rules: documents of the image; then, of one run, CBS before ConfigMgr before DISM;
 * else the later statement. What was not saved is not in, whoever reports it.
 */
#ifndef CORE_SITE_JOIN_H
#define CORE_SITE_JOIN_H

#include "core/site.h"
#include "core/updates.h"
#include "core/verdict.h"

/* Turns the verdict on the packages (of none: an empty one) into that on the update. */
void site_join(struct world *world, const struct update *update, struct verdict *verdict,
	struct moment *applied);

#endif
