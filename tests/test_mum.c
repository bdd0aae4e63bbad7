/* Package manifests: every field, every encoding, places, and what is wrong with documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib_parse.h"
#include "parsers/xml.h"

#define ASM "urn:schemas-microsoft-com:asm.v3"
#define IDENTITY(name, version)                                                                    \
	"<assemblyIdentity name=\"" name "\" version=\"" version "\" language=\"neutral\" "        \
	"processorArchitecture=\"amd64\" publicKeyToken=\"31bf3856ad364e35\" />"

/* Two parents of one element, one of another; a child; a feature; a capability; what looks
 * like them and stands elsewhere. A character outside the first plane moves UTF-16 places. */
static const char whole[] =
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
	"<!-- <package identifier=\"KB1\"> \xF0\x9F\x93\xA6 -->\r\n"
	"<assembly xmlns=\"" ASM "\" manifestVersion=\"1.0\"\r\n"
	"  description=\"Fix f\xC3\xBCr KB5900001\" displayName=\"default\" company='Contoso'\r\n"
	"  supportInformation=\"https://support.contoso.example/?a=1&amp;kbid=5900001\"\r\n"
	"  creationTimeStamp=\"2024-03-08T00:00:01Z\" "
	"lastUpdateTimeStamp=\"2024-03-09T10:20:30Z\">\r\n"
	"  " IDENTITY("Package_for_RollupFix",
		"26100.1.1.7") "\r\n"
			       "  <package identifier='KB5900001' releaseType='Security Update' "
			       "restart='possible'\r\n"
			       "    permanence=\"permanent\" selfUpdate=\"true\">\r\n"
			       "    <mum2:customInformation xmlns:mum2=\"" ASM
			       "\" Baseline=\"1\">\r\n"
			       "      <mum2:assemblyIdentity name=\"not-this\"/><update "
			       "name=\"nor-this\"/>\r\n"
			       "    </mum2:customInformation>\r\n"
			       "    <parent buildCompare=\"EQ\" revisionCompare=\"GE\" "
			       "disposition=\"detect\">\r\n"
			       "      " IDENTITY("Fabrikam-Foundation-Package",
				       "10.0.26100.1") "\r\n"
						       "      " IDENTITY("Fabrikam-Core-Package",
							       "10.0.26100.1") "\r\n"
									       "    </parent>\r\n"
									       "    <parent "
									       "integrate="
									       "\"delegate\""
									       ">" IDENTITY(
										       "Fabrikam-"
										       "Nano-"
										       "Package",
										       "10.0.0.0") "</parent>\r\n"
												   "    <installerAssembly name=\"Contoso-Other\" version=\"1.0.0.0\"/>\r\n"
												   "    <installerAssembly name=\"Microsoft-Windows-ServicingStack\" version=\"10.0.26100.5\"/>\r\n"
												   "    <update name=\"5900001-1_neutral\">\r\n"
												   "      <package contained=\"false\" integrate=\"hidden\">\r\n"
												   "        " IDENTITY(
													   "Package_1_for_KB5900001",
													   "26100.1.1.7") "\r\n"
															  "      </package>\r\n"
															  "    </update>\r\n"
															  "    <update description=\"Text &lt;b&gt; &#x263A; &#38;amp;\" displayName=\"Viewer\" name=\"Fabrikam-Viewer\">\r\n"
															  "      <selectable disposition=\"staged\"><detectNone default=\"true\"/></selectable>\r\n"
															  "      <package integrate=\"liberate\">" IDENTITY(
																  "Fabrikam-Viewer-Package",
																  "1.2.3.4") "</package>\r\n"
																	     "      <component><package><assemblyIdentity name=\"not-that\"/></package></component>\r\n"
																	     "    </update>\r\n"
																	     "    <declareCapability><capability>\r\n"
																	     "      <capabilityIdentity name=\"Fabrikam.Speech\" version=\"1.0\" language=\"en-us\"/>\r\n"
																	     "      </capability><dependency><capabilityIdentity name=\"Fabrikam.Basic\" version=\"1.0\"/></dependency>\r\n"
																	     "    </declareCapability>\r\n"
																	     "  </package>\r\n"
																	     "</assembly>\r\n";

#define OWN "Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.1.1.7"

