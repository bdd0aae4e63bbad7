/* Hives that were not closed cleanly: what their logs are good for, in both formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib_hive.h"
#include "parsers/hive_replay.h"
#include "parsers/marvin.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STATES 5 /* of one hive: the first is stored, each entry leads to the next */
#define PAGES  6 /* of the hive, before it grows by one */

/* The states of one hive, and two logs to be filled. */
struct bench {
	struct buf states[STATES];
	struct buf logs[2];
	struct slice given[2];
	uint32_t first; /* sequence number of the entry that leads to state 1 */
	struct hive_plan plan;
	char *mended; /* by the last replay */
};

static struct slice state_of(const struct bench *bench, size_t i)
{
	return buf_slice(&bench->states[i]);
}

/* State i+1 differs from i in a page of its own and in page 0; the last two are longer. */
static void set_up_numbered(struct bench *bench, uint32_t first)
{
	memset(bench, 0, sizeof(*bench));
	bench->first = first;
	for (size_t i = 0; i < STATES; i++) {
		struct buf *state = &bench->states[i];

		buf_init(state, 1 << 20);
		hive_put_pages(state, i >= 3 ? PAGES + 1 : PAGES, 'a');
		for (size_t k = 1; k <= i; k++) {
			memset(state->ptr + HIVE_BASE * 2 + k * HIVE_BASE + 64, (char)k, 100);
			state->ptr[HIVE_BASE + 100] = (char)k;
		}
		hive_set_sequence(state->ptr, first + (uint32_t)i - 1, first + (uint32_t)i - 1);
	}
	hive_set_sequence(bench->states[0].ptr, first + 1, first);
	for (int i = 0; i < 2; i++)
		buf_init(&bench->logs[i], 1 << 20);
}

static void tear_down(struct bench *bench)
{
	for (size_t i = 0; i < STATES; i++)
		buf_release(&bench->states[i]);
	for (int i = 0; i < 2; i++)
		buf_release(&bench->logs[i]);
	free(bench->mended);
}

/* Entries that lead to the states from+1 ... to, in one log. */
static void put_entries(struct bench *bench, int log, size_t from, size_t to)
{
	if (bench->logs[log].len == 0)
		log_put_base(&bench->logs[log], state_of(bench, to), bench->first + (uint32_t)from,
			HIVE_LOG_NEW);
	for (size_t i = from; i < to; i++)
		(void)log_put_change(&bench->logs[log], bench->first + (uint32_t)i,
			state_of(bench, i), state_of(bench, i + 1));
}

/* Plans, and replays on exactly the room that the plan asks for. */
static const struct hive_plan *replay(struct bench *bench)
{
	struct slice stored = state_of(bench, 0);
	struct hive_plan *plan = &bench->plan;

	for (int i = 0; i < 2; i++)
		bench->given[i] = buf_slice(&bench->logs[i]);
	hive_plan(slice_from_to(stored, 0, HIVE_BASE + HIVE_BIN), bench->given, plan);
	free(bench->mended);
	bench->mended = NULL;
	if (plan->condition != HIVE_MENDED)
		return plan;
	bench->mended = calloc(1, plan->room > stored.len ? plan->room : stored.len);
	assert_non_null(bench->mended);
	memcpy(bench->mended, stored.ptr, stored.len);
	hive_replay(plan, bench->mended);
	return plan;
}

/* The hive is what it was in that state, byte for byte. */
static void assert_state(const struct bench *bench, size_t i)
{
	struct slice expected = state_of(bench, i);

	assert_int_equal(bench->plan.condition, HIVE_MENDED);
	assert_int_equal(bench->plan.size, expected.len);
	assert_memory_equal(bench->mended, expected.ptr, expected.len);
}

/* ---- Checksums ----------------------------------------------------------------------- */

