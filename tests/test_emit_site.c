/* Outputs for ConfigMgr's scripts: MOF, CIM-XML and the AdminService's answer, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "emit/dmtf.h"
#include "emit/emitter.h"

#define RUN_TIME 1725051306 /* 2024-08-30T20:55:06 */

#define CIM_HEAD                                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                             \
	"<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">\n<DECLARATION>\n<DECLGROUP>"
#define CIM_TAIL "\n</DECLGROUP>\n</DECLARATION>\n</CIM>\n"

static const struct row_value nothing = { .is_null = true };

static struct row_value integer(int32_t value)
{
	return (struct row_value){ .integer = value };
}

static struct row_value text(struct slice value)
{
	return (struct row_value){ .text = value };
}

static struct row_value moment(int64_t seconds, enum time_basis basis)
{
	return (struct row_value){ .when = { seconds, basis } };
}

static struct row progress_row(struct slice id)
{
	return (struct row){ .row_class = ROW_PROGRESS,
		.values = { nothing, text(id), moment(RUN_TIME, TIME_BIAS), integer(16777217),
			integer(3), integer(INT32_MIN) } };
}

static struct row history_row(void)
{
	return (struct row){ .row_class = ROW_HISTORY,
		.values = { integer(-7), text(SLICE("C\\\"1")), moment(RUN_TIME, TIME_LOCAL),
			integer(-1), integer(2) } };
}

static char *render(const struct report *report, const char *format, struct emit_options options)
{
	const struct emitter *emitter = emitter_find(slice_from(format));
	char *page = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&page, &len);

	assert_non_null(emitter);
	assert_non_null(to);
	assert_int_equal(emitter->emit(report, &options, to), ST_OK);
	assert_int_equal(fclose(to), 0);
	return page;
}

/* What a format prints of progress rows and history rows. */
static void assert_prints(struct row *progress, struct row *history, const char *format,
	struct emit_options options, const char *expected)
{
	struct report report = { 0 };
	char *page;

	report.rows[ROW_PROGRESS] = progress;
	report.row_count[ROW_PROGRESS] = progress != NULL;
	report.rows[ROW_HISTORY] = history;
	report.row_count[ROW_HISTORY] = history != NULL;
	page = render(&report, format, options);
	assert_string_equal(page, expected);
	free(page);
}

static const struct emit_options progress = { .rows = ROW_PROGRESS };
static const struct emit_options history = { .rows = ROW_HISTORY };
static const struct emit_options all = { .part = EMIT_ALL };

static void datetimes_are_dmtf(void **state)
{
	static const struct {
		struct moment when;
		const char *expected;
	} rows[] = {
		{ { RUN_TIME, TIME_BIAS }, "20240830205506.000000+000" },
		{ { RUN_TIME, TIME_STATMSG }, "20240830205506.000000+000" },
		{ { RUN_TIME, TIME_HIVE }, "20240830205506.000000+000" },
		{ { RUN_TIME, TIME_LOCAL }, "20240830205506.000000+***" },
		{ { RUN_TIME, TIME_LISTING }, "20240830205506.000000+***" },
		{ { 0, TIME_CSI }, "19700101000000.000000+000" },
		{ { INT64_MAX, TIME_CSI }, "99991231235959.000000+000" },
		{ { -INT64_MAX, TIME_CSI }, "16010101000000.000000+000" },
		{ { RUN_TIME, TIME_NONE }, "" },
		{ { NO_TIME, TIME_BIAS }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char when[DMTF_TEXT];

		dmtf_print(rows[i].when, when);
		assert_string_equal(when, rows[i].expected);
	}
}

static void a_time_that_is_none_is_null(void **state)
{
	struct row_value none = moment(NO_TIME, TIME_BIAS), empty = text(SLICE(""));

	(void)state;
	assert_true(value_is_null(&nothing, VALUE_INTEGER));
	assert_true(value_is_null(&none, VALUE_TIME));
	assert_false(value_is_null(&empty, VALUE_TEXT));
}

/* WMI and the AdminService have them in alphabetical order; ours are the table's. */
static void properties_are_in_alphabetical_order(void **state)
{
	(void)state;
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++) {
		size_t count;
		const struct row_column *columns = row_columns((enum row_class) class, &count);

		for (size_t i = 1; i < count; i++)
			assert_true(strcmp(columns[i - 1].name, columns[i].name) < 0);
	}
}

