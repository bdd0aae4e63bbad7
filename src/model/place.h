/*
 * Where a thing stands in the evidence: which input, which line, which byte.
 */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include <stdint.h>

#define NO_INPUT UINT32_MAX

struct place {
	uint32_t input;  /* index into report.inputs, or NO_INPUT */
	uint64_t line;   /* 1-based; 0 when it has none */
	uint64_t offset; /* bytes of the stored file, or of the decompressed stream of a
			    compressed one, before text decoding (report.inputs[].in_stream) */
	uint32_t member; /* index into report.members: a file inside that input; 0: the input
			    itself */
};

#endif
