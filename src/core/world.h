/*
 * What the core knows while it folds facts: machines, images, mounts, DISM sessions,
 * CBS operations, packages, runs. One world a run of the program; its files each own
 * one kind of thing and share this header. Everything lives in the world's arena; lists
 * hold pointers.
 */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include "base/intern.h"
#include "core/chain.h"
#include "core/list.h"
#include "core/run_options.h"
#include "model/report.h"

/* What a piece of evidence tells about a package; also the order in which it is shown. */
enum proof_role {
	PROOF_STATE_FIRST, /* first statement of its state */
	PROOF_STATE,       /* last statement of its state */
	PROOF_APPLICABLE,  /* last statement of its applicability */
	PROOF_PLAN,        /* last plan */
	PROOF_HIGHER,      /* a newer version is there */
	PROOF_STACK,       /* a newer servicing stack is required */
	PROOF_FILE,        /* the package file that was named */
	PROOF_START,       /* start of the last attempt */
	PROOF_STEP,        /* last step of it */
	PROOF_ERROR,       /* the code that decides */
	PROOF_REPORT,      /* report of completion or failure */
	PROOF_END,         /* end of the last attempt */
	PROOF_CALL,        /* what the caller was told */
	PROOF_RESTART,     /* a restart was asked for */
	PROOF_APPLIED,     /* gives AppliedDateTime */
	PROOF_COMMIT,      /* the end of the mount */
	PROOF_INVENTORY,   /* a complete list that omits it */
	PROOF_OTHER_SIDE,  /* the other side of a conflict */
	PROOF_ROLE_COUNT_,
};

#define MAX_FILES   32
#define MAX_PARENTS 8
#define MAX_PARTS   24 /* child packages kept as evidence of their parent */

struct machine {
	uint32_t number;
	text_id label;          /* the display name of its first input */
	struct list hosts;      /* struct host, open ones first */
	struct list operations; /* struct operation, open ones */
	struct image *online;
	struct image *hive_image;       /* of the latest offline hive block */
	struct host *last_host;         /* the host that spoke last */
	uint32_t next_exe_pid;          /* PID of the dism.exe session that starts next */
	struct image *context;          /* whose lines those without a session or PID are */
	bool presumed_online;           /* until a session says otherwise */
	bool context_is_foreign;        /* a snapshot that is only looked at: not serviced */
	struct list ended;              /* struct operation, the latest ones that ended */
	struct package *last_evaluated; /* package of the last applicability line */
	struct package *stack_wanted;   /* package of the last line that wants a newer stack */
	bool in_startup;
	struct startup *startup;
	struct operation *ended_dism; /* the online DISM attempt that ended last */
};

enum image_kind {
	IMAGE_ONLINE,    /* the running system of a log */
	IMAGE_CONTAINER, /* a WIM that a log names, mounted */
	IMAGE_DIRECTORY, /* a directory that a log names */
	IMAGE_SITE,      /* an index of an image package that ConfigMgr services */
	IMAGE_UNKNOWN,
	IMAGE_ENTRY,    /* an index of a WIM that is an input */
	IMAGE_TREE,     /* a tree that is an input, or lies in one */
	IMAGE_DOCUMENT, /* a hive, a listing, a folder of manifests, alone */
};

