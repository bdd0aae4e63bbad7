/* DISM sessions: who speaks, for which image, and how a command ended. */
#include "core/sessions.h"

#include <string.h>

#include "core/attempts.h"
#include "core/images.h"
#include "core/packages.h"
#include "core/runs.h"
#include "model/code.h"
#include "model/identity.h"

#define MAX_KEPT_HOSTS 16 /* sessions that ended but may still speak */
#define MAX_OPEN_HOSTS 64 /* more have no end in the log: the oldest counts as ended */

static void cut_host(struct world *world, struct host *host);

/* Finding the session */

/* An API process opens several images, each with a process of its own. */
static struct image_side *image_side(struct host *host, uint32_t pid)
{
	for (unsigned i = 0; i < host->side_count; i++)
		if (host->sides[i].pid == pid)
			return &host->sides[i];
	return NULL;
}

static void add_side(struct host *host, uint32_t pid)
{
	struct image_side *side = image_side(host, pid);

	host->image_pid = pid;
	if (!host->is_api)
		return;
	if (!side) {
		if (host->side_count == MAX_SIDES) /* the oldest gives way */
			memmove(&host->sides[0], &host->sides[1],
				--host->side_count * sizeof(host->sides[0]));
		side = &host->sides[host->side_count++];
	}
	*side = (struct image_side){ .pid = pid, .image = host->image, .online = host->online };
}

/* A line of one image's process: the session works on that image now. */
static void turn_to_side(struct host *host, uint32_t pid)
{
	const struct image_side *side = image_side(host, pid);

	if (!side || !side->image)
		return;
	host->image_pid = pid;
	host->image = side->image;
	host->online = side->online;
}

struct host *host_of_pid(struct machine *machine, uint32_t pid)
{
	struct host *found = NULL;

	if (!pid)
		return NULL;
	for (LIST_EACH(struct host, host, &machine->hosts))
		if (host->pid == pid || host->image_pid == pid || image_side(host, pid))
			found = host;
	return found;
}

struct host *host_changing_online(struct machine *machine)
{
	struct host *found = NULL;

	for (LIST_EACH(struct host, host, &machine->hosts))
		if (host->online && host->is_change)
			found = host;
	return found;
}

/* The memory of a session that left nothing behind serves the next one: logs hold
 * hundreds of thousands of mere queries. Its proofs keep their buffers. */
static void recycle(struct world *world, struct host *host)
{
	struct proof proofs[HOST_PROOF_COUNT_];
	struct chain chain = host->chain;
	struct list attempts = host->attempts, runs = host->runs;

	if (host->runs.count || host->mount || host->left_traces)
		return;
	for (size_t i = 0; i < HOST_PROOF_COUNT_; i++)
		proofs[i] = (struct proof){ .words = host->proofs[i].words,
			.cap = host->proofs[i].cap };
	chain_clear(&chain);
	*host = (struct host){ .attempts = attempts, .runs = runs, .chain = chain };
	for (size_t i = 0; i < HOST_PROOF_COUNT_; i++)
		host->proofs[i] = proofs[i];
	list_clear(&host->attempts);
	if (!list_add(&world->spare_hosts, host))
		world->status = ST_NOMEM;
}

static void forget(struct world *world, struct machine *machine, struct host *host)
{
	list_remove(&machine->hosts, host);
	if (machine->last_host == host)
		machine->last_host = NULL;
	recycle(world, host);
}

/* Forgets sessions that ended long ago: their PIDs are used again. Of those that never
 * end, only so many can be under way. */
static void forget_old(struct world *world, struct machine *machine)
{
	size_t ended = 0, open = 0;

	for (size_t i = machine->hosts.count; i > 0; i--) {
		struct host *host = machine->hosts.items[i - 1];

		if (host->is_open && ++open > MAX_OPEN_HOSTS)
			cut_host(world, host);
		if (!host->is_open && ++ended > MAX_KEPT_HOSTS)
			forget(world, machine, host);
	}
}

static struct host *take_host(struct world *world)
{
	struct list *spare = &world->spare_hosts;
	struct host *host;

	if (spare->count)
		return spare->items[--spare->count];
	host = world_alloc(world, sizeof(*host));
	if (!host || list_add(&world->hosts, host))
		return host;
	world->status = ST_NOMEM;
	return NULL;
}

static struct host *new_host(
	struct world *world, struct machine *machine, uint32_t pid, bool is_api)
{
	struct host *host;

