/* Facts as JSON lines: places inside inputs, times, zones in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/facts_out.h"
#include "core/zone_words.h"

/* A slice in the data of the program. */
#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static char *print(const struct fact *fact)
{
	static struct report_input inputs[] = { { .path = TEXT("install.wim") } };
	static struct report_member members[] = {
		{ .path = TEXT("") },
		{ .path = TEXT(":3/Windows/servicing/Sessions/Sessions.xml"), .in_stream = true },
	};
	static struct report report = {
		.inputs = inputs, .input_count = 1, .members = members, .member_count = 2
	};
	char *page = NULL;
	size_t len = 0;
	struct run_options options = { .facts = open_memstream(&page, &len) };
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(options.facts);
	assert_non_null(world);
	world->report = &report;
	world->options = &options;
	facts_print(world, fact);
	assert_int_equal(fclose(options.facts), 0);
	free(world);
	return page;
}

static void a_fact_names_the_file_inside_the_input(void **state)
{
	struct fact fact = { .kind = FACT_SESSION_TASK,
		.at = { 0, 12, 340, 1 },
		.when = NO_TIME,
		.begun = 1725051306,
		.utc = 1725051366,
		.words = SLICE("<Session/>") };
	char *page;

	(void)state;
	page = print(&fact);
	assert_string_equal(page,
		"{\"Input\":\"install.wim\","
		"\"Member\":\":3/Windows/servicing/Sessions/Sessions.xml\",\"Line\":12,"
		"\"Offset\":340,\"OffsetIn\":\"stream\",\"Fact\":\"session-task\","
		"\"Begun\":\"2024-08-30T20:55:06\",\"Universal\":\"2024-08-30T20:56:06Z\","
		"\"Text\":\"<Session/>\"}\n");
	free(page);
}

static void a_fact_of_the_input_itself_has_no_member(void **state)
{
	struct fact fact = { .kind = FACT_HIVE,
		.at = { 0, 0, 0, 0 },
		.when = NO_TIME,
		.begun = NO_TIME,
		.utc = NO_TIME };
	char *page;

	(void)state;
	page = print(&fact);
	assert_string_equal(page,
		"{\"Input\":\"install.wim\",\"Line\":0,\"Offset\":0,\"OffsetIn\":\"file\","
		"\"Fact\":\"hive\",\"Text\":\"\"}\n");
	free(page);
}

static void zones_are_told_in_words(void **state)
{
	static const struct {
		struct windows_zone zone;
		const char *expected;
	} rows[] = {
		{ { .bias = -60,
			  .daylight_bias = -60,
			  .standard = { .month = 10, .day = 5, .hour = 3 },
			  .daylight = { .month = 3, .day = 5, .hour = 2 },
			  .has_rules = true },
			"UTC = local - 60 minutes; standard time +0 from the last Sunday of "
			"October "
			"at 03:00:00; daylight time -60 from the last Sunday of March at "
			"02:00:00" },
		{ { .bias = 480 }, "UTC = local + 480 minutes" },
		{ { .bias = 0, .has_rules = true },
			"UTC = local + 0 minutes; no daylight saving, standard time +0" },
		{ { .bias = INT32_MIN }, "UTC = local - 2147483648 minutes" },
		{ { .bias = 360,
			  .daylight_bias = -60,
			  .standard = { .year = 2021, .month = 11, .day = 7, .hour = 2 },
			  .daylight = { .month = 77, .weekday = 9, .day = 6, .hour = 2 },
			  .has_rules = true },
			"UTC = local + 360 minutes; standard time +0 from 2021-11-07 at 02:00:00; "
			"daylight time -60 from the number 6 weekday 9 of month 77 at 02:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char words[ZONE_WORDS];

		zone_words(&rows[i].zone, words);
		assert_string_equal(words, rows[i].expected);
	}
}

static void the_longest_zone_is_not_cut(void **state)
{
	static const struct zone_rule rule = { 0, UINT16_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX,
		UINT16_MAX, UINT16_MAX, UINT16_MAX };
	const struct windows_zone zone = { INT32_MIN, INT32_MIN, INT32_MIN, rule, rule, true };
	struct fact fact = { .kind = FACT_TIME_ZONE,
		.when = NO_TIME,
		.begun = NO_TIME,
		.utc = NO_TIME,
		.zone = &zone };
	char *page;

	(void)state;
	page = print(&fact);
	assert_non_null(strstr(page, ",\"Zone\":\"UTC = local - 2147483648 minutes;"));
	assert_non_null(strstr(page, "at 65535:65535:65535\",\"Text\""));
	free(page);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fact_names_the_file_inside_the_input),
		cmocka_unit_test(a_fact_of_the_input_itself_has_no_member),
		cmocka_unit_test(zones_are_told_in_words),
		cmocka_unit_test(the_longest_zone_is_not_cut),
	};

	return cmocka_run_group_tests_name("facts_out", tests, NULL, NULL);
}
