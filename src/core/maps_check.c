/* The files of --updates and --images, before anything is read. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "core/maps.h"
#include "parsers/map_file.h"
#include "source/stream.h"

static enum status check_file(
	const char *option, const char *path, const struct map_format *format, struct buf *words)
{
	struct stream *stream = NULL;
	enum status status;

	buf_printf(words, "'%s %s': ", option, path);
	if (strcmp(path, "-") == 0 || !*path) {
		buf_puts(words, "a file is wanted");
		return ST_USAGE;
	}
	status = stream_open(path, &stream);
	if (status == ST_NOMEM)
		return status;
	if (status != ST_OK) {
		buf_printf(words, "cannot open it: %s",
			status == ST_IO ? strerror(errno) : "it is damaged");
		return ST_USAGE;
	}
	status = map_has_header(format, stream_head(stream), words) ? ST_OK : ST_USAGE;
	stream_close(stream);
	return status;
}

static bool same_file(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
		first.st_ino == second.st_ino;
}

enum status maps_check(const struct run_options *options, struct buf *words)
{
	const char *updates = options->updates_map, *images = options->images_map;
	enum status status = ST_OK;

	if (updates)
		status = check_file("--updates", updates, &updates_map_format, words);
	if (status == ST_OK && images) {
		buf_reset(words);
		status = check_file("--images", images, &images_map_format, words);
	}
	if (status == ST_OK && updates && images && same_file(updates, images)) {
		buf_reset(words);
		buf_printf(words, "'--images %s': it is the file of '--updates'", images);
		status = ST_USAGE;
	}
	return words->status == ST_NOMEM ? ST_NOMEM : status;
}
