/* The outputs of what is no row: images, package files, places inside inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "emit/emitter.h"
#include "emit/page.h"

/* A WIM of three indexes read whole and one of which the XML alone, and two package files. */
struct sample {
	struct report report;
	struct report_input inputs[1];
	struct report_member members[3];
	struct report_image images[4];
	struct report_package packages[3];
	struct slice parents[9];
	struct row status[5];
	struct row_package row_packages[5];
	struct evidence evidence[5];
};

static void add_image(struct sample *sample, uint32_t index, const char *name, const char *edition)
{
	sample->images[sample->report.image_count++] = (struct report_image){
		.package_id = SLICE("install.wim"),
		.id_is_derived = true,
		.index = index,
		.name = slice_from(name),
		.description = SLICE("a \"golden\" image, tested"),
		.edition = slice_from(edition),
		.architecture = SLICE("amd64"),
		.product = SLICE("Contoso 11"),
		.version = SLICE("10.0.26100.4061"),
		.servicing_stack = SLICE("10.0.26100.4060"),
		.pending = "none",
		.container = SLICE("install.wim"),
		.sources = SLICE("hive, sessions, manifests, logs"),
	};
}

static void add_status(struct sample *sample, uint32_t index, int32_t status, uint32_t member)
{
	size_t at = sample->report.row_count[ROW_STATUS]++;
	struct row *row = &sample->status[at];

	row->row_class = ROW_STATUS;
	row->values[0].is_null = true;
	row->values[1].integer = (int32_t)index;
	row->values[2].text = SLICE("install.wim");
	row->values[3].integer = 5058411;
	row->values[5].integer = status;
	row->values[6].text = SLICE("Update for Contoso");
	row->own.kb = 5058411;
	row->own.id_from = ID_FROM_KB;
	row->own.state = status == 2 ? "Installed" : "Staged";
	row->own.packages = &sample->row_packages[at];
	row->own.package_count = 1;
	sample->row_packages[at] = (struct row_package){
		SLICE("Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.4061.1.9"), ""
	};
	row->own.evidence = &sample->evidence[at];
	row->own.evidence_count = 1;
	sample->evidence[at] = (struct evidence){
		.supports = 1 << 5,
		.at = { 0, member == 1 ? 812 : 0, 4096, member },
		.kind = FACT_COMPLETION,
		.words = SLICE("the words"),
	};
}

static void add_packages(struct sample *sample)
{
	static const char *const containers[] = { "b.msu/b.cab", "b.msu/b.cab", "stack.mum" };

	for (size_t i = 0; i < 9; i++)
		sample->parents[i] = SLICE("Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1");
	for (size_t i = 0; i < 3; i++)
		sample->packages[i] = (struct report_package){
			.at = { 0, 3, 0, 0 },
			.container = slice_from(containers[i]),
			.identity = SLICE("Package_for_KB5970001~31bf3856ad364e35~amd64~~1.0.1.0"),
			.parents = sample->parents,
		};
	sample->packages[0].kb = 5970001;
	sample->packages[0].title = SLICE("Update for Contoso (KB5970001)");
	sample->packages[0].release = SLICE("Security Update");
	sample->packages[0].stack = SLICE("10.0.26100.1");
	sample->packages[0].parent_count = 2;
	sample->packages[0].restart = SLICE("possible");
	sample->packages[0].severity = SLICE("Critical");
	sample->packages[0].guid = SLICE("00000000-0000-0000-0000-000000000001");
	sample->packages[1].parent_count = 9;
	sample->packages[2].parent_count = 1;
	sample->report.package_count = 3;
}

