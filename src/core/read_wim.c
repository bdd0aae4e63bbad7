/* A WIM, ESD or SWM: its images from the XML, the records inside from its contents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/facts_out.h"
#include "core/found.h"
#include "core/images.h"
#include "core/offers.h"
#include "core/read_file.h"
#include "core/scopes.h"
#include "core/temporary.h"
#include "core/wim_names.h"
#include "model/kb.h"
#include "source/tree.h"
#include "source/wim.h"

struct opened {
	struct reading *reading;
	const struct whereabouts *where;
	struct scope_name name; /* its path */
	struct wim_header header;
	struct finds finds;
	uint32_t index; /* of the image walked now */
	bool has_windows;
	bool is_saved; /* its XML alone, as a file */
};

/* Indexes are chosen of the WIM that is an input or lies in an archive; a WIM inside an image
 * belongs to that one. */
static bool is_wanted(const struct opened *opened, uint32_t index)
{
	const struct reading *reading = opened->reading;
	const struct whereabouts *where = opened->where;

	if (!where->inside.len)
		return input_wants(reading->world, &reading->inputs.items[where->input], index);
	return where->scope || index_is_chosen(reading->world->options, index);
}

static struct image *index_image(struct opened *opened, uint32_t index)
{
	struct image *image =
		scope_index(opened->reading->world, opened->where->input, &opened->name, index);

	if (image && opened->where->inside.len)
		image->outer = opened->where->scope;
	return image;
}

/* The images of its XML */

static void take_image(struct opened *opened, struct fact *fact)
{
	struct reading *reading = opened->reading;
	struct world *world = reading->world;
	struct image *image;

	fact->at.input = opened->where->input;
	fact->at.member = member_at(reading, opened->where);
	world->report->facts++;
	if (reading->prints_facts)
		facts_print(world, fact);
	if (!is_wanted(opened, fact->index)) {
		world->has_unchosen = true;
		return;
	}
	world->fact = fact;
	image = index_image(opened, fact->index);
	world->fact = NULL;
	if (image)
		image_describe(world, image, fact);
}

static void read_xml(
	struct opened *opened, const struct parser *parser, const char *xml, size_t size)
{
	struct reading *reading = opened->reading;
	struct report_input *report = &reading->world->report->inputs[opened->where->input];
	struct parse_result result;

	parse_result_init(&result);
	parser->read((struct slice){ xml, size }, &result);
	for (size_t i = 0; i < result.fact_count; i++) {
		if (!opened->is_saved) { /* the XML stands somewhere in a larger file */
			result.facts[i].at.line = 0;
			result.facts[i].at.offset += opened->header.xml_at;
		}
		take_image(opened, &result.facts[i]);
	}
	for (size_t i = 0; i < result.note_count; i++)
		note_at(reading, opened->where, result.notes[i].code, result.notes[i].detail);
	report->records += result.records;
	report->facts += result.fact_count;
	if (result.status != ST_OK)
		reading->world->status = result.status;
	parse_result_release(&result);
}

/* What identifies it: GUID, part, version of the format. */
static void print_identity(struct opened *opened)
{
	const struct wim_header *header = &opened->header;
	char part[32], version[16];
	struct fact fact = {
		.kind = FACT_WIM_FILE, .when = NO_TIME, .utc = NO_TIME, .begun = NO_TIME
	};

	if (!opened->reading->prints_facts)
		return;
	snprintf(part, sizeof(part), "part %u of %u", header->part, header->parts);
	snprintf(version, sizeof(version), "0x%x", header->version);
	fact.at.input = opened->where->input;
	fact.at.member = member_at(opened->reading, opened->where);
	fact.guid = slice_from(header->guid);
	fact.name = slice_from(part);
	fact.version = slice_from(version);
	facts_print(opened->reading->world, &fact);
}

static bool read_header(struct opened *opened, struct stream *stream)
{
	struct reading *reading = opened->reading;
	char *xml = NULL;
	size_t size = 0;
	enum status status = stream_wim_xml(stream, &opened->header, &xml, &size);

	if (!opened->where->inside.len && !opened->where->depth)
		reading->world->report->inputs[opened->where->input].bytes =
			stream_size(stream) ? stream_size(stream) : stream_stored_bytes(stream);
	if (status == ST_NOMEM)
		reading->world->status = status;
	else if (status != ST_OK)
		note_at(reading, opened->where, DIAG_WIM_DAMAGED, SLICE_NONE);
	else
		print_identity(opened);
	if (status == ST_OK)
		read_xml(opened, &parser_wim_xml, xml, size);
	if (status == ST_OK && (opened->header.flags & WIM_FLAG_WRITE_IN_PROGRESS))
		note_at(reading, opened->where, DIAG_WIM_INCOMPLETE, SLICE_NONE);
	free(xml);
	return status == ST_OK;
}

