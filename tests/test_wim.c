/* WIMs made here with libwim: opened, walked, files taken out, and broken on purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/sha1.h"
#include "source/wim.h"

#ifndef WITH_WIM

static void test_no_reader(void **state)
{
	struct wim_problem problem;
	struct wim *wim = NULL;

	(void)state;
	assert_int_equal(wim_open("/dev/null", &wim, &problem), ST_FORMAT);
	assert_int_equal(problem.trouble, WIM_TROUBLE_NO_READER);
	assert_null(wim);
	wim_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_reader),
	};

	return cmocka_run_group_tests_name("wim", tests, NULL, NULL);
}

#else

#include <wimlib.h>

#define SMALL_FILES 40
#define BIG_SIZE    ((size_t)300 << 10)
#define PATH_BYTES  512

static char work[] = "/tmp/test-wim-XXXXXX";

static void digest_of(const char *text, size_t len, uint8_t digest[SHA1_SIZE])
{
	struct sha1 sha1;

	sha1_init(&sha1);
	for (size_t at = 0; at < len; at += 7) /* in odd pieces */
		sha1_add(&sha1, (struct slice){ text + at, len - at < 7 ? len - at : 7 });
	assert_true(sha1_finish(&sha1, digest));
}

/* The vectors of FIPS 180. */
static void test_sha1(void **state)
{
	static const struct {
		const char *text, *digest;
	} vectors[] = {
		{ "",
			"\xDA\x39\xA3\xEE\x5E\x6B\x4B\x0D\x32\x55\xBF\xEF\x95\x60\x18\x90\xAF\xD8"
			"\x07\x09" },
		{ "abc",
			"\xA9\x99\x3E\x36\x47\x06\x81\x6A\xBA\x3E\x25\x71\x78\x50\xC2\x6C\x9C\xD0"
			"\xD8\x9D" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"\x84\x98\x3E\x44\x1C\x3B\xD2\x6E\xBA\xAE\x4A\xA1\xF9\x51\x29\xE5\xE5\x46"
			"\x70\xF1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t digest[SHA1_SIZE];

		digest_of(vectors[i].text, strlen(vectors[i].text), digest);
		assert_memory_equal(digest, vectors[i].digest, SHA1_SIZE);
	}
}

/* ---- Making --------------------------------------------------------------------------- */

static const char *at_work(const char *format, ...) PRINTF_LIKE(1, 2);

/* A path in the work folder; the last eight stay valid. */
static const char *at_work(const char *format, ...)
{
	static char paths[8][PATH_BYTES];
	static unsigned next;
	char *path = paths[next++ % 8];
	int len = snprintf(path, PATH_BYTES, "%s/", work);
	va_list args;

	va_start(args, format);
	vsnprintf(path + len, PATH_BYTES - (size_t)len, format, args);
	va_end(args);
	return path;
}

static void put_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void put_text(const char *path, const char *text)
{
	put_file(path, text, strlen(text));
}

/* Bytes that do not compress, another run for another seed. */
static void put_big(const char *path, uint32_t seed)
{
	char *bytes = malloc(BIG_SIZE);

	assert_non_null(bytes);
	for (size_t i = 0; i < BIG_SIZE; i++) {
		seed = seed * 1664525u + 1013904223u;
		bytes[i] = (char)(seed >> 24);
	}
	put_file(path, bytes, BIG_SIZE);
	free(bytes);
}

/* Several chunks that compress. */
static void put_chunked(const char *path, const char *name)
{
	char *bytes = malloc(BIG_SIZE);

	assert_non_null(bytes);
	for (size_t i = 0; i < BIG_SIZE; i++)
		bytes[i] = name[i * i % strlen(name)];
	put_file(path, bytes, BIG_SIZE);
	free(bytes);
}

static void make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

/* What two images have: some files in common, some alike in name only, some their own. */
static void make_tree(const char *name, unsigned seed)
{
	make_folder(at_work("%s", name));
	make_folder(at_work("%s/Windows", name));
	make_folder(at_work("%s/Windows/Deep", name));
	make_folder(at_work("%s/Users", name));
	for (unsigned i = 0; i < SMALL_FILES; i++) {
		char text[64];

		snprintf(text, sizeof(text), "small file %u of all images", i);
		put_text(at_work("%s/Windows/Small-%02u.txt", name, i), text);
	}
	put_text(at_work("%s/Windows/Empty.log", name), "");
	put_text(at_work("%s/Windows/Deep/Own.txt", name), name);
	put_big(at_work("%s/Windows/Deep/Big.bin", name), seed);
	put_chunked(at_work("%s/Windows/Deep/Chunked.txt", name), name);
	put_text(at_work("%s/Users/Private.txt", name), "not wanted");
	assert_int_equal(symlink("../../../../../etc/passwd", at_work("%s/Windows/Out", name)), 0);
	assert_int_equal(symlink("/etc", at_work("%s/Linked", name)), 0);
}

static void add_tree(WIMStruct *wim, const char *name)
{
	assert_int_equal(wimlib_add_image(wim, at_work("%s", name), name, NULL, 0), 0);
}

/* The two trees as a WIM: flags of wimlib_write. */
static void make_wim(const char *name, enum wimlib_compression_type type, int flags)
{
	WIMStruct *wim;

	assert_int_equal(wimlib_create_new_wim(type, &wim), 0);
	add_tree(wim, "first");
	add_tree(wim, "second");
	assert_int_equal(wimlib_write(wim, at_work("%s", name), WIMLIB_ALL_IMAGES, flags, 1), 0);
	wimlib_free(wim);
}

/* All of the parts are of one file each, or nearly: the limit is smaller than Big.bin. */
static void make_split(const char *folder)
{
	WIMStruct *wim;

	make_folder(at_work("%s", folder));
	assert_int_equal(wimlib_open_wim(at_work("plain.wim"), 0, &wim), 0);
	assert_int_equal(wimlib_split(wim, at_work("%s/install.swm", folder), 100 << 10, 0), 0);
	wimlib_free(wim);
}

static void copy_file(const char *from, const char *to)
{
	struct stat info;
	char *bytes;
	FILE *file = fopen(from, "r");

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &info), 0);
	bytes = malloc((size_t)info.st_size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)info.st_size, file), info.st_size);
	fclose(file);
	put_file(to, bytes, (size_t)info.st_size);
	free(bytes);
}

