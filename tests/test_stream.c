/* Streams: files as they are and compressed ones, whole, cut off, damaged and hostile. */
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
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "lib_pack.h"
#include "lib_scratch.h"
#include "source/hasher.h"
#include "source/stream.h"
#include "source/unpack.h"

#define LINES      40000
#define LINE_BYTES 32

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

/* Text that does not pack too well: about 2 MiB. */
static struct slice some_text(void)
{
	static char text[(size_t)LINES * LINE_BYTES];
	uint32_t random = 1;

	for (unsigned i = 0; i < LINES; i++) {
		char line[64];

		random = random * 1664525 + 1013904223;
		snprintf(line, sizeof(line), "%08u says %08x ........\n", i, (unsigned)random);
		memcpy(text + (size_t)i * LINE_BYTES, line, LINE_BYTES);
	}
	return (struct slice){ text, (size_t)LINES * LINE_BYTES };
}

/* Kinds of compression */

static void pack_gzip(const char *path, struct slice bytes, uint64_t zeros)
{
	static const char nothing[1 << 16];
	gzFile file = gzopen(path, "wb");

	assert_non_null(file);
	if (bytes.len)
		assert_int_equal(gzwrite(file, bytes.ptr, (unsigned)bytes.len), bytes.len);
	for (; zeros; zeros -= sizeof(nothing))
		assert_int_equal(gzwrite(file, nothing, sizeof(nothing)), sizeof(nothing));
	assert_int_equal(gzclose(file), Z_OK);
}

#ifdef WITH_ARCHIVE
static void pack_raw(
	const char *path, int (*filter)(struct archive *), struct slice bytes, uint64_t zeros)
{
	struct packing packing = { archive_write_set_format_raw, filter, "compression-level=1",
		NULL };
	struct member member = { .name = "x", .bytes = bytes, .zeros = zeros };

	pack("", path, &packing, &member, 1);
}

static void pack_xz(const char *path, struct slice bytes, uint64_t zeros)
{
	pack_raw(path, archive_write_add_filter_xz, bytes, zeros);
}

static void pack_zstd(const char *path, struct slice bytes, uint64_t zeros)
{
	pack_raw(path, archive_write_add_filter_zstd, bytes, zeros);
}

static void pack_bzip2(const char *path, struct slice bytes, uint64_t zeros)
{
	pack_raw(path, archive_write_add_filter_bzip2, bytes, zeros);
}
#endif

static const struct {
	const char *name;
	void (*pack)(const char *path, struct slice bytes, uint64_t zeros);
	size_t lost;       /* at most so much is missing before damage */
	bool has_trailers; /* tells bytes behind from damage */
} kinds[] = {
	{ "gzip", pack_gzip, 0, true },
#ifdef WITH_ARCHIVE
	{ "xz", pack_xz, 128 << 10, false },
	{ "zstd", pack_zstd, 256 << 10, false },
	{ "bzip2", pack_bzip2, 1 << 20, true },
#endif
};

#define EACH_KIND(i) for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)

/* Reads to the end in pieces of `size`; what was read is `want` so far as it goes. */
static enum status read_all(
	struct stream *stream, struct slice want, size_t size, uint64_t *ret_total)
{
	char *bytes = malloc(size);
	uint64_t total = 0;

	assert_non_null(bytes);
	for (;;) {
		size_t got = 0;
		enum status status = stream_read(stream, bytes, size, &got);

		if (total < want.len) {
			struct slice expected = slice_from_to(want, total, total + got);

			assert_memory_equal(bytes, expected.ptr, expected.len);
		}
		total += got;
		*ret_total = total;
		if (status == ST_OK && got)
			continue;
		free(bytes);
		return status;
	}
}

static struct stream *opened(const char *path)
{
	struct stream *stream = NULL;

	assert_int_equal(stream_open(path, &stream), ST_OK);
	return stream;
}

static void assert_hash(struct stream *stream, const char *path)
{
	struct hasher *hasher = hasher_new();
	struct slice stored = scratch_read(path);
	char text[HASH_TEXT] = "";

	hasher_add(hasher, stored);
	if (hasher_finish(hasher, text))
		assert_true(slice_equal(stream_sha256(stream), slice_from(text)));
	else
		assert_int_equal(stream_sha256(stream).len, 0);
	assert_int_equal(stream_stored_bytes(stream), stored.len);
	assert_int_equal(stream_size(stream), stored.len);
	hasher_free(hasher);
	free((void *)(uintptr_t)stored.ptr);
}

static void compressed_files_are_read_whole(void **state)
{
	struct slice text = some_text();

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct stream *stream;
		uint64_t total;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, text, 0);
		stream = opened(path);
		assert_true(stream_is_compressed(stream));
		assert_int_equal(stream_head(stream).len, 64 << 10);
		assert_memory_equal(stream_head(stream).ptr, text.ptr, 64 << 10);
		assert_int_equal(read_all(stream, text, 7777, &total), ST_OK);
		assert_int_equal(total, text.len);
		assert_false(stream_has_trailer(stream));
		assert_hash(stream, path);
		stream_close(stream);
	}
}

