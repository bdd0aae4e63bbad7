/*
 * Outputs. One file a format, one row in emitters.def. An emitter prints a report and
 * concludes nothing; properties come from row_columns(), never by name (the table for
 * people excepted). Output is the same bytes for the same report, whatever the locale.
 */
#ifndef EMIT_EMITTER_H
#define EMIT_EMITTER_H

#include <stdio.h>

#include "model/report.h"

/* What --rows chooses; json always holds the whole report. */
enum emit_part {
	EMIT_CLASS,  /* the rows of one class; for the table with status rows the whole page */
	EMIT_IMAGES, /* the images; ndjson: the package files too */
	EMIT_ALL,    /* images, package files and the rows of all classes */
};

struct emit_options {
	enum emit_part part;
	enum row_class rows;    /* of EMIT_CLASS */
	bool wide;              /* table: every row with its numeric properties */
	unsigned width;         /* table: columns of the page, at least 60 */
	bool color;             /* table: ANSI colours */
	const char *version;    /* of the program */
	bool system_properties; /* adminservice: the __* block of each instance */
};

struct emitter {
	const char *name;      /* the word of --format */
	const char *extension; /* of an output file, without the dot; picks the format of -o */
	const char *what;      /* one line for `dismal formats` */
	bool one_class;        /* holds one class a file: never asked for EMIT_ALL */
	bool for_site;         /* instances of ConfigMgr's own classes: never asked for EMIT_IMAGES,
				* and whoever reads them takes an UpdateID for a CI_ID */
	/* Writes to `to`; an output error stays in ferror(to) and gives ST_IO. */
	enum status (*emit)(
		const struct report *report, const struct emit_options *options, FILE *to);
};

#define EMITTER(ident, name, extension, what) extern const struct emitter emitter_##ident;
#include "emit/emitters.def"
#undef EMITTER

/* NULL when there is no such format. */
const struct emitter *emitter_find(struct slice name);
const struct emitter *emitter_find_extension(struct slice extension);
/* All of them in order, NULL-terminated. */
const struct emitter *const *emitter_all(void);

#endif
