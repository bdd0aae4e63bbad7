/*
 * What the handlers of CBS lines share: whose lines those without a session are, and
 * what start-up makes of a completion.
 */
#ifndef CORE_STATEMENTS_H
#define CORE_STATEMENTS_H

#include "core/world.h"

/* The image that lines without session or PID speak of; NULL for a foreign snapshot. */
struct image *context_image(struct world *world, struct machine *machine);
/* The same, told apart by the package when several operations are under way. */
struct image *context_image_for(struct world *world, struct machine *machine, struct slice package);

/* The operation begun last that has no end; NULL. */
struct operation *operation_active(const struct machine *machine);
/* A session of DISM whose command is under way. */
struct host *host_waiting(const struct machine *machine);
/* A removal was refused in the command of a DISM session. */
void removal_failed_for_host(struct world *world, struct machine *machine, struct package *package,
	const struct fact *fact);

void package_is_part(struct world *world, struct package *part, struct package *whole);
/* "Identifier: KB5000736" of an operation: the KB of a package that has none in its name. */
void note_identifier(struct world *world, struct package *package, struct slice identifier);

void startup_completion(struct world *world, struct machine *machine, struct package *package,
	const struct fact *fact);
void startup_conclude(struct world *world, struct machine *machine);

#endif
