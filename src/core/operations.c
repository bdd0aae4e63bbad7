/* CBS's side of an attempt: Exec: lines from start to end, with what belongs to them. */
#include "core/attempts.h"
#include "core/images.h"
#include "core/packages.h"
#include "core/runs.h"
#include "core/sessions.h"
#include "core/statements.h"
#include "model/code.h"
#include "model/identity.h"

#define MAX_KEPT_OPERATIONS 16

static bool same_session(struct session_id a, struct session_id b)
{
	return a.a == b.a && a.b == b.b;
}

static bool has_session(struct session_id id)
{
	return id.a != 0;
}

static struct operation *of_session(const struct list *list, struct session_id session)
{
	struct operation *found = NULL;

	for (LIST_EACH(struct operation, operation, list))
		if (same_session(operation->session, session))
			found = operation;
	return found;
}

struct operation *operation_active(const struct machine *machine)
{
	const struct list *list = &machine->operations;

	return list->count ? list->items[list->count - 1] : NULL;
}

/* The open operation about this package, else the one begun last. */
static struct operation *operation_on(
	const struct world *world, const struct machine *machine, struct slice package)
{
	text_id identity =
		machine->operations.count > 1 ? interner_lookup(&world->identities, package) : 0;

	for (size_t i = machine->operations.count; identity && i > 0; i--) {
		struct operation *operation = machine->operations.items[i - 1];

		if (operation->package && operation->package->identity == identity)
			return operation;
	}
	return operation_active(machine);
}

/* A CBS session's image: the running system's, or that of its DismHost process. */
static struct image *image_of_session(
	struct world *world, struct machine *machine, struct session_id session)
{
	struct host *host;

	if (session_is_online(session))
		return image_online(world, machine);
	host = host_of_pid(machine, session.a);
	if (host && (host->image || host->online || host->directory))
		return host_image(world, host);
	if (machine->hive_image)
		return machine->hive_image;
	return image_unknown(world, machine);
}

static bool is_dism_client(struct slice client)
{
	return slice_starts_nocase(client, SLICE("DISM"));
}

/* The DISM session that caused it: by PID offline, by what is under way online. */
static struct host *host_of_session(
	struct machine *machine, struct session_id session, struct slice client)
{
	if (session_is_online(session))
		return is_dism_client(client) ? host_changing_online(machine) : NULL;
	return host_of_pid(machine, session.a);
}

