/* Comma-separated values, and the maps that come as such: header, encodings, rows that are bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib_parse.h"
#include "parsers/csv.h"
#include "parsers/map_file.h"

#define UPDATES &parser_updates_map
#define IMAGES  &parser_images_map

/* Records as "a|b" and "c|d", in lines; a fault as "!what is wrong". */
static const char *records_of(const char *text)
{
	static char out[2048];
	struct csv_record record;
	size_t len = 0;
	struct csv csv;

	out[0] = '\0';
	for (csv_begin(&csv, slice_from(text)); csv_next(&csv, &record);) {
		if (record.fault)
			len += (size_t)snprintf(out + len, sizeof(out) - len, "!%s", record.fault);
		for (size_t i = 0; !record.fault && i < record.count; i++)
			len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%.*s",
				i ? "|" : "", SLICE_ARG(record.field[i]));
		len += (size_t)snprintf(
			out + len, sizeof(out) - len, "%s\n", record.is_cut ? " (cut)" : "");
	}
	assert_int_equal(csv.status, ST_OK);
	csv_release(&csv);
	return out;
}

static void records_are_read(void **state)
{
	static const struct {
		const char *text, *records;
	} rows[] = {
		{ "", "" },
		{ "a,b\n", "a|b\n" },
		{ "a,b\r\n1,2\r\n", "a|b\n1|2\n" },
		{ "a,b", "a|b (cut)\n" },
		{ "#TYPE Selected\r\n\r\n\n\"a\",\"b\"\r\n", "a|b\n" },
		{ "a;b,c;d\n1;2;3\n", "a|b,c|d\n1|2|3\n" },
		{ "a\tb\n1\t2\n", "a|b\n1|2\n" },
		{ "\"a;b\",c\n1,2\n", "a;b|c\n1|2\n" },
		{ "a,b\n\"x\"\"y\"\"\",\"\"\n", "a|b\nx\"y\"|\n" },
		{ "a,b\n\"one\r\ntwo\",2\n", "a|b\none\r\ntwo|2\n" },
		{ "a,b\n 1 , 2 \n", "a|b\n1|2\n" },
		{ "a,b\n,\n\n,,\n", "a|b\n|\n\n||\n" },
		{ "a,b\n\"open,2\n3,4\n", "a|b\n!a quote is not closed\n3|4\n" },
		{ "a,b\n\"x\"y,2\n3,4\n", "a|b\n!text stands behind a closed quote\n3|4\n" },
		{ "a\n\"", "a\n!a quote is not closed (cut)\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(records_of(rows[i].text), rows[i].records);
}

/* "a,a,a,..." of a number of fields, and a line behind it. */
static void limits_are_faults(void **state)
{
	size_t many = MAX_CSV_FIELDS + 1, big = MAX_CSV_FIELD + 10;
	char *text = calloc(1, big + 3 * many);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < many; i++)
		memcpy(text + 2 * i, "a,", 2);
	memcpy(text + 2 * many, "a\nb,c\n", 6);
	assert_string_equal(records_of(text), "!it has too many fields\nb|c\n");
	memset(text, 'x', big);
	memcpy(text + big, ",y\nb,c\n", 8);
	assert_string_equal(records_of(text), "!a field is too long\nb|c\n");
	free(text);
}

/* Updates */

static void check_update(const struct parsed *map, size_t number, uint32_t ci, const char *kb,
	const char *identity, const char *title, const char *released)
{
	const struct fact *fact = fact_at(map, FACT_MAP_UPDATE, number);

	assert_int_equal(fact->ci, ci);
	assert_text(fact->identifier, kb);
	assert_text(fact->package, identity);
	assert_text(fact->title, title);
	assert_time(fact->when, released);
}

static void columns_are_found(void **state)
{
	static const struct {
		const char *text, *kb, *identity, *title;
	} rows[] = {
		{ "CI_ID,KB,Title\n16777300,KB5990001,T\n", "KB5990001", "", "T" },
		{ "title;kb;ci_id\nT;5990001;16777300\n", "KB5990001", "", "T" },
		{ "#TYPE Contoso\r\n\"ArticleID\",\"CIID\",\"DisplayName\"\r\n"
		  "\"5990001\",\"16777300\",\"T\"\r\n",
			"KB5990001", "", "T" },
		{ "UpdateID\tArticle ID\tLocalizedDisplayName\tIsExpired\n"
		  "16777300\t5990001\tT\tFalse\n",
			"KB5990001", "", "T" },
		{ "Ci Id,Package_Identity,Title\n16777300,A~b~amd64~~1.2.3.4,T\n", "",
			"A~b~amd64~~1.2.3.4", "T" },
		{ "CI_ID,Identity,KB,Title,LocalizedDisplayName\n16777300,NULL,kb5990001,,T\n",
			"KB5990001", "", "T" },
		{ "CI_ID,KB,Title\n16777300,KB5990001,T,,\n", "KB5990001", "", "T" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct parsed map = read_text(UPDATES, rows[i].text);

		assert_int_equal(map.note_count, 0);
		assert_int_equal(map.records, 1);
		check_update(&map, 0, 16777300, rows[i].kb, rows[i].identity, rows[i].title, NULL);
		parsed_release(&map);
	}
}

#define HEADER "CI_ID,KB,Identity,Title,Released\n"

static void bad_rows_are_told(void **state)
{
	static const struct {
		const char *row, *fault;
	} rows[] = {
		{ ",KB5990001,,,", "it has no CI_ID: ,KB5990001,,," },
		{ "abc,KB5990001,,,", "it has no CI_ID: abc,KB5990001,,," },
		{ "0,KB5990001,,,", "it has no CI_ID: 0,KB5990001,,," },
		{ "-5,KB5990001,,,", "it has no CI_ID: -5,KB5990001,,," },
		{ "2147483648,KB5990001,,,",
			"its CI_ID is beyond 32 bits: 2147483648,KB5990001,,," },
		{ "99999999999999999999999,KB5990001,,,",
			"its CI_ID is beyond 32 bits: 99999999999999999999999,KB5990001,,," },
		{ "16777300,,,T,", "it has neither a KB nor a package identity: 16777300,,,T," },
		{ "16777300,777777,,,", "its KB is no KB number: 16777300,777777,,," },
		{ "16777300,KB12345678901,,,",
			"its KB is no KB number: 16777300,KB12345678901,,," },
		{ "16777300,\"KB5990001, KB5990002\",,,",
			"its KB is no KB number: 16777300,\"KB5990001, KB5990002\",,," },
		{ "16777300,,Contoso,,", "its package identity is none: 16777300,,Contoso,," },
		{ "16777300,KB5990001", "it has fewer fields than the header: 16777300,KB5990001" },
		{ "16777300,KB5990001,,,,x",
			"it has more fields than the header: 16777300,KB5990001,,,,x" },
		{ "16777300,KB5990001,,\"T,", "a quote is not closed: 16777300,KB5990001,,\"T," },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		struct parsed map;

		snprintf(text, sizeof(text), HEADER "%s\n16777301,KB5990002,,T,\n", rows[i].row);
		map = read_text(UPDATES, text);
		assert_int_equal(map.note_count, 1);
		assert_int_equal(map.notes[0].code, DIAG_MAP_ROW);
		assert_int_equal(map.notes[0].line, 2);
		assert_int_equal(map.notes[0].offset, sizeof(HEADER) - 1);
		assert_text(map.notes[0].detail, rows[i].fault);
		assert_int_equal(map.fact_count, 1);
		assert_int_equal(map.records, 2);
		check_update(&map, 0, 16777301, "KB5990002", "", "T", NULL);
		parsed_release(&map);
	}
}

static void days_of_release(void **state)
{
	static const struct {
		const char *dates[2], *days[2];
		int order, bad;
	} rows[] = {
		{ { "2025-05-13", "2025-05-13T17:00:00Z" },
			{ "2025-05-13T00:00:00", "2025-05-13T00:00:00" }, 0, 0 },
		{ { "20250513170000.000000+***", "20250513170000.000000-420" },
			{ "2025-05-13T00:00:00", "2025-05-13T00:00:00" }, 0, 0 },
		{ { "5/13/2025", "5/6/2025" }, { "2025-05-13T00:00:00", "2025-05-06T00:00:00" }, 0,
			0 },
		{ { "13/5/2025 17:00:00", "5/6/2025" },
			{ "2025-05-13T00:00:00", "2025-06-05T00:00:00" }, 0, 0 },
		{ { "5/6/2025 5:00:00 PM", "5/5/2025" }, { NULL, "2025-05-05T00:00:00" }, 1, 0 },
		{ { "13/5/2025", "5/13/2025" }, { "2025-05-13T00:00:00", "2025-05-13T00:00:00" }, 0,
			0 },
		{ { "2025-02-30", "soon" }, { NULL, NULL }, 0, 2 },
		{ { "20251313170000.000000+***", "" }, { NULL, NULL }, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		struct parsed map;

		snprintf(text, sizeof(text),
			"CI_ID,KB,DateReleased\n16777300,5990001,%s\n16777301,5990002,%s\n",
			rows[i].dates[0], rows[i].dates[1]);
		map = read_text(UPDATES, text);
		for (size_t k = 0; k < 2; k++)
			assert_time(fact_at(&map, FACT_MAP_UPDATE, k)->when, rows[i].days[k]);
		assert_int_equal(notes_of(&map, DIAG_DATE_ORDER), rows[i].order);
		assert_int_equal(notes_of(&map, DIAG_BAD_TIME), rows[i].bad);
		parsed_release(&map);
	}
}

#define FOREIGN                                                                                    \
	"CI_ID,KB,Title\r\n16777300,5990001,\"B\xC3\xBCro,\r\n24H2\"\r\n\r\n16777301,5990002,"     \
	"T\r\n"

static void check_foreign(struct slice bytes)
{
	struct parsed map = read_document(UPDATES, bytes, "", 0);

	assert_int_equal(map.note_count, 0);
	check_update(&map, 0, 16777300, "KB5990001", "", "B\xC3\xBCro,\n24H2", NULL);
	check_update(&map, 1, 16777301, "KB5990002", "", "T", NULL);
	assert_int_equal(fact_at(&map, FACT_MAP_UPDATE, 0)->at.line, 2);
	assert_int_equal(fact_at(&map, FACT_MAP_UPDATE, 1)->at.line, 5);
	assert_int_equal(map.lines, 5);
	parsed_release(&map);
}

static void encodings_say_the_same(void **state)
{
	static const char old[] = "CI_ID,KB,Title\r\n16777300,5990001,\"B\xFCro,\r\n24H2\"\r\n\r\n"
				  "16777301,5990002,T\r\n";
	struct slice bytes;

	(void)state;
	check_foreign(SLICE(FOREIGN));
	check_foreign(SLICE("\xEF\xBB\xBF" FOREIGN));
	check_foreign(slice_from(old)); /* code page 1252 */
	for (int big = 0; big < 2; big++)
		for (int bom = 0; bom < 2; bom++) {
			bytes = encode(FOREIGN, big ? TEXT_UTF16BE : TEXT_UTF16LE, bom);
			check_foreign(bytes);
			free_encoded(bytes);
		}
}

/* Offsets are those of the stored file. */
static void places_are_of_the_file(void **state)
{
	struct slice bytes = encode(FOREIGN, TEXT_UTF16LE, true);
	struct parsed map = read_document(UPDATES, bytes, "", 0);
	uint64_t offset = fact_at(&map, FACT_MAP_UPDATE, 0)->at.offset;

	(void)state;
	assert_int_equal(offset, 2 + 2 * strlen("CI_ID,KB,Title\r\n"));
	assert_int_equal(bytes.ptr[offset], '1');
	assert_text(fact_at(&map, FACT_MAP_UPDATE, 1)->words, "16777301,5990002,T");
	parsed_release(&map);
	free_encoded(bytes);
}

static void a_last_row_without_its_end_counts(void **state)
{
	struct parsed map = read_text(UPDATES, "CI_ID,KB\n16777300,5990001");

	(void)state;
	assert_int_equal(map.fact_count, 1);
	assert_int_equal(notes_of(&map, DIAG_CUT_LAST_LINE), 1);
	parsed_release(&map);
}

static void headers_are_needed(void **state)
{
	static const struct {
		const struct map_format *format;
		const char *text, *lacks; /* NULL: it is one */
	} rows[] = {
		{ &updates_map_format, "CI_ID,KB\n", NULL },
		{ &updates_map_format, "\xEF\xBB\xBF\"CI_ID\";\"KB\"\r\n", NULL },
		{ &updates_map_format, "", "no header" },
		{ &updates_map_format, "\n\n", "no header" },
		{ &updates_map_format, "\"CI_ID,KB\n", "no header: a quote is not closed" },
		{ &updates_map_format, "CI_ID,Title\n", "no column KB, ArticleID or Identity" },
		{ &updates_map_format, "Title,KB\n", "no column CI_ID" },
		{ &updates_map_format, "dear diary\n",
			"no column CI_ID, no column KB, ArticleID or Identity" },
		{ &images_map_format, "Container,ImagePackageID\n", NULL },
		{ &images_map_format, "PackageID,Name\n", NULL },
		{ &images_map_format, "ImageIndex,Name\n",
			"no column Container or ImagePackageID" },
		{ &images_map_format, "Container,ImageIndex\n",
			"no column ImagePackageID, Name or Description" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf words;
		bool has_header;

		buf_init(&words, 1024);
		has_header = map_has_header(rows[i].format, slice_from(rows[i].text), &words);
		assert_int_equal(has_header, !rows[i].lacks);
		assert_text(buf_slice(&words), rows[i].lacks ? rows[i].lacks : "");
		buf_release(&words);
	}
}

/* Images */

static void images_are_read(void **state)
{
	struct parsed map = read_text(IMAGES,
		"Container,PackageID,ImageIndex,Name,Description\n"
		"install.wim,ABC00001,3,Contoso,\"first\nsecond\"\n"
		",ABC00002,,Fabrikam,\n"
		"boot.wim,ABC00003,,,\n"
		"boot.wim,ABC00003,x,,\n"
		"boot.wim,ABC00003,4294967297,,\n"
		",ABC00003,1,,\n"
		",,1,N,\n");
	const struct fact *fact = fact_at(&map, FACT_MAP_IMAGE, 0);

	(void)state;
	assert_text(fact->wim, "install.wim");
	assert_text(fact->identifier, "ABC00001");
	assert_int_equal(fact->index, 3);
	assert_true(fact->flags & FLAG_HAS_INDEX);
	assert_text(fact->name, "Contoso");
	assert_text(fact->description, "first\nsecond");
	assert_false(fact_at(&map, FACT_MAP_IMAGE, 1)->flags & FLAG_HAS_INDEX);
	assert_int_equal(map.fact_count, 3);
	assert_int_equal(notes_of(&map, DIAG_MAP_ROW), 4);
	assert_int_equal(map.records, 7);
	parsed_release(&map);
}

/* Batches */

struct taken {
	size_t facts, most;
	uint64_t sum;
};

static void take(void *self, struct parse_result *result)
{
	struct taken *taken = self;

	taken->facts += result->fact_count;
	if (result->fact_count > taken->most)
		taken->most = result->fact_count;
	for (size_t i = 0; i < result->fact_count; i++)
		taken->sum += result->facts[i].title.len + result->facts[i].ci;
}

/* A long map is handed over piece by piece, in whatever encoding. */
static void long_maps_cost_no_memory(void **state)
{
	enum { ROWS = 20000 };
	char *text = calloc(ROWS, 40);
	size_t len = (size_t)sprintf(text, "CI_ID,KB,Title\n");
	uint64_t sum = 0;

	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		len += (size_t)sprintf(
			text + len, "%u,5990001,\"T \"\"%u\"\"\"\n", 16777300 + i, i % 10);
		sum += 5 + 16777300 + i;
	}
	for (int wide = 0; wide < 2; wide++) {
		struct slice bytes = wide ? encode(text, TEXT_UTF16LE, true) : slice_from(text);
		struct taken taken = { 0 };
		struct parse_result result;

		parse_result_init(&result);
		result.flush = take;
		result.flush_self = &taken;
		parser_updates_map.read(bytes, &result);
		assert_int_equal(result.status, ST_OK);
		assert_int_equal(taken.facts, ROWS);
		assert_int_equal(taken.sum, sum);
		assert_true(taken.most <= 1024);
		assert_int_equal(result.records, ROWS);
		parse_result_release(&result);
		if (wide)
			free_encoded(bytes);
	}
	free(text);
}

/* No content makes an input a map. */
static void nobody_bids(void **state)
{
	(void)state;
	assert_int_equal(parser_updates_map.bid(SLICE("CI_ID,KB\n16777300,5990001\n")), 0);
	assert_int_equal(parser_images_map.bid(SLICE("Container,ImagePackageID\n")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read),
		cmocka_unit_test(limits_are_faults),
		cmocka_unit_test(columns_are_found),
		cmocka_unit_test(bad_rows_are_told),
		cmocka_unit_test(days_of_release),
		cmocka_unit_test(encodings_say_the_same),
		cmocka_unit_test(places_are_of_the_file),
		cmocka_unit_test(a_last_row_without_its_end_counts),
		cmocka_unit_test(headers_are_needed),
		cmocka_unit_test(images_are_read),
		cmocka_unit_test(long_maps_cost_no_memory),
		cmocka_unit_test(nobody_bids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
