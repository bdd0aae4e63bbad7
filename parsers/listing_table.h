/* Tables of printed lists: DISM's with '|', PowerShell's by columns. */
#ifndef PARSERS_LISTING_TABLE_H
#define PARSERS_LISTING_TABLE_H

#include "parsers/listed_words.h"

#define MAX_COLUMNS 16

struct listing_table {
	bool is_active;
	bool has_bars;   /* cells end at '|' */
	bool has_frame;  /* '|' at both ends of a line too, as in Markdown */
	bool has_labels; /* the header's cells are known */
	size_t count;
	enum listed_field field[MAX_COLUMNS];
	size_t start[MAX_COLUMNS]; /* without bars: in characters */
};

/* The header "Package Identity | State | …"; false when it is none. */
bool listing_table_begin_bars(struct listing_table *table, struct slice header);
/* The header above a rule of dashes in groups; false unless two of its cells are known. */
bool listing_table_begin_columns(
	struct listing_table *table, struct slice header, struct slice rule);
/* The cells of a line, table->count of them; false when it is no row. */
bool listing_table_row(
	const struct listing_table *table, struct slice line, struct slice ret_cells[MAX_COLUMNS]);

#endif
