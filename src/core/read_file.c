/* Who reads what. */
#include "core/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/documents.h"
#include "core/places.h"
#include "core/temporary.h"

/* Kinds of files */

static void queue_log(struct reading *reading, const struct file_ref *ref,
	const struct parser *parser, struct stream *stream, const struct whereabouts *where)
{
	struct log_source *log = calloc(1, sizeof(*log));

	if (!log || !list_add(&reading->logs, log)) {
		free(log);
		reading->world->status = ST_NOMEM;
		return;
	}
	*log = (struct log_source){ .stream = stream,
		.root = ref->root ? strdup(ref->root) : NULL,
		.path = strdup(ref->path),
		.parser = parser,
		.input = where->input,
		.member = member_at(reading, where),
		.scope = where->scope };
	if (!log->path || (ref->root && !log->root))
		reading->world->status = ST_NOMEM;
}

static bool is_standard_input(const struct file_ref *ref)
{
	return !ref->root && strcmp(ref->path, "-") == 0;
}

static void read_log(struct reading *reading, const struct file_ref *ref,
	const struct parser *parser, struct stream *stream, const struct whereabouts *places,
	size_t count)
{
	bool keeps = is_standard_input(ref); /* it cannot be opened again */

	for (size_t i = 0; i < count; i++)
		queue_log(reading, ref, parser, keeps ? stream : NULL, &places[i]);
	if (!keeps)
		stream_close(stream);
}

/* The logs of a hive that lies in a folder of the disk stand beside it. */
static void find_logs(const struct file_ref *ref, const struct whereabouts *where, char *names[2],
	struct hive_logs *logs)
{
	static const char *const endings[2][2] = { { ".LOG1", ".log1" }, { ".LOG2", ".log2" } };

	for (int i = 0; i < 2; i++) {
		logs->paths[i] = where->logs[i];
		for (int k = 0; k < 2 && !where->inside.len && !logs->paths[i]; k++) {
			free(names[i]);
			if (asprintf(&names[i], "%s%s", ref->path, endings[i][k]) < 0)
				names[i] = NULL;
			else if (access(names[i], R_OK) == 0)
				logs->paths[i] = names[i];
		}
	}
}

static struct image *own_image(
	struct reading *reading, const struct parser *parser, const struct whereabouts *where)
{
	struct scope_name name;

	if (where->scope || !parser->is_of_image)
		return where->scope;
	name = scope_name_at(reading, where, SLICE_NONE);
	return scope_document(reading->world, where->input, &name);
}

static void read_document(struct reading *reading, const struct file_ref *ref,
	const struct parser *parser, struct stream *stream, const struct whereabouts *places,
	size_t count)
{
	struct target *targets = calloc(count, sizeof(*targets));
	char *names[2] = { NULL, NULL };
	struct hive_logs logs;

	if (!targets) {
		reading->world->status = ST_NOMEM;
		stream_close(stream);
		return;
	}
	for (size_t i = 0; i < count; i++)
		targets[i] = (struct target){ own_image(reading, parser, &places[i]),
			places[i].input, member_at(reading, &places[i]) };
	find_logs(ref, &places[0], names, &logs);
	if (reading->world->status == ST_OK)
		document_read(reading, parser, ref, &logs, stream, targets, count);
	stream_close(stream);
	free(targets);
	free(names[0]);
	free(names[1]);
}

#define SPOOL_PIECE ((size_t)256 << 10)

/* What came of a damaged stream is read; of one that our disk had no room for nothing is. */
static bool spool_to(struct reading *reading, const struct whereabouts *where,
	struct stream *stream, const struct temporary *file)
{
	char *bytes = malloc(SPOOL_PIECE);
	enum status status = bytes ? ST_OK : ST_NOMEM;
	bool has_room = true;
	size_t got = 1;

	while (status == ST_OK && got && has_room) {
		status = stream_read(stream, bytes, SPOOL_PIECE, &got);
		if (got)
			has_room =
				temporary_write(reading, where, file, (struct slice){ bytes, got });
	}
	free(bytes);
	if (status == ST_NOMEM)
		reading->world->status = status;
	else if (status != ST_OK)
		note_at(reading, where, stream_diagnostic(status),
			status == ST_IO ? slice_from(strerror(errno)) : SLICE_NONE);
	return has_room && reading->world->status == ST_OK;
}

