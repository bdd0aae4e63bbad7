/* DISM's side of an attempt: asked for, begun, failing, ended; and inventories. */
#include "core/attempts.h"

#include "base/path.h"
#include "core/images.h"
#include "core/packages.h"
#include "core/runs.h"
#include "core/sessions.h"
#include "model/code.h"
#include "model/kb.h"

/* The KB in a package file's name. A folder gives none; "update.mum" has its folder's. */
static uint32_t kb_of_file(struct slice path)
{
	struct slice base = windows_path_name(path);

	if (slice_equal_nocase(base, SLICE("update.mum")))
		return kb_find(windows_path_name(
			slice_from_to(path, 0, path.len - base.len - (path.len > base.len))));
	if (!slice_ends_nocase(base, SLICE(".cab")) && !slice_ends_nocase(base, SLICE(".msu")) &&
		!slice_ends_nocase(base, SLICE(".mum")))
		return 0;
	return kb_find(base);
}

/* What the command asks for; an unattended install says so only by its first value, 4. */
static enum operation_kind kind_of(const struct host *host, const struct fact *fact)
{
	uint32_t flags = fact ? fact->flags : 0;

	if (host->flags & FLAG_ADD)
		return OPERATION_ADD;
	if (host->flags & FLAG_REMOVE)
		return OPERATION_REMOVE;
	if (fact && fact->kind == FACT_CHANGE_REQUESTED && slice_equal(fact->name, SLICE("4")) &&
		(flags & FLAG_ADD))
		return OPERATION_ADD;
	if (host->has_command || host->is_api)
		return OPERATION_OTHER;
	return flags & FLAG_ADD       ? OPERATION_ADD
		: flags & FLAG_REMOVE ? OPERATION_REMOVE
				      : OPERATION_OTHER;
}

/* The file that a package was opened from: the next that is not taken. A single file may
 * hold several packages; of several files each holds one, and what is over has none. */
static text_id take_file(struct host *host)
{
	for (unsigned i = 0; i < host->file_count; i++) {
		if (host->file_is_taken[i])
			continue;
		host->file_is_taken[i] = true;
		return host->files[i];
	}
	return host->file_count == 1 ? host->files[0] : 0;
}

/* A file that is named again, by the error that it could not be opened. */
static text_id take_named_file(struct world *world, struct host *host, struct slice path)
{
	for (unsigned i = 0; i < host->file_count; i++)
		if (slice_equal_nocase(world_text_of(world, host->files[i]), path)) {
			host->file_is_taken[i] = true;
			return host->files[i];
		}
	return world_text(world, path);
}

void attempt_package_opened(struct host *host, text_id package)
{
	if (host->package == package)
		return;
	host->package = package;
	host->package_file = host->flags & FLAG_ADD ? take_file(host) : 0;
}

