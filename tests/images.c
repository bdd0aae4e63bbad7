/*
 * Whole images: every folder <build>/images/<case>/<run>/ that build_images.py made of
 * fixtures/_images holds what its truth.txt says, in each container.
 *
 *	images [--images DIR] [CASE | RUN | CASE/RUN]...        77 when nothing was built
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

#ifndef DISMAL_BINARY_DIR
#define DISMAL_BINARY_DIR "."
#endif

#define SKIPPED 77

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

static const struct {
	const char *name;
	CMUnitTestFunction run;
} run_tests[] = {
	{ "truth", test_truth },
	{ "keys", test_keys },
	{ "order", test_order },
};

#define TESTS_A_RUN (sizeof(run_tests) / sizeof(run_tests[0]))

struct runs {
	struct test_case **items;
	size_t count;
};

struct wishes {
	char **words; /* cases and runs; none: all */
	int count;
};

static bool is_wanted(const struct wishes *wishes, const char *group, const char *base)
{
	char *name = text_of("%s/%s", group, base);
	bool wanted = wishes->count == 0;

	for (int i = 0; i < wishes->count; i++)
		wanted = wanted || strcmp(wishes->words[i], group) == 0 ||
			strcmp(wishes->words[i], base) == 0 || strcmp(wishes->words[i], name) == 0;
	free(name);
	return wanted;
}

static void add_run(struct runs *runs, const char *images, const char *scratch, const char *group,
	const char *base)
{
	struct test_case *test = calloc(1, sizeof(*test));

	runs->items = reallocarray(runs->items, runs->count + 1, sizeof(struct test_case *));
	if (!test || !runs->items)
		errx(1, "out of memory");
	case_load(images, group, base, scratch, test);
	runs->items[runs->count++] = test;
}

static struct runs find_runs(const char *images, const char *scratch, const struct wishes *wishes)
{
	struct runs runs = { NULL, 0 };
	struct names groups = folder_names(images);

	for (size_t i = 0; i < groups.count; i++) {
		char *folder = text_of("%s/%s", images, groups.items[i]);
		struct names bases = folder_names(folder);

		for (size_t j = 0; j < bases.count; j++)
			if (is_wanted(wishes, groups.items[i], bases.items[j]))
				add_run(&runs, images, scratch, groups.items[i], bases.items[j]);
		names_release(&bases);
		free(folder);
	}
	names_release(&groups);
	return runs;
}

static void runs_release(struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		case_release(runs->items[i]);
		free(runs->items[i]);
	}
	free(runs->items);
}

static int run_all(const struct runs *runs)
{
	size_t count = runs->count * TESTS_A_RUN;
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (!tests)
		errx(1, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct test_case *test = runs->items[i / TESTS_A_RUN];
		size_t kind = i % TESTS_A_RUN;

		tests[i] = (struct CMUnitTest){
			.name = text_of("%s %s", test->name, run_tests[kind].name),
			.test_func = run_tests[kind].run,
			.initial_state = test,
		};
	}
	failed = _cmocka_run_group_tests("images", tests, count, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)tests[i].name);
	free(tests);
	return failed;
}

int main(int argc, char **argv)
{
	bool given = argc > 2 && strcmp(argv[1], "--images") == 0;
	const char *images = given ? argv[2] : DISMAL_BINARY_DIR "/images";
	int first = given ? 3 : 1, failed;
	struct wishes wishes = { argv + first, argc - first };
	char template[] = "/tmp/dismal-images.XXXXXX";
	char *absolute = realpath(images, NULL), *scratch;
	struct runs runs;

	if (!absolute) {
		fprintf(stderr, "no images in %s\n", images);
		return SKIPPED;
	}
	scratch = mkdtemp(template);
	if (!scratch)
		err(1, "cannot make a temporary folder");
	runs = find_runs(absolute, scratch, &wishes);
	failed = runs.count ? run_all(&runs) : 1;
	if (!runs.count)
		fprintf(stderr, "no run found in %s\n", absolute);
	runs_release(&runs);
	if (chdir("/") == 0)
		tree_remove(scratch);
	free(absolute);
	return failed != 0;
}
