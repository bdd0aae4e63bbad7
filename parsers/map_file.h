/*
 * What the readers of maps share. A map is a CSV that somebody exported from a site
 * (--updates, --images): PowerShell's Export-Csv, a spreadsheet, a query. Its columns are found by
 * name, whatever their order, letter case, blanks and underscores ("Article ID" is ArticleID);
 * others are ignored. UTF-8 or UTF-16, else code page 1252. An empty field and the word NULL say
 * nothing.
 *
 * A row that cannot be used is DIAG_MAP_ROW at its line, and the next one is read. Rows are handed
 * over in batches, so that a map of any length costs the same memory here.
 */
#ifndef PARSERS_MAP_FILE_H
#define PARSERS_MAP_FILE_H

#include "base/buf.h"
#include "parsers/listed_time.h"
#include "parsers/parser.h"

#define MAX_MAP_FIELDS  8
#define MAX_MAP_ALIASES 4 /* columns that may hold one field: the first that is not empty does */
#define MAX_MAP_NEEDS   2

struct map_row {
	struct slice value[MAX_MAP_FIELDS]; /* UTF-8; in the document or in the result's scratch */
	enum date_order dates;              /* of the whole map */
	struct parse_result *result;
	uint64_t line, offset;
};

struct map_format {
	/* Names of the columns of each field, best first; lower case, letters and digits alone. */
	const char *columns[MAX_MAP_FIELDS][MAX_MAP_ALIASES];
	int date; /* the field that holds dates; -1: none */
	/* The header must have a column of one of these fields, for each of the needs: bit i =
	 * field i; and what is said when it has none. */
	struct {
		uint32_t fields;
		const char *lacks;
	} needs[MAX_MAP_NEEDS];
	/* Fills the fact, whose place and words are set. NULL, or why the row cannot be used. */
	const char *(*take)(const struct map_row *row, struct fact *fact);
	enum fact_kind kind;
};

void map_read(const struct map_format *format, struct slice bytes, struct parse_result *result);

/*
 * Whether the first bytes of a file begin with the header of such a map; when they do not, what is
 * missing ("no column CI_ID") is appended to `words`, which may be NULL.
 */
bool map_has_header(const struct map_format *format, struct slice head, struct buf *words);

/* The formats, for who must know before anything is read whether a file is one. */
extern const struct map_format updates_map_format, images_map_format;

#endif
