/* WIMs opened and their images walked. */
#include "source/wim.h"

#ifdef WITH_WIM

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "source/wim_inner.h"

/* ---- Opening -------------------------------------------------------------------------- */

static enum status open_main(const char *path, struct wim *wim, struct wim_problem *ret_problem)
{
	struct wimlib_wim_info info;
	int code;

	errno = 0;
	code = library_open(path, &wim->main);
	if (!code)
		code = wimlib_get_wim_info(wim->main, &info);
	if (code)
		return library_problem(code, ret_problem);
	wim->image_count = info.image_count;
	return ST_OK;
}

static int open_part(struct wim *wim, const char *path)
{
	WIMStruct *part;
	int code = library_open(path, &part);

	if (code)
		return code;
	code = wimlib_reference_resources(wim->main, &part, 1, 0);
	if (code) {
		wimlib_free(part);
		return code;
	}
	wim->parts[wim->part_count++] = part;
	return 0;
}

/* "part 2 of 3", "parts 2, 4 of 5" */
static void tell_missing(const struct wim_parts *parts, const bool *is_there, const char *what,
	struct wim_problem *ret_problem)
{
	const char *before = "";
	unsigned count = 0;
	struct buf words;

	for (unsigned i = 0; i < parts->count; i++)
		count += !is_there[i];
	buf_init(&words, WIM_WORDS * 2);
	buf_puts(&words, count == 1 ? "part " : "parts ");
	for (unsigned i = 0; i < parts->count && words.len < WIM_WORDS / 2; i++) {
		if (is_there[i])
			continue;
		buf_printf(&words, "%s%u", before, i + 1);
		before = ", ";
	}
	buf_printf(&words, "%s of %u %s", words.len < WIM_WORDS / 2 ? "" : " and more",
		parts->count, what);
	problem_set(ret_problem, WIM_TROUBLE_PART_MISSING, buf_slice(&words));
	buf_release(&words);
}

/* Parts that are there but cannot be opened count as missing. */
static enum status open_others(
	struct wim *wim, const struct wim_parts *parts, struct wim_problem *ret_problem)
{
	bool is_there[MAX_WIM_PARTS] = { true };
	unsigned missing = 0;

	wim->parts = calloc(parts->count, sizeof(WIMStruct *));
	if (!wim->parts)
		return ST_NOMEM;
	for (unsigned i = 1; i < parts->count; i++) {
		int code = parts->paths[i] ? open_part(wim, parts->paths[i]) : 0;

		if (code == WIMLIB_ERR_NOMEM)
			return ST_NOMEM;
		is_there[i] = parts->paths[i] && !code;
		missing += !is_there[i];
	}
	if (!missing)
		return ST_OK;
	tell_missing(parts, is_there, "cannot be read or found in the same folder", ret_problem);
	return ST_DAMAGED;
}

static enum status open_split(
	const struct wim_parts *parts, struct wim *wim, struct wim_problem *ret_problem)
{
	enum status status;

	if (!parts->paths[0]) {
		problem_set(ret_problem, WIM_TROUBLE_PART_MISSING,
			SLICE("the first part, which has the names of all files, is not in the "
			      "same "
			      "folder"));
		return ST_FORMAT;
	}
	status = open_main(parts->paths[0], wim, ret_problem);
	return status == ST_OK ? open_others(wim, parts, ret_problem) : status;
}

static enum status open_all(const char *path, const struct wim_head *head, struct wim *wim,
	struct wim_problem *ret_problem)
{
	struct wim_parts parts;
	enum status status;

	if (head->trouble != WIM_FINE) {
		problem_set(ret_problem, head->trouble, slice_from(head->words));
		return ST_FORMAT;
	}
	if (head->parts <= 1)
		return open_main(path, wim, ret_problem);
	status = wim_parts_find(path, head, &parts);
	if (status != ST_OK)
		return status;
	status = open_split(&parts, wim, ret_problem);
	wim_parts_release(&parts);
	return status;
}

/* Where nothing nearer to the cause has found words. */
static void tell_status(enum status status, struct wim_problem *problem)
{
	if (status == ST_OK || problem->trouble != WIM_FINE)
		return;
	if (status == ST_NOMEM)
		problem_set(problem, WIM_TROUBLE_MEMORY, SLICE("out of memory"));
	else if (status == ST_IO)
		problem_set(problem, WIM_TROUBLE_IO, slice_from(strerror(errno)));
	else if (status == ST_LIMIT)
		problem_set(problem, WIM_TROUBLE_UNSUPPORTED, SLICE("too many parts or names"));
	else
		problem_set(problem, WIM_TROUBLE_NOT_A_WIM, SLICE("not a WIM"));
}

