/*
 * Maps of a site: which CI_ID is an update's, who keeps its KB number, titles; which package id,
 * name and description are an image's. Facts by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/maps.h"
#include "lib_world.h"

#define TOKEN "~31bf3856ad364e35~"

#define ROLLUP   "Package_for_RollupFix" TOKEN "amd64~~26100.4061.1.5"
#define ROLLUP32 "Package_for_RollupFix" TOKEN "x86~~26100.4061.1.5"
#define OLDER    "Package_for_RollupFix" TOKEN "amd64~~26100.3915.1.8"
#define KB1      "Package_for_KB5990001" TOKEN "amd64~~26100.4061.1.0"
#define KB2      "Package_for_KB5990002" TOKEN "amd64~~10.0.1.1"

#define CI1 16777301u
#define CI2 16777302u
#define CI3 16777303u

static void row(struct bench *bench, uint32_t ci, const char *kb, const char *identity,
	const char *architecture, const char *build)
{
	bench_fact(bench,
		FACT_OF(MAP_UPDATE, .ci = ci, .identifier = slice_from(kb),
			.package = slice_from(identity), .title = SLICE("Contoso"),
			.architecture = slice_from(architecture), .version = slice_from(build),
			.words = SLICE("map words")));
}

static void titled(struct bench *bench, uint32_t ci, const char *kb, const char *title)
{
	bench_fact(bench,
		FACT_OF(MAP_UPDATE, .ci = ci, .identifier = slice_from(kb),
			.title = slice_from(title), .words = SLICE("map words")));
}

static void map(struct bench *bench)
{
	bench_init(bench);
	bench_document(bench, NOWHERE, "");
}

static void hive(struct bench *bench, int scope)
{
	bench_document(bench, scope, "/Windows/System32/config/SOFTWARE");
	bench_fact(bench, FACT_OF(HIVE, .version = SLICE("1.5")));
	bench_fact(bench, FACT_OF(HIVE_PACKAGES, .index = 9, .flags = FLAG_HAS_INDEX));
}

static void version(struct bench *bench, const char *words)
{
	bench_fact(bench,
		FACT_OF(WINDOWS_VERSION, .version = slice_from(words),
			.architecture = SLICE("amd64")));
}

static void key(struct bench *bench, const char *identity)
{
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGE, .package = slice_from(identity), .current = STATE_INSTALLED,
			.words = SLICE("hive words")));
}

/* "16777301 map 'Contoso'", "5990001 kb! 'Update ...'": the UpdateID, where it is from, whether it
 * is ambiguous, the title. */
static const char *id_of(struct bench *bench, const char *update)
{
	static char text[256];
	const struct row *status = bench_row_of(bench, -1, update);

	if (!status)
		return "no row";
	snprintf(text, sizeof(text), "%d %s%s '%.*s'", status->values[3].integer,
		id_from_word(status->own.id_from), status->own.id_is_ambiguous ? "!" : "",
		SLICE_ARG(status->values[6].text));
	return text;
}

#define KEPT(kb)      kb " kb 'Update for Windows (KB" kb ")'"
#define AMBIGUOUS(kb) kb " kb! 'Update for Windows (KB" kb ")'"

static void a_kb_finds_its_ci(void **state)
{
	struct bench bench;
	const struct row *status;

	(void)state;
	map(&bench);
	row(&bench, CI1, "KB5990001", "", "", "");
	hive(&bench, 0);
	key(&bench, KB1);
	key(&bench, KB2);
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "KB5990001"), "16777301 map 'Contoso'");
	assert_string_equal(id_of(&bench, "KB5990002"), KEPT("5990002"));
	status = bench_row_of(&bench, 0, "KB5990001");
	assert_true(bench_cites(status, "map words", "UpdateID"));
	assert_true(bench_cites(status, "map words", "UpdateTitle"));
	assert_false(bench_cites(status, "map words", "UpdateStatus"));
	bench_release(&bench);
}