static void overwrite(const char *path, uint64_t at, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, len, (off_t)at), len);
	close(fd);
}

static int group_begin(void **state)
{
	(void)state;
	if (!mkdtemp(work) || setenv("TMPDIR", work, 1) != 0)
		return -1;
	wimlib_global_init(WIMLIB_INIT_FLAG_DEFAULT_CASE_INSENSITIVE);
	make_tree("first", 1);
	make_tree("second", 2);
	make_wim("plain.wim", WIMLIB_COMPRESSION_TYPE_NONE, 0);
	make_wim("lzx.wim", WIMLIB_COMPRESSION_TYPE_LZX, 0);
	make_wim("solid.esd", WIMLIB_COMPRESSION_TYPE_LZMS, WIMLIB_WRITE_FLAG_SOLID);
	make_wim("pipable.wim", WIMLIB_COMPRESSION_TYPE_XPRESS, WIMLIB_WRITE_FLAG_PIPABLE);
	make_split("split");
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static int group_end(void **state)
{
	(void)state;
	return nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- Walking -------------------------------------------------------------------------- */

#define MAX_SEEN 256

struct seen {
	struct {
		char path[64];
		enum walk_kind kind;
		uint64_t size;
		bool has_sha1;
		uint8_t sha1[SHA1_SIZE];
	} files[MAX_SEEN];
	size_t count;
	unsigned entered, troubles;
	char trouble[64];
};

static bool enter(void *self, struct slice folder)
{
	struct seen *seen = self;

	seen->entered++;
	return !slice_equal_nocase(folder, SLICE("users"));
}

static void take(void *self, const struct walk_file *file)
{
	struct seen *seen = self;

	assert_true(seen->count < MAX_SEEN);
	snprintf(seen->files[seen->count].path, 64, "%.*s", SLICE_ARG(file->path));
	seen->files[seen->count].kind = file->kind;
	seen->files[seen->count].size = file->size;
	seen->files[seen->count].has_sha1 = file->sha1;
	if (file->sha1)
		memcpy(seen->files[seen->count].sha1, file->sha1, SHA1_SIZE);
	seen->count++;
}

static void trouble(void *self, struct slice path, struct slice words)
{
	struct seen *seen = self;

	assert_true(words.len > 0);
	snprintf(seen->trouble, sizeof(seen->trouble), "%.*s", SLICE_ARG(path));
	seen->troubles++;
}

static void walk_image(struct wim *wim, uint32_t image, struct seen *seen)
{
	struct walk walk = { enter, take, trouble, seen };
	struct wim_problem problem;

	memset(seen, 0, sizeof(*seen));
	assert_int_equal(wim_walk(wim, image, &walk, &problem), ST_OK);
	assert_int_equal(problem.trouble, WIM_FINE);
}

static size_t find(const struct seen *seen, const char *path)
{
	size_t at = 0;

	while (at < seen->count && strcmp(seen->files[at].path, path) != 0)
		at++;
	if (at == seen->count)
		fail_msg("'%s' was not seen", path);
	return at;
}

static struct wim *opened(const char *path)
{
	struct wim_problem problem;
	struct wim *wim = NULL;

	if (wim_open(path, &wim, &problem) != ST_OK)
		fail_msg("'%s': %s", path, problem.words);
	assert_int_equal(problem.trouble, WIM_FINE);
	return wim;
}

static void test_walk(void **state)
{
	static const char *const names[] = { "plain.wim", "lzx.wim", "solid.esd", "pipable.wim",
		"split/install.swm", "split/install2.swm" };
	struct seen first, second;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct wim *wim = opened(at_work("%s", names[i]));

		assert_int_equal(wim_image_count(wim), 2);
		walk_image(wim, 1, &first);
		walk_image(wim, 2, &second);
		wim_close(wim);
		/* the small ones, Empty.log, Out, and what lies deep */
		assert_int_equal(first.count, SMALL_FILES + 5);
		assert_int_equal(second.count, first.count);
		assert_memory_equal(first.files[find(&first, "Windows/Small-07.txt")].sha1,
			second.files[find(&second, "Windows/Small-07.txt")].sha1, SHA1_SIZE);
		assert_memory_not_equal(first.files[find(&first, "Windows/Deep/Big.bin")].sha1,
			second.files[find(&second, "Windows/Deep/Big.bin")].sha1, SHA1_SIZE);
		assert_int_equal(first.files[find(&first, "Windows/Deep/Big.bin")].size, BIG_SIZE);
		assert_false(first.files[find(&first, "Windows/Empty.log")].has_sha1);
	}
}

static void test_links(void **state)
{
	struct wim *wim = opened(at_work("lzx.wim"));
	struct seen seen;

	(void)state;
	walk_image(wim, 1, &seen);
	assert_int_equal(seen.files[find(&seen, "Windows/Out")].kind, WALK_LINK);
	assert_false(seen.files[find(&seen, "Windows/Out")].has_sha1);
	assert_int_equal(seen.files[find(&seen, "Windows/Deep/Own.txt")].kind, WALK_FILE);
	assert_int_equal(seen.troubles, 1); /* a link to a folder, which was to be entered */
	assert_string_equal(seen.trouble, "Linked");
	wim_close(wim);
}

static void test_no_such_image(void **state)
{
	struct wim *wim = opened(at_work("lzx.wim"));
	struct seen seen = { .count = 0 };
	struct walk walk = { enter, take, trouble, &seen };
	struct wim_problem problem;

	(void)state;
	assert_int_equal(wim_walk(wim, 0, &walk, &problem), ST_FORMAT);
	assert_int_equal(wim_walk(wim, 3, &walk, &problem), ST_FORMAT);
	assert_int_equal(problem.trouble, WIM_TROUBLE_IMAGE);
	assert_true(problem.words[0]);
	wim_close(wim);
}

/* ---- Taking out ----------------------------------------------------------------------- */

struct taken {
	struct wim_blob blobs[MAX_SEEN * 2];
	size_t count;
	struct scratch *scratch;
	enum status status;
};

/* The distinct contents that were seen. */
static void add_blobs(struct taken *taken, const struct seen *seen)
{
	for (size_t i = 0; i < seen->count; i++) {
		size_t at = 0;

		if (!seen->files[i].has_sha1)
			continue;
		while (at < taken->count &&
			memcmp(taken->blobs[at].sha1, seen->files[i].sha1, SHA1_SIZE) != 0)
			at++;
		if (at == taken->count)
			memcpy(taken->blobs[taken->count++].sha1, seen->files[i].sha1, SHA1_SIZE);
	}
}

static void take_all(struct wim *wim, struct taken *taken)
{
	struct seen seen;

	memset(taken, 0, sizeof(*taken));
	for (uint32_t image = 1; image <= wim_image_count(wim); image++) {
		walk_image(wim, image, &seen);
		add_blobs(taken, &seen);
	}
	assert_int_equal(scratch_new(&taken->scratch), ST_OK);
	taken->status = wim_extract(wim, taken->blobs, taken->count, taken->scratch, 2);
}

static void release(struct taken *taken)
{
	for (size_t i = 0; i < taken->count; i++)
		free(taken->blobs[i].file);
	scratch_free(taken->scratch);
}

static size_t count_state(const struct taken *taken, enum wim_blob_state wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < taken->count; i++)
		count += taken->blobs[i].state == wanted;
	return count;
}

