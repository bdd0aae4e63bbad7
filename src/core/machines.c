/* Labels of machines, from paths. */
#include "core/machines.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
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
	"offlineservicingmgr",
	"panther",
	"windows",
};

static bool is_number(struct slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!is_digit(word.ptr[i]))
			return false;
	return true;
}

/* A date, a time stamp to the second. */
static bool is_date(struct slice word)
{
	return is_number(word) && (word.len == 8 || word.len == 14) &&
		(slice_starts(word, SLICE("20")) || slice_starts(word, SLICE("19")));
}

/* `before`: the word before it, which may be the date of a time. */
static bool is_common(struct slice word, struct slice before)
{
	if (is_date(word) ||
		(is_number(word) &&
			(word.len == 1 || /* "dism.log.1" */
				(word.len == 6 && is_date(before)))))
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
	struct slice before = SLICE_NONE;

	while (base.len) {
		struct slice word;
		size_t end = 0;

		while (end < base.len && is_word_char(base.ptr[end]))
			end++;
		word = slice_from_to(base, 0, end);
		if (end && !is_common(word, before)) {
			buf_putc(label, ' ');
			buf_put(label, word);
		}
		before = word;
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
	if (label.status == ST_NOMEM)
		world->status = ST_NOMEM;
	id = world_text(world, buf_slice(&label));
	for (LIST_EACH(struct machine, machine, &world->machines))
		if (machine->label == id)
			found = machine;
	if (!found)
		found = new_machine(world, buf_slice(&label));
	buf_release(&label);
	return found;
}

/* What one machine has one of. */
static const char *const formats[] = { "dism-log", "cbs-log", "cm-log" };

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

/* The number of a log's format; FORMAT_COUNT: another one. */
static size_t format_of(const struct log_source *log)
{
	size_t i = 0;

	while (i < FORMAT_COUNT && strcmp(log->parser->name, formats[i]) != 0)
		i++;
	return i;
}

static bool has_format(const struct list *logs, const struct machine *machine, size_t format)
{
	for (LIST_EACH(struct log_source, log, logs))
		if (log->machine == machine && format_of(log) == format)
			return true;
	return false;
}

/* Whether each machine has logs of a kind that no other has, and none is an image's own. */
static bool have_one_of_each(const struct world *world, const struct list *logs)
{
	bool is_taken[FORMAT_COUNT] = { false };

	for (LIST_EACH(struct machine, machine, &world->machines)) {
		bool any = false;

		for (size_t i = 0; i < FORMAT_COUNT; i++) {
			if (!has_format(logs, machine, i))
				continue;
			if (is_taken[i])
				return false;
			any = is_taken[i] = true;
		}
		if (machine->online || !any)
			return false;
	}
	return true;
}

/* One dism.log, one CBS.log, one OfflineServicingMgr.log from folders of their own, and nothing
 * else: the plain case of a person who copied each from its place. */
static void join_places(struct world *world, const struct list *logs)
{
	if (world->machines.count < 2 || world->machines.count > FORMAT_COUNT ||
		!have_one_of_each(world, logs))
		return;
	for (LIST_EACH(struct log_source, log, logs))
		log->machine = world->machines.items[0];
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

/* Rotation: ConfigMgr keeps one older generation, "X.lo_" of "X.log". */

struct generation {
	struct log_source *log;
	struct slice stem; /* "X" with all that stands before it */
	bool is_current;
};

static int by_stem(const void *a, const void *b)
{
	const struct generation *first = a, *second = b;
	int order = slice_compare(first->stem, second->stem);

	if (order || first->is_current != second->is_current)
		return order ? order : first->is_current - second->is_current;
	if (first->log->input != second->log->input)
		return first->log->input < second->log->input ? -1 : 1;
	return (first->log->member > second->log->member) -
		(first->log->member < second->log->member);
}

static size_t list_generations(struct reading *reading, struct generation *generations)
{
	size_t count = 0;

	for (LIST_EACH(struct log_source, log, &reading->logs)) {
		struct slice path;
		bool is_current;

		if (log->parser != &parser_cm_log)
			continue;
		path = label_path(reading, log);
		is_current = slice_ends_nocase(path, SLICE(".log"));
		if (!is_current && !slice_ends_nocase(path, SLICE(".lo_")))
			continue;
		path.len -= 4;
		generations[count++] = (struct generation){ log, path, is_current };
	}
	sort_items(generations, count, sizeof(*generations), by_stem);
	return count;
}

static void find_rotations(struct reading *reading)
{
	struct generation *all = calloc(reading->logs.count + 1, sizeof(*all));
	size_t count = all ? list_generations(reading, all) : 0;

	if (!all)
		reading->world->status = ST_NOMEM;
	for (size_t i = 1; i < count; i++) {
		struct log_source *log = all[i].log, *older = all[i - 1].log;

		if (!all[i].is_current || all[i - 1].is_current ||
			!slice_equal(all[i].stem, all[i - 1].stem) ||
			log->machine != older->machine)
			continue;
		log->older = older;
		older->is_older = true;
	}
	free(all);
}

void machines_assign(struct reading *reading)
{
	struct world *world = reading->world;

	for (LIST_EACH(struct log_source, log, &reading->logs))
		log->machine = log->scope ? scope_machine(world, log->scope)
					  : machine_of(world, label_path(reading, log));
	join_places(world, &reading->logs);
	find_rotations(reading);
}
