/* The options table of scan and facts, and the loop that reads a command line by it. */
#include "options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/maps.h"
#include "message.h"
#include "version.h"

#define PIPE_WIDTH   80
#define MIN_WIDTH    60
#define MAX_WIDTH    1000
#define DEFAULT_JOBS 8 /* at most; a log is read from one disk */
#define MAX_JOBS     64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An option met on the command line: its spelling there and its value ("" when none). */
struct given {
	const char *name, *value;
};

struct option {
	const char *name;     /* with its dashes */
	const char *argument; /* of the help; NULL: takes none */
	unsigned commands;    /* enum command_bit */
	bool (*take)(struct settings *settings, struct given given); /* NULL: a later version */
	const char *what;
};

static bool bad_value(struct given given, const char *wanted)
{
	complain("'%s %s': %s", given.name, given.value, wanted);
	return false;
}

static bool take_rows(struct settings *settings, struct given given)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		if (strcmp(given.value, row_class_option((enum row_class)i)) != 0)
			continue;
		settings->emit.part = EMIT_CLASS;
		settings->emit.rows = (enum row_class)i;
		return true;
	}
	if (strcmp(given.value, "images") == 0)
		settings->emit.part = EMIT_IMAGES;
	else if (strcmp(given.value, "all") == 0)
		settings->emit.part = EMIT_ALL;
	else
		return bad_value(
			given, "no such rows; use status, progress, view, history, images or all");
	return true;
}

/* Formats of the contract that later versions write; told apart from mistyped ones. */
/* clang-format off */
static const char *const planned_formats[] = {
	"sqlite", "html", "junit", "sarif", "github", "gitlab", "azure", "timesketch", "l2tcsv",
	"bodyfile",
};
/* clang-format on */

static bool is_planned_format(struct slice name)
{
	for (size_t i = 0; i < COUNT(planned_formats); i++)
		if (slice_equal(name, slice_from(planned_formats[i])))
			return true;
	return false;
}

/* "table, json, …" */
static const char *format_names(void)
{
	static char names[256];
	struct buf list;

	buf_init(&list, sizeof(names) - 1);
	for (const struct emitter *const *at = emitter_all(); *at; at++)
		buf_printf(&list, "%s%s", at == emitter_all() ? "" : ", ", (*at)->name);
	snprintf(names, sizeof(names), "%.*s", SLICE_ARG(buf_slice(&list)));
	buf_release(&list);
	return names;
}

static bool unknown_format(struct given given, struct slice name)
{
	complain("'%s %s': %s '%.*s'; this version writes %s", given.name, given.value,
		is_planned_format(name) ? "a later version will write" : "no such format",
		SLICE_ARG(name), format_names());
	return false;
}

static bool take_format(struct settings *settings, struct given given)
{
	const struct emitter *emitter = emitter_find(slice_from(given.value));

	if (!emitter)
		return unknown_format(given, slice_from(given.value));
	settings->format = emitter;
	return true;
}

/* The extension behind the last dot of the last component; empty when there is none. */
static struct slice extension_of(const char *path)
{
	const char *base = path_name(slice_from(path)).ptr;
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? slice_from(dot + 1) : SLICE_NONE;
}

/* "FMT=FILE" when what stands before the first '=' names a format, else a file. */
static bool output_from(struct given given, struct output_file *ret_output)
{
	struct slice file = slice_from(given.value);
	struct slice format = slice_cut(&file, '=');
	bool has_format = strchr(given.value, '=') != NULL;

	if (has_format && is_planned_format(format))
		return unknown_format(given, format);
	ret_output->emitter = has_format ? emitter_find(format) : NULL;
	ret_output->path = ret_output->emitter ? strchr(given.value, '=') + 1 : given.value;
	if (!ret_output->emitter)
		ret_output->emitter = emitter_find_extension(extension_of(given.value));
	if (ret_output->emitter)
		return true;
	complain("'%s %s': the name tells no format; write '-o FORMAT=FILE' with one of %s",
		given.name, given.value, format_names());
	return false;
}

