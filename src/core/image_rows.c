/* Images of the report: what each source says of them, pending work, the revision. */
#include "core/image_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sort.h"
#include "core/evidence.h"
#include "core/families.h"
#include "core/records.h"
#include "model/identity.h"

bool image_is_chosen(const struct world *world, const struct image *image)
{
	while (image->outer)
		image = image->outer;
	return !image->has_index || index_is_chosen(world->options, image->index);
}

static int by_id(const void *a, const void *b)
{
	const struct report_image *first = a, *second = b;
	int order = slice_compare(first->package_id, second->package_id);

	if (order)
		return order;
	return first->index < second->index ? -1 : first->index > second->index;
}

/* Pending work */

static bool is_pending(const struct row *row)
{
	return row->own.reason == REASON_REBOOT_UNSEEN ||
		row->own.state == state_word(STATE_INSTALL_PENDING) ||
		row->own.state == state_word(STATE_UNINSTALL_PENDING);
}

/* How a status row stands to the rows of the image: before, among or behind them. */
static int compare_to_image(const struct row *row, const struct image *image)
{
	int32_t index = row->values[1].integer, own = (int32_t)image->index;

	return index == own ? slice_compare(row->values[2].text, image->id) : index < own ? -1 : 1;
}

/* Rows are sorted by image. */
static bool has_pending_row(const struct world *world, const struct image *image)
{
	const struct row *rows = world->report->rows[ROW_STATUS];
	size_t from = 0, count = world->report->row_count[ROW_STATUS], to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_to_image(&rows[middle], image) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < count && compare_to_image(&rows[from], image) == 0; from++)
		if (is_pending(&rows[from]))
			return true;
	return false;
}

/* The first mark of a restart to come; NULL: none. What names sessions alone is no mark:
 * the key stays when nothing is pending. */
static const struct proof *pending_mark(const struct contents *contents)
{
	for (int mark = MARK_REBOOT_PENDING; mark <= MARK_PENDING_XML; mark++)
		if (contents->marks[mark].kind)
			return &contents->marks[mark];
	return NULL;
}

static const char *pending_word(struct world *world, const struct image *image)
{
	const struct contents *contents = image->contents;
	const struct proof *mark = contents ? pending_mark(contents) : NULL;

	if (mark)
		diagnostics_add(
			&world->report->diagnostics, DIAG_PENDING_RESTART, mark->at, image->id);
	if (mark || has_pending_row(world, image))
		return "restart";
	return contents && contents->packages_key.kind ? "none" : "";
}

/* Versions */

static bool is_newer(
	const struct world *world, const struct package *package, const struct package *than)
{
	return !than ||
		version_compare(package_version(world, package), package_version(world, than)) > 0;
}

/* "10.0.26100.8035" of a stack's 26100.8035.1.2: as logs and manifests write it. */
static struct slice stack_text(struct slice version, char text[64])
{
	struct slice rest = version, build = slice_cut(&rest, '.'),
		     revision = slice_cut(&rest, '.');
	int len;

	if (build.len < 5 || build.len > 20 || revision.len > 20)
		return version; /* old ones are 6.1.7601.24383 and the like */
	len = snprintf(text, 64, "10.0.%.*s.%.*s", SLICE_ARG(build), SLICE_ARG(revision));
	return (struct slice){ text, (size_t)len };
}

struct newest {
	const struct package *stack, *rollup, *pending_rollup;
};

static bool is_rollup(struct slice identity)
{
	return slice_starts_nocase(identity, SLICE("Package_for_RollupFix~"));
}

static void take_newer(
	const struct world *world, const struct package *package, struct newest *newest)
{
	struct slice identity = interned(&world->identities, package->identity);

	if (state_is_installed(package->now.current) && identity_is_stack(identity) &&
		is_newer(world, package, newest->stack))
		newest->stack = package;
	if (state_is_installed(package->now.current) && is_rollup(identity) &&
		is_newer(world, package, newest->rollup))
		newest->rollup = package;
	if (package->now.current == STATE_INSTALL_PENDING && is_rollup(identity) &&
		is_newer(world, package, newest->pending_rollup))
		newest->pending_rollup = package;
}

/* By number of image; NULL when memory is out. */
static struct newest *find_newest(const struct world *world)
{
	struct newest *newest = calloc(world->images.count + 1, sizeof(*newest));

	for (LIST_EACH(struct package, package, &world->packages))
		if (newest && !package->shadowed_by)
			take_newer(world, package, &newest[package->image->canonical->number]);
	return newest;
}

/* The second field: 8037 of 26100.8037.1.19. The first differs from Windows' own build where
 * an enablement package is in. */
static bool has_revision(const struct world *world, const struct package *rollup, uint32_t revision)
{
	struct slice version = package_version(world, rollup);
	uint32_t own;

	(void)slice_cut(&version, '.');
	return slice_to_u32(slice_cut(&version, '.'), 10, &own) && own == revision;
}

static void check_revision(
	struct world *world, const struct image *image, const struct newest *newest)
{
	const struct windows_words *windows = image->contents ? &image->contents->windows : NULL;
	struct buf words;

