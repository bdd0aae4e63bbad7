/* Indexes in hand: which one a line is of, how it ended, what becomes of it. */
#include "core/site_levels.h"

#include "core/images.h"
#include "core/proof.h"
#include "core/site_time.h"

/* Updates */

static bool was_put_in(const struct site_update *update)
{
	bool was_put = update->is_applying || update->is_applied;

	if (update->loose.is_set)
		return false;
	for (LIST_EACH(struct site_binary, binary, &update->binaries)) {
		if (binary->is_called && site_code_fails(binary->code))
			return false;
		was_put |= binary->is_called;
	}
	return was_put;
}

void site_update_close(struct world *world, struct site_index *index, const struct fact *fact)
{
	struct site_update *update = index->update;

	if (!update)
		return;
	index->update = NULL;
	update->binary = NULL;
	update->is_over = true;
	site_update_settle(world, update);
	if (update->applied.kind || update->has_failed || !was_put_in(update))
		return;
	proof_set(world, &update->applied, fact);
	site_time_set(&update->applied_at, fact);
}

/* Indexes */

static enum site_end end_of_index(const struct site_index *index)
{
	const struct site_visit *visit = index->visit;

	if (index->has_error)
		return SITE_END_SAVE_FAILED;
	if (index->is_discard)
		return SITE_END_DISCARDED;
	if (visit->has_late_error)
		return SITE_END_UNCERTAIN;
	if (index->is_saved)
		return SITE_END_SAVED;
	if (index->is_commit && index->is_followed)
		return SITE_END_ASSUMED;
	if (visit->status == RUN_RUNNING)
		return index->is_left ? SITE_END_UNCERTAIN : SITE_END_OPEN;
	return visit->status == RUN_FAILED && !index->is_commit ? SITE_END_FAILED
								: SITE_END_ASSUMED;
}

/* DISM or the site itself mounted the package at its folder. */
static bool is_of_visit(
	const struct world *world, const struct mount *mount, const struct site_visit *visit)
{
	return mount->machine == visit->run->machine && visit->package && mount->image->site_id &&
		slice_equal_nocase(world_text_of(world, mount->image->site_id),
			world_text_of(world, visit->package));
}

/* Mounts in which DISM did nothing: there may be many, night after night. */
static void drop_ended(struct world *world)
{
	struct list *mounts = &world->mounts;

	while (mounts->count) {
		struct mount *last = mounts->items[mounts->count - 1];

		if (!last->ended || last->run || last->is_shared || last->packages.cap ||
			last->image->kind != IMAGE_SITE)
			return;
		mounts->count--;
		if (!list_add(&world->spare_mounts, last))
			world->status = ST_NOMEM;
	}
}

/* What DISM's logs say of the folder is of this index: its end is theirs. */
static void end_mounts(struct world *world, struct site_index *index)
{
	static const enum mount_end ends[] = {
		[SITE_END_OPEN] = MOUNT_OPEN,
		[SITE_END_ASSUMED] = MOUNT_COMMITTED,
		[SITE_END_SAVED] = MOUNT_COMMITTED,
		[SITE_END_DISCARDED] = MOUNT_DISCARDED,
		[SITE_END_SAVE_FAILED] = MOUNT_COMMIT_FAILED,
		[SITE_END_UNCERTAIN] = MOUNT_COMMIT_UNKNOWN,
		[SITE_END_FAILED] = MOUNT_DISCARDED,
	};

	if (index->how == SITE_END_OPEN || index->is_settled)
		return;
	/* Of one that another mount followed no other mount is. */
	for (LIST_EACH(struct mount, mount, &world->mounts))
		if (!mount->ended &&
			(index->is_left ? mount == index->mount && mount->image == index->image
					: is_of_visit(world, mount, index->visit)))
			mount_end_of_site(world, mount, ends[index->how]);
	drop_ended(world);
	index->is_settled = true;
}

/* Its unmount has come, and what follows is of another: what DISM did in it is settled. */
static void settle_index(struct world *world, struct site_index *index)
{
	index->is_followed = true;
	index->how = end_of_index(index);
	end_mounts(world, index);
}

struct site_index *site_index_in_hand(struct world *world, struct site_visit *visit)
{
	struct site_index *index = visit->index;

	if (index && !index->is_unmounting)
		return index;
	if (index)
		settle_index(world, index);
	visit->has_work = true;
	visit->index = site_new_index(world, visit);
	return visit->index;
}