static bool take_output(struct settings *settings, struct given given)
{
	struct output_file output;

	if (settings->output_count == MAX_OUTPUTS)
		return bad_value(given, "too many outputs");
	if (!output_from(given, &output))
		return false;
	if (!*output.path || strcmp(output.path, "-") == 0)
		return bad_value(given, "no file is named; standard output has '--format'");
	settings->outputs[settings->output_count++] = output;
	return true;
}

static bool number_from(struct given given, uint32_t least, uint32_t most, uint32_t *ret_number)
{
	uint32_t number;

	if (!slice_to_u32(slice_from(given.value), 10, &number) || number < least ||
		number > most) {
		complain("'%s %s': a number from %u to %u is wanted", given.name, given.value,
			least, most);
		return false;
	}
	*ret_number = number;
	return true;
}

/* "3" or "1-6". */
static bool range_from(struct given given, struct slice text, struct index_range *ret_range)
{
	struct slice last = text, first = slice_cut(&last, '-');
	bool has_last = slice_find_char(text, '-') != SLICE_MISSING;
	struct index_range range;

	if (!slice_to_u32(first, 10, &range.first) ||
		!slice_to_u32(has_last ? last : first, 10, &range.last))
		return bad_value(given, "write numbers and ranges, as in '1,3-5'");
	if (range.first == 0 || range.last > INT32_MAX)
		return bad_value(given, "indexes run from 1 to 2147483647");
	if (range.first > range.last)
		return bad_value(given, "a range runs from the lower to the higher index");
	*ret_range = range;
	return true;
}

/* One index alone is also that of images for which the inputs state none. */
static void note_single_index(struct run_options *run)
{
	run->index = run->indexes[0].first;
	run->has_index = true;
	for (size_t i = 0; i < run->index_count; i++)
		if (run->indexes[i].first != run->index || run->indexes[i].last != run->index)
			run->has_index = false;
	if (!run->has_index)
		run->index = 0;
}

static bool take_index(struct settings *settings, struct given given)
{
	struct run_options *run = &settings->run;
	struct slice rest = slice_from(given.value);
	bool more = true;

	while (more) {
		struct slice range;

		more = slice_find_char(rest, ',') != SLICE_MISSING;
		range = slice_cut(&rest, ',');
		if (run->index_count == MAX_INDEX_RANGES)
			return bad_value(
				given, "too many; write neighbours as a range, as in '1-9'");
		if (!range_from(given, range, &run->indexes[run->index_count]))
			return false;
		run->index_count++;
	}
	note_single_index(run);
	return true;
}

/*
 * "C:\mount=install.wim:3": what is joined may hold '=' and ':' as a Windows path does, so
 * the last '=' parts the sides and the last ':' parts the index.
 */
static bool take_join(struct settings *settings, struct given given)
{
	struct run_options *run = &settings->run;
	struct slice whole = slice_from(given.value);
	size_t at = slice_find_last_char(whole, '=');
	struct slice target = at == SLICE_MISSING ? SLICE_NONE : slice_skip(whole, at + 1);
	size_t colon = slice_find_last_char(target, ':');
	struct join_option join = { .image = slice_from_to(whole, 0, at) };

	if (at == SLICE_MISSING || at == 0 || colon == SLICE_MISSING || colon == 0)
		return bad_value(
			given, "write LOGIMAGE=CONTAINER:N, as in 'D:\\mount=install.wim:3'");
	if (run->join_count == MAX_JOINS)
		return bad_value(given, "given too often");
	join.container = slice_from_to(target, 0, colon);
	if (!slice_to_u32(slice_skip(target, colon + 1), 10, &join.index) || join.index == 0 ||
		join.index > INT32_MAX)
		return bad_value(
			given, "behind the last ':' an index from 1 to 2147483647 is wanted");
	run->joins[run->join_count++] = join;
	return true;
}

