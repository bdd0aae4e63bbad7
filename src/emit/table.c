/*
 * The table for people: container by container the images, what is not plain Installed
 * and the runs; then what was not read and where to ask further. Other classes than the
 * status rows are printed as plain columns.
 */
#include "emit/table_parts.h"

#include <inttypes.h>
#include <string.h>

#define MAX_TABLE_BYTES ((size_t)512 << 20)
#define MIN_WIDTH       60

/* Asked for every row: the column is looked up once a table. */
static void find_id_columns(struct table *table)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		struct row row = { .row_class = (enum row_class)i };

		table->id_column[i] = (size_t)(row_value_of(&row, "ImagePackageID") - row.values);
	}
}

static void put_hint(struct table *table)
{
	struct page *page = &table->page;

	if (table->hint_count == 0)
		return;
	page_end_line(page);
	page_indent(page, 2);
	page_text(page, STYLE_DIM, "what a code means: dismal explain");
	for (size_t i = 0; i < table->hint_count; i++) {
		uint32_t code = table->hints[i];

		page_words(page, STYLE_DIM,
			code > 0xFFFF ? table_format(table, " 0x%08" PRIx32, code)
				      : table_format(table, " %" PRIu32, code));
	}
	page_end_line(page);
}

/* Container by container; false when there is none. */
static bool put_groups(struct table *table)
{
	bool is_first = true;

	table_make_groups(table);
	for (size_t i = 0; i < table->group_count; i++) {
		const struct table_group *group = &table->groups[i];

		if (table_group_is_empty(group))
			continue;
		if (!is_first)
			page_end_line(&table->page);
		is_first = false;
		table_put_images(table, group);
		table_put_rows(table, group);
	}
	return !is_first;
}

static void put_line(struct table *table, struct slice words)
{
	page_words(&table->page, STYLE_PLAIN, words);
	page_end_line(&table->page);
}

static void put_page(struct table *table)
{
	bool any = put_groups(table);

	if (any && table->report->package_count)
		page_end_line(&table->page);
	if (!any && !table->report->package_count)
		put_line(table, SLICE("no image was found"));
	table_put_packages(table);
}

static void put_class_table(struct table *table, enum row_class row_class)
{
	if (table->report->row_count[row_class] == 0)
		put_line(table, table_format(table, "no %s rows", row_class_option(row_class)));
	table_put_grid(table, row_class, NULL, 0);
}

static void put_image_table(struct table *table)
{
	if (table->report->image_count == 0)
		put_line(table, SLICE("no images"));
	table_put_image_grid(table, 0);
}

static void put_title(struct table *table, const char *title)
{
	page_end_line(&table->page);
	page_text(&table->page, STYLE_HEAD, title);
	page_end_line(&table->page);
}

/* The page, then everything that it sums up. */
static void put_all(struct table *table)
{
	put_page(table);
	put_title(table, "images");
	put_image_table(table);
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		put_title(table, row_class_name((enum row_class)i));
		put_class_table(table, (enum row_class)i);
	}
}

static void put_part(struct table *table)
{
	const struct emit_options *options = table->options;

	if (options->part == EMIT_IMAGES) {
		put_image_table(table);
		return;
	}
	if (options->part == EMIT_CLASS && options->rows != ROW_STATUS) {
		put_class_table(table, options->rows);
		return;
	}
	if (options->part == EMIT_ALL)
		put_all(table);
	else
		put_page(table);
	table_put_not_read(table);
	put_hint(table);
}

static enum status emit_table(
	const struct report *report, const struct emit_options *options, FILE *to)
{
	struct table table = { .report = report, .options = options };
	unsigned width = options->width < MIN_WIDTH ? MIN_WIDTH : options->width;
	enum status status;

	page_init(&table.page, to, width, options->color);
	find_id_columns(&table);
	arena_init(&table.arena, MAX_TABLE_BYTES);
	put_part(&table);
	status = arena_status(&table.arena);
	arena_release(&table.arena);
	if (status != ST_OK)
		return status;
	return ferror(to) ? ST_IO : ST_OK;
}

const struct emitter emitter_table = {
	.name = "table",
	.extension = "txt",
	.what = "for people: images, then what is not plain Installed",
	.emit = emit_table,
};
