/*
 * Documents: a manifest, a hive, a Sessions.xml, a listing. Parsed once, folded for every
 * image that holds it.
 */
#ifndef CORE_DOCUMENTS_H
#define CORE_DOCUMENTS_H

#include "core/reading.h"

/* One place where the document stands. */
struct target {
	struct image *scope; /* NULL: in no image */
	uint32_t input, member;
};

/* The transaction logs beside a hive, as paths that open; NULL when there are none. */
struct hive_logs {
	const char *paths[2];
};

/*
 * Parses the document and folds its facts once for each target. `stream` stands at its
 * start and is left where reading ended; a PARSER_FILE document is opened by `ref` again.
 */
void document_read(struct reading *reading, const struct parser *parser, const struct file_ref *ref,
	const struct hive_logs *logs, struct stream *stream, const struct target *targets,
	size_t count);

#endif
