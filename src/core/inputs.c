/*
 * Inputs: a folder is walked without following links; what no reader knows is counted.
 * Logs are of one machine when they lie together and their names differ only by
 * what rotation and Windows itself put there.
 */
#include "core/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sort.h"
#include "parsers/parser.h"

#define MAX_NAMED_UNKNOWN 20

static struct input *add_input(
	struct world *world, struct inputs *inputs, const char *path, bool was_named)
{
	struct input *input;

	if (inputs->count == MAX_INPUTS) {
		world->status = ST_LIMIT;
		return NULL;
	}
	if (inputs->count == inputs->cap) {
		size_t cap = inputs->cap ? inputs->cap * 2 : 16;
		struct input *grown = reallocarray(inputs->items, cap, sizeof(*grown));

		if (!grown) {
			world->status = ST_NOMEM;
			return NULL;
		}
		inputs->items = grown;
		inputs->cap = cap;
	}
	input = &inputs->items[inputs->count++];
	*input = (struct input){ .path = strdup(path), .was_named = was_named };
	if (!input->path)
		world->status = ST_NOMEM;
	return input;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		free(inputs->items[i].path);
		free(inputs->items[i].shown);
	}
	free(inputs->items);
	*inputs = (struct inputs){ 0 };
}

static void walk(struct world *world, struct inputs *inputs, const char *folder, unsigned depth);

static void take_entry(struct world *world, struct inputs *inputs, const char *folder,
	const char *name, unsigned depth)
{
	struct stat info;
	char *path;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		world->status = ST_NOMEM;
		return;
	}
	if (lstat(path, &info) == 0 && S_ISREG(info.st_mode))
		(void)add_input(world, inputs, path, false);
	else if (S_ISDIR(info.st_mode) && depth < MAX_FOLDER_DEPTH)
		walk(world, inputs, path, depth + 1);
	free(path);
}

static void walk(struct world *world, struct inputs *inputs, const char *folder, unsigned depth)
{
	struct place nowhere = { .input = NO_INPUT };
	struct dirent *entry;
	DIR *directory = opendir(folder);

	if (!directory) {
		diagnostics_add(
			&world->report->diagnostics, DIAG_CANNOT_OPEN, nowhere, slice_from(folder));
		return;
	}
	while (world->status == ST_OK && (entry = readdir(directory)))
		take_entry(world, inputs, folder, entry->d_name, depth);
	closedir(directory);
}

/* Names to show */

/* The last `parts` components of a path. */
static const char *tail_of(const char *path, unsigned parts)
{
	const char *at = path + strlen(path);

	while (at > path) {
		if (at[-1] == '/' && at[0] && --parts == 0)
			break;
		at--;
	}
	return at;
}

static bool is_shared(const struct inputs *inputs, size_t self, unsigned parts)
{
	const char *tail = tail_of(inputs->items[self].path, parts);

	for (size_t i = 0; i < inputs->count; i++)
		if (i != self && strcmp(tail, tail_of(inputs->items[i].path, parts)) == 0)
			return true;
	return false;
}

/* The shortest end of the path that is no other's: an absolute path does not show. */
static void name_inputs(struct world *world, struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		struct input *input = &inputs->items[i];
		unsigned parts = 1;

		if (strcmp(input->path, "-") == 0) {
			input->shown = strdup("-");
			continue;
		}
		while (parts < 40 && tail_of(input->path, parts) != input->path &&
			is_shared(inputs, i, parts))
			parts++;
		input->shown = strdup(tail_of(input->path, parts));
		if (!input->shown)
			world->status = ST_NOMEM;
	}
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

/* Folders above the names that show must not settle an order. */
static int by_shown(const void *a, const void *b)
{
	int order = strcmp(((const struct input *)a)->shown, ((const struct input *)b)->shown);

	return order ? order : by_path(a, b);
}

/* The same file given twice counts once. */
static void drop_doubles(struct inputs *inputs)
{
	size_t kept = 0;

	sort_items(inputs->items, inputs->count, sizeof(*inputs->items), by_path);
	for (size_t i = 0; i < inputs->count; i++) {
		if (kept && strcmp(inputs->items[kept - 1].path, inputs->items[i].path) == 0) {
			free(inputs->items[i].path);
			continue;
		}
		inputs->items[kept++] = inputs->items[i];
	}
	inputs->count = kept;
}

/* Machines */

