/*
 * Feeds: one log out of two files. Read with a format of the test's own, whose records are lines
 * up to one that ends in "$$"; every cut of a text into two files must give what the text gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/text.h"
#include "core/feed.h"
#include "lib_scratch.h"

/* The format */

/* Behind the record that begins at `at`; 0: it has no end. */
static size_t record_end(struct slice bytes, size_t at)
{
	size_t end = slice_find(slice_skip(bytes, at), SLICE("$$\n"));

	return end == SLICE_MISSING ? 0 : at + end + 3;
}

static size_t cut(struct slice bytes)
{
	size_t last = 0, at = 0, end;

	for (; at < bytes.len && (end = record_end(bytes, at)); at = end)
		last = at;
	return at < bytes.len ? at : last;
}

static void read_records(struct slice bytes, struct parse_result *result)
{
	for (size_t at = 0, end; at < bytes.len; at = end) {
		struct fact *fact;

		end = record_end(bytes, at);
		end = end ? end : bytes.len;
		fact = parse_result_add(result, FACT_SITE_NOTE);
		if (!fact)
			return;
		fact->words = slice_from_to(bytes, at, end);
		fact->at.line = result->lines + 1;
		fact->at.offset = at;
		fact->when = NO_TIME;
		fact->index = result->traits;
		result->records++;
		if (slice_find(fact->words, SLICE("noted")) != SLICE_MISSING)
			parse_result_note(result, DIAG_CLOCK_STEP, fact->at.line, at, SLICE_NONE);
		for (size_t i = at; i < end; i++)
			result->lines += bytes.ptr[i] == '\n';
	}
}

static uint32_t look(struct slice head)
{
	return head.len ? (uint32_t)head.ptr[0] : 0;
}

static const struct parser format = {
	.name = "test", .shape = PARSER_LINES, .look = look, .cut = cut, .read = read_records
};

/* The bench */

struct fixture {
	char *folder;
	struct pool *pools[2];
	struct report report;
	struct report_input inputs[2];
	struct feed *feed;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->folder = scratch_make();
	assert_int_equal(pool_new(0, &fixture->pools[0]), ST_OK);
	assert_int_equal(pool_new(2, &fixture->pools[1]), ST_OK);
	arena_init(&fixture->report.arena, (size_t)64 << 20);
	diagnostics_init(&fixture->report.diagnostics, &fixture->report.arena);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	diagnostics_release(&fixture->report.diagnostics);
	arena_release(&fixture->report.arena);
	pool_free(fixture->pools[0]);
	pool_free(fixture->pools[1]);
	scratch_remove(fixture->folder);
	free(fixture);
	return 0;
}

static const char *const names[] = { "X.lo_", "X.log" };

/* A feed of files of the folder, inputs 0 and 1, or of the second alone. */
static void begin(struct fixture *fixture, unsigned count, unsigned blocks)
{
	struct feed_setup setup = {
		.source_count = count,
		.parser = &format,
		.pool = fixture->pools[blocks > 1],
		.blocks = blocks,
		.diagnostics = &fixture->report.diagnostics,
	};

	memset(fixture->inputs, 0, sizeof(fixture->inputs));
	for (unsigned i = 0; i < count; i++) {
		uint32_t input = i + 2 - count;

		setup.sources[i] =
			(struct feed_source){ .input = input, .report = &fixture->inputs[input] };
		assert_int_equal(stream_open(scratch_path(fixture->folder, names[input]),
					 &setup.sources[i].stream),
			ST_OK);
	}
	assert_int_equal(feed_new(&setup, &fixture->feed), ST_OK);
}

static void end(struct fixture *fixture)
{
	assert_null(feed_next(fixture->feed));
	assert_int_equal(feed_status(fixture->feed), ST_OK);
	feed_free(fixture->feed);
}

static void write_file(struct fixture *fixture, int number, struct slice bytes)
{
	scratch_write(fixture->folder, names[number], bytes);
}

static size_t notes_of(const struct fixture *fixture, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < fixture->report.diagnostics.count; i++)
		count += fixture->report.diagnostics.items[i].code == code;
	return count;
}

static uint64_t lines_in(struct slice text)
{
	uint64_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.ptr[i] == '\n';
	return count;
}

