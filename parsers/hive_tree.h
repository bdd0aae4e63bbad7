/*
 * The keys and values of a hive, through libhivex (WITH_HIVE). hivex checks most of what it
 * follows; the lists and lengths that it does not are checked here before it is asked. A
 * list that it refuses is asked for once more in its tolerant mode, and counts as damaged.
 *
 * Keys and values are known by the file offset of their cell, the base block included; 0 is
 * none. Names are UTF-8.
 */
#ifndef PARSERS_HIVE_TREE_H
#define PARSERS_HIVE_TREE_H

#include "base/buf.h"
#include "parsers/hive_file.h"

#define MAX_HIVE_STEPS  ((uint64_t)4 << 20) /* keys and values looked at in one hive */
#define MAX_VALUE_BYTES ((size_t)16 << 10)  /* of the data of one value */

struct hive_tree;

struct hive_list {
	size_t *items; /* the caller's: hive_list_release */
	size_t count;
	bool is_whole; /* nothing is missing that should be there */
};

enum hive_value_type {
	VALUE_NONE,
	VALUE_TEXT = 1,
	VALUE_EXPAND = 2,
	VALUE_BINARY = 3,
	VALUE_DWORD = 4,
	VALUE_DWORD_BE = 5,
	VALUE_LINK = 6,
	VALUE_TEXTS = 7,
	VALUE_QWORD = 11,
};

struct hive_value {
	size_t at;
	uint32_t type; /* enum hive_value_type, or any other number */
	char *name;    /* both are the caller's: hive_value_release */
	char *data;
	size_t len;
};

/* ST_FORMAT: hivex refuses the hive, errno says why; ST_NOMEM. *ret_strict is false when only
 * its tolerant mode takes it. The copy must live as long as the tree. */
MUST_CHECK enum status hive_tree_open(
	const struct hive_copy *copy, struct hive_tree **ret_tree, bool *ret_strict);
void hive_tree_close(struct hive_tree *tree);

size_t hive_tree_root(const struct hive_tree *tree);
/* Whether MAX_HIVE_STEPS were made: every list is empty and not whole from then on. */
bool hive_tree_is_tired(const struct hive_tree *tree);

void hive_tree_children(struct hive_tree *tree, size_t key, struct hive_list *ret_list);
void hive_tree_values(struct hive_tree *tree, size_t key, struct hive_list *ret_list);
void hive_list_release(struct hive_list *list);

/* The name of a key, malloc'ed; NULL when it cannot be read. */
char *hive_tree_name(struct hive_tree *tree, size_t key);

/* false when the value cannot be read, or is larger than MAX_VALUE_BYTES. */
bool hive_tree_value(struct hive_tree *tree, size_t at, struct hive_value *ret_value);
void hive_value_release(struct hive_value *value);

/*
 * The key below `key` along a path of names ("Select", "A\\B\\C"), letter case aside; 0 when
 * there is none. *ret_damaged, never cleared, says that a list on the way was not whole.
 */
size_t hive_tree_find(struct hive_tree *tree, size_t key, struct slice path, bool *ret_damaged);

#endif
