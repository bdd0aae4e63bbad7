/* Messages as literals with values between them. */
#include "parsers/cm_usual.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY_BYTES    8    /* of the first literal: what a message is known by */
#define MAX_DIGITS   9    /* that fit the fields */
#define MAX_USUAL    4096 /* longer ones are left to those who bound them */

enum value {
	VALUE_NONE,
	VALUE_POSITION, /* of an update in a list: no index of an image */
	VALUE_COUNT,
	VALUE_CI,
	VALUE_INDEX,
	VALUE_BINARIES,
	VALUE_TOKEN, /* of capitals */
	VALUE_PATH,  /* to the end of the message */
	VALUE_COUNT_
};

struct part {
	struct slice literal;
	enum value value; /* behind it */
};

struct usual {
	enum fact_kind kind;
	uint32_t flags;
	struct slice verb, name; /* when the message has no values for them */
	struct part parts[5];
};

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}
#define PART(literal, value)                                                                       \
	{                                                                                          \
		TEXT(literal), VALUE_##value                                                       \
	}
#define TOKEN_UNSUPPORTED "APPLICABILITY_CHECK_NOT_SUPPORTED"

static const struct usual usual[] = {
	{ .kind = FACT_SITE_UPDATE,
		.flags = FLAG_RECALL,
		.parts = { PART("Checking if update (", POSITION), PART(" of ", COUNT),
			PART(") with ID ", CI),
			PART(" needs to be applied on the image. ", BINARIES),
			PART(" content binarie(s) are associated with the update.", NONE) } },
	{ .kind = FACT_SITE_TOKEN,
		.verb = TEXT(TOKEN_UNSUPPORTED),
		.parts = { PART(
			"Applicability State = " TOKEN_UNSUPPORTED ", Update Binary = ", PATH) } },
	{ .kind = FACT_SITE_TOKEN,
		.flags = FLAG_RECALL,
		.parts = { PART("Applicability State = ", TOKEN),
			PART(", Update Binary = ", PATH) } },
	{ .kind = FACT_SITE_SKIPPED,
		.flags = FLAG_RECALL,
		.verb = TEXT("not-required"),
		.name = TEXT("it is not required"),
		.parts = { PART("Not applying this update binary, it is not required.", NONE) } },
	{ .kind = FACT_SITE_SKIPPED,
		.flags = FLAG_RECALL,
		.verb = TEXT("installed"),
		.name = TEXT("it is already installed"),
		.parts = { PART(
			"Not applying this update binary, it is already installed.", NONE) } },
	{ .kind = FACT_SITE_APPLYING,
		.flags = FLAG_RECALL,
		.parts = { PART("Applying update with ID ", CI), PART(" on image at index ", INDEX),
			PART(".", NONE) } },
	{ .kind = FACT_SITE_APPLIED,
		.flags = FLAG_RECALL,
		.parts = { PART("Applied update with ID ", CI), PART(" on image at index ", INDEX),
			PART(".", NONE) } },
};

static size_t token_length(struct slice text)
{
	size_t end = 0;

	while (end < text.len &&
		((text.ptr[end] >= 'A' && text.ptr[end] <= 'Z') || text.ptr[end] == '_'))
		end++;
	return end;
}

static size_t number_length(struct slice text)
{
	size_t end = 0;

	while (end < text.len && is_digit(text.ptr[end]))
		end++;
	return end <= MAX_DIGITS ? end : 0;
}

/* How much of the text a value takes; 0 when it is none. */
static size_t value_length(enum value value, struct slice text)
{
	if (value == VALUE_TOKEN)
		return token_length(text);
	if (value != VALUE_PATH)
		return number_length(text);
	return !text.len || memchr(text.ptr, '\n', text.len) || memchr(text.ptr, '\r', text.len)
		? 0
		: text.len;
}

/* A cheap look: most messages are none of a form. */
static bool has_key(const struct usual *form, struct slice message)
{
	return memcmp(message.ptr, form->parts[0].literal.ptr, KEY_BYTES) == 0;
}

static bool match(const struct usual *form, struct slice message, struct slice *values)
{
	struct slice rest = message;

	for (size_t i = 0; i < COUNT(form->parts) && form->parts[i].literal.len; i++) {
		const struct part *part = &form->parts[i];
		size_t len;

		if (!slice_starts(rest, part->literal))
			return false;
		rest = slice_skip(rest, part->literal.len);
		if (part->value == VALUE_NONE)
			continue;
		len = value_length(part->value, rest);
		if (!len)
			return false;
		values[part->value] = slice_from_to(rest, 0, len);
		rest = slice_skip(rest, len);
	}
	return !rest.len;
}

/* Of digits that fit, or none. */
static uint32_t number_of(struct slice digits)
{
	uint32_t number = 0;

	for (size_t i = 0; i < digits.len; i++)
		number = number * 10 + (uint32_t)(digits.ptr[i] - '0');
	return number;
}

static void set_fact(const struct usual *form, const struct slice *values, struct fact *fact)
{
	struct slice path = values[VALUE_PATH];

	fact->kind = form->kind;
	fact->flags |= form->flags;
	fact->verb = values[VALUE_TOKEN].len ? values[VALUE_TOKEN] : form->verb;
	fact->name = form->name;
	fact->ci = number_of(values[VALUE_CI]);
	fact->count = number_of(values[VALUE_COUNT]);
	fact->ordinal = number_of(values[VALUE_POSITION]);
	fact->binaries = number_of(values[VALUE_BINARIES]);
	if (values[VALUE_INDEX].len) {
		fact->index = number_of(values[VALUE_INDEX]);
		fact->flags |= FLAG_HAS_INDEX;
	}
	/* The full stop is the sentence's. */
	path.len -= path.len && path.ptr[path.len - 1] == '.';
	fact->path = path;
}

static bool read_as(const struct usual *form, struct slice message, struct fact *fact)
{
	struct slice values[VALUE_COUNT_] = { { NULL, 0 } };

	if (!match(form, message, values))
		return false;
	set_fact(form, values, fact);
	return true;
}

bool cm_usual_read(struct slice message, struct fact *fact)
{
	if (message.len < KEY_BYTES || message.len > MAX_USUAL)
		return false;
	for (size_t i = 0; i < COUNT(usual); i++) {
		assert(usual[i].parts[0].literal.len >= KEY_BYTES);
		if (has_key(&usual[i], message) && read_as(&usual[i], message, fact))
			return true;
	}
	return false;
}
