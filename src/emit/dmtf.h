/*
 * What the outputs of WMI share: a property that has no value, and the datetime of DSP0004.
 */
#ifndef EMIT_DMTF_H
#define EMIT_DMTF_H

#include "model/row.h"

/*
 * "20240830205506.000000+000", always UTC: what follows the fraction is minutes east of UTC.
 * A time whose offset nothing states ends in "+***", as the SMS Provider prints its own local
 * times. "" where moment_print says "".
 */
#define DMTF_TEXT 26
void dmtf_print(struct moment when, char ret_text[DMTF_TEXT]);

/* Null, or a time that is none. */
bool value_is_null(const struct row_value *value, enum value_type type);

#endif
