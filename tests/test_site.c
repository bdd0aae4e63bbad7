/*
 * ConfigMgr's runs: each level opened, closed and left open, binaries put together, saves that
 * fail, and who decides when other logs and documents speak of the same image. Facts by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/fold.h"
#include "core/rows.h"
#include "core/site.h"
#include "lib_world.h"

#define T0    INT64_C(1715821843) /* 2024-05-16T01:10:43Z */
#define LOCAL (-4 * 3600)
#define DAY   86400

#define PACKAGE "CTS00042"
#define FOLDER  "E:\\ConfigMgr_OfflineImageServicing\\" PACKAGE "\\ImageMountDir"
#define FILES   "E:\\ConfigMgr_OfflineImageServicing\\a4c12cc9\\"
#define KB1     FILES "windows10.0-kb5977001-x64.cab"
#define KB2     FILES "windows10.0-kb5977002-x64.cab"
#define NET1    FILES "windows10.0-kb5977001-x64-ndp48.cab"

#define CI1 16790101u
#define CI2 16790102u
#define CI3 16790103u

#define NOT_SUPPORTED "APPLICABILITY_CHECK_NOT_SUPPORTED"

/* A log that is written line by line, a minute each. */
struct script {
	struct bench bench;
	uint32_t tid;
	int minute;
	bool no_time;
};

static void begin(struct script *script)
{
	bench_init(&script->bench);
	script->bench.is_host_log = true;
	script->bench.names[0] = NULL;
	script->tid = 7652;
	script->minute = 0;
	script->no_time = false;
}

static void add(struct script *script, struct fact fact)
{
	int64_t utc = T0 + 60 * script->minute++;

	if (!fact.tid)
		fact.tid = script->tid;
	if (!script->no_time) {
		fact.utc = fact.utc ? fact.utc : utc;
		fact.when = utc + LOCAL;
	}
	bench_log(&script->bench, fact);
}

/* The next line is written at that minute. */
static void at(struct script *script, int minute)
{
	script->minute = minute;
}

static void thread(struct script *script, uint32_t tid)
{
	script->tid = tid;
}

static void starts(struct script *script, uint32_t schedule)
{
	add(script, FACT_OF(SITE_RUN, .schedule = schedule, .words = SLICE("run begins")));
}

static void status_7900(struct script *script, uint32_t schedule, uint32_t tid)
{
	add(script,
		FACT_OF(SITE_STATUS, .name = SLICE("7900"), .verb = SLICE("I"),
			.schedule = schedule, .tid = tid, .words = SLICE("status begins")));
}

static void announce(struct script *script, const char *package)
{
	add(script,
		FACT_OF(SITE_IMAGE, .identifier = slice_from(package),
			.wim = SLICE("\\\\server\\install.wim"), .name = SLICE("OS Image"),
			.words = SLICE("image info")));
}

static void turn_to(struct script *script, const char *package)
{
	add(script,
		FACT_OF(SITE_IMAGE, .identifier = slice_from(package), .flags = FLAG_RECALL,
			.words = SLICE("processing image")));
}

static void mount_at(struct script *script, uint32_t index, const char *folder)
{
	add(script,
		FACT_OF(SITE_MOUNT, .index = index, .flags = FLAG_HAS_INDEX | FLAG_RECALL,
			.image = slice_from(folder), .words = SLICE("mounting")));
}

static void mount(struct script *script, uint32_t index)
{
	mount_at(script, index, FOLDER);
}

static void update(struct script *script, uint32_t ci, uint32_t binaries)
{
	add(script,
		FACT_OF(SITE_UPDATE, .ci = ci, .binaries = binaries, .flags = FLAG_RECALL,
			.words = SLICE("checking update")));
}

static void token(struct script *script, const char *word, const char *path)
{
	bool is_seen = strcmp(word, NOT_SUPPORTED) == 0;

	add(script,
		FACT_OF(SITE_TOKEN, .verb = slice_from(word), .path = slice_from(path),
			.flags = is_seen ? 0 : FLAG_RECALL, .words = slice_from(word)));
}

static void skipped(struct script *script, const char *why)
{
	bool is_seen = strcmp(why, "not-supported") == 0;

	add(script,
		FACT_OF(SITE_SKIPPED, .verb = slice_from(why), .flags = is_seen ? 0 : FLAG_RECALL,
			.words = SLICE("not applying")));
}

static void applying(struct script *script, uint32_t ci)
{
	add(script,
		FACT_OF(SITE_APPLYING, .ci = ci, .flags = FLAG_RECALL, .words = SLICE("applying")));
}

static void applied(struct script *script, uint32_t ci)
{
	add(script,
		FACT_OF(SITE_APPLIED, .ci = ci, .flags = FLAG_RECALL, .words = SLICE("applied")));
}

static void call(struct script *script, const char *function, uint32_t code)
{
	add(script,
		FACT_OF(SITE_CALL, .function = slice_from(function), .code = code,
			.flags = FLAG_HAS_CODE, .words = slice_from(function)));
}

static void failed(struct script *script, uint32_t ci, uint32_t code)
{
	add(script,
		FACT_OF(SITE_FAILED, .ci = ci, .code = code,
			.flags = FLAG_HAS_CODE | (ci ? 0 : FLAG_RECALL), .words = SLICE("failed")));
}

static void unmount(struct script *script, bool commit)
{
	add(script,
		FACT_OF(SITE_UNMOUNT, .flags = commit ? FLAG_COMMIT : FLAG_DISCARD,
			.words = SLICE("unmounting")));
}

static void error(struct script *script, const char *verb, uint32_t code)
{
	add(script,
		FACT_OF(SITE_ERROR, .verb = slice_from(verb), .code = code,
			.flags = code ? FLAG_HAS_CODE : 0, .words = slice_from(verb)));
}

static void image_end(struct script *script, const char *package, const char *word)
{
	add(script,
		FACT_OF(SITE_IMAGE_END, .identifier = slice_from(package), .verb = slice_from(word),
			.flags = strcmp(word, "Failed") == 0 ? 0 : FLAG_RECALL,
			.words = SLICE("completed image")));
}

static void run_end(struct script *script, const char *verb)
{
	add(script,
		FACT_OF(SITE_RUN_END, .verb = slice_from(verb),
			.flags = strcmp(verb, "failed") == 0 ? 0 : FLAG_RECALL,
			.words = SLICE("run ends")));
}

static void unknown(struct script *script)
{
	add(script, FACT_OF(SITE_UNKNOWN, .words = SLICE("who knows")));
}

/* The head of a run that is serviced at index 1. */
static void head(struct script *script, uint32_t schedule)
{
	starts(script, schedule);
	status_7900(script, schedule, 0);
	announce(script, PACKAGE);
	turn_to(script, PACKAGE);
	mount(script, 1);
}

static void tail(struct script *script, const char *word)
{
	unmount(script, true);
	image_end(script, PACKAGE, word);
	run_end(script, strcmp(word, "Failed") == 0 ? "failed" : "succeeded");
}

/* An update of one binary that is applied. */
static void install(struct script *script, uint32_t ci, const char *path)
{
	update(script, ci, 1);
	token(script, "APPLICABLE", path);
	applying(script, ci);
	applied(script, ci);
}

/* Looking */

static const struct row *status_row(
	struct script *script, const char *package, int32_t index, int32_t id)
{
	const struct report *report = &script->bench.report;

	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++) {
		const struct row *row = &report->rows[ROW_STATUS][i];

		if (slice_equal(row->values[2].text, slice_from(package)) &&
			row->values[1].integer == index && row->values[3].integer == id)
			return row;
	}
	return NULL;
}

/* "2 0 01:14:43Z Installed inferred pattern-unconfirmed KB5977001": the time of day alone. */
static const char *words_of(const struct row *row)
{
	static char text[256];
	char when[MOMENT_TEXT] = "T-";

	if (!row)
		return "no row";
	if (!row->values[0].is_null)
		moment_print(row->values[0].when, when);
	snprintf(text, sizeof(text), "%d %d %s %s %s %s KB%u", row->values[5].integer,
		row->values[4].integer, strchr(when, 'T') + 1,
		*row->own.state ? row->own.state : "-", certainty_word(row->own.certainty),
		row->own.reason ? reason_code(row->own.reason) : "-", row->own.kb);
	return text;
}

#define assert_update(script, index, id, expected)                                                 \
	assert_string_equal(words_of(status_row(script, PACKAGE, index, (int32_t)(id))), expected)

/* Progress or history rows of an image: "16777301 2 0 0 01:10:43Z complete -": ScheduleID,
 * Status, Win32ErrorCode (null: -), FailedUpdateID, start, list, Reason; several with "; ". */
static const char *runs_of(struct script *script, enum row_class class, const char *package)
{
	static const char *const lists[] = { "none", "complete", "incomplete" };
	static char text[1024];
	const struct report *report = &script->bench.report;
	size_t len = 0;

	text[0] = 0;
	for (size_t i = 0; i < report->row_count[class]; i++) {
		const struct row *row = &report->rows[class][i];
		const struct row_value *code = row_value_of(row, "Win32ErrorCode");
		char when[MOMENT_TEXT] = "T-", number[16] = "";

		if (!slice_equal(row->values[1].text, slice_from(package)))
			continue;
		if (!row->values[2].is_null)
			moment_print(row->values[2].when, when);
		if (code && code->is_null)
			strcpy(number, "- ");
		else if (code)
			snprintf(number, sizeof(number), "%d ", code->integer);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%d %d %s%d %s %s %s",
			len ? "; " : "", row->values[3].integer, row->values[4].integer, number,
			row->values[0].integer, strchr(when, 'T') + 1, lists[row->own.update_list],
			row->own.reason ? reason_code(row->own.reason) : "-");
	}
	return text;
}

#define assert_progress(script, expected)                                                          \
	assert_string_equal(runs_of(script, ROW_PROGRESS, PACKAGE), expected)
#define assert_history(script, expected)                                                           \
	assert_string_equal(runs_of(script, ROW_HISTORY, PACKAGE), expected)
