/* Time stamps of log records. */
#include "parsers/stamp.h"

static bool digits(const char *p, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!is_digit(p[i]))
			return false;
	return true;
}

bool stamp_is(struct slice line)
{
	const char *p = line.ptr;

	/* The punctuation first: it refuses nearly everything that is no stamp. */
	if (line.len <= STAMP_LEN || p[4] != '-' || p[7] != '-' || p[10] != ' ' || p[13] != ':' ||
		p[16] != ':' || p[19] != ',')
		return false;
	return digits(p, 4) && digits(p + 5, 2) && digits(p + 8, 2) && digits(p + 11, 2) &&
		digits(p + 14, 2) && digits(p + 17, 2);
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
