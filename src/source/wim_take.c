/* A range of wanted blobs taken out of a WIM, and what can be saved of it when that fails. */
#include "source/wim.h"

#ifdef WITH_WIM

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/sha1.h"
#include "source/wim_inner.h"

#define READ_BYTES  ((size_t)64 << 10)
#define MAX_HALVING 64
#define FLAGS                                                                                      \
	(WIMLIB_EXTRACT_FLAG_NO_ACLS | WIMLIB_EXTRACT_FLAG_NO_ATTRIBUTES |                         \
		WIMLIB_EXTRACT_FLAG_NORPFIX | WIMLIB_EXTRACT_FLAG_NO_PRESERVE_DIR_STRUCTURE)

/* Nothing but memory and our own disk can be in the way of our own file. */
static enum status failed_by(int code)
{
	return code == WIMLIB_ERR_NOMEM ? ST_NOMEM : ST_IO;
}

enum status wim_taker_open(struct wim *wim, const char *list, struct wim_item *items, size_t count,
	struct wim_taker *ret_taker)
{
	struct wim_taker taker = { .items = items, .folder_fd = -1 };
	int code;

	*ret_taker = taker;
	taker.names = calloc(count, sizeof(*taker.names));
	taker.paths = calloc(count, sizeof(*taker.paths));
	taker.buffer = malloc(READ_BYTES);
	code = taker.names && taker.paths && taker.buffer ? library_open(list, &taker.list)
							  : WIMLIB_ERR_NOMEM;
	if (!code)
		code = wimlib_reference_resources(taker.list, &wim->main, 1, 0);
	if (code) {
		wim_taker_close(&taker);
		return failed_by(code);
	}
	for (size_t i = 0; i < count; i++)
		wim_list_name(i, taker.names[i]);
	*ret_taker = taker;
	return ST_OK;
}

void wim_taker_close(struct wim_taker *taker)
{
	int cause = errno;

	wimlib_free(taker->list);
	free(taker->names);
	free(taker->paths);
	free(taker->buffer);
	*taker = (struct wim_taker){ .folder_fd = -1 };
	errno = cause;
}

/* The items of a range that are not out yet; *ret_code is what libwim says, 0 for success.
 * That memory is out is a lying size, not our state: the others are tried. */
static enum status attempt(
	struct wim_taker *taker, struct wim_range range, int flags, int *ret_code)
{
	static const int ours[] = { WIMLIB_ERR_WRITE, WIMLIB_ERR_OPEN, WIMLIB_ERR_MKDIR,
		WIMLIB_ERR_STAT };
	size_t count = 0;

	for (size_t i = range.from; i < range.to; i++)
		if (!taker->items[i].is_done)
			taker->paths[count++] = taker->names[i];
	*ret_code = 0;
	if (!count)
		return ST_OK;
	*ret_code = wimlib_extract_paths(
		taker->list, 1, taker->folder, taker->paths, count, FLAGS | flags);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (*ret_code == ours[i])
			return failed_by(*ret_code);
	return ST_OK;
}

static bool hash_matches(int fd, const struct wim_taker *taker, const uint8_t *wanted)
{
	uint8_t digest[SHA1_SIZE];
	struct sha1 sha1;
	ssize_t got;

	sha1_init(&sha1);
	while ((got = read(fd, taker->buffer, READ_BYTES)) > 0)
		sha1_add(&sha1, (struct slice){ taker->buffer, (size_t)got });
	return sha1_finish(&sha1, digest) && got == 0 && memcmp(digest, wanted, SHA1_SIZE) == 0;
}

/* How much of an item is there, and whether it is what it should be. */
static uint64_t judge_item(const struct wim_taker *taker, size_t index, bool *ret_matches)
{
	const struct wim_blob *blob = taker->items[index].blob;
	int fd = openat(
		taker->folder_fd, taker->names[index] + 1, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat info = { 0 };

	*ret_matches = false;
	if (fd < 0)
		return 0;
	if (fstat(fd, &info) != 0)
		info.st_size = 0;
	else if ((uint64_t)info.st_size == blob->size)
		*ret_matches = hash_matches(fd, taker, blob->sha1);
	close(fd);
	return (uint64_t)info.st_size;
}

/* Which items of a range are out after all. `all`: libwim says that all of them are. */
static void judge(struct wim_taker *taker, struct wim_range range, bool all)
{
	for (size_t i = range.from; i < range.to; i++) {
		struct wim_item *item = &taker->items[i];
		bool matches;

		if (item->is_done || (judge_item(taker, i, &matches) != item->blob->size && !all))
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
static enum status salvage(struct wim_taker *taker, struct wim_range all)
{
	struct wim_range ranges[MAX_HALVING] = { all };
	size_t depth = 1;

	while (depth) {
		struct wim_range range = ranges[--depth];
		size_t middle = range.from + (range.to - range.from) / 2;
		int code;
		enum status status = attempt(taker, range, WIMLIB_EXTRACT_FLAG_RECOVER_DATA, &code);

		if (status != ST_OK)
			return status;
		judge(taker, range, code == 0);
		if (!code || range.to - range.from == 1)
			continue;
		assert(depth + 2 <= MAX_HALVING); /* a range is half of the one before it */
		ranges[depth++] = (struct wim_range){ middle, range.to };
		ranges[depth++] = (struct wim_range){ range.from, middle };
	}
	return ST_OK;
}

static enum status take_out(struct wim_taker *taker, struct wim_range range)
{
	int code;
	enum status status = attempt(taker, range, 0, &code);

	if (status != ST_OK)
		return status;
	if (code) {
		judge(taker, range, false);
		return salvage(taker, range);
	}
	for (size_t i = range.from; i < range.to; i++)
		taker->items[i].blob->state = BLOB_OK; /* libwim has seen to the hashes */
	return ST_OK;
}

enum status wim_take(struct wim_taker *taker, struct wim_range range, const char *folder)
{
	enum status status;
	int cause;

	taker->folder = folder;
	taker->folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (taker->folder_fd < 0)
		return ST_IO;
	for (size_t i = range.from; i < range.to; i++)
		taker->items[i].folder = folder;
	status = take_out(taker, range);
	cause = errno;
	close(taker->folder_fd);
	taker->folder_fd = -1;
	errno = cause;
	return status;
}

void wim_take_back(struct wim_taker *taker, struct wim_range range)
{
	for (size_t i = range.from; i < range.to; i++) {
		struct wim_item *item = &taker->items[i];
		int fd = open(item->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		unlinkat(fd, taker->names[i] + 1, 0);
		close(fd);
		item->is_done = false;
		item->blob->state = BLOB_DAMAGED;
	}
}

#endif
