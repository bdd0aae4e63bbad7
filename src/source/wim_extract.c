/*
 * Files taken out of a WIM. A list of the wanted blobs is written in the shape of a WIM
 * (wim_list.c), which libwim then extracts from like from any other that refers to more:
 * one pass in the order in which the blobs lie, whatever images they are of.
 */
#include "source/wim.h"

#ifdef WITH_WIM

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sort.h"
#include "source/sha1.h"
#include "source/wim_inner.h"

#define READ_BYTES  ((size_t)64 << 10)
#define MAX_HALVING 64
#define RATIO_FREE  (UINT64_C(64) << 20)
#define FLAGS                                                                                      \
	(WIMLIB_EXTRACT_FLAG_NO_ACLS | WIMLIB_EXTRACT_FLAG_NO_ATTRIBUTES |                         \
		WIMLIB_EXTRACT_FLAG_NORPFIX | WIMLIB_EXTRACT_FLAG_NO_PRESERVE_DIR_STRUCTURE)

/* A wanted blob and where it lies. */
struct item {
	struct wim_blob *blob;
	uint32_t part;
	uint64_t resource, offset; /* in the part; in the solid resource */
	uint64_t stored;           /* bytes that the WIM has for it, or for its solid resource */
	bool is_found, is_done;
};

struct extraction {
	struct item *items; /* those found, in the order in which they lie */
	size_t count;
	WIMStruct *list;
	char *folder;
	int folder_fd;
	char (*names)[LIST_NAME]; /* by item */
	const char **paths;       /* for one call of libwim */
	char *buffer;
};

/* ---- Finding -------------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return memcmp(x->blob->sha1, y->blob->sha1, SHA1_SIZE);
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare(x->part, y->part);

	order = order ? order : compare(x->resource, y->resource);
	order = order ? order : compare(x->offset, y->offset);
	return order ? order : by_hash(a, b);
}

static size_t first_with(const struct extraction *x, const uint8_t *hash)
{
	size_t from = 0, to = x->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (memcmp(x->items[middle].blob->sha1, hash, SHA1_SIZE) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static int note_place(const struct wimlib_resource_entry *entry, void *self)
{
	struct extraction *x = self;

	if (entry->is_metadata)
		return 0;
	for (size_t i = first_with(x, entry->sha1_hash); i < x->count; i++) {
		struct item *item = &x->items[i];

		if (memcmp(item->blob->sha1, entry->sha1_hash, SHA1_SIZE) != 0)
			break;
		item->is_found = true;
		item->part = entry->part_number;
		item->resource = entry->packed ? entry->raw_resource_offset_in_wim : entry->offset;
		item->offset = entry->packed ? entry->offset : 0;
		item->stored = entry->packed ? entry->raw_resource_compressed_size
					     : entry->compressed_size;
		item->blob->size = entry->uncompressed_size;
	}
	return 0;
}

static bool is_too_large(const struct item *item, uint64_t total)
{
	uint64_t size = item->blob->size;

	return size > MAX_WIM_BLOB || size > MAX_WIM_BLOB_TOTAL - total ||
		(size > RATIO_FREE && size / MAX_WIM_RATIO > item->stored);
}

/* Keeps the items that are there and not too large, in the order of their places. */
static void choose(struct extraction *x)
{
	uint64_t total = 0;
	size_t kept = 0;

	sort_items(x->items, x->count, sizeof(*x->items), by_place);
	for (size_t i = 0; i < x->count; i++) {
		struct item *item = &x->items[i];

		if (!item->is_found)
			continue;
		item->blob->state = BLOB_TOO_LARGE;
		if (is_too_large(item, total))
			continue;
		total += item->blob->size;
		item->blob->state = BLOB_DAMAGED; /* until it is out */
		x->items[kept++] = *item;
	}
	x->count = kept;
}

