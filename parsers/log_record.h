/*
 * The shared head of the servicing logs: dism.log and CBS.log are records
 *
 *   YYYY-MM-DD hh:mm:ss, Level                 Source Message
 *   0                    21                    43     50
 *
 * with lines of wimgapi and continuation lines between them. This stage turns lines
 * into whole records: it joins what continues or was wrapped, and reads pasted copies
 * (squeezed columns, quotes, list numbers, masked or missing stamps). It keeps no state
 * between blocks.
 */
#ifndef PARSERS_LOG_RECORD_H
#define PARSERS_LOG_RECORD_H

#include "parsers/parser.h"

struct log_record {
	struct slice whole;   /* all of it, as written; joined where it was wrapped */
	struct slice stamp;   /* empty: the record has none of its own */
	struct slice message; /* behind the component, continuation lines included */
	enum log_level level;
	enum log_component component;
	uint64_t line, offset; /* of its first line, in the block */
	bool is_open;          /* its last line has no line end: it may be cut off */
};

/* One physical line. */
struct log_line {
	struct slice text; /* without its line end and a byte order mark */
	size_t from, next; /* offsets in the block: its first byte, the next line's */
	bool ended;        /* a line end stood behind it */
	bool is_stamped;   /* begins with a native time stamp */
};

struct log_cursor {
	struct slice bytes;
	size_t at;
	uint64_t line; /* of the next physical line, 1-based */
	bool has_nul, has_stray_cr;
	struct log_line ahead;       /* the line last looked at */
	struct parse_result *result; /* takes counts, notes and scratch */
};

void log_cursor_init(struct log_cursor *cursor, struct slice bytes, struct parse_result *result);
/* The next record; false at the end of the block. */
bool log_next(struct log_cursor *cursor, struct log_record *ret_record);

/* parser.cut of logs: before the last line that begins with a stamp. */
size_t log_cut(struct slice bytes);

/* Evidence that the first bytes are a servicing log: how many records of DISM and of
 * CBS or CSI begin there. */
struct log_signs {
	unsigned dism, cbs, other;
};
struct log_signs log_look(struct slice head);

#endif
