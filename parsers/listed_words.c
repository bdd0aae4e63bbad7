/* Words of saved lists. */
#include "parsers/listed_words.h"

#include "model/identity.h"
#include "model/release.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	struct slice label;
	enum listed_field field;
} labels[] = {
#define LABEL(field, text) { { text, sizeof(text) - 1 }, LISTED_##field },
#include "parsers/listed_fields.def"
#undef LABEL
};

enum listed_field listed_field_find(struct slice label)
{
	for (size_t i = 0; i < COUNT(labels); i++)
		if (slice_equal_nocase(label, labels[i].label))
			return labels[i].field;
	return LISTED_NONE;
}

/* DismPackageFeatureState of dismapi.h; PowerShell's PackageFeatureState has its numbers. */
static const enum cbs_state package_numbers[] = {
	STATE_ABSENT,
	STATE_UNINSTALL_PENDING,
	STATE_STAGED,
	STATE_RESOLVED,
	STATE_INSTALLED,
	STATE_INSTALL_PENDING,
	STATE_SUPERSEDED,
	STATE_PARTIALLY_INSTALLED,
};

/* Microsoft.Dism.Commands.FeatureState, an enumeration of its own. */
static const enum cbs_state feature_numbers[] = {
	STATE_STAGED,
	STATE_UNINSTALL_PENDING,
	STATE_INSTALLED,
	STATE_INSTALL_PENDING,
	STATE_SUPERSEDED,
	STATE_PARTIALLY_INSTALLED,
	STATE_ABSENT,
};

static const struct {
	struct slice word;
	enum cbs_state state;
} feature_words[] = {
	{ { "Enabled", 7 }, STATE_INSTALLED },
	{ { "Disabled", 8 }, STATE_STAGED },
	{ { "Enable Pending", 14 }, STATE_INSTALL_PENDING },
	{ { "Disable Pending", 15 }, STATE_UNINSTALL_PENDING },
	{ { "Disabled with Payload Removed", 29 }, STATE_ABSENT },
};

static const struct {
	struct slice word;
	enum cbs_state state;
} localised_words[] = {
#define WORD(text, state)                                                                          \
	{                                                                                          \
		{ text, sizeof(text) - 1 }, STATE_##state                                          \
	}
	/* Each seen in public transcripts or in scripts that look for it: German; Spanish and
	 * Portuguese; Russian; Chinese; Japanese. */
	WORD("Aktiviert", INSTALLED),
	WORD("Habilitado", INSTALLED),
	WORD("\xD0\x92\xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87\xD0\xB5\xD0\xBD", INSTALLED),
	WORD("\xE5\xB7\xB2\xE5\x90\xAF\xE7\x94\xA8", INSTALLED),
	WORD("\xE6\x9C\x89\xE5\x8A\xB9", INSTALLED),
	WORD("\xE7\x84\xA1\xE5\x8A\xB9", STAGED),
#undef WORD
};

static const struct slice closings[] = {
#define CLOSING(text)                                                                              \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
	CLOSING("The operation completed successfully."),
	CLOSING("Der Vorgang wurde erfolgreich beendet."),
	CLOSING("\xE6\x93\x8D\xE4\xBD\x9C\xE6\x88\x90\xE5\x8A\x9F\xE5\xAE\x8C\xE6\x88\x90"
		"\xE3\x80\x82"),
#undef CLOSING
};

static const struct {
	struct slice word, name;
} architectures[] = {
	{ { "x64", 3 }, { "amd64", 5 } },
	{ { "0", 1 }, { "x86", 3 } },
	{ { "5", 1 }, { "arm", 3 } },
	{ { "6", 1 }, { "ia64", 4 } },
	{ { "9", 1 }, { "amd64", 5 } },
	{ { "12", 2 }, { "arm64", 5 } },
};

/* Equal when blanks and letter case do not count. */
static bool same_words(struct slice a, struct slice b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.len && a.ptr[i] == ' ')
			i++;
		while (j < b.len && b.ptr[j] == ' ')
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (to_lower(a.ptr[i++]) != to_lower(b.ptr[j++]))
			return false;
	}
}

enum cbs_state listed_package_state(struct slice word)
{
	uint32_t number;

	if (slice_to_u32(word, 10, &number))
		return number < COUNT(package_numbers) ? package_numbers[number] : STATE_NONE;
	return state_from_word(word);
}

enum cbs_state listed_feature_state(struct slice word)
{
	uint32_t number;

	if (slice_to_u32(word, 10, &number))
		return number < COUNT(feature_numbers) ? feature_numbers[number] : STATE_NONE;
	for (size_t i = 0; i < COUNT(feature_words); i++)
		if (same_words(word, feature_words[i].word))
			return feature_words[i].state;
	for (size_t i = 0; i < COUNT(localised_words); i++)
		if (slice_equal(word, localised_words[i].word))
			return localised_words[i].state;
	return state_from_word(word);
}

bool listed_is_localised(struct slice word)
{
	for (size_t i = 0; i < COUNT(localised_words); i++)
		if (slice_equal(word, localised_words[i].word))
			return true;
	return false;
}

struct slice listed_release(struct slice word)
{
	uint32_t number;

	if (slice_to_u32(word, 10, &number) && release_of_number(number).len)
		return release_of_number(number);
	return release_name(word);
}

struct slice listed_architecture(struct slice word)
{
	for (size_t i = 0; i < COUNT(architectures); i++)
		if (slice_equal_nocase(word, architectures[i].word))
			return architectures[i].name;
	return word;
}

bool listed_is_closing(struct slice line)
{
	for (size_t i = 0; i < COUNT(closings); i++)
		if (slice_equal_nocase(line, closings[i]))
			return true;
	return false;
}

static bool is_identity(struct slice text, struct identity *ret_identity)
{
	return text.len < 1024 && slice_find_char(text, ' ') == SLICE_MISSING &&
		slice_find_char(text, '\\') == SLICE_MISSING &&
		identity_parse(text, ret_identity) && ret_identity->name.len > 0 &&
		ret_identity->version.len > 0;
}

bool listed_is_package(struct slice text)
{
	struct identity identity;

	return is_identity(text, &identity) &&
		(identity.token.len > 0 || identity.architecture.len > 0);
}

bool listed_is_capability(struct slice text)
{
	struct identity identity;

	return is_identity(text, &identity) && !identity.token.len && !identity.architecture.len;
}

bool listed_is_cut(struct slice text)
{
	return slice_ends_nocase(text, SLICE("...")) ||
		slice_ends_nocase(text, SLICE("\xE2\x80\xA6"));
}
