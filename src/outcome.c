/* Diagnostics as lines for people, and the exit code that they make. */
#include "outcome.h"

#include <string.h>

#include "base/buf.h"
#include "message.h"

#define MAX_LINE 8192

/* What a person can do about it. */
static const char *const hints[DIAG_COUNT_] = {
	[DIAG_NOT_RECOGNISED] = "'--as FORMAT' forces a reader",
	[DIAG_TIMEZONE_CONFLICT] = "'--force-timezone' makes it win",
	[DIAG_IMAGE_UNKNOWN] = "'--image-package-id ID' names it",
};

struct tally {
	size_t losses, notes;
	size_t printed;
};

static struct tally count_diagnostics(const struct report *report)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < report->diagnostics.count; i++) {
		if (diagnostic_severity(report->diagnostics.items[i].code) == SEVERITY_LOSS)
			tally.losses++;
		else
			tally.notes++;
	}
	return tally;
}

enum exit_code outcome_code(const struct report *report, const struct settings *settings)
{
	struct tally tally = count_diagnostics(report);

	if (!report->was_read)
		return EXIT_UNREADABLE;
	if (!tally.losses && !(settings->strict && tally.notes))
		return EXIT_DONE;
	return settings->allow_unknown ? EXIT_DONE : EXIT_INCOMPLETE;
}

static bool is_end_of(struct slice given, struct slice shown)
{
	size_t before = given.len - shown.len;

	if (given.len < shown.len || !slice_equal(slice_skip(given, before), shown))
		return false;
	return before == 0 || given.ptr[before - 1] == '/';
}

/*
 * The input or map as it was given, when it can be told from the shown path, which may be only
 * the end of it: who has to find a file wants the whole path.
 */
static struct slice path_given(const struct settings *settings, struct slice shown)
{
	const char *maps[] = { settings->run.updates_map, settings->run.images_map };

	for (size_t i = 0; i < settings->run.input_count; i++)
		if (is_end_of(slice_from(settings->run.inputs[i]), shown))
			return slice_from(settings->run.inputs[i]);
	for (size_t k = 0; k < sizeof(maps) / sizeof(maps[0]); k++)
		if (maps[k] && is_end_of(slice_from(maps[k]), shown))
			return slice_from(maps[k]);
	return shown;
}

/* The file that a diagnostic speaks of: the input as given and the member in it. */
struct file_name {
	struct slice path, member;
};

static struct file_name name_of(const struct report *report, const struct settings *settings,
	const struct diagnostic *diagnostic)
{
	struct slice shown = report_input_path(report, diagnostic->at.input);

	if (!shown.len)
		return (struct file_name){ SLICE_NONE, SLICE_NONE };
	return (struct file_name){ path_given(settings, shown),
		report_member_path(report, diagnostic->at) };
}

/* "cannot open 'x.log': No such file or directory" */
static void put_cannot_open(
	struct buf *line, const struct file_name *name, const struct diagnostic *at)
{
	if (name->path.len)
		buf_printf(line, "cannot open '%.*s%.*s'", SLICE_ARG(name->path),
			SLICE_ARG(name->member));
	else
		buf_puts(line, diagnostic_sentence(at->code));
	if (at->detail.len)
		buf_printf(line, ": %.*s", SLICE_ARG(at->detail));
}

/* For a detail that does not tell it. */
static void put_readers(struct buf *line)
{
	const char *before = ": looked for ";

	for (const struct reader_info *at = run_readers(); at->name; at++) {
		if (at->option)
			continue;
		buf_printf(line, "%s%s", before, at->name);
		before = ", ";
	}
}

static void put_diagnostic(
	struct buf *line, const struct file_name *name, const struct diagnostic *at)
{
	if (name->path.len)
		buf_printf(line, "'%.*s%.*s': ", SLICE_ARG(name->path), SLICE_ARG(name->member));
	if (at->at.line)
		buf_printf(line, "line %llu: ", (unsigned long long)at->at.line);
	buf_puts(line, diagnostic_sentence(at->code));
	if (at->detail.len)
		buf_printf(line, ": %.*s", SLICE_ARG(at->detail));
	else if (at->code == DIAG_NOT_RECOGNISED)
		put_readers(line);
	if (hints[at->code])
		buf_printf(line, "; %s", hints[at->code]);
}

/* Lines of one file with the same thing to say are one message: the first, and how many. */
static bool same_thing(const struct diagnostic *a, const struct diagnostic *b)
{
	return a->code == b->code && a->at.line && b->at.line;
}

/* The list is sorted by input and member, then by line. */
static bool told_before(const struct report *report, size_t at)
{
	const struct diagnostic *items = report->diagnostics.items;

	for (size_t i = at; i > 0; i--) {
		if (!report_same_file(report, items[i - 1].at, items[at].at))
			break;
		if (same_thing(&items[i - 1], &items[at]))
			return true;
	}
	return false;
}

