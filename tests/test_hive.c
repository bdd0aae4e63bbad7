/* Registry hives read as facts: hives are made here with hivex's own writer, then wounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib_hive.h"
#include "parsers/hive_log.h"
#include "parsers/parser.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SERVICING "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"
#define PACKAGES  SERVICING "\\Packages"
#define KB_ONE    "Package_for_KB5600001~31bf3856ad364e35~amd64~~10.0.1.3"
#define KB_TWO    "Package_for_KB5600002~31bf3856ad364e35~amd64~~10.0.1.0"
#define FEATURE   "Contoso-Feature-Package~31bf3856ad364e35~amd64~en-US~10.0.26100.1"

static char folder[] = "/tmp/test_hive.XXXXXX";
static char path[64], first_log[64], second_log[64];
static bool is_ours; /* files of the run are read in their place */

static void write_file(const char *name, struct slice bytes)
{
	FILE *file;

	(void)unlink(name); /* a file that is written over is flushed to the disk by some */
	file = fopen(name, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

/* Reads the hive at `path`, with its logs when they were written. */
static void read_hive(const char *parser, struct parse_result *ret_result)
{
	const struct document_file file = {
		.path = path,
		.is_ours = is_ours,
		.logs = { access(first_log, F_OK) == 0 ? first_log : NULL,
			access(second_log, F_OK) == 0 ? second_log : NULL },
	};

	parse_result_init(ret_result);
	parser_find(slice_from(parser))->read_file(&file, ret_result);
}

static bool has_note(const struct parse_result *result, enum diagnostic_code code)
{
	for (size_t i = 0; i < result->note_count; i++)
		if (result->notes[i].code == code)
			return true;
	return false;
}

static void assert_text(struct slice text, const char *expected)
{
	if (!slice_equal(text, slice_from(expected)))
		fail_msg("'%.*s' is not '%s'", SLICE_ARG(text), expected);
}

static void write_minimal(const char *name)
{
	struct buf hive;

	buf_init(&hive, 1 << 20);
	hive_put_minimal(&hive, name);
	write_file(path, buf_slice(&hive));
	buf_release(&hive);
	(void)unlink(first_log);
	(void)unlink(second_log);
}

/* ---- Without a library --------------------------------------------------------------- */

static void bids_know_the_name(void **state)
{
	static const struct {
		const char *name, *parser;
	} rows[] = {
		{ "emRoot\\System32\\Config\\SOFTWARE", "hive-software" },
		{ "\\??\\D:\\m\\Windows\\System32\\config\\", "hive-software" },
		{ "\\config\\SYSTEM", "hive-system" },
		{ "system", "hive-system" },
		{ "em32\\config\\COMPONENTS", "hive-components" },
		{ "em32\\config\\OLDCOMPONENTS", "hive-software" },
		{ "", "hive-software" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf hive;

		buf_init(&hive, 1 << 20);
		hive_put_minimal(&hive, rows[i].name);
		assert_string_equal(parser_detect(buf_slice(&hive))->name, rows[i].parser);
		for (uint32_t type = 1; type < 8; type++) {
			put_le32(hive.ptr + 28, type);
			assert_null(parser_detect(buf_slice(&hive)));
		}
		buf_release(&hive);
	}
	assert_null(parser_detect(SLICE("regf")));
}

static void hive_is_stated_first(void **state)
{
	struct parse_result result;
	const struct fact *fact;

	(void)state;
	write_minimal("\\Config\\SOFTWARE");
	read_hive("hive-software", &result);
	fact = &result.facts[0];
	assert_int_equal(fact->kind, FACT_HIVE);
	assert_text(fact->path, "\\Config\\SOFTWARE");
	assert_text(fact->version, "1.5");
	assert_int_equal(fact->utc, filetime_to_seconds(0x01DA3C6C, 0));
	assert_int_equal(fact->flags, 0);
#ifdef WITH_HIVE
	assert_true(has_note(&result, DIAG_NO_PACKAGES_KEY));
#else
	assert_true(has_note(&result, DIAG_NEEDS_READER));
#endif
	parse_result_release(&result);
}

static void what_is_no_hive_is_said(void **state)
{
	static const char zeros[20000];
	static const struct {
		struct slice bytes;
		enum diagnostic_code code;
	} rows[] = {
		{ { zeros, sizeof(zeros) }, DIAG_FILE_ZERO },
		{ { zeros, 100 }, DIAG_FILE_ZERO },
		{ { "", 0 }, DIAG_HIVE_DAMAGED },
		{ { "regf", 4 }, DIAG_HIVE_DAMAGED },
		{ { "no hive at all", 14 }, DIAG_HIVE_DAMAGED },
	};
	struct parse_result result;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		write_minimal("X");
		write_file(path, rows[i].bytes);
		read_hive("hive-software", &result);
		assert_int_equal(result.fact_count, 0);
		assert_int_equal(result.note_count, 1);
		assert_int_equal(result.notes[0].code, rows[i].code);
		assert_int_equal(result.status, ST_OK);
		parse_result_release(&result);
	}
	assert_int_equal(unlink(path), 0);
	read_hive("hive-software", &result);
	assert_true(has_note(&result, DIAG_CANNOT_OPEN));
	parse_result_release(&result);
}

#ifdef WITH_HIVE

#include <hivex.h>

/* ---- Looking at what was read -------------------------------------------------------- */

static void read_file(const char *name, struct buf *ret_bytes)
{
	FILE *file = fopen(name, "rb");
	struct stat info;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &info), 0);
	buf_init(ret_bytes, (size_t)info.st_size + (1 << 20));
	assert_non_null(buf_room(ret_bytes, (size_t)info.st_size));
	assert_int_equal(fread(ret_bytes->ptr, 1, (size_t)info.st_size, file), info.st_size);
	buf_grew(ret_bytes, (size_t)info.st_size);
	assert_int_equal(fclose(file), 0);
}

