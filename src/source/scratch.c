/* The private folders, and how they are emptied from a signal handler as well. */
#include "source/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LEVELS     3    /* the folder, folders in it, and one to spare */
#define PASSES     1000 /* names come back only while another thread still writes */
#define NAME_BYTES 16   /* '/', ten digits, NUL */
#define NAMES_MAX  9999999u
#define MEMORY     "/dev/shm"

enum kind { ON_DISK, IN_MEMORY, KINDS_ };

struct scratch {
	struct live *folders[KINDS_]; /* NULL: not made yet */
	unsigned next;
	pthread_mutex_t lock;
};

/* What a signal handler may look at: the folders that are there. */
static struct live {
	atomic_bool is_live;
	char path[PATH_MAX];
} lives[KINDS_][MAX_SCRATCHES];

static pthread_mutex_t lives_lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- Removal: async-signal-safe, no memory, no stdio ---------------------------------- */

/* What getdents64(2) gives; readdir(3) would need memory. */
struct entry {
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static bool remove_folder(int at, const char *name, int level);

/* One pass over the names. It may miss some, as the folder changes under it. */
static void empty_folder(int fd, int level)
{
	union {
		struct entry entry; /* for its alignment */
		char bytes[4096];
	} buffer;
	long got;

	lseek(fd, 0, SEEK_SET);
	while ((got = syscall(SYS_getdents64, fd, buffer.bytes, sizeof(buffer.bytes))) > 0) {
		for (long at = 0; at < got;) {
			const struct entry *entry = (const void *)(buffer.bytes + at);

			if (!is_dots(entry->name) && unlinkat(fd, entry->name, 0) != 0 &&
				level < LEVELS)
				remove_folder(fd, entry->name, level + 1);
			at += entry->size;
		}
	}
}

/* Again until it is gone: another thread may write into it until the very end. */
static bool remove_folder(int at, const char *name, int level)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool gone = false;

	if (fd < 0)
		return false;
	for (int i = 0; i < PASSES && !gone; i++) {
		empty_folder(fd, level);
		gone = unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
	}
	close(fd);
	return gone;
}

void scratch_remove_now(void)
{
	int cause = errno;

	for (int kind = 0; kind < KINDS_; kind++)
		for (int i = 0; i < MAX_SCRATCHES; i++)
			if (atomic_load(&lives[kind][i].is_live))
				remove_folder(AT_FDCWD, lives[kind][i].path, 1);
	errno = cause;
}

/* ---- Making --------------------------------------------------------------------------- */

enum status scratch_parent(char **ret_path)
{
	const char *wanted = getenv("TMPDIR");
	char *real = realpath(wanted && *wanted ? wanted : "/tmp", NULL);

	if (!real)
		return errno == ENOMEM ? ST_NOMEM : ST_IO;
	*ret_path = real;
	return ST_OK;
}

/* What $TMPDIR says holds for all; what is no tmpfs may be a disk. */
static bool memory_takes(uint64_t bytes)
{
	const char *wanted = getenv("TMPDIR");
	struct statfs info;

	return !(wanted && *wanted) && statfs(MEMORY, &info) == 0 && info.f_type == TMPFS_MAGIC &&
		info.f_bsize > 0 && bytes / (uint64_t)info.f_bsize < info.f_bavail / 2;
}

static struct live *free_slot(enum kind kind)
{
	for (int i = 0; i < MAX_SCRATCHES; i++)
		if (!atomic_load(&lives[kind][i].is_live))
			return &lives[kind][i];
	return NULL;
}

static enum status make_in(struct live *live, const char *parent)
{
	int len = snprintf(live->path, sizeof(live->path), "%s/dismal-XXXXXX", parent);

	if (len < 0 || (size_t)len >= sizeof(live->path)) {
		errno = ENAMETOOLONG;
		return ST_IO;
	}
	if (!mkdtemp(live->path))
		return ST_IO;
	atomic_store(&live->is_live, true);
	return ST_OK;
}

/* No signal comes between the folder and the note of it: it would stay behind. */
static enum status make_folder(struct scratch *scratch, enum kind kind)
{
	char *parent = kind == IN_MEMORY ? strdup(MEMORY) : NULL;
	enum status status = kind != IN_MEMORY ? scratch_parent(&parent)
		: parent                       ? ST_OK
					       : ST_NOMEM;
	struct live *live;
	sigset_t all, before;

