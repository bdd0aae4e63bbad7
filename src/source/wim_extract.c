/*
 * Files taken out of a WIM. A list of the wanted blobs is written in the shape of a WIM
 * (wim_list.c), which libwim then extracts from like from any other that refers to more:
 * in the order in which the blobs lie, whatever images they are of. It is cut into pieces
 * (wim_take.c) that several threads take, each with the WIM opened for itself.
 */
#include "source/wim.h"

#ifdef WITH_WIM

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sort.h"
#include "source/wim_inner.h"

#define RATIO_FREE (UINT64_C(64) << 20)

/* Files up to this size lie in memory, up to so many bytes in all. */
#define SMALL_BYTES  (UINT64_C(1) << 20)
#define MEMORY_BYTES (UINT64_C(64) << 20)

#define SHARES      8                    /* into which the work is cut */
#define MAX_PIECES  16                   /* a share may end with its class */
#define FILE_COST   (UINT64_C(8) << 10)  /* of making a file, in bytes decoded */
#define SOLID_CHUNK (UINT64_C(64) << 20) /* mostly; a wrong guess costs one chunk more */
#define MAX_HELPERS 4                    /* threads; each has the tables of the WIM, too */

struct piece {
	struct wim_range range;
	bool is_small;
};

struct extraction {
	struct wim *wim;
	struct wim_item *items; /* those found, in the order in which they are taken out */
	size_t count;
	struct piece pieces[MAX_PIECES];
	size_t piece_count;
	pthread_mutex_t lock; /* of the three below */
	size_t next;
	enum status status;
	int cause;
	struct scratch *scratch;
	char *list_path;
	char *folders[2]; /* for the files: on disk, in memory */
};

/* ---- Finding -------------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
	const struct wim_item *x = a, *y = b;

	return memcmp(x->blob->sha1, y->blob->sha1, SHA1_SIZE);
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
	const struct wim_item *x = a, *y = b;
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
		struct wim_item *item = &x->items[i];

		if (memcmp(item->blob->sha1, entry->sha1_hash, SHA1_SIZE) != 0)
			break;
		item->is_found = true;
		item->is_packed = entry->packed;
		item->part = entry->part_number;
		item->resource = entry->packed ? entry->raw_resource_offset_in_wim : entry->offset;
		item->offset = entry->packed ? entry->offset : 0;
		item->stored = entry->packed ? entry->raw_resource_compressed_size
					     : entry->compressed_size;
		item->blob->size = entry->uncompressed_size;
	}
	return 0;
}

static bool is_too_large(const struct wim_item *item, uint64_t total)
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
		struct wim_item *item = &x->items[i];

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

/* ---- Pieces --------------------------------------------------------------------------- */

/* The small ones first, and in each class as they lie. */
static int by_class(const void *a, const void *b)
{
	const struct wim_item *x = a, *y = b;
	int order = compare(y->is_small, x->is_small);

	return order ? order : by_place(a, b);
}

/* In a solid resource nothing is small: it would be decoded once for either class. */
static void find_small(struct extraction *x)
{
	uint64_t total = 0;

	for (size_t i = 0; i < x->count; i++) {
		struct wim_item *item = &x->items[i];

		item->is_small = !item->is_packed && item->blob->size <= SMALL_BYTES &&
			item->blob->size <= MEMORY_BYTES - total;
		if (item->is_small)
			total += item->blob->size;
	}
	sort_items(x->items, x->count, sizeof(*x->items), by_class);
}

/* Whether `next` may begin a piece: not inside a chunk of a solid resource, which would be
 * decoded twice. */
static bool may_begin(const struct wim_item *last, const struct wim_item *next)
{
	return !next->is_packed || last->part != next->part || last->resource != next->resource ||
		last->offset / SOLID_CHUNK != next->offset / SOLID_CHUNK;
}

/* Pieces of like cost, each of one class. Where blobs lie solid there are two at most: what
 * goes over the end of a chunk is decoded for both sides. */
static void cut(struct extraction *x)
{
	uint64_t total = 0, share, cost = 0;
	struct piece *piece = NULL;
	bool is_solid = false;

	for (size_t i = 0; i < x->count; i++) {
		total += x->items[i].blob->size + FILE_COST;
		is_solid |= x->items[i].is_packed;
	}
	share = total / (is_solid ? 2 : SHARES);
	for (size_t i = 0; i < x->count; i++) {
		const struct wim_item *item = &x->items[i];

		if (!piece || piece->is_small != item->is_small ||
			(cost >= share && may_begin(item - 1, item))) {
			assert(x->piece_count < MAX_PIECES);
			piece = &x->pieces[x->piece_count++];
			*piece = (struct piece){ { i, i }, item->is_small };
			cost = 0;
		}
		piece->range.to = i + 1;
		cost += item->blob->size + FILE_COST;
	}
}

/* ---- Threads -------------------------------------------------------------------------- */

