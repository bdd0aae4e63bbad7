/*
 * Records of ConfigMgr's logs: every form, every way in which real logs and pastes bend it, torn
 * and hostile text, and that a block cut anywhere gives the same records.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lib_parse.h"
#include "parsers/cm_record.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A <![LOG[ record with a tail that ConfigMgr's own code writes. */
#define TAIL(time, type)                                                                           \
	"]LOG]!><time=\"" time "\" date=\"06-03-2025\" component=\"SiteWorker\" context=\"\" "     \
	"type=\"" type "\" thread=\"4242\" file=\"siteworker.cpp:118\">"
#define CCM(message) "<![LOG[" message TAIL("04:05:06.789+300", "1") "\r\n"

#define DOLLAR_TAIL                                                                                \
	"$$<SMS_OFFLINE_SERVICING_MANAGER><06-03-2025 04:05:06.789+300><thread=4242 (0x1092)>"
#define DOLLAR(message) message "  " DOLLAR_TAIL "\r\n"

#define MANAGER "SMS_OFFLINE_SERVICING_MANAGER"

/* ---- Reading ------------------------------------------------------------------------- */

#define MAX_KEPT 64

/* What a text gave: its first records, and the result they came with. */
struct reading {
	struct cm_record records[MAX_KEPT];
	size_t count;
	struct parse_result result;
};

static struct reading reading;

static void read_bytes(struct slice bytes, uint32_t traits)
{
	struct cm_cursor cursor;
	struct cm_record record;

	parse_result_release(&reading.result);
	parse_result_init(&reading.result);
	reading.result.traits = traits;
	reading.count = 0;
	cm_cursor_init(&cursor, bytes, &reading.result);
	while (cm_next(&cursor, &record))
		if (reading.count++ < MAX_KEPT)
			reading.records[reading.count - 1] = record;
	assert_int_equal(reading.result.records, reading.count);
	assert_int_equal(cursor.at, bytes.len);
}

static void read_records(const char *text)
{
	read_bytes(slice_from(text), 0);
}

static const struct cm_record *record_at(size_t number)
{
	assert_true(number < reading.count);
	return &reading.records[number];
}

static const struct cm_record *only_record(const char *text)
{
	read_records(text);
	assert_int_equal(reading.count, 1);
	return &reading.records[0];
}

static size_t notes(enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < reading.result.note_count; i++)
		count += reading.result.notes[i].code == code;
	return count;
}

static int release(void **state)
{
	(void)state;
	parse_result_release(&reading.result);
	return 0;
}

/* ---- <![LOG[ ------------------------------------------------------------------------- */

static void ccm_record(void **state)
{
	const struct cm_record *record = only_record(CCM("Checking the schedules"));

	(void)state;
	assert_int_equal(record->form, CM_FORM_CCM);
	assert_text(record->message, "Checking the schedules");
	assert_text(record->component, "SiteWorker");
	assert_int_equal(record->level, LEVEL_INFO);
	assert_int_equal(record->tid, 4242);
	assert_time(record->when, "2025-06-03T04:05:06");
	assert_time(record->utc, "2025-06-03T09:05:06");
	assert_false(record->is_torn || record->is_cut || record->is_open);
	assert_int_equal(record->line, 1);
	assert_int_equal(record->offset, 0);
	assert_int_equal(record->whole.len, strlen(CCM("Checking the schedules")) - 2);
	assert_int_equal(reading.result.lines, 1);
	assert_int_equal(reading.result.note_count, 0);
}

/* Tails as they are found; NULL: no time. */
static void ccm_tails(void **state)
{
	static const struct {
		const char *tail, *component, *when, *utc;
		enum log_level level;
		uint32_t tid;
	} rows[] = {
		{ "<time=\"04:05:06.789-330\" date=\"06-03-2025\" component=\"A\" context=\"\" "
		  "type=\"2\" thread=\"7\" file=\"a.cxx:1\">",
			"A", "2025-06-03T04:05:06", "2025-06-02T22:35:06", LEVEL_WARNING, 7 },
		{ "<time=\"04:05:06.789-60\" date=\"06-03-2025\" component=\"A\" context=\"\" "
		  "type=\"3\" thread=\"7\" file=\"a.h\">",
			"A", "2025-06-03T04:05:06", "2025-06-03T03:05:06", LEVEL_ERROR, 7 },
		{ "<time=\"04:05:06.789\" date=\"06-03-2025\" component=\"A\" context=\"\" "
		  "type=\"0\" thread=\"7\" file=\"a.cpp:1\">",
			"A", "2025-06-03T04:05:06", NULL, LEVEL_INFO, 7 },
		{ "<time=\"04:05:06.8422964\" date=\"1-2-2025\" component=\"A\" context=\"\" "
		  "type=\"0\" thread=\"16\" file=\"\">",
			"A", "2025-01-02T04:05:06", NULL, LEVEL_INFO, 16 },
		{ "<time=\"04:05:06.7+000\" date=\"06-03-2025\" component=\"Lite Touch\" "
		  "context=\"CONTOSO\\ann\" type=\"1\" thread=\"\" file=\"LiteTouch\">",
			"Lite Touch", "2025-06-03T04:05:06", NULL, LEVEL_INFO, 0 },
		{ "<time=\"04:05:06.78960\" date=\"06-03-2025\" component=\"A\" context=\"\" "
		  "type=\"\" thread=\"Empty\" file=\"Deploy.ps1\">",
			"A", "2025-06-03T04:05:06", NULL, LEVEL_NONE, 0 },
		{ "<time=\"04:05:06.789+-300\" date=\"06-03-2025\" component=\"\" context=\"\" "
		  "type=\"\" thread=\"7\" file=\"Deploy.ps1:12\">",
			"", "2025-06-03T04:05:06", NULL, LEVEL_INFO, 7 },
		{ "<time=\"04:05:06\" date=\"06-03-2025\" component=\"A\" thread=\"7\" "
		  "file=\"a.cpp\" >",
			"A", "2025-06-03T04:05:06", NULL, LEVEL_NONE, 7 },
		{ "<time=\"04:05:06.789+840\" date=\"12-31-2025\" component=\"A\" context=\"\" "
		  "type=\"9\" thread=\"4294967295\" file=\"A.CPP:1\">",
			"A", "2025-12-31T04:05:06", "2025-12-31T18:05:06", LEVEL_INFO, UINT32_MAX },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct cm_record *record;

		(void)snprintf(text, sizeof(text), "<![LOG[words]LOG]!>%s\r\n", rows[i].tail);
		record = only_record(text);
		assert_text(record->message, "words");
		assert_text(record->component, rows[i].component);
		assert_time(record->when, rows[i].when);
		assert_time(record->utc, rows[i].utc);
		assert_int_equal(record->level, rows[i].level);
		assert_int_equal(record->tid, rows[i].tid);
		assert_false(record->is_torn);
		assert_int_equal(reading.result.unrecognized, 0);
	}
}

