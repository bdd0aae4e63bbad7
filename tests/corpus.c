/*
 * Real logs, when they lie beside the checkout: every file is read whole, what is known
 * of it holds (corpus/truths.def), and so do the properties of fixtures.
 *
 *	corpus [GROUP | GROUP/NUMBER]...        files of $DISMAL_CORPUS, 77 without it
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

#include "base/text.h"
#include "golden/property.h"
#include "golden/truth.h"
#include "parsers/stamp.h"

#define SKIPPED       77
#define MAX_CUT_BYTES ((size_t)400 << 10) /* larger files are not cut off */
#define NUMBER_LEN    3

static char *scratch; /* a temporary folder, absolute */

/* ---- What is known of the files ------------------------------------------------------ */

enum known_kind { KNOWN_OPTION, KNOWN_TRUTH };

static const struct known {
	enum known_kind kind;
	const char *group, *number, *words;
} known[] = {
#define CORPUS_OPTION(group, number, words) { KNOWN_OPTION, group, number, words },
#define CORPUS_TRUTH(group, number, line)   { KNOWN_TRUTH, group, number, line },
#include "corpus/truths.def"
#undef CORPUS_OPTION
#undef CORPUS_TRUTH
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

/* Whole files as Windows wrote them: numbers below 100 up to the last one taken whole. */
static const struct {
	const char *group;
	int last;
} native[] = {
	{ "dism", 25 },
	{ "cbs", 23 },
};

/* Copies that somebody wrote into, or exported anew. */
static const struct {
	const char *name;
	bool has_notes;  /* bytes that are no record */
	bool is_foreign; /* not as Windows writes */
} edited[] = {
	{ "dism/017", false, true },
	{ "cbs/014", true, false },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

static bool is_number(const char *name, const char *group, const char *number)
{
	size_t len = strlen(group);

	return strncmp(name, group, len) == 0 && name[len] == '/' &&
		strncmp(name + len + 1, number, NUMBER_LEN) == 0;
}

static bool is_native(const char *name)
{
	for (size_t i = 0; i < COUNT(edited); i++)
		if (edited[i].is_foreign && begins(name, edited[i].name))
			return false;
	for (size_t i = 0; i < COUNT(native); i++)
		if (begins(name, native[i].group))
			return atoi(strchr(name, '/') + 1) <= native[i].last;
	return false;
}

static bool has_notes(const char *name)
{
	for (size_t i = 0; i < COUNT(edited); i++)
		if (edited[i].has_notes && begins(name, edited[i].name))
			return true;
	return false;
}

/* ---- Tests of a file ----------------------------------------------------------------- */

/* Lines with a stamp at their head, a BOM before it or not. */
static uint64_t stamped_lines(const struct test_case *test)
{
	char *path = text_of("%s/%s", test->work, test->inputs.items[0]);
	struct bytes whole = file_read(path);
	struct slice rest = { whole.ptr, whole.len };
	uint64_t count = 0;

	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');

		if (slice_starts(line, SLICE("\xEF\xBB\xBF")))
			line = slice_skip(line, 3);
		count += stamp_is(line);
	}
	free(whole.ptr);
	free(path);
	return count;
}

static size_t row_total(const struct report *report)
{
	size_t total = 0;

	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		total += report->row_count[i];
	return total;
}

static unsigned check_native(
	const struct test_case *test, const struct report_input *input, uint64_t stamped)
{
	unsigned wrong = 0;

	if (!is_native(test->name))
		return 0;
	if (input->records < stamped) {
		wrong++;
		fprintf(stderr, "%s: %llu records, but %llu lines have a stamp\n", test->name,
			(unsigned long long)input->records, (unsigned long long)stamped);
	}
	if (input->unrecognized && !has_notes(test->name)) {
		wrong++;
		fprintf(stderr, "%s: %llu bytes are no record\n", test->name,
			(unsigned long long)input->unrecognized);
	}
	return wrong;
}

static void test_reads(void **state)
{
	const struct test_case *test = *state;
	const struct report_input *input;
	struct case_run run_now;
	unsigned wrong;

	case_run(test, (struct way){ 0 }, &run_now);
	input = &run_now.report.inputs[0];
	printf("%s: %llu records, %llu facts, %llu unrecognised, %llu damaged, %zu rows\n",
		test->name, (unsigned long long)input->records, (unsigned long long)input->facts,
		(unsigned long long)input->unrecognized, (unsigned long long)input->damaged,
		row_total(&run_now.report));
	wrong = check_native(test, input, stamped_lines(test));
	wrong += !run_now.report.was_read;
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
	assert_int_equal(property_order(*state), 0);
}

static void test_variants(void **state)
{
	assert_int_equal(property_variants(*state, scratch), 0);
}

static size_t input_size(const struct test_case *test)
{
	char *path = text_of("%s/%s", test->work, test->inputs.items[0]);
	struct bytes whole = file_read(path);

	free(whole.ptr);
	free(path);
	return whole.len;
}

static void test_prefixes(void **state)
{
	static const struct cuts cuts = { .points = 12, .tail = 1, .stride = 1 };

	if (input_size(*state) < MAX_CUT_BYTES)
		assert_int_equal(property_prefixes(*state, scratch, &cuts), 0);
}

static const struct {
	const char *name;
	CMUnitTestFunction run;
} file_tests[] = {
	{ "reads", test_reads },
	{ "truth", test_truth },
	{ "keys", test_keys },
	{ "order", test_order },
	{ "variants", test_variants },
	{ "prefixes", test_prefixes },
};

/* ---- Files as cases ------------------------------------------------------------------ */

/* What the tables know of the file becomes a case's options and truth.txt. */
static void set_known(struct test_case *test)
{
	char *path = text_of("%s/truth.txt", test->folder);
	FILE *truth = fopen(path, "w");

	if (!truth)
		err(1, "cannot write '%s'", path);
	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		if (!is_number(test->name, known[i].group, known[i].number))
			continue;
		if (known[i].kind == KNOWN_OPTION)
			names_add(&test->words, slice_from(known[i].words));
		else
			fprintf(truth, "%s\n", known[i].words);
	}
	if (fclose(truth) != 0)
		err(1, "cannot write '%s'", path);
	free(path);
}

