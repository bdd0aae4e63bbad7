/* Inputs: one file under several names is one, and who it is does not depend on their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "core/inputs.h"
#include "core/run.h"
#include "lib_scratch.h"

#define LOG "2025-06-11 08:14:09, Info                  DISM   DISM.EXE: <----- Starting -----\n"

#define MAX_GIVEN 6

static char *folder;

static int set_up(void **state)
{
	(void)state;
	folder = scratch_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

/* The names of what is found of these paths below the folder: "a.log b.log". */
static void assert_inputs(const char *const *names, const char *expected)
{
	struct run_options options = { 0 };
	const char *given[MAX_GIVEN];
	struct inputs inputs = { 0 };
	struct report report = { 0 };
	struct world world;
	struct buf found;

	while (names[options.input_count]) {
		given[options.input_count] = scratch_path(folder, names[options.input_count]);
		options.input_count++;
	}
	options.inputs = given;
	world_init(&world, &options, &report);
	assert_int_equal(inputs_find(&world, &inputs), ST_OK);
	buf_init(&found, 4096);
	for (size_t i = 0; i < inputs.count; i++) {
		buf_printf(&found, "%s%s", i ? " " : "", inputs.items[i].path + strlen(folder) + 1);
		for (size_t k = 0; k < inputs.items[i].index_count; k++)
			buf_printf(&found, ":%u", inputs.items[i].indexes[k]);
	}
	assert_string_equal(found.ptr, expected);
	buf_release(&found);
	inputs_release(&inputs);
	world_release(&world);
	report_release(&report);
}

#define INPUTS(expected, ...) assert_inputs((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void test_spellings(void **state)
{
	(void)state;
	scratch_write(folder, "a.log", SLICE(LOG));
	assert_int_equal(symlink("a.log", scratch_path(folder, "link.log")), 0);
	INPUTS("a.log", "a.log", "a.log");
	INPUTS("a.log", "./a.log", "a.log");
	INPUTS("a.log", "link.log", "./a.log", "a.log");
	INPUTS("a.log", "a.log", "link.log");
	INPUTS("link.log", "link.log");
	/* Of one file some indexes are asked for, and then some more. */
	INPUTS("a.log:1:2", "a.log:1", "./a.log:2");
	INPUTS("a.log", "a.log:1", "link.log");
}

/* The name at its place in a Windows tells more than a shorter one. */
static void test_place(void **state)
{
	(void)state;
	assert_int_equal(mkdir(scratch_path(folder, "Windows"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(folder, "Windows/Logs"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(folder, "Windows/Logs/DISM"), 0700), 0);
	scratch_write(folder, "Windows/Logs/DISM/dism.log", SLICE(LOG));
	assert_int_equal(symlink("Windows/Logs/DISM/dism.log", scratch_path(folder, "d.log")), 0);
	INPUTS("Windows/Logs/DISM/dism.log", "d.log", "Windows/Logs/DISM/dism.log");
}

/* Equal files of two machines, that a collector stored once. */
static void test_hard_links(void **state)
{
	char *first;

	(void)state;
	first = strdup(scratch_write(folder, "host1.log", SLICE(LOG)));
	assert_int_equal(link(first, scratch_path(folder, "host2.log")), 0);
	free(first);
	INPUTS("host1.log host2.log", "host1.log", "host2.log");
	INPUTS("host1.log", "host1.log", "host1.log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_spellings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hard_links, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
