/* Byte streams: files, standard input, members of archives; compression taken off. */
#include "source/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/evidence_file.h"
#include "source/unpack.h"

#define HEAD_BYTES ((size_t)64 << 10)
#define SKIP_BYTES ((size_t)64 << 10)

struct stream {
	struct stored stored;
	struct unpacker *unpacker; /* NULL: the contents are the stored bytes */
	char *head;                /* contents read ahead for stream_head */
	size_t head_from, head_to;
	char sha256[HASH_TEXT];
};

/* The fd is the stream's in any case; -1: `supply` gives the bytes. */
struct how {
	bool is_borrowed, is_hashed;
};

static const struct how standard_input = { true, true }, hashed = { false, true },
			unhashed = { false, false };

static enum status open_stream(
	int fd, const struct how *how, struct supply supply, struct stream **ret_stream)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	enum status status;

	if (!stream) {
		if (fd >= 0 && !how->is_borrowed)
			close(fd);
		return ST_NOMEM;
	}
	stream->head = malloc(HEAD_BYTES);
	status = stored_init(&stream->stored, fd, how->is_borrowed, how->is_hashed, supply);
	if (status == ST_OK)
		status = stream->head ? unpack_open(&stream->stored, &stream->unpacker) : ST_NOMEM;
	if (status != ST_OK) {
		stream_close(stream);
		return status;
	}
	*ret_stream = stream;
	return ST_OK;
}

enum status stream_open(const char *path, struct stream **ret_stream)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return open_stream(STDIN_FILENO, &standard_input, (struct supply){ 0 }, ret_stream);
	fd = evidence_open(AT_FDCWD, path, 0);
	return fd < 0 ? ST_IO : stream_open_fd(fd, ret_stream);
}

static enum status open_file(int fd, const struct how *how, struct stream **ret_stream)
{
	if (evidence_is_file(fd) != ST_OK) {
		int cause = errno;

		close(fd);
		errno = cause;
		return ST_IO;
	}
	return open_stream(fd, how, (struct supply){ 0 }, ret_stream);
}

enum status stream_open_fd(int fd, struct stream **ret_stream)
{
	return open_file(fd, &hashed, ret_stream);
}

enum status stream_open_unhashed(int fd, struct stream **ret_stream)
{
	return open_file(fd, &unhashed, ret_stream);
}

enum status stream_open_supply(struct supply supply, struct stream **ret_stream)
{
	return open_stream(-1, &hashed, supply, ret_stream);
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	unpack_close(stream->unpacker);
	stored_release(&stream->stored);
	free(stream->head);
	free(stream);
}

static enum status read_plain(struct stored *stored, char *bytes, size_t size, size_t *ret_read)
{
	struct slice ahead = stored_ahead(stored);

	if (ahead.len > size)
		ahead.len = size;
	if (ahead.len)
		memcpy(bytes, ahead.ptr, ahead.len);
	stored_take(stored, ahead.len);
	/* Nothing read ahead: straight to where it is wanted. */
	*ret_read = ahead.len ? ahead.len : stored_read(stored, bytes, size);
	return *ret_read ? ST_OK : stored->status;
}

static enum status read_contents(struct stream *stream, char *bytes, size_t size, size_t *ret_read)
{
	enum status status = stream->unpacker ? unpack_read(stream->unpacker, bytes, size, ret_read)
					      : read_plain(&stream->stored, bytes, size, ret_read);

	if (status == ST_IO) /* what lies between may have lost it */
		errno = stream->stored.cause;
	return status;
}

struct slice stream_head(struct stream *stream)
{
	while (stream->head_from == 0 && stream->head_to < HEAD_BYTES) {
		size_t got = 0;

		if (read_contents(stream, stream->head + stream->head_to,
			    HEAD_BYTES - stream->head_to, &got) != ST_OK ||
			!got)
			break;
		stream->head_to += got;
	}
	return (struct slice){ stream->head + stream->head_from,
		stream->head_to - stream->head_from };
}

enum status stream_read(struct stream *stream, char *bytes, size_t size, size_t *ret_read)
{
	size_t ahead = stream->head_to - stream->head_from;

	if (!ahead)
		return read_contents(stream, bytes, size, ret_read);
	*ret_read = ahead < size ? ahead : size;
	memcpy(bytes, stream->head + stream->head_from, *ret_read);
	stream->head_from += *ret_read;
	return ST_OK;
}

static enum status supply_read(void *self, char *bytes, size_t size, size_t *ret_read)
{
	return stream_read(self, bytes, size, ret_read);
}

struct supply stream_supply(struct stream *stream)
{
	return (struct supply){ .read = supply_read, .self = stream };
}

/* Passes `count` bytes of the contents by. */
static enum status pass_by(struct stream *stream, uint64_t count)
{
	char *sink = malloc(SKIP_BYTES);
	enum status status = sink ? ST_OK : ST_NOMEM;

	while (count && status == ST_OK) {
		size_t got = 0;

		status = stream_read(
			stream, sink, count < SKIP_BYTES ? (size_t)count : SKIP_BYTES, &got);
		if (status == ST_OK && !got)
			status = ST_DAMAGED;
		count -= got;
	}
	free(sink);
	return status;
}

enum status stream_go_to(struct stream *stream, uint64_t offset)
{
	enum status status;

	if (stream->unpacker || stream->stored.is_borrowed || !stream->stored.size ||
		offset < stream->head_to)
		return offset < stream->head_from ? ST_DAMAGED
						  : pass_by(stream, offset - stream->head_from);
	status = stored_seek(&stream->stored, offset);
	if (status == ST_OK)
		stream->head_from = stream->head_to;
	return status;
}

enum status stream_status(const struct stream *stream)
{
	return stream->unpacker ? unpack_status(stream->unpacker) : stream->stored.status;
}

bool stream_is_compressed(const struct stream *stream)
{
	return stream->unpacker;
}

uint64_t stream_stored_bytes(const struct stream *stream)
{
	return stream->stored.count;
}

uint64_t stream_size(const struct stream *stream)
{
	return stream->stored.size;
}

bool stream_has_trailer(const struct stream *stream)
{
	return stream->unpacker && unpack_has_trailer(stream->unpacker);
}

struct slice stream_sha256(struct stream *stream)
{
	if (!stream->sha256[0] &&
		(!stream->stored.at_end || stream->stored.status != ST_OK ||
			!hasher_finish(stream->stored.hasher, stream->sha256)))
		return SLICE_NONE;
	return slice_from(stream->sha256);
}
