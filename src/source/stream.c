/* Byte streams: files and standard input, gzip taken off. */
#include "source/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "source/hasher.h"

#define HEAD_BYTES  ((size_t)64 << 10)
#define IN_BYTES    ((size_t)256 << 10)
#define RATIO_FREE  (UINT64_C(64) << 20) /* output below which the ratio is not judged */
#define GZIP_WINDOW (15 + 16)

struct stream {
	int fd;
	bool is_stdin, is_gzip, at_end, gzip_done, has_trailer, wants_hash;
	uint64_t size, stored, out;
	enum status status; /* sticky: how the stream ended */
	z_stream zlib;
	char *in; /* stored bytes not yet given out */
	size_t in_from, in_to;
	char *head; /* contents read ahead for stream_head */
	size_t head_from, head_to;
	struct hasher *hasher;
	char sha256[HASH_TEXT];
};

static enum status open_file(const char *path, int *ret_fd)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOATIME);

	if (fd < 0 && errno == EPERM) /* O_NOATIME is for the owner and root */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return ST_IO;
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
		return ST_IO;
	}
	*ret_fd = fd;
	return ST_OK;
}

/* Stored bytes from the file; 0 at the end or on an error. */
static size_t read_stored(struct stream *stream, char *bytes, size_t size)
{
	ssize_t got;

	if (stream->at_end)
		return 0;
	do
		got = read(stream->fd, bytes, size);
	while (got < 0 && errno == EINTR);
	stream->at_end = got <= 0;
	if (got < 0)
		stream->status = ST_IO;
	if (got <= 0)
		return 0;
	stream->stored += (size_t)got;
	hasher_add(stream->hasher, (struct slice){ bytes, (size_t)got });
	return (size_t)got;
}

/* Fills `in` from the file when it is empty. False at the end or on an error. */
static bool fill(struct stream *stream)
{
	if (stream->in_from < stream->in_to)
		return true;
	stream->in_from = 0;
	stream->in_to = read_stored(stream, stream->in, IN_BYTES);
	return stream->in_to > 0;
}

static struct slice pending(const struct stream *stream)
{
	return (struct slice){ stream->in + stream->in_from, stream->in_to - stream->in_from };
}

static bool has_magic(const struct stream *stream)
{
	return slice_starts(pending(stream), SLICE("\x1F\x8B\x08"));
}

enum status stream_open(const char *path, struct stream **ret_stream)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct stat info;

	if (!stream)
		return ST_NOMEM;
	stream->in = malloc(IN_BYTES);
	stream->head = malloc(HEAD_BYTES);
	stream->is_stdin = strcmp(path, "-") == 0;
	stream->fd = STDIN_FILENO;
	if (!stream->in || !stream->head) {
		stream_close(stream);
		return ST_NOMEM;
	}
	if (!stream->is_stdin && open_file(path, &stream->fd) != ST_OK) {
		int cause = errno;

		stream->fd = -1;
		stream_close(stream);
		errno = cause;
		return ST_IO;
	}
	if (fstat(stream->fd, &info) == 0 && S_ISREG(info.st_mode))
		stream->size = (uint64_t)info.st_size;
	stream->hasher = hasher_new();
	if (fill(stream) && has_magic(stream) && inflateInit2(&stream->zlib, GZIP_WINDOW) == Z_OK)
		stream->is_gzip = true;
	*ret_stream = stream;
	return ST_OK;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	if (stream->is_gzip)
		inflateEnd(&stream->zlib);
	if (!stream->is_stdin && stream->fd >= 0)
		close(stream->fd);
	hasher_free(stream->hasher);
	free(stream->in);
	free(stream->head);
	free(stream);
}

static size_t read_plain(struct stream *stream, char *bytes, size_t size)
{
	struct slice ready = pending(stream);

	if (!ready.len) /* nothing read ahead: straight to where it is wanted */
		return read_stored(stream, bytes, size);
	if (ready.len > size)
		ready.len = size;
	memcpy(bytes, ready.ptr, ready.len);
	stream->in_from += ready.len;
	return ready.len;
}

/* Another member may follow the first; anything else behind it is a trailer. */
static void next_member(struct stream *stream)
{
	if (fill(stream) && has_magic(stream)) {
		inflateReset(&stream->zlib);
		return;
	}
	stream->gzip_done = true;
	stream->has_trailer = stream->in_from < stream->in_to;
	while (fill(stream)) /* the hash is of the whole file */
		stream->in_from = stream->in_to;
}

static bool is_over_limit(const struct stream *stream)
{
	return stream->out > MAX_GZIP_OUTPUT ||
		(stream->out > RATIO_FREE && stream->out / MAX_GZIP_RATIO > stream->stored);
}

static size_t read_gzip(struct stream *stream, char *bytes, size_t size)
{
	z_stream *z = &stream->zlib;

	z->next_out = (Bytef *)bytes;
	z->avail_out = (uInt)size;
	while (z->avail_out == size && !stream->gzip_done && stream->status == ST_OK) {
		int result;

		if (!fill(stream)) {
			stream->status = stream->status == ST_OK ? ST_DAMAGED : stream->status;
			break;
		}
		z->next_in = (Bytef *)stream->in + stream->in_from;
		z->avail_in = (uInt)(stream->in_to - stream->in_from);
		result = inflate(z, Z_NO_FLUSH);
		stream->in_from = stream->in_to - z->avail_in;
		if (result == Z_STREAM_END)
			next_member(stream);
		else if (result != Z_OK && result != Z_BUF_ERROR)
			stream->status = ST_DAMAGED;
	}
	stream->out += size - z->avail_out;
	if (is_over_limit(stream))
		stream->status = ST_LIMIT;
	return size - z->avail_out;
}