/* Vectors of the .NET runtime's own tests. */
static void marvin_has_known_values(void **state)
{
	static const struct {
		uint64_t seed;
		const char *bytes;
		size_t len;
		uint64_t expected;
	} rows[] = {
		{ 0x004FB61A001BDBCC, "", 0, 0x30ED35C100CD3C7D },
		{ 0x004FB61A001BDBCC, "\xAF", 1, 0x48E73FC77D75DDC1 },
		{ 0x004FB61A001BDBCC, "\xE7\x0F", 2, 0xB5F6E1FC485DBFF8 },
		{ 0x004FB61A001BDBCC, "\x37\xF4\x95", 3, 0xF0B07C789B8CF7E8 },
		{ 0x004FB61A001BDBCC, "\x86\x42\xDC\x59", 4, 0x7008F2E87E9CF556 },
		{ 0x004FB61A001BDBCC, "\x15\x3F\xB7\x98\x26", 5, 0xE6C08C6DA2AFA997 },
		{ 0x004FB61A001BDBCC, "\x09\x32\xE6\x24\x6C\x47", 6, 0x6F04BF1A5EA24060 },
		{ 0x004FB61A001BDBCC, "\xAB\x42\x7E\xA8\xD1\x0F\xC7", 7, 0xE11847E4F0678C41 },
		{ 0x804FB61A001BDBCC, "", 0, 0x10A9D5D3996FD65D },
		{ 0x804FB61A801BDBCC, "\xFF\x00\xFF\x00\xFF\x00\xFF", 7, 0xFDFD187B1D3CE784 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (marvin32((struct slice){ rows[i].bytes, rows[i].len }, rows[i].seed) !=
			rows[i].expected)
			fail_msg("row %zu", i);
}

static void checksum_is_never_zero_nor_all_ones(void **state)
{
	char base[512] = "";

	(void)state;
	assert_int_equal(hive_base_checksum(base), 1);
	put_le32(base + 100, UINT32_MAX);
	assert_int_equal(hive_base_checksum(base), UINT32_MAX - 1);
	put_le32(base + 200, 0x12345678);
	assert_int_equal(hive_base_checksum(base), ~UINT32_C(0x12345678));
	put_le32(base + 508, 77); /* is no part of it */
	assert_int_equal(hive_base_checksum(base), ~UINT32_C(0x12345678));
}

/* ---- The new format ------------------------------------------------------------------ */

static void clean_hive_needs_no_logs(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 4);
	hive_set_sequence(bench.states[0].ptr, 10, 10);
	assert_int_equal(replay(&bench)->condition, HIVE_CLEAN);
	assert_false(bench.plan.is_torn);
	tear_down(&bench);
}

static void dirty_hive_without_logs_stays_dirty(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	assert_non_null(bench.plan.why);
	/* Logs that were never used are zeros. */
	assert_non_null(buf_room(&bench.logs[0], 4096));
	memset(bench.logs[0].ptr, 0, 4096);
	buf_grew(&bench.logs[0], 4096);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	assert_false(bench.plan.is_torn);
	tear_down(&bench);
}

static void entries_are_applied_in_order(void **state)
{
	/* Which entries stand in which log; the last state is that of all of them. */
	static const struct {
		uint32_t first;
		size_t cut;   /* entries before it stand in one log, the others in the other */
		int log;      /* the log that begins */
		size_t total; /* entries */
	} rows[] = {
		{ 10, 4, 0, 4 },
		{ 10, 2, 0, 4 },
		{ 10, 2, 1, 4 },
		{ 10, 3, 1, 4 },
		{ 10, 1, 0, 1 },
		{ UINT32_MAX - 1, 4, 0, 4 },
		{ UINT32_MAX - 1, 2, 1, 4 },
		{ UINT32_MAX - 2, 1, 0, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench bench;

		set_up_numbered(&bench, rows[i].first);
		put_entries(&bench, rows[i].log, 0, rows[i].cut);
		if (rows[i].cut < rows[i].total)
			put_entries(&bench, !rows[i].log, rows[i].cut, rows[i].total);
		(void)replay(&bench);
		assert_state(&bench, rows[i].total);
		assert_int_equal(bench.plan.entries, rows[i].total);
		assert_false(bench.plan.is_torn);
		assert_null(bench.plan.why);
		tear_down(&bench);
	}
}

/* What stands in the hive already is passed over; remains behind the last entry too. */
static void old_entries_are_passed_over(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 4);
	/* The hive is in state 2. */
	buf_reset(&bench.states[0]);
	buf_put(&bench.states[0], state_of(&bench, 2));
	hive_set_sequence(bench.states[0].ptr, 13, 12);
	(void)replay(&bench);
	assert_state(&bench, 4);
	assert_int_equal(bench.plan.entries, 2);
	/* Entry 9, of the log's life before. */
	(void)log_put_change(&bench.logs[0], 9, state_of(&bench, 1), state_of(&bench, 4));
	(void)replay(&bench);
	assert_state(&bench, 4);
	assert_false(bench.plan.is_torn);
	/* All of it is old. */
	hive_set_sequence(bench.states[0].ptr, 41, 40);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	assert_false(bench.plan.is_torn);
	tear_down(&bench);
}

/* Both logs may hold an entry. */
static void overlapping_logs_are_applied_once(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 3);
	put_entries(&bench, 1, 1, 4);
	(void)replay(&bench);
	assert_state(&bench, 4);
	assert_int_equal(bench.plan.entries, 4);
	assert_false(bench.plan.is_torn);
	tear_down(&bench);
}

