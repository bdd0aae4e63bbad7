/* Walks below a folder on disk, and files opened there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "lib_scratch.h"
#include "source/stream.h"
#include "source/tree.h"

#define NOBODY 65534

/* What a walk said, a line each: the letter of the kind, the path, what more there is. */
struct notes {
	struct buf lines;
	const char *refused; /* this folder is not entered */
	const char *swapped; /* this folder becomes a link to `target` when it is asked for */
	const char *root, *target;
};

static bool note_enter(void *self, struct slice folder)
{
	struct notes *notes = self;

	buf_printf(&notes->lines, "? %.*s\n", SLICE_ARG(folder));
	if (notes->swapped && slice_equal(folder, slice_from(notes->swapped))) {
		const char *path = scratch_path(notes->root, notes->swapped);

		assert_int_equal(rename(path, scratch_path(notes->root, "away")), 0);
		assert_int_equal(symlink(notes->target, path), 0);
	}
	return !notes->refused || !slice_equal(folder, slice_from(notes->refused));
}

static void note_take(void *self, const struct walk_file *file)
{
	struct notes *notes = self;

	buf_printf(&notes->lines, "%c %.*s", "FLRS"[file->kind], SLICE_ARG(file->path));
	if (file->kind == WALK_FILE)
		buf_printf(&notes->lines, " %llu", (unsigned long long)file->size);
	if (file->tag)
		buf_printf(&notes->lines, " %08x", (unsigned)file->tag);
	buf_putc(&notes->lines, '\n');
}

static void note_trouble(void *self, struct slice path, struct slice words)
{
	struct notes *notes = self;

	buf_printf(&notes->lines, "! %.*s: %.*s\n", SLICE_ARG(path), SLICE_ARG(words));
}

static void assert_walk(struct notes *notes, const char *root, enum status status, const char *said)
{
	struct walk walk = { note_enter, note_take, note_trouble, notes };

	buf_init(&notes->lines, 1 << 20);
	assert_int_equal(tree_walk(root, &walk), status);
	buf_putc(&notes->lines, '\0');
	assert_string_equal(notes->lines.ptr, said);
	buf_release(&notes->lines);
}

static void make_folder(const char *root, const char *name)
{
	assert_int_equal(mkdir(scratch_path(root, name), 0755), 0);
}

static void make_link(const char *root, const char *name, const char *target)
{
	assert_int_equal(symlink(target, scratch_path(root, name)), 0);
}

static int set_up(void **state)
{
	*state = scratch_make();
	return 0;
}

static int tear_down(void **state)
{
	scratch_remove(*state);
	return 0;
}

/* The walk */

static void names_come_sorted_bytewise(void **state)
{
	const char *root = *state;
	struct notes notes = { .refused = "none" };

	scratch_write(root, "b", SLICE("12"));
	scratch_write(root, "B", SLICE("1"));
	scratch_write(root, "\xFF\xFE", SLICE("123"));
	scratch_write(root, "a b\nc", SLICE(""));
	make_folder(root, "M");
	make_folder(root, "M/none");
	scratch_write(root, "M/z", SLICE("1"));
	make_folder(root, "M/N");
	scratch_write(root, "M/N/x", SLICE("1"));
	make_folder(root, "none");
	scratch_write(root, "none/y", SLICE("1"));
	assert_walk(&notes, root, ST_OK,
		"F B 1\n"
		"? M\n"
		"? M/N\n"
		"F M/N/x 1\n"
		"? M/none\n"
		"F M/z 1\n"
		"F a b\nc 0\n"
		"F b 2\n"
		"? none\n"
		"F \xFF\xFE 3\n");
}

static void empty_root_says_nothing(void **state)
{
	struct notes notes = { 0 };

	assert_walk(&notes, *state, ST_OK, "");
}

static void links_are_told_and_not_followed(void **state)
{
	const char *root = *state;
	struct notes notes = { .refused = "dangling" };

	make_folder(root, "outside");
	scratch_write(root, "outside/secret", SLICE("1"));
	make_folder(root, "image");
	make_link(root, "image/folder", "../outside");
	make_link(root, "image/dangling", "nowhere");
	make_link(root, "image/self", ".");
	assert_walk(&notes, scratch_path(root, "image"), ST_OK,
		"L dangling\n"
		"? dangling\n"
		"L folder\n"
		"? folder\n"
		"! folder: a link was not followed\n"
		"L self\n"
		"? self\n"
		"! self: a link was not followed\n");
}

static void the_root_may_be_a_link(void **state)
{
	const char *root = *state;
	struct notes notes = { 0 };
	int fd;

	make_folder(root, "image");
	scratch_write(root, "image/x", SLICE("1"));
	make_link(root, "named", "image");
	assert_walk(&notes, scratch_path(root, "named"), ST_OK, "F x 1\n");
	assert_int_equal(tree_open(scratch_path(root, "named"), SLICE("x"), &fd), ST_OK);
	close(fd);
}

