/* Saved output of dism.exe: every form, and what is not to be guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib_parse.h"
#include "parsers/listed_time.h"

#define ROLLUP_OLD "Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.1001.1.4"
#define ROLLUP     "Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.2002.1.7"
#define KB_PACKAGE "Package_for_KB5990001~31bf3856ad364e35~amd64~~10.0.1.2"
#define CONTOSO    "Contoso-Client-Ink-FOD-Package~31bf3856ad364e35~amd64~en-US~10.0.26100.1"

#define BANNER                                                                                     \
	"\r\nDeployment Image Servicing and Management tool\r\nVersion: 10.0.26100.1150\r\n\r\n"   \
	"Image Version: 10.0.26100.2002\r\n\r\n"
#define CLOSING "The operation completed successfully.\r\n"

static const char packages[] = BANNER
	"Packages listing:\r\n\r\n"
	"Package Identity : " CONTOSO "\r\nState : Staged\r\nRelease Type : OnDemand Pack\r\n"
	"Install Time : \r\n\r\n"
	"Package Identity : " ROLLUP_OLD "\r\nState : Superseded\r\n"
	"Release Type : Security Update\r\nInstall Time : 3/6/2026 9:05 AM\r\n\r\n"
	"Package Identity : " ROLLUP "\r\nState : Install Pending\r\n"
	"Release Type : Security Update\r\nInstall Time : 4/12/2026 12:00 AM\r\n\r\n"
	"Package Identity : " KB_PACKAGE "\r\nState : Not Present\r\nRelease Type : Update\r\n"
	"Install Time : \r\n\r\n" CLOSING;

static void list_of_packages(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, packages);
	assert_int_equal(result.fact_count, 5);
	assert_int_equal(result.note_count, 0);
	fact = fact_at(&result, FACT_LISTING, 0);
	assert_text(fact->verb, "packages");
	assert_text(fact->version, "10.0.26100.2002");
	assert_int_equal(fact->index, 4);
	assert_int_equal(fact->flags, FLAG_HAS_INDEX | FLAG_COMPLETE);
	assert_int_equal(fact->at.line, 7);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->package, CONTOSO);
	assert_int_equal(fact->current, STATE_STAGED);
	assert_text(fact->release, "OnDemand Pack");
	assert_time(fact->when, NULL);
	assert_int_equal(fact->at.line, 9);
	assert_int_equal(
		fact->at.offset, strstr(packages, "Package Identity : Contoso") - packages);
	assert_true(slice_starts(fact->words, SLICE("Package Identity : Contoso")));
	assert_true(slice_ends_nocase(fact->words, SLICE("Install Time :")));
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 1);
	assert_int_equal(fact->current, STATE_SUPERSEDED);
	assert_time(fact->when, "2026-03-06T09:05:00");
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 2);
	assert_int_equal(fact->current, STATE_INSTALL_PENDING);
	assert_text(fact->verb, "Install Pending");
	assert_time(fact->when, "2026-04-12T00:00:00");
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 3)->current, STATE_ABSENT);
	parsed_release(&result);
}

static void every_state_word(void **state)
{
	static const struct {
		const char *word;
		enum cbs_state state;
	} rows[] = {
		{ "Installed", STATE_INSTALLED },
		{ "Staged", STATE_STAGED },
		{ "Not Present", STATE_ABSENT },
		{ "Removed", STATE_RESOLVED },
		{ "Superseded", STATE_SUPERSEDED },
		{ "Install Pending", STATE_INSTALL_PENDING },
		{ "Uninstall Pending", STATE_UNINSTALL_PENDING },
		{ "Partially Installed", STATE_PARTIALLY_INSTALLED },
		{ "Contoso", STATE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parsed result;
		char text[512];

		(void)snprintf(text, sizeof(text), "Package Identity : " ROLLUP "\nState : %s\n",
			rows[i].word);
		result = read_text(&parser_dism_listing, text);
		assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 0)->current, rows[i].state);
		assert_int_equal(
			notes_of(&result, DIAG_LISTING_LANGUAGE), rows[i].state == STATE_NONE);
		parsed_release(&result);
	}
}

static void list_without_its_end_is_not_whole(void **state)
{
	struct parsed result;
	char text[sizeof(packages)];

	(void)state;
	memcpy(text, packages, sizeof(packages));
	*strstr(text, "The operation") = '\0';
	result = read_text(&parser_dism_listing, text);
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 4);
	assert_int_equal(fact_at(&result, FACT_LISTING, 0)->flags, FLAG_HAS_INDEX);
	assert_int_equal(notes_of(&result, DIAG_LISTING_CUT), 1);
	assert_int_equal(result.notes[0].line, 7);
	parsed_release(&result);
}

static void list_with_a_cut_member_is_not_whole(void **state)
{
	struct parsed result;

	(void)state;
	result = read_text(&parser_dism_listing,
		"Packages listing:\n\nPackage Identity : " ROLLUP "\n\nPackage Identity : " CONTOSO
		"\nState : Installed\n\n"
		"The operation completed successfully.\n");
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 2);
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 0)->current, STATE_NONE);
	assert_false(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	parsed_release(&result);
	result = read_text(&parser_dism_listing,
		"Packages listing:\n\nThe operation completed successfully.\n");
	assert_int_equal(fact_at(&result, FACT_LISTING, 0)->index, 0);
	assert_false(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	parsed_release(&result);
}

static void every_prefix_says_no_more(void **state)
{
	(void)state;
	check_prefixes(&parser_dism_listing, packages);
}

static const char table[] = BANNER
	"Packages listing:\r\n\r\n"
	"---------------- | ---------------- | --------------- | -----------------\r\n"
	"Package Identity | State            | Release Type    | Install Time\r\n"
	"---------------- | ---------------- | --------------- | -----------------\r\n" CONTOSO
	" | Installed        | OnDemand Pack   | 3/6/2026 11:54 PM\r\n" ROLLUP
	" | Staged           | Security Update | \r\n\r\n" CLOSING;

static void table_of_packages(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, table);
	assert_int_equal(result.fact_count, 3);
	assert_true(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->package, CONTOSO);
	assert_int_equal(fact->current, STATE_INSTALLED);
	assert_time(fact->when, "2026-03-06T23:54:00");
	assert_int_equal(fact->at.line, 12);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 1);
	assert_text(fact->package, ROLLUP);
	assert_int_equal(fact->current, STATE_STAGED);
	assert_text(fact->release, "Security Update");
	assert_time(fact->when, NULL);
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, table);
}

static const char info[] = BANNER
	"Package information:\r\n\r\n"
	"Package Identity : " CONTOSO "\r\nApplicable : Yes\r\n"
	"Copyright : Copyright (c) Contoso\r\nCompany : \r\nCreation Time : \r\n"
	"Description : Writes: with ink.\r\nInstall Client : DISM\r\n"
	"Install Package Name : Fabrikam~31bf3856ad364e35~amd64~~1.0.0.0.mum\r\n"
	"Install Time : 2026-03-06 23:54\r\nLast Update Time : \r\nName : Contoso ink\r\n"
	"Product Name : Contoso-Client-Ink-FOD-Package\r\nProduct Version : \r\n"
	"Release Type : OnDemand Pack\r\nRestart Required : Possible\r\n"
	"Support Information : http://support.example.com/?kbid=5990002\r\nState : Installed\r\n"
	"Completely offline capable : Undetermined\r\nSelf servicing package : No\r\n"
	"Capability Identity : Contoso.Ink~~~~0.0.1.0\r\n\r\nCustom Properties:\r\n\r\n"
	"mum2:FodInformation\\Id : 27\r\nState : 9\r\n\r\n"
	"Features listing for package : " CONTOSO "\r\n\r\n"
	"Feature Name : Contoso-Ink-Pen\r\nState : Disabled with Payload Removed\r\n\r\n" CLOSING;

static void details_of_a_package(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, info);
	assert_int_equal(result.fact_count, 4);
	assert_int_equal(result.note_count, 0);
	fact = fact_at(&result, FACT_LISTING, 0);
	assert_text(fact->verb, "package");
	assert_false(fact->flags & FLAG_COMPLETE);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->package, CONTOSO);
	assert_text(fact->title, "Contoso ink");
	assert_text(fact->description, "Writes: with ink.");
	assert_text(fact->name, "Contoso-Client-Ink-FOD-Package");
	assert_text(fact->path, "http://support.example.com/?kbid=5990002");
	assert_int_equal(fact->current, STATE_INSTALLED);
	assert_time(fact->when, "2026-03-06T23:54:00");
	fact = fact_at(&result, FACT_LISTING, 1);
	assert_text(fact->verb, "features");
	assert_true(fact->flags & FLAG_COMPLETE);
	fact = fact_at(&result, FACT_LISTED_FEATURE, 0);
	assert_text(fact->name, "Contoso-Ink-Pen");
	assert_int_equal(fact->current, STATE_ABSENT);
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, info);
}

static void features_and_capabilities(void **state)
{
	static const char text[] =
		"Features listing for package : "
		"Fabrikam-Foundation-Package~31bf~amd64~~10.0.1.1\n\n"
		"----------- | ---------------\nFeature Name | State\n----------- | "
		"---------------\n"
		"TelnetFabrikam | Enabled\nMediaFabrikam | Disable Pending\n\n"
		"The operation completed successfully.\n\n"
		"Feature Information:\n\nFeature Name : TelnetFabrikam\nDisplay Name : Telnet\n"
		"Description : Talks.\nRestart Required : Possible\nState : Enable Pending\n\n"
		"Custom Properties:\n\n(No custom properties found)\n\n"
		"The operation completed successfully.\n\n"
		"Capability listing:\n\nCapability Identity : Contoso.Ink~~~~0.0.1.0\n"
		"State : Not Present\n\nCapability Identity : Contoso.Speech~~~de-DE~0.0.1.0\n"
		"State : Installed\n\nThe operation completed successfully.\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, text);
	assert_int_equal(result.note_count, 0);
	assert_int_equal(count_of(&result, FACT_LISTING), 3);
	assert_int_equal(count_of(&result, FACT_LISTED_FEATURE), 3);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 0)->current, STATE_INSTALLED);
	fact = fact_at(&result, FACT_LISTED_FEATURE, 1);
	assert_text(fact->name, "MediaFabrikam");
	assert_int_equal(fact->current, STATE_UNINSTALL_PENDING);
	fact = fact_at(&result, FACT_LISTED_FEATURE, 2);
	assert_text(fact->title, "Telnet");
	assert_int_equal(fact->current, STATE_INSTALL_PENDING);
	assert_text(fact_at(&result, FACT_LISTING, 1)->verb, "feature");
	assert_text(fact_at(&result, FACT_LISTING, 2)->verb, "capabilities");
	fact = fact_at(&result, FACT_LISTED_CAPABILITY, 0);
	assert_text(fact->name, "Contoso.Ink~~~~0.0.1.0");
	assert_int_equal(fact->current, STATE_ABSENT);
	assert_int_equal(fact_at(&result, FACT_LISTED_CAPABILITY, 1)->current, STATE_INSTALLED);
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, text);
}

static void images_of_a_file(void **state)
{
	static const char text[] =
		"PS C:\\> dism /Get-WimInfo /WimFile:D:\\sources\\install.wim\n\n"
		"Deployment Image Servicing and Management tool\nVersion: 10.0.26100.1\n\n"
		"Details for image : D:\\sources\\install.wim\n\n"
		"Index : 1\nName : Contoso Home\nDescription : For homes\nSize : 1,234,567 "
		"bytes\n\n"
		"Index : 2\nName : Contoso Pro\nDescription : For work\nSize : 2,234,567 bytes\n\n"
		"The operation completed successfully.\n\n"
		"PS C:\\> dism /Get-WimInfo /WimFile:D:\\sources\\boot.wim /Index:2\n\n"
		"Deployment Image Servicing and Management tool\nVersion: 10.0.26100.1\n\n"
		"Details for image : D:\\sources\\boot.wim\n\n"
		"Index : 2\nName : Contoso Setup\nDescription : Sets up\nSize : 3 bytes\n"
		"WIM Bootable : No\nArchitecture : x64\nHal : <undefined>\nVersion : 10.0.26100\n"
		"ServicePack Build : 2002\nServicePack Level : 0\nEdition : WindowsPE\n"
		"Installation : WindowsPE\nProductType : WinNT\nProductSuite : \n"
		"System Root : WINDOWS\nDirectories : 12\nFiles : 34\n"
		"Created : 4/1/2026 - 8:09:02 PM\nModified : 5/21/2026 - 5:19:07 PM\n"
		"Languages :\n\ten-GB (Default)\n\nThe operation completed successfully.\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, text);
	assert_int_equal(result.note_count, 0);
	assert_int_equal(count_of(&result, FACT_WIM_IMAGE), 3);
	fact = fact_at(&result, FACT_LISTING, 0);
	assert_text(fact->verb, "images");
	assert_text(fact->wim, "D:\\sources\\install.wim");
	assert_int_equal(fact->index, 2);
	fact = fact_at(&result, FACT_WIM_IMAGE, 1);
	assert_int_equal(fact->index, 2);
	assert_text(fact->name, "Contoso Pro");
	assert_text(fact->description, "For work");
	fact = fact_at(&result, FACT_WIM_IMAGE, 2);
	assert_text(fact->wim, "D:\\sources\\boot.wim");
	assert_text(fact->version, "10.0.26100.2002");
	assert_text(fact->architecture, "amd64");
	assert_text(fact->edition, "WindowsPE");
	assert_time(fact->when, "2026-05-21T17:19:07");
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, text);
}

static void transcript_with_prompts(void **state)
{
	static const char text[] =
		"C:\\Windows\\system32>dism /image:D:\\mount /get-packages\n" BANNER
		"Packages listing:\n\nPackage Identity : " ROLLUP "\nState : Installed\n"
		"C:\\Windows\\system32>DISM.exe /Online /Get-Packages /English\n" BANNER
		"Packages listing:\n\nPackage Identity : " ROLLUP_OLD "\nState : Installed\n"
		"Release Type : Update\nInstall Time : \n\n" CLOSING "\n"
		"C:\\Windows\\system32>dism /online /get-currentedition\n" BANNER
		"Current Edition : ContosoEdition\n\n" CLOSING
		"C:\\Windows\\system32>dism /get-mountedwiminfo\n"
		"Mounted images:\n\nMount Dir : D:\\mount\nImage File : D:\\a.wim\n"
		"Image Index : 2\nMounted Read/Write : Yes\nStatus : Ok\n\n" CLOSING
		"C:\\Windows\\system32>dism /online /get-packages\n\nError: 740\n\n"
		"Elevated permissions are required to run DISM.\n";
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, text);
	assert_int_equal(result.fact_count, 4);
	fact = fact_at(&result, FACT_LISTING, 0);
	assert_text(fact->image, "D:\\mount");
	assert_int_equal(fact->flags, FLAG_HAS_INDEX | FLAG_OFFLINE);
	fact = fact_at(&result, FACT_LISTING, 1);
	assert_text(fact->image, "");
	assert_int_equal(fact->flags, FLAG_HAS_INDEX | FLAG_ONLINE | FLAG_COMPLETE);
	assert_int_equal(notes_of(&result, DIAG_LISTING_CUT), 1);
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, text);
}

static void copies_of_people(void **state)
{
	static const char *const texts[] = {
		"    Package Identity : " ROLLUP "\n    State : Installed\n"
		"    Release Type : Update\n    Install Time :\n",
		"> ```\n> Package Identity : " ROLLUP "\n> State : Installed\n"
		"> Release Type : Update\n> Install Time :\n> ```\n",
		"Package Identity : " ROLLUP "\n\nState : Installed\n\nRelease Type : Update\n\n"
		"Install Time :\n\n",
		"\xEF\xBB\xBFPackage Identity\xC2\xA0: " ROLLUP
		"\r\r\nState :\xC2\xA0Installed\r\r\n"
		"Release Type : Update\r\r\n",
		"Package Identity : Package_for_RollupFix~31bf3856ad36\n"
		"4e35~amd64~~26100.2002.1.7\nState : Installed\nRelease Type : Update\n",
		"| Package Identity | State | Release Type |\n|---|---|---|\n"
		"| " ROLLUP " | Installed | Update |\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct parsed result;
		const struct fact *fact;

		result = read_text(&parser_dism_listing, texts[i]);
		assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 1);
		fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
		assert_text(fact->package, ROLLUP);
		assert_int_equal(fact->current, STATE_INSTALLED);
		assert_text(fact->release, "Update");
		parsed_release(&result);
	}
}

static void utf16_counts_stored_bytes(void **state)
{
	struct parsed result;
	struct slice bytes = encode(packages, TEXT_UTF16LE, true);
	const struct fact *fact;

	(void)state;
	result = read_document(&parser_dism_listing, bytes, "", 0);
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 4);
	assert_true(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 1);
	assert_text(fact->package, ROLLUP_OLD);
	assert_int_equal(fact->at.offset,
		2 + 2 * (strstr(packages, "Package Identity : " ROLLUP_OLD) - packages));
	parsed_release(&result);
	free_encoded(bytes);
}

/* No language is named here: an invented one shows that only places count. */
static const char localised[] =
	"Wekzeug zur Pflege\nVersion: 10.0.26100.1150\n\nBildversion: 10.0.26100.2002\n\n"
	"Paketliste:\n\nPaketname : " CONTOSO "\nZustand : Drin\nArt : Sprachpaket\n"
	"Zeit : 06.03.2026 23:54\n\nPaketname : " ROLLUP "\nZustand : Installed\n"
	"Art : Flicken\nZeit : \n\nAlles ging gut.\n";

