/* Archives: whole, cut off, damaged, encrypted, hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib_pack.h"
#include "lib_scratch.h"
#include "source/archive.h"
#include "source/archive_name.h"
#include "source/stream.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* What needs no library */

static void names_become_harmless(void **state)
{
	static const struct {
		const char *name, *safe;
		bool led_out, backslash;
	} rows[] = {
		{ "Windows/Logs/CBS/CBS.log", "Windows/Logs/CBS/CBS.log", false, true },
		{ "./a//b/./c/", "a/b/c", false, false },
		{ "a\\b", "a\\b", false, false },
		{ "a\\b", "a/b", false, true },
		{ "a\\..\\b/c", "b/c", false, true },
		{ "../../etc/x", "etc/x", true, false },
		{ "a/../../etc/x", "etc/x", true, false },
		{ "..\\..\\x", "x", true, true },
		{ "..\\..\\x", "..\\..\\x", false, false },
		{ "/etc/x", "etc/x", true, false },
		{ "//server/share/x", "server/share/x", true, false },
		{ "\\\\server\\share\\x", "server/share/x", true, true },
		{ "C:\\Windows\\x", "Windows/x", true, true },
		{ "c:x", "x", true, false },
		{ "/C:/x", "x", true, false },
		{ "C:/../x", "x", true, false },
		{ "1:x", "1:x", false, true },
		{ "a/C:/x", "a/C:/x", false, true },
		{ "...", "...", false, true },
		{ "..a/b..", "..a/b..", false, true },
		{ "a/..", "_", false, true },
		{ "..", "_", true, true },
		{ "/", "_", true, true },
		{ "C:", "_", true, true },
		{ "", "_", false, true },
		{ "\xFF\xFE/\x80", "\xFF\xFE/\x80", false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		print_message("%s\n", rows[i].name);
		buf_init(&out, 1000);
		assert_int_equal(
			archive_safe_name(&out, slice_from(rows[i].name), rows[i].backslash),
			rows[i].led_out);
		assert_string_equal(out.ptr, rows[i].safe);
		buf_release(&out);
	}
}

static void what_is_no_archive_is_not_told_as_one(void **state)
{
	static char tar[512];
	static const struct slice rows[] = {
		{ "", 0 },
		{ "MSCF", 4 },
		{ "MSCF and more", 13 },
		{ "PK\3", 3 },
		{ "PK is a name", 12 },
		{ "7z\xBC\xAF\x27", 5 },
		{ tar, sizeof(tar) },
	};
	const char *what = "nothing";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_false(archive_bids(rows[i], &what));
	memcpy(tar + 257, "ustar", 5);
	assert_false(archive_bids((struct slice){ tar, sizeof(tar) }, &what));
	memset(tar, 'x', 100);
	memcpy(tar + 148, "000000 ", 8);
	assert_false(archive_bids((struct slice){ tar, sizeof(tar) }, &what));
	assert_string_equal(what, "nothing");
	assert_true(archive_bids((struct slice){ "MSCF\0\0\0\0,", 9 }, &what));
	assert_string_equal(what, "cabinet");
}

#ifndef WITH_ARCHIVE

static void without_the_library_archives_are_no_format(void **state)
{
	const char *path = scratch_write(*state, "x.zip", SLICE("PK\3\4"));
	struct archive_reader *reader = NULL;

	assert_int_equal(archive_open(path, &reader), ST_FORMAT);
	assert_int_equal(archive_open_fd(open(path, O_RDONLY), &reader), ST_FORMAT);
	assert_int_equal(archive_open_supply((struct supply){ 0 }, &reader), ST_FORMAT);
	assert_null(reader);
	archive_close(NULL);
}

#else

/* A log of some length that is the same each time. */
static struct slice some_log(void)
{
	static char text[300000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + (i * i / 7 + i / 300) % 26);
	return (struct slice){ text, sizeof(text) };
}

static const struct packing tar = { archive_write_set_format_ustar, NULL, NULL, NULL };
static const struct packing pax = { archive_write_set_format_pax, NULL, NULL, NULL };
static const struct packing zip = { archive_write_set_format_zip, NULL, NULL, NULL };
static const struct packing seven = { archive_write_set_format_7zip, NULL, NULL, NULL };

static const struct {
	const char *name;
	const char *what;
	struct packing packing;
} kinds[] = {
	{ "v7.tar", "TAR archive", { archive_write_set_format_v7tar, NULL, NULL, NULL } },
	{ "ustar.tar", "TAR archive", { archive_write_set_format_ustar, NULL, NULL, NULL } },
	{ "pax.tar", "TAR archive", { archive_write_set_format_pax, NULL, NULL, NULL } },
	{ "gnu.tar", "TAR archive", { archive_write_set_format_gnutar, NULL, NULL, NULL } },
	{ "x.tar.gz", "TAR archive",
		{ archive_write_set_format_pax, archive_write_add_filter_gzip, NULL, NULL } },
	{ "x.tar.xz", "TAR archive",
		{ archive_write_set_format_pax, archive_write_add_filter_xz, NULL, NULL } },
	{ "x.tar.zst", "TAR archive",
		{ archive_write_set_format_pax, archive_write_add_filter_zstd, NULL, NULL } },
	{ "x.tar.bz2", "TAR archive",
		{ archive_write_set_format_pax, archive_write_add_filter_bzip2, NULL, NULL } },
	{ "x.zip", "ZIP archive", { archive_write_set_format_zip, NULL, NULL, NULL } },
	{ "stored.zip", "ZIP archive",
		{ archive_write_set_format_zip, NULL, "zip:compression=store", NULL } },
	{ "x.7z", "7z archive", { archive_write_set_format_7zip, NULL, NULL, NULL } },
	{ "ppmd.7z", "7z archive",
		{ archive_write_set_format_7zip, NULL, "7zip:compression=ppmd", NULL } },
};

static struct archive_reader *opened(const char *path)
{
	struct archive_reader *reader = NULL;

	assert_int_equal(archive_open(path, &reader), ST_OK);
	return reader;
}

/* The entry's bytes are the start of `want`; how many there were. */
static enum status read_entry(struct archive_reader *reader, struct slice want, uint64_t *ret_total)
{
	static char bytes[77777];
	uint64_t total = 0;

	for (;;) {
		size_t got = 0;
		enum status status = archive_read(reader, bytes, sizeof(bytes), &got);
		struct slice expected = slice_from_to(want, total, total + got);

		if (expected.len)
			assert_memory_equal(bytes, expected.ptr, expected.len);
		total += got;
		*ret_total = total;
		if (status != ST_OK || !got)
			return status;
	}
}

static void assert_entry(struct archive_reader *reader, const char *path, struct slice bytes)
{
	struct walk_file file;
	uint64_t total;
	bool is_end = false;

	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	assert_false(is_end);
	if (!slice_equal(file.path, slice_from(path)))
		fail_msg("'%.*s' is not '%s'", SLICE_ARG(file.path), path);
	assert_int_equal(file.kind, WALK_FILE);
	assert_true(file.size == 0 || file.size == bytes.len);
	assert_int_equal(read_entry(reader, bytes, &total), ST_OK);
	assert_int_equal(total, bytes.len);
	assert_string_equal(archive_words(reader), "");
	assert_false(archive_is_encrypted(reader));
}

static void assert_end(struct archive_reader *reader)
{
	for (int i = 0; i < 2; i++) {
		struct walk_file file = { .size = 7 };
		bool is_end = false;

		assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
		assert_true(is_end);
		assert_int_equal(file.size, 7);
	}
}

#define NAME_UMLAUT                                                                                \
	"Windows/Pr\xC3\xBC"                                                                       \
	"fung.txt"

static void entries_come_with_their_bytes(void **state)
{
	const struct member members[] = {
		{ .name = "Windows", .type = AE_IFDIR },
		{ .name = "Windows/dism.log", .bytes = some_log() },
		{ .name = "Windows/empty" },
		{ .name = NAME_UMLAUT, .bytes = SLICE("ok") },
	};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *path =
			pack(*state, kinds[i].name, &kinds[i].packing, members, COUNT(members));
		bool is_7z = strcmp(kinds[i].what, "7z archive") == 0;
		struct archive_reader *reader;
		struct stream *stream;
		const char *what = "";

		print_message("%s\n", kinds[i].name);
		assert_int_equal(stream_open(path, &stream), ST_OK);
		assert_true(archive_bids(stream_head(stream), &what));
		assert_string_equal(what, kinds[i].what);
		stream_close(stream);
		reader = opened(path);
		assert_entry(reader, "Windows/dism.log", some_log());
		if (!is_7z) /* empty files stand at its end */
			assert_entry(reader, "Windows/empty", SLICE_NONE);
		assert_entry(reader, NAME_UMLAUT, SLICE("ok"));
		if (is_7z)
			assert_entry(reader, "Windows/empty", SLICE_NONE);
		assert_end(reader);
		archive_close(reader);
	}
}