struct image {
	enum image_kind kind;
	struct machine *machine;
	uint32_t number; /* order of appearance */
	uint32_t index;
	bool has_index;
	text_id container; /* WIM path as given; 0 */
	text_id directory; /* normalised directory; 0 */
	text_id directory_as_given;
	text_id site_id; /* ImagePackageID, as ConfigMgr's log or a path of its own says; 0 */
	uint32_t input;  /* first input that names it */
	bool has_rows;   /* servicing records speak of it */
	struct slice name, description, edition, architecture, version;
	bool version_is_approximate;
	struct proof origin;       /* what names it */
	struct contents *contents; /* what lies in it says of the whole (records.h); NULL */
	bool in_logs;              /* log statements speak of its packages */
	bool has_xml;              /* a WIM's XML describes it */
	bool is_listed;            /* an index that a saved list of images describes */
	bool is_list;              /* a document that holds such a list */
	struct proof stack;        /* newest servicing stack seen */
	text_id stack_version;
	bool restart_pending;
	const struct windows_zone *zone; /* of its SYSTEM hive; NULL */
	bool is_package;                 /* an index of a WIM that is a package, not a Windows */
	int64_t modified;                /* LASTMODIFICATIONTIME of the WIM's XML, UTC; NO_TIME */
	struct image *outer;     /* that it lies in: of a WIM in an image, an old Windows; NULL */
	text_id root;            /* of a tree on disk: its real path, that no report shows; 0 */
	struct image *joined;    /* at the end: the index of an input that this mounted image is */
	struct image *canonical; /* at the end: the image that rows are of */
	struct slice id;         /* ImagePackageID, at the end */
	bool id_is_derived;
	unsigned parts;                  /* of its path that a derived name takes */
	const struct bound_option *told; /* the option that names it; NULL */
	const struct map_image *mapped;  /* at the end: the row of --images that is of it; NULL */
	bool id_is_mapped;               /* its container found the row, which gives its id */
};

enum mount_end {
	MOUNT_OPEN,
	MOUNT_COMMITTED,
	MOUNT_DISCARDED,
	MOUNT_COMMIT_FAILED,
	MOUNT_COMMIT_UNKNOWN
};

struct mount {
	struct image *image;
	struct machine *machine;
	text_id directory; /* normalised */
	bool read_only, ended;
	bool has_record; /* the mount itself is in the log, or ConfigMgr's path says so */
	enum mount_end how;
	struct run *run;
	struct proof end;
	struct list packages; /* struct package changed since the last commit */
	bool is_shared;       /* ConfigMgr began it, and a session of DISM works on it */
};

enum run_status { RUN_RUNNING = 1, RUN_SUCCESS = 2, RUN_FAILED = 3 };

struct run {
	struct image *image;
	uint32_t number; /* order of appearance */
	struct proof start, end;
	bool has_change; /* something but queries happened */
	bool ended;
	bool failed, has_code;
	uint32_t code;
	struct proof error;
	struct package *failed_package; /* first update that failed and stayed so */
	struct list failures;           /* struct run_failure */
	enum reason reason;
	struct mount *mount;
	bool is_cut; /* the log stops inside its last operation */
};

#define HOST_PROOF_COUNT_ 8
#define MAX_SIDES         32

struct image_side {
	uint32_t pid;
	struct image *image;
	bool online;
};

/* A DISM session: a dism.exe run, or a host process of the API. */
struct host {
	struct machine *machine;
	bool is_api, is_open, is_implied; /* implied: its start is not in the inputs */
	bool wants_pid;
	uint32_t pid, image_pid;
	bool awaits_image_process;
	text_id session_directory;
	struct image *image;
	text_id directory;
	bool online, offline;
	uint32_t flags; /* of the command or call under way */
	text_id verb;
	uint32_t call_tid;
	bool has_command;
	text_id mount_file; /* a mount command's WIM, index, directory */
	text_id mount_directory;
	uint32_t mount_index;
	bool mount_has_index, mount_read_only;
	struct mount *mount; /* mounted in this session */
	bool is_change, failed, restart, closing, closed;
	bool commit_error, unmount_error;
	uint32_t commit_code, unmount_code;
	struct chain chain; /* of the command or call under way */
	/* packages */
	text_id files[MAX_FILES];      /* /PackagePath, PackagePath, in order */
	bool file_is_taken[MAX_FILES]; /* by a package that was opened, or could not be */
	unsigned file_count;
	text_id package_file;        /* of `package`; 0: none, or not certain */
	text_id package;             /* of the last state mapping */
	struct operation *operation; /* the attempt under way */
	struct list attempts;        /* struct operation of this command */
	bool had_attempt;            /* a package took the blame for a failure */
	bool is_cut;                 /* the log stops inside it */
	text_id directory_of_call;
	bool in_inventory;
	uint64_t inventory; /* its number; packages listed are marked with it */
	bool has_listed;
	struct {
		uint32_t id;
		struct image *image;
		bool online;
	} sessions[MAX_SIDES]; /* of the API */
	unsigned session_count;
	struct image_side sides[MAX_SIDES]; /* of the API: image processes and their images */
	unsigned side_count;
	struct list runs; /* struct run, one an image */
	bool left_traces; /* attempts point here */
	union {
		struct proof proofs[HOST_PROOF_COUNT_];
		struct {
			struct proof start, command, end;
			struct proof restart_proof;
			struct proof mount_error; /* of a save or an unmount */
			struct proof call_proof;  /* the caller was told that it failed */
			struct proof file_proof;
			struct proof inventory_proof;
		};
	};
};