/* "dism/024-name.log", alone in a folder of its own. */
static struct test_case *case_of(const char *corpus, const char *group, const char *file)
{
	struct test_case *test = calloc(1, sizeof(*test));
	char *from = text_of("%s/%s/%s", corpus, group, file), *to;
	struct bytes whole = file_read(from);

	if (!test)
		errx(1, "out of memory");
	test->name = text_of("%s/%s", group, file);
	test->folder = text_of("%s/truth/%s", scratch, test->name);
	test->work = text_of("%s/plain/%s", scratch, test->name);
	names_add(&test->inputs, slice_from(file));
	folder_make(test->folder);
	folder_make(test->work);
	to = text_of("%s/%s", test->work, file);
	file_write(to, whole.ptr, whole.len);
	set_known(test);
	free(whole.ptr);
	free(from);
	free(to);
	return test;
}

struct cases {
	struct test_case **items;
	size_t count;
};

static bool is_wanted(const char *group, const char *file, char **wanted)
{
	char *name = text_of("%s/%s", group, file);
	bool fits = !*wanted;

	for (; *wanted; wanted++)
		fits = fits || begins(name, *wanted);
	free(name);
	return fits;
}

static void find_files(const char *corpus, const char *group, char **wanted, struct cases *cases)
{
	char *folder = text_of("%s/%s", corpus, group);
	struct names files = { NULL, 0 };

	if (is_folder(folder))
		files = folder_names(folder);
	for (size_t i = 0; i < files.count; i++) {
		if (!slice_ends_nocase(slice_from(files.items[i]), SLICE(".log")) ||
			!is_wanted(group, files.items[i], wanted))
			continue;
		cases->items = reallocarray(cases->items, cases->count + 1, sizeof(*cases->items));
		if (!cases->items)
			errx(1, "out of memory");
		cases->items[cases->count++] = case_of(corpus, group, files.items[i]);
	}
	names_release(&files);
	free(folder);
}

static int run_cases(const struct cases *cases)
{
	size_t count = cases->count * COUNT(file_tests);
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (!tests)
		errx(1, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct test_case *test = cases->items[i / COUNT(file_tests)];
		size_t kind = i % COUNT(file_tests);

		tests[i] = (struct CMUnitTest){
			.name = text_of("%s %s", test->name, file_tests[kind].name),
			.test_func = file_tests[kind].run,
			.initial_state = test,
		};
	}
	failed = _cmocka_run_group_tests("corpus", tests, count, NULL, NULL);
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

int main(int argc, char **argv)
{
	char template[] = "/tmp/dismal-corpus.XXXXXX";
	const char *folder = getenv("DISMAL_CORPUS");
	char *corpus = folder ? realpath(folder, NULL) : NULL;
	struct cases cases = { NULL, 0 };
	int failed = 0;

	(void)argc;
	if (!corpus) {
		fprintf(stderr, "no corpus in '%s'\n", folder ? folder : "$DISMAL_CORPUS");
		return SKIPPED;
	}
	scratch = mkdtemp(template);
	if (!scratch)
		err(1, "cannot make a temporary folder");
	for (size_t i = 0; i < COUNT(native); i++)
		find_files(corpus, native[i].group, argv + 1, &cases);
	if (cases.count)
		failed = run_cases(&cases);
	else
		fprintf(stderr, "no such file in '%s'\n", corpus);
	failed = failed || !cases.count;
	cases_release(&cases);
	if (chdir("/") == 0)
		tree_remove(scratch);
	free(corpus);
	return failed;
}
