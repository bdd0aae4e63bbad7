/* Archives and packages: what their first bytes show to be of use is taken out and read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "core/found.h"
#include "core/read_file.h"
#include "core/recognise.h"
#include "core/scopes.h"
#include "core/temporary.h"
#include "source/archive.h"
#include "source/tree.h"

#define HEAD_SIZE ((size_t)64 << 10)

struct unpacking {
	struct reading *reading;
	const struct whereabouts *where;
	struct archive_reader *archive;
	struct finds finds;
	char *head;          /* HEAD_SIZE bytes: of the entry in hand, then what is copied */
	struct list updates; /* struct found: an update.mum each, sorted by folder */
};

/* Names of what packages hold most of and nobody reads: payload, catalogs, components. */
static const char *const payload[] = { ".manifest", ".cat", ".dll", ".exe", ".sys", ".psf",
	".mui" };

static bool is_payload(struct slice path)
{
	for (size_t i = 0; i < sizeof(payload) / sizeof(payload[0]); i++)
		if (slice_ends_nocase(path, slice_from(payload[i])))
			return true;
	return false;
}

static struct whereabouts place_of_entry(struct unpacking *unpacking, struct slice path)
{
	struct whereabouts place = *unpacking->where;

	place.inside = inside_of(unpacking->reading, place.inside, '/', path);
	return place;
}

static void note_entry(struct unpacking *unpacking, struct slice path, enum diagnostic_code code,
	struct slice words)
{
	struct whereabouts place = place_of_entry(unpacking, path);

	note_at(unpacking->reading, &place, code, words);
}

static enum diagnostic_code trouble_code(const struct unpacking *unpacking, enum status status)
{
	if (status == ST_FORMAT)
		return archive_is_encrypted(unpacking->archive) ? DIAG_ARCHIVE_ENCRYPTED
								: DIAG_ARCHIVE_UNREADABLE;
	if (status == ST_LIMIT)
		return DIAG_ARCHIVE_LIMIT;
	return status == ST_IO ? DIAG_CANNOT_OPEN : DIAG_ARCHIVE_DAMAGED;
}

static void note_trouble(struct unpacking *unpacking, enum status status)
{
	if (status == ST_NOMEM)
		unpacking->reading->world->status = status;
	else if (status != ST_OK)
		note_at(unpacking->reading, unpacking->where, trouble_code(unpacking, status),
			slice_from(archive_words(unpacking->archive)));
}

/* Fills the head as far as the entry goes. */
static enum status read_head(struct unpacking *unpacking, size_t *ret_size)
{
	enum status status = ST_OK;
	size_t size = 0, got = 1;

	while (status == ST_OK && got && size < HEAD_SIZE) {
		status = archive_read(
			unpacking->archive, unpacking->head + size, HEAD_SIZE - size, &got);
		if (status == ST_OK)
			size += got;
	}
	*ret_size = size;
	return status;
}

/* The head, then the rest, to a file of ours. What a damaged entry gave is kept. */
static enum status copy_out(struct unpacking *unpacking, struct found *found, size_t size)
{
	struct reading *reading = unpacking->reading;
	struct whereabouts place = place_of_entry(unpacking, found->path);
	enum status status = ST_OK;
	struct temporary file;
	bool has_room = true;

	if (!temporary_open(reading, &place, &file))
		return ST_OK;
	while (status == ST_OK && size && has_room) {
		has_room = temporary_write(
			reading, &place, &file, (struct slice){ unpacking->head, size });
		if (has_room)
			status =
				archive_read(unpacking->archive, unpacking->head, HEAD_SIZE, &size);
	}
	if (has_room)
		found->file = arena_copy(&reading->world->arena, slice_from(file.path)).ptr;
	else
		unlink(file.path);
	temporary_close(&file);
	return status;
}

/* Told before it is taken out: a thousand that nobody will open cost nothing. */
static bool may_nest_entry(struct unpacking *unpacking, struct slice path)
{
	struct whereabouts place = place_of_entry(unpacking, path);

	place.depth++;
	return may_nest(unpacking->reading, &place);
}

static enum status take_entry(struct unpacking *unpacking, const struct walk_file *file)
{
	struct slice root;
	struct recognised what;
	struct found *found;
	enum status status;
	size_t size;

	if (file->kind != WALK_FILE) {
		if (place_of(file->path, &root) != PLACE_NONE)
			note_entry(unpacking, file->path, DIAG_FILE_LINK, SLICE_NONE);
		return ST_OK;
	}
	if (is_payload(file->path))
		return ST_OK;
	status = read_head(unpacking, &size);
	what = recognise((struct slice){ unpacking->head, size }, NULL);
	if (place_of(file->path, &root) == PLACE_NONE && !is_hive_log(file->path) &&
		!place_parser(PLACE_NONE, file->path) &&
		(what.as == AS_NOTHING || what.as == AS_FOREIGN))
		return status;
	if (is_container(&what) && !may_nest_entry(unpacking, file->path))
		return status;
	found = found_add(&unpacking->finds, 0, file, file->path);
	if (!found || status != ST_OK)
		return status;
	return copy_out(unpacking, found, size);
}

