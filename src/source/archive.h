/*
 * Archives: cabinets (CAB; an MSU is one with a signature behind it), ZIP, 7z and TAR, the latter
 * also in gzip, xz, zstd or bzip2. Entries come one after the other as they are stored, their
 * bytes as they are unpacked; nothing is written anywhere. In a build without WITH_ARCHIVE an
 * archive is told, and opening one is ST_FORMAT.
 *
 * Not read: cabinets compressed with Quantum and files split over several cabinets, 7z that comes
 * from a supply (it must be read from its end), what is encrypted. Memory is a few MiB beside what
 * the packer chose: the dictionary of a 7z (its header may ask for 4 GiB; no more of it is used
 * than comes out), the table of names of a ZIP or 7z.
 */
#ifndef SOURCE_ARCHIVE_H
#define SOURCE_ARCHIVE_H

#include "source/supply.h"
#include "source/walk.h"

struct archive_reader;

/* More than this of one archive is ST_LIMIT: entries, folders included; bytes unpacked, read by
 * the caller or passed over on the way to the next entry; and, past the first 256 MiB, bytes
 * unpacked for one stored. */
#define MAX_ARCHIVE_ENTRIES 2000000u
#define MAX_ARCHIVE_OUTPUT  (UINT64_C(256) << 30)
#define MAX_ARCHIVE_RATIO   400
#define ARCHIVE_RATIO_FREE  (UINT64_C(256) << 20)
/* So many entries of a ZIP, or of a TAR in a file, are left where they grow beyond the ratio, and
 * the others are read. */
#define MAX_ARCHIVE_LEFT 8

/*
 * Whether the contents of a file start like an archive that is read here: for stream_head, which
 * has taken gzip and the like off. 512 bytes are enough, TAR needs them. *ret_what is "cabinet",
 * "ZIP archive", "7z archive", "TAR archive".
 */
bool archive_bids(struct slice head, const char **ret_what);

/* ST_IO: errno tells, as in stream.h. ST_FORMAT: no archive. ST_NOMEM. The fd is the reader's,
 * also when this fails. What `supply` gives is read from its start to its end. */
MUST_CHECK enum status archive_open(const char *path, struct archive_reader **ret_reader);
MUST_CHECK enum status archive_open_fd(int fd, struct archive_reader **ret_reader);
MUST_CHECK enum status archive_open_supply(
	struct supply supply, struct archive_reader **ret_reader);
void archive_close(struct archive_reader *reader);

/*
 * The next entry that is no folder; *ret_end at the end, then *ret_file stays as it was. The
 * path is valid until the next call. It is made safe: relative, parted by '/' (backslashes part
 * names in cabinets and ZIP), without "." and ".."; "_" when nothing is left. It is UTF-8 where the
 * archive says how names are encoded, else the bytes that stand there. Two entries may have one
 * path. `size` is 0 where the archive does not tell. Links (hard links too) are WALK_LINK, devices
 * WALK_SPECIAL.
 *
 * ST_DAMAGED: broken or cut off here, what came before is good. ST_FORMAT: of a kind that is not
 * read, or its list of names is encrypted. ST_LIMIT, ST_IO, ST_NOMEM. All of them are final.
 */
MUST_CHECK enum status archive_next(
	struct archive_reader *reader, struct walk_file *ret_file, bool *ret_end);

/*
 * Bytes of the entry, as in struct supply. ST_DAMAGED: this entry is; the next one may not be.
 * ST_FORMAT: it is encrypted, or packed in a way that is not read. ST_LIMIT: it grows beyond a
 * limit; whether that ends the archive archive_next says. ST_IO and ST_NOMEM end it.
 */
MUST_CHECK enum status archive_read(
	struct archive_reader *reader, char *bytes, size_t size, size_t *ret_read);
/* The entry as a supply (stream_open_supply, archive_open_supply); until the next archive_next. */
struct supply archive_supply(struct archive_reader *reader);

/* Of the entry, or, when archive_next failed, of the archive. */
bool archive_is_encrypted(const struct archive_reader *reader);
/* The name of the entry leads out of the archive: it is absolute, has a drive, or climbs above
 * the root. Its path is another one. */
bool archive_led_out(const struct archive_reader *reader);
/* The name as it is stored: any bytes. Valid as long as the path. */
struct slice archive_stored_name(const struct archive_reader *reader);
/* What is wrong, for people, mostly libarchive's words; "" when nothing is. Words that stand beside
 * ST_OK are a warning: parts of the archive may not be readable. Valid until the next call. */
const char *archive_words(const struct archive_reader *reader);

#endif
