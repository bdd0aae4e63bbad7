/*
 * Records of ConfigMgr's logs, in every form in which they are found:
 *
 *   <![LOG[message]LOG]!><time="HH:MM:SS.mmm±bias" date="MM-DD-YYYY" component="…" …>
 *   message  $$<COMPONENT><MM-DD-YYYY HH:MM:SS.mmm±bias><thread=D (0xH)>
 *   message $$<COMPONENT><Www Mmm DD HH:MM:SS YYYY~><thread=H>                    1997
 *   message $$<COMPONENT><Www Mmm DD HH:MM:SS.mmm YYYY Zone Name><thread=D (0xH)> 1999
 *   message TAB component TAB date time TAB thread (0xH)      and other pasted forms
 *
 * A record is one even if its message spans lines. This stage knows no message: what
 * OfflineServicingMgr.log says is read by cm_message.h. It keeps no state between blocks;
 * what the whole file decides (its form, the order of day and month in pasted dates) comes in
 * parse_result.traits, from cm_look; without traits the block itself is looked at.
 *
 * Rules of the grammar, from real logs:
 * - A <![LOG[ record ends at the first "]LOG]!><time="; a <![LOG[ before that begins a new
 *   record, and the old one is torn. A tail without a head is a torn record too: another
 *   process wrote over its head.
 * - In a log of $$< lines text belongs to the next tail; the last $$< of a line counts, and
 *   a tail may itself be broken over lines.
 * - UTC = local time + bias minutes, in what ConfigMgr's own code writes. Scripts write any
 *   sign, or a number without one behind the milliseconds: such digits are part of the fraction.
 * - Text in a <![LOG[ log that belongs to no record counts as parse_result.unrecognized.
 */
#ifndef PARSERS_CM_RECORD_H
#define PARSERS_CM_RECORD_H

#include "parsers/parser.h"

enum cm_form {
	CM_FORM_NONE,
	CM_FORM_CCM,    /* <![LOG[ */
	CM_FORM_DOLLAR, /* $$< with a number for the bias */
	CM_FORM_LEGACY, /* $$< with a date in words: 1997, 1999 */
	CM_FORM_PASTED, /* columns or words around the message, or nothing */
};

/* The component of OfflineServicingMgr.log. */
#define CM_OFFLINE_SERVICING SLICE("SMS_OFFLINE_SERVICING_MANAGER")

struct cm_record {
	enum cm_form form;
	struct slice whole;     /* all of it, as written */
	struct slice message;   /* without the tildes that end or begin it, trimmed */
	struct slice component; /* empty: not stated */
	/* Stated by the type, else by the words of the message: CM_OFFLINE_SERVICING and
	 * records without a component always have one, other components only by their type. */
	enum log_level level;
	uint32_t tid;          /* 0: not stated */
	int64_t when;          /* the log's own clock, seconds; NO_TIME */
	int64_t utc;           /* when + bias, where the sign is beyond doubt; NO_TIME */
	uint64_t line, offset; /* of its first byte, in the block */
	bool is_torn;          /* its head or its tail is lost */
	bool is_cut;  /* the end of its message may be lost, in the middle of a number too */
	bool is_open; /* it ends where the block ends, without a line end */
};

/* The last date and time read, as written, and what they stand for: records repeat them. */
struct cm_memory {
	char date[10], clock[16]; /* "10-18-2019", "10:19:37.229+240"; NUL: none */
	int64_t midnight;         /* of date; NO_TIME: impossible */
	int64_t when;             /* of both */
	int32_t minutes;          /* the bias of clock */
};

struct cm_cursor {
	struct slice bytes;
	size_t at;
	uint64_t line;               /* of the next byte, 1-based */
	struct parse_result *result; /* takes counts, notes and scratch */
	uint32_t traits;             /* enum cm_trait */
	struct cm_memory memory;
	bool noted_bias, noted_order; /* said once a block */
};

void cm_cursor_init(struct cm_cursor *cursor, struct slice bytes, struct parse_result *result);
/* The next record; false at the end of the block. Counts result->records and lines; torn
 * records, bad times and numbers, and what is no record are noted. */
bool cm_next(struct cm_cursor *cursor, struct cm_record *ret_record);

/* Whether OfflineServicingMgr wrote it, or what it says may stand in it: its component, or none
 * stated. */
bool cm_is_servicing(const struct cm_record *record);
bool cm_may_be_servicing(const struct cm_record *record);

/* What cm_look finds in the first bytes of a file. */
enum cm_trait {
	CM_TRAIT_CCM = 1 << 0,
	CM_TRAIT_DOLLAR = 1 << 1, /* $$< lines, of any age */
	CM_TRAIT_PASTED = 1 << 2, /* neither */
	CM_TRAIT_DAY_FIRST = 1 << 3,
	CM_TRAIT_MONTH_FIRST = 1 << 4,
};

/* parser.cut, parser.look and parser.bid of cm-log. */
size_t cm_cut(struct slice bytes);
uint32_t cm_look(struct slice head);
unsigned cm_bid(struct slice head);

#endif