/* A manifest around `inside`, which stands in its package. Freed by the caller. */
static char *manifest_with(const char *inside)
{
	char *text;

	assert_true(asprintf(&text,
			    "<assembly xmlns=\"" ASM "\">%s<package identifier=\"KB5900002\">%s"
			    "</package></assembly>",
			    IDENTITY("Package_for_KB5900002", "1.0.0.1"), inside) > 0);
	return text;
}

static char *repeated(const char *text, size_t count)
{
	size_t len = strlen(text);
	char *all = malloc(len * count + 1);

	assert_non_null(all);
	for (size_t i = 0; i < count; i++)
		memcpy(all + i * len, text, len);
	all[len * count] = '\0';
	return all;
}

static void check_manifest(const struct fact *fact)
{
	assert_text(fact->package, OWN);
	assert_text(fact->identifier, "KB5900001");
	assert_text(fact->release, "Security Update");
	assert_text(fact->verb, "possible");
	assert_text(fact->title, "");
	assert_text(fact->description, "Fix f\xC3\xBCr KB5900001");
	assert_text(fact->path, "https://support.contoso.example/?a=1&kbid=5900001");
	assert_text(fact->version, "10.0.26100.5");
	assert_text(fact->update, "5900001-1_neutral");
	assert_int_equal(fact->utc, 1709979630);
	assert_int_equal(fact->when, NO_TIME);
	assert_int_equal(fact->flags, FLAG_PERMANENT | FLAG_STACK | FLAG_BASELINE);
	assert_int_equal(fact->at.line, 8);
	assert_text(fact->words,
		IDENTITY("Package_for_RollupFix",
			"26100.1.1.7") " <package identifier='KB5900001' releaseType='Security "
				       "Update' restart='possible'\r\n"
				       "    permanence=\"permanent\" selfUpdate=\"true\">");
}

static void check_parents(const struct parsed *reading)
{
	const struct fact *fact = fact_at(reading, FACT_MANIFEST_PARENT, 1);

	assert_int_equal(count_of(reading, FACT_MANIFEST_PARENT), 3);
	assert_text(fact->package, OWN);
	assert_text(fact->parent, "Fabrikam-Core-Package~31bf3856ad364e35~amd64~~10.0.26100.1");
	assert_text(fact->verb, "detect");
	assert_text(fact->function, "buildCompare=EQ revisionCompare=GE");
	assert_int_equal(fact->index, 1);
	assert_int_equal(fact->flags, FLAG_HAS_INDEX);
	fact = fact_at(reading, FACT_MANIFEST_PARENT, 2);
	assert_text(fact->parent, "Fabrikam-Nano-Package~31bf3856ad364e35~amd64~~10.0.0.0");
	assert_text(fact->verb, "");
	assert_text(fact->function, "");
	assert_int_equal(fact->index, 2);
	assert_text(fact->words, IDENTITY("Fabrikam-Nano-Package", "10.0.0.0"));
}

static void check_updates(const struct parsed *reading)
{
	const struct fact *fact = fact_at(reading, FACT_MANIFEST_CHILD, 0);

	assert_int_equal(count_of(reading, FACT_MANIFEST_CHILD), 2);
	assert_text(fact->name, "Package_1_for_KB5900001~31bf3856ad364e35~amd64~~26100.1.1.7");
	assert_text(fact->update, "5900001-1_neutral");
	assert_text(fact->verb, "hidden");
	assert_int_equal(fact->flags, FLAG_HIDDEN);
	fact = fact_at(reading, FACT_MANIFEST_CHILD, 1);
	assert_text(fact->update, "Fabrikam-Viewer");
	assert_int_equal(fact->flags, 0);
	assert_int_equal(count_of(reading, FACT_MANIFEST_FEATURE), 1);
	fact = fact_at(reading, FACT_MANIFEST_FEATURE, 0);
	assert_text(fact->package, OWN);
	assert_text(fact->name, "Fabrikam-Viewer");
	assert_text(fact->title, "Viewer");
	assert_text(fact->description, "Text <b> \xE2\x98\xBA &amp;");
	assert_int_equal(fact->target, STATE_INSTALLED);
	assert_true(slice_starts(fact->words, SLICE("<update description=")));
	assert_int_equal(count_of(reading, FACT_MANIFEST_CAPABILITY), 1);
	fact = fact_at(reading, FACT_MANIFEST_CAPABILITY, 0);
	assert_text(fact->name, "Fabrikam.Speech~~~en-us~0.0.1.0");
}