static struct operation *new_operation(struct world *world, struct machine *machine,
	const struct fact *fact, struct image *image, struct host *host)
{
	struct operation *operation = world_alloc(world, sizeof(*operation));

	if (!operation || !list_add(&world->operations, operation)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	operation->machine = machine;
	operation->session = fact->session;
	operation->image = image;
	operation->host = host;
	if (host)
		host->left_traces = true;
	operation->kind = OPERATION_ADD;
	if (host && host->operation && !host->operation->ended) {
		operation->dism = host->operation;
		if (!list_add(&host->operation->caused, operation))
			world->status = ST_NOMEM;
		operation->dism->had_cbs = true;
		operation->kind = host->operation->kind;
	}
	operation->run = host && (host->is_change || mount_of_image(world, image))
		? host_run(world, host)
		: run_begin(world, image, NULL);
	operation->owns_run = !host || (!host->is_change && !mount_of_image(world, image));
	proof_set(world, &operation->start, fact);
	if (!list_add(&machine->operations, operation))
		world->status = ST_NOMEM;
	return operation;
}

/* Work whose beginning is not in the inputs. */
static struct operation *implied_operation(struct world *world, struct machine *machine,
	const struct fact *fact, struct package *package)
{
	struct image *image = package ? package->image : context_image(world, machine);
	struct operation *operation = new_operation(world, machine, fact, image, NULL);

	if (!operation)
		return NULL;
	operation->is_implied = true;
	operation->package = package;
	if (operation->run)
		operation->run->reason = REASON_STARTED_BEFORE_LOG;
	return operation;
}

static void keep_ended(struct world *world, struct machine *machine, struct operation *operation)
{
	list_remove(&machine->operations, operation);
	if (machine->ended.count >= MAX_KEPT_OPERATIONS)
		list_remove(&machine->ended, machine->ended.items[0]);
	if (!list_add(&machine->ended, operation))
		world->status = ST_NOMEM;
}

/* The operation's result for the package it is about and for its run. */
static void conclude(struct world *world, struct operation *operation)
{
	struct package *package = operation->package;
	const struct proof *proof;
	uint32_t code;
	bool has_code = chain_decide(&operation->chain, NULL, &code, &proof);

	operation->ended = true;
	if (operation->succeeded) /* the end decides over errors on the way */
		has_code = false;
	if (code == 0x800F081E && has_code)
		operation->not_applicable = true;
	if (operation->not_applicable) {
		if (package)
			package_not_applicable(world, package, operation);
	} else if (has_code) {
		if (package)
			package_failed(world, package, operation,
				operation->kind == OPERATION_REMOVE, true, code,
				failure_reason(operation->kind == OPERATION_REMOVE, code));
		else if (operation->run)
			run_fail(world, operation->run, NULL, true, code, proof);
	} else if (package && operation->is_empty) {
		package->now.outcome = OUTCOME_NONE;
	} else if (package && operation->end.kind) {
		package_done(world, package, operation);
	}
	if (operation->owns_run && operation->run)
		run_end(world, operation->run, operation->end.kind ? &operation->end : proof);
	keep_ended(world, operation->machine, operation);
}

/* An operation of the same process that had no end: a new one ended it. */
static void end_earlier(struct world *world, struct machine *machine, struct session_id session)
{
	for (size_t i = 0; i < machine->operations.count;) {
		struct operation *operation = machine->operations.items[i];
		bool same = session_is_online(session) ? same_session(operation->session, session)
						       : operation->session.a == session.a;

		if (same && !operation->is_startup)
			conclude(world, operation); /* takes it off the list */
		else
			i++;
	}
}

void on_cbs_session_opened(struct world *world, struct machine *machine, const struct fact *fact)
{
	machine->context_is_foreign =
		!session_is_online(fact->session) && slice_equal_nocase(fact->client, SLICE("SPP"));
	if (machine->context_is_foreign)
		return;
	if (!session_is_online(fact->session))
		end_earlier(world, machine, fact->session);
	machine->context = image_of_session(world, machine, fact->session);
}

void on_operation_start(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct image *image = image_of_session(world, machine, fact->session);
	struct operation *operation;

	end_earlier(world, machine, fact->session);
	machine->context = image;
	machine->context_is_foreign = false;
	operation = new_operation(
		world, machine, fact, image, host_of_session(machine, fact->session, fact->client));
	if (!operation)
		return;
	if (image)
		image->has_rows = true;
	operation->package = package_get(world, image, fact->package);
	if (!operation->package)
		return;
	package_begin(world, operation->package, operation);
	note_identifier(world, operation->package, fact->identifier);
}

/* Work on a package without a start line: it stands as work under way. */
void on_operation_step(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	if (!operation) {
		operation = implied_operation(world, machine, fact, package);
		if (operation)
			package_begin(world, package, operation);
	}
	proof_set(world, package_proof(world, package, PROOF_STEP), fact);
	if (operation && operation->package == package && (fact->flags & FLAG_REMOVE) &&
		operation->kind == OPERATION_ADD && !operation->dism)
		operation->kind = OPERATION_REMOVE;
}

void on_operation_empty(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);

	if (!operation)
		return;
	proof_set(world, &operation->end, fact);
	operation->is_empty = true;
	conclude(world, operation);
}

void on_operation_failed(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);

	if (!operation)
		operation = implied_operation(world, machine, fact, NULL);
	if (operation)
		chain_note_error(world, &operation->chain, fact);
}

bool cbs_failure(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);

	if (!operation)
		return false;
	chain_note_error(world, &operation->chain, fact);
	return true;
}

void cbs_restart(struct machine *machine)
{
	struct operation *operation = operation_active(machine);

	if (operation)
		operation->restart = true;
}

/* DISM repeats what CBS answered: for an operation under way, or, in an excerpt, for the
 * package that was evaluated last. */
