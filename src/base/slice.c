/* Borrowed byte runs: comparing, searching, cutting, numbers. */
#include "base/slice.h"

#include <string.h>

struct slice slice_from(const char *text)
{
	return text ? (struct slice){ text, strlen(text) } : SLICE_NONE;
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	return a.len == b.len && slice_starts_nocase(a, b);
}

bool slice_starts_nocase(struct slice s, struct slice prefix)
{
	if (s.len < prefix.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (to_lower(s.ptr[i]) != to_lower(prefix.ptr[i]))
			return false;
	return true;
}

bool slice_ends_nocase(struct slice s, struct slice suffix)
{
	return s.len >= suffix.len &&
		slice_starts_nocase(slice_skip(s, s.len - suffix.len), suffix);
}

int slice_compare(struct slice a, struct slice b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

int slice_compare_nocase(struct slice a, struct slice b)
{
	size_t common = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < common; i++) {
		unsigned char x = (unsigned char)to_lower(a.ptr[i]);
		unsigned char y = (unsigned char)to_lower(b.ptr[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.len < b.len ? -1 : a.len > b.len;
}

size_t slice_find(struct slice s, struct slice what)
{
	const char *hit;

	if (what.len == 0)
		return 0;
	hit = s.len ? memmem(s.ptr, s.len, what.ptr, what.len) : NULL;
	return hit ? (size_t)(hit - s.ptr) : SLICE_MISSING;
}

size_t slice_find_nocase(struct slice s, struct slice what)
{
	if (what.len == 0)
		return 0;
	if (what.len > s.len)
		return SLICE_MISSING;
	for (size_t i = 0; i <= s.len - what.len; i++)
		if (slice_starts_nocase((struct slice){ s.ptr + i, s.len - i }, what))
			return i;
	return SLICE_MISSING;
}

size_t slice_find_char(struct slice s, char c)
{
	const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : SLICE_MISSING;
}

size_t slice_find_last_char(struct slice s, char c)
{
	const char *hit = s.len ? memrchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : SLICE_MISSING;
}

static bool is_trimmed(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

struct slice slice_trim(struct slice s)
{
	while (s.len && is_trimmed(s.ptr[0]))
		s = slice_skip(s, 1);
	while (s.len && is_trimmed(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct slice slice_cut(struct slice *s, char c)
{
	size_t at = slice_find_char(*s, c);
	struct slice before = *s;

	if (at == SLICE_MISSING) {
		*s = SLICE_NONE;
		return before;
	}
	before.len = at;
	*s = slice_skip(*s, at + 1);
	return before;
}

static unsigned digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	c = to_lower(c);
	return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : 99;
}

bool slice_to_u64(struct slice s, unsigned base, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = digit_value(s.ptr[i]);

		if (digit >= base || value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	*ret_value = value;
	return true;
}

bool slice_to_u32(struct slice s, unsigned base, uint32_t *ret_value)
{
	uint64_t value;

	if (!slice_to_u64(s, base, &value) || value > UINT32_MAX)
		return false;
	*ret_value = (uint32_t)value;
	return true;
}

#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t slice_hash_nocase(struct slice s)
{
	uint64_t hash = FNV_BASIS;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)to_lower(s.ptr[i])) * FNV_PRIME;
	return hash;
}

#define MIX       UINT64_C(0x9E3779B97F4A7C15)
#define CASE_BITS UINT64_C(0x2020202020202020)

/* Eight bytes at a time, the bits of `fold` set in each eight. */
static uint64_t hash_words(struct slice s, uint64_t fold)
{
	uint64_t hash = s.len * MIX, word = 0;

	while (s.len >= sizeof(word)) {
		memcpy(&word, s.ptr, sizeof(word));
		hash = (hash ^ (word | fold)) * MIX;
		hash ^= hash >> 32;
		s.ptr += sizeof(word);
		s.len -= sizeof(word);
	}
	word = 0;
	if (s.len)
		memcpy(&word, s.ptr, s.len);
	hash = (hash ^ (word | fold)) * MIX;
	return hash ^ hash >> 29;
}

uint64_t slice_hash(struct slice s)
{
	return hash_words(s, 0);
}

uint64_t slice_hash_loose(struct slice s)
{
	return hash_words(s, CASE_BITS);
}
