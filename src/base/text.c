/* Encodings: detecting, UTF-16 to UTF-8, code page 1252, cleaning for people. */
#include "base/text.h"

/* clang-format off */
static const uint16_t cp1252_high[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};
/* clang-format on */

#define REPLACEMENT 0xFFFD

static void put_code_point(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t len;

	if (c < 0x80) {
		bytes[0] = (char)c;
		len = 1;
	} else if (c < 0x800) {
		bytes[0] = (char)(0xC0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3F));
		len = 2;
	} else if (c < 0x10000) {
		bytes[0] = (char)(0xE0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[2] = (char)(0x80 | (c & 0x3F));
		len = 3;
	} else {
		bytes[0] = (char)(0xF0 | c >> 18);
		bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
		bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[3] = (char)(0x80 | (c & 0x3F));
		len = 4;
	}
	buf_put(out, (struct slice){ bytes, len });
}

/* Enough text at the head to judge by; NULs of one parity only, in nearly every pair. */
static enum text_encoding guess_utf16(struct slice head)
{
	size_t pairs = head.len / 2 > 512 ? 512 : head.len / 2;
	size_t even = 0, odd = 0;

	if (pairs < 8)
		return TEXT_UTF8;
	for (size_t i = 0; i < pairs; i++) {
		even += head.ptr[2 * i] == '\0';
		odd += head.ptr[2 * i + 1] == '\0';
	}
	if (odd > pairs * 3 / 4 && even < pairs / 8)
		return TEXT_UTF16LE;
	if (even > pairs * 3 / 4 && odd < pairs / 8)
		return TEXT_UTF16BE;
	return TEXT_UTF8;
}

enum text_encoding text_detect(struct slice head, size_t *ret_bom)
{
	*ret_bom = 0;
	if (slice_starts(head, SLICE("\xEF\xBB\xBF"))) {
		*ret_bom = 3;
		return TEXT_UTF8;
	}
	if (slice_starts(head, SLICE("\xFF\xFE")) || slice_starts(head, SLICE("\xFE\xFF"))) {
		*ret_bom = 2;
		return head.ptr[0] == '\xFF' ? TEXT_UTF16LE : TEXT_UTF16BE;
	}
	return guess_utf16(head);
}

static uint32_t unit_at(struct slice bytes, size_t at, enum text_encoding encoding)
{
	unsigned char a = (unsigned char)bytes.ptr[at], b = (unsigned char)bytes.ptr[at + 1];

	return encoding == TEXT_UTF16LE ? (uint32_t)(a | b << 8) : (uint32_t)(a << 8 | b);
}

size_t text_from_utf16(struct buf *out, struct slice bytes, enum text_encoding encoding, bool last)
{
	size_t at = 0;

	while (bytes.len - at >= 2) {
		uint32_t unit = unit_at(bytes, at, encoding);
		bool is_high = unit >= 0xD800 && unit < 0xDC00;

		if (is_high && bytes.len - at < 4 && !last)
			return at;
		if (is_high && bytes.len - at >= 4) {
			uint32_t low = unit_at(bytes, at + 2, encoding);

			if (low >= 0xDC00 && low < 0xE000) {
				put_code_point(
					out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
				at += 4;
				continue;
			}
		}
		put_code_point(out, unit >= 0xD800 && unit < 0xE000 ? REPLACEMENT : unit);
		at += 2;
	}
	if (last && at < bytes.len) {
		put_code_point(out, REPLACEMENT); /* the odd byte of a file cut off */
		at++;
	}
	return at;
}

uint64_t text_utf16_bytes(struct slice utf8)
{
	uint64_t units = 0;

	for (size_t i = 0; i < utf8.len; i++) {
		unsigned char c = (unsigned char)utf8.ptr[i];

		units += (c & 0xC0) != 0x80; /* not a continuation byte: one unit begins */
		units += c >= 0xF0;          /* outside the first plane: a pair */
	}
	return units * 2;
}

/* Length of the valid UTF-8 character at `at`, 0 when there is none (RFC 3629). */
static size_t utf8_length(struct slice s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.ptr + at;
	size_t left = s.len - at;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		return left >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	if (p[0] >= 0xE0 && p[0] <= 0xEF) {
		bool fits = left >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80;

		if (!fits || (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
			return 0;
		return 3;
	}
	if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		bool fits = left >= 4 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 &&
			(p[3] & 0xC0) == 0x80;

		if (!fits || (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
			return 0;
		return 4;
	}
	return 0;
}

bool text_is_utf8(struct slice s)
{
	for (size_t at = 0; at < s.len;) {
		size_t len = utf8_length(s, at);

		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

static uint32_t cp1252_code_point(unsigned char c)
{
	return c >= 0x80 && c < 0xA0 ? cp1252_high[c - 0x80] : c;
}

/* Whether the character of `len` bytes at `at` would move a terminal's cursor, or end text. */
static bool is_harmful(struct slice s, size_t at, size_t len, bool printable)
{
	unsigned char c = (unsigned char)s.ptr[at];

	if (is_control(c))
		return printable || c == 0;
	/* U+0080 to U+009F: terminal controls too */
	return printable && len == 2 && c == 0xC2 && (unsigned char)s.ptr[at + 1] < 0xA0;
}

/* How many characters from `at` on are plain ASCII that stays as it is. */
static size_t plain_run(struct slice s, size_t at)
{
	size_t end = at;

	while (end < s.len && (unsigned char)s.ptr[end] >= 0x20 && (unsigned char)s.ptr[end] < 0x7F)
		end++;
	return end - at;
}

void text_put_clean(struct buf *out, struct slice s, bool printable)
{
	bool utf8 = text_is_utf8(s);

	for (size_t at = 0; at < s.len;) {
		size_t len = plain_run(s, at);

		buf_put(out, slice_from_to(s, at, at + len));
		at += len;
		if (at == s.len)
			break;
		len = utf8 ? utf8_length(s, at) : 1;
		if (is_harmful(s, at, len, printable))
			put_code_point(out, REPLACEMENT);
		else if (utf8)
			buf_put(out, slice_from_to(s, at, at + len));
		else
			put_code_point(out, cp1252_code_point((unsigned char)s.ptr[at]));
		at += len;
	}
}