static uint64_t count_places(const struct report *report, size_t at)
{
	const struct diagnostic *items = report->diagnostics.items;
	uint64_t places = items[at].count;

	for (size_t i = at + 1; i < report->diagnostics.count; i++) {
		if (!report_same_file(report, items[i].at, items[at].at))
			break;
		if (same_thing(&items[i], &items[at]))
			places += items[i].count;
	}
	return places;
}

static void tell(const struct report *report, const struct settings *settings, size_t at)
{
	const struct diagnostic *diagnostic = &report->diagnostics.items[at];
	struct file_name name = name_of(report, settings, diagnostic);
	uint64_t places = count_places(report, at);
	struct buf line;

	buf_init(&line, MAX_LINE);
	if (diagnostic->code == DIAG_CANNOT_OPEN)
		put_cannot_open(&line, &name, diagnostic);
	else
		put_diagnostic(&line, &name, diagnostic);
	if (places > 1)
		buf_printf(&line, " (%llu places)", (unsigned long long)places);
	complain("%.*s", SLICE_ARG(buf_slice(&line)));
	buf_release(&line);
}

static struct tally tell_diagnostics(const struct report *report, const struct settings *settings)
{
	const struct diagnostics *list = &report->diagnostics;
	struct tally tally = count_diagnostics(report);

	for (size_t i = 0; i < list->count; i++) {
		bool is_note = diagnostic_severity(list->items[i].code) == SEVERITY_NOTE;

		if ((settings->quiet && is_note) || told_before(report, i))
			continue;
		tell(report, settings, i);
		tally.printed++;
	}
	return tally;
}

/* The first output whose readers take an UpdateID for a CI_ID; NULL. */
static const struct emitter *output_for_site(const struct settings *settings)
{
	if (settings->format->for_site)
		return settings->format;
	for (size_t i = 0; i < settings->output_count; i++)
		if (settings->outputs[i].emitter->for_site)
			return settings->outputs[i].emitter;
	return NULL;
}

/* The class that is written whose rows are named by an UpdateID; of all of them the first. */
static bool class_of_updates(const struct settings *settings, enum row_class *ret_class)
{
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++) {
		size_t count;
		const struct row_column *columns = row_columns((enum row_class) class, &count);

		if (settings->emit.part == EMIT_CLASS &&
			settings->emit.rows != (enum row_class) class)
			continue;
		for (size_t i = 0; i < count; i++)
			if (columns[i].is_key && strcmp(columns[i].name, "UpdateID") == 0) {
				*ret_class = (enum row_class) class;
				return true;
			}
	}
	return false;
}

/* A script would look such a number up in the site's database, and not find it. */
static void tell_ids(const struct report *report, const struct settings *settings)
{
	const struct emitter *emitter = output_for_site(settings);
	enum row_class class;
	size_t foreign = 0, count;

	if (settings->quiet || !emitter || !class_of_updates(settings, &class))
		return;
	count = report->row_count[class];
	for (size_t i = 0; i < count; i++) {
		enum id_from from = report->rows[class][i].own.id_from;

		foreign += from != ID_FROM_CI && from != ID_FROM_MAP;
	}
	if (foreign)
		complain("'%s': %zu of %zu UpdateIDs are no CI_ID of a site but KB numbers or "
			 "numbers made of names; '--updates FILE.csv' gives the site's own",
			emitter->name, foreign, count);
}

int outcome_tell(const struct report *report, const struct settings *settings)
{
	struct tally tally = tell_diagnostics(report, settings);
	int code = (int)outcome_code(report, settings);

	tell_ids(report, settings);
	if (code == EXIT_UNREADABLE && tally.printed != 1)
		complain("nothing could be read: exit code %d", code);
	else if (code == EXIT_INCOMPLETE && tally.losses)
		complain("something was lost that could change an answer: exit code %d "
			 "('--allow-unknown' makes it 0)",
			code);
	else if (code == EXIT_INCOMPLETE)
		complain("'--strict' lets no note pass: exit code %d", code);
	return code;
}

int outcome_failed(enum status status)
{
	if (status == ST_NOMEM)
		complain("out of memory, nothing was concluded: exit code %d", EXIT_INTERNAL);
	else if (status == ST_LIMIT)
		complain("a limit of the run was reached, nothing was concluded: exit code %d; "
			 "read fewer inputs at a time",
			EXIT_INTERNAL);
	else
		complain("internal error %d, nothing was concluded: exit code %d", status,
			EXIT_INTERNAL);
	return EXIT_INTERNAL;
}
