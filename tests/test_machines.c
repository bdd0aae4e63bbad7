/* Whose log it is: names and folders, places of ConfigMgr, what was rotated away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/machines.h"
#include "core/run.h"

#define MAX_LOGS 8

struct given {
	struct run_options options;
	struct report report;
	struct world world;
	struct reading reading;
	struct input inputs[MAX_LOGS];
	struct report_member members[MAX_LOGS];
	struct log_source logs[MAX_LOGS];
};

static const struct parser *parser_of(const char *path)
{
	if (strstr(path, "dism"))
		return &parser_dism_log;
	return strstr(path, "CBS") || strstr(path, "Cbs") ? &parser_cbs_log : &parser_cm_log;
}

/* "input" or "input|member". */
static void add(struct given *given, const char *path)
{
	size_t count = given->reading.logs.count;
	struct log_source *log = &given->logs[count];
	const char *bar = strchr(path, '|');

	assert_true(count < MAX_LOGS - 1);
	given->inputs[count].path = bar ? strndup(path, (size_t)(bar - path)) : strdup(path);
	*log = (struct log_source){ .parser = parser_of(path), .input = (uint32_t)count };
	if (bar) {
		log->member = (uint32_t)count + 1;
		given->members[log->member].path = slice_from(bar + 1);
	}
	assert_true(list_add(&given->reading.logs, log));
}

static void assign(struct given *given, const char *const *paths)
{
	memset(given, 0, sizeof(*given));
	world_init(&given->world, &given->options, &given->report);
	given->reading.world = &given->world;
	given->reading.inputs.items = given->inputs;
	given->report.members = given->members;
	while (*paths)
		add(given, *paths++);
	machines_assign(&given->reading);
	assert_int_equal(given->world.status, ST_OK);
}

static void release(struct given *given)
{
	for (size_t i = 0; i < given->reading.logs.count; i++)
		free(given->inputs[i].path);
	list_release(&given->reading.logs);
	world_release(&given->world);
	report_release(&given->report);
}

static void assert_machines(const char *const *paths, size_t count)
{
	static struct given given;

	assign(&given, paths);
	assert_int_equal(given.world.machines.count, count);
	release(&given);
}

#define MACHINES(count, ...) assert_machines((const char *const[]){ __VA_ARGS__, NULL }, count)

static void test_names(void **state)
{
	(void)state;
	MACHINES(1, "e/dism.log", "e/CBS.log", "e/OfflineServicingMgr.log",
		"e/OfflineServicingMgr.lo_", "e/OfflineServicingMgr-20240110-093000.log",
		"e/offlineservicingmgr.log.lo_");
	MACHINES(1, "e/Logs/DISM/dism.log", "e/Logs/OfflineServicingMgr.log", "e/dism.log.bak",
		"e/OfflineServicingMgr.lo_");
	MACHINES(2, "e/host1-dism.log", "e/host1-OfflineServicingMgr.log", "e/host2-dism.log",
		"e/host2-OfflineServicingMgr.log");
	/* Six digits alone are no time. */
	MACHINES(2, "e/dism-093000.log", "e/dism.log");
}

static void test_places(void **state)
{
	(void)state;
	MACHINES(1, "a/dism.log", "b/CBS.log", "c/OfflineServicingMgr.log");
	MACHINES(1, "a/dism.log", "a/CBS.log", "c/OfflineServicingMgr.log",
		"c/OfflineServicingMgr.lo_");
	MACHINES(1, "a/dism.log", "c/OfflineServicingMgr.log");
	MACHINES(1, "a/CBS.log", "a/CbsPersist_20240110093000.log", "c/OfflineServicingMgr.log");
	MACHINES(3, "a/dism.log", "b/CBS.log", "c/CBS.log");
	MACHINES(3, "a/dism.log", "b/OfflineServicingMgr.log", "c/OfflineServicingMgr.log");
	MACHINES(2, "a/OfflineServicingMgr.log", "b/OfflineServicingMgr.log");
	MACHINES(1, "e.zip|/a/dism.log", "e.zip|/b/OfflineServicingMgr.log");
}

/* The number of the log that was rotated away before that log; -1. */
static int older_of(const struct given *given, size_t number)
{
	const struct log_source *older = given->logs[number].older;

	return older ? (int)(older - given->logs) : -1;
}

static void test_rotation(void **state)
{
	static struct given given;

	(void)state;
	assign(&given,
		(const char *const[]){ "e/OfflineServicingMgr.log", "f/OfflineServicingMgr.lo_",
			"e/OfflineServicingMgr-20240110-093000.log", "e/OfflineServicingMgr.LO_",
			"e/OfflineServicingMgr.log.lo_", "e/dism.log", NULL });
	assert_int_equal(older_of(&given, 0), 3);
	for (size_t i = 1; i < 6; i++) {
		assert_int_equal(older_of(&given, i), -1);
		assert_int_equal(given.logs[i].is_older, i == 3);
	}
	release(&given);
	assign(&given,
		(const char *const[]){ "e.zip|/Logs/x.lo_", "e.zip|/Logs/x.log",
			"w.wim|:1/Logs/x.lo_", "w.wim|:2/Logs/x.log", "e/x.lo_", NULL });
	assert_int_equal(older_of(&given, 1), 0);
	assert_int_equal(older_of(&given, 3), -1);
	assert_false(given.logs[4].is_older);
	release(&given);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_rotation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
