/* The report: rows of the four classes, images, sorted. */
#include "core/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sort.h"
#include "core/applied.h"
#include "core/evidence.h"
#include "core/families.h"
#include "core/image_rows.h"
#include "core/join.h"
#include "core/maps.h"
#include "core/names.h"
#include "core/offers.h"
#include "core/reconcile.h"
#include "core/records.h"
#include "core/run_rows.h"
#include "core/site_join.h"
#include "core/site_rows.h"
#include "core/unite.h"
#include "core/updates.h"
#include "core/verdict.h"
#include "model/code.h"
#include "model/identity.h"
#include "model/kb.h"

static struct row_value integer(int32_t value)
{
	return (struct row_value){ .integer = value };
}

static struct row_value text(struct slice value)
{
	return (struct row_value){ .is_null = value.len == 0, .text = value };
}

static void set_packages(struct world *world, const struct update *update, struct row *row)
{
	size_t count = update->packages.count;
	struct row_package *packages =
		arena_alloc(&world->report->arena, (count + 1) * sizeof(*packages));

	if (!packages) {
		world->status = arena_status(&world->report->arena);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct package *package = update->packages.items[i];

		packages[i].identity =
			clean_text(world, interned(&world->identities, package->identity));
		packages[i].state = package_verdict(world, package).state;
	}
	row->own.packages = packages;
	row->own.package_count = count;
}

/* "KB4132216", or the identity's name: what people call a package. */
static void put_called(struct buf *out, struct slice identity)
{
	uint32_t kb = kb_find(identity);
	struct identity parts;

	(void)identity_parse(identity, &parts);
	if (kb)
		buf_printf(out, "KB%u", kb);
	else
		buf_printf(out, "%.*s %.*s", SLICE_ARG(parts.name), SLICE_ARG(parts.version));
}

/* What stands in the place of a package: as a log names it, else its family's newest. */
static void put_newer(struct world *world, const struct package *package, struct buf *out)
{
	const struct package *newer = newer_in(world, package);

	if (package->higher)
		put_called(out, interned(&world->identities, package->higher));
	else if (newer)
		put_called(out, interned(&world->identities, newer->identity));
}

static struct slice reason_detail(struct world *world, const struct verdict *verdict)
{
	static const struct package none;
	const struct package *package = verdict->decider ? verdict->decider : &none;
	struct slice detail;
	struct buf words;

	buf_init(&words, (size_t)1 << 20);
	if ((verdict->reason == REASON_PARENT_ABSENT ||
		    verdict->reason == REASON_REPORTED_SUCCESS_NOT_APPLIED)) {
		if (package->parent_count)
			buf_puts(&words, "parent ");
		for (unsigned i = 0; i < package->parent_count; i++) {
			buf_puts(&words, i ? ", " : "");
			put_called(&words, interned(&world->identities, package->parents->ids[i]));
		}
		if (package->parent_count)
			buf_puts(&words, " absent");
	}
	if (verdict->reason == REASON_STACK_TOO_OLD && package->stack_needed)
		buf_printf(&words, "needs %.*s, has %.*s",
			SLICE_ARG(world_text_of(world, package->stack_needed)),
			SLICE_ARG(world_text_of(world, package->stack_there)));
	if (verdict->reason == REASON_SUPERSEDED_BEFORE_INSTALL)
		put_newer(world, package, &words);
	if (!words.len)
		buf_put(&words, world_text_of(world, verdict->detail));
	detail = words.len ? clean_text(world, buf_slice(&words)) : SLICE_NONE;
	if (words.status != ST_OK)
		world->status = words.status;
	buf_release(&words);
	return detail;
}

/* A log or a session of Sessions.xml tells of an install that was asked for. */
static bool was_asked(const struct update *update)
{
	for (LIST_EACH(struct package, package, &update->packages)) {
		const struct record *record = package->record;

		if (package->asked ||
			(record_has(record, RECORD_OPEN) && state_is_in(record->open.target)) ||
			(record_has(record, RECORD_SESSION) &&
				(state_is_in(record->session.target) ||
					record_has(record, RECORD_DONE))))
			return true;
	}
	return false;
}

