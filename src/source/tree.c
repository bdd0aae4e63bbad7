/* Files below a folder on disk, by name. */
#include "source/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/bytes.h"
#include "source/evidence_file.h"

#define MAX_REPARSE_DATA 16384 /* what NTFS allows */
#define NAME_BYTES       1025  /* FUSE has names of 1024 bytes */

bool tree_reparse_tag(int fd, uint32_t *ret_tag)
{
	unsigned char data[MAX_REPARSE_DATA];
	ssize_t size = fgetxattr(fd, "system.ntfs_reparse_data", data, sizeof(data));

	if (size < 4)
		return false;
	*ret_tag = le32(data);
	return true;
}

/* Where a path leads, one name at a time. */
struct step {
	int folder;            /* opened with O_PATH */
	char name[NAME_BYTES]; /* as it is spelled in `folder`; empty at the start */
	struct stat info;      /* of the name, the link itself if it is one */
};

static void leave(struct step *step)
{
	int cause = errno;

	if (step->folder >= 0)
		close(step->folder);
	step->folder = -1;
	errno = cause;
}

static enum status set_name(struct step *step, struct slice name)
{
	if (name.len >= sizeof(step->name)) {
		errno = ENAMETOOLONG;
		return ST_IO;
	}
	memcpy(step->name, name.ptr, name.len);
	step->name[name.len] = '\0';
	return ST_OK;
}

/* The bytewise first name of the folder that differs from `name` in nothing but letter case. */
static enum status find_nocase(struct step *step, struct slice name)
{
	int fd = evidence_open(step->folder, ".", O_DIRECTORY);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	enum status status = ST_OK;
	struct dirent *entry;
	int cause;

	if (!directory) {
		if (fd >= 0)
			close(fd);
		return ST_IO;
	}
	step->name[0] = '\0';
	while (errno = ENOENT, status == ST_OK && (entry = readdir(directory)))
		if (slice_equal_nocase(slice_from(entry->d_name), name) &&
			(!step->name[0] || strcmp(entry->d_name, step->name) < 0))
			status = set_name(step, slice_from(entry->d_name));
	if (!step->name[0])
		status = ST_IO;
	cause = errno; /* readdir's, when it failed */
	closedir(directory);
	errno = cause;
	return status;
}

/* Looks for `name` in the folder of `step`. */
static enum status look_for(struct step *step, struct slice name)
{
	enum status status = set_name(step, name);

	if (status != ST_OK)
		return status;
	if (fstatat(step->folder, step->name, &step->info, AT_SYMLINK_NOFOLLOW) == 0)
		return ST_OK;
	if (errno != ENOENT)
		return ST_IO;
	status = find_nocase(step, name);
	if (status == ST_OK &&
		fstatat(step->folder, step->name, &step->info, AT_SYMLINK_NOFOLLOW) != 0)
		status = ST_IO;
	return status;
}

/* Into the folder that was found. */
static enum status go_in(struct step *step)
{
	int fd;

	if (S_ISLNK(step->info.st_mode)) {
		errno = ELOOP;
		return ST_IO;
	}
	fd = openat(step->folder, step->name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return ST_IO;
	leave(step);
	step->folder = fd;
	return ST_OK;
}

/* The next name of a path; empty at its end. */
static struct slice next_name(struct slice *path)
{
	struct slice name = SLICE_NONE;

	while (path->len && (!name.len || slice_equal(name, SLICE("."))))
		name = slice_cut(path, '/');
	return slice_equal(name, SLICE(".")) ? SLICE_NONE : name;
}

static bool is_sound(struct slice path)
{
	bool is_empty = true;

	if (slice_find_char(path, '\0') != SLICE_MISSING)
		return false;
	for (struct slice name = next_name(&path); name.len; name = next_name(&path)) {
		is_empty = false;
		if (slice_equal(name, SLICE("..")))
			return false;
	}
	return !is_empty;
}

/* *ret_step stands at the last name of the path; `leave` releases it, also on failure. */
static enum status follow(const char *root, struct slice path, struct step *ret_step)
{
	enum status status = ST_OK;

	*ret_step = (struct step){ .folder = -1 };
	if (!is_sound(path))
		return ST_USAGE;
	ret_step->folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret_step->folder < 0)
		return ST_IO;
	for (struct slice name = next_name(&path); name.len; name = next_name(&path)) {
		if (ret_step->name[0])
			status = go_in(ret_step);
		if (status == ST_OK)
			status = look_for(ret_step, name);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

/* A device is never opened, not even to look at it. */
static enum status open_file(const struct step *step, int *ret_fd)
{
	enum status status;
	int fd;

	if (!S_ISREG(step->info.st_mode)) {
		errno = S_ISLNK(step->info.st_mode)   ? ELOOP
			: S_ISDIR(step->info.st_mode) ? EISDIR
						      : EINVAL;
		return ST_IO;
	}
	fd = evidence_open(step->folder, step->name, O_NOFOLLOW);
	if (fd < 0)
		return ST_IO;
	status = evidence_is_file(fd);
	if (status == ST_OK)
		*ret_fd = fd;
	else
		close(fd);
	return status;
}

enum status tree_open(const char *root, struct slice path, int *ret_fd)
{
	struct step step;
	enum status status = follow(root, path, &step);

	if (status == ST_OK)
		status = open_file(&step, ret_fd);
	leave(&step);
	return status;
}

bool tree_has(const char *root, struct slice path)
{
	struct step step;
	bool is_there = follow(root, path, &step) == ST_OK && !S_ISLNK(step.info.st_mode);

	leave(&step);
	return is_there;
}
