/* Saved lists of real machines, and that no other file is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib_parse.h"

static void list_of_142_packages(void **state)
{
	struct parsed result;
	size_t size, installed = 0, staged = 0;
	char *bytes;

	(void)state;
	if (!corpus_read("manifest/dismout/wsus-rs/dism-online-get-packages.txt", &bytes, &size))
		skip();
	result = read_document(&parser_dism_listing, (struct slice){ bytes, size }, "", 0);
	for (size_t i = 0; i < result.fact_count; i++) {
		installed += result.facts[i].current == STATE_INSTALLED;
		staged += result.facts[i].current == STATE_STAGED;
	}
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 142);
	assert_int_equal(installed, 77);
	assert_int_equal(staged, 65);
	assert_true(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	parsed_release(&result);
	free(bytes);
}

static void excerpts(void **state)
{
	static const struct {
		const char *file, *parser;
		enum fact_kind kind;
		size_t count;
	} rows[] = {
		{ "get-packages-identities-win11-22621.2428-offline.txt", "dism-listing",
			FACT_LISTED_PACKAGE, 14 },
		{ "get-packages-install-pending-17134.txt", "dism-listing", FACT_LISTED_PACKAGE,
			1 },
		{ "get-windowspackage-detail-langfeatures-19041.txt", "powershell-objects",
			FACT_LISTED_PACKAGE, 1 },
		{ "get-windowspackage-list-win10-19045-offline-tail.txt", "powershell-objects",
			FACT_LISTED_PACKAGE, 3 },
		{ "get-windowspackage-list-winpe-x86-19041.txt", "powershell-objects",
			FACT_LISTED_PACKAGE, 3 },
		{ "get-windowspackage-superseded-fod-19041.txt", "powershell-objects",
			FACT_LISTED_PACKAGE, 1 },
		{ "imageinfo-index6-win11-22621.txt", "dism-listing", FACT_WIM_IMAGE, 1 },
		{ "wiminfo-index1-win10-18362.txt", "dism-listing", FACT_WIM_IMAGE, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parsed result;
		const struct parser *parser;
		char path[256], *bytes;
		size_t size;

		(void)snprintf(path, sizeof(path), "manifest/dismout/excerpts/%s", rows[i].file);
		if (!corpus_read(path, &bytes, &size))
			skip();
		parser = parser_detect((struct slice){ bytes, size });
		assert_non_null(parser);
		assert_string_equal(parser->name, rows[i].parser);
		result = read_document(parser_find(slice_from(rows[i].parser)),
			(struct slice){ bytes, size }, "", 0);
		assert_int_equal(count_of(&result, rows[i].kind), rows[i].count);
		parsed_release(&result);
		free(bytes);
	}
}

/* Logs and documents of other kinds: no bid of ours is the highest. */
static void check_folder(const char *folder)
{
	const char *corpus = getenv("DISMAL_CORPUS");
	struct dirent *entry;
	char path[1024];
	DIR *directory;

	(void)snprintf(path, sizeof(path), "%s/%s", corpus ? corpus : ".", folder);
	directory = opendir(path);
	if (!directory)
		return; /* no corpus beside this checkout */
	while ((entry = readdir(directory))) {
		const struct parser *parser;
		char name[512], *bytes;
		size_t size;

		(void)snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || !corpus_read(name, &bytes, &size))
			continue;
		parser = parser_detect((struct slice){ bytes, size });
		if (parser &&
			(parser == &parser_dism_listing || parser == &parser_powershell_objects ||
				parser == &parser_reporting_events))
			fail_msg("%s is taken for %s", name, parser->name);
		free(bytes);
	}
	(void)closedir(directory);
}

static void logs_stay_logs(void **state)
{
	(void)state;
	check_folder("dism");
	check_folder("cbs");
	check_folder("cm");
}

static int set_up(void **state)
{
	(void)state;
	return parsers_init() == ST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	parsers_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_of_142_packages),
		cmocka_unit_test(excerpts),
		cmocka_unit_test(logs_stay_logs),
	};

	return cmocka_run_group_tests_name("corpus_lists", tests, set_up, tear_down);
}