/* The walk has asked whether to enter; before it does, the folder becomes a link. */
static void swapped_folder_does_not_lead_out(void **state)
{
	const char *root = *state;
	struct notes notes = { .swapped = "b", .target = "/" };

	make_folder(root, "b");
	scratch_write(root, "b/x", SLICE("1"));
	notes.root = root;
	assert_walk(&notes, root, ST_OK, "? b\n! b: Not a directory\n");
}

static void special_files_are_told_and_not_opened(void **state)
{
	const char *root = *state;
	struct notes notes = { 0 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	int fd;

	assert_int_equal(mkfifo(scratch_path(root, "fifo"), 0644), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", scratch_path(root, "sock"));
	assert_int_equal(bind(sock, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_walk(&notes, root, ST_OK, "S fifo\nS sock\n");
	assert_int_equal(tree_open(root, SLICE("fifo"), &fd), ST_IO);
	assert_int_equal(errno, EINVAL);
	close(sock);
}

static void reparse_points_are_told_by_what_stands_for_them(void **state)
{
	const char *root = *state;
	struct notes notes = { .refused = "junction" };

	make_link(root, "cloud", "unsupported reparse tag 0x9000001a");
	make_link(root, "junction", "unsupported reparse tag 0xa0000003");
	make_link(root, "old", "unsupported reparse point");
	make_link(root, "wof", "unsupported reparse tag 0x80000017");
	assert_walk(&notes, root, ST_OK,
		"R cloud 9000001a\n"
		"L junction a0000003\n"
		"? junction\n"
		"R old\n"
		"R wof 80000017\n");
}

static void depth_has_a_limit_and_the_rest_is_visited(void **state)
{
	const char *root = *state;
	struct walk walk = { NULL, note_take, note_trouble, NULL };
	struct notes notes = { 0 };
	int above = open(root, O_DIRECTORY | O_PATH);

	scratch_write(root, "z", SLICE("1"));
	for (int i = 0; i < MAX_WALK_DEPTH + 3; i++) {
		int below;

		assert_int_equal(mkdirat(above, "d", 0755), 0);
		below = openat(above, "d", O_DIRECTORY | O_PATH);
		close(above);
		above = below;
	}
	close(above);
	walk.self = &notes;
	buf_init(&notes.lines, 1 << 20);
	assert_int_equal(tree_walk(root, &walk), ST_LIMIT);
	assert_int_equal(slice_find(buf_slice(&notes.lines), SLICE("! d/d/")), 0);
	assert_int_equal(
		slice_find_char(buf_slice(&notes.lines), ':'), 2 + 2 * (MAX_WALK_DEPTH + 1) - 1);
	assert_true(slice_ends_nocase(buf_slice(&notes.lines), SLICE("\nF z 1\n")));
	buf_release(&notes.lines);
}

/* Root may read everything: the test becomes somebody else. */
static void unreadable_folder_is_trouble_and_the_rest_is_visited(void **state)
{
	const char *root = *state;
	struct notes notes = { 0 };
	uid_t self = geteuid();

	assert_int_equal(chmod(root, 0755), 0);
	make_folder(root, "a");
	scratch_write(root, "a/x", SLICE("1"));
	scratch_write(root, "b", SLICE("1"));
	assert_int_equal(chmod(scratch_path(root, "a"), 0), 0);
	if (self == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	assert_walk(&notes, root, ST_OK, "? a\n! a: Permission denied\nF b 1\n");
	if (self == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(scratch_path(root, "a"), 0755), 0);
}

static void root_must_be_a_folder(void **state)
{
	const char *root = *state;
	struct walk walk = { NULL, note_take, NULL, NULL };

	scratch_write(root, "x", SLICE("1"));
	assert_int_equal(tree_walk(scratch_path(root, "nowhere"), &walk), ST_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(tree_walk(scratch_path(root, "x"), &walk), ST_IO);
	assert_int_equal(errno, ENOTDIR);
}

/* One file */

static void make_image(const char *root)
{
	make_folder(root, "windows");
	make_folder(root, "windows/SYSTEM32");
	make_folder(root, "windows/Logs");
	scratch_write(root, "windows/Logs/b.log", SLICE("b"));
	scratch_write(root, "windows/Logs/B.LOG", SLICE("B"));
	scratch_write(root, "windows/Logs/B.log", SLICE("Bb"));
	make_link(root, "windows/Logs/link.log", "b.log");
	make_link(root, "windows/more", "Logs");
	make_folder(root, "windows/Logs/c.log");
}

static void letter_case_counts_only_when_both_are_there(void **state)
{
	static const struct {
		const char *path, *bytes;
	} rows[] = {
		{ "windows/Logs/b.log", "b" },
		{ "windows/Logs/B.log", "Bb" },
		{ "windows/Logs/b.LOG", "B" },
		{ "WINDOWS/LOGS/b.log", "b" },
		{ "./windows//Logs/./b.log/", "b" },
	};
	const char *root = *state;

	make_image(root);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream *stream;
		char bytes[8] = "";
		size_t got;
		int fd;

		print_message("%s\n", rows[i].path);
		assert_int_equal(tree_open(root, slice_from(rows[i].path), &fd), ST_OK);
		assert_int_equal(stream_open_fd(fd, &stream), ST_OK);
		assert_int_equal(stream_read(stream, bytes, 7, &got), ST_OK);
		assert_string_equal(bytes, rows[i].bytes);
		stream_close(stream);
	}
}

static void paths_that_lead_elsewhere_are_refused(void **state)
{
	static const struct {
		struct slice path;
		enum status status;
		int cause;
	} rows[] = {
		{ { "", 0 }, ST_USAGE, 0 },
		{ { "/.//", 4 }, ST_USAGE, 0 },
		{ { "..", 2 }, ST_USAGE, 0 },
		{ { "windows/../windows/Logs/b.log", 29 }, ST_USAGE, 0 },
		{ { "windows/Logs/b.log\0x", 20 }, ST_USAGE, 0 },
		{ { "windows/Logs/link.log", 21 }, ST_IO, ELOOP },
		{ { "windows/Logs/LINK.log", 21 }, ST_IO, ELOOP },
		{ { "windows/more/b.log", 18 }, ST_IO, ELOOP },
		{ { "windows/Logs", 12 }, ST_IO, EISDIR },
		{ { "windows/Logs/c.log", 18 }, ST_IO, EISDIR },
		{ { "windows/Logs/b.log/x", 20 }, ST_IO, ENOTDIR },
		{ { "windows/Logs/none", 17 }, ST_IO, ENOENT },
		{ { "none/Logs/b.log", 15 }, ST_IO, ENOENT },
	};
	const char *root = *state;

	make_image(root);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = -7;

		print_message("%.*s\n", SLICE_ARG(rows[i].path));
		assert_int_equal(tree_open(root, rows[i].path, &fd), rows[i].status);
		if (rows[i].cause)
			assert_int_equal(errno, rows[i].cause);
		assert_int_equal(fd, -7);
	}
}

static void image_is_told_by_its_folders(void **state)
{
	const char *root = *state;

	make_image(root);
	assert_true(tree_has(root, SLICE("Windows/System32")));
	assert_true(tree_has(root, SLICE("windows/logs/b.log")));
	assert_false(tree_has(root, SLICE("Windows/System33")));
	assert_false(tree_has(root, SLICE("Windows/More")));
	assert_false(tree_has(root, SLICE("../")));
	assert_false(tree_has(scratch_path(root, "windows/Logs/b.log"), SLICE("x")));
}

static void access_times_stay(void **state)
{
	const char *root = *state;
	struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
	struct notes notes = { 0 };
	struct stat info;
	char byte;
	int fd;

	make_folder(root, "f");
	scratch_write(root, "f/x", SLICE("1"));
	assert_int_equal(utimensat(AT_FDCWD, scratch_path(root, "f/x"), times, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, scratch_path(root, "f"), times, 0), 0);
	assert_walk(&notes, root, ST_OK, "? f\nF f/x 1\n");
	assert_int_equal(tree_open(root, SLICE("F/X"), &fd), ST_OK);
	assert_int_equal(read(fd, &byte, 1), 1);
	close(fd);
	assert_int_equal(stat(scratch_path(root, "f/x"), &info), 0);
	assert_int_equal(info.st_atim.tv_sec, 1000);
	assert_int_equal(stat(scratch_path(root, "f"), &info), 0);
	assert_int_equal(info.st_atim.tv_sec, 1000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(names_come_sorted_bytewise),
		TEST(empty_root_says_nothing),
		TEST(links_are_told_and_not_followed),
		TEST(the_root_may_be_a_link),
		TEST(swapped_folder_does_not_lead_out),
		TEST(special_files_are_told_and_not_opened),
		TEST(reparse_points_are_told_by_what_stands_for_them),
		TEST(depth_has_a_limit_and_the_rest_is_visited),
		TEST(unreadable_folder_is_trouble_and_the_rest_is_visited),
		TEST(root_must_be_a_folder),
		TEST(letter_case_counts_only_when_both_are_there),
		TEST(paths_that_lead_elsewhere_are_refused),
		TEST(image_is_told_by_its_folders),
		TEST(access_times_stay),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
