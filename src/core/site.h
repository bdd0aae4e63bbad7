/*
 * ConfigMgr's offline servicing: what OfflineServicingMgr.log tells, as runs of a schedule, each
 * a visit to one or more image packages, their indexes, and there update after update, binary
 * after binary.
 *
 *   run (thread) → visit (ImagePackageID) → index (mount) → update (CI_ID) → binary (file)
 *
 * Records of several threads interleave, so the open levels hang on the thread of a record. A line
 * of a higher level closes those below; a log that begins in mid-run opens levels without a
 * name, which later lines may give.
 *
 * What is kept for good: of each visit what its row of history needs (site_past.h), and of each
 * update of an index what the last run that touched it said. Everything else is used again, so
 * that years of nightly runs cost what their history costs.
 */
#ifndef CORE_SITE_H
#define CORE_SITE_H

#include "core/world.h"

/* The applicability of a binary: the words behind "Applicability State =". */
enum site_token {
	SITE_TOKEN_NONE,          /* not stated */
	SITE_TOKEN_OTHER,         /* a word that no table knows */
	SITE_TOKEN_NOT_REQUIRED,  /* NOT_REQUIRED, NOT_APPLICABLE */
	SITE_TOKEN_INSTALLED,     /* INSTALLED */
	SITE_TOKEN_APPLICABLE,    /* APPLICABLE */
	SITE_TOKEN_NOT_SUPPORTED, /* APPLICABILITY_CHECK_NOT_SUPPORTED */
	SITE_TOKEN_IN_UNCHECKED,  /* INSTALLED_APPLICABILITY_CHECK_NOT_SUPPORTED */
};

/* When a line was written: its own clock, and UTC where the line states it. */
struct site_time {
	struct place at;
	int64_t when, utc; /* NO_TIME */
	enum time_basis basis;
};

struct site_binary {
	text_id file, word; /* without its folder; the token as written; 0 */
	enum site_token token;
	bool token_is_recall, skip_is_recall;
	bool is_skipped;
	bool is_called, call_is_recall; /* InstallUpdate returned */
	bool is_queued;                 /* the call was given to it for its place in the order */
	uint32_t code;                  /* what it returned */
	uint32_t attempt;               /* of the update, that the call was made in */
	uint64_t call_seq;              /* world->seq of the call */
	struct proof token_proof, skip_proof, call_proof;
};

struct site_index;

/* A call that failed while an update was put in, and is not of one of its binaries. */
struct site_loose_call {
	bool is_set;
	bool is_install; /* InstallUpdate, and nobody can tell of which binary; else of any name */
	uint32_t code;
	struct proof proof;
};

/* What a run did to an update of an index. */
struct site_update {
	struct site_index *index;
	uint32_t ci;          /* CI_ID; 0: no line gave it */
	uint32_t kb;          /* of the first binary whose name has one; 0 */
	text_id file;         /* the first binary; names an update that has neither CI_ID nor KB */
	bool is_stated;       /* a line turned to it, and not those of its binaries alone */
	uint32_t expected;    /* binaries, as that line states; 0 */
	struct list binaries; /* struct site_binary */
	struct site_binary *binary; /* the one in hand; NULL */
	bool is_applying, is_applied, applied_is_recall;
	bool has_failed, failed_is_recall, failed_by_id;
	bool has_code;
	uint32_t code;          /* as printed with the failure */
	bool has_unread;        /* a message that no rule reads came while it was being applied */
	bool is_unclear;        /* calls that no binary could be given */
	bool has_loose_success; /* of those one went well */
	uint32_t attempt, failed_attempt; /* checks and beginnings; the one that failed */
	struct site_loose_call loose;
	bool is_over;      /* a line came that ends it; the log does not stop inside it */
	bool is_published; /* in world->site->updates, at `slot` */
	size_t slot;
	struct proof named, asked, applying, applied, failed;
	struct site_time applied_at, last;
	struct site_time was_applied; /* by an earlier run, committed, and found installed since */
	struct proof was_applied_proof;
	uint64_t seq;      /* world->seq of its last line */
	const void *owner; /* struct site_index; struct image once published */
	struct site_update *next_of_bucket;
	struct site_update *stands;            /* at the end: the later word on the same update */
	const struct site_update *said_before; /* at the end: an earlier one */
	struct update *update;                 /* at the end: the row that it is of */
};

/* How an index ended. */
enum site_end {
	SITE_END_OPEN,    /* the log ends first */
	SITE_END_ASSUMED, /* saved, for all that is known */
	SITE_END_SAVED,   /* a call says so */
	SITE_END_DISCARDED,
	SITE_END_SAVE_FAILED,
	SITE_END_UNCERTAIN, /* saved, and what came after failed */
	SITE_END_FAILED,    /* the image failed, and no save was seen */
};

struct site_visit;

/* An index while it is mounted. */
struct site_index {
	struct site_visit *visit;
	struct image *image; /* once closed */
	bool has_number;
	uint32_t number;
	struct mount *mount; /* DISM's work in the folder is this index's; NULL */
	bool is_unmounting, is_commit, is_discard, unmount_is_recall;
	bool is_followed;              /* a line came behind the unmount that is no error of it */
	bool has_error, is_saved;      /* of the unmount: a failure; a call that went well */
	bool is_left;                  /* another mount followed without its unmount */
	bool is_settled;               /* what DISM did in it is */
	enum site_end how;             /* once closed */
	struct list updates;           /* struct site_update, in the order of the log */
	struct site_update *update;    /* the one in hand; NULL */
	text_id version, architecture; /* of the image, as the site states them; 0 */
	struct proof numbered, unmount, error, call_error;
	struct site_time first, last;
	struct site_time saved; /* the unmount that committed */
	uint32_t users;         /* published updates */
};