static size_t count_facts(const struct parse_result *result, enum fact_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < result->fact_count; i++)
		count += result->facts[i].kind == kind;
	return count;
}

static const struct fact nothing;

static const struct fact *fact_of(const struct parse_result *result, enum fact_kind kind)
{
	for (size_t i = 0; i < result->fact_count; i++)
		if (result->facts[i].kind == kind)
			return &result->facts[i];
	fail_msg("no fact %s", fact_name(kind));
	return &nothing;
}

/* ---- Making hives -------------------------------------------------------------------- */

static hive_h *open_hive(const char *name)
{
	hive_h *hive;

	write_minimal(name);
	hive = hivex_open(path, HIVEX_OPEN_WRITE);
	assert_non_null(hive);
	return hive;
}

static void close_hive(hive_h *hive)
{
	assert_int_equal(hivex_commit(hive, path, 0), 0);
	assert_int_equal(hivex_close(hive), 0);
}

/* The key of that path, made as far as it is not there. */
static hive_node_h key_of(hive_h *hive, const char *text)
{
	hive_node_h key = hivex_root(hive);
	struct slice rest = slice_from(text);

	while (rest.len) {
		struct slice name = slice_cut(&rest, '\\');
		char copy[256];
		hive_node_h child;

		(void)snprintf(copy, sizeof(copy), "%.*s", SLICE_ARG(name));
		child = hivex_node_get_child(hive, key, copy);
		key = child ? child : hivex_node_add_child(hive, key, copy);
		assert_true(key != 0);
	}
	return key;
}

static void set(hive_h *hive, const char *key, const char *name, unsigned type, const void *bytes,
	size_t len)
{
	char value_name[256];
	char value_bytes[4096];
	hive_set_value value = { value_name, (hive_type)type, len, value_bytes };

	assert_true(len <= sizeof(value_bytes));
	(void)snprintf(value_name, sizeof(value_name), "%s", name);
	memcpy(value_bytes, bytes, len);
	assert_int_equal(hivex_node_set_value(hive, key_of(hive, key), &value, 0), 0);
}

static void set_number(hive_h *hive, const char *key, const char *name, uint32_t number)
{
	char bytes[4];

	put_le32(bytes, number);
	set(hive, key, name, hive_t_dword, bytes, sizeof(bytes));
}

static void set_text(hive_h *hive, const char *key, const char *name, const char *text)
{
	char bytes[512] = "";
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		bytes[2 * i] = text[i];
	set(hive, key, name, hive_t_string, bytes, 2 * len + 2);
}

/* ---- SOFTWARE ------------------------------------------------------------------------ */

static void make_software(void)
{
	hive_h *hive = open_hive("\\config\\SOFTWARE");
	static const char version[] = "Microsoft\\Windows NT\\CurrentVersion";

	set_number(hive, PACKAGES "\\" KB_ONE, "CurrentState", 112);
	set_number(hive, PACKAGES "\\" KB_ONE, "InstallTimeHigh", 0x01DAFB00);
	set_number(hive, PACKAGES "\\" KB_ONE, "InstallTimeLow", 0x80000000);
	set_text(hive, PACKAGES "\\" KB_ONE, "InstallClient", "WindowsUpdateAgent");
	set_text(hive, PACKAGES "\\" KB_ONE, "InstallName", "update.mum");
	set_text(hive, PACKAGES "\\" KB_ONE, "InstallLocation", "C:\\Contoso\\");
	set_number(hive, PACKAGES "\\" KB_ONE, "Visibility", 1);
	set_number(hive, PACKAGES "\\" KB_ONE, "ApplicabilityState", 112);
	set_number(hive, PACKAGES "\\" KB_ONE "\\Owners", KB_ONE, 0x20070);
	set_number(hive, PACKAGES "\\" KB_ONE "\\Owners", FEATURE, 0x20070);
	set_number(hive, PACKAGES "\\" KB_TWO, "CurrentState", (uint32_t)-112);
	set_number(hive, PACKAGES "\\" KB_TWO, "LastError", 0x800F0922);
	set_number(hive, PACKAGES "\\" KB_TWO, "InstallTimeHigh", 0);
	set_number(hive, PACKAGES "\\" KB_TWO, "Visibility", 2);
	set_number(hive, PACKAGES "\\" KB_TWO, "SelfUpdate", 1);
	set_number(hive, PACKAGES "\\" KB_TWO, "Baseline", 1);
	set_number(hive, PACKAGES "\\" FEATURE, "currentstate", 77);
	(void)key_of(hive, PACKAGES "\\no identity");
	set_number(hive, SERVICING "\\PackagesPending\\" KB_TWO, "CurrentState", 96);
	(void)key_of(hive, SERVICING "\\SessionsPending\\31100000_2500000001");
	set_number(hive, SERVICING "\\SessionsPending", "Exclusive", 4);
	set_number(hive, SERVICING "\\SessionsPending", "TotalSessionPhases", 0);
	set_text(hive, SERVICING "\\SessionsPending", "Next", "31100001_7");
	(void)key_of(hive, SERVICING "\\RebootPending");
	set_number(hive, SERVICING, "LCUReoffer", 1);
	set_number(hive, SERVICING, "Unserviceable", 0);
	set_number(hive, version, "CurrentMajorVersionNumber", 10);
	set_number(hive, version, "CurrentMinorVersionNumber", 0);
	set_text(hive, version, "CurrentBuildNumber", "26100");
	set_number(hive, version, "UBR", 4061);
	set_text(hive, version, "EditionID", "Professional");
	set_text(hive, version, "ProductName", "Contoso Windows");
	set_text(hive, version, "DisplayVersion", "24H2");
	set_text(hive, version, "InstallationType", "Client");
	set_text(hive, version, "BuildLabEx", "26100.1.amd64fre.contoso.240331-1435");
	close_hive(hive);
}