bool cbs_operation_error(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = NULL;

	for (LIST_EACH(struct operation, open, &machine->operations))
		if (open->session.a == fact->pid)
			operation = open;
	if (!operation && !host_of_pid(machine, fact->pid) && machine->last_evaluated &&
		fact->code == 0x800F081E)
		operation = implied_operation(world, machine, fact, machine->last_evaluated);
	if (!operation)
		return false;
	if (fact->code == 0x800F081E) {
		operation->not_applicable = true;
		proof_set(world, &operation->chain.own_proof, fact);
	} else {
		chain_note_own(world, &operation->chain, fact);
	}
	return !host_of_pid(machine, fact->pid);
}

/* Work that was seen before its session was: an end on the same image is its end. */
static struct operation *implied_for(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *active = operation_active(machine);

	if (!active || !active->is_implied || has_session(active->session) ||
		active->image != image_of_session(world, machine, fact->session))
		return NULL;
	active->session = fact->session;
	return active;
}

void on_operation_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = has_session(fact->session)
		? of_session(&machine->operations, fact->session)
		: operation_active(machine);
	struct image *image;

	if (!operation && has_session(fact->session) && of_session(&machine->ended, fact->session))
		return;
	if (!operation)
		operation = implied_for(world, machine, fact);
	if (!operation) {
		image = has_session(fact->session) ? image_of_session(world, machine, fact->session)
						   : context_image(world, machine);
		operation = implied_operation(
			world, machine, fact, package_get(world, image, fact->package));
		if (operation && !operation->package && operation->run)
			operation->run->image = operation->image = image;
	}
	if (!operation)
		return;
	proof_set(world, &operation->end, fact);
	chain_note_own(world, &operation->chain, fact);
	operation->succeeded = !code_is_failure(fact->code);
	conclude(world, operation);
}

void on_cbs_session_finalized(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = of_session(&machine->operations, fact->session);
	bool was_open = operation != NULL;

	if (fact->flags & FLAG_ASYNCHRONOUS)
		return;
	if (!operation)
		operation = of_session(&machine->ended, fact->session);
	if (!operation)
		return;
	if (fact->flags & FLAG_RESTART)
		operation->restart = true;
	if (was_open) {
		proof_set(world, &operation->end, fact);
		chain_note_own(world, &operation->chain, fact);
		operation->succeeded = !code_is_failure(fact->code);
		conclude(world, operation);
	}
	if (!operation->restart || !operation->package ||
		operation->package->now.outcome != OUTCOME_DONE)
		return;
	operation->package->now.restart = true;
	proof_set(world, package_proof(world, operation->package, PROOF_RESTART), fact);
}

/* The parts of an update: packages that complete in the operation of another. */
void package_is_part(struct world *world, struct package *part, struct package *whole)
{
	if (!part || !whole || part == whole ||
		identity_is_update(interned(&world->identities, part->identity)))
		return;
	part->child_of = whole;
	package_add_part(world, whole, NULL);
}

static void take_applied(struct world *world, struct package *package, const struct fact *fact)
{
	struct package_state *now = &package->now;

	now->has_applied = true;
	now->applied = fact->when;
	now->applied_seq = world->seq;
	proof_set(world, package_proof(world, package, PROOF_APPLIED), fact);
}

void on_completion(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_on(world, machine, fact->package);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);
	bool failed = (fact->flags & FLAG_HAS_CODE) && code_is_failure(fact->code);

	if (!package)
		return;
	package_touch(world, package);
	package_state(world, package, fact->current, TRUST_COMPLETION);
	proof_set(world, package_proof(world, package, PROOF_REPORT), fact);
	if (machine->in_startup) {
		startup_completion(world, machine, package, fact);
		return;
	}
	if (!failed && state_is_in(fact->current) && fact->target != STATE_ABSENT)
		take_applied(world, package, fact);
	if (operation && operation->package && operation->package != package) {
		package_is_part(world, package, operation->package);
		return;
	}
	if (!operation && failed)
		operation = implied_operation(world, machine, fact, package);
	if (!operation)
		return;
	if (operation->package && fact->target == STATE_ABSENT)
		operation->kind = OPERATION_REMOVE;
	operation->reported = true;
	operation->reported_in =
		!failed && state_is_in(fact->current) && fact->original != STATE_INSTALLED;
	chain_note_own(world, &operation->chain, fact);
}

