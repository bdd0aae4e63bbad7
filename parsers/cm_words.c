/* Messages split into words that have meanings. */
#include "parsers/cm_words.h"

#include "parsers/cm_id.h"

#define MAX_WORD     24
#define MAX_BRACKETS 64

static const struct {
	const char *text;
	enum cm_meaning meaning;
} vocabulary[] = {
#define WORD(text, meaning) { text, CM_##meaning },
#include "parsers/cm_words.def"
#undef WORD
};

static bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/* Bytes beyond ASCII are letters of some word that is not ours. */
static bool is_word_char(char c)
{
	return is_digit(c) || is_letter(c) || (c && strchr("_*?#", c)) || (unsigned char)c >= 0x80;
}

static bool is_number(struct slice word)
{
	size_t at = slice_starts(word, SLICE("-"));

	if (slice_starts_nocase(word, SLICE("0x")) && word.len > 2)
		return true;
	while (at < word.len && is_digit(word.ptr[at]))
		at++;
	return at == word.len && is_digit(word.ptr[at - 1]);
}

static enum cm_meaning look_up(struct slice word)
{
	size_t low = 0, high = sizeof(vocabulary) / sizeof(vocabulary[0]);
	char lower[MAX_WORD + 1] = "";

	if (word.len > MAX_WORD)
		return CM_OTHER;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = to_lower(word.ptr[i]);
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(lower, vocabulary[middle].text);

		if (order == 0)
			return vocabulary[middle].meaning;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return CM_OTHER;
}

static enum cm_meaning meaning_of(struct slice word)
{
	enum cm_meaning meaning;

	if (is_digit(word.ptr[0]) || word.ptr[0] == '-')
		return is_number(word) ? CM_NUMBER : cm_is_redacted(word) ? CM_REDACTED : CM_OTHER;
	meaning = look_up(word);
	return meaning == CM_OTHER && cm_is_redacted(word) ? CM_REDACTED : meaning;
}

/* The length of a quoted path at the head of `text`, 0 without one: its words say nothing. */
static size_t quoted_path(struct slice text)
{
	bool has_backslash = false;

	if (text.ptr[0] != '\'' && text.ptr[0] != '"')
		return 0;
	for (size_t i = 1; i < text.len; i++) {
		has_backslash |= text.ptr[i] == '\\';
		if (text.ptr[i] == text.ptr[0])
			return has_backslash ? i + 1 : 0;
	}
	return 0;
}

/* The word at the head of `text`, empty when none begins there: "-5", "<Image Index>", "word". */
static struct slice take_word(struct slice text, bool is_behind_word)
{
	size_t end = 0;

	if (!text.ptr || !text.len)
		return SLICE_NONE;
	if (text.ptr[0] == '<') {
		end = slice_find_char(slice_from_to(text, 0, MAX_BRACKETS), '>');
		return end == SLICE_MISSING ? SLICE_NONE : slice_from_to(text, 0, end + 1);
	}
	if (!is_behind_word && (end = quoted_path(text)) > 0)
		return slice_from_to(text, 0, end);
	if (text.ptr[0] == '-' && text.len > 1 && is_digit(text.ptr[1]) && !is_behind_word)
		end = 1;
	while (end < text.len && is_word_char(text.ptr[end]))
		end++;
	return slice_from_to(text, 0, end);
}

/* "#5": the sign is no part of the number. */
static struct slice without_sign(struct slice word)
{
	return word.len > 1 && word.ptr[0] == '#' && is_digit(word.ptr[1]) ? slice_skip(word, 1)
									   : word;
}

static bool are_all_in(struct slice s, const char *chars)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.ptr[i] || !strchr(chars, s.ptr[i]))
			return false;
	return true;
}

/* "Done. Applied", "[1] Applied", but not "re-applied". */
static bool ends_clause(struct slice between)
{
	struct slice marks = slice_trim(between);

	return marks.len && marks.ptr + marks.len < between.ptr + between.len &&
		strchr(".;:!]>|-*~", marks.ptr[marks.len - 1]);
}

static void add_word(struct cm_words *words, struct slice text, size_t gap)
{
	struct slice between = { text.ptr - gap, gap };
	struct cm_word *word = &words->words[words->count];

	word->text = without_sign(text);
	word->meaning = meaning_of(word->text);
	word->is_start = words->count == 0 || ends_clause(between);
	word->is_joined = are_all_in(between, " =:'\"([#");
	words->has[word->meaning] = true;
	words->count++;
}

void cm_words_split(struct slice message, struct cm_words *ret_words)
{
	struct slice text = slice_from_to(message, 0, MAX_SAID);
	size_t at = 0, gap = 0;

	memset(ret_words->has, 0, sizeof(ret_words->has));
	ret_words->text = text;
	ret_words->count = 0;
	while (at < text.len && ret_words->count < MAX_WORDS) {
		struct slice word = take_word(slice_skip(text, at), at && gap == 0);

		if (!word.len) {
			at++;
			gap++;
			continue;
		}
		add_word(ret_words, word, gap);
		at += word.len;
		gap = 0;
	}
	ret_words->is_whole = at == message.len;
}

/* Whether a known word is longer than `word` and begins with it, or is not it at all. */
static bool may_be_cut(struct slice word)
{
	if (look_up(word) == CM_OTHER)
		return true;
	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++) {
		struct slice known = slice_from(vocabulary[i].text);

		if (known.len > word.len && slice_starts_nocase(known, word))
			return true;
	}
	return false;
}

struct slice cm_without_last(struct slice message)
{
	size_t at = slice_find_last_char(message, ' ');

	if (!may_be_cut(at == SLICE_MISSING ? message : slice_skip(message, at + 1)))
		return message;
	return slice_trim(slice_from_to(message, 0, at == SLICE_MISSING ? 0 : at));
}
