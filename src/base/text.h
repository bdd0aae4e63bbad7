/*
 * Text encodings of evidence. Logs are UTF-8 with or without BOM, UTF-16 of either
 * order, or an old copy in Windows code page 1252. What people read and what JSON
 * carries is always valid UTF-8.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

enum text_encoding { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE };

/*
 * The encoding of a file from its first bytes: a BOM decides; without one, text whose
 * bytes are NUL at every odd (or even) place is UTF-16. *ret_bom is the BOM's length.
 */
enum text_encoding text_detect(struct slice head, size_t *ret_bom);

/*
 * UTF-16 to UTF-8, appended to `out`. A lone surrogate becomes U+FFFD, so that every
 * character in `out` stands for as many source bytes as text_utf16_bytes says. Returns
 * the bytes used: an odd byte or half a pair at the end is left for the next call; with
 * `last` it becomes U+FFFD and all bytes are used.
 */
size_t text_from_utf16(struct buf *out, struct slice bytes, enum text_encoding encoding, bool last);

/* How many bytes of UTF-16 stand behind this UTF-8 text. */
uint64_t text_utf16_bytes(struct slice utf8);

bool text_is_utf8(struct slice s);

/*
 * Valid UTF-8 of any bytes: UTF-8 as it is; else read as code page 1252. Control
 * characters but TAB and LF become U+FFFD when `printable`.
 */
void text_put_clean(struct buf *out, struct slice s, bool printable);

#endif
