/* Folders walked without following links; inputs numbered and named. */
#include "core/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/sort.h"
#include "core/list.h"
#include "core/places.h"
#include "core/recognise.h"
#include "source/stream.h"
#include "source/tree.h"

#define MAX_NAMED_UNKNOWN 20

static void note(struct world *world, enum diagnostic_code code, struct slice words)
{
	diagnostics_add(
		&world->report->diagnostics, code, (struct place){ .input = NO_INPUT }, words);
}

static void identify(struct input *input)
{
	struct stat info;
	struct slice root;

	input->is_place = place_of(slice_from(input->path), &root) != PLACE_NONE;
	if (strcmp(input->path, "-") == 0 || stat(input->path, &info) != 0)
		return;
	/* A collector may have linked equal files of two machines: they stay two. */
	if (S_ISREG(info.st_mode) && info.st_nlink > 1)
		return;
	input->device = info.st_dev;
	input->number = info.st_ino;
}

static struct input *add_input(struct world *world, struct inputs *inputs, const char *path,
	bool was_named, enum input_shape shape)
{
	struct input *input;

	if (inputs->count == MAX_INPUTS) {
		note(world, DIAG_FACTS_DROPPED, SLICE("more files than the limit"));
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
	*input = (struct input){ .path = strdup(path), .was_named = was_named, .shape = shape };
	if (input->path)
		identify(input);
	else
		world->status = ST_NOMEM;
	return input;
}

static void release_input(struct input *input)
{
	free(input->path);
	free(input->shown);
	free(input->indexes);
}

static void add_index(struct world *world, struct input *input, uint32_t index)
{
	uint32_t *grown =
		reallocarray(input->indexes, input->index_count + 1, sizeof(*input->indexes));

	if (!grown) {
		world->status = ST_NOMEM;
		return;
	}
	input->indexes = grown;
	input->indexes[input->index_count++] = index;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		release_input(&inputs->items[i]);
	free(inputs->items);
	*inputs = (struct inputs){ 0 };
}

/* Folders */

struct folder {
	struct world *world;
	struct inputs *inputs;
	const char *path;
	unsigned depth;
	bool was_named, has_manifests;
};

static void walk(struct world *world, struct inputs *inputs, const char *path, unsigned depth);

static void take_entry(struct folder *folder, const char *name)
{
	struct slice own = slice_from(name);
	struct stat info;
	char *path;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	if (asprintf(&path, "%s/%s", folder->path, name) < 0) {
		folder->world->status = ST_NOMEM;
		return;
	}
	if (lstat(path, &info) == 0 && S_ISREG(info.st_mode)) {
		folder->has_manifests |= is_manifest(own);
		if (!is_manifest(own) && !is_hive_log(own))
			(void)add_input(folder->world, folder->inputs, path, false, INPUT_FILE);
	} else if (S_ISDIR(info.st_mode)) {
		walk(folder->world, folder->inputs, path, folder->depth + 1);
	}
	free(path);
}

static void walk_plain(struct folder *folder)
{
	struct place nowhere = { .input = NO_INPUT };
	struct dirent *entry;
	DIR *directory = opendir(folder->path);

	if (!directory) {
		diagnostics_add(&folder->world->report->diagnostics, DIAG_CANNOT_OPEN, nowhere,
			slice_from(folder->path));
		return;
	}
	while (folder->world->status == ST_OK && (entry = readdir(directory)))
		take_entry(folder, entry->d_name);
	closedir(directory);
	if (folder->has_manifests)
		(void)add_input(folder->world, folder->inputs, folder->path, folder->depth == 0,
			INPUT_MANIFESTS);
}

static void note_deep(struct world *world, const char *path)
{
	struct buf words;

	buf_init(&words, 1 << 16);
	buf_printf(&words, "folders too deep: %s", path);
	note(world, DIAG_CANNOT_OPEN, buf_slice(&words));
	buf_release(&words);
}

static void walk(struct world *world, struct inputs *inputs, const char *path, unsigned depth)
{
	struct folder folder = { world, inputs, path, depth, depth == 0, false };

	if (depth > MAX_FOLDER_DEPTH) {
		note_deep(world, path);
		return;
	}
	if (tree_has(path, SLICE("Windows/System32")))
		(void)add_input(world, inputs, path, depth == 0, INPUT_TREE);
	else
		walk_plain(&folder);
}

/* Paths as given */

/* "x/Windows" is the tree x, "." the folder by its own name; slashes at the end go. */
static char *plain_folder(const char *given)
{
	char *path = strdup(given);
	size_t len = path ? strlen(path) : 0;
	struct slice base;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	if (!path)
		return NULL;
	base = path_name(slice_from(path));
	if (slice_equal_nocase(base, SLICE("Windows")) && tree_has(path, SLICE("System32"))) {
		char *parent = NULL;

		if (base.ptr == path ||
			asprintf(&parent, "%.*s", (int)(base.ptr - path - 1), path) < 0)
			parent = base.ptr == path ? realpath(".", NULL) : NULL;
		free(path);
		return parent && !parent[0] ? strdup("/") : parent;
	}
	if (slice_equal(base, SLICE(".")) || slice_equal(base, SLICE(".."))) {
		char *real = realpath(path, NULL);

		free(path);
		return real;
	}
	return path;
}

/* "install.wim:3", unless a file has that very name. */
static bool take_indexed(struct world *world, struct inputs *inputs, const char *given)
{
	const char *colon = strrchr(given, ':');
	struct input *input;
	struct stat info;
	uint32_t index;
	char *path;

	if (!colon || stat(given, &info) == 0 || !slice_to_u32(slice_from(colon + 1), 10, &index))
		return false;
	path = strndup(given, (size_t)(colon - given));
	if (!path || stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
		free(path);
		return false;
	}
	input = add_input(world, inputs, path, true, INPUT_FILE);
	free(path);
	if (input)
		add_index(world, input, index);
	return true;
}

static void take_given(struct world *world, struct inputs *inputs, const char *given)
{
	struct stat info;
	char *folder;

	if (strcmp(given, "-") != 0 && stat(given, &info) == 0 && S_ISDIR(info.st_mode)) {
		folder = plain_folder(given);
		if (folder)
			walk(world, inputs, folder, 0);
		else
			world->status = ST_NOMEM;
		free(folder);
	} else if (!take_indexed(world, inputs, given)) {
		(void)add_input(world, inputs, given, true, INPUT_FILE);
	}
}

bool input_wants(const struct world *world, const struct input *input, uint32_t index)
{
	bool wanted = input->index_count == 0;

	for (size_t i = 0; i < input->index_count; i++)
		wanted = wanted || input->indexes[i] == index;
	return wanted && index_is_chosen(world->options, index);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

/* The same file together; first the name that tells where in a Windows it stands, then the
 * shortest. */
static int by_file(const void *a, const void *b)
{
	const struct input *first = a, *second = b;
	size_t one = strlen(first->path), other = strlen(second->path);

	if (first->number != second->number)
		return first->number < second->number ? -1 : 1;
	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	if (first->shape != second->shape)
		return first->shape < second->shape ? -1 : 1;
	if (first->is_place != second->is_place)
		return first->is_place ? -1 : 1;
	if (one != other && first->number)
		return one < other ? -1 : 1;
	return by_path(a, b);
}

/* Folders above the names that show must not settle an order. */
static int by_shown(const void *a, const void *b)
{
	int order = strcmp(((const struct input *)a)->shown, ((const struct input *)b)->shown);

	return order ? order : by_path(a, b);
}

/* Maps are read as what they are: a folder that holds one, or a pattern of the shell that names
 * it too, makes no other input of it. */

static bool is_map_file(const struct stat *map, const struct input *input)
{
	struct stat info;

	return input->shape == INPUT_FILE && strcmp(input->path, "-") != 0 &&
		stat(input->path, &info) == 0 && info.st_dev == map->st_dev &&
		info.st_ino == map->st_ino;
}

static void add_map(
	struct world *world, struct inputs *inputs, const char *path, enum input_shape shape)
{
	struct stat info;
	bool is_there = path && stat(path, &info) == 0;
	size_t kept = 0;

	if (!path)
		return;
	for (size_t i = 0; i < inputs->count; i++) {
		if (is_there && is_map_file(&info, &inputs->items[i]))
			release_input(&inputs->items[i]);
		else
			inputs->items[kept++] = inputs->items[i];
	}
	inputs->count = kept;
	(void)add_input(world, inputs, path, true, shape);
}

/* The same file given twice counts once; its indexes add up. */
static void unite(struct world *world, struct input *kept, struct input *other)
{
	if (!kept->index_count || !other->index_count)
		kept->index_count = 0;
	for (size_t i = 0; kept->index_count && i < other->index_count; i++)
		add_index(world, kept, other->indexes[i]);
	kept->was_named |= other->was_named;
	release_input(other);
}

static bool is_same_file(const struct input *a, const struct input *b)
{
	if (a->shape != b->shape || a->number != b->number || a->device != b->device)
		return false;
	return a->number || strcmp(a->path, b->path) == 0;
}

/* "a.wim", "./a.wim" and a link to it are one. */
static void drop_doubles(struct world *world, struct inputs *inputs)
{
	size_t kept = 0;

	sort_items(inputs->items, inputs->count, sizeof(*inputs->items), by_file);
	for (size_t i = 0; i < inputs->count; i++) {
		if (kept && is_same_file(&inputs->items[kept - 1], &inputs->items[i]))
			unite(world, &inputs->items[kept - 1], &inputs->items[i]);
		else
			inputs->items[kept++] = inputs->items[i];
	}
	inputs->count = kept;
	sort_items(inputs->items, inputs->count, sizeof(*inputs->items), by_path);
}

/* Files of folders */

static void note_empty_folders(struct world *world)
{
	for (size_t i = 0; i < world->options->input_count; i++)
		note(world, DIAG_NO_LOGS, slice_from(world->options->inputs[i]));
}

/* Files of a folder that nobody knows: counted, some named. */
static void count_unknown(struct world *world, struct inputs *inputs)
{
	size_t unknown = 0, known = 0, found = 0, maps = 0;
	struct buf words;

	buf_init(&words, 1 << 16);
	for (size_t i = 0; i < inputs->count; i++) {
		found += !inputs->items[i].was_named;
		maps += input_is_map(&inputs->items[i]);
		known += inputs->items[i].shape != INPUT_NONE && !input_is_map(&inputs->items[i]);
		if (inputs->items[i].was_named || inputs->items[i].shape != INPUT_NONE)
			continue;
		if (unknown++ < MAX_NAMED_UNKNOWN)
			buf_printf(&words, "%s%s", unknown > 1 ? ", " : "", inputs->items[i].shown);
	}
	if (unknown > MAX_NAMED_UNKNOWN)
		buf_printf(&words, " and %zu more", unknown - MAX_NAMED_UNKNOWN);
	if (unknown)
		note(world, DIAG_UNKNOWN_FILES, buf_slice(&words));
	if (!known && (found || inputs->count == maps))
		note_empty_folders(world);
	buf_release(&words);
}

/* They do not stand among the inputs. */
static void drop_unknown(struct inputs *inputs)
{
	size_t kept = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		if (!inputs->items[i].was_named && inputs->items[i].shape == INPUT_NONE) {
			release_input(&inputs->items[i]);
			continue;
		}
		inputs->items[kept++] = inputs->items[i];
	}
	inputs->count = kept;
}

/* Which part of which split WIM a file is: 0 for any other file. */
static unsigned part_of(struct slice head, char ret_guid[16])
{
	if (head.len < 44 || !slice_starts(head, SLICE("MSWIM\0\0\0")))
		return 0;
	memcpy(ret_guid, head.ptr + 24, 16);
	return (unsigned)(unsigned char)head.ptr[40] | (unsigned)(unsigned char)head.ptr[41] << 8;
}

static void look_at(struct input *input)
{
	struct stream *stream = NULL;

	if (input->shape != INPUT_FILE || strcmp(input->path, "-") == 0 ||
		stream_open(input->path, &stream) != ST_OK)
		return;
	if (recognise(stream_head(stream), NULL).as == AS_NOTHING && !input->was_named)
		input->shape = INPUT_NONE;
	input->part = part_of(stream_head(stream), input->guid);
	stream_close(stream);
}

static int by_part(const void *a, const void *b)
{
	const struct input *first = *(struct input *const *)a, *second = *(struct input *const *)b;
	int order = memcmp(first->guid, second->guid, sizeof(first->guid));

	if (order)
		return order;
	return (first->part > second->part) - (first->part < second->part);
}

/* The parts of a split WIM behind the first are read with it, when it is there. */
static void find_parts(struct world *world, struct inputs *inputs)
{
	const struct input *before = NULL;
	struct list parts = { 0 };

	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->items[i].part && !list_add(&parts, &inputs->items[i]))
			world->status = ST_NOMEM;
	list_sort(&parts, by_part);
	for (LIST_EACH(struct input, input, &parts)) {
		if (input->part == 1)
			before = input;
		else if (before && memcmp(before->guid, input->guid, sizeof(input->guid)) == 0)
			input->shape = INPUT_PART;
	}
	list_release(&parts);
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
		report->inputs[i].is_map = input_is_map(&inputs->items[i]);
	}
	return ST_OK;
}

enum status inputs_find(struct world *world, struct inputs *inputs)
{
	for (size_t i = 0; i < world->options->input_count; i++)
		take_given(world, inputs, world->options->inputs[i]);
	if (world->status != ST_OK)
		return world->status;
	add_map(world, inputs, world->options->updates_map, INPUT_UPDATES);
	add_map(world, inputs, world->options->images_map, INPUT_IMAGES);
	if (world->status != ST_OK)
		return world->status;
	drop_doubles(world, inputs);
	inputs_name(world, inputs);
	if (world->status != ST_OK)
		return world->status;
	sort_items(inputs->items, inputs->count, sizeof(*inputs->items), by_shown);
	/* Before inputs are numbered, so that the numbers in diagnostics are final. */
	for (size_t i = 0; i < inputs->count; i++)
		look_at(&inputs->items[i]);
	find_parts(world, inputs);
	count_unknown(world, inputs);
	drop_unknown(inputs);
	return make_report_inputs(world, inputs);
}