/* What stands behind the base block of a later log is left over from its life before. */
static void entry_before_its_base_block_is_no_part(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	log_put_base(&bench.logs[0], state_of(&bench, 1), 11, HIVE_LOG_NEW);
	(void)log_put_change(&bench.logs[0], 10, state_of(&bench, 0), state_of(&bench, 1));
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	tear_down(&bench);
}

static void gap_ends_the_replay(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 2);
	put_entries(&bench, 1, 3, 4);
	(void)replay(&bench);
	assert_state(&bench, 2);
	assert_true(bench.plan.is_torn);
	/* A gap before the first entry: nothing is applied. */
	bench.logs[0].len = 0;
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	assert_non_null(bench.plan.why);
	tear_down(&bench);
}

/* A log may be cut off anywhere: the entries before the cut are applied. */
static void torn_log_is_applied_as_far_as_it_holds(void **state)
{
	struct bench bench;
	size_t ends[STATES] = { 0 };

	(void)state;
	set_up_numbered(&bench, 10);
	for (size_t i = 0; i < 4; i++) {
		put_entries(&bench, 0, i, i + 1);
		ends[i + 1] = bench.logs[0].len;
	}
	ends[0] = 512;
	for (size_t len = ends[4]; len > 512; len -= 64) {
		size_t whole = 4;

		bench.logs[0].len = len;
		while (ends[whole] > len)
			whole--;
		(void)replay(&bench);
		if (whole)
			assert_state(&bench, whole);
		else
			assert_int_equal(bench.plan.condition, HIVE_DIRTY);
		if (len - ends[whole] >= 40)
			assert_true(bench.plan.is_torn);
	}
	tear_down(&bench);
}

/* Any bit of an entry is under one of its hashes, but for the remains of its last sector. */
static void wrong_hash_ends_the_replay(void **state)
{
	struct bench bench;
	size_t start;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 1);
	start = bench.logs[0].len;
	put_entries(&bench, 0, 1, 4);
	for (size_t at = 4; at < 600; at++) {
		char *byte = bench.logs[0].ptr + start + at;

		*byte ^= 0x10;
		(void)replay(&bench);
		assert_state(&bench, 1);
		*byte ^= 0x10;
	}
	(void)replay(&bench);
	assert_state(&bench, 4);
	tear_down(&bench);
}

