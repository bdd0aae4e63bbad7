/*
 * Records of ConfigMgr's logs, in every form in which they are found:
 *
 *   <![LOG[message]LOG]!><time="HH:MM:SS.mmm±bias" date="MM-DD-YYYY" component="…" …>
 *   message  $$<COMPONENT><MM-DD-YYYY HH:MM:SS.mmm±bias><thread=D (0xH)>
 *   message TAB component TAB date time TAB thread (0xH)      and other pasted forms
 *
 * A record is one even if its message spans lines. This stage knows no message: what
 * OfflineServicingMgr.log says is read by cm_message.h. It keeps no state between blocks;
 * what the whole file decides (the order of day and month in pasted dates) comes in
 * parse_result.traits, from cm_look.
 */
#ifndef PARSERS_CM_RECORD_H
#define PARSERS_CM_RECORD_H

#include "parsers/parser.h"

enum cm_form {
	CM_FORM_NONE,
	CM_FORM_CCM,    /* <![LOG[ */
	CM_FORM_DOLLAR, /* $$< with a number for the bias */
	CM_FORM_LEGACY, /* $$< with a date in words: 1997, 1999 */
	CM_FORM_PASTED, /* columns or words around the message */
};

struct cm_record {
	enum cm_form form;
	struct slice whole;     /* all of it, as written */
	struct slice message;   /* without the tilde that ends or begins it, trimmed */
	struct slice component; /* empty: not stated */
	enum log_level level;   /* stated by the type, else by the words of the message */
	uint32_t tid;           /* 0: not stated */
	int64_t when;           /* the log's own clock, seconds; NO_TIME */
	int64_t utc;            /* when + bias, where the sign is beyond doubt; NO_TIME */
	uint64_t line, offset;  /* of its first byte, in the block */
	bool is_torn;           /* its head or its tail is lost */
	bool is_open;           /* it ends where the block ends, without a line end */
};

struct cm_cursor {
	struct slice bytes;
	size_t at;
	uint64_t line;               /* of the next byte, 1-based */
	struct parse_result *result; /* takes counts, notes and scratch */
};

void cm_cursor_init(struct cm_cursor *cursor, struct slice bytes, struct parse_result *result);
/* The next record; false at the end of the block. Counts result->records; torn records and
 * bad times are noted. */
bool cm_next(struct cm_cursor *cursor, struct cm_record *ret_record);

/* parser.cut and parser.look of cm-log. */
size_t cm_cut(struct slice bytes);
uint32_t cm_look(struct slice head);

#endif
