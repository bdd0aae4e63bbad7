/*
 * Real packages, when they lie beside the checkout: what cabextract took out of them (folders of
 * manifest/mum/from-msu-cab) comes out of manifest/containers byte by byte, through a cabinet in a
 * cabinet too. $DISMAL_CORPUS names the folder; 77 without it.
 */
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/archive.h"
#include "source/stream.h"
#include "source/tree.h"

#define SKIPPED 77

static unsigned wrong;

struct known {
	const char *root; /* what was taken out */
	const char *name; /* of the package */
	unsigned seen;    /* files of `root` that came out */
};

static void count_file(void *self, const struct walk_file *file)
{
	(void)file;
	++*(unsigned *)self;
}

/* Reads the rest of both; they are equal. */
static bool is_same(struct archive_reader *reader, int fd)
{
	static char ours[65536], theirs[65536];
	struct stream *stream;
	enum status status;
	size_t got = 1, other = 0;

	if (stream_open_fd(fd, &stream) != ST_OK)
		errx(1, "cannot read the corpus");
	do {
		size_t from = 0;

		status = archive_read(reader, ours, sizeof(ours), &got);
		for (other = 0; from < got; from += other)
			if (stream_read(stream, theirs + from, got - from, &other) != ST_OK ||
				!other)
				break;
		if (from != got || memcmp(ours, theirs, got) != 0)
			status = ST_DAMAGED;
	} while (status == ST_OK && got);
	if (status == ST_OK && stream_read(stream, theirs, 1, &other) == ST_OK && other)
		status = ST_DAMAGED;
	stream_close(stream);
	return status == ST_OK;
}

static void read_archive(struct known *known, struct archive_reader *reader, const char *below);

static void read_cabinet(struct known *known, struct archive_reader *outer, struct slice path)
{
	struct archive_reader *reader;
	char below[1024];

	snprintf(below, sizeof(below), "%.*s/", (int)path.len - 4, path.ptr);
	if (archive_open_supply(archive_supply(outer), &reader) != ST_OK) {
		printf("%s: cannot open %.*s\n", known->name, SLICE_ARG(path));
		wrong++;
		return;
	}
	read_archive(known, reader, below);
	archive_close(reader);
}

static void read_entry(
	struct known *known, struct archive_reader *reader, struct slice path, const char *below)
{
	char full[2048];
	int fd;

	snprintf(full, sizeof(full), "%s%.*s", below, SLICE_ARG(path));
	if (!below[0] && slice_ends_nocase(path, SLICE(".cab"))) {
		read_cabinet(known, reader, path);
	} else if (tree_open(known->root, slice_from(full), &fd) == ST_OK) {
		known->seen++;
		if (!is_same(reader, fd)) {
			printf("%s: %s differs\n", known->name, full);
			wrong++;
		}
	}
}

static void read_archive(struct known *known, struct archive_reader *reader, const char *below)
{
	bool is_end = false;
	enum status status;

	for (;;) {
		struct walk_file file;

		status = archive_next(reader, &file, &is_end);
		if (status != ST_OK || is_end)
			break;
		read_entry(known, reader, file.path, below);
	}
	if (status != ST_OK) {
		printf("%s: status %d: %s\n", known->name, status, archive_words(reader));
		wrong++;
	}
}

static void try_package(const char *corpus, const char *name)
{
	char path[2048], root[2048];
	const char *dot = strrchr(name, '.');
	struct known known = { .root = root, .name = name };
	struct archive_reader *reader;
	unsigned expected = 0;
	struct walk walk = { .take = count_file, .self = &expected };

	snprintf(path, sizeof(path), "%s/manifest/containers/%s", corpus, name);
	snprintf(root, sizeof(root), "%s/manifest/mum/from-msu-cab/%.*s", corpus,
		dot ? (int)(dot - name) : 0, name);
	if (archive_open(path, &reader) != ST_OK) {
		printf("%s: cannot be opened\n", name);
		wrong++;
		return;
	}
	read_archive(&known, reader, "");
	archive_close(reader);
	(void)!tree_walk(root, &walk);
	printf("%s: %u of %u files\n", name, known.seen, expected);
	wrong += known.seen != expected || !expected;
}

int main(void)
{
	const char *corpus = getenv("DISMAL_CORPUS");
	char folder[2048];
	struct dirent **names;
	int count;

	snprintf(folder, sizeof(folder), "%s/manifest/containers", corpus ? corpus : "");
	if (!corpus || access(folder, R_OK) != 0) {
		puts("no packages beside the checkout");
		return SKIPPED;
	}
#ifndef WITH_ARCHIVE
	puts("this build reads no archives");
	return SKIPPED;
#endif
	count = scandir(folder, &names, NULL, alphasort);
	if (count < 0)
		err(1, "%s", folder);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.')
			try_package(corpus, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return wrong != 0;
}
