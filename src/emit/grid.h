/*
 * Cells under headings, as wide as the page allows. Columns without any content are
 * left out; numbers and whole texts are never cut; when even the shortest columns do not fit,
 * each row is printed as a list of its cells.
 */
#ifndef EMIT_GRID_H
#define EMIT_GRID_H

#include "base/arena.h"
#include "emit/page.h"

enum grid_kind {
	GRID_TEXT,   /* cut when the page is narrow */
	GRID_NUMBER, /* to the right, never cut */
	GRID_WHOLE,  /* never cut: times, versions */
};

struct grid_column {
	const char *name;
	enum grid_kind kind;
};

#define MAX_GRID_COLUMNS 16

struct grid {
	struct arena *arena;
	struct grid_column columns[MAX_GRID_COLUMNS];
	size_t column_count;
	struct slice *cells; /* borrowed texts, row by row */
	size_t cell_count, cell_cap;
};

void grid_init(struct grid *grid, struct arena *arena);
void grid_column(struct grid *grid, const char *name, enum grid_kind kind);
/* The next cell; rows are full rows. The arena's status tells of a failure. */
void grid_cell(struct grid *grid, struct slice text);
/* Whether it fits into the page without a cell that is cut. */
bool grid_is_whole(const struct grid *grid, const struct page *page, unsigned indent);
void grid_print(const struct grid *grid, struct page *page, unsigned indent);

#endif
