/* Diagnostics as lines for people: which file, which line, how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "outcome.h"

/* What outcome_tell says on standard error. */
static void tell(struct report *report, const struct settings *settings, char *said, size_t size)
{
	FILE *file = tmpfile();
	int terminal = dup(STDERR_FILENO);
	size_t len;

	assert_non_null(file);
	assert_true(terminal >= 0);
	fflush(stderr);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	(void)outcome_tell(report, settings);
	fflush(stderr);
	assert_true(dup2(terminal, STDERR_FILENO) >= 0);
	close(terminal);
	rewind(file);
	len = fread(said, 1, size - 1, file);
	said[len] = '\0';
	fclose(file);
}

static void each_file_inside_an_input_speaks_for_itself(void **state)
{
	const char *given[] = { "/media/sources/install.wim" };
	struct settings settings = { .run = { .inputs = given, .input_count = 1 },
		.format = emitter_find(SLICE("table")) };
	struct report_input input = { .path = SLICE("install.wim") };
	struct report_member members[] = {
		{ .path = SLICE("") },
		{ .path = SLICE(":3/Windows/Logs/CBS/CBS.log") },
		{ .path = SLICE(":1/Windows/Logs/CBS/CBS.log") },
	};
	struct report report = { .inputs = &input,
		.input_count = 1,
		.members = members,
		.member_count = 3,
		.was_read = true };
	char said[4096];

	(void)state;
	arena_init(&report.arena, 1 << 16);
	diagnostics_init(&report.diagnostics, &report.arena);
	for (uint32_t member = 0; member < 3; member++)
		for (uint64_t line = 5; line < 7; line++)
			diagnostics_add(&report.diagnostics, DIAG_TORN_RECORD,
				(struct place){ 0, line, 0, member }, SLICE_NONE);
	diagnostics_add(&report.diagnostics, DIAG_CANNOT_OPEN, (struct place){ 0, 0, 0, 1 },
		SLICE("Permission denied"));
	diagnostics_sort(&report.diagnostics, members, 3);
	tell(&report, &settings, said, sizeof(said));
	assert_string_equal(said,
		"dismal: '/media/sources/install.wim': line 5: a record whose head is damaged; "
		"its text was kept (2 places)\n"
		"dismal: '/media/sources/install.wim:1/Windows/Logs/CBS/CBS.log': line 5: a record "
		"whose head is damaged; its text was kept (2 places)\n"
		"dismal: cannot open '/media/sources/install.wim:3/Windows/Logs/CBS/CBS.log': "
		"Permission denied\n"
		"dismal: '/media/sources/install.wim:3/Windows/Logs/CBS/CBS.log': line 5: a record "
		"whose head is damaged; its text was kept (2 places)\n"
		"dismal: something was lost that could change an answer: exit code 3 "
		"('--allow-unknown' makes it 0)\n");
	diagnostics_release(&report.diagnostics);
	arena_release(&report.arena);
}

/* Two updates on an image, one of them named by a CI_ID. */
static void numbers_of_no_site_are_told_once(void **state)
{
	static const struct {
		const char *format, *file;
		enum emit_part part;
		enum row_class rows;
		bool quiet;
		const char *told; /* the format named; NULL: nothing is said */
	} cases[] = {
		{ "mof", NULL, EMIT_CLASS, ROW_STATUS, false, "mof" },
		{ "cim-xml", NULL, EMIT_CLASS, ROW_VIEW, false, "cim-xml" },
		{ "adminservice", "mof", EMIT_CLASS, ROW_STATUS, false, "adminservice" },
		{ "table", "mof", EMIT_CLASS, ROW_STATUS, false, "mof" },
		{ "mof", NULL, EMIT_ALL, ROW_STATUS, false, "mof" },
		{ "mof", NULL, EMIT_CLASS, ROW_PROGRESS, false, NULL },
		{ "mof", NULL, EMIT_CLASS, ROW_HISTORY, false, NULL },
		{ "mof", NULL, EMIT_CLASS, ROW_STATUS, true, NULL },
		{ "csv", "json", EMIT_CLASS, ROW_STATUS, false, NULL },
	};
	struct row rows[3] = { { .own.id_from = ID_FROM_KB }, { .own.id_from = ID_FROM_CI },
		{ .own.id_from = ID_FROM_MAP } };
	struct report report = { .was_read = true };

	(void)state;
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++) {
		report.rows[class] = rows;
		report.row_count[class] = 3;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings settings = { .emit = { .part = cases[i].part,
						     .rows = cases[i].rows },
			.format = emitter_find(slice_from(cases[i].format)),
			.quiet = cases[i].quiet };
		char said[4096], expected[256] = "";

		if (cases[i].file)
			settings.outputs[settings.output_count++].emitter =
				emitter_find(slice_from(cases[i].file));
		if (cases[i].told)
			snprintf(expected, sizeof(expected),
				"dismal: '%s': 1 of 3 UpdateIDs are no CI_ID of a site but KB "
				"numbers or numbers made of names; '--updates FILE.csv' gives "
				"the site's own\n",
				cases[i].told);
		tell(&report, &settings, said, sizeof(said));
		assert_string_equal(said, expected);
	}
	rows[0].own.id_from = ID_FROM_MAP;
	{
		struct settings settings = { .format = emitter_find(SLICE("mof")) };
		char said[4096];

		tell(&report, &settings, said, sizeof(said));
		assert_string_equal(said, "");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_inside_an_input_speaks_for_itself),
		cmocka_unit_test(numbers_of_no_site_are_told_once),
	};

	return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
