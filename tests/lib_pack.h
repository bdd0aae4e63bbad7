/* Archives and compressed files, written by libarchive while a test runs. Needs WITH_ARCHIVE. */
#ifndef TESTS_LIB_PACK_H
#define TESTS_LIB_PACK_H

#include "base/slice.h"

#ifdef WITH_ARCHIVE

#include <archive.h>
#include <archive_entry.h>

struct member {
	const char *name; /* UTF-8 */
	struct slice bytes;
	uint64_t zeros; /* more of them behind the bytes */
	unsigned type;  /* AE_IFREG when 0 */
	const char *link;
	uint64_t hole; /* a sparse file: so much of nothing behind the bytes, which there are */
};

struct packing {
	int (*format)(struct archive *);
	int (*filter)(struct archive *); /* NULL: none */
	const char *options;
	const char *passphrase;
};

/* Returns scratch_path(folder, name). */
const char *pack(const char *folder, const char *name, const struct packing *packing,
	const struct member *members, size_t count);

#endif
#endif
