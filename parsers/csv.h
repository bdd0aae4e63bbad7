/*
 * Comma-separated values as PowerShell's Export-Csv, spreadsheets and databases write them (RFC
 * 4180 and what is met in its place): fields in quotes or not, quotes doubled in quotes, line ends
 * in quotes; ',', ';' or TAB between fields, whichever the header has first; "#TYPE ..." and empty
 * lines before the header; CRLF or LF. The text is decoded (document_text.h).
 *
 * A record that cannot be read is given up at its first line, so that an open quote costs no more
 * than that line; the time is linear in the text.
 */
#ifndef PARSERS_CSV_H
#define PARSERS_CSV_H

#include "base/buf.h"

#define MAX_CSV_FIELDS 256
#define MAX_CSV_FIELD  ((size_t)1 << 20) /* bytes; a quote open for longer opened nothing */

struct csv {
	struct slice text;
	size_t at; /* where the next record begins */
	char delimiter;
	struct buf unquoted; /* the fields of one record, their doubled quotes undone */
	enum status status;  /* sticky: ST_NOMEM; the records then end */
};

struct csv_record {
	struct slice field[MAX_CSV_FIELDS]; /* without blanks around them, unless quoted */
	size_t start[MAX_CSV_FIELDS];       /* for csv.c */
	size_t count;
	bool is_cut;       /* the text ended inside it, or behind it without a line end */
	const char *fault; /* why it is no record, for people; NULL: it is one */
};

/* Past "#TYPE ..." and blank lines, to the header; finds the delimiter. The caller releases. */
void csv_begin(struct csv *csv, struct slice text);
void csv_release(struct csv *csv);

/* The next record, a blank line too; false at the end. Fields borrow from the text or from the
 * reader, and live until the next record. */
bool csv_next(struct csv *csv, struct csv_record *ret_record);
bool csv_is_blank(const struct csv_record *record);

#endif
