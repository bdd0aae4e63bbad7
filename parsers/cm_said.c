/* Where words stand in a message, the ids and numbers beside them, and whether it tells of a
 * failure. */
#include "parsers/cm_said.h"

#include "parsers/cm_id.h"

#define FIRST_ID_OF_SITES UINT64_C(0x01000000) /* updates are numbered from here */

/* Where words stand */

enum cm_meaning said_at(const struct cm_words *said, size_t i)
{
	return i < said->count ? said->words[i].meaning : CM_OTHER;
}

bool said_joined(const struct cm_words *said, size_t i, enum cm_meaning meaning)
{
	return said_at(said, i) == meaning && said->words[i].is_joined;
}

size_t said_find_from(const struct cm_words *said, size_t from, enum cm_meaning meaning)
{
	for (size_t i = from; i < said->count; i++)
		if (said->words[i].meaning == meaning)
			return i;
	return SAID_MISSING;
}

size_t said_find(const struct cm_words *said, enum cm_meaning meaning)
{
	return cm_set_has(&said->has, meaning) ? said_find_from(said, 0, meaning) : SAID_MISSING;
}

bool said_word(const struct cm_words *said, size_t i, const char *text)
{
	return i < said->count && slice_equal_nocase(said->words[i].text, slice_from(text));
}

static bool is_zero(const struct cm_words *said, size_t i)
{
	return said_joined(said, i, CM_NUMBER) &&
		(said_word(said, i, "0") || said_word(said, i, "0x0") ||
			said_word(said, i, "0x00000000"));
}

/* Whether a new sentence begins behind `from`, up to `to`; with "ID: 5" none does. */
bool said_parted(const struct cm_words *said, size_t from, size_t to)
{
	for (size_t i = from + 1; i <= to && i < said->count; i++)
		if (said->words[i].is_start && !said_joined(said, i, CM_NUMBER) &&
			!said_joined(said, i, CM_REDACTED))
			return true;
	return false;
}

/* Ids and numbers */

static bool is_noun(enum cm_meaning meaning)
{
	return meaning == CM_UPDATE || meaning == CM_SCHEDULE || meaning == CM_PACKAGE ||
		meaning == CM_CONTENT || meaning == CM_THREAD || meaning == CM_BINARY;
}

bool said_is_id(const struct cm_words *said, size_t i)
{
	if (said_joined(said, i, CM_REDACTED))
		return true;
	return said_joined(said, i, CM_NUMBER) &&
		to_lower(said->words[i].text.ptr[1 % said->words[i].text.len]) != 'x';
}

/* "update 16777300", of what is large enough to be an id, and not "update 1 of 37". */
static bool is_bare_id(const struct cm_words *said, size_t i)
{
	uint64_t number;

	return said_joined(said, i, CM_NUMBER) && said_at(said, i + 1) != CM_OF &&
		slice_to_u64(said->words[i].text, 10, &number) && number >= FIRST_ID_OF_SITES;
}

/* Where the id of a noun may stand: "update (1 of 37) with ID 5", "UpdateID=5", "update 16777300".
 */
static size_t id_at(
	const struct cm_words *said, enum cm_meaning noun, enum cm_meaning last, size_t i)
{
	if (said_at(said, i) == CM_ID && last == noun && said_is_id(said, i + 1))
		return i + 1;
	if (said_at(said, i) == CM_UPDATE_ID && noun == CM_UPDATE && said_is_id(said, i + 1))
		return i + 1;
	if (said_at(said, i) == noun && is_bare_id(said, i + 1))
		return i + 1;
	return SAID_MISSING;
}

/* The only id of a noun; SAID_MISSING when there is none, or two that differ. */
size_t said_id(const struct cm_words *said, enum cm_meaning noun)
{
	enum cm_meaning last = CM_OTHER;
	size_t found = SAID_MISSING;

	for (size_t i = 0; i < said->count; i++) {
		size_t id;

		if (is_noun(said_at(said, i)))
			last = said_at(said, i);
		id = id_at(said, noun, last, i);
		if (id == SAID_MISSING)
			continue;
		if (found != SAID_MISSING &&
			!slice_equal(said->words[id].text, said->words[found].text))
			return SAID_MISSING;
		found = id;
	}
	return found;
}

