/*
 * The fixture runner: every folder fixtures/<group>/<case>/ with a truth.txt is a set of
 * tests. Adding one needs no code.
 *
 *	golden [--update] [--thorough] [--fixtures DIR] [GROUP | CASE | GROUP/CASE]...
 *
 * --thorough cuts the inputs off at every one of their last bytes, which takes minutes.
 * --update writes the golden files anew; the reviewer reads the difference. truth.txt is
 * written by hand and never updated. Groups that begin with '_' are for other tests.
 */
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "golden/property.h"
#include "golden/truth.h"

#ifndef DISMAL_SOURCE_DIR
#define DISMAL_SOURCE_DIR "."
#endif
#ifndef DISMAL_BINARY_DIR
#define DISMAL_BINARY_DIR "."
#endif

#define CONTEXT 3 /* lines shown before a difference */

static char *scratch; /* a temporary folder, absolute */
static struct cuts cuts = { .points = 40, .tail = 300, .stride = 7 };
static char *actual_dir; /* where what differs is kept */

/* ---- Golden files -------------------------------------------------------------------- */

static struct bytes print_rows(const struct case_run *run)
{
	return case_emit(run, "json", 80);
}

static struct bytes print_facts(const struct case_run *run)
{
	struct bytes copy = { strndup(run->facts.ptr ? run->facts.ptr : "", run->facts.len), 0 };

	copy.len = strlen(copy.ptr);
	return copy;
}

static struct bytes print_narrow(const struct case_run *run)
{
	return case_emit(run, "table", 80);
}

static struct bytes print_broad(const struct case_run *run)
{
	return case_emit(run, "table", 120);
}

static struct bytes print_mof(const struct case_run *run)
{
	return case_emit(run, "mof", 80);
}

static struct bytes print_cim_xml(const struct case_run *run)
{
	return case_emit(run, "cim-xml", 80);
}

static struct bytes print_adminservice(const struct case_run *run)
{
	return case_emit(run, "adminservice", 80);
}

static const struct {
	const char *name;
	struct bytes (*print)(const struct case_run *run);
	bool is_extra; /* held where the file is there: an empty one asks for it */
} golden_files[] = {
	{ "rows.json", print_rows, false },
	{ "facts.ndjson", print_facts, false },
	{ "table-80.txt", print_narrow, false },
	{ "table-120.txt", print_broad, false },
	{ "rows.mof", print_mof, true },
	{ "rows.xml", print_cim_xml, true },
	{ "rows.odata", print_adminservice, true },
};

#define GOLDEN_COUNT (sizeof(golden_files) / sizeof(golden_files[0]))

#ifdef WITH_CRYPTO
static void mask_hashes(struct bytes *text)
{
	(void)text;
}
#else
/* A build without libcrypto prints null where the golden file has a hash. */
static void mask_hashes(struct bytes *text)
{
	static const char key[] = "\"sha256\": \"", none[] = "\"sha256\": null";
	char *at = text->ptr;

	while (at && (at = strstr(at, key))) {
		char *end = strchr(at + sizeof(key) - 1, '"') + 1;

		memcpy(at, none, sizeof(none) - 1);
		memmove(at + sizeof(none) - 1, end, strlen(end) + 1);
		at++;
	}
	if (text->ptr)
		text->len = strlen(text->ptr);
}
#endif

static struct slice line_at(struct slice text, size_t number)
{
	struct slice line = SLICE_NONE;

	for (size_t i = 0; i <= number; i++)
		line = text.len ? slice_cut(&text, '\n') : SLICE_NONE;
	return line;
}

/* The first line that differs, with some before it. */
static void show_difference(struct bytes want, struct bytes got)
{
	struct slice a = { want.ptr, want.len }, b = { got.ptr, got.len };
	size_t number = 0;

	while (a.len && b.len && slice_equal(line_at(a, 0), line_at(b, 0))) {
		slice_cut(&a, '\n');
		slice_cut(&b, '\n');
		number++;
	}
	for (size_t i = number > CONTEXT ? number - CONTEXT : 0; i < number; i++)
		fprintf(stderr, " %5zu  %.*s\n", i + 1,
			SLICE_ARG(line_at((struct slice){ want.ptr, want.len }, i)));
	fprintf(stderr, "-%5zu  %.*s\n", number + 1, SLICE_ARG(line_at(a, 0)));
	fprintf(stderr, "+%5zu  %.*s\n", number + 1, SLICE_ARG(line_at(b, 0)));
}

