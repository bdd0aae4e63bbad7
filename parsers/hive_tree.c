/* Keys and values of a hive, through libhivex. */
#include "parsers/hive_tree.h"

#include <stdlib.h>

#ifdef WITH_HIVE

#include <errno.h>
#include <hivex.h>
#include <stdio.h>

/* Bytes of a cell with its size field: a key without its name, a value without its name. */
#define KEY_CELL   ((size_t)80)
#define VALUE_CELL ((size_t)24)

/* Fields of a key, counted from its cell. */
enum { KEY_PARENT = 20, KEY_CHILDREN = 24, KEY_LIST = 32, KEY_VALUES = 40 };

struct hive_tree {
	const struct hive_copy *copy;
	hive_h *strict, *tolerant; /* one of them may be missing */
	bool tried_tolerant;
	uint64_t steps;
};

static hive_h *open_copy(const struct hive_copy *copy, int flags)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", copy->fd);
	return hivex_open(path, flags);
}

static hive_h *tolerant(struct hive_tree *tree)
{
	if (!tree->tried_tolerant)
		tree->tolerant = open_copy(tree->copy, HIVEX_OPEN_UNSAFE);
	tree->tried_tolerant = true;
	return tree->tolerant;
}

static hive_h *any(const struct hive_tree *tree)
{
	return tree->strict ? tree->strict : tree->tolerant;
}

enum status hive_tree_open(
	const struct hive_copy *copy, struct hive_tree **ret_tree, bool *ret_strict)
{
	struct hive_tree *tree = calloc(1, sizeof(*tree));
	int cause;

	if (!tree)
		return ST_NOMEM;
	tree->copy = copy;
	tree->strict = open_copy(copy, 0);
	cause = errno;
	if (tree->strict || tolerant(tree)) {
		*ret_strict = tree->strict != NULL;
		*ret_tree = tree;
		return ST_OK;
	}
	free(tree);
	errno = cause;
	return cause == ENOMEM ? ST_NOMEM : ST_FORMAT;
}

void hive_tree_close(struct hive_tree *tree)
{
	if (!tree)
		return;
	if (tree->strict)
		hivex_close(tree->strict);
	if (tree->tolerant)
		hivex_close(tree->tolerant);
	free(tree);
}

size_t hive_tree_root(const struct hive_tree *tree)
{
	return hivex_root(any(tree));
}

bool hive_tree_is_tired(const struct hive_tree *tree)
{
	return tree->steps >= MAX_HIVE_STEPS;
}

static void step(struct hive_tree *tree, uint64_t count)
{
	tree->steps += count + 1;
}

/* ---- What hivex does not check ------------------------------------------------------- */

/* Size of the allocated cell at `at`, 0 when none can be there. */
static size_t cell_at(const struct hive_tree *tree, size_t at)
{
	const struct hive_copy *copy = tree->copy;
	uint32_t size;

	if (at < HIVE_BASE || at % 4 != 0 || at > copy->size - 8)
		return 0;
	size = 0 - le32(copy->bytes + at);
	return size >= 8 && size < UINT32_C(0x80000000) && size <= copy->size - at ? size : 0;
}

/* The cell that the field at `at` names, counted in the file. */
static size_t target(const struct hive_tree *tree, size_t at)
{
	return HIVE_BASE + le32(tree->copy->bytes + at);
}

static bool has_mark(const struct hive_tree *tree, size_t at, const char *mark)
{
	return memcmp(tree->copy->bytes + at + 4, mark, 2) == 0;
}

static bool is_key(const struct hive_tree *tree, size_t at)
{
	return cell_at(tree, at) >= KEY_CELL && has_mark(tree, at, "nk");
}

/* Keys in a leaf of a list of keys; UINT32_MAX when it is none. */
static uint32_t leaf_count(const struct hive_tree *tree, size_t at)
{
	if (cell_at(tree, at) == 0 ||
		(!has_mark(tree, at, "lf") && !has_mark(tree, at, "lh") &&
			!has_mark(tree, at, "li")))
		return UINT32_MAX;
	return le16(tree->copy->bytes + at + 6);
}

/* A list of lists may name one leaf many times, and cost far more than it holds: all its
 * leaves count. UINT32_MAX when it is none, or holds more than `keys`. */
static uint32_t leaves_count(const struct hive_tree *tree, size_t at, uint32_t keys)
{
	uint32_t leaves = le16(tree->copy->bytes + at + 6);
	uint64_t sum = 0;

	if (leaves > keys || 8 + (size_t)leaves * 4 > cell_at(tree, at))
		return UINT32_MAX;
	for (uint32_t i = 0; i < leaves && sum <= keys; i++)
		sum += leaf_count(tree, target(tree, at + 8 + (size_t)i * 4));
	return sum <= keys ? (uint32_t)sum : UINT32_MAX;
}

/* Keys in the lists of a key that says it has so many. */
static uint32_t list_count(const struct hive_tree *tree, size_t key, uint32_t keys)
{
	size_t at = target(tree, key + KEY_LIST);

	if (keys == 0)
		return 0;
	if (cell_at(tree, at) && has_mark(tree, at, "ri"))
		return leaves_count(tree, at, keys);
	return leaf_count(tree, at);
}

/* ---- Lists --------------------------------------------------------------------------- */

static void take_list(size_t *items, struct hive_list *ret_list)
{
	size_t count = 0;

	while (items && items[count])
		count++;
	ret_list->items = items;
	ret_list->count = count;
}

