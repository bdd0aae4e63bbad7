/* gzip, by zlib: one member or several behind each other. */
#include <stdlib.h>
#include <zlib.h>

#include "source/unpack.h"

#define GZIP_WINDOW (15 + 16)

struct gzip {
	z_stream zlib;
	struct stored *stored;
	bool is_done;
};

static bool is_gzip(struct slice head)
{
	return slice_starts(head, SLICE("\x1F\x8B\x08"));
}

static void *open_gzip(struct stored *stored)
{
	struct gzip *gzip = calloc(1, sizeof(*gzip));

	if (!gzip || inflateInit2(&gzip->zlib, GZIP_WINDOW) != Z_OK) {
		free(gzip);
		return NULL;
	}
	gzip->stored = stored;
	return gzip;
}

static void close_gzip(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->zlib);
	free(gzip);
}

/* Another member may follow the first; anything else behind it is a trailer. */
static void next_member(struct gzip *gzip, bool *ret_trailer)
{
	(void)stored_fill(gzip->stored);
	if (is_gzip(stored_ahead(gzip->stored))) {
		inflateReset(&gzip->zlib);
		return;
	}
	gzip->is_done = true;
	*ret_trailer = stored_ahead(gzip->stored).len > 0;
}

static enum status inflate_some(struct gzip *gzip, bool *ret_trailer)
{
	struct slice ahead;
	int result;

	if (!stored_fill(gzip->stored))
		return gzip->stored->status != ST_OK ? gzip->stored->status : ST_DAMAGED;
	ahead = stored_ahead(gzip->stored);
	gzip->zlib.next_in = (Bytef *)gzip->stored->ahead + gzip->stored->from;
	gzip->zlib.avail_in = (uInt)ahead.len;
	result = inflate(&gzip->zlib, Z_NO_FLUSH);
	stored_take(gzip->stored, ahead.len - gzip->zlib.avail_in);
	if (result == Z_STREAM_END)
		next_member(gzip, ret_trailer);
	else if (result == Z_MEM_ERROR)
		return ST_NOMEM;
	else if (result != Z_OK && result != Z_BUF_ERROR)
		return ST_DAMAGED;
	return ST_OK;
}

static enum status read_gzip(
	void *state, char *bytes, size_t size, size_t *ret_read, bool *ret_trailer)
{
	struct gzip *gzip = state;
	uInt room = size > (1 << 30) ? 1 << 30 : (uInt)size;
	enum status status = ST_OK;

	gzip->zlib.next_out = (Bytef *)bytes;
	gzip->zlib.avail_out = room;
	while (gzip->zlib.avail_out == room && !gzip->is_done && status == ST_OK)
		status = inflate_some(gzip, ret_trailer);
	*ret_read = room - gzip->zlib.avail_out;
	return status;
}

const struct unpack_kind unpack_gzip = {
	.bids = is_gzip,
	.open = open_gzip,
	.read = read_gzip,
	.close = close_gzip,
};