static const uint8_t *hash_of(const void *self, size_t index)
{
	const struct extraction *x = self;

	return x->items[index].blob->sha1;
}

static enum status make_list(struct extraction *x)
{
	int fd;
	enum status status = scratch_file_new(x->scratch, &fd, &x->list_path);

	if (status != ST_OK)
		return status;
	status = wim_list_write(fd, x->count, hash_of, x);
	close(fd);
	return status;
}

/* The next piece nobody has begun; NULL when there is none, or one could not be written. */
static const struct piece *next_piece(struct extraction *x)
{
	const struct piece *piece = NULL;

	pthread_mutex_lock(&x->lock);
	if (x->next < x->piece_count && x->status == ST_OK)
		piece = &x->pieces[x->next++];
	pthread_mutex_unlock(&x->lock);
	return piece;
}

/* When memory has no room after all there is the disk. */
static enum status take_piece(
	struct extraction *x, struct wim_taker *taker, const struct piece *piece)
{
	enum status status = ST_IO;

	if (piece->is_small) {
		status = wim_take(taker, piece->range, x->folders[1]);
		if (status == ST_IO)
			wim_take_back(taker, piece->range);
	}
	return status == ST_IO ? wim_take(taker, piece->range, x->folders[0]) : status;
}

static void take_pieces(struct extraction *x, struct wim *wim)
{
	struct wim_taker taker;
	enum status status = wim_taker_open(wim, x->list_path, x->items, x->count, &taker);
	const struct piece *piece;
	int cause;

	while (status == ST_OK && (piece = next_piece(x)))
		status = take_piece(x, &taker, piece);
	cause = errno;
	wim_taker_close(&taker);
	pthread_mutex_lock(&x->lock);
	if (status != ST_OK && x->status == ST_OK) {
		x->status = status;
		x->cause = cause;
	}
	pthread_mutex_unlock(&x->lock);
}

/* A thread beside the caller's. Without a WIM of its own it leaves the work to the others. */
static void *help(void *self)
{
	struct extraction *x = self;
	struct wim_problem ignored;
	struct wim *wim = NULL;
	enum status status = wim_open(x->wim->path, &wim, &ignored);

	if (status == ST_OK || status == ST_DAMAGED)
		take_pieces(x, wim);
	wim_close(wim);
	return NULL;
}

static enum status take_all(struct extraction *x, unsigned threads)
{
	pthread_t helpers[MAX_HELPERS];
	unsigned count = 0, wanted = threads - 1;

	if (wanted >= x->piece_count)
		wanted = (unsigned)x->piece_count - 1;
	if (wanted > MAX_HELPERS)
		wanted = MAX_HELPERS;
	while (count < wanted && pthread_create(&helpers[count], NULL, help, x) == 0)
		count++;
	take_pieces(x, x->wim);
	while (count)
		pthread_join(helpers[--count], NULL);
	errno = x->cause;
	return x->status;
}

/* Tells the files; what came to nothing goes away. */
static enum status hand_over(struct extraction *x)
{
	for (size_t i = 0; i < x->count; i++) {
		struct wim_blob *blob = x->items[i].blob;
		char name[LIST_NAME];
		struct stat info;
		char *file;

		wim_list_name(i, name);
		if (asprintf(&file, "%s%s", x->items[i].folder, name) < 0)
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

static enum status extract_found(struct extraction *x, unsigned threads)
{
	enum status status;

	if (!x->count)
		return ST_OK;
	find_small(x);
	cut(x);
	status = scratch_folder_new(x->scratch, &x->folders[0]);
	if (status == ST_OK)
		status = scratch_memory_new(x->scratch, MEMORY_BYTES, &x->folders[1]);
	if (status == ST_OK)
		status = make_list(x);
	if (status == ST_OK)
		status = take_all(x, threads);
	return status == ST_OK ? hand_over(x) : status;
}

static void release(struct extraction *x)
{
	int cause = errno;

	if (x->list_path)
		unlink(x->list_path);
	free(x->list_path);
	free(x->items);
	for (int i = 0; i < 2; i++)
		free(x->folders[i]);
	pthread_mutex_destroy(&x->lock);
	errno = cause;
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

enum status wim_extract(struct wim *wim, struct wim_blob *blobs, size_t count,
	struct scratch *scratch, unsigned threads)
{
	struct extraction x = { .wim = wim, .scratch = scratch };
	enum status status;

	if (!count)
		return ST_OK;
	if (count > MAX_WIM_BLOBS)
		return ST_LIMIT;
	library_listen();
	pthread_mutex_init(&x.lock, NULL);
	status = find_all(&x, wim->main, blobs, count);
	if (status == ST_OK)
		status = extract_found(&x, threads);
	release(&x);
	if (status != ST_OK)
		drop_files(blobs, count);
	for (size_t i = 0; i < count && status == ST_OK; i++)
		if (blobs[i].state != BLOB_OK)
			status = ST_DAMAGED;
	return status;
}

#endif