/* Its contents */

static const enum diagnostic_code codes[] = {
	[WIM_TROUBLE_NO_READER] = DIAG_WIM_CONTENTS,
	[WIM_TROUBLE_NOT_A_WIM] = DIAG_WIM_ENCRYPTED,
	[WIM_TROUBLE_DAMAGED] = DIAG_WIM_DAMAGED,
	[WIM_TROUBLE_PART_MISSING] = DIAG_WIM_PART_MISSING,
	[WIM_TROUBLE_ENCRYPTED] = DIAG_WIM_ENCRYPTED,
	[WIM_TROUBLE_IMAGE] = DIAG_IMAGE_DAMAGED,
	[WIM_TROUBLE_NAMES] = DIAG_WIM_NAMES,
	[WIM_TROUBLE_UNSUPPORTED] = DIAG_WIM_ENCRYPTED,
	[WIM_TROUBLE_IO] = DIAG_CANNOT_OPEN,
	[WIM_TROUBLE_MEMORY] = DIAG_FACTS_DROPPED,
};

static void note_problem(struct opened *opened, uint32_t index, const struct wim_problem *problem)
{
	struct whereabouts place = *opened->where;
	char number[16];

	if (problem->trouble == WIM_FINE)
		return;
	if (index) {
		snprintf(number, sizeof(number), "%u", index);
		place.inside = inside_of(opened->reading, place.inside, ':', slice_from(number));
	}
	note_at(opened->reading, &place, codes[problem->trouble], slice_from(problem->words));
}

static struct image *image_at(struct opened *opened, uint32_t index, struct slice root)
{
	struct reading *reading = opened->reading;
	struct whereabouts where = *opened->where;
	struct scope_name name;
	struct image *image;
	char number[16];

	if (!root.len)
		return index_image(opened, index);
	snprintf(number, sizeof(number), "%u", index);
	where.inside = inside_of(reading, where.inside, ':', slice_from(number));
	name = scope_name_at(reading, &where, root);
	image = scope_tree(reading->world, where.input, &name);
	if (image)
		image->outer = index_image(opened, index);
	return image;
}

/* Without a Windows folder what it holds may be packages: its files are read, and then that is
 * seen (mark_packages). */
static void settle_image(struct opened *opened, size_t from)
{
	const struct found *before = NULL; /* mostly of the same root */
	size_t kept = from;

	for (size_t i = from; i < opened->finds.items.count; i++) {
		struct found *found = opened->finds.items.items[i];

		if (opened->has_windows && found->place == PLACE_NONE)
			continue;
		if (before && slice_equal(before->root, found->root))
			found->scope = before->scope;
		else if (opened->has_windows)
			found->scope = image_at(opened, opened->index, found->root);
		before = found;
		opened->finds.items.items[kept++] = found;
	}
	opened->finds.items.count = kept;
}

/* A package whose contents are lost is still no image. */
static bool is_called_package(const struct found *found)
{
	return slice_ends_nocase(found->path, SLICE(".mum")) || kb_of_package_file(found->path);
}

/* Indexes that hold packages are no images of Windows. */
static void mark_packages(struct opened *opened, const struct offer *since)
{
	struct world *world = opened->reading->world;
	uint32_t last = 0;
	bool *holds;

	for (LIST_EACH(struct found, found, &opened->finds.items))
		last = found->index > last ? found->index : last;
	holds = calloc((size_t)last + 1, sizeof(*holds));
	if (!holds) {
		world->status = ST_NOMEM;
		return;
	}
	offers_indexes(
		world, since, opened->where->input, opened->where->inside, holds, (size_t)last + 1);
	for (LIST_EACH(struct found, found, &opened->finds.items)) {
		struct image *image;

		if (found->place != PLACE_NONE ||
			(!holds[found->index] && !is_called_package(found)))
			continue;
		image = index_image(opened, found->index);
		if (image)
			image->is_package = true;
	}
	free(holds);
}

static void note_oddity(struct opened *opened, uint32_t index, const struct wim_oddity *oddity)
{
	struct whereabouts place = *opened->where;
	char number[16];

	snprintf(number, sizeof(number), "%u", index);
	place.inside = inside_of(opened->reading, place.inside, ':', slice_from(number));
	place.inside = inside_of(opened->reading, place.inside, '/', oddity->path);
	note_at(opened->reading, &place, DIAG_WIM_NAMES, oddity->words);
}

