/*
 * Whose log it is. Logs inside an image are of that image's own running system; others are
 * of one machine when they lie together and their names differ only by what rotation and
 * Windows itself put there.
 */
#ifndef CORE_MACHINES_H
#define CORE_MACHINES_H

#include "core/reading.h"

/* Gives every waiting log its machine, and what was rotated away before it (log_source.older). */
void machines_assign(struct reading *reading);

#endif
