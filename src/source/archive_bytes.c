/* The bytes of an entry of an archive, and how many come out of all of them. */
#include "source/archive_reader.h"

#ifdef WITH_ARCHIVE

#include <string.h>

/*
 * Where libarchive passes over an entry by unpacking it, that is done here, where the limits see
 * it. A ZIP, and a TAR that stands in a file, are positioned.
 */
static bool skips_cheaply(const struct archive_reader *reader)
{
	int format = archive_format_of(reader);

	return format == ARCHIVE_FORMAT_ZIP ||
		(format == ARCHIVE_FORMAT_TAR && reader->input.fd >= 0);
}

/* An entry that is left where it grows too large costs the others nothing, a few times: what it
 * gave counts no more. */
static enum status leave_entry(struct archive_reader *reader, const char *words)
{
	if (!skips_cheaply(reader) || ++reader->left_entries > MAX_ARCHIVE_LEFT)
		return archive_limit(reader, words);
	archive_set_words(reader, words);
	reader->out -= reader->entry_out;
	reader->entry_out = 0;
	return ST_LIMIT;
}

static enum status count_out(struct archive_reader *reader, uint64_t size)
{
	uint64_t stored = archive_input_stored(&reader->input);

	reader->out += size;
	reader->entry_out += size;
	if (reader->out > MAX_ARCHIVE_OUTPUT)
		return archive_limit(reader, "more comes out of the archive than the limit allows");
	if (reader->out > ARCHIVE_RATIO_FREE && reader->out / MAX_ARCHIVE_RATIO > stored)
		return leave_entry(
			reader, "more comes out of the archive than such a small one holds");
	return ST_OK;
}

/* A hole at the end of a sparse file stands in no block. */
static bool ends_in_hole(struct archive_reader *reader)
{
	int64_t size = archive_entry_size(reader->entry);

	if (archive_format_of(reader) != ARCHIVE_FORMAT_TAR || size < 0 ||
		reader->at >= (uint64_t)size)
		return false;
	if (archive_entry_filetype(reader->entry) != AE_IFREG ||
		archive_entry_hardlink(reader->entry))
		return false;
	reader->block = SLICE_NONE;
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
		return archive_trouble(reader, result);
	if (at < 0 || (uint64_t)at < reader->at) {
		archive_set_words(reader, "the entry runs backwards");
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

/* What is wrong with an entry that nobody reads is nobody's trouble, unless it ends all. Holes cost
 * nothing here. */
enum status archive_pass_over(struct archive_reader *reader)
{
	bool is_end = skips_cheaply(reader);

	while (reader->is_open && !is_end && reader->entry_status == ST_OK) {
		reader->entry_status = next_block(reader, &is_end);
		if (!is_end && reader->entry_status == ST_OK) {
			reader->at = reader->block_at + reader->block.len;
			reader->entry_status = count_out(reader, reader->block.len);
		}
	}
	reader->is_open = false;
	return reader->status;
}

#endif