/* "<build>/golden/dism-log.basic.rows.json.actual" */
static void keep_actual(const struct test_case *test, const char *file, struct bytes got)
{
	char *name = text_of("%s.%s.actual", test->name, file);
	char *path;

	*strchr(name, '/') = '.';
	path = text_of("%s/%s", actual_dir, name);
	folder_make(actual_dir);
	file_write(path, got.ptr, got.len);
	fprintf(stderr, "kept in %s\n", path);
	free(name);
	free(path);
}

/* Whether a case has that golden file. */
static bool is_held(const struct test_case *test, size_t i)
{
	char *path = text_of("%s/%s", test->folder, golden_files[i].name);
	bool held = !golden_files[i].is_extra || access(path, R_OK) == 0;

	free(path);
	return held;
}

static bool matches_golden(const struct test_case *test, const struct case_run *run, size_t i)
{
	char *path = text_of("%s/%s", test->folder, golden_files[i].name);
	struct bytes want = file_read(path), got = golden_files[i].print(run);
	bool same;

	mask_hashes(&want);
	same = want.ptr && want.len == got.len && memcmp(want.ptr, got.ptr, got.len) == 0;
	if (!same) {
		fprintf(stderr, "%s: %s %s\n", test->name, golden_files[i].name,
			want.ptr ? "differs:" : "is missing: golden --update writes it");
		if (want.ptr)
			show_difference(want, got);
		keep_actual(test, golden_files[i].name, got);
	}
	free(want.ptr);
	free(got.ptr);
	free(path);
	return same;
}

static void update_golden(const struct test_case *test)
{
	struct case_run run_now;

	case_run(test, (struct way){ .want_facts = true }, &run_now);
	for (size_t i = 0; i < GOLDEN_COUNT; i++) {
		char *path = text_of("%s/%s", test->folder, golden_files[i].name);
		struct bytes got = { NULL, 0 };

		if (is_held(test, i)) {
			got = golden_files[i].print(&run_now);
			file_write(path, got.ptr, got.len);
		}
		free(got.ptr);
		free(path);
	}
	case_run_release(&run_now);
}

/* ---- Tests of a case ----------------------------------------------------------------- */

static void test_golden(void **state)
{
	const struct test_case *test = *state;
	struct case_run run_now;
	unsigned wrong = 0;

	case_run(test, (struct way){ .want_facts = true }, &run_now);
	for (size_t i = 0; i < GOLDEN_COUNT; i++)
		wrong += is_held(test, i) && !matches_golden(test, &run_now, i);
	case_run_release(&run_now);
	assert_int_equal(wrong, 0);
}

static void test_truth(void **state)
{
	assert_int_equal(property_truth(*state), 0);
}

static void test_keys(void **state)
{
	assert_int_equal(property_keys(*state), 0);
}

static void test_order(void **state)
{
	if (!truth_skips(*state, "order"))
		assert_int_equal(property_order(*state), 0);
}

static void test_variants(void **state)
{
	if (!truth_skips(*state, "variants"))
		assert_int_equal(property_variants(*state, scratch), 0);
}

static void test_prefixes(void **state)
{
	if (!truth_skips(*state, "prefixes"))
		assert_int_equal(property_prefixes(*state, scratch, &cuts), 0);
}

static void test_skipped(void **state)
{
	(void)state;
	skip();
}

static const struct {
	const char *name;
	CMUnitTestFunction run;
} case_tests[] = {
	{ "golden", test_golden },
	{ "truth", test_truth },
	{ "keys", test_keys },
	{ "order", test_order },
	{ "variants", test_variants },
	{ "prefixes", test_prefixes },
};

#define TESTS_A_CASE (sizeof(case_tests) / sizeof(case_tests[0]))

/* ---- Finding cases ------------------------------------------------------------------- */

struct arguments {
	bool update;
	const char *fixtures;
	char **wanted; /* groups and cases; none: all */
	int wanted_count;
};

struct cases {
	struct test_case **items;
	size_t count;
};

static bool is_wanted(const struct arguments *arguments, const char *group, const char *base)
{
	char *name = text_of("%s/%s", group, base);
	bool wanted = arguments->wanted_count == 0;

	for (int i = 0; i < arguments->wanted_count; i++)
		wanted = wanted || strcmp(arguments->wanted[i], group) == 0 ||
			strcmp(arguments->wanted[i], base) == 0 ||
			strcmp(arguments->wanted[i], name) == 0;
	free(name);
	return wanted;
}

