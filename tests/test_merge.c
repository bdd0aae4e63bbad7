/*
 * Logs of one machine put together: each in its own order, whatever its threads did, and what
 * stands in two copies once. The format is the test's own: lines "SECONDS words".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/merge.h"
#include "core/run.h"
#include "lib_scratch.h"

static void read_lines(struct slice bytes, struct parse_result *result)
{
	struct slice rest = bytes;

	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n'), words = line;
		struct fact *fact = parse_result_add(result, FACT_SITE_NOTE);
		uint32_t seconds;

		if (!fact)
			return;
		fact->words = line;
		fact->at.offset = (uint64_t)(line.ptr - bytes.ptr);
		fact->at.line = ++result->lines;
		fact->when = slice_to_u32(slice_cut(&words, ' '), 10, &seconds) ? seconds : NO_TIME;
	}
}

/* The last line. */
static size_t cut(struct slice bytes)
{
	size_t lf =
		slice_find_last_char(slice_from_to(bytes, 0, bytes.len ? bytes.len - 1 : 0), '\n');

	return lf == SLICE_MISSING ? 0 : lf + 1;
}

static const struct parser format = {
	.name = "test", .shape = PARSER_LINES, .cut = cut, .read = read_lines
};

#define MAX_FEEDS 3

struct fixture {
	struct run_options options;
	struct report report;
	struct report_input inputs[2 * MAX_FEEDS];
	struct world world;
	struct pool *pool;
	char *folder;
	struct feed *feeds[MAX_FEEDS];
	size_t count;
	uint32_t inputs_made;
	struct buf said; /* "0:words 1:words": the feed's number before each */
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	world_init(&fixture->world, &fixture->options, &fixture->report);
	fixture->report.inputs = fixture->inputs;
	fixture->report.input_count = 2 * MAX_FEEDS;
	fixture->folder = scratch_make();
	assert_int_equal(pool_new(0, &fixture->pool), ST_OK);
	buf_init(&fixture->said, 1 << 16);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < fixture->count; i++)
		feed_free(fixture->feeds[i]);
	pool_free(fixture->pool);
	buf_release(&fixture->said);
	scratch_remove(fixture->folder);
	world_release(&fixture->world);
	report_release(&fixture->report);
	free(fixture);
	return 0;
}

static void add_source(struct fixture *fixture, struct feed_setup *setup, const char *text)
{
	char name[] = { (char)('a' + (char)fixture->inputs_made), '\0' };
	struct feed_source *source = &setup->sources[setup->source_count++];

	source->input = fixture->inputs_made++;
	source->report = &fixture->inputs[source->input];
	assert_int_equal(stream_open(scratch_write(fixture->folder, name, slice_from(text)),
				 &source->stream),
		ST_OK);
}

/* A log, or one that was rotated away and the one behind it. */
static void add(struct fixture *fixture, const char *older, const char *text)
{
	struct feed_setup setup = {
		.parser = &format,
		.pool = fixture->pool,
		.blocks = 1,
		.diagnostics = &fixture->report.diagnostics,
	};

	if (older)
		add_source(fixture, &setup, older);
	add_source(fixture, &setup, text);
	assert_int_equal(feed_new(&setup, &fixture->feeds[fixture->count++]), ST_OK);
}

static void take(void *self, const struct fact *fact)
{
	struct fixture *fixture = self;
	struct slice words = fact->words;

	(void)slice_cut(&words, ' ');
	buf_printf(&fixture->said, "%u%.*s ", fact->at.input, SLICE_ARG(words));
}

static void assert_said(struct fixture *fixture, const char *expected)
{
	assert_int_equal(
		merge_run(fixture->feeds, fixture->count, &fixture->world, take, fixture), ST_OK);
	assert_string_equal(fixture->said.ptr, expected);
}

/* A late fact stays behind what stands before it, and none of another log is late for it. */
static void test_threads(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, NULL, "10 a\n12 b\n11 c\n10 d\n13 e\n");
	add(fixture, NULL, "11 x\n12 y\n13 z\n");
	assert_said(fixture, "0a 1x 0b 0c 0d 1y 0e 1z ");
}

static void test_copies_of_threads(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, NULL, "10 a\n12 b\n11 c\n12 b\n10 d\n13 e\n");
	add(fixture, NULL, "10 a\n12 b\n11 c\n12 b\n10 d\n13 e\n14 f\n");
	assert_said(fixture, "0a 0b 0c 0b 0d 0e 1f ");
}

/* What a log repeats stays repeated, on both sides of its rotation; a copy of it adds nothing. */
static void test_chain(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, "9 a\n10 b\n10 b\n", "10 b\n10 b\n11 c\n");
	add(fixture, NULL, "10 b\n10 b\n10 b\n");
	assert_said(fixture, "0a 0b 0b 1b 1b 1c ");
}

/* The same words of another second are another record. */
static void test_same_words(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, NULL, "12 a\n11 b\n");
	add(fixture, NULL, "12 a\n10 b\n");
	assert_said(fixture, "0a 0b 1b ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_copies_of_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_chain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_words, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
