/* Calendar arithmetic and named time zones. */
#include "base/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY          86400
#define DAYS_TO_1601 134774 /* from 1601-01-01 to 1970-01-01 */

/* The first second of 1601, the last of 9999. */
#define SECONDS_MIN (-(int64_t)DAYS_TO_1601 * DAY)
#define SECONDS_MAX INT64_C(253402300799)

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01; months counted from March so that the leap day comes last. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

int64_t civil_to_seconds(const struct civil *c)
{
	if (c->year < 1601 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
		c->day > month_days(c->year, c->month) || c->hour < 0 || c->hour > 23 ||
		c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60)
		return NO_TIME;
	return days_from_civil(c->year, c->month, c->day) * DAY +
		(c->hour * INT64_C(60) + c->minute) * 60 + c->second;
}

static int64_t clamp_seconds(int64_t seconds)
{
	if (seconds < SECONDS_MIN)
		return SECONDS_MIN;
	return seconds > SECONDS_MAX ? SECONDS_MAX : seconds;
}

struct civil civil_from_seconds(int64_t any)
{
	int64_t seconds = clamp_seconds(any);
	int64_t days = seconds / DAY - (seconds % DAY < 0);
	int64_t rest = seconds - days * DAY;
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct civil c;

	c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	return c;
}

int64_t filetime_to_seconds(uint32_t high, uint32_t low)
{
	uint64_t ticks = (uint64_t)high << 32 | low;
	int64_t seconds = (int64_t)(ticks / 10000000) + SECONDS_MIN;

	return seconds > SECONDS_MAX ? NO_TIME : seconds;
}