enum operation_kind { OPERATION_OTHER, OPERATION_ADD, OPERATION_REMOVE };

/* An attempt to change packages: CBS's Exec: … lines, or DISM's Initiating Changes. */
struct operation {
	struct machine *machine;
	enum operation_kind kind;
	bool is_dism;
	struct session_id session;
	struct image *image;
	struct host *host;       /* the DISM session that caused it; NULL */
	struct operation *dism;  /* the DISM attempt that caused this CBS one */
	struct list caused;      /* of a DISM attempt: struct operation of CBS */
	struct package *package; /* the one it is about; NULL */
	struct list packages;    /* struct package touched */
	struct run *run;
	struct proof start, end;
	struct chain chain;
	bool ended, not_applicable, restart, reported, call_failed;
	bool is_startup;
	bool is_implied;              /* its start is not in the inputs */
	bool owns_run;                /* the run is this operation alone */
	bool could_not_open;          /* its file could not be opened */
	struct package *wanted_stack; /* the package whose file that was, when a line says so */
	bool begun;                   /* DISM initiated the change */
	bool reported_in;             /* a completion report says that the package is in */
	bool succeeded;               /* its end says so */
	bool is_empty;                /* nothing was planned, or nothing had to change */
	bool had_cbs;                 /* a DISM attempt with CBS operations of its own */
	uint32_t kb;                  /* of the package file */
	text_id file;
};

enum outcome {
	OUTCOME_NONE,
	OUTCOME_UNDER_WAY,
	OUTCOME_DONE,
	OUTCOME_NOT_APPLICABLE,
	OUTCOME_FAILED
};

/* The part of a package that a discarded mount takes back. */
struct package_state {
	enum cbs_state current, applicable;
	uint64_t current_seq, applicable_seq, attempt_seq, applied_seq;
	int trust; /* of `current` */
	enum reason current_reason;
	enum outcome outcome;
	bool is_remove, is_inferred, has_applied, restart, superseded;
	uint32_t code;
	bool has_code;
	enum reason reason;
	int64_t applied; /* local seconds */
};

/* Parents that were looked for and are not there. */
struct absent_parents {
	text_id ids[MAX_PARENTS];
	struct proof proofs[MAX_PARENTS];
};

struct package {
	struct image *image;
	text_id identity;
	uint32_t number;
	uint32_t kb;                /* resolved at the end */
	struct slice identity_text; /* at the end: for sorting */
	uint32_t sort_rank;
	text_id family;
	struct update *update; /* at the end: the update that it is of; NULL */
	struct package *child_of;
	struct package *next_of_family;   /* at the end */
	struct record *record;            /* what lies in the image says of it (records.h); NULL */
	struct package_state now, before; /* before: the state at the mount */
	struct mount *mount;              /* that `before` belongs to */
	enum reason mount_reason;
	bool mount_inferred;
	bool was_inferred; /* the state that a discard brought back rests on an inference */
	bool asked;        /* an install was asked for */
	bool was_in;       /* it was in at some time */
	bool conflict;
	struct package *shadowed_by; /* the same in an image that is one with this: it stands */
	struct run *run;             /* of the last attempt */
	text_id release_type;        /* as CBS states it; 0 */
	text_id stack_needed, stack_there, higher;
	/* Kept apart, since most packages of an image are in no log. */
	const struct proof *proofs;     /* PROOF_ROLE_COUNT_ of them, never NULL */
	struct proof *own_proofs;       /* the same, once there is one: package_proof() */
	struct absent_parents *parents; /* NULL without parent_count */
	struct proof *parts;            /* NULL without part_count */
	unsigned parent_count, part_count;
	uint64_t inventory;           /* number of the last list that names it */
	uint64_t statements;          /* all that spoke of it */
	bool call_failed, call_ended; /* how the asking call ended */
};

