/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "parsers/parser.h"

/* libFuzzer calls it and ships no header that declares it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A property of every input; libFuzzer keeps the input that ends here. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static inline unsigned touch(struct slice text)
{
	unsigned sum = 0;

	for (size_t i = 0; i < text.len; i++)
		sum += (unsigned char)text.ptr[i];
	return sum;
}

/* Every byte of a field can be read: AddressSanitizer knows what is the input's and what the
 * scratch memory's. */
static inline void check_fields(const struct fact *fact)
{
	volatile unsigned sum = touch(fact->words);

	for (size_t i = 0; i < field_count; i++)
		if (fields[i].type == FIELD_TEXT)
			sum += touch(*(const struct slice *)(const void *)((const char *)fact +
				fields[i].offset));
	(void)sum;
}

#endif
