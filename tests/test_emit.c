/* The outputs: a small report made by hand, and what JSON, NDJSON, CSV and the table say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "emit/emitter.h"
#include "emit/image_column.h"
#include "emit/json_text.h"
#include "emit/page.h"

#ifndef DISMAL_SOURCE_DIR
#define DISMAL_SOURCE_DIR "."
#endif

#define RUN_TIME 1725051306 /* 2024-08-30T20:55:06 */

#define NOT_APPLICABLE ((int32_t)0x800F081Eu)
#define STACK_TOO_OLD  ((int32_t)0x800F0823u)

/* A report and the room for what it points to. */
struct sample {
	struct report report;
	struct report_input inputs[2];
	struct report_image images[4];
	struct row status[16];
	struct row progress[1];
	struct row history[2];
	struct row_package packages[16];
	struct evidence evidence[16];
};

static struct row_value integer(int32_t value)
{
	return (struct row_value){ .integer = value };
}

static struct row_value text(const char *value)
{
	return (struct row_value){ .text = slice_from(value) };
}

static struct row_value moment(int64_t seconds, enum time_basis basis)
{
	return (struct row_value){ .when = { seconds, basis } };
}

static struct row_value null_value(void)
{
	return (struct row_value){ .is_null = true };
}

static void sample_init(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	arena_init(&sample->report.arena, 1 << 20);
	diagnostics_init(&sample->report.diagnostics, &sample->report.arena);
	sample->report.inputs = sample->inputs;
	sample->report.images = sample->images;
	sample->report.rows[ROW_STATUS] = sample->status;
	sample->report.rows[ROW_PROGRESS] = sample->progress;
	sample->report.rows[ROW_HISTORY] = sample->history;
	sample->report.input_count = 2;
	sample->inputs[0] = (struct report_input){ .path = SLICE("logs/dism.log"),
		.bytes = 4096,
		.format = "dism-log",
		.records = 40,
		.facts = 12 };
	sample->inputs[1] = (struct report_input){ .path = SLICE("CBS.log.gz"),
		.bytes = 77,
		.format = "cbs-log",
		.in_stream = true,
		.sha256 = SLICE("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
		.damaged = 3 };
}

static void sample_release(struct sample *sample)
{
	diagnostics_release(&sample->report.diagnostics);
	arena_release(&sample->report.arena);
}

static struct report_image *add_image(struct sample *sample, uint32_t index, const char *name)
{
	struct report_image *image = &sample->images[sample->report.image_count++];

	*image = (struct report_image){
		.package_id = SLICE("install.wim"),
		.id_is_derived = true,
		.index = index,
		.name = slice_from(name),
		.architecture = SLICE("amd64"),
		.version = SLICE("10.0.22621.3007"),
		.pending = "",
		.container = SLICE("media/sources/install.wim"),
		.sources = SLICE("logs"),
	};
	return image;
}

/* A plain Installed row with one place of evidence. */
static struct row *add_status(struct sample *sample, uint32_t index, uint32_t kb)
{
	size_t at = sample->report.row_count[ROW_STATUS]++;
	struct row *row = &sample->status[at];

	row->row_class = ROW_STATUS;
	row->values[0] = moment(RUN_TIME, TIME_LOCAL);
	row->values[1] = integer((int32_t)index);
	row->values[2] = text("install.wim");
	row->values[3] = integer((int32_t)kb);
	row->values[4] = integer(0);
	row->values[5] = integer(2);
	row->values[6] = text("Update for Windows");
	row->own.kb = kb;
	row->own.id_from = ID_FROM_KB;
	row->own.state = "Installed";
	row->own.time_basis = TIME_LOCAL;
	row->own.packages = &sample->packages[at];
	row->own.package_count = 1;
	sample->packages[at] = (struct row_package){
		SLICE("Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.3007.1.5"), "Installed"
	};
	row->own.evidence = &sample->evidence[at];
	row->own.evidence_count = 1;
	sample->evidence[at] = (struct evidence){ .supports = 1 << 4 | 1 << 5,
		.at = { 0, 812 + at, 90000 + at, 0 },
		.kind = FACT_COMPLETION,
		.words = SLICE("the words") };
	return row;
}

static void make_exception(
	struct row *row, int32_t status, int32_t code, enum reason reason, const char *detail)
{
	row->values[0] = null_value();
	row->values[4] = integer(code);
	row->values[5] = integer(status);
	row->own.state = "";
	row->own.reason = reason;
	row->own.was_asked = true;
	row->own.reason_detail = slice_from(detail);
	row->own.time_basis = TIME_NONE;
}

static void add_runs(struct sample *sample)
{
	struct row *progress = &sample->progress[0];

	sample->report.row_count[ROW_PROGRESS] = 1;
	progress->row_class = ROW_PROGRESS;
	progress->values[0] = integer(5031455);
	progress->values[1] = text("install.wim");
	progress->values[2] = moment(RUN_TIME, TIME_ZONE);
	progress->values[3] = integer(0);
	progress->values[4] = integer(3);
	progress->values[5] = integer(NOT_APPLICABLE);
	sample->report.row_count[ROW_HISTORY] = 2;
	for (int32_t i = 0; i < 2; i++) {
		struct row *run = &sample->history[i];

		run->row_class = ROW_HISTORY;
		run->values[0] = integer(i ? 5031455 : 0);
		run->values[1] = text("install.wim");
		run->values[2] = moment(RUN_TIME, TIME_ZONE);
		run->values[3] = integer(-i);
		run->values[4] = integer(i ? 3 : 2);
	}
}

/* Two indexes with the same failure, one plain row, one pending, one conflict, one loss. */
static void sample_fill(struct sample *sample)
{
	struct row *row;

	sample_init(sample);
	add_image(sample, 1, "Contoso Client");
	add_image(sample, 2, "Contoso Client");
	add_image(sample, 3, "Contoso Client");
	add_image(sample, 6, "Contoso Kiosk")->pending = "restart";
	for (uint32_t i = 1; i <= 3; i++)
		make_exception(add_status(sample, i, 5031455), 1, NOT_APPLICABLE,
			REASON_PARENT_ABSENT, "KB4132216");
	add_status(sample, 6, 5034123);
	row = add_status(sample, 6, 5034441);
	make_exception(row, 3, STACK_TOO_OLD, REASON_STACK_TOO_OLD,
		"10.0.22621.1 is loaded, 10.0.22621.900 is needed");
	row = add_status(sample, 6, 0);
	row->values[3] = integer(-77);
	row->own.state = "Install Pending";
	row->own.certainty = CERTAINTY_INFERRED;
	row->own.reason = REASON_REBOOT_UNSEEN;
	row = add_status(sample, 6, 5036893);
	row->own.certainty = CERTAINTY_CONFLICT;
	add_runs(sample);
	diagnostics_add(&sample->report.diagnostics, DIAG_SKIPPED_BYTES,
		(struct place){ 1, 9, 400, 0 }, SLICE("12 bytes"));
	diagnostics_add(&sample->report.diagnostics, DIAG_CLOCK_STEP,
		(struct place){ 0, 7, 300, 0 }, SLICE_NONE);
}

/* What an output says of a report; the caller frees it. */
static char *render_with(
	const struct sample *sample, const char *format, struct emit_options options)
{
	const struct emitter *emitter = emitter_find(slice_from(format));
	char *page = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&page, &len);

	assert_non_null(emitter);
	assert_non_null(to);
	options.version = "0.0";
	assert_int_equal(emitter->emit(&sample->report, &options, to), ST_OK);
	assert_int_equal(fclose(to), 0);
	return page;
}

