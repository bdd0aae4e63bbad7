/* Handlers of facts: runs, images, indexes. Those of updates are in site_updates.c. */
#include "core/images.h"
#include "core/proof.h"
#include "core/site_levels.h"

/* Runs */

void on_site_thread(struct world *world, struct machine *machine, const struct fact *fact)
{
	site_thread_taken(world, machine, fact->worker);
}

/* A run that a status message opened, and whose own line comes now. */
static bool awaits_its_line(const struct site_run *run, const struct fact *fact)
{
	return run && run->has_status && !run->started.kind && !run->visits.count &&
		run->schedule == fact->schedule;
}

void on_site_run(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);

	if (!awaits_its_line(run, fact))
		run = site_run_open(world, machine, fact->tid);
	if (!run)
		return;
	run->is_anonymous = false;
	run->schedule = fact->schedule;
	proof_set(world, &run->started, fact);
	if (!run->has_status)
		site_time_set(&run->start, fact);
	site_touch(run, fact);
}

/* 7900: the processing of a schedule begins, and exactly when. */
static void on_run_status(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);

	if (!run || run->has_status ||
		(fact->schedule && run->schedule && fact->schedule != run->schedule))
		run = site_run_open(world, machine, fact->tid);
	if (!run)
		return;
	run->is_anonymous = false;
	run->has_status = true;
	if (!run->schedule)
		run->schedule = fact->schedule;
	proof_set(world, &run->status, fact);
	if (fact->utc != NO_TIME || !run->started.kind)
		site_time_set(&run->start, fact);
	site_touch(run, fact);
}

/* How a run or an image ended, by whole words: "succeeded with errors" is none of them. */
static enum site_run_end outcome_of(struct slice verb)
{
	static const struct {
		const char *verb;
		enum site_run_end how;
	} words[] = {
		{ "failed", SITE_RUN_FAILED },
		{ "succeeded", SITE_RUN_SUCCEEDED },
		{ "success", SITE_RUN_SUCCEEDED },
		{ "ended", SITE_RUN_ENDED },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal_nocase(verb, slice_from(words[i].verb)))
			return words[i].how;
	return SITE_RUN_OPEN;
}

static void note_unread(struct world *world, struct site_run *run, const struct fact *fact)
{
	run->unread++;
	proof_set_first(world, &run->unread_first, fact);
}

void on_site_run_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);
	struct site_run *before = run ? NULL : site_run_before(world, machine, fact);

	if (before) { /* a second line of its end may be the first that names the schedule */
		if (!before->schedule)
			before->schedule = fact->schedule;
		return;
	}
	if (!run)
		run = site_run_in_hand(world, machine, fact);
	if (!run)
		return;
	site_touch(run, fact);
	if (!run->schedule)
		run->schedule = fact->schedule;
	run->how = outcome_of(fact->verb);
	run->end_is_odd = run->how == SITE_RUN_OPEN;
	if (run->end_is_odd) {
		note_unread(world, run, fact);
		run->how = SITE_RUN_ENDED;
	}
	run->end_is_recall = run->end_is_odd || (fact->flags & FLAG_RECALL);
	proof_set(world, &run->end, fact);
	site_run_close(world, run);
}

void on_site_unknown(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);
	struct site_index *index;

	if (!run)
		return;
	note_unread(world, run, fact);
	site_touch(run, fact);
	index = run->visit ? run->visit->index : NULL;
	if (index && index->update)
		index->update->has_unread |= index->update->is_applying;
}

/* A message that changes nothing, and shows that the run went on. */
void on_site_known(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);

	if (run)
		site_touch(run, fact);
}

/* Images */

/* Several are announced before the work begins; without a path, the line turns to the image. */
void on_site_image(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct site_visit *visit;

	if (!run)
		return;
	if (run->visit && run->visit->index)
		site_update_close(world, run->visit->index, fact);
	site_touch(run, fact);
	visit = fact->identifier.len ? site_visit_of(world, run, fact->identifier)
				     : site_new_visit(world, run);
	run->visit = visit;
	if (!visit)
		return;
	visit->is_turned_to |= !fact->wim.len;
	if (fact->wim.len && !visit->wim)
		visit->wim = world_text(world, fact->wim);
	site_touch(run, fact);
}

