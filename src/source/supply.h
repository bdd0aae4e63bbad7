/*
 * Bytes from anywhere, one after the other: what a member of an archive holds can be read
 * like a file without being written to one.
 */
#ifndef SOURCE_SUPPLY_H
#define SOURCE_SUPPLY_H

#include "base/slice.h"
#include "base/status.h"

struct supply {
	/* Up to `size` bytes; 0 in *ret_read at the end. The bytes before a status that is
	 * not ST_OK are good. */
	enum status (*read)(void *self, char *bytes, size_t size, size_t *ret_read);
	void *self; /* the caller's; lives as long as what reads from it */
};

#endif
