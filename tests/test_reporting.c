/* ReportingEvents.log: fields by their shapes, in its own form and in copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "lib_parse.h"

#define OWN    "{11111111-2222-3333-4444-555555555555}"
#define UPDATE "{AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE}"
#define NIL    "{00000000-0000-0000-0000-000000000000}"

static const char events[] =
	OWN "\t2026-03-06 10:11:12:345+0100\t1\t147 [AGENT_DETECTION_FINISHED]\t101\t" NIL
	    "\t0\t0\tUpdateOrchestrator\tSuccess\tSoftware Synchronization\tWindows Update Client "
	    "successfully detected 3 updates.\r\n" OWN
	    "\t2026-03-06 10:20:00:000+0100\t1\t183 [AGENT_INSTALLING_SUCCEEDED]\t101\t" UPDATE
	    "\t200\t0\tUpdateOrchestrator\tSuccess\tContent Install\tInstallation Successful: "
	    "Windows successfully installed the following update: 2026-03 Update: for Contoso "
	    "(KB5990001)\tQqQq.1.0\r\n" OWN
	    "\t2026-03-06 10:21:00:000-0500\t1\t182 [AGENT_INSTALLING_FAILED]\t101\t" UPDATE
	    "\t201\t800f0922\t<<PROCESS>>: fabrikam.exe\tFailure\tContent Install\tInstallation "
	    "Failure: Windows failed to install the following update with error 0x800f0922: "
	    "Security Update for Fabrikam (kb990002).\r\n";

static void events_with_all_fields(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_reporting_events, events);
	assert_int_equal(result.note_count, 0);
	assert_int_equal(count_of(&result, FACT_UPDATE_EVENT), 3);
	assert_int_equal(result.records, 3);
	assert_int_equal(result.lines, 3);
	fact = fact_at(&result, FACT_UPDATE_EVENT, 0);
	assert_text(fact->verb, "AGENT_DETECTION_FINISHED");
	assert_text(fact->guid, "");
	assert_text(fact->title, "");
	assert_false(fact->flags & FLAG_HAS_INDEX);
	fact = fact_at(&result, FACT_UPDATE_EVENT, 1);
	assert_text(fact->verb, "AGENT_INSTALLING_SUCCEEDED");
	assert_text(fact->name, "183");
	assert_text(fact->guid, UPDATE);
	assert_int_equal(fact->index, 200);
	assert_text(fact->title, "2026-03 Update: for Contoso (KB5990001)");
	assert_text(fact->identifier, "KB5990001");
	assert_text(fact->client, "UpdateOrchestrator");
	assert_text(fact->function, "Success");
	assert_text(fact->description, "Content Install");
	assert_int_equal(fact->code, 0);
	assert_true(fact->flags & FLAG_HAS_CODE);
	assert_time(fact->when, "2026-03-06T10:20:00");
	assert_time(fact->utc, "2026-03-06T09:20:00");
	assert_int_equal(fact->at.line, 2);
	assert_int_equal(fact->at.offset, strchr(events, '\n') + 1 - events);
	fact = fact_at(&result, FACT_UPDATE_EVENT, 2);
	assert_int_equal(fact->code, 0x800f0922);
	assert_text(fact->client, "<<PROCESS>>: fabrikam.exe");
	assert_text(fact->title, "Security Update for Fabrikam (kb990002)");
	assert_text(fact->identifier, "KB990002");
	assert_time(fact->utc, "2026-03-06T15:21:00");
	parsed_release(&result);
}

static void forms_of_one_event(void **state)
{
	static const char *const texts[] = {
		/* number and name apart, a full stop before the milliseconds */
		OWN "\t2026-03-06 10:11:12.345+0100\t1\t183\t[AGENT_X]\t101\t" UPDATE
		    "\t7\t240005\tContoso Agent\tSuccess\tContent Install\tDone.\n",
		/* copied with blanks for TABs */
		"   " OWN "        2026-03-06 10:11:12:345+0100        1        183 [AGENT_X]"
		"        101        " UPDATE "        7        240005        Contoso Agent"
		"        Success        Content Install        Done.\n",
		"\xEF\xBB\xBF" OWN "\t2026-03-06 10:11:12:345+0100\t1\t183 [AGENT_X]\t101\t" UPDATE
		"\t7\t240005\tContoso Agent\tSuccess\tContent Install\tDone.\tx\ty\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct parsed result;
		const struct fact *fact;

		assert_ptr_equal(parser_detect(slice_from(texts[i])), &parser_reporting_events);
		result = read_text(&parser_reporting_events, texts[i]);
		fact = fact_at(&result, FACT_UPDATE_EVENT, 0);
		assert_text(fact->verb, "AGENT_X");
		assert_text(fact->name, "183");
		assert_text(fact->guid, UPDATE);
		assert_int_equal(fact->index, 7);
		assert_int_equal(fact->code, 0x240005);
		assert_text(fact->client, "Contoso Agent");
		assert_text(fact->function, "Success");
		assert_text(fact->description, "Content Install");
		assert_time(fact->utc, "2026-03-06T09:11:12");
		parsed_release(&result);
	}
}