	forget_old(world, machine);
	host = take_host(world);
	if (!host)
		return NULL;
	host->machine = machine;
	host->pid = pid;
	host->is_api = is_api;
	host->is_open = true;
	proof_set(world, &host->start, world->fact);
	if (!list_add(&machine->hosts, host))
		world->status = ST_NOMEM;
	return host;
}

/* The session of a line with a PID; an unknown PID adopts a session that waits for its
 * own, or makes one whose start is not in the inputs. */
static struct host *host_of_fact(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_pid(machine, fact->pid);

	if (host) {
		machine->last_host = host;
		turn_to_side(host, fact->pid);
		return host;
	}
	for (LIST_EACH(struct host, waiting, &machine->hosts))
		if (!host && waiting->is_open && waiting->wants_pid && fact->pid)
			host = waiting;
	if (!host && !fact->pid)
		host = machine->last_host;
	if (!host) {
		host = new_host(world, machine, fact->pid, false);
		if (host)
			host->is_implied = true;
	} else if (host->wants_pid && fact->pid) {
		host->pid = fact->pid;
		host->wants_pid = false;
	}
	machine->last_host = host;
	return host;
}

/* "DISM.EXE:" lines carry no PID: the session is told by what it did last. */
static struct host *exe_host(
	struct world *world, struct machine *machine, bool (*fits)(const struct host *))
{
	struct host *found = NULL;
	unsigned open = 0, fitting = 0;

	for (LIST_EACH(struct host, host, &machine->hosts)) {
		if (!host->is_open || host->is_api)
			continue;
		open++;
		if (fits(host)) {
			found = host;
			fitting++;
		}
	}
	if (!found && machine->last_host && machine->last_host->is_open &&
		!machine->last_host->is_api)
		found = machine->last_host;
	if (open > 1 && fitting != 1)
		diagnostics_add(&world->report->diagnostics, DIAG_AMBIGUOUS_PROCESS,
			world->fact->at, SLICE_NONE);
	if (!found) {
		found = new_host(world, machine, 0, false);
		if (found)
			found->is_implied = found->wants_pid = true;
	}
	machine->last_host = found;
	return found;
}

static bool lacks_command(const struct host *host)
{
	return !host->has_command;
}

static bool is_closing(const struct host *host)
{
	return host->closing && !host->closed;
}

static bool is_closed(const struct host *host)
{
	return host->closed;
}

static bool has_failed_last(const struct host *host)
{
	return host->machine->last_host == host;
}

struct image *host_image(struct world *world, struct host *host)
{
	struct slice directory = world_text_of(world, host->directory);

	if (host->image)
		return host->image;
	if (host->online)
		host->image = image_online(world, host->machine);
	else if (directory.len)
		host->image = image_of_directory(world, host->machine, directory);
	else
		return image_unknown(world, host->machine);
	return host->image;
}

/* Start and end of sessions */

void on_host_process(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)world;
	machine->next_exe_pid = fact->pid;
}

void on_host_start(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = new_host(world, machine, machine->next_exe_pid, false);

	(void)fact;
	if (!host)
		return;
	host->wants_pid = host->pid == 0;
	machine->next_exe_pid = 0;
	machine->last_host = host;
}

/* The command failed, and no package and no mount took the blame. */
static void fail_bare_run(struct world *world, struct run *run, struct host *host)
{
	const struct proof *proof;
	uint32_t code;
	bool has_code = chain_decide(&host->chain, NULL, &code, &proof);

	run_fail(world, run, NULL, has_code, code, proof);
}

/* The command or call under way has come to its end. */
static void end_command(struct world *world, struct host *host)
{
	if (host->in_inventory)
		inventory_end(world, host);
	if (!host->is_change)
		return;
	attempts_end(world, host);
	mount_conclude(world, host);
	if (host->failed && !host->operation && !host->commit_error && !host->unmount_error &&
		!host->had_attempt) {
		struct run *run = host_run_placed(world, host);

		if (run)
			fail_bare_run(world, run, host);
	}
}

/* Ready for the next call of an API process. */
static void reset_command(struct host *host)
{
	host->is_change = host->failed = host->restart = false;
	host->commit_error = host->unmount_error = false;
	chain_clear(&host->chain);
	host->in_inventory = host->had_attempt = false;
	host->file_count = 0;
	memset(host->file_is_taken, 0, sizeof(host->file_is_taken));
	host->package_file = 0;
	host->file_proof.kind = host->mount_error.kind = host->call_proof.kind = FACT_NONE;
	host->restart_proof.kind = FACT_NONE;
	host->flags = 0;
	host->verb = 0;
	host->package = 0;
	host->directory_of_call = 0;
	host->operation = NULL;
}

