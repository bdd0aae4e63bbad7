/*
 * The head of one line: stamp, level, component, message; native columns first, then
 * every way in which people's copies bend them.
 */
#ifndef PARSERS_LOG_HEAD_H
#define PARSERS_LOG_HEAD_H

#include "parsers/log_record.h"

/* Reads the head of a line that begins a record (`is_stamped`: stamp_is of it); false when the line
 * begins none. Sets whole, stamp, message, level and component of *record. */
bool log_head_read(struct slice line, bool is_stamped, struct log_record *record);

/*
 * Whether a line without a native stamp begins a record of its own. After a line of a
 * console's width (`wrapped`) only a trace line, a level or a stamp does: the rest of a
 * message may look like the head of one.
 */
bool log_head_begins(struct slice line, bool wrapped);

/* A stamp that lost its first characters: the record stands, its time does not. */
bool log_head_is_torn(const struct log_record *record);

#endif
