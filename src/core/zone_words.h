/* A time zone of Windows in words, for `facts`. */
#ifndef CORE_ZONE_WORDS_H
#define CORE_ZONE_WORDS_H

#include "base/civil.h"

/*
 * "UTC = local - 60 minutes; standard time +0 from the last Sunday of October at 03:00:00;
 * daylight time -60 from the last Sunday of March at 02:00:00". What a hive states is
 * printed as it stands, however impossible: "of month 77".
 */
#define ZONE_WORDS 320
void zone_words(const struct windows_zone *zone, char ret_words[ZONE_WORDS]);

#endif