static void end_host(struct world *world, struct host *host)
{
	if (!host->is_open)
		return;
	proof_set(world, &host->end, world->fact);
	end_command(world, host);
	for (LIST_EACH(struct run, run, &host->runs))
		run_end(world, run, &host->end);
	host->is_open = false;
}

/* The process died, or the log ends inside it: what it was at has no end. */
static void cut_host(struct world *world, struct host *host)
{
	bool at_work = host->operation && !host->operation->ended && !host->failed;

	host->in_inventory = false; /* not known to be whole */
	host->is_cut =
		(host->has_command && !host->closed && !host->failed) || (host->is_api && at_work);
	if (host->is_cut) {
		attempts_cut(world, host);
		for (LIST_EACH(struct run, run, &host->runs))
			run->is_cut = true;
	} else {
		end_command(world, host);
		for (LIST_EACH(struct run, ended, &host->runs))
			run_end(world, ended, NULL);
	}
	host->is_open = false;
}

void on_host_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = exe_host(world, machine, is_closed);

	(void)fact;
	if (host)
		end_host(world, host);
}

static bool is_absolute(struct slice directory)
{
	while (directory.len && directory.ptr[0] == '"')
		directory = slice_skip(directory, 1);
	return directory.len > 1 && (directory.ptr[1] == ':' || directory.ptr[0] == '\\');
}

static void begin_inventory(struct world *world, struct host *host, const struct fact *fact)
{
	host->inventory = ++world->inventories;
	host->has_listed = false;
	proof_set(world, &host->inventory_proof, fact);
}

void on_command_line(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = exe_host(world, machine, lacks_command);
	bool is_mount = slice_starts_nocase(fact->verb, SLICE("mount-"));

	if (!host)
		return;
	host->has_command = true;
	host->flags = fact->flags;
	host->verb = world_text(world, fact->verb);
	host->online |= (fact->flags & FLAG_ONLINE) != 0;
	host->is_change = !(fact->flags & FLAG_QUERY);
	host->in_inventory = slice_equal_nocase(fact->verb, SLICE("get-packages"));
	proof_set(world, &host->command, fact);
	if (fact->image.len)
		host->directory = world_text(world, fact->image);
	if (is_mount) {
		host->mount_read_only = (fact->flags & FLAG_READ_ONLY) != 0;
		host->mount_file = world_text(world, fact->wim);
		host->mount_has_index = (fact->flags & FLAG_HAS_INDEX) != 0;
		host->mount_index = fact->index;
	}
	if (host->in_inventory)
		begin_inventory(world, host, fact);
	if (host->is_change && !is_mount && (!fact->image.len || is_absolute(fact->image)) &&
		!slice_starts_nocase(fact->verb, SLICE("unmount-")) &&
		!slice_starts_nocase(fact->verb, SLICE("commit-"))) {
		(void)host_image(world, host);
		(void)host_run(world, host);
	}
}

void on_session_closing(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (host)
		host->closing = true;
}

void on_session_closed(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = exe_host(world, machine, is_closing);

	if (!host)
		return;
	host->closed = true;
	if (fact->flags & FLAG_RESTART) {
		host->restart = true;
		proof_set(world, &host->restart_proof, fact);
	}
}

/* Image and image-side process */

void on_image_opened(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (!host || host->online ||
		(host->directory && is_absolute(world_text_of(world, host->directory))))
		return;
	if (host->image && host->image->kind != IMAGE_DIRECTORY)
		return;
	/* What the command named by a relative path stands here in full. */
	host->directory = world_text(world, fact->image);
	host->image = NULL;
	if (host->is_change) {
		(void)host_image(world, host);
		(void)host_run(world, host);
	}
}

void on_session_loaded(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host;

	if (slice_find(fact->function, SLICE("LoadLocalImageSession")) != SLICE_MISSING)
		return;
	/* Windows 7 loads the local session by the same function: its own folder. */
	if (slice_find(fact->function, SLICE("Remote")) == SLICE_MISSING &&
		slice_ends_nocase(fact->path, SLICE("\\System32\\Dism")))
		return;
	host = host_of_fact(world, machine, fact);
	if (!host)
		return;
	host->awaits_image_process = true;
	host->session_directory = directory_normal(world, fact->path);
}

void on_image_process(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *known = host_of_pid(machine, fact->pid);

	(void)world;
	if (known && known->is_open && known->pid == fact->pid)
		return;
	for (LIST_EACH(struct host, host, &machine->hosts)) {
		if (!host->is_open || !host->awaits_image_process)
			continue;
		host->awaits_image_process = false;
		if (known)
			known->image_pid = 0;
		add_side(host, fact->pid);
		machine->last_host = host;
		return;
	}
}

