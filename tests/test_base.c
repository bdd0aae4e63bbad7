/* The foundation: slices, buffers, arena, interning, calendar and zones, encodings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/intern.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text)  SLICE(text)

static void assert_slice(struct slice s, struct slice expected)
{
	if (!slice_equal(s, expected))
		fail_msg("'%.*s' is not '%.*s'", SLICE_ARG(s), SLICE_ARG(expected));
}

/* Slices */

static void slices_compare(void **state)
{
	(void)state;
	assert_true(slice_equal(SLICE_NONE, SLICE("")));
	assert_true(slice_equal_nocase(SLICE("Package_X"), SLICE("pACKAGE_x")));
	assert_false(slice_equal_nocase(SLICE("ab"), SLICE("abc")));
	assert_false(slice_equal_nocase(SLICE("\xC3\x84"), SLICE("\xC3\xA4")));
	assert_true(slice_starts(SLICE("abc"), SLICE_NONE));
	assert_false(slice_starts(SLICE_NONE, SLICE("a")));
	assert_true(slice_ends_nocase(SLICE("x-Wrapper"), SLICE("-WRAPPER")));
	assert_false(slice_ends_nocase(SLICE("r"), SLICE("-wrapper")));
	assert_true(slice_compare(SLICE("a"), SLICE("ab")) < 0);
	assert_true(slice_compare(SLICE("b"), SLICE("ab")) > 0);
	assert_true(slice_compare(SLICE("\xFF"), SLICE("a")) > 0);
	assert_int_equal(slice_compare(SLICE_NONE, SLICE("")), 0);
}

static void slices_are_searched(void **state)
{
	(void)state;
	assert_int_equal(slice_find(SLICE("abcabc"), SLICE("ca")), 2);
	assert_true(slice_find(SLICE("abc"), SLICE("abcd")) == SLICE_MISSING);
	assert_true(slice_find(SLICE_NONE, SLICE("a")) == SLICE_MISSING);
	assert_int_equal(slice_find(SLICE_NONE, SLICE_NONE), 0);
	assert_int_equal(slice_find(SLICE("abc"), SLICE_NONE), 0);
	assert_int_equal(slice_find_nocase(SLICE("xHRESULT"), SLICE("hresult")), 1);
	assert_int_equal(slice_find_nocase(SLICE("abc"), SLICE("C")), 2);
	assert_true(slice_find_nocase(SLICE("ab"), SLICE("abc")) == SLICE_MISSING);
	assert_int_equal(slice_find_nocase(SLICE_NONE, SLICE_NONE), 0);
	assert_int_equal(slice_find_char(SLICE("a/b/c"), '/'), 1);
	assert_int_equal(slice_find_last_char(SLICE("a/b/c"), '/'), 3);
	assert_true(slice_find_char(SLICE_NONE, '/') == SLICE_MISSING);
	assert_true(slice_find_last_char(SLICE_NONE, '/') == SLICE_MISSING);
}

static void slices_are_cut_within_bounds(void **state)
{
	struct slice rest = SLICE("a~~b~");

	(void)state;
	assert_slice(slice_cut(&rest, '~'), SLICE("a"));
	assert_slice(slice_cut(&rest, '~'), SLICE_NONE);
	assert_slice(slice_cut(&rest, '~'), SLICE("b"));
	assert_slice(slice_cut(&rest, '~'), SLICE_NONE);
	assert_slice(slice_cut(&rest, '~'), SLICE_NONE);
	assert_slice(slice_from_to(SLICE("abc"), 1, 99), SLICE("bc"));
	assert_slice(slice_from_to(SLICE("abc"), 3, 2), SLICE_NONE);
	assert_slice(slice_skip(SLICE("abc"), 99), SLICE_NONE);
	assert_slice(slice_trim(BYTES(" \t\0a b\r\n\0")), SLICE("a b"));
	assert_slice(slice_trim(SLICE(" \r\n ")), SLICE_NONE);
}

static void slices_become_numbers_whole_or_not(void **state)
{
	static const struct {
		const char *text;
		unsigned base;
		bool fits;
		uint64_t value;
	} rows[] = {
		{ "0", 10, true, 0 },
		{ "007", 10, true, 7 },
		{ "18446744073709551615", 10, true, UINT64_MAX },
		{ "18446744073709551616", 10, false, 0 },
		{ "99999999999999999999", 10, false, 0 },
		{ "fFfFfFfFfFfFfFfF", 16, true, UINT64_MAX },
		{ "10000000000000000", 16, false, 0 },
		{ "", 10, false, 0 },
		{ " 1", 10, false, 0 },
		{ "-1", 10, false, 0 },
		{ "+1", 10, false, 0 },
		{ "1a", 10, false, 0 },
		{ "g", 16, false, 0 },
	};
	uint32_t small = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t value = 0;

		assert_int_equal(
			slice_to_u64(slice_from(rows[i].text), rows[i].base, &value), rows[i].fits);
		assert_true(value == rows[i].value);
	}
	assert_false(slice_to_u32(SLICE("4294967296"), 10, &small));
	assert_int_equal(small, 5);
	assert_true(slice_to_u32(SLICE("4294967295"), 10, &small));
	assert_true(small == UINT32_MAX);
}

