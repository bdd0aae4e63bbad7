/*
 * Packages of an image: statements about their state, attempts to change them, and what
 * a commit or a discard makes of that. Later statements win; within one moment the more
 * trusted source does.
 */
#ifndef CORE_PACKAGES_H
#define CORE_PACKAGES_H

#include "core/world.h"

/* Sources in order of trust: smaller is better (the row rules' list). */
enum trust {
	TRUST_COMPLETION = 3,
	TRUST_EVALUATION = 4,
	TRUST_DISM = 6,
};

/* The package of an image, made when it is new; NULL for an empty identity, DISM's
 * placeholder of several, or when memory is out. */
struct package *package_get(struct world *world, struct image *image, struct slice identity);
/* The package of that image with that identity; NULL when nothing spoke of it. */
struct package *package_find(
	const struct world *world, const struct image *image, text_id identity);

/* The same for a document that lies in the image, and is no log. */
struct package *package_recorded(struct world *world, struct image *image, struct slice identity);

/* The same package of another image, made when that image knows nothing of it. */
struct package *package_sibling(
	struct world *world, struct image *image, const struct package *package);

void package_state(
	struct world *world, struct package *package, enum cbs_state state, enum trust trust);
void package_applicable(struct world *world, struct package *package, enum cbs_state state);
/* A complete inventory omits it. */
void package_omitted(struct world *world, struct package *package, const struct proof *inventory);

/* Where its evidence of a role is kept; a place that is read by nobody when memory is out. */
struct proof *package_proof(struct world *world, struct package *package, enum proof_role role);
/* The latest of its proofs in these roles; NULL when all are empty. */
const struct proof *package_last(
	const struct package *package, const enum proof_role *roles, size_t count);
/* A statement about a part of it; NULL: the fact in hand. */
void package_add_part(struct world *world, struct package *package, const struct proof *proof);
/* None of the parents that were searched for is there. */
void package_absent_parents(
	struct world *world, struct package *package, const struct parent_search *search);

/* An attempt on the package begins; `is_remove` may be corrected until it ends. */
void package_begin(struct world *world, struct package *package, struct operation *operation);
/* How the attempt ended. */
void package_done(struct world *world, struct package *package, struct operation *operation);
void package_not_applicable(
	struct world *world, struct package *package, struct operation *operation);
void package_failed(struct world *world, struct package *package, struct operation *operation,
	bool is_remove, bool has_code, uint32_t code, enum reason reason);

/* The package is about to change inside a mount: remembers the state before it. */
void package_touch(struct world *world, struct package *package);
/* The mount ended: the changes stand (`keeps`) or go. */
void package_settle(struct world *world, struct package *package, struct mount *mount,
	enum reason reason, bool keeps, const struct proof *proof);

#endif