/* What Windows and log rotation put into names; what is left names the machine. */
static const char *const common_words[] = {
	"log",
	"logs",
	"bak",
	"old",
	"gz",
	"txt",
	"lo",
	"copy",
	"offline",
	"panther",
	"windows",
};

static bool is_common(struct slice word)
{
	bool digits = true;

	for (size_t i = 0; i < word.len; i++)
		digits = digits && is_digit(word.ptr[i]);
	/* "dism.log.1", a date, a time stamp to the second */
	if (digits &&
		(word.len == 1 ||
			((word.len == 8 || word.len == 14) &&
				(slice_starts(word, SLICE("20")) ||
					slice_starts(word, SLICE("19"))))))
		return true;
	/* "DismLCU.log": a /LogPath beside dism.log */
	if (slice_starts_nocase(word, SLICE("dism")) || slice_starts_nocase(word, SLICE("cbs")))
		return true;
	for (size_t i = 0; i < sizeof(common_words) / sizeof(common_words[0]); i++)
		if (slice_equal_nocase(word, slice_from(common_words[i])))
			return true;
	return false;
}

static bool is_word_char(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c & 0x80);
}

/* "host1-CBS.log" → "host1"; "CbsPersist_20240110093000.log" → "". */
static void put_own_words(struct buf *label, struct slice base)
{
	while (base.len) {
		size_t end = 0;

		while (end < base.len && is_word_char(base.ptr[end]))
			end++;
		if (end && !is_common(slice_from_to(base, 0, end))) {
			buf_putc(label, ' ');
			buf_put(label, slice_from_to(base, 0, end));
		}
		base = slice_skip(base, end + 1);
	}
}

/* Folders of Windows that part the logs of one machine. */
static bool is_log_folder(struct slice name)
{
	static const char *const folders[] = { "cbs", "dism", "logs", "windows", "panther",
		"mosetup" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (slice_equal_nocase(name, slice_from(folders[i])))
			return true;
	return false;
}

static void put_label(struct buf *label, const char *path)
{
	struct slice folder = slice_from(path), base = slice_from(tail_of(path, 1));

	folder.len -= base.len;
	while (folder.len && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	for (;;) {
		size_t slash = slice_find_last_char(folder, '/');
		struct slice last = slash == SLICE_MISSING ? folder : slice_skip(folder, slash + 1);

		if (!last.len || !is_log_folder(last))
			break;
		folder.len = slash == SLICE_MISSING ? 0 : slash;
	}
	buf_put(label, folder);
	buf_putc(label, '|');
	put_own_words(label, base);
}

static struct machine *new_machine(struct world *world, struct slice label)
{
	struct machine *machine = world_alloc(world, sizeof(*machine));

	if (!machine)
		return NULL;
	machine->label = world_text(world, label);
	machine->number = (uint32_t)world->machines.count;
	if (list_add(&world->machines, machine))
		return machine;
	world->status = ST_NOMEM;
	return NULL;
}

static struct machine *machine_of(struct world *world, const char *path)
{
	struct machine *found = NULL;
	struct buf label;
	text_id id;

	buf_init(&label, 1 << 16);
	put_label(&label, path);
	id = world_text(world, buf_slice(&label));
	for (LIST_EACH(struct machine, machine, &world->machines))
		if (machine->label == id)
			found = machine;
	if (!found)
		found = new_machine(world, buf_slice(&label));
	buf_release(&label);
	return found;
}

static bool has_format(
	const struct inputs *inputs, const struct machine *machine, const char *format)
{
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->items[i].machine == machine && inputs->items[i].parser &&
			strcmp(inputs->items[i].parser->name, format) == 0)
			return true;
	return false;
}

/* One dism.log and one CBS.log from two folders, and nothing else: the plain case of a
 * person who copied both. */
static void join_pair(struct world *world, struct inputs *inputs)
{
	struct machine *a, *b;

	if (world->machines.count != 2)
		return;
	a = world->machines.items[0];
	b = world->machines.items[1];
	if (has_format(inputs, a, "dism-log") == has_format(inputs, b, "dism-log") ||
		has_format(inputs, a, "cbs-log") == has_format(inputs, b, "cbs-log"))
		return;
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->items[i].machine == b)
			inputs->items[i].machine = a;
	world->machines.count = 1;
}

/* Recognising */

