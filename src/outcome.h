/*
 * How a run ended, for people and for scripts: its diagnostics on standard error, the
 * exit code, and the line that says why it is not 0.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "cmd.h"
#include "options.h"

/* The exit code of a run that gave a report. Prints nothing. */
enum exit_code outcome_code(const struct report *report, const struct settings *settings);

/*
 * Prints the diagnostics, a note when an output is for a site and its UpdateIDs are not, and the
 * reason; returns outcome_code.
 */
int outcome_tell(const struct report *report, const struct settings *settings);

/* For a run that gave none: says why. EXIT_INTERNAL. */
int outcome_failed(enum status status);

#endif