/* An identity has what its row says: the KB too, when nobody else knows it. */
static void an_identity_finds_ci_and_kb(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	row(&bench, CI1, "KB5990003", "PACKAGE_FOR_ROLLUPFIX" TOKEN "amd64~~26100.4061.1.5", "",
		"");
	row(&bench, CI2, "KB5990004", OLDER, "", "");
	hive(&bench, 0);
	key(&bench, ROLLUP);
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "KB5990003"), "16777301 map 'Contoso'");
	bench_release(&bench);
	map(&bench);
	row(&bench, CI1, "", ROLLUP, "", "");
	hive(&bench, 0);
	key(&bench, ROLLUP);
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "Package_for_RollupFix"), "16777301 map 'Contoso'");
	bench_release(&bench);
}

/* Rows of one KB; what the image has; which one it is. */
static void several_are_told_apart(void **state)
{
	static const struct {
		struct {
			const char *identity, *architecture, *build, *title;
		} rows[3];
		const char *package, *windows, *expected;
	} cases[] = {
		/* identity */
		{ { { KB1, "", "", "T" }, { "", "", "", "T" } }, KB1, "10.0.26100.4061",
			"16777301 map 'T'" },
		{ { { "Package_for_KB5990001" TOKEN "amd64~~22631.1.1.1", "", "", "T" },
			  { "", "", "", "T" } },
			KB1, "10.0.26100.4061", "16777302 map 'T'" },
		/* architecture */
		{ { { "", "x86", "", "T" }, { "", "X64", "", "T" }, { "", "ARM64", "", "T" } }, KB1,
			"10.0.26100.4061", "16777302 map 'T'" },
		{ { { "", "", "", "Update for x86-based Systems" },
			  { "", "", "", "Update for x64-based Systems" } },
			KB1, "10.0.26100.4061", "16777302 map 'Update for x64-based Systems'" },
		{ { { "", "arm64", "", "T" } }, KB1, "10.0.26100.4061", KEPT("5990001") },
		{ { { "", "Contoso", "", "T" } }, KB1, "10.0.26100.4061", "16777301 map 'T'" },
		/* build */
		{ { { "", "", "26100.3915", "T" }, { "", "", "10.0.26100.4061", "T" } }, KB1,
			"10.0.26100.4061", "16777302 map 'T'" },
		{ { { "", "", "26100.4061", "T" }, { "", "", "26200.4061", "T" } }, KB1,
			"10.0.26100.4061", "16777301 map 'T'" },
		{ { { "", "", "26100.4061", "T" }, { "", "", "26200.4061", "T" } }, KB1,
			"10.0.26200.4061", "16777302 map 'T'" },
		{ { { "", "", "22631", "T" }, { "", "", "26100", "T" } }, KB1, "10.0.26100.4061",
			"16777302 map 'T'" },
		{ { { "", "", "26100.1", "T" } }, KB1, "10.0.26100.4061", "16777301 map 'T'" },
		/* nothing */
		{ { { "", "", "", "T" }, { "", "", "", "U" } }, KB1, "10.0.26100.4061",
			AMBIGUOUS("5990001") },
		{ { { "", "", "26100.1", "T" }, { "", "", "26100.2", "U" } }, KB1,
			"10.0.26100.4061", AMBIGUOUS("5990001") },
		{ { { "", "x64", "", "T" }, { "", "", "", "T" } }, KB1, "10.0.26100.4061",
			AMBIGUOUS("5990001") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;
		bool is_ambiguous = strchr(cases[i].expected, '!') != NULL;

		map(&bench);
		for (uint32_t k = 0; k < 3 && cases[i].rows[k].title; k++)
			bench_fact(&bench,
				FACT_OF(MAP_UPDATE, .ci = CI1 + k, .identifier = SLICE("KB5990001"),
					.package = slice_from(cases[i].rows[k].identity),
					.title = slice_from(cases[i].rows[k].title),
					.architecture = slice_from(cases[i].rows[k].architecture),
					.version = slice_from(cases[i].rows[k].build)));
		hive(&bench, 0);
		version(&bench, cases[i].windows);
		key(&bench, cases[i].package);
		bench_run(&bench);
		assert_string_equal(id_of(&bench, "KB5990001"), cases[i].expected);
		assert_int_equal(bench_diagnostics(&bench, DIAG_ID_AMBIGUOUS), is_ambiguous);
		assert_int_equal(bench_diagnostics(&bench, DIAG_MAP_ROW), 0);
		bench_release(&bench);
	}
}

static size_t told(const struct bench *bench, enum diagnostic_code code, const char *words)
{
	size_t count = 0;

	for (size_t i = 0; i < bench->report.diagnostics.count; i++) {
		const struct diagnostic *note = &bench->report.diagnostics.items[i];

		count += note->code == code &&
			slice_find(note->detail, slice_from(words)) != SLICE_MISSING;
	}
	return count;
}

/* Two updates of one image cannot have one number. */
static void numbers_stay_unique(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	row(&bench, CI1, "KB5990001", ROLLUP, "", ""); /* of two packages with KBs of their own */
	hive(&bench, 0);
	key(&bench, KB1);
	key(&bench, ROLLUP);
	bench_document(&bench, NOWHERE, "/update.mum");
	bench_fact(&bench,
		FACT_OF(MANIFEST, .package = SLICE(ROLLUP), .identifier = SLICE("KB5990009")));
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "KB5990001"), AMBIGUOUS("5990001"));
	assert_string_equal(id_of(&bench, "KB5990009"), AMBIGUOUS("5990009"));
	assert_int_equal(
		told(&bench, DIAG_ID_AMBIGUOUS,
			"KB5990009 of SOFTWARE:0: another update of the image has 16777301"),
		1);
	bench_release(&bench);

	map(&bench);
	row(&bench, 5990002, "KB5990001", "", "", ""); /* the KB number of another */
	row(&bench, CI2, "KB5990002", "", "", "");
	hive(&bench, 0);
	key(&bench, KB1);
	key(&bench, KB2);
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "KB5990001"), AMBIGUOUS("5990001"));
	assert_string_equal(id_of(&bench, "KB5990002"), "16777302 map 'Contoso'");
	bench_release(&bench);
}

