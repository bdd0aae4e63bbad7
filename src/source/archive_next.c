/* From entry to entry of an archive. */
#include "source/archive_reader.h"

#ifdef WITH_ARCHIVE

#include "source/archive_name.h"

/* A block of zeros ends a TAR, the list of all files a ZIP. libarchive does without. */
#define TAR_END 512

static bool lacks_its_end(struct archive_reader *reader)
{
	int format = archive_format_of(reader);

	if (format == ARCHIVE_FORMAT_TAR)
		return reader->input.at_end && reader->input.zeros < TAR_END;
	return format == ARCHIVE_FORMAT_ZIP && !archive_input_has_zip_end(&reader->input);
}

/* The checksum of a compressed TAR stands behind all of it. */
static enum status find_end(struct archive_reader *reader, bool *ret_end)
{
	if (lacks_its_end(reader)) {
		archive_set_words(reader, "the archive stops without its end mark");
		reader->status = ST_DAMAGED;
		return ST_DAMAGED;
	}
	reader->status = archive_input_finish(&reader->input);
	if (reader->status != ST_OK)
		archive_set_words(
			reader, "what the archive is compressed with is damaged behind it");
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
		archive_set_words(reader, archive_error_string(reader->archive));
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
		return ST_OK;
	reader->is_encrypted = archive_read_has_encrypted_entries(reader->archive) > 0;
	return archive_trouble(reader, ARCHIVE_FATAL);
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
	int format = archive_format_of(reader);

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
	reader->block_at = reader->at = reader->entry_out = 0;
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
	enum status status = archive_pass_over(reader);

	archive_set_words(reader, "");
	do {
		if (status == ST_OK)
			status = next_header(reader, &is_end);
		if (status == ST_OK && !is_end && ++reader->entries > MAX_ARCHIVE_ENTRIES)
			status = archive_limit(reader, "more entries than the limit allows");
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

#endif
