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

#include "lib_world.h"

#define T0    INT64_C(1715821843) /* 2024-05-16T01:10:43Z */
#define LOCAL (-4 * 3600)

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

static void update(struct script *script, uint32_t ci, const char *binaries)
{
	add(script,
		FACT_OF(SITE_UPDATE, .ci = ci, .name = slice_from(binaries), .flags = FLAG_RECALL,
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
	update(script, ci, "1");
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
	update(s, CI2, "1");
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
		update(s, CI1, "1");
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
	update(s, CI1, "1");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(success),
		cmocka_unit_test(tokens),
		cmocka_unit_test(raw_word_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
