/*
 * What messages of SMS_OFFLINE_SERVICING_MANAGER say: each form that real logs show, forms that
 * are only recalled, denials, redacted ids, numbers too large, ends that were cut off, STATMSG.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parsers/cm_message.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define COMPONENT    SLICE("SMS_OFFLINE_SERVICING_MANAGER")
#define WHEN         INT64_C(1749629649) /* 2025-06-11T08:14:09 */
#define UTC          (WHEN - 7200)
#define S(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

struct expected {
	const char *message;
	struct fact fact; /* kind, its own flags and fields */
};

#define SAYS(text, id, ...)                                                                        \
	{                                                                                          \
		(text),                                                                            \
		{                                                                                  \
			.kind = FACT_SITE_##id, __VA_ARGS__                                        \
		}                                                                                  \
	}

/* One record as the stage before gives it */

static struct cm_record record_of(struct slice message, struct slice component)
{
	return (struct cm_record){
		.form = CM_FORM_DOLLAR,
		.whole = message,
		.message = message,
		.component = component,
		.level = LEVEL_WARNING,
		.tid = 7652,
		.when = WHEN,
		.utc = UTC,
		.line = 12,
		.offset = 345,
	};
}

static void read_one(const struct cm_record *record, bool want_unknown, struct parse_result *result)
{
	parse_result_init(result);
	result->want_unknown = want_unknown;
	cm_message_read(record, result);
	assert_int_equal(result->status, ST_OK);
}

static size_t notes_of(const struct parse_result *result, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < result->note_count; i++) {
		count += result->notes[i].code == code;
		assert_int_equal(result->notes[i].line, 12);
		assert_int_equal(result->notes[i].offset, 345);
	}
	return count;
}

static void check_number(const char *message, const char *name, uint32_t actual, uint32_t expected)
{
	if (actual != expected)
		fail_msg("%.200s: %s is %u, not %u", message, name, actual, expected);
}

static void check_field(const char *message, const struct field *field, const struct fact *actual,
	const struct fact *expected)
{
	const void *a = (const char *)actual + field->offset;
	const void *b = (const char *)expected + field->offset;

	if (field->type == FIELD_TEXT) {
		struct slice x, y;

		memcpy(&x, a, sizeof(x));
		memcpy(&y, b, sizeof(y));
		if (!slice_equal(x, y))
			fail_msg("%.200s: %s is '%.*s', not '%.*s'", message, field->name,
				SLICE_ARG(x), SLICE_ARG(y));
	} else if (field->type == FIELD_NUMBER || field->type == FIELD_CODE) {
		uint32_t x, y;

		memcpy(&x, a, sizeof(x));
		memcpy(&y, b, sizeof(y));
		if (field->offset == offsetof(struct fact, tid) && !y)
			y = 7652;
		check_number(message, field->name, x, y);
	}
}

static void check_fact(const char *message, const struct fact *actual, const struct fact *expected)
{
	if (actual->kind != expected->kind)
		fail_msg("%.200s: is %s, not %s", message, fact_name(actual->kind),
			fact_name(expected->kind));
	check_number(message, "flags", actual->flags,
		expected->flags | FLAG_HAS_STAMP | (expected->utc ? FLAG_GMTDATE : 0));
	for (size_t i = 0; i < field_count; i++)
		check_field(message, &fields[i], actual, expected);
	assert_int_equal(actual->level, LEVEL_WARNING);
	assert_int_equal(actual->component, COMPONENT_SITE);
	assert_int_equal(actual->when, WHEN);
	assert_int_equal(actual->utc, expected->utc ? expected->utc : UTC);
	assert_int_equal(actual->begun, NO_TIME);
	assert_int_equal(actual->at.line, 12);
	assert_int_equal(actual->at.offset, 345);
	assert_int_equal(actual->words.len, strlen(message));
	assert_ptr_equal(actual->words.ptr, message);
}

