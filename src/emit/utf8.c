/* Reading, writing and measuring single UTF-8 characters. */
#include "emit/utf8.h"

struct range {
	uint32_t first, last;
};

/* clang-format off */
/* East Asian wide characters and emoji, in blocks: enough to keep columns straight. */
static const struct range wide[] = {
	{ 0x1100, 0x115F }, { 0x2E80, 0xA4CF }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
	{ 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1FAFF },
	{ 0x20000, 0x3FFFD },
};

static const struct range zero[] = {
	{ 0x0300, 0x036F }, { 0x1AB0, 0x1AFF }, { 0x200B, 0x200D }, { 0x20D0, 0x20FF },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
};

static const struct range controls[] = {
	{ 0x00, 0x1F }, { 0x7F, 0x9F }, { 0x061C, 0x061C }, { 0x200E, 0x200F },
	{ 0x2028, 0x202E }, { 0x2066, 0x2069 },
};
/* clang-format on */

#define IN_RANGES(c, list) in_ranges(c, list, sizeof(list) / sizeof((list)[0]))

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* How many bytes follow a lead byte; SLICE_MISSING when it is none. */
static size_t bytes_after(unsigned char lead)
{
	if (lead < 0x80)
		return 0;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 1;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 2;
	return lead >= 0xF0 && lead <= 0xF4 ? 3 : SLICE_MISSING;
}

/* Over-long forms, surrogates and numbers beyond Unicode are no characters. */
static bool is_character(uint32_t c, size_t after)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

	return c >= least[after] && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

uint32_t utf8_next(struct slice *rest)
{
	unsigned char lead = (unsigned char)rest->ptr[0];
	size_t after = bytes_after(lead);
	struct slice whole = *rest;
	uint32_t c;

	*rest = slice_skip(*rest, 1);
	if (after == 0)
		return lead;
	if (after == SLICE_MISSING || after > whole.len - 1)
		return UTF8_REPLACEMENT;
	c = lead & (0x3Fu >> after);
	for (size_t i = 1; i <= after; i++) {
		unsigned char next = (unsigned char)whole.ptr[i];

		if ((next & 0xC0) != 0x80)
			return UTF8_REPLACEMENT;
		c = c << 6 | (next & 0x3Fu);
	}
	if (!is_character(c, after))
		return UTF8_REPLACEMENT;
	*rest = slice_skip(whole, after + 1);
	return c;
}

void utf8_put(FILE *to, uint32_t c)
{
	static const unsigned lead_mark[] = { 0x00, 0xC0, 0xE0, 0xF0 };
	unsigned after = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	putc_unlocked((int)(lead_mark[after] | c >> (6 * after)), to);
	while (after-- > 0)
		putc_unlocked((int)(0x80u | (c >> (6 * after) & 0x3Fu)), to);
}

bool utf8_is_control(uint32_t c)
{
	return IN_RANGES(c, controls);
}

unsigned utf8_columns(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (IN_RANGES(c, zero))
		return 0;
	return IN_RANGES(c, wide) ? 2 : 1;
}