static void everything_is_read(void **state)
{
	struct parsed reading = read_text(&parser_mum, whole);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 8);
	assert_int_equal(reading.records, 1);
	assert_int_equal(reading.lines, 35);
	check_manifest(fact_at(&reading, FACT_MANIFEST, 0));
	check_parents(&reading);
	check_updates(&reading);
	assert_places(&reading, SLICE(whole));
	parsed_release(&reading);
}

static void encodings_give_the_same(void **state)
{
	static const struct {
		enum text_encoding encoding;
		bool has_bom;
	} cases[] = {
		{ TEXT_UTF8, true },
		{ TEXT_UTF16LE, true },
		{ TEXT_UTF16BE, true },
		{ TEXT_UTF16LE, false },
		{ TEXT_UTF16BE, false },
	};
	struct parsed plain = read_text(&parser_mum, whole);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice bytes = encode(whole, cases[i].encoding, cases[i].has_bom);
		struct parsed reading = read_document(&parser_mum, bytes, "", 0);

		assert_string_equal(only_note(&reading), "");
		assert_same_facts(&plain, &reading);
		assert_places(&reading, bytes);
		assert_int_equal(reading.lines, plain.lines);
		parsed_release(&reading);
		free_encoded(bytes);
	}
	parsed_release(&plain);
}

/* Pairs of UTF-16 that lie across the pieces in which a document is read, at either half. */
static void places_hold_in_long_documents(void **state)
{
	char *boxes = repeated("\xF0\x9F\x93\xA6", 20000);

	(void)state;
	for (int shift = 0; shift < 2; shift++) {
		char *inside, *text;
		struct slice bytes;
		struct parsed plain, reading;

		assert_true(asprintf(&inside, "<!-- %.*s%s -->\n<parent>%s</parent>", shift, "x",
				    boxes, IDENTITY("\xF0\x9F\x93\xA6", "1.0")) > 0);
		text = manifest_with(inside);
		bytes = encode(text, TEXT_UTF16LE, true);
		plain = read_text(&parser_mum, text);
		reading = read_document(&parser_mum, bytes, "", 0);
		assert_string_equal(only_note(&reading), "");
		assert_int_equal(reading.fact_count, 2);
		assert_same_facts(&plain, &reading);
		assert_places(&reading, bytes);
		parsed_release(&reading);
		parsed_release(&plain);
		free_encoded(bytes);
		free(text);
		free(inside);
	}
	free(boxes);
}

/* What the prolog says does not count: an editor may have saved it anew. */
static void declared_encoding_does_not_count(void **state)
{
	static const char text[] = "<?xml version='1.0' encoding='UTF-16'?><assembly xmlns='" ASM
				   "'><assemblyIdentity name='A\xC3\xA4' version='1.0'/>"
				   "<package identifier='KB5900003'/></assembly>";
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_text(fact_at(&reading, FACT_MANIFEST, 0)->package, "A\xC3\xA4~~~~1.0");
	parsed_release(&reading);
}

static void prefixes_do_not_count(void **state)
{
	static const char text[] =
		"<x:assembly xmlns:x='" ASM "' xmlns:y='" ASM "' y:displayName='Contoso'>"
		"<y:assemblyIdentity x:version='1.0' name='A' language='de-DE'/>"
		"<x:package y:identifier='KB5900003' z:restart='no' "
		"xmlns:z='urn:other'/></x:assembly>";
	struct parsed reading = read_text(&parser_mum, text);
	const struct fact *fact = fact_at(&reading, FACT_MANIFEST, 0);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_text(fact->package, "A~~~de-DE~1.0");
	assert_text(fact->identifier, "KB5900003");
	assert_text(fact->title, "Contoso");
	assert_text(fact->verb, "");
	parsed_release(&reading);
}

static void other_namespaces_are_passed_over(void **state)
{
	char *text = manifest_with("<o:parent xmlns:o='urn:other'>" IDENTITY(
		"A", "1.0") "</o:parent><update name='B' xmlns='urn:other'><package>" IDENTITY("C",
		"1.0") "</package></update>");
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_string_equal(only_note(&reading), "");
	assert_int_equal(reading.fact_count, 1);
	parsed_release(&reading);
	free(text);
}

