/* Handlers of facts about updates and their binaries. */
#include "base/path.h"
#include "core/proof.h"
#include "core/site_levels.h"
#include "model/kb.h"

static struct site_index *index_of(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct site_visit *visit = run ? site_visit_in_hand(world, run) : NULL;
	struct site_index *index = NULL;

	if (!visit)
		return NULL;
	run->has_updates = visit->has_updates = true;
	visit->has_work = true;
	if ((fact->kind == FACT_SITE_APPLYING || fact->kind == FACT_SITE_APPLIED) &&
		(fact->flags & FLAG_HAS_INDEX))
		index = site_index_numbered(world, visit, fact->index, false);
	else
		index = site_index_in_hand(world, visit);
	if (index)
		site_touch(run, fact);
	return index;
}

static void touch(struct world *world, struct site_update *update, const struct fact *fact)
{
	update->seq = world->seq;
	site_time_set(&update->last, fact);
}

/* Updates */

/* Turns to the update of that CI_ID. */
static struct site_update *turn_to(
	struct world *world, struct site_index *index, uint32_t ci, const struct fact *fact)
{
	struct site_update *update = site_find(world, index, ci, 0, 0);

	site_update_close(world, index, fact);
	if (!update) {
		update = site_new_update(world, index);
		if (update && ci)
			site_name_update(world, update, ci, 0, 0);
	}
	index->update = update;
	if (update)
		update->is_over = false;
	return update;
}

void on_site_update(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	struct site_update *update = index ? turn_to(world, index, fact->ci, fact) : NULL;

	if (!update)
		return;
	update->is_stated = true;
	update->attempt++;
	update->expected = fact->binaries;
	proof_set(world, &update->named, fact);
	touch(world, update, fact);
}

static bool has_failed_call(const struct site_binary *binary)
{
	return binary->is_called && site_code_fails(binary->code);
}

static bool waits_to_go_in(const struct site_binary *binary)
{
	return binary && !binary->is_called && site_may_go_in(binary);
}

/* The update in hand has no CI_ID, and what the line says fits it: it is that one's. */
static bool may_take_ci(
	const struct world *world, const struct site_index *index, const struct fact *fact)
{
	const struct site_update *update = index->update;
	const struct site_binary *binary = update ? update->binary : NULL;

	if (!update || update->ci || site_find(world, index, fact->ci, 0, 0))
		return false;
	if (fact->kind == FACT_SITE_FAILED)
		return !binary || waits_to_go_in(binary) || has_failed_call(binary);
	return !binary || waits_to_go_in(binary) ||
		(binary->is_called && !site_code_fails(binary->code));
}

/* The update that a line with a CI_ID, or without one, speaks of. */
static struct site_update *update_of(
	struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *update = index->update;

	if (update && (!fact->ci || update->ci == fact->ci))
		return update;
	if (!update || !may_take_ci(world, index, fact))
		return turn_to(world, index, fact->ci, fact);
	site_name_update(world, update, fact->ci, update->kb, update->file);
	proof_set_first(world, &update->named, fact);
	return update;
}

void on_site_applying(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	struct site_update *update = index ? update_of(world, index, fact) : NULL;

	if (!update)
		return;
	update->is_applying = true;
	update->has_unread = false;
	update->attempt++;
	proof_set(world, &update->applying, fact);
	touch(world, update, fact);
}

/* It went in after all: what failed in an earlier attempt is mended. A call of a name that nobody
 * knows did not keep it out; InstallUpdate, or a line of its failure, of this same attempt
 * contradicts the line, and stays. */
static void mend(struct site_update *update)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (has_failed_call(binary) && binary->attempt < update->attempt)
			binary->is_called = false;
	if (update->failed_attempt < update->attempt)
		update->has_failed = false;
	if (!update->loose.is_install)
		update->loose.is_set = false;
}

