/* Temporary files: where they may lie, and what is told when there is no place. */
#include "core/temporary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void temporary_failed(struct reading *reading, const struct whereabouts *where)
{
	int cause = errno;
	char *parent = NULL;
	const char *wanted = getenv("TMPDIR");
	struct buf words;

	if (scratch_parent(&parent) == ST_OK)
		wanted = parent;
	buf_init(&words, 8192);
	buf_printf(&words, "'%s': %s", wanted ? wanted : "/tmp", strerror(cause));
	note_at(reading, where, DIAG_NO_SCRATCH, buf_slice(&words));
	buf_release(&words);
	free(parent);
}

/* Whether `path` is `root` or lies in it; both real. */
static bool lies_in(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strcmp(root, "/") == 0)
		return true;
	return strncmp(path, root, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static const char *input_around(const struct reading *reading, const char *folder)
{
	const struct run_options *options = reading->world->options;

	for (size_t i = 0; i < options->input_count; i++) {
		char *root = realpath(options->inputs[i], NULL);
		bool is_around = root && lies_in(folder, root);

		free(root);
		if (is_around)
			return options->inputs[i];
	}
	return NULL;
}

static bool is_allowed(struct reading *reading, const struct whereabouts *where)
{
	const char *input = NULL;
	char *parent = NULL;
	enum status status = scratch_parent(&parent);
	struct buf words;

	if (status == ST_OK)
		input = input_around(reading, parent);
	else if (status == ST_NOMEM)
		reading->world->status = status;
	else
		temporary_failed(reading, where);
	if (input) {
		buf_init(&words, 16384);
		buf_printf(&words, "'%s' lies in the input '%s': set TMPDIR to another folder",
			parent, input);
		note_at(reading, where, DIAG_NO_SCRATCH, buf_slice(&words));
		buf_release(&words);
	}
	free(parent);
	return status == ST_OK && !input;
}

static enum status make_folder(struct reading *reading)
{
	enum status status = ST_OK;
	const char *path;

	if (!reading->scratch)
		status = scratch_new(&reading->scratch);
	return status == ST_OK ? scratch_folder(reading->scratch, &path) : status;
}

/* Where folders are made does not change while a run goes on: it is asked until there is one. */
struct scratch *temporary_folder(struct reading *reading, const struct whereabouts *where)
{
	enum status status;

	if (!reading->has_folder && !is_allowed(reading, where))
		return NULL;
	status = make_folder(reading);
	reading->has_folder = status == ST_OK;
	if (status == ST_OK)
		return reading->scratch;
	if (status == ST_NOMEM || status == ST_LIMIT)
		reading->world->status = status;
	else
		temporary_failed(reading, where);
	return NULL;
}

bool temporary_open(
	struct reading *reading, const struct whereabouts *where, struct temporary *ret_file)
{
	struct scratch *scratch = temporary_folder(reading, where);
	enum status status;

	if (!scratch)
		return false;
	status = scratch_file_new(scratch, &ret_file->fd, &ret_file->path);
	if (status == ST_NOMEM || status == ST_LIMIT)
		reading->world->status = status;
	else if (status != ST_OK)
		temporary_failed(reading, where);
	return status == ST_OK;
}

bool temporary_write(struct reading *reading, const struct whereabouts *where,
	const struct temporary *file, struct slice bytes)
{
	reading->budget.taken += bytes.len;
	while (bytes.len) {
		ssize_t put = write(file->fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			temporary_failed(reading, where);
			return false;
		}
		bytes = slice_skip(bytes, (size_t)put);
	}
	return true;
}

void temporary_close(struct temporary *file)
{
	close(file->fd);
	free(file->path);
}