static uint64_t digest_file(const char *path, uint8_t digest[SHA1_SIZE])
{
	struct sha1 sha1;
	uint64_t size = 0;
	FILE *file = fopen(path, "r");
	char buffer[4096];
	size_t got;

	assert_non_null(file);
	sha1_init(&sha1);
	while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0) {
		sha1_add(&sha1, (struct slice){ buffer, got });
		size += got;
	}
	assert_true(sha1_finish(&sha1, digest));
	fclose(file);
	return size;
}

/* Every file holds what its state says, in a private folder. */
static void check_files(const struct taken *taken)
{
	for (size_t i = 0; i < taken->count; i++) {
		const struct wim_blob *blob = &taken->blobs[i];
		uint8_t digest[SHA1_SIZE];
		struct stat info;
		uint64_t size;

		if (!blob->file) {
			assert_true(blob->state != BLOB_OK && blob->state != BLOB_CHANGED);
			continue;
		}
		assert_int_equal(lstat(blob->file, &info), 0);
		assert_true(S_ISREG(info.st_mode));
		size = digest_file(blob->file, digest);
		assert_int_equal(
			memcmp(digest, blob->sha1, SHA1_SIZE) == 0, blob->state == BLOB_OK);
		if (blob->state != BLOB_DAMAGED)
			assert_int_equal(size, blob->size);
	}
}