void on_site_applied(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	struct site_update *update = index ? update_of(world, index, fact) : NULL;

	if (!update)
		return;
	update->is_applied = true;
	update->applied_is_recall = fact->flags & FLAG_RECALL;
	mend(update);
	proof_set(world, &update->applied, fact);
	site_time_set(&update->applied_at, fact);
	touch(world, update, fact);
}

/* The failing call that came right before is that update's whose failure the line prints. */
static void move_call(struct world *world, struct site_update *from, struct site_update *to,
	const struct fact *fact)
{
	struct site_binary *binary = from ? from->binary : NULL, *moved;

	if (from == to || !binary || !has_failed_call(binary) || from->has_failed ||
		!(fact->flags & FLAG_HAS_CODE) ||
		(fact->code != binary->code && fact->code != (binary->code & 0xFFFFu)))
		return;
	moved = to->binaries.count ? to->binaries.items[to->binaries.count - 1]
				   : site_new_binary(world, to);
	if (!moved)
		return;
	moved->is_called = true;
	moved->code = binary->code;
	moved->call_is_recall = binary->call_is_recall;
	moved->attempt = to->attempt;
	moved->call_seq = binary->call_seq;
	proof_copy(world, &moved->call_proof, &binary->call_proof);
	binary->is_called = false;
	binary->call_proof.kind = FACT_NONE;
}

static struct site_update *failed_update(
	struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *in_hand = index->update, *update;

	if (!fact->ci || !in_hand || in_hand->ci == fact->ci || may_take_ci(world, index, fact))
		return update_of(world, index, fact);
	update = site_find(world, index, fact->ci, 0, 0);
	if (!update) {
		update = site_new_update(world, index);
		if (update)
			site_name_update(world, update, fact->ci, 0, 0);
	}
	if (update) {
		update->is_over = true;
		move_call(world, in_hand, update, fact);
	}
	return update;
}

void on_site_failed(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	struct site_update *update = index ? failed_update(world, index, fact) : NULL;

	if (!update)
		return;
	touch(world, update, fact);
	/* The line that names the update has the last word on its code. */
	if (update->has_failed && update->failed_by_id && !fact->ci)
		return;
	update->has_failed = true;
	update->failed_attempt = update->attempt;
	update->is_applied = false;
	update->failed_by_id = fact->ci != 0;
	update->failed_is_recall = fact->flags & FLAG_RECALL;
	update->has_code = fact->flags & FLAG_HAS_CODE;
	update->code = fact->code;
	proof_set(world, &update->failed, fact);
}

/* Binaries */

static struct site_binary *find_binary(const struct site_update *update, text_id file)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (file && binary->file == file)
			return binary;
	return NULL;
}

/* Whether a binary can be of the update in hand. */
static bool takes(const struct site_update *update, text_id file, uint32_t kb)
{
	if (find_binary(update, file))
		return true;
	if (update->is_stated)
		return !update->expected || update->binaries.count < update->expected;
	if (update->ci)
		return !update->binaries.count || (kb && kb == update->kb);
	return kb && kb == update->kb;
}

/* An update of which no line but those of its binaries tells. */
static struct site_update *update_of_file(struct world *world, struct site_index *index,
	text_id file, uint32_t kb, const struct fact *fact)
{
	struct site_update *update;

	site_update_close(world, index, fact);
	update = site_find(world, index, 0, kb, kb ? 0 : file);
	if (!update)
		update = site_new_update(world, index);
	index->update = update;
	if (update)
		update->is_over = false;
	return update;
}

static void name_by_file(struct world *world, struct site_update *update, text_id file, uint32_t kb)
{
	uint32_t first_kb = update->kb ? update->kb : kb;
	text_id first_file = update->file ? update->file : file;

	if (first_kb != update->kb || first_file != update->file)
		site_name_update(world, update, update->ci, first_kb, first_file);
}

static text_id file_of(struct world *world, struct slice path)
{
	return world_text(world, windows_path_name(path));
}