static const struct fact *package_of(const struct parse_result *result, const char *name)
{
	for (size_t i = 0; i < result->fact_count; i++)
		if (result->facts[i].kind == FACT_HIVE_PACKAGE &&
			slice_equal(result->facts[i].package, slice_from(name)))
			return &result->facts[i];
	fail_msg("no package %s", name);
	return &nothing;
}

static void packages_are_stated(void **state)
{
	struct parse_result result;
	const struct fact *one, *two, *feature, *table;

	(void)state;
	make_software();
	read_hive("hive-software", &result);
	one = package_of(&result, KB_ONE);
	assert_int_equal(one->current, STATE_INSTALLED);
	assert_int_equal(one->applicable, STATE_INSTALLED);
	assert_int_equal(one->utc, filetime_to_seconds(0x01DAFB00, 0x80000000));
	assert_text(one->client, "WindowsUpdateAgent");
	assert_text(one->name, "update.mum");
	assert_text(one->path, "C:\\Contoso\\");
	assert_int_equal(one->flags, 0);
	assert_int_equal(slice_find(one->words, SLICE(KB_ONE ": CurrentState=0x70")), 0);
	two = package_of(&result, KB_TWO);
	assert_int_equal(two->current, STATE_INVALID_INSTALLED);
	assert_int_equal(two->code, 0x800F0922);
	assert_int_equal(two->utc, NO_TIME);
	assert_int_equal(two->flags, FLAG_HAS_CODE | FLAG_HIDDEN | FLAG_STACK | FLAG_BASELINE);
	feature = package_of(&result, FEATURE);
	assert_int_equal(feature->current, STATE_NONE);
	assert_text(feature->words, FEATURE ": CurrentState=0x4d");
	table = fact_of(&result, FACT_HIVE_PACKAGES);
	assert_int_equal(table->index, 4);
	assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
	assert_int_equal(count_facts(&result, FACT_HIVE_OWNER), 2);
	assert_int_equal(result.note_count, 0);
	assert_null(result.read_as);
	parse_result_release(&result);
}

/* Every place is the cell of a key or a value. */
static void places_are_cells(void **state)
{
	struct parse_result result;
	struct buf hive;

	(void)state;
	make_software();
	read_hive("hive-software", &result);
	read_file(path, &hive);
	for (size_t i = 0; i < result.fact_count; i++) {
		const struct fact *fact = &result.facts[i];
		const char *cell = hive.ptr + fact->at.offset;
		bool is_value = fact->kind == FACT_HIVE_OWNER;

		if (fact->kind == FACT_HIVE || fact->kind == FACT_PENDING_MARK ||
			fact->kind == FACT_PENDING_SESSION)
			continue;
		assert_memory_equal(cell + 4, is_value ? "vk" : "nk", 2);
		if (fact->kind == FACT_HIVE_PACKAGE)
			assert_memory_equal(cell + 80, fact->package.ptr, fact->package.len);
	}
	buf_release(&hive);
	parse_result_release(&result);
}

static void what_waits_is_stated(void **state)
{
	struct parse_result result;
	const struct fact *fact;
	size_t sessions = 0;

	(void)state;
	make_software();
	read_hive("hive-software", &result);
	fact = fact_of(&result, FACT_PENDING_PACKAGE);
	assert_text(fact->package, KB_TWO);
	assert_int_equal(fact->current, STATE_INSTALL_PENDING);
	for (size_t i = 0; i < result.fact_count; i++)
		if (result.facts[i].kind == FACT_PENDING_SESSION) {
			static const struct {
				const char *name;
				struct session_id id;
			} expected[] = {
				{ "31100000_2500000001", { 31100000, 2500000001 } },
				{ "Exclusive", { 0, 0 } },
				{ "Next", { 31100001, 7 } },
			};

			assert_true(sessions < COUNT(expected));
			fact = &result.facts[i];
			assert_text(fact->name, expected[sessions].name);
			assert_int_equal(fact->session.a, expected[sessions].id.a);
			assert_int_equal(fact->session.b, expected[sessions++].id.b);
		}
	assert_int_equal(sessions, 3);
	/* RebootPending, PackagesPending, LCUReoffer; Unserviceable is 0. */
	assert_int_equal(count_facts(&result, FACT_PENDING_MARK), 3);
	parse_result_release(&result);
}

static void version_is_stated(void **state)
{
	struct parse_result result;
	const struct fact *fact;

	(void)state;
	make_software();
	read_hive("hive-software", &result);
	fact = fact_of(&result, FACT_WINDOWS_VERSION);
	assert_text(fact->version, "10.0.26100.4061");
	assert_int_equal(fact->index, 4061);
	assert_true(fact->flags & FLAG_HAS_INDEX);
	assert_text(fact->edition, "Professional");
	assert_text(fact->title, "Contoso Windows");
	assert_text(fact->name, "24H2");
	assert_text(fact->description, "Client");
	assert_text(fact->architecture, "amd64");
	parse_result_release(&result);
}

