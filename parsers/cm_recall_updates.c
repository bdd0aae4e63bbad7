/* What is recalled only, of updates and their binaries. */
#include "parsers/cm_id.h"
#include "parsers/cm_recall_readers.h"
#include "parsers/cm_strict.h"

#define MAX_DISTANCE 8 /* words between an update and its id: "(1 of 37) with ID" */

static bool skips_update_words(enum cm_meaning meaning)
{
	return meaning == CM_FILLER || meaning == CM_OF || meaning == CM_TO;
}

/* The word UPDATE behind `i`, with nothing but small words between. */
static size_t update_behind(const struct cm_words *said, size_t i)
{
	do
		i++;
	while (skips_update_words(said_at(said, i)));
	return said_at(said, i) == CM_UPDATE ? i : SAID_MISSING;
}

/* Nothing is said but that it is, or was, applied. */
static bool is_plain(const struct cm_words *said, enum cm_meaning verb)
{
	struct cm_set verbs = { { 0 } };

	cm_set_add(&verbs, verb);
	return cm_is_plain(said, &verbs, CM_UPDATE);
}

static bool take_update(const struct cm_words *said, size_t id, struct fact *fact)
{
	fact->ci = cm_number(fact, said->words[id].text);
	said_take_index(said, fact);
	return true;
}

/* "Applied update with ID 5", "Applying update (1 of 3) with ID 5". */
static bool is_active(const struct cm_words *said, enum cm_meaning verb, size_t id)
{
	for (size_t i = said_find(said, verb); i != SAID_MISSING;
		i = said_find_from(said, i + 1, verb)) {
		size_t update = update_behind(said, i);

		if (update != SAID_MISSING && said_first(said, i) && update < id &&
			id - update <= MAX_DISTANCE && !said_parted(said, i, id))
			return true;
	}
	return false;
}

/* "Update with ID 5 has been successfully applied on …" */
static bool is_passive(const struct cm_words *said, size_t id)
{
	size_t update = said_find(said, CM_UPDATE), i = id + 1;

	if (update == SAID_MISSING || update > id || id - update > MAX_DISTANCE ||
		!said_first(said, update))
		return false;
	while (said_at(said, i) == CM_AUXILIARY || said_at(said, i) == CM_SUCCESS)
		i++;
	if (said_at(said, i) != CM_APPLIED || said_parted(said, update, i))
		return false;
	i++;
	return i >= said->count || said->words[i].is_start || said_at(said, i) == CM_INTO ||
		said_at(said, i) == CM_TO || said_at(said, i) == CM_SUCCESS;
}

/* Strict, since it makes an update installed: all of the message is known, and it begins with
 * this or says it of the update. */
bool recall_applied(const struct cm_words *said, struct fact *fact)
{
	size_t id = said_id(said, CM_UPDATE);

	return id != SAID_MISSING && is_plain(said, CM_APPLIED) &&
		(is_active(said, CM_APPLIED, id) || is_passive(said, id)) &&
		take_update(said, id, fact);
}

/* As strict: an update that was begun and of which nothing else is told is taken for installed. */
bool recall_applying(const struct cm_words *said, struct fact *fact)
{
	size_t id = said_id(said, CM_UPDATE);

	return id != SAID_MISSING && is_plain(said, CM_APPLYING) &&
		is_active(said, CM_APPLYING, id) && take_update(said, id, fact);
}

/* "(1 of 37)" */
static void take_position(const struct cm_words *said, struct fact *fact)
{
	size_t of = said_find(said, CM_OF);

	if (of == SAID_MISSING || of == 0 || said_at(said, of - 1) != CM_NUMBER ||
		said_at(said, of + 1) != CM_NUMBER)
		return;
	fact->ordinal = cm_number(fact, said->words[of - 1].text);
	fact->count = cm_number(fact, said->words[of + 1].text);
}

/* "Checking if update (1 of 37) with ID 5 needs to be applied on the image. 1 content
 * binarie(s) are associated with the update." */
bool recall_update(const struct cm_words *said, struct fact *fact)
{
	size_t checking = said_find(said, CM_CHECKING), id = said_id(said, CM_UPDATE);
	size_t content = said_find(said, CM_CONTENT);

	if (id == SAID_MISSING || checking > id || said_find(said, CM_NOT) < checking)
		return false;
	fact->ci = cm_number(fact, said->words[id].text);
	take_position(said, fact);
	if (content != SAID_MISSING && content > id && said_at(said, content - 1) == CM_NUMBER)
		(void)slice_to_u32(said->words[content - 1].text, 10, &fact->binaries);
	return true;
}