static bool take_jobs(struct settings *settings, struct given given)
{
	return number_from(given, 1, MAX_JOBS, &settings->run.jobs);
}

static bool take_width(struct settings *settings, struct given given)
{
	return number_from(given, MIN_WIDTH, MAX_WIDTH, &settings->emit.width);
}

/* "[INPUT=]VALUE", cut at the last '=': a path may hold one, an id or a zone does not. */
static bool bound_from(struct given given, struct bound_option *options, size_t *count)
{
	struct slice whole = slice_from(given.value);
	size_t at = slice_find_last_char(whole, '=');
	bool bound = at != SLICE_MISSING;
	struct slice value = bound ? slice_skip(whole, at + 1) : whole;

	if (*count == MAX_BOUND_OPTIONS)
		return bad_value(given, "given too often");
	if (value.len == 0 || at == 0)
		return bad_value(given, "write [INPUT=]VALUE");
	options[(*count)++] = (struct bound_option){
		.input = bound ? slice_from_to(whole, 0, at) : SLICE_NONE,
		.value = value,
	};
	return true;
}

static bool take_package_id(struct settings *settings, struct given given)
{
	return bound_from(given, settings->run.package_ids, &settings->run.package_id_count);
}

static bool take_timezone(struct settings *settings, struct given given)
{
	struct zone zone;

	if (!bound_from(given, settings->run.timezones, &settings->run.timezone_count))
		return false;
	if (zone_parse(settings->run.timezones[settings->run.timezone_count - 1].value, &zone) ==
		ST_OK)
		return true;
	return bad_value(given, "no such time zone; name it like 'Europe/Paris' or '+02:00'");
}

static bool take_map(struct given given, const char **ret_path)
{
	if (*ret_path)
		return bad_value(given, "given twice; one map is read");
	if (!*given.value || strcmp(given.value, "-") == 0)
		return bad_value(given, "a file is wanted");
	*ret_path = given.value;
	return true;
}

static bool take_updates(struct settings *settings, struct given given)
{
	return take_map(given, &settings->run.updates_map);
}

static bool take_images(struct settings *settings, struct given given)
{
	return take_map(given, &settings->run.images_map);
}

static bool take_as(struct settings *settings, struct given given)
{
	struct nearest nearest;

	nearest_init(&nearest, given.value);
	for (const struct reader_info *at = run_readers(); at->name; at++) {
		if (at->option && strcmp(at->name, given.value) == 0) {
			complain("'%s %s': such a file is given as '%s FILE'", given.name,
				given.value, at->option);
			return false;
		}
		if (at->option)
			continue;
		if (strcmp(at->name, given.value) == 0) {
			settings->run.as_format = at->name;
			return true;
		}
		nearest_offer(&nearest, at->name);
	}
	complain("'%s %s': no such reader%s%s%s; 'dismal formats' lists them", given.name,
		given.value, nearest.best ? ", did you mean '" : "",
		nearest.best ? nearest.best : "", nearest.best ? "'" : "");
	return false;
}

static bool take_color(struct settings *settings, struct given given)
{
	static const char *const words[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(words[i], given.value) != 0)
			continue;
		settings->color = (enum color_mode)i;
		return true;
	}
	return bad_value(given, "use auto, always or never");
}

/* Options that only raise a flag. */
#define TAKE_FLAG(function, member)                                                                \
	static bool function(struct settings *settings, struct given given)                        \
	{                                                                                          \
		(void)given;                                                                       \
		settings->member = true;                                                           \
		return true;                                                                       \
	}