static void note(struct world *world, enum diagnostic_code code, size_t input, struct slice words)
{
	struct place at = { .input = (uint32_t)input };

	diagnostics_add(&world->report->diagnostics, code, at, words);
}

static void note_looked_for(struct world *world, size_t input)
{
	struct buf words;

	buf_init(&words, 4096);
	buf_puts(&words, "looked for: ");
	for (size_t i = 0; parser_all()[i]; i++)
		buf_printf(&words, "%s%s", i ? "; " : "", parser_all()[i]->looked_for);
	note(world, DIAG_NOT_RECOGNISED, input, buf_slice(&words));
	buf_release(&words);
}

/* Containers of other programs: recognised, and answered with what opens them. */
static const struct {
	size_t at;
	struct slice magic;
	const char *answer;
} foreign[] = {
	{ 0, { "MSCF", 4 }, "a cabinet: unpack it with 'cabextract FILE'" },
	{ 0, { "PK\3\4", 4 }, "a ZIP archive: unpack it with 'unzip FILE'" },
	{ 0, { "7z\xBC\xAF\x27\x1C", 6 }, "a 7z archive: unpack it with '7z x FILE'" },
	{ 0,
		{ "\xFD"
		  "7zXZ",
			5 },
		"xz: unpack it with 'xz -d FILE'" },
	{ 0, { "\x28\xB5\x2F\xFD", 4 }, "zstd: unpack it with 'zstd -d FILE'" },
	{ 0, { "BZh", 3 }, "bzip2: unpack it with 'bzip2 -d FILE'" },
	{ 257, { "ustar", 5 }, "a TAR archive: unpack it with 'tar xf FILE'" },
	{ 0, { "regf", 4 }, "a registry hive: this build does not read hives" },
	{ 32769, { "CD001", 5 }, "an ISO image: mount it or unpack it with '7z x FILE'" },
	{ 0, { "vhdxfile", 8 }, "a VHDX: open it with 'guestmount' or 'qemu-nbd'" },
	{ 0, { "conectix", 8 }, "a VHD: open it with 'guestmount' or 'qemu-nbd'" },
	{ 0, { "EVF\x09\x0D\x0A\xFF", 7 }, "an E01 image: open it with 'ewfmount'" },
	{ 0, { "QFI\xFB", 4 }, "a QCOW2 image: open it with 'guestmount' or 'qemu-nbd'" },
};

static const char *foreign_answer(struct slice head)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (slice_starts(slice_skip(head, foreign[i].at), foreign[i].magic) &&
			head.len > foreign[i].at)
			return foreign[i].answer;
	return NULL;
}

/* A byte order mark and UTF-16 do not hide a log from the bids. */
static const struct parser *detect(struct slice head)
{
	const struct parser *parser;
	enum text_encoding encoding;
	struct buf text;
	size_t bom;

	encoding = text_detect(head, &bom);
	if (encoding == TEXT_UTF8)
		return parser_detect(head);
	buf_init(&text, 1 << 20);
	(void)text_from_utf16(&text, slice_skip(head, bom), encoding, true);
	parser = parser_detect(buf_slice(&text));
	buf_release(&text);
	return parser;
}

static void recognise(struct world *world, struct inputs *inputs, size_t at)
{
	struct input *input = &inputs->items[at];
	struct stream *stream = NULL;
	enum status status;
	struct slice head;

	input->shape = INPUT_NONE;
	if (strcmp(input->path, "-") == 0) {
		input->shape = INPUT_LOG; /* standard input is opened once, later */
		return;
	}
	status = stream_open(input->path, &stream);
	if (status == ST_NOMEM) {
		world->status = status;
		return;
	}
	if (status != ST_OK) {
		note(world, DIAG_CANNOT_OPEN, at, slice_from(strerror(errno)));
		return;
	}
	head = stream_head(stream);
	world->report->inputs[at].bytes = stream_size(stream);
	input->parser = world->options->as_format
		? parser_find(slice_from(world->options->as_format))
		: detect(head);
	if (input->parser)
		input->shape = input->parser->shape == PARSER_WHOLE ? INPUT_WIM : INPUT_LOG;
	else if (!head.len && stream_status(stream) == ST_DAMAGED)
		note(world, DIAG_COMPRESSED_DAMAGED, at, SLICE_NONE);
	else if (foreign_answer(head))
		note(world, DIAG_NEEDS_READER, at, slice_from(foreign_answer(head)));
	else if (input->was_named)
		note_looked_for(world, at);
	stream_close(stream);
}

