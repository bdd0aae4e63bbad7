/* Names inside archives, made harmless. */
#ifndef SOURCE_ARCHIVE_NAME_H
#define SOURCE_ARCHIVE_NAME_H

#include "base/buf.h"

/*
 * Appends to the empty `out` a relative path without ".", ".." and empty names; "_" when nothing
 * is left. With `backslash` that parts names too. Returns whether the name led out: absolute, with
 * a drive letter, or above the root.
 */
bool archive_safe_name(struct buf *out, struct slice name, bool backslash);

#endif
