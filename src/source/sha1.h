/*
 * SHA-1 (FIPS 180-4), by which a WIM names what it holds. For telling damage, not for
 * security; our own, so that reading a WIM does not ask for libcrypto too.
 */
#ifndef SOURCE_SHA1_H
#define SOURCE_SHA1_H

#include "base/slice.h"
#include "source/walk.h" /* SHA1_SIZE */

struct sha1 {
	uint32_t state[5];
	uint64_t size; /* bytes so far */
	uint8_t block[64];
};

void sha1_init(struct sha1 *sha1);
void sha1_add(struct sha1 *sha1, struct slice bytes);
void sha1_finish(struct sha1 *sha1, uint8_t ret_digest[SHA1_SIZE]);

#endif
