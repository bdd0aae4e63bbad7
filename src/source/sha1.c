/* SHA-1 of libcrypto. */
#include "source/sha1.h"

#ifdef WITH_CRYPTO

#include <openssl/evp.h>

void sha1_init(struct sha1 *sha1)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context && !EVP_DigestInit_ex(context, EVP_sha1(), NULL)) {
		EVP_MD_CTX_free(context);
		context = NULL;
	}
	sha1->context = context;
}

void sha1_add(struct sha1 *sha1, struct slice bytes)
{
	if (sha1->context && !EVP_DigestUpdate(sha1->context, bytes.ptr, bytes.len)) {
		EVP_MD_CTX_free(sha1->context);
		sha1->context = NULL;
	}
}

bool sha1_finish(struct sha1 *sha1, uint8_t ret_digest[SHA1_SIZE])
{
	bool is_done = sha1->context && EVP_DigestFinal_ex(sha1->context, ret_digest, NULL);

	EVP_MD_CTX_free(sha1->context);
	sha1->context = NULL;
	return is_done;
}

#endif
