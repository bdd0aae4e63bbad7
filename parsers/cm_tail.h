/*
 * What stands behind a message: the attributes of a <![LOG[ record, and the three fields in
 * angle brackets of a $$< line.
 */
#ifndef PARSERS_CM_TAIL_H
#define PARSERS_CM_TAIL_H

#include "parsers/cm_time.h"

struct cm_tail {
	enum cm_form form;
	struct slice component, type, thread, file; /* type, file: <![LOG[ only; file: the source */
	struct cm_time time;
	bool has_hex_thread; /* 1997: the number is hexadecimal */
	bool is_cut;         /* it does not end as it should */
	bool is_odd;         /* <![LOG[: not in the usual order; lines may end in it */
	size_t end;          /* behind it, in the block */
};

#define CM_CCM_HEAD SLICE("<![LOG[")
#define CM_CCM_END  SLICE("]LOG]!>")

/* Whether a <![LOG[ stands at `at`. */
static inline bool cm_ccm_head_at(struct slice bytes, size_t at)
{
	return bytes.len - at >= 7 && memcmp(bytes.ptr + at, "<![LOG[", 7) == 0;
}

/* Whether "]LOG]!><time=" stands at `at`, or as much of it as the block still has. */
bool cm_ccm_end_at(struct slice bytes, size_t at);

enum cm_stop { CM_STOP_NONE, CM_STOP_HEAD, CM_STOP_END };

/* From `at` on: the next <![LOG[ or ]LOG]!><time=, whichever comes first, and where. */
enum cm_stop cm_ccm_find(struct slice bytes, size_t at, size_t *ret_at);

/* Reads the tail whose ]LOG]!> stands at `at`. Never fails: what is missing is empty. */
void cm_ccm_tail(struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail);

/* Reads the tail whose $$< stands at `at`; it may be broken over lines. False when it is none;
 * one that breaks off at the end of its line or of the block is_cut. */
bool cm_dollar_tail(
	struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail);

/* The last tail that begins in the line from..to; SLICE_MISSING: none. A whole one goes before
 * one that is cut. */
size_t cm_dollar_find(struct slice bytes, size_t from, size_t to, struct cm_memory *memory,
	struct cm_tail *ret_tail);

/* The last whole tail of the block that begins at or behind `from`: where; SLICE_MISSING. */
size_t cm_dollar_last(struct slice bytes, size_t from, struct cm_tail *ret_tail);

#endif
