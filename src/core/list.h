/*
 * A growing list of pointers with a compulsory maximum. The list owns its array, not
 * what the pointers point to.
 */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	void **items;
	size_t count, cap;
};

#define MAX_LIST ((size_t)1 << 24)

bool list_add(struct list *list, void *item); /* false: out of memory, or full */
bool list_has(const struct list *list, const void *item);
void list_remove(struct list *list, const void *item); /* keeps the order */
/* qsort over the pointers; `compare` is given pointers to them. */
void list_sort(struct list *list, int (*compare)(const void *a, const void *b));
void list_clear(struct list *list); /* keeps the memory */
void list_release(struct list *list);

/* for (LIST_EACH(struct image, image, &world->images)) */
/* clang-format off */
#define LIST_EACH(type, name, list) \
	size_t name##_at = 0, name##_once = 1; \
	name##_at < (list)->count; name##_at++, name##_once = 1) \
		for (type *name = (list)->items[name##_at]; name##_once; name##_once = 0
/* clang-format on */

#endif
