/* Result codes: the table is searchable, every spelling is read, every code is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/code.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint32_t table[] = {
#define CODE(number, name, meaning) number,
#include "model/hresult.def"
#undef CODE
};

static void table_is_sorted_and_every_code_is_found(void **state)
{
	(void)state;
	assert_int_equal(COUNT(table), 910);
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t count = 0;
		const struct code_entry *entry = code_lookup(table[i], &count);

		assert_true(i == 0 || table[i - 1] <= table[i]);
		assert_non_null(entry);
		for (size_t j = 0; j < count; j++) {
			assert_int_equal(entry[j].code, table[i]);
			assert_true(entry[j].meaning[0] != '\0');
			assert_null(strchr(entry[j].meaning, '['));
		}
	}
}

static void code_with_two_names_gives_both(void **state)
{
	size_t count = 0;
	const struct code_entry *entry = code_lookup(0x800F0825, &count);

	(void)state;
	assert_non_null(entry);
	assert_int_equal(count, 2);
	assert_string_equal(entry[0].name, "CBS_E_CANNOT_REMOVE");
	assert_string_equal(entry[1].name, "CBS_E_CANNOT_UNINSTALL");
}

static void names_of_codes(void **state)
{
	static const struct {
		uint32_t code;
		const char *name;
	} rows[] = {
		{ 0, "S_OK" },
		{ 0x800F081E, "CBS_E_NOT_APPLICABLE" },
		{ 0x800F0823, "CBS_E_NEW_SERVICING_STACK_REQUIRED" },
		{ 0x80070005, "E_ACCESSDENIED" },
		{ 0x80070BC2, "ERROR_SUCCESS_REBOOT_REQUIRED" },
		{ 0xC1420117, "" },
		{ 0x12345678, "" },
		{ 0xFFFFFFFF, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(code_name(rows[i].code), rows[i].name);
}

static void unknown_code_has_no_entry(void **state)
{
	size_t count = 7;

	(void)state;
	assert_null(code_lookup(0x12345678, &count));
	assert_int_equal(count, 0);
}

static void every_spelling_is_read(void **state)
{
	static const struct {
		const char *text;
		uint32_t code;
	} rows[] = {
		{ "0x800f081e", 0x800F081E },
		{ "0X800F081E", 0x800F081E },
		{ "800F081E", 0x800F081E },
		{ "800f081e", 0x800F081E },
		{ "-2146498530", 0x800F081E },
		{ "2148468766", 0x800F081E },
		{ "161", 161 },
		{ "0xa1", 161 },
		{ "0x0", 0 },
		{ "0", 0 },
		{ "-0", 0 },
		{ "-1", 0xFFFFFFFF },
		{ "-2147483648", 0x80000000 },
		{ "4294967295", 0xFFFFFFFF },
		{ "80070005", 0x80070005 },
		{ "C1420117", 0xC1420117 },
		{ "d0000022", 0xD0000022 },
		{ "000F0803", 0x000F0803 },
		{ "16782211", 16782211 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t code = 0xDEAD;

		if (!code_parse(slice_from(rows[i].text), &code) || code != rows[i].code)
			fail_msg("'%s' gives 0x%08x", rows[i].text, (unsigned)code);
	}
}

static void other_words_are_no_codes(void **state)
{
	/* clang-format off */
	static const char *const rows[] = {
		"", "0x", "0x123456789", "0xg", "-", "--1", "-0x1", "-2147483649", "4294967296",
		"KB123", "KB5031455", "KB777777", "KB12345F", "hr:0x800f081e", "800F081", "800F081E0",
		"0x800f081e~", " 161", "161 ", "+161", "1.5", "S_OK",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t code = 0xDEAD;

		if (code_parse(slice_from(rows[i]), &code) || code != 0xDEAD)
			fail_msg("'%s' gives 0x%08x", rows[i], (unsigned)code);
	}
}

static void codes_are_judged(void **state)
{
	static const struct {
		uint32_t code;
		bool failure, generic;
		int32_t win32;
	} rows[] = {
		{ 0, false, false, 0 },
		{ 0x000F0803, false, false, 0x000F0803 },
		{ 0x80070BC2, false, false, 3010 },
		{ 0x80070BC9, true, false, 3017 },
		{ 0x800700A1, true, false, 161 },
		{ 0x80070001, true, true, 1 },
		{ 0x80004005, true, true, -2147467259 },
		{ 0x80004004, true, true, -2147467260 },
		{ 0x800F081E, true, false, -2146498530 },
		{ 0x800F0833, true, false, -2146498509 },
		{ 0xC1420117, true, false, -1052638953 },
		{ 0x80080005, true, false, -2146959355 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(code_is_failure(rows[i].code), rows[i].failure);
		assert_int_equal(code_is_generic(rows[i].code), rows[i].generic);
		assert_int_equal(code_win32(rows[i].code), rows[i].win32);
	}
}

static void facilities_in_words(void **state)
{
	static const struct {
		uint32_t code;
		const char *words;
	} rows[] = {
		{ 0x80070005, "Win32 0x8007" },
		{ 0x800F081E, "CBS, component" },
		{ 0x800F0984, "PSFX" },
		{ 0x800F0991, "PSFX" },
		{ 0x800F0203, "SetupAPI" },
		{ 0x000F0803, "success: CBS" },
		{ 0xC142011C, "wimgapi" },
		{ 0xC1510113, "DISM" },
		{ 0x8024402C, "Windows Update" },
		{ 0xD0000022, "NTSTATUS" },
		{ 161, "bare number" },
		{ 0x87654321, "not known" },
		{ 0x12345678, "not known" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_non_null(strstr(code_facility(rows[i].code), rows[i].words));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sorted_and_every_code_is_found),
		cmocka_unit_test(code_with_two_names_gives_both),
		cmocka_unit_test(names_of_codes),
		cmocka_unit_test(unknown_code_has_no_entry),
		cmocka_unit_test(every_spelling_is_read),
		cmocka_unit_test(other_words_are_no_codes),
		cmocka_unit_test(codes_are_judged),
		cmocka_unit_test(facilities_in_words),
	};

	return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}
