/* Maps: rows kept, tables, contradictions. */
#include "core/maps.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/proof.h"
#include "model/kb.h"

#define MAX_MAP_ROWS ((size_t)1 << 20) /* of one map */

struct maps {
	struct list updates, images; /* as they came */
	struct list by_ci, by_kb, by_identity;
	struct list by_container, by_id;
	bool is_settled;
};

static struct maps *maps_of(struct world *world)
{
	if (!world->maps)
		world->maps = world_alloc(world, sizeof(*world->maps));
	return world->maps;
}

void maps_release(struct world *world)
{
	struct maps *maps = world->maps;

	if (!maps)
		return;
	list_release(&maps->updates);
	list_release(&maps->images);
	list_release(&maps->by_ci);
	list_release(&maps->by_kb);
	list_release(&maps->by_identity);
	list_release(&maps->by_container);
	list_release(&maps->by_id);
}

/* Rows */

static struct slice keep(struct world *world, struct slice text)
{
	struct slice copy = text.len ? arena_copy(&world->arena, text) : SLICE_NONE;

	if (text.len && !copy.len)
		world->status = arena_status(&world->arena);
	return copy;
}

/* Maps have many rows: no room is left for another fact in the slot. */
static void set_proof(struct world *world, struct proof *proof, const struct fact *fact)
{
	struct slice words = slice_from_to(fact->words, 0, MAX_EVIDENCE_WORDS);

	proof->kind = fact->kind;
	proof->at = fact->at;
	proof->when = NO_TIME;
	proof->words = words.len ? world_alloc(world, words.len) : NULL;
	if (!proof->words)
		return;
	memcpy(proof->words, words.ptr, words.len);
	proof->len = proof->cap = (uint32_t)words.len;
}

/* A row more in the list; false: no room. */
static bool add_row(struct world *world, struct list *rows, void *row, const struct fact *fact)
{
	if (rows->count == MAX_MAP_ROWS) {
		diagnostics_add(&world->report->diagnostics, DIAG_FACTS_DROPPED, fact->at,
			SLICE("more rows than a map may have"));
		return false;
	}
	if (!list_add(rows, row))
		world->status = ST_NOMEM;
	world->maps->is_settled = false;
	return world->status == ST_OK;
}

static const struct {
	struct slice written, means;
} architectures[] = {
	{ { "x64", 3 }, { "amd64", 5 } },
	{ { "amd64", 5 }, { "amd64", 5 } },
	{ { "x86_64", 6 }, { "amd64", 5 } },
	{ { "x64-based", 9 }, { "amd64", 5 } },
	{ { "x64-based Systems", 17 }, { "amd64", 5 } },
	{ { "64-bit", 6 }, { "amd64", 5 } },
	{ { "x86", 3 }, { "x86", 3 } },
	{ { "i386", 4 }, { "x86", 3 } },
	{ { "x86-based", 9 }, { "x86", 3 } },
	{ { "x86-based Systems", 17 }, { "x86", 3 } },
	{ { "32-bit", 6 }, { "x86", 3 } },
	{ { "arm64", 5 }, { "arm64", 5 } },
	{ { "aarch64", 7 }, { "arm64", 5 } },
	{ { "arm64-based", 11 }, { "arm64", 5 } },
	{ { "arm64-based Systems", 19 }, { "arm64", 5 } },
	{ { "arm", 3 }, { "arm", 3 } },
	{ { "ia64", 4 }, { "ia64", 4 } },
};

static struct slice plain_architecture(struct slice written)
{
	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
		if (slice_equal_nocase(written, architectures[i].written))
			return architectures[i].means;
	return SLICE_NONE;
}

/* "... Version 24H2 for x64-based Systems (KB5058411)": the site's own class has no property for
 * it. */
static struct slice architecture_of_title(struct slice title)
{
	static const struct {
		struct slice words, means;
	} said[] = {
		{ { "for x64-based", 13 }, { "amd64", 5 } },
		{ { "for x86-based", 13 }, { "x86", 3 } },
		{ { "for arm64-based", 15 }, { "arm64", 5 } },
	};

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (slice_find_nocase(title, said[i].words) != SLICE_MISSING)
			return said[i].means;
	return SLICE_NONE;
}

static struct slice plain_build(struct slice written)
{
	return slice_starts(written, SLICE("10.0.")) ? slice_skip(written, 5) : written;
}

void on_map_update(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct maps *maps = maps_of(world);
	struct map_update *row = maps ? world_alloc(world, sizeof(*row)) : NULL;
	struct slice architecture = plain_architecture(fact->architecture);

	(void)machine;
	if (!row || !add_row(world, &maps->updates, row, fact))
		return;
	row->ci = fact->ci;
	row->kb = kb_of_identifier(fact->identifier);
	row->identity = keep(world, fact->package);
	row->title = keep(world, fact->title);
	if (architecture.len)
		row->architecture = architecture;
	else if (fact->architecture.len)
		row->architecture = keep(world, fact->architecture);
	else
		row->architecture = architecture_of_title(fact->title);
	row->build = keep(world, plain_build(fact->version));
	row->released = fact->when;
	set_proof(world, &row->proof, fact);
}