/* A key that another key holds, or itself, is none of this one's. */
static void drop_strangers(const struct hive_tree *tree, size_t key, struct hive_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!is_key(tree, list->items[i]) ||
			target(tree, list->items[i] + KEY_PARENT) == key)
			list->items[kept++] = list->items[i];
	list->is_whole &= kept == list->count;
	list->count = kept;
}

void hive_tree_children(struct hive_tree *tree, size_t key, struct hive_list *ret_list)
{
	uint32_t keys, listed;
	size_t *items = NULL;

	*ret_list = (struct hive_list){ 0 };
	if (hive_tree_is_tired(tree) || !is_key(tree, key))
		return;
	keys = le32(tree->copy->bytes + key + KEY_CHILDREN);
	listed = list_count(tree, key, keys);
	if (listed > keys || listed == UINT32_MAX)
		return;
	step(tree, listed);
	if (tree->strict)
		items = hivex_node_children(tree->strict, key);
	ret_list->is_whole = items != NULL;
	if (!items && tolerant(tree))
		items = hivex_node_children(tree->tolerant, key);
	take_list(items, ret_list);
	ret_list->is_whole |= items && ret_list->count == keys;
	drop_strangers(tree, key, ret_list);
}

void hive_tree_values(struct hive_tree *tree, size_t key, struct hive_list *ret_list)
{
	size_t *items;

	*ret_list = (struct hive_list){ 0 };
	if (hive_tree_is_tired(tree) || !is_key(tree, key))
		return;
	items = hivex_node_values(any(tree), key);
	ret_list->is_whole = items != NULL;
	take_list(items, ret_list);
	step(tree, ret_list->count);
}

char *hive_tree_name(struct hive_tree *tree, size_t key)
{
	return is_key(tree, key) ? hivex_node_name(any(tree), key) : NULL;
}

/* ---- Values -------------------------------------------------------------------------- */

/* The data stands in the value itself or whole in one cell; data in pieces is larger than
 * anything that is read here. */
static bool data_fits(struct hive_tree *tree, size_t at, size_t len)
{
	size_t cell;

	if (len > MAX_VALUE_BYTES)
		return false;
	errno = 0;
	cell = hivex_value_data_cell_offset(any(tree), at, NULL);
	if (cell == 0)
		return errno == 0 && len <= 4;
	return cell_at(tree, cell) >= 4 && len <= cell_at(tree, cell) - 4;
}

bool hive_tree_value(struct hive_tree *tree, size_t at, struct hive_value *ret_value)
{
	struct hive_value value = { .at = at };
	hive_type type = hive_t_REG_NONE;

	if (cell_at(tree, at) < VALUE_CELL ||
		hivex_value_type(any(tree), at, &type, &value.len) != 0 ||
		!data_fits(tree, at, value.len))
		return false;
	value.type = (uint32_t)type;
	value.name = hivex_value_key(any(tree), at);
	if (value.name && value.len)
		value.data = hivex_value_value(any(tree), at, &type, &value.len);
	if (!value.name || (value.len && !value.data)) {
		hive_value_release(&value);
		return false;
	}
	*ret_value = value;
	return true;
}

/* ---- Paths --------------------------------------------------------------------------- */

static size_t find_child(struct hive_tree *tree, size_t key, struct slice name, bool *ret_damaged)
{
	struct hive_list list;
	size_t found = 0;

	hive_tree_children(tree, key, &list);
	for (size_t i = 0; i < list.count && !found; i++) {
		char *text = hive_tree_name(tree, list.items[i]);

		if (text && slice_equal_nocase(slice_from(text), name))
			found = list.items[i];
		free(text);
	}
	if (!found && !list.is_whole)
		*ret_damaged = true;
	hive_list_release(&list);
	return found;
}

size_t hive_tree_find(struct hive_tree *tree, size_t key, struct slice path, bool *ret_damaged)
{
	while (key && path.len)
		key = find_child(tree, key, slice_cut(&path, '\\'), ret_damaged);
	return key;
}

#else

/* Without the library nobody can open a tree. */

enum status hive_tree_open(
	const struct hive_copy *copy, struct hive_tree **ret_tree, bool *ret_strict)
{
	(void)copy, (void)ret_tree, (void)ret_strict;
	return ST_FORMAT;
}

void hive_tree_close(struct hive_tree *tree)
{
	(void)tree;
}

size_t hive_tree_root(const struct hive_tree *tree)
{
	(void)tree;
	return 0;
}

bool hive_tree_is_tired(const struct hive_tree *tree)
{
	(void)tree;
	return true;
}

void hive_tree_children(struct hive_tree *tree, size_t key, struct hive_list *ret_list)
{
	(void)tree, (void)key;
	*ret_list = (struct hive_list){ 0 };
}

void hive_tree_values(struct hive_tree *tree, size_t key, struct hive_list *ret_list)
{
	(void)tree, (void)key;
	*ret_list = (struct hive_list){ 0 };
}

char *hive_tree_name(struct hive_tree *tree, size_t key)
{
	(void)tree, (void)key;
	return NULL;
}

bool hive_tree_value(struct hive_tree *tree, size_t at, struct hive_value *ret_value)
{
	(void)tree, (void)at, (void)ret_value;
	return false;
}

size_t hive_tree_find(struct hive_tree *tree, size_t key, struct slice path, bool *ret_damaged)
{
	(void)tree, (void)key, (void)path, (void)ret_damaged;
	return 0;
}

#endif

void hive_list_release(struct hive_list *list)
{
	free(list->items);
	*list = (struct hive_list){ 0 };
}

void hive_value_release(struct hive_value *value)
{
	free(value->name);
	free(value->data);
	*value = (struct hive_value){ 0 };
}