void on_site_mount(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct slice package = site_folder_id(fact->image);
	struct site_visit *visit;
	struct site_index *index;

	if (!run)
		return;
	if (!package.len)
		package = site_folder_id(fact->wim);
	visit = site_visit_named(world, run, package);
	if (!visit)
		return;
	visit->has_work = true;
	if (fact->wim.len && !visit->wim)
		visit->wim = world_text(world, fact->wim);
	if (fact->flags & FLAG_HAS_INDEX) {
		index = site_index_numbered(world, visit, fact->index, true);
	} else {
		site_index_leave(world, visit);
		index = site_index_in_hand(world, visit);
	}
	if (!index)
		return;
	site_touch(run, fact);
	proof_set(world, &index->numbered, fact);
	index->image = site_image(world, index);
	if (index->image)
		index->mount = mount_of_site(world, index->image, fact->image);
}

/* Processors as Windows numbers them, as DISM names them. */
static struct slice architecture_of(struct slice word)
{
	static const struct {
		const char *number, *name;
	} words[] = {
		{ "0", "x86" },
		{ "5", "arm" },
		{ "6", "ia64" },
		{ "9", "amd64" },
		{ "12", "arm64" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal(word, slice_from(words[i].number)))
			return slice_from(words[i].name);
	return word;
}

/* Kept until the index is over: it may get its number, and so its image, later. */
void on_site_version(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);
	struct site_index *index = run && run->visit ? run->visit->index : NULL;

	if (run)
		site_touch(run, fact);
	if (!index)
		return;
	if (!index->version)
		index->version = world_text(world, fact->version);
	if (!index->architecture)
		index->architecture = world_text(world, architecture_of(fact->architecture));
}

static struct site_index *index_of(
	struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct site_visit *visit = run ? site_visit_in_hand(world, run) : NULL;

	if (!visit)
		return NULL;
	/* A line about an unmount is of the index whose unmount is under way. */
	return visit->index ? visit->index : site_index_in_hand(world, visit);
}

void on_site_unmount(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);

	if (!index)
		return;
	site_update_close(world, index, fact);
	if (index->is_unmounting) /* of an index whose mount no line tells of */
		index = site_index_in_hand(world, index->visit);
	if (!index)
		return;
	index->is_unmounting = true;
	index->is_commit = fact->flags & FLAG_COMMIT;
	index->is_discard = !index->is_commit && (fact->flags & FLAG_DISCARD);
	index->unmount_is_recall = fact->flags & FLAG_RECALL;
	index->is_followed = false;
	proof_set(world, &index->unmount, fact);
	site_time_set(&index->saved, fact);
	site_touch_index(index, fact);
}

/* Errors */

static void fail_save(struct world *world, struct site_index *index, const struct fact *fact)
{
	bool is_call = fact->kind == FACT_SITE_CALL;
	bool is_save = !index->is_discard; /* else nothing was to be saved */

	index->has_error |= is_save;
	index->visit->has_save_error |= is_save;
	index->visit->save_error_is_seen |= is_save && !(fact->flags & FLAG_RECALL);
	if (is_call)
		proof_set_first(world, &index->call_error, fact);
	else if (!index->error.kind || index->error.kind == FACT_SITE_STATUS)
		proof_set(world, &index->error, fact);
	site_fail(world, &index->visit->failure, fact);
}

/* What a call returned about the save of the index; true: it was such a call. */
static bool take_save_call(struct world *world, struct site_index *index, const struct fact *fact)
{
	static const char *const words[] = { "unmount", "commit", "save" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (slice_find_nocase(fact->function, slice_from(words[i])) == SLICE_MISSING)
			continue;
		if (site_code_fails(fact->code))
			fail_save(world, index, fact);
		else
			index->is_saved |= !(fact->flags & FLAG_RECALL);
		return true;
	}
	return false;
}

void site_call_of_image(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_index *index = index_of(world, machine, fact);

	if (!index)
		return;
	site_touch_index(index, fact);
	if (take_save_call(world, index, fact) || !site_code_fails(fact->code))
		return;
	if (slice_find_nocase(fact->function, SLICE("mount")) != SLICE_MISSING)
		site_fail(world, &index->visit->failure, fact);
}

static bool is_of_save(struct slice verb)
{
	return slice_equal(verb, SLICE("unmount")) || slice_equal(verb, SLICE("commit")) ||
		slice_equal(verb, SLICE("cleanup"));
}

static bool has_unmounted(const struct site_visit *visit)
{
	for (LIST_EACH(struct site_index, index, &visit->indexes))
		if (index->is_unmounting)
			return true;
	return false;
}

void on_site_error(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);
	struct site_visit *visit;

	if (is_of_save(fact->verb)) {
		struct site_index *index = index_of(world, machine, fact);

		if (!index)
			return;
		fail_save(world, index, fact);
		site_touch_index(index, fact);
		return;
	}
	if (!run && site_run_before(world, machine, fact))
		return; /* the distribution behind a run that is over */
	if (!run)
		run = site_run_in_hand(world, machine, fact);
	if (!run)
		return;
	site_touch(run, fact);
	visit = fact->identifier.len ? site_visit_named(world, run, fact->identifier) : run->visit;
	site_fail(world, visit ? &visit->failure : &run->failure, fact);
	if (visit && slice_equal(fact->verb, SLICE("copy")))
		visit->has_late_error |= has_unmounted(visit);
}