static void impossible_entries_end_the_replay(void **state)
{
	static const char page[512]; /* read as references they are harmless */
	static const struct {
		uint32_t bins, offset, size, count;
	} rows[] = {
		{ 0, 0, 512, 1 },
		{ 4095, 0, 512, 1 },
		{ 8192 + 512, 0, 512, 1 },
		{ 0x80000000, 0, 512, 1 },
		{ 0xFFFFF000, 0, 512, 1 },
		{ PAGES * 4096, PAGES * 4096, 512, 1 },
		{ PAGES * 4096, PAGES * 4096 - 511, 512, 1 },
		{ PAGES * 4096, UINT32_MAX, 512, 1 },
		{ PAGES * 4096, UINT32_MAX - 511, 512, 1 },
		{ PAGES * 4096, 0, UINT32_MAX, 1 },
		{ PAGES * 4096, 0, 4096, 1 },
		{ PAGES * 4096, 0, 512, UINT32_MAX },
		{ PAGES * 4096, 0, 512, 200 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench bench;
		struct log_page row = { 0, sizeof(page), page };
		size_t at;
		char *entry;

		set_up_numbered(&bench, 10);
		put_entries(&bench, 0, 0, 1);
		at = log_put_entry(&bench.logs[0], 11, rows[i].bins, &row, 1);
		entry = bench.logs[0].ptr + at;
		put_le32(entry + 20, rows[i].count);
		put_le32(entry + 40, rows[i].offset);
		put_le32(entry + 44, rows[i].size);
		log_set_hashes(&bench.logs[0], at);
		(void)replay(&bench);
		assert_state(&bench, 1);
		if (!bench.plan.is_torn)
			fail_msg("row %zu is not torn", i);
		tear_down(&bench);
	}
}

/* The room is that of the largest state on the way, the size that of the last. */
static void hive_may_grow_and_shrink(void **state)
{
	struct bench bench;
	struct slice grown, less;

	(void)state;
	set_up_numbered(&bench, 10);
	grown = state_of(&bench, 4);
	less = state_of(&bench, 1);
	log_put_base(&bench.logs[0], less, 10, HIVE_LOG_NEW);
	(void)log_put_change(&bench.logs[0], 10, state_of(&bench, 0), grown);
	(void)log_put_change(&bench.logs[0], 11, grown, less);
	(void)replay(&bench);
	assert_int_equal(bench.plan.room, grown.len);
	assert_int_equal(bench.plan.size, less.len);
	assert_memory_equal(bench.mended + HIVE_BASE, less.ptr + HIVE_BASE, less.len - HIVE_BASE);
	tear_down(&bench);
}

/* ---- A base block that is damaged itself --------------------------------------------- */

static void base_block_is_taken_from_the_log(void **state)
{
	static const size_t wounds[] = { 0, 4, 8, 36, 40, 300, 508 };

	(void)state;
	for (size_t i = 0; i < COUNT(wounds); i++) {
		struct bench bench;

		set_up_numbered(&bench, 10);
		put_entries(&bench, 0, 0, 2);
		put_entries(&bench, 1, 2, 4);
		bench.states[0].ptr[wounds[i]] ^= 0x40;
		(void)replay(&bench);
		assert_state(&bench, 4);
		assert_ptr_equal(bench.plan.base_from, &bench.plan.logs[1]);
		tear_down(&bench);
	}
}

/* Two logs that do not follow each other: the later one is the one that counts. */
static void later_log_counts_without_a_base_block(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 3, 4);
	put_entries(&bench, 1, 0, 2);
	memset(bench.states[0].ptr, 0, 512);
	(void)replay(&bench);
	assert_int_equal(bench.plan.condition, HIVE_MENDED);
	assert_int_equal(bench.plan.entries, 1);
	assert_int_equal(bench.plan.sequence, 13);
	tear_down(&bench);
}