static void entries_may_be_passed_over(void **state)
{
	const struct member members[] = {
		{ .name = "a", .bytes = some_log() },
		{ .name = "b", .bytes = some_log() },
		{ .name = "c", .bytes = SLICE("ok") },
	};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct archive_reader *reader = opened(
			pack(*state, kinds[i].name, &kinds[i].packing, members, COUNT(members)));
		struct walk_file file;
		bool is_end = false;
		char some[1000];
		size_t got;

		print_message("%s\n", kinds[i].name);
		assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
		assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
		assert_int_equal(archive_read(reader, some, sizeof(some), &got), ST_OK);
		assert_memory_equal(some, some_log().ptr, got);
		assert_entry(reader, "c", SLICE("ok"));
		assert_end(reader);
		archive_close(reader);
	}
}

static void names_that_lead_out_are_told(void **state)
{
	const struct member members[] = {
		{ .name = "../../etc/x", .bytes = SLICE("1") },
		{ .name = "/etc/x", .bytes = SLICE("2") },
		{ .name = "C:\\Windows\\x", .bytes = SLICE("3") },
		{ .name = "Logs\\CBS\\CBS.log", .bytes = SLICE("4") },
		{ .name = "etc/x", .bytes = SLICE("5") },
	};
	struct archive_reader *reader =
		opened(pack(*state, "x.zip", &zip, members, COUNT(members)));

	assert_entry(reader, "etc/x", SLICE("1"));
	assert_true(archive_led_out(reader));
	assert_true(slice_equal(archive_stored_name(reader), SLICE("../../etc/x")));
	assert_entry(reader, "etc/x", SLICE("2"));
	assert_true(archive_led_out(reader));
	assert_entry(reader, "Windows/x", SLICE("3"));
	assert_true(archive_led_out(reader));
	assert_entry(reader, "Logs/CBS/CBS.log", SLICE("4"));
	assert_false(archive_led_out(reader));
	assert_entry(reader, "etc/x", SLICE("5"));
	assert_false(archive_led_out(reader));
	assert_end(reader);
	assert_false(archive_led_out(reader));
	archive_close(reader);
}

