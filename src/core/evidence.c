/* Evidence: which proofs a row shows, and which of its properties each one supports. */
#include "core/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "base/text.h"

/* Columns of the status class, as bits. */
enum {
	FOR_APPLIED = 1 << 0,
	FOR_INDEX = 1 << 1,
	FOR_PACKAGE_ID = 1 << 2,
	FOR_UPDATE_ID = 1 << 3,
	FOR_CODE = 1 << 4,
	FOR_STATUS = 1 << 5,
	FOR_TITLE = 1 << 6,
	FOR_IMAGE = FOR_INDEX | FOR_PACKAGE_ID,
	FOR_NAME = FOR_UPDATE_ID | FOR_TITLE,
};

static const uint32_t supports[PROOF_ROLE_COUNT_] = {
	[PROOF_STATE_FIRST] = FOR_STATUS | FOR_NAME,
	[PROOF_STATE] = FOR_STATUS | FOR_NAME,
	[PROOF_APPLICABLE] = FOR_STATUS | FOR_NAME,
	[PROOF_PLAN] = FOR_STATUS,
	[PROOF_HIGHER] = FOR_STATUS,
	[PROOF_STACK] = FOR_STATUS | FOR_CODE,
	[PROOF_FILE] = FOR_NAME,
	[PROOF_START] = FOR_STATUS,
	[PROOF_STEP] = FOR_STATUS,
	[PROOF_ERROR] = FOR_STATUS | FOR_CODE,
	[PROOF_REPORT] = FOR_STATUS | FOR_CODE,
	[PROOF_END] = FOR_STATUS | FOR_CODE,
	[PROOF_CALL] = FOR_CODE,
	[PROOF_RESTART] = FOR_STATUS,
	[PROOF_APPLIED] = FOR_APPLIED | FOR_STATUS,
	[PROOF_COMMIT] = FOR_STATUS,
	[PROOF_INVENTORY] = FOR_STATUS,
	[PROOF_OTHER_SIDE] = FOR_STATUS,
};

#define MAX_GATHERED 512
#define MAX_CLEAN    ((size_t)1 << 20)

struct gathering {
	struct world *world;
	struct evidence items[MAX_GATHERED];
	size_t count;
	uint64_t dropped;
};

struct slice clean_text(struct world *world, struct slice text)
{
	struct slice copy;
	struct buf clean;

	buf_init(&clean, MAX_CLEAN);
	for (;;) { /* CR LF inside a record reads as LF */
		size_t cr = slice_find(text, SLICE("\r\n"));

		text_put_clean(&clean, slice_from_to(text, 0, cr), false);
		if (cr == SLICE_MISSING)
			break;
		text = slice_skip(text, cr + 1);
	}
	copy = arena_copy(&world->report->arena, buf_slice(&clean));
	if (clean.status != ST_OK || !copy.ptr)
		world->status =
			clean.status != ST_OK ? clean.status : arena_status(&world->report->arena);
	buf_release(&clean);
	return copy;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->input == b->input && a->member == b->member && a->line == b->line &&
		a->offset == b->offset;
}

static void gather(struct gathering *gathering, const struct proof *proof, uint32_t bits)
{
	if (proof->kind == FACT_NONE)
		return;
	for (size_t i = 0; i < gathering->count; i++) {
		if (!same_place(&gathering->items[i].at, &proof->at))
			continue;
		gathering->items[i].supports |= bits;
		return;
	}
	if (gathering->count == MAX_GATHERED) {
		gathering->dropped++;
		return;
	}
	gathering->items[gathering->count++] = (struct evidence){
		.supports = bits,
		.at = proof->at,
		.kind = proof->kind,
		.words = { proof->words, proof->len },
	};
}

static int by_place(const void *a, const void *b)
{
	const struct place *first = &((const struct evidence *)a)->at;
	const struct place *second = &((const struct evidence *)b)->at;

	if (first->input != second->input)
		return first->input < second->input ? -1 : 1;
	if (first->member != second->member)
		return first->member < second->member ? -1 : 1;
	if (first->line != second->line)
		return first->line < second->line ? -1 : 1;
	return first->offset < second->offset ? -1 : first->offset > second->offset;
}

/* Keeps the first MAX_EVIDENCE as gathered (deciding ones come first), in order of place. */
static void keep(struct gathering *gathering, uint64_t statements, struct row *row)
{
	struct world *world = gathering->world;
	size_t count = gathering->count < MAX_EVIDENCE ? gathering->count : MAX_EVIDENCE;
	struct evidence *kept = arena_alloc(&world->report->arena, (count + 1) * sizeof(*kept));

	if (!kept) {
		world->status = arena_status(&world->report->arena);
		return;
	}
	memcpy(kept, gathering->items, count * sizeof(*kept));
	sort_items(kept, count, sizeof(*kept), by_place);
	for (size_t i = 0; i < count; i++)
		kept[i].words = clean_text(world, kept[i].words);
	row->own.evidence = kept;
	row->own.evidence_count = count;
	row->own.evidence_omitted = statements > count ? statements - count : 0;
	row->own.evidence_omitted += gathering->dropped;
}

void evidence_of_update(struct world *world, const struct update *update, struct row *row)
{
	struct gathering *gathering = calloc(1, sizeof(*gathering));
	uint64_t statements = 0;

	if (!gathering) {
		world->status = ST_NOMEM;
		return;
	}
	gathering->world = world;
	gather(gathering, &update->image->origin, FOR_IMAGE);
	for (LIST_EACH(struct package, package, &update->packages)) {
		statements += package->statements;
		for (enum proof_role role = 0; role < PROOF_ROLE_COUNT_; role++)
			gather(gathering, &package->proofs[role], supports[role]);
		for (unsigned i = 0; i < package->parent_count; i++)
			gather(gathering, &package->parent_proofs[i], FOR_STATUS);
	}
	for (LIST_EACH(struct package, whole, &update->packages))
		for (unsigned i = 0; i < whole->part_count; i++)
			gather(gathering, &whole->parts[i], FOR_STATUS);
	keep(gathering, statements, row);
	free(gathering);
}

void evidence_of_run(struct world *world, const struct run *run, struct row *row)
{
	struct gathering *gathering = calloc(1, sizeof(*gathering));
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);
	uint32_t start = 0, result = 0, image = 0;

	if (!gathering) {
		world->status = ST_NOMEM;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (columns[i].type == VALUE_TIME)
			start |= 1u << i;
		else if (columns[i].type == VALUE_TEXT)
			image |= 1u << i;
		else if (!columns[i].is_key)
			result |= 1u << i;
	}
	gathering->world = world;
	gather(gathering, &run->start, start);
	if (run->image)
		gather(gathering, &run->image->origin, image);
	for (LIST_EACH(struct run_failure, failure, &run->failures))
		gather(gathering, &failure->proof, result);
	gather(gathering, &run->end, result);
	keep(gathering, 0, row);
	free(gathering);
}
