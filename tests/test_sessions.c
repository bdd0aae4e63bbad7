/* Sessions.xml and pending.xml: streams of any length, loosely written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib_parse.h"

#define ID(name) name "~31bf3856ad364e35~amd64~~10.0.1.2"
#define SESSION_TAG                                                                                \
	"<Session version=\"1.0\" id=\"31082529_1234567890\" client=\"WindowsUpdateAgent\" "       \
	"options=\"816\" currentPhase=\"1\" lastSuccessfulState=\"Complete\" "                     \
	"Queued=\"2024/03/09/10:31:30\" Started=\"2024/03/09/10:31:32\" "                          \
	"Complete=\"2024/03/09/10:31:45\" status=\"0x0\">"
#define TASK_TAG                                                                                   \
	"<package id=\"" ID("Package_for_KB5900001") "\" name=\"KB5900001\" "                      \
						     "targetState=\"Installed\" options=\"4\" />"

static const char whole[] =
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Sessions>\n" SESSION_TAG "\n"
	"<Tasks><Phase seq=\"1\">" TASK_TAG "</Phase>\n"
	"<Phase seq=\"2\"><package id=\"" ID(
		"Package_for_KB5900002") "\" targetState=\"Absent\"/>"
					 "</Phase></Tasks>\n"
					 "<Actions><Phase seq=\"1\" rebootRequired=\"False\" "
					 "Installed=\"2024/03/09/10:31:40\">"
					 "<Install package=\"" ID(
						 "Package_1_for_KB5900001") "\" "
									    "update=\"u\"/></"
									    "Phase></"
									    "Actions>\n"
									    "</Session>\n"
									    "<Session "
									    "id=\"31082530_"
									    "99\" "
									    "client=\"DISM "
									    "Package Manager "
									    "Provider\" "
									    "Complete=\"\"\n"
									    " Queued=\"2024/"
									    "03/10/00:00:01\" "
									    "status="
									    "\"0x800f0922\"><"
									    "Tasks><Phase "
									    "seq=\"1\">\n"
									    "<package "
									    "id=\"" ID("Package_"
										       "for_"
										       "KB590000"
										       "3") "\" "
											    "targ"
											    "etSt"
											    "ate="
											    "\"St"
											    "aged"
											    "\"/"
											    "></"
											    "Phas"
											    "e></"
											    "Task"
											    "s>\n"
											    "<Act"
											    "ions"
											    "><"
											    "Phas"
											    "e/"
											    "><"
											    "Phas"
											    "e "
											    "rebo"
											    "otRe"
											    "quir"
											    "ed="
											    "\"tr"
											    "ue\""
											    "/></"
											    "Acti"
											    "ons>"
											    "</"
											    "Sess"
											    "ion>"
											    "\n"
											    "</"
											    "Sess"
											    "ions"
											    ">\n";

static void everything_is_read(void **state)
{
	struct parsed reading = read_text(&parser_sessions_xml, whole);
	const struct fact *fact = fact_at(&reading, FACT_SESSION_TASK, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 3);
	assert_int_equal(reading.records, 1);
	assert_int_equal(reading.first, 1709980292);
	assert_int_equal(reading.last, 1710028801);
	assert_places(&reading, SLICE(whole));
	assert_int_equal(fact->session.a, 31082529);
	assert_int_equal(fact->session.b, 1234567890);
	assert_text(fact->client, "WindowsUpdateAgent");
	assert_text(fact->package, ID("Package_for_KB5900001"));
	assert_text(fact->identifier, "KB5900001");
	assert_text(fact->function, "Complete");
	assert_text(fact->verb, "1");
	assert_text(fact->words, SESSION_TAG " " TASK_TAG);
	assert_int_equal(fact->target, STATE_INSTALLED);
	assert_int_equal(fact->code, 0);
	assert_int_equal(fact->flags, FLAG_HAS_CODE);
	assert_int_equal(fact->begun, 1709980292);
	assert_int_equal(fact->when, 1709980305);
	assert_int_equal(fact->utc, NO_TIME);
	parsed_release(&reading);
}

static void phases_and_ends_are_told_apart(void **state)
{
	struct parsed reading = read_text(&parser_sessions_xml, whole);
	const struct fact *fact = fact_at(&reading, FACT_SESSION_TASK, 1);

	(void)state;
	assert_text(fact->package, ID("Package_for_KB5900002"));
	assert_text(fact->identifier, "");
	assert_text(fact->verb, "2");
	assert_int_equal(fact->target, STATE_ABSENT);
	assert_int_equal(fact->session.a, 31082529);
	fact = fact_at(&reading, FACT_SESSION_TASK, 2);
	assert_int_equal(fact->session.b, 99);
	assert_int_equal(fact->code, 0x800f0922);
	assert_int_equal(fact->when, NO_TIME);
	assert_int_equal(fact->begun, 1710028801); /* queued: when it started is not said */
	assert_int_equal(fact->flags, FLAG_HAS_CODE | FLAG_RESTART);
	parsed_release(&reading);
}

