/*
 * xz, zstd and bzip2, by the filters of libarchive. Each kind sets its one filter: left to find
 * filters by itself, the library would take off twenty-five of them, one in the other.
 */
#include "source/unpack.h"

#ifdef WITH_ARCHIVE

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

struct filtered {
	struct archive *archive;
	struct stored *stored;
	int filter;
	bool is_open, is_done;
	struct slice block; /* unpacked and not given out; libarchive's */
};

static bool is_xz(struct slice head)
{
	return slice_starts(head, (struct slice){ "\xFD\x37zXZ\0", 6 });
}

static bool is_zstd(struct slice head)
{
	return slice_starts(head, SLICE("\x28\xB5\x2F\xFD"));
}

/* The level, then the magic of a block or, when there is none, of the end. */
static bool is_bzip2(struct slice head)
{
	struct slice block = slice_skip(head, 4);

	return slice_starts(head, SLICE("BZh")) && head.len > 3 && head.ptr[3] >= '1' &&
		head.ptr[3] <= '9' &&
		(slice_starts(block, SLICE("1AY&SY")) ||
			slice_starts(block, SLICE("\x17rE8P\x90")));
}

static struct filtered *new_filtered(struct stored *stored, int filter)
{
	struct filtered *filtered = calloc(1, sizeof(*filtered));

	if (filtered) {
		filtered->stored = stored;
		filtered->filter = filter;
	}
	return filtered;
}

static void *open_xz(struct stored *stored)
{
	return new_filtered(stored, ARCHIVE_FILTER_XZ);
}

static void *open_zstd(struct stored *stored)
{
	return new_filtered(stored, ARCHIVE_FILTER_ZSTD);
}

static void *open_bzip2(struct stored *stored)
{
	return new_filtered(stored, ARCHIVE_FILTER_BZIP2);
}

static void close_filtered(void *state)
{
	struct filtered *filtered = state;

	archive_read_free(filtered->archive);
	free(filtered);
}

/* What stands ahead is taken at once: it stays where it is until the next call. */
static la_ssize_t give_stored(struct archive *archive, void *self, const void **ret_bytes)
{
	struct stored *stored = ((struct filtered *)self)->stored;
	struct slice ahead;

	(void)stored_fill(stored);
	ahead = stored_ahead(stored);
	stored_take(stored, ahead.len);
	if (!ahead.len && stored->status != ST_OK) {
		archive_set_error(archive, stored->cause, "cannot read");
		return ARCHIVE_FATAL;
	}
	*ret_bytes = ahead.ptr;
	return (la_ssize_t)ahead.len;
}

/*
 * ARCHIVE_WARN from libarchive: it would start another program, and that is not wanted. The format
 * is set too: bidding for it takes data that is damaged from the start for no data.
 */
static bool set_up(struct filtered *filtered)
{
	struct archive *archive = filtered->archive;

	return archive_read_append_filter(archive, filtered->filter) == ARCHIVE_OK &&
		archive_read_set_format(archive, ARCHIVE_FORMAT_RAW) == ARCHIVE_OK;
}

static enum status trouble(const struct filtered *filtered)
{
	if (filtered->stored->status != ST_OK)
		return filtered->stored->status;
	return archive_errno(filtered->archive) == ENOMEM ? ST_NOMEM : ST_DAMAGED;
}

static enum status open_archive(struct filtered *filtered)
{
	struct archive_entry *entry;

	filtered->is_open = true;
	filtered->archive = archive_read_new();
	if (!filtered->archive)
		return ST_NOMEM;
	if (!set_up(filtered))
		return archive_errno(filtered->archive) == ENOMEM ? ST_NOMEM : ST_FORMAT;
	if (archive_read_open(filtered->archive, filtered, NULL, give_stored, NULL) != ARCHIVE_OK)
		return trouble(filtered);
	if (archive_read_next_header(filtered->archive, &entry) != ARCHIVE_OK)
		return trouble(filtered);
	return ST_OK;
}

/* The filter took less than it was given. */
static bool leaves_bytes(const struct filtered *filtered)
{
	int64_t taken = archive_filter_bytes(filtered->archive, -1);

	return taken >= 0 && (uint64_t)taken < filtered->stored->count;
}

/* The next block that is not empty; an empty one in *block at the end. */
static enum status next_block(struct filtered *filtered)
{
	while (!filtered->is_done && !filtered->block.len) {
		const void *bytes;
		size_t size;
		la_int64_t offset;
		int result = archive_read_data_block(filtered->archive, &bytes, &size, &offset);

		filtered->is_done = result == ARCHIVE_EOF;
		if (result != ARCHIVE_OK && result != ARCHIVE_EOF)
			return trouble(filtered);
		if (result == ARCHIVE_OK)
			filtered->block = (struct slice){ bytes, size };
	}
	return ST_OK;
}

static enum status read_filtered(
	void *state, char *bytes, size_t size, size_t *ret_read, bool *ret_trailer)
{
	struct filtered *filtered = state;
	enum status status = filtered->is_open ? ST_OK : open_archive(filtered);

	if (status == ST_OK)
		status = next_block(filtered);
	if (status != ST_OK)
		return status;
	if (size > filtered->block.len)
		size = filtered->block.len;
	if (size)
		memcpy(bytes, filtered->block.ptr, size);
	filtered->block = slice_skip(filtered->block, size);
	*ret_read = size;
	if (filtered->is_done)
		*ret_trailer = leaves_bytes(filtered);
	return ST_OK;
}

const struct unpack_kind unpack_xz = {
	.bids = is_xz,
	.open = open_xz,
	.read = read_filtered,
	.close = close_filtered,
};

const struct unpack_kind unpack_zstd = {
	.bids = is_zstd,
	.open = open_zstd,
	.read = read_filtered,
	.close = close_filtered,
};

const struct unpack_kind unpack_bzip2 = {
	.bids = is_bzip2,
	.open = open_bzip2,
	.read = read_filtered,
	.close = close_filtered,
};

#endif
