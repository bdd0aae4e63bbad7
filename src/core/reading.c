/* What all readers share: how files open, where they stand, what is said of them. */
#include "core/reading.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/scopes.h"
#include "source/tree.h"

void reading_release(struct reading *reading)
{
	for (LIST_EACH(struct log_source, log, &reading->logs)) {
		if (log->stream)
			stream_close(log->stream);
		free(log->root);
		free(log->path);
		free(log);
	}
	list_release(&reading->logs);
	inputs_release(&reading->inputs);
	scratch_free(reading->scratch);
}

enum status file_open(const struct file_ref *ref, bool is_member, struct stream **ret_stream)
{
	enum status status = ST_OK;
	int fd;

	if (!is_member)
		return stream_open(ref->path, ret_stream);
	if (ref->root)
		status = tree_open(ref->root, slice_from(ref->path), &fd);
	else if ((fd = open(ref->path, O_RDONLY | O_CLOEXEC)) < 0) /* a file of ours */
		status = ST_IO;
	return status == ST_OK ? stream_open_unhashed(fd, ret_stream) : status;
}

/* Places */

struct slice inside_of(
	struct reading *reading, struct slice inside, char separator, struct slice path)
{
	struct buf text;
	struct slice copy;

	buf_init(&text, (size_t)1 << 20);
	buf_put(&text, inside);
	buf_putc(&text, separator);
	buf_put(&text, path);
	copy = arena_copy(&reading->world->arena, buf_slice(&text));
	if (text.status != ST_OK || !copy.ptr)
		reading->world->status = ST_NOMEM;
	buf_release(&text);
	return copy;
}

static struct slice path_at(struct reading *reading, struct slice path,
	const struct whereabouts *where, struct slice below)
{
	if (where->inside.len)
		path = inside_of(reading, path, where->inside.ptr[0], slice_skip(where->inside, 1));
	return below.len ? inside_of(reading, path, '/', below) : path;
}

struct scope_name scope_name_at(
	struct reading *reading, const struct whereabouts *where, struct slice path)
{
	const struct input *input = &reading->inputs.items[where->input];

	return (struct scope_name){
		.given = path_at(reading, slice_from(input->path), where, path),
		.shown = path_at(reading, slice_from(input->shown), where, path),
	};
}

#define MAX_MEMBERS 10000000u

static bool grow_members(struct reading *reading)
{
	struct report *report = reading->world->report;
	size_t cap = report->member_count ? report->member_count * 2 : 64;
	struct report_member *grown = arena_alloc(&report->arena, cap * sizeof(*grown));
	struct image **images =
		reallocarray(reading->world->member_images, cap, sizeof(struct image *));

	if (images)
		reading->world->member_images = images;
	if (!grown || !images) {
		reading->world->status = ST_NOMEM;
		return false;
	}
	if (report->member_count)
		memcpy(grown, report->members, report->member_count * sizeof(*grown));
	report->members = grown;
	reading->world->member_cap = cap;
	if (!report->member_count) {
		images[0] = NULL;
		report->member_count = 1;
	}
	return true;
}

uint32_t member_at(struct reading *reading, const struct whereabouts *where)
{
	struct world *world = reading->world;
	struct report *report = world->report;
	uint32_t number;

	if (!where->inside.len)
		return 0;
	if (report->member_count == MAX_MEMBERS) {
		world->status = ST_LIMIT;
		return 0;
	}
	if (report->member_count >= world->member_cap && !grow_members(reading))
		return 0;
	number = (uint32_t)report->member_count++;
	report->members[number].path = arena_copy(&report->arena, where->inside);
	report->members[number].in_stream = where->in_stream;
	world->member_images[number] = where->scope;
	return number;
}

void note_at(struct reading *reading, const struct whereabouts *where, enum diagnostic_code code,
	struct slice words)
{
	struct place at = { .input = where->input, .member = member_at(reading, where) };

	diagnostics_add(&reading->world->report->diagnostics, code, at, words);
}

enum diagnostic_code stream_diagnostic(enum status status)
{
	if (status == ST_LIMIT)
		return DIAG_COMPRESSED_LIMIT;
	return status == ST_DAMAGED ? DIAG_COMPRESSED_DAMAGED : DIAG_CANNOT_OPEN;
}

struct image *scope_around(struct reading *reading, uint32_t input, struct slice root)
{
	const struct input *of = &reading->inputs.items[input];
	struct slice path = slice_from(of->path), shown = slice_from(of->shown);
	size_t below = path.len - root.len; /* with the slash before it */

	shown.len = shown.len > below ? shown.len - below : 0;
	if (!shown.len)
		shown = path_name(root);
	return scope_root(reading->world, input, &(struct scope_name){ root, shown });
}
