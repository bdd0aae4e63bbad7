/* PowerShell's objects in each syntax that it saves them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib_parse.h"

#define ROLLUP  "Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.2002.1.7"
#define KB      "Package_for_KB5990001~31bf3856ad364e35~amd64~~10.0.1.2"
#define CONTOSO "Contoso-Client-Ink-FOD-Package~31bf3856ad364e35~amd64~en-US~10.0.26100.1"

static void read_as(const char *text, struct parsed *result)
{
	*result = read_text(&parser_powershell_objects, text);
}

static const char *detected(const char *text)
{
	const struct parser *parser = parser_detect(slice_from(text));

	return parser ? parser->name : "";
}

static void check_package(const struct parsed *result, size_t number, const char *package,
	enum cbs_state current, const char *release, const char *when)
{
	const struct fact *fact = fact_at(result, FACT_LISTED_PACKAGE, number);

	assert_text(fact->package, package);
	assert_int_equal(fact->current, current);
	assert_text(fact->release, release);
	assert_time(fact->when, when);
}

/* No syntax can tell whether all objects were exported. */
static void check_list(const struct parsed *result, const char *verb, uint32_t count)
{
	const struct fact *fact = fact_at(result, FACT_LISTING, 0);

	assert_text(fact->verb, verb);
	assert_int_equal(fact->index, count);
	assert_false(fact->flags & FLAG_COMPLETE);
}

/* Text */

static const char list[] =
	"\r\n\r\nPackageName  : " CONTOSO "\r\nPackageState : Installed\r\n"
	"ReleaseType  : OnDemandPack\r\nInstallTime  : 12/7/2025 9:50:00 AM\r\n"
	"\r\nPackageName  : " ROLLUP "\r\nPackageState : InstallPending\r\n"
	"ReleaseType  : SecurityUpdate\r\nInstallTime  : 3/6/2026 11:54:00 PM\r\n"
	"\r\nPackageName  : " KB "\r\nPackageState : NotPresent\r\n"
	"ReleaseType  : Update\r\nInstallTime  : \r\n\r\n\r\n";

static void list_of_packages(void **state)
{
	struct parsed result;

	(void)state;
	assert_string_equal(detected(list), "powershell-objects");
	read_as(list, &result);
	assert_int_equal(result.note_count, 0);
	check_list(&result, "packages", 3);
	check_package(&result, 0, CONTOSO, STATE_INSTALLED, "OnDemand Pack", "2025-12-07T09:50:00");
	check_package(&result, 1, ROLLUP, STATE_INSTALL_PENDING, "Security Update",
		"2026-03-06T23:54:00");
	check_package(&result, 2, KB, STATE_ABSENT, "Update", NULL);
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 1)->at.line, 8);
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 1)->at.offset,
		strstr(list, "PackageName  : " ROLLUP) - list);
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, list);
}

static void wrapped_values_are_joined(void **state)
{
	static const char text[] =
		"PackageName        : Contoso-Client-Ink-FOD-Package~31bf385\n"
		"                     6ad364e35~amd64~en-US~10.0.26100.1\n"
		"Description        : Writes with\n"
		"                     ink: black and blue\n"
		"PackageState       : Installed\n"
		"ReleaseType        : OnDemandPack\n"
		"SupportInformation : http://support.example.com/?kb\n"
		"                     id=5990002\n"
		"Custom Properties  : \n"
		"                     PackageState : Staged\n"
		"                     mum2:Ink\\State : 9\n\n"
		"PackageName        : " ROLLUP "\nPackageState       : Staged\n\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	read_as(text, &result);
	check_list(&result, "packages", 2);
	check_package(&result, 0, CONTOSO, STATE_INSTALLED, "OnDemand Pack", NULL);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->description, "Writes with ink: black and blue");
	assert_text(fact->path, "http://support.example.com/?kbid=5990002");
	check_package(&result, 1, ROLLUP, STATE_STAGED, "", NULL);
	parsed_release(&result);
}

