/* The table's head lines and image lines: what is serviced, and in which state it is. */
#include <inttypes.h>
#include <string.h>

#include "base/sort.h"
#include "emit/grid.h"
#include "emit/image_column.h"
#include "emit/table_parts.h"
#include "model/identity.h"

enum image_cell {
	CELL_NAME,
	CELL_EDITION,
	CELL_PRODUCT,      /* product, architecture and sources: of the head line when all */
	CELL_ARCHITECTURE, /* images share them */
	CELL_VERSION,
	CELL_CUMULATIVE,
	CELL_DOTNET,
	CELL_STACK,
	CELL_PENDING,
	CELL_SOURCES,
	CELL_COUNT_
};

static const struct {
	const char *name;
	enum grid_kind kind;
} cells[CELL_COUNT_] = {
	[CELL_NAME] = { "image", GRID_TEXT },
	[CELL_EDITION] = { "edition", GRID_TEXT },
	[CELL_PRODUCT] = { "product", GRID_TEXT },
	[CELL_ARCHITECTURE] = { "architecture", GRID_WHOLE },
	[CELL_VERSION] = { "version", GRID_WHOLE },
	[CELL_CUMULATIVE] = { "cumulative update", GRID_WHOLE },
	[CELL_DOTNET] = { ".NET update", GRID_WHOLE },
	[CELL_STACK] = { "servicing stack", GRID_WHOLE },
	[CELL_PENDING] = { "pending", GRID_WHOLE },
	[CELL_SOURCES] = { "from", GRID_TEXT },
};

struct image_line {
	uint32_t index;
	struct slice cells[CELL_COUNT_];
	struct slice indexes; /* of all lines like this one */
	bool is_folded;       /* printed with an equal one before it */
};

struct image_lines {
	struct image_line *items;
	size_t count;
};

/* What all images of an id have in common; empty where they differ or nothing is known. */
struct shared {
	struct slice product, architecture, sources;
	bool products_differ, architectures_differ, sources_differ;
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

/* The status rows of one image: rows are sorted by their index first. */
static struct table_rows rows_of(const struct table_group *group, const struct report_image *image)
{
	struct table_rows all = group->rows[ROW_STATUS];
	size_t from = table_first_from(all, "ImageIndex", image->index);
	size_t to = table_first_from(all, "ImageIndex", (int64_t)image->index + 1);

	if (!all.items)
		return all;
	return (struct table_rows){ all.items + from, to - from };
}

/* The installed update of the newest version whose package is named so. */
static struct slice newest_update(struct table *table, struct table_rows rows, struct slice prefix)
{
	const struct row *newest = NULL;
	struct slice best = SLICE_NONE;

	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = rows.items[i];
		struct slice version;

		if (table_number(row, "UpdateStatus") != 2)
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

static struct slice source_words(struct slice sources)
{
	if (slice_equal(sources, SLICE("wim-xml")))
		return SLICE("the image file's XML alone");
	return sources;
}

static void share(struct slice text, struct slice *shared, bool *differ)
{
	if (!text.len || *differ)
		return;
	*differ = shared->len && !slice_equal(*shared, text);
	*shared = *differ ? SLICE_NONE : text;
}

static struct shared find_shared(const struct table_group *group)
{
	struct shared shared = { .products_differ = false };