static size_t read_contents(struct stream *stream, char *bytes, size_t size)
{
	if (stream->status != ST_OK)
		return 0;
	return stream->is_gzip ? read_gzip(stream, bytes, size) : read_plain(stream, bytes, size);
}

struct slice stream_head(struct stream *stream)
{
	while (stream->head_from == 0 && stream->head_to < HEAD_BYTES) {
		size_t got = read_contents(
			stream, stream->head + stream->head_to, HEAD_BYTES - stream->head_to);

		if (!got)
			break;
		stream->head_to += got;
	}
	return (struct slice){ stream->head + stream->head_from,
		stream->head_to - stream->head_from };
}

enum status stream_read(struct stream *stream, char *bytes, size_t size, size_t *ret_read)
{
	size_t ahead = stream->head_to - stream->head_from;

	if (ahead) {
		*ret_read = ahead < size ? ahead : size;
		memcpy(bytes, stream->head + stream->head_from, *ret_read);
		stream->head_from += *ret_read;
		return ST_OK;
	}
	*ret_read = read_contents(stream, bytes, size);
	return *ret_read ? ST_OK : stream->status;
}

bool stream_is_compressed(const struct stream *stream)
{
	return stream->is_gzip;
}

uint64_t stream_stored_bytes(const struct stream *stream)
{
	return stream->stored;
}

uint64_t stream_size(const struct stream *stream)
{
	return stream->size;
}

bool stream_has_trailer(const struct stream *stream)
{
	return stream->has_trailer;
}

struct slice stream_sha256(struct stream *stream)
{
	if (!stream->sha256[0] &&
		(!stream->at_end || !hasher_finish(stream->hasher, stream->sha256)))
		return SLICE_NONE;
	return slice_from(stream->sha256);
}

/* The header of a WIM */

#define WIM_HEADER 208

static uint64_t little(const char *bytes, unsigned count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | (unsigned char)bytes[count];
	return value;
}

static void read_header(const char *h, struct wim_header *header)
{
	static const unsigned char order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14,
		15 };
	char *out = header->guid;

	header->version = (uint32_t)little(h + 12, 4);
	header->flags = (uint32_t)little(h + 16, 4);
	header->part = (uint16_t)little(h + 40, 2);
	header->parts = (uint16_t)little(h + 42, 2);
	header->image_count = (uint32_t)little(h + 44, 4);
	for (unsigned i = 0; i < 16; i++) {
		static const char hex[] = "0123456789abcdef";
		unsigned char byte = (unsigned char)h[24 + order[i]];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = hex[byte >> 4];
		*out++ = hex[byte & 15];
	}
	*out = '\0';
}

/* Passes `count` bytes of the contents by. */
static enum status pass_by(struct stream *stream, uint64_t count)
{
	char *sink = malloc(IN_BYTES);
	enum status status = ST_OK;

	if (!sink)
		return ST_NOMEM;
	while (count && status == ST_OK) {
		size_t got = 0;

		status = stream_read(
			stream, sink, count < IN_BYTES ? (size_t)count : IN_BYTES, &got);
		if (status == ST_OK && !got)
			status = ST_DAMAGED;
		count -= got;
	}
	free(sink);
	return status;
}

/* A file is positioned; the hash of a container is not made of what is skipped. */
static enum status go_to(struct stream *stream, uint64_t offset)
{
	if (stream->is_gzip || stream->is_stdin || offset < stream->head_to)
		return pass_by(stream, offset - stream->head_from);
	if (offset > stream->size || lseek(stream->fd, (off_t)offset, SEEK_SET) < 0)
		return ST_DAMAGED;
	hasher_free(stream->hasher);
	stream->hasher = NULL;
	stream->head_from = stream->head_to;
	stream->in_from = stream->in_to = 0;
	stream->at_end = false;
	return ST_OK;
}

static enum status read_exactly(struct stream *stream, char *bytes, size_t size)
{
	for (size_t at = 0; at < size;) {
		size_t got = 0;
		enum status status = stream_read(stream, bytes + at, size - at, &got);

		if (status != ST_OK || !got)
			return status != ST_OK ? status : ST_DAMAGED;
		at += got;
	}
	return ST_OK;
}

enum status stream_wim_xml(
	struct stream *stream, struct wim_header *ret_header, char **ret_xml, size_t *ret_size)
{
	struct slice head = stream_head(stream);
	uint64_t size, offset, original;
	enum status status;
	char *xml;

	if (head.len < WIM_HEADER || little(head.ptr + 8, 4) != WIM_HEADER)
		return ST_FORMAT;
	size = little(head.ptr + 72, 7);
	offset = little(head.ptr + 80, 8);
	original = little(head.ptr + 88, 8);
	read_header(head.ptr, ret_header);
	if (size != original || !size || offset < WIM_HEADER)
		return ST_DAMAGED;
	if (size > MAX_WIM_XML)
		return ST_LIMIT;
	xml = malloc((size_t)size);
	if (!xml)
		return ST_NOMEM;
	status = go_to(stream, offset);
	if (status == ST_OK)
		status = read_exactly(stream, xml, (size_t)size);
	if (status != ST_OK) {
		free(xml);
		return status;
	}
	*ret_xml = xml;
	*ret_size = (size_t)size;
	return ST_OK;
}
