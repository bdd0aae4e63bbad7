/* Biases and rules of a zone as one sentence. */
#include "core/zone_words.h"

#include <inttypes.h>
#include <stdio.h>

#define RULE_WORDS   112
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const months[] = {
	"",
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
};

static const char *const weekdays[] = {
	"Sunday",
	"Monday",
	"Tuesday",
	"Wednesday",
	"Thursday",
	"Friday",
	"Saturday",
};

static const char *const ordinals[] = { "", "first", "second", "third", "fourth", "last" };

/* A word of a table, or the number with what it counts when the table does not hold it. */
static const char *word_of(const char *const *words, size_t count, unsigned number,
	const char *counted, char ret_room[24])
{
	if (number < count && *words[number])
		return words[number];
	(void)snprintf(ret_room, 24, "%s %u", counted, number & 0xFFFFu);
	return ret_room;
}

/* " from the last Sunday of October at 03:00:00"; a rule with a year is a date. */
static void put_rule(const struct zone_rule *rule, char words[RULE_WORDS])
{
	char month[24], weekday[24], ordinal[24];

	if (rule->year) {
		(void)snprintf(words, RULE_WORDS, " from %04u-%02u-%02u at %02u:%02u:%02u",
			rule->year, rule->month, rule->day, rule->hour, rule->minute, rule->second);
		return;
	}
	(void)snprintf(words, RULE_WORDS, " from the %s %s of %s at %02u:%02u:%02u",
		word_of(ordinals, COUNT(ordinals), rule->day, "number", ordinal),
		word_of(weekdays, COUNT(weekdays), rule->weekday, "weekday", weekday),
		word_of(months, COUNT(months), rule->month, "month", month), rule->hour,
		rule->minute, rule->second);
}

void zone_words(const struct windows_zone *zone, char ret_words[ZONE_WORDS])
{
	int64_t bias = zone->bias;
	char standard[RULE_WORDS], daylight[RULE_WORDS];
	int len = snprintf(ret_words, ZONE_WORDS, "UTC = local %c %" PRId64 " minutes",
		bias < 0 ? '-' : '+', bias < 0 ? -bias : bias);

	if (len < 0 || !zone->has_rules)
		return;
	if (zone->standard.month == 0 || zone->daylight.month == 0) {
		(void)snprintf(ret_words + len, ZONE_WORDS - (size_t)len,
			"; no daylight saving, standard time %+" PRId32, zone->standard_bias);
		return;
	}
	put_rule(&zone->standard, standard);
	put_rule(&zone->daylight, daylight);
	(void)snprintf(ret_words + len, ZONE_WORDS - (size_t)len,
		"; standard time %+" PRId32 "%s; daylight time %+" PRId32 "%s", zone->standard_bias,
		standard, zone->daylight_bias, daylight);
}
