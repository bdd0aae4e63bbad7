/* Evidence: which proofs a row shows, and which of its properties each one supports. */
#include "core/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "core/families.h"
#include "core/known.h"
#include "core/maps.h"
#include "core/records.h"

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

static const uint32_t record_supports[RECORD_ROLE_COUNT_] = {
	[RECORD_HIVE] = FOR_STATUS | FOR_NAME,
	[RECORD_PENDING] = FOR_STATUS | FOR_NAME,
	[RECORD_SESSION] = FOR_STATUS | FOR_CODE | FOR_NAME,
	[RECORD_OPEN] = FOR_STATUS | FOR_CODE | FOR_NAME,
	[RECORD_DONE] = FOR_STATUS | FOR_NAME,
	[RECORD_LISTING] = FOR_STATUS | FOR_NAME,
	[RECORD_MANIFEST] = FOR_NAME,
	[RECORD_DEPLOYMENT] = FOR_STATUS,
};

#define MAX_GATHERED 512

struct gathering {
	struct world *world;
	struct evidence items[MAX_GATHERED];
	bool is_kept[MAX_GATHERED]; /* the words are the report's already */
	size_t count;
	uint64_t dropped;
};

static struct gathering *new_gathering(struct world *world)
{
	struct gathering *gathering = malloc(sizeof(*gathering));

	if (!gathering) {
		world->status = ST_NOMEM;
		return NULL;
	}
	gathering->world = world;
	gathering->count = 0;
	gathering->dropped = 0;
	return gathering;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return place_compare(a, b) == 0;
}

/* What the report keeps already is not copied again. */
static void gather_item(
	struct gathering *gathering, const struct evidence *item, uint32_t bits, bool is_kept)
{
	for (size_t i = 0; i < gathering->count; i++) {
		if (!same_place(&gathering->items[i].at, &item->at))
			continue;
		gathering->items[i].supports |= bits;
		return;
	}
	if (gathering->count == MAX_GATHERED) {
		gathering->dropped++;
		return;
	}
	gathering->is_kept[gathering->count] = is_kept;
	gathering->items[gathering->count] = *item;
	gathering->items[gathering->count++].supports = bits;
}

static void gather(struct gathering *gathering, const struct proof *proof, uint32_t bits)
{
	if (proof->kind == FACT_NONE)
		return;
	gather_item(gathering,
		&(struct evidence){
			.at = proof->at,
			.kind = proof->kind,
			.words = { proof->words, proof->len },
		},
		bits, false);
}

static int by_place(const void *a, const void *b)
{
	const struct place *first = &((const struct evidence *)a)->at;
	const struct place *second = &((const struct evidence *)b)->at;

	return place_compare(first, second);
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
	for (size_t i = 0; i < count; i++)
		if (!gathering->is_kept[i])
			kept[i].words = clean_text(world, kept[i].words);
	sort_items(kept, count, sizeof(*kept), by_place);
	row->own.evidence = kept;
	row->own.evidence_count = count;
	row->own.evidence_omitted = statements > count ? statements - count : 0;
	row->own.evidence_omitted += gathering->dropped;
}

/* The place that says in which state a package is. */
static const struct proof *proof_of_state(const struct package *package)
{
	static const enum record_role by_stand[] = {
		[STANDS_LOG] = RECORD_ROLE_COUNT_,
		[STANDS_HIVE] = RECORD_HIVE,
		[STANDS_SESSION] = RECORD_SESSION,
		[STANDS_LISTING] = RECORD_LISTING,
		[STANDS_DEPLOYMENT] = RECORD_DEPLOYMENT,
		[STANDS_MANIFEST] = RECORD_MANIFEST,
	};
	static const enum proof_role by_log[] = { PROOF_STATE, PROOF_REPORT, PROOF_APPLIED };
	const struct record *record = package->record;
	size_t at = 0;

	if (record && record->stands != STANDS_LOG)
		return &record->proofs[by_stand[record->stands]];
	while (at + 1 < sizeof(by_log) / sizeof(by_log[0]) &&
		package->proofs[by_log[at]].kind == FACT_NONE)
		at++;
	return &package->proofs[by_log[at]];
}

/* A package that is not in may be so because a newer generation of it is. */
static void gather_newer(struct gathering *gathering, const struct package *package)
{
	enum cbs_state current = package->now.current;
	const struct package *newer = state_is_out(current) || current == STATE_UNINSTALL_PENDING
		? newer_in(gathering->world, package)
		: NULL;

	if (newer)
		gather(gathering, proof_of_state(newer), FOR_STATUS);
}

