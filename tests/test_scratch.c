/* The private folder: its mode, its names, and that nothing stays behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "signals.h"
#include "source/scratch.h"

static char parent[] = "/tmp/test-scratch-XXXXXX";

static int group_begin(void **state)
{
	(void)state;
	return mkdtemp(parent) && setenv("TMPDIR", parent, 1) == 0 ? 0 : -1;
}

static int group_end(void **state)
{
	(void)state;
	return rmdir(parent);
}

static unsigned names_in(const char *path)
{
	DIR *folder = opendir(path);
	unsigned count = 0;
	const struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static mode_t mode_of(const char *path)
{
	struct stat info;

	assert_int_equal(lstat(path, &info), 0);
	return info.st_mode;
}

static void write_file(const char *folder, const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static struct scratch *filled(unsigned files)
{
	struct scratch *scratch;
	char *path;
	int fd;

	assert_int_equal(scratch_new(&scratch), ST_OK);
	for (unsigned i = 0; i < files; i++) {
		assert_int_equal(scratch_file_new(scratch, &fd, &path), ST_OK);
		close(fd);
		free(path);
	}
	assert_int_equal(scratch_folder_new(scratch, &path), ST_OK);
	for (unsigned i = 0; i < files; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%u", i);
		write_file(path, name);
	}
	free(path);
	return scratch;
}

static void test_lazy(void **state)
{
	struct scratch *scratch;

	(void)state;
	scratch_free(NULL);
	assert_int_equal(scratch_new(&scratch), ST_OK);
	assert_int_equal(names_in(parent), 0);
	scratch_free(scratch);
	assert_int_equal(names_in(parent), 0);
}

static void test_modes_and_names(void **state)
{
	struct scratch *scratch;
	const char *folder, *again;
	char *inner, *path;
	int fd;

	(void)state;
	assert_int_equal(scratch_new(&scratch), ST_OK);
	assert_int_equal(scratch_folder(scratch, &folder), ST_OK);
	assert_int_equal(scratch_folder(scratch, &again), ST_OK);
	assert_string_equal(folder, again);
	assert_int_equal(folder[0], '/');
	assert_non_null(strstr(folder, "/dismal-"));
	assert_int_equal(strncmp(folder, parent, strlen(parent)), 0);
	assert_int_equal(mode_of(folder), S_IFDIR | 0700);
	assert_int_equal(scratch_folder_new(scratch, &inner), ST_OK);
	assert_int_equal(mode_of(inner), S_IFDIR | 0700);
	assert_int_equal(scratch_file_new(scratch, &fd, &path), ST_OK);
	assert_int_equal(mode_of(path), S_IFREG | 0600);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_string_not_equal(path, inner);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	free(path);
	free(inner);
	scratch_free(scratch);
	assert_int_equal(names_in(parent), 0);
}

/* More names than one reading of a folder gives. */
static void test_many(void **state)
{
	(void)state;
	scratch_free(filled(3000));
	assert_int_equal(names_in(parent), 0);
}

/* A link in the folder is removed, what it names stays. */
static void test_links(void **state)
{
	struct scratch *scratch = filled(1);
	const char *folder;
	char path[512], kept[256];

	(void)state;
	snprintf(kept, sizeof(kept), "%s/kept", parent);
	assert_int_equal(mkdir(kept, 0700), 0);
	write_file(kept, "file");
	assert_int_equal(scratch_folder(scratch, &folder), ST_OK);
	snprintf(path, sizeof(path), "%s/link", folder);
	assert_int_equal(symlink(kept, path), 0);
	scratch_free(scratch);
	assert_int_equal(names_in(kept), 1);
	snprintf(path, sizeof(path), "%s/file", kept);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(kept), 0);
}

static void test_limit(void **state)
{
	struct scratch *scratches[MAX_SCRATCHES + 1];
	const char *folder;

	(void)state;
	for (size_t i = 0; i <= MAX_SCRATCHES; i++) {
		assert_int_equal(scratch_new(&scratches[i]), ST_OK);
		assert_int_equal(scratch_folder(scratches[i], &folder),
			i < MAX_SCRATCHES ? ST_OK : ST_LIMIT);
	}
	for (size_t i = 0; i <= MAX_SCRATCHES; i++)
		scratch_free(scratches[i]);
	assert_int_equal(names_in(parent), 0);
}

