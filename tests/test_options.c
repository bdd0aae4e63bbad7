/* Options whose value is more than a word: --index, --join, --rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "options.h"

#define MAX_WORDS 8

/* Takes words up to a NULL; what does not parse is said on standard error. */
static enum status parse(const char *const *words, struct settings *ret_settings)
{
	static char copies[MAX_WORDS][512];
	char *argv[MAX_WORDS + 1] = { NULL };
	int argc = 0;

	for (; words[argc]; argc++) {
		assert_true(argc < MAX_WORDS && strlen(words[argc]) < sizeof(copies[0]));
		argv[argc] = strcpy(copies[argc], words[argc]);
	}
	return settings_parse(FOR_SCAN, argc, argv, ret_settings);
}

static void indexes_are_lists_and_ranges(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		size_t count;
		struct index_range ranges[4];
		uint32_t single; /* 0: more than one */
	} rows[] = {
		{ { "scan", "x" }, 0, { { 0, 0 } }, 0 },
		{ { "scan", "--index", "3", "x" }, 1, { { 3, 3 } }, 3 },
		{ { "scan", "--index", "3-3", "x" }, 1, { { 3, 3 } }, 3 },
		{ { "scan", "--index", "3,3", "x" }, 2, { { 3, 3 }, { 3, 3 } }, 3 },
		{ { "scan", "--index", "3-5", "x" }, 1, { { 3, 5 } }, 0 },
		{ { "scan", "--index=1,4-6,9", "x" }, 3, { { 1, 1 }, { 4, 6 }, { 9, 9 } }, 0 },
		{ { "scan", "--index", "1", "--index", "2", "x" }, 2, { { 1, 1 }, { 2, 2 } }, 0 },
		{ { "scan", "--index", "2147483647", "x" }, 1, { { INT32_MAX, INT32_MAX } },
			INT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings settings;

		assert_int_equal(parse(rows[i].words, &settings), ST_OK);
		assert_int_equal(settings.run.index_count, rows[i].count);
		for (size_t r = 0; r < rows[i].count; r++) {
			assert_int_equal(settings.run.indexes[r].first, rows[i].ranges[r].first);
			assert_int_equal(settings.run.indexes[r].last, rows[i].ranges[r].last);
		}
		assert_int_equal(settings.run.has_index, rows[i].single != 0);
		assert_int_equal(settings.run.index, rows[i].single);
		settings_release(&settings);
	}
}

static void joins_part_at_the_last_equals_and_colon(void **state)
{
	static const struct {
		const char *value, *image, *container;
		uint32_t index;
	} rows[] = {
		{ "install.wim=install.wim:3", "install.wim", "install.wim", 3 },
		{ "C:\\mount=install.wim:3", "C:\\mount", "install.wim", 3 },
		{ "D:\\a=b\\mount=media/install.wim:11", "D:\\a=b\\mount", "media/install.wim",
			11 },
		{ "C0100042=C:\\install.wim:1", "C0100042", "C:\\install.wim", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const words[] = { "scan", "--join", rows[i].value, "x", NULL };
		struct settings settings;
		const struct join_option *join = &settings.run.joins[0];

		assert_int_equal(parse(words, &settings), ST_OK);
		assert_int_equal(settings.run.join_count, 1);
		assert_true(slice_equal(join->image, slice_from(rows[i].image)));
		assert_true(slice_equal(join->container, slice_from(rows[i].container)));
		assert_int_equal(join->index, rows[i].index);
		settings_release(&settings);
	}
}

static void the_last_rows_option_wins(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		enum emit_part part;
		enum row_class rows;
	} rows[] = {
		{ { "scan", "x" }, EMIT_CLASS, ROW_STATUS },
		{ { "scan", "--rows", "images", "x" }, EMIT_IMAGES, ROW_STATUS },
		{ { "scan", "--rows", "all", "x" }, EMIT_ALL, ROW_STATUS },
		{ { "scan", "--rows", "all", "--rows", "view", "x" }, EMIT_CLASS, ROW_VIEW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings settings;

		assert_int_equal(parse(rows[i].words, &settings), ST_OK);
		assert_int_equal(settings.emit.part, rows[i].part);
		assert_int_equal(settings.emit.rows, rows[i].rows);
		settings_release(&settings);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(indexes_are_lists_and_ranges),
		cmocka_unit_test(joins_part_at_the_last_equals_and_colon),
		cmocka_unit_test(the_last_rows_option_wins),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