static void old_version_has_no_revision(void **state)
{
	static const char key[] = "Microsoft\\Windows NT\\CurrentVersion";
	hive_h *hive = open_hive("SOFTWARE");
	struct parse_result result;
	const struct fact *fact;

	(void)state;
	set_text(hive, key, "CurrentVersion", "6.1");
	set_text(hive, key, "CurrentBuild", "7601");
	set_text(hive, key, "BuildLabEx", "7601.24545.x86fre.contoso");
	close_hive(hive);
	read_hive("hive-software", &result);
	fact = fact_of(&result, FACT_WINDOWS_VERSION);
	assert_text(fact->version, "6.1.7601");
	assert_text(fact->architecture, "x86");
	assert_false(fact->flags & FLAG_HAS_INDEX);
	parse_result_release(&result);
}

/* A number may come in any dress. */
static void types_are_taken_loosely(void **state)
{
	static const struct {
		unsigned type;
		const char *bytes;
		size_t len;
		bool fits;
	} rows[] = {
		{ hive_t_dword, "\x70\0\0\0", 4, true },
		{ hive_t_dword, "\x70", 1, true },
		{ hive_t_dword_be, "\0\0\0\x70", 4, true },
		{ hive_t_qword, "\x70\0\0\0\0\0\0\0", 8, true },
		{ hive_t_qword, "\x70\0\0\0\1\0\0\0", 8, false },
		{ hive_t_binary, "\x70\0\0\0", 4, true },
		{ hive_t_binary, "\x70\0\0\0\0\0\0\0", 8, true },
		{ hive_t_binary, "\x70\0\0\0\0\0\0\0\0", 9, false },
		{ hive_t_none, "\x70", 1, true },
		{ hive_t_string, "1\0001\0002\0\0\0", 8, true },
		{ hive_t_string, "1\0001\0002\0", 6, true }, /* no terminator */
		{ hive_t_string, "1\0001\0002\0\0", 7, true },
		{ hive_t_string, "0\0x\0007\0000\0\0\0", 10, true },
		{ hive_t_string, "x\0\0\0", 4, false },
		{ hive_t_string, "", 0, false },
		{ hive_t_dword, "", 0, false },
		{ 4711, "\x70\0\0\0", 4, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		hive_h *hive = open_hive("SOFTWARE");
		struct parse_result result;
		enum cbs_state current;

		set(hive, PACKAGES "\\" KB_ONE, "CurrentState", rows[i].type, rows[i].bytes,
			rows[i].len);
		close_hive(hive);
		read_hive("hive-software", &result);
		current = package_of(&result, KB_ONE)->current;
		if ((current == STATE_INSTALLED) != rows[i].fits ||
			has_note(&result, DIAG_HIVE_DAMAGED) == rows[i].fits)
			fail_msg("row %zu: state %d", i, (int)current);
		parse_result_release(&result);
	}
}

static void texts_are_taken_loosely(void **state)
{
	static const struct {
		unsigned type;
		const char *bytes;
		size_t len;
		const char *expected;
	} rows[] = {
		{ hive_t_string, "a\0b\0\0\0", 6, "ab" }, { hive_t_string, "a\0b\0", 4, "ab" },
		{ hive_t_string, "a\0b\0c", 5, "ab" },
		{ hive_t_expand_string, "a\0\0\0x\0", 6, "a" },
		{ hive_t_binary, "\xE9\0\0\0", 4, "\xC3\xA9" },
		{ hive_t_string, "\0\xD8\0\0", 4, "\xEF\xBF\xBD" },
		{ hive_t_dword, "\1\0\0\0", 4, "" }, /* damage */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		hive_h *hive = open_hive("SOFTWARE");
		struct parse_result result;

		set(hive, PACKAGES "\\" KB_ONE, "InstallClient", rows[i].type, rows[i].bytes,
			rows[i].len);
		close_hive(hive);
		read_hive("hive-software", &result);
		assert_text(package_of(&result, KB_ONE)->client, rows[i].expected);
		assert_int_equal(has_note(&result, DIAG_HIVE_DAMAGED), rows[i].expected[0] == '\0');
		parse_result_release(&result);
	}
}

static void missing_packages_are_said(void **state)
{
	hive_h *hive = open_hive("SOFTWARE");
	struct parse_result result;

	(void)state;
	(void)key_of(hive, SERVICING "\\RebootPending");
	close_hive(hive);
	read_hive("hive-software", &result);
	assert_true(has_note(&result, DIAG_NO_PACKAGES_KEY));
	assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGES), 0);
	assert_int_equal(count_facts(&result, FACT_PENDING_MARK), 1);
	parse_result_release(&result);
	/* An empty table is a whole one. */
	hive = open_hive("SOFTWARE");
	(void)key_of(hive, PACKAGES);
	close_hive(hive);
	read_hive("hive-software", &result);
	assert_false(has_note(&result, DIAG_NO_PACKAGES_KEY));
	assert_int_equal(fact_of(&result, FACT_HIVE_PACKAGES)->index, 0);
	parse_result_release(&result);
}

/* ---- SYSTEM -------------------------------------------------------------------------- */

#define ZONE_KEY "ControlSet002\\Control\\TimeZoneInformation"

