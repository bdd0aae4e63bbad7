/*
 * Real WIMs, when they lie beside the checkout: each is opened, every image walked, every
 * file taken out. Broken ones are among them; whatever they are, what comes out is what
 * its state says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "source/sha1.h"
#include "source/wim.h"

#define SKIPPED   77
#define MAX_FILES 100000

#ifdef WITH_WIM

static struct wim_blob blobs[MAX_FILES];
static size_t blob_count;
static unsigned wims, images, names, taken, lost, wrong;

static bool enter(void *self, struct slice folder)
{
	(void)self;
	(void)folder;
	return true;
}

static void take(void *self, const struct walk_file *file)
{
	(void)self;
	names++;
	if (!file->sha1 || blob_count == MAX_FILES)
		return;
	blobs[blob_count] = (struct wim_blob){ .size = 0 };
	memcpy(blobs[blob_count++].sha1, file->sha1, SHA1_SIZE);
}

static void trouble(void *self, struct slice path, struct slice words)
{
	(void)self;
	wrong += !path.len || !words.len;
}

static int by_sha1(const void *a, const void *b)
{
	const struct wim_blob *x = a, *y = b;

	return memcmp(x->sha1, y->sha1, SHA1_SIZE);
}

static void fold_blobs(void)
{
	size_t kept = 0;

	sort_items(blobs, blob_count, sizeof(*blobs), by_sha1);
	for (size_t i = 0; i < blob_count; i++)
		if (!kept || by_sha1(&blobs[kept - 1], &blobs[i]) != 0)
			blobs[kept++] = blobs[i];
	blob_count = kept;
}

static bool matches(const struct wim_blob *blob)
{
	static char buffer[1 << 16];
	uint8_t digest[SHA1_SIZE];
	FILE *file = fopen(blob->file, "r");
	struct sha1 sha1;
	size_t got;

	if (!file)
		return false;
	sha1_init(&sha1);
	while ((got = fread(buffer, 1, sizeof(buffer), file)) > 0)
		sha1_add(&sha1, (struct slice){ buffer, got });
	fclose(file);
	assert_true(sha1_finish(&sha1, digest));
	return memcmp(digest, blob->sha1, SHA1_SIZE) == 0;
}

static void take_out(struct wim *wim)
{
	struct scratch *scratch;
	enum status status;
	bool all = true;

	fold_blobs();
	assert_int_equal(scratch_new(&scratch), ST_OK);
	status = wim_extract(wim, blobs, blob_count, scratch, 2);
	for (size_t i = 0; i < blob_count; i++) {
		bool is_ok = blobs[i].state == BLOB_OK;

		wrong += is_ok != (blobs[i].file && matches(&blobs[i]));
		taken += is_ok;
		lost += !is_ok;
		all = all && is_ok;
		free(blobs[i].file);
	}
	wrong += status != (all ? ST_OK : ST_DAMAGED);
	scratch_free(scratch);
}

static bool holds(enum status status, const struct wim_problem *problem)
{
	if (status == ST_OK)
		return problem->trouble == WIM_FINE && !problem->words[0];
	return problem->trouble != WIM_FINE && problem->words[0] &&
		(status == ST_DAMAGED || status == ST_FORMAT);
}

static void read_wim(const char *path)
{
	struct walk walk = { enter, take, trouble, NULL };
	struct wim_problem problem;
	struct wim *wim;
	enum status status = wim_open(path, &wim, &problem);

	wims++;
	wrong += !holds(status, &problem);
	if (status != ST_OK && status != ST_DAMAGED)
		return;
	blob_count = 0;
	for (uint32_t image = 1; image <= wim_image_count(wim); image++, images++)
		wrong += !holds(wim_walk(wim, image, &walk, &problem), &problem);
	take_out(wim);
	wim_close(wim);
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *where)
{
	static const char *const endings[] = { ".wim", ".esd", ".swm", ".ppkg" };
	unsigned before = wrong;

	(void)info;
	(void)where;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (type == FTW_F && slice_ends_nocase(slice_from(path), slice_from(endings[i])))
			read_wim(path);
	if (wrong != before)
		print_message("%s: not as it should be\n", path);
	return 0;
}

static void test_corpus(void **state)
{
	(void)state;
	assert_int_equal(nftw(getenv("DISMAL_CORPUS"), visit, 16, FTW_PHYS), 0);
	print_message("%u WIMs, %u images, %u names, %u blobs taken out, %u not\n", wims, images,
		names, taken, lost);
	assert_int_equal(wrong, 0);
	assert_true(wims == 0 || taken > lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_corpus) };
	const char *corpus = getenv("DISMAL_CORPUS");
	FILE *there = corpus ? fopen(corpus, "r") : NULL;

	if (!there)
		return SKIPPED;
	fclose(there);
	return cmocka_run_group_tests_name("corpus_wim", tests, NULL, NULL);
}

#else

int main(void)
{
	return SKIPPED;
}

#endif