static void bytes_of_no_known_encoding_stay(void **state)
{
	/* One entry "\xE9.txt" stored as "x": the name as an old packer left it. */
	static const char bytes[] =
		"PK\3\4\x0A\0\0\0\0\0\0\0\0\0\x83\x16\xDC\x8C\1\0\0\0\1\0\0\0"
		"\5\0\0\0\xE9.txtx"
		"PK\1\2\x14\0\x0A\0\0\0\0\0\0\0\0\0\x83\x16\xDC\x8C\1\0\0\0\1\0\0\0"
		"\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xE9.txt"
		"PK\5\6\0\0\0\0\1\0\1\0\x33\0\0\0\x24\0\0\0\0";
	struct archive_reader *reader =
		opened(scratch_write(*state, "x.zip", (struct slice){ bytes, sizeof(bytes) }));

	assert_entry(reader, "\xE9.txt", SLICE("x"));
	assert_end(reader);
	archive_close(reader);
}

static void links_and_devices_are_told(void **state)
{
	const struct member members[] = {
		{ .name = "soft", .type = AE_IFLNK, .link = "/etc/passwd" },
		{ .name = "first", .bytes = SLICE("1") },
		{ .name = "hard", .link = "first" },
		{ .name = "device", .type = AE_IFCHR },
		{ .name = "fifo", .type = AE_IFIFO },
	};
	static const enum walk_kind expected[] = { WALK_LINK, WALK_FILE, WALK_LINK, WALK_SPECIAL,
		WALK_SPECIAL };
	struct archive_reader *reader =
		opened(pack(*state, "x.tar", &tar, members, COUNT(members)));

	for (size_t i = 0; i < COUNT(members); i++) {
		struct walk_file file;
		bool is_end = false;
		uint64_t total;

		assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
		assert_true(slice_equal(file.path, slice_from(members[i].name)));
		assert_int_equal(file.kind, expected[i]);
		assert_int_equal(read_entry(reader, members[i].bytes, &total), ST_OK);
		assert_int_equal(total, members[i].bytes.len);
	}
	assert_end(reader);
	archive_close(reader);
}

