/* Finds in order, each content read once. */
#include "core/found.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/read_file.h"

struct found *found_add(
	struct finds *finds, uint32_t index, const struct walk_file *file, struct slice path)
{
	struct world *world = finds->reading->world;
	struct found *found = world_alloc(world, sizeof(*found));

	if (!found)
		return NULL;
	found->index = index;
	found->path = arena_copy(&world->arena, path);
	found->kind = file->kind;
	found->size = file->size;
	found->place = place_of(found->path, &found->root);
	if (file->sha1) {
		found->has_hash = true;
		memcpy(found->sha1, file->sha1, SHA1_SIZE);
	}
	if (!found->path.ptr || !list_add(&finds->items, found)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	return found;
}

void finds_release(struct finds *finds)
{
	list_release(&finds->items);
}

static int by_path(const void *a, const void *b)
{
	const struct found *first = *(struct found *const *)a, *second = *(struct found *const *)b;
	int order;

	if (first->index != second->index)
		return first->index < second->index ? -1 : 1;
	order = slice_compare_nocase(first->path, second->path);
	return order ? order : slice_compare(first->path, second->path);
}

/* "…/SOFTWARE.LOG1" behind "…/SOFTWARE": 0 or 1, else -1. */
static int log_number(const struct found *hive, const struct found *log)
{
	const struct slice endings[] = { SLICE(".LOG1"), SLICE(".LOG2") };

	if (log->index != hive->index || !slice_starts_nocase(log->path, hive->path))
		return -1;
	for (int i = 0; i < 2; i++)
		if (slice_equal_nocase(slice_skip(log->path, hive->path.len), endings[i]))
			return i;
	return -1;
}

#define MAX_LOG_DISTANCE 64

void finds_arrange(struct finds *finds)
{
	list_sort(&finds->items, by_path);
	for (size_t i = 0; i < finds->items.count; i++) {
		struct found *hive = finds->items.items[i];

		for (size_t k = i + 1; k < finds->items.count && k < i + MAX_LOG_DISTANCE; k++) {
			struct found *log = finds->items.items[k];
			int number = log_number(hive, log);

			if (log->index != hive->index ||
				!slice_starts_nocase(log->path, hive->path))
				break;
			if (number < 0)
				continue;
			hive->logs[number] = log;
			log->is_log_of_hive = true;
		}
	}
}

static bool same_content(const struct found *a, const struct found *b)
{
	if (!a || !b)
		return a == b;
	return a->has_hash && b->has_hash && memcmp(a->sha1, b->sha1, SHA1_SIZE) == 0;
}

static bool read_alike(const struct found *a, const struct found *b)
{
	return !b->is_read && b->file && same_content(a, b) &&
		same_content(a->logs[0], b->logs[0]) && same_content(a->logs[1], b->logs[1]);
}

static struct whereabouts whereabouts_of(
	struct finds *finds, const struct found *found, const struct whereabouts *where)
{
	struct whereabouts place = *where;
	struct slice inside = where->inside;
	char number[16];

	if (found->index) {
		snprintf(number, sizeof(number), "%u", found->index);
		inside = inside_of(finds->reading, inside, ':', slice_from(number));
	}
	place.inside = inside_of(finds->reading, inside, '/', found->path);
	place.scope = found->scope;
	place.is_place = found->place != PLACE_NONE;
	place.is_aside = found->place == PLACE_PANTHER_LOG || found->place == PLACE_REPORTING;
	place.expected = place_parser(found->place, found->path);
	place.was_named = false;
	place.depth = where->depth + 1;
	for (int i = 0; i < 2; i++)
		place.logs[i] = found->logs[i] ? found->logs[i]->file : NULL;
	return place;
}

static const struct {
	enum walk_kind kind;
	enum diagnostic_code code;
} hidden[] = {
	{ WALK_LINK, DIAG_FILE_LINK },
	{ WALK_REPARSE, DIAG_FILE_REPARSE },
	{ WALK_SPECIAL, DIAG_FILE_LINK },
};

static void note_hidden(
	struct finds *finds, const struct found *found, const struct whereabouts *where)
{
	struct whereabouts place = whereabouts_of(finds, found, where);

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (hidden[i].kind == found->kind)
			note_at(finds->reading, &place, hidden[i].code, SLICE_NONE);
}

/* An empty file of a WIM has no content to take out. Where a record should stand that is told;
 * a list of operations without a byte lists none. */
static bool is_empty_record(const struct found *found)
{
	return found->index && !found->has_hash && found->place != PLACE_PENDING &&
		place_parser(found->place, found->path);
}

static void note_empty(
	struct finds *finds, const struct found *found, const struct whereabouts *where)
{
	struct whereabouts place = whereabouts_of(finds, found, where);

	note_at(finds->reading, &place, DIAG_NOT_RECOGNISED, SLICE("the file is empty"));
}

/* By hash, then order; what has none stands alone. */
static int by_hash(const void *a, const void *b)
{
	const struct found *first = *(struct found *const *)a, *second = *(struct found *const *)b;
	int order = (int)first->has_hash - (int)second->has_hash;

	if (!order && first->has_hash)
		order = memcmp(first->sha1, second->sha1, SHA1_SIZE);
	return order ? order : by_path(a, b);
}

/* All finds with the content of `found`, itself first: where they stand. */
static size_t gather(struct finds *finds, const struct list *hashed, struct found *found,
	const struct whereabouts *where, struct whereabouts *places)
{
	size_t count = 0, low = 0, high = hashed->count;

	places[count++] = whereabouts_of(finds, found, where);
	found->is_read = true;
	while (found->has_hash && low < high) { /* the first of that hash */
		size_t middle = low + (high - low) / 2;
		const struct found *other = hashed->items[middle];

		if (!other->has_hash || memcmp(other->sha1, found->sha1, SHA1_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; found->has_hash && i < hashed->count; i++) {
		struct found *other = hashed->items[i];

		if (!same_content(found, other))
			break;
		if (!read_alike(found, other))
			continue;
		places[count++] = whereabouts_of(finds, other, where);
		other->is_read = true;
	}
	return count;
}

/* What waits as a log needs its file; the rest of a scratch folder goes at once. */
static void read_one(struct finds *finds, const struct found *found, const char *root,
	const struct whereabouts *places, size_t count)
{
	size_t waiting = finds->reading->logs.count;

	(void)read_file(finds->reading,
		&(struct file_ref){ root, found->file, places[0].in_stream }, places, count);
	if (places[0].in_stream && finds->reading->logs.count == waiting)
		unlink(found->file);
}

void finds_read(struct finds *finds, const struct whereabouts *where, const char *root)
{
	struct world *world = finds->reading->world;
	struct whereabouts *places = calloc(finds->items.count + 1, sizeof(*places));
	struct list hashed = { 0 };

	for (LIST_EACH(struct found, found, &finds->items))
		if (!list_add(&hashed, found))
			world->status = ST_NOMEM;
	list_sort(&hashed, by_hash);
	if (!places)
		world->status = ST_NOMEM;
	for (size_t i = 0; i < finds->items.count && world->status == ST_OK; i++) {
		struct found *found = finds->items.items[i];

		if (found->kind != WALK_FILE)
			note_hidden(finds, found, where);
		else if (is_empty_record(found))
			note_empty(finds, found, where);
		else if (found->file && !found->is_read && !found->is_log_of_hive)
			read_one(finds, found, root, places,
				gather(finds, &hashed, found, where, places));
	}
	list_release(&hashed);
	free(places);
}
