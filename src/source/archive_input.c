/* The stored bytes of an archive, for libarchive. */
#include "source/archive_input.h"

#ifdef WITH_ARCHIVE

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/evidence_file.h"
#include "source/unpack.h"

/* A file is compressed as a whole, or read where libarchive wants. */
static enum status look_at_file(struct archive_input *input, int fd)
{
	struct stat info;
	ssize_t got;

	if (evidence_is_file(fd) != ST_OK || fstat(fd, &info) != 0)
		return ST_IO;
	got = pread(fd, input->block, UNPACK_HEAD, 0);
	if (got < 0)
		return ST_IO;
	input->size = (uint64_t)info.st_size;
	if (!unpack_bids((struct slice){ input->block, (size_t)got }))
		return ST_OK;
	input->fd = -1; /* the stream's now */
	return stream_open_fd(fd, &input->stream);
}

enum status archive_input_fd(struct archive_input *input, int fd)
{
	enum status status;

	input->fd = fd;
	status = look_at_file(input, fd);
	if (input->stream)
		input->supply = stream_supply(input->stream);
	if (status != ST_OK)
		archive_input_release(input);
	return status;
}

void archive_input_supply(struct archive_input *input, struct supply supply)
{
	input->fd = -1;
	input->supply = supply;
}

void archive_input_release(struct archive_input *input)
{
	int cause = errno;

	stream_close(input->stream);
	if (input->fd >= 0)
		close(input->fd);
	input->stream = NULL;
	input->fd = -1;
	errno = cause;
}

static enum status read_file(struct archive_input *input, size_t *ret_read)
{
	ssize_t got;

	do
		got = pread(input->fd, input->block, sizeof(input->block), (off_t)input->offset);
	while (got < 0 && errno == EINTR);
	*ret_read = got < 0 ? 0 : (size_t)got;
	return got < 0 ? ST_IO : ST_OK;
}

static void count_zeros(struct archive_input *input, size_t size)
{
	size_t from = size;

	while (from && !input->block[from - 1])
		from--;
	input->zeros = from ? size - from : input->zeros + size;
}

static la_ssize_t give_block(struct archive *archive, void *self, const void **ret_bytes)
{
	struct archive_input *input = self;
	size_t got = 0;

	if (input->status == ST_OK)
		input->status = input->fd >= 0 ? read_file(input, &got)
					       : input->supply.read(input->supply.self,
							 input->block, sizeof(input->block), &got);
	if (input->status != ST_OK)
		input->cause = errno;
	if (!got && input->status != ST_OK) {
		archive_set_error(archive, EIO, "the archive cannot be read on");
		return ARCHIVE_FATAL;
	}
	count_zeros(input, got);
	input->at_end = !got;
	input->offset += got;
	if (input->furthest < input->offset)
		input->furthest = input->offset;
	*ret_bytes = input->block;
	return (la_ssize_t)got;
}

/* Not past the end: libarchive then says that the archive is cut off. */
static la_int64_t skip_bytes(struct archive *archive, void *self, la_int64_t request)
{
	struct archive_input *input = self;
	uint64_t left = input->size > input->offset ? input->size - input->offset : 0;

	(void)archive;
	if (request <= 0)
		return 0;
	if ((uint64_t)request < left)
		left = (uint64_t)request;
	input->offset += left;
	return (la_int64_t)left;
}

static la_int64_t seek_to(struct archive *archive, void *self, la_int64_t offset, int whence)
{
	struct archive_input *input = self;
	uint64_t base = whence == SEEK_CUR ? input->offset : whence == SEEK_END ? input->size : 0;
	uint64_t back = offset < 0 ? -(uint64_t)offset : 0;

	(void)archive;
	if (back > base || (offset > 0 && (uint64_t)offset > input->size - base))
		return ARCHIVE_FATAL;
	input->offset = base + (uint64_t)offset;
	return (la_int64_t)input->offset;
}

void archive_input_bind(struct archive_input *input, struct archive *archive)
{
	archive_read_set_read_callback(archive, give_block);
	archive_read_set_callback_data(archive, input);
	if (input->fd < 0)
		return;
	archive_read_set_skip_callback(archive, skip_bytes);
	archive_read_set_seek_callback(archive, seek_to);
}

enum status archive_input_finish(struct archive_input *input)
{
	size_t got = 1;

	while (input->stream && input->status == ST_OK && got)
		input->status =
			stream_read(input->stream, input->block, sizeof(input->block), &got);
	return input->status;
}

#define ZIP_END     22
#define ZIP_COMMENT 65535

bool archive_input_has_zip_end(struct archive_input *input)
{
	struct slice tail = { input->block, 0 };

	if (input->fd < 0)
		return true;
	input->offset = 0;
	if (input->size > ZIP_END + ZIP_COMMENT)
		input->offset = input->size - ZIP_END - ZIP_COMMENT;
	if (read_file(input, &tail.len) != ST_OK || tail.len < ZIP_END)
		return false;
	tail.len -= ZIP_END - 4;
	return slice_find(tail, SLICE("PK\5\6")) != SLICE_MISSING;
}

uint64_t archive_input_stored(const struct archive_input *input)
{
	return input->stream ? stream_stored_bytes(input->stream) : input->furthest;
}

#endif
