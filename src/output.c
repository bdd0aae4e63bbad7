/* Output streams that keep their errors; files that appear whole or not at all. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd.h"
#include "message.h"
#include "source/scratch.h"

#define STREAM_BYTES 65536
#define NAME_TRIES   100

/* The temporary files that are there, for a signal handler: one output is open at a time. */
static _Atomic(char *) unfinished;

void outputs_remove_now(void)
{
	char *path = atomic_load(&unfinished);

	if (path)
		unlink(path);
}

static ssize_t stream_write(void *cookie, const char *bytes, size_t len)
{
	struct output *output = cookie;
	size_t done = 0;

	while (done < len && !output->error) {
		ssize_t wrote = write(output->fd, bytes + done, len - done);

		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == 0 || errno != EINTR)
			output->error = wrote == 0 ? EIO : errno;
	}
	if (output->error == EPIPE && output->end_on_pipe) {
		scratch_remove_now();
		_exit(EXIT_INTERNAL);
	}
	return output->error ? -1 : (ssize_t)len;
}

/* Closing the descriptor can be the first to tell that a disk is full (NFS). */
static int stream_close(void *cookie)
{
	struct output *output = cookie;

	if (output->fd != STDOUT_FILENO && close(output->fd) != 0 && !output->error)
		output->error = errno;
	return output->error ? -1 : 0;
}

static enum status stream_open(struct output *output)
{
	cookie_io_functions_t functions = { .write = stream_write, .close = stream_close };

	output->stream = fopencookie(output, "w", functions);
	if (!output->stream)
		return ST_NOMEM;
	return setvbuf(output->stream, NULL, _IOFBF, STREAM_BYTES) == 0 ? ST_OK : ST_NOMEM;
}

enum status output_standard(struct output *ret_output)
{
	*ret_output = (struct output){ .name = "standard output", .fd = STDOUT_FILENO };
	return stream_open(ret_output);
}

/* A new file beside the target, hidden, with the permissions that the target would get. */
static int open_temporary(struct output *output)
{
	const char *base = path_name(slice_from(output->path)).ptr;

	for (int i = 0; i < NAME_TRIES; i++) {
		int fd;

		if (asprintf(&output->temporary, "%.*s.%s.%ld-%d", (int)(base - output->path),
			    output->path, base, (long)getpid(), i) < 0) {
			output->temporary = NULL;
			errno = ENOMEM;
			return -1;
		}
		fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0)
			atomic_store(&unfinished, output->temporary);
		if (fd >= 0 || errno != EEXIST)
			return fd;
		free(output->temporary);
		output->temporary = NULL;
	}
	return -1;
}

/* Devices and pipes (/dev/stderr, a FIFO) are written in place: a rename would replace them. */
static int open_target(struct output *output, const char *path)
{
	struct stat stat_now;

	if (stat(path, &stat_now) == 0 && !S_ISREG(stat_now.st_mode))
		return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	output->path = path;
	return open_temporary(output);
}

/* A signal must not find a name that is given back, or that has become the output's own. */
static void forget_temporary(struct output *output)
{
	if (output->temporary)
		atomic_store(&unfinished, NULL);
	free(output->temporary);
	output->temporary = NULL;
}

static enum status output_drop(struct output *output)
{
	if (output->temporary)
		unlink(output->temporary);
	forget_temporary(output);
	return ST_IO;
}

enum status output_file(const char *path, struct output *ret_output)
{
	*ret_output = (struct output){ .name = path };
	ret_output->fd = open_target(ret_output, path);
	if (ret_output->fd < 0) {
		complain("cannot write '%s': %s", path, strerror(errno));
		free(ret_output->temporary);
		return ST_IO;
	}
	if (stream_open(ret_output) == ST_OK)
		return ST_OK;
	close(ret_output->fd);
	return output_drop(ret_output);
}

enum status output_close(struct output *output)
{
	if (!output->stream)
		return ST_OK;
	if (fclose(output->stream) != 0 && !output->error)
		output->error = errno;
	output->stream = NULL;
	if (!output->error && output->temporary && rename(output->temporary, output->path) != 0)
		output->error = errno;
	if (!output->error) {
		forget_temporary(output);
		return ST_OK;
	}
	if (output->error != EPIPE)
		complain("cannot write '%s': %s", output->name, strerror(output->error));
	return output_drop(output);
}

/* The real path of a file that need not exist yet; its folder must. NULL with errno. */
static char *real_target(const char *path)
{
	const char *base = path_name(slice_from(path)).ptr;
	char *folder = NULL, *real = NULL, *target = NULL;

	if (asprintf(&folder, "%.*s.", (int)(base - path), path) < 0)
		return NULL;
	real = realpath(folder, NULL);
	if (real && asprintf(&target, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base) < 0)
		target = NULL;
	free(folder);
	free(real);
	return target;
}

/* Whether `path` is `root` or lies in it; both real. */
static bool lies_in(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strcmp(root, "/") == 0)
		return true;
	return strncmp(path, root, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* The same file under two names counts as the same: a hard link is evidence too. */
static bool same_file(const char *a, const char *b)
{
	struct stat a_stat, b_stat;

	return stat(a, &a_stat) == 0 && stat(b, &b_stat) == 0 && a_stat.st_dev == b_stat.st_dev &&
		a_stat.st_ino == b_stat.st_ino;
}

static bool spares_input(const char *path, const char *target, const char *input)
{
	char *root = realpath(input, NULL);
	bool inside = root && (lies_in(target, root) || same_file(target, root));

	free(root);
	if (inside)
		complain("cannot write '%s': it %s the input '%s'; name a file away from the "
			 "evidence",
			path, same_file(path, input) ? "is" : "lies in", input);
	return !inside;
}

static bool spares_inputs(const struct settings *settings, const char *path, const char *target)
{
	for (size_t i = 0; i < settings->run.input_count; i++)
		if (strcmp(settings->run.inputs[i], "-") != 0 &&
			!spares_input(path, target, settings->run.inputs[i]))
			return false;
	return (!settings->run.updates_map ||
		       spares_input(path, target, settings->run.updates_map)) &&
		(!settings->run.images_map || spares_input(path, target, settings->run.images_map));
}

static bool spares_outputs(const struct settings *settings, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(settings->outputs[i].path, settings->outputs[at].path) != 0)
			continue;
		complain("'-o %s': the file is named twice", settings->outputs[at].path);
		return false;
	}
	return true;
}

/* A symbolic link is followed as well: what it names may be evidence. */
static bool output_allowed(const struct settings *settings, const char *path)
{
	char *target = real_target(path), *followed = realpath(path, NULL);
	struct stat target_stat;
	bool allowed = false;

	if (!target)
		complain("cannot write '%s': %s", path, strerror(errno));
	else if (stat(target, &target_stat) == 0 && S_ISDIR(target_stat.st_mode))
		complain("cannot write '%s': it is a folder; name a file in it", path);
	else
		allowed = spares_inputs(settings, path, target) &&
			(!followed || spares_inputs(settings, path, followed));
	free(target);
	free(followed);
	return allowed;
}

enum status outputs_check(const struct settings *settings)
{
	for (size_t i = 0; i < settings->output_count; i++)
		if (!spares_outputs(settings, i) ||
			!output_allowed(settings, settings->outputs[i].path))
			return ST_USAGE;
	return ST_OK;
}