/* Damage */

/* Reads all; counts the entries that came whole. */
static enum status read_all(
	const char *path, const struct member *members, size_t count, size_t *ret_whole)
{
	struct archive_reader *reader;
	enum status status = archive_open(path, &reader);
	enum status worst = ST_OK;

	*ret_whole = 0;
	if (status != ST_OK)
		return status;
	for (size_t i = 0;; i++) {
		struct walk_file file;
		bool is_end = false;
		uint64_t total;

		status = archive_next(reader, &file, &is_end);
		if (status != ST_OK || is_end)
			break;
		assert_true(i < count && slice_equal(file.path, slice_from(members[i].name)));
		status = read_entry(reader, members[i].bytes, &total);
		if (status == ST_OK) {
			assert_int_equal(total, members[i].bytes.len);
			++*ret_whole;
		} else {
			assert_true(archive_words(reader)[0]);
			worst = status;
		}
	}
	if (status != ST_OK)
		assert_true(archive_words(reader)[0]);
	archive_close(reader);
	return status != ST_OK ? status : worst;
}

static const struct member three_members[] = {
	{ .name = "a", .bytes = { "first", 5 } },
	{ .name = "b", .bytes = { "second", 6 } },
	{ .name = "c", .bytes = { "third", 5 } },
};

static void cut_archives_say_so_wherever_they_are_cut(void **state)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct slice whole = scratch_read(
			pack(*state, kinds[i].name, &kinds[i].packing, three_members, 3));
		bool is_tar = strcmp(kinds[i].what, "TAR archive") == 0;
		bool is_plain = is_tar && !kinds[i].packing.filter;
		/* One block of zeros is an end too; what follows holds nothing. */
		size_t last = is_plain ? whole.len - 1024 + 512 : whole.len;
		size_t most = 0;

		print_message("%s\n", kinds[i].name);
		for (size_t cut = 1; cut < last; cut += cut < 600 ? 5 : 97) {
			size_t good = 0;
			enum status status;

			scratch_write(*state, "cut", slice_from_to(whole, 0, cut));
			status = read_all(scratch_path(*state, "cut"), three_members, 3, &good);
			if (status != ST_DAMAGED && status != ST_FORMAT)
				fail_msg("cut at %zu: status %d", cut, status);
			assert_true(good >= most);
			most = good > most ? good : most;
		}
		if (is_plain)
			assert_int_equal(most, 3);
		free((void *)(uintptr_t)whole.ptr);
	}
}

