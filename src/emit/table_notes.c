/* What was not read: losses, and notes where nothing else speaks. */
#include "emit/table_parts.h"

#include <inttypes.h>

#define MAX_NOT_READ 20 /* lines */

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

void table_put_not_read(struct table *table)
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