static void localised_list_by_places(void **state)
{
	struct parsed result;
	const struct fact *fact;

	(void)state;
	result = read_text(&parser_dism_listing, localised);
	assert_int_equal(count_of(&result, FACT_LISTED_PACKAGE), 2);
	fact = fact_at(&result, FACT_LISTING, 0);
	assert_text(fact->version, "10.0.26100.2002");
	assert_true(fact->flags & FLAG_COMPLETE);
	fact = fact_at(&result, FACT_LISTED_PACKAGE, 0);
	assert_text(fact->package, CONTOSO);
	assert_int_equal(fact->current, STATE_NONE);
	assert_text(fact->verb, "Drin");
	assert_text(fact->release, "Sprachpaket");
	assert_time(fact->when, "2026-03-06T23:54:00");
	assert_int_equal(fact_at(&result, FACT_LISTED_PACKAGE, 1)->current, STATE_INSTALLED);
	assert_int_equal(notes_of(&result, DIAG_LISTING_LANGUAGE), 1);
	parsed_release(&result);
	check_prefixes(&parser_dism_listing, localised);
}

static void localised_features_by_their_state(void **state)
{
	struct parsed result;

	(void)state;
	result = read_text(&parser_dism_listing,
		"Funktionsname : Contoso-Ink\nStatus : Aktiviert\n\n"
		"\xE6\xA9\x9F\xE8\x83\xBD\xE5\x90\x8D : Contoso-Pen\n"
		"\xE7\x8A\xB6\xE6\x85\x8B : \xE7\x84\xA1\xE5\x8A\xB9\n\n"
		"Profil : Domain\nStatus : 1\n\nName : Something\nStatus : Enabled\n\n"
		"Der Vorgang wurde erfolgreich beendet.\n");
	assert_int_equal(count_of(&result, FACT_LISTED_FEATURE), 2);
	assert_int_equal(result.fact_count, 3);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 0)->current, STATE_INSTALLED);
	assert_int_equal(fact_at(&result, FACT_LISTED_FEATURE, 1)->current, STATE_STAGED);
	assert_true(fact_at(&result, FACT_LISTING, 0)->flags & FLAG_COMPLETE);
	parsed_release(&result);
}

