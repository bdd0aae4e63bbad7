/* Start-up processing: what a restart completes or rolls back. */
#include "core/attempts.h"
#include "core/images.h"
#include "core/packages.h"
#include "core/runs.h"
#include "core/statements.h"
#include "model/code.h"
#include "model/identity.h"

static struct startup *current(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct startup *startup = machine->startup;

	if (startup)
		return startup;
	startup = world_alloc(world, sizeof(*startup));
	if (!startup)
		return NULL;
	startup->machine = machine;
	proof_set(world, &startup->begin, fact);
	if (!list_add(&world->startups, startup)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	machine->startup = startup;
	machine->in_startup = true;
	return startup;
}

void on_startup_begin(struct world *world, struct machine *machine, const struct fact *fact)
{
	/* A rollback goes on over the next start. */
	if (machine->startup && machine->startup->failed)
		return;
	if (machine->startup)
		startup_conclude(world, machine);
	if (slice_starts(fact->name, SLICE("ExecuteStateNone")) ||
		slice_starts(fact->name, SLICE("CbsExecuteStateNone")))
		return;
	(void)current(world, machine, fact);
}

static void take_package(struct world *world, struct startup *startup, struct package *package,
	const struct fact *fact)
{
	struct package_state *now = &package->now;
	bool failed = (fact->flags & FLAG_HAS_CODE) && code_is_failure(fact->code);

	if (!list_has(&startup->packages, package) && !list_add(&startup->packages, package))
		world->status = ST_NOMEM;
	if (failed && !startup->has_code) {
		startup->has_code = true;
		startup->code = fact->code;
		proof_set(world, &startup->failure, fact);
	}
	if (failed) {
		startup->failed = true;
		return;
	}
	if (fact->current != STATE_INSTALLED || fact->original == STATE_INSTALLED)
		return;
	now->has_applied = true;
	now->applied = fact->when;
	now->applied_seq = world->seq;
	now->restart = false;
	proof_set(world, package_proof(world, package, PROOF_APPLIED), fact);
}

void on_startup_package(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct startup *startup = current(world, machine, fact);
	struct package *package = package_get(world, image_online(world, machine), fact->package);

	if (!startup || !package)
		return;
	package_state(world, package, fact->current, TRUST_COMPLETION);
	take_package(world, startup, package, fact);
	proof_set(world, package_proof(world, package, PROOF_END), fact);
}

void startup_completion(struct world *world, struct machine *machine, struct package *package,
	const struct fact *fact)
{
	struct startup *startup = current(world, machine, fact);

	if (!startup)
		return;
	startup->parent = package;
	take_package(world, startup, package, fact);
}

void on_startup_failed(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct startup *startup = current(world, machine, fact);

	if (!startup)
		return;
	startup->failed = true;
	if (!(fact->flags & FLAG_HAS_CODE) ||
		(startup->has_code && !code_is_generic(startup->code)))
		return;
	startup->has_code = true;
	startup->code = fact->code;
	proof_set(world, &startup->failure, fact);
}

void on_original_failure(struct world *world, struct machine *machine, const struct fact *fact)
{
	if (machine->startup && code_is_failure(fact->code))
		on_startup_failed(world, machine, fact);
}

void on_startup_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct startup *startup = machine->startup;
	bool failed = (fact->flags & FLAG_HAS_CODE) && code_is_failure(fact->code);

	if (!startup) {
		if (!failed)
			return;
		startup = current(world, machine, fact);
		if (!startup)
			return;
	}
	if (failed)
		on_startup_failed(world, machine, fact);
	proof_set(world, &startup->end, fact);
	startup_conclude(world, machine);
}

/* Packages that a restart was to complete. */
static bool is_pended(const struct package *package, const struct image *online)
{
	return package->image == online && package->now.outcome == OUTCOME_DONE &&
		package->now.restart;
}

/* The run that pended what ends here; a run of its own when that is not in the inputs. */
static struct run *run_of(struct world *world, struct startup *startup)
{
	struct image *online = image_online(world, startup->machine);
	struct run *run = NULL;

	for (LIST_EACH(struct package, package, &startup->packages))
		if (package->run && package->now.outcome == OUTCOME_DONE)
			run = package->run;
	for (LIST_EACH(struct package, pended, &world->packages))
		if (!run && is_pended(pended, online))
			run = pended->run;
	if (run)
		return run;
	run = run_begin(world, online, &startup->begin);
	if (run)
		run->reason = REASON_STARTED_BEFORE_LOG;
	return run;
}

static void roll_back(struct world *world, struct startup *startup, struct package *package)
{
	struct package_state *now = &package->now;

	now->outcome = OUTCOME_FAILED;
	now->attempt_seq = world->seq;
	now->has_code = startup->has_code;
	now->code = startup->code;
	now->reason = REASON_ROLLED_BACK;
	now->restart = false;
	now->has_applied = false;
	proof_copy(world, package_proof(world, package, PROOF_ERROR), &startup->failure);
	if (package->run)
		run_fail(world, package->run, package, startup->has_code, startup->code,
			&startup->failure);
}

static void conclude_failed(struct world *world, struct startup *startup, struct run *run)
{
	struct image *online = image_online(world, startup->machine);
	bool any = false;

	for (LIST_EACH(struct package, package, &world->packages)) {
		bool listed = list_has(&startup->packages, package);

		if (!is_pended(package, online) &&
			!(listed && state_is_out(package->now.current) &&
				identity_is_update(
					interned(&world->identities, package->identity))))
			continue;
		if (!package->run)
			package->run = run;
		roll_back(world, startup, package);
		if (package->run)
			run_end(world, package->run,
				startup->end.kind ? &startup->end : &startup->failure);
		any = true;
	}
	if (!any && run)
		run_fail(world, run, NULL, startup->has_code, startup->code, &startup->failure);
}

static void conclude_done(struct world *world, struct startup *startup, struct run *run)
{
	for (LIST_EACH(struct package, package, &startup->packages)) {
		struct package_state *now = &package->now;
		bool is_whole = package == startup->parent ||
			identity_is_update(interned(&world->identities, package->identity));

		if (startup->parent && !is_whole) {
			package->child_of = startup->parent;
			package_add_part(world, startup->parent, &package->proofs[PROOF_END]);
		}
		if (!is_whole || now->current != STATE_INSTALLED)
			continue;
		now->outcome = OUTCOME_DONE;
		now->is_remove = now->restart = false;
		now->is_inferred = false;
		now->has_code = false;
		now->reason = REASON_NONE;
		now->attempt_seq = world->seq;
		package->run = run;
		if (run)
			run_mend(run, package);
	}
}

void startup_conclude(struct world *world, struct machine *machine)
{
	struct startup *startup = machine->startup;
	struct run *run;

	machine->startup = NULL;
	machine->in_startup = false;
	if (!startup || (!startup->packages.count && !startup->failed))
		return;
	run = run_of(world, startup);
	if (startup->failed)
		conclude_failed(world, startup, run);
	else
		conclude_done(world, startup, run);
	if (run)
		run_end(world, run, startup->end.kind ? &startup->end : &startup->failure);
}