#define assert_notes(script, code, count)                                                          \
	assert_int_equal(bench_diagnostics(&(script)->bench, DIAG_##code), count)

static size_t rows(struct script *script)
{
	return script->bench.report.row_count[ROW_STATUS];
}

#define BEGIN()                                                                                    \
	struct script one, *s = &one;                                                              \
	(void)state;                                                                               \
	begin(s)
#define RUN() bench_run(&s->bench)
#define END() bench_release(&s->bench)

/* A run that goes well */

static void success(void **state)
{
	BEGIN();
	head(s, 16777301);
	install(s, CI1, KB1);
	update(s, CI2, 1);
	token(s, "NOT_REQUIRED", KB2);
	skipped(s, "not-required");
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_update(s, 1, CI2, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_int_equal(rows(s), 2);
	assert_progress(s, "16777301 2 0 0 01:11:43Z complete pattern-unconfirmed");
	assert_history(s, "16777301 2 0 01:11:43Z complete pattern-unconfirmed");
	assert_int_equal(s->bench.report.row_count[ROW_VIEW], 2);
	assert_notes(s, UNREAD_MESSAGES, 0);
	assert_notes(s, NO_UPDATE_LINES, 0);
	assert_notes(s, LOG_STOPS, 0);
	END();
}

/* The tokens, and what becomes of a binary */

static void tokens(void **state)
{
	static const struct {
		const char *word, *skip, *row;
	} table[] = {
		{ "NOT_REQUIRED", "not-required",
			"1 0 - - inferred pattern-unconfirmed KB5977001" },
		{ "not_applicable", NULL, "1 0 - - inferred pattern-unconfirmed KB5977001" },
		{ "INSTALLED", "installed",
			"2 0 - Installed inferred pattern-unconfirmed KB5977001" },
		{ "Applicable", NULL, "3 0 - - inferred pattern-unconfirmed KB5977001" },
		{ NOT_SUPPORTED, "not-supported", "4 0 - - seen check-not-supported KB5977001" },
		{ NOT_SUPPORTED, NULL, "4 0 - - seen check-not-supported KB5977001" },
		{ "INSTALLED_APPLICABILITY_CHECK_NOT_SUPPORTED", NULL,
			"5 0 - Installed inferred pattern-unconfirmed KB5977001" },
		{ "APPLICABLE_LATER", NULL, "0 0 - - seen state-unknown KB5977001" },
		{ "", "not-supported", "4 0 - - seen check-not-supported KB5977001" },
		{ "", "not-required", "1 0 - - inferred pattern-unconfirmed KB5977001" },
		{ "", "", "0 0 - - seen state-unknown KB5977001" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		update(s, CI1, 1);
		token(s, table[i].word, KB1);
		if (table[i].skip)
			skipped(s, table[i].skip);
		tail(s, "Success");
		RUN();
		assert_update(s, 1, CI1, table[i].row);
		END();
	}
}

static void raw_word_is_kept(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE_LATER", KB1);
	tail(s, "Success");
	RUN();
	row = status_row(s, PACKAGE, 1, CI1);
	assert_non_null(row);
	assert_int_equal(row->own.binary_count, 1);
	assert_true(slice_equal(row->own.binaries[0].token, SLICE("APPLICABLE_LATER")));
	assert_true(slice_equal(row->own.binaries[0].file, SLICE("windows10.0-kb5977001-x64.cab")));
	assert_true(slice_equal(row->own.reason_detail, SLICE("APPLICABLE_LATER")));
	END();
}

/* Several binaries */

static void binaries(void **state)
{
	static const struct {
		const char *words[3];
		bool is_applied;
		const char *row;
	} table[] = {
		{ { "APPLICABLE", "NOT_REQUIRED" }, true, "2 0 01:18:43Z Installed inferred" },
		{ { "APPLICABLE", "INSTALLED" }, true, "2 0 01:18:43Z Installed inferred" },
		{ { "APPLICABLE", NOT_SUPPORTED }, true, "5 0 01:18:43Z Installed inferred" },
		{ { "APPLICABLE", "INSTALLED" }, false, "3 0 - - inferred" },
		{ { "NOT_REQUIRED", "INSTALLED" }, false, "2 0 - Installed inferred" },
		{ { "NOT_REQUIRED", "NOT_REQUIRED" }, false, "1 0 - - inferred" },
		{ { "NOT_REQUIRED", NOT_SUPPORTED }, false, "4 0 - - seen" },
		{ { "INSTALLED", NOT_SUPPORTED }, false, "5 0 - Installed" },
		{ { "NOT_REQUIRED", "WHO_KNOWS" }, false, "0 0 - - seen" },
		{ { "INSTALLED", "WHO_KNOWS" }, false, "2 0 - Installed inferred" },
		{ { "NOT_REQUIRED", "NOT_REQUIRED", "APPLICABLE" }, false, "3 0 - - inferred" },
	};
	static const char *const files[] = { KB1, NET1, FILES "third.cab" };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *row;
		BEGIN();
		head(s, 1);
		update(s, CI1, 3);
		for (int k = 0; k < 3 && table[i].words[k]; k++)
			token(s, table[i].words[k], files[k]);
		at(s, 7);
		if (table[i].is_applied)
			applying(s, CI1);
		if (table[i].is_applied)
			applied(s, CI1);
		tail(s, "Success");
		RUN();
		row = words_of(status_row(s, PACKAGE, 1, CI1));
		if (strncmp(row, table[i].row, strlen(table[i].row)) != 0)
			fail_msg("%zu: '%s', not '%s'", i, row, table[i].row);
		assert_int_equal(rows(s), 1);
		END();
	}
}

static void one_binary_of_two_fails(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 1);
	update(s, CI1, 2);
	token(s, "INSTALLED", KB1);
	skipped(s, "installed");
	token(s, "APPLICABLE", NET1);
	applying(s, CI1);
	call(s, "InstallUpdate", 0x80070070);
	failed(s, CI1, 112);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 112 - - seen operation-failed KB5977001");
	row = status_row(s, PACKAGE, 1, CI1);
	assert_int_equal(row->own.binary_count, 2);
	assert_false(row->own.binaries[0].has_code);
	assert_int_equal(row->own.binaries[1].code, 0x80070070);
	assert_true(row->own.was_asked);
	END();
}

/* All are checked before any is installed: calls go to those that wait, in their order. */
static void checked_first_installed_later(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 2);
	token(s, "APPLICABLE", KB1);
	token(s, "APPLICABLE", NET1);
	update(s, CI2, 1);
	token(s, "APPLICABLE", KB2);
	applying(s, CI1);
	call(s, "InstallUpdate", 0);
	call(s, "InstallUpdate", 0x80070005);
	applying(s, CI2);
	call(s, "InstallUpdate", 0);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "3 -2147024891 - - seen operation-failed KB5977001");
	assert_update(s, 1, CI2, "2 0 01:24:43Z Installed inferred commit-assumed KB5977002");
	END();
}

/* Installation */

static void applied_by_silence(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	update(s, CI2, 1); /* the line that ends it, 01:18:43 */
	token(s, "NOT_REQUIRED", KB2);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* What nobody reads may have told of a failure. */
static void silence_that_is_none(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	unknown(s);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - inferred under-way KB5977001");
	END();
}

static void a_call_that_went_well(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	call(s, "InstallUpdate", 0);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-assumed KB5977001");
	END();
}

static void a_save_that_a_call_confirms(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, NOT_SUPPORTED, KB1);
	applying(s, CI1);
	call(s, "InstallUpdate", 0);
	unmount(s, true);
	call(s, "WIM::UnMountWIMImage", 0);
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 1, CI1, "5 0 01:18:43Z Installed seen - KB5977001");
	END();
}

static void applied_without_a_binary(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	applying(s, CI1);
	applied(s, CI1);
	update(s, CI2, 1);
	applying(s, CI2);
	update(s, CI3, 1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:17:43Z Installed inferred pattern-unconfirmed KB0");
	assert_update(s, 1, CI2, "3 0 - - inferred under-way KB0");
	assert_update(s, 1, CI3, "0 0 - - seen state-unknown KB0");
	END();
}

/* Failures and their codes */

static void codes(void **state)
{
	static const struct {
		uint32_t call, plain, named;
		const char *row, *progress;
	} table[] = {
		{ 0x8007007B, 0, 123, "3 123 - - seen operation-failed KB5977001",
			"1 3 123 16790101 01:11:43Z complete operation-failed" },
		{ 0x800F082F, 0, 0, "3 -2146498513 - - seen operation-failed KB5977001",
			"1 3 -2146498513 16790101 01:11:43Z complete operation-failed" },
		{ 0x80070070, 0, 0, "3 -2147024784 - - seen operation-failed KB5977001",
			"1 3 112 16790101 01:11:43Z complete operation-failed" },
		{ 0, 0x800F0830, 0, "3 -2146498512 - - inferred operation-failed KB5977001",
			"1 3 -2146498512 16790101 01:11:43Z complete operation-failed" },
		{ 0x8007007B, 0x8007007B, 123, "3 123 - - seen operation-failed KB5977001",
			"1 3 123 16790101 01:11:43Z complete operation-failed" },
		{ 0x800F0823, 0, 2083, "3 2083 - - seen stack-too-old KB5977001",
			"1 3 2083 16790101 01:11:43Z complete operation-failed" },
		{ 0x800F081E, 0, 0, "1 -2146498530 - - seen not-applicable KB5977001",
			"1 3 -2146498530 16790101 01:11:43Z complete operation-failed" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		update(s, CI1, 1);
		call(s, "GetUpdateApplicability", 0x80004001);
		token(s, "APPLICABLE", KB1);
		applying(s, CI1);
		if (table[i].call)
			call(s, "InstallUpdate", table[i].call);
		if (table[i].plain)
			failed(s, 0, table[i].plain);
		if (table[i].named)
			failed(s, CI1, table[i].named);
		tail(s, "Failed");
		RUN();
		assert_update(s, 1, CI1, table[i].row);
		assert_progress(s, table[i].progress);
		END();
	}
}

static void a_failure_without_a_code(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	add(s, FACT_OF(SITE_FAILED, .ci = CI1, .words = SLICE("failed")));
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen operation-failed KB5977001");
	assert_progress(s, "1 3 - 16790101 01:11:43Z complete operation-failed");
	END();
}

static void the_question_is_no_installation(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	call(s, "GetUpdateApplicability", 0x80004001);
	token(s, NOT_SUPPORTED, KB1);
	skipped(s, "not-supported");
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "4 0 - - seen check-not-supported KB5977001");
	END();
}

static void a_failure_that_a_retry_mends(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	call(s, "InstallUpdate", 0x80070005);
	failed(s, CI1, 5);
	applying(s, CI1);
	call(s, "InstallUpdate", 0);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:22:43Z Installed inferred commit-assumed KB5977001");
	assert_progress(s, "1 2 0 0 01:11:43Z complete pattern-unconfirmed");
	END();
}

static void a_failure_of_another_update(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "NOT_REQUIRED", KB1);
	failed(s, CI2, 123);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "1 0 - - inferred pattern-unconfirmed KB5977001");
	assert_update(s, 1, CI2, "3 123 - - seen operation-failed KB0");
	assert_progress(s, "1 3 123 16790102 01:11:43Z complete operation-failed");
	END();
}

/* The call right before the line that prints its number goes with that line. */
static void a_call_of_another_update(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	call(s, "InstallUpdate", 0x8007007B);
	failed(s, CI2, 123);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - inferred pattern-unconfirmed KB5977001");
	assert_update(s, 1, CI2, "3 123 - - seen operation-failed KB0");
	END();
}

