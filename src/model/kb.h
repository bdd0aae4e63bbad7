/*
 * KB numbers, as texts of servicing write them. A KB has 6 or 7 digits; 0 is none. The
 * placeholders KB777777 and KB777778 of features on demand count as none.
 */
#ifndef MODEL_KB_H
#define MODEL_KB_H

#include "base/slice.h"

/* The first in any text: "Package_for_KB5000736", "Windows10.0-KB5031455-x64.cab". */
uint32_t kb_find(struct slice text);

/* The forms of the attributes of manifests. */
uint32_t kb_of_identifier(struct slice identifier);   /* "KB5026368 …" */
uint32_t kb_of_support(struct slice url);             /* "…?kbid=2465285", "…/help/5026368" */
uint32_t kb_of_description(struct slice description); /* "Fix for KB5026368" */
uint32_t kb_of_update(struct slice update_name);      /* "2780124-9_neutral_PACKAGE" */
/* Of the .cab or .msu that a path ends in; folders on the way tell none. */
uint32_t kb_of_package_file(struct slice path);
/* Features on demand carry these: "KB777777", "KB777778". */
bool kb_is_placeholder(struct slice identifier);

#endif
