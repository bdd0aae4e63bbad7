/* The table's package files: what each offers and what it needs. */
#include <inttypes.h>

#include "emit/table.h"

#define LABEL_COLUMN 4
#define VALUE_COLUMN 15

/* "KB5031455  Update for Windows (KB5031455)", the release type when the title lacks it. */
static void put_title(struct table *table, const struct report_package *package)
{
	struct page *page = &table->page;

	page_pad(page, 2);
	page_indent(page, LABEL_COLUMN);
	if (package->kb)
		page_words(page, STYLE_HEAD, table_format(table, "KB%" PRIu32, package->kb));
	page_text(page, STYLE_PLAIN, " ");
	page_words(page, STYLE_PLAIN, package->title);
	if (slice_find_nocase(package->title, package->release) == SLICE_MISSING)
		table_put_part(table, "", package->release);
	if (!page->has_word)
		page_text(page, STYLE_PLAIN, "without a title");
	page_end_line(page);
}

static void put_label(struct table *table, const char *label)
{
	page_pad(&table->page, LABEL_COLUMN);
	page_indent(&table->page, VALUE_COLUMN);
	page_text(&table->page, STYLE_DIM, label);
	page_pad(&table->page, VALUE_COLUMN);
}

static void put_fact(struct table *table, const char *label, struct slice words)
{
	if (!words.len)
		return;
	put_label(table, label);
	page_words(&table->page, STYLE_PLAIN, words);
	page_end_line(&table->page);
}

/* Parents are alternatives: one of them must be in the image. */
static void put_parents(struct table *table, const struct report_package *package)
{
	struct page *page = &table->page;
	bool is_choice = package->parent_count > 1;

	for (size_t i = 0; i < package->parent_count; i++) {
		put_label(table, i ? "" : "needs");
		page_text(page, STYLE_PLAIN, is_choice && i == 0 ? "one of " : "");
		page_text(page, STYLE_PLAIN, i ? "or " : "");
		page_words(page, STYLE_PLAIN, package->parents[i]);
		page_end_line(page);
	}
}

static void put_stack(struct table *table, const struct report_package *package)
{
	if (!package->stack.len)
		return;
	put_label(table, package->parent_count ? "" : "needs");
	page_text(&table->page, STYLE_PLAIN,
		package->parent_count ? "and servicing stack " : "servicing stack ");
	page_words(&table->page, STYLE_PLAIN, package->stack);
	page_text(&table->page, STYLE_PLAIN, " or newer");
	page_end_line(&table->page);
}

static void put_package(struct table *table, const struct report_package *package)
{
	put_title(table, package);
	put_fact(table, "identity", package->identity);
	put_parents(table, package);
	put_stack(table, package);
	put_fact(table, "restart", package->restart);
	put_fact(table, "severity", package->severity);
	if (!table->options->wide)
		return;
	put_fact(table, "update id", package->guid);
	put_fact(table, "stated in", table_place(table, package->at));
}

void table_put_packages(struct table *table)
{
	const struct report *report = table->report;

	for (size_t i = 0; i < report->package_count; i++) {
		const struct report_package *package = &report->packages[i];

		if (i == 0 || !slice_equal(package->container, package[-1].container)) {
			if (i)
				page_end_line(&table->page);
			page_indent(&table->page, 2);
			page_words(&table->page, STYLE_HEAD, package->container);
			table_put_part(table, "", SLICE("package file"));
			page_end_line(&table->page);
		}
		put_package(table, package);
	}
}