static char *render(const struct sample *sample, const char *format, enum row_class rows)
{
	return render_with(sample, format, (struct emit_options){ .rows = rows, .width = 80 });
}

static void assert_has(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("'%s' is not in:\n%s", part, page);
}

static void assert_has_not(const char *page, const char *part)
{
	if (strstr(page, part))
		fail_msg("'%s' is in:\n%s", part, page);
}

static void assert_fits(const char *page, unsigned width)
{
	struct slice rest = slice_from(page);

	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');

		if (page_columns(line) > width)
			fail_msg("wider than %u columns: %.*s", width, SLICE_ARG(line));
	}
}

static void every_emitter_is_found_by_name_and_extension(void **state)
{
	(void)state;
	for (size_t i = 0; emitter_all()[i]; i++) {
		const struct emitter *emitter = emitter_all()[i];

		assert_ptr_equal(emitter_find(slice_from(emitter->name)), emitter);
		assert_ptr_equal(emitter_find_extension(slice_from(emitter->extension)), emitter);
	}
	assert_null(emitter_find(SLICE("papyrus")));
	assert_null(emitter_find_extension(SLICE("")));
}

static void emitters_are_what_the_list_says(void **state)
{
	static const struct {
		const char *name, *extension, *what;
	} rows[] = {
#define EMITTER(ident, name, extension, what) { name, extension, what },
#include "emit/emitters.def"
#undef EMITTER
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(emitter_all()[i]->name, rows[i].name);
		assert_string_equal(emitter_all()[i]->extension, rows[i].extension);
		assert_string_equal(emitter_all()[i]->what, rows[i].what);
	}
}

