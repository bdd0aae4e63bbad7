/* Updates of the site as rows: their images, their packages, their binaries. */
#include "core/site_rows.h"

#include <stdlib.h>

#include "core/images.h"
#include "core/maps.h"
#include "core/proof.h"
#include "core/site_past.h"
#include "core/site_time.h"

static void set_origin(struct world *world, struct image *image, const struct evidence *line)
{
	const struct fact fact = {
		.kind = line->kind,
		.at = line->at,
		.when = NO_TIME,
		.words = line->words,
	};

	proof_set(world, &image->origin, &fact);
}

/* An image of the package that has rows: of a run that came to no index. */
static struct image *image_of_package(struct world *world, const struct site_past *past)
{
	struct slice package = world_text_of(world, past->package);
	struct image *image;

	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_SITE && known->machine == past->machine &&
			known->has_rows && past->package &&
			slice_equal_nocase(world_text_of(world, known->site_id), package))
			return known;
	image = image_of_site(world, past->machine, package, false, 0);
	if (image && image->input == NO_INPUT) {
		image->input = past->at.input;
		for (uint32_t i = 0; i < past->line_count; i++)
			if (past->lines[i].supports == PAST_NAMED)
				set_origin(world, image, &past->lines[i]);
	}
	return image;
}

/* What is still in memory is kept too. */
static void keep_all(struct world *world)
{
	for (LIST_EACH(struct site_run, run, &world->site->runs))
		for (LIST_EACH(struct site_visit, visit, &run->visits)) {
			if (!visit->is_kept && !visit->is_dropped)
				site_keep(world, visit);
			visit->is_kept = true;
		}
}

static int by_visit(const void *a, const void *b)
{
	const struct site_past *first = *(struct site_past *const *)a,
			       *second = *(struct site_past *const *)b;

	return first->number < second->number ? -1 : first->number > second->number;
}

void site_prepare(struct world *world)
{
	if (!world->site)
		return;
	keep_all(world);
	list_sort(&world->site->past, by_visit);
	for (LIST_EACH(struct site_past, past, &world->site->past)) {
		if (!past->image)
			past->image = image_of_package(world, past);
		if (!past->image)
			return;
		if (!past->image->container)
			past->image->container = past->wim;
		past->image->has_rows = true;
		past->image->in_logs = true;
	}
	for (LIST_EACH(struct site_update, update, &world->site->updates))
		update->index->image->in_logs = true;
}

/* Order */

static const struct image *image_of(const struct site_update *update)
{
	return update->index->image->canonical;
}

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* By image and name: what is said of one update stands together. */
static int by_name(const void *a, const void *b)
{
	const struct site_update *first = *(struct site_update *const *)a,
				 *second = *(struct site_update *const *)b;
	int order = by_number(image_of(first)->number, image_of(second)->number);

	if (!order)
		order = by_number(first->ci, second->ci);
	if (!order && !first->ci)
		order = by_number(first->kb, second->kb);
	if (!order && !first->ci && !first->kb)
		order = by_number(first->file, second->file);
	return order ? order : by_number(first->seq, second->seq);
}

static bool is_same(const struct site_update *a, const struct site_update *b)
{
	if (image_of(a) != image_of(b) || a->ci != b->ci)
		return false;
	return a->ci || (a->kb == b->kb && (a->kb || a->file == b->file));
}

/* By image and KB, those without a CI_ID first. */
static int by_kb(const void *a, const void *b)
{
	const struct site_update *first = *(struct site_update *const *)a,
				 *second = *(struct site_update *const *)b;
	int order = by_number(image_of(first)->number, image_of(second)->number);

	if (!order)
		order = by_number(first->kb, second->kb);
	if (!order)
		order = by_number(first->ci, second->ci);
	return order ? order : by_number(first->file, second->file);
}

/* Of two statements on an update the later one: of one machine in the order of its logs, of two
 * by their clocks. */
static bool is_later(struct world *world, const struct site_update *a, const struct site_update *b)
{
	struct moment one, other;

	if (a->index->visit->run->machine == b->index->visit->run->machine)
		return a->seq > b->seq;
	one = site_moment(world, &a->last);
	other = site_moment(world, &b->last);
	return moments_compare(one, other) ? one.seconds > other.seconds : a->seq > b->seq;
}

/* Uniting */

/* The later one stands; what the other knows of names and times it takes over. */
static struct site_update *unite(struct world *world, struct site_update *a, struct site_update *b)
{
	struct site_update *stands = is_later(world, b, a) ? b : a, *gone = stands == a ? b : a;
	struct site_verdict now = site_verdict(stands), then = site_verdict(gone);

	gone->stands = stands;
	stands->said_before = gone;
	if (!stands->kb && stands->ci)
		stands->kb = gone->kb;
	if (site_is_in(now.status) && !now.is_new && !stands->was_applied_proof.kind &&
		site_is_in(then.status) && then.applied) {
		stands->was_applied = *then.applied;
		proof_copy(world, &stands->was_applied_proof, then.applied_proof);
	}
	return stands;
}

/* The same image of several machines, the same update of several images that are one. */
static void unite_same(struct world *world, struct list *updates)
{
	size_t kept = 0;

	list_sort(updates, by_name);
	for (size_t i = 0; i < updates->count; i++) {
		struct site_update *update = updates->items[i];
		struct site_update *before = kept ? updates->items[kept - 1] : NULL;

		if (before && is_same(before, update))
			updates->items[kept - 1] = unite(world, before, update);
		else
			updates->items[kept++] = update;
	}
	updates->count = kept;
}

