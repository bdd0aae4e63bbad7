/* Real registry hives, when they lie beside the checkout: what is known of them holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parsers/parser.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SKIPPED      77

static const char *corpus;

static const struct known {
	const char *file;
	const char *parser; /* that it turns out to be */
	size_t packages, pending, marks;
	bool has_table;
} hives[] = {
	{ "hive/synthetic/SOFTWARE-synthetic-26200.8037", "hive-software", 142, 0, 0, true },
	{ "hive/synthetic/SOFTWARE-synthetic-dism-pending", "hive-software", 150, 2, 2, true },
	{ "hive/synthetic/minimal.base", "hive-software", 0, 0, 0, false },
	{ "hive/real-nocbs/regipy-ntuser_software_partial", "hive-software", 0, 0, 0, false },
	{ "hive/real-nocbs/wimbuilder2-boot.wim-SOFTWARE", "hive-software", 0, 0, 0, false },
	{ "hive/real-nocbs/wimbuilder2-boot.wim-SYSTEM", "hive-system", 0, 0, 0, false },
};

static size_t count_facts(const struct parse_result *result, enum fact_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < result->fact_count; i++)
		count += result->facts[i].kind == kind;
	return count;
}

static void check(const struct known *known, const struct parse_result *result)
{
	assert_int_equal(result->status, ST_OK);
	assert_int_equal(count_facts(result, FACT_HIVE), 1);
	assert_int_equal(count_facts(result, FACT_HIVE_PACKAGE), known->packages);
	assert_int_equal(count_facts(result, FACT_HIVE_PACKAGES), known->has_table);
	assert_int_equal(count_facts(result, FACT_PENDING_PACKAGE), known->pending);
	assert_int_equal(count_facts(result, FACT_PENDING_MARK), known->marks);
	for (size_t i = 0; i < result->note_count; i++)
		assert_int_equal(result->notes[i].code, DIAG_NO_PACKAGES_KEY);
	for (size_t i = 0; i < result->fact_count; i++)
		if (result->facts[i].kind == FACT_HIVE_PACKAGE)
			assert_int_not_equal(result->facts[i].current, STATE_NONE);
}

static void hives_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hives); i++) {
		char path[1024];
		const struct document_file file = { .path = path };
		const struct parser *parser = parser_find(SLICE("hive-software"));
		struct parse_result result;

		(void)snprintf(path, sizeof(path), "%s/%s", corpus, hives[i].file);
		parse_result_init(&result);
		parser->read_file(&file, &result);
		assert_string_equal(
			(result.read_as ? result.read_as : parser)->name, hives[i].parser);
		check(&hives[i], &result);
		parse_result_release(&result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hives_are_read),
	};
	char path[1024];

	corpus = getenv("DISMAL_CORPUS");
	(void)snprintf(path, sizeof(path), "%s/%s", corpus ? corpus : "", hives[0].file);
#ifdef WITH_HIVE
	return access(path, R_OK) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
#else
	(void)tests;
	return SKIPPED;
#endif
}
