/* Words that are all known and harmless, and the words of an outcome. */
#include "parsers/cm_strict.h"

#include "parsers/cm_id.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define MAX_LIST_MARK 4 /* digits */

static bool is_harmless(enum cm_meaning meaning)
{
	static const unsigned char harmless[] = { CM_AUXILIARY, CM_FILLER, CM_FOR, CM_ID, CM_IMAGE,
		CM_INDEX, CM_INTO, CM_LEAD, CM_MOUNTED, CM_OF, CM_OS, CM_PACKAGE, CM_SCHEDULE,
		CM_STATUS, CM_CODE, CM_SUCCESS, CM_TO, CM_UPDATE, CM_UPDATE_ID, CM_WITH };

	for (size_t i = 0; i < COUNT(harmless); i++)
		if (meaning == harmless[i])
			return true;
	return false;
}

/* "0", "0x0", "0x00000000" */
static bool is_nought(struct slice number)
{
	if (slice_starts_nocase(number, SLICE("0x")))
		number = slice_skip(number, 2);
	for (size_t i = 0; i < number.len; i++)
		if (number.ptr[i] != '0')
			return false;
	return number.len > 0;
}

/* "update (1 of 37)" around word `i` */
static bool is_position(const struct cm_words *said, size_t i)
{
	if (said_at(said, i + 1) == CM_OF)
		return i && said_at(said, i - 1) == CM_UPDATE && said_at(said, i + 2) == CM_NUMBER;
	return i > 2 && said_at(said, i - 1) == CM_OF && said_at(said, i - 2) == CM_NUMBER &&
		said_at(said, i - 3) == CM_UPDATE;
}

/* "[2] Applied" */
static bool is_list_mark(const struct cm_words *said, size_t i)
{
	return i == 0 && said_is_id(said, 0) && said->words[0].text.len <= MAX_LIST_MARK &&
		is_digit(said->words[0].text.ptr[0]) && said->count > 1 && said->words[1].is_start;
}

static bool is_package(const struct cm_words *said, size_t i)
{
	size_t noun = i - (i && said_at(said, i - 1) == CM_ID);

	return noun && said_at(said, noun - 1) == CM_PACKAGE &&
		(cm_is_package_id(said->words[i].text) || cm_is_redacted(said->words[i].text));
}

static bool belongs(const struct cm_words *said, size_t i, size_t id)
{
	enum cm_meaning before = i ? said_at(said, i - 1) : CM_OTHER;

	if (i == id || is_position(said, i) || is_list_mark(said, i) || is_package(said, i))
		return true;
	if (before == CM_INDEX)
		return said_is_id(said, i);
	return (before == CM_CODE || before == CM_STATUS || (i && i - 1 == id)) &&
		is_nought(said->words[i].text);
}

/* A path says nothing. */
static bool is_quoted(struct slice word)
{
	return word.ptr[0] == '\'' || word.ptr[0] == '"';
}

bool cm_is_plain(const struct cm_words *said, const struct cm_set *verbs, enum cm_meaning noun)
{
	size_t id = said_id(said, noun);

	for (size_t i = 0; i < said->count; i++) {
		enum cm_meaning meaning = said_at(said, i);

		if (is_harmless(meaning) || cm_set_has(verbs, meaning))
			continue;
		if (meaning == CM_OTHER && is_quoted(said->words[i].text))
			continue;
		if (!belongs(said, i, id))
			return false;
	}
	return said->is_whole;
}

bool cm_is_of_image(struct slice text)
{
	static const char *const texts[] = { "", "on the image", "on this image", "in the image",
		"in this image", "on image", "in image", "for the image", "for this image" };

	text = slice_trim(text);
	if (text.len && text.ptr[text.len - 1] == '.')
		text.len--;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (slice_equal_nocase(text, slice_from(texts[i])))
			return true;
	return false;
}

struct slice cm_outcome(struct slice words)
{
	static const struct {
		const char *word, *outcome;
	} outcomes[] = {
		{ "failed", "failed" },
		{ "failure", "failed" },
		{ "error", "failed" },
		{ "success", "succeeded" },
		{ "succeeded", "succeeded" },
		{ "successful", "succeeded" },
		{ "completed", "succeeded" },
		{ "complete", "succeeded" },
	};
	struct slice word = slice_trim(words);

	while (word.len && strchr(".,;!'\") ", word.ptr[word.len - 1]))
		word.len--;
	while (word.len && strchr("'\"( ", word.ptr[0]))
		word = slice_skip(word, 1);
	for (size_t i = 0; i < COUNT(outcomes); i++)
		if (slice_equal_nocase(word, slice_from(outcomes[i].word)))
			return slice_from(outcomes[i].outcome);
	return words;
}
