/*
 * Compressed files that hold one file: gzip, and with WITH_ARCHIVE xz, zstd and bzip2. Each kind
 * is a row of one table; what is common to all of them (the limits) stands in unpack.c. Memory is
 * the decoder's: 64 KiB for gzip, 4 MiB for bzip2, at most 128 MiB for zstd; xz asks for what its
 * header says, at most 1 GiB, of which no more is used than comes out.
 */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "source/stored.h"

struct unpacker;

/* More than this from one file, or, past the first 64 MiB, more than this many bytes from one,
 * and it ends with ST_LIMIT. */
#define MAX_UNPACKED       (UINT64_C(1) << 40)
#define MAX_UNPACKED_RATIO 400

/* Whether a file that starts so is one; at least UNPACK_HEAD bytes, or all that there are. */
#define UNPACK_HEAD 16
bool unpack_bids(struct slice head);
/* Looks at what was read ahead. *ret_unpacker is NULL when nothing is compressed there. */
MUST_CHECK enum status unpack_open(struct stored *stored, struct unpacker **ret_unpacker);
void unpack_close(struct unpacker *unpacker);
/*
 * As in struct supply. ST_DAMAGED: broken or cut off; ST_LIMIT; ST_IO; ST_NOMEM. At the end all
 * of `stored` was read.
 */
MUST_CHECK enum status unpack_read(
	struct unpacker *unpacker, char *bytes, size_t size, size_t *ret_read);
enum status unpack_status(const struct unpacker *unpacker);
bool unpack_has_trailer(const struct unpacker *unpacker); /* bytes behind that were not read */

/* For the kinds alone. */
struct unpack_kind {
	bool (*bids)(struct slice head);
	/* NULL: out of memory. The data is read from `stored`, magic first. */
	void *(*open)(struct stored *stored);
	/* 0 in *ret_read with ST_OK: the end. Sets *ret_trailer when bytes stand behind it. */
	enum status (*read)(
		void *state, char *bytes, size_t size, size_t *ret_read, bool *ret_trailer);
	void (*close)(void *state);
};

extern const struct unpack_kind unpack_gzip;
#ifdef WITH_ARCHIVE
extern const struct unpack_kind unpack_xz, unpack_zstd, unpack_bzip2;
#endif

#endif