/* Values as elements, names in any letter case, in a namespace, from UTF-16 in small pieces. */
static void loose_spellings_give_the_same(void **state)
{
	static const char loose[] =
		"<?xml version='1.0' encoding='utf-16'?>\n<s:SESSIONS xmlns:s='urn:x'>\n"
		"<session><ID>31082529_1234567890</ID><TASKS><phase SEQ='1'>"
		"<Package><Id> " ID(
			"Package_for_KB5900001") "\n</Id><NAME><![CDATA[KB59]]>00001</NAME>"
						 "<TargetState>installed</TargetState></Package></"
						 "phase></TASKS>"
						 "<Status>0x0</"
						 "Status><Client>Windows&#85;pdateAgent</"
						 "Client><STARTED>"
						 "2024/03/09/10:31:32</STARTED><Complete>2024/03/"
						 "09/10:31:45</Complete>"
						 "<lastsuccessfulstate>Complete</"
						 "lastsuccessfulstate>"
						 "<Actions><Phase><RebootRequired>true</"
						 "RebootRequired></Phase></Actions></session>\n"
						 "</s:SESSIONS>";
	static const enum text_encoding encodings[] = { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE };
	struct parsed plain = read_text(&parser_sessions_xml, whole);
	const struct fact *expected = fact_at(&plain, FACT_SESSION_TASK, 0);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct slice bytes = encode(loose, encodings[i % 3], true);
		struct parsed reading =
			read_document(&parser_sessions_xml, bytes, "", i < 3 ? 1 : 4093);
		const struct fact *fact = fact_at(&reading, FACT_SESSION_TASK, 0);

		assert_string_equal(only_note(&reading), "");
		assert_int_equal(reading.fact_count, 1);
		assert_places(&reading, bytes);
		assert_memory_equal(&fact->session, &expected->session, sizeof(fact->session));
		assert_true(slice_equal(fact->package, expected->package));
		assert_true(slice_equal(fact->identifier, expected->identifier));
		assert_true(slice_equal(fact->client, expected->client));
		assert_true(slice_equal(fact->function, expected->function));
		assert_int_equal(fact->target, expected->target);
		assert_int_equal(fact->when, expected->when);
		assert_int_equal(fact->begun, expected->begun);
		assert_int_equal(fact->flags, FLAG_HAS_CODE | FLAG_RESTART);
		parsed_release(&reading);
		free_encoded(bytes);
	}
	parsed_release(&plain);
}