/* The same update of two images is no collision. */
static void images_share_numbers(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	row(&bench, CI1, "KB5990001", "", "", "");
	for (int i = 0; i < 2; i++) {
		bench.names[i] = "install.wim";
		bench.indexes[i] = (uint32_t)i + 1;
		hive(&bench, i);
		key(&bench, KB1);
	}
	bench_run(&bench);
	for (int i = 0; i < 2; i++)
		assert_int_equal(bench_row_of(&bench, i, "KB5990001")->values[3].integer, CI1);
	assert_int_equal(bench_diagnostics(&bench, DIAG_ID_AMBIGUOUS), 0);
	bench_release(&bench);
}

static void a_ci_stands_once(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	titled(&bench, CI1, "KB5990001", "T");
	titled(&bench, CI2, "KB5990002", "U");
	titled(&bench, CI1, "KB5990002", "T"); /* it denies the first line */
	titled(&bench, CI2, "KB5990002", "U"); /* it repeats the second */
	hive(&bench, 0);
	key(&bench, KB1);
	key(&bench, KB2);
	bench_run(&bench);
	assert_string_equal(id_of(&bench, "KB5990001"), "16777301 map 'T'");
	assert_string_equal(id_of(&bench, "KB5990002"), "16777302 map 'U'");
	assert_int_equal(bench_diagnostics(&bench, DIAG_MAP_ROW), 1);
	assert_int_equal(told(&bench, DIAG_MAP_ROW, "CI_ID 16777301 stands in line 1 too"), 1);
	bench_release(&bench);
}

/* Tables, without rows */

static void fold(struct world *world, uint64_t line, struct fact fact)
{
	fact.at.line = line;
	(fact.kind == FACT_MAP_UPDATE ? on_map_update : on_map_image)(world, NULL, &fact);
}

