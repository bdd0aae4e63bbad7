/* What the files wim*.c share; for nobody else. Only in builds with libwim. */
#ifndef SOURCE_WIM_INNER_H
#define SOURCE_WIM_INNER_H

#include <wimlib.h>

#include "source/wim.h"

struct wim {
	char *path;        /* as it was opened */
	WIMStruct *main;   /* the part that has the images */
	WIMStruct **parts; /* the other parts that are there */
	size_t part_count;
	uint32_t image_count;
};

/* ---- wim_library.c: libwim as a whole ---- */

/* Before anything else of libwim. False: out of memory. */
bool library_begin(void);

/* wimlib_open_wim without the messages that libxml2 prints for it. */
MUST_CHECK int library_open(const char *path, WIMStruct **ret_wim);

/* What libwim said on this thread since library_listen: its first error, and the first
 * warning that a name of an image was left out. Empty: nothing. */
void library_listen(void);
struct slice library_error(void);
struct slice library_left_out(void);

/* The status for an error code of libwim, and what it is in words. */
MUST_CHECK enum status library_problem(int code, struct wim_problem *ret_problem);

/* Sets a problem; the words are cleaned and cut to fit. */
void problem_set(struct wim_problem *problem, enum wim_trouble trouble, struct slice words);

/* ---- wim_parts.c: headers, and the parts of a split WIM ---- */

struct wim_head {
	uint8_t guid[16];
	uint16_t part, parts;
	enum wim_trouble trouble; /* what is wrong can be seen from the header: libwim would
				     ask for the memory of lying sizes */
	const char *words;
};

/* ST_IO, ST_FORMAT. */
MUST_CHECK enum status wim_head_read(const char *path, struct wim_head *ret_head);

/* Paths of the parts, the first at 0, NULL for one that is not there. */
struct wim_parts {
	char **paths;
	unsigned count;
};

/* ST_NOMEM, ST_LIMIT. */
MUST_CHECK enum status wim_parts_find(
	const char *path, const struct wim_head *head, struct wim_parts *ret_parts);
void wim_parts_release(struct wim_parts *parts);

/* ---- wim_list.c: a list of blobs in the shape of a WIM ---- */

/* The name of the file for the blob at `index`: "/00000001" for 0. */
#define LIST_NAME 10
void wim_list_name(size_t index, char ret_name[LIST_NAME]);

/*
 * Writes to `fd` a WIM with one image, whose root folder has a file for each hash, and
 * with no contents: those are looked up in the WIMs that it is made to refer to. libwim
 * takes files out of one image a time; so this is how files of many images come in one
 * pass. ST_IO, ST_NOMEM.
 */
MUST_CHECK enum status wim_list_write(int fd, size_t count,
	const uint8_t *(*hash_of)(const void *self, size_t index), const void *self);

/* ---- wim_take.c: one thread that takes blobs out ---- */

/* A wanted blob and where it lies. */
struct wim_item {
	struct wim_blob *blob;
	uint32_t part;
	uint64_t resource, offset; /* in the part; in the solid resource */
	uint64_t stored;           /* bytes that the WIM has for it, or for its solid resource */
	bool is_packed;            /* in a solid resource */
	bool is_small;
	bool is_found, is_done;
	const char *folder; /* where its file is */
};

struct wim_range {
	size_t from, to;
};

struct wim_taker {
	struct wim_item *items;
	WIMStruct *list;
	char (*names)[LIST_NAME]; /* by item */
	const char **paths;       /* for one call of libwim */
	char *buffer;
	const char *folder; /* of the range taken now */
	int folder_fd;
};

/* `list` is the file that wim_list_write made of all the items. Several takers may share
 * the items, each with a WIM of its own and ranges of its own. ST_IO, ST_NOMEM; close it
 * in every case. */
MUST_CHECK enum status wim_taker_open(struct wim *wim, const char *list, struct wim_item *items,
	size_t count, struct wim_taker *ret_taker);
void wim_taker_close(struct wim_taker *taker);

/* Takes a range out to a folder and sets the state of each blob. ST_IO: the folder cannot
 * be written. */
MUST_CHECK enum status wim_take(
	struct wim_taker *taker, struct wim_range range, const char *folder);
/* Undoes it: the files are removed. */
void wim_take_back(struct wim_taker *taker, struct wim_range range);

#endif