static void everything_may_be_missing(void **state)
{
	struct parsed reading = read_text(&parser_sessions_xml,
		"<Sessions><Session/><Session><Tasks><package/></Tasks></Session></Sessions>");
	const struct fact *fact = fact_at(&reading, FACT_SESSION_TASK, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	assert_int_equal(fact->session.a, 0);
	assert_int_equal(fact->flags, 0);
	assert_int_equal(fact->target, STATE_NONE);
	assert_int_equal(fact->when, NO_TIME);
	assert_int_equal(fact->begun, NO_TIME);
	assert_text(fact->words, "<Session> <package/>");
	parsed_release(&reading);
}

/* The file of one session has it as its root, and its id in its name. */
static void files_of_single_sessions(void **state)
{
	static const char text[] = "<Session client='C'><Tasks><Phase><package id='A'/></Phase>"
				   "</Tasks></Session>";
	static const struct {
		const char *name;
		uint32_t a;
	} cases[] = {
		{ "servicing/Sessions/31082529_1234567890.xml", 31082529 },
		{ "31082529_1234567890.xml", 31082529 },
		{ "31082529_1234567890.back.xml", 0 },
		{ "Sessions.xml", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed reading =
			read_document(&parser_sessions_xml, SLICE(text), cases[i].name, 0);

		assert_int_equal(fact_at(&reading, FACT_SESSION_TASK, 0)->session.a, cases[i].a);
		parsed_release(&reading);
	}
}

static void facts_only_grow_with_the_document(void **state)
{
	size_t least = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		struct slice part = { whole, len };
		struct parsed reading = read_document(&parser_sessions_xml, part, "", 7);

		assert_true(reading.fact_count >= least);
		assert_places(&reading, part);
		if (len < sizeof(whole) - 2)
			assert_string_not_equal(only_note(&reading), "");
		if (reading.fact_count)
			assert_int_equal(
				fact_at(&reading, FACT_SESSION_TASK, 0)->session.a, 31082529);
		least = reading.fact_count;
		parsed_release(&reading);
	}
	assert_int_equal(least, 3);
}

static void wrong_roots_are_refused(void **state)
{
	struct parsed reading = read_text(&parser_sessions_xml, "<assembly/>");

	(void)state;
	assert_string_equal(only_note(&reading), "root is 'assembly', not 'Sessions'");
	parsed_release(&reading);
	reading = read_text(&parser_sessions_xml, "<!DOCTYPE Sessions><Sessions/>");
	assert_string_equal(only_note(&reading), "a DOCTYPE");
	parsed_release(&reading);
}

/* ---- Long documents ------------------------------------------------------------------ */

/* A document made while it is read: `before`, `count` times `text`, `after`. */
struct made {
	const char *before, *text, *after;
	size_t count, at;
};

static size_t make(void *self, char *bytes, size_t size)
{
	struct made *made = self;
	size_t len = 0;

	while (made->before || made->count || made->after) {
		const char **from = made->before ? &made->before
			: made->count            ? &made->text
						 : &made->after;
		size_t left = strlen(*from) - made->at;
		size_t part = left < size - len ? left : size - len;

		memcpy(bytes + len, *from + made->at, part);
		len += part;
		made->at += part;
		if (part < left)
			break;
		made->at = 0;
		if (from == &made->text)
			made->count--;
		else
			*from = NULL;
	}
	return len;
}

static struct parsed read_made(const struct parser *parser, const char *before, const char *text,
	size_t count, const char *after)
{
	struct made made = { before, text, after, count, 0 };
	const struct byte_reader reader = { make, &made };

	return read_stream(parser, &reader, "");
}

static void long_files_are_handed_over_piece_by_piece(void **state)
{
	struct parsed reading = read_made(&parser_sessions_xml, "<Sessions>",
		SESSION_TAG "<Tasks><Phase seq='1'>" TASK_TAG TASK_TAG
			    "</Phase></Tasks></Session>\n",
		20000, "</Sessions>");
	const struct fact *last = fact_at(&reading, FACT_SESSION_TASK, 39999);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 40000);
	assert_true(reading.most_facts <= 1001);
	assert_true(reading.most_scratch < (size_t)2 << 20);
	assert_int_equal(last->at.line, 20000);
	assert_text(last->identifier, "KB5900001");
	assert_int_equal(last->session.a, 31082529);
	parsed_release(&reading);
}

static void sessions_without_tasks_take_no_memory(void **state)
{
	struct parsed reading =
		read_made(&parser_sessions_xml, "<Sessions>", SESSION_TAG "</Session>", 100000,
			"<Session><Tasks><package/></Tasks></Session></Sessions>");

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	assert_true(reading.most_scratch < (size_t)2 << 20);
	parsed_release(&reading);
}

static void one_session_has_a_limit(void **state)
{
	struct parsed reading = read_made(&parser_sessions_xml, "<Sessions><Session><Tasks>",
		"<package id='a'/>", 100050,
		"</Tasks></Session><Session "
		"id='31082530_1'><Tasks><package/></Tasks></Session></Sessions>");

	(void)state;
	assert_string_equal(only_note(&reading), "more tasks in a session than the limit");
	assert_int_equal(reading.fact_count, 100001);
	assert_int_equal(fact_at(&reading, FACT_SESSION_TASK, 100000)->session.a, 31082530);
	parsed_release(&reading);
}

static void long_texts_are_cut(void **state)
{
	struct parsed reading = read_made(&parser_sessions_xml, "<Sessions><Session><client>",
		"0123456789", 10000, "</client><Tasks><package/></Tasks></Session></Sessions>");

	(void)state;
	assert_string_equal(only_note(&reading), "a text longer than the limit");
	assert_int_equal(fact_at(&reading, FACT_SESSION_TASK, 0)->client.len, 32 << 10);
	parsed_release(&reading);
}

/* ---- pending.xml --------------------------------------------------------------------- */

