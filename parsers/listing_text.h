/*
 * Lists that were printed for people: dism.exe's output and PowerShell's Format-List and
 * Format-Table, alone or in a person's transcript, indented, quoted with '>' or in the
 * fences of a Markdown page.
 *   list    "label : value" lines; DISM parts members by blank lines, PowerShell too, and
 *           indents what it wrapped
 *   table   DISM: cells between '|' with dashed rules above and below the header;
 *           PowerShell: columns under groups of dashes
 * English output is read by its labels. A localised one is read by the place of its lines:
 * four lines, the first a package identity (then state, release type, install time); two
 * lines, the first a capability identity, or the second a known state of a feature.
 */
#ifndef PARSERS_LISTING_TEXT_H
#define PARSERS_LISTING_TEXT_H

#include "parsers/parser.h"

void listing_text_read(struct slice bytes, struct parse_result *result);

/* What the lines of the head are. */
struct listing_signs {
	unsigned dism, powershell; /* lines that only such lists have */
	unsigned fitting;          /* lines that may stand in one */
	unsigned lines;            /* lines with any text */
	bool has_hotfixes;         /* the header of Get-HotFix's table was seen */
};
struct listing_signs listing_text_look(struct slice head);

/*
 * The bid of the one that has `own` signs, the other `other`: three and more, and not less
 * than the other's; 0 otherwise, and for a page of text with an example in it. Below the bids
 * of logs, which may hold such lines themselves, unless most lines fit a list.
 */
unsigned listing_text_bid(const struct listing_signs *signs, unsigned own, unsigned other);

#endif