/* The small ones, and of each image the three that lie deep. */
#define DISTINCT (SMALL_FILES + 6)

static void test_extract(void **state)
{
	static const char *const names[] = { "plain.wim", "lzx.wim", "solid.esd", "pipable.wim",
		"split/install.swm", "split/install2.swm" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct wim *wim = opened(at_work("%s", names[i]));
		struct taken taken;

		take_all(wim, &taken);
		wim_close(wim);
		assert_int_equal(taken.count, DISTINCT);
		assert_int_equal(taken.status, ST_OK);
		assert_int_equal(count_state(&taken, BLOB_OK), DISTINCT);
		check_files(&taken);
		release(&taken);
	}
}

static void test_extract_nothing(void **state)
{
	struct wim *wim = opened(at_work("lzx.wim"));
	struct wim_blob blob = { .sha1 = { 1, 2, 3 } };
	struct scratch *scratch;

	(void)state;
	assert_int_equal(scratch_new(&scratch), ST_OK);
	assert_int_equal(wim_extract(wim, NULL, 0, scratch, 2), ST_OK);
	assert_int_equal(wim_extract(wim, &blob, 1, scratch, 2), ST_DAMAGED);
	assert_int_equal(blob.state, BLOB_MISSING);
	assert_null(blob.file);
	scratch_free(scratch);
	wim_close(wim);
}

/* ---- Broken --------------------------------------------------------------------------- */

struct place {
	const uint8_t *sha1;
	struct wimlib_resource_entry entry;
	bool is_found;
};

static int note_place(const struct wimlib_resource_entry *entry, void *self)
{
	struct place *place = self;

	if (memcmp(entry->sha1_hash, place->sha1, SHA1_SIZE) == 0) {
		place->entry = *entry;
		place->is_found = true;
	}
	return 0;
}

/* Where a file of the work folder lies in a WIM of it. */
static struct wimlib_resource_entry place_of(const char *wim_name, const char *file)
{
	uint8_t digest[SHA1_SIZE];
	struct place place = { .sha1 = digest };
	WIMStruct *wim;

	digest_file(at_work("%s", file), digest);
	assert_int_equal(wimlib_open_wim(at_work("%s", wim_name), 0, &wim), 0);
	assert_int_equal(wimlib_iterate_lookup_table(wim, 0, note_place, &place), 0);
	wimlib_free(wim);
	assert_true(place.is_found);
	return place.entry;
}