/* Published vectors of FNV-1a, 64 bit. */
static void hashes_are_fnv_1a(void **state)
{
	(void)state;
	assert_true(slice_hash(SLICE("foobar-foobar")) == slice_hash(SLICE("foobar-foobar")));
	assert_true(slice_hash(SLICE("foobar-foobar")) != slice_hash(SLICE("FooBar-FooBar")));
	assert_true(slice_hash(SLICE_NONE) != slice_hash(SLICE("a")));
	assert_true(slice_hash_loose(SLICE("foobar-foobar")) ==
		slice_hash_loose(SLICE("FooBar-FooBar")));
	assert_true(slice_hash_loose(SLICE("foobar-foobar")) !=
		slice_hash_loose(SLICE("foobar_barfoo")));
	assert_true(slice_hash_nocase(SLICE_NONE) == UINT64_C(0xcbf29ce484222325));
	assert_true(slice_hash_nocase(SLICE("FooBAR")) == UINT64_C(0x85944171f73967e8));
}

/* Buffers */

static void buffer_grows_and_stays_terminated(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	for (int i = 0; i < 5000; i++)
		buf_printf(&buf, "%d,", i);
	buf_putc(&buf, '\n');
	buf_puts(&buf, "end");
	buf_put(&buf, SLICE_NONE);
	assert_int_equal(buf.status, ST_OK);
	assert_int_equal(strlen(buf.ptr), buf.len);
	assert_true(slice_starts(buf_slice(&buf), SLICE("0,1,2,3,")));
	assert_true(slice_ends_nocase(buf_slice(&buf), SLICE("4999,\nend")));
	buf_reset(&buf);
	assert_int_equal(buf_slice(&buf).len, 0);
	buf_release(&buf);
	buf_release(&buf);
}

static void full_buffer_stays_full_until_reset(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 4);
	buf_puts(&buf, "abcd");
	assert_int_equal(buf.status, ST_OK);
	buf_putc(&buf, 'e');
	assert_int_equal(buf.status, ST_LIMIT);
	buf_put(&buf, SLICE_NONE);
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.status, ST_LIMIT);
	assert_string_equal(buf.ptr, "abcd");
	buf_reset(&buf);
	buf_printf(&buf, "%s", "wxyz");
	assert_int_equal(buf.status, ST_OK);
	assert_string_equal(buf.ptr, "wxyz");
	buf_release(&buf);
}

static void impossible_size_is_refused(void **state)
{
	struct buf buf;
	struct slice huge = { "x", SIZE_MAX - 1 };

	(void)state;
	buf_init(&buf, SIZE_MAX);
	buf_put(&buf, huge);
	assert_int_equal(buf.status, ST_NOMEM);
	assert_int_equal(buf.len, 0);
	buf_release(&buf);
}

/* Arena */

static void arena_pieces_are_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = { 1, 15, 16, 17, 1000, 65536, 65537, 200000, 3, 0, 64 };
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *piece = arena_alloc(&arena, sizes[i]);

		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(piece[j], 0);
		memset(piece, 0xFF, sizes[i]);
	}
	assert_int_equal(arena_status(&arena), ST_OK);
	arena_release(&arena);
}

static void arena_says_that_its_limit_is_reached(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1024);
	assert_non_null(arena_alloc(&arena, 1024));
	assert_null(arena_alloc(&arena, 1));
	assert_int_equal(arena_status(&arena), ST_LIMIT);
	assert_slice(arena_copy(&arena, SLICE("a")), SLICE_NONE);
	arena_reset(&arena);
	assert_int_equal(arena_status(&arena), ST_OK);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_alloc(&arena, SIZE_MAX - 15));
	assert_int_equal(arena_status(&arena), ST_LIMIT);
	arena_release(&arena);
}

static void arena_without_limit_does_not_wrap(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, SIZE_MAX);
	assert_null(arena_alloc(&arena, SIZE_MAX - 32));
	assert_int_equal(arena_status(&arena), ST_NOMEM);
	arena_release(&arena);
}

