/*
 * Real hives, image files, packages and saved lists, when they lie beside the checkout: what
 * corpus/images.def says of them holds, and so do keys and order of the rows.
 *
 *	corpus_images [WORD]...        cases whose inputs have the word; 77 without $DISMAL_CORPUS
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

#define SKIPPED 77

/* A case, or a truth of the case above it. */
static const struct known {
	const char *folder, *inputs, *options, *line;
} known[] = {
#define IMAGE_CASE(folder, inputs, options) { folder, inputs, options, NULL },
#define IMAGE_TRUTH(line)                   { NULL, NULL, NULL, line },
#include "corpus/images.def"
#undef IMAGE_CASE
#undef IMAGE_TRUTH
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

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
	assert_int_equal(property_order(*state), 0);
}

static const struct {
	const char *name;
	CMUnitTestFunction run;
} case_tests[] = {
	{ "truth", test_truth },
	{ "keys", test_keys },
	{ "order", test_order },
};

#define TESTS_A_CASE (sizeof(case_tests) / sizeof(case_tests[0]))

static void add_words(struct names *names, const char *words)
{
	struct slice rest = slice_from(words);

	while (rest.len)
		names_add(names, slice_cut(&rest, ' '));
}

/* The truths behind known[at], as a truth.txt. */
static void write_truth(const char *folder, size_t at)
{
	char *path = text_of("%s/truth.txt", folder);
	FILE *truth;

	folder_make(folder);
	truth = fopen(path, "w");
	if (!truth)
		err(1, "cannot write '%s'", path);
	while (++at < KNOWN_COUNT && known[at].line)
		fprintf(truth, "%s\n", known[at].line);
	if (fclose(truth) != 0)
		err(1, "cannot write '%s'", path);
	free(path);
}

/* The inputs stay where they are: nothing is written beside them. */
static struct test_case *case_at(const char *corpus, const char *scratch, size_t at)
{
	struct test_case *test = calloc(1, sizeof(*test));

	if (!test)
		errx(1, "out of memory");
	test->name = text_of("%s/%s%s%s", known[at].folder, known[at].inputs,
		*known[at].options ? " " : "", known[at].options);
	test->folder = text_of("%s/%zu", scratch, at);
	test->work = text_of("%s/%s", corpus, known[at].folder);
	add_words(&test->inputs, known[at].inputs);
	add_words(&test->words, known[at].options);
	write_truth(test->folder, at);
	return test;
}

static bool is_wanted(const struct test_case *test, char **words)
{
	if (!*words)
		return true;
	for (; *words; words++)
		if (strstr(test->name, *words))
			return true;
	return false;
}

struct cases {
	struct test_case *items[KNOWN_COUNT];
	size_t count;
};

static void find_cases(
	const char *corpus, const char *scratch, char **words, struct cases *ret_cases)
{
	for (size_t at = 0; at < KNOWN_COUNT; at++) {
		struct test_case *test;

		if (known[at].line)
			continue;
		test = case_at(corpus, scratch, at);
		if (is_wanted(test, words)) {
			ret_cases->items[ret_cases->count++] = test;
			continue;
		}
		case_release(test);
		free(test);
	}
}

static int run_cases(const struct cases *cases)
{
	size_t count = cases->count * TESTS_A_CASE;
	struct CMUnitTest *tests = calloc(count + 1, sizeof(*tests));
	int failed;

	if (!tests)
		errx(1, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct test_case *test = cases->items[i / TESTS_A_CASE];

		tests[i] = (struct CMUnitTest){
			.name = text_of("%s: %s", test->name, case_tests[i % TESTS_A_CASE].name),
			.test_func = case_tests[i % TESTS_A_CASE].run,
			.initial_state = test,
		};
	}
	failed = _cmocka_run_group_tests("corpus_images", tests, count, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		free((void *)(uintptr_t)tests[i].name);
	free(tests);
	return failed;
}

static bool can_read(void)
{
#if defined(WITH_WIM) && defined(WITH_HIVE) && defined(WITH_ARCHIVE)
	return true;
#else
	return false;
#endif
}

int main(int argc, char **argv)
{
	char template[] = "/tmp/dismal-images.XXXXXX";
	const char *folder = getenv("DISMAL_CORPUS");
	char *corpus = folder ? realpath(folder, NULL) : NULL, *scratch;
	static struct cases cases;
	int failed;

	(void)argc;
	if (!corpus || !can_read()) {
		fprintf(stderr, "no corpus in '%s', or no readers\n", folder ? folder : "");
		free(corpus);
		return SKIPPED;
	}
	scratch = mkdtemp(template);
	if (!scratch)
		err(1, "cannot make a temporary folder");
	find_cases(corpus, scratch, argv + 1, &cases);
	failed = cases.count ? run_cases(&cases) : 1;
	for (size_t i = 0; i < cases.count; i++) {
		case_release(cases.items[i]);
		free(cases.items[i]);
	}
	if (chdir("/") == 0)
		tree_remove(scratch);
	free(corpus);
	return failed != 0;
}