static void json_strings_are_escaped_and_valid(void **state)
{
	const struct {
		struct slice text;
		const char *expected;
	} rows[] = {
		{ SLICE("plain"), "\"plain\"" },
		{ SLICE("a\"b\\c"), "\"a\\\"b\\\\c\"" },
		{ SLICE("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"" },
		{ SLICE("\0\x1b[31m\x7f"), "\"\\u0000\\u001b[31m\\u007f\"" },
		{ SLICE("\xC2\x9B"), "\"\\u009b\"" },
		{ SLICE("\xE2\x80\xAE"), "\"\\u202e\"" },
		{ SLICE("Gr\xC3\xB6\xC3\x9F!"), "\"Gr\xC3\xB6\xC3\x9F!\"" },
		{ SLICE("\xF0\x9F\x90\xA7"), "\"\xF0\x9F\x90\xA7\"" },
		{ SLICE("cut \xE2\x82"), "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\"" },
		{ SLICE("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
		{ SLICE("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *page = NULL;
		size_t len = 0;
		FILE *to = open_memstream(&page, &len);
		struct json json;

		assert_non_null(to);
		json_init(&json, to, JSON_COMPACT);
		json_string(&json, rows[i].text);
		assert_int_equal(fclose(to), 0);
		assert_string_equal(page, rows[i].expected);
		free(page);
	}
}

static void put_nested(struct json *json)
{
	json_object(json);
	json_key(json, "a");
	json_array(json);
	json_array_end(json);
	json_key(json, "b");
	json_line_object(json);
	json_key(json, "c");
	json_array(json);
	json_int(json, -1);
	json_null(json);
	json_array_end(json);
	json_key(json, "d");
	json_bool(json, true);
	json_object_end(json);
	json_key(json, "e");
	json_array(json);
	json_uint(json, 2);
	json_object(json);
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
	json_newline(json);
}

static void json_layouts_differ_in_blanks_alone(void **state)
{
	static const char *const expected[] = {
		[JSON_COMPACT] = "{\"a\":[],\"b\":{\"c\":[-1,null],\"d\":true},\"e\":[2,{}]}\n",
		[JSON_PRETTY] = "{\n  \"a\": [],\n  \"b\": {\"c\": [-1, null], \"d\": true},\n"
				"  \"e\": [\n    2,\n    {}\n  ]\n}\n",
	};

	(void)state;
	for (int layout = JSON_COMPACT; layout <= JSON_PRETTY; layout++) {
		char *page = NULL;
		size_t len = 0;
		FILE *to = open_memstream(&page, &len);
		struct json json;

		assert_non_null(to);
		json_init(&json, to, (enum json_layout)layout);
		put_nested(&json);
		assert_int_equal(fclose(to), 0);
		assert_string_equal(page, expected[layout]);
		free(page);
	}
}

static void ndjson_is_one_row_a_line_with_its_class_first(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_status(&sample, 6, 5034123);
	page = render(&sample, "ndjson", ROW_STATUS);
	assert_string_equal(page,
		"{\"Class\":\"SMS_ImageUpdateStatus\",\"AppliedDateTime\":\"2024-08-30T20:55:06\","
		"\"ImageIndex\":6,\"ImagePackageID\":\"install.wim\",\"UpdateID\":5034123,"
		"\"UpdateInstallationStatus\":0,\"UpdateStatus\":2,"
		"\"UpdateTitle\":\"Update for Windows\",\"Dismal\":{\"KB\":\"KB5034123\","
		"\"UpdateIDFrom\":\"kb\",\"UpdateIDAmbiguous\":false,\"Packages\":[{\"Identity\":"
		"\"Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.3007.1.5\","
		"\"State\":\"Installed\"}],\"Binaries\":[],\"State\":\"Installed\","
		"\"Certainty\":\"seen\","
		"\"Reason\":null,\"ReasonDetail\":null,\"TimeBasis\":\"local\",\"Evidence\":[{"
		"\"For\":[\"UpdateInstallationStatus\",\"UpdateStatus\"],"
		"\"Input\":\"logs/dism.log\",\"Place\":\"logs/dism.log:812\",\"Line\":812,"
		"\"Offset\":90000,\"OffsetIn\":\"file\",\"Fact\":\"completion\","
		"\"Text\":\"the words\"}],\"EvidenceOmitted\":0}}\n");
	free(page);
	sample_release(&sample);
}

static void ndjson_has_the_chosen_class_alone(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "ndjson", ROW_HISTORY);
	assert_has(page, "{\"Class\":\"SMS_ImageUpdateHistory\",\"FailedUpdateID\":0,");
	assert_has(page, "\"RunDateTime\":\"2024-08-30T20:55:06Z\",\"ScheduleID\":-1,\"Status\":3");
	assert_has_not(page, "SMS_ImageUpdateStatus");
	free(page);
	sample_release(&sample);
}

static void json_report_holds_all_parts(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "json", ROW_STATUS);
	assert_has(page,
		"{\n  \"schema\": \"dismal-report/0\",\n"
		"  \"tool\": {\"name\": \"dismal\", \"version\": \"0.0\"},\n"
		"  \"inputs\": [\n    {\n      \"path\": \"logs/dism.log\",\n"
		"      \"sha256\": null,\n      \"bytes\": 4096,\n");
	assert_has(page, "  \"SMS_ImageUpdateStatusView\": [],\n");
	assert_has(page, "      \"UpdateInstallationStatus\": -2146498530,\n");
	assert_has(page,
		"        \"Reason\": \"parent-absent\",\n"
		"        \"ReasonDetail\": \"KB4132216\",\n        \"TimeBasis\": null,\n");
	assert_has(
		page, "\n          {\"For\": [\"UpdateInstallationStatus\", \"UpdateStatus\"], ");
	assert_has(page,
		"    {\"Code\": \"skipped-bytes\", \"Severity\": \"loss\", "
		"\"Input\": \"CBS.log.gz\", \"Place\": \"CBS.log.gz:9\", \"Line\": 9, \"Offset\": "
		"400, \"Count\": 1, "
		"\"Text\": \"bytes that could not be read as a record: 12 bytes\"},\n");
	free(page);
	sample_release(&sample);
}

static void empty_report_is_a_whole_document(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	sample.report.input_count = 0;
	page = render(&sample, "json", ROW_STATUS);
	assert_string_equal(page,
		"{\n  \"schema\": \"dismal-report/0\",\n"
		"  \"tool\": {\"name\": \"dismal\", \"version\": \"0.0\"},\n"
		"  \"inputs\": [],\n  \"images\": [],\n  \"packages\": [],\n"
		"  \"SMS_ImageUpdateStatus\": [],\n"
		"  \"SMS_ImageServicingProgress\": [],\n"
		"  \"SMS_ImageUpdateStatusView\": [],\n"
		"  \"SMS_ImageUpdateHistory\": [],\n  \"diagnostics\": []\n}\n");
	free(page);
	sample_release(&sample);
}

static void offsets_of_compressed_inputs_count_the_stream(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_status(&sample, 1, 5034123);
	sample.evidence[0].at = (struct place){ 1, 0, 55, 0 };
	page = render(&sample, "ndjson", ROW_STATUS);
	assert_has(page,
		"\"Place\":\"CBS.log.gz\",\"Line\":null,\"Offset\":55,"
		"\"OffsetIn\":\"stream\"");
	free(page);
	sample.evidence[0].at.input = NO_INPUT;
	page = render(&sample, "ndjson", ROW_STATUS);
	assert_has(page, "\"Input\":null,\"Place\":null,");
	free(page);
	sample_release(&sample);
}

static void csv_follows_rfc_4180(void **state)
{
	static const struct {
		const char *title, *field;
	} rows[] = {
		{ "Update for Windows", "Update for Windows" },
		{ "", "" },
		{ "one, two", "\"one, two\"" },
		{ "say \"no\"", "\"say \"\"no\"\"\"" },
		{ "two\r\nlines", "\"two\r\nlines\"" },
		{ "=1+1", "'=1+1" },
		{ "+x", "'+x" },
		{ "-x", "'-x" },
		{ "@x", "'@x" },
		{ "\tx", "'\tx" },
		{ "=a,b", "\"'=a,b\"" },
		{ "a=b", "a=b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample sample;
		char expected[256], *page;

		sample_init(&sample);
		make_exception(add_status(&sample, 6, 5031455), 1, NOT_APPLICABLE,
			REASON_NOT_APPLICABLE, "");
		sample.status[0].values[6] = text(rows[i].title);
		page = render(&sample, "csv", ROW_STATUS);
		snprintf(expected, sizeof(expected),
			"AppliedDateTime,ImageIndex,ImagePackageID,UpdateID,"
			"UpdateInstallationStatus,UpdateStatus,UpdateTitle\r\n"
			",6,install.wim,5031455,-2146498530,1,%s\r\n",
			rows[i].field);
		assert_string_equal(page, expected);
		free(page);
		sample_release(&sample);
	}
}

static void csv_prints_each_class_under_its_own_header(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "csv", ROW_PROGRESS);
	assert_string_equal(page,
		"FailedUpdateID,ImagePackageID,RunDateTime,ScheduleID,Status,Win32ErrorCode\r\n"
		"5031455,install.wim,2024-08-30T20:55:06Z,0,3,-2146498530\r\n");
	free(page);
	page = render(&sample, "csv", ROW_VIEW);
	assert_string_equal(page,
		"ErrorCode,ImageIndex,ImagePackageID,PackageDescription,"
		"PackageName,UpdateID\r\n");
	free(page);
	sample_release(&sample);
}

/* A newer version is there: nobody asked for this one, then somebody did. */
static void table_tells_what_was_asked_for(void **state)
{
	struct sample sample;
	struct row *row;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 6, "Contoso Kiosk");
	row = add_status(&sample, 6, 5034123);
	make_exception(row, 1, 0, REASON_SUPERSEDED_BEFORE_INSTALL, "");
	row->own.was_asked = false;
	page = render_with(&sample, "table", (struct emit_options){ .width = 120 });
	assert_has(page, "Not Required: a newer version is already there");
	assert_has(page, "1 update: 1 not required\n");
	free(page);
	row->own.was_asked = true;
	page = render_with(&sample, "table", (struct emit_options){ .width = 120 });
	assert_has(page, "Not applicable: a newer version is already there");
	free(page);
	sample_release(&sample);
}

static void table_tells_exceptions_in_words(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_with(&sample, "table", (struct emit_options){ .width = 120 });
	assert_has(page, "  install.wim:1-3/KB5031455 ");
	assert_has(page, "Not applicable: parent KB4132216 absent\n");
	assert_has(page, "0x800f081e CBS_E_NOT_APPLICABLE · logs/dism.log:812\n");
	assert_has(page, "Applicable (failed): needs a newer servicing stack first (");
	assert_has(page, "  install.wim:6/Package_for_RollupFix~22621.3007.1.5");
	assert_has(page, "Install Pending, inferred: installed, but the restart");
	assert_has(page, "Installed, conflict\n");
	assert_has(page,
		"7 updates: 2 installed, 1 install pending, 3 not applicable, "
		"1 applicable (failed)\n");
	assert_has_not(page, "install.wim:6/KB5034123");
	assert_has_not(page, "Not Required");
	free(page);
	sample_release(&sample);
}

/* Files of an update: which of them is why the row is not plain Installed. */
static void table_lists_the_files_of_an_exception(void **state)
{
	struct row_binary binaries[20] = {
		{ SLICE("contoso-x64.cab"), SLICE("APPLICABLE"), true, 0x8007007B },
		{ SLICE("contoso-x64-ndp48.cab"), SLICE("NOT_REQUIRED"), false, 0 },
		{ SLICE("contoso-x64-ndp481.cab"), SLICE_NONE, true, 0 },
	};
	struct emit_options options = { .width = 120 };
	struct sample sample;
	struct row *row;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 6, "Contoso Kiosk");
	add_status(&sample, 6, 5034123)->own.binaries = binaries;
	sample.status[0].own.binary_count = 3;
	page = render_with(&sample, "table", options);
	assert_has_not(page, "contoso-x64");
	free(page);
	for (uint32_t index = 1; index <= 3; index++) {
		row = add_status(&sample, index, 5034441);
		make_exception(row, 3, 123, REASON_OPERATION_FAILED, "");
		row->own.binaries = binaries;
		row->own.binary_count = index < 3 ? 3 : 20;
	}
	page = render_with(&sample, "table", options);
	assert_has(page, "\n                             contoso-x64.cab: APPLICABLE, 0x8007007b ");
	assert_has(page, "\n                             contoso-x64-ndp48.cab: NOT_REQUIRED\n");
	assert_has(page, "\n                             contoso-x64-ndp481.cab\n");
	assert_has(page, "  install.wim:1,2/KB5034441");
	assert_has(page, "  install.wim:3/KB5034441");
	assert_has(page, "and 8 files more\n");
	free(page);
	options.wide = true;
	page = render_with(&sample, "table", options);
	assert_has_not(page, "files more");
	free(page);
	sample_release(&sample);
}

static void table_tells_what_is_in_doubt(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 6, "Contoso Kiosk");
	add_status(&sample, 6, 5034123)->own.id_is_ambiguous = true;
	add_runs(&sample);
	sample.progress[0].own.update_list = UPDATE_LIST_INCOMPLETE;
	sample.progress[0].own.unread_messages = 3;
	page = render_with(&sample, "table", (struct emit_options){ .width = 160 });
	assert_has(page, "  install.wim:6/KB5034123  Installed, UpdateID ambiguous");
	assert_has(page, "; update list incomplete: 3 messages not read\n");
	free(page);
	sample.progress[0].own.unread_messages = 0;
	page = render_with(&sample, "table", (struct emit_options){ .width = 160 });
	assert_has(page, "; update list incomplete\n");
	free(page);
	sample.progress[0].own.update_list = UPDATE_LIST_COMPLETE;
	page = render_with(&sample, "table", (struct emit_options){ .width = 160 });
	assert_has_not(page, "update list");
	free(page);
	sample_release(&sample);
}

static void json_tells_files_and_what_is_in_doubt(void **state)
{
	struct row_binary binaries[] = {
		{ SLICE("contoso-x64.cab"), SLICE("APPLICABLE"), true, 0x800F0823 },
		{ SLICE("contoso-x64-ndp48.cab"), SLICE_NONE, false, 0 },
	};
	static const char *const lists[] = { [UPDATE_LIST_NONE] = "\"UpdateListComplete\":null,",
		[UPDATE_LIST_COMPLETE] = "\"UpdateListComplete\":true,",
		[UPDATE_LIST_INCOMPLETE] = "\"UpdateListComplete\":false," };
	struct sample sample;
	struct row *row;
	char *page;

	(void)state;
	sample_init(&sample);
	row = add_status(&sample, 6, 5034123);
	row->own.id_is_ambiguous = true;
	row->own.binaries = binaries;
	row->own.binary_count = 2;
	page = render(&sample, "ndjson", ROW_STATUS);
	assert_has(page, "\"UpdateIDAmbiguous\":true,");
	assert_has(page,
		"\"Binaries\":[{\"File\":\"contoso-x64.cab\",\"Applicability\":\"APPLICABLE\","
		"\"Code\":-2146498525},{\"File\":\"contoso-x64-ndp48.cab\","
		"\"Applicability\":null,\"Code\":null}],");
	assert_has_not(page, "UpdateListComplete");
	free(page);
	add_runs(&sample);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		sample.progress[0].own.update_list = (enum update_list)i;
		page = render(&sample, "ndjson", ROW_PROGRESS);
		assert_has(page, lists[i]);
		assert_has_not(page, "Binaries");
		assert_has_not(page, "UpdateIDAmbiguous");
		free(page);
	}
	sample_release(&sample);
}

