/*
 * A borrowed run of bytes: pointer and length, no terminator. A slice owns nothing;
 * it is valid as long as what it points into. The empty slice may hold a NULL pointer.
 * Letter case is folded for ASCII only: identities, options and levels are ASCII.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *ptr;
	size_t len;
};

#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })
#define SLICE_NONE     ((struct slice){ NULL, 0 })
#define SLICE_MISSING  SIZE_MAX

/* printf("%.*s", SLICE_ARG(s)) */
#define SLICE_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* The small ones are inline: every line of a log passes through them. */

/* A part, its ends clamped; an empty part still points to where it stood. */
static inline struct slice slice_from_to(struct slice s, size_t from, size_t to)
{
	if (!s.ptr)
		return SLICE_NONE;
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct slice){ s.ptr + from, to - from };
}

static inline struct slice slice_skip(struct slice s, size_t count)
{
	return slice_from_to(s, count, s.len);
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.ptr || !b.ptr || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_starts(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len &&
		(!prefix.ptr || !s.ptr || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

struct slice slice_from(const char *text); /* NULL gives the empty slice */
bool slice_equal_nocase(struct slice a, struct slice b);
bool slice_starts_nocase(struct slice s, struct slice prefix);
bool slice_ends_nocase(struct slice s, struct slice suffix);
int slice_compare(struct slice a, struct slice b); /* bytewise, shorter first */
int slice_compare_nocase(struct slice a, struct slice b);

/* Position of the first or last occurrence, or SLICE_MISSING; the empty text is at 0. */
size_t slice_find(struct slice s, struct slice what);
size_t slice_find_nocase(struct slice s, struct slice what);
size_t slice_find_char(struct slice s, char c);
size_t slice_find_last_char(struct slice s, char c);

struct slice slice_trim(struct slice s); /* blanks, CR, LF, NUL */

/* Cuts *s at the first `c`: returns what stood before, leaves what follows. */
struct slice slice_cut(struct slice *s, char c);

/* Whole-slice numbers; false when anything else stands in it or it does not fit. */
bool slice_to_u64(struct slice s, unsigned base, uint64_t *ret_value);
bool slice_to_u32(struct slice s, unsigned base, uint32_t *ret_value);

/* For tables in memory only: the number depends on the byte order of the machine. Texts that
 * differ in nothing but the case of ASCII letters have one loose hash; some others have too. */
uint64_t slice_hash(struct slice s);
uint64_t slice_hash_loose(struct slice s);

/* FNV-1a, 64 bit, of the text with its ASCII letters in lower case: the same everywhere. */
uint64_t slice_hash_nocase(struct slice s);

/* Whether `count` bytes are equal, for 8 to 32 of them: overlapping loads instead of a call,
 * for comparisons that every line of a log passes. */
static inline bool bytes_equal(const char *a, const char *b, size_t count)
{
	size_t half = count > 16 ? 8 : 0;
	uint64_t x[4], y[4];

	memcpy(&x[0], a, 8);
	memcpy(&y[0], b, 8);
	memcpy(&x[1], a + count - 8, 8);
	memcpy(&y[1], b + count - 8, 8);
	memcpy(&x[2], a + half, 8);
	memcpy(&y[2], b + half, 8);
	memcpy(&x[3], a + count - 8 - half, 8);
	memcpy(&y[3], b + count - 8 - half, 8);
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char to_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	return c;
}

#endif