static void table_by_columns(void **state)
{
	static const char text[] =
		"\nPackageName                                                    PackageState "
		"ReleaseType    InstallTime\n"
		"-----------                                                    ------------ "
		"-----------    -----------\n" ROLLUP
		"   Installed    SecurityUpdate 2026-03-06 23:54\n"
		"Package_for_Sch\xC3\xB6nes~31bf3856ad364e35~amd64~~26100.2002.1.7     Staged      "
		" "
		"Update\n"
		"Contoso-Client-Ink-FOD-Package~31bf3856ad364e35~amd64~en-US...  Installed    "
		"Update\n"
		"Fabrikam-Client-Ink-FOD-Package~31bf3856ad364e35~amd64~en-U\xE2\x80\xA6   "
		"Installed    Update\n\n"
		"PackageState\n";
	struct parsed result;

	(void)state;
	assert_string_equal(detected(text), "powershell-objects");
	read_as(text, &result);
	check_list(&result, "packages", 2);
	check_package(
		&result, 0, ROLLUP, STATE_INSTALLED, "Security Update", "2026-03-06T23:54:00");
	check_package(&result, 1,
		"Package_for_Sch\xC3\xB6nes~31bf3856ad364e35~amd64~~26100.2002.1.7", STATE_STAGED,
		"Update", NULL);
	assert_int_equal(notes_of(&result, DIAG_LISTED_NAME_CUT), 1);
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, text);
}

static void features_capabilities_and_images(void **state)
{
	static const char text[] =
		"PS C:\\> Get-WindowsOptionalFeature -Online\n\nFeatureName : TelnetFabrikam\n"
		"State       : DisabledWithPayloadRemoved\n\nFeatureName : MediaFabrikam\n"
		"State       : Enabled\n\n"
		"PS C:\\> Get-WindowsCapability -Online\n\nName  : Contoso.Ink~~~en-US~0.0.1.0\n"
		"State : NotPresent\n\nName  : Contoso.Pen~~~~0.0.1.0\nState : Installed\n\n"
		"PS C:\\> Get-WindowsImage -ImagePath D:\\install.wim\n\nImageIndex       : 1\n"
		"ImageName        : Contoso Pro\nImageDescription : For work\n"
		"ImageSize        : 1,234 bytes\n\n"
		"ModifiedTime     : 7/12/2026 10:57:18 AM\nImageName        : Contoso Home\n"
		"ImageIndex       : 2\nArchitecture     : 9\nEditionId        : Core\n"
		"MajorVersion     : 10\nMinorVersion     : 0\nBuild            : 26100\n"
		"SPBuild          : 2002\nSPLevel          : 0\n\n"
		"PS C:\\> Get-WindowsImage -Mounted\n\nPath        : C:\\mount\n"
		"ImagePath   : D:\\install.wim\nImageIndex  : 4\nMountMode   : ReadWrite\n\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	read_as(text, &result);
	assert_int_equal(result.note_count, 0);
	assert_int_equal(count_of(&result, FACT_LISTING), 3);
	assert_true(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_ONLINE);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 0)->current, STATE_ABSENT);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 1)->current, STATE_INSTALLED);
	fact = fact_at(&result, FACT_LISTED_CAPABILITY, 0);
	assert_text(fact->name, "Contoso.Ink~~~en-US~0.0.1.0");
	assert_int_equal(fact->current, STATE_ABSENT);
	assert_int_equal(count_of(&result, FACT_WIM_IMAGE), 2);
	assert_text(fact_at(&result, FACT_WIM_IMAGE, 0)->description, "For work");
	fact = fact_at(&result, FACT_WIM_IMAGE, 1);
	assert_int_equal(fact->index, 2);
	assert_text(fact->name, "Contoso Home");
	assert_text(fact->architecture, "amd64");
	assert_text(fact->version, "10.0.26100.2002");
	assert_time(fact->when, "2026-07-12T10:57:18");
	parsed_release(&result);
}