static void defaults_of_features(void **state)
{
	char *text = manifest_with(
		"<update name='A'><selectable><detectNone default='false'/></selectable>"
		"<selectable><detectNone default='true'/></selectable></update>"
		"<update name='B'><selectable/></update>"
		"<update name='C'><applicable><detectUpdate><update name='A'/></detectUpdate>"
		"</applicable></update>");
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_int_equal(count_of(&reading, FACT_MANIFEST_FEATURE), 2);
	assert_int_equal(fact_at(&reading, FACT_MANIFEST_FEATURE, 0)->target, STATE_STAGED);
	assert_text(fact_at(&reading, FACT_MANIFEST_FEATURE, 1)->name, "B");
	assert_int_equal(fact_at(&reading, FACT_MANIFEST_FEATURE, 1)->target, STATE_NONE);
	parsed_release(&reading);
	free(text);
}

static void identity_behind_the_package_counts(void **state)
{
	static const char text[] =
		"<assembly xmlns='" ASM
		"'><package identifier='KB5900003'><update name='u'><package>"
		"<assemblyIdentity name='B' version='1'/></package></update></package>"
		"<assemblyIdentity name='A' version='1.0'/></assembly>";
	static const char none[] = "<assembly xmlns='" ASM "'><package/></assembly>";
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_text(fact_at(&reading, FACT_MANIFEST, 0)->package, "A~~~~1.0");
	assert_text(fact_at(&reading, FACT_MANIFEST_CHILD, 0)->package, "A~~~~1.0");
	parsed_release(&reading);
	reading = read_text(&parser_mum, none);
	assert_string_equal(only_note(&reading), "no assemblyIdentity");
	parsed_release(&reading);
}

static void component_manifests_are_quiet(void **state)
{
	static const char text[] =
		"<assembly xmlns='" ASM "'><assemblyIdentity name='A' version='1.0'/>"
		"<file name='a.dll'/></assembly>";
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_int_equal(reading.fact_count, 0);
	assert_int_equal(reading.note_count, 0);
	assert_int_equal(reading.records, 1);
	parsed_release(&reading);
}

static void wrong_documents_are_refused(void **state)
{
	static const struct {
		const char *text, *words;
		uint64_t line;
	} cases[] = {
		{ "<unattend xmlns='urn:schemas-microsoft-com:unattend'/>",
			"root is 'unattend', not 'assembly'", 1 },
		{ "\n<assembly/>", "root is 'assembly' of '', not of '" ASM "'", 2 },
		{ "<assembly xmlns='urn:schemas-microsoft-com:asm.v1'/>",
			"root is 'assembly' of 'urn:schemas-microsoft-com:asm.v1', not of '" ASM
			"'",
			1 },
		{ "\n\n<!DOCTYPE assembly>\n<assembly xmlns='" ASM "'/>", "a DOCTYPE", 3 },
		{ "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d SYSTEM \"file:///etc/passwd\">]>"
		  "<assembly xmlns='" ASM "'>&b;&d;</assembly>",
			"a DOCTYPE", 1 },
		{ "<assembly xmlns='" ASM "' description='&b;'/>", "Entity 'b' not defined", 1 },
		{ "<assembly xmlns='" ASM "'>\n<package></assembly>",
			"Opening and ending tag mismatch: package line 2 and assembly", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct parsed reading = read_text(&parser_mum, cases[i].text);

		assert_string_equal(only_note(&reading), cases[i].words);
		assert_int_equal(reading.notes[0].line, cases[i].line);
		assert_true(reading.notes[0].offset <= strlen(cases[i].text));
		assert_true(reading.fact_count <= 1);
		parsed_release(&reading);
	}
}

static void empty_documents_are_refused(void **state)
{
	static const char *const texts[] = { "", " ", "\xEF\xBB\xBF", "\xFF\xFE", "\xFF\xFE<", "<",
		"text" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct parsed reading = read_text(&parser_mum, texts[i]);

		assert_string_not_equal(only_note(&reading), "");
		assert_int_equal(reading.fact_count, 0);
		parsed_release(&reading);
	}
}

/* Nine steps of ten would be a billion. */
static void entity_bombs_do_nothing(void **state)
{
	static const char text[] = "<!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
				   "\"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
				   "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d "
				   "\"&c;&c;&c;&c;&c;&c;&c;&c;\">"
				   "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f "
				   "\"&e;&e;&e;&e;&e;&e;&e;&e;\">"
				   "<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\"><!ENTITY h "
				   "\"&g;&g;&g;&g;&g;&g;&g;&g;\">]>"
				   "<assembly xmlns='" ASM "' description='&h;'/>";
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_string_equal(only_note(&reading), "a DOCTYPE");
	assert_int_equal(reading.fact_count, 0);
	parsed_release(&reading);
}

static void facts_only_grow_with_the_document(void **state)
{
	static const enum text_encoding encodings[] = { TEXT_UTF8, TEXT_UTF16LE };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct slice bytes = encode(whole, encodings[i], true);
		size_t least = 0, end = bytes.len - (i ? 4 : 2);

		for (size_t len = 0; len <= bytes.len; len++) {
			char *copy = malloc(len + 1); /* its end is watched */
			struct slice part = { copy, len };
			struct parsed reading;

			assert_non_null(copy);
			memcpy(copy, bytes.ptr, len);
			reading = read_document(&parser_mum, part, "", 0);
			assert_true(reading.fact_count >= least);
			assert_places(&reading, part);
			if (len < end)
				assert_string_not_equal(only_note(&reading), "");
			least = reading.fact_count;
			parsed_release(&reading);
			free(copy);
		}
		assert_int_equal(least, 8);
		free_encoded(bytes);
	}
}