static void take_all(struct unpacking *unpacking)
{
	enum status status = ST_OK;
	bool at_end = false;

	while (status == ST_OK && unpacking->reading->world->status == ST_OK) {
		struct walk_file file;

		status = archive_next(unpacking->archive, &file, &at_end);
		if (status != ST_OK || at_end)
			break;
		if (archive_led_out(unpacking->archive))
			note_entry(unpacking, file.path, DIAG_ARCHIVE_PATH,
				archive_stored_name(unpacking->archive));
		status = take_entry(unpacking, &file);
		/* An entry that cannot be read does not spoil the others. */
		if (status == ST_FORMAT || status == ST_DAMAGED || status == ST_LIMIT) {
			note_entry(unpacking, file.path, trouble_code(unpacking, status),
				slice_from(archive_words(unpacking->archive)));
			status = ST_OK;
		}
	}
	note_trouble(unpacking, status);
}

/* Scopes */

/* Manifests beside an update.mum are a package; without one they are what an image knows. */
static bool is_package_folder(const struct unpacking *unpacking, struct slice folder)
{
	size_t from = 0, to = unpacking->updates.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct found *update = unpacking->updates.items[middle];
		int order = slice_compare(path_folder(update->path), folder);

		if (order == 0)
			return true;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

static int by_folder(const void *a, const void *b)
{
	const struct found *first = *(struct found *const *)a, *second = *(struct found *const *)b;

	return slice_compare(path_folder(first->path), path_folder(second->path));
}

static struct image *scope_of(struct unpacking *unpacking, const struct found *found)
{
	struct reading *reading = unpacking->reading;
	uint32_t input = unpacking->where->input;
	struct scope_name name;

	if (unpacking->where->scope)
		return unpacking->where->scope;
	if (found->place != PLACE_NONE) {
		name = scope_name_at(reading, unpacking->where, found->root);
		return scope_tree(reading->world, input, &name);
	}
	if (!is_manifest(found->path) || is_package_folder(unpacking, path_folder(found->path)))
		return NULL;
	name = scope_name_at(reading, unpacking->where, path_folder(found->path));
	return scope_document(reading->world, input, &name);
}

static void set_scopes(struct unpacking *unpacking)
{
	for (LIST_EACH(struct found, found, &unpacking->finds.items))
		if (is_manifest(found->path) &&
			slice_starts_nocase(path_name(found->path), SLICE("update")) &&
			!list_add(&unpacking->updates, found))
			unpacking->reading->world->status = ST_NOMEM;
	list_sort(&unpacking->updates, by_folder);
	for (LIST_EACH(struct found, found, &unpacking->finds.items))
		found->scope = scope_of(unpacking, found);
	list_release(&unpacking->updates);
}

static enum status open_archive(const struct file_ref *ref, struct archive_reader **ret_reader)
{
	enum status status;
	int fd;

	if (!ref->root)
		return archive_open(ref->path, ret_reader);
	status = tree_open(ref->root, slice_from(ref->path), &fd);
	return status == ST_OK ? archive_open_fd(fd, ret_reader) : status;
}

static void read_at(
	struct reading *reading, const struct file_ref *ref, const struct whereabouts *where)
{
	struct unpacking unpacking = { .reading = reading, .where = where };
	struct whereabouts inner = *where;
	enum status status;

	unpacking.finds.reading = reading;
	unpacking.finds.where = where;
	unpacking.head = malloc(HEAD_SIZE);
	status = unpacking.head ? open_archive(ref, &unpacking.archive) : ST_NOMEM;
	if (status == ST_OK)
		take_all(&unpacking);
	else if (status == ST_NOMEM)
		reading->world->status = status;
	else
		note_at(reading, where,
			status == ST_IO ? DIAG_CANNOT_OPEN : DIAG_ARCHIVE_UNREADABLE, SLICE_NONE);
	if (status == ST_OK)
		archive_close(unpacking.archive);
	finds_arrange(&unpacking.finds);
	set_scopes(&unpacking);
	inner.in_stream = inner.was_counted = true;
	if (reading->world->status == ST_OK)
		finds_read(&unpacking.finds, &inner, NULL);
	finds_release(&unpacking.finds);
	free(unpacking.head);
}

void read_archive(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count)
{
	for (size_t i = 0; i < count && reading->world->status == ST_OK; i++)
		read_at(reading, ref, &places[i]);
}