void civil_print(int64_t seconds, char ret_text[CIVIL_TEXT])
{
	struct civil c = civil_from_seconds(seconds);

	(void)snprintf(ret_text, CIVIL_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u",
		(unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.day % 100,
		(unsigned)c.hour % 100, (unsigned)c.minute % 100, (unsigned)c.second % 100);
}

/* "+02:00", "-0530", "+2". Offsets run from -14:00 to +14:00. */
static bool parse_fixed(struct slice text, int32_t *ret_seconds)
{
	struct slice hours, minutes;
	uint32_t h, m = 0;
	bool negative = text.ptr[0] == '-';

	text = slice_skip(text, 1);
	if (slice_find_char(text, ':') != SLICE_MISSING) {
		minutes = text;
		hours = slice_cut(&minutes, ':');
	} else {
		hours = slice_from_to(text, 0, text.len > 2 ? text.len - 2 : text.len);
		minutes = text.len > 2 ? slice_skip(text, text.len - 2) : SLICE("0");
	}
	if (hours.len > 2 || minutes.len > 2 || !slice_to_u32(hours, 10, &h) ||
		!slice_to_u32(minutes, 10, &m) || m > 59 || h * 3600 + m * 60 > MAX_ZONE_OFFSET)
		return false;
	*ret_seconds = (int32_t)(h * 3600 + m * 60) * (negative ? -1 : 1);
	return true;
}

/* The database folder also holds lists and readme files, which the C library takes for UTC. */
static bool is_zone_file(const char *path)
{
	char magic[4] = "";
	FILE *file = fopen(path, "rbe");
	bool is_zone;

	if (!file)
		return false;
	is_zone = fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
		memcmp(magic, "TZif", sizeof(magic)) == 0;
	(void)fclose(file); /* opened to read: nothing to lose */
	return is_zone;
}

/* The name must be a file of the zone database, and stay inside it. */
static bool is_known_zone(struct slice name)
{
	char path[128];

	if (name.len == 0 || name.len > 60 || name.ptr[0] == '/' || name.ptr[0] == '.' ||
		slice_find(name, SLICE("..")) != SLICE_MISSING)
		return false;
	(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%.*s", SLICE_ARG(name));
	return is_zone_file(path);
}

enum status zone_parse(struct slice text, struct zone *ret_zone)
{
	struct zone zone = { .name = "" };

	if (slice_equal_nocase(text, SLICE("Z")) || slice_equal_nocase(text, SLICE("UTC"))) {
		*ret_zone = zone;
		return ST_OK;
	}
	if (text.len && (text.ptr[0] == '+' || text.ptr[0] == '-')) {
		if (!parse_fixed(text, &zone.fixed_seconds))
			return ST_USAGE;
	} else if (is_known_zone(text)) {
		(void)snprintf(zone.name, sizeof(zone.name), "%.*s", SLICE_ARG(text));
	} else {
		return ST_USAGE;
	}
	*ret_zone = zone;
	return ST_OK;
}

static int64_t utc_offset_at(time_t utc)
{
	struct tm local;

	return localtime_r(&utc, &local) ? (int64_t)local.tm_gmtoff : 0;
}

int32_t zone_offset(const struct zone *zone, int64_t local, enum zone_fit *ret_fit)
{
	int64_t before, after;

	*ret_fit = ZONE_FITS;
	if (!zone->name[0])
		return zone->fixed_seconds;
	setenv("TZ", zone->name, 1);
	tzset();
	/* One reading of the zone from well before the step and one from well after it. */
	before = utc_offset_at((time_t)(local - 86400));
	before = utc_offset_at((time_t)(local - before - 10800));
	after = utc_offset_at((time_t)(local - before + 10800));
	if (before == after)
		return (int32_t)before;
	if (utc_offset_at((time_t)(local - before)) == before) {
		if (utc_offset_at((time_t)(local - after)) == after)
			*ret_fit = ZONE_OVERLAP;
		return (int32_t)before;
	}
	if (utc_offset_at((time_t)(local - after)) == after)
		return (int32_t)after;
	*ret_fit = ZONE_GAP;
	return (int32_t)before;
}

/* ---- Zones of Windows ---------------------------------------------------------------- */

#define RULES_AROUND 6 /* two rules, in the year meant and the ones beside it */

/* A step of the clock: at `at`, read on the clock as it goes before, `offset` begins. */
struct step {
	int64_t at;
	int32_t offset;
};

/* Windows refuses more than a day. */
static int32_t offset_of_bias(int64_t minutes)
{
	if (minutes < -1440 || minutes > 1440)
		return 0;
	return (int32_t)(-minutes * 60);
}

/* "The third Sunday": 5 is the last one, the fourth when there are not five. */
static int day_of_rule(const struct zone_rule *rule, int year)
{
	int first = (int)((days_from_civil(year, rule->month, 1) + 4) % 7); /* 1970: Thursday */
	int day = 1 + (rule->weekday - first + 14) % 7 + 7 * (rule->day - 1);

	while (day > month_days(year, rule->month))
		day -= 7;
	return day;
}

/* When the rule steps in this year; NO_TIME for no rule. 23:59:59.999 means midnight. */
static int64_t time_of_rule(const struct zone_rule *rule, int year)
{
	struct civil c = { .year = year, .month = rule->month };
	int64_t seconds;

	if (rule->month < 1 || rule->month > 12 || rule->day < 1 || rule->day > 31 ||
		rule->weekday > 6 || (!rule->year && rule->day > 5))
		return NO_TIME;
	c.day = rule->year ? rule->day : day_of_rule(rule, year);
	c.hour = rule->hour;
	c.minute = rule->minute;
	c.second = rule->second;
	seconds = civil_to_seconds(&c);
	return seconds == NO_TIME ? NO_TIME : seconds + (rule->milliseconds >= 500);
}

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The steps of the years around `year`, in order; returns how many. */
static size_t steps_around(
	const struct windows_zone *zone, int year, struct step ret_steps[RULES_AROUND])
{
	const struct zone_rule *rules[2] = { &zone->standard, &zone->daylight };
	const int64_t biases[2] = { zone->standard_bias, zone->daylight_bias };
	size_t count = 0;

	for (int i = 0; i < 2; i++) {
		int first = rules[i]->year ? rules[i]->year : year - 1;
		int last = rules[i]->year ? rules[i]->year : year + 1;

		for (int y = first; y <= last; y++) {
			int64_t at = time_of_rule(rules[i], y);

			if (at != NO_TIME)
				ret_steps[count++] = (struct step){
					at,
					offset_of_bias(zone->bias + biases[i]),
				};
		}
	}
	qsort(ret_steps, count, sizeof(*ret_steps), by_time);
	return count;
}

int32_t windows_zone_offset(const struct windows_zone *zone, int64_t local, enum zone_fit *ret_fit)
{
	struct step steps[RULES_AROUND];
	int32_t winter = offset_of_bias((int64_t)zone->bias + zone->standard_bias);
	int32_t summer = offset_of_bias((int64_t)zone->bias + zone->daylight_bias);
	int32_t offset = winter;
	size_t count;

	*ret_fit = ZONE_FITS;
	if (!zone->has_rules)
		return offset_of_bias(zone->bias);
	if (zone->standard.month == 0 || zone->daylight.month == 0)
		return winter;
	count = steps_around(zone, civil_from_seconds(local).year, steps);
	if (count && steps[0].offset == winter)
		offset = summer;
	for (size_t i = 0; i < count; i++) {
		int32_t shift = steps[i].offset - offset;
		int64_t from = shift < 0 ? steps[i].at + shift : steps[i].at;

		if (local < from)
			break;
		if (local < from + (shift < 0 ? -shift : shift)) {
			*ret_fit = shift < 0 ? ZONE_OVERLAP : ZONE_GAP;
			break;
		}
		offset = steps[i].offset;
	}
	return offset;
}