static void table_tells_images_runs_losses_and_a_hint(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_with(&sample, "table", (struct emit_options){ .width = 120 });
	assert_has(
		page, "install.wim · media/sources/install.wim · amd64 · from logs · id derived\n");
	assert_has(page, "  1-3    Contoso Client  10.0.22621.3007\n");
	assert_has(page, "  6      Contoso Kiosk   10.0.22621.3007  KB5034123          restart\n");
	assert_has(page,
		"  2 runs, the last of 2024-08-30T20:55:06Z: Failed at KB5031455, "
		"0x800f081e CBS_E_NOT_APPLICABLE\n");
	assert_has(page,
		"not read\n  CBS.log.gz:9: bytes that could not be read as a record: "
		"12 bytes\n");
	assert_has(page, "dismal explain 0x800f081e 0x800f0823\n");
	assert_has_not(page, "steps back");
	free(page);
	sample_release(&sample);
}

static void table_fits_its_width(void **state)
{
	static const unsigned widths[] = { 60, 80, 100, 120, 200 };

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		for (int rows = 0; rows < ROW_CLASS_COUNT_; rows++)
			for (int wide = 0; wide < 2; wide++) {
				struct sample sample;
				char *page;

				sample_fill(&sample);
				page = render_with(&sample, "table",
					(struct emit_options){ .rows = (enum row_class)rows,
						.wide = wide,
						.width = widths[i] });
				assert_fits(page, widths[i]);
				free(page);
				sample_release(&sample);
			}
}