static void ccm_messages(void **state)
{
	static const char *const messages[] = { "two\nlines", "two\r\nlines", "one\rCR",
		"a ] and < and ]LOG and <![CDATA[x]]>", "text with ]LOG]!> and more", "!!!!!]!>!",
		"instance of Thing\n{\n\tName = \"<x>\";\n};", "$$<NOT><A><TAIL>", "" };
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		(void)snprintf(text, sizeof(text), "%s<![LOG[%s%s\r\n%s", CCM("before"),
			messages[i], TAIL("04:05:06.789+300", "1"), CCM("behind"));
		read_records(text);
		assert_int_equal(reading.count, 3);
		assert_text(record_at(1)->message, messages[i]);
		assert_text(record_at(2)->message, "behind");
		assert_int_equal(reading.result.note_count, 0);
		assert_int_equal(reading.result.unrecognized, 0);
	}
	read_records(CCM("a\nb\r\nc\rd") CCM("next"));
	assert_int_equal(record_at(1)->line, 4);
	assert_int_equal(reading.result.lines, 4);
}

static void ccm_long_message(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, (size_t)1 << 20);
	buf_puts(&text, "<![LOG[");
	for (int i = 0; i < 5800; i++)
		buf_puts(&text, "0123456789");
	buf_puts(&text, TAIL("04:05:06.789+300", "1") "\r\n" CCM("next"));
	read_bytes(buf_slice(&text), 0);
	assert_int_equal(reading.count, 2);
	assert_int_equal(record_at(0)->message.len, 58000);
	buf_release(&text);
}

static void byte_order_mark(void **state)
{
	(void)state;
	assert_text(only_record("\xEF\xBB\xBF" CCM("words"))->message, "words");
	assert_int_equal(record_at(0)->offset, 3);
	assert_int_equal(reading.result.unrecognized, 0);
	assert_int_equal(record_at(0)->line, 1);
}

/* Not UTF-8: the bytes stay for who prints them. */
static void ansi_bytes(void **state)
{
	(void)state;
	assert_text(only_record(CCM("gr\xFC\xDF"))->message, "gr\xFC\xDF");
	assert_text(only_record(DOLLAR("gr\xFC\xDF"))->message, "gr\xFC\xDF");
}

/* A second process wrote its record over the head of another's. */
static void head_lost(void **state)
{
	(void)state;
	read_records(
		CCM("first") "rest of a text " TAIL("04:05:07.000+300", "1") "\r\n" CCM("last"));
	assert_int_equal(reading.count, 3);
	assert_true(record_at(1)->is_torn);
	assert_false(record_at(1)->is_cut);
	assert_int_equal(record_at(1)->form, CM_FORM_CCM);
	assert_text(record_at(1)->message, "rest of a text");
	assert_time(record_at(1)->utc, "2025-06-03T09:05:07");
	assert_int_equal(record_at(1)->line, 2);
	assert_false(record_at(2)->is_torn);
	assert_int_equal(notes(DIAG_TORN_RECORD), 1);
	assert_int_equal(reading.result.unrecognized, 0);
}

static void tail_lost(void **state)
{
	(void)state;
	read_records("<![LOG[an old text" CCM("next") "<![LOG[another]LOG]!>\r\n" CCM("last"));
	assert_int_equal(reading.count, 4);
	assert_text(record_at(0)->message, "an old text");
	assert_true(record_at(0)->is_torn && record_at(0)->is_cut);
	assert_text(record_at(1)->message, "next");
	assert_text(record_at(2)->message, "another");
	assert_true(record_at(2)->is_torn && !record_at(2)->is_cut);
	assert_text(record_at(3)->message, "last");
	assert_int_equal(notes(DIAG_TORN_RECORD), 2);
	assert_int_equal(reading.result.unrecognized, 0);
}

/* Every end of the last record: it is kept, and its component and times when they are whole. */
static void ccm_cut_at_the_end(void **state)
{
	static const char text[] = CCM("first") CCM("second one");
	size_t first = strlen(CCM("first"));

	(void)state;
	for (size_t len = first + 8; len < sizeof(text) - 1; len++) {
		read_bytes((struct slice){ text, len }, 0);
		assert_int_equal(reading.count, 2);
		assert_true(record_at(1)->is_open);
		assert_true(
			slice_starts(SLICE("second one"),
				slice_from_to(record_at(1)->message, 0,
					record_at(1)->is_cut ? record_at(1)->message.len : 10)) ||
			record_at(1)->is_cut);
		if (!record_at(1)->is_cut)
			assert_text(record_at(1)->message, "second one");
		assert_int_equal(record_at(1)->is_torn, len < sizeof(text) - 3);
		assert_true(record_at(1)->tid == 0 || record_at(1)->tid == 4242);
		assert_true(
			record_at(1)->when == NO_TIME || record_at(1)->when == record_at(0)->when);
	}
}

