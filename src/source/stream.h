/*
 * A stream of bytes: a file, standard input, a member of an archive, or what a compressed file
 * (gzip; with WITH_ARCHIVE xz, zstd, bzip2) holds. Opened for reading only, without touching the
 * access time where the system allows, read with read(2), never mapped. Knows nothing of formats
 * but the magic of compressed files; how much may come out of one is said in unpack.h.
 */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include "source/supply.h"

struct stream;

/* "-" is standard input. ST_IO: errno tells; a folder, a device and a FIFO are refused
 * with EISDIR and EINVAL. ST_NOMEM. The caller closes *ret_stream. */
MUST_CHECK enum status stream_open(const char *path, struct stream **ret_stream);
/* An open file at its start (tree_open). The fd is the stream's, also when this fails. */
MUST_CHECK enum status stream_open_fd(int fd, struct stream **ret_stream);
/* The same, and stream_sha256 has no answer: for the many files inside of one input. */
MUST_CHECK enum status stream_open_unhashed(int fd, struct stream **ret_stream);
/* What `supply` gives (a member of an archive); its statuses are the stream's. */
MUST_CHECK enum status stream_open_supply(struct supply supply, struct stream **ret_stream);
void stream_close(struct stream *stream);

/* The first bytes (of the contents, decompressed), at most 64 KiB, without taking them. */
struct slice stream_head(struct stream *stream);

/*
 * Reads up to `size` bytes; 0 in *ret_read at the end. ST_DAMAGED: a compressed file is broken
 * or cut off here; ST_LIMIT: it grows too large; ST_IO; ST_NOMEM; ST_FORMAT: the library cannot
 * take this compression off. The bytes before are good; of xz, zstd and bzip2 the last 128 KiB
 * before the damage may be missing.
 */
MUST_CHECK enum status stream_read(
	struct stream *stream, char *bytes, size_t size, size_t *ret_read);

/* The stream as the supply of something else, which must not outlive it. */
struct supply stream_supply(struct stream *stream);

/* On to `offset` of the contents, not back past what stream_head read: ST_DAMAGED, as when it
 * lies behind the end. In a plain file nothing is read, and stream_sha256 has no answer then. */
MUST_CHECK enum status stream_go_to(struct stream *stream, uint64_t offset);

/* What ended it, ST_OK while nothing did: an empty stream_head may be a damaged file's. */
enum status stream_status(const struct stream *stream);
bool stream_is_compressed(const struct stream *stream);    /* offsets count contents */
uint64_t stream_stored_bytes(const struct stream *stream); /* read from the file so far */
uint64_t stream_size(const struct stream *stream);         /* of the file; 0: not known */
bool stream_has_trailer(const struct stream *stream);      /* bytes behind the compressed data */

/* Lower-case hex SHA-256 of all stored bytes, once the end was reached; empty in a build
 * without libcrypto. Valid until stream_close. */
struct slice stream_sha256(struct stream *stream);

/*
 * The XML of a WIM, ESD or SWM, from its header (208 bytes, little-endian: header size
 * at 8, version at 12, flags at 16, XML resource at 72: 7 bytes of size, flags, offset,
 * original size). Reads no further than it must; standard input works too.
 * ST_FORMAT, ST_DAMAGED, ST_LIMIT. The caller frees *ret_xml.
 */
#define MAX_WIM_XML ((size_t)64 << 20)
struct wim_header {
	uint32_t version, flags, image_count;
	uint16_t part, parts;
	char guid[37];
	uint64_t xml_at; /* where the XML stands in the file */
};
#define WIM_FLAG_WRITE_IN_PROGRESS 0x40
MUST_CHECK enum status stream_wim_xml(
	struct stream *stream, struct wim_header *ret_header, char **ret_xml, size_t *ret_size);

#endif