static void sample_init(struct sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	arena_init(&sample->report.arena, 1 << 20);
	diagnostics_init(&sample->report.diagnostics, &sample->report.arena);
	sample->report.inputs = sample->inputs;
	sample->report.input_count = 1;
	sample->report.members = sample->members;
	sample->report.member_count = 3;
	sample->report.images = sample->images;
	sample->report.packages = sample->packages;
	sample->report.rows[ROW_STATUS] = sample->status;
	sample->inputs[0].path = SLICE("install.wim");
	sample->inputs[0].format = "wim";
	sample->members[1].path = SLICE(":6/Windows/Logs/CBS/CBS.log");
	sample->members[1].in_stream = true;
	sample->members[2].path = SLICE(":6/Windows/System32/config/SOFTWARE");
}

static void sample_fill(struct sample *sample)
{
	sample_init(sample);
	for (uint32_t i = 1; i <= 3; i++)
		add_image(sample, i, "Contoso Home", "Core");
	add_image(sample, 6, "Contoso Pro", "Professional");
	for (uint32_t i = 1; i <= 3; i++)
		add_status(sample, i, 2, 0);
	add_status(sample, 6, 3, 1);
	add_packages(sample);
}

static void sample_release(struct sample *sample)
{
	diagnostics_release(&sample->report.diagnostics);
	arena_release(&sample->report.arena);
}

static char *render(const struct sample *sample, const char *format, struct emit_options options)
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

static char *render_table(const struct sample *sample, unsigned width)
{
	return render(sample, "table", (struct emit_options){ .width = width });
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

static size_t count_parts(const char *page, const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(page, part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static void evidence_names_the_file_inside_the_input(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_status(&sample, 6, 3, 1);
	add_status(&sample, 6, 3, 2);
	page = render(&sample, "ndjson", (struct emit_options){ .rows = ROW_STATUS });
	assert_has(page,
		"\"Input\":\"install.wim\",\"Place\":\"install.wim:6/Windows/Logs/CBS/"
		"CBS.log:812\","
		"\"Line\":812,\"Offset\":4096,\"OffsetIn\":\"stream\"");
	assert_has(page,
		"\"Place\":\"install.wim:6/Windows/System32/config/SOFTWARE\",\"Line\":null,"
		"\"Offset\":4096,\"OffsetIn\":\"file\"");
	free(page);
	sample_release(&sample);
}

static void images_are_lines_of_ndjson(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 6, "Contoso Pro", "");
	page = render(&sample, "ndjson", (struct emit_options){ .part = EMIT_IMAGES });
	assert_string_equal(page,
		"{\"Class\":\"Image\",\"ImagePackageID\":\"install.wim\","
		"\"ImagePackageIDDerived\":true,\"ImageIndex\":6,\"Name\":\"Contoso Pro\","
		"\"Description\":\"a \\\"golden\\\" image, tested\",\"Edition\":null,"
		"\"Architecture\":\"amd64\",\"Product\":\"Contoso 11\","
		"\"Version\":\"10.0.26100.4061\",\"VersionApproximate\":false,"
		"\"ServicingStack\":\"10.0.26100.4060\",\"Pending\":\"none\","
		"\"Container\":\"install.wim\",\"Sources\":\"hive, sessions, manifests, logs\"}\n");
	free(page);
	sample_release(&sample);
}

static void package_files_are_lines_of_ndjson(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_packages(&sample);
	page = render(&sample, "ndjson", (struct emit_options){ .part = EMIT_IMAGES });
	assert_has(page,
		"{\"Class\":\"Package\",\"Container\":\"b.msu/b.cab\",\"Identity\":"
		"\"Package_for_KB5970001~31bf3856ad364e35~amd64~~1.0.1.0\",\"KB\":\"KB5970001\","
		"\"Title\":\"Update for Contoso (KB5970001)\",\"ReleaseType\":\"Security Update\","
		"\"Parents\":[\"Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\","
		"\"Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\"],"
		"\"ServicingStack\":\"10.0.26100.1\",\"Restart\":\"possible\","
		"\"UpdateGuid\":\"00000000-0000-0000-0000-000000000001\","
		"\"Severity\":\"Critical\",\"Place\":\"install.wim:3\"}\n");
	assert_has(page,
		"\"KB\":null,\"Title\":null,\"ReleaseType\":null,\"Parents\":["
		"\"Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\"],\"ServicingStack\":null,"
		"\"Restart\":null,\"UpdateGuid\":null,\"Severity\":null,");
	free(page);
	page = render(&sample, "ndjson", (struct emit_options){ .rows = ROW_STATUS });
	assert_string_equal(page, "");
	free(page);
	sample_release(&sample);
}

static void all_is_every_class_in_ndjson(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "ndjson", (struct emit_options){ .part = EMIT_ALL });
	assert_int_equal(count_parts(page, "{\"Class\":\"Image\","), 4);
	assert_int_equal(count_parts(page, "{\"Class\":\"Package\","), 3);
	assert_int_equal(count_parts(page, "{\"Class\":\"SMS_ImageUpdateStatus\","), 4);
	assert_int_equal(count_parts(page, "\n"), 11);
	free(page);
	sample_release(&sample);
}

static void json_holds_package_files(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "json", (struct emit_options){ .part = EMIT_IMAGES });
	assert_has(page, "  \"packages\": [\n    {\n      \"Container\": \"b.msu/b.cab\",\n");
	assert_has(page, "      \"Product\": \"Contoso 11\",\n");
	assert_has(page, "  \"SMS_ImageUpdateStatus\": [\n    {\n");
	assert_has_not(page, "\"Class\"");
	free(page);
	sample_release(&sample);
}

