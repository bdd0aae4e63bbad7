/* Metadata of Windows Update, and the properties of a stand-alone package. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib_parse.h"

#define BUNDLE "11111111-2222-3333-4444-555555555555"
#define LEAF   "11111111-2222-3333-4444-666666666666"
#define ASM    "<assembly xmlns=\"urn:schemas-microsoft-com:asm.v3\" displayName=\"default\">"
#define IDENTITY(name)                                                                             \
	"<assemblyIdentity name=\"" name "\" version=\"1.0.0.1\" language=\"neutral\" "            \
	"processorArchitecture=\"amd64\" publicKeyToken=\"31bf3856ad364e35\" />"
#define TEXT(name) name "~31bf3856ad364e35~amd64~~1.0.0.1"

static struct parsed read_named(const char *text, const char *name)
{
	return read_document(&parser_wsusscan, slice_from(text), name, 0);
}

/* ---- package.xml --------------------------------------------------------------------- */

static void updates_of_the_catalog(void **state)
{
	static const char text[] =
		"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OfflineSyncPackage "
		"PackageId=\"x\" xmlns=\"http://schemas.microsoft.com/msus/2004/02/OfflineSync\">"
		"<Updates>\n<Update DefaultLanguage=\"en\" UpdateId=\"" BUNDLE
		"\" RevisionId=\"2859\" "
		"IsBundle=\"true\"><Prerequisites><UpdateId Id=\"no\"/></Prerequisites></Update>\n"
		"<Update UpdateId=\"" LEAF
		"\" RevisionId=\"2858\"><BundledBy><Revision Id=\"2859\"/>"
		"<Revision Id=\"2860\"/></BundledBy></Update></Updates>"
		"<FileLocations><Update UpdateId='no'/></FileLocations></OfflineSyncPackage>";
	struct parsed reading = read_named(text, "package.xml");
	const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 3);
	assert_places(&reading, SLICE(text));
	assert_text(fact->guid, BUNDLE);
	assert_text(fact->parent, "");
	assert_int_equal(fact->index, 2859);
	assert_int_equal(fact->flags, FLAG_HAS_INDEX);
	assert_true(slice_starts(fact->words, SLICE("<Update DefaultLanguage=\"en\" ")));
	fact = fact_at(&reading, FACT_UPDATE_METADATA, 1);
	assert_text(fact->guid, LEAF);
	assert_text(fact->parent, "2859");
	assert_int_equal(fact->index, 2858);
	fact = fact_at(&reading, FACT_UPDATE_METADATA, 2);
	assert_text(fact->guid, LEAF);
	assert_text(fact->parent, "2860");
	assert_int_equal(fact->index, 2858);
	parsed_release(&reading);
}

static void large_catalogs_are_handed_over_piece_by_piece(void **state)
{
	static const char head[] = "<OfflineSyncPackage><Updates>";
	static const char update[] = "<Update UpdateId='" LEAF "' RevisionId='7'/>\n";
	static const char tail[] = "</Updates></OfflineSyncPackage>";
	size_t count = 5000, len = sizeof(update) - 1;
	char *text = malloc(sizeof(head) + count * len + sizeof(tail));
	struct parsed reading;

	(void)state;
	memcpy(text, head, sizeof(head) - 1);
	for (size_t i = 0; i < count; i++)
		memcpy(text + sizeof(head) - 1 + i * len, update, len);
	memcpy(text + sizeof(head) - 1 + count * len, tail, sizeof(tail));
	reading = read_named(text, "package.xml");
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, count);
	assert_true(reading.most_facts <= 1000);
	assert_places(&reading, slice_from(text));
	parsed_release(&reading);
	free(text);
}

/* ---- Fragments ----------------------------------------------------------------------- */

/* clang-format off */
static const char core[] =
	"<UpdateIdentity UpdateID=\"" LEAF "\" RevisionNumber=\"501\" />"
	"<Properties UpdateType=\"Software\" /><Relationships><Prerequisites>"
	"<UpdateIdentity UpdateID=\"no\" /></Prerequisites></Relationships>\n"
	"<ApplicabilityRules><IsInstalled><CbsPackageInstalled /></IsInstalled><Metadata>"
	"<CbsPackageApplicabilityMetadata>" ASM IDENTITY("Package_1_for_KB5900001")
	"<package identifier=\"KB5900001\" releaseType=\"Hotfix\"></package></assembly>"
	ASM IDENTITY("Package_for_KB5900001")
	"<package identifier=\"KB5900001\" releaseType=\"Security Update\">"
	"<update name=\"u\"><package integrate=\"hidden\">" IDENTITY("package_1_for_kb5900001")
	"</package></update></package></assembly>\n"
	ASM IDENTITY("Package_for_Contoso") "<package identifier=\"C\"/></assembly>"
	"</CbsPackageApplicabilityMetadata></Metadata></ApplicabilityRules>";