static void take_names(struct opened *opened, uint32_t index, struct wim_names *names)
{
	size_t from = opened->finds.items.count;

	opened->index = index;
	opened->has_windows = names->has_windows;
	for (LIST_EACH(struct wim_oddity, oddity, &names->oddities))
		note_oddity(opened, index, oddity);
	for (LIST_EACH(struct walk_file, file, &names->files))
		(void)found_add(&opened->finds, index, file, file->path);
	if (names->status == ST_NOMEM)
		opened->reading->world->status = ST_NOMEM;
	if (names->problem.trouble == WIM_FINE && names->status != ST_OK)
		names->problem.trouble = WIM_TROUBLE_IMAGE;
	note_problem(opened, index, &names->problem);
	settle_image(opened, from);
}

static void walk_images(struct opened *opened, struct wim *wim, const char *path)
{
	struct world *world = opened->reading->world;
	uint32_t count = wim_image_count(wim);
	struct wim_names *names = calloc((size_t)count + 1, sizeof(*names));

	if (!names) {
		world->status = ST_NOMEM;
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		wim_names_init(&names[i]);
		names[i].is_wanted = is_wanted(opened, i + 1);
	}
	wim_names_walk(wim, path, world->options->jobs, names, count);
	for (uint32_t i = 0; i < count; i++) {
		if (names[i].is_wanted && world->status == ST_OK)
			take_names(opened, i + 1, &names[i]);
		wim_names_release(&names[i]);
	}
	free(names);
}

/* Blobs */

static int by_hash(const void *a, const void *b)
{
	return memcmp(
		(*(struct found *const *)a)->sha1, (*(struct found *const *)b)->sha1, SHA1_SIZE);
}

struct blobs {
	struct wim_blob *items;
	size_t count;
	struct list finds; /* struct found that have a hash, equal ones together */
};

/* Each distinct content once; the finds of blob i follow each other. */
static bool fold_blobs(struct opened *opened, struct blobs *blobs)
{
	const struct found *before = NULL;

	for (LIST_EACH(struct found, found, &opened->finds.items))
		if (found->kind == WALK_FILE && found->has_hash && !list_add(&blobs->finds, found))
			return false;
	list_sort(&blobs->finds, by_hash);
	blobs->items = calloc(blobs->finds.count + 1, sizeof(*blobs->items));
	if (!blobs->items)
		return false;
	for (LIST_EACH(struct found, next, &blobs->finds)) {
		if (!before || memcmp(before->sha1, next->sha1, SHA1_SIZE) != 0) {
			memcpy(blobs->items[blobs->count++].sha1, next->sha1, SHA1_SIZE);
		}
		before = next;
	}
	return true;
}

static void note_blob(struct opened *opened, const struct found *found, enum diagnostic_code code)
{
	struct whereabouts place = *opened->where;
	char number[16];

	snprintf(number, sizeof(number), "%u", found->index);
	place.inside = inside_of(opened->reading, place.inside, ':', slice_from(number));
	place.inside = inside_of(opened->reading, place.inside, '/', found->path);
	note_at(opened->reading, &place, code, SLICE_NONE);
}

/* A log with a changed stretch is still a log; of anything else no part can be trusted. */
static bool is_log(const struct found *found)
{
	return found->place == PLACE_CBS_LOG || found->place == PLACE_DISM_LOG ||
		found->place == PLACE_PANTHER_LOG || found->place == PLACE_REPORTING;
}

static const struct {
	enum wim_blob_state state;
	enum diagnostic_code code;
} losses[] = {
	{ BLOB_CHANGED, DIAG_MEMBER_CHANGED },
	{ BLOB_DAMAGED, DIAG_MEMBER_DAMAGED },
	{ BLOB_MISSING, DIAG_WIM_PART_MISSING },
	{ BLOB_TOO_LARGE, DIAG_FILE_TOO_LARGE },
};

static void note_loss(struct opened *opened, const struct found *found, const struct wim_blob *blob)
{
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		if (losses[i].state == blob->state)
			note_blob(opened, found, losses[i].code);
}

static void hand_out(struct opened *opened, const struct blobs *blobs)
{
	size_t at = 0;

	for (LIST_EACH(struct found, found, &blobs->finds)) {
		const struct wim_blob *blob;

		while (memcmp(blobs->items[at].sha1, found->sha1, SHA1_SIZE) != 0)
			at++;
		blob = &blobs->items[at];
		note_loss(opened, found, blob);
		if (blob->state == BLOB_OK || is_log(found))
			found->file = blob->file;
	}
}

/* False: nothing came out, and that is told. */
static bool take_out(struct opened *opened, struct wim *wim, const struct blobs *blobs)
{
	struct reading *reading = opened->reading;
	struct scratch *scratch = blobs->count ? temporary_folder(reading, opened->where) : NULL;
	enum status status;

	if (!scratch)
		return false;
	status = wim_extract(
		wim, blobs->items, blobs->count, scratch, reading->world->options->jobs);
	if (status == ST_NOMEM || status == ST_LIMIT)
		reading->world->status = status;
	else if (status == ST_IO)
		temporary_failed(reading, opened->where);
	for (size_t i = 0; i < blobs->count; i++)
		reading->budget.taken += blobs->items[i].size;
	return status == ST_OK || status == ST_DAMAGED;
}