static void images_are_a_csv_file(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 6, "=Contoso", "Professional");
	page = render(&sample, "csv", (struct emit_options){ .part = EMIT_IMAGES });
	assert_string_equal(page,
		"ImagePackageID,ImagePackageIDDerived,ImageIndex,Name,Description,Edition,"
		"Architecture,Product,Version,VersionApproximate,ServicingStack,Pending,"
		"Container,Sources\r\n"
		"install.wim,true,6,'=Contoso,\"a \"\"golden\"\" image, tested\",Professional,"
		"amd64,Contoso 11,10.0.26100.4061,false,10.0.26100.4060,none,install.wim,"
		"\"hive, sessions, manifests, logs\"\r\n");
	free(page);
	sample_release(&sample);
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void each_format_refuses_what_it_cannot_hold(void **state)
{
	static const char *const one_class[] = { "csv", "adminservice", NULL };
	static const char *const for_site[] = { "mof", "cim-xml", "adminservice", NULL };

	(void)state;
	for (size_t i = 0; emitter_all()[i]; i++) {
		const struct emitter *emitter = emitter_all()[i];

		assert_int_equal(emitter->one_class, is_one_of(emitter->name, one_class));
		assert_int_equal(emitter->for_site, is_one_of(emitter->name, for_site));
	}
}

static void the_head_tells_what_images_share(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_table(&sample, 120);
	assert_has(page,
		"install.wim · Contoso 11 · amd64 · from hive, sessions, manifests, logs · "
		"id derived\n"
		"  index  image         edition       version          cumulative update  "
		"servicing stack  pending\n"
		"  1-3    Contoso Home  Core          10.0.26100.4061  KB5058411          "
		"10.0.26100.4060  none\n"
		"  6      Contoso Pro   Professional  10.0.26100.4061                     "
		"10.0.26100.4060  none\n");
	assert_has(page,
		"  install.wim:6/KB5058411  Applicable, Staged · "
		"install.wim:6/Windows/Logs/CBS/CBS.log:812\n");
	free(page);
	sample_release(&sample);
}

static void what_images_do_not_share_is_a_column(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	sample.report.package_count = 0;
	sample.images[3].product = SLICE("Contoso Pro");
	sample.images[3].sources = SLICE("wim-xml");
	sample.images[3].version_is_approximate = true;
	page = render_table(&sample, 200);
	assert_has(page, "install.wim · amd64 · id derived\n");
	assert_has(page, " edition       product     version ");
	assert_has(page, "  none     hive, sessions, manifests, logs\n");
	assert_has(page, "Professional              ~10.0.26100.4061 ");
	assert_has(page, "  none     the image file's XML alone\n");
	free(page);
	sample_release(&sample);
}

