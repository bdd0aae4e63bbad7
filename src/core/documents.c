/* From a document to folded facts. */
#include "core/documents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/facts_out.h"
#include "core/fold.h"
#include "source/tree.h"

struct job {
	struct reading *reading;
	const struct parser *parser;
	struct stream *stream;
	const struct target *targets;
	size_t count;
	enum status status; /* of the stream */
};

static void note(struct job *job, size_t target, enum diagnostic_code code, uint64_t line,
	uint64_t offset, struct slice words)
{
	struct place at = { .input = job->targets[target].input,
		.member = job->targets[target].member,
		.line = line,
		.offset = offset };

	diagnostics_add(&job->reading->world->report->diagnostics, code, at, words);
}

static void fold_for(struct job *job, const struct target *target, struct parse_result *result)
{
	struct world *world = job->reading->world;

	world->scope = target->scope;
	for (size_t i = 0; i < result->fact_count && world->status == ST_OK; i++) {
		struct fact *fact = &result->facts[i];

		if (fact->kind == FACT_NONE)
			continue;
		fact->at.input = target->input;
		fact->at.member = target->member;
		world->report->facts++;
		if (job->reading->prints_facts)
			facts_print(world, fact);
		fold_fact(world, NULL, fact);
	}
	world->scope = NULL;
	world->fact = NULL;
}

/* Takes what was parsed so far: facts for every image, notes where the document stands. */
static void take(void *self, struct parse_result *result)
{
	struct job *job = self;
	struct report_input *report = &job->reading->world->report->inputs[job->targets[0].input];

	for (size_t i = 0; i < job->count; i++)
		fold_for(job, &job->targets[i], result);
	for (size_t i = 0; i < result->note_count; i++)
		for (size_t k = 0; k < job->count; k++)
			note(job, k, result->notes[i].code, result->notes[i].line,
				result->notes[i].offset, result->notes[i].detail);
	report->facts += result->fact_count;
}

static void take_rest(struct job *job, struct parse_result *result)
{
	struct report_input *report = &job->reading->world->report->inputs[job->targets[0].input];

	take(job, result);
	report->records += result->records;
	report->unrecognized += result->unrecognized;
	report->damaged += result->damaged;
	if (result->read_as && !job->targets[0].member)
		report->format = result->read_as->name;
	if (result->status != ST_OK)
		job->reading->world->status = result->status;
}

static void note_stream(struct job *job)
{
	for (size_t i = 0; job->status != ST_OK && i < job->count; i++)
		note(job, i, stream_diagnostic(job->status), 0, 0,
			job->status == ST_IO ? slice_from(strerror(errno)) : SLICE_NONE);
}

static size_t read_piece(void *self, char *bytes, size_t size)
{
	struct job *job = self;
	size_t got = 0;

	if (job->status == ST_OK)
		job->status = stream_read(job->stream, bytes, size, &got);
	return job->status == ST_OK ? got : 0;
}

#define PIECE ((size_t)256 << 10)

/* The whole document; false when it is larger than its reader takes. */
static bool read_all(struct job *job, struct buf *bytes)
{
	for (;;) {
		char *room = buf_room(bytes, PIECE);
		size_t got;

		if (!room)
			return false;
		got = read_piece(job, room, PIECE);
		if (!got)
			return true;
		buf_grew(bytes, got);
		if (bytes->len > MAX_WHOLE)
			return false;
	}
}

static void read_whole(struct job *job, struct parse_result *result)
{
	struct buf bytes;

	buf_init(&bytes, MAX_WHOLE + 2 * PIECE);
	if (read_all(job, &bytes)) {
		job->parser->read(buf_slice(&bytes), result);
		parse_result_flush(result); /* facts borrow from the bytes */
	} else if (bytes.status == ST_NOMEM)
		job->reading->world->status = ST_NOMEM;
	else
		parse_result_note(result, DIAG_FILE_TOO_LARGE, 0, 0, SLICE_NONE);
	buf_release(&bytes);
}

struct opened {
	int fd;
	char path[32];
};

/* A path that opens what is meant: its own, or, below a root where no link may be followed,
 * that of an open descriptor. */
static const char *opened_path(const char *root, const char *path, struct opened *opened)
{
	if (!root)
		return path;
	if (tree_open(root, slice_from(path), &opened->fd) != ST_OK)
		return NULL;
	snprintf(opened->path, sizeof(opened->path), "/proc/self/fd/%d", opened->fd);
	return opened->path;
}

static void read_by_path(struct job *job, const struct file_ref *ref, const struct hive_logs *logs,
	struct parse_result *result)
{
	struct opened files[3] = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 } };
	struct document_file file = { .path = opened_path(ref->root, ref->path, &files[0]),
		.is_ours = ref->is_ours };

	for (int i = 0; logs && i < 2; i++)
		if (logs->paths[i])
			file.logs[i] = opened_path(ref->root, logs->paths[i], &files[i + 1]);
	if (file.path)
		job->parser->read_file(&file, result);
	else
		job->status = ST_IO;
	for (int i = 0; i < 3; i++)
		if (files[i].fd >= 0)
			close(files[i].fd);
}

/* Hashes of inputs are made while they are read: what its library read past us is read
 * once more. */
static void pass_to_end(struct job *job)
{
	char *bytes = malloc(PIECE);

	while (bytes && read_piece(job, bytes, PIECE))
		;
	free(bytes);
}

static void finish_input(struct job *job)
{
	struct report *report = job->reading->world->report;
	struct report_input *input = &report->inputs[job->targets[0].input];
	struct slice hash;

	if (job->targets[0].member)
		return;
	pass_to_end(job);
	hash = stream_sha256(job->stream);
	input->bytes = stream_stored_bytes(job->stream);
	input->in_stream = stream_is_compressed(job->stream);
	if (hash.len)
		input->sha256 = arena_copy(&report->arena, hash);
}

void document_read(struct reading *reading, const struct parser *parser, const struct file_ref *ref,
	const struct hive_logs *logs, struct stream *stream, const struct target *targets,
	size_t count)
{
	struct job job = { reading, parser, stream, targets, count, ST_OK };
	const struct byte_reader reader = { read_piece, &job };
	struct parse_result result;

	parse_result_init(&result);
	result.flush = take;
	result.flush_self = &job;
	if (targets[0].member)
		result.name = reading->world->report->members[targets[0].member].path;
	else
		result.name = reading->world->report->inputs[targets[0].input].path;
	switch (parser->shape) {
	case PARSER_WHOLE:
		read_whole(&job, &result);
		break;
	case PARSER_STREAM:
		parser->read_stream(&reader, &result);
		break;
	case PARSER_FILE:
		read_by_path(&job, ref, logs, &result);
		break;
	case PARSER_LINES:
		break;
	}
	take_rest(&job, &result);
	finish_input(&job);
	note_stream(&job);
	parse_result_release(&result);
}
