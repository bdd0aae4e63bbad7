/* The table's rows: what is not plain Installed, why, and where it is stated. */
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "emit/table_parts.h"

#define MAX_SIDES    6  /* places shown of a conflict */
#define MAX_BINARIES 12 /* files shown of an update, unless all are wanted */

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static bool is_usual_state(const struct row *row)
{
	const char *state = table_state(row);

	return !*state || is_one_of(state, "Installed", "Permanent");
}

static bool is_plain(const struct row *row)
{
	return table_status(row) == 2 && table_code(row) == 0 && row->own.reason == REASON_NONE &&
		row->own.certainty == CERTAINTY_SEEN && !row->own.id_is_ambiguous &&
		is_usual_state(row);
}

static enum page_style status_style(const struct row *row)
{
	if (row->own.certainty == CERTAINTY_CONFLICT)
		return STYLE_WARN;
	if (table_status(row) == 2 || table_status(row) == 5)
		return table_code(row) || !is_usual_state(row) ? STYLE_WARN : STYLE_PLAIN;
	return table_code(row) != 0 ? STYLE_BAD : STYLE_WARN;
}

/* "Applicable (failed), Staged, inferred: needs a newer servicing stack first (…)" */
static void put_phrase(struct table *table, const struct row *row)
{
	const char *words = table_status_words(row);
	bool with_state = !is_usual_state(row) && strcmp(words, table_state(row)) != 0;
	struct slice head =
		table_format(table, with_state ? "%s, %s" : "%s", words, table_state(row));

	page_words(&table->page, status_style(row), head);
	if (row->own.certainty != CERTAINTY_SEEN) {
		page_text(&table->page, STYLE_PLAIN, ", ");
		page_text(&table->page, STYLE_WARN, certainty_word(row->own.certainty));
	}
	if (row->own.id_is_ambiguous) {
		page_text(&table->page, STYLE_PLAIN, ", ");
		page_text(&table->page, STYLE_WARN, "UpdateID ambiguous");
	}
	table_put_reason(table, &row->own);
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* ConfigMgr goes through the files of an update for each index anew. */
static int compare_binaries(const struct row_own *a, const struct row_own *b)
{
	int order = compare_numbers((int64_t)a->binary_count, (int64_t)b->binary_count);

	for (size_t i = 0; order == 0 && i < a->binary_count; i++) {
		const struct row_binary *left = &a->binaries[i], *right = &b->binaries[i];

		order = slice_compare(left->file, right->file);
		if (order == 0)
			order = slice_compare(left->token, right->token);
		if (order == 0)
			order = compare_numbers(left->has_code, right->has_code);
		if (order == 0)
			order = compare_numbers(left->code, right->code);
	}
	return order;
}

/* 0 when two rows differ in nothing but their index: one line of the table for both. */
static int compare_cases(const struct row *a, const struct row *b)
{
	const int64_t keys[][2] = {
		{ a->own.kb == 0, b->own.kb == 0 },
		{ table_number(a, "UpdateID"), table_number(b, "UpdateID") },
		{ table_status(a), table_status(b) },
		{ table_code(a), table_code(b) },
		{ (int64_t)a->own.reason, (int64_t)b->own.reason },
		{ (int64_t)a->own.certainty, (int64_t)b->own.certainty },
		{ a->own.id_is_ambiguous, b->own.id_is_ambiguous },
	};
	int order = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && order == 0; i++)
		order = compare_numbers(keys[i][0], keys[i][1]);
	if (order == 0)
		order = slice_compare(a->own.reason_detail, b->own.reason_detail);
	if (order == 0)
		order = strcmp(table_state(a), table_state(b));
	return order ? order : compare_binaries(&a->own, &b->own);
}

/* A line of the exceptions: the first row of a case and the indexes that share it. */
struct exception {
	const struct row *row;
	struct slice name;
};

static int compare_exceptions(const void *left, const void *right)
{
	const struct exception *a = left, *b = right;
	int order = compare_cases(a->row, b->row);

	return order ? order : row_compare(a->row, b->row);
}

/* Fills `list`, unless it is NULL, with the rows that are not plain Installed. */
static size_t select_rows(struct table_rows rows, struct exception *list)
{
	size_t count = 0;

	for (size_t i = 0; i < rows.count; i++) {
		if (is_plain(rows.items[i]))
			continue;
		if (list)
			list[count].row = rows.items[i];
		count++;
	}
	return count;
}

/* "install.wim:1-3/KB5031455"; moves *at behind the rows of the case. */
static struct slice name_case(struct table *table, struct slice id, const struct exception *list,
	size_t count, size_t *at)
{
	const struct row *first = list[*at].row;
	struct slice update = table_update_name(table, first);
	struct index_list numbers;
	struct slice indexes;

	index_list_init(&numbers);
	do {
		index_list_add(&numbers, (uint32_t)table_number(list[*at].row, "ImageIndex"));
		++*at;
	} while (*at < count && first->own.certainty != CERTAINTY_CONFLICT &&
		table_number(first, "ImageIndex") && /* what has none is none of the others */
		compare_cases(first, list[*at].row) == 0);
	indexes = index_list_end(&numbers, table);
	return table_format(table, "%.*s%s%.*s/%.*s", SLICE_ARG(id), indexes.len ? ":" : "",
		SLICE_ARG(indexes), SLICE_ARG(update));
}

