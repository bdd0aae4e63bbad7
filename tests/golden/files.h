/*
 * Files and folders for the fixture runner. Everything here ends the program with a
 * message when the system refuses: a test that cannot set up its files proves nothing.
 */
#ifndef GOLDEN_FILES_H
#define GOLDEN_FILES_H

#include "base/buf.h"

/* printf into a new string; the caller frees it. */
char *text_of(const char *format, ...) PRINTF_LIKE(1, 2);

/* The whole file, NUL-terminated; a NULL pointer when there is none. Free with free(). */
struct bytes {
	char *ptr;
	size_t len;
};
struct bytes file_read(const char *path);
void file_write(const char *path, const void *bytes, size_t len);

/* The names in a folder, sorted bytewise, without those that begin with a dot. */
struct names {
	char **items;
	size_t count;
};
struct names folder_names(const char *path);
void names_add(struct names *names, struct slice name); /* copies it */
void names_release(struct names *names);

bool is_folder(const char *path);
void folder_make(const char *path); /* with its parents; may be there already */
void tree_remove(const char *path);

/* Copies a tree. `change` turns a file's bytes into others; NULL copies them as they are.
 * `leave_out` names entries of the topmost folder that stay behind; NULL: none. */
typedef struct bytes (*change_function)(struct bytes whole);
void tree_copy(const char *from, const char *to, bool (*leave_out)(const char *name),
	change_function change);

#endif