/* The state of the blob of a file of the work folder. */
static const struct wim_blob *blob_of(const struct taken *taken, const char *file)
{
	uint8_t digest[SHA1_SIZE];
	size_t at = 0;

	digest_file(at_work("%s", file), digest);
	while (at < taken->count && memcmp(taken->blobs[at].sha1, digest, SHA1_SIZE) != 0)
		at++;
	assert_true(at < taken->count);
	return &taken->blobs[at];
}

/* Two blobs that are not what their hashes say; all others come out. */
static void test_changed(void **state)
{
	struct wim *wim;
	struct taken taken;

	(void)state;
	copy_file(at_work("plain.wim"), at_work("changed.wim"));
	overwrite(at_work("changed.wim"),
		place_of("plain.wim", "first/Windows/Small-03.txt").offset, "S", 1);
	overwrite(at_work("changed.wim"),
		place_of("plain.wim", "second/Windows/Deep/Big.bin").offset + 1000, "xxxx", 4);
	wim = opened(at_work("changed.wim"));
	take_all(wim, &taken);
	wim_close(wim);
	assert_int_equal(taken.status, ST_DAMAGED);
	assert_int_equal(count_state(&taken, BLOB_OK), DISTINCT - 2);
	assert_int_equal(blob_of(&taken, "first/Windows/Small-03.txt")->state, BLOB_CHANGED);
	assert_int_equal(blob_of(&taken, "second/Windows/Deep/Big.bin")->state, BLOB_CHANGED);
	check_files(&taken);
	release(&taken);
}

static struct bytes_in {
	char *ptr;
	size_t len;
} read_whole(const char *path)
{
	struct bytes_in whole;
	struct stat info;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &info), 0);
	whole.len = (size_t)info.st_size;
	whole.ptr = malloc(whole.len);
	assert_non_null(whole.ptr);
	assert_int_equal(fread(whole.ptr, 1, whole.len, file), whole.len);
	fclose(file);
	return whole;
}

/* Takes all out of a WIM in which one file is broken. */
static void check_one_broken(const char *name, const char *file, enum wim_blob_state state)
{
	struct wim *wim = opened(at_work("%s", name));
	struct taken taken;

	take_all(wim, &taken);
	wim_close(wim);
	assert_int_equal(taken.status, ST_DAMAGED);
	assert_int_equal(count_state(&taken, BLOB_OK), DISTINCT - 1);
	assert_int_equal(blob_of(&taken, file)->state, state);
	check_files(&taken);
	release(&taken);
}

/* A table of chunks that makes no sense cannot be read past. */
static void test_damaged_table(void **state)
{
	struct wimlib_resource_entry place = place_of("lzx.wim", "first/Windows/Deep/Chunked.txt");

	(void)state;
	assert_true(place.is_compressed);
	copy_file(at_work("lzx.wim"), at_work("table.wim"));
	overwrite(at_work("table.wim"), place.offset, "\xFF\xFF\xFF\xFF", 4);
	check_one_broken("table.wim", "first/Windows/Deep/Chunked.txt", BLOB_DAMAGED);
}

/* A chunk that does not decode is bridged. */
static void test_damaged_chunk(void **state)
{
	struct wimlib_resource_entry place = place_of("lzx.wim", "second/Windows/Deep/Chunked.txt");
	char rubbish[64];

	(void)state;
	memset(rubbish, 0xFF, sizeof(rubbish));
	copy_file(at_work("lzx.wim"), at_work("chunk.wim"));
	overwrite(at_work("chunk.wim"), place.offset + place.compressed_size - 64, rubbish, 64);
	check_one_broken("chunk.wim", "second/Windows/Deep/Chunked.txt", BLOB_CHANGED);
}

/* The solid block does not decode: nothing comes out well, and nothing breaks. */
static void test_damaged_solid(void **state)
{
	struct wimlib_resource_entry place = place_of("solid.esd", "first/Windows/Small-00.txt");
	struct wim *wim;
	struct taken taken;
	char rubbish[256];

	(void)state;
	assert_true(place.packed);
	memset(rubbish, 0xA5, sizeof(rubbish));
	copy_file(at_work("solid.esd"), at_work("rubbish.esd"));
	overwrite(at_work("rubbish.esd"),
		place.raw_resource_offset_in_wim + place.raw_resource_compressed_size / 2, rubbish,
		sizeof(rubbish));
	wim = opened(at_work("rubbish.esd"));
	take_all(wim, &taken);
	wim_close(wim);
	assert_int_equal(taken.status, ST_DAMAGED);
	assert_true(count_state(&taken, BLOB_OK) < DISTINCT);
	assert_int_equal(count_state(&taken, BLOB_MISSING), 0);
	check_files(&taken);
	release(&taken);
}

