/* Labels of machines, from paths. */
#include "core/machines.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "core/scopes.h"

/* What Windows and log rotation put into names; what is left names the machine. */
static const char *const common_words[] = {
	"log",
	"logs",
	"bak",
	"old",
	"gz",
	"xz",
	"zst",
	"bz2",
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

static void put_label(struct buf *label, struct slice path)
{
	struct slice folder = path, base = path_name(path);

	folder.len -= base.len;
	while (folder.len && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	for (;;) {
		struct slice last = path_name(folder);

		if (!last.len || !is_log_folder(last))
			break;
		folder = path_folder(folder);
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

static struct machine *machine_of(struct world *world, struct slice path)
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

static bool has_format(const struct list *logs, const struct machine *machine, const char *format)
{
	for (LIST_EACH(struct log_source, log, logs))
		if (log->machine == machine && strcmp(log->parser->name, format) == 0)
			return true;
	return false;
}

/* One dism.log and one CBS.log from two folders, and nothing else: the plain case of a
 * person who copied both. */
static void join_pair(struct world *world, const struct list *logs)
{
	struct machine *a, *b;

	if (world->machines.count != 2)
		return;
	a = world->machines.items[0];
	b = world->machines.items[1];
	if (a->online || b->online ||
		has_format(logs, a, "dism-log") == has_format(logs, b, "dism-log") ||
		has_format(logs, a, "cbs-log") == has_format(logs, b, "cbs-log"))
		return;
	for (LIST_EACH(struct log_source, log, logs))
		if (log->machine == b)
			log->machine = a;
	world->machines.count = 1;
}

/* A log inside an archive lies in a folder named like the archive. */
static struct slice label_path(struct reading *reading, const struct log_source *log)
{
	struct slice path = slice_from(reading->inputs.items[log->input].path);

	if (!log->member)
		return path;
	return inside_of(reading, path, '|', reading->world->report->members[log->member].path);
}

void machines_assign(struct reading *reading)
{
	struct world *world = reading->world;

	for (LIST_EACH(struct log_source, log, &reading->logs))
		log->machine = log->scope ? scope_machine(world, log->scope)
					  : machine_of(world, label_path(reading, log));
	join_pair(world, &reading->logs);
}