static void damaged_entry_does_not_end_a_zip(void **state)
{
	const struct packing store = { archive_write_set_format_zip, NULL, "zip:compression=store",
		NULL };
	struct slice whole = scratch_read(pack(*state, "x.zip", &store, three_members, 3));
	struct archive_reader *reader;
	struct walk_file file;
	bool is_end = false;
	uint64_t total;

	((char *)(uintptr_t)whole.ptr)[slice_find(whole, SLICE("second"))] = 'S';
	reader = opened(scratch_write(*state, "bad.zip", whole));
	assert_entry(reader, "a", SLICE("first"));
	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	assert_int_equal(read_entry(reader, SLICE("Second"), &total), ST_DAMAGED);
	assert_true(archive_words(reader)[0]);
	assert_entry(reader, "c", SLICE("third"));
	assert_end(reader);
	archive_close(reader);
	free((void *)(uintptr_t)whole.ptr);
}

/* Whatever byte is wrong: no crash, and an end. */
static void any_byte_may_be_wrong(void **state)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct slice whole = scratch_read(
			pack(*state, kinds[i].name, &kinds[i].packing, three_members, 3));
		char *bytes = (char *)(uintptr_t)whole.ptr;

		for (size_t at = 0; at < whole.len; at += 1 + whole.len / 400) {
			struct archive_reader *reader;
			struct walk_file file;
			bool is_end = false;
			char before = bytes[at];
			uint64_t total;

			bytes[at] = (char)(before ^ (at % 2 ? 0xFF : 0x10));
			scratch_write(*state, "bad", whole);
			bytes[at] = before;
			if (archive_open(scratch_path(*state, "bad"), &reader) != ST_OK)
				continue;
			for (int n = 0; archive_next(reader, &file, &is_end) == ST_OK && !is_end;
				n++) {
				assert_true(n < 10);
				(void)read_entry(reader, SLICE_NONE, &total);
			}
			archive_close(reader);
		}
		free(bytes);
	}
}

static void what_is_no_archive_is_no_format(void **state)
{
	struct archive_reader *reader = NULL;

	assert_int_equal(archive_open(scratch_write(*state, "x", some_log()), &reader), ST_FORMAT);
	assert_int_equal(archive_open(scratch_write(*state, "e", SLICE("")), &reader), ST_FORMAT);
	assert_int_equal(archive_open(*state, &reader), ST_IO);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(archive_open(scratch_path(*state, "none"), &reader), ST_IO);
	assert_int_equal(errno, ENOENT);
	assert_null(reader);
}

/* Encryption */

static void encrypted_entries_are_told(void **state)
{
	static const char *const options[] = { "zip:encryption=traditional",
		"zip:encryption=aes256" };

	for (size_t i = 0; i < COUNT(options); i++) {
		struct packing packing = { archive_write_set_format_zip, NULL, options[i], "key" };
		struct archive_reader *reader =
			opened(pack(*state, "x.zip", &packing, three_members, 3));

		print_message("%s\n", options[i]);
		for (int j = 0; j < 3; j++) {
			struct walk_file file;
			bool is_end = false;
			uint64_t total;

			assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
			assert_true(archive_is_encrypted(reader));
			assert_int_equal(read_entry(reader, SLICE_NONE, &total), ST_FORMAT);
			assert_int_equal(total, 0);
			assert_true(archive_words(reader)[0]);
		}
		assert_end(reader);
		assert_false(archive_is_encrypted(reader));
		archive_close(reader);
	}
}

/* Bombs */

#define BOMB (ARCHIVE_RATIO_FREE + (ARCHIVE_RATIO_FREE >> 2))