/* The records of `text`, which lies in two files parted at `at`, each where it begins. */
static void check(struct fixture *fixture, struct slice text, size_t at)
{
	struct slice files[2] = { slice_from_to(text, 0, at), slice_skip(text, at) };
	uint64_t counts[2] = { 0, 0 }, line = 1;
	size_t from = 0;

	while (from < text.len) {
		size_t to = record_end(text, from), file = from >= at;
		size_t offset = from - (file ? at : 0);
		const struct fact *fact = feed_next(fixture->feed);

		to = to ? to : text.len;
		assert_non_null(fact);
		assert_int_equal(fact->words.len, to - from);
		assert_memory_equal(fact->words.ptr, text.ptr + from, to - from);
		assert_int_equal(fact->at.input, file);
		assert_int_equal(fact->at.offset, offset);
		assert_int_equal(fact->at.line, line);
		counts[file]++;
		line = from < at && to >= at ? 1 : line;
		line += lines_in(slice_from_to(text, from < at && to >= at ? at : from, to));
		from = to;
	}
	end(fixture);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fixture->inputs[i].bytes, files[i].len);
		assert_int_equal(fixture->inputs[i].facts, counts[i]);
		assert_int_equal(fixture->inputs[i].records, counts[i]);
	}
}

static void check_cut(struct fixture *fixture, struct slice text, size_t at)
{
	write_file(fixture, 0, slice_from_to(text, 0, at));
	write_file(fixture, 1, slice_skip(text, at));
	for (unsigned blocks = 1; blocks <= 4; blocks += 3) {
		begin(fixture, 2, blocks);
		check(fixture, text, at);
	}
}

/* Tests */

#define SHORT "one $$\ntwo\nof two lines $$\n\nthree\n\n$$\nfour, noted $$\nfive $$\n"

static void test_every_cut(void **state)
{
	struct fixture *fixture = *state;
	struct slice text = SLICE(SHORT);

	for (size_t at = 1; at < text.len; at++)
		check_cut(fixture, text, at);
	assert_int_equal(notes_of(fixture, DIAG_CUT_LAST_LINE), 0);
	for (size_t i = 0; i < fixture->report.diagnostics.count; i++) {
		const struct diagnostic *note = &fixture->report.diagnostics.items[i];

		assert_int_equal(note->code, DIAG_CLOCK_STEP);
		assert_in_range(note->at.line, 1, 8);
	}
}

/* About 3 MiB: records of all lengths up to 9,000 bytes. */
static struct slice long_text(void)
{
	static char text[3 << 20];
	uint32_t random = 7;
	size_t at = 0;

	while (at + 10000 < sizeof(text)) {
		int length;

		random = random * 1664525 + 1013904223;
		length = (int)(random >> 16) % 9000;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "record of %d\n%0*d\n$$\n",
			length, length + 1, 0);
	}
	return (struct slice){ text, at };
}

static void test_blocks(void **state)
{
	struct slice text = long_text();
	static const size_t cuts[] = { 1, 5000, FEED_BLOCK - 1, FEED_BLOCK, FEED_BLOCK + 1,
		FEED_BLOCK * 2 + 17, 0 };

	for (size_t i = 0; cuts[i]; i++)
		check_cut(*state, text, cuts[i]);
	check_cut(*state, text, text.len - 1);
	check_cut(*state, text, record_end(text, FEED_BLOCK));
}

/* A record nearly as long as a block begins in the old file and ends deep in the new one. */
static void test_long_record(void **state)
{
	static char bytes[1600000];
	struct slice text = { bytes, sizeof(bytes) };

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 97; i < sizeof(bytes); i += 100)
		bytes[i] = '\n';
	memcpy(bytes, "first $$\n", 9);
	memcpy(bytes + 700000, "$$\n", 3);
	memcpy(bytes + sizeof(bytes) - 3, "$$\n", 3);
	check_cut(*state, text, 400000);
	check_cut(*state, text, 700003);
	check_cut(*state, text, 9);
}

/* What follows a line that is too long stands where it stands. */
static void test_long_line(void **state)
{
	static char bytes[(3 << 20) + 64];
	static const uint64_t lines[] = { 1, 2, 3, 4 };
	struct fixture *fixture = *state;
	const struct fact *fact;

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "one $$\n", 7);
	memcpy(bytes + sizeof(bytes) - 14, "\nthree\nfour $$", 14);
	write_file(fixture, 1, (struct slice){ bytes, sizeof(bytes) });
	for (unsigned blocks = 1; blocks <= 4; blocks += 3) {
		size_t i = 0;

		begin(fixture, 1, blocks);
		while ((fact = feed_next(fixture->feed)))
			assert_int_equal(fact->at.line, lines[i++]);
		assert_int_equal(i, 3);
		end(fixture);
	}
	assert_int_equal(notes_of(fixture, DIAG_LINE_TOO_LONG), 2);
}