/* What its reader opens by a path, and cannot: standard input, a compressed file. */
static void spool(struct reading *reading, struct stream *stream, const struct whereabouts *places,
	size_t count)
{
	struct whereabouts *deeper = calloc(count, sizeof(*deeper));
	struct temporary file;

	if (!deeper)
		reading->world->status = ST_NOMEM;
	for (size_t i = 0; deeper && i < count; i++) {
		deeper[i] = places[i];
		deeper[i].depth++;
	}
	if (deeper && temporary_open(reading, deeper, &file)) {
		if (spool_to(reading, deeper, stream, &file))
			(void)read_file(reading, &(struct file_ref){ NULL, file.path, true },
				deeper, count);
		unlink(file.path);
		temporary_close(&file);
	}
	stream_close(stream);
	free(deeper);
}

/* Nothing but zeros where an image keeps its records: a file that was lost or never written. */
static bool is_all_zero(struct slice head)
{
	for (size_t i = 0; i < head.len; i++)
		if (head.ptr[i])
			return false;
	return head.len > 0;
}

/* A log that was never written is no loss; what was named, and any other record, is. */
static bool is_missed(const struct whereabouts *where, struct slice head)
{
	return where->was_named || (where->is_place && head.len);
}

static void note_unknown(struct reading *reading, struct slice head, const struct recognised *what,
	const struct whereabouts *places, size_t count)
{
	struct buf words;

	buf_init(&words, 8192);
	if (head.len)
		recognise_looked_for(&words);
	else
		buf_puts(&words, "the file is empty");
	for (size_t i = 0; i < count; i++) {
		if (!is_missed(&places[i], head))
			continue;
		if (is_all_zero(head))
			note_at(reading, &places[i], DIAG_FILE_ZERO, SLICE_NONE);
		else if (places[i].is_aside && !places[i].was_named)
			note_at(reading, &places[i], DIAG_UNKNOWN_FILES, SLICE_NONE);
		else if (what->as == AS_FOREIGN)
			note_at(reading, &places[i], DIAG_NEEDS_READER, slice_from(what->words));
		else
			note_at(reading, &places[i], DIAG_NOT_RECOGNISED, buf_slice(&words));
	}
	buf_release(&words);
}

/* What no bid knows is given to the reader of its place, which says what is wrong with it. */
static struct recognised recognise_at(
	struct reading *reading, struct slice head, const struct whereabouts *where)
{
	const char *forced = where->inside.len ? NULL : reading->world->options->as_format;
	struct recognised what = recognise(head, forced);
	bool is_lost =
		is_all_zero(head) && (!where->expected || where->expected->shape != PARSER_FILE);

	if ((what.as != AS_NOTHING && what.as != AS_FOREIGN) || !where->expected || is_lost)
		return what;
	if (!head.len && where->expected == &parser_pending_xml) /* no byte, no operation */
		return what;
	return (struct recognised){ AS_DOCUMENT, where->expected, "" };
}

static bool needs_path(const struct recognised *what)
{
	return what->as == AS_WIM || what->as == AS_ARCHIVE ||
		(what->as == AS_DOCUMENT && what->parser->shape == PARSER_FILE);
}

/* The input as a whole: what it is, and how large as it is stored. */
static void name_format(struct reading *reading, const struct recognised *what,
	const struct stream *stream, const struct whereabouts *where)
{
	struct report *report = reading->world->report;

	if (where->depth || where->inside.len)
		return;
	report->was_read = true;
	report->inputs[where->input].bytes = stream_size(stream);
	report->inputs[where->input].format =
		what->as == AS_ARCHIVE ? "archive" : what->parser->name;
}

bool is_container(const struct recognised *what)
{
	return what->as == AS_WIM || what->as == AS_ARCHIVE;
}

bool may_nest(struct reading *reading, const struct whereabouts *where)
{
	if (where->depth >= MAX_CONTAINERS)
		note_at(reading, where, DIAG_TOO_DEEP, SLICE_NONE);
	else if (budget_enter(&reading->budget))
		return true;
	else
		note_at(reading, where, DIAG_ARCHIVE_LIMIT,
			SLICE("more containers in containers than such a small input holds"));
	return false;
}

static bool may_enter(
	struct reading *reading, const struct stream *stream, const struct whereabouts *where)
{
	if (where->was_counted)
		return true;
	if (where->in_stream)
		return may_nest(reading, where);
	budget_add(&reading->budget, stream_size(stream));
	return true;
}

static void dispatch(struct reading *reading, const struct file_ref *ref, struct stream *stream,
	const struct recognised *what, const struct whereabouts *places, size_t count)
{
	if (is_container(what) && !may_enter(reading, stream, &places[0])) {
		stream_close(stream);
	} else if (needs_path(what) &&
		(is_standard_input(ref) ||
			(stream_is_compressed(stream) && what->as != AS_ARCHIVE))) {
		spool(reading, stream, places, count);
	} else if (what->as == AS_LOG) {
		read_log(reading, ref, what->parser, stream, places, count);
	} else if (what->as == AS_DOCUMENT) {
		read_document(reading, ref, what->parser, stream, places, count);
	} else if (what->as == AS_WIM) {
		read_wim(reading, ref, stream, &places[0]);
	} else if (what->as == AS_WIM_XML) {
		read_wim_xml(reading, stream, &places[0]);
	} else {
		stream_close(stream);
		read_archive(reading, ref, places, count);
	}
}

