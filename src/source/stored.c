/* The stored bytes of a stream. */
#include "source/stored.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum status stored_init(
	struct stored *stored, int fd, bool is_borrowed, bool is_hashed, struct supply supply)
{
	struct stat info;

	*stored = (struct stored){ .fd = fd, .is_borrowed = is_borrowed, .supply = supply };
	stored->ahead = malloc(STORED_AHEAD);
	if (!stored->ahead) {
		stored_release(stored);
		return ST_NOMEM;
	}
	if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
		stored->size = (uint64_t)info.st_size;
	stored->hasher = is_hashed ? hasher_new() : NULL;
	return ST_OK;
}

void stored_release(struct stored *stored)
{
	if (stored->fd >= 0 && !stored->is_borrowed)
		close(stored->fd);
	hasher_free(stored->hasher);
	free(stored->ahead);
	*stored = (struct stored){ .fd = -1 };
}

static size_t read_file(struct stored *stored, char *bytes, size_t size)
{
	ssize_t got;

	do
		got = read(stored->fd, bytes, size);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		stored->status = ST_IO;
	return got < 0 ? 0 : (size_t)got;
}

size_t stored_read(struct stored *stored, char *bytes, size_t size)
{
	size_t got = 0;

	if (stored->at_end)
		return 0;
	if (stored->fd >= 0)
		got = read_file(stored, bytes, size);
	else
		stored->status = stored->supply.read(stored->supply.self, bytes, size, &got);
	if (stored->status != ST_OK)
		stored->cause = errno;
	stored->at_end = !got || stored->status != ST_OK;
	stored->count += got;
	hasher_add(stored->hasher, (struct slice){ bytes, got });
	return got;
}

void stored_look(struct stored *stored, size_t count)
{
	size_t got = 1;

	while (got && stored->to - stored->from < count && stored->to < STORED_AHEAD) {
		got = stored_read(stored, stored->ahead + stored->to, STORED_AHEAD - stored->to);
		stored->to += got;
	}
}

bool stored_fill(struct stored *stored)
{
	if (stored->from < stored->to)
		return true;
	stored->from = 0;
	stored->to = stored_read(stored, stored->ahead, STORED_AHEAD);
	return stored->to > 0;
}

void stored_take(struct stored *stored, size_t count)
{
	size_t left = stored->to - stored->from;

	stored->from += count < left ? count : left;
}

void stored_drain(struct stored *stored)
{
	while (stored_fill(stored))
		stored->from = stored->to;
}

enum status stored_seek(struct stored *stored, uint64_t offset)
{
	if (offset > stored->size || lseek(stored->fd, (off_t)offset, SEEK_SET) < 0)
		return ST_DAMAGED;
	hasher_free(stored->hasher);
	stored->hasher = NULL;
	stored->from = stored->to = 0;
	stored->at_end = false;
	return ST_OK;
}
