/* Runs, visits, indexes, updates, binaries: made, found, kept, used again. */
#include "core/site_store.h"

#include <stdlib.h>

#include "core/site_past.h"

#define FIRST_BUCKETS 256u

struct site *site_of(struct world *world)
{
	if (!world->site)
		world->site = world_alloc(world, sizeof(*world->site));
	return world->site;
}

void site_release(struct world *world)
{
	struct site *site = world->site;

	if (!site)
		return;
	for (LIST_EACH(struct site_run, run, &site->runs))
		list_release(&run->visits);
	for (LIST_EACH(struct site_visit, visit, &site->visits))
		list_release(&visit->indexes);
	for (LIST_EACH(struct site_past, past, &site->past)) {
		for (LIST_EACH(struct run, part, &past->runs))
			list_release(&part->failures);
		list_release(&past->runs);
	}
	for (LIST_EACH(struct site_index, index, &site->all_indexes))
		list_release(&index->updates);
	for (LIST_EACH(struct site_update, update, &site->all_updates))
		list_release(&update->binaries);
	list_release(&site->past);
	list_release(&site->runs);
	list_release(&site->visits);
	list_release(&site->threads);
	list_release(&site->updates);
	list_release(&site->all_indexes);
	list_release(&site->all_updates);
	list_release(&site->spare_runs);
	list_release(&site->spare_visits);
	list_release(&site->spare_indexes);
	list_release(&site->spare_updates);
	list_release(&site->spare_binaries);
	free(site->buckets);
	world->site = NULL;
}

void site_time_set(struct site_time *time, const struct fact *fact)
{
	time->at = fact->at;
	time->when = fact->when;
	time->utc = fact->utc;
	time->basis = fact->flags & FLAG_GMTDATE ? TIME_STATMSG : TIME_BIAS;
}

static const struct site_time no_time = {
	.at = { .input = NO_INPUT }, .when = NO_TIME, .utc = NO_TIME
};

static void add(struct world *world, struct list *list, void *item)
{
	if (!list_add(list, item))
		world->status = ST_NOMEM;
}

/* The last of what is not used any more; NULL. */
static void *take(struct list *spare)
{
	return spare->count ? spare->items[--spare->count] : NULL;
}

/* A slot that is empty, and keeps its memory. */
static struct proof emptied(struct proof proof)
{
	return (struct proof){ .words = proof.words, .cap = proof.cap };
}

static struct list cleared(struct list list)
{
	list.count = 0;
	return list;
}

/* Making */

static struct site_failure without(struct site_failure failure)
{
	return (struct site_failure){ .proof = emptied(failure.proof) };
}

static void reset_run(struct site_run *run)
{
	*run = (struct site_run){
		.visits = cleared(run->visits),
		.started = emptied(run->started),
		.status = emptied(run->status),
		.end = emptied(run->end),
		.unread_first = emptied(run->unread_first),
		.opened = emptied(run->opened),
		.failure = without(run->failure),
		.start = no_time,
		.first = no_time,
		.last = no_time,
	};
}

struct site_run *site_new_run(struct world *world, struct machine *machine)
{
	struct site *site = site_of(world);
	struct site_run *run = site ? take(&site->spare_runs) : NULL;

	if (!run) {
		run = site ? world_alloc(world, sizeof(*run)) : NULL;
		if (!run)
			return NULL;
		add(world, &site->runs, run);
	}
	reset_run(run);
	run->machine = machine;
	return run;
}

static void reset_visit(struct site_visit *visit)
{
	*visit = (struct site_visit){
		.indexes = cleared(visit->indexes),
		.named = emptied(visit->named),
		.end = emptied(visit->end),
		.failed_update = without(visit->failed_update),
		.failure = without(visit->failure),
		.first = no_time,
		.last = no_time,
	};
}

/* No schedule has as many images, no update as many files: a log that lies does. */
static bool is_full(struct world *world, const struct list *list)
{
	if (list->count < MAX_SITE_PARTS)
		return false;
	if (world->fact)
		diagnostics_add(&world->report->diagnostics, DIAG_FACTS_DROPPED, world->fact->at,
			SLICE_NONE);
	return true;
}

struct site_visit *site_new_visit(struct world *world, struct site_run *run)
{
	struct site_visit *visit;