void on_map_image(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct maps *maps = maps_of(world);
	struct map_image *row = maps ? world_alloc(world, sizeof(*row)) : NULL;

	(void)machine;
	if (!row || !add_row(world, &maps->images, row, fact))
		return;
	row->container = keep(world, fact->wim);
	row->id = keep(world, fact->identifier);
	row->has_index = fact->flags & FLAG_HAS_INDEX;
	row->index = fact->index;
	row->name = keep(world, fact->name);
	row->description = keep(world, fact->description);
	set_proof(world, &row->proof, fact);
}

/* Orders. Rows of one key stand in the order of their lines. */

static int by_line(const struct proof *first, const struct proof *second)
{
	return place_compare(&first->at, &second->at);
}

static int by_ci(const void *a, const void *b)
{
	const struct map_update *first = *(struct map_update *const *)a,
				*second = *(struct map_update *const *)b;

	if (first->ci != second->ci)
		return first->ci < second->ci ? -1 : 1;
	return by_line(&first->proof, &second->proof);
}

static int by_kb(const void *a, const void *b)
{
	const struct map_update *first = *(struct map_update *const *)a,
				*second = *(struct map_update *const *)b;

	if (first->kb != second->kb)
		return first->kb < second->kb ? -1 : 1;
	return by_line(&first->proof, &second->proof);
}

static int by_identity(const void *a, const void *b)
{
	const struct map_update *first = *(struct map_update *const *)a,
				*second = *(struct map_update *const *)b;
	int order = slice_compare_nocase(first->identity, second->identity);

	return order ? order : by_line(&first->proof, &second->proof);
}

static int by_index_and_line(const struct map_image *first, const struct map_image *second)
{
	if (first->has_index != second->has_index)
		return first->has_index ? 1 : -1;
	if (first->index != second->index)
		return first->index < second->index ? -1 : 1;
	return by_line(&first->proof, &second->proof);
}

static int by_file_name(const void *a, const void *b)
{
	const struct map_image *first = *(struct map_image *const *)a,
			       *second = *(struct map_image *const *)b;

	return slice_compare_nocase(
		windows_path_name(first->container), windows_path_name(second->container));
}

/* By file name, then by the path before it. */
static int by_container(const void *a, const void *b)
{
	const struct map_image *first = *(struct map_image *const *)a,
			       *second = *(struct map_image *const *)b;
	int order = by_file_name(a, b);

	if (!order)
		order = slice_compare_nocase(first->container, second->container);
	return order ? order : by_index_and_line(first, second);
}

static int by_id(const void *a, const void *b)
{
	const struct map_image *first = *(struct map_image *const *)a,
			       *second = *(struct map_image *const *)b;
	int order = slice_compare_nocase(first->id, second->id);

	return order ? order : by_index_and_line(first, second);
}

/* Contradictions */

static void note_row(struct world *world, const struct proof *row, const struct proof *earlier,
	const char *what, struct slice of)
{
	struct buf words;

	buf_init(&words, (size_t)1 << 20);
	buf_printf(&words, "%s %.*s stands in line %llu too, with other words", what, SLICE_ARG(of),
		(unsigned long long)earlier->at.line);
	diagnostics_add(&world->report->diagnostics, DIAG_MAP_ROW, row->at, buf_slice(&words));
	if (words.status == ST_NOMEM)
		world->status = ST_NOMEM;
	buf_release(&words);
}

static bool same_update(const struct map_update *a, const struct map_update *b)
{
	return a->kb == b->kb && slice_equal_nocase(a->identity, b->identity) &&
		slice_equal(a->title, b->title) &&
		slice_equal_nocase(a->architecture, b->architecture) &&
		slice_equal(a->build, b->build) && a->released == b->released;
}

/* Of two rows of one CI_ID the first stands. */
static void drop_doubled_cis(struct world *world, const struct list *rows)
{
	const struct map_update *stands = NULL;
	char number[16];

	for (LIST_EACH(struct map_update, row, rows)) {
		bool is_again = stands && stands->ci == row->ci;

		if (is_again && !row->is_dropped && !same_update(stands, row)) {
			snprintf(number, sizeof(number), "%u", row->ci);
			note_row(world, &row->proof, &stands->proof, "CI_ID", slice_from(number));
		}
		row->is_dropped |= is_again;
		if (!is_again)
			stands = row;
	}
}