static void text_of_no_record(void **state)
{
	(void)state;
	read_records(CCM("first") "stray words\r\n\r\nmore\r\n" CCM("last"));
	assert_int_equal(reading.count, 2);
	assert_int_equal(notes(DIAG_SKIPPED_TEXT), 1);
	assert_int_equal(reading.result.unrecognized, strlen("stray words\r\n\r\nmore"));
	assert_int_equal(record_at(1)->line, 5);
	/* An end of a record and nothing behind it: what follows is not its tail. */
	read_records(CCM("first") "stray]LOG]!>\r\nmore\r\n" CCM("last"));
	assert_int_equal(reading.count, 3);
	assert_text(record_at(1)->message, "stray");
	assert_true(record_at(1)->is_torn);
	assert_text(record_at(2)->message, "last");
	assert_int_equal(reading.result.unrecognized, 4);
}

/* ---- $$< ----------------------------------------------------------------------------- */

static void dollar_record(void **state)
{
	const struct cm_record *record = only_record(DOLLAR("Image info: Package id ABC00123~"));

	(void)state;
	assert_int_equal(record->form, CM_FORM_DOLLAR);
	assert_text(record->message, "Image info: Package id ABC00123");
	assert_text(record->component, MANAGER);
	assert_int_equal(record->level, LEVEL_INFO);
	assert_int_equal(record->tid, 4242);
	assert_time(record->when, "2025-06-03T04:05:06");
	assert_time(record->utc, "2025-06-03T09:05:06");
	assert_int_equal(record->whole.len, strlen(DOLLAR("Image info: Package id ABC00123~")) - 2);
	assert_true(cm_may_be_servicing(record));
	assert_false(record->is_torn || record->is_cut || record->is_open);
}

static void dollar_biases(void **state)
{
	static const struct {
		const char *bias, *utc;
	} rows[] = { { "+300", "2025-06-03T09:05:06" }, { "-060", "2025-06-03T03:05:06" },
		{ "+000", "2025-06-03T04:05:06" }, { "+00", "2025-06-03T04:05:06" },
		{ "+0", "2025-06-03T04:05:06" }, { "-330", "2025-06-02T22:35:06" }, { "", NULL } };
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(text, sizeof(text),
			"w $$<" MANAGER "><06-03-2025 04:05:06.789%s><thread=1 (0x1)>\r\n",
			rows[i].bias);
		assert_time(only_record(text)->when, "2025-06-03T04:05:06");
		assert_time(record_at(0)->utc, rows[i].utc);
		assert_int_equal(reading.result.note_count, 0);
	}
}

static void dollar_lines(void **state)
{
	(void)state;
	read_records("one\r\ntwo\r\n\r\n" DOLLAR("three") DOLLAR("- listed") DOLLAR("> quoted")
			DOLLAR("---->: an event") DOLLAR("costs $$<5> at $$<A><B><C>")
				DOLLAR("~~doubled~~") DOLLAR("<![LOG[ is quoted"));
	assert_int_equal(reading.count, 7);
	assert_text(record_at(0)->message, "one\r\ntwo\r\n\r\nthree");
	assert_int_equal(record_at(1)->line, 5);
	assert_text(record_at(1)->message, "listed");
	assert_text(record_at(2)->message, "quoted");
	assert_text(record_at(3)->message, "---->: an event");
	assert_text(record_at(4)->message, "costs $$<5> at $$<A><B><C>");
	assert_text(record_at(5)->message, "doubled");
	assert_true(slice_starts(record_at(5)->whole, SLICE("~~doubled~~  $$<")));
	assert_text(record_at(6)->message, "<![LOG[ is quoted");
	assert_text(record_at(6)->component, MANAGER);
	assert_int_equal(reading.result.note_count, 0);
}

/* A tail in a tail: the last one of the line counts. */
static void dollar_last_tail_counts(void **state)
{
	(void)state;
	read_records(
		"quotes $$<OTHER><01-01-2020 00:00:00.000+000><thread=1 (0x1)> " DOLLAR("here"));
	assert_int_equal(reading.count, 1);
	assert_text(record_at(0)->component, MANAGER);
	assert_int_equal(record_at(0)->tid, 4242);
}

static void dollar_levels(void **state)
{
	static const struct {
		const char *message;
		enum log_level level;
	} rows[] = { { "all is well", LEVEL_INFO }, { "Image UnMount FAILED", LEVEL_ERROR },
		{ "failover to the other node", LEVEL_INFO }, { "failover failed", LEVEL_ERROR },
		{ "an Error came", LEVEL_ERROR }, { "Warning: low space", LEVEL_WARNING },
		{ "warned of an error", LEVEL_ERROR }, { "wa", LEVEL_INFO },
		{ "err", LEVEL_INFO } };
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(text, sizeof(text), "%s " DOLLAR_TAIL "\r\n", rows[i].message);
		assert_int_equal(only_record(text)->level, rows[i].level);
		assert_int_equal(only_record(rows[i].message)->level, rows[i].level);
	}
}

