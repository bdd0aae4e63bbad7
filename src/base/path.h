/*
 * Paths as text: what is shown, what evidence writes. Nothing here asks a file system.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/slice.h"

/* What follows the last '/'; the whole path when it has none. */
struct slice path_name(struct slice path);
/* What stands before the last '/'; SLICE_NONE when there is none. */
struct slice path_folder(struct slice path);

/* The same where Windows wrote the path: '\' and '/' part names alike. */
static inline bool is_separator(char c)
{
	return c == '/' || c == '\\';
}

struct slice windows_path_name(struct slice path);

#endif