static void wide_table_has_every_row_and_whole_numbers(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_with(&sample, "table", (struct emit_options){ .width = 80, .wide = true });
	assert_has(page, " 5034123 ");
	assert_has(page, " -2146498530 ");
	assert_has(page, " -77 ");
	assert_has(page, "2024-08-30T20:55:06");
	free(page);
	sample_release(&sample);
}

static void other_classes_are_plain_columns(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "table", ROW_HISTORY);
	assert_string_equal(page,
		"FailedUpdateID  ImagePackageID  RunDateTime           ScheduleID  Status\n"
		"             0  install.wim     2024-08-30T20:55:06Z           0       2\n"
		"       5031455  install.wim     2024-08-30T20:55:06Z          -1       3\n");
	free(page);
	page = render(&sample, "table", ROW_VIEW);
	assert_string_equal(page, "no view rows\n");
	free(page);
	sample_release(&sample);
}

static void images_alone_bring_the_words_of_the_diagnostics(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	*add_image(&sample, 1, "Fabrikam Server") =
		(struct report_image){ .package_id = SLICE("boot.wim"),
			.index = 1,
			.name = SLICE("Fabrikam Server"),
			.version = SLICE("10.0.20348.1"),
			.version_is_approximate = true,
			.pending = "",
			.container = SLICE("boot.wim"),
			.sources = SLICE("wim-xml") };
	diagnostics_add(&sample.report.diagnostics, DIAG_CLOCK_STEP, (struct place){ 0, 0, 0, 0 },
		SLICE_NONE);
	page = render(&sample, "table", ROW_STATUS);
	assert_string_equal(page,
		"boot.wim · from the image file's XML alone\n"
		"  index  image            version\n"
		"  1      Fabrikam Server  ~10.0.20348.1\n"
		"\nnotes\n  logs/dism.log: the clock of the log steps back\n");
	free(page);
	sample_release(&sample);
}