static void dollar_torn(void **state)
{
	(void)state;
	read_records(
		DOLLAR("first") "second $$<" MANAGER "><06-03-2025 04:05:07.000+300><thread=42\r\n"
				"third $$<" MANAGER "><06-03-2025 04:0\r\n"
				"fourth $$<SMS_OFFL\r\n" DOLLAR("fifth") "sixth\r\nand more\r\n");
	assert_int_equal(reading.count, 6);
	assert_text(record_at(1)->message, "second");
	assert_text(record_at(1)->component, MANAGER);
	assert_time(record_at(1)->utc, "2025-06-03T09:05:07");
	assert_int_equal(record_at(1)->tid, 0);
	assert_true(record_at(1)->is_torn && !record_at(1)->is_cut);
	assert_text(record_at(2)->message, "third");
	assert_time(record_at(2)->when, NULL);
	assert_true(record_at(2)->is_torn);
	assert_text(record_at(3)->message, "fourth");
	assert_text(record_at(4)->message, "fifth");
	assert_text(record_at(5)->message, "sixth\r\nand more");
	assert_true(record_at(5)->is_torn && record_at(5)->is_cut && !record_at(5)->is_open);
	assert_int_equal(notes(DIAG_TORN_RECORD), 4);
	assert_int_equal(reading.result.unrecognized, 0);
}

static void legacy_tails(void **state)
{
	(void)state;
	read_records("~Waiting for it....\n"
		     "$$<SMS_HERALD><Wed May 21 17:09:02 1997~><thread=DB>\n"
		     "WARNING - it is late\n"
		     "$$<SMS_INVENTORY_READER>\n"
		     "<Fri Sep 03 12:23:46.229 1999 Central Daylight Time>\n"
		     "<thread=250 (0xFA)>\n"
		     "\n"
		     "Third one ...\n"
		     "$$<SMS_SQL_READER>\n"
		     "<Thu Oct 21 15:12:43.046 1999 Eastern Daylight Time><thread=282\n"
		     "(0x11A)>\n");
	assert_int_equal(reading.count, 3);
	assert_int_equal(record_at(0)->form, CM_FORM_LEGACY);
	assert_text(record_at(0)->message, "Waiting for it....");
	assert_text(record_at(0)->component, "SMS_HERALD");
	assert_int_equal(record_at(0)->tid, 0xDB);
	assert_time(record_at(0)->when, "1997-05-21T17:09:02");
	assert_time(record_at(0)->utc, NULL);
	assert_text(record_at(1)->message, "WARNING - it is late");
	assert_time(record_at(1)->when, "1999-09-03T12:23:46");
	assert_int_equal(record_at(1)->tid, 250);
	assert_int_equal(record_at(2)->line, 8);
	assert_text(record_at(2)->component, "SMS_SQL_READER");
	assert_int_equal(record_at(2)->tid, 282);
	assert_int_equal(reading.result.note_count, 0);
	assert_int_equal(reading.result.lines, 11);
}

/* ---- Bad values ------------------------------------------------------------------------ */

/* The record is kept without the field, and its line is said. */
static void bad_values(void **state)
{
	static const struct {
		const char *text;
		enum diagnostic_code code;
		bool has_when, has_tid;
	} rows[] = {
		{ "w $$<A><13-45-2025 04:05:06.789+300><thread=7 (0x7)>", DIAG_BAD_TIME, false,
			true },
		{ "w $$<A><02-30-2025 04:05:06.789+300><thread=7 (0x7)>", DIAG_BAD_TIME, false,
			true },
		{ "w $$<A><06-03-2025 25:05:06.789+300><thread=7 (0x7)>", DIAG_BAD_TIME, false,
			true },
		{ "w $$<A><06-03-2025 04:05:06.789+841><thread=7 (0x7)>", DIAG_BAD_BIAS, true,
			true },
		{ "w $$<A><06-03-2025 04:05:06.789-99999999999><thread=7 (0x7)>", DIAG_BAD_BIAS,
			true, true },
		{ "w $$<A><06-03-2025 04:05:06.789+300><thread=4294967296 (0x7)>", DIAG_BAD_NUMBER,
			true, false },
		{ "w $$<A><Wed May 32 17:09:02 1997~><thread=DB>", DIAG_BAD_TIME, false, true },
		{ "w $$<A><Wed May 21 17:09:02 1997~><thread=123456789AB>", DIAG_BAD_NUMBER, true,
			false },
		{ "<![LOG[w]LOG]!><time=\"04:05:06.789+300\" date=\"00-03-2025\" component=\"A\" "
		  "context=\"\" type=\"1\" thread=\"7\" file=\"a.cpp:1\">",
			DIAG_BAD_TIME, false, true },
		{ "<![LOG[w]LOG]!><time=\"04:05:06.789+900\" date=\"06-03-2025\" component=\"A\" "
		  "context=\"\" type=\"1\" thread=\"7\" file=\"a.cpp:1\">",
			DIAG_BAD_BIAS, true, true },
		{ "<![LOG[w]LOG]!><time=\"\" date=\"\" component=\"A\" context=\"\" type=\"1\" "
		  "thread=\"99999999999999999999\" file=\"a.cpp:1\">",
			DIAG_BAD_NUMBER, false, false },
		{ "<![LOG[w]LOG]!><time=\"04:05:06.789+60\" date=\"06-03-2025\" component=\"A\" "
		  "context=\"\" type=\"1\" thread=\"7\" file=\"Deploy.ps1\">",
			DIAG_BIAS_UNKNOWN, true, true },
		{ "w\tA\t13/13/2025 04:05:06\t7 (0x7)", DIAG_BAD_TIME, false, true },
		{ "w\tA\t07/08/2025 04:05:06\t7 (0x7)", DIAG_DATE_ORDER, false, true },
		{ "w\tA\t08/08/2025 04:05:06\t4294967296 (0x100000000)", DIAG_BAD_NUMBER, true,
			false },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(text, sizeof(text), "\n\n%s\n", rows[i].text);
		(void)only_record(text);
		assert_text(record_at(0)->message, "w");
		assert_true(notes(rows[i].code) == 1);
		assert_int_equal(reading.result.notes[0].line, 3);
		assert_int_equal(record_at(0)->when != NO_TIME, rows[i].has_when);
		assert_true(rows[i].code == DIAG_BAD_NUMBER || record_at(0)->utc == NO_TIME);
		assert_int_equal(record_at(0)->tid != 0, rows[i].has_tid);
		assert_false(record_at(0)->is_torn);
	}
}

