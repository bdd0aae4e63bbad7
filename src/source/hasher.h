/*
 * SHA-256 of what is read, computed on a thread of its own so that reading goes on.
 * Without libcrypto (WITH_CRYPTO) every call does nothing.
 */
#ifndef SOURCE_HASHER_H
#define SOURCE_HASHER_H

#include "base/slice.h"

#define HASH_TEXT 65

struct hasher;

struct hasher *hasher_new(void); /* NULL: this build or this machine cannot */
void hasher_free(struct hasher *hasher);
void hasher_add(struct hasher *hasher, struct slice bytes); /* copies them */
/* Waits for the end; writes 64 hex digits and a NUL. */
bool hasher_finish(struct hasher *hasher, char ret_text[HASH_TEXT]);

#endif