/* clang-format on */

static void packages_of_an_update(void **state)
{
	struct parsed reading = read_named(core, "WSUSSCAN.cab/package.cab/core/2858");
	const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 2); /* what is a part of another does not count */
	assert_places(&reading, SLICE(core));
	assert_text(fact->guid, LEAF);
	assert_text(fact->package, TEXT("Package_for_KB5900001"));
	assert_text(fact->identifier, "KB5900001");
	assert_text(fact->release, "Security Update");
	assert_int_equal(fact->index, 2858);
	assert_int_equal(fact->flags, FLAG_HAS_INDEX);
	assert_text(fact->words,
		"<UpdateIdentity UpdateID=\"" LEAF "\" RevisionNumber=\"501\" /> " IDENTITY(
			"Package_for_KB5900001") " <package identifier=\"KB5900001\" "
						 "releaseType=\"Security Update\">");
	fact = fact_at(&reading, FACT_UPDATE_METADATA, 1);
	assert_text(fact->package, TEXT("Package_for_Contoso"));
	assert_text(fact->guid, LEAF);
	assert_int_equal(fact->at.line, 3);
	parsed_release(&reading);
}

static void bundles_have_no_package(void **state)
{
	static const char text[] =
		"<UpdateIdentity UpdateID=\"" BUNDLE "\" RevisionNumber=\"501\" /><Relationships>"
		"<BundledUpdates><UpdateIdentity UpdateID=\"" LEAF "\" /></BundledUpdates>"
		"</Relationships>";
	struct parsed reading = read_named(text, "core/2859");
	const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	assert_text(fact->guid, BUNDLE);
	assert_text(fact->package, "");
	assert_int_equal(fact->index, 2859);
	assert_int_equal(fact->at.offset, 0);
	assert_int_equal(fact->at.line, 1);
	parsed_release(&reading);
}

static void extended_properties(void **state)
{
	static const char text[] =
		"<ExtendedProperties DefaultPropertiesLanguage=\"en\" MsrcSeverity=\"Important\">"
		"<SupportUrl>http://contoso.example</SupportUrl><KBArticleID>5900001</KBArticleID>"
		"<KBArticleID>5900002</KBArticleID></ExtendedProperties><Files><File/></Files>"
		"<HandlerSpecificData/>";
	struct parsed reading = read_named(text, "extended/2859");
	const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	assert_text(fact->identifier, "KB5900001");
	assert_text(fact->verb, "Important");
	assert_int_equal(fact->index, 2859);
	assert_text(fact->words,
		"<ExtendedProperties DefaultPropertiesLanguage=\"en\" "
		"MsrcSeverity=\"Important\"> 5900001");
	parsed_release(&reading);
	reading =
		read_named("<ExtendedProperties DefaultPropertiesLanguage=\"en\" />", "extended/7");
	assert_int_equal(reading.fact_count, 0);
	assert_int_equal(reading.note_count, 0);
	assert_int_equal(reading.records, 1);
	parsed_release(&reading);
}

static void localized_properties(void **state)
{
	static const char *const texts[] = {
		"<LocalizedProperties><Language>de</Language><Title>Update f\xC3\xBCr &amp; "
		"(KB5900001)</Title><Description>Fix</Description></LocalizedProperties>",
		"<?xml version='1.0'?>\n<LocalizedProperties><Title>Update f\xC3\xBCr &#38; "
		"(KB5900001)</Title><Description>Fix</Description></LocalizedProperties>",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct parsed reading = read_named(texts[i], "x/localized/de/2859");
		const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

		assert_string_equal(only_note(&reading), "");
		assert_text(fact->name, "de");
		assert_text(fact->title, "Update f\xC3\xBCr & (KB5900001)");
		assert_text(fact->description, "Fix");
		assert_int_equal(fact->index, 2859);
		assert_int_equal(fact->at.line, i + 1);
		assert_places(&reading, slice_from(texts[i]));
		assert_text(fact->words, "<LocalizedProperties> Update f\xC3\xBCr & (KB5900001)");
		parsed_release(&reading);
	}
}