/* What a script writes is said once a block. */
static void bias_unknown_once(void **state)
{
	static const char script[] =
		"<![LOG[w]LOG]!><time=\"04:05:06.789+60\" date=\"06-03-2025\" component=\"A\" "
		"context=\"\" type=\"1\" thread=\"7\" file=\"Deploy.ps1\">\r\n";
	char text[1024];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s%s", script, script, script);
	read_records(text);
	assert_int_equal(reading.count, 3);
	assert_int_equal(notes(DIAG_BIAS_UNKNOWN), 1);
	assert_time(record_at(2)->utc, NULL);
}

/* The remembered time must not hide a difference. */
static void times_that_nearly_repeat(void **state)
{
	static const struct {
		const char *stamp, *when, *utc;
	} rows[] = {
		{ "06-03-2025 04:05:06.789+300", "2025-06-03T04:05:06", "2025-06-03T09:05:06" },
		{ "06-03-2025 04:05:06.001+300", "2025-06-03T04:05:06", "2025-06-03T09:05:06" },
		{ "06-03-2025 04:05:06.001-300", "2025-06-03T04:05:06", "2025-06-02T23:05:06" },
		{ "06-03-2025 04:05:07.001-300", "2025-06-03T04:05:07", "2025-06-02T23:05:07" },
		{ "06-04-2025 04:05:07.001-300", "2025-06-04T04:05:07", "2025-06-03T23:05:07" },
		{ "06-04-2025 04:05:07.x01-300", "2025-06-04T04:05:07", NULL },
		{ "06-31-2025 04:05:07.001-300", NULL, NULL },
		{ "06-31-2025 04:05:07.002-300", NULL, NULL },
		{ "06-04-2025 04:05:07.001-300", "2025-06-04T04:05:07", "2025-06-03T23:05:07" },
	};
	char text[2048] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(text);

		(void)snprintf(text + len, sizeof(text) - len, "w $$<A><%s><thread=7 (0x7)>\n",
			rows[i].stamp);
	}
	read_records(text);
	assert_int_equal(reading.count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_time(record_at(i)->when, rows[i].when);
		assert_time(record_at(i)->utc, rows[i].utc);
	}
	assert_int_equal(notes(DIAG_BAD_TIME), 2);
}

/* ---- Pasted text --------------------------------------------------------------------------- */

static void pasted_lines(void **state)
{
	static const struct {
		const char *line, *message, *component, *when;
		uint32_t tid;
	} rows[] = {
		{ "Not applied.\t" MANAGER "\t3/13/2019 3:48:35 PM\t77356 (0x12E2C)",
			"Not applied.", MANAGER, "2019-03-13T15:48:35", 77356 },
		{ "- Not applied.\t" MANAGER "\t3/13/2019 12:48:35 AM\t77356 (0x12E2C)",
			"Not applied.", MANAGER, "2019-03-13T00:48:35", 77356 },
		{ "a text of words SMS_COPIER 07.08.2012 00:12:55 3472 (0x0D90)", "a text of words",
			"SMS_COPIER", "2012-08-07T00:12:55", 3472 },
		{ "a text\tSite Worker\t2019-03-13 15:48:35\t12 (0xC)", "a text", "Site Worker",
			"2019-03-13T15:48:35", 12 },
		{ "a text\tSMS_COPIER\t23/03/2012 09:56:16", "a text", "SMS_COPIER",
			"2012-03-23T09:56:16", 0 },
		{ "23/03/2012 09:56:16 1 Schedule(s) are due", "1 Schedule(s) are due", "",
			"2012-03-23T09:56:16", 0 },
		{ "> 23/03/2012 9:56:16 SMS_EXECUTIVE started SMS_COPIER as thread ID 5832 "
		  "(0x16C8).",
			"SMS_EXECUTIVE started SMS_COPIER as thread ID 5832 (0x16C8).", "",
			"2012-03-23T09:56:16", 0 },
		{ "23/03/2012 09:56:16 SMS_COPIER 5776 (0x1690) ~Adding it", "Adding it",
			"SMS_COPIER", "2012-03-23T09:56:16", 5776 },
		{ MANAGER " UnMounting Image (Commit Changes = 1)...",
			"UnMounting Image (Commit Changes = 1)...", MANAGER, NULL, 0 },
		{ MANAGER " 5776 (0x1690) ~Adding it", "Adding it", MANAGER, NULL, 5776 },
		{ MANAGER " [5776 (0x1690)] Adding it", "Adding it", MANAGER, NULL, 5776 },
		{ MANAGER "\t5776 (0x1690)\tAdding it", "Adding it", MANAGER, NULL, 5776 },
		{ "InstallUpdate returned code 0x800f082f~",
			"InstallUpdate returned code 0x800f082f", "", NULL, 0 },
		{ "Binary = C:\\x\\Windows10.0-KB5000802-x64.cab.",
			"Binary = C:\\x\\Windows10.0-KB5000802-x64.cab.", "", NULL, 0 },
		{ "It ran at 23/03/2012 09:56:16", "It ran at 23/03/2012 09:56:16", "", NULL, 0 },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct cm_record *record;

		(void)snprintf(text, sizeof(text), "%s\r\n", rows[i].line);
		record = only_record(text);
		assert_int_equal(record->form, CM_FORM_PASTED);
		assert_text(record->message, rows[i].message);
		assert_text(record->component, rows[i].component);
		assert_time(record->when, rows[i].when);
		assert_time(record->utc, NULL);
		assert_int_equal(record->tid, rows[i].tid);
		assert_int_equal(reading.result.note_count, 0);
	}
}