static void expect_trouble(const char *path, enum status status, enum wim_trouble expected)
{
	struct wim_problem problem;
	struct wim *wim = NULL;

	if (wim_open(path, &wim, &problem) != status || problem.trouble != expected)
		fail_msg("'%s': trouble %d: %s", path, problem.trouble, problem.words);
	assert_true(problem.words[0]);
	if (status != ST_DAMAGED)
		assert_null(wim);
	wim_close(wim);
}

/* Missing parts are named; what the others have comes out. */
static void test_missing_parts(void **state)
{
	struct wim_problem problem;
	struct taken taken;
	struct seen seen;
	struct wim *wim;
	size_t at;

	(void)state;
	make_folder(at_work("gaps"));
	copy_file(at_work("split/install.swm"), at_work("gaps/install.swm"));
	copy_file(at_work("split/install3.swm"), at_work("gaps/other name.swm"));
	put_text(at_work("gaps/install2.swm"), "no WIM at all");
	assert_int_equal(wim_open(at_work("gaps/install.swm"), &wim, &problem), ST_DAMAGED);
	assert_int_equal(problem.trouble, WIM_TROUBLE_PART_MISSING);
	assert_int_equal(strncmp(problem.words, "parts 2, 4", 10), 0);
	take_all(wim, &taken);
	walk_image(wim, 2, &seen);
	wim_close(wim);
	at = find(&seen, "Windows/Deep/Big.bin"); /* larger than a part: alone in one */
	assert_true(seen.files[at].has_sha1);
	assert_int_equal(seen.files[at].size,
		blob_of(&taken, "second/Windows/Deep/Big.bin")->state == BLOB_OK ? BIG_SIZE : 0);
	assert_int_equal(taken.status, ST_DAMAGED);
	assert_true(count_state(&taken, BLOB_OK) > 0);
	assert_int_equal(
		count_state(&taken, BLOB_OK) + count_state(&taken, BLOB_MISSING), taken.count);
	check_files(&taken);
	release(&taken);
	assert_int_equal(unlink(at_work("gaps/install.swm")), 0);
	expect_trouble(at_work("gaps/other name.swm"), ST_FORMAT, WIM_TROUBLE_PART_MISSING);
}

static void test_no_wims(void **state)
{
	(void)state;
	put_text(at_work("empty.wim"), "");
	put_text(at_work("text.wim"), "this is no WIM");
	expect_trouble(at_work("empty.wim"), ST_FORMAT, WIM_TROUBLE_NOT_A_WIM);
	expect_trouble(at_work("text.wim"), ST_FORMAT, WIM_TROUBLE_NOT_A_WIM);
	expect_trouble(at_work("nowhere.wim"), ST_IO, WIM_TROUBLE_IO);
	expect_trouble(at_work("first"), ST_IO, WIM_TROUBLE_IO);
}

/* Cut at any place: told, never a crash. */
static void test_cut(void **state)
{
	struct stat info;

	(void)state;
	assert_int_equal(stat(at_work("lzx.wim"), &info), 0);
	for (int i = 1; i < 16; i++) {
		copy_file(at_work("lzx.wim"), at_work("cut.wim"));
		assert_int_equal(truncate(at_work("cut.wim"), info.st_size * i / 16), 0);
		expect_trouble(at_work("cut.wim"), ST_FORMAT, WIM_TROUBLE_DAMAGED);
	}
}

static uint64_t little(const char *bytes, unsigned count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | (unsigned char)bytes[count];
	return value;
}

