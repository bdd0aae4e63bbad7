/* The table's summary of an ImagePackageID: how its runs ended, how many updates are how. */
#include <inttypes.h>
#include <string.h>

#include "emit/table_parts.h"

/* The rows of an ImagePackageID as its runs ask for them. */
struct lookup {
	struct table_rows updates; /* status rows by UpdateID */
	struct table_rows runs;    /* history rows by ScheduleID */
};

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_update(const void *left, const void *right)
{
	const struct row *a = *(const struct row *const *)left;
	const struct row *b = *(const struct row *const *)right;
	int order = compare_numbers(table_number(a, "UpdateID"), table_number(b, "UpdateID"));

	return order ? order : row_compare(a, b);
}

static int by_schedule(const void *left, const void *right)
{
	const struct row *a = *(const struct row *const *)left;
	const struct row *b = *(const struct row *const *)right;

	return compare_numbers(table_number(a, "ScheduleID"), table_number(b, "ScheduleID"));
}

/* The update of that UpdateID on the id's images, or its number when no row has it. */
static struct slice failed_update(struct table *table, const struct lookup *lookup, int32_t update)
{
	struct table_rows rows = lookup->updates;
	size_t at = table_first_from(rows, "UpdateID", update);

	if (at < rows.count && table_number(rows.items[at], "UpdateID") == update)
		return table_update_name(table, rows.items[at]);
	return table_format(table, "update %" PRId32, update);
}

/* Without ConfigMgr, runs of one second are told apart by 0, -1, -2: one schedule. */
static size_t count_runs(const struct lookup *lookup, int32_t schedule)
{
	int64_t first = schedule == 0 ? INT32_MIN : schedule;

	return table_first_from(lookup->runs, "ScheduleID", (int64_t)schedule + 1) -
		table_first_from(lookup->runs, "ScheduleID", first);
}

/* Success may be all that was understood of a run: what it did to updates is in doubt. */
static void put_update_list(struct table *table, const struct row_own *own)
{
	const char *plural = own->unread_messages == 1 ? "" : "s";

	if (own->update_list != UPDATE_LIST_INCOMPLETE)
		return;
	page_text(&table->page, STYLE_PLAIN, "; ");
	page_text(&table->page, STYLE_WARN, "update list incomplete");
	if (own->unread_messages)
		page_words(&table->page, STYLE_PLAIN,
			table_format(table, ": %" PRIu64 " message%s not read",
				own->unread_messages, plural));
}

static void put_run_end(struct table *table, const struct row *row, const struct lookup *lookup)
{
	struct page *page = &table->page;
	int32_t status = table_number(row, "Status");
	int32_t update = table_number(row, "FailedUpdateID");
	uint32_t code = (uint32_t)table_number(row, "Win32ErrorCode");

	page_text(page, status == 3 ? STYLE_BAD : STYLE_PLAIN, run_status_word(status));
	if (update) {
		page_text(page, STYLE_PLAIN, " at ");
		page_words(page, STYLE_HEAD, failed_update(table, lookup, update));
	}
	if (code) {
		page_text(page, STYLE_PLAIN, ", ");
		table_put_code(table, code);
	}
	table_put_reason(table, &row->own);
	put_update_list(table, &row->own);
}

/* "3 runs, the last of 2024-08-30T20:55:06Z: Failed at KB5031455, 0x800f081e …" */
static void put_run(struct table *table, const struct row *row, const struct lookup *lookup)
{
	struct page *page = &table->page;
	char when[MOMENT_TEXT];
	int32_t schedule = table_number(row, "ScheduleID");
	size_t runs = count_runs(lookup, schedule);

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
	put_run_end(table, row, lookup);
	table_put_evidence(table, row, "Status");
	page_end_line(page);
}

void table_put_runs(struct table *table, const struct table_group *group)
{
	struct table_rows rows = group->rows[ROW_PROGRESS];
	struct lookup lookup;

	if (rows.count == 0)
		return;
	lookup.updates = table_sorted(table, group->rows[ROW_STATUS], by_update);
	lookup.runs = table_sorted(table, group->rows[ROW_HISTORY], by_schedule);
	page_end_line(&table->page);
	for (size_t i = 0; i < rows.count; i++)
		put_run(table, rows.items[i], &lookup);
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

/* How many of the rows each word has. */
static void count_rows(struct table_rows rows, size_t counts[COUNTED])
{
	for (size_t i = 0; i < rows.count; i++)
		for (size_t w = 0; w < COUNTED; w++)
			counts[w] += strcmp(counted[w], table_status_words(rows.items[i])) == 0;
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
void table_put_counts(struct table *table, const struct table_group *group)
{
	struct page *page = &table->page;
	size_t counts[COUNTED] = { 0 };
	size_t total = group->rows[ROW_STATUS].count;

	if (total == 0)
		return;
	count_rows(group->rows[ROW_STATUS], counts);
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