static void two_on_a_line(void **state)
{
	(void)state;
	read_records("23/03/2012 09:56:16 Thread = 0xD08 (3336) 23/03/2012 09:56:17 1 Schedule(s)\n"
		     "23/03/2012 09:56:18 It is due at 24/03/2012 09:00:00\n"
		     "one SMS_A_B 23.03.2012 09:56:19 16 (0x10) two SMS_A_B 23.03.2012 09:56:20 17 "
		     "(0x11)\n");
	assert_int_equal(reading.count, 5);
	assert_text(record_at(0)->message, "Thread = 0xD08 (3336)");
	assert_text(record_at(1)->message, "1 Schedule(s)");
	assert_time(record_at(1)->when, "2012-03-23T09:56:17");
	assert_int_equal(record_at(1)->line, 1);
	assert_text(record_at(2)->message, "It is due at 24/03/2012 09:00:00");
	assert_text(record_at(3)->message, "one");
	assert_text(record_at(4)->message, "two");
	assert_int_equal(record_at(4)->tid, 17);
}

/* Lines go on with the record whose head stood before them, to the next head or blank line. */
static void pasted_messages_of_lines(void **state)
{
	(void)state;
	read_records("23/03/2012 09:56:16 first\nand more\n" MANAGER " second\nof two\nof three\n"
		     "\nalone\nSMS_COPIER 5776 (0x1690) last\n");
	assert_int_equal(reading.count, 4);
	assert_text(record_at(0)->message, "first\nand more");
	assert_text(record_at(1)->message, "second\nof two\nof three");
	assert_text(record_at(2)->message, "alone");
	assert_int_equal(record_at(2)->line, 7);
	assert_text(record_at(3)->message, "last");
}

/* The order of day and month: of the whole file, from one date or one status message. */
static void order_of_day_and_month(void **state)
{
	static const char open_date[] = "w\tSMS_COPIER\t07/08/2012 00:12:55\t7 (0x7)\n";
	static const struct {
		const char *before, *when;
	} rows[] = {
		{ "", NULL },
		{ "w\tSMS_COPIER\t23/03/2012 00:00:01\t7 (0x7)\n", "2012-08-07T00:12:55" },
		{ "w\tSMS_COPIER\t3/23/2012 00:00:01\t7 (0x7)\n", "2012-07-08T00:12:55" },
		{ "w\tSMS_COPIER\t3/23/2012 00:00:01\t7 (0x7)\nw\tSMS_COPIER\t23/3/2012 "
		  "00:00:01\t7 (0x7)\n",
			NULL },
		{ "STATMSG: GMTDATE=Mo Aug 06 22:12:55.329 2012 ISTR0=\"\"\tSMS_COPIER\t"
		  "07/08/2012 00:12:55\t7 (0x7)\n",
			"2012-08-07T00:12:55" },
		{ "STATMSG: GMTDATE=Sun Jul 08 04:12:55.329 2012 ISTR0=\"\"\tSMS_COPIER\t"
		  "07/08/2012 00:12:55\t7 (0x7)\n",
			"2012-07-08T00:12:55" },
		{ "STATMSG: GMTDATE=Mo Xyz 08 04:12:55.329 2012 ISTR0=\"\"\tSMS_COPIER\t"
		  "07/08/2012 00:12:55\t7 (0x7)\n",
			NULL },
		{ "w\tSMS_COPIER\t23.03.2012 00:00:01\t7 (0x7)\n", NULL },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", rows[i].before, open_date);
		read_records(text);
		assert_time(record_at(reading.count - 1)->when, rows[i].when);
		assert_int_equal(notes(DIAG_DATE_ORDER), rows[i].when ? 0 : 1);
		/* The head told it; the block alone could not. */
		read_bytes(slice_from(open_date), cm_look(slice_from(text)));
		assert_time(record_at(0)->when, rows[i].when);
	}
}

/* ---- Blocks ---------------------------------------------------------------------------- */

/* What a record says, in words, for comparison. */
static void put_record(
	struct buf *out, const struct cm_record *record, uint64_t line, uint64_t offset)
{
	buf_printf(out, "%d %d %u %lld %lld %llu %llu %d%d [", (int)record->form,
		(int)record->level, record->tid, (long long)record->when, (long long)record->utc,
		(unsigned long long)(record->line + line),
		(unsigned long long)(record->offset + offset), record->is_torn, record->is_cut);
	buf_put(out, record->whole);
	buf_puts(out, "] [");
	buf_put(out, record->message);
	buf_puts(out, "] [");
	buf_put(out, record->component);
	buf_puts(out, "]\n");
}

struct counts {
	uint64_t lines, unrecognized, damaged;
};

static void put_block(struct buf *out, struct slice block, uint32_t traits, uint64_t offset,
	struct counts *counts)
{
	/* A copy of its own, so that a byte too far is a fault. */
	char *copy = malloc(block.len ? block.len : 1);
	struct parse_result result;
	struct cm_cursor cursor;
	struct cm_record record;

	assert_non_null(copy);
	memcpy(copy, block.ptr, block.len);
	parse_result_init(&result);
	result.traits = traits;
	cm_cursor_init(&cursor, (struct slice){ copy, block.len }, &result);
	while (cm_next(&cursor, &record))
		put_record(out, &record, counts->lines, offset);
	counts->lines += result.lines;
	counts->unrecognized += result.unrecognized;
	counts->damaged += result.damaged;
	parse_result_release(&result);
	free(copy);
}