/* A call of a name that nobody knows fails while an update is put in. */
static void a_call_of_an_unknown_name(void **state)
{
	static const struct {
		bool before, success, applied;
		const char *row;
	} table[] = {
		{ false, false, false, "3 -2147024894 - - inferred operation-failed KB5977001" },
		{ false, false, true,
			"2 0 01:19:43Z Installed inferred pattern-unconfirmed KB5977001" },
		{ false, true, false, "2 0 01:19:43Z Installed inferred commit-assumed KB5977001" },
		{ true, false, false,
			"2 0 01:19:43Z Installed inferred pattern-unconfirmed KB5977001" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		if (table[i].before)
			call(s, "SomeFunction", 0x80070002);
		applying(s, CI1);
		if (!table[i].before)
			call(s, "SomeFunction", 0x80070002);
		if (table[i].success)
			call(s, "InstallUpdate", 0);
		if (table[i].applied)
			applied(s, CI1);
		tail(s, "Success");
		RUN();
		assert_update(s, 1, CI1, table[i].row);
		assert_int_equal(bench_cites(status_row(s, PACKAGE, 1, CI1), "SomeFunction",
					 "UpdateInstallationStatus"),
			i == 0);
		END();
	}
}

/* A part that is not for the image decides only when there is no other. */
static void parts_that_do_not_apply(void **state)
{
	static const struct {
		uint32_t first, second, printed;
		const char *row, *progress;
	} table[] = {
		{ 0x800F081E, 0x80070070, 0, "3 -2147024784 - - seen operation-failed KB5977001",
			"1 3 112 16790101 01:11:43Z complete operation-failed" },
		{ 0x80070070, 0x800F081E, 0, "3 -2147024784 - - seen operation-failed KB5977001",
			"1 3 112 16790101 01:11:43Z complete operation-failed" },
		{ 0x800F081E, 0x80070070, 112, "3 112 - - seen operation-failed KB5977001",
			"1 3 112 16790101 01:11:43Z complete operation-failed" },
		{ 0x80070005, 0x80070070, 0, "3 -2147024784 - - seen operation-failed KB5977001",
			"1 3 112 16790101 01:11:43Z complete operation-failed" },
		{ 0, 0x800F081E, 0,
			"2 -2146498530 01:17:43Z Installed inferred commit-assumed KB5977001",
			"1 3 -2146498530 16790101 01:11:43Z complete operation-failed" },
		{ 0, 0x800F081E, 0x81E,
			"2 2078 01:17:43Z Installed inferred commit-assumed KB5977001",
			"1 3 2078 16790101 01:11:43Z complete operation-failed" },
		{ 0x800F081E, 0, 0, "2 0 01:19:43Z Installed inferred commit-assumed KB5977001",
			"1 3 - 0 01:11:43Z complete operation-failed" },
		{ 0x800F081E, 0x800F081E, 0, "1 -2146498530 - - seen not-applicable KB5977001",
			"1 3 -2146498530 16790101 01:11:43Z complete operation-failed" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		update(s, CI1, 2);
		token(s, "APPLICABLE", KB1);
		call(s, "InstallUpdate", table[i].first);
		token(s, "APPLICABLE", NET1);
		call(s, "InstallUpdate", table[i].second);
		if (table[i].printed)
			failed(s, CI1, table[i].printed);
		tail(s, "Failed");
		RUN();
		assert_update(s, 1, CI1, table[i].row);
		assert_progress(s, table[i].progress);
		END();
	}
}

/* Calls are given to binaries that were checked first when there are as many. */
static void calls_in_order(void **state)
{
	static const struct {
		int waiting, calls;
		uint32_t codes[3];
		bool is_given;
		const char *row;
	} table[] = {
		{ 2, 2, { 0, 0x80070005 }, true, "3 -2147024891 - - seen" },
		{ 3, 3, { 0x80070005, 0, 0 }, true, "3 -2147024891 - - seen" },
		{ 3, 2, { 0, 0x80070005 }, false, "3 -2147024891 - - seen operation-failed" },
		{ 2, 3, { 0x80070005, 0, 0 }, false, "3 -2147024891 - - seen operation-failed" },
		{ 2, 3, { 0, 0x80070005, 0 }, false, "3 -2147024891 - - seen operation-failed" },
		{ 3, 2, { 0, 0 }, false, "3 0 - - inferred under-way" },
	};
	static const char *const files[] = { KB1, NET1, FILES "third.cab" };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct row *row;
		BEGIN();
		head(s, 1);
		update(s, CI1, table[i].waiting == 2 ? 2 : 3);
		for (int k = 0; k < table[i].waiting; k++)
			token(s, "APPLICABLE", files[k]);
		applying(s, CI1);
		for (int k = 0; k < table[i].calls; k++)
			call(s, "InstallUpdate", table[i].codes[k]);
		tail(s, "Failed");
		RUN();
		row = status_row(s, PACKAGE, 1, CI1);
		if (strncmp(words_of(row), table[i].row, strlen(table[i].row)) != 0)
			fail_msg("%zu: '%s', not '%s'", i, words_of(row), table[i].row);
		for (int k = 0; k < table[i].waiting; k++) {
			assert_int_equal(row->own.binaries[k].has_code, table[i].is_given);
			if (table[i].is_given)
				assert_int_equal(row->own.binaries[k].code, table[i].codes[k]);
		}
		END();
	}
}

/* The call failed, and a line says that it is in: of one attempt, one of them is wrong. */
static void applied_after_a_failure(void **state)
{
	for (int retry = 0; retry < 2; retry++) {
		const struct row *row;
		BEGIN();
		head(s, 1);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		applying(s, CI1);
		call(s, "InstallUpdate", 0x80070005);
		if (retry)
			applying(s, CI1);
		applied(s, CI1);
		tail(s, "Success");
		RUN();
		row = status_row(s, PACKAGE, 1, CI1);
		if (retry) {
			assert_update(s, 1, CI1,
				"2 0 01:20:43Z Installed inferred pattern-unconfirmed KB5977001");
			assert_progress(s, "1 2 0 0 01:11:43Z complete pattern-unconfirmed");
		} else {
			assert_update(
				s, 1, CI1, "3 -2147024891 - - conflict operation-failed KB5977001");
			assert_progress(s, "1 2 0 16790101 01:11:43Z complete pattern-unconfirmed");
			assert_true(bench_cites(row, "InstallUpdate", "UpdateStatus"));
			assert_true(bench_cites(row, "applied", "UpdateStatus"));
		}
		assert_notes(s, CONFLICT, retry ? 0 : 1);
		END();
	}
}

/* The check could not be made, and a line that no real log has shown says that it is in. */
static void applied_unchecked(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, NOT_SUPPORTED, KB1);
	applying(s, CI1);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "5 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* An installation of which no line says what it was of. */
static void a_failure_without_a_name(void **state)
{
	for (int is_printed = 0; is_printed < 2; is_printed++) {
		BEGIN();
		head(s, 1);
		call(s, "InstallUpdate", 0x800F082F);
		if (is_printed)
			failed(s, 0, 0x800F082F);
		tail(s, "Failed");
		RUN();
		assert_int_equal(rows(s), 0);
		assert_progress(s, "1 3 -2146498513 0 01:11:43Z incomplete operation-failed");
		assert_notes(s, UPDATE_UNNAMED, 1);
		END();
	}
}

/* Errors are on, errors are off */

static void goes_on_after_failures(void **state)
{
	static const struct {
		const char *word, *progress;
	} table[] = {
		{ "Failed", "1 3 2 16790101 01:11:43Z complete operation-failed" },
		{ "Success", "1 2 0 16790101 01:11:43Z complete pattern-unconfirmed" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		failed(s, CI1, 2);
		install(s, CI2, KB2);
		update(s, CI3, 1);
		token(s, "APPLICABLE", NET1);
		failed(s, CI3, 3);
		tail(s, table[i].word);
		RUN();
		assert_update(s, 1, CI1, "3 2 - - seen operation-failed KB5977001");
		assert_update(s, 1, CI2,
			"2 0 01:21:43Z Installed inferred pattern-unconfirmed KB5977002");
		assert_update(s, 1, CI3, "3 3 - - seen operation-failed KB5977001");
		assert_progress(s, table[i].progress);
		END();
	}
}

static void stops_at_the_first(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI2, KB2);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	failed(s, CI1, 2);
	unmount(s, false);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "3 2 - - seen operation-failed KB5977001");
	assert_update(s, 1, CI2, "3 0 - - seen discarded KB5977002");
	assert_history(s, "1 3 16790101 01:11:43Z complete operation-failed");
	END();
}

/* Saves */

static void installed_there_and_applied(struct script *s)
{
	install(s, CI1, KB1);
	update(s, CI2, 1);
	token(s, "INSTALLED", KB2);
	update(s, CI3, 1);
	token(s, NOT_SUPPORTED, FILES "windows10.0-kb5977003-x64.cab");
	applying(s, CI3);
	applied(s, CI3);
}

static void saves_that_fail(void **state)
{
	enum { CALL, ERROR, MESSAGE, CLEANUP, COMMIT };
	static const struct {
		int how;
		uint32_t code;
		const char *progress;
	} table[] = {
		{ CALL, 0x800700A1, "1 3 161 0 01:11:43Z complete commit-failed" },
		{ ERROR, 161, "1 3 161 0 01:11:43Z complete commit-failed" },
		{ MESSAGE, 161, "1 3 161 0 01:11:43Z complete commit-failed" },
		{ CLEANUP, 5, "1 3 5 0 01:11:43Z complete commit-failed" },
		{ COMMIT, 0, "1 3 - 0 01:11:43Z complete commit-failed" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		installed_there_and_applied(s);
		unmount(s, true);
		switch (table[i].how) {
		case CALL:
			call(s, "WIM::UnMountWIMImage", table[i].code);
			break;
		case MESSAGE:
			add(s,
				FACT_OF(SITE_STATUS, .name = SLICE("7913"), .verb = SLICE("E"),
					.identifier = SLICE(PACKAGE), .index = 1,
					.code = table[i].code,
					.flags = FLAG_HAS_CODE | FLAG_HAS_INDEX));
			break;
		default:
			error(s,
				table[i].how == ERROR             ? "unmount"
					: table[i].how == CLEANUP ? "cleanup"
								  : "commit",
				table[i].code);
		}
		image_end(s, PACKAGE, "Failed");
		run_end(s, "failed");
		RUN();
		assert_update(s, 1, CI1, "3 0 - - seen commit-failed KB5977001");
		assert_update(s, 1, CI2, "2 0 - Installed inferred pattern-unconfirmed KB5977002");
		assert_update(s, 1, CI3, "4 0 - - seen commit-failed KB5977003");
		assert_progress(s, table[i].progress);
		END();
	}
}

/* A clean-up that fails before the unmount: nothing is saved. */
static void clean_up_before_the_unmount(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	error(s, "cleanup", 5);
	unmount(s, false);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen commit-failed KB5977001");
	END();
}

/* Nothing was to be saved: an unmount that fails has lost nothing. */
static void a_discard_that_fails(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, false);
	error(s, "unmount", 161);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen discarded KB5977001");
	assert_progress(s, "1 3 161 0 01:11:43Z complete operation-failed");
	END();
}

static void status_7913(struct script *script, const char *package, uint32_t index)
{
	add(script,
		FACT_OF(SITE_STATUS, .name = SLICE("7913"), .verb = SLICE("E"),
			.identifier = slice_from(package), .index = index, .code = 161,
			.flags = FLAG_HAS_INDEX | FLAG_HAS_CODE, .words = SLICE("not saved")));
}

