/*
 * Servicing states of packages and features, as CBS.log words, registry numbers and
 * DISM's API numbers spell them. The table is state.def.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "base/slice.h"

enum cbs_state {
	STATE_NONE, /* nothing states it */
#define STATE(id, registry, api, word) STATE_##id,
#include "model/state.def"
#undef STATE
	STATE_COUNT_
};

/*
 * "Installed", "InstallRequested", "Install Requested", "CbsInstallStateStaged":
 * blanks, letter case and the CbsInstallState prefix do not count. STATE_NONE for
 * anything else.
 */
enum cbs_state state_from_word(struct slice word);
enum cbs_state state_from_registry(int32_t number);

/* "Installed"; "" for STATE_NONE. */
const char *state_word(enum cbs_state state);

/* Resolved, Staged, Absent: the payload may be there, the package is not in. */
bool state_is_out(enum cbs_state state);
/* Installed, Permanent. */
bool state_is_installed(enum cbs_state state);
/* Installed, Permanent, Install Pending. */
bool state_is_in(enum cbs_state state);
/* A broken store: Invalid Resolved, Staged, Installed, Permanent. */
bool state_is_broken(enum cbs_state state);

#endif