/* A folder that was asked for is not replaced by another one. */
static void test_no_parent(void **state)
{
	struct scratch *scratch;
	const char *folder = NULL;

	(void)state;
	setenv("TMPDIR", "/nonexistent/folder", 1);
	assert_int_equal(scratch_new(&scratch), ST_OK);
	errno = 0;
	assert_int_equal(scratch_folder(scratch, &folder), ST_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(folder);
	scratch_free(scratch);
	setenv("TMPDIR", parent, 1);
}

static bool has_memory(void)
{
	struct statfs info;

	return statfs("/dev/shm", &info) == 0 && info.f_type == TMPFS_MAGIC &&
		access("/dev/shm", W_OK) == 0;
}

static bool is_below(const char *path, const char *folder)
{
	return strncmp(path, folder, strlen(folder)) == 0;
}

/* Small files lie in memory unless $TMPDIR has something against it, or there is no room. */
static void test_memory(void **state)
{
	struct scratch *scratch;
	char *small, *large, *told, *disk;

	(void)state;
	if (!has_memory())
		skip();
	assert_int_equal(scratch_new(&scratch), ST_OK);
	assert_int_equal(scratch_memory_new(scratch, 4096, &told), ST_OK);
	assert_true(is_below(told, parent));
	unsetenv("TMPDIR");
	assert_int_equal(scratch_memory_new(scratch, 4096, &small), ST_OK);
	assert_int_equal(scratch_memory_new(scratch, UINT64_MAX, &large), ST_OK);
	scratch_use_disk(scratch);
	assert_int_equal(scratch_memory_new(scratch, 4096, &disk), ST_OK);
	setenv("TMPDIR", parent, 1);
	assert_true(is_below(small, "/dev/shm/dismal-"));
	assert_false(is_below(disk, "/dev/shm/"));
	assert_true(is_below(large, parent));
	assert_int_equal(mode_of(small), S_IFDIR | 0700);
	write_file(small, "file");
	scratch_free(scratch);
	assert_int_equal(access(small, F_OK), -1);
	assert_int_equal(names_in(parent), 0);
	free(small);
	free(large);
	free(told);
	free(disk);
}

static void test_memory_removed_now(void **state)
{
	struct scratch *scratch;
	char *small;

	(void)state;
	if (!has_memory())
		skip();
	unsetenv("TMPDIR");
	assert_int_equal(scratch_new(&scratch), ST_OK);
	assert_int_equal(scratch_memory_new(scratch, 4096, &small), ST_OK);
	setenv("TMPDIR", parent, 1);
	assert_int_equal(mode_of(small), S_IFDIR | 0700);
	scratch_remove_now();
	*strrchr(small, '/') = '\0';
	assert_int_equal(access(small, F_OK), -1);
	scratch_free(scratch);
	free(small);
}

static void test_remove_now(void **state)
{
	struct scratch *one = filled(10), *two = filled(2);
	char *path;
	int fd;

	(void)state;
	assert_int_equal(names_in(parent), 2);
	errno = EDOM;
	scratch_remove_now();
	assert_int_equal(errno, EDOM);
	assert_int_equal(names_in(parent), 0);
	assert_int_equal(scratch_file_new(one, &fd, &path), ST_IO);
	scratch_free(one);
	scratch_free(two);
	assert_int_equal(names_in(parent), 0);
}

static void *write_on(void *self)
{
	for (;;) {
		char *path;
		int fd;

		if (scratch_file_new(self, &fd, &path) == ST_OK) {
			close(fd);
			free(path);
		}
	}
	return NULL;
}

/* A child that is ended while one more of its threads still writes. */
static void be_ended(int ready, bool busy)
{
	struct scratch *scratch = filled(200);
	pthread_t thread;

	signals_catch();
	if (busy && pthread_create(&thread, NULL, write_on, scratch) != 0)
		_exit(2);
	if (write(ready, "r", 1) != 1)
		_exit(3);
	for (;;)
		pause();
}

static void end_by(int number, bool busy)
{
	int ready[2], how;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		be_ended(ready[1], busy);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(names_in(parent), 1);
	assert_int_equal(kill(child, number), 0);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how));
	assert_int_equal(WTERMSIG(how), number);
	assert_int_equal(names_in(parent), 0);
	close(ready[0]);
	close(ready[1]);
}

static void test_signals(void **state)
{
	(void)state;
	end_by(SIGINT, false);
	end_by(SIGTERM, false);
	end_by(SIGHUP, false);
	end_by(SIGABRT, false);
	end_by(SIGTERM, true);
}

/* What was ignored before stays ignored. */
static void test_ignored(void **state)
{
	struct sigaction now;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	signals_catch();
	assert_int_equal(sigaction(SIGHUP, NULL, &now), 0);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
	signal(SIGHUP, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lazy),
		cmocka_unit_test(test_modes_and_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_no_parent),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_memory_removed_now),
		cmocka_unit_test(test_remove_now),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_ignored),
	};

	return cmocka_run_group_tests_name("scratch", tests, group_begin, group_end);
}
