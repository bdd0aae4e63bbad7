/* The bounded list of diagnostics and the words of each code. */
#include "model/diagnostic.h"

#include <stdlib.h>

#include "base/sort.h"
#include "model/report.h"

static const struct {
	const char *name, *sentence;
	enum severity severity;
} codes[DIAG_COUNT_] = {
#define DIAGNOSTIC(id, code, grade, words) [DIAG_##id] = { code, words, SEVERITY_##grade },
#include "model/diagnostic.def"
#undef DIAGNOSTIC
};

/* What is kept of one code in one input. */
struct diagnostic_slot {
	uint64_t key;  /* 0: free */
	size_t latest; /* the item that came last: it counts for those not kept */
	unsigned kept;
};

#define FIRST_SLOTS 64

void diagnostics_init(struct diagnostics *list, struct arena *arena)
{
	*list = (struct diagnostics){ .arena = arena };
}

void diagnostics_release(struct diagnostics *list)
{
	free(list->items);
	free(list->slots);
	diagnostics_init(list, list->arena);
}

static uint64_t key_of(enum diagnostic_code code, uint32_t input)
{
	return (uint64_t)input * DIAG_COUNT_ + (uint64_t)code + 1;
}

/* The slot of the key, or the free one where it belongs. */
static struct diagnostic_slot *slot_at(struct diagnostic_slot *slots, size_t slot_cap, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (slot_cap - 1);

	while (slots[at].key && slots[at].key != key)
		at = (at + 1) & (slot_cap - 1);
	return &slots[at];
}

static bool reserve_slot(struct diagnostics *list)
{
	size_t cap = list->slot_cap ? list->slot_cap * 2 : FIRST_SLOTS;
	struct diagnostic_slot *slots;

	if (list->slot_count < list->slot_cap / 2)
		return true;
	slots = calloc(cap, sizeof(*slots));
	if (!slots)
		return false;
	for (size_t i = 0; i < list->slot_cap; i++)
		if (list->slots[i].key)
			*slot_at(slots, cap, list->slots[i].key) = list->slots[i];
	free(list->slots);
	list->slots = slots;
	list->slot_cap = cap;
	return true;
}

static bool reserve_item(struct diagnostics *list)
{
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct diagnostic *grown;

	if (list->count < list->cap)
		return true;
	grown = reallocarray(list->items, cap, sizeof(*grown));
	if (!grown)
		return false;
	list->items = grown;
	list->cap = cap;
	return true;
}

void diagnostics_add(
	struct diagnostics *list, enum diagnostic_code code, struct place at, struct slice detail)
{
	uint64_t key = key_of(code, at.input);
	struct diagnostic_slot *slot;

	if (!reserve_slot(list) || !reserve_item(list)) {
		list->arena->status = ST_NOMEM;
		return;
	}
	slot = slot_at(list->slots, list->slot_cap, key);
	if (slot->kept == MAX_PLACES_PER_CODE) {
		list->items[slot->latest].count++;
		return;
	}
	list->slot_count += slot->key == 0;
	slot->key = key;
	slot->kept++;
	slot->latest = list->count;
	list->items[list->count++] = (struct diagnostic){
		.code = code,
		.at = at,
		.detail = detail.len ? arena_copy(list->arena, detail) : SLICE_NONE,
		.count = 1,
	};
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* NO_INPUT is the greatest number: what concerns no input comes last. */
static int compare_items(const void *left, const void *right)
{
	const struct diagnostic *a = left, *b = right;
	const uint64_t keys[][2] = {
		{ a->at.line, b->at.line },
		{ a->at.offset, b->at.offset },
		{ (uint64_t)a->code, (uint64_t)b->code },
	};

	if (a->at.input != b->at.input)
		return compare_numbers(a->at.input, b->at.input);
	if (slice_compare(a->member, b->member) != 0)
		return slice_compare(a->member, b->member);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i][0] != keys[i][1])
			return compare_numbers(keys[i][0], keys[i][1]);
	if (slice_compare(a->detail, b->detail) != 0)
		return slice_compare(a->detail, b->detail);
	return compare_numbers(a->count, b->count);
}

void diagnostics_sort(
	struct diagnostics *list, const struct report_member *members, size_t member_count)
{
	for (size_t i = 0; i < list->count; i++) {
		uint32_t member = list->items[i].at.member;

		list->items[i].member =
			member && member < member_count ? members[member].path : SLICE_NONE;
	}
	sort_items(list->items, list->count, sizeof(list->items[0]), compare_items);
}

const char *diagnostic_name(enum diagnostic_code code)
{
	return codes[code].name;
}

const char *diagnostic_sentence(enum diagnostic_code code)
{
	return codes[code].sentence;
}

enum diagnostic_code diagnostic_find(struct slice name)
{
	enum diagnostic_code code = 0;

	while (code < DIAG_COUNT_ && !slice_equal(name, slice_from(codes[code].name)))
		code++;
	return code;
}

enum severity diagnostic_severity(enum diagnostic_code code)
{
	return codes[code].severity;
}