	for (size_t i = 0; i < group->image_count; i++) {
		const struct report_image *image = group->images[i];

		share(image->product, &shared.product, &shared.products_differ);
		share(image->architecture, &shared.architecture, &shared.architectures_differ);
		share(source_words(image->sources), &shared.sources, &shared.sources_differ);
	}
	return shared;
}

static void fill_line(struct table *table, const struct table_group *group,
	const struct shared *shared, const struct report_image *image, struct image_line *line)
{
	const char *mark = image->version_is_approximate && image->version.len ? "~" : "";
	struct table_rows rows = rows_of(group, image);

	line->index = image->index;
	line->cells[CELL_NAME] = image->name.len ? image->name : image->edition;
	if (image->name.len)
		line->cells[CELL_EDITION] = image->edition;
	if (shared->products_differ && !slice_equal(image->product, image->name))
		line->cells[CELL_PRODUCT] = image->product;
	if (shared->architectures_differ)
		line->cells[CELL_ARCHITECTURE] = image->architecture;
	line->cells[CELL_VERSION] = table_format(table, "%s%.*s", mark, SLICE_ARG(image->version));
	line->cells[CELL_CUMULATIVE] = newest_update(table, rows, SLICE("Package_for_RollupFix~"));
	line->cells[CELL_DOTNET] = newest_update(table, rows, SLICE("Package_for_DotNetRollup"));
	line->cells[CELL_STACK] = image->servicing_stack;
	line->cells[CELL_PENDING] = slice_from(image->pending);
	if (shared->sources_differ)
		line->cells[CELL_SOURCES] = source_words(image->sources);
}

static int compare_cells(const struct image_line *a, const struct image_line *b)
{
	int order = 0;

	for (int i = 0; i < CELL_COUNT_ && order == 0; i++)
		order = slice_compare(a->cells[i], b->cells[i]);
	return order;
}

/* Equal lines side by side, the first of the report before the others. */
static int compare_lines(const void *left, const void *right)
{
	const struct image_line *a = *(const struct image_line *const *)left;
	const struct image_line *b = *(const struct image_line *const *)right;
	int order = compare_cells(a, b);

	return order ? order : (a > b) - (a < b);
}

/* The first of equal lines stands for all of them and has their indexes. */
static void fold_lines(struct table *table, struct image_lines lines)
{
	struct image_line **sorted =
		arena_alloc(&table->arena, (lines.count + 1) * sizeof(struct image_line *));

	if (!sorted)
		return;
	for (size_t i = 0; i < lines.count; i++)
		sorted[i] = &lines.items[i];
	sort_items(sorted, lines.count, sizeof(*sorted), compare_lines);
	for (size_t at = 0; at < lines.count;) {
		struct image_line *first = sorted[at];
		struct index_list list;

		index_list_init(&list);
		/* What has no index is none of the others. */
		for (; at < lines.count && (sorted[at] == first || first->index) &&
			compare_cells(first, sorted[at]) == 0;
			at++) {
			sorted[at]->is_folded = sorted[at] != first;
			index_list_add(&list, sorted[at]->index);
		}
		first->indexes = index_list_end(&list, table);
	}
}

static void fill_grid(struct grid *grid, struct image_lines lines)
{
	grid_column(grid, "index", GRID_TEXT);
	for (int i = 0; i < CELL_COUNT_; i++)
		grid_column(grid, cells[i].name, cells[i].kind);
	for (size_t i = 0; i < lines.count; i++) {
		if (lines.items[i].is_folded)
			continue;
		grid_cell(grid,
			lines.count == 1 || lines.items[i].indexes.len ? lines.items[i].indexes
								       : SLICE("-"));
		for (int c = 0; c < CELL_COUNT_; c++)
			grid_cell(grid, lines.items[i].cells[c]);
	}
}

/* "1-3: Contoso Client · edition Professional · version 10.0.22621.3007 · …", wrapped. */
static void put_paragraph(struct table *table, const struct image_line *line)
{
	struct page *page = &table->page;

	page_pad(page, 2);
	page_indent(page, 6);
	page_words(page, STYLE_HEAD, line->indexes);
	page_text(page, STYLE_PLAIN, line->indexes.len ? ": " : "");
	page_words(page, STYLE_PLAIN, line->cells[CELL_NAME]);
	for (int c = CELL_NAME + 1; c < CELL_COUNT_; c++)
		table_put_part(table, STYLE_PLAIN, cells[c].name, line->cells[c]);
	page_end_line(page);
}

/* As columns, or where those would cut a name, as a few words an image. */
static void put_lines(struct table *table, struct image_lines lines)
{
	struct grid grid;

	grid_init(&grid, &table->arena);
	fill_grid(&grid, lines);
	if (grid_is_whole(&grid, &table->page, 2)) {
		grid_print(&grid, &table->page, 2);
		return;
	}
	for (size_t i = 0; i < lines.count; i++)
		if (!lines.items[i].is_folded)
			put_paragraph(table, &lines.items[i]);
}

static void put_head(
	struct table *table, const struct table_group *group, const struct shared *shared)
{
	struct page *page = &table->page;
	const struct report_image *image = group->image_count ? group->images[0] : NULL;

	page_indent(page, 2);
	page_words(page, STYLE_HEAD, group->id);
	if (image && !slice_equal(image->container, group->id))
		table_put_part(table, STYLE_DIM, "", image->container);
	table_put_part(table, STYLE_DIM, "", shared->product);
	table_put_part(table, STYLE_DIM, "", shared->architecture);
	table_put_part(table, STYLE_DIM, "from", shared->sources);
	if (image && image->id_is_derived)
		table_put_part(table, STYLE_DIM, "", SLICE("id derived"));
	page_end_line(page);
}

void table_put_images(struct table *table, const struct table_group *group)
{
	struct shared shared = find_shared(group);
	struct image_lines lines = { .count = group->image_count };

	put_head(table, group, &shared);
	if (lines.count)
		lines.items = arena_alloc(&table->arena, lines.count * sizeof(*lines.items));
	if (!lines.items)
		return;
	for (size_t i = 0; i < lines.count; i++)
		fill_line(table, group, &shared, group->images[i], &lines.items[i]);
	fold_lines(table, lines);
	put_lines(table, lines);
}

static struct slice column_words(
	struct table *table, const struct report_image *image, const struct image_column *column)
{
	if (column->type == IMAGE_NUMBER)
		return table_format(table, "%" PRIu32, image_number(image, column));
	if (column->type == IMAGE_FLAG)
		return slice_from(image_flag(image, column) ? "yes" : "");
	return image_text(image, column);
}

void table_put_image_grid(struct table *table, unsigned indent)
{
	static const enum grid_kind kinds[] = {
		[IMAGE_TEXT] = GRID_TEXT,
		[IMAGE_WORD] = GRID_WHOLE,
		[IMAGE_NUMBER] = GRID_NUMBER,
		[IMAGE_FLAG] = GRID_WHOLE,
	};
	const struct report *report = table->report;
	struct grid grid;

	grid_init(&grid, &table->arena);
	for (size_t c = 0; c < IMAGE_COLUMNS; c++)
		grid_column(&grid, image_columns[c].name, kinds[image_columns[c].type]);
	for (size_t i = 0; i < report->image_count; i++)
		for (size_t c = 0; c < IMAGE_COLUMNS; c++)
			grid_cell(
				&grid, column_words(table, &report->images[i], &image_columns[c]));
	grid_print(&grid, &table->page, indent);
}
