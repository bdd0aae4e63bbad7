/*
 * What must hold for every case, whatever its inputs say.
 */
#ifndef GOLDEN_PROPERTY_H
#define GOLDEN_PROPERTY_H

#include "case.h"

/* Each prints what does not hold and returns how often. `scratch` takes the copies. */

/* The rows are what truth.txt says. */
unsigned property_truth(const struct test_case *test);
/* Rows are sorted, the keys of a class are unique. */
unsigned property_keys(const struct test_case *test);
/* Threads and the order of the inputs change nothing in the report. */
unsigned property_order(const struct test_case *test);
/* LF, CRLF, UTF-16 and gzip copies of the inputs state the same facts. */
unsigned property_variants(const struct test_case *test, const char *scratch);
/* Where a file is cut off: `points` places evenly spaced in it, and every `stride`th byte
 * of its last `tail` bytes. */
struct cuts {
	size_t points, tail, stride;
};
/* A file that is cut off anywhere states nothing that the whole file does not. Facts of a log's
 * last line are not held against it; a fact of a document may lack what came later. */
unsigned property_prefixes(
	const struct test_case *test, const char *scratch, const struct cuts *cuts);

#endif