/* Read or passed over, it ends all the same. */
static void assert_bomb(const char *path, bool passes_over)
{
	struct archive_reader *reader = opened(path);
	struct walk_file file;
	bool is_end = false;
	uint64_t total = 0;

	print_message("%s%s\n", path, passes_over ? ", passed over" : "");
	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	if (!passes_over)
		assert_int_equal(read_entry(reader, SLICE_NONE, &total), ST_LIMIT);
	assert_true(total <= BOMB);
	assert_int_equal(archive_next(reader, &file, &is_end), ST_LIMIT);
	assert_false(is_end);
	archive_close(reader);
}

/* Where entries are found without unpacking the ones before, one too large is left, and the next
 * one read. */
static void assert_left(const char *path)
{
	struct archive_reader *reader = opened(path);
	struct walk_file file;
	bool is_end = false;
	uint64_t total = 0;

	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	assert_int_equal(read_entry(reader, SLICE_NONE, &total), ST_LIMIT);
	assert_true(total <= BOMB);
	assert_true(archive_words(reader)[0]);
	assert_entry(reader, "b", SLICE("ok"));
	assert_end(reader);
	archive_close(reader);
}

static void not_all_bombs_are_left(void **state)
{
	static char names[MAX_ARCHIVE_LEFT + 2][8];
	struct member members[MAX_ARCHIVE_LEFT + 2] = { 0 };
	struct archive_reader *reader;
	struct walk_file file;
	bool is_end = false;
	uint64_t total = 0;

	for (int i = 0; i < MAX_ARCHIVE_LEFT + 2; i++) {
		snprintf(names[i], sizeof(names[i]), "%d", i);
		members[i] = (struct member){
			.name = names[i], .bytes = SLICE("first"), .hole = UINT64_C(1) << 40
		};
	}
	reader = opened(pack(*state, "x.tar", &pax, members, MAX_ARCHIVE_LEFT + 2));
	for (int i = 0; i <= MAX_ARCHIVE_LEFT; i++) {
		assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
		assert_int_equal(read_entry(reader, SLICE_NONE, &total), ST_LIMIT);
	}
	assert_int_equal(archive_next(reader, &file, &is_end), ST_LIMIT);
	assert_false(is_end);
	archive_close(reader);
}

static void bombs_end_at_the_limit(void **state)
{
	const struct member members[] = {
		{ .name = "a", .zeros = BOMB },
		{ .name = "b", .bytes = SLICE("ok") },
	};
	const struct packing zst = { archive_write_set_format_ustar, archive_write_add_filter_zstd,
		NULL, NULL };
	const struct packing deflated = { archive_write_set_format_7zip, NULL,
		"7zip:compression=deflate", NULL };
	const char *path = pack(*state, "x.zip", &zip, members, 2);

	assert_left(path);
	path = pack(*state, "x.tar.zst", &zst, members, 2);
	assert_bomb(path, false);
	assert_bomb(path, true);
	path = pack(*state, "x.7z", &deflated, members, 2);
	assert_bomb(path, false);
	assert_bomb(path, true);
}

static void holes_are_zeros(void **state)
{
	const struct member members[] = {
		{ .name = "a", .bytes = SLICE("first"), .hole = 1000000 },
		{ .name = "b", .bytes = SLICE("ok") },
	};
	static char whole[1000005] = "first";
	struct archive_reader *reader = opened(pack(*state, "x.tar", &pax, members, 2));

	assert_entry(reader, "a", (struct slice){ whole, sizeof(whole) });
	assert_entry(reader, "b", SLICE("ok"));
	assert_end(reader);
	archive_close(reader);
}

/* A terabyte of nothing in a few blocks. */
static void holes_count_like_bytes(void **state)
{
	const struct member members[] = {
		{ .name = "a", .bytes = SLICE("first"), .hole = UINT64_C(1) << 40 },
		{ .name = "b", .bytes = SLICE("ok") },
	};
	const char *path = pack(*state, "x.tar", &pax, members, 2);
	struct archive_reader *reader;
	struct walk_file file;
	bool is_end = false;

	assert_left(path);
	reader = opened(path); /* passed over it costs nothing */
	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	assert_entry(reader, "b", SLICE("ok"));
	assert_end(reader);
	archive_close(reader);
}