/* A slice of a literal, also in a table. */
#define LITERAL(text)                                                                              \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static const struct {
	struct slice text;
	const char *mof, *xml;
} texts[] = {
	{ LITERAL("plain"), "plain", "plain" },
	{ LITERAL(""), "", NULL },
	{ LITERAL("say \"no\""), "say \\\"no\\\"", "say &quot;no&quot;" },
	{ LITERAL("C:\\x41"), "C:\\\\x41", "C:\\x41" },
	{ LITERAL("it's"), "it's", "it's" },
	{ LITERAL("a\r\n\tb"), "a\\r\\n\\tb", "a&#xD;&#xA;&#x9;b" },
	{ LITERAL("\x1b[31m"), "\\x001B[31m", "\xEF\xBF\xBD[31m" },
	{ LITERAL("\x7F"
		  "1"),
		"\\x007F1", "&#x7F;1" },
	{ LITERAL("a\0b"),
		"a\xEF\xBF\xBD"
		"b",
		"a\xEF\xBF\xBD"
		"b" },
	{ LITERAL("\xC2\x85"), "\\x0085", "&#x85;" },
	{ LITERAL("\xE2\x80\xAE"
		  "abc"),
		"\\x202Eabc", "&#x202E;abc" },
	{ LITERAL("</VALUE><VALUE>"), "</VALUE><VALUE>", "&lt;/VALUE&gt;&lt;VALUE&gt;" },
	{ LITERAL("]]>&amp;"), "]]>&amp;", "]]&gt;&amp;amp;" },
	{ LITERAL("\xEF\xBF\xBE"), "\xEF\xBF\xBE", "\xEF\xBF\xBD" },
	{ LITERAL("Gr\xC3\xB6\xC3\x9F \xF0\x9F\x90\xA7"), "Gr\xC3\xB6\xC3\x9F \xF0\x9F\x90\xA7",
		"Gr\xC3\xB6\xC3\x9F \xF0\x9F\x90\xA7" },
	{ LITERAL("cut \xE2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD", "cut \xEF\xBF\xBD\xEF\xBF\xBD" },
	{ LITERAL("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
		"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
};

static void mof_strings_are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct row row = progress_row(texts[i].text);
		char expected[512];

		snprintf(expected, sizeof(expected),
			"instance of SMS_ImageServicingProgress\n{\n"
			"\tImagePackageID = \"%s\";\n"
			"\tRunDateTime = \"20240830205506.000000+000\";\n"
			"\tScheduleID = 16777217;\n\tStatus = 3;\n"
			"\tWin32ErrorCode = -2147483648;\n};\n",
			texts[i].mof);
		assert_prints(&row, NULL, "mof", progress, expected);
	}
}

static void mof_parts_instances_by_a_blank_line(void **state)
{
	struct row one = progress_row(SLICE("A")), two = history_row();

	(void)state;
	assert_prints(&one, &two, "mof", all,
		"instance of SMS_ImageServicingProgress\n{\n"
		"\tImagePackageID = \"A\";\n"
		"\tRunDateTime = \"20240830205506.000000+000\";\n"
		"\tScheduleID = 16777217;\n\tStatus = 3;\n"
		"\tWin32ErrorCode = -2147483648;\n};\n\n"
		"instance of SMS_ImageUpdateHistory\n{\n"
		"\tFailedUpdateID = -7;\n\tImagePackageID = \"C\\\\\\\"1\";\n"
		"\tRunDateTime = \"20240830205506.000000+***\";\n"
		"\tScheduleID = -1;\n\tStatus = 2;\n};\n");
}

static void cim_xml_escapes_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct row row = progress_row(texts[i].text);
		char expected[1024], value[256] = "<VALUE/>";

		if (texts[i].xml)
			snprintf(value, sizeof(value), "<VALUE>%s</VALUE>", texts[i].xml);
		snprintf(expected, sizeof(expected),
			CIM_HEAD
			"\n<VALUE.OBJECT>\n<INSTANCE CLASSNAME=\"SMS_ImageServicingProgress\">"
			"\n\t<PROPERTY NAME=\"FailedUpdateID\" TYPE=\"sint32\"/>"
			"\n\t<PROPERTY NAME=\"ImagePackageID\" TYPE=\"string\">%s</PROPERTY>"
			"\n\t<PROPERTY NAME=\"RunDateTime\" TYPE=\"datetime\">"
			"<VALUE>20240830205506.000000+000</VALUE></PROPERTY>"
			"\n\t<PROPERTY NAME=\"ScheduleID\" TYPE=\"sint32\">"
			"<VALUE>16777217</VALUE></PROPERTY>"
			"\n\t<PROPERTY NAME=\"Status\" TYPE=\"sint32\"><VALUE>3</VALUE></PROPERTY>"
			"\n\t<PROPERTY NAME=\"Win32ErrorCode\" TYPE=\"sint32\">"
			"<VALUE>-2147483648</VALUE></PROPERTY>"
			"\n</INSTANCE>\n</VALUE.OBJECT>" CIM_TAIL,
			value);
		assert_prints(&row, NULL, "cim-xml", progress, expected);
	}
}