static struct operation *new_attempt(
	struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation = world_alloc(world, sizeof(*operation));

	if (!operation || !list_add(&world->operations, operation)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	operation->machine = host->machine;
	operation->is_dism = true;
	operation->host = host;
	operation->kind = kind_of(host, fact);
	operation->image = host_image(world, host);
	operation->run = host_run_placed(world, host);
	proof_set(world, &operation->start, fact);
	if (!list_add(&host->attempts, operation))
		world->status = ST_NOMEM;
	host->operation = operation;
	host->left_traces = true;
	return operation;
}

static void set_file(struct world *world, struct operation *operation, text_id file)
{
	operation->file = file;
	operation->kb = kb_of_file(world_text_of(world, file));
}

void attempt_asked(struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation;

	if (fact->path.len && host->file_count < MAX_FILES)
		host->files[host->file_count++] = world_text(world, fact->path);
	host->package = fact->package.len ? intern(&world->identities, fact->package) : 0;
	proof_set(world, &host->file_proof, fact);
	operation = new_attempt(world, host, fact);
	if (operation && host->file_count)
		set_file(world, operation, take_file(host));
}

static void name_package(struct world *world, struct host *host, struct operation *operation)
{
	struct slice identity = interned(&world->identities, host->package);

	if (operation->package || !identity.len || operation->kind == OPERATION_OTHER)
		return;
	operation->package = package_get(world, operation->image, identity);
	if (!operation->package)
		return;
	operation->is_empty =
		operation->kind == OPERATION_ADD && state_is_in(operation->package->now.current);
	package_begin(world, operation->package, operation);
	if (host->file_proof.kind)
		proof_copy(world, package_proof(world, operation->package, PROOF_FILE),
			&host->file_proof);
}

void attempt_begin(struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation = host->operation;

	/* The call of the API, or an attempt that waits for its package, is this one. */
	if (!operation || operation->package || operation->begun)
		operation = new_attempt(world, host, fact);
	if (!operation)
		return;
	if (!operation->file && host->package)
		set_file(world, operation, host->package_file);
	else if (!operation->file && operation->kind == OPERATION_ADD)
		set_file(world, operation, take_file(host));
	operation->begun = true;
	name_package(world, host, operation);
}

void attempt_error(struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation = host->operation;

	if (!operation)
		return;
	chain_note_own(world, &operation->chain, fact);
	if (fact->code == 0x800F081E)
		operation->not_applicable = true;
}

void attempt_failing(struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation = host->operation;

	if (!operation || !(fact->flags & FLAG_HAS_CODE) || !code_is_failure(fact->code))
		return;
	/* The command repeats what an earlier package of it died of. */
	for (LIST_EACH(struct operation, earlier, &host->attempts))
		if (earlier != operation && chain_knows(&earlier->chain, fact->code))
			return;
	chain_note_error(world, &operation->chain, fact);
}

void attempt_file_failed(struct world *world, struct host *host, const struct fact *fact)
{
	struct operation *operation = new_attempt(world, host, fact);

	if (!operation)
		return;
	operation->kind = OPERATION_ADD;
	set_file(world, operation, take_named_file(world, host, fact->path));
	operation->begun = operation->could_not_open = true;
	operation->wanted_stack = host->machine->stack_wanted;
	host->machine->stack_wanted = NULL;
	chain_note_error(world, &operation->chain, fact);
	host->operation = NULL;
	host->package = 0;
}

/* An attempt whose package nothing names: the one that wanted a newer stack, the one
 * named on the command line, or a stand-in with the file's name and KB. */
static struct package *guess_package(
	struct world *world, struct host *host, struct operation *operation)
{
	struct machine *machine = host->machine;
	struct slice identity = interned(&world->identities, host->package);
	struct slice file = operation ? world_text_of(world, operation->file)
		: host->file_count    ? world_text_of(world, host->files[0])
				      : SLICE_NONE;

	if (operation && operation->wanted_stack)
		return operation->wanted_stack;
	if (identity.len && !(operation && operation->could_not_open))
		return package_get(world, host_image(world, host), identity);
	if (machine->stack_wanted && !(operation && operation->could_not_open))
		return machine->stack_wanted;
	if (kb_of_file(file))
		return package_get(world, host_image(world, host), windows_path_name(file));
	return NULL;
}

static void fail_attempt(struct world *world, struct host *host, struct operation *operation)
{
	bool is_remove = operation->kind == OPERATION_REMOVE;
	struct package *package = operation->package;
	const struct proof *proof;
	uint32_t code;
	bool has_code = chain_decide(&operation->chain, &host->chain, &code, &proof);
	struct run *run = operation->run ? operation->run : host_run_placed(world, host);

	if (!package && operation->kind != OPERATION_OTHER)
		package = guess_package(world, host, operation);
	host->had_attempt = true;
	if (!package) {
		if (run)
			run_fail(world, run, NULL, has_code, code, proof);
		return;
	}
	operation->package = package;
	package->run = run;
	package_failed(world, package, operation, is_remove, has_code, code,
		failure_reason(is_remove, code));
	proof_copy(world, package_proof(world, package, PROOF_ERROR), proof);
	proof_copy(world, package_proof(world, package, PROOF_CALL), &host->call_proof);
	package->call_failed = package->call_ended = true;
}

/* What the caller was told about a package that was not applicable. */
static void tell_not_applicable(
	struct world *world, struct host *host, struct package *package, struct run *run)
{
	struct package_state *now = &package->now;

	package->call_ended = true;
	package->call_failed = host->failed;
	proof_copy(world, package_proof(world, package, PROOF_CALL),
		host->failed ? &host->call_proof : &host->end);
	now->has_code = host->failed;
	now->code = 0x800F081E;
	if (!host->failed)
		now->reason = REASON_REPORTED_SUCCESS_NOT_APPLIED;
	else if (run)
		run_fail(world, run, package, true, now->code, &host->call_proof);
}

static void conclude_cbs_packages(struct world *world, struct host *host, struct operation *attempt)
{
	for (LIST_EACH(struct operation, operation, &attempt->caused)) {
		struct package *package = operation->package;

		if (!package || package->now.outcome != OUTCOME_NOT_APPLICABLE)
			continue;
		tell_not_applicable(world, host, package, operation->run);
		host->had_attempt = true;
	}
}

static bool failed_in_cbs(const struct operation *attempt)
{
	for (LIST_EACH(struct operation, operation, &attempt->caused))
		if (operation->package &&
			(operation->package->now.outcome == OUTCOME_FAILED ||
				operation->package->now.outcome == OUTCOME_NOT_APPLICABLE))
			return true;
	return false;
}

/* CBS carried it out: its own lines decide. They may still follow in another file. */
static void end_carried_out(
	struct world *world, struct host *host, struct operation *operation, bool may_blame)
{
	bool went_well = false;

	conclude_cbs_packages(world, host, operation);
	if (failed_in_cbs(operation)) {
		host->had_attempt = true;
		return;
	}
	for (LIST_EACH(struct operation, caused, &operation->caused))
		went_well = went_well || caused->succeeded || !caused->ended;
	if (!went_well && may_blame)
		fail_attempt(world, host, operation);
}

/* `may_blame`: the command failed, and no attempt of it has failed by itself. */
static void end_attempt(
	struct world *world, struct host *host, struct operation *operation, bool may_blame)
{
	bool failed = !chain_is_empty(&operation->chain) || may_blame;

	if (operation->ended)
		return;
	operation->ended = true;
	proof_copy(world, &operation->end, &host->end);
	operation->restart |= host->restart;
	if (operation->had_cbs) {
		end_carried_out(world, host, operation, may_blame);
	} else if (operation->not_applicable && operation->package) {
		package_not_applicable(world, operation->package, operation);
		tell_not_applicable(world, host, operation->package, operation->run);
		host->had_attempt = true;
	} else if (failed) {
		fail_attempt(world, host, operation);
	} else if (operation->package && operation->is_empty) {
		operation->package->now.outcome = OUTCOME_NONE;
	} else if (operation->package && operation->kind != OPERATION_OTHER) {
		package_done(world, operation->package, operation);
		if (host->restart)
			proof_copy(world, package_proof(world, operation->package, PROOF_RESTART),
				&host->restart_proof);
	}
}

static bool failed_by_itself(const struct operation *operation)
{
	return !chain_is_empty(&operation->chain) || operation->not_applicable ||
		(operation->had_cbs && failed_in_cbs(operation));
}

/* One file may be worked off in several attempts: it is one container. */
static struct container_kb *container_of(struct world *world, const struct operation *attempt)
{
	struct container_kb *container;

	for (LIST_EACH(struct container_kb, known, &world->container_kbs))
		if (known->kb == attempt->kb && known->file == attempt->file)
			return known;
	container = world_alloc(world, sizeof(*container));
	if (!container || !list_add(&world->container_kbs, container)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	container->kb = attempt->kb;
	container->file = attempt->file;
	return container;
}

/* A container gives its KB to the packages that came of it. */
static void keep_container(struct world *world, const struct operation *attempt)
{
	struct container_kb *container;

	if (!attempt->kb)
		return;
	container = container_of(world, attempt);
	if (!container)
		return;
	if (attempt->package && !list_has(&container->packages, attempt->package) &&
		!list_add(&container->packages, attempt->package))
		world->status = ST_NOMEM;
	for (LIST_EACH(struct operation, operation, &attempt->caused))
		if (operation->package && !list_has(&container->packages, operation->package) &&
			!list_add(&container->packages, operation->package))
			world->status = ST_NOMEM;
}

/* The command failed before it came to a package: one attempt all the same. */
static void fail_unbegun(struct world *world, struct host *host)
{
	struct fact start = { .kind = FACT_COMMAND_LINE };
	struct operation *operation = new_attempt(world, host, &start);

	if (!operation)
		return;
	if (host->file_count)
		set_file(world, operation, take_file(host));
	operation->start = (struct proof){ 0 };
	proof_copy(world, &operation->start,
		host->command.kind ? &host->command : &host->chain.first_proof);
	operation->ended = true;
	proof_copy(world, &operation->end, &host->end);
	fail_attempt(world, host, operation);
	keep_container(world, operation);
}

void attempts_end(struct world *world, struct host *host)
{
	size_t count = host->attempts.count;
	bool is_explained = false;

	for (LIST_EACH(struct operation, attempt, &host->attempts))
		is_explained = is_explained || failed_by_itself(attempt);
	for (size_t i = 0; i < count; i++) {
		struct operation *operation = host->attempts.items[i];

		end_attempt(
			world, host, operation, host->failed && !is_explained && i + 1 == count);
		keep_container(world, operation);
	}
	if (!count && host->failed && (host->flags & (FLAG_ADD | FLAG_REMOVE)))
		fail_unbegun(world, host);
	list_clear(&host->attempts);
	host->operation = NULL;
	host->machine->stack_wanted = NULL;
}

void attempts_cut(struct world *world, struct host *host)
{
	for (LIST_EACH(struct operation, operation, &host->attempts)) {
		struct package *package = operation->package;

		keep_container(world, operation);
		if (operation->run)
			operation->run->is_cut = true;
		if (package && operation->kind == OPERATION_ADD &&
			package->now.outcome == OUTCOME_UNDER_WAY)
			package->now.reason = REASON_LOG_ENDS;
	}
}

void inventory_end(struct world *world, struct host *host)
{
	struct image *image = host_image(world, host);

	host->in_inventory = false;
	if (host->failed || !host->has_listed)
		return;
	for (LIST_EACH(struct package, package, &world->packages))
		if (package->image == image && package->inventory != host->inventory)
			package_omitted(world, package, &host->inventory_proof);
}