static void a_ci_tells_its_kb(void **state)
{
	struct run_options options = { 0 };
	struct report report = { 0 };
	const struct map_update *found;
	struct world world;

	(void)state;
	world_init(&world, &options, &report);
	assert_null(maps_of_ci(&world, CI1));
	fold(&world, 2,
		FACT_OF(MAP_UPDATE, .ci = CI2, .identifier = SLICE("KB5990001"),
			.title = SLICE("T"), .version = SLICE("10.0.26100.4061"), .when = 86400));
	fold(&world, 3, FACT_OF(MAP_UPDATE, .ci = CI1, .package = SLICE(ROLLUP)));
	found = maps_of_ci(&world, CI2);
	assert_non_null(found);
	assert_int_equal(found->kb, 5990001);
	assert_int_equal(found->proof.at.line, 2);
	assert_int_equal(found->released, 86400);
	assert_true(slice_equal(found->build, SLICE("26100.4061")));
	assert_true(slice_equal(found->title, SLICE("T")));
	assert_true(slice_equal(maps_of_ci(&world, CI1)->identity, SLICE(ROLLUP)));
	assert_null(maps_of_ci(&world, CI3));
	assert_null(maps_of_ci(&world, 0));
	assert_int_equal(maps_of_kb(&world, 5990001).count, 1);
	assert_int_equal(maps_of_kb(&world, 5990002).count, 0);
	world_release(&world);
	report_release(&report);
}

static void many_rows_are_found(void **state)
{
	enum { ROWS = 100000 };
	struct run_options options = { 0 };
	struct report report = { 0 };
	struct world world;

	(void)state;
	world_init(&world, &options, &report);
	for (uint32_t i = 0; i < ROWS; i++) {
		char kb[16];

		snprintf(kb, sizeof(kb), "KB%u", 5000000 + i / 2);
		fold(&world, i + 1,
			FACT_OF(MAP_UPDATE, .ci = 16777216 + (i * 7919) % ROWS,
				.identifier = slice_from(kb)));
	}
	for (uint32_t i = 0; i < ROWS; i += 100) {
		assert_int_equal(maps_of_ci(&world, 16777216 + i)->ci, 16777216 + i);
		assert_int_equal(maps_of_kb(&world, 5000000 + i / 2).count, 2);
	}
	assert_int_equal(world.status, ST_OK);
	world_release(&world);
	report_release(&report);
}

/* Images */

static void image_row(struct bench *bench, const char *container, const char *id, int index,
	const char *name, const char *description)
{
	bench_fact(bench,
		FACT_OF(MAP_IMAGE, .wim = slice_from(container), .identifier = slice_from(id),
			.index = index < 0 ? 0 : (uint32_t)index,
			.flags = index < 0 ? 0 : FLAG_HAS_INDEX, .name = slice_from(name),
			.description = slice_from(description), .words = SLICE("image words")));
}

/* "ABC00001 'name' 'description'" of the view rows of an index. */
static const char *view_of(struct bench *bench, int32_t index)
{
	static char text[256];

	for (size_t i = 0; i < bench->report.row_count[ROW_VIEW]; i++) {
		const struct row *view = &bench->report.rows[ROW_VIEW][i];

		if (view->values[1].integer != index)
			continue;
		snprintf(text, sizeof(text), "%.*s '%.*s' '%.*s'", SLICE_ARG(view->values[2].text),
			SLICE_ARG(view->values[4].text), SLICE_ARG(view->values[3].text));
		return text;
	}
	return "no row";
}

static void two_indexes(struct bench *bench)
{
	for (int i = 0; i < 2; i++) {
		bench->names[i] = "site/Install.WIM";
		bench->indexes[i] = (uint32_t)i + 1;
		hive(bench, i);
		key(bench, KB1);
	}
	bench_run(bench);
}

