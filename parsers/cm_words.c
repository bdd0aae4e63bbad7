/* Messages split into words that have meanings. */
#include "parsers/cm_words.h"

#include <assert.h>
#include <limits.h>

#include "parsers/cm_id.h"

#define MAX_WORD     24
#define MAX_BRACKETS 64
#define SLOT_COUNT   512 /* of the hash of the vocabulary; its hash has so many values */

static const struct {
	const char *text;
	enum cm_meaning meaning;
} vocabulary[] = {
#define WORD(text, meaning) { text, CM_##meaning },
#include "parsers/cm_words.def"
#undef WORD
};

/* A word as numbers: its bytes with bit 5 set, which makes letters lower case and leaves apart
 * what is no letter. */
struct packed {
	uint64_t parts[MAX_WORD / sizeof(uint64_t)];
};

static struct {
	struct packed word;
	enum cm_meaning meaning; /* CM_OTHER: an empty slot */
} slots[SLOT_COUNT];
static bool is_in_word[UCHAR_MAX + 1];

static bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/* Bytes beyond ASCII are letters of some word that is not ours. */
static bool is_word_char(char c)
{
	return is_digit(c) || is_letter(c) || (c && strchr("_*?#", c)) || (unsigned char)c >= 0x80;
}

static struct packed pack(struct slice word)
{
	struct packed packed = { { 0 } };
	char bytes[MAX_WORD] = "";

	for (size_t i = 0; i < word.len; i++)
		bytes[i] = (char)(word.ptr[i] | 0x20);
	memcpy(&packed, bytes, sizeof(packed));
	return packed;
}

/* The slot of a word, or the empty one where it would be. */
static size_t slot_of(const struct packed *word)
{
	uint64_t mixed = word->parts[0] + word->parts[1] * 3 + word->parts[2] * 5;
	size_t slot = (size_t)(mixed * UINT64_C(0x9E3779B97F4A7C15) >> 55);

	while (slots[slot].meaning != CM_OTHER &&
		((slots[slot].word.parts[0] ^ word->parts[0]) |
			(slots[slot].word.parts[1] ^ word->parts[1]) |
			(slots[slot].word.parts[2] ^ word->parts[2])))
		slot = (slot + 1) % SLOT_COUNT;
	return slot;
}

void cm_words_init(void)
{
	static_assert(sizeof(vocabulary) / sizeof(vocabulary[0]) < SLOT_COUNT / 2,
		"the hash must have empty slots");

	for (size_t i = 0; i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++) {
		struct slice text = slice_from(vocabulary[i].text);
		struct packed word;
		size_t slot;

		assert(text.len <= MAX_WORD);
		word = pack(text);
		slot = slot_of(&word);
		slots[slot].word = word;
		slots[slot].meaning = vocabulary[i].meaning;
	}
	for (int c = 0; c <= UCHAR_MAX; c++)
		is_in_word[c] = is_word_char((char)c);
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
	struct packed packed;

	if (word.len > MAX_WORD)
		return CM_OTHER;
	packed = pack(word);
	return slots[slot_of(&packed)].meaning;
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
	while (end < text.len && is_in_word[(unsigned char)text.ptr[end]])
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
	if (gap == 1 && between.ptr[0] == ' ') {
		word->is_start = words->count == 0;
		word->is_joined = true;
	} else {
		word->is_start = words->count == 0 || ends_clause(between);
		word->is_joined = are_all_in(between, " =:'\"([#");
	}
	cm_set_add(&words->has, word->meaning);
	words->count++;
}

void cm_words_split(struct slice message, struct cm_words *ret_words)
{
	struct slice text = slice_from_to(message, 0, MAX_SAID);
	size_t at = 0, gap = 0;

	ret_words->has = (struct cm_set){ { 0 } };
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
