/* Values of the registry as fields: types are taken loosely. */
#include <inttypes.h>

#include "base/text.h"
#include "parsers/hive.h"

#define MAX_TEXT_WORDS 200 /* bytes of one text in the words */

struct slice hive_text(struct hive *hive, struct slice utf16)
{
	struct slice text;
	struct buf utf8;
	size_t len = 0;

	while (utf16.len - len >= 2 && le16(utf16.ptr + len) != 0)
		len += 2;
	buf_init(&utf8, 2 * MAX_VALUE_BYTES);
	(void)text_from_utf16(&utf8, slice_from_to(utf16, 0, len), TEXT_UTF16LE, true);
	text = arena_copy(&hive->result->scratch, buf_slice(&utf8));
	if (utf8.status == ST_NOMEM)
		hive->result->status = ST_NOMEM;
	buf_release(&utf8);
	return text;
}

static struct slice bytes_of(const struct hive_value *value)
{
	return (struct slice){ value->data, value->len };
}

static bool is_number_type(uint32_t type)
{
	return type == VALUE_DWORD || type == VALUE_DWORD_BE || type == VALUE_QWORD;
}

bool hive_value_text(struct hive *hive, const struct hive_value *value, struct slice *ret_text)
{
	if (is_number_type(value->type))
		return false;
	*ret_text = hive_text(hive, bytes_of(value));
	return true;
}

/* Digits in UTF-16: decimal with a sign or without, or hexadecimal after 0x. */
static bool number_of_text(struct slice utf16, uint32_t *ret_number)
{
	char text[24];
	size_t len = 0;
	bool is_negative;
	struct slice digits;

	while (len < sizeof(text) && utf16.len / 2 > len && le16(utf16.ptr + 2 * len)) {
		uint16_t c = le16(utf16.ptr + 2 * len);

		text[len++] = (char)(c < 0x80 ? c : '?');
	}
	digits = slice_trim((struct slice){ text, len });
	is_negative = slice_starts(digits, SLICE("-"));
	digits = slice_skip(digits, is_negative);
	if (slice_starts_nocase(digits, SLICE("0x"))) {
		if (!slice_to_u32(slice_skip(digits, 2), 16, ret_number))
			return false;
	} else if (!slice_to_u32(digits, 10, ret_number)) {
		return false;
	}
	if (is_negative)
		*ret_number = 0 - *ret_number;
	return true;
}

