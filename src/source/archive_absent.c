/* Archives in a build without libarchive: told, and not opened. */
#include "source/archive.h"

#ifndef WITH_ARCHIVE

#include <unistd.h>

enum status archive_open(const char *path, struct archive_reader **ret_reader)
{
	(void)path;
	(void)ret_reader;
	return ST_FORMAT;
}

enum status archive_open_fd(int fd, struct archive_reader **ret_reader)
{
	(void)ret_reader;
	close(fd);
	return ST_FORMAT;
}

enum status archive_open_supply(struct supply supply, struct archive_reader **ret_reader)
{
	(void)supply;
	(void)ret_reader;
	return ST_FORMAT;
}

void archive_close(struct archive_reader *reader)
{
	(void)reader;
}

/* No reader was ever opened: what follows is never called. */

enum status archive_next(struct archive_reader *reader, struct walk_file *ret_file, bool *ret_end)
{
	(void)reader;
	(void)ret_file;
	(void)ret_end;
	return ST_FORMAT;
}

enum status archive_read(struct archive_reader *reader, char *bytes, size_t size, size_t *ret_read)
{
	(void)reader;
	(void)bytes;
	(void)size;
	(void)ret_read;
	return ST_FORMAT;
}

struct supply archive_supply(struct archive_reader *reader)
{
	(void)reader;
	return (struct supply){ NULL, NULL };
}

bool archive_is_encrypted(const struct archive_reader *reader)
{
	(void)reader;
	return false;
}

bool archive_led_out(const struct archive_reader *reader)
{
	(void)reader;
	return false;
}

struct slice archive_stored_name(const struct archive_reader *reader)
{
	(void)reader;
	return SLICE_NONE;
}

const char *archive_words(const struct archive_reader *reader)
{
	(void)reader;
	return "";
}

#endif
