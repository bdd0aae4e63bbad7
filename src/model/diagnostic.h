/*
 * Diagnostics are data: a stable code, a place, words, and how often. Tables are in
 * diagnostic.def. Lists are bounded: a code keeps its first places and counts the rest.
 */
#ifndef MODEL_DIAGNOSTIC_H
#define MODEL_DIAGNOSTIC_H

#include "base/arena.h"
#include "model/place.h"

enum diagnostic_code {
#define DIAGNOSTIC(id, code, severity, sentence) DIAG_##id,
#include "model/diagnostic.def"
#undef DIAGNOSTIC
	DIAG_COUNT_
};

enum severity { SEVERITY_NOTE, SEVERITY_LOSS };

struct diagnostic {
	enum diagnostic_code code;
	struct place at;     /* input NO_INPUT when it concerns none; line 0 when no line */
	struct slice member; /* path of at.member; for diagnostics_sort, which sets it */
	struct slice detail; /* words of this case, UTF-8; may be empty */
	uint64_t count;      /* places it stands for: 1; the last one kept of a code and input
				counts those that were not kept too */
};

#define MAX_PLACES_PER_CODE 20 /* kept for one code in one input */

struct diagnostics {
	struct diagnostic *items;
	size_t count, cap;
	struct arena *arena;
	struct diagnostic_slot *slots; /* by code and input: how many are kept */
	size_t slot_count, slot_cap;   /* a power of two */
};

void diagnostics_init(struct diagnostics *list, struct arena *arena);
void diagnostics_release(struct diagnostics *list);
/* Copies `detail`. Beyond MAX_PLACES_PER_CODE only counts. Not after diagnostics_sort. */
void diagnostics_add(
	struct diagnostics *list, enum diagnostic_code code, struct place at, struct slice detail);
/*
 * By input, path of the member, line, offset, code: the same order whatever the threads did
 * and whatever numbers the members have. `members` as in struct report; may be NULL with 0.
 */
struct report_member;
void diagnostics_sort(
	struct diagnostics *list, const struct report_member *members, size_t member_count);

const char *diagnostic_name(enum diagnostic_code code);     /* "cannot-open" */
const char *diagnostic_sentence(enum diagnostic_code code); /* for people */
enum severity diagnostic_severity(enum diagnostic_code code);
/* DIAG_COUNT_: no such name. */
enum diagnostic_code diagnostic_find(struct slice name);

#endif