/* The same for images: one container and index has one id, one id and index has one name. */
struct image_rule {
	struct slice (*key)(const struct map_image *row);
	bool (*agree)(const struct map_image *a, const struct map_image *b);
	const char *what;
};

static struct slice id_of(const struct map_image *row)
{
	return row->id;
}

static struct slice container_of(const struct map_image *row)
{
	return row->container;
}

static bool same_words(const struct map_image *a, const struct map_image *b)
{
	return slice_equal(a->name, b->name) && slice_equal(a->description, b->description);
}

static bool same_image(const struct map_image *a, const struct map_image *b)
{
	return same_words(a, b) && slice_equal_nocase(a->id, b->id);
}

static bool same_key(
	const struct image_rule *rule, const struct map_image *a, const struct map_image *b)
{
	return a->has_index == b->has_index && a->index == b->index && rule->key(a).len &&
		slice_equal_nocase(rule->key(a), rule->key(b));
}

static void drop_doubled_images(
	struct world *world, const struct list *rows, const struct image_rule *rule)
{
	const struct map_image *stands = NULL;

	for (LIST_EACH(struct map_image, row, rows)) {
		bool is_denied = stands && same_key(rule, stands, row) && !rule->agree(stands, row);

		if (row->is_dropped)
			continue;
		if (is_denied)
			note_row(world, &row->proof, &stands->proof, rule->what, rule->key(row));
		row->is_dropped = is_denied;
		if (!is_denied && !(stands && same_key(rule, stands, row)))
			stands = row;
	}
}

/* Tables */

static void fill(struct world *world, struct list *table, const struct list *rows,
	int (*order)(const void *, const void *))
{
	list_clear(table);
	for (size_t i = 0; i < rows->count; i++)
		if (!list_add(table, rows->items[i]))
			world->status = ST_NOMEM;
	list_sort(table, order);
}

static void keep_those(struct list *table, bool (*is_wanted)(const void *row))
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++)
		if (is_wanted(table->items[i]))
			table->items[kept++] = table->items[i];
	table->count = kept;
}

static bool is_update(const void *row)
{
	return !((const struct map_update *)row)->is_dropped;
}

static bool has_kb(const void *row)
{
	return is_update(row) && ((const struct map_update *)row)->kb;
}

static bool has_identity(const void *row)
{
	return is_update(row) && ((const struct map_update *)row)->identity.len;
}

static bool has_container(const void *row)
{
	return !((const struct map_image *)row)->is_dropped &&
		((const struct map_image *)row)->container.len;
}

static bool has_id(const void *row)
{
	return !((const struct map_image *)row)->is_dropped &&
		((const struct map_image *)row)->id.len;
}

static void settle_updates(struct world *world, struct maps *maps)
{
	fill(world, &maps->by_ci, &maps->updates, by_ci);
	drop_doubled_cis(world, &maps->by_ci);
	keep_those(&maps->by_ci, is_update);
	fill(world, &maps->by_kb, &maps->by_ci, by_kb);
	keep_those(&maps->by_kb, has_kb);
	fill(world, &maps->by_identity, &maps->by_ci, by_identity);
	keep_those(&maps->by_identity, has_identity);
}

static void settle_images(struct world *world, struct maps *maps)
{
	static const struct image_rule of_container = { container_of, same_image, "container" },
				       of_id = { id_of, same_words, "ImagePackageID" };

	fill(world, &maps->by_container, &maps->images, by_container);
	drop_doubled_images(world, &maps->by_container, &of_container);
	fill(world, &maps->by_id, &maps->images, by_id);
	drop_doubled_images(world, &maps->by_id, &of_id);
	keep_those(&maps->by_container, has_container);
	keep_those(&maps->by_id, has_id);
}

void maps_settle(struct world *world)
{
	struct maps *maps = world->maps;

	if (!maps || maps->is_settled)
		return;
	settle_updates(world, maps);
	settle_images(world, maps);
	maps->is_settled = true;
}

/* Looking */

