/*
 * The words of saved lists: labels, states, release types, architectures.
 */
#ifndef PARSERS_LISTED_WORDS_H
#define PARSERS_LISTED_WORDS_H

#include "model/state.h"

enum listed_field {
	LISTED_NONE, /* no known label */
	LISTED_OTHER,
	LISTED_PACKAGE,
	LISTED_HOTFIX,
	LISTED_FEATURE,
	LISTED_CAPABILITY,
	LISTED_INDEX,
	LISTED_IMAGE_NAME,
	LISTED_NAME,
	LISTED_DESCRIPTION,
	LISTED_STATE,
	LISTED_RELEASE,
	LISTED_TIME,
	LISTED_SUPPORT,
	LISTED_PRODUCT,
	LISTED_ARCHITECTURE,
	LISTED_VERSION,
	LISTED_MAJOR,
	LISTED_MINOR,
	LISTED_BUILD,
	LISTED_SP_BUILD,
	LISTED_SP_LEVEL,
	LISTED_EDITION,
	LISTED_MODIFIED,
	LISTED_FIELD_COUNT_
};

enum listed_field listed_field_find(struct slice label);

/*
 * The state of a package or capability: DISM's words, PowerShell's (the same without
 * blanks) and the numbers of PackageFeatureState in exports. STATE_NONE when unknown.
 */
enum cbs_state listed_package_state(struct slice word);

/*
 * The state of a feature. Enabled: INSTALLED; Disabled: STAGED; Enable Pending:
 * INSTALL_PENDING; Disable Pending: UNINSTALL_PENDING; Disabled with Payload Removed: ABSENT;
 * the numbers of Microsoft.Dism.Commands.FeatureState; and what localised outputs print, for
 * the languages that public transcripts show. STATE_NONE when unknown.
 */
enum cbs_state listed_feature_state(struct slice word);

/* A state of a feature in another language than English. */
bool listed_is_localised(struct slice word);

/* "SecurityUpdate", "4" → "Security Update", as dism.exe and manifests write it; other words
 * as they are. Static text or the word itself. */
struct slice listed_release(struct slice word);

/* "x64", "9" → "amd64"; other words as they are. */
struct slice listed_architecture(struct slice word);

/* What DISM prints at the end of a command that succeeded. */
bool listed_is_closing(struct slice line);

/* "Name~token~arch~lang~version" of a package, not of a capability. */
bool listed_is_package(struct slice text);
/* "Name~~~lang~0.0.1.0": token and architecture are empty. */
bool listed_is_capability(struct slice text);
/* Cut short by a table: the end is "..." or an ellipsis. */
bool listed_is_cut(struct slice text);

#endif
