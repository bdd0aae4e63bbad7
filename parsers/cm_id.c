/* Ids and numbers as ConfigMgr writes them. */
#include "parsers/cm_id.h"

#define SITE_CODE_LEN  3
#define PACKAGE_ID_LEN 8

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

bool cm_is_package_id(struct slice word)
{
	if (word.len != PACKAGE_ID_LEN)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (!is_digit(c) && !(is_upper(c) && (i < SITE_CODE_LEN || c <= 'F')))
			return false;
	}
	return true;
}

bool cm_is_redacted(struct slice word)
{
	size_t crosses = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (c == '*' || c == '#' || c == '?' || c == '<' || c == '>')
			return true;
		crosses += to_lower(c) == 'x';
	}
	return crosses >= 2 && crosses == word.len;
}

static bool is_all_digits(struct slice words)
{
	for (size_t i = 0; i < words.len; i++)
		if (!is_digit(words.ptr[i]))
			return false;
	return words.len > 0;
}

uint32_t cm_number(struct fact *fact, struct slice words)
{
	bool is_negative = slice_starts(words, SLICE("-"));
	uint64_t number;

	if (!is_all_digits(slice_skip(words, is_negative))) {
		fact->flags |= FLAG_REDACTED;
		return 0;
	}
	if (!slice_to_u64(words, 10, &number) || number > INT32_MAX) {
		fact->flags |= FLAG_BAD_NUMBER;
		return 0;
	}
	return (uint32_t)number;
}

void cm_set_index(struct fact *fact, struct slice words)
{
	uint32_t before = fact->flags;

	fact->flags &= ~(uint32_t)(FLAG_REDACTED | FLAG_BAD_NUMBER);
	fact->index = cm_number(fact, words);
	if (!(fact->flags & (FLAG_REDACTED | FLAG_BAD_NUMBER)))
		fact->flags |= FLAG_HAS_INDEX;
	fact->flags |= before;
}

void cm_set_package(struct fact *fact, struct slice words)
{
	fact->identifier = words;
	if (!cm_is_package_id(words))
		fact->flags |= FLAG_REDACTED;
}

/* From -2^31, as signed numbers are printed, to 2^32 - 1. */
static bool decimal_code(struct slice words, uint32_t *ret_code)
{
	bool is_negative = slice_starts(words, SLICE("-"));
	uint64_t number;

	if (!slice_to_u64(slice_skip(words, is_negative), 10, &number) ||
		number > (is_negative ? UINT64_C(1) << 31 : UINT32_MAX))
		return false;
	*ret_code = is_negative ? 0u - (uint32_t)number : (uint32_t)number;
	return true;
}

static bool is_hexadecimal(struct slice words)
{
	uint32_t digit;

	if (!slice_starts_nocase(words, SLICE("0x")) || words.len == 2)
		return false;
	for (size_t i = 2; i < words.len; i++)
		if (!slice_to_u32(slice_from_to(words, i, i + 1), 16, &digit))
			return false;
	return true;
}

void cm_set_code(struct fact *fact, struct slice words)
{
	bool is_hex = is_hexadecimal(words);
	size_t sign = slice_starts(words, SLICE("-"));

	if (!is_hex && !is_all_digits(slice_skip(words, sign)))
		fact->flags |= FLAG_REDACTED;
	else if (is_hex ? slice_to_u32(slice_skip(words, 2), 16, &fact->code)
			: decimal_code(words, &fact->code))
		fact->flags |= FLAG_HAS_CODE;
	else
		fact->flags |= FLAG_BAD_NUMBER;
}

void cm_set_thread(struct fact *fact, struct slice words)
{
	if (!is_hexadecimal(words))
		fact->worker = cm_number(fact, words);
	else if (!slice_to_u32(slice_skip(words, 2), 16, &fact->worker))
		fact->flags |= FLAG_BAD_NUMBER;
}