/* Sizes and places that lie do not cost memory. */
static void test_lies(void **state)
{
	static const struct {
		uint64_t at;
		const char *bytes;
		size_t len;
	} lies[] = {
		{ 48, "\x00\x00\x00\x00\x00\x10\x00", 7 },     /* table: its size */
		{ 56, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8 }, /* its place */
		{ 64, "\xFF\xFF\xFF\xFF\xFF\x00\x00", 7 },     /* its original size */
		{ 72, "\x00\x00\x00\x00\x00\x10\x00", 7 },     /* XML */
		{ 80, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8 },
		{ 88, "\xFF\xFF\xFF\xFF\xFF\x00\x00", 7 },
		{ 40, "\x03\x00\x02\x00", 4 },                    /* part 3 of 2 */
		{ 40, "\x00\x00\x02\x00", 4 }, { 44, "\x07", 1 }, /* images */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		copy_file(at_work("lzx.wim"), at_work("lies.wim"));
		overwrite(at_work("lies.wim"), lies[i].at, lies[i].bytes, lies[i].len);
		expect_trouble(at_work("lies.wim"), ST_FORMAT, WIM_TROUBLE_DAMAGED);
	}
}

/* A file whose stated size is out of all proportion is not even begun. */
static void test_too_large(void **state)
{
	struct wimlib_resource_entry place = place_of("lzx.wim", "first/Windows/Deep/Chunked.txt");
	struct bytes_in whole = read_whole(at_work("lzx.wim"));
	char entry[24];

	(void)state;
	for (unsigned i = 0; i < sizeof(entry); i++) {
		uint64_t value = i < 8 ? place.compressed_size | UINT64_C(4) << 56
				       : (i < 16 ? place.offset : place.uncompressed_size);

		entry[i] = (char)(value >> 8 * (i % 8));
	}
	for (size_t at = 0; at + sizeof(entry) <= whole.len; at++)
		if (memcmp(whole.ptr + at, entry, sizeof(entry)) == 0)
			whole.ptr[at + 20] = 1; /* 4 GiB more */
	put_file(at_work("large.wim"), whole.ptr, whole.len);
	free(whole.ptr);
	check_one_broken("large.wim", "first/Windows/Deep/Chunked.txt", BLOB_TOO_LARGE);
}

/* The scratch cannot be written: that is no fault of the WIM. */
static void test_no_room(void **state)
{
	struct wim *wim = opened(at_work("lzx.wim"));
	struct rlimit before, small;
	struct taken taken;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = BIG_SIZE / 2;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	take_all(wim, &taken);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(taken.status, ST_IO);
	for (size_t i = 0; i < taken.count; i++)
		assert_null(taken.blobs[i].file);
	release(&taken);
	wim_close(wim);
}

/* Only the header and the places of things are in the clear. */
static void test_encrypted(void **state)
{
	char header[208], rubbish[1024];
	FILE *file;

	(void)state;
	copy_file(at_work("solid.esd"), at_work("closed.esd"));
	file = fopen(at_work("closed.esd"), "r");
	assert_non_null(file);
	assert_int_equal(fread(header, 1, sizeof(header), file), sizeof(header));
	fclose(file);
	memset(rubbish, 0xC3, sizeof(rubbish));
	assert_true(little(header + 72, 7) > 64);
	overwrite(at_work("closed.esd"), little(header + 80, 8), rubbish, 64);
	expect_trouble(at_work("closed.esd"), ST_FORMAT, WIM_TROUBLE_ENCRYPTED);
}

/* ---- Images that are broken ------------------------------------------------------------ */

struct metadata {
	uint32_t image, at;
	struct wimlib_resource_entry entry;
};

static int note_metadata(const struct wimlib_resource_entry *entry, void *self)
{
	struct metadata *metadata = self;

	if (entry->is_metadata && ++metadata->at == metadata->image)
		metadata->entry = *entry;
	return 0;
}

/* Puts UTF-16 in the place of as much in the names of an image. */
static void rename_in(char *names, size_t len, const char *from, const char *to)
{
	size_t count = strlen(from);

	for (size_t at = 0; at + 2 * count <= len; at += 2) {
		size_t i = 0;

		while (i < count && names[at + 2 * i] == from[i] && !names[at + 2 * i + 1])
			i++;
		if (i < count)
			continue;
		for (i = 0; i < count; i++)
			names[at + 2 * i] = to[i];
		return;
	}
	fail_msg("'%s' is not there", from);
}