static void hotfixes(void **state)
{
	static const char table[] =
		"\nSource        Description      HotFixID      InstalledBy          InstalledOn\n"
		"------        -----------      --------      -----------          -----------\n"
		"CONTOSO1      Update           KB5990001     NT AUTHORITY\\SYSTEM  3/6/2026 "
		"12:00:00 AM\n"
		"CONTOSO1      Security Update  KB5990002                          \n"
		"CONTOSO1      Security Update  KB5990003                          3/7/2026 "
		"12:00:00 AM\n\n";
	static const char text[] = "Source      : CONTOSO1\nDescription : Security Update\n"
				   "HotFixID    : KB5990002\nInstalledBy : CONTOSO\\me\n"
				   "InstalledOn : 06.03.2026 00:00:00\n\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	assert_string_equal(detected(table), "powershell-objects");
	read_as(table, &result);
	check_list(&result, "hotfixes", 3);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->identifier, "KB5990001");
	assert_text(fact->package, "");
	assert_int_equal(fact->current, STATE_INSTALLED);
	assert_time(fact->when, "2026-03-06T00:00:00");
	assert_text(fact_at(&result, FACT_LISTED_PACKAGE, 1)->release, "Security Update");
	parsed_release(&result);
	read_as(text, &result);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->identifier, "KB5990002");
	assert_text(fact->release, "Security Update");
	assert_time(fact->when, "2026-03-06T00:00:00");
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, text);
}

/* CSV */

static const char csv[] =
	"#TYPE Microsoft.Dism.Commands.BasicPackageObject\r\n"
	"\"PackageName\",\"PackageState\",\"ReleaseType\",\"InstallTime\",\"Description\"\r\n"
	"\"" CONTOSO "\",\"Installed\",\"OnDemandPack\",\"12/7/2025 9:50:00 AM\","
	"\"Says \"\"ink\"\", and\r\nmore\"\r\n"
	"\"" ROLLUP "\",\"5\",\"4\",,\"\"\r\n"
	"\"" KB "\",\"Staged\"\r\n"
	"\"" KB "\",\"Superseded\",\"Update\",\"1/13/2026 10:00 AM\",\"\"\r\n";

static void csv_of_packages(void **state)
{
	struct parsed result;

	(void)state;
	assert_string_equal(detected(csv), "powershell-objects");
	read_as(csv, &result);
	check_list(&result, "packages", 3);
	check_package(&result, 0, CONTOSO, STATE_INSTALLED, "OnDemand Pack", "2025-12-07T09:50:00");
	assert_text(
		fact_at(&result, FACT_LISTED_PACKAGE, 0)->description, "Says \"ink\", and\r\nmore");
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 0)->at.line, 3);
	check_package(&result, 1, ROLLUP, STATE_INSTALL_PENDING, "Security Update", NULL);
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 1)->at.line, 5);
	check_package(&result, 2, KB, STATE_SUPERSEDED, "Update", "2026-01-13T10:00:00");
	assert_int_equal(notes_of(&result, DIAG_SKIPPED_BYTES), 1);
	assert_int_equal(result.notes[0].line, 6);
	assert_int_equal(result.lines, 7);
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, csv);
}

static void csv_with_other_delimiters(void **state)
{
	static const char *const texts[] = {
		"PackageName;PackageState\n" ROLLUP ";Staged\n",
		"PackageName\tPackageState\n" ROLLUP "\tStaged\n",
		"\xEF\xBB\xBF\"PackageState\";\"PackageName\"\n\"Staged\";\"" ROLLUP "\"\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct parsed result;

		assert_string_equal(detected(texts[i]), "powershell-objects");
		read_as(texts[i], &result);
		check_package(&result, 0, ROLLUP, STATE_STAGED, "", NULL);
		parsed_release(&result);
	}
}

