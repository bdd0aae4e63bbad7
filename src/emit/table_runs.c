/* The table's summary of an ImagePackageID: how its runs ended, how many updates are how. */
#include <inttypes.h>
#include <string.h>

#include "emit/table.h"

/* The update of that UpdateID on the id's images, or its number when no row has it. */
static struct slice failed_update(struct table *table, struct slice id, int32_t update)
{
	const struct report *report = table->report;

	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++) {
		const struct row *row = &report->rows[ROW_STATUS][i];

		if (table_is_of(table, row, id) && table_number(row, "UpdateID") == update)
			return table_update_name(table, row);
	}
	return table_format(table, "update %" PRId32, update);
}

/* Without ConfigMgr, runs of one second are told apart by 0, -1, -2: one schedule. */
static size_t count_runs(const struct table *table, struct slice id, int32_t schedule)
{
	const struct report *report = table->report;
	size_t count = 0;

	for (size_t i = 0; i < report->row_count[ROW_HISTORY]; i++) {
		const struct row *row = &report->rows[ROW_HISTORY][i];
		int32_t of = table_number(row, "ScheduleID");

		count += table_is_of(table, row, id) && (of < 0 ? 0 : of) == schedule;
	}
	return count;
}

static void put_run_end(struct table *table, const struct row *row, struct slice id)
{
	struct page *page = &table->page;
	int32_t status = table_number(row, "Status");
	int32_t update = table_number(row, "FailedUpdateID");
	uint32_t code = (uint32_t)table_number(row, "Win32ErrorCode");

	page_text(page, status == 3 ? STYLE_BAD : STYLE_PLAIN, run_status_word(status));
	if (update) {
		page_text(page, STYLE_PLAIN, " at ");
		page_words(page, STYLE_HEAD, failed_update(table, id, update));
	}
	if (code) {
		page_text(page, STYLE_PLAIN, ", ");
		table_put_code(table, code);
	}
	table_put_reason(table, &row->own);
}

/* "3 runs, the last of 2024-08-30T20:55:06Z: Failed at KB5031455, 0x800f081e …" */
static void put_run(struct table *table, const struct row *row, struct slice id)
{
	struct page *page = &table->page;
	char when[MOMENT_TEXT];
	int32_t schedule = table_number(row, "ScheduleID");
	size_t runs = count_runs(table, id, schedule);

	moment_print(row_value_of(row, "RunDateTime")->when, when);
	page_pad(page, 2);
	page_indent(page, 4);
	if (schedule)
		page_words(
			page, STYLE_PLAIN, table_format(table, "schedule %" PRId32 ", ", schedule));
	if (runs > 1)
		page_words(page, STYLE_PLAIN, table_format(table, "%zu runs, ", runs));
	page_text(page, STYLE_PLAIN, runs > 1 ? "the last" : "last run");
	page_text(page, STYLE_PLAIN, *when ? " of " : "");
	page_text(page, STYLE_PLAIN, when);
	page_text(page, STYLE_PLAIN, ": ");
	put_run_end(table, row, id);
	table_put_evidence(table, row, "Status");
	page_end_line(page);
}

void table_put_runs(struct table *table, struct slice id)
{
	const struct report *report = table->report;
	bool is_first = true;

	for (size_t i = 0; i < report->row_count[ROW_PROGRESS]; i++) {
		const struct row *row = &report->rows[ROW_PROGRESS][i];

		if (!table_is_of(table, row, id))
			continue;
		if (is_first)
			page_end_line(&table->page);
		is_first = false;
		put_run(table, row, id);
	}
}

/* The words of the counts in the order they are told. */
static const char *const counted[] = {
	"Installed",
	"Install Pending",
	"Not applicable",
	"Not Required",
	"Applicable",
	"Applicable (failed)",
	"Unknown",
	"Applicability check not supported",
	"Installed, applicability check not supported",
};

#define COUNTED (sizeof(counted) / sizeof(counted[0]))

/* How many rows of the id each word has; the sum is returned. */
static size_t count_rows(const struct table *table, struct slice id, size_t counts[COUNTED])
{
	const struct report *report = table->report;
	size_t total = 0;

	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++) {
		const struct row *row = &report->rows[ROW_STATUS][i];

		if (!table_is_of(table, row, id))
			continue;
		total++;
		for (size_t w = 0; w < COUNTED; w++)
			counts[w] += strcmp(counted[w], table_status_words(row)) == 0;
	}
	return total;
}

static struct slice small_letters(struct table *table, const char *words)
{
	size_t len = strlen(words);
	char *text = arena_alloc(&table->arena, len + 1);

	for (size_t i = 0; text && i < len; i++)
		text[i] = to_lower(words[i]);
	return text ? (struct slice){ text, len } : SLICE_NONE;
}

/* "12 updates: 9 installed, 1 not applicable, 2 applicable (failed)" */
void table_put_counts(struct table *table, struct slice id)
{
	struct page *page = &table->page;
	size_t counts[COUNTED] = { 0 };
	size_t total = count_rows(table, id, counts);

	if (total == 0)
		return;
	page_pad(page, 2);
	page_indent(page, 4);
	page_words(page, STYLE_PLAIN,
		table_format(table, total == 1 ? "%zu update:" : "%zu updates:", total));
	for (size_t w = 0; w < COUNTED; w++) {
		if (counts[w] == 0)
			continue;
		page_words(page, STYLE_PLAIN,
			table_format(table, " %zu %.*s", counts[w],
				SLICE_ARG(small_letters(table, counted[w]))));
		total -= counts[w];
		page_text(page, STYLE_PLAIN, total ? "," : "");
	}
	page_end_line(page);
}
