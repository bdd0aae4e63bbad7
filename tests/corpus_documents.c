/*
 * Real manifests and metadata, when they lie beside the checkout: each is read without a note,
 * an installed manifest is named for its identity, and the counts are those that another
 * reader of XML made (corpus/manifests.def). Broken copies give a note and their identity.
 *
 *	corpus_documents        the folder manifest of $DISMAL_CORPUS, 77 without it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden/files.h"
#include "lib_parse.h"
#include "model/identity.h"
#include "model/kb.h"

#define SKIPPED 77

static const struct truth {
	uint64_t path;
	unsigned kb, parents, parent_identities, children, features, capabilities;
} truths[] = {
#define MANIFEST_TRUTH(path, kb, parents, identities, children, features, capabilities)            \
	{ path, kb, parents, identities, children, features, capabilities },
#include "corpus/manifests.def"
#undef MANIFEST_TRUTH
};

static char *root; /* .../manifest */

static bool ends(const char *path, const char *with)
{
	return slice_ends_nocase(slice_from(path), slice_from(with));
}

static const char *base_of(const char *path)
{
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

/* Calls `check` for all files below a folder, by their paths below `root`. */
static void each_file(const char *folder, void (*check)(const char *path, struct slice bytes))
{
	char *whole = text_of("%s/%s", root, folder);
	struct names names = folder_names(whole);

	for (size_t i = 0; i < names.count; i++) {
		char *path = text_of("%s/%s", folder, names.items[i]);
		char *file = text_of("%s/%s", whole, names.items[i]);

		if (is_folder(file)) {
			each_file(path, check);
		} else {
			struct bytes bytes = file_read(file);

			check(path, (struct slice){ bytes.ptr, bytes.len });
			free(bytes.ptr);
		}
		free(file);
		free(path);
	}
	names_release(&names);
	free(whole);
}

static const struct truth *truth_of(const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a; letter case counts */

	for (const char *c = path; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
		if (truths[i].path == hash)
			return &truths[i];
	fail_msg("%s has no row: tests/corpus/manifests.py makes them", path);
	abort();
}

/* Alternatives count as often as there are parents, identities as facts. */
static unsigned parents_of(const struct parsed *reading)
{
	unsigned last = 0;

	for (size_t i = 0; i < reading->fact_count; i++)
		if (reading->facts[i].kind == FACT_MANIFEST_PARENT)
			last = reading->facts[i].index;
	return last;
}

static void check_name(const char *path, struct slice package)
{
	char *expected = text_of("%.*s.mum", SLICE_ARG(package));

	if (strchr(path, '~') && strcasecmp(base_of(path), expected) != 0)
		fail_msg("%s is %s", path, expected);
	free(expected);
}

static size_t manifests, broken;

static void check_manifest(const char *path, struct slice bytes)
{
	bool is_sample = strstr(path, "/ufcase-docs/") && ends(path, ".xml");
	const struct fact *fact;
	const struct truth *truth;
	struct parsed reading;

	if (!ends(path, ".mum") && !is_sample)
		return;
	manifests++;
	assert_ptr_equal(parser_detect(bytes), &parser_mum);
	reading = read_document(&parser_mum, bytes, path, 0);
	assert_string_equal(only_note(&reading), "");
	assert_places(&reading, bytes);
	fact = fact_at(&reading, FACT_MANIFEST, 0);
	check_name(path, fact->package);
	truth = truth_of(path + strlen("mum/"));
	assert_int_equal(kb_find(fact->identifier),
		truth->kb == 777777 || truth->kb == 777778 ? 0 : truth->kb);
	assert_int_equal(parents_of(&reading), truth->parents);
	assert_int_equal(count_of(&reading, FACT_MANIFEST_PARENT), truth->parent_identities);
	assert_int_equal(count_of(&reading, FACT_MANIFEST_CHILD), truth->children);
	assert_int_equal(count_of(&reading, FACT_MANIFEST_FEATURE), truth->features);
	assert_int_equal(count_of(&reading, FACT_MANIFEST_CAPABILITY), truth->capabilities);
	parsed_release(&reading);
}

static void check_broken(const char *path, struct slice bytes)
{
	struct parsed reading;
	struct identity identity;

	if (!ends(path, ".mum.part"))
		return;
	broken++;
	assert_ptr_equal(parser_detect(bytes), &parser_mum);
	reading = read_document(&parser_mum, bytes, path, 0);
	assert_string_not_equal(only_note(&reading), "");
	assert_places(&reading, bytes);
	assert_true(identity_parse(fact_at(&reading, FACT_MANIFEST, 0)->package, &identity));
	assert_true(slice_starts_nocase(slice_from(base_of(path)), identity.name));
	parsed_release(&reading);
}

static void manifests_are_what_they_are_named(void **state)
{
	(void)state;
	each_file("mum", check_manifest);
	assert_int_equal(manifests, sizeof(truths) / sizeof(truths[0]));
}

static void broken_manifests_keep_their_identity(void **state)
{
	(void)state;
	each_file("mum", check_broken);
	assert_int_equal(broken, 9);
}

static void check_properties(const char *path, struct slice bytes)
{
	struct parsed reading;

	if (!ends(path, "-pkgProperties.txt"))
		return;
	assert_ptr_equal(parser_detect(bytes), &parser_pkg_properties);
	reading = read_document(&parser_pkg_properties, bytes, path, 0);
	assert_int_equal(reading.fact_count, 1);
	assert_int_equal(kb_find(reading.facts[0].identifier), kb_find(slice_from(path)));
	parsed_release(&reading);
}

static void properties_are_of_their_package(void **state)
{
	(void)state;
	each_file("mum", check_properties);
}

static size_t packages, titles;

/* Of a stand-alone package: one update has its title, one in it the package. */
static void check_metadata(const char *path, struct slice bytes)
{
	struct parsed reading;
	uint32_t kb = kb_find(slice_from(path)), revision = 0;
	bool is_catalog = ends(path, "/package.xml");

	(void)slice_to_u32(slice_from(base_of(path)), 10, &revision);
	assert_ptr_equal(parser_detect(bytes), &parser_wsusscan);
	reading = read_document(&parser_wsusscan, bytes, path, 0);
	assert_string_equal(only_note(&reading), "");
	assert_places(&reading, bytes);
	for (size_t i = 0; i < reading.fact_count; i++) {
		const struct fact *fact = &reading.facts[i];

		assert_true(fact->flags & FLAG_HAS_INDEX);
		assert_int_equal(fact->index == revision, !is_catalog);
		if (fact->package.len || fact->identifier.len)
			assert_int_equal(kb_find(fact->identifier), kb);
		packages += fact->package.len && !identity_is_child(fact->package);
		titles += kb_find(fact->title) == kb;
	}
	if (is_catalog)
		assert_true(reading.fact_count > 100);
	parsed_release(&reading);
}

static void metadata_is_of_its_package(void **state)
{
	(void)state;
	each_file("wsusscan", check_metadata);
	assert_int_equal(packages, 3);
	assert_int_equal(titles, 12); /* in four languages */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifests_are_what_they_are_named),
		cmocka_unit_test(broken_manifests_keep_their_identity),
		cmocka_unit_test(properties_are_of_their_package),
		cmocka_unit_test(metadata_is_of_its_package),
	};
	const char *corpus = getenv("DISMAL_CORPUS");
	int failed;

	root = text_of("%s/manifest", corpus ? corpus : "");
	if (!is_folder(root)) {
		fprintf(stderr, "no corpus in '%s'\n", root);
		free(root);
		return SKIPPED;
	}
	failed = cmocka_run_group_tests_name("corpus.documents", tests, NULL, NULL);
	free(root);
	return failed;
}
