/* Growing byte buffers with a maximum and a sticky error. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST 256

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){ .max = max, .status = ST_OK };
}

void buf_release(struct buf *buf)
{
	free(buf->ptr);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->status = ST_OK;
	if (buf->ptr)
		buf->ptr[0] = '\0';
}

/* Makes room for `more` bytes and the terminator. */
static bool buf_reserve(struct buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : BUF_FIRST;
	size_t wanted = buf->len + more;
	char *grown;

	if (buf->status != ST_OK)
		return false;
	if (more > buf->max - buf->len) {
		buf->status = ST_LIMIT;
		return false;
	}
	if (buf->cap > wanted)
		return true;
	while (cap <= wanted && cap < SIZE_MAX / 2)
		cap += cap / 2 + 1;
	grown = cap > wanted ? realloc(buf->ptr, cap) : NULL;
	if (!grown) {
		buf->status = ST_NOMEM;
		return false;
	}
	buf->ptr = grown;
	buf->cap = cap;
	return true;
}

char *buf_room(struct buf *buf, size_t size)
{
	return buf_reserve(buf, size) ? buf->ptr + buf->len : NULL;
}

void buf_grew(struct buf *buf, size_t size)
{
	buf->len += size;
	buf->ptr[buf->len] = '\0';
}

void buf_put(struct buf *buf, struct slice s)
{
	if (!buf_reserve(buf, s.len))
		return;
	if (s.len)
		memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
	buf->ptr[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, slice_from(text));
}

void buf_putc(struct buf *buf, char c)
{
	buf_put(buf, (struct slice){ &c, 1 });
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	size_t room = buf->status == ST_OK ? buf->cap - buf->len : 0; /* mostly it fits */
	va_list args;
	int wanted;

	va_start(args, format);
	wanted = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
	va_end(args);
	if (wanted >= 0 && (size_t)wanted < room && (size_t)wanted <= buf->max - buf->len) {
		buf->len += (size_t)wanted;
		return;
	}
	if (room)
		buf->ptr[buf->len] = '\0';
	if (wanted < 0 && buf->status == ST_OK)
		buf->status = ST_LIMIT; /* longer than an int counts */
	if (wanted < 0 || !buf_reserve(buf, (size_t)wanted))
		return;
	va_start(args, format);
	buf->len += (size_t)vsnprintf(buf->ptr + buf->len, (size_t)wanted + 1, format, args);
	va_end(args);
}

struct slice buf_slice(const struct buf *buf)
{
	return (struct slice){ buf->ptr, buf->len };
}