static void containers_have_ids_and_names(void **state)
{
	struct bench bench;
	const struct row *view;

	(void)state;
	map(&bench);
	image_row(&bench, "D:\\Images\\install.wim", "ABC00001", -1, "Every", "D");
	image_row(&bench, "D:\\Images\\install.wim", "ABC00001", 2, "Second", "");
	image_row(&bench, "boot.wim", "ABC00002", -1, "Boot", "");
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "ABC00001 'Every' 'D'");
	assert_string_equal(view_of(&bench, 2), "ABC00001 'Second' ''");
	view = &bench.report.rows[ROW_VIEW][0];
	assert_true(bench_cites(view, "image words", "PackageName"));
	assert_true(bench_cites(view, "image words", "PackageDescription"));
	assert_true(bench_cites(view, "image words", "ImagePackageID"));
	assert_true(bench_cites(view, "hive words", "UpdateID"));
	assert_true(
		bench_cites(&bench.report.rows[ROW_STATUS][0], "image words", "ImagePackageID"));
	assert_false(bench.report.images[0].id_is_derived);
	assert_int_equal(bench.report.images[0].name.len, 0); /* that is the WIM's own */
	assert_int_equal(bench_diagnostics(&bench, DIAG_MAP_ROW), 0);
	bench_release(&bench);
}

/* The folder decides between rows of one file name; what fits alike says nothing. */
static void folders_decide(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	image_row(&bench, "other/install.wim", "ABC00002", -1, "O", "");
	image_row(&bench, "\\\\server\\share\\site\\install.wim", "ABC00001", -1, "S", "");
	image_row(&bench, "install.wim", "ABC00003", 1, "T", "");
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "ABC00001 'S' ''");
	bench_release(&bench);
	map(&bench);
	image_row(&bench, "a/install.wim", "ABC00001", -1, "A", "");
	image_row(&bench, "b/install.wim", "ABC00002", -1, "B", "");
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "Install.WIM '' ''");
	assert_int_equal(told(&bench, DIAG_MAP_ROW, "as well as line 1 does"), 2);
	bench_release(&bench);
}

/* An id that a person gives stands before the map's, and finds its row. */
static void options_stand_before_maps(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	image_row(&bench, "", "ABC00009", -1, "Told", "");
	bench_name(&bench, "ABC00009");
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "ABC00009 'Told' ''");
	assert_false(bench_cites(&bench.report.rows[ROW_VIEW][0], "image words", "ImagePackageID"));
	bench_release(&bench);
	map(&bench);
	image_row(&bench, "install.wim", "ABC00001", -1, "Mapped", "");
	bench_name(&bench, "ABC00009");
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "ABC00009 'Mapped' ''");
	bench_release(&bench);
}

static void contradictions_are_told(void **state)
{
	struct bench bench;

	(void)state;
	map(&bench);
	image_row(&bench, "install.wim", "ABC00001", -1, "N", "");
	image_row(&bench, "install.wim", "ABC00002", -1, "N", ""); /* another id */
	image_row(&bench, "", "ABC00001", -1, "M", "");            /* another name */
	image_row(&bench, "INSTALL.wim", "abc00001", -1, "N", ""); /* the same */
	two_indexes(&bench);
	assert_string_equal(view_of(&bench, 1), "ABC00001 'N' ''");
	assert_int_equal(bench_diagnostics(&bench, DIAG_MAP_ROW), 2);
	assert_int_equal(told(&bench, DIAG_MAP_ROW, "container install.wim stands in line 1"), 1);
	assert_int_equal(told(&bench, DIAG_MAP_ROW, "ImagePackageID ABC00001 stands in line 1"), 1);
	bench_release(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kb_finds_its_ci),
		cmocka_unit_test(an_identity_finds_ci_and_kb),
		cmocka_unit_test(several_are_told_apart),
		cmocka_unit_test(numbers_stay_unique),
		cmocka_unit_test(images_share_numbers),
		cmocka_unit_test(a_ci_stands_once),
		cmocka_unit_test(a_ci_tells_its_kb),
		cmocka_unit_test(many_rows_are_found),
		cmocka_unit_test(containers_have_ids_and_names),
		cmocka_unit_test(folders_decide),
		cmocka_unit_test(options_stand_before_maps),
		cmocka_unit_test(contradictions_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
