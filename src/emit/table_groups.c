/* Images and rows by their ImagePackageID: sorted out once, so that no part looks at all. */
#include "emit/table_parts.h"

#include "base/intern.h"
#include "base/sort.h"

/* What is sorted out: the rows of a class, or the images. */
#define KIND_IMAGES ((int)ROW_CLASS_COUNT_)

struct sorter {
	struct table *table;
	struct interner ids;
	/* Of one kind: the group of each item, how many a group has, where its next one goes. */
	text_id *numbers;
	size_t *counts, *next;
};

static size_t count_of(const struct report *report, int kind)
{
	if (kind == ROW_VIEW)
		return 0; /* no part of the page shows them by their id */
	return kind == KIND_IMAGES ? report->image_count : report->row_count[kind];
}

static struct slice id_at(const struct table *table, int kind, size_t at)
{
	if (kind == KIND_IMAGES)
		return table->report->images[at].package_id;
	return table->report->rows[kind][at].values[table->id_column[kind]].text;
}

static void number_ids(struct sorter *sorter, int kind)
{
	for (size_t i = 0; i < count_of(sorter->table->report, kind); i++)
		(void)intern(&sorter->ids, id_at(sorter->table, kind, i));
}

/* Counts the items of each group; its share begins where the one before it ends. */
static bool plan_shares(struct sorter *sorter, int kind)
{
	struct table *table = sorter->table;
	size_t count = count_of(table->report, kind), groups = table->group_count;

	sorter->numbers = arena_alloc(&table->arena, (count + 1) * sizeof(*sorter->numbers));
	sorter->counts = arena_alloc(&table->arena, groups * sizeof(*sorter->counts));
	sorter->next = arena_alloc(&table->arena, groups * sizeof(*sorter->next));
	if (!sorter->numbers || !sorter->counts || !sorter->next)
		return false;
	for (size_t i = 0; i < count; i++) {
		sorter->numbers[i] = interner_lookup(&sorter->ids, id_at(table, kind, i));
		sorter->counts[sorter->numbers[i]]++;
	}
	for (size_t g = 1; g < groups; g++)
		sorter->next[g] = sorter->next[g - 1] + sorter->counts[g - 1];
	return true;
}

static void sort_images(struct sorter *sorter)
{
	struct table *table = sorter->table;
	size_t count = table->report->image_count;
	const struct report_image **sorted =
		arena_alloc(&table->arena, (count + 1) * sizeof(*sorted));

	if (!sorted || !plan_shares(sorter, KIND_IMAGES))
		return;
	for (size_t i = 0; i < count; i++)
		sorted[sorter->next[sorter->numbers[i]]++] = &table->report->images[i];
	for (size_t g = 0; g < table->group_count; g++) {
		table->groups[g].images = sorted + sorter->next[g] - sorter->counts[g];
		table->groups[g].image_count = sorter->counts[g];
	}
}

static void sort_rows(struct sorter *sorter, int kind)
{
	struct table *table = sorter->table;
	size_t count = count_of(table->report, kind);
	const struct row **sorted = arena_alloc(&table->arena, (count + 1) * sizeof(*sorted));

	if (!sorted || !plan_shares(sorter, kind))
		return;
	for (size_t i = 0; i < count; i++)
		sorted[sorter->next[sorter->numbers[i]]++] = &table->report->rows[kind][i];
	for (size_t g = 0; g < table->group_count; g++)
		table->groups[g].rows[kind] =
			(struct table_rows){ sorted + sorter->next[g] - sorter->counts[g],
				sorter->counts[g] };
}

static void fill_groups(struct sorter *sorter)
{
	struct table *table = sorter->table;
	size_t count = (size_t)sorter->ids.count + 1; /* number 0: an empty id */

	table->groups = arena_alloc(&table->arena, count * sizeof(*table->groups));
	if (!table->groups)
		return;
	table->group_count = count;
	for (size_t g = 0; g < count; g++)
		table->groups[g].id = interned(&sorter->ids, (text_id)g);
	sort_images(sorter);
	for (int kind = 0; kind < ROW_CLASS_COUNT_; kind++)
		sort_rows(sorter, kind);
}

void table_make_groups(struct table *table)
{
	struct sorter sorter = { .table = table };

	interner_init(&sorter.ids, &table->arena, false, UINT32_MAX - 1);
	number_ids(&sorter, KIND_IMAGES);
	for (int kind = 0; kind < ROW_CLASS_COUNT_; kind++)
		number_ids(&sorter, kind);
	if (sorter.ids.status == ST_OK)
		fill_groups(&sorter);
	else
		table->arena.status = sorter.ids.status;
	interner_release(&sorter.ids);
}

bool table_group_is_empty(const struct table_group *group)
{
	size_t count = group->image_count;

	for (int kind = 0; kind < ROW_CLASS_COUNT_; kind++)
		count += group->rows[kind].count;
	return count == 0;
}

size_t table_first_from(struct table_rows rows, const char *column, int64_t number)
{
	size_t low = 0, high = rows.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table_number(rows.items[middle], column) < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct table_rows table_sorted(
	struct table *table, struct table_rows rows, int (*compare)(const void *, const void *))
{
	const struct row **items = arena_alloc(&table->arena, (rows.count + 1) * sizeof(*items));

	if (!items)
		return (struct table_rows){ .count = 0 };
	for (size_t i = 0; i < rows.count; i++)
		items[i] = rows.items[i];
	sort_items(items, rows.count, sizeof(*items), compare);
	return (struct table_rows){ items, rows.count };
}
