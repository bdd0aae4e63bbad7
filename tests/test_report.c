/* Places inside inputs, and the order and bounds of diagnostics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "model/report.h"

/* A slice in the data of the program. */
#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static struct report_input inputs[] = {
	{ .path = TEXT("install.wim") },
	{ .path = TEXT("CBS.log.gz"), .in_stream = true },
	{ .path = TEXT("mount") },
};

/* Numbers in another order than paths, as threads may hand them out. */
static struct report_member members[] = {
	{ .path = TEXT("") },
	{ .path = TEXT(":6/Windows/Logs/CBS/CBS.log"), .in_stream = true },
	{ .path = TEXT(":3/Windows/Logs/CBS/CBS.log"), .in_stream = true },
	{ .path = TEXT("/Windows/System32/config/SOFTWARE") },
};

static const struct report sample = {
	.inputs = inputs,
	.input_count = sizeof(inputs) / sizeof(inputs[0]),
	.members = members,
	.member_count = sizeof(members) / sizeof(members[0]),
};

static void a_place_reads_input_member_line(void **state)
{
	static const struct {
		struct place at;
		const char *expected;
	} rows[] = {
		{ { 0, 812, 0, 2 }, "install.wim:3/Windows/Logs/CBS/CBS.log:812" },
		{ { 0, 0, 0, 2 }, "install.wim:3/Windows/Logs/CBS/CBS.log" },
		{ { 0, 0, 0, 0 }, "install.wim" },
		{ { 1, 7, 0, 0 }, "CBS.log.gz:7" },
		{ { 2, 0, 0, 3 }, "mount/Windows/System32/config/SOFTWARE" },
		{ { 2, UINT64_MAX, 0, 0 }, "mount:18446744073709551615" },
		{ { 2, 1, 0, 99 }, "mount:1" },
		{ { NO_INPUT, 5, 0, 0 }, "" },
		{ { NO_INPUT, 5, 0, 2 }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct place_text text;
		char joined[128];

		report_place(&sample, rows[i].at, &text);
		snprintf(joined, sizeof(joined), "%.*s%.*s%.*s", SLICE_ARG(text.pieces[0]),
			SLICE_ARG(text.pieces[1]), SLICE_ARG(text.pieces[2]));
		assert_string_equal(joined, rows[i].expected);
	}
}

static void a_report_without_members_has_none(void **state)
{
	struct report report = sample;

	(void)state;
	report.members = NULL;
	report.member_count = 0;
	assert_int_equal(report_member_path(&report, (struct place){ 0, 1, 1, 2 }).len, 0);
	assert_false(report_in_stream(&report, (struct place){ 0, 1, 1, 2 }));
	assert_true(report_in_stream(&report, (struct place){ 1, 1, 1, 2 }));
}

static void offsets_are_of_the_member_when_there_is_one(void **state)
{
	static const struct {
		struct place at;
		bool in_stream;
	} rows[] = {
		{ { 0, 1, 1, 0 }, false },
		{ { 0, 1, 1, 1 }, true },
		{ { 1, 1, 1, 0 }, true },
		{ { 1, 1, 1, 3 }, false },
		{ { NO_INPUT, 1, 1, 0 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(report_in_stream(&sample, rows[i].at), rows[i].in_stream);
}

static void places_of_two_members_are_of_two_files(void **state)
{
	const struct place first = { 0, 1, 1, 1 }, other = { 0, 1, 1, 2 }, whole = { 0, 1, 1, 0 };

	(void)state;
	assert_true(report_same_file(&sample, first, (struct place){ 0, 9, 9, 1 }));
	assert_false(report_same_file(&sample, first, other));
	assert_false(report_same_file(&sample, first, whole));
	assert_false(report_same_file(&sample, whole, (struct place){ 1, 1, 1, 0 }));
}

static void diagnostics_are_sorted_by_the_members_path(void **state)
{
	static const struct place places[] = {
		{ 1, 1, 0, 0 },
		{ 0, 9, 0, 1 },
		{ 0, 8, 0, 1 },
		{ 0, 50, 0, 2 },
		{ 0, 3, 0, 0 },
	};
	static const uint64_t lines[] = { 3, 50, 8, 9, 1 };
	struct arena arena;
	struct diagnostics list;

	(void)state;
	arena_init(&arena, 1 << 16);
	diagnostics_init(&list, &arena);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		diagnostics_add(&list, DIAG_TORN_RECORD, places[i], SLICE_NONE);
	diagnostics_sort(&list, members, sample.member_count);
	assert_int_equal(list.count, sizeof(lines) / sizeof(lines[0]));
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].at.line, lines[i]);
	diagnostics_release(&list);
	arena_release(&arena);
}

static void a_code_is_bounded_in_each_input_whatever_its_members(void **state)
{
	struct arena arena;
	struct diagnostics list;
	uint64_t total = 0;

	(void)state;
	arena_init(&arena, 1 << 20);
	diagnostics_init(&list, &arena);
	for (uint32_t i = 0; i < 3000; i++) {
		struct place at = { i % 100, i, i, i % 3 };

		diagnostics_add(&list, i % 2 ? DIAG_NUL_RUN : DIAG_TORN_RECORD, at, SLICE_NONE);
		diagnostics_add(&list, DIAG_SKIPPED_TEXT, at, SLICE_NONE);
	}
	/* 100 inputs: 30 of one code each, of which 20 are kept, and 30 of SKIPPED_TEXT. */
	assert_int_equal(list.count, 100 * 2 * MAX_PLACES_PER_CODE);
	for (size_t i = 0; i < list.count; i++)
		total += list.items[i].count;
	assert_int_equal(total, 6000);
	assert_int_equal(arena_status(&arena), ST_OK);
	diagnostics_release(&list);
	arena_release(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_reads_input_member_line),
		cmocka_unit_test(a_report_without_members_has_none),
		cmocka_unit_test(offsets_are_of_the_member_when_there_is_one),
		cmocka_unit_test(places_of_two_members_are_of_two_files),
		cmocka_unit_test(diagnostics_are_sorted_by_the_members_path),
		cmocka_unit_test(a_code_is_bounded_in_each_input_whatever_its_members),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
