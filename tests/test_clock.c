/*
 * The clock of ConfigMgr's logs: what their biases and status messages say, for themselves and for
 * the other logs of the machine; and that facts of one log keep their order beside others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/reading.h"
#include "core/run.h"

#define NOON   INT64_C(1749902400) /* 2025-06-14T12:00:00, somebody's clock */
#define MINUTE 60
#define HOUR   3600
#define DAY    86400

enum { SITE, DISM, CBS, STRANGER, INPUTS };

struct fixture {
	struct run_options options;
	struct report report;
	struct report_input inputs[INPUTS];
	struct world world;
	struct machine machines[2];
	struct log_source logs[INPUTS];
	struct list sources;
	uint64_t lines[INPUTS];
};

static int set_up(void **state)
{
	static const char *const names[] = { "OfflineServicingMgr.log", "dism.log", "CBS.log",
		"other.log" };
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	world_init(&fixture->world, &fixture->options, &fixture->report);
	fixture->report.inputs = fixture->inputs;
	fixture->report.input_count = INPUTS;
	fixture->machines[1].number = 1;
	for (uint32_t i = 0; i < INPUTS; i++) {
		fixture->inputs[i].path = slice_from(names[i]);
		fixture->logs[i].input = i;
		fixture->logs[i].machine = &fixture->machines[i == STRANGER];
		assert_true(list_add(&fixture->sources, &fixture->logs[i]));
	}
	assert_int_equal(clock_prepare(&fixture->world, &fixture->sources), ST_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	list_release(&fixture->sources);
	world_release(&fixture->world);
	report_release(&fixture->report);
	free(fixture);
	return 0;
}

/* The next line of a log passes; its number. */
static uint64_t pass(struct fixture *fixture, uint32_t input, struct fact fact)
{
	fact.at = (struct place){ .input = input, .line = ++fixture->lines[input] };
	fact.flags |= FLAG_HAS_STAMP;
	clock_watch(&fixture->world, &fact);
	clock_site(&fixture->world, &fact);
	if (fact.kind == FACT_SESSION_OPENED)
		clock_session(&fixture->world, fixture->logs[input].machine, &fact);
	return fact.at.line;
}

/* A record of ConfigMgr: UTC = local + bias minutes. */
static uint64_t biased(struct fixture *fixture, int64_t when, int bias)
{
	return pass(fixture, SITE,
		(struct fact){ .kind = FACT_SITE_NOTE,
			.component = COMPONENT_SITE,
			.when = when,
			.utc = when + (int64_t)bias * MINUTE });
}

static uint64_t message(struct fixture *fixture, int64_t when, int64_t utc)
{
	return pass(fixture, SITE,
		(struct fact){ .kind = FACT_SITE_STATUS,
			.flags = FLAG_GMTDATE,
			.component = COMPONENT_SITE,
			.when = when,
			.utc = utc });
}

static uint64_t plain(struct fixture *fixture, uint32_t input, int64_t when)
{
	return pass(fixture, input,
		(struct fact){ .kind = FACT_SITE_NOTE,
			.component = input == SITE ? COMPONENT_SITE : COMPONENT_DISM,
			.when = when,
			.utc = NO_TIME });
}

/* An online session of CBS that opens at that UTC. */
static void session(struct fixture *fixture, int64_t when, int64_t utc)
{
	uint64_t ticks = (uint64_t)(utc + INT64_C(11644473600)) * 10000000;

	pass(fixture, CBS,
		(struct fact){ .kind = FACT_SESSION_OPENED,
			.component = COMPONENT_CBS,
			.when = when,
			.utc = NO_TIME,
			.session = { (uint32_t)(ticks >> 32), (uint32_t)ticks } });
}

#define assert_moment(fixture, input, line, local, expected, word)                                 \
	check_moment(fixture, input, line, local, expected, word, __FILE__, __LINE__)

static void check_moment(struct fixture *fixture, uint32_t input, uint64_t line, int64_t local,
	int64_t expected, enum time_basis basis, const char *file, int at)
{
	const struct place place = { .input = input, .line = line };
	struct moment moment = clock_moment(&fixture->world, &place, local);

	_assert_int_equal((uintmax_t)moment.seconds, (uintmax_t)expected, file, at);
	_assert_int_equal(moment.basis, basis, file, at);
}

static size_t notes(const struct fixture *fixture, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < fixture->report.diagnostics.count; i++)
		count += fixture->report.diagnostics.items[i].code == code;
	return count;
}

/* Exactly, also where it is no whole number of quarters; a change begins a stretch. */
static void test_bias(void **state)
{
	static const int biases[] = { 240, 240, -330, -345, 7, 300, 840 };
	struct fixture *fixture = *state;
	uint64_t lines[7];

	for (int i = 0; i < 7; i++)
		lines[i] = biased(fixture, NOON + i, biases[i]);
	for (int i = 0; i < 7; i++)
		assert_moment(fixture, SITE, lines[i], NOON + i,
			NOON + i + (int64_t)biases[i] * MINUTE, TIME_BIAS);
	assert_int_equal(fixture->world.anchors[SITE].lists[ANCHOR_BIAS].count, 6);
}

/* A status message without a GMTDATE has the bias of its record. */
static void test_message_without_date(void **state)
{
	struct fixture *fixture = *state;
	uint64_t line = pass(fixture, SITE,
		(struct fact){ .kind = FACT_SITE_STATUS,
			.component = COMPONENT_SITE,
			.when = NOON,
			.utc = NOON + 7 * MINUTE });

	assert_moment(fixture, SITE, line, NOON, NOON + 7 * MINUTE, TIME_BIAS);
}

