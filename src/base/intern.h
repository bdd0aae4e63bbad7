/*
 * Strings kept once: text to a small number and back. Number 0 is the empty text.
 * A table made with `nocase` takes "Package_X" and "package_x" for one (package
 * identities, paths); it gives back the spelling that came first.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"

struct interner {
	struct arena *arena;
	struct slice *texts;
	uint64_t *hashes;
	uint32_t *slots;
	uint32_t count, text_cap, slot_cap, max;
	bool nocase;
	enum status status; /* ST_LIMIT after `max` texts, ST_NOMEM */
};

typedef uint32_t text_id;

void interner_init(struct interner *interner, struct arena *arena, bool nocase, uint32_t max);
void interner_release(struct interner *interner);
/* 0 on failure too; the interner's status tells. */
text_id intern(struct interner *interner, struct slice text);
/* 0 when it is not there. */
text_id interner_lookup(const struct interner *interner, struct slice text);
/* Another spelling of a text of a `nocase` table, to be given back from now on. */
void intern_spelling(struct interner *interner, text_id id, struct slice text);
struct slice interned(const struct interner *interner, text_id id);

#endif
