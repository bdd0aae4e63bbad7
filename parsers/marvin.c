/* Marvin32. */
#include "parsers/marvin.h"

#include "base/bytes.h"

struct marvin {
	uint32_t low, high;
};

static inline uint32_t turn(uint32_t value, unsigned bits)
{
	return value << bits | value >> (32 - bits);
}

static inline void mix(struct marvin *state, uint32_t word)
{
	state->low += word;
	state->high ^= state->low;
	state->low = turn(state->low, 20) + state->high;
	state->high = turn(state->high, 9) ^ state->low;
	state->low = turn(state->low, 27) + state->high;
	state->high = turn(state->high, 19);
}

uint64_t marvin32(struct slice bytes, uint64_t seed)
{
	struct marvin state = { .low = (uint32_t)seed, .high = (uint32_t)(seed >> 32) };
	uint32_t last = 0x80; /* ends the text, above its last 0 to 3 bytes */
	size_t at = 0;

	for (; bytes.len - at >= 4; at += 4)
		mix(&state, le32(bytes.ptr + at));
	for (size_t i = bytes.len; i > at; i--)
		last = last << 8 | (unsigned char)bytes.ptr[i - 1];
	mix(&state, last);
	mix(&state, 0);
	return (uint64_t)state.high << 32 | state.low;
}