/* A failure of a run on an image. */
struct site_failure {
	bool is_set, is_printed, has_code; /* printed: and not what a call returned */
	bool is_recall;                    /* no form that a real log has shown tells of it */
	uint32_t code;
	struct proof proof;
};

struct site_run;

/* A run's work on one image package. */
struct site_visit {
	struct site_run *run;
	uint32_t number;          /* order of appearance */
	text_id package, wim;     /* ImagePackageID, the path of its file; 0 */
	struct list indexes;      /* struct site_index, until it is closed */
	struct site_index *index; /* the one in hand; NULL */
	struct image *image;      /* at the end: any of its indexes */
	bool has_work, has_updates;
	bool is_turned_to; /* the log says that its work begins */
	bool is_dropped;   /* another visit of the run took its name */
	bool has_unnamed;  /* an update was tried that no line names: it has no row */
	bool has_save_error, save_error_is_seen; /* an unmount that commits failed */
	bool has_late_error;                     /* a copy failed behind the save */
	bool ended, end_is_recall;
	bool end_is_odd;   /* by a word that says neither */
	bool is_disproved; /* a recalled word calls it a success; a failure was seen */
	int32_t status;    /* enum run_status, once closed */
	/* The first update that failed: as its row is found. */
	struct image *failed_image;
	uint32_t failed_ci, failed_kb;
	text_id failed_file;
	struct site_failure failed_update, failure;
	struct proof named, end;
	struct site_time first, last;
	uint32_t users; /* indexes whose updates are published */
	bool is_kept;
};

enum site_run_end { SITE_RUN_OPEN, SITE_RUN_ENDED, SITE_RUN_SUCCEEDED, SITE_RUN_FAILED };

/* A schedule that is processed. */
struct site_run {
	struct machine *machine;
	uint32_t tid, stated_tid; /* of its records; as a status message states it */
	bool is_closed, is_on_thread;
	uint32_t schedule;        /* 0: no line gave it */
	bool is_anonymous;        /* its start is not in the log */
	bool is_overtaken;        /* another one began on its thread, and it had no end */
	struct list visits;       /* struct site_visit */
	struct site_visit *visit; /* the one in hand; NULL */
	struct site_time start;
	bool has_status;
	enum site_run_end how;
	bool end_is_recall;
	bool end_is_odd; /* by words that say neither */
	bool has_updates;
	uint64_t unread; /* messages that no rule reads */
	struct proof started, status, end, unread_first;
	struct proof opened;         /* the first line of a run that has neither */
	struct site_failure failure; /* of no image */
	struct site_time first, last;
};

struct site {
	struct list past;         /* struct site_past */
	struct list runs, visits; /* all that are in memory, used or spare */
	uint32_t visit_count;     /* that there have been */
	struct list threads;      /* struct site_run: the last one of each thread */
	struct list updates;      /* struct site_update, published */
	struct site_update **buckets;
	size_t bucket_count, keyed;
	struct list all_indexes, all_updates; /* to release their lists */
	struct list spare_runs, spare_visits, spare_indexes, spare_updates, spare_binaries;
};

/* What the site said of an update. */
struct site_verdict {
	int32_t status;            /* UpdateStatus 0 to 5 */
	bool has_code, is_printed; /* printed: the log reports the failure of the update itself */
	uint32_t code;
	enum certainty certainty;
	enum reason reason;
	text_id detail;                  /* words for people; 0 */
	bool is_new;                     /* this run put it in, and it stays in */
	bool was_tried;                  /* an installation was tried */
	const struct proof *failed;      /* the line that tells that it failed; NULL: it did not */
	bool is_failure_seen;            /* a form that real logs have shown tells of it */
	const struct proof *other;       /* the other side of a conflict */
	const struct site_time *applied; /* NULL: no time */
	const struct proof *applied_proof;
};

fact_handler on_site_thread, on_site_run, on_site_image, on_site_mount, on_site_version,
	on_site_known, on_site_update, on_site_token, on_site_skipped, on_site_applying,
	on_site_applied, on_site_call, on_site_failed, on_site_unmount, on_site_error,
	on_site_image_end, on_site_history, on_site_run_end, on_site_status, on_site_unknown;

/* The machine's logs ended: what is open stays so. */
void site_end(struct world *world, struct machine *machine);

/* The world's site, made when there is none; NULL when memory is out. */
struct site *site_of(struct world *world);
void site_release(struct world *world);

/* Installed, by either number. */
static inline bool site_is_in(int32_t status)
{
	return status == 2 || status == 5;
}

/* Whether what the index did not save is lost. */
static inline bool site_is_lost(enum site_end how)
{
	return how == SITE_END_DISCARDED || how == SITE_END_SAVE_FAILED || how == SITE_END_FAILED;
}

/* Put in by the site, or waits to be, if nothing else tells. */
static inline bool site_may_go_in(const struct site_binary *binary)
{
	return !binary->is_skipped &&
		(binary->token == SITE_TOKEN_APPLICABLE ||
			binary->token == SITE_TOKEN_NOT_SUPPORTED);
}

struct site_verdict site_verdict(const struct site_update *update);
enum site_token site_token_of(struct slice word);

/* Whether a code that a call returned tells of a failure. */
bool site_code_fails(uint32_t code);

/* Where a run begins, as far as the log has it. */
struct place site_run_place(const struct site_run *run);

/* UTC by the line's own word or by the best rule of the log's clock. */
struct moment site_moment(struct world *world, const struct site_time *time);

#endif