static void make_system(const char *standard, const char *daylight, uint32_t disabled)
{
	hive_h *hive = open_hive("\\config\\SYSTEM");

	set_number(hive, "Select", "Current", 2);
	set_text(hive, "ControlSet001\\Control\\TimeZoneInformation", "TimeZoneKeyName", "Wrong");
	set_text(hive, ZONE_KEY, "TimeZoneKeyName", "Contoso Standard Time");
	set_number(hive, ZONE_KEY, "Bias", (uint32_t)-60);
	set_number(hive, ZONE_KEY, "StandardBias", 0);
	set_number(hive, ZONE_KEY, "DaylightBias", (uint32_t)-60);
	set_number(hive, ZONE_KEY, "ActiveTimeBias", (uint32_t)-120);
	set_number(hive, ZONE_KEY, "DynamicDaylightTimeDisabled", disabled);
	if (standard)
		set(hive, ZONE_KEY, "StandardStart", hive_t_binary, standard, 16);
	if (daylight)
		set(hive, ZONE_KEY, "DaylightStart", hive_t_binary, daylight, 16);
	close_hive(hive);
}

#define OCTOBER_FIELDS "\0\0\x0A\0\5\0\3\0\0\0\0\0\0\0\0\0" /* TIME_FIELDS */
#define MARCH_FIELDS   "\0\0\3\0\5\0\2\0\0\0\0\0\0\0\0\0"
#define OCTOBER_SYSTEM "\0\0\x0A\0\0\0\5\0\3\0\0\0\0\0\0\0" /* SYSTEMTIME */
#define MARCH_SYSTEM   "\0\0\3\0\0\0\5\0\2\0\0\0\0\0\0\0"
#define NEVER          "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define RUBBISH        "\0\0\x0D\0\x63\0\x63\0\x63\0\0\0\0\0\0\0"

static void zone_is_stated(void **state)
{
	static const struct {
		const char *standard, *daylight;
		uint32_t disabled;
		bool has_rules;
		int32_t winter, summer; /* hours */
	} rows[] = {
		{ OCTOBER_FIELDS, MARCH_FIELDS, 0, true, 1, 2 },
		{ OCTOBER_SYSTEM, MARCH_SYSTEM, 0, true, 1, 2 },
		{ OCTOBER_FIELDS, MARCH_FIELDS, 1, true, 1, 1 },
		{ NEVER, NEVER, 0, true, 1, 1 },
		{ OCTOBER_FIELDS, NULL, 0, false, 2, 2 }, /* the active bias */
		{ RUBBISH, MARCH_FIELDS, 0, false, 2, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct civil winter = { 2024, 1, 15, 12, 0, 0 };
		const struct civil summer = { 2024, 7, 15, 12, 0, 0 };
		struct parse_result result;
		const struct fact *fact;
		enum zone_fit fit;

		make_system(rows[i].standard, rows[i].daylight, rows[i].disabled);
		read_hive("hive-system", &result);
		fact = fact_of(&result, FACT_TIME_ZONE);
		assert_text(fact->name, "Contoso Standard Time");
		assert_int_equal(fact->zone->has_rules, rows[i].has_rules);
		assert_int_equal(windows_zone_offset(fact->zone, civil_to_seconds(&winter), &fit),
			rows[i].winter * 3600);
		assert_int_equal(windows_zone_offset(fact->zone, civil_to_seconds(&summer), &fit),
			rows[i].summer * 3600);
		parse_result_release(&result);
	}
}

static void zone_without_a_bias_is_damage(void **state)
{
	hive_h *hive = open_hive("SYSTEM");
	struct parse_result result;

	(void)state;
	set_number(hive, "ControlSet001\\Control\\TimeZoneInformation", "Bias", 1000000);
	close_hive(hive);
	read_hive("hive-system", &result);
	assert_int_equal(count_facts(&result, FACT_TIME_ZONE), 0);
	assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
	parse_result_release(&result);
}

static void keys_decide_what_a_hive_is(void **state)
{
	struct parse_result result;

	(void)state;
	make_system(OCTOBER_FIELDS, MARCH_FIELDS, 0);
	read_hive("hive-software", &result);
	assert_ptr_equal(result.read_as, parser_find(SLICE("hive-system")));
	assert_int_equal(count_facts(&result, FACT_TIME_ZONE), 1);
	parse_result_release(&result);
	make_software();
	read_hive("hive-components", &result);
	assert_ptr_equal(result.read_as, parser_find(SLICE("hive-software")));
	assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
	parse_result_release(&result);
}

/* ---- COMPONENTS ---------------------------------------------------------------------- */

static void deployments_are_stated(void **state)
{
	static const char key[] = "CanonicalData\\Deployments\\contoso_31bf_1.0.0.0_0123456789";
	static const struct {
		const char *name, *data;
		enum cbs_state current;
		const char *package;
	} rows[] = {
		{ "i!CBS_package_1_for_kb5600001~31bf3856ad364e35~amd64~~10.0.1.3.5600001-1_"
		  "neutral",
			"", STATE_INSTALLED,
			"package_1_for_kb5600001~31bf3856ad364e35~amd64~~10.0.1.3" },
		{ "i!CBS_contoso-f..-package~31bf3856ad364e35~amd64~en-us~10.0.26100.1",
			"Contoso-Feature-Package~31bf3856ad364e35~amd64~en-US~10.0.26100.1",
			STATE_INSTALLED, FEATURE },
		{ "i!SIAW_something", "", STATE_INSTALLED, "" },
		{ "p!CBS_" KB_TWO, "", STATE_NONE, KB_TWO },
		{ "s!" KB_ONE, "", STATE_STAGED, KB_ONE },
	};
	hive_h *hive = open_hive("COMPONENTS");
	struct parse_result result;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char data[128] = "";
		size_t len = strlen(rows[i].data);

		put_le32(data, (uint32_t)len);
		memcpy(data + 8, rows[i].data, len);
		set(hive, key, rows[i].name, hive_t_binary, data, 8 + len);
	}
	set(hive, key, "CatalogThumbprint", hive_t_binary, "x", 1);
	close_hive(hive);
	read_hive("hive-components", &result);
	assert_int_equal(count_facts(&result, FACT_DEPLOYMENT), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct fact *fact = &result.facts[1 + i];

		assert_text(fact->package, rows[i].package);
		assert_int_equal(fact->current, rows[i].current);
		assert_text(fact->name, "contoso_31bf_1.0.0.0_0123456789");
	}
	assert_int_equal(result.note_count, 0);
	parse_result_release(&result);
}