	if (status != ST_OK)
		return status;
	sigfillset(&all);
	pthread_mutex_lock(&lives_lock);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	live = free_slot(kind);
	status = live ? make_in(live, parent) : ST_LIMIT;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_mutex_unlock(&lives_lock);
	free(parent); /* leaves errno as it is */
	if (status == ST_OK)
		scratch->folders[kind] = live;
	return status;
}

enum status scratch_new(struct scratch **ret_scratch)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	if (!scratch)
		return ST_NOMEM;
	pthread_mutex_init(&scratch->lock, NULL);
	*ret_scratch = scratch;
	return ST_OK;
}

void scratch_free(struct scratch *scratch)
{
	if (!scratch)
		return;
	for (int kind = 0; kind < KINDS_; kind++)
		if (scratch->folders[kind]) {
			remove_folder(AT_FDCWD, scratch->folders[kind]->path, 1);
			atomic_store(&scratch->folders[kind]->is_live, false);
		}
	pthread_mutex_destroy(&scratch->lock);
	free(scratch);
}

/* The folder of a kind, made when it is not there yet. */
static enum status folder_of(struct scratch *scratch, enum kind kind, const char **ret_path)
{
	enum status status = ST_OK;

	pthread_mutex_lock(&scratch->lock);
	if (!scratch->folders[kind])
		status = make_folder(scratch, kind);
	pthread_mutex_unlock(&scratch->lock);
	if (status == ST_OK)
		*ret_path = scratch->folders[kind]->path;
	return status;
}

enum status scratch_folder(struct scratch *scratch, const char **ret_path)
{
	return folder_of(scratch, ON_DISK, ret_path);
}

/* The next number as a path that the caller frees. */
static enum status next_path(struct scratch *scratch, const char *folder, char **ret_path)
{
	unsigned number;
	size_t size;
	char *path;

	pthread_mutex_lock(&scratch->lock);
	number = scratch->next < NAMES_MAX ? ++scratch->next : 0;
	pthread_mutex_unlock(&scratch->lock);
	if (!number)
		return ST_LIMIT;
	size = strlen(folder) + NAME_BYTES;
	path = malloc(size);
	if (!path)
		return ST_NOMEM;
	snprintf(path, size, "%s/%07u", folder, number);
	*ret_path = path;
	return ST_OK;
}

static enum status drop_path(char *path)
{
	int cause = errno;

	free(path);
	errno = cause;
	return ST_IO;
}

static enum status new_folder(struct scratch *scratch, const char *folder, char **ret_path)
{
	char *path = NULL;
	enum status status = next_path(scratch, folder, &path);

	if (status != ST_OK)
		return status;
	if (mkdir(path, S_IRWXU) != 0)
		return drop_path(path);
	*ret_path = path;
	return ST_OK;
}

enum status scratch_folder_new(struct scratch *scratch, char **ret_path)
{
	const char *folder;
	enum status status = scratch_folder(scratch, &folder);

	return status == ST_OK ? new_folder(scratch, folder, ret_path) : status;
}

enum status scratch_memory_new(struct scratch *scratch, uint64_t bytes, char **ret_path)
{
	const char *folder;

	if (memory_takes(bytes) && folder_of(scratch, IN_MEMORY, &folder) == ST_OK &&
		new_folder(scratch, folder, ret_path) == ST_OK)
		return ST_OK;
	return scratch_folder_new(scratch, ret_path);
}

enum status scratch_file_new(struct scratch *scratch, int *ret_fd, char **ret_path)
{
	const char *folder;
	char *path = NULL;
	enum status status = scratch_folder(scratch, &folder);
	int fd;

	if (status == ST_OK)
		status = next_path(scratch, folder, &path);
	if (status != ST_OK)
		return status;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return drop_path(path);
	*ret_fd = fd;
	*ret_path = path;
	return ST_OK;
}

enum status scratch_fill(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return ST_IO;
		bytes = slice_skip(bytes, (size_t)put);
	}
	return ST_OK;
}
