/*
 * Out of memory at every allocation: whichever one fails, the run says ST_NOMEM or gives
 * the report that it gives with memory enough. Nothing leaks: AddressSanitizer's build
 * tells. The linker sends the program's own allocations here (--wrap); those inside of
 * libc and other libraries go on as before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/run.h"
#include "emit/emitter.h"

#define MAX_TRIES 1500 /* more allocations than that are tried in larger steps */

/* Allocations until one fails; 0 or less: it has failed, or none is to. */
static atomic_long countdown = 0;
static atomic_long allocations = 0;
static atomic_bool fails_on; /* all that follow fail too */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

static bool is_refused(void)
{
	long left;

	atomic_fetch_add(&allocations, 1);
	if (atomic_load(&countdown) == 0)
		return false;
	left = atomic_fetch_sub(&countdown, 1);
	if (left > 1)
		return false;
	if (!atomic_load(&fails_on)) {
		atomic_store(&countdown, 0);
		return left == 1;
	}
	atomic_store(&countdown, 1);
	return true;
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_refused() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return is_refused() ? NULL : __real_reallocarray(old, count, size);
}

struct oom_case {
	const char *path, *updates, *images;
	const char *older; /* what was rotated away before it */
};

static const struct oom_case fixtures[] = {
	{ "fixtures/cbs-log/online-reboot-startup/CBS.log", NULL, NULL, NULL },
	{ "fixtures/dism-log/offline-add-commit/dism.log", NULL, NULL, NULL },
	{ "fixtures/cm-log/rollover/OfflineServicingMgr.log", NULL, NULL,
		"fixtures/cm-log/rollover/OfflineServicingMgr.lo_" },
	{ "fixtures/updates-map/told-apart/dism.log", "fixtures/updates-map/told-apart/site.csv",
		"fixtures/images-map/bad-rows/images.csv", NULL },
	{ "fixtures/updates-map/bad-rows/dism.log", "fixtures/updates-map/bad-rows/updates.csv",
		"fixtures/images-map/by-container/images.csv", NULL },
};

/* The report as JSON without hashes, which a run short of memory may leave out. The
 * caller frees it. */
static char *json_of(const struct report *report)
{
	struct emit_options options = { .rows = ROW_STATUS, .width = 80, .version = "oom" };
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	for (size_t i = 0; i < report->input_count; i++)
		report->inputs[i].sha256 = SLICE_NONE;
	assert_non_null(to);
	assert_int_equal(emitter_find(SLICE("json"))->emit(report, &options, to), ST_OK);
	fclose(to);
	return text;
}

/* The run of one input, with the n-th allocation failing; its JSON, NULL for ST_NOMEM. */
static char *try_run(const struct oom_case *tried, unsigned jobs, long n)
{
	const char *const inputs[] = { tried->path, tried->older };
	struct run_options options = {
		.inputs = inputs,
		.input_count = tried->older ? 2 : 1,
		.updates_map = tried->updates,
		.images_map = tried->images,
		.jobs = jobs,
	};
	struct report report;
	enum status status;
	char *json = NULL;

	atomic_store(&allocations, 0);
	atomic_store(&countdown, n);
	status = run(&options, &report);
	atomic_store(&countdown, 0);
	if (status == ST_OK) {
		json = json_of(&report);
		report_release(&report);
	} else if (status != ST_NOMEM) {
		fail_msg("'%s': allocation %ld failed, run() gave status %d", tried->path, n,
			status);
	}
	return json;
}

/* Every n, or, of many, evenly spaced ones behind the first MAX_TRIES / 2. */
static long next_try(long n, long total)
{
	long rest = total - MAX_TRIES / 2;

	if (total <= MAX_TRIES || n < MAX_TRIES / 2)
		return n + 1;
	return n + 1 + rest / (MAX_TRIES / 2);
}

static unsigned fail_each(const struct oom_case *tried, unsigned jobs, bool on)
{
	char *whole = try_run(tried, jobs, 0);
	long total = atomic_load(&allocations);
	unsigned wrong = 0;

	assert_non_null(whole);
	atomic_store(&fails_on, on);
	for (long n = 1; n <= total; n = next_try(n, total)) {
		char *json = try_run(tried, jobs, n);

		if (json && strcmp(json, whole) != 0 && wrong++ == 0)
			fprintf(stderr, "'%s': without allocation %ld of %ld:\n%s\n", tried->path,
				n, total, json);
		free(json);
	}
	atomic_store(&fails_on, false);
	free(whole);
	return wrong;
}

static void fail_all(unsigned jobs, bool on)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++)
		wrong += fail_each(&fixtures[i], jobs, on);
	assert_int_equal(wrong, 0);
}

static void one_failed_allocation_gives_nomem_or_the_same_report(void **state)
{
	(void)state;
	fail_all(1, false);
}

static void no_memory_from_some_point_on_gives_nomem_or_the_same_report(void **state)
{
	(void)state;
	fail_all(1, true);
}

static void threads_change_nothing_of_it(void **state)
{
	(void)state;
	fail_all(3, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_failed_allocation_gives_nomem_or_the_same_report),
		cmocka_unit_test(no_memory_from_some_point_on_gives_nomem_or_the_same_report),
		cmocka_unit_test(threads_change_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