void on_failure_report(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_on(world, machine, fact->package);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!operation)
		operation = implied_operation(world, machine, fact, package);
	if (!operation)
		return;
	if (!operation->package && package) {
		operation->package = package;
		package_begin(world, package, operation);
	}
	if (operation->package == package && fact->target == STATE_ABSENT &&
		state_is_in(fact->start))
		operation->kind = OPERATION_REMOVE;
	if (package) {
		package_state(world, package, fact->start, TRUST_EVALUATION);
		proof_set(world, package_proof(world, package, PROOF_REPORT), fact);
	}
	chain_note_own(world, &operation->chain, fact);
}

void on_capability_result(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = of_session(&machine->operations, fact->session);

	if (operation)
		chain_note_own(world, &operation->chain, fact);
}

static void plan_package(struct world *world, struct machine *machine, struct package *package,
	const struct fact *fact)
{
	struct operation *operation = operation_on(world, machine, fact->package);

	package_state(world, package, fact->current, TRUST_EVALUATION);
	/* A removal forces applicability to absent: that says nothing of the image. */
	if (fact->limit != STATE_ABSENT)
		package_applicable(world, package, fact->applicable);
	proof_set(world, package_proof(world, package, PROOF_PLAN), fact);
	if (!operation || operation->package != package)
		return;
	if (!operation->dism)
		operation->kind = fact->limit == STATE_ABSENT ? OPERATION_REMOVE : OPERATION_ADD;
	package->now.is_remove = operation->kind == OPERATION_REMOVE;
	operation->is_empty = fact->target == fact->start && fact->target == STATE_INSTALLED;
}

void on_plan(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package;

	if (fact->update.len)
		return;
	package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);
	if (package)
		plan_package(world, machine, package, fact);
}

void on_plan_skipped(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_on(world, machine, fact->package);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	plan_package(world, machine, package, fact);
	if (fact->limit != STATE_INSTALLED || fact->applicable != STATE_ABSENT)
		return;
	if (operation && (operation->package == package || !operation->package)) {
		operation->package = package;
		operation->not_applicable = true;
		proof_copy(world, &operation->chain.own_proof, &package->proofs[PROOF_PLAN]);
	} else if (!operation) {
		package_not_applicable(world, package, NULL);
	}
}

void on_cannot_remove(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	package_state(world, package, fact->current, TRUST_EVALUATION);
	if (!operation && !host_waiting(machine))
		operation = implied_operation(world, machine, fact, package);
	if (operation) {
		operation->kind = OPERATION_REMOVE;
		chain_note_own(world, &operation->chain, fact);
	}
	package_failed(world, package, operation, true, true, fact->code, REASON_REMOVAL_FAILED);
	if (!operation)
		removal_failed_for_host(world, machine, package, fact);
}

void on_stack_required(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct operation *operation = operation_active(machine);
	struct package *package =
		package_get(world, context_image_for(world, machine, fact->package), fact->package);

	if (!package)
		return;
	package->stack_needed = world_text(world, fact->version);
	package->stack_there = world_text(world, fact->name);
	proof_set(world, package_proof(world, package, PROOF_STACK), fact);
	machine->stack_wanted = package;
	if (operation && !operation->package)
		operation->package = package;
	if (operation) {
		chain_note_own(world, &operation->chain, fact);
		return;
	}
	if (host_waiting(machine))
		return; /* its command will fail, and name this package */
	operation = implied_operation(world, machine, fact, package);
	if (operation)
		chain_note_own(world, &operation->chain, fact);
}

void operations_end(struct world *world, struct machine *machine)
{
	while (machine->operations.count) {
		struct operation *operation = machine->operations.items[0];
		bool was_later = machine->operations.count > 1;

		if (!chain_is_empty(&operation->chain) || operation->not_applicable) {
			conclude(world, operation);
			continue;
		}
		list_remove(&machine->operations, operation);
		/* Only the last one is still under way; work followed it all the same. */
		if (operation->run && operation->owns_run && was_later)
			run_end(world, operation->run, NULL);
		else if (operation->run)
			operation->run->is_cut = true;
		if (operation->package && operation->package->now.outcome == OUTCOME_UNDER_WAY &&
			operation->kind == OPERATION_ADD)
			operation->package->now.reason = REASON_LOG_ENDS;
	}
}