static void arena_reset_gives_zeroed_memory_again(void **state)
{
	struct arena arena;
	struct slice copy;

	(void)state;
	arena_init(&arena, 1 << 20);
	arena_reset(&arena);
	memset(arena_alloc(&arena, 100), 0xFF, 100);
	memset(arena_alloc(&arena, 100000), 0xFF, 100000);
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
	assert_int_equal(((char *)arena_alloc(&arena, 100))[99], 0);
	copy = arena_copy(&arena, SLICE("text"));
	assert_string_equal(copy.ptr, "text");
	assert_non_null(arena_copy(&arena, SLICE_NONE).ptr);
	arena_release(&arena);
	arena_release(&arena);
}

/* Interning */

static void texts_are_kept_once(void **state)
{
	struct arena arena;
	struct interner interner;
	text_id a, b;

	(void)state;
	arena_init(&arena, 1 << 20);
	interner_init(&interner, &arena, false, 100);
	assert_int_equal(interner_lookup(&interner, SLICE("a")), 0);
	a = intern(&interner, SLICE("Package_X"));
	b = intern(&interner, SLICE("package_x"));
	assert_int_not_equal(a, 0);
	assert_int_not_equal(a, b);
	assert_int_equal(intern(&interner, SLICE("Package_X")), a);
	assert_int_equal(interner_lookup(&interner, SLICE("package_x")), b);
	assert_int_equal(interner_lookup(&interner, SLICE("other")), 0);
	assert_int_equal(intern(&interner, SLICE_NONE), 0);
	assert_slice(interned(&interner, a), SLICE("Package_X"));
	assert_slice(interned(&interner, 0), SLICE_NONE);
	interner_release(&interner);
	arena_release(&arena);
}

static void first_spelling_stays_when_case_does_not_count(void **state)
{
	struct arena arena;
	struct interner interner;
	text_id a;

	(void)state;
	arena_init(&arena, 1 << 20);
	interner_init(&interner, &arena, true, 100);
	a = intern(&interner, SLICE("Package_X"));
	assert_int_equal(intern(&interner, SLICE("PACKAGE_x")), a);
	assert_slice(interned(&interner, a), SLICE("Package_X"));
	interner_release(&interner);
	arena_release(&arena);
}

static void many_texts_survive_growth(void **state)
{
	struct arena arena;
	struct interner interner;

	(void)state;
	arena_init(&arena, 1 << 22);
	interner_init(&interner, &arena, false, 20000);
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 20000; i++) {
			char text[16];
			int len = snprintf(text, sizeof(text), "text %u", (unsigned)i);

			assert_int_equal(
				intern(&interner, (struct slice){ text, (size_t)len }), i + 1);
		}
	}
	assert_int_equal(interner.status, ST_OK);
	assert_slice(interned(&interner, 19999 + 1), SLICE("text 19999"));
	assert_int_equal(intern(&interner, SLICE("one more")), 0);
	assert_int_equal(interner.status, ST_LIMIT);
	assert_int_equal(intern(&interner, SLICE("text 7")), 8);
	interner_release(&interner);
	arena_release(&arena);
}

static void full_arena_is_the_interners_status(void **state)
{
	struct arena arena;
	struct interner interner;

	(void)state;
	arena_init(&arena, 16);
	interner_init(&interner, &arena, false, 100);
	assert_int_equal(intern(&interner, SLICE("first")), 1);
	assert_int_equal(intern(&interner, SLICE("second")), 0);
	assert_int_equal(interner.status, ST_LIMIT);
	assert_int_equal(interner_lookup(&interner, SLICE("first")), 1);
	interner_release(&interner);
	arena_release(&arena);
}

/* Calendar */

static int64_t at(int year, int month, int day, int hour, int minute, int second)
{
	struct civil civil = { year, month, day, hour, minute, second };

	return civil_to_seconds(&civil);
}

