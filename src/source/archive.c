/* Archives with libarchive: opening them, and what can be wrong with them. */
#include "source/archive_reader.h"

#ifdef WITH_ARCHIVE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/evidence_file.h"

#define MAX_NAME_BYTES ((size_t)4 << 20) /* libarchive stops at 1 MiB */

static const char *const utf8_locales[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

/* libarchive converts names to what the locale of the thread says. */
static locale_t utf8_locale(void)
{
	locale_t locale = (locale_t)0;

	for (size_t i = 0; i < sizeof(utf8_locales) / sizeof(utf8_locales[0]) && !locale; i++)
		locale = newlocale(LC_CTYPE_MASK, utf8_locales[i], (locale_t)0);
	return locale;
}

void archive_set_words(struct archive_reader *reader, const char *words)
{
	snprintf(reader->words, sizeof(reader->words), "%s", words ? words : "");
}

/* Opening */

static enum status set_up(struct archive_reader *reader)
{
	static int (*const formats[])(struct archive *) = {
		archive_read_support_format_cab,
		archive_read_support_format_zip,
		archive_read_support_format_7zip,
		archive_read_support_format_tar,
	};

	reader->archive = archive_read_new();
	if (!reader->archive)
		return ST_NOMEM;
	/* ARCHIVE_WARN: some compression is missing in this libarchive; the entry will say so. */
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i](reader->archive) < ARCHIVE_WARN)
			return ST_NOMEM;
	archive_input_bind(&reader->input, reader->archive);
	return ST_OK;
}

static enum status open_archive(struct archive_reader *reader)
{
	enum status status = set_up(reader);

	if (status != ST_OK || archive_read_open1(reader->archive) == ARCHIVE_OK)
		return status;
	errno = reader->input.cause;
	if (reader->input.status != ST_OK)
		return reader->input.status;
	return archive_errno(reader->archive) == ENOMEM ? ST_NOMEM : ST_FORMAT;
}

/* The input is the reader's in any case. */
static enum status finish_open(struct archive_reader *reader, struct archive_reader **ret_reader)
{
	enum status status;
	locale_t before;

	reader->locale = utf8_locale();
	buf_init(&reader->path, MAX_NAME_BYTES);
	buf_init(&reader->name, MAX_NAME_BYTES);
	before = uselocale(reader->locale);
	status = open_archive(reader);
	uselocale(before);
	if (status != ST_OK) {
		archive_close(reader);
		return status;
	}
	*ret_reader = reader;
	return ST_OK;
}

enum status archive_open(const char *path, struct archive_reader **ret_reader)
{
	int fd = evidence_open(AT_FDCWD, path, 0);

	return fd < 0 ? ST_IO : archive_open_fd(fd, ret_reader);
}

enum status archive_open_fd(int fd, struct archive_reader **ret_reader)
{
	struct archive_reader *reader = calloc(1, sizeof(*reader));
	enum status status;

	if (!reader) {
		close(fd);
		return ST_NOMEM;
	}
	status = archive_input_fd(&reader->input, fd);
	if (status != ST_OK) {
		free(reader);
		return status;
	}
	return finish_open(reader, ret_reader);
}

enum status archive_open_supply(struct supply supply, struct archive_reader **ret_reader)
{
	struct archive_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return ST_NOMEM;
	archive_input_supply(&reader->input, supply);
	return finish_open(reader, ret_reader);
}

void archive_close(struct archive_reader *reader)
{
	int cause = errno;

	if (!reader)
		return;
	archive_read_free(reader->archive);
	archive_input_release(&reader->input);
	if (reader->locale)
		freelocale(reader->locale);
	buf_release(&reader->path);
	buf_release(&reader->name);
	free(reader);
	errno = cause;
}

/* Trouble */

/* The words by which libarchive tells what it cannot do from what is broken. */
static const char *const refusals[] = { "upport", "multivolume", "Passphrase", "ncrypt" };

static bool is_refusal(const char *words)
{
	for (size_t i = 0; words && i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strstr(words, refusals[i]))
			return true;
	return false;
}

enum status archive_trouble(struct archive_reader *reader, int result)
{
	const char *words = archive_error_string(reader->archive);
	enum status status = is_refusal(words) ? ST_FORMAT : ST_DAMAGED;

	/* A size that the archive states, and that nobody has: its own trouble, not ours. */
	if (archive_errno(reader->archive) == ENOMEM)
		status = ST_LIMIT;
	if (reader->input.status != ST_OK)
		status = reader->input.status;
	archive_set_words(reader, words && *words ? words : "damaged in a way that has no name");
	if (result <= ARCHIVE_FATAL || (status != ST_FORMAT && status != ST_DAMAGED))
		reader->status = status;
	errno = reader->input.cause;
	return status;
}

enum status archive_limit(struct archive_reader *reader, const char *words)
{
	archive_set_words(reader, words);
	reader->status = ST_LIMIT;
	return ST_LIMIT;
}

bool archive_is_encrypted(const struct archive_reader *reader)
{
	return reader->is_encrypted;
}

bool archive_led_out(const struct archive_reader *reader)
{
	return reader->led_out;
}

struct slice archive_stored_name(const struct archive_reader *reader)
{
	return buf_slice(&reader->name);
}

const char *archive_words(const struct archive_reader *reader)
{
	return reader->words;
}

#endif