static enum status find_all(
	struct extraction *x, WIMStruct *wim, struct wim_blob *blobs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		blobs[i].state = BLOB_MISSING;
		blobs[i].size = 0;
		blobs[i].file = NULL;
	}
	x->items = calloc(count, sizeof(*x->items));
	if (!x->items)
		return ST_NOMEM;
	x->count = count;
	for (size_t i = 0; i < count; i++)
		x->items[i].blob = &blobs[i];
	sort_items(x->items, count, sizeof(*x->items), by_hash);
	if (wimlib_iterate_lookup_table(wim, 0, note_place, x) != 0)
		return ST_NOMEM;
	choose(x);
	return ST_OK;
}

/* ---- The list ------------------------------------------------------------------------- */

static const uint8_t *hash_of(const void *self, size_t index)
{
	const struct extraction *x = self;

	return x->items[index].blob->sha1;
}

/* Nothing but memory and our own disk can be in the way of our own file. */
static enum status failed_by(int code)
{
	return code == WIMLIB_ERR_NOMEM ? ST_NOMEM : ST_IO;
}

static enum status open_list(struct extraction *x, struct wim *wim, const char *path)
{
	int code = library_open(path, &x->list);

	if (!code)
		code = wimlib_reference_resources(x->list, &wim->main, 1, 0);
	return code ? failed_by(code) : ST_OK;
}

static enum status make_list(struct extraction *x, struct wim *wim, struct scratch *scratch)
{
	char *path;
	int fd;
	enum status status = scratch_file_new(scratch, &fd, &path);

	if (status != ST_OK)
		return status;
	status = wim_list_write(fd, x->count, hash_of, x);
	close(fd);
	if (status == ST_OK)
		status = open_list(x, wim, path);
	unlink(path); /* libwim holds it open */
	free(path);
	return status;
}

static enum status prepare(struct extraction *x, struct wim *wim, struct scratch *scratch)
{
	enum status status = scratch_folder_new(scratch, &x->folder);

	if (status != ST_OK)
		return status;
	x->folder_fd = open(x->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (x->folder_fd < 0)
		return ST_IO;
	x->names = calloc(x->count, sizeof(*x->names));
	x->paths = calloc(x->count, sizeof(*x->paths));
	x->buffer = malloc(READ_BYTES);
	if (!x->names || !x->paths || !x->buffer)
		return ST_NOMEM;
	for (size_t i = 0; i < x->count; i++)
		wim_list_name(i, x->names[i]);
	return make_list(x, wim, scratch);
}

/* ---- Taking out ----------------------------------------------------------------------- */

struct range {
	size_t from, to;
};

/* The items of a range that are not out yet; *ret_code is what libwim says, 0 for success.
 * That memory is out is a lying size, not our state: the others are tried. */
static enum status attempt(struct extraction *x, struct range range, int flags, int *ret_code)
{
	static const int ours[] = { WIMLIB_ERR_WRITE, WIMLIB_ERR_OPEN, WIMLIB_ERR_MKDIR,
		WIMLIB_ERR_STAT };
	size_t count = 0;