static void localised_details_are_no_list(void **state)
{
	struct parsed result;

	(void)state;
	result = read_text(&parser_dism_listing,
		"Paketname : " CONTOSO "\nPasst : Ja\nRechte : Contoso\nFirma : \nErzeugt : \n\n"
		"Alles ging gut.\n");
	assert_int_equal(result.fact_count, 0);
	parsed_release(&result);
}

/* Times */

static void times_with_a_certain_order(void **state)
{
	static const struct {
		const char *text, *local, *utc;
	} rows[] = {
		{ "3/6/2026 11:54 PM", "2026-03-06T23:54:00", NULL },
		{ "12/7/2019 9:50:57 AM", "2019-12-07T09:50:57", NULL },
		{ "3/6/2026 12:05 AM", "2026-03-06T00:05:00", NULL },
		{ "3/6/2026 12:05 PM", "2026-03-06T12:05:00", NULL },
		{ "\xE2\x80\x8E"
		  "3/\xE2\x80\x8E"
		  "6/\xE2\x80\x8E"
		  "2026 11:54\xE2\x80\xAFPM",
			"2026-03-06T23:54:00", NULL },
		{ "4/1/2026 - 8:09:02 PM", "2026-04-01T20:09:02", NULL },
		{ "06.03.2026 23:54:00", "2026-03-06T23:54:00", NULL },
		{ "6. 3. 2026 23:54", "2026-03-06T23:54:00", NULL },
		{ "2026-03-06 23:54", "2026-03-06T23:54:00", NULL },
		{ "2026/3/6 23:54", "2026-03-06T23:54:00", NULL },
		{ "2026. 03. 06. 23:54", "2026-03-06T23:54:00", NULL },
		{ "2026-03-06T23:54:00.1234567", "2026-03-06T23:54:00", NULL },
		{ "2026-03-06T23:54:00Z", "2026-03-06T23:54:00", "2026-03-06T23:54:00" },
		{ "2026-03-06T23:54:00.5+01:00", "2026-03-06T23:54:00", "2026-03-06T22:54:00" },
		{ "/Date(1711929600000)/", NULL, "2024-04-01T00:00:00" },
		{ "13/03/2026 23:54", "2026-03-13T23:54:00", NULL },
		{ "03/13/2026 23:54", "2026-03-13T23:54:00", NULL },
		/* open: nothing tells */
		{ "06/03/2026 23:54", NULL, NULL },
		{ "06-03-2026 23:54", NULL, NULL },
		{ "06/03/2026 11:54 PM", NULL, NULL },
		{ "6/3/2026 11:54 pm", NULL, NULL },
		{ "6/3/2026", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listed_time time;

		print_message("%s\n", rows[i].text);
		assert_true(listed_time_parse(slice_from(rows[i].text), &time));
		assert_time(listed_time_local(&time, ORDER_OPEN), rows[i].local);
		assert_time(time.utc, rows[i].utc);
	}
}

static void what_is_no_time(void **state)
{
	static const char *const rows[] = { "", " ", "Yes", "3/6/26 11:54 PM", "3/6/2026 25",
		"3/6/2026 13:05 PM", "3/6-2026", "2026-03-06 23:54 Uhr", "/Date(x)/",
		"/Date(99999999999999999999)/", "2026-03-06T23:54:00+15:00",
		"1/1/2026 1:1:1 AM and much more text behind it than any time ever printed has" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listed_time time;

		if (listed_time_parse(slice_from(rows[i]), &time))
			fail_msg("'%s' was taken for a time", rows[i]);
	}
	{
		struct listed_time time;

		assert_true(listed_time_parse(SLICE("2026-02-30 10:00"), &time));
		assert_time(listed_time_local(&time, ORDER_OPEN), NULL);
	}
}

static void check_order(const char *first, const char *second, const char *expected_first,
	const char *expected_second)
{
	struct parsed result;
	char text[1024];

	(void)snprintf(text, sizeof(text),
		"Package Identity : " ROLLUP "\nState : Installed\nInstall Time : %s\n\n"
		"Package Identity : " CONTOSO "\nState : Installed\nInstall Time : %s\n\n",
		first, second);
	result = read_text(&parser_dism_listing, text);
	assert_time(fact_at(&result, FACT_LISTED_PACKAGE, 0)->when, expected_first);
	assert_time(fact_at(&result, FACT_LISTED_PACKAGE, 1)->when, expected_second);
	parsed_release(&result);
}

static void one_time_decides_for_its_list(void **state)
{
	(void)state;
	check_order("06/03/2026 10:00", "25/03/2026 10:00", "2026-03-06T10:00:00",
		"2026-03-25T10:00:00");
	check_order("06/03/2026 10:00", "03/25/2026 10:00", "2026-06-03T10:00:00",
		"2026-03-25T10:00:00");
	check_order("06/03/2026 10:00", "07/03/2026 10:00", NULL, NULL);
	/* US English by its looks, but its neighbour proves otherwise */
	check_order("6/3/2026 1:00 PM", "25/3/2026 1:00 PM", "2026-03-06T13:00:00",
		"2026-03-25T13:00:00");
	check_order("25/03/2026 10:00", "03/25/2026 10:00", "2026-03-25T10:00:00",
		"2026-03-25T10:00:00");
	/* dots prove nothing about slashes */
	check_order("06/03/2026 10:00", "25.03.2026 10:00", NULL, "2026-03-25T10:00:00");
}

static void contradicting_times_decide_nothing(void **state)
{
	struct parsed result;

	(void)state;
	result = read_text(&parser_dism_listing,
		"Package Identity : A~b~c~~1.0\nState : Installed\nInstall Time : 25/03/2026 "
		"1:00\n\n"
		"Package Identity : B~b~c~~1.0\nState : Installed\nInstall Time : 03/25/2026 "
		"1:00\n\n"
		"Package Identity : C~b~c~~1.0\nState : Installed\nInstall Time : 3/6/2026 1:00 "
		"PM\n\n");
	assert_time(fact_at(&result, FACT_LISTED_PACKAGE, 2)->when, NULL);
	parsed_release(&result);
}

/* Detection */

static const char *detected(const char *text)
{
	const struct parser *parser = parser_detect(slice_from(text));

	return parser ? parser->name : "";
}

static void lists_are_recognised(void **state)
{
	(void)state;
	assert_string_equal(detected(packages), "dism-listing");
	assert_string_equal(detected(table), "dism-listing");
	assert_string_equal(detected(info), "dism-listing");
	assert_string_equal(detected(localised), "dism-listing");
	assert_string_equal(detected("DISM /Online /Get-Packages\n\nPackage Identity : " ROLLUP
				     "\nState : Installed\nRelease Type : Update\n"),
		"dism-listing");
}

static void other_texts_are_not(void **state)
{
	(void)state;
	assert_string_equal(detected("Name : Contoso\nState : Running\nIndex : one\n"), "");
	assert_string_equal(detected("name: a\nversion: 1.2.3\nedition: 5\n"), "");
	assert_string_equal(detected("State : Installed\nState : Staged\n"), "");
	assert_string_equal(
		detected("2026-03-06 10:00:00, Info                  CBS    Exec: Processing "
			 "started. Client: DISM, session 1_2\n"
			 "Package Identity : " ROLLUP "\nState : Installed\n"
			 "2026-03-06 10:00:00, Info                  CBS    Exec: a\n"
			 "2026-03-06 10:00:00, Info                  CBS    Exec: b\n"
			 "2026-03-06 10:00:00, Info                  CBS    Exec: c\n"
			 "2026-03-06 10:00:00, Info                  CBS    Exec: d\n"),
		"cbs-log");
}

static void page_with_an_example_is_no_list(void **state)
{
	char text[8192];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 60; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len, "A line of a page about images.\n");
	(void)snprintf(text + len, sizeof(text) - len,
		"Package Identity : " ROLLUP "\nState : Installed\nRelease Type : Update\n");
	assert_string_equal(detected(text), "");
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
		cmocka_unit_test(every_state_word),
		cmocka_unit_test(list_without_its_end_is_not_whole),
		cmocka_unit_test(list_with_a_cut_member_is_not_whole),
		cmocka_unit_test(every_prefix_says_no_more),
		cmocka_unit_test(table_of_packages),
		cmocka_unit_test(details_of_a_package),
		cmocka_unit_test(features_and_capabilities),
		cmocka_unit_test(images_of_a_file),
		cmocka_unit_test(transcript_with_prompts),
		cmocka_unit_test(copies_of_people),
		cmocka_unit_test(utf16_counts_stored_bytes),
		cmocka_unit_test(localised_list_by_places),
		cmocka_unit_test(localised_features_by_their_state),
		cmocka_unit_test(localised_details_are_no_list),
		cmocka_unit_test(times_with_a_certain_order),
		cmocka_unit_test(what_is_no_time),
		cmocka_unit_test(one_time_decides_for_its_list),
		cmocka_unit_test(contradicting_times_decide_nothing),
		cmocka_unit_test(lists_are_recognised),
		cmocka_unit_test(other_texts_are_not),
		cmocka_unit_test(page_with_an_example_is_no_list),
	};

	return cmocka_run_group_tests_name("listing", tests, set_up, tear_down);
}
