/*
 * The parts of the table for people: table.c puts them together. What they share stands in
 * table_parts.c. Nothing else includes it.
 */
#ifndef EMIT_TABLE_PARTS_H
#define EMIT_TABLE_PARTS_H

#include "base/buf.h"
#include "base/status.h"
#include "emit/emitter.h"
#include "emit/page.h"

#define MAX_HINTS 3 /* codes named in the hint to `dismal explain` */

/* Rows of one class in the order of the report, unless it is said otherwise. */
struct table_rows {
	const struct row *const *items;
	size_t count;
};

/* What belongs to one ImagePackageID. */
struct table_group {
	struct slice id;
	const struct report_image *const *images;
	size_t image_count;
	struct table_rows rows[ROW_CLASS_COUNT_]; /* the view rows are left out */
};

struct table {
	const struct report *report;
	const struct emit_options *options;
	struct page page;
	size_t id_column[ROW_CLASS_COUNT_]; /* where ImagePackageID stands */
	struct arena arena;         /* texts and cells; its status is asked once, at the end */
	struct table_group *groups; /* in the order in which images, then rows name the ids */
	size_t group_count;
	uint32_t hints[MAX_HINTS];
	size_t hint_count;
};

/* Fills groups and group_count; on a failure there are none, and the arena tells. */
void table_make_groups(struct table *table);
bool table_group_is_empty(const struct table_group *group);
/* In rows that rise in a column of numbers: the first that is not below `number`. */
size_t table_first_from(struct table_rows rows, const char *column, int64_t number);
/* The rows in another order; `compare` is given pointers to pointers to rows. */
struct table_rows table_sorted(
	struct table *table, struct table_rows rows, int (*compare)(const void *, const void *));

/* A text in the table's arena. */
struct slice table_format(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);
/* "dism.log:812"; empty when the place names no input. */
struct slice table_place(struct table *table, struct place at);

/* "1-3,6": index numbers in rising order; 0 is no index and leaves no trace. */
struct index_list {
	struct buf text;
	uint32_t first, last;
};
void index_list_init(struct index_list *list);
void index_list_add(struct index_list *list, uint32_t index);
/* Ends the list and releases it; the text is in the table's arena. */
struct slice index_list_end(struct index_list *list, struct table *table);

/* The images of an ImagePackageID: the head line and one line an image. */
void table_put_images(struct table *table, const struct table_group *group);
/* What is not plain Installed, the runs and the counts of an ImagePackageID. */
void table_put_rows(struct table *table, const struct table_group *group);
void table_put_runs(struct table *table, const struct table_group *group);
void table_put_counts(struct table *table, const struct table_group *group);
/* All rows of a class, or those of one id (then without the column of the id). */
void table_put_grid(struct table *table, enum row_class row_class, const struct table_group *group,
	unsigned indent);
/* All images with all their properties. */
void table_put_image_grid(struct table *table, unsigned indent);
/* What the package files among the inputs offer. */
void table_put_packages(struct table *table);
/* What was not read: what is lost; where there are no rows, notes too. */
void table_put_not_read(struct table *table);

/* One fact of a line, " · " and its label before it; nothing when it is empty. */
void table_put_part(
	struct table *table, enum page_style style, const char *label, struct slice text);
/* A status row's update in the row's own words: "KB5031455", "Package_for_RollupFix~26100.1". */
struct slice table_update_name(struct table *table, const struct row *row);
/* A status row's status; in small letters, the word of the counts. */
const char *table_status_words(const struct row *row);
/* ": " and the reason with the words of this case; nothing without a reason. */
void table_put_reason(struct table *table, const struct row_own *own);
/* The code and its name, to be named in the hint too. */
void table_put_code(struct table *table, uint32_t code);
/* Whether a piece of evidence supports a column. */
bool table_supports(const struct row *row, const struct evidence *evidence, const char *column);
/* " · " and the place to look at first for a column; nothing without evidence. */
void table_put_evidence(struct table *table, const struct row *row, const char *column);
/* The number of a column, 0 when it is null. */
int32_t table_number(const struct row *row, const char *column);

static inline int32_t table_status(const struct row *row)
{
	return table_number(row, "UpdateStatus");
}

static inline uint32_t table_code(const struct row *row)
{
	return (uint32_t)table_number(row, "UpdateInstallationStatus");
}

static inline const char *table_state(const struct row *row)
{
	return row->own.state ? row->own.state : "";
}

#endif