static void add_case(
	struct cases *cases, const struct arguments *arguments, const char *group, const char *base)
{
	char *truth = text_of("%s/%s/%s/truth.txt", arguments->fixtures, group, base);
	struct test_case *test;

	if (access(truth, R_OK) == 0 && is_wanted(arguments, group, base)) {
		test = calloc(1, sizeof(*test));
		cases->items = reallocarray(cases->items, cases->count + 1, sizeof(*cases->items));
		if (!test || !cases->items)
			errx(1, "out of memory");
		case_load(arguments->fixtures, group, base, scratch, test);
		cases->items[cases->count++] = test;
	}
	free(truth);
}

static struct cases find_cases(const struct arguments *arguments)
{
	struct names groups = folder_names(arguments->fixtures);
	struct cases cases = { NULL, 0 };

	for (size_t i = 0; i < groups.count; i++) {
		char *folder = text_of("%s/%s", arguments->fixtures, groups.items[i]);
		struct names bases = { NULL, 0 };

		if (groups.items[i][0] != '_' && is_folder(folder))
			bases = folder_names(folder);
		for (size_t j = 0; j < bases.count; j++)
			add_case(&cases, arguments, groups.items[i], bases.items[j]);
		names_release(&bases);
		free(folder);
	}
	names_release(&groups);
	return cases;
}

static int run_cases(const struct cases *cases)
{
	size_t count = cases->count * TESTS_A_CASE;
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (!tests)
		errx(1, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct test_case *test = cases->items[i / TESTS_A_CASE];
		size_t kind = i % TESTS_A_CASE;

		tests[i] = (struct CMUnitTest){
			.name = text_of("%s %s", test->name, case_tests[kind].name),
			.test_func = truth_lacks(test) ? test_skipped : case_tests[kind].run,
			.initial_state = test,
		};
	}
	failed = _cmocka_run_group_tests("golden", tests, count, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)tests[i].name);
	free(tests);
	return failed;
}

static void cases_release(struct cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		case_release(cases->items[i]);
		free(cases->items[i]);
	}
	free(cases->items);
}

static struct arguments read_arguments(int argc, char **argv)
{
	struct arguments arguments = { .fixtures = DISMAL_SOURCE_DIR "/fixtures" };
	int at = 1;

	for (; at < argc && argv[at][0] == '-'; at++) {
		if (strcmp(argv[at], "--update") == 0)
			arguments.update = true;
		else if (strcmp(argv[at], "--thorough") == 0)
			cuts.stride = 1;
		else if (strcmp(argv[at], "--fixtures") == 0 && at + 1 < argc)
			arguments.fixtures = argv[++at];
		else
			errx(2,
				"usage: golden [--update] [--thorough] [--fixtures DIR] "
				"[GROUP/CASE]...");
	}
	arguments.wanted = argv + at;
	arguments.wanted_count = argc - at;
	return arguments;
}

/* The runner changes folder: everything it keeps is absolute. */
static char *absolute(const char *path)
{
	char *real;

	folder_make(path);
	real = realpath(path, NULL);
	if (!real)
		err(1, "cannot find '%s'", path);
	return real;
}

int main(int argc, char **argv)
{
	struct arguments arguments = read_arguments(argc, argv);
	char template[] = "/tmp/dismal-golden.XXXXXX";
	char *fixtures = absolute(arguments.fixtures);
	struct cases cases;
	int failed = 0;

	scratch = mkdtemp(template);
	if (!scratch)
		err(1, "cannot make a temporary folder");
	actual_dir = absolute(DISMAL_BINARY_DIR "/golden");
	arguments.fixtures = fixtures;
	cases = find_cases(&arguments);
	if (cases.count == 0) {
		fprintf(stderr, "no case found in %s\n", fixtures);
		failed = 1;
	}
#ifndef WITH_CRYPTO
	if (arguments.update)
		errx(2, "this build prints no hashes: update with one that does (WITH_CRYPTO)");
#endif
	for (size_t i = 0; arguments.update && i < cases.count; i++)
		update_golden(cases.items[i]);
	if (!arguments.update && cases.count)
		failed = run_cases(&cases);
	cases_release(&cases);
	if (chdir("/") == 0)
		tree_remove(scratch);
	free(actual_dir);
	free(fixtures);
	return failed != 0;
}