void on_provider_directory(struct world *world, struct machine *machine, const struct fact *fact)
{
	text_id directory = directory_normal(world, fact->path);
	struct host *known = host_of_pid(machine, fact->pid);

	for (LIST_EACH(struct host, host, &machine->hosts)) {
		if (!host->is_open || host->session_directory != directory ||
			host->pid == fact->pid)
			continue;
		if (known && known != host)
			known->image_pid = host->image_pid;
		if (known != host)
			add_side(host, fact->pid);
		return;
	}
}

void on_image_mode(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (!host)
		return;
	host->online |= (fact->flags & FLAG_ONLINE) != 0;
	host->offline |= (fact->flags & FLAG_OFFLINE) != 0;
	if (host->online && !host->offline && !host->image)
		host->image = image_online(world, machine);
}

void on_image_version(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = fact->pid ? host_of_pid(machine, fact->pid) : machine->last_host;

	if (!host || !host->image)
		return;
	host->image->version = world_text_of(world, world_text(world, fact->version));
	host->image->architecture = world_text_of(world, world_text(world, fact->architecture));
}

/* The API */

void on_api_start(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *before = host_of_pid(machine, fact->pid);
	struct host *host;

	if (before && before->is_open && before->is_api)
		cut_host(world, before);
	host = new_host(world, machine, fact->pid, true);
	if (host)
		machine->last_host = host;
}

void on_api_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_pid(machine, fact->pid);

	if (host && host->is_api)
		end_host(world, host);
}

static struct host *api_host(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (host)
		host->is_api = true;
	return host;
}

static void open_api_session(struct world *world, struct host *host, const struct fact *fact)
{
	host->online = (fact->flags & FLAG_ONLINE) != 0;
	host->offline = !host->online;
	host->directory = world_text(world, fact->image);
	host->image = NULL;
	(void)host_image(world, host);
}

void on_api_session(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = api_host(world, machine, fact);
	uint32_t id;

	if (!host || !slice_to_u32(fact->identifier, 10, &id))
		return;
	for (unsigned i = 0; i < host->session_count; i++)
		if (host->sessions[i].id == id) {
			host->sessions[i].image = host->image;
			host->sessions[i].online = host->online;
			return;
		}
	if (host->session_count == sizeof(host->sessions) / sizeof(host->sessions[0]))
		memmove(&host->sessions[0], &host->sessions[1],
			--host->session_count * sizeof(host->sessions[0]));
	host->sessions[host->session_count].id = id;
	host->sessions[host->session_count].online = host->online;
	host->sessions[host->session_count++].image = host->image;
}

static void use_api_session(struct host *host, const struct fact *fact)
{
	uint32_t id;

	if (!slice_to_u32(fact->identifier, 10, &id))
		return;
	for (unsigned i = 0; i < host->session_count; i++) {
		if (host->sessions[i].id != id)
			continue;
		host->image = host->sessions[i].image;
		host->online = host->sessions[i].online;
	}
}

static void begin_call(struct world *world, struct host *host, const struct fact *fact)
{
	host->flags = fact->flags;
	host->verb = world_text(world, fact->verb);
	host->call_tid = fact->tid;
	host->is_change = !(fact->flags & FLAG_QUERY);
	host->in_inventory = slice_equal(fact->verb, SLICE("get-packages"));
	proof_set(world, &host->command, fact);
	if (host->in_inventory)
		begin_inventory(world, host, fact);
	if (slice_equal(fact->verb, SLICE("mount-image"))) {
		host->mount_read_only = (fact->flags & FLAG_READ_ONLY) != 0;
		return;
	}
	if (!host->is_change)
		return;
	if (fact->image.len) {
		host->directory = world_text(world, fact->image);
		host->image = NULL;
		return;
	}
	(void)host_image(world, host);
	(void)host_run(world, host);
	if (fact->flags & (FLAG_ADD | FLAG_REMOVE))
		attempt_asked(world, host, fact);
}

void on_api_call(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = api_host(world, machine, fact);

	if (!host)
		return;
	proof_set(world, &host->end, fact);
	end_command(world, host);
	reset_command(host);
	if (slice_equal(fact->verb, SLICE("open-session")))
		open_api_session(world, host, fact);
	else if (fact->identifier.len)
		use_api_session(host, fact);
	begin_call(world, host, fact);
}

/* Mounts */

void on_mount(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (!host)
		return;
	if (fact->flags & FLAG_HAS_CODE) { /* a mount that failed */
		chain_note_error(world, &host->chain, fact);
		host->failed = host->is_change = true;
		return;
	}
	mount_begin(world, host, fact);
}