static void note_empty_folders(struct world *world)
{
	for (size_t i = 0; i < world->options->input_count; i++)
		note(world, DIAG_NO_LOGS, NO_INPUT, slice_from(world->options->inputs[i]));
}

/* Files of a folder that nobody knows: counted by extension, some named. */
static void count_unknown(struct world *world, struct inputs *inputs)
{
	size_t unknown = 0, known = 0, found = 0;
	struct buf words;

	buf_init(&words, 1 << 16);
	for (size_t i = 0; i < inputs->count; i++) {
		found += !inputs->items[i].was_named;
		known += inputs->items[i].shape != INPUT_NONE;
		if (inputs->items[i].was_named || inputs->items[i].shape != INPUT_NONE)
			continue;
		if (unknown++ < MAX_NAMED_UNKNOWN)
			buf_printf(&words, "%s%s", unknown > 1 ? ", " : "", inputs->items[i].shown);
	}
	if (unknown > MAX_NAMED_UNKNOWN)
		buf_printf(&words, " and %zu more", unknown - MAX_NAMED_UNKNOWN);
	if (unknown)
		note(world, DIAG_UNKNOWN_FILES, NO_INPUT, buf_slice(&words));
	if (!known && (found || !inputs->count))
		note_empty_folders(world);
	buf_release(&words);
}

/* Files of a folder that are nothing do not stand among the inputs. */
static void drop_unknown(struct inputs *inputs)
{
	size_t kept = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		if (!inputs->items[i].was_named && inputs->items[i].shape == INPUT_NONE) {
			free(inputs->items[i].path);
			free(inputs->items[i].shown);
			continue;
		}
		inputs->items[kept++] = inputs->items[i];
	}
	inputs->count = kept;
}

static enum status make_report_inputs(struct world *world, struct inputs *inputs)
{
	struct report *report = world->report;

	report->inputs = arena_alloc(&report->arena, (inputs->count + 1) * sizeof(*report->inputs));
	if (!report->inputs)
		return ST_NOMEM;
	report->input_count = inputs->count;
	for (size_t i = 0; i < inputs->count; i++) {
		report->inputs[i].path =
			arena_copy(&report->arena, slice_from(inputs->items[i].shown));
		report->inputs[i].format = "";
	}
	return ST_OK;
}

static void recognise_all(struct world *world, struct inputs *inputs)
{
	/* Files of folders first, so that the numbers of inputs are final in diagnostics. */
	for (size_t i = 0; i < inputs->count; i++) {
		struct stream *stream = NULL;
		struct slice head;

		if (inputs->items[i].was_named ||
			stream_open(inputs->items[i].path, &stream) != ST_OK)
			continue;
		head = stream_head(stream);
		inputs->items[i].shape =
			detect(head) || foreign_answer(head) ? INPUT_LOG : INPUT_NONE;
		stream_close(stream);
	}
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->items[i].was_named)
			inputs->items[i].shape = INPUT_LOG;
	count_unknown(world, inputs);
	drop_unknown(inputs);
}

enum status inputs_find(struct world *world, struct inputs *inputs)
{
	for (size_t i = 0; i < world->options->input_count; i++) {
		const char *path = world->options->inputs[i];
		struct stat info;

		if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
			walk(world, inputs, path, 0);
		else
			(void)add_input(world, inputs, path, true);
	}
	if (world->status != ST_OK)
		return world->status;
	drop_doubles(inputs);
	name_inputs(world, inputs);
	if (world->status == ST_OK)
		sort_items(inputs->items, inputs->count, sizeof(*inputs->items), by_shown);
	recognise_all(world, inputs);
	if (world->status != ST_OK || make_report_inputs(world, inputs) != ST_OK)
		return world->status != ST_OK ? world->status : ST_NOMEM;
	for (size_t i = 0; i < inputs->count; i++) {
		recognise(world, inputs, i);
		if (inputs->items[i].shape == INPUT_NONE)
			continue;
		world->report->was_read = true;
		world->report->inputs[i].format =
			inputs->items[i].parser ? inputs->items[i].parser->name : "";
		if (inputs->items[i].shape == INPUT_LOG)
			inputs->items[i].machine = machine_of(world, inputs->items[i].path);
	}
	join_pair(world, inputs);
	return world->status;
}