/* A status message is no turn of the work to another image: that one may come late. */
static struct site_visit *visit_of_status(
	struct world *world, struct site_run *run, const struct fact *fact)
{
	const struct site_visit *in_hand = run->visit;
	struct site_visit *other;

	if (!in_hand || !in_hand->package || !fact->identifier.len)
		return site_visit_named(world, run, fact->identifier);
	other = site_visit_find(world, run, fact->identifier);
	return other ? other : site_visit_named(world, run, fact->identifier);
}

#define MAX_LOOK_BACK 64 /* indexes of a visit: no WIM of Windows has as many */

/* The last one of that number; NULL. */
static struct site_index *index_with_number(const struct site_visit *visit, uint32_t number)
{
	size_t count = visit->indexes.count;

	for (size_t i = 0; i < count && i < MAX_LOOK_BACK; i++) {
		struct site_index *index = visit->indexes.items[count - 1 - i];

		if (index->has_number && index->number == number)
			return index;
	}
	return NULL;
}

/* The index that it names, and not another that is in hand by now. */
static struct site_index *index_of_status(
	struct world *world, struct site_visit *visit, const struct fact *fact)
{
	bool has_number = fact->flags & FLAG_HAS_INDEX;
	struct site_index *index = has_number ? index_with_number(visit, fact->index) : NULL;

	if (index)
		return index;
	index = visit->index;
	if (!index)
		index = site_index_in_hand(world, visit);
	else if (has_number && index->has_number)
		index = site_new_index(world, visit);
	if (!index || !has_number || index->has_number)
		return index;
	index->has_number = true;
	index->number = fact->index;
	proof_set(world, &index->numbered, fact);
	return index;
}

/* 7913: the unmount of an index failed. */
static void on_unmount_status(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct site_visit *visit = run ? visit_of_status(world, run, fact) : NULL;
	struct site_index *index;

	if (!visit)
		return;
	visit->has_work = true;
	index = index_of_status(world, visit, fact);
	if (!index)
		return;
	fail_save(world, index, fact);
	site_touch(run, fact);
}

void on_site_status(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run;

	if (slice_equal(fact->name, SLICE("7900"))) {
		on_run_status(world, machine, fact);
		return;
	}
	if (slice_equal(fact->name, SLICE("7913"))) {
		on_unmount_status(world, machine, fact);
		return;
	}
	run = site_run_at(world, machine, fact);
	if (!run)
		return;
	site_touch(run, fact);
	if (slice_equal(fact->verb, SLICE("E")))
		site_fail(world, run->visit ? &run->visit->failure : &run->failure, fact);
}

/* The end of an image */

void on_site_image_end(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_in_hand(world, machine, fact);
	struct site_visit *visit;
	enum site_run_end how;

	if (!run)
		return;
	visit = site_visit_named(world, run, fact->identifier);
	if (!visit)
		return;
	if (visit->index)
		site_update_close(world, visit->index, fact);
	site_touch(run, fact);
	how = outcome_of(fact->verb);
	visit->ended = true;
	visit->end_is_odd = how != SITE_RUN_FAILED && how != SITE_RUN_SUCCEEDED;
	if (visit->end_is_odd)
		note_unread(world, run, fact);
	visit->end_is_recall = visit->end_is_odd || (fact->flags & FLAG_RECALL);
	visit->status = how == SITE_RUN_FAILED ? RUN_FAILED : RUN_SUCCESS;
	proof_set(world, &visit->end, fact);
	site_visit_close(world, visit);
}

/* Written when an image is done: it names an image that nothing named before. */
void on_site_history(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct site_run *run = site_run_at(world, machine, fact);

	if (!run || !fact->identifier.len)
		return;
	if (run->visit && run->visit->has_work && !run->visit->package)
		(void)site_visit_named(world, run, fact->identifier);
	site_touch(run, fact);
}

void site_end(struct world *world, struct machine *machine)
{
	const struct fact *last = world->fact;

	if (!world->site)
		return;
	world->fact = NULL; /* no line ends what the log leaves open */
	for (LIST_EACH(struct site_run, run, &world->site->threads)) {
		if (run->machine == machine)
			site_run_close(world, run);
		site_leave_run(world, run);
	}
	list_clear(&world->site->threads);
	world->fact = last;
}
