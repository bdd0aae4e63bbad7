/* SHA-1, as FIPS 180-4 section 6.1.2 writes it. */
#include "source/sha1.h"

#define ROUNDS     80
#define BLOCK_SIZE 64u

static uint32_t rotate(uint32_t word, unsigned bits)
{
	return word << bits | word >> (32 - bits);
}

static void expand(const uint8_t *block, uint32_t words[ROUNDS])
{
	for (unsigned i = 0; i < 16; i++, block += 4)
		words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
			(uint32_t)block[2] << 8 | block[3];
	for (unsigned i = 16; i < ROUNDS; i++)
		words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
}

static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5A827999u;
	case 1:
		return (b ^ c ^ d) + 0x6ED9EBA1u;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCu;
	default:
		return (b ^ c ^ d) + 0xCA62C1D6u;
	}
}

static void add_block(uint32_t state[5], const uint8_t *block)
{
	uint32_t words[ROUNDS], a = state[0], b = state[1], c = state[2], d = state[3],
				e = state[4];

	expand(block, words);
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint32_t next = rotate(a, 5) + mix(i, b, c, d) + e + words[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void sha1_init(struct sha1 *sha1)
{
	*sha1 = (struct sha1){ .state = { 0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u,
				       0xC3D2E1F0u } };
}

void sha1_add(struct sha1 *sha1, struct slice bytes)
{
	while (bytes.len) {
		size_t at = (size_t)(sha1->size % BLOCK_SIZE);
		size_t size = BLOCK_SIZE - at < bytes.len ? BLOCK_SIZE - at : bytes.len;

		if (size == BLOCK_SIZE) {
			add_block(sha1->state, (const uint8_t *)bytes.ptr);
		} else {
			memcpy(sha1->block + at, bytes.ptr, size);
			if (at + size == BLOCK_SIZE)
				add_block(sha1->state, sha1->block);
		}
		sha1->size += size;
		bytes = slice_skip(bytes, size);
	}
}

void sha1_finish(struct sha1 *sha1, uint8_t ret_digest[SHA1_SIZE])
{
	static const char padding[BLOCK_SIZE] = { '\x80' };
	uint64_t bits = sha1->size * 8;
	size_t at = (size_t)(sha1->size % BLOCK_SIZE);
	char length[8];

	for (unsigned i = 0; i < 8; i++)
		length[i] = (char)(bits >> (56 - 8 * i));
	sha1_add(sha1, (struct slice){ padding, (at < 56 ? 56 : 120) - at });
	sha1_add(sha1, (struct slice){ length, sizeof(length) });
	for (unsigned i = 0; i < SHA1_SIZE; i++)
		ret_digest[i] = (uint8_t)(sha1->state[i / 4] >> (24 - 8 * (i % 4)));
}
