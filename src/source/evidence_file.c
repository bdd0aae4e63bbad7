/* Opening what may be evidence. */
#include "source/evidence_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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

#ifdef WITH_WIM

/*
 * libwim opens a WIM by its path and does not ask for O_NOATIME. It calls open64(), and what a
 * program defines stands before what libc has: so its files are opened here. Under another name
 * in C, since libc's headers may define the function themselves.
 */
int evidence_open64(const char *path, int flags, ...) __asm__("open64");

__attribute__((visibility("default"), used)) int evidence_open64(const char *path, int flags, ...)
{
	int mode = 0, fd = -1;
	va_list list;

	if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {
		va_start(list, flags);
		mode = va_arg(list, int);
		va_end(list);
	}
	if ((flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT))
		fd = openat(AT_FDCWD, path, flags | O_NOATIME | O_CLOEXEC);
	if (fd < 0)
		fd = openat(AT_FDCWD, path, flags | O_CLOEXEC, mode);
	return fd;
}

#endif
