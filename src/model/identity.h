/*
 * Package identities: Name~publicKeyToken~architecture~language~version, and what can
 * be told from one: child or top level, family. Identities in redacted or docs
 * copies may lack fields; they are kept as written.
 */
#ifndef MODEL_IDENTITY_H
#define MODEL_IDENTITY_H

#include "base/slice.h"

struct identity {
	struct slice name, token, architecture, language, version;
};

/* false when there are not exactly five fields; the fields found are set all the same. */
bool identity_parse(struct slice text, struct identity *ret_identity);

/*
 * The identity at the head of `text`, without what follows it in a log line: trailing
 * `.`, `,`, `)`, `'`, `"` and a ` [HRESULT` are no part of it.
 */
struct slice identity_clean(struct slice text);

/* Package_n_for_KB…, …_RTM, …_SP1, …-Wrapper, Wrapper-<hex>: never an update by itself. */
bool identity_is_child(struct slice text);
/* RollupFix, ServicingStack, DotNetRollup, …: an update by its name alone. */
bool identity_is_update(struct slice text);
bool identity_is_stack(struct slice text);
/* Multiple_Packages~~~~0.0.0.0: DISM's stand-in for a container of several. */
bool identity_is_placeholder(struct slice text);

/* Lower-case "name~arch~lang" without the version; a ServicingStack's _<digits> dropped.
 * Writes at most `size` bytes with the terminator; returns the slice written. */
struct slice identity_family(struct slice text, char *buffer, size_t size);

/* -1, 0, 1 by the numbers of a dotted version; missing fields count as 0. */
int version_compare(struct slice a, struct slice b);

/* -1 - (low 30 bits of FNV-1a-64 of the lower-case identity): an UpdateID for what has
 * neither CI_ID nor KB. */
int32_t identity_update_id(struct slice text);

#endif