static void what_is_missing_stays_empty(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_reporting_events,
		OWN "\t2026-03-06 10:11:12:345\t1\t183 [AGENT_X]\t101\n" OWN
		    "\t2026-13-06 10:11:12:345+0100\t1\t183 [AGENT_X]\t101\t" UPDATE
		    "\tx\tnone\tc\ts\tt\tThe following update: KB123, KB1234567890, XKB990001\n"
		    "no event\n\n" OWN "\tno stamp\n");
	assert_int_equal(count_of(&result, FACT_UPDATE_EVENT), 2);
	fact = fact_at(&result, FACT_UPDATE_EVENT, 0);
	assert_time(fact->when, "2026-03-06T10:11:12");
	assert_time(fact->utc, NULL);
	assert_false(fact->flags & (FLAG_HAS_CODE | FLAG_HAS_INDEX));
	fact = fact_at(&result, FACT_UPDATE_EVENT, 1);
	assert_time(fact->when, NULL);
	assert_false(fact->flags & FLAG_HAS_CODE);
	assert_text(fact->identifier, "");
	assert_int_equal(notes_of(&result, DIAG_BAD_TIME), 1);
	assert_int_equal(notes_of(&result, DIAG_SKIPPED_TEXT), 2);
	parsed_release(&result);
}

/* What a cut line says is what the whole line says, or nothing. */
static void check_not_more(const struct fact *part, const struct fact *whole)
{
	assert_true(slice_equal(part->verb, whole->verb));
	assert_true(!part->guid.len || slice_equal(part->guid, whole->guid));
	assert_true(!part->title.len || slice_equal(part->title, whole->title));
	assert_true(!part->identifier.len || slice_equal(part->identifier, whole->identifier));
	assert_true(!part->function.len || slice_equal(part->function, whole->function));
	assert_true(part->code == whole->code || !(part->flags & FLAG_HAS_CODE));
	assert_true(part->index == whole->index || part->index == 0);
	assert_true(part->when == whole->when);
}

static void every_prefix_says_no_more(void **state)
{
	size_t len = strlen(events);
	struct parsed whole;

	(void)state;
	whole = read_text(&parser_reporting_events, events);
	for (size_t i = 0; i <= len; i++) {
		struct parsed result;

		result =
			read_document(&parser_reporting_events, (struct slice){ events, i }, "", 0);
		assert_true(result.fact_count <= whole.fact_count);
		for (size_t j = 0; j < result.fact_count; j++)
			check_not_more(&result.facts[j], &whole.facts[j]);
		parsed_release(&result);
	}
	parsed_release(&whole);
}

static void blocks_end_between_lines(void **state)
{
	const struct parser *parser = &parser_reporting_events;
	size_t second = (size_t)(strchr(events, '\n') + 1 - events);

	(void)state;
	assert_int_equal(parser->cut(slice_from(events)), strlen(events));
	assert_int_equal(parser->cut((struct slice){ events, second + 20 }), second);
	assert_int_equal(parser->cut((struct slice){ events, 20 }), 0);
	assert_int_equal(parser->cut(SLICE_NONE), 0);
}

static void other_logs_are_not_taken(void **state)
{
	(void)state;
	assert_int_equal(parser_reporting_events.bid(SLICE("")), 0);
	assert_int_equal(parser_reporting_events.bid(SLICE(OWN "\n" OWN "\n")), 0);
	assert_int_equal(parser_reporting_events.bid(
				 SLICE("2026-03-06 10:11:12:345+0100\t1\t183 [AGENT_X]\n")),
		0);
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
		cmocka_unit_test(events_with_all_fields),
		cmocka_unit_test(forms_of_one_event),
		cmocka_unit_test(what_is_missing_stays_empty),
		cmocka_unit_test(every_prefix_says_no_more),
		cmocka_unit_test(blocks_end_between_lines),
		cmocka_unit_test(other_logs_are_not_taken),
	};

	return cmocka_run_group_tests_name("reporting", tests, set_up, tear_down);
}