static void narrow_pages_cut_no_name(void **state)
{
	static const unsigned widths[] = { 60, 80, 120, 200 };

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct sample sample;
		char *page;

		sample_fill(&sample);
		sample.images[3].name = SLICE("Contoso Professional for Workstations and Kiosks");
		page = render_table(&sample, widths[i]);
		assert_fits(page, widths[i]);
		assert_has_not(page, "\xE2\x80\xA6");
		free(page);
		sample_release(&sample);
	}
}

static void a_narrow_page_tells_images_in_words(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_table(&sample, 80);
	assert_has(page,
		"  1-3: Contoso Home · edition Core · version 10.0.26100.4061 · cumulative\n"
		"      update KB5058411 · servicing stack 10.0.26100.4060 · pending none\n"
		"  6: Contoso Pro · edition Professional · version 10.0.26100.4061 · servicing\n"
		"      stack 10.0.26100.4060 · pending none\n");
	free(page);
	sample_release(&sample);
}

static void package_files_are_told_after_the_images(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render_table(&sample, 80);
	assert_has(page,
		"\n\nb.msu/b.cab · package file\n"
		"  KB5970001: Update for Contoso (KB5970001) · Security Update\n"
		"    Package_for_KB5970001~31bf3856ad364e35~amd64~~1.0.1.0\n"
		"    needs servicing stack 10.0.26100.1 or newer\n"
		"    needs one of\n"
		"      Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\n"
		"      Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\n"
		"    restart possible\n"
		"    severity Critical\n"
		"    Package_for_KB5970001~31bf3856ad364e35~amd64~~1.0.1.0\n");
	assert_has(page, "      and 3 more: see --wide\n");
	assert_has(page,
		"\n\nstack.mum · package file\n"
		"    Package_for_KB5970001~31bf3856ad364e35~amd64~~1.0.1.0\n"
		"    needs Contoso-Edition~31bf3856ad364e35~amd64~~10.0.26100.1\n");
	free(page);
	page = render(&sample, "table", (struct emit_options){ .width = 80, .wide = true });
	assert_has(page,
		"    UpdateID of Windows Update 00000000-0000-0000-0000-000000000001\n"
		"    stated in install.wim:3\n");
	assert_has_not(page, "more: see");
	free(page);
	sample_release(&sample);
}

static void package_files_alone_are_a_page(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_init(&sample);
	add_packages(&sample);
	sample.report.package_count = 1;
	page = render_table(&sample, 120);
	assert_int_equal(strncmp(page, "b.msu/b.cab", 11), 0);
	assert_has_not(page, "no image");
	free(page);
	sample_release(&sample);
}

static void image_rows_are_plain_columns(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "table", (struct emit_options){ .part = EMIT_IMAGES, .width = 300 });
	assert_has(page, "ImagePackageID  ImagePackageIDDerived  ImageIndex  Name          ");
	assert_has(page, "install.wim     yes                             6  Contoso Pro   ");
	assert_has_not(page, "VersionApproximate");
	free(page);
	sample.report.image_count = 0;
	page = render(&sample, "table", (struct emit_options){ .part = EMIT_IMAGES, .width = 80 });
	assert_string_equal(page, "no images\n");
	free(page);
	sample_release(&sample);
}

static void all_is_the_page_and_every_class(void **state)
{
	struct sample sample;
	const char *page_end, *images, *status;
	char *page;

	(void)state;
	sample_fill(&sample);
	page = render(&sample, "table", (struct emit_options){ .part = EMIT_ALL, .width = 120 });
	page_end = strstr(page, "stack.mum");
	images = strstr(page, "\n\nimages\n");
	status = strstr(page, "\n\nSMS_ImageUpdateStatus\nImageIndex  ");
	assert_true(page_end && images && status && page_end < images && images < status);
	assert_has(page, "\n\nSMS_ImageUpdateHistory\nno history rows\n");
	free(page);
	sample_release(&sample);
}