static void open_quote_ends_with_its_line(void **state)
{
	struct parsed result;

	(void)state;
	read_as("PackageName,PackageState\n\"" KB ",Staged\n" ROLLUP ",Staged\n", &result);
	check_list(&result, "packages", 1);
	check_package(&result, 0, ROLLUP, STATE_STAGED, "", NULL);
	assert_int_equal(notes_of(&result, DIAG_SKIPPED_BYTES), 1);
	parsed_release(&result);
}

static void other_tables_are_no_csv_of_ours(void **state)
{
	(void)state;
	assert_string_equal(detected("Name,State\nspooler,Running\n"), "");
	assert_string_equal(detected("a,b,c\n1,2,3\n"), "");
	assert_string_equal(
		detected("Name,State\nContoso.Ink~~~~0.0.1.0,Installed\n"), "powershell-objects");
}

/* JSON */

static const char json[] =
	"[\r\n    {\r\n        \"PackageName\":  \"" CONTOSO "\",\r\n"
	"        \"PackageState\":  4,\r\n        \"ReleaseType\":  14,\r\n"
	"        \"InstallTime\":  \"\\/Date(1711929600000)\\/\",\r\n"
	"        \"Features\":  [{\"FeatureName\": \"x]}\\\"\"}, []]\r\n    },\r\n"
	"    {\r\n        \"PackageName\":  \"" ROLLUP "\",\r\n"
	"        \"PackageState\":  \"Staged\",\r\n        \"ReleaseType\":  4,\r\n"
	"        \"InstallTime\":  null\r\n    },\r\n"
	"    {\"PackageName\": \"" KB "\", \"PackageState\": 7, \"ReleaseType\": \"Update\", "
	"\"InstallTime\": \"2026-03-06T23:54:00+01:00\"}\r\n]\r\n";

static void json_of_packages(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	assert_string_equal(detected(json), "powershell-objects");
	read_as(json, &result);
#ifdef WITH_JSON
	assert_int_equal(result.note_count, 0);
	check_list(&result, "packages", 3);
	check_package(&result, 0, CONTOSO, STATE_INSTALLED, "OnDemand Pack", NULL);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_time(fact->utc, "2024-04-01T00:00:00");
	assert_int_equal(fact->at.line, 2);
	assert_int_equal(fact->at.offset, strchr(json, '{') - json);
	check_package(&result, 1, ROLLUP, STATE_STAGED, "Security Update", NULL);
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 1)->at.line, 9);
	check_package(&result, 2, KB, STATE_PARTIALLY_INSTALLED, "Update", "2026-03-06T23:54:00");
	assert_time(fact_at(&result, FACT_LISTED_PACKAGE, 2)->utc, "2026-03-06T22:54:00");
#else
	(void)fact;
	assert_int_equal(notes_of(&result, DIAG_NEEDS_READER), 1);
#endif
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, json);
}

#ifdef WITH_JSON

static void json_forms(void **state)
{
	static const struct {
		const char *text;
		size_t facts, notes;
	} rows[] = {
		{ "{\"PackageName\": \"" ROLLUP "\", \"PackageState\": 2}", 1, 0 },
		{ "{\"Count\": 1, \"value\": [{\"PackageName\": \"" ROLLUP "\", "
		  "\"PackageState\": 2}]}",
			1, 0 },
		{ "{\"value\": [{\"PackageState\": \"Staged\", \"PackageName\": \"" ROLLUP
		  "\"}], \"Count\": 1}",
			1, 0 },
		{ "[{\"PackageName\": \"" ROLLUP "\", \"PackageState\": {\"value\": 2, "
		  "\"Value\": \"Staged\"}}]",
			1, 0 },
		{ "[{\"PackageName\": \"" ROLLUP "\", \"PackageState\": 2}, {bad}, 7, \"x\", "
		  "{\"PackageName\": \"" ROLLUP "\", \"PackageState\": 2}]",
			2, 1 },
		{ "[{\"PackageName\": \"" ROLLUP "\", \"PackageState\": 2}", 1, 1 },
		{ "[{\"PackageName\": 5, \"PackageState\": 2}]", 0, 0 },
		{ "[]", 0, 0 },
		{ "{}", 0, 0 },
		{ "[", 0, 1 },
		{ "{\"a", 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parsed result;

		read_as(rows[i].text, &result);
		print_message("%s\n", rows[i].text);
		if (i != 6)
			assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), rows[i].facts);
		assert_int_equal(result.note_count, rows[i].notes);
		for (size_t j = 0; j < rows[i].facts; j++)
			check_package(&result, j, ROLLUP, STATE_STAGED, "", NULL);
		parsed_release(&result);
	}
}