void on_site_token(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	uint32_t kb = kb_of_package_file(fact->path);
	text_id file = file_of(world, fact->path);
	struct site_update *update;
	struct site_binary *binary;

	if (!index)
		return;
	update = index->update;
	if (!update || !takes(update, file, kb))
		update = update_of_file(world, index, file, kb, fact);
	binary = update ? find_binary(update, file) : NULL;
	if (update && !binary)
		binary = site_new_binary(world, update);
	if (!binary)
		return;
	name_by_file(world, update, file, kb);
	update->binary = binary;
	binary->file = file;
	binary->word = world_text(world, fact->verb);
	binary->token = site_token_of(fact->verb);
	binary->token_is_recall = fact->flags & FLAG_RECALL;
	binary->is_skipped = false;
	proof_set(world, &binary->token_proof, fact);
	touch(world, update, fact);
}

/* The binary in hand; one without a name when no line told of any. */
static struct site_binary *binary_in_hand(
	struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *update = index->update ? index->update : turn_to(world, index, 0, fact);

	if (!update)
		return NULL;
	if (!update->binary && update->binaries.count)
		update->binary = update->binaries.items[update->binaries.count - 1];
	if (!update->binary)
		update->binary = site_new_binary(world, update);
	touch(world, update, fact);
	return update->binary;
}

void on_site_skipped(struct world *world, struct machine *machine, const struct fact *fact)
{
	static const struct {
		const char *verb;
		enum site_token token;
	} causes[] = {
		{ "not-supported", SITE_TOKEN_NOT_SUPPORTED },
		{ "not-required", SITE_TOKEN_NOT_REQUIRED },
		{ "installed", SITE_TOKEN_INSTALLED },
	};
	struct site_index *index = index_of(world, machine, fact);
	struct site_binary *binary = index ? binary_in_hand(world, index, fact) : NULL;

	if (!binary)
		return;
	binary->is_skipped = true;
	binary->skip_is_recall = fact->flags & FLAG_RECALL;
	proof_set(world, &binary->skip_proof, fact);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (slice_equal(fact->verb, slice_from(causes[i].verb)) &&
			(binary->token == SITE_TOKEN_NONE || binary->token == SITE_TOKEN_OTHER))
			binary->token = causes[i].token;
}

/* Calls of InstallUpdate: each is of the binary in hand. When several wait, because all were
 * checked first, calls go to them in order, as long as there are as many. */

static void note_loose(struct world *world, struct site_update *update, uint32_t code,
	bool is_install, const struct proof *proof)
{
	update->loose.is_set = true;
	update->loose.is_install = is_install;
	update->loose.code = code;
	proof_copy(world, &update->loose.proof, proof);
}

/* Nobody can tell of which binary the call was. */
static void take_call_off(
	struct world *world, struct site_update *update, struct site_binary *binary)
{
	if (has_failed_call(binary))
		note_loose(world, update, binary->code, true, &binary->call_proof);
	else
		update->has_loose_success = true;
	binary->is_called = binary->is_queued = false;
	binary->call_proof.kind = FACT_NONE;
}

void site_update_settle(struct world *world, struct site_update *update)
{
	bool is_queued = false, does_wait = false;

	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		is_queued |= binary->is_queued;
		does_wait |= waits_to_go_in(binary);
	}
	update->is_unclear |= is_queued && does_wait;
	if (!is_queued || !update->is_unclear)
		return;
	for (LIST_EACH(struct site_binary, queued, &update->binaries))
		if (queued->is_queued)
			take_call_off(world, update, queued);
}

/* The binary that the call is of. *ret_is_queued: for its place in the order alone. NULL at
 * *ret_is_queued: there are more calls than binaries that wait. */
