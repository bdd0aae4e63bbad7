/*
 * truth.txt: what a person says that a case must give, written by hand from the inputs
 * and the specification, never made by the program.
 *
 *   status ID INDEX UPDATE [PROPERTY=VALUE...]     a row of that class, by its keys
 *   view ID INDEX UPDATE [...]
 *   progress ID SCHEDULE [...]
 *   history ID RUNDATETIME SCHEDULE [...]
 *   image ID INDEX [Name= Description= Edition= Architecture= Version= ServicingStack=
 *                  Product= Container= Pending= Sources=]
 *   no image ID INDEX                              there is no such image
 *   no CLASS KEYS...                               there is no such row
 *   evidence CLASS KEYS... FILE:LINE [WORDS]       that row's evidence cites that line; FILE is
 *                                                  an end of the path, members of containers
 *                                                  included; LINE * is any; WORDS stand in it
 *   binary CLASS KEYS... FILE [Token= Code=]       that row lists that file of a ConfigMgr update
 *   package CONTAINER IDENTITY [KB= Title= Release= Stack= Parent= Guid= Severity= Restart=]
 *                                                  an update that a package file offers;
 *                                                  Parent= may be repeated, each is one of them
 *   count CLASS NUMBER                             rows of a class, or images, or packages
 *   count CLASS NUMBER ID [INDEX]                  of one image
 *   states WORD NUMBER                             status rows with that State
 *   diagnostic CODE / no-diagnostic CODE
 *   exit CODE
 *   needs WITH_JSON                                a part of the build; without it the case is
 * skipped skip variants|prefixes|order                   properties that do not hold, and why: #
 *
 * UPDATE is KBn, an UpdateID, or the identity of one of its packages. PROPERTY is one of
 * the class, or KB, UpdateIDFrom, State, Certainty, Reason, ReasonDetail, TimeBasis,
 * UpdateListComplete, Ambiguous.
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

/* Whether truth.txt says "needs PART" of a part that this build is without. */
bool truth_lacks(const struct test_case *test);

#endif
