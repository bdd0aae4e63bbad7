/*
 * Messages that no real log has shown yet, as a table: a kind of fact, the words that must be
 * there and those that must not, and who takes ids and numbers from where they stand. Rows
 * are tried in order. A row whose reader finds not what it needs is none.
 */
#include "parsers/cm_recall.h"

#include "parsers/cm_recall_readers.h"

#define MAX_SET 12

struct recalled {
	enum fact_kind kind;
	const char *verb;
	unsigned char all[MAX_SET], any[MAX_SET], none[MAX_SET]; /* enum cm_meaning, 0 ends */
	recall_reader *read;
};

#define ROW(kind_id, verb_text, ...) { .kind = FACT_##kind_id, .verb = (verb_text), __VA_ARGS__ },
#define ALL(...)                     .all = { __VA_ARGS__ }
#define ANY(...)                     .any = { __VA_ARGS__ }
#define NONE(...)                    .none = { __VA_ARGS__ }
#define READ(name)                   .read = recall_##name
/* What a statement of success or of a beginning must not hold. */
#define DENIALS CM_FAILS, CM_FAIL, CM_ERROR, CM_NOT, CM_UNABLE, CM_COULD, CM_DOUBT
/* What a mere note must not hold. */
#define MATTERS CM_FAILS, CM_NOT, CM_APPLIED, CM_APPLYING, CM_BINARY, CM_APPLICABILITY
static const struct recalled rows[] = {
#include "parsers/cm_recall.def"
};
#undef ROW
#undef ALL
#undef ANY
#undef NONE
#undef READ
#undef DENIALS
#undef MATTERS

static bool fits(const struct recalled *row, const struct cm_words *said)
{
	bool has_any = row->any[0] == CM_OTHER;

	for (size_t i = 0; i < MAX_SET && row->all[i]; i++)
		if (!said->has[row->all[i]])
			return false;
	for (size_t i = 0; i < MAX_SET && row->none[i]; i++)
		if (said->has[row->none[i]])
			return false;
	for (size_t i = 0; i < MAX_SET && row->any[i]; i++)
		has_any |= said->has[row->any[i]];
	return has_any;
}

bool cm_recall_read(struct slice message, struct fact *fact)
{
	const struct fact before = *fact;
	struct cm_words said;

	cm_words_split(message, &said);
	said.has[CM_FAILS] = said_fails(&said);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(&rows[i], &said))
			continue;
		fact->kind = rows[i].kind;
		fact->verb = slice_from(rows[i].verb);
		fact->flags |= FLAG_RECALL;
		if (rows[i].read(&said, fact))
			return true;
		*fact = before;
	}
	return false;
}
