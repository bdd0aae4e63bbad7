/*
 * The stored bytes of an archive, for libarchive: a file that can be positioned, or a supply. How
 * far it was read is what the ratio of the limit is made of: bytes that a hostile ZIP has read
 * again and again count once.
 */
#ifndef SOURCE_ARCHIVE_INPUT_H
#define SOURCE_ARCHIVE_INPUT_H

#include "source/stream.h"

#ifdef WITH_ARCHIVE

#include <archive.h>

#define ARCHIVE_BLOCK ((size_t)256 << 10)

struct archive_input {
	int fd;                /* -1: from `supply` */
	struct stream *stream; /* takes the compression of the whole off; `supply` is its */
	struct supply supply;
	uint64_t size, offset, furthest;
	uint64_t zeros; /* that what was read last ends in */
	bool at_end;
	enum status status; /* of the last reading */
	int cause;          /* errno of ST_IO */
	char block[ARCHIVE_BLOCK];
};

/* Takes `fd` over, also when it fails. */
MUST_CHECK enum status archive_input_fd(struct archive_input *input, int fd);
void archive_input_supply(struct archive_input *input, struct supply supply);
void archive_input_release(struct archive_input *input);
/* Gives `archive` the callbacks that its input has. */
void archive_input_bind(struct archive_input *input, struct archive *archive);
/* Behind the end of the archive: what its whole is compressed with ends too, and well. */
MUST_CHECK enum status archive_input_finish(struct archive_input *input);
/* Whether the record that ends a ZIP stands in the file, with a comment of 64 KiB behind it at
 * most; what is no file cannot be asked: true. */
bool archive_input_has_zip_end(struct archive_input *input);
/* Stored bytes that were read, each once. */
uint64_t archive_input_stored(const struct archive_input *input);

#endif
#endif
