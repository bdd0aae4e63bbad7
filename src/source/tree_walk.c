/* The walk over the files below a folder on disk. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sort.h"
#include "source/evidence_file.h"
#include "source/tree.h"

#define MAX_PATH_BYTES ((size_t)MAX_WALK_DEPTH * 1024)
#define MAX_POOL_BYTES ((size_t)1 << 30) /* names of one folder */
#define LINK_BYTES     256

struct level {
	DIR *directory;
	struct buf pool;    /* the names, each with its NUL */
	const char **names; /* sorted */
	size_t count, next;
	size_t path_len; /* of the folder, the '/' behind it included */
};

struct walker {
	const struct walk *walk;
	struct level levels[MAX_WALK_DEPTH + 1];
	unsigned depth; /* levels in use */
	struct buf path;
	uint32_t names;
	dev_t silent; /* the file system that knows no reparse points */
	bool has_silent;
	bool was_limited;
	enum status status;
};

static void tell_trouble(struct walker *walker, const char *words)
{
	if (walker->walk->trouble)
		walker->walk->trouble(
			walker->walk->self, buf_slice(&walker->path), slice_from(words));
}

static bool wants(struct walker *walker)
{
	return !walker->walk->enter ||
		walker->walk->enter(walker->walk->self, buf_slice(&walker->path));
}