TAKE_FLAG(take_force_timezone, run.force_timezone)
TAKE_FLAG(take_hash, run.hash_containers)
TAKE_FLAG(take_all_packages, run.all_packages)
TAKE_FLAG(take_unknown, run.unknown_shapes)
TAKE_FLAG(take_wide, emit.wide)
TAKE_FLAG(take_system_properties, emit.system_properties)
TAKE_FLAG(take_strict, strict)
TAKE_FLAG(take_allow_unknown, allow_unknown)
TAKE_FLAG(take_quiet, quiet)
TAKE_FLAG(take_no_progress, no_progress)
TAKE_FLAG(take_help, help)

#define FOR_BOTH (FOR_SCAN | FOR_FACTS)

/* clang-format off */
static const struct option options[] = {
	{ "--rows", "CLASS", FOR_SCAN, take_rows,
		"status (default), progress, view, history, images or all" },
	{ "--format", "FORMAT", FOR_SCAN, take_format,
		"of standard output: table (default), json, ndjson, csv, mof, cim-xml, adminservice" },
	{ "-o", "[FORMAT=]FILE", FOR_SCAN, take_output,
		"write a file as well; the extension tells the format; repeatable" },
	{ "--unknown", NULL, FOR_FACTS, take_unknown,
		"the shapes of the messages that nothing read, instead of facts" },
	{ "--index", "N[,N-M]", FOR_BOTH, take_index,
		"only these indexes; one alone is given to images that state none" },
	{ "--image-package-id", "[INPUT=]ID", FOR_BOTH, take_package_id,
		"ImagePackageID of all images, or of one input's; repeatable" },
	{ "--images", "FILE.csv", FOR_BOTH, take_images,
		"a site's images: container, ImagePackageID, index, name, description" },
	{ "--updates", "FILE.csv", FOR_BOTH, take_updates,
		"a site's updates: CI_ID, KB or identity, title, architecture, build" },
	{ "--join", "LOGIMAGE=CONTAINER:N", FOR_BOTH, take_join,
		"an image of the logs is that index of a file given; repeatable" },
	{ "--timezone", "[INPUT=]TZ", FOR_BOTH, take_timezone,
		"zone of the logs: an IANA name or an offset; repeatable" },
	{ "--force-timezone", NULL, FOR_BOTH, take_force_timezone,
		"--timezone wins over what a log says of itself" },
	{ "--all-packages", NULL, FOR_SCAN, take_all_packages,
		"rows for every top-level package, not for updates alone" },
	{ "--wide", NULL, FOR_SCAN, take_wide,
		"table: every row, with its numeric properties" },
	{ "--width", "N", FOR_SCAN, take_width,
		"table: columns of the page (default: the terminal's, 80 in a pipe)" },
	{ "--wmi-system-properties", NULL, FOR_SCAN, take_system_properties,
		"adminservice: the __ properties of each instance too" },
	{ "--as", "FORMAT", FOR_BOTH, take_as,
		"read every input with this reader, whatever it looks like" },
	{ "--hash", NULL, FOR_SCAN, take_hash,
		"SHA-256 of WIMs and archives too: they are read once more, whole" },
	{ "--jobs", "N", FOR_BOTH, take_jobs,
		"threads that read (default: one a processor, at most 8)" },
	{ "--strict", NULL, FOR_BOTH, take_strict,
		"every message makes exit code 3" },
	{ "--allow-unknown", NULL, FOR_BOTH, take_allow_unknown,
		"exit code 0 in place of 3" },
	{ "--quiet", NULL, FOR_BOTH, take_quiet,
		"no notes, no progress; losses and errors stay" },
	{ "--no-progress", NULL, FOR_BOTH, take_no_progress,
		"no progress bar" },
	{ "--color", "WHEN", FOR_SCAN, take_color,
		"auto (default), always or never; NO_COLOR is honoured" },
	{ "--help", NULL, FOR_BOTH, take_help,
		"this help" },
	/* The contract's options of later versions. */
	{ "--redact", NULL, FOR_BOTH, NULL, "" },
	{ "--no-sandbox", NULL, FOR_BOTH, NULL, "" },
};
/* clang-format on */