/* Further from UTC than any zone is: not believed. */
static void test_wild_bias(void **state)
{
	struct fixture *fixture = *state;
	uint64_t line = biased(fixture, NOON, 900);

	assert_moment(fixture, SITE, line, NOON, NOON, TIME_LOCAL);
}

static void test_message(void **state)
{
	struct fixture *fixture = *state;
	uint64_t first = message(fixture, NOON, NOON + 4 * HOUR - 3);
	uint64_t next = plain(fixture, SITE, NOON + MINUTE);

	assert_moment(fixture, SITE, first, NOON, NOON + 4 * HOUR, TIME_STATMSG);
	assert_moment(fixture, SITE, next, NOON + MINUTE, NOON + MINUTE + 4 * HOUR, TIME_STATMSG);
	/* Beside records with a bias it adds nothing. */
	next = biased(fixture, NOON + HOUR, 240);
	(void)message(fixture, NOON + HOUR, NOON + 5 * HOUR - 2);
	assert_moment(fixture, SITE, next, NOON + HOUR, NOON + 5 * HOUR, TIME_BIAS);
}

/* dism.log beside it, and nobody else's; no further than half a day. */
static void test_machine(void **state)
{
	struct fixture *fixture = *state;
	int64_t late = NOON + 13 * HOUR;

	biased(fixture, NOON, 240);
	assert_moment(fixture, DISM, 1, NOON + HOUR, NOON + 5 * HOUR, TIME_BIAS);
	assert_moment(fixture, DISM, 1, late, late, TIME_LOCAL);
	assert_moment(fixture, STRANGER, 1, NOON, NOON, TIME_LOCAL);
}

/* The better source where they agree, the nearer where they do not. */
static void test_sources(void **state)
{
	struct fixture *fixture = *state;

	biased(fixture, NOON, 240);
	session(fixture, NOON + 2 * HOUR, NOON + 6 * HOUR);
	assert_moment(fixture, DISM, 1, NOON, NOON + 4 * HOUR, TIME_SESSION_ID);
	biased(fixture, NOON + 6 * HOUR, 300);
	assert_moment(fixture, DISM, 1, NOON + 6 * HOUR, NOON + 11 * HOUR, TIME_BIAS);
	assert_moment(fixture, DISM, 1, NOON + 2 * HOUR, NOON + 6 * HOUR, TIME_SESSION_ID);
	assert_moment(fixture, CBS, 1, NOON + 6 * HOUR, NOON + 10 * HOUR, TIME_SESSION_ID);
}

static void test_timezone(void **state)
{
	struct fixture *fixture = *state;

	fixture->options.timezones[0] = (struct bound_option){ .value = SLICE("+02:00") };
	fixture->options.timezone_count = 1;
	biased(fixture, NOON, 240);
	plain(fixture, DISM, NOON);
	plain(fixture, STRANGER, NOON);
	assert_moment(fixture, SITE, 1, NOON, NOON + 4 * HOUR, TIME_BIAS);
	assert_moment(fixture, DISM, 1, NOON, NOON + 4 * HOUR, TIME_BIAS);
	assert_moment(fixture, STRANGER, 1, NOON, NOON - 2 * HOUR, TIME_ZONE);
	clock_compare_zones(&fixture->world);
	assert_int_equal(notes(fixture, DIAG_TIMEZONE_CONFLICT), 2);
	fixture->options.force_timezone = true;
	assert_moment(fixture, SITE, 1, NOON, NOON - 2 * HOUR, TIME_ZONE);
}

static void test_timezone_agrees(void **state)
{
	struct fixture *fixture = *state;

	fixture->options.timezones[0] = (struct bound_option){ .value = SLICE("America/New_York") };
	fixture->options.timezone_count = 1;
	biased(fixture, NOON, 240);
	biased(fixture, NOON + 180 * DAY, 300);
	clock_compare_zones(&fixture->world);
	assert_int_equal(notes(fixture, DIAG_TIMEZONE_CONFLICT), 0);
}

/* Two threads write one log. */
static void test_disorder(void **state)
{
	static const int seconds[] = { 10, 9, 12, 7, 8, 12, 13 };
	struct fixture *fixture = *state;

	for (int i = 0; i < 7; i++)
		biased(fixture, NOON + seconds[i], 240);
	assert_int_equal(notes(fixture, DIAG_CLOCK_STEP), 0);
	assert_int_equal(fixture->world.anchors[SITE].step_count, 0);
	assert_int_equal(fixture->world.anchors[SITE].last_local, NOON + 13);
	plain(fixture, SITE, NOON + 7); /* six seconds */
	assert_int_equal(notes(fixture, DIAG_CLOCK_STEP), 1);
	assert_int_equal(fixture->world.anchors[SITE].step_count, 1);
	plain(fixture, DISM, NOON);
	plain(fixture, DISM, NOON - 1); /* one writer: a step */
	assert_int_equal(notes(fixture, DIAG_CLOCK_STEP), 2);
}

/* The end of summer time: the local clock goes back, the universal one does not. */
static void test_daylight_saving(void **state)
{
	struct fixture *fixture = *state;
	uint64_t before = biased(fixture, NOON, 240), after = biased(fixture, NOON - HOUR, 300);

	assert_int_equal(notes(fixture, DIAG_CLOCK_STEP), 0);
	assert_moment(fixture, SITE, before, NOON, NOON + 4 * HOUR, TIME_BIAS);
	assert_moment(fixture, SITE, after, NOON - HOUR, NOON + 4 * HOUR, TIME_BIAS);
	biased(fixture, NOON - 2 * HOUR, 300);
	assert_int_equal(notes(fixture, DIAG_CLOCK_STEP), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bias, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wild_bias, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_message_without_date, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_machine, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sources, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_timezone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_timezone_agrees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_disorder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_daylight_saving, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
