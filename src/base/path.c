/* Names and folders of paths. */
#include "base/path.h"

struct slice path_name(struct slice path)
{
	size_t slash = slice_find_last_char(path, '/');

	return slash == SLICE_MISSING ? path : slice_skip(path, slash + 1);
}

struct slice path_folder(struct slice path)
{
	size_t slash = slice_find_last_char(path, '/');

	return slash == SLICE_MISSING ? SLICE_NONE : slice_from_to(path, 0, slash);
}

struct slice windows_path_name(struct slice path)
{
	size_t at = path.len;

	while (at > 0 && !is_separator(path.ptr[at - 1]))
		at--;
	return slice_skip(path, at);
}
