/* Times of saved lists. */
#include "parsers/listed_time.h"

#define MAX_TIME_TEXT 64

struct scanner {
	char text[MAX_TIME_TEXT + 1];
	size_t len, at;
};

/* Marks of direction that Windows puts between the numbers, and wide blanks. */
static const struct {
	struct slice bytes;
	char blank; /* what stands for it; 0: nothing */
} marks[] = {
	{ { "\xE2\x80\x8E", 3 }, 0 },
	{ { "\xE2\x80\x8F", 3 }, 0 },
	{ { "\xE2\x80\xAF", 3 }, ' ' },
	{ { "\xC2\xA0", 2 }, ' ' },
};

static size_t skip_mark(struct slice text, char *ret_blank)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (slice_starts(text, marks[i].bytes)) {
			*ret_blank = marks[i].blank;
			return marks[i].bytes.len;
		}
	return 0;
}

static bool scanner_init(struct scanner *scanner, struct slice text)
{
	*scanner = (struct scanner){ 0 };
	text = slice_trim(text);
	while (text.len) {
		char c = text.ptr[0];
		size_t mark = skip_mark(text, &c);

		text = slice_skip(text, mark ? mark : 1);
		if (!c)
			continue;
		if (scanner->len == MAX_TIME_TEXT)
			return false;
		scanner->text[scanner->len++] = c;
	}
	return scanner->len > 0;
}

static char peek(const struct scanner *scanner)
{
	return scanner->text[scanner->at]; /* NUL at the end */
}

static bool take(struct scanner *scanner, char c)
{
	if (peek(scanner) != c || !c)
		return false;
	scanner->at++;
	return true;
}

static void skip_blanks(struct scanner *scanner)
{
	while (take(scanner, ' ') || take(scanner, '\t'))
		;
}

/* Up to `max` digits; their count. */
static int take_number(struct scanner *scanner, int max, int *ret_number)
{
	int count = 0, number = 0;

	while (count < max && is_digit(peek(scanner))) {
		number = number * 10 + (peek(scanner) - '0');
		scanner->at++;
		count++;
	}
	if (count)
		*ret_number = number;
	return count;
}

/* The three numbers of a date; the separator, 0 when there is no date. */
static char take_date(struct scanner *scanner, int numbers[3], int digits[3])
{
	char separator = 0;

	for (int i = 0; i < 3; i++) {
		digits[i] = take_number(scanner, 4, &numbers[i]);
		if (!digits[i] || digits[i] == 3)
			return 0;
		if (i == 2)
			break;
		if (i == 0)
			separator = peek(scanner);
		if ((separator != '/' && separator != '.' && separator != '-') ||
			!take(scanner, separator))
			return 0;
		if (separator == '.')
			skip_blanks(scanner); /* "12. 3. 2024" */
	}
	return separator;
}

/* Who stands where. False when no number is a year. */
static bool place_date(
	struct listed_time *time, const int numbers[3], const int digits[3], char separator)
{
	if (digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2) {
		time->rest.year = numbers[0];
		time->numbers[0] = numbers[1];
		time->numbers[1] = numbers[2];
		time->order = ORDER_MONTH_FIRST;
		return true;
	}
	if (digits[0] > 2 || digits[1] > 2 || digits[2] != 4)
		return false;
	time->rest.year = numbers[2];
	time->numbers[0] = numbers[0];
	time->numbers[1] = numbers[1];
	if (separator == '.')
		time->order = ORDER_DAY_FIRST;
	else if (numbers[0] > 12 && numbers[1] <= 12)
		time->order = time->proof = ORDER_DAY_FIRST;
	else if (numbers[1] > 12 && numbers[0] <= 12)
		time->order = time->proof = ORDER_MONTH_FIRST;
	return true;
}

/* "8:09", "8:09:02", "8:09:02.1234567" */
static bool take_clock(struct scanner *scanner, struct civil *civil)
{
	int ignored;

	if (!take_number(scanner, 2, &civil->hour) || !take(scanner, ':') ||
		take_number(scanner, 2, &civil->minute) != 2)
		return false;
	if (!take(scanner, ':'))
		return true;
	if (take_number(scanner, 2, &civil->second) != 2)
		return false;
	if (take(scanner, '.'))
		while (take_number(scanner, 1, &ignored))
			;
	return true;
}