static void names_tell_the_revision(void **state)
{
	static const struct {
		const char *name, *language;
		bool has_index;
	} cases[] = {
		{ "localized/en/12", "en", true },
		{ "12", "", true },
		{ "core/12", "", true },
		{ "core/12.xml", "", false },
		{ "localized/en/4294967296", "", false },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed reading =
			read_named("<LocalizedProperties><Title>t</Title></LocalizedProperties>",
				cases[i].name);
		const struct fact *fact = fact_at(&reading, FACT_UPDATE_METADATA, 0);

		assert_text(fact->name, cases[i].language);
		assert_int_equal(fact->flags, cases[i].has_index ? FLAG_HAS_INDEX : 0);
		assert_int_equal(fact->index, cases[i].has_index ? 12 : 0);
		parsed_release(&reading);
	}
}

static void other_encodings_and_pieces(void **state)
{
	static const enum text_encoding encodings[] = { TEXT_UTF8, TEXT_UTF16LE, TEXT_UTF16BE };
	struct parsed plain = read_named(core, "core/2858");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct slice bytes = encode(core, encodings[i], true);
		struct parsed reading = read_document(&parser_wsusscan, bytes, "core/2858", 3);

		assert_string_equal(only_note(&reading), "");
		assert_same_facts(&plain, &reading);
		assert_places(&reading, bytes);
		parsed_release(&reading);
		free_encoded(bytes);
	}
	parsed_release(&plain);
}

static void broken_fragments_keep_what_stands_before(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(core); len++) {
		struct slice part = { core, len };
		struct parsed reading = read_document(&parser_wsusscan, part, "core/1", 0);

		assert_places(&reading, part);
		if (len > 90)
			assert_true(reading.fact_count >= 1);
		for (size_t i = 0; i < reading.note_count; i++)
			assert_true(reading.notes[i].offset <= len);
		parsed_release(&reading);
	}
}

static void wrong_fragments_are_refused(void **state)
{
	struct parsed reading = read_named("<assembly/><UpdateIdentity/>", "core/1");

	(void)state;
	assert_string_equal(only_note(&reading), "root is 'assembly', not 'OfflineSyncPackage'");
	assert_int_equal(reading.fact_count, 0);
	parsed_release(&reading);
	reading = read_named("<!DOCTYPE a><UpdateIdentity UpdateID='x'/>", "core/1");
	assert_string_not_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 0);
	parsed_release(&reading);
}

/* What only begins like a prolog stays as it is: places of what follows hold. */
static void false_prologs_move_nothing(void **state)
{
	struct slice bytes = encode("<?xml version='1.0'>\n\xE4\xB8\xAD\xE4\xB8\xAD?>"
				    "<UpdateIdentity UpdateID='x'/><Title",
		TEXT_UTF16LE, true);
	struct parsed reading = read_document(&parser_wsusscan, bytes, "", 0);

	(void)state;
	assert_string_not_equal(only_note(&reading), "");
	assert_true(reading.notes[0].offset <= bytes.len);
	assert_int_equal(reading.fact_count, 0);
	parsed_release(&reading);
	free_encoded(bytes);
}

