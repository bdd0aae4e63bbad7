/* Measuring columns and printing cells. */
#include "emit/grid.h"

#include <assert.h>
#include <string.h>

#define GAP         2
#define MIN_TEXT    8 /* a text column is not made narrower */
#define MIN_NUMBER  4
#define MIN_HEADING 8 /* as long as cells need no more */

/* The columns that are printed, and how wide. */
struct layout {
	size_t count;
	size_t from[MAX_GRID_COLUMNS]; /* which column of the grid */
	unsigned width[MAX_GRID_COLUMNS];
	unsigned calm[MAX_GRID_COLUMNS];  /* no cell is cut, the heading can be read */
	unsigned least[MAX_GRID_COLUMNS]; /* not narrower, whatever the page */
};

void grid_init(struct grid *grid, struct arena *arena)
{
	*grid = (struct grid){ .arena = arena };
}

void grid_column(struct grid *grid, const char *name, enum grid_kind kind)
{
	assert(grid->column_count < MAX_GRID_COLUMNS && grid->cell_count == 0);
	grid->columns[grid->column_count++] = (struct grid_column){ name, kind };
}

void grid_cell(struct grid *grid, struct slice text)
{
	if (grid->cell_count == grid->cell_cap) {
		size_t cap = grid->cell_cap ? grid->cell_cap * 2 : 64;
		struct slice *cells = arena_alloc(grid->arena, cap * sizeof(*cells));

		if (!cells)
			return;
		if (grid->cell_count)
			memcpy(cells, grid->cells, grid->cell_count * sizeof(*cells));
		grid->cells = cells;
		grid->cell_cap = cap;
	}
	grid->cells[grid->cell_count++] = text;
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The widest cell of a column, its heading aside. */
static unsigned widest_cell(const struct grid *grid, size_t column)
{
	unsigned widest = 0;

	for (size_t i = column; i < grid->cell_count; i += grid->column_count)
		widest = larger(widest, page_columns(grid->cells[i]));
	return widest;
}

static void measure(const struct grid *grid, struct layout *layout)
{
	*layout = (struct layout){ .count = 0 };
	for (size_t i = 0; i < grid->column_count; i++) {
		unsigned name = page_columns(slice_from(grid->columns[i].name));
		unsigned cell = widest_cell(grid, i);
		bool is_text = grid->columns[i].kind == GRID_TEXT;

		if (cell == 0)
			continue;
		layout->from[layout->count] = i;
		layout->width[layout->count] = larger(name, cell);
		layout->calm[layout->count] = larger(cell, smaller(name, MIN_HEADING));
		layout->least[layout->count] = is_text ? smaller(larger(name, cell), MIN_TEXT)
						       : larger(cell, smaller(name, MIN_NUMBER));
		layout->count++;
	}
}

static unsigned total_width(const struct layout *layout)
{
	unsigned total = 0;

	for (size_t i = 0; i < layout->count; i++)
		total += layout->width[i] + (i ? GAP : 0);
	return total;
}

/* The widest column that is wider than its limit; layout->count when there is none. */
static size_t widest_above(const struct layout *layout, const unsigned *limits)
{
	size_t widest = layout->count;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->width[i] > limits[i] &&
			(widest == layout->count || layout->width[i] > layout->width[widest]))
			widest = i;
	return widest;
}

/* Takes columns off the widest that can spare some, until all fit; false when none can. */
static bool shrink(struct layout *layout, unsigned room)
{
	while (total_width(layout) > room) {
		size_t widest = widest_above(layout, layout->calm);

		if (widest == layout->count)
			widest = widest_above(layout, layout->least);
		if (widest == layout->count)
			return false;
		layout->width[widest]--;
	}
	return true;
}

bool grid_is_whole(const struct grid *grid, const struct page *page, unsigned indent)
{
	struct layout layout;
	unsigned total = indent;

	measure(grid, &layout);
	for (size_t i = 0; i < layout.count; i++)
		total += layout.calm[i] + (i ? GAP : 0);
	return total <= page->width;
}

static void put_cell(struct page *page, enum page_style style, struct slice text, unsigned width,
	bool to_the_right)
{
	unsigned start = page->column;
	unsigned columns = page_columns(text);

	if (to_the_right && columns < width)
		page_pad(page, start + width - columns);
	page_fit(page, style, text, width, CUT_END);
}

static void put_line(const struct grid *grid, const struct layout *layout, struct page *page,
	unsigned indent, const struct slice *cells)
{
	unsigned start = indent;

	for (size_t i = 0; i < layout->count; i++) {
		const struct grid_column *column = &grid->columns[layout->from[i]];
		struct slice text = cells ? cells[layout->from[i]] : slice_from(column->name);

		if (text.len) {
			page_pad(page, start);
			put_cell(page, cells ? STYLE_PLAIN : STYLE_DIM, text, layout->width[i],
				column->kind == GRID_NUMBER);
		}
		start += layout->width[i] + GAP;
	}
	page_end_line(page);
}

/* One row as lines of a name and its cell, for pages that are too narrow. */
static void put_list(
	const struct grid *grid, struct page *page, unsigned indent, const struct slice *cells)
{
	unsigned name_width = 0;

	for (size_t i = 0; i < grid->column_count; i++)
		name_width = larger(name_width, page_columns(slice_from(grid->columns[i].name)));
	for (size_t i = 0; i < grid->column_count; i++) {
		if (cells[i].len == 0)
			continue;
		page_pad(page, indent);
		page_indent(page, indent + name_width + GAP);
		page_text(page, STYLE_DIM, grid->columns[i].name);
		page_pad(page, page->indent);
		page_words(page, STYLE_PLAIN, cells[i]);
		page_end_line(page);
	}
}

void grid_print(const struct grid *grid, struct page *page, unsigned indent)
{
	struct layout layout;
	bool fits;

	measure(grid, &layout);
	if (layout.count == 0 || page->width <= indent)
		return;
	fits = shrink(&layout, page->width - indent);
	if (fits)
		put_line(grid, &layout, page, indent, NULL);
	for (size_t i = 0; i + grid->column_count <= grid->cell_count; i += grid->column_count) {
		if (fits) {
			put_line(grid, &layout, page, indent, &grid->cells[i]);
			continue;
		}
		if (i)
			page_end_line(page);
		put_list(grid, page, indent, &grid->cells[i]);
	}
}
