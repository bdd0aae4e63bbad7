/*
 * Fuzz target: any bytes as a log of ConfigMgr. Records borrow from the block, follow one another
 * and do not overlap; what is no record is counted; two readings agree; and a block cut where
 * cm_cut says gives, with what is left, as many records and lines as the whole. The first byte
 * chooses the traits.
 */
#include "fuzz.h"

#include <string.h>

#include "parsers/cm_record.h"

struct totals {
	uint64_t records, lines, unrecognized, damaged, hash;
};

static bool lies_in(struct slice part, struct slice whole)
{
	return !part.len || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

static void check_record(const struct cm_record *record, struct slice block, size_t end)
{
	MUST(record->form != CM_FORM_NONE && record->form <= CM_FORM_PASTED);
	MUST(record->offset >= end && record->offset <= block.len);
	MUST(record->whole.ptr == block.ptr + record->offset && record->whole.len);
	MUST(lies_in(record->whole, block));
	MUST(lies_in(record->message, record->whole) && lies_in(record->component, record->whole));
	MUST(record->utc == NO_TIME || record->when != NO_TIME);
	MUST(record->level <= LEVEL_ERROR);
	(void)touch(record->whole);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * UINT64_C(0x100000001b3);
}

static struct totals read_all(struct slice block, uint32_t traits, const struct totals *before)
{
	struct totals totals = before ? *before : (struct totals){ .hash = 14695981039346656037u };
	struct parse_result result;
	struct cm_cursor cursor;
	struct cm_record record;
	size_t end = 0;

	parse_result_init(&result);
	result.traits = traits;
	cm_cursor_init(&cursor, block, &result);
	while (cm_next(&cursor, &record)) {
		check_record(&record, block, end);
		MUST(record.line <= result.lines + 1);
		end = record.offset + record.whole.len;
		totals.hash = mix(totals.hash, record.line + totals.lines);
		totals.hash = mix(totals.hash, slice_hash(record.message));
		totals.hash = mix(totals.hash, (uint64_t)record.when + record.tid);
	}
	for (size_t i = 0; i < result.note_count; i++)
		MUST(result.notes[i].offset <= block.len &&
			result.notes[i].line <= result.lines + 1);
	MUST(result.unrecognized + result.damaged <= block.len);
	totals.records += result.records;
	totals.lines += result.lines;
	totals.unrecognized += result.unrecognized;
	totals.damaged += result.damaged;
	parse_result_release(&result);
	return totals;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct slice block = { (const char *)bytes + 1, size ? size - 1 : 0 };
	uint32_t traits = size ? bytes[0] & 0x1Fu : 0;
	struct totals whole, again, parts;
	size_t line_ends = 0, cut;

	if (!size)
		return 0;
	for (size_t i = 0; i < block.len; i++)
		line_ends += block.ptr[i] == '\n';
	whole = read_all(block, traits, NULL);
	again = read_all(block, traits, NULL);
	MUST(memcmp(&whole, &again, sizeof(whole)) == 0);
	MUST(whole.lines == line_ends);
	cut = cm_cut(block);
	MUST(cut <= block.len);
	parts = read_all(slice_from_to(block, 0, cut), traits, NULL);
	parts = read_all(slice_skip(block, cut), traits, &parts);
	MUST(parts.lines == line_ends);
	MUST(cm_bid(block) == cm_bid(block));
	MUST(cm_look(block) == cm_look(block));
	return 0;
}
