/*
 * truth.txt: what a person says that a case must give, written by hand from the inputs
 * and the specification, never made by the program.
 *
 *   status ID INDEX UPDATE [PROPERTY=VALUE...]     a row of that class, by its keys
 *   view ID INDEX UPDATE [...]
 *   progress ID SCHEDULE [...]
 *   history ID RUNDATETIME SCHEDULE [...]
 *   image ID INDEX [Name=... Edition=... Version=... Architecture=... Container=...]
 *   no CLASS KEYS...                               there is no such row
 *   evidence CLASS KEYS... FILE:LINE               that row's evidence cites that line
 *   count CLASS NUMBER                             rows of a class
 *   diagnostic CODE / no-diagnostic CODE
 *   exit CODE
 *   skip variants|prefixes|order                   properties that do not hold, and why: #
 *
 * UPDATE is KBn, an UpdateID, or the identity of one of its packages. PROPERTY is one of
 * the class, or KB, UpdateIDFrom, State, Certainty, Reason, ReasonDetail, TimeBasis.
 * Quotes hold blanks together; null and none stand for nothing; 0x numbers are HRESULTs;
 * `*` as a key fits all.
 */
#ifndef GOLDEN_TRUTH_H
#define GOLDEN_TRUTH_H

#include "case.h"

/* Prints every difference with the line of truth.txt; returns how many. */
unsigned truth_check(const struct test_case *test, const struct case_run *run);

/* Whether truth.txt says "skip WHAT". */
bool truth_skips(const struct test_case *test, const char *what);

#endif