static void log_without_entries_gives_its_base_block(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	log_put_base(&bench.logs[0], state_of(&bench, 0), 12, HIVE_LOG_NEW);
	bench.states[0].ptr[0] = 'x';
	(void)replay(&bench);
	assert_int_equal(bench.plan.condition, HIVE_MENDED);
	assert_int_equal(bench.plan.entries, 0);
	assert_memory_equal(bench.mended, "regf", 4);
	assert_int_equal(le32(bench.mended + 508), hive_base_checksum(bench.mended));
	assert_int_equal(le32(bench.mended + 28), HIVE_PRIMARY);
	tear_down(&bench);
}

static void damaged_logs_are_said(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_entries(&bench, 0, 0, 2);
	bench.logs[0].ptr[50] ^= 1;
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	assert_true(bench.plan.is_torn);
	/* A log that was being written, and a hive in the place of one. */
	bench.logs[0].ptr[50] ^= 1;
	hive_set_sequence(bench.logs[0].ptr, 10, 9);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	hive_set_sequence(bench.logs[0].ptr, 10, 10);
	(void)replay(&bench);
	assert_state(&bench, 2);
	put_le32(bench.logs[0].ptr + 28, HIVE_PRIMARY);
	hive_set_checksum(bench.logs[0].ptr);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	tear_down(&bench);
}

/* ---- The old format ------------------------------------------------------------------ */

static void put_old_log(struct bench *bench, int log, uint32_t type, size_t to)
{
	log_put_base(&bench->logs[log], state_of(bench, to), bench->first + 1, type);
	log_put_dirt(&bench->logs[log], state_of(bench, 0), state_of(bench, to));
}

/* Sequence numbers become the primary one of the hive. */
static void assert_old_state(struct bench *bench, size_t i)
{
	hive_set_sequence(bench->states[i].ptr, bench->first + 1, bench->first + 1);
	assert_state(bench, i);
}

static void dirty_sectors_are_written_back(void **state)
{
	static const struct {
		int log;
		uint32_t type;
		size_t to;
	} rows[] = {
		{ 0, HIVE_LOG_OLD, 1 }, { 1, HIVE_LOG_OLD, 2 },
		{ 0, HIVE_LOG_OLD_TOO, 4 }, /* it grows */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench bench;

		set_up_numbered(&bench, 10);
		put_old_log(&bench, rows[i].log, rows[i].type, rows[i].to);
		(void)replay(&bench);
		assert_old_state(&bench, rows[i].to);
		assert_false(bench.plan.is_torn);
		tear_down(&bench);
	}
}

static void old_log_must_not_be_older_than_the_hive(void **state)
{
	struct bench bench;

	(void)state;
	set_up_numbered(&bench, 10);
	put_old_log(&bench, 0, HIVE_LOG_OLD, 2);
	put_le64(bench.logs[0].ptr + 12, TEST_FILETIME - 1);
	hive_set_checksum(bench.logs[0].ptr);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	/* The same without a base block: the first bin holds the time. */
	bench.states[0].ptr[0] = 'x';
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	put_le64(bench.logs[0].ptr + 12, TEST_FILETIME);
	hive_set_checksum(bench.logs[0].ptr);
	(void)replay(&bench);
	assert_old_state(&bench, 2);
	tear_down(&bench);
}

static void old_log_is_applied_as_far_as_it_holds(void **state)
{
	struct bench bench;
	uint64_t before = UINT64_MAX;

	(void)state;
	set_up_numbered(&bench, 10);
	put_old_log(&bench, 0, HIVE_LOG_OLD, 4);
	bench.logs[0].len -= 1;
	for (; bench.logs[0].len > 1100; bench.logs[0].len -= 100) {
		(void)replay(&bench);
		assert_int_equal(bench.plan.condition, HIVE_MENDED);
		assert_true(bench.plan.is_torn);
		assert_true(bench.plan.pages <= before);
		before = bench.plan.pages;
	}
	for (size_t len = 522; len > 512; len--) { /* the table is cut off */
		bench.logs[0].len = len;
		assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	}
	tear_down(&bench);
}