	for (size_t i = range.from; i < range.to; i++)
		if (!x->items[i].is_done)
			x->paths[count++] = x->names[i];
	*ret_code = 0;
	if (!count)
		return ST_OK;
	*ret_code = wimlib_extract_paths(x->list, 1, x->folder, x->paths, count, FLAGS | flags);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (*ret_code == ours[i])
			return failed_by(*ret_code);
	return ST_OK;
}

static bool hash_matches(int fd, const struct extraction *x, const uint8_t *wanted)
{
	uint8_t digest[SHA1_SIZE];
	struct sha1 sha1;
	ssize_t got;

	sha1_init(&sha1);
	while ((got = read(fd, x->buffer, READ_BYTES)) > 0)
		sha1_add(&sha1, (struct slice){ x->buffer, (size_t)got });
	return sha1_finish(&sha1, digest) && got == 0 && memcmp(digest, wanted, SHA1_SIZE) == 0;
}

/* How much of an item is there, and whether it is what it should be. */
static uint64_t judge_item(const struct extraction *x, size_t index, bool *ret_matches)
{
	const struct wim_blob *blob = x->items[index].blob;
	int fd = openat(x->folder_fd, x->names[index] + 1, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat info = { 0 };

	*ret_matches = false;
	if (fd < 0)
		return 0;
	if (fstat(fd, &info) != 0)
		info.st_size = 0;
	else if ((uint64_t)info.st_size == blob->size)
		*ret_matches = hash_matches(fd, x, blob->sha1);
	close(fd);
	return (uint64_t)info.st_size;
}

/* Which items of a range are out after all. `all`: libwim says that all of them are. */
static void judge(struct extraction *x, struct range range, bool all)
{
	for (size_t i = range.from; i < range.to; i++) {
		struct item *item = &x->items[i];
		bool matches;

		if (item->is_done || (judge_item(x, i, &matches) != item->blob->size && !all))
			continue;
		item->is_done = matches || all;
		if (item->is_done)
			item->blob->state = matches ? BLOB_OK : BLOB_CHANGED;
	}
}

/*
 * After a first pass that failed: what is not out yet, now with what can be recovered. That
 * ends at what cannot even be read; then each half by itself, so that the rest comes out.
 */
static enum status salvage(struct extraction *x)
{
	struct range ranges[MAX_HALVING] = { { 0, x->count } };
	size_t depth = 1;

	while (depth) {
		struct range range = ranges[--depth];
		size_t middle = range.from + (range.to - range.from) / 2;
		int code;
		enum status status = attempt(x, range, WIMLIB_EXTRACT_FLAG_RECOVER_DATA, &code);

		if (status != ST_OK)
			return status;
		judge(x, range, code == 0);
		if (!code || range.to - range.from == 1)
			continue;
		assert(depth + 2 <= MAX_HALVING); /* a range is half of the one before it */
		ranges[depth++] = (struct range){ middle, range.to };
		ranges[depth++] = (struct range){ range.from, middle };
	}
	return ST_OK;
}

static enum status take_out(struct extraction *x)
{
	struct range all = { 0, x->count };
	int code;
	enum status status = attempt(x, all, 0, &code);

	if (status != ST_OK)
		return status;
	if (code) {
		judge(x, all, false);
		return salvage(x);
	}
	for (size_t i = 0; i < x->count; i++)
		x->items[i].blob->state = BLOB_OK; /* libwim has seen to the hashes */
	return ST_OK;
}

/* Tells the files; what came to nothing goes away. */
static enum status hand_over(struct extraction *x)
{
	for (size_t i = 0; i < x->count; i++) {
		struct wim_blob *blob = x->items[i].blob;
		struct stat info;
		char *file;

		if (asprintf(&file, "%s%s", x->folder, x->names[i]) < 0)
			return ST_NOMEM;
		if (blob->state == BLOB_DAMAGED && (lstat(file, &info) != 0 || info.st_size == 0)) {
			unlink(file);
			free(file);
			continue;
		}
		blob->file = file;
	}
	return ST_OK;
}

static void release(struct extraction *x)
{
	int cause = errno;

	wimlib_free(x->list);
	if (x->folder_fd >= 0)
		close(x->folder_fd);
	free(x->items);
	free(x->folder);
	free(x->names);
	free(x->paths);
	free(x->buffer);
	errno = cause;
}

static enum status extract_found(struct extraction *x, struct wim *wim, struct scratch *scratch)
{
	enum status status = x->count ? prepare(x, wim, scratch) : ST_OK;

	if (status == ST_OK && x->count)
		status = take_out(x);
	if (status == ST_OK)
		status = hand_over(x);
	return status;
}

static void drop_files(struct wim_blob *blobs, size_t count)
{
	int cause = errno;

	for (size_t i = 0; i < count; i++) {
		free(blobs[i].file);
		blobs[i].file = NULL;
	}
	errno = cause;
}

enum status wim_extract(
	struct wim *wim, struct wim_blob *blobs, size_t count, struct scratch *scratch)
{
	struct extraction x = { .folder_fd = -1 };
	enum status status;

	if (!count)
		return ST_OK;
	if (count > MAX_WIM_BLOBS)
		return ST_LIMIT;
	library_listen();
	status = find_all(&x, wim->main, blobs, count);
	if (status == ST_OK)
		status = extract_found(&x, wim, scratch);
	release(&x);
	if (status != ST_OK)
		drop_files(blobs, count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		if (blobs[i].state != BLOB_OK)
			status = ST_DAMAGED;
	return status;
}

#endif
