/*
 * Real logs of ConfigMgr: how many records, torn ones, types and messages of several lines each
 * has, as an independent count of their bytes gives them; and that the reader takes these files
 * and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/recognise.h"
#include "parsers/cm_record.h"

#define SKIPPED 77

static const char *corpus;

/* ---- Files ----------------------------------------------------------------------------- */

struct file {
	char *bytes;
	size_t len;
};

static struct file read_path(const char *path)
{
	FILE *stream = fopen(path, "rbe");
	struct file file = { NULL, 0 };

	if (!stream)
		return file;
	file.bytes = malloc((size_t)4 << 20);
	assert_non_null(file.bytes);
	file.len = fread(file.bytes, 1, (size_t)4 << 20, stream);
	(void)fclose(stream);
	return file;
}

/* The file of that number in the folder of the corpus. */
static struct file read_number(const char *folder, const char *number)
{
	struct file file = { NULL, 0 };
	char path[1024];
	struct dirent *entry;
	DIR *names;

	(void)snprintf(path, sizeof(path), "%s/%s", corpus, folder);
	names = opendir(path);
	if (!names)
		return file;
	while (!file.bytes && (entry = readdir(names)))
		if (strncmp(entry->d_name, number, 3) == 0) {
			(void)snprintf(
				path, sizeof(path), "%s/%s/%s", corpus, folder, entry->d_name);
			file = read_path(path);
		}
	(void)closedir(names);
	return file;
}

/* ---- Counts ----------------------------------------------------------------------------- */

struct counts {
	size_t records, torn, info, warnings, errors, of_lines, with_cr, timed, with_utc, threads;
	uint64_t lines, unrecognized;
};

static bool has_lone_cr(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\r' && (i + 1 == text.len || text.ptr[i + 1] != '\n'))
			return true;
	return false;
}

static void count_record(const struct cm_record *record, struct counts *counts)
{
	counts->records++;
	counts->torn += record->is_torn;
	counts->info += record->level == LEVEL_INFO;
	counts->warnings += record->level == LEVEL_WARNING;
	counts->errors += record->level == LEVEL_ERROR;
	counts->of_lines += memchr(record->whole.ptr, '\n', record->whole.len) != NULL;
	counts->with_cr += has_lone_cr(record->whole);
	counts->timed += record->when != NO_TIME;
	counts->with_utc += record->utc != NO_TIME;
	counts->threads += record->tid != 0;
}

static void count_block(struct slice block, uint32_t traits, struct counts *counts)
{
	struct parse_result result;
	struct cm_cursor cursor;
	struct cm_record record;

	parse_result_init(&result);
	result.traits = traits;
	cm_cursor_init(&cursor, block, &result);
	while (cm_next(&cursor, &record))
		count_record(&record, counts);
	counts->lines += result.lines;
	counts->unrecognized += result.unrecognized;
	parse_result_release(&result);
}

/* In blocks of `size` bytes or so; 0: whole. */
static struct counts count(struct slice bytes, size_t size)
{
	uint32_t traits = cm_look(bytes);
	struct counts counts = { 0 };

	while (size && bytes.len > size) {
		size_t cut = 0;

		for (size_t more = size; !cut && more < bytes.len; more += size)
			cut = cm_cut(slice_from_to(bytes, 0, more));
		if (!cut)
			break;
		count_block(slice_from_to(bytes, 0, cut), traits, &counts);
		bytes = slice_skip(bytes, cut);
	}
	count_block(bytes, traits, &counts);
	return counts;
}

