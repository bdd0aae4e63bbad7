/* Sorting. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stdlib.h>

/* qsort(3) that also takes an empty list, which may have no array at all: C forbids the null
 * pointer even with a count of zero. */
static inline void sort_items(
	void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(items, count, size, compare);
}

#endif