static void gather_record(struct gathering *gathering, const struct record *record)
{
	for (enum record_role role = 0; role < RECORD_ROLE_COUNT_; role++) {
		uint32_t bits = record_supports[role];

		if (role == record->applied_from)
			bits |= FOR_APPLIED;
		if (role == RECORD_HIVE && record->has_error)
			bits |= FOR_CODE;
		if (role == RECORD_MANIFEST && record->stands == STANDS_MANIFEST)
			bits |= FOR_STATUS;
		gather(gathering, &record->proofs[role], bits);
	}
	for (unsigned i = 0; i < record->because_count; i++)
		gather(gathering, record->because[i], FOR_STATUS);
	if (!record->parent)
		return;
	gather(gathering, &record->parent_named->proof, FOR_STATUS);
	gather(gathering, proof_of_state(record->parent), FOR_STATUS);
}

/* Who gives the KB, when the image's own manifest does not: another image's, a package's. */
static void gather_known(struct gathering *gathering, const struct package *package)
{
	const struct known *known = known_find(gathering->world, package->identity);

	if (!known || !package->kb || record_has(package->record, RECORD_MANIFEST))
		return;
	if (known->kb.kb == package->kb)
		gather(gathering, &known->kb.proof, FOR_NAME);
	else if (known->session_kb.kb == package->kb)
		gather(gathering, &known->session_kb.proof, FOR_NAME);
}

/* What ConfigMgr's log says */

static void gather_binaries(struct gathering *gathering, const struct site_update *site)
{
	uint32_t name = site->ci ? FOR_TITLE : FOR_NAME;

	for (LIST_EACH(struct site_binary, binary, &site->binaries)) {
		gather(gathering, &binary->call_proof, FOR_STATUS | FOR_CODE);
		gather(gathering, &binary->token_proof, FOR_STATUS | name);
		gather(gathering, &binary->skip_proof, FOR_STATUS);
	}
}

static void gather_index(struct gathering *gathering, const struct site_index *index)
{
	const struct site_visit *visit = index->visit;

	gather(gathering, &index->error, FOR_STATUS);
	gather(gathering, &index->call_error, FOR_STATUS);
	gather(gathering, &index->unmount, FOR_STATUS);
	gather(gathering, &index->numbered, FOR_INDEX);
	gather(gathering, &visit->named, FOR_PACKAGE_ID);
	gather(gathering, &visit->end, FOR_PACKAGE_ID);
}

static void gather_site(struct gathering *gathering, const struct site_update *site)
{
	gather(gathering, &site->failed,
		FOR_STATUS | FOR_CODE | (site->failed_by_id ? FOR_UPDATE_ID : 0));
	if (site->loose.is_set)
		gather(gathering, &site->loose.proof, FOR_STATUS | FOR_CODE);
	gather(gathering, &site->applied, FOR_STATUS | FOR_CODE | FOR_APPLIED);
	if (site->was_applied_proof.kind)
		gather(gathering, &site->was_applied_proof, FOR_APPLIED);
	gather(gathering, &site->named, site->ci ? FOR_UPDATE_ID : FOR_STATUS);
	gather(gathering, &site->applying, FOR_STATUS);
	gather_index(gathering, site->index);
	gather_binaries(gathering, site);
	gather(gathering, &site->asked, FOR_STATUS);
}

void evidence_of_update(struct world *world, const struct update *update, struct row *row)
{
	struct gathering *gathering = new_gathering(world);
	uint64_t statements = 0;

	if (!gathering)
		return;
	/* The site's own lines tell of an image that it alone names. */
	if (!update->site || update->image->kind != IMAGE_SITE)
		gather(gathering, &update->image->origin, FOR_IMAGE);
	if (update->site)
		gather_site(gathering, update->site);
	if (update->image->id_is_mapped)
		gather(gathering, &update->image->mapped->proof, FOR_PACKAGE_ID);
	if (update->ci_proof)
		gather(gathering, update->ci_proof, FOR_UPDATE_ID);
	if (update->id_from == ID_FROM_MAP)
		gather(gathering, &update->mapped->proof, FOR_UPDATE_ID);
	for (LIST_EACH(struct package, package, &update->packages)) {
		statements += package->statements;
		if (package->record)
			gather_record(gathering, package->record);
		gather_newer(gathering, package);
		gather_known(gathering, package);
		for (enum proof_role role = 0; role < PROOF_ROLE_COUNT_; role++)
			gather(gathering, &package->proofs[role], supports[role]);
		for (unsigned i = 0; i < package->parent_count; i++)
			gather(gathering, &package->parents->proofs[i], FOR_STATUS);
	}
	for (LIST_EACH(struct package, whole, &update->packages))
		for (unsigned i = 0; i < whole->part_count; i++)
			gather(gathering, &whole->parts[i], FOR_STATUS);
	if (update->title_proof)
		gather(gathering, update->title_proof, FOR_TITLE);
	keep(gathering, statements, row);
	free(gathering);
}