/* What CMTrace calls types 0 and 1 is information here. */
static const struct {
	const char *number;
	struct counts is; /* lines: line feeds of the file */
} files[] = {
	{ "001", { 11, 0, 11, 0, 0, 0, 0, 11, 0, 0, 9, 0 } },
	{ "002", { 8, 1, 8, 0, 0, 0, 0, 8, 8, 7, 8, 0 } },
	{ "003", { 8, 0, 5, 0, 3, 0, 0, 0, 0, 0, 8, 0 } },
	{ "004", { 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0 } },
	{ "005", { 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0 } },
	{ "008", { 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0 } },
	{ "010", { 10, 0, 10, 0, 0, 2, 0, 10, 8, 10, 86, 0 } },
	{ "011", { 894, 0, 866, 21, 7, 7, 0, 894, 894, 894, 901, 0 } },
	{ "012", { 1393, 0, 1393, 0, 0, 0, 104, 1393, 0, 0, 1393, 0 } },
	{ "013", { 9, 0, 9, 0, 0, 0, 0, 9, 0, 0, 9, 0 } },
	{ "014", { 5944, 5, 5891, 34, 19, 22, 0, 5944, 5944, 5944, 6083, 0 } },
	{ "015", { 107, 0, 105, 1, 1, 1, 0, 107, 107, 107, 110, 0 } },
	{ "017", { 412, 0, 411, 0, 1, 0, 0, 412, 412, 412, 412, 0 } },
	{ "018", { 26, 0, 26, 0, 0, 0, 0, 26, 26, 26, 26, 0 } },
	{ "020", { 3, 0, 0, 0, 0, 3, 0, 3, 0, 3, 7, 0 } },
	{ "021", { 4, 0, 0, 0, 0, 4, 0, 4, 0, 4, 15, 0 } },
	{ "022", { 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0 } },
	{ "024", { 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0 } },
	{ "025", { 8, 0, 1, 0, 0, 0, 0, 3, 0, 7, 8, 0 } },
};

static unsigned differ(const char *number, const struct counts *is, const struct counts *expected)
{
	if (memcmp(is, expected, sizeof(*is)) == 0)
		return 0;
	print_error("%s: %zu records, %zu torn, %zu info, %zu warnings, %zu errors, %zu of lines, "
		    "%zu with CR, %zu timed, %zu with UTC, %zu with a thread, %llu lines, "
		    "%llu bytes of no record\n",
		number, is->records, is->torn, is->info, is->warnings, is->errors, is->of_lines,
		is->with_cr, is->timed, is->with_utc, is->threads, (unsigned long long)is->lines,
		(unsigned long long)is->unrecognized);
	return 1;
}

static void records_of_each_file(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct file file = read_number("cm", files[i].number);
		struct counts is;

		if (!file.bytes)
			skip();
		is = count((struct slice){ file.bytes, file.len }, 0);
		wrong += differ(files[i].number, &is, &files[i].is);
		is = count((struct slice){ file.bytes, file.len }, 4096);
		wrong += differ(files[i].number, &is, &files[i].is);
		free(file.bytes);
	}
	assert_int_equal(wrong, 0);
}

/* ---- Who reads what ----------------------------------------------------------------------- */

static const char *reader_of(const struct file *file)
{
	size_t len = file->len < ((size_t)64 << 10) ? file->len : (size_t)64 << 10;
	struct recognised what = recognise((struct slice){ file->bytes, len }, NULL);

	return what.parser ? what.parser->name : "";
}

static bool is_own(const char *folder, const char *name)
{
	if (strcmp(folder, "cm") != 0)
		return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strncmp(name, files[i].number, 3) == 0)
			return true;
	return false;
}

static void takes_its_own_files_only(void **state)
{
	static const char *const folders[] = { "cm", "dism", "cbs", "manifest/dismout/excerpts" };
	unsigned wrong = 0, seen = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char path[1024];
		struct dirent *entry;
		DIR *names;

		(void)snprintf(path, sizeof(path), "%s/%s", corpus, folders[i]);
		names = opendir(path);
		if (!names)
			skip();
		while ((entry = readdir(names))) {
			struct file file;

			(void)snprintf(
				path, sizeof(path), "%s/%s/%s", corpus, folders[i], entry->d_name);
			file = read_path(path);
			if (file.bytes && file.len &&
				(strcmp(reader_of(&file), "cm-log") == 0) !=
					is_own(folders[i], entry->d_name)) {
				wrong++;
				print_error("%s: %s\n", path, reader_of(&file));
			}
			seen += file.bytes != NULL;
			free(file.bytes);
		}
		(void)closedir(names);
	}
	assert_true(seen > 100);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_each_file),
		cmocka_unit_test(takes_its_own_files_only),
	};
	int failed;

	corpus = getenv("DISMAL_CORPUS");
	if (!corpus)
		return SKIPPED;
	if (parsers_init() != ST_OK)
		return 1;
	failed = cmocka_run_group_tests_name("corpus_cm", tests, NULL, NULL);
	parsers_release();
	return failed;
}
