/* Package identities: fields, KB numbers, children and updates, families, versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/identity.h"
#include "model/kb.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TOKEN        "~31bf3856ad364e35~"

static void assert_slice(struct slice s, const char *expected)
{
	if (!slice_equal(s, slice_from(expected)))
		fail_msg("'%.*s' is not '%s'", SLICE_ARG(s), expected);
}

static void five_fields_are_read(void **state)
{
	struct identity id;

	(void)state;
	assert_true(
		identity_parse(SLICE("Package_for_KB5000736" TOKEN "amd64~de-DE~10.0.1.3"), &id));
	assert_slice(id.name, "Package_for_KB5000736");
	assert_slice(id.token, "31bf3856ad364e35");
	assert_slice(id.architecture, "amd64");
	assert_slice(id.language, "de-DE");
	assert_slice(id.version, "10.0.1.3");
}

static void missing_fields_stay_empty(void **state)
{
	static const struct {
		const char *text, *name, *version;
		bool whole;
	} rows[] = {
		{ "", "", "", false },
		{ "Package_X", "Package_X", "", false },
		{ "Package_X~~amd64", "Package_X", "", false },
		{ "Multiple_Packages~~~~0.0.0.0", "Multiple_Packages", "0.0.0.0", true },
		{ "Package_X" TOKEN "amd64~~", "Package_X", "", true },
		{ "~~~~", "", "", true },
		{ "a~b~c~d~1.0~extra", "a", "1.0", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct identity id;

		assert_int_equal(identity_parse(slice_from(rows[i].text), &id), rows[i].whole);
		assert_slice(id.name, rows[i].name);
		assert_slice(id.version, rows[i].version);
	}
}

static void what_follows_an_identity_is_cut(void **state)
{
	static const struct {
		const char *text, *clean;
	} rows[] = {
		{ "Package_X~t~amd64~~6.3.1.4", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~6.3.1.4. [HRESULT = 0x0]", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~6.3.1.4 [HRESULT = 0x0]", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~6.3.1.4, state: Installed", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~.", "Package_X~t~amd64~~" },
		{ "Package_X~t~amd64~~6.3.1.4)", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~6.3.1.4'.", "Package_X~t~amd64~~6.3.1.4" },
		{ "Package_X~t~amd64~~6.3.1.4\" is", "Package_X~t~amd64~~6.3.1.4" },
		{ " Package_X~t~amd64~~6.3.1.4...", "Package_X~t~amd64~~6.3.1.4" },
		{ "***00061", "***00061" },
		{ ", Update: x", "" },
		{ "...", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_slice(identity_clean(slice_from(rows[i].text)), rows[i].clean);
}

static void kb_numbers_are_found(void **state)
{
	static const struct {
		const char *text;
		uint32_t kb;
	} rows[] = {
		{ "Package_for_KB5000736" TOKEN "amd64~~10.0.1.3", 5000736 },
		{ "package_1_for_kb976933", 976933 },
		{ "C:\\Updates\\Windows10.0-KB5031455-x64.cab", 5031455 },
		{ "windows6.1-kb2883457-amd64.msu", 2883457 },
		{ "KB5026368_BF", 5026368 },
		{ "Fix for KB5026368", 5026368 },
		{ "KB777778 KB5031455", 5031455 },
		{ "KB12345 KB5031455", 5031455 },
		{ "KBKB5031455", 0 },
		{ "amd64~Package_for_RollupFix~22621.1~", 0 },
		{ "KB777777", 0 },
		{ "KB777778", 0 },
		{ "KB12345", 0 },
		{ "KB12345678", 0 },
		{ "1KB5031455", 0 },
		{ "xKB5031455", 0 },
		{ "KB", 0 },
		{ "K", 0 },
		{ "", 0 },
		{ "KB 5031455", 0 },
		{ "KB503145\xC3\xA9", 503145 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (kb_find(slice_from(rows[i].text)) != rows[i].kb)
			fail_msg("'%s' gives %u", rows[i].text,
				(unsigned)kb_find(slice_from(rows[i].text)));
}

static void names_tell_what_a_package_is(void **state)
{
	static const struct {
		const char *name;
		bool child, update, stack;
	} rows[] = {
		{ "Package_for_KB5000736", false, true, false },
		{ "package_for_kb5000736", false, true, false },
		{ "Package_for_RollupFix", false, true, false },
		{ "package_for_rollupfix", false, true, false },
		{ "Package_for_DotNetRollup", false, true, false },
		{ "Package_for_DotNetRollup_481", false, true, false },
		{ "Package_for_ServicingStack", false, true, true },
		{ "Package_for_ServicingStack_3081", false, true, true },
		{ "Package_for_ServicingStackExtra", false, true, false },
		{ "Package_for_SafeOSDU", false, true, false },
		{ "Package_1_for_KB5000736", true, false, false },
		{ "package_12_for_kb5000736", true, false, false },
		{ "Package_3_for_RollupFix", true, false, false },
		{ "Package_1_for_ServicingStack_3081", true, false, false },
		{ "Package_1_for_KB5000736_BF", true, false, false },
		{ "Package_for_KB2883457_RTM", true, false, false },
		{ "Package_for_KB2883457_SP1", true, false, false },
		{ "Package_for_KB2883457_RTM_GM", true, false, false },
		{ "Package_for_KB2883457_RTM_BF", true, false, false },
		{ "Package_for_KB2883457_BF", true, false, false },
		{ "Contoso-Face-Migration-Package-Wrapper", true, false, false },
		{ "contoso-codec-package-wrapper", true, false, false },
		{ "Contoso-Codec-Wrapper-Package", true, false, false },
		{ "Wrapper-0123456789abcdef0123456789ABCDEF", true, false, false },
		{ "Wrapper-6E0B59", true, false, false },
		{ "Wrapper-Contoso", false, false, false },
		{ "Contoso-Wrapper-Service-Package", false, false, false },
		{ "ContosoWrapper", false, false, false },
		{ "Contoso-Client-LanguagePack-Package", false, false, false },
		{ "Windows7SP1-KB976933", false, false, false },
		{ "Package_for_", false, false, false },
		{ "Package__for_KB5000736", false, false, false },
		{ "", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[128];
		struct slice s = { text, 0 };

		while (rows[i].name[s.len]) {
			text[s.len] = rows[i].name[s.len];
			s.len++;
		}
		for (size_t j = 0; TOKEN[j]; j++)
			text[s.len++] = TOKEN[j];
		if (identity_is_child(s) != rows[i].child ||
			identity_is_update(s) != rows[i].update ||
			identity_is_stack(s) != rows[i].stack)
			fail_msg("'%s' is taken for something else", rows[i].name);
	}
}

static void stand_in_for_several_packages(void **state)
{
	(void)state;
	assert_true(identity_is_placeholder(SLICE("Multiple_Packages~~~~0.0.0.0")));
	assert_true(identity_is_placeholder(SLICE("multiple_packages")));
	assert_false(identity_is_placeholder(SLICE("Multiple_Packages_for_KB1~~~~0.0.0.0")));
}

static void family_drops_version_and_stack_number(void **state)
{
	static const struct {
		const char *text, *family;
	} rows[] = {
		{ "Package_for_RollupFix" TOKEN "amd64~~22621.2428.1.8",
			"package_for_rollupfix~amd64~" },
		{ "Package_for_ServicingStack_3081" TOKEN "amd64~~19041.3081.1.2",
			"package_for_servicingstack~amd64~" },
		{ "Package_for_ServicingStack" TOKEN "amd64~~19041.3081.1.2",
			"package_for_servicingstack~amd64~" },
		{ "Package_for_DotNetRollup_481" TOKEN "x86~~10.0.9082.7",
			"package_for_dotnetrollup_481~x86~" },
		{ "Package_for_ServicingStack_3081_X" TOKEN "amd64~~1.0",
			"package_for_servicingstack_3081_x~amd64~" },
		{ "Contoso-LP" TOKEN "arm64~de-DE~1.0", "contoso-lp~arm64~de-de" },
		{ "Contoso-LP" TOKEN "arm64~neutral~1.0", "contoso-lp~arm64~" },
		{ "Contoso", "contoso~~" },
	};
	char buffer[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_slice(identity_family(slice_from(rows[i].text), buffer, sizeof(buffer)),
			rows[i].family);
}

static void family_fits_its_buffer(void **state)
{
	char buffer[6] = "xxxxx";

	(void)state;
	assert_slice(identity_family(SLICE("Contoso~~amd64~~1"), buffer, 5), "cont");
	assert_int_equal(buffer[4], '\0');
	assert_int_equal(buffer[5], '\0');
	assert_int_equal(identity_family(SLICE("Contoso"), buffer, 0).len, 0);
	assert_int_equal(identity_family(SLICE("Contoso"), buffer, 1).len, 0);
}

static void versions_compare_by_number(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{ "10.0.1.3", "10.0.1.3", 0 },
		{ "10.0.1.3", "10.0.1.10", -1 },
		{ "22621.2428.1.8", "22621.963.1.8", 1 },
		{ "1.0", "1.0.0.0", 0 },
		{ "1.0.0.1", "1.0", 1 },
		{ "", "", 0 },
		{ "", "0.0", 0 },
		{ "", "1", -1 },
		{ "01.2", "1.2", 0 },
		{ "99999999999999999999999.1", "5.1", 1 },
		{ "x.1", "0.1", 0 },
		{ "1.", "1", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice a = slice_from(rows[i].a), b = slice_from(rows[i].b);

		assert_int_equal(version_compare(a, b), rows[i].order);
		assert_int_equal(version_compare(b, a), -rows[i].order);
	}
}

/* FNV-1a-64 of "a" is 0xaf63dc4c8601ec8c (the algorithm's published test vector). */
static void update_id_is_a_hash_below_zero(void **state)
{
	(void)state;
	assert_int_equal(identity_update_id(SLICE("a")), -1 - 0x0601ec8c);
	assert_int_equal(identity_update_id(SLICE("A")), -1 - 0x0601ec8c);
	assert_int_equal(identity_update_id(SLICE_NONE), -1 - 0x04222325);
	assert_true(identity_update_id(SLICE("Package_X~t~amd64~~1.0")) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_fields_are_read),
		cmocka_unit_test(missing_fields_stay_empty),
		cmocka_unit_test(what_follows_an_identity_is_cut),
		cmocka_unit_test(kb_numbers_are_found),
		cmocka_unit_test(names_tell_what_a_package_is),
		cmocka_unit_test(stand_in_for_several_packages),
		cmocka_unit_test(family_drops_version_and_stack_number),
		cmocka_unit_test(family_fits_its_buffer),
		cmocka_unit_test(versions_compare_by_number),
		cmocka_unit_test(update_id_is_a_hash_below_zero),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
