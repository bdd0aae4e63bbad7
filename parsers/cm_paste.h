/*
 * Records as they stand in mails and on web pages: CMTrace's columns, a date at the head, the
 * name of the component at the head, or the message alone.
 */
#ifndef PARSERS_CM_PASTE_H
#define PARSERS_CM_PASTE_H

#include "parsers/cm_time.h"

enum cm_paste {
	CM_PASTE_BARE,    /* the words alone */
	CM_PASTE_COLUMNS, /* message, component, date and time, thread (0xHEX) */
	CM_PASTE_DATED,   /* date and time, perhaps component and thread, message */
	CM_PASTE_NAMED,   /* component, perhaps thread (0xHEX), message */
};

struct cm_pasted {
	enum cm_paste kind;
	size_t from, to; /* where it stands in the line: another one may follow */
	struct slice message, component, thread;
	struct cm_printed time; /* of COLUMNS and DATED */
	bool has_time;
};

/* Reads what begins at `at` in the line. */
void cm_paste_read(struct slice line, size_t at, uint32_t traits, struct cm_pasted *ret_pasted);

/* Blanks, list marks ("- ", "> ") and byte order marks at the head of a line: how long. */
size_t cm_paste_marks(struct slice line);

/* Words with which only OfflineServicingMgr begins a message. */
bool cm_paste_is_known(struct slice message);

#endif