static void old_log_must_fit_the_bins(void **state)
{
	struct bench bench;
	char *page;

	(void)state;
	set_up_numbered(&bench, 10);
	put_old_log(&bench, 0, HIVE_LOG_OLD, 4);
	page = bench.logs[0].ptr + bench.logs[0].len - 4096; /* the bin that was added */
	assert_memory_equal(page, "hbin", 4);
	put_le32(page + 4, 0);
	(void)replay(&bench);
	assert_true(bench.plan.is_torn);
	/* A table for bins that cannot be. */
	put_le32(bench.logs[0].ptr + 40, 0xFFFFF000);
	hive_set_checksum(bench.logs[0].ptr);
	assert_int_equal(replay(&bench)->condition, HIVE_DIRTY);
	tear_down(&bench);
}

/* ---- Anything ------------------------------------------------------------------------ */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void wound(struct buf *bytes, uint32_t *seed)
{
	for (uint32_t n = next_random(seed) % 3; n && bytes->len; n--) {
		size_t at = next_random(seed) % bytes->len;

		if (next_random(seed) % 4 == 0)
			at %= 600;
		if (at < bytes->len)
			bytes->ptr[at] = (char)next_random(seed);
	}
	if (next_random(seed) % 8 == 0)
		bytes->len = next_random(seed) % (bytes->len + 1);
	/* What has right checksums is looked at more closely. */
	if (bytes->len >= 512 && next_random(seed) % 2)
		hive_set_checksum(bytes->ptr);
	if (bytes->len >= 1024 && next_random(seed) % 2) {
		uint32_t size = le32(bytes->ptr + 512 + 4);

		if (size >= 40 && size <= bytes->len - 512)
			log_set_hashes(bytes, 512);
	}
}

static void wounded_logs_do_no_harm(void **state)
{
	uint32_t seed = 1;
	unsigned mended = 0, torn = 0;

	(void)state;
	for (int i = 0; i < 6000; i++) {
		struct bench bench;

		set_up_numbered(&bench, 10);
		if (i % 3 == 0) {
			put_old_log(&bench, 0, HIVE_LOG_OLD, 4);
		} else {
			put_entries(&bench, 0, 0, 2);
			put_entries(&bench, 1, 2, 4);
		}
		wound(&bench.logs[0], &seed);
		wound(&bench.logs[1], &seed);
		if (i % 5 == 0)
			wound(&bench.states[0], &seed);
		(void)replay(&bench);
		mended += bench.plan.condition == HIVE_MENDED;
		torn += bench.plan.is_torn;
		tear_down(&bench);
	}
	assert_true(mended > 1000);
	assert_true(torn > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marvin_has_known_values),
		cmocka_unit_test(checksum_is_never_zero_nor_all_ones),
		cmocka_unit_test(clean_hive_needs_no_logs),
		cmocka_unit_test(dirty_hive_without_logs_stays_dirty),
		cmocka_unit_test(entries_are_applied_in_order),
		cmocka_unit_test(old_entries_are_passed_over),
		cmocka_unit_test(overlapping_logs_are_applied_once),
		cmocka_unit_test(entry_before_its_base_block_is_no_part),
		cmocka_unit_test(gap_ends_the_replay),
		cmocka_unit_test(torn_log_is_applied_as_far_as_it_holds),
		cmocka_unit_test(wrong_hash_ends_the_replay),
		cmocka_unit_test(impossible_entries_end_the_replay),
		cmocka_unit_test(hive_may_grow_and_shrink),
		cmocka_unit_test(base_block_is_taken_from_the_log),
		cmocka_unit_test(later_log_counts_without_a_base_block),
		cmocka_unit_test(log_without_entries_gives_its_base_block),
		cmocka_unit_test(damaged_logs_are_said),
		cmocka_unit_test(dirty_sectors_are_written_back),
		cmocka_unit_test(old_log_must_not_be_older_than_the_hive),
		cmocka_unit_test(old_log_is_applied_as_far_as_it_holds),
		cmocka_unit_test(old_log_must_fit_the_bins),
		cmocka_unit_test(wounded_logs_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