/* In other things */

static void archives_in_archives_are_read_through(void **state)
{
	struct slice inner = scratch_read(pack(*state, "in.zip", &zip, three_members, 3));
	const struct packing gz = { archive_write_set_format_ustar, archive_write_add_filter_gzip,
		NULL, NULL };
	const struct member members[] = { { .name = "in.zip", .bytes = inner },
		{ .name = "z", .bytes = SLICE("ok") } };
	struct archive_reader *outer = opened(pack(*state, "out.tgz", &gz, members, 2));
	struct archive_reader *reader = NULL;
	struct walk_file file;
	bool is_end = false;

	assert_int_equal(archive_next(outer, &file, &is_end), ST_OK);
	assert_int_equal(archive_open_supply(archive_supply(outer), &reader), ST_OK);
	assert_entry(reader, "a", SLICE("first"));
	assert_entry(reader, "b", SLICE("second"));
	assert_entry(reader, "c", SLICE("third"));
	assert_end(reader);
	archive_close(reader);
	assert_entry(outer, "z", SLICE("ok"));
	assert_end(outer);
	archive_close(outer);
	free((void *)(uintptr_t)inner.ptr);
}

static void compressed_members_are_streams(void **state)
{
	const struct packing raw = { archive_write_set_format_raw, archive_write_add_filter_xz,
		NULL, NULL };
	const struct member whole = { .name = "x", .bytes = some_log() };
	struct slice inner = scratch_read(pack(*state, "x.xz", &raw, &whole, 1));
	const struct member members[] = { { .name = "CBS.log.xz", .bytes = inner } };
	struct archive_reader *reader = opened(pack(*state, "out.zip", &zip, members, 1));
	struct walk_file file;
	bool is_end = false;
	struct stream *stream;
	char *bytes = malloc(whole.bytes.len);
	size_t total = 0, got = 1;

	assert_int_equal(archive_next(reader, &file, &is_end), ST_OK);
	assert_int_equal(stream_open_supply(archive_supply(reader), &stream), ST_OK);
	assert_true(stream_is_compressed(stream));
	for (; got; total += got)
		assert_int_equal(
			stream_read(stream, bytes + total, whole.bytes.len - total, &got), ST_OK);
	assert_int_equal(total, whole.bytes.len);
	assert_memory_equal(bytes, whole.bytes.ptr, total);
	stream_close(stream);
	archive_close(reader);
	free(bytes);
	free((void *)(uintptr_t)inner.ptr);
}

static void a_7z_needs_a_file(void **state)
{
	struct archive_reader *reader = NULL;
	struct stream *stream;
	struct walk_file file;
	bool is_end = false;

	assert_int_equal(
		stream_open(pack(*state, "x.7z", &seven, three_members, 3), &stream), ST_OK);
	assert_int_equal(archive_open_supply(stream_supply(stream), &reader), ST_OK);
	assert_int_equal(archive_next(reader, &file, &is_end), ST_FORMAT);
	assert_true(archive_words(reader)[0]);
	archive_close(reader);
	stream_close(stream);
}

/* Cabinets: libarchive does not write them. */

static bool run_gcab(const char *folder, const char *cab, const char *compress)
{
	char command[8192];

	if (system("command -v gcab >/dev/null 2>&1") != 0)
		return false;
	snprintf(command, sizeof(command), "cd '%s' && gcab -c %s '%s' a.log b.txt >/dev/null 2>&1",
		folder, compress, cab);
	return system(command) == 0;
}

