/*
 * What a file is, from its first bytes alone.
 */
#ifndef CORE_RECOGNISE_H
#define CORE_RECOGNISE_H

#include "base/buf.h"
#include "parsers/parser.h"

enum recognised_as {
	AS_NOTHING,
	AS_LOG,      /* text in lines: `parser` */
	AS_DOCUMENT, /* `parser` */
	AS_WIM,      /* `parser` reads its XML */
	AS_WIM_XML,  /* that XML, saved as a file: `parser` */
	AS_ARCHIVE,  /* `words`: "a cabinet" */
	AS_FOREIGN,  /* another program's: `words` say what opens it */
};

struct recognised {
	enum recognised_as as;
	const struct parser *parser;
	const char *words;
};

/* `forced`: the name of a parser (--as), or NULL. */
struct recognised recognise(struct slice head, const char *forced);

/* What was looked for, for people; the caller releases the buffer. */
void recognise_looked_for(struct buf *words);

#endif
