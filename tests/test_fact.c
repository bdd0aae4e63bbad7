/* Facts: names of the kinds, fields set from words; state words and numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/fact.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool set(struct fact *fact, const char *member, const char *words)
{
	const struct field *field = field_find(member);

	assert_non_null(field);
	return field_set(fact, field, slice_from(words));
}

static void kinds_have_distinct_names_and_meanings(void **state)
{
	(void)state;
	assert_string_equal(fact_name(FACT_NONE), "");
	assert_string_equal(fact_name(FACT_OPERATION_START), "operation-start");
	for (int i = FACT_NONE + 1; i < FACT_COUNT_; i++) {
		assert_true(fact_name((enum fact_kind)i)[0] != '\0');
		assert_true(fact_meaning((enum fact_kind)i)[0] != '\0');
		for (int j = FACT_NONE; j < i; j++)
			assert_string_not_equal(
				fact_name((enum fact_kind)i), fact_name((enum fact_kind)j));
	}
}

static void fields_are_found_by_member(void **state)
{
	(void)state;
	for (size_t i = 0; i < field_count; i++)
		assert_ptr_equal(field_find(fields[i].member), &fields[i]);
	assert_string_equal(field_find("image")->name, "ImageDir");
	assert_null(field_find("no_such_member"));
	assert_null(field_find(""));
}

static void text_is_taken_as_it_is(void **state)
{
	struct fact fact = { 0 };

	(void)state;
	assert_true(set(&fact, "client", " DISM Package Manager Provider"));
	assert_true(slice_equal(fact.client, SLICE(" DISM Package Manager Provider")));
	assert_true(set(&fact, "package", ""));
	assert_int_equal(fact.package.len, 0);
	assert_int_equal(fact.flags, 0);
}

static void numbers_are_decimal(void **state)
{
	struct fact fact = { 0 };

	(void)state;
	assert_true(set(&fact, "pid", " 4312 "));
	assert_int_equal(fact.pid, 4312);
	assert_int_equal(fact.flags, 0);
	assert_true(set(&fact, "index", "0"));
	assert_int_equal(fact.flags, FLAG_HAS_INDEX);
	assert_false(set(&fact, "tid", "0x10"));
	assert_false(set(&fact, "tid", ""));
	assert_false(set(&fact, "tid", "4294967296"));
	assert_int_equal(fact.tid, 0);
}

static void refused_index_sets_no_flag(void **state)
{
	struct fact fact = { 0 };

	(void)state;
	assert_false(set(&fact, "index", "one"));
	assert_int_equal(fact.flags, 0);
}

static void codes_are_read(void **state)
{
	static const struct {
		const char *words;
		bool fits;
		uint32_t code;
	} rows[] = {
		{ "0x800f081e", true, 0x800F081E },
		{ "800F081E", true, 0x800F081E },
		{ "00000000", true, 0 },
		{ "00240005", true, 0x00240005 },
		{ "0x0", true, 0 },
		{ "-2146498512", true, 0x800F0830 },
		{ "161", true, 161 },
		{ "0x800f081e~", false, 0 },
		{ "", false, 0 },
		{ "S_OK", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fact fact = { 0 };

		assert_int_equal(set(&fact, "code", rows[i].words), rows[i].fits);
		assert_int_equal(fact.code, rows[i].code);
		assert_int_equal(fact.flags, rows[i].fits ? FLAG_HAS_CODE : 0);
	}
}

static void sessions_have_two_halves(void **state)
{
	struct fact fact = { 0 };

	(void)state;
	assert_true(set(&fact, "session", "30966576_3062129724"));
	assert_int_equal(fact.session.a, 30966576);
	assert_true(fact.session.b == 3062129724u);
	assert_true(session_is_online(fact.session));
	assert_true(set(&fact, "session", "2300_81734"));
	assert_false(session_is_online(fact.session));
	assert_false(set(&fact, "session", "30966576"));
	assert_false(set(&fact, "session", "_5"));
	assert_false(set(&fact, "session", "5_"));
	assert_false(set(&fact, "session", "1_2_3"));
	assert_int_equal(fact.session.a, 2300);
}

static void states_are_words_or_numbers(void **state)
{
	static const struct {
		const char *words;
		enum cbs_state state;
	} rows[] = {
		{ "Installed", STATE_INSTALLED },
		{ "112", STATE_INSTALLED },
		{ " 64", STATE_STAGED },
		{ "0", STATE_ABSENT },
		{ "-112", STATE_INVALID_INSTALLED },
		{ "4294967184", STATE_INVALID_INSTALLED },
		{ "4096", STATE_DEFAULT },
		{ "7", STATE_NONE },
		{ "Perhaps", STATE_NONE },
		{ "", STATE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fact fact = { 0 };

		assert_int_equal(set(&fact, "current", rows[i].words), rows[i].state != STATE_NONE);
		assert_int_equal(fact.current, rows[i].state);
	}
}

static void state_words_in_every_spelling(void **state)
{
	static const struct {
		const char *word;
		enum cbs_state state;
	} rows[] = {
		{ "Absent", STATE_ABSENT },
		{ "NotPresent", STATE_ABSENT },
		{ "Not Present", STATE_ABSENT },
		{ "UninstallRequested", STATE_UNINSTALL_PENDING },
		{ "Uninstall Pending", STATE_UNINSTALL_PENDING },
		{ "Install Requested", STATE_INSTALL_PENDING },
		{ "InstallPending", STATE_INSTALL_PENDING },
		{ "CbsInstallStateInstalled", STATE_INSTALLED },
		{ "CbsInstallStatePartiallyInstalled", STATE_PARTIALLY_INSTALLED },
		{ "partially installed", STATE_PARTIALLY_INSTALLED },
		{ " STAGED\r\n", STATE_STAGED },
		{ "Superseded", STATE_SUPERSEDED },
		{ "Permanent", STATE_PERMANENT },
		{ "Invalid Staged", STATE_INVALID_STAGED },
		{ "InstalledInvalid", STATE_INVALID_INSTALLED },
		{ "Cancelled", STATE_CANCELED },
		{ "Install", STATE_NONE },
		{ "Installedx", STATE_NONE },
		{ "CbsInstallState", STATE_NONE },
		{ "Unknown", STATE_NONE },
		{ " ", STATE_NONE },
		{ "", STATE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (state_from_word(slice_from(rows[i].word)) != rows[i].state)
			fail_msg("'%s' is another state", rows[i].word);
}

static void states_go_to_words_and_numbers_and_back(void **state)
{
	static const struct {
		int32_t number;
		enum cbs_state state;
	} rows[] = {
#define NO_NUMBER                      INT32_MIN
#define STATE(id, registry, api, word) { registry, STATE_##id },
#include "model/state.def"
#undef STATE
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(state_from_registry(rows[i].number), rows[i].state);
		assert_int_equal(
			state_from_word(slice_from(state_word(rows[i].state))), rows[i].state);
	}
	assert_int_equal(state_from_registry(1), STATE_NONE);
	assert_string_equal(state_word(STATE_NONE), "");
}

static void states_are_in_or_out_or_broken(void **state)
{
	(void)state;
	assert_true(state_is_in(STATE_INSTALLED) && state_is_in(STATE_PERMANENT));
	assert_true(state_is_in(STATE_INSTALL_PENDING));
	assert_true(state_is_out(STATE_ABSENT) && state_is_out(STATE_STAGED));
	assert_true(state_is_broken(STATE_INVALID_STAGED));
	for (int i = STATE_NONE; i < STATE_COUNT_; i++) {
		enum cbs_state s = (enum cbs_state)i;

		assert_true(state_is_in(s) + state_is_out(s) + state_is_broken(s) <= 1);
	}
	assert_false(state_is_in(STATE_NONE) || state_is_out(STATE_NONE));
	assert_false(state_is_out(STATE_SUPERSEDED) || state_is_in(STATE_SUPERSEDED));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_distinct_names_and_meanings),
		cmocka_unit_test(fields_are_found_by_member),
		cmocka_unit_test(text_is_taken_as_it_is),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(refused_index_sets_no_flag),
		cmocka_unit_test(codes_are_read),
		cmocka_unit_test(sessions_have_two_halves),
		cmocka_unit_test(states_are_words_or_numbers),
		cmocka_unit_test(state_words_in_every_spelling),
		cmocka_unit_test(states_go_to_words_and_numbers_and_back),
		cmocka_unit_test(states_are_in_or_out_or_broken),
	};

	return cmocka_run_group_tests_name("fact", tests, NULL, NULL);
}