static enum status open_path(const char *path, struct wim *wim, struct wim_problem *ret_problem)
{
	struct wim_head head;
	enum status status = wim_head_read(path, &head);

	if (status != ST_OK)
		return status;
	if (!library_begin())
		return ST_NOMEM;
	library_listen();
	return open_all(path, &head, wim, ret_problem);
}

enum status wim_open(const char *path, struct wim **ret_wim, struct wim_problem *ret_problem)
{
	struct wim *wim = calloc(1, sizeof(*wim));
	enum status status = ST_NOMEM;
	int cause;

	*ret_problem = (struct wim_problem){ .trouble = WIM_FINE };
	if (wim)
		wim->path = strdup(path);
	if (wim && wim->path)
		status = open_path(path, wim, ret_problem);
	cause = errno;
	tell_status(status, ret_problem);
	if (status == ST_OK || status == ST_DAMAGED)
		*ret_wim = wim;
	else
		wim_close(wim);
	errno = cause;
	return status;
}

void wim_close(struct wim *wim)
{
	if (!wim)
		return;
	wimlib_free(wim->main);
	for (size_t i = 0; i < wim->part_count; i++)
		wimlib_free(wim->parts[i]);
	free(wim->parts);
	free(wim->path);
	free(wim);
}

uint32_t wim_image_count(const struct wim *wim)
{
	return wim->image_count;
}

/* ---- Walking -------------------------------------------------------------------------- */

/* Folders still to look into; paths as libwim gives and takes them, "/Windows". */
struct walker {
	struct wim *wim;
	const struct walk *walk;
	char **folders;
	size_t count, cap;
	unsigned names;
	enum status status;
};

static bool add_folder(struct walker *walker, const char *path)
{
	char *copy = strdup(path);

	if (walker->count == walker->cap) {
		size_t cap = walker->cap ? walker->cap * 2 : 64;
		char **grown = reallocarray(walker->folders, cap, sizeof(*grown));

		if (grown) {
			walker->folders = grown;
			walker->cap = cap;
		}
	}
	if (!copy || walker->count == walker->cap) {
		free(copy);
		walker->status = ST_NOMEM;
		return false;
	}
	walker->folders[walker->count++] = copy;
	return true;
}

static void take_folder(struct walker *walker, const struct wimlib_dir_entry *entry)
{
	const struct walk *walk = walker->walk;
	struct slice path = slice_from(entry->full_path + 1);

	if (!walk->enter(walk->self, path))
		return;
	if (entry->attributes & WIMLIB_FILE_ATTRIBUTE_REPARSE_POINT)
		walk->trouble(walk->self, path, SLICE("a link or mount point is not followed"));
	else if (entry->depth > MAX_WALK_DEPTH)
		walk->trouble(walk->self, path, SLICE("too deep"));
	else
		add_folder(walker, entry->full_path);
}

static enum walk_kind kind_of(const struct wimlib_dir_entry *entry)
{
	if (entry->attributes & WIMLIB_FILE_ATTRIBUTE_REPARSE_POINT) {
		bool is_link = entry->reparse_tag == WIMLIB_REPARSE_TAG_SYMLINK ||
			entry->reparse_tag == WIMLIB_REPARSE_TAG_MOUNT_POINT;

		return is_link ? WALK_LINK : WALK_REPARSE;
	}
	if (entry->attributes & WIMLIB_FILE_ATTRIBUTE_ENCRYPTED)
		return WALK_REPARSE;
	return entry->attributes & WIMLIB_FILE_ATTRIBUTE_DEVICE ? WALK_SPECIAL : WALK_FILE;
}

static void take_file(struct walker *walker, const struct wimlib_dir_entry *entry)
{
	static const uint8_t none[SHA1_SIZE];
	const struct wimlib_resource_entry *content = &entry->streams[0].resource;
	struct walk_file file = { .path = slice_from(entry->full_path + 1),
		.kind = kind_of(entry) };

	if (entry->attributes & WIMLIB_FILE_ATTRIBUTE_REPARSE_POINT)
		file.tag = entry->reparse_tag;
	if (file.kind == WALK_FILE && memcmp(content->sha1_hash, none, SHA1_SIZE) != 0) {
		file.size = content->is_missing ? 0 : content->uncompressed_size;
		file.sha1 = content->sha1_hash;
	}
	walker->walk->take(walker->walk->self, &file);
}