	if (is_full(world, &run->visits))
		return NULL;
	visit = take(&world->site->spare_visits);
	if (!visit) {
		visit = world_alloc(world, sizeof(*visit));
		if (!visit)
			return NULL;
		add(world, &world->site->visits, visit);
	}
	reset_visit(visit);
	visit->run = run;
	visit->number = world->site->visit_count++;
	add(world, &run->visits, visit);
	return visit;
}

/* Keeps what nothing is of any more; a run whose visits are all kept can be used again. */
static void settle_run(struct world *world, struct site_run *run)
{
	bool is_used = false;

	if (!run->is_closed || run->is_on_thread)
		return;
	for (LIST_EACH(struct site_visit, visit, &run->visits)) {
		if (!visit->is_kept && !visit->is_dropped && !visit->users)
			site_keep(world, visit);
		visit->is_kept |= !visit->users;
		is_used |= !visit->is_kept;
	}
	if (is_used)
		return;
	for (LIST_EACH(struct site_visit, kept, &run->visits))
		add(world, &world->site->spare_visits, kept);
	run->visits.count = 0;
	add(world, &world->site->spare_runs, run);
}

void site_leave_run(struct world *world, struct site_run *run)
{
	run->is_on_thread = false;
	settle_run(world, run);
}

static void reset_index(struct site_index *index)
{
	*index = (struct site_index){
		.updates = cleared(index->updates),
		.numbered = emptied(index->numbered),
		.unmount = emptied(index->unmount),
		.error = emptied(index->error),
		.call_error = emptied(index->call_error),
		.first = no_time,
		.last = no_time,
		.saved = no_time,
	};
}

struct site_index *site_new_index(struct world *world, struct site_visit *visit)
{
	struct site_index *index = take(&world->site->spare_indexes);

	if (!index) {
		index = world_alloc(world, sizeof(*index));
		if (!index)
			return NULL;
		add(world, &world->site->all_indexes, index);
	}
	reset_index(index);
	index->visit = visit;
	add(world, &visit->indexes, index);
	return index;
}

static void reset_update(struct site_update *update)
{
	*update = (struct site_update){
		.binaries = cleared(update->binaries),
		.named = emptied(update->named),
		.asked = emptied(update->asked),
		.applying = emptied(update->applying),
		.applied = emptied(update->applied),
		.failed = emptied(update->failed),
		.was_applied_proof = emptied(update->was_applied_proof),
		.loose = { .proof = emptied(update->loose.proof) },
		.applied_at = no_time,
		.last = no_time,
		.was_applied = no_time,
	};
}

struct site_update *site_new_update(struct world *world, struct site_index *index)
{
	struct site_update *update = take(&world->site->spare_updates);

	if (!update) {
		update = world_alloc(world, sizeof(*update));
		if (!update)
			return NULL;
		add(world, &world->site->all_updates, update);
	}
	reset_update(update);
	update->index = index;
	add(world, &index->updates, update);
	return update;
}

struct site_binary *site_new_binary(struct world *world, struct site_update *update)
{
	struct site_binary *binary;

	if (is_full(world, &update->binaries))
		return NULL;
	binary = take(&world->site->spare_binaries);
	if (!binary)
		binary = world_alloc(world, sizeof(*binary));
	if (!binary)
		return NULL;
	*binary = (struct site_binary){
		.token_proof = emptied(binary->token_proof),
		.skip_proof = emptied(binary->skip_proof),
		.call_proof = emptied(binary->call_proof),
	};
	add(world, &update->binaries, binary);
	return binary;
}

/* The table of updates by owner and name */

static size_t bucket_of(
	const struct site *site, const void *owner, uint32_t ci, uint32_t kb, text_id file)
{
	uint64_t name = ci ? ci : kb ? (uint64_t)kb << 32 : ~(uint64_t)file;
	uint64_t key = ((uint64_t)(uintptr_t)owner >> 4) * UINT64_C(0x9E3779B97F4A7C15) ^
		name * UINT64_C(0xC2B2AE3D27D4EB4F);

	return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (site->bucket_count - 1);
}

static struct site_update **bucket(const struct site *site, const struct site_update *update)
{
	return &site->buckets[bucket_of(site, update->owner, update->ci, update->kb, update->file)];
}

static void link(struct site *site, struct site_update *update)
{
	struct site_update **head = bucket(site, update);

	update->next_of_bucket = *head;
	*head = update;
}