/* ---- Dirty --------------------------------------------------------------------------- */

/* The stored hive is the one before the packages came; the logs hold the rest. */
static void make_dirty(uint32_t type, struct buf *ret_clean)
{
	struct buf before, log;

	write_minimal("\\config\\SOFTWARE");
	read_file(path, &before);
	make_software();
	read_file(path, ret_clean);
	hive_set_sequence(before.ptr, 8, 7);
	write_file(path, buf_slice(&before));
	buf_init(&log, 1 << 20);
	log_put_base(&log, buf_slice(ret_clean), 7, type);
	if (type == HIVE_LOG_NEW)
		(void)log_put_change(&log, 7, buf_slice(&before), buf_slice(ret_clean));
	else
		log_put_dirt(&log, buf_slice(&before), buf_slice(ret_clean));
	write_file(first_log, buf_slice(&log));
	write_file(second_log, SLICE(""));
	buf_release(&before);
	buf_release(&log);
}

static void dirty_hive_is_mended(void **state)
{
	static const uint32_t types[] = { HIVE_LOG_NEW, HIVE_LOG_OLD };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct parse_result result;
		struct buf clean;

		make_dirty(types[i], &clean);
		read_hive("hive-software", &result);
		assert_int_equal(fact_of(&result, FACT_HIVE)->flags, FLAG_DIRTY | FLAG_REPLAYED);
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGES), 1);
		assert_int_equal(result.note_count, 1);
		assert_true(has_note(&result, DIAG_HIVE_REPLAYED));
		parse_result_release(&result);
		buf_release(&clean);
	}
}

static void dirty_hive_is_read_without_logs(void **state)
{
	struct parse_result result;
	struct buf hive;

	(void)state;
	make_software();
	read_file(path, &hive);
	hive_set_sequence(hive.ptr, 8, 7);
	write_file(path, buf_slice(&hive));
	for (int i = 0; i < 2; i++) {
		read_hive("hive-software", &result);
		assert_int_equal(fact_of(&result, FACT_HIVE)->flags, FLAG_DIRTY);
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
		assert_int_equal(result.note_count, 1);
		assert_true(has_note(&result, DIAG_HIVE_NOT_CLOSED));
		parse_result_release(&result);
		/* Once more with a wrong checksum, which hivex refuses, and a wrong size. */
		hive.ptr[508] ^= 1;
		put_le32(hive.ptr + 40, 77);
		write_file(path, buf_slice(&hive));
	}
	buf_release(&hive);
}

static void torn_log_is_said(void **state)
{
	struct parse_result result;
	struct buf clean, log;

	(void)state;
	make_dirty(HIVE_LOG_NEW, &clean);
	read_file(first_log, &log);
	(void)log_put_change(&log, 8, buf_slice(&clean), buf_slice(&clean));
	log.ptr[log.len - 1] ^= 1;
	write_file(first_log, buf_slice(&log));
	read_hive("hive-software", &result);
	assert_true(has_note(&result, DIAG_HIVE_REPLAYED));
	assert_true(has_note(&result, DIAG_HIVE_LOG_TORN));
	assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
	parse_result_release(&result);
	buf_release(&clean);
	buf_release(&log);
}

/* The tools that make fixtures make what is read here. */
static void tools_make_what_is_mended(void **state)
{
	static const char *const formats[] = { "new", "old" };

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct parse_result result;
		char command[1024];

		make_software();
		(void)snprintf(command, sizeof(command),
			"cd %s && mv HIVE CLEAN && python3 '" DISMAL_SOURCE_DIR
			"/tests/tools/make_hive.py' --name '\\config\\SOFTWARE' OLD && "
			"python3 '" DISMAL_SOURCE_DIR
			"/tests/tools/dirty_hive.py' --format %s CLEAN OLD HIVE && "
			"rm CLEAN OLD",
			folder, formats[i]);
		if (system("command -v python3 >/dev/null") != 0)
			skip();
		assert_int_equal(system(command), 0);
		read_hive("hive-software", &result);
		assert_int_equal(fact_of(&result, FACT_HIVE)->flags, FLAG_DIRTY | FLAG_REPLAYED);
		assert_text(fact_of(&result, FACT_HIVE)->path, "\\config\\SOFTWARE");
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
		assert_int_equal(result.note_count, 1);
		parse_result_release(&result);
	}
}

