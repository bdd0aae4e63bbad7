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

void diagnostics_init(struct diagnostics *list, struct arena *arena)
{
	*list = (struct diagnostics){ .arena = arena };
}

void diagnostics_release(struct diagnostics *list)
{
	free(list->items);
	diagnostics_init(list, list->arena);
}

/* The latest entry of that code and input once their number is at the limit, or NULL. */
static struct diagnostic *find_full(
	struct diagnostics *list, enum diagnostic_code code, uint32_t input)
{
	struct diagnostic *latest = NULL;
	unsigned kept = 0;

	for (size_t i = list->count; i > 0 && kept < MAX_PLACES_PER_CODE; i--) {
		struct diagnostic *item = &list->items[i - 1];

		if (item->code != code || item->at.input != input)
			continue;
		if (!latest || item->count > 1)
			latest = item;
		kept++;
	}
	return kept == MAX_PLACES_PER_CODE ? latest : NULL;
}

static bool reserve_one(struct diagnostics *list)
{
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct diagnostic *grown;

	if (list->count < list->cap)
		return true;
	grown = reallocarray(list->items, cap, sizeof(*grown));
	if (!grown) {
		list->arena->status = ST_NOMEM;
		return false;
	}
	list->items = grown;
	list->cap = cap;
	return true;
}

void diagnostics_add(
	struct diagnostics *list, enum diagnostic_code code, struct place at, struct slice detail)
{
	struct diagnostic *full = find_full(list, code, at.input);

	if (full) {
		full->count++;
		return;
	}
	if (!reserve_one(list))
		return;
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

enum severity diagnostic_severity(enum diagnostic_code code)
{
	return codes[code].severity;
}