static const struct option *option_find(struct slice name)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (slice_equal(name, slice_from(options[i].name)))
			return &options[i];
	return NULL;
}

static void unknown_option(enum command_bit command, const char *command_name, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < COUNT(options); i++)
		if (options[i].take && (options[i].commands & command) && options[i].name[1] == '-')
			nearest_offer(&nearest, options[i].name);
	if (nearest.best)
		complain("unknown option '%s', did you mean '%s'?", name, nearest.best);
	else
		complain("unknown option '%s'; 'dismal %s --help' lists them", name, command_name);
}

/* Whether a command may use an option; when not, says why. */
static bool option_usable(
	const struct option *option, enum command_bit command, const char *command_name)
{
	if (!option->take) {
		complain("option '%s' is not in this version; 'dismal %s --help' lists what is",
			option->name, command_name);
		return false;
	}
	if (!(option->commands & command)) {
		complain("'dismal %s' has no option '%s'; 'dismal %s --help' lists them",
			command_name, option->name, command_name);
		return false;
	}
	return true;
}

/* The command line as it is read. */
struct cursor {
	int at, argc;
	char **argv;
	enum command_bit command;
};

/* Finds the option's value: behind '=', joined to -o, or the next argument. */
static bool value_of(struct cursor *cursor, const struct option *option, const char *joined,
	const char **ret_value)
{
	const char *next = cursor->at + 1 < cursor->argc ? cursor->argv[cursor->at + 1] : NULL;

	*ret_value = "";
	if (!option->argument) {
		if (joined)
			complain("option '%s' takes no value", option->name);
		return !joined;
	}
	if (joined) {
		*ret_value = joined;
		return true;
	}
	if (!next || (next[0] == '-' && next[1] == '-')) {
		complain("option '%s' needs a value: '%s %s'", option->name, option->name,
			option->argument);
		return false;
	}
	cursor->at++;
	*ret_value = next;
	return true;
}

static bool take_option(struct settings *settings, struct cursor *cursor)
{
	const char *word = cursor->argv[cursor->at], *joined = NULL, *value;
	struct slice name = slice_from(word);
	const struct option *option;
	char given_name[64];

	if (word[1] == 'o' && word[2]) { /* -oFILE */
		name = SLICE("-o");
		joined = word + 2;
	} else if (word[1] == '-' && strchr(word, '=')) {
		name = slice_cut(&name, '=');
		joined = strchr(word, '=') + 1;
	}
	option = option_find(name);
	if (!option) {
		snprintf(given_name, sizeof(given_name), "%.*s", SLICE_ARG(name));
		unknown_option(cursor->command, cursor->argv[0], given_name);
		return false;
	}
	if (!option_usable(option, cursor->command, cursor->argv[0]))
		return false;
	return value_of(cursor, option, joined, &value) &&
		option->take(settings, (struct given){ option->name, value });
}

/* "-" is standard input, and a minus with digits is a value: neither is an option. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && !is_digit(word[1]);
}

static bool take_input(struct settings *settings, const char *path)
{
	if (!*path) {
		complain("an input has an empty name");
		return false;
	}
	for (size_t i = 0; strcmp(path, "-") == 0 && i < settings->run.input_count; i++) {
		if (!settings->inputs[i] || strcmp(settings->inputs[i], "-") != 0)
			continue;
		complain("standard input '-' can be read only once");
		return false;
	}
	settings->inputs[settings->run.input_count++] = path;
	return true;
}

static bool take_words(struct settings *settings, struct cursor *cursor)
{
	bool options_over = false;

	for (cursor->at = 1; cursor->at < cursor->argc; cursor->at++) {
		const char *word = cursor->argv[cursor->at];

		if (!options_over && strcmp(word, "--") == 0) {
			options_over = true;
			continue;
		}
		if (!options_over && is_option(word) ? !take_option(settings, cursor)
						     : !take_input(settings, word))
			return false;
	}
	if (settings->run.input_count)
		return true;
	complain("'dismal %s' needs an input: a log, a folder, or '-' for standard input",
		cursor->argv[0]);
	return false;
}

/* Formats of one class a file cannot hold all of them, those for a site no images. */
static bool part_fits(enum emit_part part, const struct emitter *emitter)
{
	if (part == EMIT_ALL && emitter->one_class)
		complain("'--rows all': %s holds one class a file; name the class, or use "
			 "'--format ndjson'",
			emitter->name);
	else if (part == EMIT_IMAGES && emitter->for_site)
		complain("'--rows images': images are no class of ConfigMgr, and %s writes "
			 "classes alone; use '--format csv' or 'ndjson'",
			emitter->name);
	else
		return true;
	return false;
}

