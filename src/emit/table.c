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
	struct slice path;

	if (at.input >= table->report->input_count)
		return SLICE_NONE;
	path = table->report->inputs[at.input].path;
	if (at.line == 0)
		return path;
	return table_format(table, "%.*s:%" PRIu64, SLICE_ARG(path), at.line);
}

/* Asked for every row and id: the column is looked up once a table. */
static void find_id_columns(struct table *table)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		struct row row = { .row_class = (enum row_class)i };

		table->id_column[i] = (size_t)(row_value_of(&row, "ImagePackageID") - row.values);
	}
}

static struct slice id_of(const struct table *table, const struct row *row)
{
	return row->values[table->id_column[row->row_class]].text;
}

bool table_is_of(const struct table *table, const struct row *row, struct slice id)
{
	return slice_equal(id_of(table, row), id);
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
static bool is_shown(const struct row_column *column, const struct slice *id)
{
	return !id || strcmp(column->name, "ImagePackageID") != 0;
}

void table_put_grid(
	struct table *table, enum row_class row_class, const struct slice *id, unsigned indent)
{
	size_t count;
	const struct row_column *columns = row_columns(row_class, &count);
	struct grid grid;

	grid_init(&grid, &table->arena);
	for (size_t c = 0; c < count; c++)
		if (is_shown(&columns[c], id))
			grid_column(&grid, columns[c].name, kinds[columns[c].type]);
	for (size_t i = 0; i < table->report->row_count[row_class]; i++) {
		const struct row *row = &table->report->rows[row_class][i];

		if (id && !table_is_of(table, row, *id))
			continue;
		for (size_t c = 0; c < count; c++)
			if (is_shown(&columns[c], id))
				grid_cell(
					&grid, value_text(table, &row->values[c], columns[c].type));
	}
	if (id && grid.cell_count)
		page_end_line(&table->page);
	grid_print(&grid, &table->page, indent);
}

/* The ImagePackageIDs of images and rows, each once, in that order. */
struct id_list {
	struct slice *ids;
	size_t count;
};

static void add_id(struct id_list *list, struct slice id)
{
	/* Sorted rows repeat the last one most of the time. */
	for (size_t i = list->count; i > 0; i--)
		if (slice_equal(list->ids[i - 1], id))
			return;
	list->ids[list->count++] = id;
}

static struct id_list collect_ids(struct table *table)
{
	static const enum row_class classes[] = { ROW_STATUS, ROW_PROGRESS };
	const struct report *report = table->report;
	size_t most = report->image_count + report->row_count[ROW_STATUS] +
		report->row_count[ROW_PROGRESS];
	struct id_list list = { .count = 0 };

	list.ids = arena_alloc(&table->arena, (most + 1) * sizeof(*list.ids));
	if (!list.ids)
		return list;
	for (size_t i = 0; i < report->image_count; i++)
		add_id(&list, report->images[i].package_id);
	for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++)
		for (size_t i = 0; i < report->row_count[classes[c]]; i++)
			add_id(&list, id_of(table, &report->rows[classes[c]][i]));
	return list;
}

static bool has_rows(const struct report *report)
{
	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		if (report->row_count[i])
			return true;
	return false;
}

/* Notes speak only where no rows do. */
static bool is_told(const struct report *report, const struct diagnostic *diagnostic)
{
	return diagnostic_severity(diagnostic->code) == SEVERITY_LOSS || !has_rows(report);
}

/* How many places the code has in that input, told at the first; 0 at the others. */
static uint64_t places_of(const struct diagnostics *list, size_t at)
{
	const struct diagnostic *first = &list->items[at];
	uint64_t total = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct diagnostic *item = &list->items[i];

		if (item->code != first->code || item->at.input != first->at.input)
			continue;
		if (i < at)
			return 0;
		total += item->count;
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
	bool with_notes = !has_rows(table->report);
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < list->count; i++) {
		uint64_t places = is_told(table->report, &list->items[i]) ? places_of(list, i) : 0;

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

static void put_status_table(struct table *table)
{
	struct id_list list = collect_ids(table);

	if (list.count == 0) {
		page_text(&table->page, STYLE_PLAIN, "no image was found");
		page_end_line(&table->page);
	}
	for (size_t i = 0; i < list.count; i++) {
		if (i)
			page_end_line(&table->page);
		table_put_images(table, list.ids[i]);
		table_put_rows(table, list.ids[i]);
	}
	put_not_read(table);
	put_hint(table);
}

static void put_class_table(struct table *table)
{
	enum row_class row_class = table->options->rows;

	if (table->report->row_count[row_class] == 0) {
		page_words(&table->page, STYLE_PLAIN,
			table_format(table, "no %s rows", row_class_option(row_class)));
		page_end_line(&table->page);
	}
	table_put_grid(table, row_class, NULL, 0);
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
	if (options->rows == ROW_STATUS)
		put_status_table(&table);
	else
		put_class_table(&table);
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