/* Folders */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status sort_names(struct level *level)
{
	const char *at = level->pool.ptr;

	if (!level->count)
		return ST_OK;
	level->names = reallocarray(NULL, level->count, sizeof(*level->names));
	if (!level->names)
		return ST_NOMEM;
	for (size_t i = 0; i < level->count; i++) {
		level->names[i] = at;
		at += strlen(at) + 1;
	}
	sort_items(level->names, level->count, sizeof(*level->names), by_bytes);
	return ST_OK;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static enum status read_names(struct walker *walker, struct level *level)
{
	struct dirent *entry;

	while (errno = 0, (entry = readdir(level->directory))) {
		if (is_dots(entry->d_name))
			continue;
		if (walker->names == MAX_WALK_NAMES)
			return ST_LIMIT;
		buf_puts(&level->pool, entry->d_name);
		buf_putc(&level->pool, '\0');
		if (level->pool.status != ST_OK)
			return level->pool.status;
		walker->names++;
		level->count++;
	}
	if (errno)
		tell_trouble(walker, strerror(errno));
	return ST_OK;
}

static void pop_level(struct walker *walker)
{
	struct level *level = &walker->levels[--walker->depth];

	closedir(level->directory);
	buf_release(&level->pool);
	free(level->names);
}

/* The folder whose path is `path` becomes the deepest level. Takes `fd` over. */
static enum status push_level(struct walker *walker, int fd)
{
	struct level *level = &walker->levels[walker->depth];
	enum status status;

	*level = (struct level){ .directory = fdopendir(fd) };
	if (!level->directory) {
		close(fd);
		return ST_NOMEM;
	}
	walker->depth++;
	buf_init(&level->pool, MAX_POOL_BYTES);
	status = read_names(walker, level);
	if (status == ST_LIMIT) { /* the names that were read are still visited */
		walker->was_limited = true;
		status = ST_OK;
	}
	if (walker->path.len)
		buf_putc(&walker->path, '/');
	level->path_len = walker->path.len;
	return status == ST_OK ? sort_names(level) : status;
}

static void visit_folder(struct walker *walker, int above, const char *name)
{
	int fd;

	if (!wants(walker))
		return;
	if (walker->depth > MAX_WALK_DEPTH) {
		walker->was_limited = true;
		tell_trouble(walker, "folders in folders beyond the limit");
		return;
	}
	fd = evidence_open(above, name, O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		tell_trouble(walker, strerror(errno));
	else
		walker->status = push_level(walker, fd);
}

/* Files */

/* A link is WALK_LINK whatever file system it stands on. */
static void set_tag(struct walk_file *file, uint32_t tag)
{
	bool is_link = tag == REPARSE_TAG_SYMLINK || tag == REPARSE_TAG_MOUNT_POINT;

	file->kind = is_link ? WALK_LINK : WALK_REPARSE;
	file->tag = tag;
}

/* What ntfs-3g writes where a reparse point stands that it does not know. */
static void look_at_link(struct walk_file *file, int folder, const char *name)
{
	static const char words[] = "unsupported reparse ";
	char text[LINK_BYTES];
	ssize_t len = readlinkat(folder, name, text, sizeof(text));
	struct slice rest;
	uint32_t tag = 0;

	file->kind = WALK_LINK;
	if (len < 0 || !slice_starts((struct slice){ text, (size_t)len }, slice_from(words)))
		return;
	rest = slice_skip((struct slice){ text, (size_t)len }, sizeof(words) - 1);
	if (slice_starts(rest, SLICE("tag 0x")))
		(void)slice_to_u32(slice_trim(slice_skip(rest, 6)), 16, &tag);
	set_tag(file, tag);
}

static void look_at_attribute(
	struct walker *walker, struct walk_file *file, int folder, const char *name, dev_t device)
{
	uint32_t tag;
	int fd;

	if (walker->has_silent && walker->silent == device)
		return;
	fd = evidence_open(folder, name, O_NOFOLLOW);
	if (fd < 0)
		return; /* who opens the file is told why */
	errno = 0;
	if (tree_reparse_tag(fd, &tag)) {
		set_tag(file, tag);
	} else if (errno == EOPNOTSUPP) {
		walker->silent = device;
		walker->has_silent = true;
	}
	close(fd);
}

static void visit_file(struct walker *walker, int folder, const char *name, const struct stat *info)
{
	struct walk_file file = { .path = buf_slice(&walker->path), .kind = WALK_SPECIAL };

	if (S_ISLNK(info->st_mode)) {
		look_at_link(&file, folder, name);
	} else if (S_ISREG(info->st_mode)) {
		file.kind = WALK_FILE;
		file.size = (uint64_t)info->st_size;
		look_at_attribute(walker, &file, folder, name, info->st_dev);
	}
	walker->walk->take(walker->walk->self, &file);
	if (file.kind == WALK_LINK && walker->walk->enter && wants(walker))
		tell_trouble(walker, "a link was not followed");
}

static void visit(struct walker *walker, struct level *level, const char *name)
{
	int folder = dirfd(level->directory);
	struct stat info;

	buf_puts(&walker->path, name);
	if (walker->path.status != ST_OK)
		walker->status = walker->path.status;
	else if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		tell_trouble(walker, strerror(errno));
	else if (S_ISDIR(info.st_mode))
		visit_folder(walker, folder, name);
	else
		visit_file(walker, folder, name, &info);
}

/* Back to the folder of the deepest level. */
static void cut_path(struct walker *walker, size_t len)
{
	walker->path.len = len;
	if (walker->path.ptr)
		walker->path.ptr[len] = '\0';
}

static void walk_all(struct walker *walker)
{
	while (walker->depth && walker->status == ST_OK) {
		struct level *level = &walker->levels[walker->depth - 1];

		if (level->next == level->count) {
			pop_level(walker);
			continue;
		}
		cut_path(walker, level->path_len);
		visit(walker, level, level->names[level->next++]);
	}
}

enum status tree_walk(const char *root, const struct walk *walk)
{
	struct walker *walker;
	enum status status;
	int fd = evidence_open(AT_FDCWD, root, O_DIRECTORY);

	if (fd < 0)
		return ST_IO;
	walker = calloc(1, sizeof(*walker));
	if (!walker) {
		close(fd);
		return ST_NOMEM;
	}
	walker->walk = walk;
	buf_init(&walker->path, MAX_PATH_BYTES);
	walker->status = push_level(walker, fd);
	walk_all(walker);
	while (walker->depth)
		pop_level(walker);
	status = walker->status;
	if (status == ST_OK && walker->was_limited)
		status = ST_LIMIT;
	buf_release(&walker->path);
	free(walker);
	return status;
}