/* " PM": true when there was one, or none; *ret_is_us: as US English writes it. */
static bool take_half_day(struct scanner *scanner, struct civil *civil, bool *ret_is_us)
{
	char half = peek(scanner), other = '\0';
	bool is_pm = half == 'P' || half == 'p';

	*ret_is_us = false;
	if (half)
		other = scanner->text[scanner->at + 1];
	if ((!is_pm && half != 'A' && half != 'a') || (other != 'M' && other != 'm'))
		return true;
	scanner->at += 2;
	if (civil->hour < 1 || civil->hour > 12)
		return false;
	*ret_is_us = half < 'a' && other == 'M';
	civil->hour = civil->hour % 12 + (is_pm ? 12 : 0);
	return true;
}

/* "Z", "+01:00": the offset behind the time. */
static bool take_offset(struct scanner *scanner, int32_t *ret_offset)
{
	bool negative = peek(scanner) == '-';
	int hours = 0, minutes = 0;

	*ret_offset = 0;
	if (take(scanner, 'Z'))
		return true;
	if (!take(scanner, '+') && !take(scanner, '-'))
		return false;
	if (take_number(scanner, 2, &hours) != 2)
		return false;
	(void)take(scanner, ':');
	if (take_number(scanner, 2, &minutes) != 2 || minutes > 59)
		return false;
	*ret_offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
	return hours * 3600 + minutes * 60 <= MAX_ZONE_OFFSET;
}

/* "/Date(1711929600000)/" and "/Date(1711929600000+0100)/": milliseconds of UTC both. */
static bool parse_json_date(struct slice text, struct listed_time *ret_time)
{
	uint64_t milliseconds;
	size_t len = 0;

	if (!slice_starts(text, SLICE("/Date(")))
		return false;
	text = slice_skip(text, sizeof("/Date(") - 1);
	while (len < text.len && is_digit(text.ptr[len]))
		len++;
	if (!slice_to_u64(slice_from_to(text, 0, len), 10, &milliseconds) ||
		slice_find(text, SLICE(")/")) == SLICE_MISSING ||
		milliseconds / 1000 > UINT32_MAX * (uint64_t)50)
		return false;
	*ret_time = (struct listed_time){ .utc = (int64_t)(milliseconds / 1000) };
	return true;
}

/* What stands behind the date; false when it is no time. */
static bool take_rest(struct scanner *scanner, struct listed_time *time, bool *ret_is_us)
{
	int32_t offset;

	*ret_is_us = false;
	(void)take(scanner, '.'); /* "2024. 03. 12. 10:11" */
	if (!take(scanner, 'T')) {
		skip_blanks(scanner);
		if (take(scanner, '-')) /* "Modified : 4/1/2019 - 8:09:02 PM" */
			skip_blanks(scanner);
	}
	if (scanner->at == scanner->len)
		return true;
	if (!take_clock(scanner, &time->rest))
		return false;
	skip_blanks(scanner);
	if (!take_half_day(scanner, &time->rest, ret_is_us))
		return false;
	if (scanner->at < scanner->len) {
		int64_t local = listed_time_local(time, ORDER_OPEN);

		if (time->order == ORDER_OPEN || !take_offset(scanner, &offset))
			return false;
		time->utc = local == NO_TIME ? NO_TIME : local - offset;
	}
	skip_blanks(scanner);
	return scanner->at == scanner->len;
}

bool listed_time_parse(struct slice text, struct listed_time *ret_time)
{
	struct listed_time time = { .utc = NO_TIME };
	struct scanner scanner;
	int numbers[3], digits[3];
	char separator;
	bool is_us;

	if (parse_json_date(text, ret_time))
		return true;
	if (!scanner_init(&scanner, text))
		return false;
	separator = take_date(&scanner, numbers, digits);
	if (!separator || !place_date(&time, numbers, digits, separator) ||
		!take_rest(&scanner, &time, &is_us))
		return false;
	if (is_us && separator == '/' && time.order == ORDER_OPEN &&
		digits[0] == 1 + (numbers[0] > 9) && digits[1] == 1 + (numbers[1] > 9))
		time.guess = ORDER_MONTH_FIRST;
	*ret_time = time;
	return true;
}

enum date_order date_order_join(enum date_order so_far, enum date_order proof)
{
	if (proof == ORDER_OPEN || so_far == proof)
		return so_far;
	return so_far == ORDER_OPEN ? proof : ORDER_MIXED;
}

int64_t listed_time_local(const struct listed_time *time, enum date_order of_list)
{
	enum date_order order = time->order;
	struct civil civil = time->rest;

	if (order == ORDER_OPEN)
		order = of_list == ORDER_OPEN ? time->guess : of_list;
	if (order != ORDER_MONTH_FIRST && order != ORDER_DAY_FIRST)
		return NO_TIME;
	civil.month = time->numbers[order == ORDER_DAY_FIRST];
	civil.day = time->numbers[order == ORDER_MONTH_FIRST];
	return civil_to_seconds(&civil);
}