/* "Applicability State = WORD", and a binary when one is named. */
bool recall_token(const struct cm_words *said, struct fact *fact)
{
	size_t state = said_find(said, CM_STATE);
	struct slice rest, path;
	size_t end;

	if (state == SAID_MISSING || state == 0 || said_at(said, state - 1) != CM_APPLICABILITY ||
		!said_first(said, state - 1))
		return false;
	end = (size_t)(said->words[state].text.ptr - said->text.ptr) + said->words[state].text.len;
	rest = slice_trim(slice_skip(said->text, end));
	if (!rest.len || !strchr("=:", rest.ptr[0]))
		return false;
	rest = slice_trim(slice_skip(rest, 1));
	fact->verb = slice_trim(slice_cut(&rest, ','));
	if (fact->verb.len && fact->verb.ptr[fact->verb.len - 1] == '.')
		fact->verb.len--;
	rest = slice_trim(rest);
	end = slice_find_nocase(rest, SLICE("binary"));
	if (!rest.len)
		return fact->verb.len > 0;
	if (end != 0 && !slice_starts_nocase(rest, SLICE("update binary")))
		return false;
	path = slice_trim(slice_skip(rest, end + 6));
	if (path.len && strchr("=:", path.ptr[0]))
		fact->path = slice_trim(slice_skip(path, 1));
	if (fact->path.len && fact->path.ptr[fact->path.len - 1] == '.')
		fact->path.len--;
	return fact->verb.len > 0 && said->is_whole;
}

/* What stands behind "it is": the reason that a binary is passed over. */
static const struct {
	const char *words, *verb;
} reasons[] = {
	{ "not supported", "not-supported" },
	{ "not required", "not-required" },
	{ "not needed", "not-required" },
	{ "not applicable", "not-required" },
	{ "already installed", "installed" },
	{ "already present", "installed" },
};

static struct slice reason_of(struct slice words)
{
	static const char *const subjects[] = { "it is ", "the update is ", "this update is ",
		"the binary is ", "this binary is " };
	struct slice rest = words;

	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		if (slice_starts_nocase(words, slice_from(subjects[i])))
			rest = slice_skip(words, strlen(subjects[i]));
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (slice_starts_nocase(rest, slice_from(reasons[i].words)) &&
			cm_is_of_image(slice_skip(rest, strlen(reasons[i].words))))
			return slice_from(reasons[i].verb);
	return SLICE_NONE;
}

/* "Not applying this update binary, it is already installed." */
bool recall_skipped(const struct cm_words *said, struct fact *fact)
{
	size_t applying = said_find(said, CM_APPLYING), id = said_id(said, CM_UPDATE);
	size_t comma = slice_find_char(said->text, ',');

	if (applying == SAID_MISSING || applying == 0 || said_at(said, applying - 1) != CM_NOT ||
		!said_first(said, applying - 1))
		return false;
	if (comma != SLICE_MISSING)
		fact->name = slice_trim(slice_skip(said->text, comma + 1));
	if (fact->name.len && fact->name.ptr[fact->name.len - 1] == '.')
		fact->name.len--;
	fact->verb = reason_of(fact->name);
	if (id != SAID_MISSING)
		fact->ci = cm_number(fact, said->words[id].text);
	return true;
}

/* "Failed to install", "could not apply", "unable to apply" at `i`: the verb of it. */
static size_t failed_verb(const struct cm_words *said, size_t i)
{
	size_t verb = i + 1;

	if (!said_word_fails(said, i))
		return SAID_MISSING;
	while (said_at(said, verb) == CM_TO || said_at(said, verb) == CM_APPLYING)
		verb++;
	if (said_at(said, verb) == CM_APPLY)
		return verb;
	return verb > i + 1 && said_at(said, verb - 1) == CM_APPLYING ? verb - 1 : SAID_MISSING;
}

/* That an update failed to go in: "Failed to install update …", "Update … failed to install",
 * "Installation of update … failed". */
static bool fails_to_apply(const struct cm_words *said)
{
	for (size_t i = 0; i < said->count; i++) {
		size_t verb = failed_verb(said, i), update;

		if (verb != SAID_MISSING) {
			update = said_find(said, CM_UPDATE);
			return update_behind(said, verb) != SAID_MISSING ||
				(update < i && !said_parted(said, update, i));
		}
		if (said_at(said, i) != CM_APPLY && said_at(said, i) != CM_APPLYING)
			continue;
		update = update_behind(said, i);
		for (size_t k = update; update != SAID_MISSING && k < said->count; k++)
			if (said_at(said, k) == CM_FAIL && said_word_fails(said, k))
				return !said_parted(said, update, k);
	}
	return false;
}

bool recall_failed(const struct cm_words *said, struct fact *fact)
{
	size_t id = said_id(said, CM_UPDATE);

	if (!fails_to_apply(said))
		return false;
	if (id != SAID_MISSING)
		fact->ci = cm_number(fact, said->words[id].text);
	said_take_code(said, fact);
	return true;
}
