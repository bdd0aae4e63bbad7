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
	struct settings settings = { .run = { .inputs = given, .input_count = 1 } };
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_inside_an_input_speaks_for_itself),
	};

	return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