static void json_of_features_has_numbers_of_its_own(void **state)
{
	struct parsed result;

	(void)state;
	read_as("[{\"FeatureName\": \"Telnet\", \"State\": 2}, {\"FeatureName\": \"Media\", "
		"\"State\": 0}, {\"FeatureName\": \"Ink\", \"State\": 6},"
		"{\"FeatureName\": \"Pen\", \"State\": 99}]",
		&result);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 0)->current, STATE_INSTALLED);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 1)->current, STATE_STAGED);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 2)->current, STATE_ABSENT);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 3)->current, STATE_NONE);
	assert_int_equal(notes_of(&result, DIAG_LISTING_LANGUAGE), 1);
	parsed_release(&result);
}

static void deep_json_is_refused_object_by_object(void **state)
{
	size_t depth = 100000, len = 0;
	char *text = malloc(2 * depth + 256);
	struct parsed result;

	(void)state;
	assert_non_null(text);
	text[len++] = '[';
	memcpy(text + len, "{\"x\":", 5);
	len += 5;
	memset(text + len, '[', depth);
	len += depth;
	memset(text + len, ']', depth);
	len += depth;
	len += (size_t)sprintf(
		text + len, "}, {\"PackageName\": \"" ROLLUP "\", \"PackageState\": 2}]");
	result = read_document(&parser_powershell_objects, (struct slice){ text, len }, "", 0);
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 1);
	assert_int_equal(notes_of(&result, DIAG_SKIPPED_BYTES), 1);
	parsed_release(&result);
	free(text);
}

#endif

/* CLIXML */

#define OBJS                                                                                       \
	"<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n"

#define NAMED "<S N=\"PackageName\">"

static const char clixml[] = OBJS
	"  <Obj RefId=\"0\">\r\n    <TN RefId=\"0\">\r\n"
	"      <T>Microsoft.Dism.Commands.BasicPackageObject</T>\r\n      <T>System.Object</T>\r\n"
	"    </TN>\r\n    <ToString>Microsoft.Dism.Commands.BasicPackageObject</ToString>\r\n"
	"    <Props>\r\n      <S N=\"PackageName\">" CONTOSO "</S>\r\n"
	"      <Obj N=\"PackageState\" RefId=\"1\">\r\n        <TN RefId=\"1\">\r\n"
	"          <T>Microsoft.Dism.Commands.PackageFeatureState</T>\r\n        </TN>\r\n"
	"        <ToString>Installed</ToString>\r\n        <I32>4</I32>\r\n      </Obj>\r\n"
	"      <Obj N=\"ReleaseType\" RefId=\"2\"><TNRef RefId=\"2\" />\r\n"
	"        <ToString>OnDemandPack</ToString><I32>14</I32></Obj>\r\n"
	"      <DT N=\"InstallTime\">2026-03-06T23:54:00</DT>\r\n    </Props>\r\n  </Obj>\r\n"
	"  <Obj RefId=\"3\">\r\n    <TNRef RefId=\"0\" />\r\n    <MS>\r\n"
	"      <S N=\"PackageName\">" ROLLUP "</S>\r\n"
	"      <S N=\"PackageState\">Staged</S>\r\n      <Nil N=\"InstallTime\" />\r\n"
	"      <Obj N=\"Features\" RefId=\"9\"><LST><Obj RefId=\"10\"><Props>"
	"<S N=\"PackageState\">Installed</S></Props></Obj></LST></Obj>\r\n"
	"    </MS>\r\n  </Obj>\r\n</Objs>";

