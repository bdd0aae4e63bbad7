/* The table's package files: what each offers and what it needs. */
#include <inttypes.h>

#include "emit/table_parts.h"

#define FACT_COLUMN 4
#define MORE_COLUMN 6
#define MAX_PARENTS 6 /* of one package; a cumulative update names an edition each */

static void start_fact(struct table *table)
{
	page_pad(&table->page, FACT_COLUMN);
	page_indent(&table->page, MORE_COLUMN);
}

static void put_fact(struct table *table, const char *label, struct slice words)
{
	if (!words.len)
		return;
	start_fact(table);
	page_text(&table->page, STYLE_DIM, label);
	page_words(&table->page, STYLE_PLAIN, words);
	page_end_line(&table->page);
}

/* "KB5031455: Update for Windows (KB5031455)", and the release type when the title lacks it. */
static void put_title(struct table *table, const struct report_package *package)
{
	struct page *page = &table->page;
	struct slice title = package->title.len ? package->title : package->release;

	if (!package->kb && !title.len)
		return;
	page_pad(page, 2);
	page_indent(page, FACT_COLUMN);
	if (package->kb)
		page_words(page, STYLE_HEAD, table_format(table, "KB%" PRIu32, package->kb));
	if (package->kb && title.len)
		page_text(page, STYLE_PLAIN, ": ");
	page_words(page, STYLE_PLAIN, title);
	if (slice_find_nocase(title, package->release) == SLICE_MISSING)
		table_put_part(table, STYLE_PLAIN, "", package->release);
	page_end_line(page);
}

/* Parents are alternatives: one of them must be in the image. */
static void put_parents(struct table *table, const struct report_package *package)
{
	struct page *page = &table->page;
	size_t most = table->options->wide ? SIZE_MAX : MAX_PARENTS;

	if (package->parent_count == 1) {
		put_fact(table, "needs ", package->parents[0]);
		return;
	}
	if (package->parent_count)
		put_fact(table, "needs ", SLICE("one of"));
	for (size_t i = 0; i < package->parent_count && i < most; i++) {
		page_pad(page, MORE_COLUMN);
		page_words(page, STYLE_PLAIN, package->parents[i]);
		page_end_line(page);
	}
	if (package->parent_count > most) {
		page_pad(page, MORE_COLUMN);
		page_words(page, STYLE_DIM,
			table_format(
				table, "and %zu more: see --wide", package->parent_count - most));
		page_end_line(page);
	}
}

/* What manifests say that ask for no stack in particular. */
#define FIRST_STACK SLICE("6.0.0.0")

static void put_stack(struct table *table, const struct report_package *package)
{
	if (slice_equal(package->stack, FIRST_STACK))
		put_fact(table, "needs ", SLICE("any servicing stack (6.0.0.0)"));
	else if (package->stack.len)
		put_fact(table, "needs ",
			table_format(
				table, "servicing stack %.*s or newer", SLICE_ARG(package->stack)));
}

static void put_package(struct table *table, const struct report_package *package)
{
	put_title(table, package);
	put_fact(table, "", package->identity);
	put_stack(table, package);
	put_parents(table, package);
	put_fact(table, "restart ", package->restart);
	put_fact(table, "severity ", package->severity);
	if (!table->options->wide)
		return;
	put_fact(table, "UpdateID of Windows Update ", package->guid);
	put_fact(table, "stated in ", table_place(table, package->at));
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
			table_put_part(table, STYLE_DIM, "", SLICE("package file"));
			page_end_line(&table->page);
		}
		put_package(table, package);
	}
}
