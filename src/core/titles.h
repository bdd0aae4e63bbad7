/* What a package identity is called, by itself: before it is an update of an image. */
#ifndef CORE_TITLES_H
#define CORE_TITLES_H

#include "core/world.h"

/* Parts of Windows that servicing updates along: language packs, features on demand, editions,
 * foundation. They are no updates, and a KB that they carry is that of another package. The
 * release type tells, else the name. */
bool identity_is_system(const struct world *world, text_id identity);

/* Windows Update's title, the manifest's, or made up. */
struct slice title_of(struct world *world, uint32_t kb, text_id identity);

/* A name for what nobody names: "Security Update for Windows (KB5031455)", without a KB the
 * version in its place; the identity when it is no update. `type` may be empty. */
struct slice title_made_up(
	struct world *world, uint32_t kb, text_id identity, struct slice type, bool is_update);

#endif
