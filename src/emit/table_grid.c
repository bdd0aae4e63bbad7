/* Rows of a class as plain columns. */
#include "emit/table_parts.h"

#include <inttypes.h>
#include <string.h>

#include "emit/grid.h"

static const enum grid_kind kinds[] = {
	[VALUE_INTEGER] = GRID_NUMBER,
	[VALUE_TEXT] = GRID_TEXT,
	[VALUE_TIME] = GRID_WHOLE,
};

static struct slice value_text(
	struct table *table, const struct row_value *value, enum value_type type)
{
	char when[MOMENT_TEXT];

	if (value->is_null)
		return SLICE_NONE;
	if (type == VALUE_INTEGER)
		return table_format(table, "%" PRId32, value->integer);
	if (type == VALUE_TEXT)
		return value->text;
	moment_print(value->when, when);
	return table_format(table, "%s", when);
}

/* With an id its column is the head line's business. */
static bool is_shown(const struct row_column *column, const struct table_group *group)
{
	return !group || strcmp(column->name, "ImagePackageID") != 0;
}

static void put_grid_row(struct table *table, struct grid *grid, const struct row *row,
	const struct table_group *group)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	for (size_t c = 0; c < count; c++)
		if (is_shown(&columns[c], group))
			grid_cell(grid, value_text(table, &row->values[c], columns[c].type));
}

void table_put_grid(struct table *table, enum row_class row_class, const struct table_group *group,
	unsigned indent)
{
	size_t count;
	const struct row_column *columns = row_columns(row_class, &count);
	size_t row_count =
		group ? group->rows[row_class].count : table->report->row_count[row_class];
	struct grid grid;

	grid_init(&grid, &table->arena);
	for (size_t c = 0; c < count; c++)
		if (is_shown(&columns[c], group))
			grid_column(&grid, columns[c].name, kinds[columns[c].type]);
	for (size_t i = 0; i < row_count; i++)
		put_grid_row(table, &grid,
			group ? group->rows[row_class].items[i]
			      : &table->report->rows[row_class][i],
			group);
	if (group && row_count)
		page_end_line(&table->page);
	grid_print(&grid, &table->page, indent);
}
