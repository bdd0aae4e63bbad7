/*
 * UpdateIDs, first that holds: the CI_ID of a ConfigMgr log, that of a map, the KB number, a
 * negative number made of the identity. Never null.
 *
 * A map's CI_ID is found by the identity of one of the update's packages, else by its KB. Of
 * several, those of another architecture are out, and Build decides between the rest; when more
 * than one is left, or two updates of one image would have one number, the KB number (or the
 * identity's) is kept and DIAG_ID_AMBIGUOUS says so.
 */
#ifndef CORE_UPDATE_IDS_H
#define CORE_UPDATE_IDS_H

#include "core/world.h"

/* Of a list of struct update: sets update_id, id_from, id_is_ambiguous and, unless update->ci has
 * set it, mapped. Two identities that would share a number are told apart, in the order of the
 * identities, and that is noted. */
void update_ids_give(struct world *world, const struct list *updates);

#endif
