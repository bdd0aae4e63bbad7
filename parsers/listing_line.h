/* One line of a printed list, told apart by its shape. */
#ifndef PARSERS_LISTING_LINE_H
#define PARSERS_LISTING_LINE_H

#include "parsers/document_text.h"
#include "parsers/listed_words.h"

enum listing_line_kind {
	LINE_BLANK,
	LINE_BANNER,  /* "Deployment Image Servicing and Management tool" */
	LINE_CLOSING, /* "The operation completed successfully." */
	LINE_COMMAND, /* a prompt with a command, or a command alone */
	LINE_HEADING, /* "Packages listing:" */
	LINE_RULE,    /* dashes: part of a table */
	LINE_LABEL,   /* "label : value" */
	LINE_OTHER,
};

struct listing_line {
	enum listing_line_kind kind;
	struct slice text;         /* without quote marks and blanks around it */
	size_t indent;             /* blanks before it */
	struct slice label, value; /* LINE_LABEL; LINE_HEADING: what follows the colon */
	enum listed_field field;   /* LINE_LABEL */
	struct slice verb;         /* LINE_HEADING: of the LISTING; empty: a list to pass over */
	struct slice command;      /* LINE_COMMAND; may be empty */
};

void listing_line_read(struct slice text, struct listing_line *ret_line);

/* "10.0.26100.5074": numbers and dots, at least two of them. */
bool listing_is_version(struct slice text);

#endif
