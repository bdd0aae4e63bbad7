/*
 * A growing byte buffer with a compulsory maximum and a sticky error: append freely,
 * check `status` once at the end. The bytes are the caller's until buf_release.
 * Invariant: ptr is NUL-terminated at len whenever it is not NULL.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/slice.h"
#include "base/status.h"

struct buf {
	char *ptr;
	size_t len, cap, max;
	enum status status;
};

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf);
void buf_reset(struct buf *buf); /* empty again, memory and limit kept */
/* Room for `size` bytes behind the end, NULL when there is none; buf_grew tells how many
 * were written there. */
char *buf_room(struct buf *buf, size_t size);
void buf_grew(struct buf *buf, size_t size);
void buf_put(struct buf *buf, struct slice s);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
struct slice buf_slice(const struct buf *buf);

#endif