static void bids_look_at_the_root(void **state)
{
	static const struct {
		const char *head, *parser;
	} cases[] = {
		{ "\xEF\xBB\xBF<?xml version=\"1.0\"?><OfflineSyncPackage PackageId=\"x\">",
			"wsusscan" },
		{ core, "wsusscan" },
		{ "<ExtendedProperties DefaultPropertiesLanguage=\"en\" />", "wsusscan" },
		{ "<LocalizedProperties><Language>", "wsusscan" },
		{ "<LocalizedPropertiesX>", "" },
		{ "KB Article Number=\"5900001\"\r\nPackage Type=\"Hotfix\"\r\n",
			"pkg-properties" },
		{ "\xEF\xBB\xBFKB Article Number=\"1\"\nBuild Date=\"x\"", "pkg-properties" },
		{ "KB Article Number=\"1\"\n", "" },
		{ "KB Article Number=1\nPackage Type=2\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct parser *parser = parser_detect(slice_from(cases[i].head));

		assert_string_equal(parser ? parser->name : "", cases[i].parser);
	}
}

/* ---- pkgProperties.txt --------------------------------------------------------------- */

static const char properties[] =
	"ApplicabilityInfo=\"Windows 7.0 Client;\"\r\nApplies to=\"Windows 6.1\"\r\n"
	"Company=\"Contoso \xC3\x84g\"\r\nFile Version=\"1\"\r\nInstallation Type=\"FULL\"\r\n"
	"KB Article Number=\"5900001\"\r\nPackage Type=\"Hotfix\"\r\n"
	"Processor Architecture=\"amd64\"\r\nSupport Link=\"http://contoso.example?a=b\"\r\n";

static void check_properties(const struct parsed *reading)
{
	const struct fact *fact = fact_at(reading, FACT_PACKAGE_PROPERTIES, 0);

	assert_int_equal(reading->fact_count, 1);
	assert_int_equal(reading->note_count, 0);
	assert_int_equal(reading->records, 1);
	assert_int_equal(reading->lines, 9);
	assert_text(fact->identifier, "KB5900001");
	assert_text(fact->name, "Hotfix");
	assert_text(fact->release, "FULL");
	assert_text(fact->description, "Windows 6.1");
	assert_text(fact->architecture, "amd64");
	assert_text(fact->version, "1");
	assert_text(fact->words, "KB Article Number=\"5900001\"");
	assert_int_equal(fact->at.line, 6);
}

static void properties_in_any_encoding(void **state)
{
	static const struct {
		enum text_encoding encoding;
		bool has_bom;
		size_t width;
	} cases[] = { { TEXT_UTF8, false, 1 }, { TEXT_UTF8, true, 1 }, { TEXT_UTF16LE, true, 2 },
		{ TEXT_UTF16BE, false, 2 } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct slice bytes = encode(properties, cases[i].encoding, cases[i].has_bom);
		struct parsed reading = read_document(&parser_pkg_properties, bytes, "", 0);
		uint64_t offset = reading.facts[0].at.offset;

		check_properties(&reading);
		assert_int_equal(bytes.ptr[offset + (cases[i].encoding == TEXT_UTF16BE)], 'K');
		parsed_release(&reading);
		free_encoded(bytes);
	}
}

static void properties_in_a_code_page(void **state)
{
	static const char text[] = "Company=\"\xC4\xD6\xDC\"\nPackage Type=\"\xDC\"\n"
				   "KB Article Number=\"5900001\"";
	struct parsed reading = read_text(&parser_pkg_properties, text);
	const struct fact *fact = fact_at(&reading, FACT_PACKAGE_PROPERTIES, 0);

	(void)state;
	assert_text(fact->name, "\xC3\x9C");
	assert_int_equal(fact->at.offset, 31);
	assert_int_equal(text[fact->at.offset], 'K');
	parsed_release(&reading);
}

static void properties_without_a_kb(void **state)
{
	struct parsed reading = read_text(&parser_pkg_properties,
		"nothing\nPackage Type = \"Update\"\nKB Article Number=\"\"x\nFile Version=\"\n");
	const struct fact *fact = fact_at(&reading, FACT_PACKAGE_PROPERTIES, 0);

	(void)state;
	assert_int_equal(reading.fact_count, 1);
	assert_text(fact->identifier, "");
	assert_text(fact->name, "Update");
	assert_int_equal(fact->at.line, 2);
	assert_int_equal(fact->at.offset, 8);
	parsed_release(&reading);
	reading = read_text(&parser_pkg_properties, "nothing at all");
	assert_int_equal(reading.fact_count, 0);
	parsed_release(&reading);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(updates_of_the_catalog),
		cmocka_unit_test(large_catalogs_are_handed_over_piece_by_piece),
		cmocka_unit_test(packages_of_an_update),
		cmocka_unit_test(bundles_have_no_package),
		cmocka_unit_test(extended_properties),
		cmocka_unit_test(localized_properties),
		cmocka_unit_test(names_tell_the_revision),
		cmocka_unit_test(other_encodings_and_pieces),
		cmocka_unit_test(broken_fragments_keep_what_stands_before),
		cmocka_unit_test(wrong_fragments_are_refused),
		cmocka_unit_test(false_prologs_move_nothing),
		cmocka_unit_test(bids_look_at_the_root),
		cmocka_unit_test(properties_in_any_encoding),
		cmocka_unit_test(properties_in_a_code_page),
		cmocka_unit_test(properties_without_a_kb),
	};

	return cmocka_run_group_tests_name("wsusscan", tests, NULL, NULL);
}
