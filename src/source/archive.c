/* Archives, entry by entry, with libarchive. */
#include "source/archive.h"

#ifdef WITH_ARCHIVE

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/archive_input.h"
#include "source/archive_name.h"
#include "source/evidence_file.h"

#define MAX_NAME_BYTES ((size_t)4 << 20) /* libarchive stops at 1 MiB */
#define WORDS_BYTES    256

struct archive_reader {
	struct archive *archive;
	struct archive_entry *entry; /* libarchive's */
	struct archive_input input;
	locale_t locale; /* names come out as UTF-8 whatever the process's locale is */
	uint64_t out;
	uint32_t entries;
	enum status status; /* final, of the archive */
	bool at_end;

	/* the entry */
	enum status entry_status;
	bool is_open, led_out, is_encrypted;
	struct slice block; /* unpacked and not given out, at `block_at` of the entry */
	uint64_t block_at, at;
	struct buf path, name;
	char words[WORDS_BYTES];
};

static const char *const utf8_locales[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

/* libarchive converts names to what the locale of the thread says. */
static locale_t utf8_locale(void)
{
	locale_t locale = (locale_t)0;

	for (size_t i = 0; i < sizeof(utf8_locales) / sizeof(utf8_locales[0]) && !locale; i++)
		locale = newlocale(LC_CTYPE_MASK, utf8_locales[i], (locale_t)0);
	return locale;
}

static void set_words(struct archive_reader *reader, const char *words)
{
	snprintf(reader->words, sizeof(reader->words), "%s", words ? words : "");
}

static int format_of(const struct archive_reader *reader)
{
	return archive_format(reader->archive) & ARCHIVE_FORMAT_BASE_MASK;
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

/* What `result` of libarchive means. What is not the entry's alone is the archive's end. */
static enum status trouble(struct archive_reader *reader, int result)
{
	const char *words = archive_error_string(reader->archive);
	enum status status = is_refusal(words) ? ST_FORMAT : ST_DAMAGED;

	if (archive_errno(reader->archive) == ENOMEM)
		status = ST_NOMEM;
	if (reader->input.status != ST_OK)
		status = reader->input.status;
	set_words(reader, words && *words ? words : "damaged in a way that has no name");
	if (result <= ARCHIVE_FATAL || (status != ST_FORMAT && status != ST_DAMAGED))
		reader->status = status;
	return status;
}

static enum status limit(struct archive_reader *reader, const char *words)
{
	set_words(reader, words);
	reader->status = ST_LIMIT;
	return ST_LIMIT;
}

static enum status count_out(struct archive_reader *reader, uint64_t size)
{
	uint64_t stored = archive_input_stored(&reader->input);

	reader->out += size;
	if (reader->out > MAX_ARCHIVE_OUTPUT)
		return limit(reader, "more comes out of the archive than the limit allows");
	if (reader->out > ARCHIVE_RATIO_FREE && reader->out / MAX_ARCHIVE_RATIO > stored)
		return limit(reader, "more comes out of the archive than such a small one holds");
	return ST_OK;
}

/* Bytes of an entry */

/* A hole at the end of a sparse file stands in no block. */
static bool ends_in_hole(struct archive_reader *reader)
{
	int64_t size = archive_entry_size(reader->entry);

	if (format_of(reader) != ARCHIVE_FORMAT_TAR || size < 0 || reader->at >= (uint64_t)size)
		return false;
	if (archive_entry_filetype(reader->entry) != AE_IFREG ||
		archive_entry_hardlink(reader->entry))
		return false;
	reader->block_at = (uint64_t)size;
	return true;
}

/* The next block of the entry; *ret_end: there is none. */
static enum status next_block(struct archive_reader *reader, bool *ret_end)
{
	const void *bytes = NULL;
	size_t size = 0;
	la_int64_t at = 0;
	int result = archive_read_data_block(reader->archive, &bytes, &size, &at);

	*ret_end = result == ARCHIVE_EOF && !ends_in_hole(reader);
	if (result == ARCHIVE_EOF)
		return ST_OK;
	if (result != ARCHIVE_OK)
		return trouble(reader, result);
	if (at < 0 || (uint64_t)at < reader->at) {
		set_words(reader, "the entry runs backwards");
		return ST_DAMAGED;
	}
	reader->block = (struct slice){ bytes, size };
	reader->block_at = (uint64_t)at;
	return ST_OK;
}

/* What stands before the block is a hole of a sparse file: zeros. */
static size_t give_out(struct archive_reader *reader, char *bytes, size_t size)
{
	uint64_t hole = reader->block_at - reader->at;

	if (hole) {
		size = hole < size ? (size_t)hole : size;
		memset(bytes, 0, size);
	} else {
		size = reader->block.len < size ? reader->block.len : size;
		if (size)
			memcpy(bytes, reader->block.ptr, size);
		reader->block = slice_skip(reader->block, size);
		reader->block_at += size;
	}
	reader->at += size;
	return size;
}

static enum status read_entry(
	struct archive_reader *reader, char *bytes, size_t size, size_t *ret_read)
{
	bool is_end = false;
	enum status status = reader->entry_status;

	while (status == ST_OK && !reader->block.len && reader->block_at == reader->at && !is_end)
		status = next_block(reader, &is_end);
	if (status == ST_OK && is_end)
		reader->is_open = false;
	if (status == ST_OK && !is_end) {
		*ret_read = give_out(reader, bytes, size);
		status = count_out(reader, *ret_read);
	}
	reader->entry_status = status;
	return status;
}

enum status archive_read(struct archive_reader *reader, char *bytes, size_t size, size_t *ret_read)
{
	enum status status;
	locale_t before;

	*ret_read = 0;
	if (reader->status != ST_OK || !reader->is_open)
		return reader->status;
	before = uselocale(reader->locale);
	status = read_entry(reader, bytes, size, ret_read);
	uselocale(before);
	return status;
}

static enum status supply_read(void *self, char *bytes, size_t size, size_t *ret_read)
{
	return archive_read(self, bytes, size, ret_read);
}

struct supply archive_supply(struct archive_reader *reader)
{
	return (struct supply){ .read = supply_read, .self = reader };
}

/* Entries */

/*
 * Where libarchive passes over an entry by unpacking it, that is done here, where the limits see
 * it. A ZIP, and a TAR that stands in a file, are positioned.
 */
static bool skips_cheaply(const struct archive_reader *reader)
{
	int format = format_of(reader);

	return format == ARCHIVE_FORMAT_ZIP ||
		(format == ARCHIVE_FORMAT_TAR && reader->input.fd >= 0);
}

/* What is wrong with an entry that nobody reads is nobody's trouble, unless it ends all. */
static enum status finish_entry(struct archive_reader *reader)
{
	bool is_end = skips_cheaply(reader);

	while (reader->is_open && !is_end && reader->entry_status == ST_OK) {
		reader->entry_status = next_block(reader, &is_end);
		if (!is_end && reader->entry_status == ST_OK) {
			uint64_t end = reader->block_at + reader->block.len;

			reader->entry_status = count_out(reader, end - reader->at);
			reader->at = end;
		}
	}
	reader->is_open = false;
	return reader->status;
}

/* A block of zeros ends a TAR, the list of all files a ZIP. libarchive does without. */
#define TAR_END 512

static bool lacks_its_end(struct archive_reader *reader)
{
	int format = format_of(reader);

	if (format == ARCHIVE_FORMAT_TAR)
		return reader->input.at_end && reader->input.zeros < TAR_END;
	return format == ARCHIVE_FORMAT_ZIP && !archive_input_has_zip_end(&reader->input);
}

/* The checksum of a compressed TAR stands behind all of it. */
static enum status find_end(struct archive_reader *reader, bool *ret_end)
{
	if (lacks_its_end(reader)) {
		set_words(reader, "the archive stops without its end mark");
		reader->status = ST_DAMAGED;
		return ST_DAMAGED;
	}
	reader->status = archive_input_finish(&reader->input);
	if (reader->status != ST_OK)
		set_words(reader, "what the archive is compressed with is damaged behind it");
	else
		*ret_end = true;
	return reader->status;
}

static enum status next_header(struct archive_reader *reader, bool *ret_end)
{
	int result = archive_read_next_header(reader->archive, &reader->entry);

	if (result == ARCHIVE_EOF)
		return find_end(reader, ret_end);
	if (result == ARCHIVE_WARN)
		set_words(reader, archive_error_string(reader->archive));
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
		return ST_OK;
	reader->is_encrypted = archive_read_has_encrypted_entries(reader->archive) > 0;
	return trouble(reader, ARCHIVE_FATAL);
}

static enum walk_kind kind_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
		return WALK_LINK;
	if (archive_entry_filetype(entry) == AE_IFREG || !archive_entry_filetype(entry))
		return WALK_FILE;
	return WALK_SPECIAL;
}

/* Only where Windows made the names is a backslash no part of one. */
static bool has_backslashes(const struct archive_reader *reader)
{
	int format = format_of(reader);

	return format == ARCHIVE_FORMAT_ZIP || format == ARCHIVE_FORMAT_CAB;
}

static enum status look_at_entry(struct archive_reader *reader, struct walk_file *ret_file)
{
	struct archive_entry *entry = reader->entry;
	const char *name = archive_entry_pathname(entry);
	int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;

	buf_reset(&reader->name);
	buf_reset(&reader->path);
	buf_puts(&reader->name, name ? name : archive_entry_pathname_utf8(entry));
	reader->led_out =
		archive_safe_name(&reader->path, buf_slice(&reader->name), has_backslashes(reader));
	if (reader->path.status != ST_OK || reader->name.status != ST_OK) {
		reader->status =
			reader->path.status != ST_OK ? reader->path.status : reader->name.status;
		return reader->status;
	}
	reader->is_encrypted = archive_entry_is_encrypted(entry);
	reader->is_open = true;
	reader->entry_status = ST_OK;
	reader->block = SLICE_NONE;
	reader->block_at = reader->at = 0;
	*ret_file = (struct walk_file){
		.path = buf_slice(&reader->path),
		.kind = kind_of(entry),
		.size = size > 0 ? (uint64_t)size : 0,
	};
	return ST_OK;
}

static enum status find_entry(
	struct archive_reader *reader, struct walk_file *ret_file, bool *ret_end)
{
	bool is_end = false;
	enum status status = finish_entry(reader);

	set_words(reader, "");
	do {
		if (status == ST_OK)
			status = next_header(reader, &is_end);
		if (status == ST_OK && !is_end && ++reader->entries > MAX_ARCHIVE_ENTRIES)
			status = limit(reader, "more entries than the limit allows");
	} while (status == ST_OK && !is_end && archive_entry_filetype(reader->entry) == AE_IFDIR);
	if (status != ST_OK)
		return status;
	*ret_end = reader->at_end = is_end;
	return is_end ? ST_OK : look_at_entry(reader, ret_file);
}

enum status archive_next(struct archive_reader *reader, struct walk_file *ret_file, bool *ret_end)
{
	enum status status;
	locale_t before;

	if (reader->at_end)
		*ret_end = true;
	if (reader->status != ST_OK || reader->at_end)
		return reader->status;
	reader->is_encrypted = reader->led_out = false;
	before = uselocale(reader->locale);
	status = find_entry(reader, ret_file, ret_end);
	uselocale(before);
	return status;
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

#else

#include <stddef.h>
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
