/*
 * The table for people: container by container the images, what is not plain Installed
 * and the runs; then what was not read and where to ask further. Other classes than the
 * status rows are printed as plain columns.
 */
#include "emit/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "emit/grid.h"

#define MAX_TABLE_BYTES ((size_t)512 << 20)
#define MAX_LIST_BYTES  ((size_t)1 << 20)
#define MIN_WIDTH       60
#define MAX_NOT_READ    20 /* lines of what was not read */

struct slice table_format(struct table *table, const char *format, ...)
{
	va_list args;
	int len;
	char *text;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = len < 0 ? NULL : arena_alloc(&table->arena, (size_t)len + 1);
	if (!text)
		return SLICE_NONE;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return (struct slice){ text, (size_t)len };
}

struct slice table_place(struct table *table, struct place at)
{
	struct place_text text;

	report_place(table->report, at, &text);
	if (!text.pieces[1].len && !text.pieces[2].len)
		return text.pieces[0];
	return table_format(table, "%.*s%.*s%.*s", SLICE_ARG(text.pieces[0]),
		SLICE_ARG(text.pieces[1]), SLICE_ARG(text.pieces[2]));
}

/* Asked for every row: the column is looked up once a table. */
static void find_id_columns(struct table *table)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		struct row row = { .row_class = (enum row_class)i };

		table->id_column[i] = (size_t)(row_value_of(&row, "ImagePackageID") - row.values);
	}
}

int32_t table_number(const struct row *row, const char *column)
{
	const struct row_value *value = row_value_of(row, column);

	return value && !value->is_null ? value->integer : 0;
}

void index_list_init(struct index_list *list)
{
	*list = (struct index_list){ .first = 0 };
	buf_init(&list->text, MAX_LIST_BYTES);
}

static void put_range(struct index_list *list)
{
	if (list->first == 0)
		return;
	buf_printf(&list->text, list->text.len ? ",%" PRIu32 : "%" PRIu32, list->first);
	if (list->last > list->first)
		buf_printf(&list->text, "%c%" PRIu32, list->last == list->first + 1 ? ',' : '-',
			list->last);
}

void index_list_add(struct index_list *list, uint32_t index)
{
	if (index == list->last)
		return;
	if (list->first == 0 || index != list->last + 1) {
		put_range(list);
		list->first = index;
	}
	list->last = index;
}

struct slice index_list_end(struct index_list *list, struct table *table)
{
	struct slice text;

	put_range(list);
	text = list->text.len ? arena_copy(&table->arena, buf_slice(&list->text)) : SLICE_NONE;
	if (list->text.status != ST_OK)
		table->arena.status = list->text.status;
	buf_release(&list->text);
	return text;
}

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

static bool has_content(const struct report *report)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		if (report->row_count[i])
			return true;
	return report->package_count != 0;
}

/* Notes speak only where nothing else does. */
static bool is_told(const struct report *report, const struct diagnostic *diagnostic)
{
	return diagnostic_severity(diagnostic->code) == SEVERITY_LOSS || !has_content(report);
}

/*
 * How many places the code has in that file, told at the first; 0 at the others. The list is
 * sorted by file, and an input has few entries of a code.
 */
static uint64_t places_of(const struct report *report, size_t at)
{
	const struct diagnostic *items = report->diagnostics.items;
	uint64_t total = items[at].count;

	for (size_t i = at; i > 0; i--) {
		if (!report_same_file(report, items[i - 1].at, items[at].at))
			break;
		if (items[i - 1].code == items[at].code)
			return 0;
	}
	for (size_t i = at + 1; i < report->diagnostics.count; i++) {
		if (!report_same_file(report, items[i].at, items[at].at))
			break;
		if (items[i].code == items[at].code)
			total += items[i].count;
	}
	return total;
}

static void put_diagnostic(
	struct table *table, const struct diagnostic *diagnostic, uint64_t places)
{
	struct page *page = &table->page;
	struct slice where = table_place(table, diagnostic->at);
	bool is_loss = diagnostic_severity(diagnostic->code) == SEVERITY_LOSS;

	page_pad(page, 2);
	page_indent(page, 4);
	page_words(page, is_loss ? STYLE_WARN : STYLE_PLAIN, where);
	page_text(page, STYLE_PLAIN, where.len ? ": " : "");
	page_text(page, STYLE_PLAIN, diagnostic_sentence(diagnostic->code));
	page_text(page, STYLE_PLAIN, diagnostic->detail.len ? ": " : "");
	page_words(page, STYLE_PLAIN, diagnostic->detail);
	if (places > 1)
		page_words(page, STYLE_DIM, table_format(table, " (%" PRIu64 " places)", places));
	page_end_line(page);
}

static void put_rest(struct table *table, size_t count)
{
	page_pad(&table->page, 2);
	page_indent(&table->page, 4);
	page_words(&table->page, STYLE_DIM,
		table_format(table, "and %zu more: see --format json", count));
	page_end_line(&table->page);
}

static void put_not_read(struct table *table)
{
	const struct diagnostics *list = &table->report->diagnostics;
	bool with_notes = !has_content(table->report);
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < list->count; i++) {
		uint64_t places =
			is_told(table->report, &list->items[i]) ? places_of(table->report, i) : 0;

		if (places == 0)
			continue;
		if (shown == MAX_NOT_READ) {
			more++;
			continue;
		}
		if (shown++ == 0) {
			page_end_line(&table->page);
			page_text(&table->page, STYLE_HEAD, with_notes ? "notes" : "not read");
			page_end_line(&table->page);
		}
		put_diagnostic(table, &list->items[i], places);
	}
	if (more)
		put_rest(table, more);
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
	put_not_read(table);
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
