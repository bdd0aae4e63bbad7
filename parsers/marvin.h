/*
 * Marvin32, the checksum of the log entries of registry hives. Its definition and test
 * vectors are public in Microsoft's SymCrypt and .NET runtime.
 */
#ifndef PARSERS_MARVIN_H
#define PARSERS_MARVIN_H

#include "base/slice.h"

/* The seed of hive logs: bytes 82 EF 4D 88 7A 4E 55 C5. */
#define MARVIN_HIVE_SEED UINT64_C(0xC5554E7A884DEF82)

uint64_t marvin32(struct slice bytes, uint64_t seed);

#endif