/* Up to 8 bytes; the upper half of more than 4 must not matter. */
static bool number_of_bytes(struct slice bytes, bool is_big_endian, uint32_t *ret_number)
{
	uint64_t number = 0;

	if (bytes.len == 0 || bytes.len > 8)
		return false;
	for (size_t i = 0; i < bytes.len; i++) {
		size_t at = is_big_endian ? i : bytes.len - 1 - i;

		number = number << 8 | (unsigned char)bytes.ptr[at];
	}
	if (number > UINT32_MAX && number >> 31 != UINT64_C(0x1FFFFFFFF))
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

bool hive_value_number(const struct hive_value *value, uint32_t *ret_number)
{
	struct slice bytes = bytes_of(value);
	size_t width = value->type == VALUE_QWORD ? 8 : 4;

	switch (value->type) {
	case VALUE_DWORD:
	case VALUE_DWORD_BE:
	case VALUE_QWORD:
		return number_of_bytes(
			slice_from_to(bytes, 0, width), value->type == VALUE_DWORD_BE, ret_number);
	case VALUE_TEXT:
	case VALUE_EXPAND:
	case VALUE_TEXTS:
		return number_of_text(bytes, ret_number);
	default:
		return number_of_bytes(bytes, false, ret_number);
	}
}

/* ---- Words --------------------------------------------------------------------------- */

struct slice hive_words(struct hive *hive)
{
	if (hive->words.status == ST_NOMEM)
		hive->result->status = ST_NOMEM;
	return arena_copy(&hive->result->scratch, buf_slice(&hive->words));
}

/* Where a text is cut no character may be. */
static struct slice cut_text(struct slice text)
{
	size_t len = text.len;

	if (len <= MAX_TEXT_WORDS)
		return text;
	len = MAX_TEXT_WORDS;
	while (len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
		len--;
	return slice_from_to(text, 0, len);
}

static void put_text(struct hive *hive, const char *name, struct slice text)
{
	struct slice shown = cut_text(text);

	buf_printf(&hive->words, " %s=\"%.*s%s\"", name, SLICE_ARG(shown),
		shown.len < text.len ? "..." : "");
}

static void put_bytes(struct hive *hive, const char *name, struct slice bytes)
{
	size_t len = bytes.len < 16 ? bytes.len : 16;

	buf_printf(&hive->words, " %s=", name);
	for (size_t i = 0; i < len; i++)
		buf_printf(&hive->words, "%02x", (unsigned char)bytes.ptr[i]);
	if (len < bytes.len)
		buf_puts(&hive->words, "...");
}

/* ---- Fields -------------------------------------------------------------------------- */

struct taking {
	const struct hive_field *fields;
	size_t count;
	char *values;
};

static bool take_number(struct hive *hive, const char *name, const struct hive_value *value,
	struct hive_number *ret_number)
{
	uint32_t number;

	if (!hive_value_number(value, &number))
		return false;
	buf_printf(&hive->words, " %s=0x%" PRIx32, name, number);
	*ret_number = (struct hive_number){ .value = number, .is_stated = true };
	return true;
}

static bool take_text(
	struct hive *hive, const char *name, const struct hive_value *value, struct slice *ret_text)
{
	struct slice text;

	if (!hive_value_text(hive, value, &text))
		return false;
	put_text(hive, name, text);
	*ret_text = text;
	return true;
}

static void take_word(struct hive *hive, const char *name, const struct hive_value *value)
{
	struct hive_number number;
	struct slice text;

	if (value->type == VALUE_TEXT || value->type == VALUE_EXPAND)
		(void)take_text(hive, name, value, &text);
	else if (!is_number_type(value->type) || !take_number(hive, name, value, &number))
		put_bytes(hive, name, bytes_of(value));
}

static bool take_field(struct hive *hive, const struct hive_field *field,
	const struct hive_value *value, void *ret_field)
{
	switch (field->type) {
	case HIVE_NUMBER:
		return take_number(hive, field->name, value, ret_field);
	case HIVE_TEXT:
		return take_text(hive, field->name, value, ret_field);
	case HIVE_BYTES:
		put_bytes(hive, field->name, bytes_of(value));
		*(struct slice *)ret_field = arena_copy(&hive->result->scratch, bytes_of(value));
		return true;
	case HIVE_WORD:
		take_word(hive, field->name, value);
		return true;
	default:
		return false;
	}
}

static void take_value(struct hive *hive, const struct taking *taking, size_t at)
{
	struct hive_value value;
	struct slice name;

	if (!hive_tree_value(hive->tree, at, &value)) {
		hive_damage(hive, at, SLICE("a value that cannot be read"));
		return;
	}
	name = slice_from(value.name);
	for (size_t i = 0; i < taking->count; i++) {
		const struct hive_field *field = &taking->fields[i];

		if (!slice_equal_nocase(name, slice_from(field->name)))
			continue;
		if (!take_field(hive, field, &value, taking->values + field->offset))
			hive_damage(hive, at, name);
		break;
	}
	hive_value_release(&value);
}

void hive_take(struct hive *hive, size_t key, struct slice name, const struct hive_field *wanted,
	size_t count, void *ret_values)
{
	const struct taking taking = { wanted, count, ret_values };
	struct hive_list list;

	buf_reset(&hive->words);
	buf_printf(&hive->words, "%.*s:", SLICE_ARG(name));
	hive_tree_values(hive->tree, key, &list);
	if (!list.is_whole)
		hive_damage(hive, key, SLICE("its values cannot be read"));
	for (size_t i = 0; i < list.count; i++)
		take_value(hive, &taking, list.items[i]);
	hive_list_release(&list);
}