/* Rows that differ in their index alone become one, in place; conflicts stay apart. */
static size_t fold_cases(
	struct table *table, struct slice id, struct exception *list, size_t row_count)
{
	size_t count = 0;

	for (size_t at = 0; at < row_count; count++) {
		list[count].row = list[at].row;
		list[count].name = name_case(table, id, list, row_count, &at);
	}
	return count;
}

static struct exception *collect(
	struct table *table, const struct table_group *group, size_t *ret_count)
{
	struct table_rows rows = group->rows[ROW_STATUS];
	size_t count = select_rows(rows, NULL);
	struct exception *list = arena_alloc(&table->arena, (count + 1) * sizeof(*list));

	*ret_count = 0;
	if (!list)
		return NULL;
	select_rows(rows, list);
	sort_items(list, count, sizeof(*list), compare_exceptions);
	*ret_count = fold_cases(table, group->id, list, count);
	return list;
}

/* Both sides of a conflict: place and words. */
static void put_sides(struct table *table, const struct row *row, unsigned column)
{
	struct page *page = &table->page;
	unsigned shown = 0;

	for (size_t i = 0; i < row->own.evidence_count && shown < MAX_SIDES; i++) {
		const struct evidence *evidence = &row->own.evidence[i];

		if (!table_supports(row, evidence, "UpdateStatus"))
			continue;
		page_pad(page, column);
		page_words(page, STYLE_DIM, table_place(table, evidence->at));
		if (page->column + 12 > page->width) {
			page_end_line(page);
			page_pad(page, column);
		} else {
			page_pad(page, page->column + 2);
		}
		page_fit(page, STYLE_PLAIN, evidence->words, page->width - page->column, CUT_END);
		page_end_line(page);
		shown++;
	}
}

/* "windows10.0-kb5970101-x64-ndp48.cab: NOT_REQUIRED, 0x800f081e CBS_E_NOT_APPLICABLE" */
static void put_binary(struct table *table, const struct row_binary *binary, unsigned column)
{
	struct page *page = &table->page;

	page_pad(page, column);
	page_indent(page, column + 2);
	page_words(page, STYLE_PLAIN,
		binary->file.len ? binary->file : SLICE("a file without a name"));
	if (binary->token.len) {
		page_text(page, STYLE_PLAIN, ": ");
		page_words(page, STYLE_PLAIN, binary->token);
	}
	if (binary->has_code && binary->code) {
		page_text(page, STYLE_PLAIN, binary->token.len ? ", " : ": ");
		table_put_code(table, binary->code);
	}
	page_end_line(page);
}

/* Whoever asks why an update is not in asks which of its files was not. */
static void put_binaries(struct table *table, const struct row_own *own, unsigned column)
{
	size_t count = own->binary_count;

	if (count > MAX_BINARIES && !table->options->wide)
		count = MAX_BINARIES;
	for (size_t i = 0; i < count; i++)
		put_binary(table, &own->binaries[i], column);
	if (count == own->binary_count)
		return;
	page_pad(&table->page, column);
	page_words(&table->page, STYLE_DIM,
		table_format(table, "and %zu files more", own->binary_count - count));
	page_end_line(&table->page);
}

static void put_exception(struct table *table, const struct exception *exception, unsigned column)
{
	struct page *page = &table->page;
	uint32_t code = table_code(exception->row);
	bool is_conflict = exception->row->own.certainty == CERTAINTY_CONFLICT;

	page_pad(page, 2);
	page_fit(page, STYLE_HEAD, exception->name, page->width - 2, CUT_MIDDLE);
	if (page->column + 2 > column)
		page_end_line(page);
	page_pad(page, column);
	page_indent(page, column);
	put_phrase(table, exception->row);
	if (code) {
		page_end_line(page);
		page_pad(page, column);
		table_put_code(table, code);
	}
	if (is_conflict) {
		page_end_line(page);
		put_sides(table, exception->row, column);
	} else {
		table_put_evidence(
			table, exception->row, code ? "UpdateInstallationStatus" : "UpdateStatus");
		page_end_line(page);
	}
	put_binaries(table, &exception->row->own, column);
}

/* Behind the longest name, but never beyond two fifths of the page. */
static unsigned phrase_column(const struct table *table, const struct exception *list, size_t count)
{
	unsigned limit = table->page.width * 2 / 5;
	unsigned column = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned wanted = 2 + page_columns(list[i].name) + 2;

		if (wanted > column && wanted <= limit)
			column = wanted;
	}
	return column ? column : 6;
}

static void put_exceptions(struct table *table, const struct table_group *group)
{
	size_t count;
	struct exception *list = collect(table, group, &count);
	unsigned column;

	if (!list || count == 0)
		return;
	column = phrase_column(table, list, count);
	page_end_line(&table->page);
	for (size_t i = 0; i < count; i++)
		put_exception(table, &list[i], column);
}

void table_put_rows(struct table *table, const struct table_group *group)
{
	put_exceptions(table, group);
	if (table->options->wide)
		table_put_grid(table, ROW_STATUS, group, 2);
	table_put_runs(table, group);
	table_put_counts(table, group);
}