static void read_contents(struct opened *opened, struct wim *wim)
{
	struct world *world = opened->reading->world;
	const struct offer *before = offers_until_now(world);
	struct whereabouts where = *opened->where;
	struct blobs blobs = { 0 };

	if (!fold_blobs(opened, &blobs)) {
		world->status = ST_NOMEM;
	} else {
		if (take_out(opened, wim, &blobs))
			hand_out(opened, &blobs);
		finds_arrange(&opened->finds);
		where.in_stream = true;
		where.was_counted = false;
		finds_read(&opened->finds, &where, NULL);
		mark_packages(opened, before);
	}
	for (size_t i = 0; i < blobs.count; i++)
		free(blobs.items[i].file);
	free(blobs.items);
	list_release(&blobs.finds);
}

static void read_inside(struct opened *opened, const char *path)
{
	struct world *world = opened->reading->world;
	struct wim_problem problem = { 0 };
	struct wim *wim = NULL;
	enum status status = wim_open(path, &wim, &problem);

	note_problem(opened, 0, &problem);
	if (status == ST_NOMEM)
		world->status = status;
	if (status != ST_OK && status != ST_DAMAGED)
		return;
	walk_images(opened, wim, path);
	if (world->status == ST_OK)
		read_contents(opened, wim);
	wim_close(wim);
}

/* Below a root, where no link may be followed, the library gets an open descriptor. */
static void read_by_ref(struct opened *opened, const struct file_ref *ref)
{
	char path[32];
	int fd;

	if (!ref->root) {
		read_inside(opened, ref->path);
		return;
	}
	if (tree_open(ref->root, slice_from(ref->path), &fd) != ST_OK) {
		note_at(opened->reading, opened->where, DIAG_CANNOT_OPEN, SLICE_NONE);
		return;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	read_inside(opened, path);
	close(fd);
}

void read_wim(struct reading *reading, const struct file_ref *ref, struct stream *stream,
	const struct whereabouts *where)
{
	struct opened opened = { .reading = reading, .where = where };
	bool is_whole;

	opened.finds.reading = reading;
	opened.finds.where = where;
	opened.name = scope_name_at(reading, where, SLICE_NONE);
	is_whole = read_header(&opened, stream);
	stream_close(stream);
	if (is_whole && reading->world->status == ST_OK)
		read_by_ref(&opened, ref);
	finds_release(&opened.finds);
}

/* The XML alone, saved as a file. */

#define XML_PIECE ((size_t)64 << 10)

static enum status read_all(struct stream *stream, struct buf *bytes)
{
	for (;;) {
		char *room = buf_room(bytes, XML_PIECE);
		enum status status = room ? ST_OK : bytes->status;
		size_t got = 0;

		if (status == ST_OK)
			status = stream_read(stream, room, XML_PIECE, &got);
		if (status != ST_OK || !got)
			return status;
		buf_grew(bytes, got);
	}
}

static void note_saved(struct opened *opened, struct stream *stream, enum status status)
{
	struct reading *reading = opened->reading;
	struct report *report = reading->world->report;

	if (status == ST_NOMEM)
		reading->world->status = status;
	else if (status == ST_LIMIT)
		note_at(reading, opened->where, DIAG_FILE_TOO_LARGE, SLICE_NONE);
	else if (status != ST_OK)
		note_at(reading, opened->where,
			status == ST_DAMAGED ? DIAG_COMPRESSED_DAMAGED : DIAG_CANNOT_OPEN,
			SLICE_NONE);
	if (opened->where->inside.len || opened->where->depth)
		return;
	report->inputs[opened->where->input].bytes = stream_stored_bytes(stream);
	report->inputs[opened->where->input].sha256 =
		arena_copy(&report->arena, stream_sha256(stream));
}

void read_wim_xml(struct reading *reading, struct stream *stream, const struct whereabouts *where)
{
	struct opened opened = { .reading = reading, .where = where, .is_saved = true };
	struct buf bytes;
	enum status status;

	buf_init(&bytes, MAX_WIM_XML);
	opened.name = scope_name_at(reading, where, SLICE_NONE);
	status = read_all(stream, &bytes);
	note_saved(&opened, stream, status);
	if (status != ST_NOMEM && status != ST_LIMIT)
		read_xml(&opened, &parser_wim_xml, bytes.ptr, bytes.len);
	stream_close(stream);
	buf_release(&bytes);
}
