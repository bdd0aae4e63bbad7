/* KBs in text: 6 or 7 digits, known by what stands before them. */
#include "model/kb.h"

#include "base/path.h"

#define KB_DIGITS_MIN 6
#define KB_DIGITS_MAX 7

/* The digits at the head of a text that are a KB; all of them. */
static uint32_t kb_number(struct slice digits)
{
	size_t count = 0;
	uint32_t kb;

	while (count < digits.len && is_digit(digits.ptr[count]))
		count++;
	if (count < KB_DIGITS_MIN || count > KB_DIGITS_MAX ||
		!slice_to_u32(slice_from_to(digits, 0, count), 10, &kb))
		return 0;
	return kb == 777777 || kb == 777778 ? 0 : kb;
}

static bool is_alphanumeric(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

uint32_t kb_find(struct slice text)
{
	for (size_t at = 0; at < text.len; at++) {
		uint32_t kb = at > 0 && is_alphanumeric(text.ptr[at - 1])
			? 0
			: kb_of_identifier(slice_skip(text, at));

		if (kb)
			return kb;
	}
	return 0;
}

static uint32_t kb_behind(struct slice text, struct slice mark)
{
	size_t at = slice_find_nocase(text, mark);

	return at == SLICE_MISSING ? 0 : kb_number(slice_skip(text, at + mark.len));
}

uint32_t kb_of_identifier(struct slice identifier)
{
	return slice_starts_nocase(identifier, SLICE("KB")) ? kb_number(slice_skip(identifier, 2))
							    : 0;
}

uint32_t kb_of_support(struct slice url)
{
	static const struct slice marks[] = {
		{ "?kbid=", 6 },
		{ "&kbid=", 6 },
		{ "/help/", 6 },
		{ "/kb/", 4 },
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		uint32_t kb = kb_behind(url, marks[i]);

		if (kb)
			return kb;
	}
	return 0;
}

uint32_t kb_of_description(struct slice description)
{
	return kb_behind(description, SLICE("Fix for KB"));
}

uint32_t kb_of_update(struct slice update_name)
{
	uint32_t kb = kb_number(update_name);
	size_t at = 0;

	while (at < update_name.len && is_digit(update_name.ptr[at]))
		at++;
	if (!kb || at == update_name.len || update_name.ptr[at++] != '-')
		return 0;
	if (at == update_name.len || !is_digit(update_name.ptr[at]))
		return 0;
	while (at < update_name.len && is_digit(update_name.ptr[at]))
		at++;
	return at < update_name.len && update_name.ptr[at] == '_' ? kb : 0;
}

uint32_t kb_of_package_file(struct slice path)
{
	struct slice name = windows_path_name(path);

	return slice_ends_nocase(name, SLICE(".cab")) || slice_ends_nocase(name, SLICE(".msu"))
		? kb_find(name)
		: 0;
}

bool kb_is_placeholder(struct slice identifier)
{
	return slice_equal_nocase(identifier, SLICE("KB777777")) ||
		slice_equal_nocase(identifier, SLICE("KB777778"));
}
