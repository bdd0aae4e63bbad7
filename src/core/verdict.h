/*
 * The decision: from what is known of a package to its UpdateStatus, and from packages
 * to the update they are parts of. The tables of the row rules, as code.
 */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

#include "core/world.h"

struct verdict {
	int32_t status; /* UpdateStatus 0 to 3 */
	bool has_code;
	uint32_t code;     /* UpdateInstallationStatus; 0 unless has_code */
	const char *state; /* servicing state word, "" */
	enum certainty certainty;
	enum reason reason;
	struct package *decider;   /* the package that decided */
	struct package *applied;   /* the one that gives AppliedDateTime; NULL */
	const struct proof *other; /* of a conflict, when the decider has none: the other side */
	text_id detail;            /* words for people, when no package gives any; 0 */
};

/* States are settled: reconcile() ran. */
struct verdict package_verdict(struct world *world, struct package *package);

/* The packages of one update on one image, by families. */
struct verdict update_verdict(struct world *world, const struct list *packages);

#endif