/* Longer than what is handed to the writer at once, with a character on the border. */
static void cim_xml_holds_long_texts(void **state)
{
	size_t len = 400001;
	char *long_text = malloc(len + 1), *page;
	struct report report = { 0 };
	struct row row;

	(void)state;
	assert_non_null(long_text);
	for (size_t i = 0; i < len - 1; i += 2)
		memcpy(long_text + i, "\xC3\xB6", 2);
	memcpy(long_text + len - 1, "!", 2);
	row = progress_row(slice_from(long_text));
	report.rows[ROW_PROGRESS] = &row;
	report.row_count[ROW_PROGRESS] = 1;
	page = render(&report, "cim-xml", progress);
	assert_non_null(strstr(page, long_text));
	free(page);
	free(long_text);
}

static void adminservice_answers_with_an_envelope(void **state)
{
	struct row row = history_row();

	(void)state;
	assert_prints(NULL, &row, "adminservice", history,
		"{\n  \"@odata.context\": \"AdminService/wmi/$metadata#SMS_ImageUpdateHistory\",\n"
		"  \"value\": [\n"
		"    {\"@odata.etag\": \"C\\\\\\\"1;2024-08-30T20:55:06;-1\", \"FailedUpdateID\": "
		"-7, \"ImagePackageID\": \"C\\\\\\\"1\", \"RunDateTime\": \"2024-08-30T20:55:06\", "
		"\"ScheduleID\": -1, \"Status\": 2}\n  ]\n}\n");
}

