/* SHA-256 beside the reading: a ring of copied blocks, emptied by one thread. */
#include "source/hasher.h"

#ifdef WITH_CRYPTO

#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_BLOCKS 4
#define BLOCK_BYTES ((size_t)1 << 18)

struct hasher {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	EVP_MD_CTX *context;
	char *blocks[RING_BLOCKS];
	size_t sizes[RING_BLOCKS];
	size_t first, count; /* full blocks in the ring */
	bool done;
};

static void *hash_blocks(void *self)
{
	struct hasher *hasher = self;

	pthread_mutex_lock(&hasher->lock);
	for (;;) {
		size_t at;

		while (!hasher->count && !hasher->done)
			pthread_cond_wait(&hasher->changed, &hasher->lock);
		if (!hasher->count)
			break;
		at = hasher->first;
		pthread_mutex_unlock(&hasher->lock);
		EVP_DigestUpdate(hasher->context, hasher->blocks[at], hasher->sizes[at]);
		pthread_mutex_lock(&hasher->lock);
		hasher->first = (at + 1) % RING_BLOCKS;
		hasher->count--;
		pthread_cond_broadcast(&hasher->changed);
	}
	pthread_mutex_unlock(&hasher->lock);
	return NULL;
}

static void free_parts(struct hasher *hasher)
{
	for (size_t i = 0; i < RING_BLOCKS; i++)
		free(hasher->blocks[i]);
	EVP_MD_CTX_free(hasher->context);
	free(hasher);
}

struct hasher *hasher_new(void)
{
	struct hasher *hasher = calloc(1, sizeof(*hasher));
	bool ok;

	if (!hasher)
		return NULL;
	hasher->context = EVP_MD_CTX_new();
	ok = hasher->context && EVP_DigestInit_ex(hasher->context, EVP_sha256(), NULL);
	for (size_t i = 0; i < RING_BLOCKS; i++)
		ok = (hasher->blocks[i] = malloc(BLOCK_BYTES)) && ok;
	pthread_mutex_init(&hasher->lock, NULL);
	pthread_cond_init(&hasher->changed, NULL);
	if (ok && pthread_create(&hasher->thread, NULL, hash_blocks, hasher) == 0)
		return hasher;
	free_parts(hasher);
	return NULL;
}

static void stop(struct hasher *hasher)
{
	if (hasher->done)
		return;
	pthread_mutex_lock(&hasher->lock);
	hasher->done = true;
	pthread_cond_broadcast(&hasher->changed);
	pthread_mutex_unlock(&hasher->lock);
	pthread_join(hasher->thread, NULL);
}

void hasher_free(struct hasher *hasher)
{
	if (!hasher)
		return;
	stop(hasher);
	pthread_mutex_destroy(&hasher->lock);
	pthread_cond_destroy(&hasher->changed);
	free_parts(hasher);
}

void hasher_add(struct hasher *hasher, struct slice bytes)
{
	while (hasher && bytes.len) {
		size_t size = bytes.len < BLOCK_BYTES ? bytes.len : BLOCK_BYTES;
		size_t at;

		pthread_mutex_lock(&hasher->lock);
		while (hasher->count == RING_BLOCKS)
			pthread_cond_wait(&hasher->changed, &hasher->lock);
		at = (hasher->first + hasher->count) % RING_BLOCKS;
		pthread_mutex_unlock(&hasher->lock);
		memcpy(hasher->blocks[at], bytes.ptr, size);
		pthread_mutex_lock(&hasher->lock);
		hasher->sizes[at] = size;
		hasher->count++;
		pthread_cond_broadcast(&hasher->changed);
		pthread_mutex_unlock(&hasher->lock);
		bytes = slice_skip(bytes, size);
	}
}

bool hasher_finish(struct hasher *hasher, char ret_text[HASH_TEXT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (!hasher || hasher->done)
		return false;
	stop(hasher);
	if (!EVP_DigestFinal_ex(hasher->context, digest, &size) || size != 32)
		return false;
	for (unsigned i = 0; i < size; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", digest[i]);
	return true;
}

#else

struct hasher *hasher_new(void)
{
	return NULL;
}

void hasher_free(struct hasher *hasher)
{
	(void)hasher;
}

void hasher_add(struct hasher *hasher, struct slice bytes)
{
	(void)hasher;
	(void)bytes;
}

bool hasher_finish(struct hasher *hasher, char ret_text[HASH_TEXT])
{
	(void)hasher;
	(void)ret_text;
	return false;
}

#endif
