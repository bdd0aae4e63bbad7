/*
 * Messages that no real log has shown yet, as a table: a kind of fact, the words that must be
 * there and those that must not, and who takes ids and numbers from where they stand. Rows
 * are tried in order. A row whose reader finds not what it needs is none.
 */
#include "parsers/cm_recall.h"

#include <assert.h>

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

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* The sets of a row */
struct sets {
	struct cm_set all, any, none;
};

static struct sets sets[ROW_COUNT];
/* The rows whose first word this is, a bit for each: no other can fit a message that has it and
 * none of the other first words. */
static uint64_t rows_of[CM_COUNT_];

static_assert(ROW_COUNT <= 64, "a row is a bit of rows_of");

static struct cm_set set_of(const unsigned char *meanings)
{
	struct cm_set set = { { 0 } };

	for (size_t i = 0; i < MAX_SET && meanings[i]; i++)
		cm_set_add(&set, (enum cm_meaning)meanings[i]);
	return set;
}

void cm_recall_init(void)
{
	cm_words_init();
	for (size_t i = 0; i < ROW_COUNT; i++) {
		assert(rows[i].all[0] != CM_OTHER);
		sets[i].all = set_of(rows[i].all);
		sets[i].any = set_of(rows[i].any);
		sets[i].none = set_of(rows[i].none);
		rows_of[rows[i].all[0]] |= UINT64_C(1) << i;
	}
}

static uint64_t rows_that_may_fit(const struct cm_set *has)
{
	uint64_t found = 0;

	for (unsigned word = 0; word < 2; word++)
		for (uint64_t bits = has->bits[word]; bits; bits &= bits - 1)
			found |= rows_of[word * 64 + (unsigned)__builtin_ctzll(bits)];
	return found;
}

static bool has_all(const struct cm_set *set, const struct cm_set *has)
{
	return !((set->bits[0] & ~has->bits[0]) | (set->bits[1] & ~has->bits[1]));
}

static bool has_some(const struct cm_set *set, const struct cm_set *has)
{
	return (set->bits[0] & has->bits[0]) | (set->bits[1] & has->bits[1]);
}

static bool fits(size_t row, const struct cm_set *has)
{
	return has_all(&sets[row].all, has) && !has_some(&sets[row].none, has) &&
		(rows[row].any[0] == CM_OTHER || has_some(&sets[row].any, has));
}

bool cm_recall_read(struct slice message, struct fact *fact)
{
	struct cm_words said;

	cm_words_split(message, &said);
	if (said_fails(&said))
		cm_set_add(&said.has, CM_FAILS);
	for (uint64_t left = rows_that_may_fit(&said.has); left; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left);
		struct fact before;

		if (!fits(i, &said.has))
			continue;
		before = *fact;
		fact->kind = rows[i].kind;
		fact->verb = slice_from(rows[i].verb);
		fact->flags |= FLAG_RECALL;
		if (rows[i].read(&said, fact))
			return true;
		*fact = before;
	}
	return false;
}