static int take_entry(const struct wimlib_dir_entry *entry, void *self)
{
	struct walker *walker = self;

	if (walker->status != ST_OK)
		return -1;
	if (++walker->names > MAX_WALK_NAMES) {
		walker->status = ST_LIMIT;
		return -1;
	}
	/* Such a name would be looked up as a path; Windows has none. */
	if (strpbrk(entry->filename, "/\\"))
		walker->walk->trouble(walker->walk->self, slice_from(entry->full_path + 1),
			SLICE("a name with a slash in it"));
	else if (entry->attributes & WIMLIB_FILE_ATTRIBUTE_DIRECTORY)
		take_folder(walker, entry);
	else
		take_file(walker, entry);
	return walker->status == ST_OK ? 0 : -1;
}

static int walk_folders(struct walker *walker, int image)
{
	int code = 0;

	while (!code && walker->status == ST_OK && walker->count) {
		char *folder = walker->folders[--walker->count];

		code = wimlib_iterate_dir_tree(walker->wim->main, image, folder,
			WIMLIB_ITERATE_DIR_TREE_FLAG_CHILDREN, take_entry, walker);
		free(folder);
	}
	return code;
}

/* libwim tells the directories first, in the order of the images. */
struct directory {
	int image, at;
	uint64_t size;
};

static int note_directory(const struct wimlib_resource_entry *entry, void *self)
{
	struct directory *directory = self;

	if (!entry->is_metadata)
		return -1;
	directory->size = entry->uncompressed_size;
	return ++directory->at == directory->image ? -1 : 0;
}

static bool is_too_large(const struct wim *wim, int image)
{
	struct directory directory = { .image = image };

	return wimlib_iterate_lookup_table(wim->main, 0, note_directory, &directory) != 0 &&
		directory.at == image && directory.size > MAX_WIM_DIRECTORY;
}

static enum status walk_image(struct walker *walker, int image, struct wim_problem *ret_problem)
{
	int code;

	if (!add_folder(walker, WIMLIB_WIM_ROOT_PATH))
		return ST_NOMEM;
	code = walk_folders(walker, image);
	if (walker->status != ST_OK)
		return walker->status;
	if (code) {
		enum status status = library_problem(code, ret_problem);

		if (status == ST_FORMAT)
			ret_problem->trouble = WIM_TROUBLE_IMAGE;
		return status;
	}
	if (!library_left_out().len)
		return ST_OK;
	problem_set(ret_problem, WIM_TROUBLE_NAMES, library_left_out());
	return ST_DAMAGED;
}

enum status wim_walk(
	struct wim *wim, uint32_t image, const struct walk *walk, struct wim_problem *ret_problem)
{
	struct walker walker = { .wim = wim, .walk = walk };
	enum status status;

	*ret_problem = (struct wim_problem){ .trouble = WIM_FINE };
	if (!image || image > wim->image_count) {
		problem_set(ret_problem, WIM_TROUBLE_IMAGE, SLICE("there is no such image"));
		return ST_FORMAT;
	}
	if (is_too_large(wim, (int)image)) {
		problem_set(ret_problem, WIM_TROUBLE_IMAGE,
			SLICE("its directory states a size that cannot be"));
		return ST_FORMAT;
	}
	library_listen();
	errno = 0;
	status = walk_image(&walker, (int)image, ret_problem);
	tell_status(status, ret_problem);
	while (walker.count)
		free(walker.folders[--walker.count]);
	free(walker.folders);
	return status;
}

#else

static enum status without_reader(struct wim_problem *ret_problem)
{
	*ret_problem = (struct wim_problem){ WIM_TROUBLE_NO_READER, "this build has no libwim" };
	return ST_FORMAT;
}

enum status wim_open(const char *path, struct wim **ret_wim, struct wim_problem *ret_problem)
{
	(void)path;
	(void)ret_wim;
	return without_reader(ret_problem);
}

void wim_close(struct wim *wim)
{
	(void)wim;
}

uint32_t wim_image_count(const struct wim *wim)
{
	(void)wim;
	return 0;
}

enum status wim_walk(
	struct wim *wim, uint32_t image, const struct walk *walk, struct wim_problem *ret_problem)
{
	(void)wim;
	(void)image;
	(void)walk;
	return without_reader(ret_problem);
}

enum status wim_extract(struct wim *wim, struct wim_blob *blobs, size_t count,
	struct scratch *scratch, unsigned threads)
{
	(void)threads;
	(void)wim;
	(void)blobs;
	(void)count;
	(void)scratch;
	return ST_FORMAT;
}

#endif