static void cabinets_are_read_whole_and_cut(void **state)
{
	static const char *const ways[] = { "", "-z" };
	const struct member members[] = { { .name = "a.log", .bytes = some_log() },
		{ .name = "b.txt", .bytes = SLICE("ok") } };

	scratch_write(*state, "a.log", some_log());
	scratch_write(*state, "b.txt", SLICE("ok"));
	for (size_t i = 0; i < COUNT(ways); i++) {
		const char *path = scratch_path(*state, "x.cab");
		struct slice whole;
		size_t good;

		unlink(path);
		if (!run_gcab(*state, path, ways[i])) {
			print_message("no gcab: not tried\n");
			skip();
		}
		assert_int_equal(read_all(path, members, 2, &good), ST_OK);
		assert_int_equal(good, 2);
		whole = scratch_read(path);
		for (size_t cut = 8; cut < whole.len; cut += 1 + whole.len / 60) {
			scratch_write(*state, "cut", slice_from_to(whole, 0, cut));
			assert_int_not_equal(
				read_all(scratch_path(*state, "cut"), members, 2, &good), ST_OK);
		}
		free((void *)(uintptr_t)whole.ptr);
	}
}

static void assert_refused(const char *path, const char *words)
{
	struct archive_reader *reader = opened(path);
	struct walk_file file;
	bool is_end = false;
	uint64_t total;
	enum status status = archive_next(reader, &file, &is_end);

	if (status == ST_OK && !is_end)
		status = read_entry(reader, SLICE_NONE, &total);
	assert_int_equal(status, ST_FORMAT);
	assert_non_null(strstr(archive_words(reader), words));
	archive_close(reader);
}

/* Quantum in a folder; a part of several, its file going on in the next. */
static void cabinets_of_other_kinds_are_told(void **state)
{
	/* clang-format off */
	static const char quantum[0x47 + 300] = /* libarchive wants more than the cabinet */
		"MSCF\0\0\0\0\x47\0\0\0\0\0\0\0\x2C\0\0\0\0\0\0\0\3\1\1\0\1\0\0\0\0\0\0\0"
		"\x3E\0\0\0\1\0\x72\x10"
		"\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x\0"
		"\0\0\0\0\1\0\1\0Q";
	static const char part[0x4F + 300] =
		"MSCF\0\0\0\0\x4F\0\0\0\0\0\0\0\x34\0\0\0\0\0\0\0\3\1\1\0\1\0\2\0\0\0\0\0"
		"n.cab\0d\0"
		"\x46\0\0\0\1\0\0\0"
		"\2\0\0\0\0\0\0\0\xFE\xFF\0\0\0\0\0\0x\0"
		"\0\0\0\0\1\0\1\0Q";
	/* clang-format on */

	assert_refused(scratch_write(*state, "q.cab", (struct slice){ quantum, sizeof(quantum) }),
		"Quantum");
	assert_refused(scratch_write(*state, "p.cab", (struct slice){ part, sizeof(part) }),
		"multivolume");
}

#endif

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(names_become_harmless),
		TEST(what_is_no_archive_is_not_told_as_one),
#ifndef WITH_ARCHIVE
		TEST(without_the_library_archives_are_no_format),
#else
		TEST(entries_come_with_their_bytes),
		TEST(entries_may_be_passed_over),
		TEST(names_that_lead_out_are_told),
		TEST(bytes_of_no_known_encoding_stay),
		TEST(links_and_devices_are_told),
		TEST(cut_archives_say_so_wherever_they_are_cut),
		TEST(damaged_entry_does_not_end_a_zip),
		TEST(any_byte_may_be_wrong),
		TEST(what_is_no_archive_is_no_format),
		TEST(encrypted_entries_are_told),
		TEST(bombs_end_at_the_limit),
		TEST(not_all_bombs_are_left),
		TEST(holes_are_zeros),
		TEST(holes_count_like_bytes),
		TEST(archives_in_archives_are_read_through),
		TEST(compressed_members_are_streams),
		TEST(a_7z_needs_a_file),
		TEST(cabinets_are_read_whole_and_cut),
		TEST(cabinets_of_other_kinds_are_told),
#endif
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