/* A start tag without its end may lack attributes: it states nothing. */
static void half_a_tag_states_nothing(void **state)
{
	static const char text[] =
		"<assembly xmlns='" ASM "'><assemblyIdentity name='A' version='1.0'/>"
		"<package identifier='KB5900003' releaseType='Update'";
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_int_equal(reading.fact_count, 0);
	assert_string_not_equal(only_note(&reading), "");
	parsed_release(&reading);
}

/* ---- Limits -------------------------------------------------------------------------- */

static void a_million_elements_are_too_many(void **state)
{
	char *inside = repeated("<update/>", 1000000), *text = manifest_with(inside);
	struct parsed reading = read_text(&parser_mum, text);

	(void)state;
	assert_string_equal(only_note(&reading), "more elements than the limit");
	assert_int_equal(reading.fact_count, 1);
	parsed_release(&reading);
	free(text);
	free(inside);
}

static void many_parents_are_bounded(void **state)
{
	char *inside = repeated("<assemblyIdentity/>", 300000), *parent, *text;
	struct parsed reading;

	(void)state;
	assert_true(asprintf(&parent, "<parent>%s</parent>", inside) > 0);
	text = manifest_with(parent);
	reading = read_text(&parser_mum, text);
	assert_string_equal(only_note(&reading), "more elements than the limit");
	assert_true(reading.fact_count > 200000);
	parsed_release(&reading);
	free(text);
	free(parent);
	free(inside);
}

static void long_tags_are_passed_over(void **state)
{
	char *value = repeated("x", MAX_XML_TAG), *inside, *text;
	struct parsed reading;

	(void)state;
	assert_true(asprintf(&inside, "<update name='%s'><package>%s</package></update>%s", value,
			    IDENTITY("A", "1.0"), "<parent>" IDENTITY("B", "1.0") "</parent>") > 0);
	text = manifest_with(inside);
	reading = read_text(&parser_mum, text);
	assert_string_equal(only_note(&reading), "a start tag longer than the limit");
	assert_int_equal(count_of(&reading, FACT_MANIFEST_CHILD), 0);
	assert_int_equal(count_of(&reading, FACT_MANIFEST_PARENT), 1);
	parsed_release(&reading);
	free(text);
	free(inside);
	free(value);
}

static void giant_attributes_are_refused(void **state)
{
	char *value = repeated("x", (size_t)20 << 20), *inside, *text;
	struct parsed reading;

	(void)state;
	assert_true(asprintf(&inside, "<update name='%s'/>", value) > 0);
	text = manifest_with(inside);
	reading = read_text(&parser_mum, text);
	assert_string_not_equal(only_note(&reading), "");
	assert_int_equal(count_of(&reading, FACT_MANIFEST), 1);
	parsed_release(&reading);
	free(text);
	free(inside);
	free(value);
}

static void words_are_bounded(void **state)
{
	char *value = repeated("\xC3\xA4", 1000), *inside, *text;
	struct parsed reading;
	const struct fact *fact;

	(void)state;
	assert_true(
		asprintf(&inside, "<parent><assemblyIdentity name=' %s'/></parent>", value) > 0);
	text = manifest_with(inside);
	reading = read_text(&parser_mum, text);
	fact = fact_at(&reading, FACT_MANIFEST_PARENT, 0);
	assert_true(fact->words.len <= MAX_XML_WORDS && fact->words.len > MAX_XML_WORDS - 4);
	assert_true(text_is_utf8(fact->words));
	assert_int_equal(fact->parent.len, 2000 + 4);
	parsed_release(&reading);
	free(text);
	free(inside);
	free(value);
}

