/* Image trees and folders of manifests on disk. */
#include <string.h>

#include "core/found.h"
#include "core/read_file.h"
#include "core/scopes.h"
#include "source/tree.h"

static bool enter(void *self, struct slice folder)
{
	(void)self;
	return place_leads(folder);
}

static void take(void *self, const struct walk_file *file)
{
	struct finds *finds = self;
	struct slice root;

	if (place_of(file->path, &root) != PLACE_NONE)
		(void)found_add(finds, 0, file, file->path);
}

static void note_input(
	struct reading *reading, uint32_t input, enum diagnostic_code code, struct slice words)
{
	diagnostics_add(&reading->world->report->diagnostics, code,
		(struct place){ .input = input }, words);
}

/* A folder that could not be entered, where a place may lie. */
static void trouble(void *self, struct slice path, struct slice words)
{
	struct finds *finds = self;
	struct whereabouts where = *(const struct whereabouts *)finds->where;

	where.inside = inside_of(finds->reading, SLICE_NONE, '/', path);
	note_at(finds->reading, &where, DIAG_CANNOT_OPEN, words);
}

/* The image of a root inside the tree: "" is the tree itself. */
static struct image *image_at(struct reading *reading, uint32_t input, struct slice root)
{
	struct whereabouts where = { .input = input };
	struct scope_name name = scope_name_at(reading, &where, root);
	struct image *image = scope_root(reading->world, input, &name);

	if (image && root.len && !image->outer)
		image->outer = image_at(reading, input, SLICE_NONE);
	return image;
}

static void finish(struct reading *reading, struct finds *finds, enum status status,
	const struct whereabouts *where, const char *root, const char *format)
{
	struct report *report = reading->world->report;

	if (status == ST_NOMEM)
		reading->world->status = status;
	else if (status == ST_LIMIT)
		note_input(reading, where->input, DIAG_FACTS_DROPPED,
			SLICE("more names than the limit"));
	else if (status != ST_OK)
		note_input(reading, where->input, DIAG_CANNOT_OPEN, SLICE_NONE);
	finds_arrange(finds);
	for (LIST_EACH(struct found, found, &finds->items))
		found->file = found->path.ptr;
	report->inputs[where->input].format = format;
	report->was_read = true;
	if (reading->world->status == ST_OK)
		finds_read(finds, where, root);
	finds_release(finds);
}

void read_tree(struct reading *reading, uint32_t input)
{
	const char *root = reading->inputs.items[input].path;
	struct whereabouts where = { .input = input };
	struct finds finds = { .reading = reading, .where = &where };
	const struct walk walk = { enter, take, trouble, &finds };
	enum status status;

	(void)image_at(reading, input, SLICE_NONE);
	status = tree_walk(root, &walk);
	for (LIST_EACH(struct found, found, &finds.items))
		found->scope = image_at(reading, input, found->root);
	finish(reading, &finds, status, &where, root, "tree");
}

/* Folders of manifests */

static bool enter_none(void *self, struct slice folder)
{
	(void)self;
	return folder.len == 0;
}

static void take_manifest(void *self, const struct walk_file *file)
{
	if (slice_ends_nocase(file->path, SLICE(".mum")))
		(void)found_add(self, 0, file, file->path);
}

static bool is_package(const struct finds *finds)
{
	for (LIST_EACH(struct found, found, &finds->items))
		if (slice_starts_nocase(found->path, SLICE("update")))
			return true;
	return false;
}

/* Below Windows/servicing they are of that image; beside an update.mum they are a package;
 * others are a list of what some image knows. */
static struct image *scope_of(struct reading *reading, uint32_t input, const struct finds *finds)
{
	struct whereabouts where = { .input = input };
	struct scope_name name = scope_name_at(reading, &where, SLICE_NONE);
	struct slice root;

	if (place_of(inside_of(reading, name.given, '/', SLICE("x.mum")), &root) != PLACE_NONE)
		return scope_around(reading, input, root);
	return is_package(finds) ? NULL : scope_document(reading->world, input, &name);
}

void read_manifests(struct reading *reading, uint32_t input)
{
	const char *root = reading->inputs.items[input].path;
	struct whereabouts where = { .input = input };
	struct finds finds = { .reading = reading, .where = &where };
	const struct walk walk = { enter_none, take_manifest, trouble, &finds };
	enum status status = tree_walk(root, &walk);
	struct image *scope = scope_of(reading, input, &finds);

	for (LIST_EACH(struct found, found, &finds.items))
		found->scope = scope;
	finish(reading, &finds, status, &where, root, "manifests");
}
