/* Servicing state words and numbers. */
#include "model/state.h"

#define NO_NUMBER INT32_MIN

static const struct {
	int32_t registry;
	const char *word;
} states[STATE_COUNT_] = {
#define STATE(id, number, api, text) [STATE_##id] = { number, text },
#include "model/state.def"
#undef STATE
};

/* The words of nearly every line, compared as they are. */
static const struct {
	struct slice word;
	enum cbs_state state;
} common[] = {
	{ { "Installed", 9 }, STATE_INSTALLED },
	{ { "Absent", 6 }, STATE_ABSENT },
	{ { "Staged", 6 }, STATE_STAGED },
	{ { "Superseded", 10 }, STATE_SUPERSEDED },
	{ { "CbsInstallStateInstalled", 24 }, STATE_INSTALLED },
};

/* Other spellings of the same states: the COM enumeration's and DISM's own. */
static const struct {
	const char *word;
	enum cbs_state state;
} aliases[] = {
	{ "InstallRequested", STATE_INSTALL_PENDING },
	{ "UninstallRequested", STATE_UNINSTALL_PENDING },
	{ "NotPresent", STATE_ABSENT },
	{ "Removed", STATE_RESOLVED },
	{ "Cancel", STATE_CANCELED },
	{ "Cancelled", STATE_CANCELED },
	{ "PartiallyInstall", STATE_PARTIALLY_INSTALLED },
	{ "ResolvedInvalid", STATE_INVALID_RESOLVED },
	{ "StagedInvalid", STATE_INVALID_STAGED },
	{ "InstalledInvalid", STATE_INVALID_INSTALLED },
	{ "PermanentInvalid", STATE_INVALID_PERMANENT },
};

/* Equal when blanks and letter case do not count. */
static bool same_word(struct slice given, const char *known)
{
	size_t at = 0;

	for (;;) {
		while (at < given.len && (given.ptr[at] == ' ' || given.ptr[at] == '_'))
			at++;
		while (*known == ' ')
			known++;
		if (at == given.len || !*known)
			return at == given.len && !*known;
		if (to_lower(given.ptr[at++]) != to_lower(*known++))
			return false;
	}
}

enum cbs_state state_from_word(struct slice word)
{
	word = slice_trim(word);
	if (slice_starts_nocase(word, SLICE("CbsInstallState")))
		word = slice_skip(word, sizeof("CbsInstallState") - 1);
	if (slice_starts_nocase(word, SLICE("CbsState")))
		word = slice_skip(word, sizeof("CbsState") - 1);
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (slice_equal(word, common[i].word))
			return common[i].state;
	for (int i = STATE_NONE + 1; i < STATE_COUNT_; i++)
		if (same_word(word, states[i].word))
			return (enum cbs_state)i;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (same_word(word, aliases[i].word))
			return aliases[i].state;
	return STATE_NONE;
}

enum cbs_state state_from_registry(int32_t number)
{
	for (int i = STATE_NONE + 1; i < STATE_COUNT_; i++)
		if (states[i].registry == number)
			return (enum cbs_state)i;
	return STATE_NONE;
}

const char *state_word(enum cbs_state state)
{
	return state == STATE_NONE ? "" : states[state].word;
}

bool state_is_out(enum cbs_state state)
{
	return state == STATE_ABSENT || state == STATE_RESOLVING || state == STATE_RESOLVED ||
		state == STATE_STAGING || state == STATE_STAGED;
}

bool state_is_installed(enum cbs_state state)
{
	return state == STATE_INSTALLED || state == STATE_PERMANENT;
}

bool state_is_in(enum cbs_state state)
{
	return state == STATE_INSTALLED || state == STATE_PERMANENT ||
		state == STATE_INSTALL_PENDING;
}

bool state_is_broken(enum cbs_state state)
{
	return state == STATE_INVALID_RESOLVED || state == STATE_INVALID_STAGED ||
		state == STATE_INVALID_INSTALLED || state == STATE_INVALID_PERMANENT;
}
