/* A folder of one test. */
#include "lib_scratch.h"

#include <err.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATHS 8

char *scratch_make(void)
{
	const char *base = getenv("TMPDIR");
	char *folder;

	if (asprintf(&folder, "%s/dismal-test-XXXXXX", base ? base : "/tmp") < 0)
		errx(1, "out of memory");
	if (!mkdtemp(folder))
		err(1, "%s", folder);
	return folder;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
	(void)info;
	(void)kind;
	(void)at;
	return remove(path);
}

void scratch_remove(char *folder)
{
	if (nftw(folder, remove_one, 64, FTW_DEPTH | FTW_PHYS) != 0)
		warn("%s", folder);
	free(folder);
}

const char *scratch_path(const char *folder, const char *name)
{
	static char paths[PATHS][4096];
	static unsigned next;
	char *path = paths[next++ % PATHS];

	if (snprintf(path, sizeof(paths[0]), "%s/%s", folder, name) >= (int)sizeof(paths[0]))
		errx(1, "the path is too long");
	return path;
}

const char *scratch_write(const char *folder, const char *name, struct slice bytes)
{
	const char *path = scratch_path(folder, name);
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes.ptr ? bytes.ptr : "", 1, bytes.len, file) != bytes.len ||
		fclose(file) != 0)
		err(1, "%s", path);
	return path;
}

struct slice scratch_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat info;
	char *bytes;
	size_t got;

	if (!file || fstat(fileno(file), &info) != 0)
		err(1, "%s", path);
	bytes = malloc((size_t)info.st_size + 1);
	if (!bytes)
		errx(1, "out of memory");
	got = fread(bytes, 1, (size_t)info.st_size, file);
	if (fclose(file) != 0 || got != (size_t)info.st_size)
		err(1, "%s", path);
	return (struct slice){ bytes, got };
}