/* A copy of plain.wim with a name changed, and its hash with it when `hashed`. */
static void change_names(
	const char *name, uint32_t image, const char *from, const char *to, bool hashed)
{
	struct metadata metadata = { .image = image };
	struct bytes_in whole = read_whole(at_work("plain.wim"));
	uint8_t digest[SHA1_SIZE];
	WIMStruct *wim;
	char *names;

	assert_int_equal(wimlib_open_wim(at_work("plain.wim"), 0, &wim), 0);
	wimlib_iterate_lookup_table(wim, 0, note_metadata, &metadata);
	wimlib_free(wim);
	assert_true(metadata.at >= image && !metadata.entry.is_compressed);
	names = whole.ptr + metadata.entry.offset;
	rename_in(names, (size_t)metadata.entry.uncompressed_size, from, to);
	digest_of(names, (size_t)metadata.entry.uncompressed_size, digest);
	for (size_t at = 0; hashed && at + SHA1_SIZE <= whole.len; at++)
		if (memcmp(whole.ptr + at, metadata.entry.sha1_hash, SHA1_SIZE) == 0)
			memcpy(whole.ptr + at, digest, SHA1_SIZE);
	put_file(at_work("%s", name), whole.ptr, whole.len);
	free(whole.ptr);
}

/* One image is lost, the other is not. */
static void test_damaged_image(void **state)
{
	struct seen seen = { .count = 0 };
	struct walk walk = { enter, take, trouble, &seen };
	struct wim_problem problem;
	struct wim *wim;

	(void)state;
	change_names("image.wim", 1, "Small-01", "Small-xx", false);
	wim = opened(at_work("image.wim"));
	assert_int_equal(wim_walk(wim, 1, &walk, &problem), ST_FORMAT);
	assert_int_equal(problem.trouble, WIM_TROUBLE_IMAGE);
	assert_non_null(strstr(problem.words, "SHA-1"));
	assert_int_equal(seen.count, 0);
	walk_image(wim, 2, &seen);
	assert_int_equal(seen.count, SMALL_FILES + 5);
	wim_close(wim);
}

/* What libwim leaves out of an image is told; the rest is walked. */
static void test_names(void **state)
{
	static const struct {
		const char *from, *to;
	} names[] = {
		{ "Small-01.txt", "Small-02.txt" },
		{ "Small-01.txt", "Small-0\0.txt" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct seen seen = { .count = 0 };
		struct walk walk = { enter, take, trouble, &seen };
		struct wim_problem problem;
		struct wim *wim;

		change_names("names.wim", 1, names[i].from, names[i].to, true);
		wim = opened(at_work("names.wim"));
		assert_int_equal(wim_walk(wim, 1, &walk, &problem), ST_DAMAGED);
		assert_int_equal(problem.trouble, WIM_TROUBLE_NAMES);
		assert_true(problem.words[0]);
		assert_int_equal(seen.count, SMALL_FILES + 4);
		walk_image(wim, 2, &seen); /* what was said of one is not said of another */
		wim_close(wim);
	}
}

/* Names that would be taken for paths, and two that differ in case alone. */
static void test_odd_names(void **state)
{
	struct seen seen;
	struct wim *wim;

	(void)state;
	change_names("slash.wim", 1, "Deep", "De/p", true);
	wim = opened(at_work("slash.wim"));
	walk_image(wim, 1, &seen);
	assert_int_equal(seen.count, SMALL_FILES + 2);
	assert_int_equal(seen.troubles, 2);
	wim_close(wim);

	change_names("case.wim", 1, "Small-01.txt", "sMALL-02.TXT", true);
	wim = opened(at_work("case.wim"));
	walk_image(wim, 1, &seen);
	assert_int_equal(seen.count, SMALL_FILES + 5);
	find(&seen, "Windows/sMALL-02.TXT");
	find(&seen, "Windows/Small-02.txt");
	wim_close(wim);

	change_names("folders.wim", 1, "Windows", "WINdows", true);
	wim = opened(at_work("folders.wim"));
	walk_image(wim, 1, &seen);
	find(&seen, "WINdows/Deep/Own.txt");
	wim_close(wim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha1),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_no_such_image),
		cmocka_unit_test(test_extract),
		cmocka_unit_test(test_extract_nothing),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_damaged_table),
		cmocka_unit_test(test_damaged_chunk),
		cmocka_unit_test(test_damaged_solid),
		cmocka_unit_test(test_missing_parts),
		cmocka_unit_test(test_no_wims),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_damaged_image),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_odd_names),
	};

	return cmocka_run_group_tests_name("wim", tests, group_begin, group_end);
}

#endif
