/*
 * Numbers as Windows stores them: little-endian, at any address, whatever the machine's own
 * order is. Bounds are the caller's.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdint.h>

/* A number of 1 to 8 bytes. */
static inline uint64_t le_number(const void *at, unsigned bytes)
{
	const unsigned char *b = at;
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | b[bytes];
	return value;
}

static inline void put_le(void *at, uint64_t value, unsigned bytes)
{
	unsigned char *b = at;

	for (unsigned i = 0; i < bytes; i++)
		b[i] = (unsigned char)(value >> 8 * i);
}

/* Those of a fixed size, which compilers make one load of. */

static inline uint16_t le16(const void *at)
{
	const unsigned char *b = at;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t le32(const void *at)
{
	const unsigned char *b = at;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t le64(const void *at)
{
	return le32(at) | (uint64_t)le32((const char *)at + 4) << 32;
}

static inline void put_le32(void *at, uint32_t value)
{
	put_le(at, value, 4);
}

static inline void put_le64(void *at, uint64_t value)
{
	put_le(at, value, 8);
}

#endif
