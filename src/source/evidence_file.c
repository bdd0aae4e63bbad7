/* Opening what may be evidence. */
#include "source/evidence_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

int evidence_open(int folder, const char *name, int flags)
{
	int fd;

	flags |= O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	fd = openat(folder, name, flags | O_NOATIME);
	if (fd < 0 && errno == EPERM) /* O_NOATIME is for the owner and root */
		fd = openat(folder, name, flags);
	return fd;
}

enum status evidence_is_file(int fd)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return ST_IO;
	if (S_ISREG(info.st_mode))
		return ST_OK;
	errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
	return ST_IO;
}