static void operations_are_counted(void **state)
{
	static const char text[] =
		"<?xml version='1.0' encoding='utf-8'?>\n"
		"<PendingTransaction xmlns='urn:schemas-microsoft-com:asm.v3' Version=\"3.1\""
		" Identifier=\"TI6.31082529_1234567890:2/" ID(
			"Package_for_KB5900001") "\">\n"
						 "<Transactions><Transaction Id='1'/><Transaction "
						 "Id='2'/></Transactions>\n"
						 "<ChangeList><Change Family='f' "
						 "New='n'/></ChangeList>\n"
						 "<POQ><BeginTransaction id='1'/><CreateFile "
						 "path='a'/><MoveFile source='a' "
						 "destination='b'/><SetKeyValue "
						 "path='k'><Value>1</Value></SetKeyValue>"
						 "<CommitTransaction/></POQ>\n"
						 "<InstallerQueue Length='0x2'><Action "
						 "Installer='a'/><Action Installer='b'/>"
						 "</InstallerQueue>\n"
						 "<RegistryActions><SetValue/></"
						 "RegistryActions><DeleteFile path='c'/>"
						 "</PendingTransaction>";
	struct parsed reading = read_text(&parser_pending_xml, text);
	const struct fact *fact = fact_at(&reading, FACT_PENDING_OPERATIONS, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	assert_int_equal(fact->index, 7);
	assert_int_equal(fact->flags, FLAG_HAS_INDEX);
	assert_int_equal(fact->session.a, 31082529);
	assert_text(fact->package, ID("Package_for_KB5900001"));
	assert_places(&reading, SLICE(text));
	parsed_release(&reading);
}

static void nothing_may_be_pending(void **state)
{
	static const char queues[] =
		"<PendingTransaction Identifier='12_13 a~b~c'><POQ/><InstallerQueue Length='0x0'>"
		"</InstallerQueue><Transactions><Transaction/></Transactions></PendingTransaction>";
	static const char *const texts[] = {
		"<PendingTransaction/>",
		"<p:pendingtransaction xmlns:p='urn:x'>\n</p:pendingtransaction>",
		queues,
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct parsed reading = read_text(&parser_pending_xml, texts[i]);
		const struct fact *fact = fact_at(&reading, FACT_PENDING_OPERATIONS, 0);

		assert_string_equal(only_note(&reading), "");
		assert_int_equal(fact->index, 0);
		assert_int_equal(fact->flags, FLAG_HAS_INDEX);
		assert_int_equal(fact->session.a, 0);
		assert_text(fact->package, "");
		parsed_release(&reading);
	}
}

static void long_queues_take_no_memory(void **state)
{
	struct parsed reading = read_made(&parser_pending_xml, "<PendingTransaction><POQ>",
		"<MoveFile Identifier='from who knows where' source='\\SystemRoot\\a' "
		"destination='b'/>\n",
		200000, "</POQ>");

	(void)state;
	assert_string_not_equal(only_note(&reading), ""); /* cut off */
	assert_int_equal(fact_at(&reading, FACT_PENDING_OPERATIONS, 0)->index, 200000);
	assert_true(reading.most_scratch < (size_t)2 << 20);
	parsed_release(&reading);
}

static void bids_look_at_the_root(void **state)
{
	static const struct {
		const char *head, *parser;
	} cases[] = {
		{ "<?xml version='1.0'?><Sessions><Session id='1'", "sessions-xml" },
		{ "\xEF\xBB\xBF<Sessions/>", "sessions-xml" },
		{ "<Session version='1.0'><Tasks>", "sessions-xml" },
		{ "<a:PendingTransaction xmlns:a='x'>", "pending-xml" },
		{ "<SessionState/>", "" },
		{ "Sessions", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct parser *parser = parser_detect(slice_from(cases[i].head));

		assert_string_equal(parser ? parser->name : "", cases[i].parser);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(phases_and_ends_are_told_apart),
		cmocka_unit_test(loose_spellings_give_the_same),
		cmocka_unit_test(everything_may_be_missing),
		cmocka_unit_test(files_of_single_sessions),
		cmocka_unit_test(facts_only_grow_with_the_document),
		cmocka_unit_test(wrong_roots_are_refused),
		cmocka_unit_test(long_files_are_handed_over_piece_by_piece),
		cmocka_unit_test(sessions_without_tasks_take_no_memory),
		cmocka_unit_test(one_session_has_a_limit),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(operations_are_counted),
		cmocka_unit_test(nothing_may_be_pending),
		cmocka_unit_test(long_queues_take_no_memory),
		cmocka_unit_test(bids_look_at_the_root),
	};

	return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