static void check_says(const struct expected *row)
{
	struct cm_record record = record_of(slice_from(row->message), COMPONENT);
	struct parse_result result;

	read_one(&record, true, &result);
	if (result.fact_count == 0)
		fail_msg("%.200s: nothing", row->message);
	check_fact(row->message, &result.facts[0], &row->fact);
	assert_int_equal(notes_of(&result, DIAG_BAD_NUMBER), !!(row->fact.flags & FLAG_BAD_NUMBER));
	assert_int_equal(notes_of(&result, DIAG_REDACTED_ID), !!(row->fact.flags & FLAG_REDACTED));
	parse_result_release(&result);
	/* A paste without a component says the same, as far as a rule reads it. */
	record.component = SLICE_NONE;
	read_one(&record, false, &result);
	assert_int_equal(result.fact_count, row->fact.kind != FACT_SITE_UNKNOWN);
	parse_result_release(&result);
}

static void check_table(const struct expected *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_says(&rows[i]);
}

/* What real logs show */

static void seen_forms_are_read(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/seen.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

static void redacted_ids_are_kept_and_marked(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/redacted.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

static void numbers_too_large_are_left_out(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/too_large.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

/* What is only recalled */

static void recalled_forms_are_read_and_marked(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/recalled.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

static enum fact_kind kind_of(struct slice message)
{
	struct cm_record record = record_of(message, COMPONENT);
	struct parse_result result;
	enum fact_kind kind;

	read_one(&record, false, &result);
	assert_true(result.fact_count <= 1);
	kind = result.fact_count ? result.facts[0].kind : FACT_NONE;
	parse_result_release(&result);
	return kind;
}

/* A denial, a doubt or a wish anywhere: never applied, committed, succeeded. */
static void denials_are_no_success(void **state)
{
	static const char *const messages[] = {
		"Update 16777345 was not applied",
		"Update with ID 16777345 wasn't applied",
		"Update with ID 16777345 could not be applied",
		"Update with ID 16777345 will not be applied",
		"Update with ID 16777345 will be applied",
		"Update with ID 16777345 is to be applied",
		"Update with ID 16777345 needs to be applied",
		"Update with ID 16777345 is applied if needed",
		"Update with ID 16777345 was never applied",
		"Update with ID 16777345 was partially applied",
		"Update with ID 16777345 was unsuccessfully applied",
		"Update with ID 16777345 was applied but failed",
		"Update with ID 16777345 was applied. Error code = 0x800f0922",
		"Update with ID 16777345 was applied and rolled back",
		"Update with ID 16777345 has already been applied",
		"Update with ID 16777345, applied to another image, was removed",
		"No update with ID 16777345 was applied",
		"None of the updates was applied: update with ID 16777345",
		"Could not apply update with ID 16777345",
		"Couldn't apply update with ID 16777345",
		"Not applied: update with ID 16777345",
		"Not applied update with ID 16777345",
		"Rolling back applied update with ID 16777345",
		"Removing applied update with ID 16777345",
		"Listing the last applied update with ID 16777345",
		"Unapplied update with ID 16777345",
		"Re-applied update with ID 16777345",
		"Failed: applied update with ID 16777345",
		"Applied update with ID 16777345 failed",
		"Applied update with ID 16777345 failed to verify",
		"Applied update with ID 16777345 will be discarded",
		"Applied update with ID 16777345 or update with ID 16777346",
		"Applied settings. Update with ID 16777345",
		"Applied updates",
		"Applied update",
		"Applied update (1 of 3)",
		"Applied schedule with ID 16777300 to update list",
		"Would have applied update with ID 16777345",
		"If applied update with ID 16777345",
		"Update with ID 16777345 superseded the applied one",
		"Applied update with ID 16777345: 0x80070002",
		"Applied update with ID 16777345. Result = 0x80070002",
		"Applied update with ID 16777345 Result = 5",
		"Applied update with ID 16777345 is invalid",
		"Applied update with ID 16777345 was rejected",
		"Applied update with ID 16777345, aborted",
		"Applied update with ID 16777345 denied",
		"Applied update with ID 16777345 timed out",
		"Applied update with ID 16777345 in preview mode",
		"Applied update with ID 16777345 corrupt",
		"Applied update with ID 16777345 incorrectly",
		"Applied update with ID 16777345 to 0 images",
		"Applied update with ID 16777345, 0x5",
		"Applied update with ID 16777345 on image <gone>",
		"Corrupt: applied update with ID 16777345",
		"Update with ID 16777345 was applied in part",
		"Update with ID 16777345 was applied and aborted",
		"Unmounting image (Commit Changes = 1) was rejected",
		"Unmounting image (Commit Changes = 1), 0x80070005",
		"Schedule processing succeeded for 0 images",
		"Schedule processing succeeded in part",
		"Schedule processing completed successfully, aborted",
		"Schedule processing succeeded with errors",
		"Completed processing image package FAB0004C. Status = Successful with failures",
		"Completed processing image package FAB0004C. Status = Completed with errors",
		"Completed processing image package FAB0004C. Status = Partial",
		"Completed processing image package FAB0004C. Status = Not Success",
		"Completed processing image package FAB0004C. Status = Complete failure",
		"Schedule processing has not succeeded",
		"Schedule processing did not succeed",
		"Schedule processing was unsuccessful",
		"Schedule processing should have succeeded",
		"Initialization of schedule processing was successful, processing will start",
		"UnMounting Image (Commit Changes = 2)...",
		"UnMounting Image (Commit Changes = )...",
		"UnMounting Image (Commit Changes = 10)...",
		"Not unmounting image (Commit Changes = 1)",
		"Unmounting image (Commit Changes = 1) failed",
		"Unmounting image without commit changes = 1",
		"Would be unmounting image, commit changes = 1",
		"InstallUpdate returned code 0x0 but nothing was done",
		"InstallUpdate never returned code 0x0",
		"returned code 0x0",
		"InstallUpdate returned code",
		"InstallUpdate returned code soon",
		"InstallUpdate returned code XXXX",
	};
	static const enum fact_kind bad[] = { FACT_SITE_APPLIED, FACT_SITE_UNMOUNT };

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct slice message = slice_from(messages[i]);
		struct cm_record record = record_of(message, COMPONENT);
		struct parse_result result;

		for (size_t k = 0; k < COUNT(bad); k++)
			if (kind_of(message) == bad[k])
				fail_msg("%s: %s", messages[i], fact_name(bad[k]));
		read_one(&record, false, &result);
		assert_int_equal(result.fact_count, 1);
		if (slice_equal(result.facts[0].verb, SLICE("succeeded")) ||
			(result.facts[0].kind == FACT_SITE_CALL && !result.facts[0].code))
			fail_msg("%s: success", messages[i]);
		parse_result_release(&result);
	}
}

static void other_misreadings_are_none(void **state)
{
	static const struct {
		const char *message;
		enum fact_kind not ;
	} rows[] = {
		{ "Not applying update with ID 16777345", FACT_SITE_APPLYING },
		{ "Skipped applying update with ID 16777345", FACT_SITE_APPLYING },
		{ "Finished applying update with ID 16777345", FACT_SITE_APPLYING },
		{ "Applying update with ID 16777345 was rejected", FACT_SITE_APPLYING },
		{ "Applying update with ID 16777345: 0x80070002", FACT_SITE_APPLYING },
		{ "Previous applicability state = INSTALLED", FACT_SITE_TOKEN },
		{ "Applicability State = INSTALLED, but reverted", FACT_SITE_TOKEN },
		{ "Mounting image at index 1 failed", FACT_SITE_MOUNT },
		{ "Not mounting image at index 1", FACT_SITE_MOUNT },
		{ "Mounting image at index", FACT_SITE_MOUNT },
		{ "Unmounting image at index 1", FACT_SITE_MOUNT },
		{ "No updates failed to install", FACT_SITE_FAILED },
		{ "0 failed to install", FACT_SITE_FAILED },
		{ "Update with ID 16777345 did not fail to install", FACT_SITE_FAILED },
		{ "Not applying this update binary, it is not already installed", FACT_SITE_TOKEN },
		{ "Schedule processing finished with no errors", FACT_SITE_ERROR },
		{ "Image mounted with error 0", FACT_SITE_ERROR },
		{ "Not checking if update with ID 16777345 needs to be applied", FACT_SITE_UPDATE },
		{ "Checking if update (1 of 37) needs to be applied", FACT_SITE_UPDATE },
		{ "Copying binaries of update with ID 16777345", FACT_SITE_NOTE },
		{ "Applicability State unknown", FACT_SITE_TOKEN },
		{ "Processing image packages", FACT_SITE_IMAGE },
		{ "Update 5 of the schedule was staged", FACT_SITE_NOTE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (kind_of(slice_from(rows[i].message)) == rows[i].not )
			fail_msg("%s: %s", rows[i].message, fact_name(rows[i].not ));
}

static void reasons_are_taken_by_their_words(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/reasons.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

static void other_messages_are_unknown(void **state)
{
	static const char *const messages[] = {
		"Something that nobody has seen",
		"Servicing entry 16777345: payload staged",
		"Schedule processing",
		"processing failed",
		"STATMSG",
		"?",
		"\xc3\xa4\xc3\xb6\xff\xfe",
		"<<<<>>>>",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct cm_record record = record_of(slice_from(messages[i]), COMPONENT);
		struct parse_result result;

		read_one(&record, true, &result);
		assert_int_equal(result.fact_count, 2);
		check_fact(
			messages[i], &result.facts[0], &(struct fact){ .kind = FACT_SITE_UNKNOWN });
		assert_int_equal(result.facts[1].kind, FACT_NONE);
		assert_ptr_equal(result.facts[1].words.ptr, messages[i]);
		parse_result_release(&result);
		record.component = SLICE_NONE;
		read_one(&record, true, &result);
		assert_int_equal(result.fact_count, 1);
		assert_int_equal(result.facts[0].kind, FACT_NONE);
		assert_int_equal(result.facts[0].component, COMPONENT_NONE);
		parse_result_release(&result);
		read_one(&record, false, &result);
		assert_int_equal(result.fact_count, 0);
		parse_result_release(&result);
	}
	assert_int_equal(kind_of(SLICE("")), FACT_NONE);
}

static void other_components_say_nothing(void **state)
{
	struct cm_record record =
		record_of(SLICE("Schedule processing failed"), SLICE("SMS_DISTRIBUTION_MANAGER"));
	struct parse_result result;

	(void)state;
	read_one(&record, false, &result);
	assert_int_equal(result.fact_count, 0);
	parse_result_release(&result);
	read_one(&record, true, &result);
	assert_int_equal(result.fact_count, 1);
	assert_int_equal(result.facts[0].kind, FACT_NONE);
	assert_int_equal(result.facts[0].component, COMPONENT_OTHER);
	parse_result_release(&result);
	record.component = SLICE("sms_offline_servicing_manager");
	read_one(&record, false, &result);
	assert_int_equal(result.facts[0].kind, FACT_SITE_RUN_END);
	parse_result_release(&result);
}

static void a_record_without_a_time_has_none(void **state)
{
	struct cm_record record = record_of(SLICE("Schedule processing failed"), SLICE_NONE);
	struct parse_result result;

	(void)state;
	record.when = NO_TIME;
	record.utc = NO_TIME;
	record.tid = 0;
	record.level = LEVEL_NONE;
	read_one(&record, false, &result);
	assert_int_equal(result.fact_count, 1);
	assert_int_equal(result.facts[0].when, NO_TIME);
	assert_int_equal(result.facts[0].utc, NO_TIME);
	assert_int_equal(result.facts[0].tid, 0);
	assert_int_equal(result.facts[0].flags, 0);
	parse_result_release(&result);
}

/* Records that lost an end */

/* Bytes of its own: a linker may lay the literal "failed" into a message that ends with it, and
 * then the word would seem to reach the end. */
static size_t facts_of_cut(const char *text, size_t message, bool is_torn, struct fact *ret_fact)
{
	static char whole[4096];
	size_t len = strlen(text);
	struct cm_record record =
		record_of((struct slice){ whole, message ? message : len }, COMPONENT);
	struct parse_result result;
	size_t count;

	assert_true(len < sizeof(whole));
	memcpy(whole, text, len + 1);
	record.whole = slice_from(whole);
	record.is_open = !is_torn;
	record.is_torn = is_torn;
	read_one(&record, false, &result);
	count = result.fact_count;
	*ret_fact = count ? result.facts[0] : (struct fact){ 0 };
	parse_result_release(&result);
	return count;
}

static void cut_numbers_and_words_do_not_count(void **state)
{
	static const struct {
		const char *whole;
		size_t message; /* 0: all of it */
		enum fact_kind kind;
	} rows[] = {
		{ "Applying update with ID 167779", 0, FACT_NONE },
		{ "Applying update with ID 16777945 on im", 0, FACT_SITE_APPLYING },
		{ "Applying update with ID 16777945 on image at index 1", 0, FACT_SITE_APPLYING },
		{ "Processing started for Schedule with ID 1677", 0, FACT_NONE },
		{ "Processing started for Schedule with ID 16777300 (Schedule Name = )", 0,
			FACT_SITE_RUN },
		{ "Image UnMount failed with error 16", 0, FACT_NONE },
		{ "InstallUpdate returned code 0x800700", 0, FACT_NONE },
		{ "InstallUpdate returned code 0x800700a", 0, FACT_NONE },
		{ "InstallUpdate returned code 0x0", 0, FACT_NONE },
		{ "InstallUpdate returned code 0x8007007b", 0, FACT_SITE_CALL },
		{ "Applicability State = APPLICABLE, Update Binary = D:\\KB5990001.c", 0,
			FACT_NONE },
		{ "Applicability State = APPLICAB", 0, FACT_NONE },
		{ "Completed processing image package FAB0004C. Status = Failed", 0,
			FACT_SITE_IMAGE_END },
		{ "Completed processing image package FAB0004C. Status = Fai", 0, FACT_NONE },
		{ "Applied update with ID 16777345 on image at index 1. ", 0, FACT_NONE },
		{ "Schedule processing failed", 0, FACT_SITE_RUN_END },
		{ "Schedule processing fail", 0, FACT_NONE },
		{ "Not applying this update binary, it is not suppo", 0, FACT_NONE },
		/* The tail is cut, the message is whole. */
		{ "Image UnMount failed with error 161  $$<SMS_OFFL", 35, FACT_SITE_ERROR },
		{ "Applied update with ID 16777345  $$<SMS_OFFL", 31, FACT_SITE_APPLIED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int is_torn = 0; is_torn < 2; is_torn++) {
			bool is_refused = is_torn && rows[i].kind == FACT_SITE_APPLIED;
			enum fact_kind kind = is_refused ? FACT_NONE : rows[i].kind;
			struct fact fact;

			(void)facts_of_cut(rows[i].whole, rows[i].message, is_torn, &fact);
			if (fact.kind != kind &&
				!(kind == FACT_NONE && fact.kind == FACT_SITE_UNKNOWN))
				fail_msg("%s: %s", rows[i].whole, fact_name(fact.kind));
		}
}

/* No prefix of a message says what the whole does not. */
static void no_prefix_says_more(void **state)
{
	static const char *const messages[] = {
		"Applying update with ID 16777945 on image at index 12.",
		"Checking if update (1 of 37) with ID 16777345 needs to be applied on the image. "
		"12 content binarie(s) are associated with the update.",
		"Failed to install update with ID 16777345 on the image. ErrorCode = 123.",
		"Mounting image at index 12. Image file='D:\\a\\x.wim', "
		"MountDirectory='D:\\m\\ImageMountDir', Mode='ReadWrite'",
		"Processing completed for Schedule with ID 16777300.",
		"Image OS information: Version 10.0.26100.1742, Architecture x64.",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		struct cm_record record = record_of(slice_from(messages[i]), COMPONENT);
		struct parse_result result;
		struct fact all;

		read_one(&record, false, &result);
		all = result.facts[0];
		parse_result_release(&result);
		for (size_t len = 1; len < strlen(messages[i]); len++) {
			struct fact part;

			record.whole.len = record.message.len = len;
			record.message = slice_trim(record.message);
			record.is_open = true;
			read_one(&record, false, &result);
			part = result.fact_count ? result.facts[0] : (struct fact){ 0 };
			parse_result_release(&result);
			if (part.kind != all.kind)
				continue;
			assert_true(!part.ci || part.ci == all.ci);
			assert_true(!part.index || part.index == all.index);
			assert_true(!part.ordinal || part.ordinal == all.ordinal);
			assert_true(!part.count || part.count == all.count);
			assert_true(!part.binaries || part.binaries == all.binaries);
			assert_true(!part.code || part.code == all.code);
			assert_true(!part.schedule || part.schedule == all.schedule);
			assert_true(!part.wim.len || slice_equal(part.wim, all.wim));
			assert_true(!part.image.len || slice_equal(part.image, all.image));
			assert_true(!part.version.len || slice_equal(part.version, all.version));
			assert_true(!part.name.len || slice_equal(part.name, all.name));
			record.message = slice_from(messages[i]);
		}
	}
}

/* Status messages */

#define HEAD(id, sev)                                                                              \
	"STATMSG: ID=" id " SEV=" sev                                                              \
	" LEV=M SOURCE=\"SMS Server\" COMP=\"SMS_OFFLINE_SERVICING_MANAGER\" "                     \
	"SYS=srv01.contoso.com SITE=FAB PID=2148 TID=3336 "
#define DATE  "GMTDATE=Wed Jun 11 06:30:00.998 2025 "
#define EMPTY " ISTR4=\"\" ISTR5=\"\" ISTR6=\"\" ISTR7=\"\" ISTR8=\"\" ISTR9=\"\" NUMATTRS=0"
#define GMT   INT64_C(1749623400)

#define STATUS_SAYS(text, id, sev, ...)                                                            \
	SAYS(text, STATUS, .name = S(id), .verb = S(sev), .pid = 2148, .tid = 3336, __VA_ARGS__)

static void status_messages_are_read(void **state)
{
	static const struct expected rows[] = {
#include "test_cm_message/status.def"
	};

	(void)state;
	check_table(rows, COUNT(rows));
}

#define OF_OTHER(component, string)                                                                \
	"STATMSG: ID=2301 SEV=I LEV=M SOURCE=\"SMS Server\" COMP=\"" component                     \
	"\" SYS=srv01 SITE=FAB PID=924 TID=1424 ISTR0=\"" string "\" NUMATTRS=0"

static void status_messages_of_others_are_none(void **state)
{
	static const char *const messages[] = {
		OF_OTHER("SMS_DISTRIBUTION_MANAGER", "x"),
		OF_OTHER("X", " COMP=\"SMS_OFFLINE_SERVICING_MANAGER\""),
		"STATMSG: ",
		"STATMSG: COMP=\"SMS_OFFLINE_SERVICING_MANAGER\"",
		"STATMSG: ISTR0=\"16777300\" NUMATTRS=0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		assert_int_equal(kind_of(slice_from(messages[i])), FACT_NONE);
}

static void cut_status_messages_are_none(void **state)
{
	static const char whole[] = HEAD("7913", "E") DATE
		"ISTR0=\"FAB0004C\" ISTR1=\"12\" ISTR2=\"D:\\m\" ISTR3=\"161\"" EMPTY;

	(void)state;
	for (size_t len = 10; len < sizeof(whole) - 1; len++) {
		char *copy = strndup(whole, len);
		struct fact fact;

		assert_non_null(copy);
		if (facts_of_cut(copy, 0, false, &fact)) {
			assert_true(len >= sizeof(whole) - 3);
			assert_int_equal(fact.code, 161);
			assert_int_equal(fact.index, 12);
		}
		free(copy);
	}
}

/* What is huge */

static char *repeat(const char *text, size_t count, const char *tail)
{
	size_t len = strlen(text), more = strlen(tail);
	char *bytes = malloc(count * len + more + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < count; i++)
		memcpy(bytes + i * len, text, len);
	memcpy(bytes + count * len, tail, more + 1);
	return bytes;
}

static void huge_messages_are_read_in_linear_time(void **state)
{
	static const struct {
		const char *head, *part, *tail;
		enum fact_kind kind;
	} rows[] = {
		{ "", "a", "", FACT_SITE_UNKNOWN },
		{ "", " ", "", FACT_SITE_UNKNOWN },
		{ "", "update with ID ", "16777345", FACT_SITE_UNKNOWN },
		{ "Applied update with ID 16777345 ", "on image ", "", FACT_SITE_UNKNOWN },
		{ "Applied update with ID 16777345 ", "on image ", "failed", FACT_SITE_UNKNOWN },
		{ "", "applying update ", "", FACT_SITE_UNKNOWN },
		{ "", "'\\", "", FACT_SITE_UNKNOWN },
		{ "", "<", "", FACT_SITE_UNKNOWN },
		{ "Schedule with ID ", "1 (", "", FACT_SITE_UNKNOWN },
		{ "Schedule with ID 5 (", ")", " is active", FACT_SITE_UNKNOWN },
		{ "Image info: Package id FAB0004C, Size ", "', Type: '", "", FACT_SITE_IMAGE },
		{ "Applicability State = A", ", Update Binary = ", "", FACT_SITE_TOKEN },
		{ "", " returned code ", "0x80070005", FACT_SITE_UNKNOWN },
		{ HEAD("7900", "I"), " ISTR0=\"", "", FACT_SITE_STATUS },
		{ HEAD("7900", "I"), " NUMATTRS=1 AID1=", "", FACT_SITE_STATUS },
		{ HEAD("7900", "I"), " AID0=400 AVAL0=\"", " NUMATTRS=0", FACT_SITE_STATUS },
		{ HEAD("7900", "I"), " ", "", FACT_SITE_STATUS },
		{ "STATMSG:", " COMP=", "", FACT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *middle = repeat(
			rows[i].part, ((size_t)1 << 20) / strlen(rows[i].part), rows[i].tail);
		char *message = repeat(rows[i].head, 1, middle);

		if (kind_of(slice_from(message)) != rows[i].kind)
			fail_msg("%s%s...: %s", rows[i].head, rows[i].part,
				fact_name(kind_of(slice_from(message))));
		free(middle);
		free(message);
	}
}

static void ten_thousand_quotes_in_a_string(void **state)
{
	char *quotes = repeat("\"", 10000, "\" ISTR1=\"\" ISTR2=\"\" ISTR3=\"\"" EMPTY);
	char *message =
		repeat(HEAD("7913", "E") DATE "ISTR0=\"FAB0004C\" ISTR1=\"2\" ISTR2=\"", 1, quotes);
	struct cm_record record;
	struct parse_result result;

	(void)state;
	/* The boundaries count from the right: ISTR1 and ISTR2 stand there twice. */
	record = record_of(slice_from(message), COMPONENT);
	read_one(&record, false, &result);
	assert_int_equal(result.fact_count, 1);
	assert_int_equal(result.facts[0].kind, FACT_SITE_STATUS);
	assert_int_equal(result.facts[0].identifier.ptr - message,
		sizeof(HEAD("7913", "E") DATE "ISTR0=\"") - 1);
	parse_result_release(&result);
	free(quotes);
	free(message);
	quotes = repeat("\"", 10000, "\" ISTR3=\"161\"" EMPTY);
	message =
		repeat(HEAD("7913", "E") DATE "ISTR0=\"FAB0004C\" ISTR1=\"2\" ISTR2=\"", 1, quotes);
	record = record_of(slice_from(message), COMPONENT);
	read_one(&record, false, &result);
	assert_int_equal(result.facts[0].image.len, 10000);
	assert_int_equal(result.facts[0].index, 2);
	assert_int_equal(result.facts[0].code, 161);
	parse_result_release(&result);
	free(quotes);
	free(message);
}

static int set_up(void **state)
{
	(void)state;
	return parsers_init() == ST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	parsers_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seen_forms_are_read),
		cmocka_unit_test(redacted_ids_are_kept_and_marked),
		cmocka_unit_test(numbers_too_large_are_left_out),
		cmocka_unit_test(recalled_forms_are_read_and_marked),
		cmocka_unit_test(denials_are_no_success),
		cmocka_unit_test(other_misreadings_are_none),
		cmocka_unit_test(reasons_are_taken_by_their_words),
		cmocka_unit_test(other_messages_are_unknown),
		cmocka_unit_test(other_components_say_nothing),
		cmocka_unit_test(a_record_without_a_time_has_none),
		cmocka_unit_test(cut_numbers_and_words_do_not_count),
		cmocka_unit_test(no_prefix_says_more),
		cmocka_unit_test(status_messages_are_read),
		cmocka_unit_test(status_messages_of_others_are_none),
		cmocka_unit_test(cut_status_messages_are_none),
		cmocka_unit_test(huge_messages_are_read_in_linear_time),
		cmocka_unit_test(ten_thousand_quotes_in_a_string),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