/* Rows of a class are sorted by their index first: those of two containers stand mixed. */
static void each_container_has_its_own_rows(void **state)
{
	static const char *const ids[] = { "rows.wim", "install.wim", "rows.wim", "install.wim" };
	struct sample sample;
	const char *second;
	char *page;

	(void)state;
	sample_init(&sample);
	add_image(&sample, 2, "Contoso Home", "Core");
	for (uint32_t i = 0; i < 4; i++) {
		add_status(&sample, 1 + i / 2, i == 3 ? 2 : 3, 0);
		sample.status[i].values[2].text = slice_from(ids[i]);
	}
	page = render_table(&sample, 120);
	assert_int_equal(strncmp(page, "install.wim · ", strlen("install.wim · ")), 0);
	second = strstr(page, "\n\nrows.wim\n");
	assert_true(second && strstr(page, "  install.wim:1/KB5058411") < second);
	assert_has(page, "  2      Contoso Home  Core     10.0.26100.4061  KB5058411  ");
	assert_has(page, "  2 updates: 1 installed, 1 applicable\n");
	assert_has(second, "  rows.wim:1,2/KB5058411");
	assert_has(second, "  2 updates: 2 applicable\n");
	free(page);
	sample_release(&sample);
}

/* An input with members: each file speaks for itself. */
static void losses_are_told_file_by_file(void **state)
{
	struct sample sample;
	char *page;

	(void)state;
	sample_fill(&sample);
	for (uint32_t member = 1; member <= 2; member++)
		for (uint64_t line = 1; line <= 2; line++)
			diagnostics_add(&sample.report.diagnostics, DIAG_SKIPPED_BYTES,
				(struct place){ 0, line, line, member }, SLICE_NONE);
	diagnostics_sort(&sample.report.diagnostics, sample.members, 3);
	page = render_table(&sample, 200);
	assert_has(page,
		"  install.wim:6/Windows/Logs/CBS/CBS.log:1: bytes that could not be read as a "
		"record (2 places)\n"
		"  install.wim:6/Windows/System32/config/SOFTWARE:1: bytes that could not be read "
		"as a record (2 places)\n");
	free(page);
	page = render(&sample, "json", (struct emit_options){ .rows = ROW_STATUS });
	assert_has(page,
		"\"Input\": \"install.wim\", \"Place\": "
		"\"install.wim:6/Windows/System32/config/SOFTWARE:2\", \"Line\": 2,");
	free(page);
	sample_release(&sample);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_names_the_file_inside_the_input),
		cmocka_unit_test(images_are_lines_of_ndjson),
		cmocka_unit_test(package_files_are_lines_of_ndjson),
		cmocka_unit_test(all_is_every_class_in_ndjson),
		cmocka_unit_test(json_holds_package_files),
		cmocka_unit_test(images_are_a_csv_file),
		cmocka_unit_test(each_format_refuses_what_it_cannot_hold),
		cmocka_unit_test(the_head_tells_what_images_share),
		cmocka_unit_test(what_images_do_not_share_is_a_column),
		cmocka_unit_test(narrow_pages_cut_no_name),
		cmocka_unit_test(a_narrow_page_tells_images_in_words),
		cmocka_unit_test(package_files_are_told_after_the_images),
		cmocka_unit_test(package_files_alone_are_a_page),
		cmocka_unit_test(image_rows_are_plain_columns),
		cmocka_unit_test(all_is_the_page_and_every_class),
		cmocka_unit_test(each_container_has_its_own_rows),
		cmocka_unit_test(losses_are_told_file_by_file),
	};

	return cmocka_run_group_tests_name("emit_parts", tests, NULL, NULL);
}
