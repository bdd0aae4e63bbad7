/* Lines that state something about a package: applicability, parents, versions, states. */
#include "core/statements.h"

#include "core/attempts.h"
#include "core/images.h"
#include "core/packages.h"
#include "core/sessions.h"
#include "model/identity.h"
#include "model/kb.h"

struct image *context_image(struct world *world, struct machine *machine)
{
	struct operation *operation = operation_active(machine);

	if (machine->context_is_foreign)
		return NULL;
	if (machine->in_startup)
		return image_online(world, machine);
	if (operation)
		return operation->image;
	if (machine->context)
		return machine->context;
	if (machine->last_host && machine->last_host->is_open &&
		(machine->last_host->image || machine->last_host->directory))
		return host_image(world, machine->last_host);
	if (machine->hive_image)
		return machine->hive_image;
	return machine->presumed_online ? image_online(world, machine)
					: image_unknown(world, machine);
}

struct image *context_image_for(struct world *world, struct machine *machine, struct slice package)
{
	text_id identity;

	if (machine->operations.count < 2)
		return context_image(world, machine);
	identity = interner_lookup(&world->identities, package);
	for (size_t i = machine->operations.count; i > 0; i--) {
		struct operation *operation = machine->operations.items[i - 1];

		if (operation->package && operation->package->identity == identity)
			return operation->image;
	}
	return context_image(world, machine);
}

struct host *host_waiting(const struct machine *machine)
{
	for (size_t i = machine->hosts.count; i > 0; i--) {
		struct host *host = machine->hosts.items[i - 1];

		if (host->is_open && host->is_change)
			return host;
	}
	return NULL;
}

void removal_failed_for_host(struct world *world, struct machine *machine, struct package *package,
	const struct fact *fact)
{
	struct host *host = host_waiting(machine);

	if (!host)
		return;
	host->package = package->identity;
	chain_note_own(world, &host->chain, fact);
}

void note_identifier(struct world *world, struct package *package, struct slice identifier)
{
	uint32_t kb = slice_starts_nocase(identifier, SLICE("KB")) ? kb_find(identifier) : 0;

	(void)world;
	if (kb && !kb_find(interned(&world->identities, package->identity)))
		package->kb = kb;
}

void on_applicability(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct parent_search *search = &world->search;
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	package_applicable(world, package, fact->applicable);
	machine->last_evaluated = package;
	if (fact->applicable == STATE_INSTALLED) {
		package->parent_count = 0;
	} else if (search->absent && search->count && search->package == package->identity) {
		package_absent_parents(world, package, search);
	}
	search->count = 0;
	search->absent = false;
}

void on_applicability_pair(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	package_applicable(world, package, fact->applicable);
	package_state(world, package, fact->current, TRUST_EVALUATION);
}

void on_current_state(struct world *world, struct machine *machine, const struct fact *fact)
{
	package_state(world,
		package_get(world, context_image_for(world, machine, fact->package), fact->package),
		fact->current, TRUST_EVALUATION);
}

void on_applicable_state(struct world *world, struct machine *machine, const struct fact *fact)
{
	package_applicable(world,
		package_get(world, context_image_for(world, machine, fact->package), fact->package),
		fact->applicable);
}

void on_parent_tried(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct parent_search *search = &world->search;
	text_id package = intern(&world->identities, fact->package);

	(void)machine;
	if (search->package != package || search->absent) {
		search->package = package;
		search->count = 0;
		search->absent = false;
	}
	if (search->count == MAX_PARENTS)
		return;
	search->parents[search->count] = intern(&world->identities, fact->parent);
	proof_set(world, &search->proofs[search->count++], fact);
}

void on_parent_found(struct world *world, struct machine *machine, const struct fact *fact)
{
	world->search.count = 0;
	package_state(world,
		package_get(world, context_image_for(world, machine, fact->parent), fact->parent),
		fact->current, TRUST_EVALUATION);
}

void on_parent_absent(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)machine;
	(void)fact;
	world->search.absent = true;
}

void on_higher_version(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	package->higher = intern(&world->identities, fact->name);
	proof_set(world, package_proof(world, package, PROOF_HIGHER), fact);
}

/* The plan of a change carries the package's release type. */
void on_change_report(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (package && fact->name.len)
		package->release_type = world_text(world, fact->name);
}

void on_cleaned_up(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	package_applicable(world, package, STATE_SUPERSEDED);
	package_state(world, package, STATE_ABSENT, TRUST_COMPLETION);
}

void on_stack_version(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct image *image =
		machine->hive_image && !machine->context ? machine->hive_image : machine->context;
	struct slice known;

	if (!image || machine->context_is_foreign)
		return;
	known = world_text_of(world, image->stack_version);
	if (known.len && version_compare(fact->version, known) < 0)
		return;
	image->stack_version = world_text(world, fact->version);
	proof_set(world, &image->stack, fact);
}

void on_core_mode(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)world;
	(void)fact;
	machine->hive_image = NULL; /* the hives of another image follow */
}

/* The root of an offline image. A volume snapshot is looked at, not serviced. */
void on_offline_hive(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host;

	if (!slice_equal_nocase(fact->name, SLICE("SOFTWARE")) || !fact->image.len)
		return;
	machine->context_is_foreign =
		slice_find_nocase(fact->path, SLICE("HarddiskVolumeShadowCopy")) != SLICE_MISSING;
	if (machine->context_is_foreign)
		return;
	machine->hive_image = image_of_directory(world, machine, fact->image);
	machine->context = machine->hive_image;
	host = machine->last_host;
	if (host && host->is_open && !host->image && !host->online)
		host->image = machine->hive_image;
}
