/* Files and folders for the fixture runner. */
#include "files.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *text_of(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		errx(1, "out of memory");
	return text;
}

struct bytes file_read(const char *path)
{
	struct bytes whole = { NULL, 0 };
	FILE *file = fopen(path, "rb");
	struct stat stat_now;

	if (!file) {
		if (errno == ENOENT)
			return whole;
		err(1, "cannot open '%s'", path);
	}
	if (fstat(fileno(file), &stat_now) != 0)
		err(1, "cannot read '%s'", path);
	whole.len = (size_t)stat_now.st_size;
	whole.ptr = calloc(1, whole.len + 1);
	if (!whole.ptr || fread(whole.ptr, 1, whole.len, file) != whole.len)
		err(1, "cannot read '%s'", path);
	fclose(file);
	return whole;
}

void file_write(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		err(1, "cannot write '%s'", path);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names folder_names(const char *path)
{
	struct names names = { NULL, 0 };
	struct dirent *entry;
	DIR *folder = opendir(path);

	if (!folder)
		err(1, "cannot open '%s'", path);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		names.items = reallocarray(names.items, names.count + 1, sizeof(*names.items));
		if (!names.items)
			errx(1, "out of memory");
		names.items[names.count++] = text_of("%s", entry->d_name);
	}
	closedir(folder);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), compare_names);
	return names;
}

void names_add(struct names *names, struct slice name)
{
	names->items = reallocarray(names->items, names->count + 1, sizeof(*names->items));
	if (!names->items)
		errx(1, "out of memory");
	names->items[names->count++] = text_of("%.*s", SLICE_ARG(name));
}

void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names){ NULL, 0 };
}

bool is_folder(const char *path)
{
	struct stat stat_now;

	return stat(path, &stat_now) == 0 && S_ISDIR(stat_now.st_mode);
}

void folder_make(const char *path)
{
	char *part = text_of("%s", path);

	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	if (mkdir(part, 0777) != 0 && errno != EEXIST)
		err(1, "cannot make '%s'", path);
	free(part);
}

static int remove_one(const char *path, const struct stat *stat_now, int kind, struct FTW *walk)
{
	(void)stat_now;
	(void)kind;
	(void)walk;
	return remove(path);
}

void tree_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void file_copy(const char *from, const char *to, change_function change)
{
	struct bytes whole = file_read(from);

	if (change) {
		struct bytes changed = change(whole);

		free(whole.ptr);
		whole = changed;
	}
	file_write(to, whole.ptr, whole.len);
	free(whole.ptr);
}

void tree_copy(const char *from, const char *to, bool (*leave_out)(const char *name),
	change_function change)
{
	struct names names = folder_names(from);

	folder_make(to);
	for (size_t i = 0; i < names.count; i++) {
		char *source, *target;

		if (leave_out && leave_out(names.items[i]))
			continue;
		source = text_of("%s/%s", from, names.items[i]);
		target = text_of("%s/%s", to, names.items[i]);
		if (is_folder(source))
			tree_copy(source, target, NULL, change);
		else
			file_copy(source, target, change);
		free(source);
		free(target);
	}
	names_release(&names);
}
