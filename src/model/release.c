/* Release types, in the order of their numbers. */
#include "model/release.h"

static const struct {
	const char *name;
	bool is_update, is_system;
} releases[] = {
	{ "Critical Update", true, false },
	{ "Driver", false, false },
	{ "Feature Pack", false, false },
	{ "Hotfix", true, false },
	{ "Security Update", true, false },
	{ "Software Update", true, false },
	{ "Update", true, false },
	{ "Update Rollup", true, false },
	{ "Language Pack", false, true },
	{ "Foundation", false, true },
	{ "Service Pack", true, false },
	{ "Product", false, true },
	{ "Local Pack", false, true },
	{ "Other", false, false },
	{ "OnDemand Pack", false, true },
};

#define COUNT (sizeof(releases) / sizeof(releases[0]))

static bool same_letters(struct slice words, const char *name)
{
	size_t at = 0;

	for (;;) {
		while (at < words.len && words.ptr[at] == ' ')
			at++;
		while (*name == ' ')
			name++;
		if (at == words.len || !*name)
			return at == words.len && !*name;
		if (to_lower(words.ptr[at++]) != to_lower(*name++))
			return false;
	}
}

static size_t release_number(struct slice words)
{
	size_t at = 0;

	while (at < COUNT && !same_letters(words, releases[at].name))
		at++;
	return at;
}

struct slice release_name(struct slice words)
{
	size_t at = release_number(words);

	return at < COUNT ? slice_from(releases[at].name) : slice_trim(words);
}

struct slice release_of_number(uint32_t number)
{
	return number < COUNT ? slice_from(releases[number].name) : SLICE_NONE;
}

bool release_is_update(struct slice release)
{
	size_t at = release_number(release);

	return at < COUNT && releases[at].is_update;
}

bool release_is_system(struct slice release)
{
	size_t at = release_number(release);

	return at < COUNT && releases[at].is_system;
}