static void nothing_compressed_is_nothing(void **state)
{
	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct stream *stream;
		uint64_t total;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, SLICE(""), 0);
		stream = opened(path);
		assert_true(stream_is_compressed(stream));
		assert_int_equal(read_all(stream, SLICE_NONE, 100, &total), ST_OK);
		assert_int_equal(total, 0);
		assert_int_equal(stream_status(stream), ST_OK);
		assert_hash(stream, path);
		stream_close(stream);
	}
}

/* What cat(1) makes of several files. */
static void files_behind_each_other_are_one(void **state)
{
	struct slice text = slice_from_to(some_text(), 0, 100000);

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct slice one, two;
		struct stream *stream;
		uint64_t total;
		char *both;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, slice_from_to(text, 0, 33333), 0);
		one = scratch_read(path);
		kinds[i].pack(path, slice_skip(text, 33333), 0);
		two = scratch_read(path);
		both = malloc(one.len + two.len);
		memcpy(both, one.ptr, one.len);
		memcpy(both + one.len, two.ptr, two.len);
		scratch_write(*state, kinds[i].name, (struct slice){ both, one.len + two.len });
		stream = opened(path);
		assert_int_equal(read_all(stream, text, 4096, &total), ST_OK);
		assert_int_equal(total, text.len);
		assert_false(stream_has_trailer(stream));
		stream_close(stream);
		free(both);
		free((void *)(uintptr_t)one.ptr);
		free((void *)(uintptr_t)two.ptr);
	}
}

static void cut_files_say_so_wherever_they_are_cut(void **state)
{
	struct slice text = some_text();

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct slice whole;

		kinds[i].pack(path, text, 0);
		whole = scratch_read(path);
		for (size_t cut = 17; cut < whole.len; cut += whole.len / 9) {
			struct stream *stream;
			uint64_t total, expected = text.len * cut / whole.len * 9 / 10;

			print_message("%s cut at %zu\n", kinds[i].name, cut);
			scratch_write(*state, "cut", slice_from_to(whole, 0, cut));
			stream = opened(scratch_path(*state, "cut"));
			assert_int_equal(read_all(stream, text, 50000, &total), ST_DAMAGED);
			assert_int_equal(stream_status(stream), ST_DAMAGED);
			assert_true(total < text.len);
			assert_true(total + kinds[i].lost >= expected || cut < 100);
			stream_close(stream);
		}
		free((void *)(uintptr_t)whole.ptr);
	}
}

static void overwritten_bytes_are_damage(void **state)
{
	struct slice text = some_text();

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct stream *stream;
		struct slice whole;
		uint64_t total;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, text, 0);
		whole = scratch_read(path);
		memset((char *)(uintptr_t)whole.ptr + whole.len / 3, 0xFF, whole.len / 3);
		stream = opened(scratch_write(*state, "bad", whole));
		assert_int_equal(read_all(stream, SLICE_NONE, 50000, &total), ST_DAMAGED);
		stream_close(stream);
		free((void *)(uintptr_t)whole.ptr);
	}
}

static void bytes_behind_are_told(void **state)
{
	struct slice text = slice_from_to(some_text(), 0, 1 << 20);

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct stream *stream;
		uint64_t total;
		enum status status;
		FILE *file;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, text, 0);
		file = fopen(path, "ab");
		assert_true(file && fputs("something else", file) >= 0 && fclose(file) == 0);
		stream = opened(path);
		status = read_all(stream, text, 50000, &total);
		assert_int_equal(status, kinds[i].has_trailers ? ST_OK : ST_DAMAGED);
		assert_int_equal(stream_has_trailer(stream), kinds[i].has_trailers);
		assert_true(total + kinds[i].lost >= text.len);
		if (status == ST_OK)
			assert_hash(stream, path);
		stream_close(stream);
	}
}

static void bombs_end_at_the_limit(void **state)
{
	const uint64_t free_of_limit = UINT64_C(64) << 20;

	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct stream *stream;
		uint64_t total;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, SLICE("x"), free_of_limit * 5 / 4);
		stream = opened(path);
		assert_int_equal(read_all(stream, SLICE("x"), 1 << 20, &total), ST_LIMIT);
		assert_true(total >= free_of_limit && total < free_of_limit * 5 / 4);
		stream_close(stream);
	}
}

/* One in the other: one is taken off. */
static void only_one_compression_is_taken_off(void **state)
{
	EACH_KIND(i)
	{
		const char *path = scratch_path(*state, kinds[i].name);
		struct slice inner;
		struct stream *stream;
		uint64_t total;

		print_message("%s\n", kinds[i].name);
		kinds[i].pack(path, SLICE("contents"), 0);
		inner = scratch_read(path);
		kinds[i].pack(path, inner, 0);
		stream = opened(path);
		assert_int_equal(read_all(stream, inner, 100, &total), ST_OK);
		assert_int_equal(total, inner.len);
		stream_close(stream);
		free((void *)(uintptr_t)inner.ptr);
	}
}