struct run_failure {
	struct package *package; /* NULL: no package */
	bool has_code;
	uint32_t code;
	struct proof proof;
};

struct startup {
	struct machine *machine;
	struct proof begin, end, failure;
	struct list packages;   /* struct package completed */
	struct package *parent; /* whose completion was reported */
	bool failed, has_code;
	uint32_t code;
};

/* A parent search in progress: the lines before an applicability line. */
struct parent_search {
	text_id package;
	text_id parents[MAX_PARENTS];
	struct proof proofs[MAX_PARENTS];
	unsigned count;
	bool absent;
};

struct anchors;  /* clock.h */
struct update;   /* updates.h */
struct record;   /* records.h */
struct contents; /* records.h */
struct known;    /* known.h */
struct metadata; /* metadata.h */
struct offers;   /* offers.h */
struct site;     /* site.h */
struct maps;     /* maps.h */
struct map_image;

/* A container's KB: "Windows10.0-KB5031455-x64.cab" and the packages that came of it. */
struct container_kb {
	uint32_t kb;
	text_id file;
	struct list packages;
};

#define RECENT_PACKAGES 64 /* a power of two */
#define KNOWN_PAGE      1024
#define KNOWN_PAGES     4096

struct world {
	const struct run_options *options;
	struct report *report;
	const struct inputs *inputs; /* paths as opened (inputs.h) */
	struct arena arena;
	struct interner texts;      /* exact */
	struct interner identities; /* package identities, without letter case */
	struct list machines, images, mounts, runs, packages, container_kbs;
	struct list hosts, operations, startups; /* all of them, to release their lists */
	struct package **package_slots;          /* hash of (image, identity) */
	uint32_t slot_cap;
	struct package *recent[RECENT_PACKAGES]; /* lines about one package come together */
	struct parent_search search;
	struct anchors *anchors; /* one set an input, then one a log inside an input */
	size_t anchor_count;
	struct image **scope_slots; /* hash of images that inputs hold (scopes.c) */
	size_t scope_cap, scope_count;
	struct image **member_images; /* the image that each member lies in; NULL */
	uint32_t *member_anchors;     /* of members that are logs; else 0 */
	size_t member_cap, member_anchor_count;
	struct package **newest;   /* by family, at the end: the newest generation that is in */
	struct package **families; /* by family, at the end: the first of its packages */
	size_t family_count;       /* of both tables */
	struct known **known_pages[KNOWN_PAGES]; /* by identity (known.h) */
	struct metadata *metadata;               /* what Windows Update says (metadata.h) */
	struct offers *offers;                   /* manifests that lie in no image (offers.h) */
	struct site *site;                       /* what ConfigMgr's own log tells (site.h) */
	struct maps *maps;                       /* --updates, --images (maps.h); NULL */
	uint32_t *kbs;                           /* by identity, at the end; 0: none */
	struct proof lost_proof;                 /* written when memory is out */
	uint64_t inventories;                    /* lists of packages begun */
	struct list spare_hosts;                 /* struct host whose memory can be used again */
	struct list spare_mounts;                /* struct mount, the same */
	uint64_t seq;                            /* number of the fact in hand */
	const struct fact *fact;                 /* the fact in hand */
	bool has_unchosen;   /* an index of a WIM was left out: nobody asked for it */
	struct image *scope; /* the image that the document in hand lies in; NULL: none */
	enum status status;  /* sticky */
};

/* What a fact changes: one for each kind (fold.c). `machine` is NULL for facts of documents. */
typedef void fact_handler(struct world *world, struct machine *machine, const struct fact *fact);

#define MAX_WORLD_MEMORY ((size_t)1 << 30)

/* An empty world that fills `report`; the report has its arena and its diagnostics after this. */
void world_init(struct world *world, const struct run_options *options, struct report *report);
void world_release(struct world *world); /* the report stays */

void *world_alloc(struct world *world, size_t size); /* NULL and status on failure */
text_id world_text(struct world *world, struct slice text);
struct slice world_text_of(const struct world *world, text_id id);
/* Text for the report: valid UTF-8, kept in the report's arena. */
struct slice clean_text(struct world *world, struct slice text);

#endif
