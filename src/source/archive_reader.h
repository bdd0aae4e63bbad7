/* What the rooms of the archive reader share; for them alone. */
#ifndef SOURCE_ARCHIVE_READER_H
#define SOURCE_ARCHIVE_READER_H

#include "source/archive.h"

#ifdef WITH_ARCHIVE

#include <archive_entry.h>
#include <locale.h>

#include "base/buf.h"
#include "source/archive_input.h"

#define ARCHIVE_WORDS 256

struct archive_reader {
	struct archive *archive;
	struct archive_entry *entry; /* libarchive's */
	struct archive_input input;
	locale_t locale;         /* names come out as UTF-8 whatever the process's locale is */
	uint64_t out, entry_out; /* unpacked; of the entry */
	uint32_t entries, left_entries;
	enum status status; /* final, of the archive */
	bool at_end;

	/* the entry */
	enum status entry_status;
	bool is_open, led_out, is_encrypted;
	struct slice block; /* unpacked and not given out, at `block_at` of the entry */
	uint64_t block_at, at;
	struct buf path, name;
	char words[ARCHIVE_WORDS];
};

/* ARCHIVE_FORMAT_TAR and the like. */
static inline int archive_format_of(const struct archive_reader *reader)
{
	return archive_format(reader->archive) & ARCHIVE_FORMAT_BASE_MASK;
}

void archive_set_words(struct archive_reader *reader, const char *words);
/* What `result` of libarchive means. What is not the entry's alone is the archive's end. */
enum status archive_trouble(struct archive_reader *reader, int result);
enum status archive_limit(struct archive_reader *reader, const char *words); /* ST_LIMIT */
/* Leaves the entry for the next one; the status of the archive. */
enum status archive_pass_over(struct archive_reader *reader);

#endif
#endif
