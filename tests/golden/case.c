/* Loading and running a fixture. */
#include "case.h"

#include <err.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_no_input(const char *name)
{
	static const char *const patterns[] = {
		"truth.txt",
		"note.md",
		"args",
		"rows.json",
		"rows.mof",
		"rows.xml",
		"rows.odata",
		"facts.ndjson",
		"table-*.txt",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (fnmatch(patterns[i], name, 0) == 0)
			return true;
	return false;
}

/* "--timezone Europe/Paris", "--wide", "input logs"; # begins a comment */
static void take_args_line(struct test_case *test, struct slice line)
{
	struct slice first;

	line = slice_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return;
	first = slice_cut(&line, ' ');
	if (slice_equal(first, SLICE("input"))) {
		names_add(&test->inputs, slice_trim(line));
		return;
	}
	names_add(&test->words, first);
	if (slice_trim(line).len)
		names_add(&test->words, slice_trim(line));
}

static void load_args(struct test_case *test)
{
	char *path = text_of("%s/args", test->folder);
	struct bytes whole = file_read(path);
	struct slice rest = { whole.ptr, whole.len };

	while (rest.len)
		take_args_line(test, slice_cut(&rest, '\n'));
	free(whole.ptr);
	free(path);
}

/* Every file at the top of the copy. */
static void default_inputs(struct test_case *test)
{
	struct names names = folder_names(test->work);

	for (size_t i = 0; i < names.count; i++) {
		char *path = text_of("%s/%s", test->work, names.items[i]);

		if (!is_folder(path))
			names_add(&test->inputs, slice_from(names.items[i]));
		free(path);
	}
	names_release(&names);
}

void case_load(const char *fixtures, const char *group, const char *base, const char *scratch,
	struct test_case *ret_case)
{
	*ret_case = (struct test_case){
		.name = text_of("%s/%s", group, base),
		.folder = text_of("%s/%s/%s", fixtures, group, base),
		.work = text_of("%s/plain/%s/%s", scratch, group, base),
	};
	tree_copy(ret_case->folder, ret_case->work, is_no_input, NULL);
	load_args(ret_case);
	if (!ret_case->inputs.count)
		default_inputs(ret_case);
}

void case_release(struct test_case *test)
{
	names_release(&test->inputs);
	names_release(&test->words);
	free(test->name);
	free(test->folder);
	free(test->work);
}

/* "scan", the case's options, "--", its inputs: what a person would have typed. */
static struct names command_line(const struct test_case *test, const struct way *way)
{
	size_t inputs = way->input ? 0 : test->inputs.count;
	struct names words = { NULL, 0 };

	names_add(&words, SLICE("scan"));
	for (size_t i = 0; i < test->words.count; i++)
		names_add(&words, slice_from(test->words.items[i]));
	names_add(&words, SLICE("--"));
	if (way->input)
		names_add(&words, slice_from(way->input));
	for (size_t i = 0; i < inputs; i++)
		names_add(
			&words, slice_from(test->inputs.items[way->reversed ? inputs - 1 - i : i]));
	return words;
}

void case_run(const struct test_case *test, struct way way, struct case_run *ret_run)
{
	FILE *facts = NULL;
	enum status status;

	*ret_run = (struct case_run){ .words = command_line(test, &way) };
	if (chdir(way.folder ? way.folder : test->work) != 0)
		err(1, "cannot enter '%s'", way.folder ? way.folder : test->work);
	if (settings_parse(FOR_SCAN, (int)ret_run->words.count, ret_run->words.items,
		    &ret_run->settings) != ST_OK)
		fail_msg("%s: the options in 'args' are wrong", test->name);
	ret_run->settings.run.jobs = way.jobs ? way.jobs : 1;
	if (way.want_facts)
		facts = open_memstream(&ret_run->facts.ptr, &ret_run->facts.len);
	ret_run->settings.run.facts = facts;
	status = run(&ret_run->settings.run, &ret_run->report);
	if (facts)
		fclose(facts);
	if (status != ST_OK)
		fail_msg("%s: run() gave status %d", test->name, status);
}

void case_run_release(struct case_run *run)
{
	report_release(&run->report);
	settings_release(&run->settings);
	free(run->facts.ptr);
	names_release(&run->words);
}

struct bytes case_emit(const struct case_run *run, const char *format, unsigned width)
{
	const struct emitter *emitter = emitter_find(slice_from(format));
	struct emit_options options = run->settings.emit;
	struct bytes text = { NULL, 0 };
	FILE *to = open_memstream(&text.ptr, &text.len);

	options.width = width;
	options.color = false;
	options.version = "golden"; /* a new version of the program changes no golden file */
	if (emitter->for_site && !emitter->one_class)
		options.part = EMIT_ALL; /* what json holds */
	if (!to || emitter->emit(&run->report, &options, to) != ST_OK)
		fail_msg("the %s emitter failed", format);
	fclose(to);
	return text;
}