/* Packages */

static int by_image_and_kb(const void *a, const void *b)
{
	const struct update *first = *(struct update *const *)a,
			    *second = *(struct update *const *)b;
	int order = by_number(first->image->number, second->image->number);

	return order ? order : by_number(first->kb, second->kb);
}

/* The update that packages are of, with that KB; NULL. `count` of the list are of packages. */
static struct update *find_packages(
	const struct list *updates, size_t count, const struct site_update *site)
{
	struct update wanted = { .image = site->index->image->canonical, .kb = site->kb };
	struct update *key = &wanted, **found;

	if (!site->kb || !count)
		return NULL;
	found = bsearch(&key, updates->items, count, sizeof(*updates->items), by_image_and_kb);
	return found ? *found : NULL;
}

static struct update *new_update(
	struct world *world, struct list *updates, const struct site_update *site)
{
	struct update *update = world_alloc(world, sizeof(*update));

	if (!update || !list_add(updates, update)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	update->image = site->index->image->canonical;
	update->kb = site->kb;
	if (!site->kb && !site->ci)
		update->identity = intern(&world->identities, world_text_of(world, site->file));
	update->is_update = true;
	return update;
}

static const struct proof *proof_of_name(const struct site_update *site)
{
	if (site->named.kind)
		return &site->named;
	return site->failed.kind ? &site->failed : site->applying.kind ? &site->applying : NULL;
}

static void give(struct update *update, struct site_update *site, const struct site_update *named)
{
	update->site = site;
	site->update = update;
	if (!named->ci)
		return;
	update->ci = named->ci;
	update->ci_proof = proof_of_name(named);
}

/* Several CI_IDs of one KB: the packages are those of the one that was tried, else of one that is
 * in, else of the first. */
static unsigned weight(const struct site_update *site)
{
	struct site_verdict verdict = site_verdict(site);

	return verdict.was_tried ? 3 : site_is_in(verdict.status) ? 2 : site->ci ? 1 : 0;
}

struct group {
	struct site_update **items;
	size_t count;
};

/* What has no CI_ID is of the only update of its KB that has one. */
static void unite_unnamed(struct world *world, struct group *group, const struct site_update **ci)
{
	*ci = NULL;
	if (group->count != 2 || group->items[0]->ci || !group->items[1]->ci ||
		!group->items[0]->kb)
		return;
	*ci = group->items[1];
	group->items[0] = unite(world, group->items[0], group->items[1]);
	group->count = 1;
}

static void join_group(struct world *world, struct list *updates, size_t count, struct group *group)
{
	struct update *packages = find_packages(updates, count, group->items[0]);
	const struct site_update *ci;
	size_t best = 0;

	unite_unnamed(world, group, &ci);
	for (size_t i = 1; i < group->count; i++)
		if (weight(group->items[i]) > weight(group->items[best]))
			best = i;
	for (size_t i = 0; i < group->count && world->status == ST_OK; i++) {
		struct site_update *site = group->items[i];
		struct update *update =
			packages && i == best ? packages : new_update(world, updates, site);

		if (update)
			give(update, site, ci ? ci : site);
	}
}

static size_t end_of_group(const struct list *sites, size_t from)
{
	const struct site_update *first = sites->items[from];
	size_t to = from + 1;

	while (first->kb && to < sites->count) {
		const struct site_update *next = sites->items[to];

		if (image_of(next) != image_of(first) || next->kb != first->kb)
			break;
		to++;
	}
	return to;
}

/* Where no binary told of the KB of a CI_ID, a map of the site does. */
static void take_mapped_kbs(struct world *world, const struct list *sites)
{
	for (LIST_EACH(struct site_update, site, sites)) {
		const struct map_update *mapped =
			site->ci && !site->kb ? maps_of_ci(world, site->ci) : NULL;

		if (mapped)
			site->kb = mapped->kb;
	}
}

void site_join_updates(struct world *world, struct list *updates)
{
	struct list sites = { 0 };
	size_t count = updates->count;

	if (!world->site)
		return;
	for (LIST_EACH(struct site_update, update, &world->site->updates))
		if (!list_add(&sites, update))
			world->status = ST_NOMEM;
	unite_same(world, &sites);
	take_mapped_kbs(world, &sites);
	list_sort(&sites, by_kb);
	for (size_t from = 0, to; from < sites.count; from = to) {
		struct group group = { (struct site_update **)&sites.items[from], 0 };

		to = end_of_group(&sites, from);
		group.count = to - from;
		join_group(world, updates, count, &group);
	}
	list_release(&sites);
}

/* Our own columns */

void site_describe(struct world *world, const struct update *update, struct row *row)
{
	const struct site_update *site = update->site;
	size_t count = site->binaries.count;
	struct row_binary *binaries =
		arena_alloc(&world->report->arena, (count + 1) * sizeof(*binaries));

	if (!binaries) {
		world->status = arena_status(&world->report->arena);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct site_binary *binary = site->binaries.items[i];

		binaries[i] = (struct row_binary){
			.file = clean_text(world, world_text_of(world, binary->file)),
			.token = clean_text(world, world_text_of(world, binary->word)),
			.has_code = binary->is_called,
			.code = binary->code,
		};
	}
	row->own.binaries = binaries;
	row->own.binary_count = count;
	row->own.was_asked |= site_verdict(site).was_tried;
}