/* Columns of the view class that a map gives, as bits. */
enum { FOR_DESCRIPTION = 1 << 3, FOR_PACKAGE_NAME = 1 << 4 };

/* Columns of the status class as columns of the view: bit to bit. */
static uint32_t view_bits(uint32_t status_bits)
{
	static const struct {
		unsigned status, view;
	} same[] = { { 4, 0 }, { 1, 1 }, { 2, 2 }, { 3, 5 } };
	uint32_t bits = 0;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (status_bits & 1u << same[i].status)
			bits |= 1u << same[i].view;
	return bits;
}

static void gather_map(struct gathering *gathering, const struct map_image *mapped)
{
	uint32_t bits = (mapped && mapped->name.len ? FOR_PACKAGE_NAME : 0) |
		(mapped && mapped->description.len ? FOR_DESCRIPTION : 0);

	if (bits)
		gather(gathering, &mapped->proof, bits);
}

void evidence_of_view(
	struct world *world, const struct image *image, const struct row *status, struct row *row)
{
	struct gathering *gathering = new_gathering(world);
	uint64_t known = status->own.evidence_count + status->own.evidence_omitted;

	if (!gathering)
		return;
	gather_map(gathering, image->mapped);
	for (size_t i = 0; i < status->own.evidence_count; i++) {
		const struct evidence *of_status = &status->own.evidence[i];
		uint32_t bits = view_bits(of_status->supports);

		if (bits)
			gather_item(gathering, of_status, bits, true);
	}
	keep(gathering, 0, row);
	row->own.evidence_omitted =
		known > row->own.evidence_count ? known - row->own.evidence_count : 0;
	free(gathering);
}

/* The columns of a run's row, by what they say. */
struct run_columns {
	uint32_t start, image, result, key;
};

static struct run_columns columns_of(enum row_class row_class)
{
	struct run_columns bits = { 0 };
	size_t count;
	const struct row_column *columns = row_columns(row_class, &count);

	for (size_t i = 0; i < count; i++) {
		if (columns[i].type == VALUE_TIME)
			bits.start |= 1u << i;
		else if (columns[i].type == VALUE_TEXT)
			bits.image |= 1u << i;
		else if (columns[i].is_key)
			bits.key |= 1u << i;
		else
			bits.result |= 1u << i;
	}
	return bits;
}

/* The map that gives the image its id. */
static void gather_mapped(struct gathering *gathering, const struct image *image, uint32_t bits)
{
	if (image->id_is_mapped)
		gather(gathering, &image->mapped->proof, bits);
}

/* How a run ended. */
static void gather_result(struct gathering *gathering, const struct run *run, uint32_t bits)
{
	for (LIST_EACH(struct run_failure, failure, &run->failures))
		gather(gathering, &failure->proof, bits);
	gather(gathering, &run->end, bits);
}

void evidence_of_run(struct world *world, const struct run *run, struct row *row)
{
	struct gathering *gathering = new_gathering(world);
	struct run_columns bits = columns_of(row->row_class);

	if (!gathering)
		return;
	gather(gathering, &run->start, bits.start);
	if (run->image) {
		gather(gathering, &run->image->origin, bits.image);
		gather_mapped(gathering, run->image->canonical, bits.image);
	}
	gather_result(gathering, run, bits.result);
	keep(gathering, 0, row);
	free(gathering);
}

void evidence_of_past(struct world *world, const struct site_past *past, struct row *row)
{
	struct gathering *gathering = new_gathering(world);
	struct run_columns bits = columns_of(row->row_class);
	/* That it is running: it began, and there is no end. */
	uint32_t running = past->status == RUN_RUNNING ? bits.result : 0;
	const uint32_t by_role[PAST_ROLE_COUNT_] = {
		[PAST_BEGUN] = bits.start | bits.key | running,
		[PAST_OPENED] = bits.result,
		[PAST_NAMED] = bits.image,
		[PAST_FAILED] = bits.result,
		[PAST_ENDED] = bits.result | bits.image,
		[PAST_OVER] = bits.result,
	};

	if (!gathering)
		return;
	for (uint32_t i = 0; i < past->line_count; i++)
		gather_item(gathering, &past->lines[i], by_role[past->lines[i].supports], true);
	gather_mapped(gathering, past->image->canonical, bits.image);
	for (LIST_EACH(struct run, part, &past->runs))
		gather_result(gathering, part, bits.result); /* DISM's work */
	keep(gathering, 0, row);
	free(gathering);
}