/* What the head of a file tells is for its blocks, and for what begins in it. */
static void test_traits(void **state)
{
	struct fixture *fixture = *state;

	write_file(fixture, 0, SLICE("a $$\nb\n"));
	write_file(fixture, 1, SLICE("c $$\nd $$\n"));
	begin(fixture, 2, 1);
	assert_int_equal(feed_next(fixture->feed)->index, 'a');
	assert_int_equal(feed_next(fixture->feed)->index, 'a');
	assert_int_equal(feed_next(fixture->feed)->index, 'a'); /* of the same block */
	end(fixture);
	begin(fixture, 1, 1);
	assert_int_equal(feed_next(fixture->feed)->index, 'c');
	assert_int_equal(feed_next(fixture->feed)->index, 'c');
	end(fixture);
}

static void put_utf16(struct fixture *fixture, int number, struct slice text)
{
	struct buf out;

	buf_init(&out, 4096);
	buf_put(&out, SLICE("\xFF\xFE"));
	for (size_t i = 0; i < text.len; i++) {
		buf_putc(&out, text.ptr[i]);
		buf_putc(&out, '\0');
	}
	write_file(fixture, number, buf_slice(&out));
	buf_release(&out);
}

#define OLD "one $$\ntwo $$\nthree goes on"
#define NEW " here $$\nfour $$\n"

static void check_encoded(struct fixture *fixture, const uint64_t offsets[4])
{
	static const char *const words[] = { "one $$\n", "two $$\n", "three goes on here $$\n",
		"four $$\n" };
	static const uint64_t lines[] = { 1, 2, 3, 2 };

	begin(fixture, 2, 1);
	for (int i = 0; i < 4; i++) {
		const struct fact *fact = feed_next(fixture->feed);

		assert_non_null(fact);
		assert_int_equal(fact->words.len, strlen(words[i]));
		assert_memory_equal(fact->words.ptr, words[i], fact->words.len);
		assert_int_equal(fact->at.input, i == 3);
		assert_int_equal(fact->at.line, lines[i]);
		assert_int_equal(fact->at.offset, offsets[i]);
	}
	end(fixture);
}

static void test_encodings(void **state)
{
	static const uint64_t wide_wide[] = { 2, 16, 30, 20 }, wide_plain[] = { 2, 16, 30, 9 },
			      plain_wide[] = { 0, 7, 14, 20 }, plain_mark[] = { 0, 7, 14, 12 };
	struct fixture *fixture = *state;

	put_utf16(fixture, 0, SLICE(OLD));
	put_utf16(fixture, 1, SLICE(NEW));
	check_encoded(fixture, wide_wide);
	write_file(fixture, 1, SLICE(NEW));
	check_encoded(fixture, wide_plain);
	write_file(fixture, 0, SLICE(OLD));
	put_utf16(fixture, 1, SLICE(NEW));
	check_encoded(fixture, plain_wide);
	write_file(fixture, 1, SLICE("\xEF\xBB\xBF" NEW));
	check_encoded(fixture, plain_mark);
}

/* What ends the newer file, or the only one, is said to be cut off. */
static void test_ends(void **state)
{
	struct fixture *fixture = *state;
	const struct diagnostic *note;

	write_file(fixture, 0, SLICE("one $$\ntwo"));
	write_file(fixture, 1, SLICE(" and\nmore"));
	begin(fixture, 2, 1);
	assert_int_equal(feed_next(fixture->feed)->at.line, 1);
	assert_int_equal(feed_next(fixture->feed)->at.line, 2);
	end(fixture);
	assert_int_equal(notes_of(fixture, DIAG_CUT_LAST_LINE), 1);
	note = &fixture->report.diagnostics.items[0];
	assert_int_equal(note->at.input, 1);
	assert_int_equal(note->at.line, 2);
	assert_int_equal(note->at.offset, 9);
}

/* Behind damage nothing goes on: the first record of the new file stands as it is. */
static void test_damage(void **state)
{
	struct fixture *fixture = *state;
	const char *path = scratch_path(fixture->folder, names[0]);
	gzFile file = gzopen(path, "wb");
	struct slice bytes;

	assert_true(gzputs(file, "one $$\ntwo $$\nthree goes on") > 0);
	assert_int_equal(gzclose(file), Z_OK);
	bytes = scratch_read(path);
	write_file(fixture, 0, slice_from_to(bytes, 0, bytes.len - 9));
	free((void *)(uintptr_t)bytes.ptr);
	write_file(fixture, 1, SLICE("four $$\n"));
	begin(fixture, 2, 1);
	for (const struct fact *fact; (fact = feed_next(fixture->feed));)
		if (fact->at.input == 1)
			assert_int_equal(fact->words.len, 8);
	end(fixture);
	assert_int_equal(notes_of(fixture, DIAG_COMPRESSED_DAMAGED), 1);
	assert_int_equal(fixture->inputs[1].facts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blocks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_traits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_encodings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
