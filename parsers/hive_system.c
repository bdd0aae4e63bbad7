/*
 * The hive SYSTEM: the time zone, in Select\Current's control set (ControlSet001 when it does
 * not say) below Control\TimeZoneInformation:
 *   Bias, StandardBias, DaylightBias, ActiveTimeBias   minutes, UTC = local + bias
 *   StandardStart, DaylightStart   eight 16-bit numbers. Here they are the kernel's
 *     TIME_FIELDS: year, month, day, hour, minute, second, milliseconds, weekday; everywhere
 *     else (TZI below Time Zones) SYSTEMTIME: year, month, weekday, day, hour ... Tools write
 *     that order too, so it is taken where the first gives no rule.
 *   TimeZoneKeyName, may be followed by rubbish; StandardName for old systems
 */
#include <stdio.h>

#include "parsers/hive.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RULE_WORDS 8
#define MAX_BIAS   (16 * 60) /* minutes; what is beyond is no zone */

struct zone_values {
	struct hive_number bias, standard_bias, daylight_bias, active_bias, disabled;
	struct slice key_name, standard_name, standard, daylight;
};

static const struct hive_field zone_fields[] = {
	{ "Bias", HIVE_NUMBER, offsetof(struct zone_values, bias) },
	{ "StandardBias", HIVE_NUMBER, offsetof(struct zone_values, standard_bias) },
	{ "DaylightBias", HIVE_NUMBER, offsetof(struct zone_values, daylight_bias) },
	{ "ActiveTimeBias", HIVE_NUMBER, offsetof(struct zone_values, active_bias) },
	{ "DynamicDaylightTimeDisabled", HIVE_NUMBER, offsetof(struct zone_values, disabled) },
	{ "DisableAutoDaylightTimeSet", HIVE_NUMBER, offsetof(struct zone_values, disabled) },
	{ "TimeZoneKeyName", HIVE_TEXT, offsetof(struct zone_values, key_name) },
	{ "StandardName", HIVE_TEXT, offsetof(struct zone_values, standard_name) },
	{ "StandardStart", HIVE_BYTES, offsetof(struct zone_values, standard) },
	{ "DaylightStart", HIVE_BYTES, offsetof(struct zone_values, daylight) },
};

static bool is_rule(const struct zone_rule *rule)
{
	return rule->month >= 1 && rule->month <= 12 && rule->weekday <= 6 && rule->day >= 1 &&
		rule->day <= (rule->year ? 31 : 5) && rule->hour <= 23 && rule->minute <= 59 &&
		rule->second <= 59 && rule->milliseconds <= 999;
}

/* false when the bytes are no rule in either order. Month 0 is one: no daylight saving. */
static bool rule_of(struct slice bytes, struct zone_rule *ret_rule)
{
	uint16_t w[RULE_WORDS];
	struct zone_rule kernel, system;

	if (bytes.len < sizeof(w))
		return false;
	for (size_t i = 0; i < RULE_WORDS; i++)
		w[i] = le16(bytes.ptr + 2 * i);
	kernel = (struct zone_rule){ w[0], w[1], w[7], w[2], w[3], w[4], w[5], w[6] };
	system = (struct zone_rule){ w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7] };
	if (w[1] == 0)
		*ret_rule = (struct zone_rule){ 0 };
	else if (is_rule(&kernel))
		*ret_rule = kernel;
	else if (is_rule(&system))
		*ret_rule = system;
	else
		return false;
	return true;
}

static bool is_bias(struct hive_number bias)
{
	int32_t minutes = (int32_t)bias.value;

	return bias.is_stated && minutes >= -MAX_BIAS && minutes <= MAX_BIAS;
}

/* false when nothing states a bias. */
static bool zone_of(const struct zone_values *values, struct windows_zone *ret_zone)
{
	struct windows_zone zone = { .bias = (int32_t)values->bias.value };
	bool has_rules = is_bias(values->bias) && is_bias(values->standard_bias) &&
		is_bias(values->daylight_bias) && rule_of(values->standard, &zone.standard) &&
		rule_of(values->daylight, &zone.daylight);

	if (has_rules) {
		zone.standard_bias = (int32_t)values->standard_bias.value;
		zone.daylight_bias = (int32_t)values->daylight_bias.value;
		zone.has_rules = true;
		if (values->disabled.value || !zone.standard.month || !zone.daylight.month) {
			zone.standard = (struct zone_rule){ 0 };
			zone.daylight = (struct zone_rule){ 0 };
		}
	} else if (is_bias(values->active_bias)) {
		zone = (struct windows_zone){ .bias = (int32_t)values->active_bias.value };
	} else if (!is_bias(values->bias)) {
		return false;
	} else {
		zone = (struct windows_zone){ .bias = (int32_t)values->bias.value };
	}
	*ret_zone = zone;
	return true;
}

/* "ControlSet001", whose number stands in Select\Current. */
static size_t control_set(struct hive *hive)
{
	static const struct hive_field wanted[] = { { "Current", HIVE_NUMBER, 0 } };
	struct hive_number current = { 0 };
	size_t select = hive_key(hive, hive->root, SLICE("Select"));
	char name[32];

	if (select)
		hive_take(hive, select, SLICE("Select"), wanted, COUNT(wanted), &current);
	if (!current.is_stated || current.value == 0 || current.value > 999)
		current.value = 1;
	(void)snprintf(name, sizeof(name), "ControlSet%03u", current.value);
	return hive_key(hive, hive->root, slice_from(name));
}

void hive_read_system(struct hive *hive)
{
	size_t key = hive_key(hive, control_set(hive), SLICE("Control\\TimeZoneInformation"));
	struct zone_values values = { 0 };
	struct windows_zone zone;
	struct windows_zone *kept;
	struct slice words;
	struct fact *fact;

	if (!key)
		return;
	hive_take(
		hive, key, SLICE("TimeZoneInformation"), zone_fields, COUNT(zone_fields), &values);
	words = hive_words(hive);
	if (!zone_of(&values, &zone)) {
		hive_damage(hive, key, SLICE("TimeZoneInformation states no bias"));
		return;
	}
	kept = arena_alloc(&hive->result->scratch, sizeof(*kept));
	fact = kept ? hive_fact(hive, FACT_TIME_ZONE, key) : NULL;
	if (!fact)
		return;
	*kept = zone;
	fact->zone = kept;
	fact->name = values.key_name.len ? values.key_name : values.standard_name;
	fact->words = words;
}

static unsigned bid(struct slice head)
{
	return hive_bid(head, HIVE_SYSTEM);
}

static void read_file(const struct document_file *file, struct parse_result *result)
{
	hive_read(file, result, HIVE_SYSTEM);
}

const struct parser parser_hive_system = {
	.name = "hive-system",
	.what = "the registry hive SYSTEM: the time zone",
	.looked_for = "'regf' at the start, and the name SYSTEM",
	.shape = PARSER_FILE,
	.is_of_image = true,
	.bid = bid,
	.read_file = read_file,
};