/* The first of a table that is not before the key. */
static size_t first_of(
	const struct list *table, const void *key, int (*order)(const void *, const void *))
{
	size_t from = 0, to = table->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (order(&table->items[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* How many there are from `at` on that are equal but for their lines. */
static struct map_updates run_of(const struct list *table, size_t at,
	bool (*same)(const struct map_update *a, const struct map_update *b),
	const struct map_update *key)
{
	struct map_updates found = { NULL, 0 };

	if (at == table->count)
		return found;
	found.rows = (const struct map_update *const *)(table->items + at);
	while (at + found.count < table->count && same(table->items[at + found.count], key))
		found.count++;
	return found;
}

static bool same_kb(const struct map_update *a, const struct map_update *b)
{
	return a->kb == b->kb;
}

static bool same_identity(const struct map_update *a, const struct map_update *b)
{
	return slice_equal_nocase(a->identity, b->identity);
}

const struct map_update *maps_of_ci(struct world *world, uint32_t ci)
{
	const struct map_update key = { .ci = ci }, *found;
	size_t at;

	if (!world->maps || !ci)
		return NULL;
	maps_settle(world);
	at = first_of(&world->maps->by_ci, &key, by_ci);
	found = at < world->maps->by_ci.count ? world->maps->by_ci.items[at] : NULL;
	return found && found->ci == ci ? found : NULL;
}

struct map_updates maps_of_kb(struct world *world, uint32_t kb)
{
	const struct map_update key = { .kb = kb };
	const struct list *table;

	if (!world->maps || !kb)
		return (struct map_updates){ NULL, 0 };
	maps_settle(world);
	table = &world->maps->by_kb;
	return run_of(table, first_of(table, &key, by_kb), same_kb, &key);
}

struct map_updates maps_of_identity(struct world *world, struct slice identity)
{
	const struct map_update key = { .identity = identity };
	const struct list *table;

	if (!world->maps || !identity.len)
		return (struct map_updates){ NULL, 0 };
	maps_settle(world);
	table = &world->maps->by_identity;
	return run_of(table, first_of(table, &key, by_identity), same_identity, &key);
}

uint32_t maps_kb_of(struct world *world, struct slice identity)
{
	struct map_updates rows = maps_of_identity(world, identity);
	uint32_t kb = rows.count ? rows.rows[0]->kb : 0;

	for (size_t i = 0; i < rows.count; i++)
		if (rows.rows[i]->kb != kb)
			return 0;
	return kb;
}

/* Components that two paths of either kind have in common at their ends. */
static unsigned common_parts(struct slice a, struct slice b)
{
	unsigned parts = 0;

	for (; a.len && b.len; parts++) {
		struct slice one = windows_path_name(a), other = windows_path_name(b);

		if (!slice_equal_nocase(one, other))
			break;
		a.len -= one.len + (a.len > one.len);
		b.len -= other.len + (b.len > other.len);
	}
	return parts;
}

static struct slice without_end(struct slice path)
{
	while (path.len > 1 && is_separator(path.ptr[path.len - 1]))
		path.len--;
	return path;
}

/* How well a row fits: folders in common, then whether it is of that index alone. 0: not. */
static unsigned fit_of(const struct map_image *row, struct slice container, uint32_t index)
{
	if (row->has_index && row->index != index)
		return 0;
	return 2 * common_parts(row->container, container) + row->has_index;
}

/* Two rows that fit alike and say different things say nothing. */
static void note_alike(struct world *world, const struct map_image *row,
	const struct map_image *other, struct slice container)
{
	struct buf words;

	buf_init(&words, (size_t)1 << 20);
	buf_printf(&words, "it fits '%.*s' as well as line %llu does: neither was used",
		SLICE_ARG(container), (unsigned long long)other->proof.at.line);
	diagnostics_add(
		&world->report->diagnostics, DIAG_MAP_ROW, row->proof.at, buf_slice(&words));
	if (words.status == ST_NOMEM)
		world->status = ST_NOMEM;
	buf_release(&words);
}

const struct map_image *maps_of_container(
	struct world *world, struct slice container, uint32_t index)
{
	const struct map_image key = { .container = windows_path_name(without_end(container)) };
	const struct map_image *best = NULL, *rival = NULL;
	const struct list *table;
	unsigned best_fit = 0;

	if (!world->maps || !key.container.len)
		return NULL;
	maps_settle(world);
	table = &world->maps->by_container;
	container = without_end(container);
	for (size_t at = first_of(table, &key, by_file_name); at < table->count; at++) {
		const struct map_image *row = table->items[at];
		unsigned fit = fit_of(row, container, index);

		if (!slice_equal_nocase(windows_path_name(row->container), key.container))
			break;
		if (fit > best_fit)
			rival = NULL;
		else if (fit && fit == best_fit && !same_image(row, best))
			rival = row;
		if (fit > best_fit) {
			best = row;
			best_fit = fit;
		}
	}
	if (rival)
		note_alike(world, rival, best, container);
	return rival ? NULL : best;
}

const struct map_image *maps_of_package(struct world *world, struct slice id, uint32_t index)
{
	const struct map_image key = { .id = id }, *every = NULL;
	const struct list *table;

	if (!world->maps || !id.len)
		return NULL;
	maps_settle(world);
	table = &world->maps->by_id;
	for (size_t at = first_of(table, &key, by_id); at < table->count; at++) {
		const struct map_image *row = table->items[at];

		if (!slice_equal_nocase(row->id, id))
			break;
		if (row->has_index && row->index == index)
			return row;
		if (!row->has_index && !every)
			every = row;
	}
	return every;
}
