/*
 * What is known of a package identity, whichever image or package file says it: KB, title,
 * release type, servicing stack needed, parents, whether it is a part of another. It holds
 * for every image of the run: a manifest in an .msu names the rollup of a hive.
 *
 * Documents are folded in any order, so nothing here depends on who came first: a better
 * source wins, between equals the smaller value, between equal values the earlier place.
 */
#ifndef CORE_KNOWN_H
#define CORE_KNOWN_H

#include "core/world.h"

/* Where a KB was read, best first: the order of the row rules. */
enum kb_from {
	KB_FROM_NOTHING,
	KB_FROM_IDENTIFIER,  /* package@identifier "KB5026368" */
	KB_FROM_SUPPORT,     /* supportInformation "…?kbid=2465285", "…/help/5026368" */
	KB_FROM_DESCRIPTION, /* "Fix for KB5026368" */
	KB_FROM_NAME,        /* Package_for_KB5000736 */
	KB_FROM_UPDATE,      /* update@name "2780124-9_neutral_PACKAGE" */
	KB_FROM_LOG,         /* the identifier as CBS.log repeats it */
	KB_FROM_SESSION,     /* package@name of Sessions.xml */
	KB_FROM_HIVE,        /* InstallName, InstallLocation */
	KB_FROM_CONTAINER,   /* the name of the package file */
};

enum text_from { TEXT_FROM_NOTHING, TEXT_FROM_MANIFEST, TEXT_FROM_METADATA, TEXT_FROM_LISTING };

struct known_kb {
	uint32_t kb; /* 0: none */
	enum kb_from from;
	struct proof proof;
};

struct known_text {
	text_id text; /* 0: none */
	enum text_from from;
	struct proof proof;
};

/* A package that the identity builds on: one of them must be in the image. */
struct known_parent {
	text_id identity;
	uint32_t group; /* number of the <parent> element */
	bool build_may_grow, revision_may_grow;
	struct proof proof;
	struct known_parent *next;
};

#define MAX_KNOWN_PARENTS 256

struct known {
	struct known_kb kb;
	struct known_text title, release; /* displayName; "Security Update" */
	text_id stack;                    /* oldest servicing stack that takes it; 0: not stated */
	text_id restart;                  /* "possible"; 0 */
	struct known_parent *parents;     /* by group and identity */
	unsigned parent_count;
	struct known_kb session_kb; /* of a stack, in Sessions.xml: its own when it came alone */
	bool has_no_kb;             /* its manifest has a placeholder for one: KB777777, KB777778 */
	bool has_manifest;
	text_id whole; /* a package that holds it hidden; 0 */
};

/* What is known of an identity: never NULL for a writer unless memory is out, NULL for a
 * reader when nothing is. */
struct known *known_of(struct world *world, text_id identity);
const struct known *known_find(const struct world *world, text_id identity);

/* Whether it may have a KB that it does not state itself: no part, no placeholder in its
 * manifest. */
bool known_may_take_kb(const struct world *world, text_id identity);

/* The number of an identity as a document writes it. Of several spellings the smallest in
 * bytes is shown: capitals come first. */
text_id known_identity(struct world *world, struct slice identity);

/* Notes a KB or a text that the fact in hand states; 0 and the empty text are none. */
void known_note_kb(struct world *world, struct known_kb *known, uint32_t kb, enum kb_from from);
void known_note_text(
	struct world *world, struct known_text *known, struct slice text, enum text_from from);

/* Whether manifests or its name say that it is a part of another package. */
bool known_is_part(const struct world *world, text_id identity);

/* Takes the words of a manifest or a package listing for its KB, title, release type. */
void known_describe(struct world *world, struct known *known, enum text_from from);

#endif
