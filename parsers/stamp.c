/* Time stamps of log records. */
#include "parsers/stamp.h"

#include <string.h>

#define EACH_BYTE UINT64_C(0x0101010101010101)

/*
 * Eight bytes against a shape: '0' stands for any digit, all else for itself. With the
 * shape taken off, a digit leaves 0 to 9 and a match 0; adding 0x76 lifts the eighth bit
 * of what is more than 9.
 */
static bool fits(const char *bytes, const char *shape)
{
	uint64_t word, expected, digits, left;

	memcpy(&word, bytes, sizeof(word));
	memcpy(&expected, shape, sizeof(expected));
	left = word ^ expected;
	/* '0' is the one byte of a shape with both 0x10 set and 0x08, 0x04, 0x02 clear. */
	digits = ~(((expected ^ '0' * EACH_BYTE) + 0x7F * EACH_BYTE) |
			 (expected ^ '0' * EACH_BYTE)) &
		0x80 * EACH_BYTE;
	digits = (digits >> 7) * 0xFF;
	if (left & (~digits | 0xF0 * EACH_BYTE))
		return false;
	return !((left + 0x76 * EACH_BYTE) & 0x80 * EACH_BYTE);
}

bool stamp_is(struct slice line)
{
	return line.len > STAMP_LEN && line.ptr[STAMP_LEN] == ',' && fits(line.ptr, "0000-00-") &&
		fits(line.ptr + 8, "00 00:00") && fits(line.ptr + 11, "00:00:00");
}

static int two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

int64_t stamp_parse(struct slice line)
{
	const char *p = line.ptr;
	struct civil civil = {
		.year = two(p) * 100 + two(p + 2),
		.month = two(p + 5),
		.day = two(p + 8),
		.hour = two(p + 11),
		.minute = two(p + 14),
		.second = two(p + 17),
	};

	return civil_to_seconds(&civil);
}

int64_t stamp_parse_loose(struct slice words)
{
	int parts[6] = { 0 };
	size_t at = 0;
	struct civil civil;

	for (size_t i = 0; i < 6; i++) {
		size_t from = at;

		while (at < words.len && is_digit(words.ptr[at]) && at - from < 4)
			parts[i] = parts[i] * 10 + (words.ptr[at++] - '0');
		if (at == from)
			return NO_TIME;
		if (i < 5 && at++ >= words.len)
			return NO_TIME;
	}
	civil = (struct civil){ parts[0], parts[1], parts[2], parts[3], parts[4], parts[5] };
	return civil_to_seconds(&civil);
}