static void adminservice_has_the_system_properties_on_request(void **state)
{
	struct emit_options options = { .rows = ROW_HISTORY, .system_properties = true };
	struct row row = history_row();

	(void)state;
	assert_prints(NULL, &row, "adminservice", options,
		"{\n  \"@odata.context\": \"AdminService/wmi/$metadata#SMS_ImageUpdateHistory\",\n"
		"  \"value\": [\n"
		"    {\"@odata.etag\": \"C\\\\\\\"1;2024-08-30T20:55:06;-1\", "
		"\"__LAZYPROPERTIES\": [\"__QUALIFIER_SECURITYVERBS\"], "
		"\"__QUALIFIER_SECURITYVERBS\": null, \"FailedUpdateID\": -7, "
		"\"ImagePackageID\": \"C\\\\\\\"1\", \"RunDateTime\": \"2024-08-30T20:55:06\", "
		"\"ScheduleID\": -1, \"Status\": 2, \"__GENUS\": 2, "
		"\"__CLASS\": \"SMS_ImageUpdateHistory\", \"__SUPERCLASS\": \"SMS_BaseClass\", "
		"\"__DYNASTY\": \"SMS_BaseClass\", \"__RELPATH\": "
		"\"SMS_ImageUpdateHistory.ImagePackageID=\\\"C\\\\\\\\\\\\\\\"1\\\","
		"RunDateTime=\\\"20240830205506.000000+***\\\",ScheduleID=-1\", "
		"\"__PROPERTY_COUNT\": 5, \"__DERIVATION\": [\"SMS_BaseClass\"], "
		"\"__SERVER\": null, \"__NAMESPACE\": null, \"__PATH\": null}\n  ]\n}\n");
}

static void adminservice_prints_null_for_what_is_unset(void **state)
{
	struct row row = progress_row(SLICE("A"));

	(void)state;
	row.values[2] = nothing;
	assert_prints(&row, NULL, "adminservice", progress,
		"{\n  \"@odata.context\": "
		"\"AdminService/wmi/$metadata#SMS_ImageServicingProgress\",\n  \"value\": [\n"
		"    {\"@odata.etag\": \"A;16777217\", \"FailedUpdateID\": null, "
		"\"ImagePackageID\": \"A\", \"RunDateTime\": null, \"ScheduleID\": 16777217, "
		"\"Status\": 3, \"Win32ErrorCode\": -2147483648}\n  ]\n}\n");
}

static void no_rows_are_a_whole_document(void **state)
{
	(void)state;
	assert_prints(NULL, NULL, "mof", all, "");
	assert_prints(NULL, NULL, "cim-xml", all, CIM_HEAD CIM_TAIL);
	assert_prints(NULL, NULL, "adminservice", progress,
		"{\n  \"@odata.context\": "
		"\"AdminService/wmi/$metadata#SMS_ImageServicingProgress\",\n  \"value\": []\n}\n");
}

/* The FILE keeps the error; libxml2, which would print, is not told of it. */
static void a_full_disk_is_an_output_error(void **state)
{
	static const char *const formats[] = { "mof", "cim-xml", "adminservice" };
	struct row row = progress_row(SLICE("A"));
	struct report report = { 0 };

	(void)state;
	report.rows[ROW_PROGRESS] = &row;
	report.row_count[ROW_PROGRESS] = 1;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		FILE *to = fopen("/dev/full", "w");

		assert_non_null(to);
		assert_int_equal(setvbuf(to, NULL, _IONBF, 0), 0);
		assert_int_equal(
			emitter_find(slice_from(formats[i]))->emit(&report, &progress, to), ST_IO);
		fclose(to);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(datetimes_are_dmtf),
		cmocka_unit_test(a_time_that_is_none_is_null),
		cmocka_unit_test(properties_are_in_alphabetical_order),
		cmocka_unit_test(mof_strings_are_escaped),
		cmocka_unit_test(mof_parts_instances_by_a_blank_line),
		cmocka_unit_test(cim_xml_escapes_text),
		cmocka_unit_test(cim_xml_holds_long_texts),
		cmocka_unit_test(adminservice_answers_with_an_envelope),
		cmocka_unit_test(adminservice_has_the_system_properties_on_request),
		cmocka_unit_test(adminservice_prints_null_for_what_is_unset),
		cmocka_unit_test(no_rows_are_a_whole_document),
		cmocka_unit_test(a_full_disk_is_an_output_error),
	};

	return cmocka_run_group_tests_name("emit_site", tests, NULL, NULL);
}