	if (!windows || !windows->has_revision || !newest->rollup ||
		has_revision(world, newest->rollup, windows->revision) ||
		(newest->pending_rollup &&
			has_revision(world, newest->pending_rollup, windows->revision)))
		return;
	buf_init(&words, 4096);
	buf_printf(&words, "package %.*s, Windows %.*s (UBR %u)",
		SLICE_ARG(package_version(world, newest->rollup)), SLICE_ARG(windows->version),
		windows->revision);
	diagnostics_add(&world->report->diagnostics, DIAG_REVISION_DIFFERS, windows->proof.at,
		buf_slice(&words));
	buf_release(&words);
}

/* Sources, in the order of trust */

static struct slice sources_of(struct world *world, const struct image *image)
{
	static const char *const names[] = {
		[FROM_HIVE] = "hive",
		[FROM_SESSIONS] = "sessions",
		[FROM_MANIFESTS] = "manifests",
		[FROM_LISTING] = "listing",
	};
	bool has_xml = !image->is_listed && (image->has_xml || image->kind == IMAGE_ENTRY);
	struct slice copy;
	struct buf words;

	buf_init(&words, 256);
	for (int i = 0; image->contents && i < FROM_COUNT_; i++)
		if (image->contents->is_read[i])
			buf_printf(&words, "%s%s", words.len ? ", " : "", names[i]);
	if (image->is_listed)
		buf_puts(&words, names[FROM_LISTING]);
	if (image->in_logs || (!words.len && !has_xml))
		buf_printf(&words, "%slogs", words.len ? ", " : "");
	if (has_xml)
		buf_printf(&words, "%swim-xml", words.len ? ", " : "");
	copy = clean_text(world, buf_slice(&words));
	if (words.status != ST_OK)
		world->status = words.status;
	buf_release(&words);
	return copy;
}

/* The image */

#define FIRST_WINDOWS_11 22000

/* Windows 11 calls itself Windows 10 in the registry. */
static struct slice product_of(struct world *world, const struct windows_words *own)
{
	static const struct slice old = { "Windows 10", 10 };
	struct slice rest = own->version, product;
	struct buf words;
	uint32_t build;

	(void)slice_cut(&rest, '.');
	(void)slice_cut(&rest, '.');
	if (!slice_starts(own->product, old) || !slice_to_u32(slice_cut(&rest, '.'), 10, &build) ||
		build < FIRST_WINDOWS_11)
		return clean_text(world, own->product);
	buf_init(&words, (size_t)1 << 20);
	buf_printf(&words, "Windows 11%.*s", SLICE_ARG(slice_skip(own->product, old.len)));
	if (words.status != ST_OK)
		world->status = words.status;
	product = clean_text(world, buf_slice(&words));
	buf_release(&words);
	return product;
}

/* What Windows says of itself stands before the WIM's XML and the logs. */
static void take_windows(
	struct world *world, const struct contents *contents, struct report_image *out)
{
	const struct windows_words *own = &contents->windows, *listed = &contents->listed;

	if (listed->version.len) {
		out->version = clean_text(world, listed->version);
		out->version_is_approximate = false;
	}
	if (own->version.len) {
		out->version = clean_text(world, own->version);
		out->version_is_approximate = false;
	}
	if (own->edition.len)
		out->edition = clean_text(world, own->edition);
	if (own->architecture.len)
		out->architecture = clean_text(world, own->architecture);
	out->product = product_of(world, own);
}

/* The file, else the folder, that a log names. */
static text_id stands_at(const struct image *image)
{
	return image->kind == IMAGE_DIRECTORY && !image->container ? image->directory_as_given
								   : image->container;
}

static void make_image(struct world *world, const struct image *image, const struct newest *newest,
	struct report_image *out)
{
	char text[64];
	struct slice stack = newest->stack ? stack_text(package_version(world, newest->stack), text)
					   : world_text_of(world, image->stack_version);

	*out = (struct report_image){
		.package_id = image->id,
		.id_is_derived = image->id_is_derived,
		.index = image->index,
		.name = image->name,
		.description = image->description,
		.edition = clean_text(world, image->edition),
		.architecture = clean_text(world, image->architecture),
		.version = clean_text(world, image->version),
		.version_is_approximate = image->version_is_approximate,
		.servicing_stack = clean_text(world, stack),
		.container = clean_text(world, world_text_of(world, stands_at(image))),
		.pending = pending_word(world, image),
		.sources = sources_of(world, image),
	};
	if (image->contents)
		take_windows(world, image->contents, out);
	check_revision(world, image, newest);
}

static bool is_shown(const struct world *world, const struct image *image)
{
	return image->canonical == image && image_is_chosen(world, image) && !image->is_package &&
		(image->has_rows || image->kind == IMAGE_ENTRY || image->kind == IMAGE_TREE ||
			(image->kind == IMAGE_DOCUMENT && !image->is_list));
}

void make_image_rows(struct world *world)
{
	struct report *report = world->report;
	struct newest *newest = find_newest(world);
	size_t at = 0;

	report->images =
		arena_alloc(&report->arena, (world->images.count + 1) * sizeof(*report->images));
	if (!report->images || !newest) {
		world->status = newest ? arena_status(&report->arena) : ST_NOMEM;
		free(newest);
		return;
	}
	for (LIST_EACH(struct image, image, &world->images))
		if (is_shown(world, image))
			make_image(world, image, &newest[image->number], &report->images[at++]);
	free(newest);
	report->image_count = at;
	sort_items(report->images, at, sizeof(*report->images), by_id);
}