static void nothing_at_all_is_one_line(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	page = render(&sample, "table", ROW_STATUS);
	assert_string_equal(page, "no image was found\n");
	free(page);
	sample_release(&sample);
}

static void evidence_cannot_steer_the_terminal(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	sample.images[3].name = SLICE("\x1b[31mred\x07\r\n\xC2\x9B!");
	sample.status[0].own.reason_detail = SLICE("\x1b]0;title\x07");
	page = render(&sample, "table", ROW_STATUS);
	for (const char *c = page; *c; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= 0x20);
	assert_has_not(page, "\xC2\x9B");
	assert_has(page, "\xEF\xBF\xBD[31mred");
	free(page);
	sample_release(&sample);
}

/* Takes the colours out; fails on any other escape. */
static void strip_colors(char *page)
{
	char *to = page;

	for (const char *from = page; *from;) {
		if (*from != '\x1b') {
			*to++ = *from++;
			continue;
		}
		from++;
		assert_int_equal(*from, '[');
		from += 1 + strspn(from + 1, "0123456789");
		assert_int_equal(*from++, 'm');
	}
	*to = '\0';
}

static void colors_change_no_word(void **state)
{
	struct sample sample;
	char *plain, *colored;

	(void)state;
	sample_fill(&sample);
	plain = render(&sample, "table", ROW_STATUS);
	colored =
		render_with(&sample, "table", (struct emit_options){ .width = 80, .color = true });
	assert_has(colored, "\x1b[31mApplicable (failed)\x1b[0m");
	strip_colors(colored);
	assert_string_equal(colored, plain);
	free(plain);
	free(colored);
	sample_release(&sample);
}

