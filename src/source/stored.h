/*
 * The stored bytes of a stream: what stands in the file, before anything is unpacked. They are
 * counted and hashed as they come, and can be looked at before they are taken.
 */
#ifndef SOURCE_STORED_H
#define SOURCE_STORED_H

#include "source/hasher.h"
#include "source/supply.h"

#define STORED_AHEAD ((size_t)256 << 10)

struct stored {
	int fd;           /* -1: from `supply` */
	bool is_borrowed; /* the fd stays open: standard input */
	struct supply supply;
	uint64_t size;  /* of the file; 0: not known */
	uint64_t count; /* read so far */
	bool at_end;
	enum status status; /* of the last reading; ST_OK until one fails */
	int cause;          /* errno of ST_IO */
	char *ahead;        /* read and not taken: from..to */
	size_t from, to;
	struct hasher *hasher;
};

/* Takes `fd` over, also when it fails; -1: `supply` gives the bytes. ST_NOMEM. */
MUST_CHECK enum status stored_init(
	struct stored *stored, int fd, bool is_borrowed, bool is_hashed, struct supply supply);
void stored_release(struct stored *stored);

/* What was read and not taken. */
static inline struct slice stored_ahead(const struct stored *stored)
{
	return (struct slice){ stored->ahead + stored->from, stored->to - stored->from };
}

/* Reads on until `count` bytes stand ahead, or all that there are. */
void stored_look(struct stored *stored, size_t count);
/* Reads ahead when nothing is left. False at the end or on an error. */
bool stored_fill(struct stored *stored);
/* Takes `count` of what stored_ahead gave. */
void stored_take(struct stored *stored, size_t count);
/* Past what was read ahead, straight to where it is wanted; 0 at the end or on an error. */
size_t stored_read(struct stored *stored, char *bytes, size_t size);
/* Reads and forgets the rest: the hash is of the whole file. */
void stored_drain(struct stored *stored);
/* A file is positioned. The hash ends here: it would not be of the whole file. */
MUST_CHECK enum status stored_seek(struct stored *stored, uint64_t offset);

#endif