void said_take_index(const struct cm_words *said, struct fact *fact)
{
	size_t i = said_find(said, CM_INDEX);

	if (i != SAID_MISSING && said_is_id(said, i + 1))
		cm_set_index(fact, said->words[i + 1].text);
}

bool said_take_package(const struct cm_words *said, struct fact *fact)
{
	for (size_t i = 0; i < said->count; i++) {
		size_t id = said_at(said, i + 1) == CM_ID ? i + 2 : i + 1;

		if (said_at(said, i) != CM_PACKAGE || id >= said->count ||
			!said->words[id].is_joined)
			continue;
		if (cm_is_package_id(said->words[id].text) ||
			cm_is_redacted(said->words[id].text)) {
			cm_set_package(fact, said->words[id].text);
			return true;
		}
	}
	return false;
}

void said_take_schedule(const struct cm_words *said, struct fact *fact)
{
	size_t id = said_id(said, CM_SCHEDULE);

	if (id != SAID_MISSING)
		fact->schedule = cm_number(fact, said->words[id].text);
}

/* "error 161", "error code -2146498512", "ErrorCode = 123", "code 0x8007007b". */
void said_take_code(const struct cm_words *said, struct fact *fact)
{
	for (size_t i = 0; i < said->count; i++) {
		bool names_code = said_at(said, i) == CM_ERROR || said_at(said, i) == CM_CODE;

		if (!names_code || !said_joined(said, i + 1, CM_NUMBER))
			continue;
		cm_set_code(fact, said->words[i + 1].text);
		return;
	}
}

/* "Image file='D:\…\x.wim', ": what stands in quotes behind a name. */
struct slice said_quoted(struct slice text, struct slice name)
{
	size_t from = slice_find_nocase(text, name), end;
	struct slice rest;
	char quote;

	if (from == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(text, from + name.len);
	while (rest.len && strchr(" =:", rest.ptr[0]))
		rest = slice_skip(rest, 1);
	if (!rest.len || (rest.ptr[0] != '\'' && rest.ptr[0] != '"'))
		return SLICE_NONE;
	quote = rest.ptr[0];
	rest = slice_skip(rest, 1);
	for (end = 0; end < rest.len; end++)
		if (rest.ptr[end] == quote &&
			(end + 1 == rest.len || strchr(",;.)", rest.ptr[end + 1])))
			return slice_from_to(rest, 0, end);
	return SLICE_NONE;
}

/* Whether it fails */

/* "did not fail", "0 errors", "No update failed" */
static bool is_denied_before(const struct cm_words *said, size_t i)
{
	size_t first = i;

	if (i && (said_at(said, i - 1) == CM_NOT || is_zero(said, i - 1)))
		return true;
	while (first && !said->words[first].is_start)
		first--;
	return said_at(said, first) == CM_NOT;
}

bool said_word_fails(const struct cm_words *said, size_t i)
{
	switch ((int)said_at(said, i)) {
	case CM_UNABLE:
		return true;
	case CM_FAIL:
		return !is_denied_before(said, i);
	case CM_ERROR:
		return !is_denied_before(said, i) &&
			!is_zero(said, i + 1 + (said_at(said, i + 1) == CM_CODE));
	case CM_NOT:
		return (i && said_at(said, i - 1) == CM_COULD) ||
			said_at(said, i + 1) == CM_SUCCESS;
	default:
		return false;
	}
}

bool said_fails(const struct cm_words *said)
{
	const struct cm_set *has = &said->has;

	if (!cm_set_has(has, CM_UNABLE) && !cm_set_has(has, CM_FAIL) &&
		!cm_set_has(has, CM_ERROR) && !cm_set_has(has, CM_NOT))
		return false;
	for (size_t i = 0; i < said->count; i++)
		if (said_word_fails(said, i))
			return true;
	return false;
}

/* The first of what is said, small words before it aside: "Now", "Successfully". */
bool said_first(const struct cm_words *said, size_t i)
{
	while (i && !said->words[i].is_start &&
		(said_at(said, i - 1) == CM_LEAD || said_at(said, i - 1) == CM_SUCCESS ||
			said_at(said, i - 1) == CM_STARTED || said_at(said, i - 1) == CM_FILLER))
		i--;
	return i < said->count && said->words[i].is_start;
}