static char *fit(const char *words, unsigned width, enum page_cut cut)
{
	char *line = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&line, &len);
	struct page page;

	assert_non_null(to);
	page_init(&page, to, 80, false);
	page_fit(&page, STYLE_PLAIN, slice_from(words), width, cut);
	assert_int_equal(fclose(to), 0);
	return line;
}

static void cut_texts_end_or_bend_in_an_ellipsis(void **state)
{
	static const struct {
		const char *words;
		unsigned width;
		enum page_cut cut;
		const char *expected;
	} rows[] = {
		{ "short", 5, CUT_END, "short" },
		{ "longer", 5, CUT_END, "long\xE2\x80\xA6" },
		{ "abcdefgh", 5, CUT_MIDDLE, "ab\xE2\x80\xA6gh" },
		{ "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 3, CUT_END, "\xC3\xA4\xC3\xB6\xE2\x80\xA6" },
		{ "anything", 0, CUT_END, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *line = fit(rows[i].words, rows[i].width, rows[i].cut);

		assert_string_equal(line, rows[i].expected);
		free(line);
	}
}

static void only_universal_times_have_a_zone_mark(void **state)
{
	static const struct {
		enum time_basis basis;
		const char *expected;
	} rows[] = {
		{ TIME_NONE, "" },
		{ TIME_LOCAL, "2024-08-30T20:55:06" },
		{ TIME_LISTING, "2024-08-30T20:55:06" },
		{ TIME_CSI, "2024-08-30T20:55:06Z" },
		{ TIME_HIVE, "2024-08-30T20:55:06Z" },
		{ TIME_IMAGE_ZONE, "2024-08-30T20:55:06Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char when[MOMENT_TEXT];

		moment_print((struct moment){ RUN_TIME, rows[i].basis }, when);
		assert_string_equal(when, rows[i].expected);
	}
}

static void rows_are_ordered_by_keys_then_by_the_rest(void **state)
{
	struct sample sample;
	struct row *a, *b;

	(void)state;
	sample_init(&sample);
	a = add_status(&sample, 1, 5034123);
	b = add_status(&sample, 2, 5031455);
	assert_true(row_compare(a, b) < 0);
	assert_true(row_compare(b, a) > 0);
	b->values[1] = integer(1);
	assert_true(row_compare(a, b) > 0);
	b->values[3] = a->values[3];
	assert_int_equal(row_compare(a, b), 0);
	b->values[0] = null_value();
	assert_true(row_compare(b, a) < 0);
	sample_release(&sample);
}

static void diagnostics_keep_first_places_and_count_the_rest(void **state)
{
	struct arena arena;
	struct diagnostics list;
	uint64_t total = 0;

	(void)state;
	arena_init(&arena, 1 << 20);
	diagnostics_init(&list, &arena);
	for (uint64_t i = 100; i > 0; i--)
		diagnostics_add(&list, DIAG_TORN_RECORD, (struct place){ 0, i, i, 0 }, SLICE("x"));
	diagnostics_add(&list, DIAG_NUL_RUN, (struct place){ NO_INPUT, 0, 0, 0 }, SLICE_NONE);
	diagnostics_add(&list, DIAG_NUL_RUN, (struct place){ 0, 1, 1, 0 }, SLICE_NONE);
	diagnostics_sort(&list, NULL, 0);
	assert_int_equal(list.count, MAX_PLACES_PER_CODE + 2);
	for (size_t i = 0; i < list.count; i++)
		total += list.items[i].count;
	assert_int_equal(total, 102);
	assert_int_equal(list.items[0].code, DIAG_NUL_RUN);
	assert_int_equal(list.items[1].at.line, 81);
	assert_int_equal(list.items[list.count - 1].at.input, NO_INPUT);
	diagnostics_release(&list);
	arena_release(&arena);
}

/* The first list behind a key of the schema: what stands between its brackets. */
static struct slice schema_list(const char *schema, const char *key)
{
	const char *from = strstr(schema, key), *to;

	if (!from)
		fail_msg("%s is not in docs/report.schema.json", key);
	from = strchr(from, '[');
	to = from ? strchr(from, ']') : NULL;
	assert_true(from && to);
	return (struct slice){ from, (size_t)(to - from) };
}

static void assert_listed(const char *schema, const char *key, const char *word)
{
	char quoted[80];

	snprintf(quoted, sizeof(quoted), "\"%s\"", word);
	if (slice_find(schema_list(schema, key), slice_from(quoted)) == SLICE_MISSING)
		fail_msg("%s is not under %s in docs/report.schema.json", quoted, key);
}

/* The schema is written in full: every word of the tables has to stand in its list. */
static void schema_knows_every_word_of_the_tables(void **state)
{
	static const struct {
		const char *key, *word;
	} words[] = {
#define REASON(id, code, sentence, arises) { "\"reason\": {", code },
#include "model/reason.def"
#undef REASON
#define FACT(id, name, meaning) { "\"fact\": {", name },
#include "model/fact.def"
#undef FACT
#define DIAGNOSTIC(id, code, severity, sentence) { "\"Code\": {", code },
#include "model/diagnostic.def"
#undef DIAGNOSTIC
#define ROW_CLASS(id, name, option)              { "\"required\": [", name },
#define ROW_COLUMN(class_id, name, type, is_key) { "\"property\": {", name },
#include "model/row.def"
	};
	FILE *file = fopen(DISMAL_SOURCE_DIR "/docs/report.schema.json", "r");
	static char schema[1 << 16];
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(schema, 1, sizeof(schema) - 1, file);
	assert_int_equal(fclose(file), 0);
	schema[len] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_listed(schema, words[i].key, words[i].word);
	for (size_t i = 0; i < IMAGE_COLUMNS; i++)
		assert_listed(schema, "\"image\": {", image_columns[i].name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_emitter_is_found_by_name_and_extension),
		cmocka_unit_test(emitters_are_what_the_list_says),
		cmocka_unit_test(json_strings_are_escaped_and_valid),
		cmocka_unit_test(json_layouts_differ_in_blanks_alone),
		cmocka_unit_test(ndjson_is_one_row_a_line_with_its_class_first),
		cmocka_unit_test(ndjson_has_the_chosen_class_alone),
		cmocka_unit_test(json_report_holds_all_parts),
		cmocka_unit_test(empty_report_is_a_whole_document),
		cmocka_unit_test(offsets_of_compressed_inputs_count_the_stream),
		cmocka_unit_test(csv_follows_rfc_4180),
		cmocka_unit_test(csv_prints_each_class_under_its_own_header),
		cmocka_unit_test(table_tells_exceptions_in_words),
		cmocka_unit_test(table_tells_what_was_asked_for),
		cmocka_unit_test(table_lists_the_files_of_an_exception),
		cmocka_unit_test(table_tells_what_is_in_doubt),
		cmocka_unit_test(json_tells_files_and_what_is_in_doubt),
		cmocka_unit_test(table_tells_images_runs_losses_and_a_hint),
		cmocka_unit_test(table_fits_its_width),
		cmocka_unit_test(wide_table_has_every_row_and_whole_numbers),
		cmocka_unit_test(other_classes_are_plain_columns),
		cmocka_unit_test(images_alone_bring_the_words_of_the_diagnostics),
		cmocka_unit_test(nothing_at_all_is_one_line),
		cmocka_unit_test(evidence_cannot_steer_the_terminal),
		cmocka_unit_test(colors_change_no_word),
		cmocka_unit_test(cut_texts_end_or_bend_in_an_ellipsis),
		cmocka_unit_test(only_universal_times_have_a_zone_mark),
		cmocka_unit_test(rows_are_ordered_by_keys_then_by_the_rest),
		cmocka_unit_test(diagnostics_keep_first_places_and_count_the_rest),
		cmocka_unit_test(schema_knows_every_word_of_the_tables),
	};

	return cmocka_run_group_tests_name("emit", tests, NULL, NULL);
}
