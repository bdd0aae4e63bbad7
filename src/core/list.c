/* Lists of pointers. */
#include "core/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"

bool list_add(struct list *list, void *item)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 8;
		void **items =
			cap <= MAX_LIST ? reallocarray(list->items, cap, sizeof(*items)) : NULL;

		if (!items)
			return false;
		list->items = items;
		list->cap = cap;
	}
	list->items[list->count++] = item;
	return true;
}

bool list_has(const struct list *list, const void *item)
{
	/* From the end: what is looked for was mostly added lately. */
	for (size_t i = list->count; i > 0; i--)
		if (list->items[i - 1] == item)
			return true;
	return false;
}

void list_remove(struct list *list, const void *item)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i] != item)
			continue;
		memmove(&list->items[i], &list->items[i + 1],
			(list->count - i - 1) * sizeof(void *));
		list->count--;
		return;
	}
}

void list_sort(struct list *list, int (*compare)(const void *a, const void *b))
{
	sort_items(list->items, list->count, sizeof(*list->items), compare);
}

void list_clear(struct list *list)
{
	list->count = 0;
}

void list_release(struct list *list)
{
	free(list->items);
	*list = (struct list){ 0 };
}
