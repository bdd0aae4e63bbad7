/* Names of inputs to show: the shortest end of the path that is no other's. */
#include <string.h>

#include "base/sort.h"
#include "core/inputs.h"

#define MAX_PARTS_SHOWN 40

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

struct path {
	struct slice text;
	unsigned parts; /* that tell it from the others */
	struct input *input;
};

static char from_end(const struct path *path, size_t at)
{
	return path->text.ptr[path->text.len - 1 - at];
}

/* Bytes that two paths have in common at their ends. */
static size_t common_end(const struct path *a, const struct path *b)
{
	size_t shorter = a->text.len < b->text.len ? a->text.len : b->text.len, at = 0;

	while (at < shorter && from_end(a, at) == from_end(b, at))
		at++;
	return at;
}

static int by_end(const void *left, const void *right)
{
	const struct path *a = left, *b = right;
	size_t at = common_end(a, b);

	if (at == a->text.len || at == b->text.len)
		return (a->text.len > b->text.len) - (a->text.len < b->text.len);
	return (unsigned char)from_end(a, at) < (unsigned char)from_end(b, at) ? -1 : 1;
}

static bool is_part_end(const struct path *path, size_t at)
{
	return at == path->text.len || from_end(path, at) == '/';
}

/* Components that two paths share at their ends. */
static unsigned common_parts(const struct path *a, const struct path *b)
{
	size_t end = common_end(a, b);
	unsigned parts = is_part_end(a, end) && is_part_end(b, end);

	for (size_t at = 0; at < end; at++)
		parts += from_end(a, at) == '/';
	return parts;
}

/* The path that shares most with one stands beside it when they are sorted by their ends. */
static void count_parts(struct path *paths, size_t count)
{
	sort_items(paths, count, sizeof(*paths), by_end);
	for (size_t i = 1; i < count; i++) {
		unsigned parts = common_parts(&paths[i - 1], &paths[i]) + 1;

		if (paths[i - 1].parts < parts)
			paths[i - 1].parts = parts;
		paths[i].parts = parts;
	}
}

static void set_shown(struct world *world, struct input *input, unsigned parts)
{
	if (parts > MAX_PARTS_SHOWN)
		parts = MAX_PARTS_SHOWN;
	input->shown = strdup(tail_of(input->path, parts));
	if (!input->shown)
		world->status = ST_NOMEM;
}

void inputs_name(struct world *world, struct inputs *inputs)
{
	struct path *paths = calloc(inputs->count + 1, sizeof(*paths));
	size_t count = 0;

	if (!paths) {
		world->status = ST_NOMEM;
		return;
	}
	for (size_t i = 0; i < inputs->count; i++) {
		struct input *input = &inputs->items[i];

		if (strcmp(input->path, "-") == 0)
			set_shown(world, input, 1);
		else
			paths[count++] = (struct path){ slice_from(input->path), 1, input };
	}
	count_parts(paths, count);
	for (size_t i = 0; i < count; i++)
		set_shown(world, paths[i].input, paths[i].parts);
	free(paths);
}