static void clixml_of_packages(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	assert_string_equal(detected(clixml), "powershell-objects");
	read_as(clixml, &result);
	assert_int_equal(result.note_count, 0);
	check_list(&result, "packages", 2);
	check_package(&result, 0, CONTOSO, STATE_INSTALLED, "OnDemand Pack", "2026-03-06T23:54:00");
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 1);
	check_package(&result, 1, ROLLUP, STATE_STAGED, "", NULL);
	assert_int_equal(fact->at.line, 25);
	assert_int_equal(fact->at.offset, strstr(clixml, NAMED ROLLUP) - clixml);
	assert_text(fact->words, ROLLUP);
	parsed_release(&result);
	check_prefixes(&parser_powershell_objects, clixml);
}

static void clixml_in_utf16(void **state)
{
	struct parsed result;
	struct slice bytes = encode(clixml, TEXT_UTF16LE, true);
	const struct fact *fact;

	(void)state;
	result = read_document(&parser_powershell_objects, bytes, "", 0);
	assert_int_equal(result.note_count, 0);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 1);
	assert_text(fact->package, ROLLUP);
	assert_int_equal(fact->at.offset, 2 + 2 * (strstr(clixml, NAMED ROLLUP) - clixml));
	parsed_release(&result);
	free_encoded(bytes);
}

static void clixml_with_a_doctype_is_refused(void **state)
{
	struct parsed result;

	(void)state;
	read_as("<!DOCTYPE Objs [<!ENTITY a \"b\">]>" OBJS "<Obj RefId=\"0\"><Props>"
		"<S N=\"PackageName\">&a;</S></Props></Obj></Objs>",
		&result);
	assert_int_equal(result.fact_count, 0);
	assert_int_equal(notes_of(&result, DIAG_XML_REFUSED), 1);
	parsed_release(&result);
}

static void cut_clixml_keeps_what_was_whole(void **state)
{
	struct parsed result;

	(void)state;
	result = read_document(
		&parser_powershell_objects, (struct slice){ clixml, sizeof(clixml) - 60 }, "", 0);
	check_list(&result, "packages", 1);
	assert_int_equal(notes_of(&result, DIAG_XML_REFUSED), 1);
	assert_int_equal(notes_of(&result, DIAG_LISTING_CUT), 1);
	parsed_release(&result);
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
		cmocka_unit_test(list_of_packages),
		cmocka_unit_test(wrapped_values_are_joined),
		cmocka_unit_test(table_by_columns),
		cmocka_unit_test(features_capabilities_and_images),
		cmocka_unit_test(hotfixes),
		cmocka_unit_test(csv_of_packages),
		cmocka_unit_test(csv_with_other_delimiters),
		cmocka_unit_test(open_quote_ends_with_its_line),
		cmocka_unit_test(other_tables_are_no_csv_of_ours),
		cmocka_unit_test(json_of_packages),
#ifdef WITH_JSON
		cmocka_unit_test(json_forms),
		cmocka_unit_test(json_of_features_has_numbers_of_its_own),
		cmocka_unit_test(deep_json_is_refused_object_by_object),
#endif
		cmocka_unit_test(clixml_of_packages),
		cmocka_unit_test(clixml_in_utf16),
		cmocka_unit_test(clixml_with_a_doctype_is_refused),
		cmocka_unit_test(cut_clixml_keeps_what_was_whole),
	};

	return cmocka_run_group_tests_name("powershell", tests, set_up, tear_down);
}