/* What else a stream is opened on */

static void plain_files_are_read_as_they_are(void **state)
{
	struct slice text = some_text();
	const char *path = scratch_write(*state, "plain", text);
	struct stream *stream = opened(path);
	uint64_t total;

	assert_false(stream_is_compressed(stream));
	assert_int_equal(stream_head(stream).len, 64 << 10);
	assert_int_equal(read_all(stream, text, 99999, &total), ST_OK);
	assert_int_equal(total, text.len);
	assert_hash(stream, path);
	stream_close(stream);
}

static void words_that_look_like_magic_are_plain(void **state)
{
	static const struct slice rows[] = {
		{ "BZh", 3 },
		{ "BZh9 is how bzip2 starts", 24 },
		{ "\x1F\x8B", 2 },
		{ "\xFD"
		  "7zXZ",
			5 },
		{ "", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stream *stream = opened(scratch_write(*state, "x", rows[i]));
		uint64_t total;

		assert_false(stream_is_compressed(stream));
		assert_int_equal(read_all(stream, rows[i], 100, &total), ST_OK);
		assert_int_equal(total, rows[i].len);
		stream_close(stream);
	}
}

static void going_on_works_in_plain_and_in_compressed_files(void **state)
{
	struct slice text = some_text();
	const char *plain = scratch_write(*state, "plain", text);
	const char *packed = scratch_path(*state, "packed");

	pack_gzip(packed, text, 0);
	for (int i = 0; i < 2; i++) {
		struct stream *stream = opened(i ? packed : plain);
		uint64_t total;

		(void)stream_head(stream);
		assert_int_equal(stream_go_to(stream, 1000), ST_OK);
		assert_int_equal(stream_go_to(stream, 1000000), ST_OK);
		assert_int_equal(read_all(stream, slice_skip(text, 1000000), 5000, &total), ST_OK);
		assert_int_equal(total, text.len - 1000000);
		assert_int_equal(stream_go_to(stream, text.len + 1), ST_DAMAGED);
		stream_close(stream);
	}
}

static void what_is_no_file_is_refused(void **state)
{
	struct stream *stream = NULL;
	int ends[2];

	assert_int_equal(stream_open(*state, &stream), ST_IO);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(stream_open(scratch_path(*state, "none"), &stream), ST_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkfifo(scratch_path(*state, "fifo"), 0600), 0);
	assert_int_equal(stream_open(scratch_path(*state, "fifo"), &stream), ST_IO);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(stream_open_fd(ends[0], &stream), ST_IO);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(close(ends[0]), -1); /* the stream has closed it */
	close(ends[1]);
	assert_null(stream);
}

/* Bytes by threes, and trouble after some. */
struct dripping {
	struct slice left;
	enum status end;
};

static enum status drip(void *self, char *bytes, size_t size, size_t *ret_read)
{
	struct dripping *dripping = self;
	size_t count = dripping->left.len < 3 ? dripping->left.len : 3;

	assert_true(size >= count);
	if (count)
		memcpy(bytes, dripping->left.ptr, count);
	dripping->left = slice_skip(dripping->left, count);
	*ret_read = count;
	return count ? ST_OK : dripping->end;
}

static void supplies_are_streams(void **state)
{
	struct slice text = slice_from_to(some_text(), 0, 100000);

	EACH_KIND(i)
	{
		struct slice packed;
		const char *path = scratch_path(*state, kinds[i].name);

		kinds[i].pack(path, text, 0);
		packed = scratch_read(path);
		for (enum status end = ST_OK; end <= ST_IO; end++) {
			struct dripping dripping = { slice_from_to(packed, 0, packed.len / 2),
				end };
			struct stream *stream;
			uint64_t total;

			if (end == ST_OK)
				dripping.left = packed;
			assert_int_equal(
				stream_open_supply((struct supply){ drip, &dripping }, &stream),
				ST_OK);
			assert_true(stream_is_compressed(stream));
			assert_int_equal(read_all(stream, text, 5000, &total), end);
			assert_true(end != ST_OK || total == text.len);
			assert_int_equal(stream_size(stream), 0);
			stream_close(stream);
		}
		free((void *)(uintptr_t)packed.ptr);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(compressed_files_are_read_whole),
		TEST(nothing_compressed_is_nothing),
		TEST(files_behind_each_other_are_one),
		TEST(cut_files_say_so_wherever_they_are_cut),
		TEST(overwritten_bytes_are_damage),
		TEST(bytes_behind_are_told),
		TEST(bombs_end_at_the_limit),
		TEST(only_one_compression_is_taken_off),
		TEST(plain_files_are_read_as_they_are),
		TEST(words_that_look_like_magic_are_plain),
		TEST(going_on_works_in_plain_and_in_compressed_files),
		TEST(what_is_no_file_is_refused),
		TEST(supplies_are_streams),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