static bool parts_fit(const struct settings *settings)
{
	bool fit = part_fits(settings->emit.part, settings->format);

	for (size_t i = 0; i < settings->output_count && fit; i++)
		fit = part_fits(settings->emit.part, settings->outputs[i].emitter);
	return fit;
}

/* A map that is none is a mistake of the command line: nothing is read. */
static enum status check_maps(const struct settings *settings)
{
	enum status status;
	struct buf words;

	buf_init(&words, 1 << 16);
	status = maps_check(&settings->run, &words);
	if (status == ST_USAGE)
		complain("%.*s", SLICE_ARG(buf_slice(&words)));
	buf_release(&words);
	return status;
}

static bool help_wanted(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static unsigned default_jobs(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online < 1)
		return 1;
	return online > DEFAULT_JOBS ? DEFAULT_JOBS : (unsigned)online;
}

enum status settings_parse(
	enum command_bit command, int argc, char **argv, struct settings *ret_settings)
{
	struct cursor cursor = { .argc = argc, .argv = argv, .command = command };
	enum status status;

	*ret_settings = (struct settings){
		.run.jobs = default_jobs(),
		.emit = { .rows = ROW_STATUS, .version = DISMAL_VERSION },
		.format = emitter_find(SLICE("table")),
		.help = help_wanted(argc, argv),
	};
	if (ret_settings->help)
		return ST_OK;
	ret_settings->inputs = calloc((size_t)argc + 1, sizeof(*ret_settings->inputs));
	if (!ret_settings->inputs)
		return ST_NOMEM;
	status = take_words(ret_settings, &cursor) && parts_fit(ret_settings) ? ST_OK : ST_USAGE;
	if (status == ST_OK)
		status = check_maps(ret_settings);
	if (status != ST_OK) {
		settings_release(ret_settings);
		return status;
	}
	ret_settings->run.inputs = ret_settings->inputs;
	return ST_OK;
}

void settings_release(struct settings *settings)
{
	free(settings->inputs);
	settings->inputs = NULL;
	settings->run.inputs = NULL;
	settings->run.input_count = 0;
}

static unsigned terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return PIPE_WIDTH;
	return size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
}

/* https://no-color.org: set and not empty means no colour. */
static bool colors_welcome(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
		strcmp(term, "dumb") != 0;
}

void settings_fit_terminal(struct settings *settings)
{
	settings->emit.color = settings->color == COLOR_ALWAYS ||
		(settings->color == COLOR_AUTO && colors_welcome());
	if (!settings->emit.width)
		settings->emit.width = isatty(STDOUT_FILENO) ? terminal_width() : PIPE_WIDTH;
}

void options_print(enum command_bit command, FILE *to)
{
	char head[64];

	for (size_t i = 0; i < COUNT(options); i++) {
		const struct option *option = &options[i];

		if (!option->take || !(option->commands & command))
			continue;
		snprintf(head, sizeof(head), "%s%s%s", option->name, option->argument ? " " : "",
			option->argument ? option->argument : "");
		fprintf(to, "  %-29s %s\n", head, option->what);
	}
}