static void dates_become_seconds_and_text(void **state)
{
	static const struct {
		struct civil civil;
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ { 1970, 1, 1, 0, 0, 0 }, 0, "1970-01-01T00:00:00" },
		{ { 1969, 12, 31, 23, 59, 59 }, -1, "1969-12-31T23:59:59" },
		{ { 1601, 1, 1, 0, 0, 0 }, -11644473600, "1601-01-01T00:00:00" },
		{ { 2000, 2, 29, 12, 0, 0 }, 951825600, "2000-02-29T12:00:00" },
		{ { 2024, 8, 30, 20, 55, 6 }, 1725051306, "2024-08-30T20:55:06" },
		{ { 9999, 12, 31, 23, 59, 59 }, 253402300799, "9999-12-31T23:59:59" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[CIVIL_TEXT];

		assert_true(civil_to_seconds(&rows[i].civil) == rows[i].seconds);
		civil_print(rows[i].seconds, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void impossible_dates_are_no_time(void **state)
{
	(void)state;
	assert_true(at(2023, 2, 29, 0, 0, 0) == NO_TIME);
	assert_true(at(1900, 2, 29, 0, 0, 0) == NO_TIME);
	assert_true(at(2024, 4, 31, 0, 0, 0) == NO_TIME);
	assert_true(at(2024, 13, 1, 0, 0, 0) == NO_TIME);
	assert_true(at(2024, 0, 1, 0, 0, 0) == NO_TIME);
	assert_true(at(2024, 1, 0, 0, 0, 0) == NO_TIME);
	assert_true(at(2024, 1, 1, 24, 0, 0) == NO_TIME);
	assert_true(at(2024, 1, 1, 0, 60, 0) == NO_TIME);
	assert_true(at(2024, 1, 1, 0, 0, 61) == NO_TIME);
	assert_true(at(2024, 1, 1, -1, 0, 0) == NO_TIME);
	assert_true(at(1600, 12, 31, 0, 0, 0) == NO_TIME);
	assert_true(at(10000, 1, 1, 0, 0, 0) == NO_TIME);
}

static void every_day_of_four_centuries_goes_there_and_back(void **state)
{
	(void)state;
	for (int64_t s = at(1899, 12, 31, 13, 14, 15); s < at(2301, 1, 1, 0, 0, 0); s += 86400) {
		struct civil civil = civil_from_seconds(s);

		assert_true(civil_to_seconds(&civil) == s);
	}
}

static void seconds_out_of_range_print_the_nearest_end(void **state)
{
	char text[CIVIL_TEXT];

	(void)state;
	civil_print(NO_TIME, text);
	assert_string_equal(text, "1601-01-01T00:00:00");
	civil_print(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59");
}

static void filetimes_become_seconds(void **state)
{
	(void)state;
	assert_true(filetime_to_seconds(0, 0) == -11644473600);
	assert_true(filetime_to_seconds(27111902, 3577643008u) == 0); /* the Unix epoch */
	/* the two halves of an online CBS session id */
	assert_true(filetime_to_seconds(30966576, 3062129724u) == 1655569825);
	assert_true(at(2022, 6, 18, 16, 30, 25) == 1655569825);
	assert_true(filetime_to_seconds(UINT32_MAX, UINT32_MAX) == NO_TIME);
}

/* Zones */

static void zones_are_parsed(void **state)
{
	static const struct {
		const char *text;
		enum status status;
		int32_t fixed;
		const char *name;
	} rows[] = {
		{ "Z", ST_OK, 0, "" },
		{ "utc", ST_OK, 0, "" },
		{ "+02:00", ST_OK, 7200, "" },
		{ "-0530", ST_OK, -19800, "" },
		{ "+2", ST_OK, 7200, "" },
		{ "-12", ST_OK, -43200, "" },
		{ "+530", ST_OK, 19800, "" },
		{ "+14:00", ST_OK, 50400, "" },
		{ "+14:01", ST_USAGE, 0, "" },
		{ "+15", ST_USAGE, 0, "" },
		{ "+02:60", ST_USAGE, 0, "" },
		{ "+", ST_USAGE, 0, "" },
		{ "+02:", ST_USAGE, 0, "" },
		{ "+:30", ST_USAGE, 0, "" },
		{ "+02:000", ST_USAGE, 0, "" },
		{ "+12345", ST_USAGE, 0, "" },
		{ "", ST_USAGE, 0, "" },
		{ "Europe/Paris", ST_OK, 0, "Europe/Paris" },
		{ "Europe/Atlantis", ST_USAGE, 0, "" },
		{ "Europe", ST_USAGE, 0, "" },
		{ "zone.tab", ST_USAGE, 0, "" },
		{ "../../../etc/localtime", ST_USAGE, 0, "" },
		{ "/usr/share/zoneinfo/Europe/Paris", ST_USAGE, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone zone = { .name = "" };

		if (zone_parse(slice_from(rows[i].text), &zone) != rows[i].status ||
			zone.fixed_seconds != rows[i].fixed || strcmp(zone.name, rows[i].name) != 0)
			fail_msg("zone '%s'", rows[i].text);
	}
}

#define PARIS "Europe/Paris"
#define YORK  "America/New_York"

static void daylight_saving_has_a_gap_and_an_overlap(void **state)
{
	static const struct {
		const char *zone;
		struct civil local;
		int32_t hours;
		enum zone_fit fit;
	} rows[] = {
		{ PARIS, { 2024, 1, 15, 12, 0, 0 }, 1, ZONE_FITS },
		{ PARIS, { 2024, 7, 15, 12, 0, 0 }, 2, ZONE_FITS },
		{ PARIS, { 2024, 3, 31, 1, 59, 59 }, 1, ZONE_FITS },
		{ PARIS, { 2024, 3, 31, 2, 0, 0 }, 1, ZONE_GAP },
		{ PARIS, { 2024, 3, 31, 2, 59, 59 }, 1, ZONE_GAP },
		{ PARIS, { 2024, 3, 31, 3, 0, 0 }, 2, ZONE_FITS },
		{ PARIS, { 2024, 3, 31, 5, 30, 0 }, 2, ZONE_FITS },
		{ PARIS, { 2024, 10, 27, 1, 59, 59 }, 2, ZONE_FITS },
		{ PARIS, { 2024, 10, 27, 2, 0, 0 }, 2, ZONE_OVERLAP },
		{ PARIS, { 2024, 10, 27, 2, 59, 59 }, 2, ZONE_OVERLAP },
		{ PARIS, { 2024, 10, 27, 3, 0, 0 }, 1, ZONE_FITS },
		{ YORK, { 2024, 1, 15, 12, 0, 0 }, -5, ZONE_FITS },
		{ YORK, { 2024, 7, 15, 12, 0, 0 }, -4, ZONE_FITS },
		{ YORK, { 2024, 3, 10, 1, 59, 59 }, -5, ZONE_FITS },
		{ YORK, { 2024, 3, 10, 2, 30, 0 }, -5, ZONE_GAP },
		{ YORK, { 2024, 3, 10, 3, 0, 0 }, -4, ZONE_FITS },
		{ YORK, { 2024, 11, 3, 0, 59, 59 }, -4, ZONE_FITS },
		{ YORK, { 2024, 11, 3, 1, 0, 0 }, -4, ZONE_OVERLAP },
		{ YORK, { 2024, 11, 3, 1, 59, 59 }, -4, ZONE_OVERLAP },
		{ YORK, { 2024, 11, 3, 2, 0, 0 }, -5, ZONE_FITS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone zone;
		enum zone_fit fit = ZONE_GAP;
		int32_t offset;

		assert_int_equal(zone_parse(slice_from(rows[i].zone), &zone), ST_OK);
		offset = zone_offset(&zone, civil_to_seconds(&rows[i].local), &fit);
		if (offset != rows[i].hours * 3600 || fit != rows[i].fit)
			fail_msg("row %zu: offset %d, fit %d", i, (int)offset, (int)fit);
	}
}

static void fixed_zone_always_fits(void **state)
{
	struct zone zone;
	enum zone_fit fit = ZONE_GAP;

	(void)state;
	assert_int_equal(zone_parse(SLICE("-03:30"), &zone), ST_OK);
	assert_int_equal(zone_offset(&zone, at(2024, 3, 31, 2, 30, 0), &fit), -12600);
	assert_int_equal(fit, ZONE_FITS);
}

/* Zones of Windows, by the rules of their registry. */

static const struct windows_zone york = { 300, 0, -60, { 0, 11, 0, 1, 2, 0, 0, 0 },
	{ 0, 3, 0, 2, 2, 0, 0, 0 }, true };
static const struct windows_zone paris = { -60, 0, -60, { 0, 10, 0, 5, 3, 0, 0, 0 },
	{ 0, 3, 0, 5, 2, 0, 0, 0 }, true };
static const struct windows_zone sydney = { -600, 0, -60, { 0, 4, 0, 1, 3, 0, 0, 0 },
	{ 0, 10, 0, 1, 2, 0, 0, 0 }, true };
static const struct windows_zone lord_howe = { -630, 0, -30, { 0, 4, 0, 1, 2, 0, 0, 0 },
	{ 0, 10, 0, 1, 2, 0, 0, 0 }, true };
static const struct windows_zone kolkata = { -330, 0, -60, { 0 }, { 0 }, true };

/* Every quarter of an hour of three years, and what Unix says of it. */
static void windows_zones_agree_with_unix(void **state)
{
	static const struct {
		const char *name;
		const struct windows_zone *zone;
	} rows[] = {
		{ YORK, &york },
		{ PARIS, &paris },
		{ "Australia/Sydney", &sydney },
		{ "Australia/Lord_Howe", &lord_howe },
		{ "Asia/Kolkata", &kolkata },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t end = at(2026, 1, 3, 0, 0, 0);
		struct zone zone;

		assert_int_equal(zone_parse(slice_from(rows[i].name), &zone), ST_OK);
		for (int64_t local = at(2023, 12, 30, 0, 0, 0); local < end; local += 900) {
			enum zone_fit fit, expected_fit;
			int32_t expected = zone_offset(&zone, local, &expected_fit);
			char text[CIVIL_TEXT];

			if (windows_zone_offset(rows[i].zone, local, &fit) == expected &&
				fit == expected_fit)
				continue;
			civil_print(local, text);
			fail_msg("%s %s: not %d", rows[i].name, text, (int)expected);
		}
	}
}

static void windows_rules_are_calculated(void **state)
{
	/* Once only: 2024-04-10 and 2024-11-20; midnight as its last millisecond; the hour
	 * that is skipped at the end of a year; southern, once only. */
	static const struct windows_zone once = { 0, 0, -60, { 2024, 11, 3, 20, 2, 0, 0, 0 },
		{ 2024, 4, 3, 10, 2, 0, 0, 0 }, true };
	static const struct windows_zone midnight = { 0, 0, -60, { 0, 10, 6, 5, 23, 59, 59, 999 },
		{ 0, 3, 6, 5, 23, 59, 59, 999 }, true };
	static const struct windows_zone new_year = { 0, 0, -60, { 0, 6, 0, 1, 0, 0, 0, 0 },
		{ 0, 12, 2, 5, 23, 30, 0, 0 }, true }; /* 2024-12-31 is a Tuesday */
	static const struct windows_zone south = { 0, 0, -60, { 2024, 4, 0, 7, 3, 0, 0, 0 },
		{ 2024, 10, 0, 6, 2, 0, 0, 0 }, true };
	static const struct windows_zone active = { .bias = -120 };
	static const struct windows_zone odd = { 0, 0, -60, { 0, 13, 9, 9, 99, 0, 0, 0 },
		{ 0, 3, 0, 5, 2, 0, 0, 0 }, true };
	static const struct windows_zone huge = { INT32_MIN, INT32_MIN, INT32_MIN, { 0 }, { 0 },
		true };
	static const struct {
		const struct windows_zone *zone;
		struct civil local;
		int32_t minutes;
		enum zone_fit fit;
	} rows[] = {
		{ &once, { 2023, 7, 1, 0, 0, 0 }, 0, ZONE_FITS },
		{ &once, { 2024, 4, 10, 1, 59, 59 }, 0, ZONE_FITS },
		{ &once, { 2024, 4, 10, 2, 59, 59 }, 0, ZONE_GAP },
		{ &once, { 2024, 4, 10, 3, 0, 0 }, 60, ZONE_FITS },
		{ &once, { 2024, 11, 20, 1, 0, 0 }, 60, ZONE_OVERLAP },
		{ &once, { 2024, 11, 20, 2, 0, 0 }, 0, ZONE_FITS },
		{ &once, { 2025, 7, 1, 0, 0, 0 }, 0, ZONE_FITS },
		{ &midnight, { 2024, 3, 30, 23, 59, 59 }, 0, ZONE_FITS },
		{ &midnight, { 2024, 3, 31, 0, 0, 0 }, 0, ZONE_GAP },
		{ &midnight, { 2024, 3, 31, 1, 0, 0 }, 60, ZONE_FITS },
		{ &midnight, { 2024, 10, 26, 22, 59, 59 }, 60, ZONE_FITS },
		{ &midnight, { 2024, 10, 26, 23, 0, 0 }, 60, ZONE_OVERLAP },
		{ &midnight, { 2024, 10, 27, 0, 0, 0 }, 0, ZONE_FITS },
		{ &new_year, { 2024, 12, 31, 23, 29, 59 }, 0, ZONE_FITS },
		{ &new_year, { 2024, 12, 31, 23, 45, 0 }, 0, ZONE_GAP },
		{ &new_year, { 2025, 1, 1, 0, 29, 59 }, 0, ZONE_GAP },
		{ &new_year, { 2025, 1, 1, 0, 30, 0 }, 60, ZONE_FITS },
		{ &south, { 2024, 1, 1, 0, 0, 0 }, 60, ZONE_FITS },
		{ &south, { 2024, 4, 7, 2, 30, 0 }, 60, ZONE_OVERLAP },
		{ &south, { 2024, 7, 1, 0, 0, 0 }, 0, ZONE_FITS },
		{ &south, { 2024, 10, 6, 2, 30, 0 }, 0, ZONE_GAP },
		{ &south, { 2024, 12, 1, 0, 0, 0 }, 60, ZONE_FITS },
		{ &active, { 2024, 7, 1, 0, 0, 0 }, 120, ZONE_FITS },
		{ &odd, { 2024, 1, 1, 0, 0, 0 }, 60, ZONE_FITS },
		{ &huge, { 2024, 1, 1, 0, 0, 0 }, 0, ZONE_FITS },
		{ &york, { 1601, 1, 1, 0, 0, 0 }, -300, ZONE_FITS },
		{ &york, { 9999, 7, 1, 0, 0, 0 }, -240, ZONE_FITS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum zone_fit fit;
		int32_t offset =
			windows_zone_offset(rows[i].zone, civil_to_seconds(&rows[i].local), &fit);

		if (offset != rows[i].minutes * 60 || fit != rows[i].fit)
			fail_msg("row %zu: offset %d, fit %d", i, (int)offset, (int)fit);
	}
}

/* Text */

static void encodings_are_told_by_bom_or_nuls(void **state)
{
	static const struct {
		struct slice head;
		enum text_encoding encoding;
		size_t bom;
	} rows[] = {
		{ { "", 0 }, TEXT_UTF8, 0 },
		{ { "plain text", 10 }, TEXT_UTF8, 0 },
		{ { "\xEF\xBB\xBFtext", 7 }, TEXT_UTF8, 3 },
		{ { "\xFF\xFEt\0", 4 }, TEXT_UTF16LE, 2 },
		{ { "\xFE\xFF\0t", 4 }, TEXT_UTF16BE, 2 },
		{ { "\xFF", 1 }, TEXT_UTF8, 0 },
		{ { "t\0e\0x\0t\0 \0o\0f\0 \0", 16 }, TEXT_UTF16LE, 0 },
		{ { "\0t\0e\0x\0t\0 \0o\0f\0 ", 16 }, TEXT_UTF16BE, 0 },
		{ { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16 }, TEXT_UTF8, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t bom = 9;

		assert_int_equal(text_detect(rows[i].head, &bom), rows[i].encoding);
		assert_int_equal(bom, rows[i].bom);
	}
}

static void utf16_becomes_utf8(void **state)
{
	static const struct {
		struct slice little;
		const char *utf8;
	} rows[] = {
		/* clang-format off */
		{ { "a\0b\0", 4 }, "ab" },
		{ { "\xE9\0", 2 }, "\xC3\xA9" },
		{ { "\xAC\x20", 2 }, "\xE2\x82\xAC" },
		{ { "\x3D\xD8\x00\xDE", 4 }, "\xF0\x9F\x98\x80" },
		{ { "\x3D\xD8" "a\0", 4 }, "\xEF\xBF\xBD" "a" },
		{ { "\x00\xDE" "a\0", 4 }, "\xEF\xBF\xBD" "a" },
		{ { "\x3D\xD8\x3D\xD8\x00\xDE", 6 }, "\xEF\xBF\xBD\xF0\x9F\x98\x80" },
		{ { "a\0\x3D\xD8", 4 }, "a\xEF\xBF\xBD" },
		{ { "a\0b", 3 }, "a\xEF\xBF\xBD" },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice in = rows[i].little;
		char big[16];
		struct buf out;

		buf_init(&out, 100);
		assert_int_equal(text_from_utf16(&out, in, TEXT_UTF16LE, true), in.len);
		assert_slice(buf_slice(&out), slice_from(rows[i].utf8));
		if (in.len % 2 == 0)
			assert_int_equal(text_utf16_bytes(buf_slice(&out)), in.len);
		buf_reset(&out);
		for (size_t j = 0; j < in.len; j++)
			big[j ^ 1] = in.ptr[j];
		if (in.len % 2 == 0) {
			in.ptr = big;
			text_from_utf16(&out, in, TEXT_UTF16BE, true);
			assert_slice(buf_slice(&out), slice_from(rows[i].utf8));
		}
		buf_release(&out);
	}
}

static void half_a_character_waits_for_the_next_block(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(text_from_utf16(&out, BYTES("a\0b"), TEXT_UTF16LE, false), 2);
	assert_int_equal(text_from_utf16(&out, BYTES("b\0\x3D\xD8"), TEXT_UTF16LE, false), 2);
	assert_int_equal(text_from_utf16(&out, BYTES("\x3D\xD8\x00"), TEXT_UTF16LE, false), 0);
	assert_int_equal(text_from_utf16(&out, BYTES("\x3D\xD8\x00\xDE"), TEXT_UTF16LE, false), 4);
	assert_int_equal(text_from_utf16(&out, SLICE_NONE, TEXT_UTF16LE, true), 0);
	assert_slice(buf_slice(&out), SLICE("ab\xF0\x9F\x98\x80"));
	buf_release(&out);
}

static void utf8_is_checked_as_the_standard_says(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{ "", true },
		{ "abc", true },
		{ "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", true },
		{ "\xF4\x8F\xBF\xBF", true },
		{ "\xED\x9F\xBF\xEE\x80\x80", true },
		{ "\x80", false },
		{ "\xC3", false },
		{ "\xC0\xAF", false },
		{ "\xC1\xBF", false },
		{ "\xE0\x9F\xBF", false },
		{ "\xED\xA0\x80", false },
		{ "\xE2\x82", false },
		{ "\xF0\x8F\xBF\xBF", false },
		{ "\xF0\x9F\x98", false },
		{ "\xF4\x90\x80\x80", false },
		{ "\xF5\x80\x80\x80", false },
		{ "\xFF", false },
		{ "a\xC3z", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_is_utf8(slice_from(rows[i].text)) != rows[i].valid)
			fail_msg("row %zu", i);
}

static void clean_text_is_valid_and_harmless(void **state)
{
	static const struct {
		struct slice text;
		bool printable;
		const char *clean;
	} rows[] = {
		/* clang-format off */
		{ { "", 0 }, true, "" },
		{ { "a\tb\nc", 5 }, true, "a\tb\nc" },
		{ { "\xC3\xA9", 2 }, true, "\xC3\xA9" },
		{ { "caf\xE9", 4 }, true, "caf\xC3\xA9" },
		{ { "\x80 \x93x\x94", 5 }, true, "\xE2\x82\xAC \xE2\x80\x9Cx\xE2\x80\x9D" },
		{ { "\x81|\x8D", 3 }, false, "\xEF\xBF\xBD|\xEF\xBF\xBD" },
		{ { "\x1B[31m", 5 }, true, "\xEF\xBF\xBD[31m" },
		{ { "\x1B[31m", 5 }, false, "\x1B[31m" },
		{ { "a\0b", 3 }, false, "a\xEF\xBF\xBD" "b" },
		{ { "\x7F\r", 2 }, true, "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ { "\xC2\x9B" "31m", 5 }, true, "\xEF\xBF\xBD" "31m" },
		{ { "\xC2\x9B" "31m", 5 }, false, "\xC2\x9B" "31m" },
		{ { "\xC2\xA0", 2 }, true, "\xC2\xA0" },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		buf_init(&out, 100);
		text_put_clean(&out, rows[i].text, rows[i].printable);
		assert_slice(buf_slice(&out), slice_from(rows[i].clean));
		assert_true(text_is_utf8(buf_slice(&out)));
		buf_release(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_compare),
		cmocka_unit_test(slices_are_searched),
		cmocka_unit_test(slices_are_cut_within_bounds),
		cmocka_unit_test(slices_become_numbers_whole_or_not),
		cmocka_unit_test(hashes_are_fnv_1a),
		cmocka_unit_test(buffer_grows_and_stays_terminated),
		cmocka_unit_test(full_buffer_stays_full_until_reset),
		cmocka_unit_test(impossible_size_is_refused),
		cmocka_unit_test(arena_pieces_are_zeroed_and_aligned),
		cmocka_unit_test(arena_says_that_its_limit_is_reached),
		cmocka_unit_test(arena_without_limit_does_not_wrap),
		cmocka_unit_test(arena_reset_gives_zeroed_memory_again),
		cmocka_unit_test(texts_are_kept_once),
		cmocka_unit_test(first_spelling_stays_when_case_does_not_count),
		cmocka_unit_test(many_texts_survive_growth),
		cmocka_unit_test(full_arena_is_the_interners_status),
		cmocka_unit_test(dates_become_seconds_and_text),
		cmocka_unit_test(impossible_dates_are_no_time),
		cmocka_unit_test(every_day_of_four_centuries_goes_there_and_back),
		cmocka_unit_test(seconds_out_of_range_print_the_nearest_end),
		cmocka_unit_test(filetimes_become_seconds),
		cmocka_unit_test(zones_are_parsed),
		cmocka_unit_test(windows_zones_agree_with_unix),
		cmocka_unit_test(windows_rules_are_calculated),
		cmocka_unit_test(daylight_saving_has_a_gap_and_an_overlap),
		cmocka_unit_test(fixed_zone_always_fits),
		cmocka_unit_test(encodings_are_told_by_bom_or_nuls),
		cmocka_unit_test(utf16_becomes_utf8),
		cmocka_unit_test(half_a_character_waits_for_the_next_block),
		cmocka_unit_test(utf8_is_checked_as_the_standard_says),
		cmocka_unit_test(clean_text_is_valid_and_harmless),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
