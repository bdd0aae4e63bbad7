/*
 * Records: what documents that lie in an image (hive, Sessions.xml, manifests, listings,
 * pending.xml) say of its packages and of the image as a whole. Handlers of their facts;
 * world->scope is the image, and no machine is concerned.
 *
 * Documents are folded in any order: of two statements of one source the earlier place
 * stands (the later one of listings), of two sessions the later session.
 */
#ifndef CORE_RECORDS_H
#define CORE_RECORDS_H

#include "core/tasks.h"
#include "core/world.h"

enum record_role {
	RECORD_HIVE,       /* the package's key in the SOFTWARE hive */
	RECORD_PENDING,    /* its key below PackagesPending */
	RECORD_SESSION,    /* the last session that was to change it and came to an end */
	RECORD_OPEN,       /* the last one that did not */
	RECORD_DONE,       /* the last session that put it in */
	RECORD_LISTING,    /* a saved list */
	RECORD_MANIFEST,   /* its .mum */
	RECORD_DEPLOYMENT, /* COMPONENTS */
	RECORD_ROLE_COUNT_,
};

/* Which source gives a package's state, in order of trust. */
enum stands {
	STANDS_LOG, /* logs, or nothing */
	STANDS_HIVE,
	STANDS_SESSION,
	STANDS_LISTING,
	STANDS_DEPLOYMENT,
	STANDS_MANIFEST,
};

#define MAX_BECAUSE 4

struct record {
	struct proof proofs[RECORD_ROLE_COUNT_]; /* kind FACT_NONE: that source is silent */
	enum cbs_state hive;                     /* NONE: the number is unknown */
	enum cbs_state applicable;               /* as the hive's cache says; NONE */
	int64_t install_time;                    /* UTC; NO_TIME */
	bool has_error;
	uint32_t error; /* LastError */
	bool is_hidden; /* Visibility 2 */
	bool owns_itself, is_owned;
	enum cbs_state pending;
	struct session_task session, open, done;
	enum cbs_state listed;
	struct moment listed_when;
	enum cbs_state deployed;
	/* Of all of them, by reconcile.c */
	enum stands stands;
	enum cbs_state said;    /* what the logs said before the record took their place */
	bool was_assumed;       /* they had no more than an add without an error */
	bool was_removed;       /* they had a removal that succeeded */
	bool is_inferred;       /* the state */
	bool is_cached;         /* applicability is the hive's cache's */
	bool keeps_code;        /* it is in, and an attempt failed since, or while it waits */
	enum reason reason;     /* for the state, when it needs one */
	struct package *parent; /* one that its manifest names, and is in */
	const struct known_parent *parent_named;  /* where it is named */
	const struct proof *because[MAX_BECAUSE]; /* of the image, or of another package */
	unsigned because_count;
	bool has_applied;
	struct moment applied;         /* with has_applied */
	enum record_role applied_from; /* RECORD_ROLE_COUNT_: a log, or nothing */
};

/* Marks of the registry and files that tell of a restart to come. */
enum image_mark {
	MARK_REBOOT_PENDING,
	MARK_REBOOT_IN_PROGRESS,
	MARK_PACKAGES_PENDING, /* with a package in it: the empty key stays */
	MARK_PENDING_XML,      /* with operations */
	MARK_UNSERVICEABLE,
	MARK_LCU_REOFFER,
	MARK_COUNT_,
};

enum image_source { FROM_HIVE, FROM_SESSIONS, FROM_MANIFESTS, FROM_LISTING, FROM_COUNT_ };

struct pending_session {
	struct session_id session;
	struct proof proof;
	struct pending_session *next;
};

struct hive_file {
	struct proof proof;
	bool is_dirty;   /* not closed cleanly, and not replayed */
	int64_t written; /* UTC; NO_TIME */
	struct hive_file *next;
};

/* What Windows says of itself: version, edition, revision. */
struct windows_words {
	struct proof proof;
	struct slice version, edition, product, architecture;
	bool has_revision;
	uint32_t revision; /* UBR */
};

struct contents {
	bool is_read[FROM_COUNT_];
	struct proof packages_key;       /* the table of packages was read whole */
	struct proof list;               /* a list of all packages that is not cut */
	struct proof marks[MARK_COUNT_]; /* kind FACT_NONE: the mark is not there */
	struct hive_file *hives;
	struct pending_session *sessions; /* of SessionsPending */
	struct windows_words windows;     /* of the hive */
	struct windows_words listed;      /* of a listing: version alone */
	struct proof zone_proof;
	struct windows_zone zone; /* of the SYSTEM hive, with zone_proof.kind */
};

/* The package's record, made when there is none; NULL when memory is out. */
struct record *record_of(struct world *world, struct package *package);
/* Whether the source says anything. */
static inline bool record_has(const struct record *record, enum record_role role)
{
	return record && record->proofs[role].kind != FACT_NONE;
}

/* What the manifest in hand says of a package of world->scope. */
void record_manifest(struct world *world, const struct fact *fact);

/* The contents of an image, made when there are none; NULL when memory is out. */
struct contents *contents_of_image(struct world *world, struct image *image);
/* Those of a package's image; empty ones when nothing was read of it. */
const struct contents *contents_of_package(const struct package *package);

/* Puts what is said of `from` into `to`, or into the image: two images that are one. */
void record_join(struct world *world, struct record *to, const struct record *from);
void contents_join(struct world *world, struct image *image, const struct contents *from);

/* The hive that a place lies in; NULL. */
const struct hive_file *contents_hive(const struct contents *contents, const struct place *at);
/* The session's entry in SessionsPending; NULL. */
const struct proof *contents_pends(const struct contents *contents, struct session_id session);

fact_handler on_hive, on_hive_packages, on_hive_package, on_hive_owner, on_pending_package,
	on_pending_session, on_pending_mark, on_pending_operations, on_windows_version,
	on_time_zone, on_deployment, on_session_task, on_listing, on_listed_package, on_wim_image;

#endif