/* A log that claims a hive of 2 GiB costs what it holds, and no more. */
static void claims_of_logs_cost_nothing(void **state)
{
	struct parse_result result;
	struct buf clean, log;
	struct log_page page = { 0x7FFF0000 - 4096, 512, "far away" };
	char bytes[512] = "";
	struct rusage before, after;

	(void)state;
	make_dirty(HIVE_LOG_NEW, &clean);
	assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
	buf_init(&log, 1 << 20);
	log_put_base(&log, buf_slice(&clean), 7, HIVE_LOG_NEW);
	page.bytes = bytes;
	(void)log_put_entry(&log, 7, 0x7FFF0000, &page, 1);
	write_file(first_log, buf_slice(&log));
	read_hive("hive-software", &result);
	assert_true(has_note(&result, DIAG_HIVE_REPLAYED));
	assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
	assert_int_equal(result.status, ST_OK);
	assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
	assert_true(after.ru_maxrss - before.ru_maxrss < 128L << 10); /* KiB */
	parse_result_release(&result);
	buf_release(&clean);
	buf_release(&log);
}

/* ---- Wounds -------------------------------------------------------------------------- */

static void assert_sane(const struct parse_result *result)
{
	assert_int_equal(result->status, ST_OK);
	assert_true(count_facts(result, FACT_HIVE_PACKAGE) <= 4);
	assert_true(count_facts(result, FACT_HIVE) <= 1);
	for (size_t i = 0; i < result->fact_count; i++)
		assert_true(result->facts[i].words.len < 4096);
}

/* Wherever a hive is cut off, that is said, and no table counts as whole that is not. */
static void cut_hives_are_said(void **state)
{
	struct buf hive;

	(void)state;
	make_software();
	read_file(path, &hive);
	for (size_t len = hive.len - 1; len > 0; len -= len > 300 ? 257 : 1) {
		struct parse_result result;

		write_file(path, (struct slice){ hive.ptr, len });
		read_hive("hive-software", &result);
		assert_sane(&result);
		assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
		if (count_facts(&result, FACT_HIVE_PACKAGES))
			assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 3);
		parse_result_release(&result);
	}
	buf_release(&hive);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void flipped_hives_do_no_harm(void **state)
{
	uint32_t seed = 7;
	struct buf hive;

	(void)state;
	make_software();
	read_file(path, &hive);
	for (int i = 0; i < 4000; i++) {
		struct parse_result result;
		char *copy = malloc(hive.len);
		uint32_t flips = 1 + next_random(&seed) % 8;

		assert_non_null(copy);
		memcpy(copy, hive.ptr, hive.len);
		for (uint32_t k = 0; k < flips; k++)
			copy[next_random(&seed) % hive.len] ^= (char)(1 << next_random(&seed) % 8);
		if (i % 4)
			hive_set_checksum(copy);
		write_file(path, (struct slice){ copy, hive.len });
		read_hive("hive-software", &result);
		assert_int_equal(result.status, ST_OK);
		parse_result_release(&result);
		free(copy);
	}
	buf_release(&hive);
}

/* The cell of a key by the end of its name. */
static char *cell_of_key(const struct buf *hive, const char *name)
{
	struct slice rest = buf_slice(hive);

	for (size_t at; (at = slice_find(rest, slice_from(name))) != SLICE_MISSING;
		rest = slice_skip(rest, at + 1)) {
		char *cell = hive->ptr + (rest.ptr - hive->ptr) + at - 80;

		if (memcmp(cell + 4, "nk", 2) == 0)
			return cell;
	}
	fail_msg("no key %s", name);
	return hive->ptr;
}

enum { KEY_COUNT = 24, KEY_LIST = 32, KEY_VALUE_COUNT = 40, KEY_VALUES = 44 };

/* What a hive may claim that hivex does not look through. */
static void crafted_lists_are_refused(void **state)
{
	static const struct {
		uint32_t field, value;
	} rows[] = {
		{ KEY_COUNT, UINT32_MAX },
		{ KEY_COUNT, 70000 },
		{ KEY_COUNT, 2 },
		{ KEY_LIST, UINT32_MAX },
		{ KEY_LIST, 0x7FFFFFF8 },
		{ KEY_LIST, 32 },
		{ KEY_LIST, 33 },
		{ KEY_VALUE_COUNT, UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct parse_result result;
		struct buf hive;

		make_software();
		read_file(path, &hive);
		put_le32(cell_of_key(&hive, "Packages") + rows[i].field, rows[i].value);
		write_file(path, buf_slice(&hive));
		read_hive("hive-software", &result);
		assert_sane(&result);
		if (rows[i].field != KEY_VALUE_COUNT) {
			assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
			assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGES), 0);
		}
		/* The rest is read all the same. */
		assert_int_equal(count_facts(&result, FACT_PENDING_PACKAGE), 1);
		assert_int_equal(count_facts(&result, FACT_WINDOWS_VERSION), 1);
		parse_result_release(&result);
		buf_release(&hive);
	}
}

