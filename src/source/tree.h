/*
 * A folder on disk as a thing that holds files: an applied image, a mounted volume, a folder of a
 * collector. Every folder is opened through the one above it and never through a link, so that
 * nothing that is read lies outside of the root, also when a folder is swapped for a link while
 * the walk runs. The root itself may be a link: the user named it. Access times stay as they were
 * where the system allows. Names may hold any bytes; letter case is folded for ASCII alone.
 *
 * Reparse points of Windows are seen as ntfs-3g shows them: a link whose text is "unsupported
 * reparse tag 0x80000017", or a file with the attribute system.ntfs_reparse_data, which starts
 * with the tag, little-endian. Other file systems say nothing of them.
 */
#ifndef SOURCE_TREE_H
#define SOURCE_TREE_H

#include "base/status.h"
#include "source/walk.h"

/*
 * The names of each folder come in bytewise order, what a folder holds before the next name. The
 * root is entered without asking. A symbolic link is given to `take`, and to `trouble` too when
 * `enter` would have entered it: it may stand for a folder that mattered. A folder too deep is
 * told to `trouble` and the walk goes on; after too many names no further one is read. ST_LIMIT for
 * both; ST_IO: the root cannot be opened, errno tells; ST_NOMEM. Any callback but `take` may be
 * NULL: then every folder is entered, and trouble is not told. Slices live while the callback runs.
 */
MUST_CHECK enum status tree_walk(const char *root, const struct walk *walk);

/*
 * Opens one file below the root for reading; the caller closes *ret_fd. `path` is parted by '/'.
 * A name that is not there as it is spelled is looked for without regard to letter case: the
 * bytewise first one counts. ST_USAGE: the path is empty, holds ".." or NUL. ST_IO, errno tells:
 * ENOENT, ELOOP for a link, ENOTDIR, EISDIR, EINVAL for what is no file, and what the system says.
 */
MUST_CHECK enum status tree_open(const char *root, struct slice path, int *ret_fd);

/* Whether a file or folder stands at this path, found as above: tree_has(root,
 * SLICE("Windows/System32")) tells an image of Windows. */
bool tree_has(const char *root, struct slice path);

/* The tag of an open file when the file system says that it is a reparse point. */
bool tree_reparse_tag(int fd, uint32_t *ret_tag);

#define REPARSE_TAG_MOUNT_POINT UINT32_C(0xA0000003)
#define REPARSE_TAG_SYMLINK     UINT32_C(0xA000000C)
#define REPARSE_TAG_WOF         UINT32_C(0x80000017)

#endif
