/*
 * What was asked of DISM: the command line of dism.exe and the parameters of an API
 * call, as fields of a fact.
 */
#ifndef PARSERS_COMMAND_LINE_H
#define PARSERS_COMMAND_LINE_H

#include "model/fact.h"

/*
 * Sets verb ("add-package"), image (/Image, /MountDir, /ApplyDir …), wim, index, path
 * (/PackagePath), package (/PackageName) and the flags of a dism.exe command line.
 * Options may begin with / or -, end in : or =, and carry quotes; letter case does not
 * count. FLAG_QUERY: nothing is changed. An unknown or missing verb is a query.
 */
void command_line_parse(struct fact *fact, struct slice words);

/*
 * Sets the same from "Key: value, Key: value" of a DISM API call. Keys may come in any
 * order and on lines of their own. The verb is set from fact->function
 * ("DismAddPackageInternal" → "add-package") when that is known.
 */
void api_parameters_parse(struct fact *fact, struct slice words);

/* "DismAddPackageInternal" → its verb, and the flags it implies; empty for others. */
struct slice api_verb(struct slice function, uint32_t *ret_flags);

#endif