void on_mount_failed_or_ended(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);
	bool *flag;
	uint32_t *code;

	if (!host)
		return;
	flag = fact->kind == FACT_COMMIT ? &host->commit_error : &host->unmount_error;
	code = fact->kind == FACT_COMMIT ? &host->commit_code : &host->unmount_code;
	host->is_change = host->failed = true;
	if (*flag)
		return;
	*flag = true;
	*code = fact->code;
	if (!host->mount_error.kind || fact->kind == FACT_COMMIT)
		proof_set(world, &host->mount_error, fact);
}

/* Packages */

void on_package_file(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (!host)
		return;
	if (fact->path.len && host->file_count < MAX_FILES)
		host->files[host->file_count++] = world_text(world, fact->path);
	if (fact->package.len)
		host->package = intern(&world->identities, fact->package);
	proof_set_first(world, &host->file_proof, fact);
}

void on_package_state(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);
	struct package *package;

	if (!host)
		return;
	package = package_get(world, host_image(world, host), fact->package);
	attempt_package_opened(host, package ? package->identity : 0);
	if (!package)
		return;
	package_state(world, package, fact->current, TRUST_DISM);
	if (!host->in_inventory)
		return;
	package->inventory = host->inventory;
	host->has_listed = true;
}

void on_change_requested(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = host_of_fact(world, machine, fact);

	if (!host)
		return;
	host->is_change = true;
	attempt_begin(world, host, fact);
}

void on_restart_requested(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host = fact->pid ? host_of_fact(world, machine, fact) : NULL;

	if (!host) {
		cbs_restart(machine);
		return;
	}
	host->restart = true;
	proof_set_first(world, &host->restart_proof, fact);
	if (host->operation)
		host->operation->restart = true;
}

void on_operation_error(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host;

	if (cbs_operation_error(world, machine, fact))
		return;
	host = host_of_fact(world, machine, fact);
	if (!host)
		return;
	host->is_change = true;
	chain_note_own(world, &host->chain, fact);
	attempt_error(world, host, fact);
}

/* The open dism.exe session that has met this code; NULL when none or several have. */
static struct host *host_with_code(struct machine *machine, uint32_t code)
{
	struct host *found = NULL;

	for (LIST_EACH(struct host, host, &machine->hosts)) {
		if (!host->is_open || host->is_api || !host->is_change ||
			!chain_knows(&host->chain, code))
			continue;
		if (found)
			return NULL;
		found = host;
	}
	return found;
}

void on_command_failed(struct world *world, struct machine *machine, const struct fact *fact)
{
	bool by_pid = fact->pid || (fact->flags & FLAG_QUERY) || fact->verb.len;
	struct host *host =
		by_pid ? host_of_fact(world, machine, fact) : host_with_code(machine, fact->code);

	if (!host)
		host = exe_host(world, machine, has_failed_last);

	if (!host || (fact->flags & FLAG_QUERY))
		return;
	if (fact->verb.len && !host->is_change) { /* the call itself is not in the inputs */
		host->is_change = true;
		host->flags |= fact->flags;
		host->verb = world_text(world, fact->verb);
	}
	if (!host->has_command && !host->is_api && host->is_implied)
		host->is_change = true;
	host->failed = true;
	chain_note_error(world, &host->chain, fact);
	proof_set(world, &host->call_proof, fact);
}

void on_failure(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct host *host;

	if (fact->component == COMPONENT_CBS) {
		if (cbs_failure(world, machine, fact) || !machine->last_host ||
			!machine->last_host->is_open)
			return;
		chain_note_error(world, &machine->last_host->chain, fact);
		return;
	}
	host = host_of_fact(world, machine, fact);
	if (!host)
		return;
	if (fact->path.len && host->is_change && host->has_command) {
		chain_note_error(world, &host->chain, fact);
		attempt_file_failed(world, host, fact);
		return;
	}
	if (fact->path.len && !host->file_count)
		host->files[host->file_count++] = world_text(world, fact->path);
	if (!host->has_command && (fact->flags & (FLAG_ADD | FLAG_REMOVE))) {
		host->flags |= fact->flags & (FLAG_ADD | FLAG_REMOVE);
		host->is_change = host->failed = true;
	}
	chain_note_error(world, &host->chain, fact);
	attempt_failing(world, host, fact);
}

void sessions_end(struct world *world, struct machine *machine)
{
	for (LIST_EACH(struct host, host, &machine->hosts))
		if (host->is_open)
			cut_host(world, host);
}
