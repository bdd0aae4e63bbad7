/*
 * SHA-1, by which a WIM names what it holds: for telling damage, not for security. It is
 * libcrypto's, and there is no more than one caller of it: reading WIMs (WITH_WIM), which is
 * why that needs WITH_CRYPTO.
 */
#ifndef SOURCE_SHA1_H
#define SOURCE_SHA1_H

#include "base/slice.h"
#include "base/status.h"
#include "source/walk.h" /* SHA1_SIZE */

struct sha1 {
	void *context; /* libcrypto's; NULL: nothing is hashed */
};

/* What fails here is told by sha1_finish, which must follow: it releases the context. */
void sha1_init(struct sha1 *sha1);
void sha1_add(struct sha1 *sha1, struct slice bytes);
/* False: memory was out, or this libcrypto has no SHA-1. */
MUST_CHECK bool sha1_finish(struct sha1 *sha1, uint8_t ret_digest[SHA1_SIZE]);

#endif
