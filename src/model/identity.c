/* Package identities: their fields, and what their names alone tell. */
#include "model/identity.h"

#define FIELD_COUNT 5

#define HASH_DIGITS_MIN 4

bool identity_parse(struct slice text, struct identity *ret_identity)
{
	struct slice field[FIELD_COUNT] = { 0 };
	size_t count = 0, from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != '~')
			continue;
		if (count < FIELD_COUNT)
			field[count] = slice_from_to(text, from, i);
		count++;
		from = i + 1;
	}
	*ret_identity = (struct identity){ field[0], field[1], field[2], field[3], field[4] };
	return count == FIELD_COUNT;
}

/* What a log puts behind an identity; a table, since every line with a package asks. */
static const bool ends_identity[256] = {
	[' '] = true,
	['\t'] = true,
	['\r'] = true,
	['\n'] = true,
	[','] = true,
	[')'] = true,
	['\''] = true,
	['"'] = true,
	['['] = true,
	[']'] = true,
	[';'] = true,
	['('] = true,
};

struct slice identity_clean(struct slice text)
{
	size_t len = 0;

	text = slice_trim(text);
	while (len < text.len && !ends_identity[(unsigned char)text.ptr[len]])
		len++;
	/* A version ends in a digit: dots behind it, or behind an empty one, end a sentence. */
	while (len > 0 && text.ptr[len - 1] == '.')
		len--;
	return slice_from_to(text, 0, len);
}

static size_t digits_at(struct slice text, size_t at)
{
	size_t end = at;

	while (end < text.len && is_digit(text.ptr[end]))
		end++;
	return end - at;
}

static struct slice name_of(struct slice text)
{
	return slice_cut(&text, '~');
}

/* Takes `prefix` off the head of *s. */
static bool skip_prefix(struct slice *s, struct slice prefix)
{
	if (!slice_starts_nocase(*s, prefix))
		return false;
	*s = slice_skip(*s, prefix.len);
	return true;
}

/* Takes one digit and more off the head of *s. */
static bool skip_digits(struct slice *s)
{
	size_t count = digits_at(*s, 0);

	*s = slice_skip(*s, count);
	return count > 0;
}

/* Package_1_for_KB5000736, Package_12_for_RollupFix */
static bool is_numbered_part(struct slice name)
{
	return skip_prefix(&name, SLICE("Package_")) && skip_digits(&name) &&
		skip_prefix(&name, SLICE("_for_"));
}

/* Package_for_KB2883457_RTM, Package_for_KB2883457_SP1, Package_for_KB2883457_RTM_BF */
static bool is_kb_part(struct slice name)
{
	return skip_prefix(&name, SLICE("Package_for_KB")) && skip_digits(&name) &&
		skip_prefix(&name, SLICE("_"));
}

/* Wrapper-<hex>: the hash of what it wraps, 64 digits; shortened ones are taken too. */
static bool is_hash_wrapper(struct slice name)
{
	if (!skip_prefix(&name, SLICE("Wrapper-")) || name.len < HASH_DIGITS_MIN)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!is_digit(name.ptr[i]) &&
			!(to_lower(name.ptr[i]) >= 'a' && to_lower(name.ptr[i]) <= 'f'))
			return false;
	return true;
}

static bool is_wrapper(struct slice name)
{
	return slice_ends_nocase(name, SLICE("-Wrapper")) ||
		slice_ends_nocase(name, SLICE("-Wrapper-Package")) || is_hash_wrapper(name);
}

bool identity_is_child(struct slice text)
{
	struct slice name = name_of(text);

	return is_numbered_part(name) || is_kb_part(name) || is_wrapper(name);
}

bool identity_is_update(struct slice text)
{
	struct slice name = name_of(text);

	return skip_prefix(&name, SLICE("Package_for_")) && name.len > 0 &&
		!identity_is_child(text);
}

bool identity_is_stack(struct slice text)
{
	struct slice name = name_of(text);

	return skip_prefix(&name, SLICE("Package_for_ServicingStack")) &&
		(name.len == 0 || slice_starts(name, SLICE("_")));
}

bool identity_is_placeholder(struct slice text)
{
	return slice_equal_nocase(name_of(text), SLICE("Multiple_Packages"));
}

/* Package_for_ServicingStack_3081 is a generation of Package_for_ServicingStack. */
static struct slice family_name(struct slice name)
{
	struct slice rest = name;

	if (skip_prefix(&rest, SLICE("Package_for_ServicingStack")) &&
		skip_prefix(&rest, SLICE("_")) && skip_digits(&rest) && rest.len == 0)
		name.len = sizeof("Package_for_ServicingStack") - 1;
	return name;
}

struct slice identity_family(struct slice text, char *buffer, size_t size)
{
	struct identity id;
	struct slice parts[5];
	size_t len = 0;

	if (size == 0)
		return SLICE_NONE;
	(void)identity_parse(text, &id); /* what fields there are make the family */
	if (slice_equal_nocase(id.language, SLICE("neutral")))
		id.language = SLICE_NONE;
	parts[0] = family_name(id.name);
	parts[1] = parts[3] = SLICE("~");
	parts[2] = id.architecture;
	parts[4] = id.language;
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; parts[i].ptr && j < parts[i].len && len < size - 1; j++)
			buffer[len++] = to_lower(parts[i].ptr[j]);
	buffer[len] = '\0';
	return (struct slice){ buffer, len };
}

/* The number at the head of a field; a huge one stays huge, words count as 0. */
static uint64_t field_number(struct slice field)
{
	struct slice digits = slice_from_to(field, 0, digits_at(field, 0));
	uint64_t number;

	if (digits.len == 0)
		return 0;
	return slice_to_u64(digits, 10, &number) ? number : UINT64_MAX;
}

int version_compare(struct slice a, struct slice b)
{
	while (a.len || b.len) {
		uint64_t x = field_number(slice_cut(&a, '.'));
		uint64_t y = field_number(slice_cut(&b, '.'));

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

int32_t identity_update_id(struct slice text)
{
	return -1 - (int32_t)(slice_hash_nocase(text) & 0x3FFFFFFF);
}