static struct site_binary *next_to_install(const struct site_update *update, bool *ret_is_queued)
{
	struct site_binary *first = NULL;
	bool is_queued = false;
	size_t waiting = 0;

	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		is_queued |= binary->is_queued && binary->attempt == update->attempt;
		if (!waits_to_go_in(binary) &&
			!(binary->is_queued && has_failed_call(binary) &&
				binary->attempt < update->attempt))
			continue;
		if (!waiting++)
			first = binary;
	}
	*ret_is_queued = is_queued || waiting > 1;
	return first;
}

static struct site_binary *binary_to_install(
	struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *update = index->update;
	bool is_queued = false;
	struct site_binary *next = update ? next_to_install(update, &is_queued) : NULL;
	struct site_binary *binary;

	if (next)
		update->binary = next;
	binary = binary_in_hand(world, index, fact);
	if (!binary)
		return NULL;
	if (is_queued && !next) { /* more calls than binaries */
		index->update->is_unclear = true;
		take_call_off(world, index->update, binary);
	}
	binary->is_queued = is_queued;
	return binary;
}

static bool any_waits(const struct site_update *update)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (waits_to_go_in(binary))
			return true;
	return false;
}

/* What failed before, on this binary or in an earlier attempt, is mended. */
static void note_success(
	struct world *world, struct site_update *update, bool was_failing, const struct fact *fact)
{
	if (was_failing || update->failed_attempt < update->attempt)
		update->has_failed = false;
	if (!update->loose.is_install && !any_waits(update))
		update->loose.is_set = false;
	if (update->is_applied)
		return;
	proof_set(world, &update->applied, fact);
	site_time_set(&update->applied_at, fact);
}

static void on_install(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);
	struct site_binary *binary = index ? binary_to_install(world, index, fact) : NULL;
	bool was_failing = binary && has_failed_call(binary);

	if (!binary || !(fact->flags & FLAG_HAS_CODE))
		return;
	binary->is_called = true;
	binary->call_is_recall = fact->flags & FLAG_RECALL;
	binary->code = fact->code;
	binary->attempt = index->update->attempt;
	binary->call_seq = world->seq;
	proof_set(world, &binary->call_proof, fact);
	if (!site_code_fails(fact->code))
		note_success(world, index->update, was_failing, fact);
}

/* What the question gave is no code of an installation. */
static void on_question(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);

	if (!index || !index->update)
		return;
	proof_set(world, &index->update->asked, fact);
	touch(world, index->update, fact);
}

/* The update in hand is being put in, and no line has said that it is in. */
static bool is_under_way(const struct site_update *update)
{
	if (!update || !update->is_applying || update->is_applied)
		return false;
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (binary->is_called)
			return any_waits(update);
	return true;
}

/* A call of a name that nobody knows: when it fails while an update is put in, so does the update,
 * unless a line says later that it is in. */
static void on_other_call(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);
	struct site_index *index = run && run->visit ? run->visit->index : NULL;
	struct site_update *update = index ? index->update : NULL;

	on_site_known(world, machine, fact);
	if (!(fact->flags & FLAG_HAS_CODE) || !site_code_fails(fact->code) ||
		!is_under_way(update) || update->loose.is_set)
		return;
	update->loose.is_set = true;
	update->loose.code = fact->code;
	proof_set(world, &update->loose.proof, fact);
	touch(world, update, fact);
}

void on_site_call(struct world *world, struct machine *machine, const struct fact *fact)
{
	if (slice_find_nocase(fact->function, SLICE("InstallUpdate")) != SLICE_MISSING)
		on_install(world, machine, fact);
	else if (slice_find_nocase(fact->function, SLICE("Applicab")) != SLICE_MISSING)
		on_question(world, machine, fact);
	else if (slice_find_nocase(fact->function, SLICE("mount")) != SLICE_MISSING ||
		slice_find_nocase(fact->function, SLICE("commit")) != SLICE_MISSING ||
		slice_find_nocase(fact->function, SLICE("save")) != SLICE_MISSING)
		site_call_of_image(world, machine, fact);
	else
		on_other_call(world, machine, fact);
}