void site_index_leave(struct world *world, struct site_visit *visit)
{
	if (!visit->index)
		return;
	site_update_close(world, visit->index, world->fact);
	if (visit->index->is_unmounting)
		settle_index(world, visit->index);
	visit->index->is_left = true;
	visit->index = NULL;
}

struct site_index *site_index_numbered(
	struct world *world, struct site_visit *visit, uint32_t number, bool is_mount)
{
	struct site_index *index = visit->index;
	bool is_other = index &&
		(index->is_unmounting || (is_mount && index->updates.count) ||
			(index->has_number && (is_mount || index->number != number)));

	if (is_other)
		site_index_leave(world, visit);
	index = site_index_in_hand(world, visit);
	if (!index || index->has_number)
		return index;
	index->has_number = true;
	index->number = number;
	proof_set(world, &index->numbered, world->fact);
	return index;
}

/* The site names no index, and all that DISM mounts of the package meanwhile is one. */
static void take_index_of_dism(struct world *world, struct site_index *index)
{
	const struct image *only = NULL;

	for (LIST_EACH(struct mount, mount, &world->mounts)) {
		const struct image *image = mount->image;

		if (!image->has_index || image->kind == IMAGE_SITE || !mount->run ||
			!is_of_visit(world, mount, index->visit) ||
			!site_spans(world, &index->visit->first, &index->last,
				proof_moment(world, &mount->run->start)))
			continue;
		if (only && only->index != image->index)
			return;
		only = image;
	}
	if (!only)
		return;
	index->has_number = true;
	index->number = only->index;
	proof_copy(world, &index->numbered, &only->origin);
}

struct image *site_image(struct world *world, const struct site_index *index)
{
	const struct site_visit *visit = index->visit;
	size_t known = world->images.count;
	struct image *image = image_of_site(world, visit->run->machine,
		world_text_of(world, visit->package), index->has_number, index->number);

	if (!image)
		return NULL;
	if (world->images.count > known) {
		image->input = visit->first.at.input != NO_INPUT ? visit->first.at.input
								 : visit->run->first.at.input;
		proof_copy(world, &image->origin,
			index->numbered.kind ? &index->numbered : &visit->named);
	}
	if (!image->container)
		image->container = visit->wim;
	return image;
}

/* Tried, and no line names it: it can have no row. */
static void note_unnamed(
	struct world *world, struct site_visit *visit, const struct site_update *update)
{
	const struct site_verdict verdict = site_verdict(update);
	const struct proof *proof = verdict.failed ? verdict.failed : &update->applied;

	if (update->ci || update->kb || update->file || !verdict.was_tried)
		return;
	visit->has_unnamed = true;
	diagnostics_add(&world->report->diagnostics, DIAG_UPDATE_UNNAMED,
		proof->kind ? proof->at : update->last.at,
		(struct slice){ proof->words, proof->len });
}

/* The first update that failed, in the order of the log. */
static void note_failures(
	struct world *world, struct site_visit *visit, const struct site_index *index)
{
	struct site_failure *first = &visit->failed_update;

	for (LIST_EACH(struct site_update, update, &index->updates)) {
		struct site_verdict verdict = site_verdict(update);

		note_unnamed(world, visit, update);
		if (!verdict.failed || first->is_set)
			continue;
		visit->failed_image = index->image;
		visit->failed_ci = update->ci;
		visit->failed_kb = update->kb;
		visit->failed_file = update->file;
		first->is_set = true;
		first->has_code = verdict.has_code;
		first->code = verdict.code;
		first->is_recall = !verdict.is_failure_seen;
		proof_copy(world, &first->proof, verdict.failed);
	}
}

/* DISM's word, where there is one, is not touched. */
static void describe_image(
	const struct world *world, const struct site_index *index, struct image *image)
{
	if (!image->version.len)
		image->version = world_text_of(world, index->version);
	if (!image->architecture.len)
		image->architecture = world_text_of(world, index->architecture);
}

void site_index_close(struct world *world, struct site_index *index)
{
	struct site_visit *visit = index->visit;

	if (visit->index == index && visit->status != RUN_RUNNING)
		site_update_close(world, index, world->fact);
	index->how = end_of_index(index);
	if (!index->has_number)
		take_index_of_dism(world, index);
	index->image = site_image(world, index);
	if (!index->image)
		return;
	index->image->has_rows = true;
	describe_image(world, index, index->image);
	if (!visit->image)
		visit->image = index->image;
	end_mounts(world, index);
	note_failures(world, visit, index);
	site_publish(world, index);
}