static void deep_elements_are_passed_over(void **state)
{
	static const struct {
		size_t depth;
		bool is_refused;
	} cases[] = { { MAX_XML_DEPTH + 10, false }, { 1000, true }, { 100000, true } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *open = repeated("<update>", cases[i].depth);
		char *close = repeated("</update>", cases[i].depth), *inside, *text;
		struct parsed reading;

		assert_true(asprintf(&inside, "%s%s<parent>%s</parent>", open, close,
				    IDENTITY("B", "1.0")) > 0);
		text = manifest_with(inside);
		reading = read_text(&parser_mum, text);
		assert_int_equal(only_note(&reading)[0] != '\0', cases[i].is_refused);
		assert_int_equal(count_of(&reading, FACT_MANIFEST_PARENT), !cases[i].is_refused);
		parsed_release(&reading);
		free(text);
		free(inside);
		free(open);
		free(close);
	}
}

/* Each byte of a small document changed: no crash, no fact without its place. */
static void changed_bytes_do_no_harm(void **state)
{
	static const char changes[] = { '<', '>', '&', '"', '\0', '\xFF', ']' };
	char *text = manifest_with("<parent disposition='detect'>" IDENTITY(
		"B", "1.0") "</parent><![CDATA[x]]>&#65;<!-- x --><?y z?>");
	size_t len = strlen(text);

	(void)state;
	for (size_t at = 0; at < len; at++)
		for (size_t i = 0; i < sizeof(changes); i++) {
			char was = text[at];
			struct parsed reading;

			text[at] = changes[i];
			reading = read_document(&parser_mum, (struct slice){ text, len }, "", 0);
			assert_places(&reading, (struct slice){ text, len });
			assert_true(reading.fact_count <= 2);
			text[at] = was;
			parsed_release(&reading);
		}
	free(text);
}

static void bids_look_at_the_root(void **state)
{
	static const struct {
		const char *head, *parser;
	} cases[] = {
		{ "\xEF\xBB\xBF<?xml version='1.0'?>\r\n<!-- a > b --><assembly xmlns=\"" ASM
		  "\"><package",
			"mum" },
		{ "<a:assembly xmlns:a='" ASM "'>", "mum" },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]>\n<assembly xmlns=\"" ASM "\">", "mum" },
		{ "<assembly xmlns='urn:schemas-microsoft-com:asm.v1'>", NULL },
		{ "<assemblyIdentity xmlns='" ASM "'>", NULL },
		{ "<html>assembly " ASM, NULL },
		{ "<!-- " ASM " <assembly", NULL },
		{ "<", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct parser *parser = parser_detect(slice_from(cases[i].head));

		assert_string_equal(
			parser ? parser->name : "", cases[i].parser ? cases[i].parser : "");
	}
	assert_true(parser_mum.bid(SLICE("<assembly xmlns='" ASM "'><package>")) >
		parser_mum.bid(SLICE("<assembly xmlns='" ASM "'><file>")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(encodings_give_the_same),
		cmocka_unit_test(places_hold_in_long_documents),
		cmocka_unit_test(declared_encoding_does_not_count),
		cmocka_unit_test(prefixes_do_not_count),
		cmocka_unit_test(other_namespaces_are_passed_over),
		cmocka_unit_test(defaults_of_features),
		cmocka_unit_test(identity_behind_the_package_counts),
		cmocka_unit_test(component_manifests_are_quiet),
		cmocka_unit_test(wrong_documents_are_refused),
		cmocka_unit_test(empty_documents_are_refused),
		cmocka_unit_test(entity_bombs_do_nothing),
		cmocka_unit_test(facts_only_grow_with_the_document),
		cmocka_unit_test(half_a_tag_states_nothing),
		cmocka_unit_test(a_million_elements_are_too_many),
		cmocka_unit_test(many_parents_are_bounded),
		cmocka_unit_test(long_tags_are_passed_over),
		cmocka_unit_test(giant_attributes_are_refused),
		cmocka_unit_test(words_are_bounded),
		cmocka_unit_test(deep_elements_are_passed_over),
		cmocka_unit_test(changed_bytes_do_no_harm),
		cmocka_unit_test(bids_look_at_the_root),
	};

	return cmocka_run_group_tests_name("mum", tests, NULL, NULL);
}