static bool grow(struct site *site)
{
	size_t old = site->bucket_count, count = old ? old * 2 : FIRST_BUCKETS;
	struct site_update **buckets = site->buckets;
	struct site_update **grown = calloc(count, sizeof(struct site_update *));

	if (!grown)
		return false;
	site->buckets = grown;
	site->bucket_count = count;
	for (size_t i = 0; i < old; i++)
		for (struct site_update *update = buckets[i], *next; update; update = next) {
			next = update->next_of_bucket;
			link(site, update);
		}
	free(buckets);
	return true;
}

/* Names that it was keyed under must not have changed since. */
static void unkey(struct site *site, struct site_update *update)
{
	struct site_update **at;

	if (!update->owner)
		return;
	for (at = bucket(site, update); *at != update; at = &(*at)->next_of_bucket)
		;
	*at = update->next_of_bucket;
	update->owner = NULL;
	site->keyed--;
}

static bool has_name(const struct site_update *update, uint32_t ci, uint32_t kb, text_id file)
{
	if (update->ci || ci)
		return update->ci == ci;
	return update->kb || kb ? update->kb == kb : update->file == file;
}

struct site_update *site_find(
	const struct world *world, const void *owner, uint32_t ci, uint32_t kb, text_id file)
{
	const struct site *site = world->site;

	if (!site || !site->bucket_count || (!ci && !kb && !file))
		return NULL;
	for (struct site_update *update = site->buckets[bucket_of(site, owner, ci, kb, file)];
		update; update = update->next_of_bucket)
		if (update->owner == owner && has_name(update, ci, kb, file))
			return update;
	return NULL;
}

static void key(struct world *world, struct site_update *update, const void *owner)
{
	struct site *site = world->site;

	unkey(site, update);
	if (!update->ci && !update->kb && !update->file)
		return;
	if (site->keyed >= site->bucket_count && !grow(site)) {
		world->status = ST_NOMEM;
		return;
	}
	update->owner = owner;
	link(site, update);
	site->keyed++;
}

void site_name_update(
	struct world *world, struct site_update *update, uint32_t ci, uint32_t kb, text_id file)
{
	unkey(world->site, update);
	update->ci = ci;
	update->kb = kb;
	update->file = file;
	key(world, update,
		update->is_published ? (const void *)update->index->image
				     : (const void *)update->index);
}

/* Using again */

static void give_back(struct world *world, struct site_update *update)
{
	struct site *site = world->site;

	unkey(site, update);
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		add(world, &site->spare_binaries, binary);
	update->binaries.count = 0;
	add(world, &site->spare_updates, update);
}

/* Nothing points to an index any more. */
static void leave_index(struct world *world, struct site_index *index)
{
	struct site_visit *visit = index->visit;

	if (--index->users)
		return;
	add(world, &world->site->spare_indexes, index);
	visit->users--;
	settle_run(world, visit->run);
}

/* Keeping */

static bool says_something(const struct site_update *update)
{
	for (LIST_EACH(struct site_binary, binary, &update->binaries))
		if (binary->token || binary->is_skipped || binary->is_called)
			return true;
	return update->is_applying || update->is_applied || update->has_failed;
}

/* It was found in, by a run that did not put it in itself: an earlier one did. */
static void keep_time(
	struct world *world, struct site_update *update, const struct site_update *before)
{
	struct site_verdict now = site_verdict(update), then;

	if (!site_is_in(now.status) || now.is_new)
		return;
	then = site_verdict(before);
	if (!site_is_in(then.status) || !then.applied)
		return;
	update->was_applied = *then.applied;
	proof_copy(world, &update->was_applied_proof, then.applied_proof);
}

static void publish(struct world *world, struct site_update *update)
{
	struct site *site = world->site;
	struct site_index *index = update->index;
	struct site_update *before =
		site_find(world, index->image, update->ci, update->kb, update->file);

	if ((!update->ci && !update->kb && !update->file) || (before && !says_something(update))) {
		give_back(world, update);
		return;
	}
	update->is_published = true;
	index->users++;
	if (before) {
		keep_time(world, update, before);
		if (update->ci && !update->kb)
			update->kb = before->kb;
		update->slot = before->slot;
		site->updates.items[update->slot] = update;
		leave_index(world, before->index);
		give_back(world, before);
	} else {
		update->slot = site->updates.count;
		add(world, &site->updates, update);
	}
	key(world, update, index->image);
}

void site_publish(struct world *world, struct site_index *index)
{
	index->users++; /* ours, until all is done */
	index->visit->users++;
	for (LIST_EACH(struct site_update, update, &index->updates))
		publish(world, update);
	index->updates.count = 0;
	index->update = NULL;
	leave_index(world, index);
}