/* A list of lists that names itself, or one leaf again and again. */
static void cyclic_lists_are_refused(void **state)
{
	(void)state;
	for (int self = 0; self < 2; self++) {
		struct parse_result result;
		struct buf hive;
		char *key, *leaf, *bin;
		size_t list;

		make_software();
		read_file(path, &hive);
		key = cell_of_key(&hive, "Packages");
		leaf = hive.ptr + 4096 + le32(key + KEY_LIST);
		list = (size_t)(leaf - hive.ptr);
		assert_memory_equal(leaf + 4, "lh", 2);
		/* One more bin, filled with the list. */
		bin = buf_room(&hive, 4096);
		assert_non_null(bin);
		memset(bin, 0, 4096);
		buf_grew(&hive, 4096);
		bin = hive.ptr + hive.len - 4096;
		memcpy(bin, "hbin", 4);
		put_le32(bin + 4, (uint32_t)(hive.len - 8192));
		put_le32(bin + 8, 4096);
		put_le32(bin + 32, (uint32_t)-4064);
		memcpy(bin + 36, "ri", 2);
		bin[38] = (char)0xE8; /* 1000 leaves */
		bin[39] = 3;
		for (size_t i = 0; i < 1000; i++)
			put_le32(bin + 40 + 4 * i,
				(uint32_t)((self ? hive.len - 4096 + 32 : list) - 4096));
		key = cell_of_key(&hive, "Packages");
		put_le32(key + KEY_LIST, (uint32_t)(hive.len - 8192 + 32));
		put_le32(hive.ptr + 40, (uint32_t)(hive.len - 4096));
		hive_set_checksum(hive.ptr);
		write_file(path, buf_slice(&hive));
		read_hive("hive-software", &result);
		assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGE), 0);
		assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGES), 0);
		parse_result_release(&result);
		buf_release(&hive);
	}
}

/* A key in the last eight bytes of the file: its fields would lie behind the end. */
static void key_at_the_very_end_is_refused(void **state)
{
	struct parse_result result;
	struct buf hive;
	char *leaf, *end;

	(void)state;
	make_software();
	read_file(path, &hive);
	end = hive.ptr + hive.len - 8;
	/* The free rest of the last bin becomes one free cell and one key. */
	for (size_t at = hive.len - 4096 + 32; at < hive.len;) {
		uint32_t size = le32(hive.ptr + at);

		if (size < 0x80000000 && at + size == hive.len && size > 16) {
			put_le32(hive.ptr + at, size - 8);
			put_le32(end, (uint32_t)-8);
			memcpy(end + 4, "nk", 2);
			break;
		}
		at += size < 0x80000000 ? size : 0 - size;
	}
	assert_memory_equal(end + 4, "nk", 2);
	leaf = hive.ptr + 4096 + le32(cell_of_key(&hive, "Packages") + KEY_LIST);
	put_le32(leaf + 8, (uint32_t)(hive.len - 8 - 4096));
	write_file(path, buf_slice(&hive));
	read_hive("hive-software", &result);
	assert_true(has_note(&result, DIAG_HIVE_DAMAGED));
	assert_int_equal(count_facts(&result, FACT_HIVE_PACKAGES), 0);
	assert_true(count_facts(&result, FACT_HIVE_PACKAGE) >= 2);
	parse_result_release(&result);
	buf_release(&hive);
}

/* The evidence is as it was: its bytes, its times. */
static void evidence_is_left_alone(void **state)
{
	static const struct timespec times[2] = { { 1000000, 1 }, { 2000000, 2 } };
	struct parse_result result;
	struct stat before, after;

	(void)state;
	make_software();
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(stat(path, &before), 0);
	read_hive("hive-software", &result);
	parse_result_release(&result);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_atim.tv_sec, after.st_atim.tv_sec);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
}

#endif

#ifdef WITH_HIVE

/* In its place or as a copy: a hive says the same. */
static void own_files_are_read_alike(void **state)
{
	is_ours = true;
	packages_are_stated(state);
	places_are_cells(state);
	version_is_stated(state);
	deployments_are_stated(state);
	dirty_hive_is_mended(state);
	dirty_hive_is_read_without_logs(state);
	torn_log_is_said(state);
	cut_hives_are_said(state);
	flipped_hives_do_no_harm(state);
	is_ours = false;
}

#endif

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || parsers_init() != ST_OK)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/HIVE", folder);
	(void)snprintf(first_log, sizeof(first_log), "%s/HIVE.LOG1", folder);
	(void)snprintf(second_log, sizeof(second_log), "%s/HIVE.LOG2", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(first_log);
	(void)unlink(second_log);
	parsers_release();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bids_know_the_name),
		cmocka_unit_test(hive_is_stated_first),
		cmocka_unit_test(what_is_no_hive_is_said),
#ifdef WITH_HIVE
		cmocka_unit_test(packages_are_stated),
		cmocka_unit_test(places_are_cells),
		cmocka_unit_test(what_waits_is_stated),
		cmocka_unit_test(version_is_stated),
		cmocka_unit_test(old_version_has_no_revision),
		cmocka_unit_test(types_are_taken_loosely),
		cmocka_unit_test(texts_are_taken_loosely),
		cmocka_unit_test(missing_packages_are_said),
		cmocka_unit_test(zone_is_stated),
		cmocka_unit_test(zone_without_a_bias_is_damage),
		cmocka_unit_test(keys_decide_what_a_hive_is),
		cmocka_unit_test(deployments_are_stated),
		cmocka_unit_test(dirty_hive_is_mended),
		cmocka_unit_test(dirty_hive_is_read_without_logs),
		cmocka_unit_test(torn_log_is_said),
		cmocka_unit_test(tools_make_what_is_mended),
		cmocka_unit_test(claims_of_logs_cost_nothing),
		cmocka_unit_test(cut_hives_are_said),
		cmocka_unit_test(flipped_hives_do_no_harm),
		cmocka_unit_test(crafted_lists_are_refused),
		cmocka_unit_test(cyclic_lists_are_refused),
		cmocka_unit_test(key_at_the_very_end_is_refused),
		cmocka_unit_test(evidence_is_left_alone),
		cmocka_unit_test(own_files_are_read_alike),
#endif
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
