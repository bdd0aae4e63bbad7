#include "base/civil.h"
int32_t windows_zone_offset(const struct windows_zone *zone, int64_t local, enum zone_fit *ret_fit)
{ (void)local; *ret_fit = ZONE_FITS; return -zone->bias*60; }