/* Read whole, and in two blocks wherever the first piece ends: the same. */
static void check_cuts(const char *text)
{
	struct slice all = slice_from(text);
	uint32_t traits = cm_look(all);
	struct buf whole, parts;
	struct counts expected = { 0, 0, 0 };
	size_t cuts = 0;

	buf_init(&whole, (size_t)1 << 20);
	buf_init(&parts, (size_t)1 << 20);
	put_block(&whole, all, traits, 0, &expected);
	for (size_t i = 1; i < all.len; i++) {
		size_t cut = cm_cut(slice_from_to(all, 0, i));
		struct counts counts = { 0, 0, 0 };

		assert_true(cut <= i);
		cuts += cut > 0;
		buf_reset(&parts);
		put_block(&parts, slice_from_to(all, 0, cut), traits, 0, &counts);
		put_block(&parts, slice_skip(all, cut), traits, cut, &counts);
		if (!slice_equal(buf_slice(&whole), buf_slice(&parts)))
			fail_msg("%zu bytes, cut at %zu:\n%.*s\nis not\n%.*s", i, cut,
				SLICE_ARG(buf_slice(&parts)), SLICE_ARG(buf_slice(&whole)));
		assert_int_equal(counts.lines, expected.lines);
		assert_int_equal(counts.unrecognized, expected.unrecognized);
		assert_int_equal(counts.damaged, expected.damaged);
	}
	assert_true(cuts > all.len / 4);
	buf_release(&whole);
	buf_release(&parts);
}

static void cut_anywhere(void **state)
{
	static const char *const texts[] = {
		"\xEF\xBB\xBF" CCM("one") CCM("two\nlines\r\nand\rmore") "torn " TAIL(
			"04:05:07.000+300",
			"2") "\r\n" CCM("three") "<![LOG[lost its tail\r\n" CCM("four") "stray "
											"text\r"
											"\n" CCM(
												"f"
												"i"
												"v"
												"e"),
		CCM("quotes " DOLLAR_TAIL "\r\nand " DOLLAR_TAIL "\r\nends") CCM("next")
			CCM("last"),
		DOLLAR("one") "two\r\n\r\nof\r\n" DOLLAR("lines") DOLLAR("three")
			DOLLAR("<![LOG[ quoted") DOLLAR("four") DOLLAR("five"),
		"~Waiting\n$$<SMS_HERALD><Wed May 21 17:09:02 1997~><thread=DB>\n"
		"late\n$$<SMS_READER>\n<Fri Sep 03 12:23:46.229 1999 Central Daylight Time>\n"
		"<thread=250 (0xFA)>\n\nthird\n$$<SMS_HERALD><Wed May 21 17:09:02 "
		"1997~><thread=DB>\n",
		"one\tSMS_COPIER\t3/13/2019 3:48:35 PM\t77356 (0x12E2C)\r\n"
		"two\tSMS_COPIER\t3/13/2019 3:48:36 PM\t77356 (0x12E2C)\r\n"
		"three\tSMS_COPIER\t3/13/2019 3:48:37 PM\t77356 (0x12E2C)\r\n",
		"23/03/2012 09:56:16 one\nand more\n23/03/2012 09:56:17 two 23/03/2012 09:56:18 "
		"three\n"
		"23/03/2012 09:56:19 four\n",
		"SMS_COPIER one\nof two lines\nSMS_COPIER 16 (0x10) two\n\nSMS_COPIER three\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		check_cuts(texts[i]);
}

/* ---- Hostile text -------------------------------------------------------------------------- */

static struct slice repeat(struct buf *to, struct slice what, size_t times)
{
	buf_reset(to);
	for (size_t i = 0; i < times; i++)
		buf_put(to, what);
	return buf_slice(to);
}

static void heads_alone(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, (size_t)1 << 20);
	read_bytes(repeat(&text, SLICE("<![LOG["), 65000), 0);
	assert_int_equal(reading.count, 65000);
	assert_true(record_at(63)->is_torn);
	assert_int_equal(cm_cut(buf_slice(&text)), (size_t)64999 * 7);
	read_bytes(repeat(&text, SLICE("<![LOG[x]LOG]!>"), 65000), 0);
	assert_int_equal(reading.count, 65000);
	read_bytes(repeat(&text, SLICE("]LOG]!>"), 65000), 0);
	assert_int_equal(reading.result.unrecognized + (reading.count ? 7 * 65000 : 0), 7 * 65000);
	read_bytes(repeat(&text, SLICE("]LOG]!><time="), 65000), 0);
	assert_true(reading.count > 0);
	buf_release(&text);
}

static void marks_of_all_kinds(void **state)
{
	static const struct slice pieces[] = { { "$$<", 3 }, { "$$<A>", 5 }, { "$$<A><", 6 },
		{ "$", 1 }, { "!", 1 }, { "<", 1 }, { ":", 1 }, { "1:11:11", 7 }, { "- ", 2 },
		{ "1/1/2025 1:11:11 ", 17 }, { "\t1/1/2025 1:11:11\t", 18 }, { "\n", 1 },
		{ "$$<A>\n", 6 }, { "<![LOG[$$<A>\n", 13 }, { "SMS_A_B 1 (0x1) ", 16 } };
	struct buf text;

	(void)state;
	buf_init(&text, (size_t)2 << 20);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		read_bytes(repeat(&text, pieces[i], 60000), 0);
		assert_true(cm_cut(buf_slice(&text)) <= text.len);
		(void)cm_bid(buf_slice(&text));
	}
	buf_release(&text);
}

static void runs_of_nul(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, (size_t)1 << 20);
	buf_puts(&text, CCM("one"));
	for (int i = 0; i < 5000; i++)
		buf_putc(&text, '\0');
	buf_puts(&text, CCM("two") "<![LOG[torn");
	for (int i = 0; i < 5000; i++)
		buf_putc(&text, '\0');
	buf_puts(&text, CCM("three"));
	read_bytes(buf_slice(&text), 0);
	assert_int_equal(reading.count, 4);
	assert_text(record_at(2)->message, "torn");
	assert_int_equal(reading.result.damaged, 10000);
	assert_int_equal(notes(DIAG_NUL_RUN), 2);
	assert_int_equal(reading.result.unrecognized, 0);
	assert_int_equal(cm_cut(repeat(&text, (struct slice){ "", 1 }, 5000)), 5000);
	buf_release(&text);
}

