/* Opening what may be evidence: for reading only, without a trace where the system allows. */
#ifndef SOURCE_EVIDENCE_FILE_H
#define SOURCE_EVIDENCE_FILE_H

#include "base/status.h"

/*
 * openat(2) for reading, without touching the access time where that is allowed, without
 * waiting for a FIFO's writer, without becoming a terminal's owner. -1: errno tells.
 * `folder` may be AT_FDCWD; `flags` are added (O_NOFOLLOW, O_DIRECTORY).
 */
int evidence_open(int folder, const char *name, int flags);

/* ST_IO unless it is a regular file: errno is EISDIR for a folder, else EINVAL. */
MUST_CHECK enum status evidence_is_file(int fd);

#endif