static void make_status(struct world *world, const struct update *update, struct row *row)
{
	struct verdict verdict = update_verdict(world, &update->packages);
	struct moment applied = { NO_TIME, TIME_NONE };

	if (verdict.applied)
		applied = package_applied(world, verdict.applied);
	if (update->site)
		site_join(world, update, &verdict, &applied);
	row->row_class = ROW_STATUS;
	row->values[0] =
		(struct row_value){ .is_null = applied.basis == TIME_NONE, .when = applied };
	row->values[1] = integer((int32_t)update->image->index);
	row->values[2] = text(update->image->id);
	row->values[3] = integer(update->update_id);
	row->values[4] = integer(verdict.has_code ? (int32_t)verdict.code : 0);
	row->values[5] = integer(verdict.status);
	row->values[6] = text(clean_text(world, update->title));
	row->own.kb = update->kb;
	row->own.id_from = update->id_from;
	row->own.id_is_ambiguous = update->id_is_ambiguous;
	row->own.state = verdict.state;
	row->own.certainty = verdict.certainty;
	row->own.reason = verdict.reason;
	row->own.reason_detail = reason_detail(world, &verdict);
	row->own.was_asked = was_asked(update);
	if (update->site)
		site_describe(world, update, row);
	row->own.time_basis = applied.basis;
	set_packages(world, update, row);
	evidence_of_update(world, update, row);
	if (verdict.certainty == CERTAINTY_CONFLICT)
		diagnostics_add(&world->report->diagnostics, DIAG_CONFLICT,
			verdict.other ? verdict.other->at
				      : verdict.decider->proofs[PROOF_OTHER_SIDE].at,
			update->title);
}

/* What the site calls the image, else what its WIM does. */
static void make_view(
	struct world *world, const struct update *update, const struct row *status, struct row *row)
{
	const struct image *image = update->image;
	const struct map_image *mapped = image->mapped;
	struct slice name = mapped ? mapped->name : SLICE_NONE,
		     description = mapped ? mapped->description : SLICE_NONE;

	*row = *status;
	row->row_class = ROW_VIEW;
	row->values[0] = status->values[4];
	row->values[1] = status->values[1];
	row->values[2] = status->values[2];
	row->values[3] =
		text(description.len ? clean_text(world, description) : image->description);
	row->values[4] = text(name.len ? clean_text(world, name) : image->name);
	row->values[5] = status->values[3];
	evidence_of_view(world, image, status, row);
}

static int compare_rows(const void *a, const void *b)
{
	return row_compare(a, b);
}

static struct row *alloc_rows(struct world *world, size_t count)
{
	struct row *rows = arena_alloc(&world->report->arena, (count + 1) * sizeof(*rows));

	if (!rows)
		world->status = arena_status(&world->report->arena);
	return rows;
}

static void make_update_rows(struct world *world, const struct list *updates)
{
	struct report *report = world->report;
	size_t at = 0;

	report->rows[ROW_STATUS] = alloc_rows(world, updates->count);
	report->rows[ROW_VIEW] = alloc_rows(world, updates->count);
	if (world->status != ST_OK)
		return;
	for (LIST_EACH(struct update, update, updates)) {
		if (!image_is_chosen(world, update->image))
			continue;
		make_status(world, update, &report->rows[ROW_STATUS][at]);
		make_view(
			world, update, &report->rows[ROW_STATUS][at], &report->rows[ROW_VIEW][at]);
		at++;
	}
	report->row_count[ROW_STATUS] = report->row_count[ROW_VIEW] = at;
}

/* Runs of sessions that came to no image and did not fail. */
static void drop_homeless(struct world *world)
{
	size_t kept = 0;

	for (LIST_EACH(struct run, run, &world->runs))
		if (run->image)
			world->runs.items[kept++] = run;
	world->runs.count = kept;
}

static void drop_unchosen(struct world *world)
{
	size_t kept = 0;
	bool any = false;

	for (LIST_EACH(struct image, image, &world->images))
		any = any || image_is_chosen(world, image);
	if (!any && (world->images.count || world->has_unchosen))
		diagnostics_add(&world->report->diagnostics, DIAG_NO_IMAGE,
			(struct place){ .input = NO_INPUT }, SLICE_NONE);
	for (LIST_EACH(struct run, run, &world->runs))
		if (image_is_chosen(world, run->image))
			world->runs.items[kept++] = run;
	world->runs.count = kept;
}

/* Names go into rows: they must outlive the world. */
static void keep_names(struct world *world)
{
	for (LIST_EACH(struct image, image, &world->images)) {
		image->id = clean_text(world, image->id);
		image->name = clean_text(world, image->name);
		image->description = clean_text(world, image->description);
	}
}

enum status rows_make(struct world *world)
{
	struct report *report = world->report;
	struct list updates = { 0 };

	drop_homeless(world);
	site_prepare(world);
	for (LIST_EACH(struct run, run, &world->runs))
		run->image->has_rows = true;
	images_ask_map(world);
	images_join(world);
	images_name(world);
	keep_names(world);
	drop_unchosen(world);
	images_unite(world);
	updates_resolve(world);
	updates_spread(world);
	reconcile(world);
	if (world->status == ST_OK)
		updates_make(world, &updates);
	if (world->status == ST_OK)
		make_update_rows(world, &updates);
	if (world->status == ST_OK)
		make_run_rows(world);
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++)
		sort_items(report->rows[class], report->row_count[class], sizeof(struct row),
			compare_rows);
	if (world->status == ST_OK)
		make_image_rows(world); /* out of rows in their order */
	if (world->status == ST_OK)
		offers_make(world);
	updates_release(&updates);
	return world->status;
}