static void binary_bytes(void **state)
{
	(void)state;
	read_records(CCM("one") "\x01\x02\x03\x04\x05\x06\r\n" CCM("two"));
	assert_int_equal(reading.count, 2);
	assert_int_equal(notes(DIAG_SKIPPED_BYTES), 1);
	assert_int_equal(reading.result.unrecognized, 6);
}

/* One record of 10 MB, in lines or not: read whole when it comes whole. */
static void large_record(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, (size_t)16 << 20);
	for (int dollar = 0; dollar < 2; dollar++) {
		(void)repeat(&text, SLICE("0123456789abcde\n"), 700000);
		memcpy(text.ptr, dollar ? "       " : "<![LOG[", 7);
		buf_puts(&text, dollar ? DOLLAR_TAIL : TAIL("04:05:06.789+300", "1"));
		buf_puts(&text, "\r\n");
		read_bytes(buf_slice(&text), dollar ? CM_TRAIT_DOLLAR : CM_TRAIT_CCM);
		assert_int_equal(reading.count, 1);
		assert_true(record_at(0)->message.len > (size_t)10 << 20);
		assert_false(record_at(0)->is_torn);
		assert_int_equal(reading.result.lines, 700001);
	}
	buf_release(&text);
}

/* ---- Bids ------------------------------------------------------------------------------ */

/* The first line tells, whatever the size of the next record. */
static void large_second_record(void)
{
	struct buf text;

	buf_init(&text, (size_t)1 << 20);
	buf_puts(&text, CCM("one") "<![LOG[");
	for (int i = 0; i < 20000; i++)
		buf_puts(&text, "words\n");
	assert_true(cm_bid(buf_slice(&text)) > 64);
	buf_reset(&text);
	buf_puts(&text, DOLLAR("one"));
	for (int i = 0; i < 20000; i++)
		buf_puts(&text, "words\n");
	assert_true(cm_bid(buf_slice(&text)) > 64);
	buf_reset(&text);
	buf_puts(&text, "2025-06-03 04:05:06, Info                  DISM   " DOLLAR("one"));
	for (int i = 0; i < 20000; i++)
		buf_puts(&text, "words\n");
	assert_int_equal(cm_bid(buf_slice(&text)), 0);
	buf_release(&text);
}

static void bids(void **state)
{
	static const char *const own[] = { CCM("x"), "\xEF\xBB\xBF" CCM("x"), DOLLAR("x"),
		"x $$<A><Wed May 21 17:09:02 1997~><thread=DB>\n",
		"x\tSMS_A_B\t3/13/2019 3:48:35 PM\t77356 (0x12E2C)\r\n", MANAGER " words\n",
		"InstallUpdate returned code 0x800f082f~\n", "<![LOG[a record that is cut of" };
	static const char *const foreign[] = { "", "words\n", "a,b,c\n1,2,3\n",
		"2025-06-03 04:05:06, Info                  DISM   DISM.EXE: words\r\n",
		"2025-06-03 04:05:06, Info                  DISM   " CCM(
			"quoted") "2025-06-03 04:05:06, Info                  DISM   words and "
				  "words and words "
				  "and words and words and words and words and words and words and "
				  "words\r\n"
				  "2025-06-03 04:05:06, Info                  DISM   words and "
				  "words and words "
				  "and words and words and words and words and words and words and "
				  "words\r\n",
		"$$<\n", "# Notes\n\nThe log says InstallUpdate returned code 0x800f082f.\n",
		"one\n\ntwo\n\nthree\nfour\nfive\nInstallUpdate returned code 0x1\n",
		"Name\tKind\t3/13/2019 3:48:35 PM\nName\tKind\t3/13/2019 3:48:35 PM\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(own); i++)
		assert_true(cm_bid(slice_from(own[i])) > 0 && cm_bid(slice_from(own[i])) <= 100);
	for (size_t i = 0; i < COUNT(foreign); i++)
		assert_int_equal(cm_bid(slice_from(foreign[i])), 0);
	large_second_record();
	/* Words alone bid least. */
	assert_true(cm_bid(slice_from(own[6])) < cm_bid(slice_from(own[5])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ccm_record),
		cmocka_unit_test(ccm_tails),
		cmocka_unit_test(ccm_messages),
		cmocka_unit_test(ccm_long_message),
		cmocka_unit_test(byte_order_mark),
		cmocka_unit_test(ansi_bytes),
		cmocka_unit_test(head_lost),
		cmocka_unit_test(tail_lost),
		cmocka_unit_test(ccm_cut_at_the_end),
		cmocka_unit_test(text_of_no_record),
		cmocka_unit_test(dollar_record),
		cmocka_unit_test(dollar_biases),
		cmocka_unit_test(dollar_lines),
		cmocka_unit_test(dollar_last_tail_counts),
		cmocka_unit_test(dollar_levels),
		cmocka_unit_test(dollar_torn),
		cmocka_unit_test(legacy_tails),
		cmocka_unit_test(bad_values),
		cmocka_unit_test(bias_unknown_once),
		cmocka_unit_test(times_that_nearly_repeat),
		cmocka_unit_test(pasted_lines),
		cmocka_unit_test(two_on_a_line),
		cmocka_unit_test(pasted_messages_of_lines),
		cmocka_unit_test(order_of_day_and_month),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(heads_alone),
		cmocka_unit_test(marks_of_all_kinds),
		cmocka_unit_test(runs_of_nul),
		cmocka_unit_test(binary_bytes),
		cmocka_unit_test(large_record),
		cmocka_unit_test(bids),
	};

	return cmocka_run_group_tests_name("cm_record", tests, NULL, release);
}
