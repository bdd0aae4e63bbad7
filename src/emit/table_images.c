/* The table's head lines and image lines: what is serviced, and in which state it is. */
#include <inttypes.h>
#include <string.h>

#include "emit/grid.h"
#include "emit/table.h"
#include "model/identity.h"

enum image_cell {
	CELL_NAME,
	CELL_VERSION,
	CELL_CUMULATIVE,
	CELL_DOTNET,
	CELL_STACK,
	CELL_PENDING,
	CELL_COUNT_
};

static const char *const cell_names[CELL_COUNT_] = {
	[CELL_NAME] = "image",
	[CELL_VERSION] = "version",
	[CELL_CUMULATIVE] = "cumulative update",
	[CELL_DOTNET] = ".NET update",
	[CELL_STACK] = "servicing stack",
	[CELL_PENDING] = "pending",
};

struct image_line {
	uint32_t index;
	struct slice cells[CELL_COUNT_];
	bool is_folded; /* printed with an equal one before it */
};

/* The version of the row's package of that name prefix; empty when it has none. */
static struct slice version_of(const struct row *row, struct slice prefix)
{
	struct identity identity;

	for (size_t i = 0; i < row->own.package_count; i++)
		if (slice_starts_nocase(row->own.packages[i].identity, prefix) &&
			identity_parse(row->own.packages[i].identity, &identity))
			return identity.version;
	return SLICE_NONE;
}

static bool is_installed_on(
	const struct table *table, const struct row *row, const struct report_image *image)
{
	return table_is_of(table, row, image->package_id) &&
		table_number(row, "ImageIndex") == (int32_t)image->index &&
		table_number(row, "UpdateStatus") == 2;
}

/* The installed update of the newest version whose package is named so. */
static struct slice newest_update(
	struct table *table, const struct report_image *image, struct slice prefix)
{
	const struct report *report = table->report;
	const struct row *newest = NULL;
	struct slice best = SLICE_NONE;

	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++) {
		const struct row *row = &report->rows[ROW_STATUS][i];
		struct slice version;

		if (!is_installed_on(table, row, image))
			continue;
		version = version_of(row, prefix);
		if (!version.len || (newest && version_compare(version, best) <= 0))
			continue;
		newest = row;
		best = version;
	}
	if (newest && newest->own.kb)
		return table_format(table, "KB%" PRIu32, newest->own.kb);
	return best;
}

static void fill_line(
	struct table *table, const struct report_image *image, struct image_line *line)
{
	const char *mark = image->version_is_approximate && image->version.len ? "~" : "";

	line->index = image->index;
	line->cells[CELL_NAME] = image->name.len ? image->name : image->edition;
	line->cells[CELL_VERSION] = table_format(table, "%s%.*s", mark, SLICE_ARG(image->version));
	line->cells[CELL_CUMULATIVE] = newest_update(table, image, SLICE("Package_for_RollupFix~"));
	line->cells[CELL_DOTNET] = newest_update(table, image, SLICE("Package_for_DotNetRollup"));
	line->cells[CELL_STACK] = image->servicing_stack;
	line->cells[CELL_PENDING] = slice_from(image->pending);
}

static bool same_cells(const struct image_line *a, const struct image_line *b)
{
	for (int i = 0; i < CELL_COUNT_; i++)
		if (!slice_equal(a->cells[i], b->cells[i]))
			return false;
	return true;
}

/* The indexes of all lines equal to lines[at], which is the first of them. */
static struct slice fold_lines(
	struct table *table, struct image_line *lines, size_t count, size_t at)
{
	struct index_list list;

	index_list_init(&list);
	for (size_t i = at; i < count; i++) {
		if (!same_cells(&lines[at], &lines[i]))
			continue;
		lines[i].is_folded = true;
		index_list_add(&list, lines[i].index);
	}
	return index_list_end(&list, table);
}

static void put_lines(struct table *table, struct image_line *lines, size_t count)
{
	struct grid grid;

	grid_init(&grid, &table->arena);
	grid_column(&grid, "index", GRID_TEXT);
	for (int i = 0; i < CELL_COUNT_; i++)
		grid_column(&grid, cell_names[i], i == CELL_NAME ? GRID_TEXT : GRID_WHOLE);
	for (size_t i = 0; i < count; i++) {
		if (lines[i].is_folded)
			continue;
		grid_cell(&grid, fold_lines(table, lines, count, i));
		for (int c = 0; c < CELL_COUNT_; c++)
			grid_cell(&grid, lines[i].cells[c]);
	}
	grid_print(&grid, &table->page, 2);
}

/* One fact of the head line, with its separator. */
static void put_head_part(struct table *table, const char *before, struct slice text)
{
	if (!text.len)
		return;
	page_text(&table->page, STYLE_DIM, " · ");
	page_text(&table->page, STYLE_DIM, before);
	page_words(&table->page, STYLE_DIM, text);
}

static struct slice source_words(struct slice sources)
{
	if (slice_equal(sources, SLICE("wim-xml")))
		return SLICE("the image file's XML alone");
	return sources;
}

static void put_head(struct table *table, const struct report_image *image, struct slice id)
{
	struct page *page = &table->page;

	page_indent(page, 2);
	page_words(page, STYLE_HEAD, id);
	if (image) {
		if (!slice_equal(image->container, id))
			put_head_part(table, "", image->container);
		put_head_part(table, "", image->architecture);
		put_head_part(table, "from ", source_words(image->sources));
		if (image->id_is_derived)
			put_head_part(table, "", SLICE("id derived"));
	}
	page_end_line(page);
}

/* The first image of the id, and how many there are. */
static const struct report_image *first_image(
	const struct report *report, struct slice id, size_t *ret_count)
{
	const struct report_image *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < report->image_count; i++) {
		if (!slice_equal(report->images[i].package_id, id))
			continue;
		if (count++ == 0)
			first = &report->images[i];
	}
	*ret_count = count;
	return first;
}

void table_put_images(struct table *table, struct slice id)
{
	const struct report *report = table->report;
	size_t count, filled = 0;
	const struct report_image *image = first_image(report, id, &count);
	struct image_line *lines;

	put_head(table, image, id);
	lines = count ? arena_alloc(&table->arena, count * sizeof(*lines)) : NULL;
	if (!lines)
		return;
	for (; filled < count; image++)
		if (slice_equal(image->package_id, id))
			fill_line(table, image, &lines[filled++]);
	put_lines(table, lines, count);
}
