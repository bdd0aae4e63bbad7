/* Registry hives as files: opening them and their logs. */
#include "parsers/hive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZERO_STEP ((size_t)64 << 10)

static int open_quietly(const char *path)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags | O_NOATIME);

	if (fd < 0 && errno == EPERM) /* O_NOATIME is for the owner and root */
		fd = open(path, flags);
	return fd;
}

static enum status open_regular(const char *path, int *ret_fd, off_t *ret_size)
{
	struct stat info;
	int fd = open_quietly(path);

	if (fd < 0)
		return ST_IO;
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		errno = EINVAL;
		return ST_IO;
	}
	*ret_fd = fd;
	*ret_size = info.st_size;
	return ST_OK;
}

/* Up to `size` bytes; fewer at the end of the file or where it cannot be read. */
static size_t read_at(int fd, char *bytes, size_t size, size_t at)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, bytes + done, size - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

static enum status read_log(const char *path, char **ret_bytes, struct slice *ret_log)
{
	int fd;
	off_t size;
	size_t wanted;
	enum status status = ST_OK;

	if (!path || open_regular(path, &fd, &size) != ST_OK)
		return ST_OK;
	wanted = (uint64_t)size > MAX_HIVE_LOG ? MAX_HIVE_LOG : (size_t)size;
	if (wanted) {
		char *bytes = malloc(wanted);

		if (bytes)
			*ret_log = (struct slice){ bytes, read_at(fd, bytes, wanted, 0) };
		else
			status = ST_NOMEM;
		*ret_bytes = bytes;
	}
	close(fd);
	return status;
}

static bool is_all_zero(const struct hive_file *file)
{
	static const char zeros[ZERO_STEP];
	char bytes[ZERO_STEP];

	for (size_t at = 0; at < file->size;) {
		size_t got = read_at(file->fd, bytes, sizeof(bytes), at);

		if (got == 0)
			return false;
		if (memcmp(bytes, zeros, got) != 0)
			return false;
		at += got;
	}
	return file->size > 0;
}

static enum status plan(const struct document_file *document, struct hive_file *file)
{
	struct slice logs[HIVE_LOGS] = { SLICE_NONE, SLICE_NONE };
	struct slice head = { file->head, 0 };

	head.len = read_at(file->fd, file->head, sizeof(file->head), 0);
	file->has_base = hive_base_read(head, &file->base);
	if (!file->has_base || !file->base.is_valid || file->base.primary != file->base.secondary)
		for (int i = 0; i < HIVE_LOGS; i++) {
			enum status status = read_log(document->logs[i], &file->logs[i], &logs[i]);

			if (status != ST_OK)
				return status;
		}
	hive_plan(head, logs, &file->plan);
	if (file->has_base || file->plan.condition == HIVE_MENDED)
		return ST_OK;
	file->is_zero = is_all_zero(file);
	return ST_FORMAT;
}

enum status hive_file_open(const struct document_file *document, struct hive_file *ret_file)
{
	struct hive_file *file = ret_file;
	off_t size = 0;
	enum status status;

	memset(file, 0, sizeof(*file));
	file->fd = -1;
	status = open_regular(document->path, &file->fd, &size);
	if (status != ST_OK)
		return status;
	if ((uint64_t)size > MAX_HIVE)
		return ST_LIMIT;
	file->size = (size_t)size;
	file->is_ours = document->is_ours;
	return plan(document, file);
}

void hive_file_release(struct hive_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	for (int i = 0; i < HIVE_LOGS; i++) {
		free(file->logs[i]);
		file->logs[i] = NULL;
	}
}