/* Of a container only parts are read: its hash, when it is wanted, takes a reading of its own. */
static void hash_container(
	struct reading *reading, const struct file_ref *ref, const struct whereabouts *where)
{
	struct report *report = reading->world->report;
	struct stream *stream = NULL;
	char *bytes;
	size_t got = 1;

	if (!reading->world->options->hash_containers || where->depth || where->inside.len ||
		is_standard_input(ref) || stream_open(ref->path, &stream) != ST_OK)
		return;
	bytes = malloc(SPOOL_PIECE);
	while (bytes && got && stream_read(stream, bytes, SPOOL_PIECE, &got) == ST_OK)
		;
	free(bytes);
	report->inputs[where->input].sha256 = arena_copy(&report->arena, stream_sha256(stream));
	stream_close(stream);
}

bool read_file(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count)
{
	struct stream *stream = NULL;
	enum status status = file_open(ref, places[0].inside.len != 0, &stream);
	struct recognised what;

	if (status == ST_NOMEM || status == ST_LIMIT) {
		reading->world->status = status;
		return false;
	}
	if (status != ST_OK) {
		note_at(reading, &places[0], DIAG_CANNOT_OPEN, slice_from(strerror(errno)));
		return false;
	}
	what = recognise_at(reading, stream_head(stream), &places[0]);
	if (what.as == AS_NOTHING && stream_status(stream) == ST_DAMAGED) {
		note_at(reading, &places[0], DIAG_COMPRESSED_DAMAGED, SLICE_NONE);
		stream_close(stream);
		return false;
	}
	if (what.as == AS_NOTHING || what.as == AS_FOREIGN) {
		note_unknown(reading, stream_head(stream), &what, places, count);
		stream_close(stream);
		return false;
	}
	name_format(reading, &what, stream, &places[0]);
	if (is_container(&what))
		hash_container(reading, ref, &places[0]);
	dispatch(reading, ref, stream, &what, places, count);
	return true;
}

/* A file given by its path: at its Windows path it belongs to the image around it. */
static void read_plain(struct reading *reading, uint32_t input)
{
	const struct input *given = &reading->inputs.items[input];
	struct whereabouts where = { .input = input, .was_named = given->was_named };
	struct slice root;
	enum place_kind place = place_of(slice_from(given->path), &root);

	where.is_place = place != PLACE_NONE;
	if (where.is_place)
		where.expected = place_parser(place, slice_from(given->path));
	if (where.is_place && place != PLACE_RECOVERY) /* images of its own */
		where.scope = scope_around(reading, input, root);
	reading->inputs.items[input].scope = where.scope;
	(void)read_file(reading, &(struct file_ref){ NULL, given->path, false }, &where, 1);
}

/* A map is what its option says, whatever it looks like. */
static void read_map(struct reading *reading, uint32_t input, const struct parser *parser)
{
	struct file_ref ref = { NULL, reading->inputs.items[input].path, false };
	struct whereabouts where = { .input = input, .was_named = true };
	struct stream *stream = NULL;
	enum status status = file_open(&ref, false, &stream);

	if (status == ST_OK) {
		reading->world->report->inputs[input].format = parser->name;
		read_document(reading, &ref, parser, stream, &where, 1);
	} else if (status == ST_NOMEM || status == ST_LIMIT) {
		reading->world->status = status;
	} else {
		note_at(reading, &where, DIAG_CANNOT_OPEN, slice_from(strerror(errno)));
	}
}

void read_input(struct reading *reading, uint32_t input)
{
	reading->budget = (struct budget){ 0 };
	switch (reading->inputs.items[input].shape) {
	case INPUT_FILE:
		read_plain(reading, input);
		break;
	case INPUT_TREE:
		read_tree(reading, input);
		break;
	case INPUT_MANIFESTS:
		read_manifests(reading, input);
		break;
	case INPUT_PART:
		reading->world->report->inputs[input].format = parser_wim_xml.name;
		break;
	case INPUT_UPDATES:
		read_map(reading, input, &parser_updates_map);
		break;
	case INPUT_IMAGES:
		read_map(reading, input, &parser_images_map);
		break;
	case INPUT_NONE:
		break;
	}
}
