/* Times: two digits at a time, and the date of the last record remembered. */
#include "parsers/cm_time.h"

#define MAX_DIGITS 9 /* that fit an int */

/* Reads up to `most` digits at *at; how many there were. */
static size_t take_digits(struct slice s, size_t *at, size_t most, int *ret_value)
{
	size_t from = *at;
	int value = 0;

	while (*at < s.len && is_digit(s.ptr[*at]) && *at - from < most)
		value = value * 10 + (s.ptr[(*at)++] - '0');
	*ret_value = value;
	return *at - from;
}

static bool take_char(struct slice s, size_t *at, char c)
{
	if (*at >= s.len || s.ptr[*at] != c)
		return false;
	(*at)++;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t take_blanks(struct slice s, size_t *at)
{
	size_t from = *at;

	while (*at < s.len && is_blank(s.ptr[*at]))
		(*at)++;
	return *at - from;
}

/* "9:56:16": hours of one or two digits. Leaves seconds of the day. */
static bool take_clock(struct slice s, size_t *at, int32_t *ret_seconds)
{
	int hour, minute, second;

	if (!take_digits(s, at, 2, &hour) || !take_char(s, at, ':') ||
		!take_digits(s, at, 2, &minute) || !take_char(s, at, ':') ||
		!take_digits(s, at, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		hour = -1;
	*ret_seconds = hour < 0 ? -1 : hour * 3600 + minute * 60 + second;
	return true;
}

/* "+480", "-060", "+0" to the end of the text; digits alone belong to the fraction. */
static void take_bias(struct slice s, size_t at, size_t fraction, struct cm_time *time)
{
	bool is_negative;
	int value;

	if (at >= s.len) {
		time->bias = fraction > 3 ? CM_BIAS_GLUED : CM_BIAS_NONE;
		return;
	}
	time->bias = CM_BIAS_ODD;
	is_negative = s.ptr[at] == '-';
	if (s.ptr[at] != '-' && s.ptr[at] != '+')
		return;
	at++;
	if (!take_digits(s, &at, MAX_DIGITS, &value))
		return;
	while (at < s.len && is_digit(s.ptr[at])) {
		value = CM_MAX_BIAS + 1;
		at++;
	}
	if (at != s.len)
		return;
	time->bias = CM_BIAS_STATED;
	time->minutes = is_negative ? -value : value;
}

/* "05-11-2018", "1-2-2015". */
static int64_t read_date(struct slice date)
{
	struct civil civil = { 0 };
	size_t at = 0;

	if (!take_digits(date, &at, 2, &civil.month) || !take_char(date, &at, '-') ||
		!take_digits(date, &at, 2, &civil.day) || !take_char(date, &at, '-') ||
		take_digits(date, &at, 4, &civil.year) != 4 || at != date.len)
		return NO_TIME;
	return civil_to_seconds(&civil);
}

static int64_t midnight_of(struct slice date, struct cm_memory *memory)
{
	int64_t midnight;

	if (date.len == sizeof(memory->date) &&
		bytes_equal(date.ptr, memory->date, sizeof(memory->date)))
		return memory->midnight;
	midnight = read_date(date);
	if (date.len == sizeof(memory->date)) {
		memcpy(memory->date, date.ptr, sizeof(memory->date));
		memory->midnight = midnight;
		memory->clock[0] = '\0';
	}
	return midnight;
}

/* Whether a clock of the usual length has the second and the bias of the last one. */
static bool is_remembered(const char *clock, const char *date, const struct cm_memory *memory)
{
	return memcmp(clock, memory->clock, 8) == 0 &&
		memcmp(clock + 12, memory->clock + 12, 4) == 0 && clock[8] == '.' &&
		is_digit(clock[9]) && is_digit(clock[10]) && is_digit(clock[11]) &&
		bytes_equal(date, memory->date, sizeof(memory->date));
}

static void remember(struct slice clock, const struct cm_time *time, struct cm_memory *memory)
{
	memcpy(memory->clock, clock.ptr, sizeof(memory->clock));
	memory->when = time->when;
	memory->minutes = time->minutes;
}

void cm_time_read(
	struct slice clock, struct slice date, struct cm_memory *memory, struct cm_time *ret_time)
{
	bool is_usual = clock.len == sizeof(memory->clock) && date.len == sizeof(memory->date);
	size_t at = 0, fraction = 0;
	int32_t seconds = -1;
	int64_t midnight;

	*ret_time = (struct cm_time){ .when = NO_TIME };
	if (is_usual && is_remembered(clock.ptr, date.ptr, memory)) {
		ret_time->when = memory->when;
		ret_time->minutes = memory->minutes;
		ret_time->bias = CM_BIAS_STATED;
		return;
	}
	midnight = midnight_of(date, memory);
	if (take_clock(clock, &at, &seconds)) {
		if (at < clock.len && (clock.ptr[at] == '.' || clock.ptr[at] == ','))
			for (at++; at < clock.len && is_digit(clock.ptr[at]); at++)
				fraction++;
		take_bias(clock, at, fraction, ret_time);
	}
	if (seconds >= 0 && midnight != NO_TIME)
		ret_time->when = midnight + seconds;
	ret_time->is_bad = ret_time->when == NO_TIME;
	if (is_usual && fraction == 3 && clock.ptr[2] == ':' && clock.ptr[8] == '.' &&
		ret_time->bias == CM_BIAS_STATED && !ret_time->is_bad)
		remember(clock, ret_time, memory);
}

int cm_month(struct slice word)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (word.len >= 3)
		for (int i = 0; i < 12; i++)
			if (slice_equal_nocase(
				    (struct slice){ names + 3 * i, 3 }, slice_from_to(word, 0, 3)))
				return i + 1;
	return 0;
}

/* Letters at *at: a weekday or a month, in any language. */
static struct slice take_word(struct slice s, size_t *at)
{
	size_t from = *at;

	while (*at < s.len && !is_blank(s.ptr[*at]) && !is_digit(s.ptr[*at]))
		(*at)++;
	return slice_from_to(s, from, *at);
}

bool cm_time_in_words(struct slice text, struct cm_time *ret_time)
{
	struct civil civil = { 0 };
	int32_t seconds;
	size_t at = 0;
	struct slice month;
	int64_t midnight;

	if (!take_word(text, &at).len || !take_blanks(text, &at))
		return false;
	month = take_word(text, &at);
	if (!month.len || !take_blanks(text, &at) || !take_digits(text, &at, 2, &civil.day) ||
		!take_blanks(text, &at) || !take_clock(text, &at, &seconds))
		return false;
	if (take_char(text, &at, '.'))
		while (at < text.len && is_digit(text.ptr[at]))
			at++;
	if (!take_blanks(text, &at) || take_digits(text, &at, 4, &civil.year) != 4)
		return false;
	civil.month = cm_month(month);
	midnight = civil_to_seconds(&civil);
	*ret_time = (struct cm_time){ .when = NO_TIME };
	if (midnight != NO_TIME && seconds >= 0)
		ret_time->when = midnight + seconds;
	ret_time->is_bad = ret_time->when == NO_TIME;
	return true;
}

/* ---- Printed dates ------------------------------------------------------------------- */

/* "3/13/2019", "07.08.2012", "2019-03-13": three numbers between two equal separators. */
static bool take_printed_date(struct slice s, size_t *at, struct cm_printed *printed, int *ret_day)
{
	int a, b, c;
	size_t first = take_digits(s, at, 4, &a), last;

	if (!first || first == 3 || *at >= s.len)
		return false;
	printed->separator = s.ptr[*at];
	if (!memchr("/.-", printed->separator, 3))
		return false;
	(*at)++;
	if (!take_digits(s, at, 2, &b) || !take_char(s, at, printed->separator))
		return false;
	last = take_digits(s, at, 4, &c);
	if (first == 4) {
		printed->year = a;
		printed->other = b;
		*ret_day = c;
		return last == 1 || last == 2;
	}
	printed->year = c;
	printed->first = a;
	printed->other = b;
	return last == 4;
}

/* " PM" behind a time; the hours of twelve become those of twenty-four. */
static void take_half_day(struct slice s, size_t *at, int32_t *seconds)
{
	size_t from = *at;
	int32_t hour = *seconds / 3600;
	char half;

	if (!take_blanks(s, &from) || s.len - from < 2 || to_lower(s.ptr[from + 1]) != 'm')
		return;
	half = to_lower(s.ptr[from]);
	if ((half != 'a' && half != 'p') || (s.len - from > 2 && !is_blank(s.ptr[from + 2])))
		return;
	*at = from + 2;
	if (*seconds < 0)
		return;
	if (hour < 1 || hour > 12)
		*seconds = -1;
	else
		*seconds += ((half == 'p' ? 12 : 0) - (hour == 12 ? 12 : 0)) * 3600;
}

/* Which of two numbers is the day: dots say so, a number beyond 12 does, or else the file. */
static bool tell_order(const struct cm_printed *printed, uint32_t traits, bool *ret_day_first)
{
	const uint32_t both = CM_TRAIT_DAY_FIRST | CM_TRAIT_MONTH_FIRST;

	if (printed->first > 12 || printed->separator == '.')
		*ret_day_first = true;
	else if (printed->other > 12 || (traits & both) == CM_TRAIT_MONTH_FIRST)
		*ret_day_first = false;
	else if ((traits & both) == CM_TRAIT_DAY_FIRST || printed->first == printed->other)
		*ret_day_first = true;
	else
		return false;
	return true;
}

static void conclude(struct cm_printed *printed, int day, int32_t seconds, uint32_t traits)
{
	struct civil civil = { .year = printed->year, .month = printed->other, .day = day };
	bool is_day_first = true;
	int64_t midnight;

	printed->when = NO_TIME;
	if (!day) {
		printed->is_order_open = !tell_order(printed, traits, &is_day_first);
		civil.day = is_day_first ? printed->first : printed->other;
		civil.month = is_day_first ? printed->other : printed->first;
	}
	midnight = civil_to_seconds(&civil);
	if (!printed->is_order_open && midnight != NO_TIME && seconds >= 0)
		printed->when = midnight + seconds;
}

bool cm_printed_at(struct slice line, size_t at, uint32_t traits, struct cm_printed *ret_printed)
{
	struct cm_printed printed = { .from = at };
	int32_t seconds;
	int day = 0;

	if (!take_printed_date(line, &at, &printed, &day))
		return false;
	(void)take_char(line, &at, ',');
	if (!take_blanks(line, &at) || !take_clock(line, &at, &seconds))
		return false;
	if (at + 1 < line.len && line.ptr[at] == '.' && is_digit(line.ptr[at + 1]))
		for (at++; at < line.len && is_digit(line.ptr[at]); at++)
			;
	take_half_day(line, &at, &seconds);
	printed.to = at;
	conclude(&printed, day, seconds, traits);
	*ret_printed = printed;
	return true;
}

static bool is_word(char c)
{
	char lower = to_lower(c);

	return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '_';
}

/* Where the date before the time whose first colon is at `colon` begins; SLICE_MISSING. */
static size_t date_before(struct slice line, size_t from, size_t colon)
{
	size_t at = colon;

	while (at > from && colon - at < 2 && is_digit(line.ptr[at - 1]))
		at--;
	while (at > from && (is_blank(line.ptr[at - 1]) || line.ptr[at - 1] == ','))
		at--;
	for (size_t i = 0; i < 10 && at > from; i++, at--)
		if (!is_digit(line.ptr[at - 1]) && !memchr("/.-", line.ptr[at - 1], 3))
			break;
	/* Not the end of a longer word, nor of a longer number. */
	while (at < colon && !is_digit(line.ptr[at]))
		at++;
	if (at > from && is_word(line.ptr[at - 1]))
		return SLICE_MISSING;
	return at < colon ? at : SLICE_MISSING;
}

bool cm_printed_find(struct slice line, size_t at, uint32_t traits, struct cm_printed *ret_printed)
{
	size_t from = at;

	while (at + 6 <= line.len) {
		const char *colon = memchr(line.ptr + at, ':', line.len - at);
		size_t start, k;

		if (!colon)
			return false;
		k = (size_t)(colon - line.ptr);
		at = k + 1;
		if (k == from || line.len - k < 6 || line.ptr[k + 3] != ':' ||
			!is_digit(line.ptr[k - 1]) || !is_digit(line.ptr[k + 1]))
			continue;
		start = date_before(line, from, k);
		if (start != SLICE_MISSING && cm_printed_at(line, start, traits, ret_printed) &&
			ret_printed->to > k)
			return true;
	}
	return false;
}
