/*
 * UpdateIDs, first that holds: the CI_ID of a ConfigMgr log, that of a map, the KB number, a
 * negative number made of the identity. Never null.
 */
#ifndef CORE_UPDATE_IDS_H
#define CORE_UPDATE_IDS_H

#include "core/world.h"

/* Of a list of struct update. Two identities that would share a number are told apart, in the
 * order of the identities, and that is noted. */
void update_ids_give(struct world *world, const struct list *updates);

#endif
