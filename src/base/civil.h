/*
 * Calendar arithmetic on the proleptic Gregorian calendar, without the C library's
 * time zone. Seconds count from 1970-01-01 00:00:00 of whatever clock is meant: a log's
 * local clock or UTC. Years 1601 to 9999.
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/slice.h"
#include "base/status.h"

#define NO_TIME INT64_MIN

struct civil {
	int year, month, day, hour, minute, second;
};

/* NO_TIME when a field is out of range (day 31 of April included). */
int64_t civil_to_seconds(const struct civil *civil);
/* Seconds outside the years 1601 to 9999 (NO_TIME is one) give the nearest end. */
struct civil civil_from_seconds(int64_t any);

/* A FILETIME (100 ns since 1601-01-01 UTC), its two halves; NO_TIME past year 9999. */
int64_t filetime_to_seconds(uint32_t high, uint32_t low);

/* How far a local clock may be from UTC, in seconds. */
#define MAX_ZONE_OFFSET (14 * 3600)

/* "2024-08-30T20:55:06"; 20 bytes with the terminator. */
#define CIVIL_TEXT 20
void civil_print(int64_t seconds, char ret_text[CIVIL_TEXT]);

/*
 * A time zone that a person names: an IANA name known to the system ("Europe/Paris",
 * "UTC") or a fixed offset ("+02:00", "-0530", "Z"). ST_USAGE when it is neither.
 */
struct zone {
	char name[64];         /* empty for a fixed offset */
	int32_t fixed_seconds; /* local = UTC + this */
};

/*
 * A zone as Windows keeps it (ControlSet\Control\TimeZoneInformation): biases in minutes,
 * UTC = local + bias + the bias of the half year. A rule is a SYSTEMTIME: with year 0 the
 * `day`th `weekday` of the month (5: the last), month 0: no daylight saving.
 */
struct zone_rule {
	uint16_t year, month, weekday, day, hour, minute, second, milliseconds;
};

struct windows_zone {
	int32_t bias, standard_bias, daylight_bias;
	struct zone_rule standard, daylight;
	bool has_rules; /* false: `bias` alone is known (the active one) */
};

enum zone_fit { ZONE_FITS, ZONE_GAP, ZONE_OVERLAP };

MUST_CHECK enum status zone_parse(struct slice text, struct zone *ret_zone);

/*
 * The zone's offset (local - UTC, in seconds) for a local clock reading. In the hour
 * that a daylight-saving step skips or repeats *ret_fit says so, and the offset is the
 * one before the step. Uses the C library's zone of the process: not thread-safe.
 */
int32_t zone_offset(const struct zone *zone, int64_t local, enum zone_fit *ret_fit);

/* The same for a zone of Windows; thread-safe. */
int32_t windows_zone_offset(const struct windows_zone *zone, int64_t local, enum zone_fit *ret_fit);

#endif