/* The status message comes late: it is of the index and the package that it names. */
static void not_saved_and_told_late(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	mount(s, 2);
	install(s, CI1, KB1);
	status_7913(s, PACKAGE, 1);
	status_7913(s, PACKAGE, 7); /* which no line mounts */
	install(s, CI2, KB2);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen commit-failed KB5977001");
	assert_update(s, 2, CI1, "2 0 01:24:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_update(s, 2, CI2, "2 0 01:30:43Z Installed inferred pattern-unconfirmed KB5977002");
	assert_progress(s, "1 3 161 0 01:11:43Z complete commit-failed");
	END();
}

/* The log goes on with the same image. */
static void not_saved_is_another_package(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	turn_to(s, "CTS00043");
	mount_at(s, 1, "E:\\ConfigMgr_OfflineImageServicing\\CTS00043\\ImageMountDir");
	status_7913(s, PACKAGE, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	image_end(s, "CTS00043", "Success");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen commit-failed KB5977001");
	assert_string_equal(words_of(status_row(s, "CTS00043", 1, (int32_t)CI1)),
		"2 0 01:26:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* The log ends with the unmount: whether it went well is not seen. */
static void the_unmount_is_the_last_line(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-unseen KB5977001");
	END();
}

/* The number of the index comes after its version. */
static void version_before_the_number(void **state)
{
	const struct report_image *image;

	BEGIN();
	starts(s, 1);
	announce(s, PACKAGE);
	turn_to(s, PACKAGE);
	add(s, FACT_OF(SITE_MOUNT, .flags = FLAG_RECALL, .image = SLICE(FOLDER)));
	add(s,
		FACT_OF(SITE_VERSION, .flags = FLAG_RECALL, .version = SLICE("10.0.19045.2965"),
			.architecture = SLICE("9")));
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	add(s,
		FACT_OF(SITE_APPLYING, .ci = CI1, .index = 4,
			.flags = FLAG_RECALL | FLAG_HAS_INDEX));
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_non_null(status_row(s, PACKAGE, 4, (int32_t)CI1));
	assert_int_equal(s->bench.report.image_count, 1);
	image = &s->bench.report.images[0];
	assert_true(slice_equal(image->version, SLICE("10.0.19045.2965")));
	assert_true(slice_equal(image->architecture, SLICE("amd64")));
	END();
}

static const struct row *progress_row(struct script *script)
{
	const struct report *report = &script->bench.report;

	for (size_t i = 0; i < report->row_count[ROW_PROGRESS]; i++)
		if (slice_equal(report->rows[ROW_PROGRESS][i].values[1].text, SLICE(PACKAGE)))
			return &report->rows[ROW_PROGRESS][i];
	return NULL;
}

/* A word that no real log has shown, against a failure that was seen: both are kept. */
static void called_a_success(void **state)
{
	for (int by_image = 0; by_image < 2; by_image++) {
		BEGIN();
		head(s, 1);
		install(s, CI1, KB1);
		unmount(s, true);
		error(s, "unmount", 161);
		if (by_image)
			image_end(s, PACKAGE, "Success");
		run_end(s, "succeeded");
		RUN();
		assert_update(s, 1, CI1, "3 0 - - seen commit-failed KB5977001");
		assert_progress(s, "1 3 161 0 01:11:43Z complete commit-failed");
		assert_history(s, "1 3 0 01:11:43Z complete commit-failed");
		assert_int_equal(progress_row(s)->own.certainty, CERTAINTY_CONFLICT);
		assert_true(bench_cites(progress_row(s), "unmount", "Status"));
		assert_true(bench_cites(
			progress_row(s), by_image ? "completed image" : "run ends", "Status"));
		assert_notes(s, CONFLICT, 1);
		END();
	}
}

/* The words of an end: those that say neither leave it to what was seen. */
static void words_of_an_end(void **state)
{
	static const struct {
		const char *image, *run;
		bool has_error, is_recall;
		const char *progress, *certainty;
	} table[] = {
		{ "Failed", "failed", false, false, "1 3 - 0 01:11:43Z complete operation-failed",
			"seen" },
		{ "Failed", "failed", false, true, "1 3 - 0 01:11:43Z complete pattern-unconfirmed",
			"inferred" },
		{ "Failed", "failed", true, true, "1 3 161 0 01:11:43Z complete commit-failed",
			"seen" },
		{ "Succeeded", "succeeded", false, true,
			"1 2 0 0 01:11:43Z complete pattern-unconfirmed", "inferred" },
		{ "Success with errors", "ended", false, true,
			"1 2 0 0 01:11:43Z incomplete pattern-unconfirmed", "inferred" },
		{ "Unsuccessful", "ended", true, true,
			"1 3 161 0 01:11:43Z incomplete commit-failed", "seen" },
		{ "Failed to complete", "ended", false, true,
			"1 2 0 0 01:11:43Z incomplete pattern-unconfirmed", "inferred" },
		{ NULL, "succeeded with errors", false, true,
			"1 2 0 0 01:11:43Z incomplete pattern-unconfirmed", "inferred" },
		{ NULL, "was cancelled", true, true, "1 3 161 0 01:11:43Z incomplete commit-failed",
			"seen" },
		{ NULL, "ended", false, true, "1 2 0 0 01:11:43Z complete pattern-unconfirmed",
			"inferred" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int flags = table[i].is_recall ? FLAG_RECALL : 0;

		BEGIN();
		head(s, 1);
		install(s, CI1, KB1);
		unmount(s, true);
		if (table[i].has_error)
			error(s, "unmount", 161);
		if (table[i].image)
			add(s,
				FACT_OF(SITE_IMAGE_END, .identifier = SLICE(PACKAGE),
					.verb = slice_from(table[i].image),
					.flags = (uint32_t)flags));
		add(s,
			FACT_OF(SITE_RUN_END, .verb = slice_from(table[i].run),
				.flags = (uint32_t)flags));
		RUN();
		assert_progress(s, table[i].progress);
		assert_string_equal(
			certainty_word(progress_row(s)->own.certainty), table[i].certainty);
		END();
	}
}

/* "ErrorCode = 0" is no code of a failure. */
static void a_failure_with_the_code_0(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	failed(s, CI1, 0);
	tail(s, "Failed");
	RUN();
	assert_progress(s, "1 3 - 16790101 01:11:43Z complete operation-failed");
	END();
}

static void failed_before_any_save(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	update(s, CI2, 1);
	token(s, "APPLICABLE", KB2);
	failed(s, CI2, 5);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - inferred image-failed KB5977001");
	assert_update(s, 1, CI2, "3 5 - - seen operation-failed KB5977002");
	END();
}

static void a_copy_that_fails_behind_the_save(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	error(s, "copy", 59);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-unknown KB5977001");
	assert_progress(s, "1 3 59 0 01:11:43Z complete operation-failed");
	END();
}

/* The log ends */

static void ends_while_mounted(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	update(s, CI2, 1);
	token(s, "APPLICABLE", KB2);
	applying(s, CI2);
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-unseen KB5977001");
	assert_update(s, 1, CI2, "3 0 - - inferred log-ends KB5977002");
	assert_progress(s, "1 1 0 0 01:11:43Z incomplete log-ends");
	assert_history(s, "");
	assert_notes(s, LOG_STOPS, 1);
	assert_notes(s, NO_UPDATE_LINES, 0);
	END();
}

static void ends_while_asking(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	RUN();
	assert_update(s, 1, CI1, "0 0 - - seen log-ends KB0");
	END();
}

static void ends_at_the_unmount(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-unseen KB5977001");
	END();
}

static void ends_behind_the_image(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_progress(s, "1 2 0 0 01:11:43Z incomplete pattern-unconfirmed");
	assert_history(s, "1 2 0 01:11:43Z incomplete pattern-unconfirmed");
	END();
}

static void start_alone(void **state)
{
	BEGIN();
	starts(s, 16777294);
	status_7900(s, 16777294, 0);
	announce(s, PACKAGE);
	RUN();
	assert_progress(s, "16777294 1 0 0 01:11:43Z incomplete log-ends");
	assert_history(s, "");
	assert_int_equal(rows(s), 0);
	assert_int_equal(s->bench.report.image_count, 1);
	END();
}

/* The log begins in mid-run */

static void begins_in_mid_run(void **state)
{
	BEGIN();
	update(s, CI2, 1);
	token(s, "NOT_REQUIRED", KB2);
	unmount(s, true);
	mount(s, 2);
	install(s, CI1, KB1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	add(s,
		FACT_OF(SITE_RUN_END, .schedule = 16777314, .verb = SLICE("ended"),
			.flags = FLAG_RECALL));
	RUN();
	assert_update(s, 0, CI2, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_update(s, 2, CI1, "2 0 01:17:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_int_equal(rows(s), 2);
	assert_progress(s, "16777314 2 0 0 - incomplete pattern-unconfirmed");
	assert_history(s, "");
	assert_notes(s, NO_TIME, 1);
	assert_notes(s, IMAGE_UNKNOWN, 0);
	END();
}

/* The image is named by its end alone. */
static void named_by_its_end(void **state)
{
	BEGIN();
	starts(s, 7);
	install(s, CI1, KB1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 0, CI1, "2 0 01:14:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_progress(s, "7 2 0 0 01:10:43Z complete pattern-unconfirmed");
	assert_int_equal(s->bench.report.image_count, 1);
	END();
}

static void named_by_its_history(void **state)
{
	BEGIN();
	starts(s, 7);
	update(s, CI1, 1);
	token(s, "NOT_REQUIRED", KB1);
	unmount(s, true);
	add(s, FACT_OF(SITE_HISTORY, .identifier = SLICE(PACKAGE)));
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 0, CI1, "1 0 - - inferred pattern-unconfirmed KB5977001");
	assert_progress(s, "7 2 0 0 01:10:43Z complete pattern-unconfirmed");
	END();
}

static void index_named_by_applying(void **state)
{
	BEGIN();
	starts(s, 7);
	turn_to(s, PACKAGE);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	add(s,
		FACT_OF(SITE_APPLYING, .ci = CI1, .index = 3,
			.flags = FLAG_HAS_INDEX | FLAG_RECALL));
	applied(s, CI1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 3, CI1, "2 0 01:15:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

static void an_excerpt_of_a_token(void **state)
{
	BEGIN();
	thread(s, 0);
	s->no_time = true;
	call(s, "GetUpdateApplicability", 0x80004001);
	token(s, NOT_SUPPORTED, KB1);
	RUN();
	assert_string_equal(words_of(status_row(s, "unknown", 0, 5977001)),
		"4 0 - - seen check-not-supported KB5977001");
	assert_notes(s, IMAGE_UNKNOWN, 1);
	END();
}

static void an_excerpt_of_a_failed_save(void **state)
{
	BEGIN();
	thread(s, 0);
	s->no_time = true;
	unmount(s, true);
	call(s, "WIM::UnMountWIMImage", 0x800700A1);
	call(s, "UnMountImage", 0x800700A1);
	error(s, "unmount", 161);
	add(s,
		FACT_OF(SITE_STATUS, .name = SLICE("7913"), .verb = SLICE("E"),
			.identifier = SLICE(PACKAGE), .code = 161, .flags = FLAG_HAS_CODE));
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_progress(s, "0 3 161 0 - incomplete commit-failed");
	assert_history(s, "");
	assert_notes(s, NO_UPDATE_LINES, 1);
	assert_notes(s, NO_TIME, 1);
	END();
}

static void index_named_by_its_failure(void **state)
{
	BEGIN();
	starts(s, 7);
	install(s, CI1, KB1);
	unmount(s, true);
	add(s,
		FACT_OF(SITE_STATUS, .name = SLICE("7913"), .verb = SLICE("E"),
			.identifier = SLICE(PACKAGE), .index = 6, .code = 161,
			.flags = FLAG_HAS_CODE | FLAG_HAS_INDEX));
	run_end(s, "failed");
	RUN();
	assert_update(s, 6, CI1, "3 0 - - seen commit-failed KB5977001");
	assert_progress(s, "7 3 161 0 01:10:43Z complete commit-failed");
	END();
}

static void a_failing_excerpt(void **state)
{
	BEGIN();
	call(s, "InstallUpdate", 0x8007007B);
	failed(s, 16787962, 123);
	RUN();
	assert_string_equal(words_of(status_row(s, "unknown", 0, 16787962)),
		"3 123 - - seen operation-failed KB0");
	END();
}

/* Updates without a line of their own */

static void binaries_alone(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 1);
	token(s, "NOT_REQUIRED", KB2);
	token(s, "INSTALLED", KB1);
	token(s, "NOT_REQUIRED", NET1);
	token(s, "NOT_REQUIRED", FILES "mso-x-none.cab");
	tail(s, "Success");
	RUN();
	assert_update(s, 1, 5977002, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_update(s, 1, 5977001, "2 0 - Installed inferred pattern-unconfirmed KB5977001");
	row = status_row(s, PACKAGE, 1, 5977001);
	assert_int_equal(row->own.id_from, ID_FROM_KB);
	assert_int_equal(row->own.binary_count, 2);
	assert_int_equal(rows(s), 3);
	row = &s->bench.report.rows[ROW_STATUS][0];
	assert_true(row->values[3].integer < 0);
	assert_true(slice_equal(row->values[6].text, SLICE("mso-x-none.cab")));
	END();
}

static void ci_from_the_line_that_applies(void **state)
{
	BEGIN();
	head(s, 1);
	token(s, "NOT_REQUIRED", KB2);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, 5977002, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_int_equal(rows(s), 2);
	END();
}

static void ci_from_the_line_that_fails(void **state)
{
	BEGIN();
	head(s, 1);
	token(s, "APPLICABLE", KB1);
	call(s, "InstallUpdate", 0x8007007B);
	failed(s, CI1, 123);
	token(s, "NOT_REQUIRED", KB2);
	failed(s, CI2, 5);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 123 - - seen operation-failed KB5977001");
	assert_update(s, 1, 5977002, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_update(s, 1, CI2, "3 5 - - seen operation-failed KB0");
	END();
}

/* A line that turns to the next update was not read: its binary is not the last update's. */
static void more_binaries_than_stated(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI2, 1);
	token(s, "NOT_REQUIRED", KB2);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI2, "1 0 - - inferred pattern-unconfirmed KB5977002");
	assert_update(s, 1, CI1, "2 0 01:19:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

static void a_ci_that_was_not_read(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, 0, 1);
	token(s, "NOT_REQUIRED", KB1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, 5977001, "1 0 - - inferred pattern-unconfirmed KB5977001");
	END();
}

/* One KB without a CI_ID in one run, with one in the next: one update. */
static void one_kb_with_and_without_ci(void **state)
{
	BEGIN();
	head(s, 1);
	token(s, "APPLICABLE", KB1);
	tail(s, "Success");
	at(s, 100);
	head(s, 1);
	install(s, CI1, KB1);
	tail(s, "Success");
	RUN();
	assert_int_equal(rows(s), 1);
	assert_update(s, 1, CI1, "2 0 02:58:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

static void one_kb_of_two_ci(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	update(s, CI2, 1);
	token(s, "NOT_REQUIRED", NET1);
	tail(s, "Success");
	RUN();
	assert_int_equal(rows(s), 2);
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_update(s, 1, CI2, "1 0 - - inferred pattern-unconfirmed KB5977001");
	END();
}

/* Indexes and images */

static void several_indexes(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	mount(s, 2);
	install(s, CI1, KB1);
	unmount(s, true);
	call(s, "UnMountImage", 0x800700A1);
	mount(s, 3);
	install(s, CI1, KB1);
	unmount(s, false);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_update(s, 2, CI1, "3 0 - - seen commit-failed KB5977001");
	assert_update(s, 3, CI1, "3 0 - - seen discarded KB5977001");
	assert_int_equal(s->bench.report.image_count, 3);
	assert_progress(s, "1 3 161 0 01:11:43Z complete commit-failed");
	END();
}

#define OTHER "CTS00043"

static void several_images_of_a_schedule(void **state)
{
	BEGIN();
	starts(s, 9);
	announce(s, PACKAGE);
	announce(s, OTHER);
	turn_to(s, PACKAGE);
	mount(s, 1);
	install(s, CI1, KB1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	turn_to(s, OTHER);
	mount_at(s, 1, "E:\\ConfigMgr_OfflineImageServicing\\" OTHER "\\ImageMountDir");
	update(s, CI1, 1);
	token(s, "NOT_REQUIRED", KB1);
	failed(s, CI2, 1722);
	run_end(s, "failed");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_string_equal(
		words_of(status_row(s, OTHER, 1, CI2)), "3 1722 - - seen operation-failed KB0");
	assert_progress(s, "9 2 0 0 01:10:43Z complete pattern-unconfirmed");
	assert_string_equal(runs_of(s, ROW_PROGRESS, OTHER),
		"9 3 1722 16790102 01:10:43Z complete operation-failed");
	assert_int_equal(s->bench.report.row_count[ROW_HISTORY], 2);
	END();
}

/* Two are announced, and no line says whose work begins: the mount's folder, or the end, does. */
static void announced_and_not_turned_to(void **state)
{
	for (int by_folder = 0; by_folder < 2; by_folder++) {
		BEGIN();
		starts(s, 9);
		announce(s, PACKAGE);
		announce(s, OTHER);
		if (by_folder)
			mount(s, 1);
		install(s, CI1, KB1);
		unmount(s, true);
		image_end(s, PACKAGE, "Success");
		update(s, CI2, 1);
		token(s, "NOT_REQUIRED", KB2);
		image_end(s, OTHER, "Success");
		run_end(s, "succeeded");
		RUN();
		assert_string_equal(words_of(status_row(s, PACKAGE, by_folder, CI1)),
			by_folder ? "2 0 01:17:43Z Installed inferred pattern-unconfirmed KB5977001"
				  : "2 0 01:16:43Z Installed inferred pattern-unconfirmed "
				    "KB5977001");
		assert_string_equal(words_of(status_row(s, OTHER, 0, CI2)),
			"1 0 - - inferred pattern-unconfirmed KB5977002");
		assert_int_equal(rows(s), 2);
		assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], 2);
		assert_notes(s, IMAGE_UNKNOWN, 0);
		END();
	}
}

static void announced_and_never_begun(void **state)
{
	BEGIN();
	starts(s, 9);
	announce(s, PACKAGE);
	announce(s, OTHER);
	error(s, "space", 112);
	run_end(s, "failed");
	RUN();
	assert_string_equal(
		runs_of(s, ROW_PROGRESS, OTHER), "9 3 112 0 01:10:43Z incomplete operation-failed");
	assert_progress(s, "9 3 - 0 01:10:43Z incomplete operation-failed");
	assert_notes(s, NO_UPDATE_LINES, 1);
	END();
}

static void no_image_at_all(void **state)
{
	BEGIN();
	starts(s, 9);
	status_7900(s, 9, 0);
	RUN();
	assert_string_equal(
		runs_of(s, ROW_PROGRESS, "unknown"), "9 1 0 0 01:11:43Z incomplete log-ends");
	assert_notes(s, IMAGE_UNKNOWN, 1);
	END();
}

/* Runs */

static void schedule_ends_without_a_word_on_the_image(void **state)
{
	static const struct {
		const char *verb, *progress, *row;
	} table[] = {
		{ "failed", "1 3 - 0 01:11:43Z complete operation-failed",
			"3 0 - - inferred image-failed KB5977001" },
		{ "succeeded", "1 2 0 0 01:11:43Z complete pattern-unconfirmed",
			"2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001" },
		{ "ended", "1 2 0 0 01:11:43Z complete pattern-unconfirmed",
			"2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		head(s, 1);
		install(s, CI1, KB1);
		run_end(s, table[i].verb);
		RUN();
		assert_progress(s, table[i].progress);
		assert_update(s, 1, CI1, table[i].row);
		END();
	}
}

static void two_threads(void **state)
{
	BEGIN();
	thread(s, 7652);
	starts(s, 11);
	thread(s, 8120);
	starts(s, 12);
	turn_to(s, OTHER);
	thread(s, 7652);
	turn_to(s, PACKAGE);
	mount(s, 1);
	thread(s, 8120);
	mount_at(s, 2, "E:\\ConfigMgr_OfflineImageServicing\\" OTHER "\\ImageMountDir");
	update(s, CI1, 1);
	thread(s, 7652);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	thread(s, 8120);
	token(s, "NOT_REQUIRED", KB1);
	failed(s, CI2, 1603);
	thread(s, 7652);
	applying(s, CI1);
	applied(s, CI1);
	thread(s, 8120);
	unmount(s, false);
	thread(s, 7652);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	thread(s, 8120);
	image_end(s, OTHER, "Failed");
	run_end(s, "failed");
	thread(s, 7652);
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:22:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_string_equal(words_of(status_row(s, OTHER, 2, CI1)),
		"1 0 - - inferred pattern-unconfirmed KB5977001");
	assert_string_equal(
		words_of(status_row(s, OTHER, 2, CI2)), "3 1603 - - seen operation-failed KB0");
	assert_progress(s, "11 2 0 0 01:10:43Z complete pattern-unconfirmed");
	assert_string_equal(runs_of(s, ROW_HISTORY, OTHER),
		"12 3 16790102 01:11:43Z complete operation-failed");
	assert_int_equal(rows(s), 3);
	END();
}

/* A paste without threads, whose status message states one. */
static void no_threads(void **state)
{
	BEGIN();
	thread(s, 0);
	starts(s, 5);
	status_7900(s, 5, 3336);
	turn_to(s, PACKAGE);
	mount(s, 1);
	install(s, CI1, KB1);
	tail(s, "Success");
	RUN();
	assert_progress(s, "5 2 0 0 01:11:43Z complete pattern-unconfirmed");
	assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], 1);
	assert_update(s, 1, CI1, "2 0 01:17:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* The status message is there, the line before it is not. */
static void begun_by_a_status_message(void **state)
{
	BEGIN();
	status_7900(s, 5, 0);
	starts(s, 5);
	turn_to(s, PACKAGE);
	update(s, CI1, 1);
	token(s, "NOT_REQUIRED", KB1);
	tail(s, "Success");
	RUN();
	assert_history(s, "5 2 0 01:10:43Z complete pattern-unconfirmed");
	END();
}

static void a_run_that_another_follows(void **state)
{
	for (int by_thread = 0; by_thread < 2; by_thread++) {
		BEGIN();
		head(s, 1);
		install(s, CI1, KB1);
		if (by_thread) {
			thread(s, 1);
			add(s, FACT_OF(SITE_THREAD, .worker = 7652));
			thread(s, 7652);
			turn_to(s, PACKAGE); /* of the new run, whose line was not read */
		} else {
			starts(s, 2);
		}
		turn_to(s, PACKAGE);
		update(s, CI2, 1);
		token(s, "NOT_REQUIRED", KB2);
		tail(s, "Success");
		RUN();
		assert_update(
			s, 1, CI1, "2 0 01:18:43Z Installed inferred commit-unseen KB5977001");
		assert_string_equal(words_of(status_row(s, PACKAGE, 0, CI2)),
			"1 0 - - inferred pattern-unconfirmed KB5977002");
		assert_notes(s, RUN_WITHOUT_END, 1);
		assert_notes(s, LOG_STOPS, 0);
		assert_progress(s,
			by_thread ? "0 2 0 0 - incomplete pattern-unconfirmed; "
				    "1 1 0 0 01:11:43Z incomplete log-ends"
				  : "1 1 0 0 01:11:43Z incomplete log-ends; "
				    "2 2 0 0 01:19:43Z complete pattern-unconfirmed");
		END();
	}
}

static void retry(void **state)
{
	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	failed(s, CI1, 5);
	tail(s, "Failed");
	at(s, 60);
	thread(s, 900);
	head(s, 1);
	install(s, CI1, KB1);
	tail(s, "Success");
	RUN();
	assert_int_equal(rows(s), 1);
	assert_update(s, 1, CI1, "2 0 02:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_progress(s, "1 2 0 0 02:11:43Z complete pattern-unconfirmed");
	assert_history(s,
		"1 3 16790101 01:11:43Z complete operation-failed; "
		"1 2 0 02:11:43Z complete pattern-unconfirmed");
	END();
}

/* Found in by a later run: since the run that put it in. */
static void found_in_later(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	tail(s, "Success");
	for (int i = 1; i < 3; i++) {
		at(s, i * 60);
		head(s, 1);
		update(s, CI1, 1);
		token(s, "INSTALLED", KB1);
		tail(s, "Success");
	}
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* A later run that only names it takes nothing away; one that lost it before does. */
static void named_later(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	unmount(s, false);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	at(s, 60);
	head(s, 1);
	update(s, CI1, 1);
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen discarded KB5977001");
	END();
}

static void unread_messages(void **state)
{
	BEGIN();
	unknown(s); /* of no run */
	head(s, 1);
	unknown(s);
	install(s, CI1, KB1);
	unknown(s);
	tail(s, "Success");
	unknown(s); /* the run is over */
	RUN();
	assert_progress(s, "1 2 0 0 01:12:43Z incomplete pattern-unconfirmed");
	assert_notes(s, UNREAD_MESSAGES, 1);
	assert_notes(s, NO_UPDATE_LINES, 0);
	assert_update(s, 1, CI1, "2 0 01:20:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

static void no_update_lines(void **state)
{
	BEGIN();
	head(s, 1);
	tail(s, "Success");
	RUN();
	assert_int_equal(rows(s), 0);
	assert_progress(s, "1 2 0 0 01:11:43Z incomplete pattern-unconfirmed");
	assert_notes(s, NO_UPDATE_LINES, 1);
	assert_notes(s, UNREAD_MESSAGES, 0);
	END();
}

/* An unknown status message of an error */
static void a_status_that_nobody_knows(void **state)
{
	BEGIN();
	head(s, 1);
	install(s, CI1, KB1);
	add(s,
		FACT_OF(SITE_STATUS, .name = SLICE("7909"), .verb = SLICE("E"), .code = 5,
			.flags = FLAG_HAS_CODE | FLAG_RECALL));
	tail(s, "Failed");
	RUN();
	assert_progress(s, "1 3 5 0 01:11:43Z complete pattern-unconfirmed");
	END();
}

/* Several machines */

static void two_servers(void **state)
{
	BEGIN();
	s->bench.machine = 1;
	at(s, 600);
	head(s, 1);
	install(s, CI1, KB1);
	tail(s, "Success");
	s->bench.machine = 2;
	at(s, 0);
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	failed(s, CI1, 5);
	tail(s, "Failed");
	RUN(); /* in both orders */
	assert_int_equal(rows(s), 1);
	assert_update(s, 1, CI1, "2 0 11:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	assert_progress(s, "1 2 0 0 11:11:43Z complete pattern-unconfirmed");
	assert_history(s,
		"1 3 16790101 01:11:43Z complete operation-failed; "
		"1 2 0 11:11:43Z complete pattern-unconfirmed");
	END();
}

/* Two copies of a log are one log. */
/* Another run of the same schedule takes the row of progress, and one of a second that of history.
 */
static void begun_anew(void **state)
{
	for (int is_ended = 0; is_ended < 2; is_ended++) {
		BEGIN();
		head(s, 1);
		install(s, CI1, KB1);
		if (is_ended)
			tail(s, "Success");
		at(s, 0);
		head(s, 1);
		install(s, CI1, KB1);
		tail(s, "Failed");
		RUN();
		assert_progress(s, "1 3 - 0 01:11:43Z complete operation-failed");
		assert_history(s, "1 3 0 01:11:43Z complete operation-failed");
		assert_notes(s, RUN_WITHOUT_END, is_ended ? 0 : 1);
		assert_notes(s, SAME_START, is_ended ? 1 : 0);
		END();
	}
}

static void two_copies(void **state)
{
	BEGIN();
	for (int i = 1; i < 3; i++) {
		s->bench.machine = i;
		at(s, 0);
		head(s, 1);
		install(s, CI1, KB1);
		tail(s, "Success");
	}
	bench_run_alone(&s->bench);
	assert_int_equal(rows(s), 1);
	assert_progress(s, "1 2 0 0 01:11:43Z complete pattern-unconfirmed");
	assert_history(s, "1 2 0 01:11:43Z complete pattern-unconfirmed");
	assert_notes(s, SAME_START, 0);
	END();
}

/* Evidence */

static void evidence(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	applied(s, CI1);
	unmount(s, true);
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	RUN();
	row = status_row(s, PACKAGE, 1, CI1);
	assert_true(bench_cites(row, "checking update", "UpdateID"));
	assert_true(bench_cites(row, "APPLICABLE", "UpdateStatus"));
	assert_true(bench_cites(row, "APPLICABLE", "UpdateTitle"));
	assert_true(bench_cites(row, "applied", "AppliedDateTime"));
	assert_true(bench_cites(row, "mounting", "ImageIndex"));
	assert_true(bench_cites(row, "image info", "ImagePackageID"));
	assert_true(bench_cites(row, "unmounting", "UpdateStatus"));
	row = &s->bench.report.rows[ROW_PROGRESS][0];
	assert_true(bench_cites(row, "status begins", "RunDateTime"));
	assert_true(bench_cites(row, "status begins", "ScheduleID"));
	assert_true(bench_cites(row, "completed image", "Status"));
	END();
}

static void evidence_of_failures(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 1);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	call(s, "InstallUpdate", 0x8007007B);
	failed(s, CI1, 123);
	unmount(s, true);
	call(s, "UnMountImage", 0x800700A1);
	error(s, "unmount", 161);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	row = status_row(s, PACKAGE, 1, CI1);
	assert_true(bench_cites(row, "InstallUpdate", "UpdateInstallationStatus"));
	assert_true(bench_cites(row, "failed", "UpdateInstallationStatus"));
	assert_true(bench_cites(row, "failed", "UpdateID"));
	assert_true(bench_cites(row, "unmount", "UpdateStatus"));
	row = &s->bench.report.rows[ROW_PROGRESS][0];
	assert_true(bench_cites(row, "failed", "Win32ErrorCode"));
	assert_true(bench_cites(row, "failed", "FailedUpdateID"));
	assert_true(bench_cites(row, "unmount", "Win32ErrorCode"));
	assert_progress(s, "1 3 123 16790101 01:11:43Z complete operation-failed");
	END();
}

/* Beside DISM, CBS and what lies in the image */

#define PACKAGE_OF_KB1 "Package_for_KB5977001~31bf3856ad364e35~amd64~~19041.1.1.1"

/* A line of DISM's log, all in the minute in hand. */
static void dism_line(struct script *script, struct fact fact)
{
	fact.pid = fact.pid ? fact.pid : 9720;
	fact.tid = 1;
	add(script, fact);
	script->minute--;
}

static void cbs(struct script *script, uint32_t ticks, const char *name, uint32_t code)
{
	const struct session_id session = { 9720, ticks };
	const struct slice package = slice_from(name);

	dism_line(script,
		FACT_OF(OPERATION_START, .session = session, .package = package,
			.words = SLICE("operation begins")));
	if (!code)
		dism_line(script,
			FACT_OF(COMPLETION, .session = session, .package = package,
				.current = STATE_INSTALLED, .original = STATE_ABSENT,
				.target = STATE_INSTALLED, .flags = FLAG_HAS_CODE,
				.words = SLICE("completion")));
	dism_line(script,
		FACT_OF(OPERATION_END, .session = session, .code = code, .package = package,
			.flags = FLAG_HAS_CODE, .words = SLICE("operation ends")));
}

/* A dism.exe session on the folder that adds the package; CBS tells of it, or not. One minute. */
static void dism_with(struct script *script, bool has_cbs, uint32_t code, const char *other)
{
	const struct slice folder = SLICE("C:\\Windows\\TEMP\\5E91C0D8");

	script->bench.options.timezones[0] = (struct bound_option){ .value = SLICE("-04:00") };
	script->bench.options.timezone_count = 1;
	dism_line(script, FACT_OF(HOST_PROCESS, .pid = 9450));
	dism_line(script, FACT_OF(HOST_START, .pid = 9450));
	dism_line(script,
		FACT_OF(COMMAND_LINE, .verb = SLICE("Add-Package"), .flags = FLAG_ADD,
			.image = SLICE(FOLDER), .path = SLICE(KB1)));
	dism_line(script, FACT_OF(IMAGE_OPENED, .pid = 9450, .image = SLICE(FOLDER)));
	dism_line(script, FACT_OF(SESSION_LOADED, .pid = 9450, .path = folder));
	dism_line(script, FACT_OF(IMAGE_PROCESS, .pid = 9720));
	dism_line(script, FACT_OF(PROVIDER_DIRECTORY, .path = folder));
	dism_line(script, FACT_OF(IMAGE_MODE, .flags = FLAG_OFFLINE));
	dism_line(script, FACT_OF(PACKAGE_FILE, .path = SLICE(KB1)));
	dism_line(script,
		FACT_OF(PACKAGE_STATE, .package = SLICE(PACKAGE_OF_KB1), .current = STATE_ABSENT));
	dism_line(script, FACT_OF(CHANGE_REQUESTED, .name = SLICE("4"), .target = STATE_INSTALLED));
	if (has_cbs)
		cbs(script, 20412288, PACKAGE_OF_KB1, code);
	if (other)
		cbs(script, 20412299, other, 0);
	dism_line(script, FACT_OF(SESSION_CLOSED, .pid = 9450));
	dism_line(script, FACT_OF(HOST_END, .words = SLICE("host ends")));
	script->minute++;
}

static void dism(struct script *script, bool has_cbs, uint32_t code)
{
	dism_with(script, has_cbs, code, NULL);
}

static void one_run_of_dism_and_the_site(void **state)
{
	const struct row *row;

	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	dism(s, false, 0);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	assert_int_equal(rows(s), 1);
	assert_update(s, 1, CI1, "2 0 01:19:43Z Installed inferred commit-assumed KB5977001");
	row = status_row(s, PACKAGE, 1, CI1);
	assert_int_equal(row->own.package_count, 1);
	assert_true(bench_cites(row, "change-requested", "UpdateStatus"));
	assert_true(bench_cites(row, "applied", "AppliedDateTime"));
	assert_progress(s, "16777501 2 0 0 01:11:43Z complete pattern-unconfirmed");
	assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], 1);
	assert_int_equal(s->bench.report.row_count[ROW_HISTORY], 1);
	assert_int_equal(s->bench.report.image_count, 1);
	END();
}

static void cbs_before_the_site(void **state)
{
	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, NOT_SUPPORTED, KB1);
	applying(s, CI1);
	dism(s, true, 0);
	applied(s, CI1);
	tail(s, "Success");
	RUN();
	/* CBS tells when; that the check is not supported ConfigMgr alone tells. */
	assert_update(s, 1, CI1, "5 0 01:18:43Z Installed inferred commit-assumed KB5977001");
	END();
}

static void cbs_and_a_number_that_the_site_prints(void **state)
{
	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	dism(s, true, 0x800F0922);
	failed(s, CI1, 2338);
	tail(s, "Failed");
	RUN();
	assert_update(s, 1, CI1, "3 2338 - Absent seen operation-failed KB5977001");
	assert_progress(s, "16777501 3 2338 16790101 01:11:43Z complete operation-failed");
	END();
}

static void not_saved_whatever_cbs_says(void **state)
{
	for (int discard = 0; discard < 2; discard++) {
		BEGIN();
		head(s, 16777501);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		applying(s, CI1);
		dism(s, true, 0);
		applied(s, CI1);
		unmount(s, !discard);
		if (!discard)
			error(s, "unmount", 161);
		image_end(s, PACKAGE, "Failed");
		run_end(s, "failed");
		RUN();
		assert_update(s, 1, CI1,
			discard ? "3 0 - - seen discarded KB5977001"
				: "3 0 - - seen commit-failed KB5977001");
		END();
	}
}

/* The site's log says that it can be put in, and of no attempt: DISM's word is the only one. */
static void dism_alone_tells_of_the_attempt(void **state)
{
	for (int is_skipped = 0; is_skipped < 2; is_skipped++) {
		BEGIN();
		head(s, 16777501);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		if (is_skipped)
			skipped(s, "not-required");
		dism(s, false, 0);
		tail(s, "Success");
		RUN();
		assert_int_equal(rows(s), 1);
		assert_int_equal(
			status_row(s, PACKAGE, 1, CI1)->values[5].integer, is_skipped ? 3 : 2);
		END();
	}
}

/* DISM's log is of another host's clock of the same time zone; the index is not in it. */
static void dism_of_another_place(void **state)
{
	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	at(s, 20);
	applied(s, CI1);
	tail(s, "Success");
	s->bench.machine = 1;
	at(s, 9);
	dism(s, false, 0);
	RUN();
	assert_int_equal(rows(s), 1);
	assert_update(s, 1, CI1, "2 0 01:30:43Z Installed inferred commit-assumed KB5977001");
	assert_progress(s, "16777501 2 0 0 01:11:43Z complete pattern-unconfirmed");
	assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], 1);
	END();
}

/* Without dates in ConfigMgr's log: what DISM did in its folder is of its only run. */
static void dism_beside_a_log_without_dates(void **state)
{
	for (int runs = 1; runs < 3; runs++) {
		BEGIN();
		s->no_time = true;
		for (int i = 0; i < runs; i++) {
			head(s, 16777501 + (uint32_t)i);
			update(s, CI1, 1);
			token(s, "APPLICABLE", KB1);
			applying(s, CI1);
			applied(s, CI1);
			tail(s, "Success");
		}
		s->no_time = false;
		s->bench.machine = 1;
		dism(s, false, 0);
		RUN();
		assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], runs == 1 ? 1 : 3);
		END();
	}
}

/* What DISM did to the image on another day has a row of its own in progress. */
static void dism_on_another_day(void **state)
{
	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	failed(s, CI1, 5);
	tail(s, "Failed");
	at(s, 1440);
	dism(s, true, 0);
	RUN();
	assert_int_equal(s->bench.report.row_count[ROW_PROGRESS], 2);
	assert_int_equal(s->bench.report.row_count[ROW_HISTORY], 2);
	END();
}

/* The later statement stands, when both are not of one run. */
static void dism_later_than_the_site(void **state)
{
	BEGIN();
	head(s, 16777501);
	update(s, CI1, 1);
	token(s, "NOT_REQUIRED", KB1);
	tail(s, "Success");
	at(s, 1440);
	dism(s, true, 0);
	RUN();
	assert_update(s, 1, CI1, "2 0 01:10:43Z Installed inferred commit-unseen KB5977001");
	END();
}

static void the_site_later_than_dism(void **state)
{
	BEGIN();
	mount(s, 1); /* of a run before: its index is what DISM's folder is */
	dism(s, true, 0x800F0922);
	at(s, 1440);
	head(s, 16777501);
	install(s, CI1, KB1);
	tail(s, "Success");
	RUN();
	assert_update(s, 1, CI1, "2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001");
	END();
}

/* No line of the site tells the index, and DISM mounts one. */
static void index_from_dism(void **state)
{
	for (int several = 0; several < 2; several++) {
		BEGIN();
		starts(s, 1);
		turn_to(s, PACKAGE);
		s->bench.options.timezones[0] = (struct bound_option){ .value = SLICE("-04:00") };
		s->bench.options.timezone_count = 1;
		for (uint32_t i = 0; i < 1u + (unsigned)several; i++) {
			dism_line(s, FACT_OF(HOST_PROCESS, .pid = 9450));
			dism_line(s, FACT_OF(HOST_START, .pid = 9450));
			dism_line(s,
				FACT_OF(COMMAND_LINE, .verb = SLICE("Mount-Wim"),
					.image = SLICE(FOLDER), .wim = SLICE("E:\\x.wim"),
					.index = 4 + i, .flags = FLAG_HAS_INDEX));
			dism_line(s,
				FACT_OF(MOUNT, .pid = 9450, .image = SLICE(FOLDER),
					.wim = SLICE("E:\\x.wim"), .index = 4 + i,
					.flags = FLAG_HAS_INDEX));
			dism_line(s, FACT_OF(HOST_END, .pid = 9450));
		}
		update(s, CI1, 1);
		token(s, "NOT_REQUIRED", KB1);
		tail(s, "Success");
		RUN();
		assert_update(
			s, several ? 0 : 4, CI1, "1 0 - - inferred pattern-unconfirmed KB5977001");
		assert_progress(s, "1 2 0 0 01:10:43Z complete pattern-unconfirmed");
		END();
	}
}

/* The mount was not told of, the end of the folder's work is: of CBS's package too. */
static void discarded_without_a_mount_line(void **state)
{
	BEGIN();
	starts(s, 1);
	turn_to(s, PACKAGE);
	update(s, CI1, 1);
	token(s, "APPLICABLE", KB1);
	applying(s, CI1);
	dism(s, true, 0);
	applied(s, CI1);
	unmount(s, false);
	image_end(s, PACKAGE, "Failed");
	run_end(s, "failed");
	RUN();
	assert_int_equal(rows(s), 1);
	assert_update(s, 0, CI1, "3 0 - - seen discarded KB5977001");
	END();
}

#define STACK "Package_for_ServicingStack_1~31bf3856ad364e35~amd64~~19041.1.1.1"

/* What came along with the update and has no line of the site: thrown away with index 1, saved with
 * index 2. */
static void what_the_site_does_not_name(void **state)
{
	const struct report *report;
	int seen = 0;

	BEGIN();
	starts(s, 1);
	turn_to(s, PACKAGE);
	for (uint32_t i = 1; i < 3; i++) {
		mount(s, i);
		update(s, CI1, 1);
		token(s, "APPLICABLE", KB1);
		applying(s, CI1);
		dism_with(s, true, 0, STACK);
		applied(s, CI1);
		unmount(s, i == 2);
	}
	image_end(s, PACKAGE, "Success");
	run_end(s, "succeeded");
	RUN();
	assert_update(s, 1, CI1, "3 0 - - seen discarded KB5977001");
	report = &s->bench.report;
	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++) {
		const struct row *row = &report->rows[ROW_STATUS][i];

		if (row->own.kb)
			continue;
		assert_int_equal(row->values[5].integer, row->values[1].integer == 1 ? 0 : 2);
		assert_int_equal(row->own.reason,
			row->values[1].integer == 1 ? REASON_DISCARDED : REASON_COMMIT_ASSUMED);
		seen++;
	}
	assert_int_equal(seen, 2);
	END();
}

/* The hive of the image, an index of a file that bears the package's id. */
static void hive(struct script *s, enum cbs_state now, int64_t modified)
{
	s->bench.names[0] = PACKAGE;
	s->bench.indexes[0] = 1;
	s->bench.modified[0] = modified;
	s->bench.options.package_ids[0] = (struct bound_option){ .value = slice_from(PACKAGE) };
	s->bench.options.package_id_count = 1;
	bench_document(&s->bench, 0, "/Windows/System32/config/SOFTWARE");
	bench_fact(&s->bench, FACT_OF(HIVE, .version = SLICE("1.5")));
	bench_fact(&s->bench, FACT_OF(HIVE_PACKAGES, .index = 4000, .flags = FLAG_HAS_INDEX));
	bench_fact(&s->bench,
		FACT_OF(HIVE_PACKAGE, .package = SLICE(PACKAGE_OF_KB1), .current = now,
			.utc = now == STATE_INSTALLED ? T0 + 3600 : 0, .words = SLICE("key")));
}

static void beside_the_hive(void **state)
{
	enum { INSTALLS, FAILS, NOT_REQUIRED };
	static const struct {
		int does;
		enum cbs_state hive;
		int64_t modified;
		const char *row;
	} table[] = {
		/* the hive says when */
		{ INSTALLS, STATE_INSTALLED, T0 + DAY, "2 0 02:10:43Z Installed seen - KB5977001" },
		/* taken out since, for all that is known */
		{ INSTALLS, STATE_ABSENT, T0 + 30 * DAY,
			"0 0 - Absent seen applicability-unknown KB5977001" },
		/* the file is as the site left it, and does not have it */
		{ INSTALLS, STATE_ABSENT, T0 + 7200,
			"0 0 - Absent conflict applicability-unknown KB5977001" },
		/* the site saved it after the file's last change */
		{ INSTALLS, STATE_ABSENT, T0 - DAY,
			"2 0 01:18:43Z Installed inferred pattern-unconfirmed KB5977001" },
		/* failed, and went in after that */
		{ FAILS, STATE_INSTALLED, T0 + DAY, "2 0 02:10:43Z Installed seen - KB5977001" },
		{ FAILS, STATE_ABSENT, T0 + DAY, "3 5 - Absent seen operation-failed KB5977001" },
		/* that it does not apply the site alone says */
		{ NOT_REQUIRED, STATE_ABSENT, T0 + DAY,
			"1 0 - Absent inferred pattern-unconfirmed KB5977001" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(s, table[i].hive, table[i].modified);
		head(s, 1);
		if (table[i].does == INSTALLS) {
			install(s, CI1, KB1);
			tail(s, "Success");
		} else if (table[i].does == NOT_REQUIRED) {
			update(s, CI1, 1);
			token(s, "NOT_REQUIRED", KB1);
			tail(s, "Success");
		} else {
			update(s, CI1, 1);
			token(s, "APPLICABLE", KB1);
			failed(s, CI1, 5);
			tail(s, "Failed");
		}
		RUN();
		assert_int_equal(rows(s), 1);
		assert_update(s, 1, CI1, table[i].row);
		END();
	}
}

/* Years of nights */

static void fold(struct world *world, struct machine *machine, struct fact fact, int64_t utc)
{
	fact.at = (struct place){ .line = world->seq + 1 };
	fact.tid = 7652;
	fact.utc = utc;
	fact.when = utc + LOCAL;
	fact.words = slice_from(fact_name(fact.kind));
	fold_fact(world, machine, &fact);
}

static void fold_night(struct world *world, struct machine *machine, int64_t utc)
{
	static const struct fact night[] = {
		{ .kind = FACT_SITE_RUN, .schedule = 1 },
		{ .kind = FACT_SITE_IMAGE, .identifier = { PACKAGE, 8 } },
		{ .kind = FACT_SITE_MOUNT,
			.index = 1,
			.flags = FLAG_HAS_INDEX,
			.image = { FOLDER, sizeof(FOLDER) - 1 } },
		{ .kind = FACT_SITE_UPDATE, .ci = CI1 },
		{ .kind = FACT_SITE_TOKEN,
			.verb = { "INSTALLED", 9 },
			.path = { KB1, sizeof(KB1) - 1 } },
		{ .kind = FACT_SITE_UPDATE, .ci = CI2 },
		{ .kind = FACT_SITE_TOKEN,
			.verb = { "NOT_REQUIRED", 12 },
			.path = { KB2, sizeof(KB2) - 1 } },
		{ .kind = FACT_SITE_UNMOUNT, .flags = FLAG_COMMIT },
		{ .kind = FACT_SITE_IMAGE_END,
			.identifier = { PACKAGE, 8 },
			.verb = { "Success", 7 } },
		{ .kind = FACT_SITE_RUN_END, .verb = { "succeeded", 9 } },
	};

	for (size_t i = 0; i < sizeof(night) / sizeof(night[0]); i++)
		fold(world, machine, night[i], utc + (int64_t)i);
}

static void years_of_nights(void **state)
{
	enum { NIGHTS = 3000 };
	struct run_options options = { .jobs = 1 };
	struct report report = { 0 };
	struct machine machine = { 0 };
	struct world world;
	size_t after_some = 0;

	(void)state;
	world_init(&world, &options, &report);
	report.inputs = arena_alloc(&report.arena, sizeof(*report.inputs));
	report.input_count = 1;
	for (int i = 0; i < NIGHTS; i++) {
		fold_night(&world, &machine, T0 + (int64_t)i * DAY);
		if (i == NIGHTS / 10)
			after_some = world.arena.used;
	}
	fold_end(&world, &machine);
	assert_int_equal(world.site->past.count, NIGHTS - 1); /* the last is in hand */
	assert_in_range(world.site->runs.count, 1, 4);
	assert_in_range(world.site->all_updates.count, 2, 8);
	assert_in_range(world.site->all_indexes.count, 1, 4);
	assert_in_range(world.mounts.count + world.spare_mounts.count, 1, 4);
	/* What is left to grow is what is kept of each run. */
	assert_in_range((world.arena.used - after_some) / (NIGHTS - NIGHTS / 10), 1, 640);
	assert_int_equal(rows_make(&world), ST_OK);
	assert_int_equal(report.row_count[ROW_HISTORY], NIGHTS);
	assert_int_equal(report.row_count[ROW_PROGRESS], 1);
	assert_int_equal(report.row_count[ROW_STATUS], 2);
	world_release(&world);
	report_release(&report);
}

/* A log that lies: more images of a run, more files of an update, than there can be. */
static void too_many_of_all(void **state)
{
	enum { MANY = 10000 };
	struct run_options options = { .jobs = 1 };
	struct report report = { 0 };
	struct machine machine = { 0 };
	struct world world;

	(void)state;
	world_init(&world, &options, &report);
	report.inputs = arena_alloc(&report.arena, sizeof(*report.inputs));
	report.input_count = 1;
	fold(&world, &machine, FACT_OF(SITE_UPDATE, .ci = CI1), T0);
	for (int i = 0; i < MANY; i++) {
		char text[32];

		snprintf(text, sizeof(text), "C:\\%d.cab", i);
		fold(&world, &machine,
			FACT_OF(SITE_TOKEN, .verb = SLICE("INSTALLED"), .path = slice_from(text)),
			T0);
	}
	for (int i = 0; i < MANY; i++) {
		char text[32];

		snprintf(text, sizeof(text), "CTS%05X", (unsigned)i);
		fold(&world, &machine, FACT_OF(SITE_IMAGE, .identifier = slice_from(text)), T0);
	}
	fold_end(&world, &machine);
	assert_int_equal(rows_make(&world), ST_OK);
	assert_int_equal(report.row_count[ROW_STATUS], 1);
	assert_int_equal(report.rows[ROW_STATUS][0].own.binary_count, 4096);
	assert_int_equal(report.row_count[ROW_PROGRESS], 4096);
	world_release(&world);
	report_release(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(success),
		cmocka_unit_test(tokens),
		cmocka_unit_test(raw_word_is_kept),
		cmocka_unit_test(binaries),
		cmocka_unit_test(one_binary_of_two_fails),
		cmocka_unit_test(checked_first_installed_later),
		cmocka_unit_test(applied_by_silence),
		cmocka_unit_test(silence_that_is_none),
		cmocka_unit_test(a_call_that_went_well),
		cmocka_unit_test(a_save_that_a_call_confirms),
		cmocka_unit_test(applied_without_a_binary),
		cmocka_unit_test(codes),
		cmocka_unit_test(a_failure_without_a_code),
		cmocka_unit_test(the_question_is_no_installation),
		cmocka_unit_test(a_failure_that_a_retry_mends),
		cmocka_unit_test(a_failure_of_another_update),
		cmocka_unit_test(a_call_of_another_update),
		cmocka_unit_test(a_call_of_an_unknown_name),
		cmocka_unit_test(parts_that_do_not_apply),
		cmocka_unit_test(calls_in_order),
		cmocka_unit_test(applied_after_a_failure),
		cmocka_unit_test(applied_unchecked),
		cmocka_unit_test(a_failure_without_a_name),
		cmocka_unit_test(goes_on_after_failures),
		cmocka_unit_test(stops_at_the_first),
		cmocka_unit_test(saves_that_fail),
		cmocka_unit_test(clean_up_before_the_unmount),
		cmocka_unit_test(a_discard_that_fails),
		cmocka_unit_test(called_a_success),
		cmocka_unit_test(words_of_an_end),
		cmocka_unit_test(a_failure_with_the_code_0),
		cmocka_unit_test(not_saved_and_told_late),
		cmocka_unit_test(not_saved_is_another_package),
		cmocka_unit_test(the_unmount_is_the_last_line),
		cmocka_unit_test(version_before_the_number),
		cmocka_unit_test(failed_before_any_save),
		cmocka_unit_test(a_copy_that_fails_behind_the_save),
		cmocka_unit_test(ends_while_mounted),
		cmocka_unit_test(ends_while_asking),
		cmocka_unit_test(ends_at_the_unmount),
		cmocka_unit_test(ends_behind_the_image),
		cmocka_unit_test(start_alone),
		cmocka_unit_test(begins_in_mid_run),
		cmocka_unit_test(named_by_its_end),
		cmocka_unit_test(named_by_its_history),
		cmocka_unit_test(index_named_by_applying),
		cmocka_unit_test(an_excerpt_of_a_token),
		cmocka_unit_test(an_excerpt_of_a_failed_save),
		cmocka_unit_test(index_named_by_its_failure),
		cmocka_unit_test(a_failing_excerpt),
		cmocka_unit_test(binaries_alone),
		cmocka_unit_test(ci_from_the_line_that_applies),
		cmocka_unit_test(ci_from_the_line_that_fails),
		cmocka_unit_test(more_binaries_than_stated),
		cmocka_unit_test(a_ci_that_was_not_read),
		cmocka_unit_test(one_kb_with_and_without_ci),
		cmocka_unit_test(one_kb_of_two_ci),
		cmocka_unit_test(several_indexes),
		cmocka_unit_test(several_images_of_a_schedule),
		cmocka_unit_test(announced_and_not_turned_to),
		cmocka_unit_test(announced_and_never_begun),
		cmocka_unit_test(no_image_at_all),
		cmocka_unit_test(schedule_ends_without_a_word_on_the_image),
		cmocka_unit_test(two_threads),
		cmocka_unit_test(no_threads),
		cmocka_unit_test(begun_by_a_status_message),
		cmocka_unit_test(a_run_that_another_follows),
		cmocka_unit_test(retry),
		cmocka_unit_test(found_in_later),
		cmocka_unit_test(named_later),
		cmocka_unit_test(unread_messages),
		cmocka_unit_test(no_update_lines),
		cmocka_unit_test(a_status_that_nobody_knows),
		cmocka_unit_test(two_servers),
		cmocka_unit_test(begun_anew),
		cmocka_unit_test(two_copies),
		cmocka_unit_test(evidence),
		cmocka_unit_test(evidence_of_failures),
		cmocka_unit_test(one_run_of_dism_and_the_site),
		cmocka_unit_test(dism_alone_tells_of_the_attempt),
		cmocka_unit_test(cbs_before_the_site),
		cmocka_unit_test(cbs_and_a_number_that_the_site_prints),
		cmocka_unit_test(not_saved_whatever_cbs_says),
		cmocka_unit_test(dism_of_another_place),
		cmocka_unit_test(dism_beside_a_log_without_dates),
		cmocka_unit_test(dism_on_another_day),
		cmocka_unit_test(dism_later_than_the_site),
		cmocka_unit_test(the_site_later_than_dism),
		cmocka_unit_test(index_from_dism),
		cmocka_unit_test(discarded_without_a_mount_line),
		cmocka_unit_test(what_the_site_does_not_name),
		cmocka_unit_test(beside_the_hive),
		cmocka_unit_test(years_of_nights),
		cmocka_unit_test(too_many_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
