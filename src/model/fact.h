/*
 * A fact: what one place in one input says, before anybody concludes anything.
 * Parsers make them, the core folds them, `facts` prints them. The kinds are fact.def,
 * the fields field.def. All slices borrow from the block that was read: they are valid
 * while the sink that was given the fact runs, no longer.
 */
#ifndef MODEL_FACT_H
#define MODEL_FACT_H

#include "base/civil.h"
#include "model/place.h"
#include "model/state.h"

enum fact_kind {
	FACT_NONE,
#define FACT(id, name, meaning) FACT_##id,
#include "model/fact.def"
#undef FACT
	FACT_COUNT_
};

enum log_level { LEVEL_NONE, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR, LEVEL_OTHER };

enum log_component {
	COMPONENT_NONE,
	COMPONENT_DISM,
	COMPONENT_CBS,
	COMPONENT_CSI,
	COMPONENT_WIMGAPI,
	COMPONENT_SITE, /* ConfigMgr's SMS_OFFLINE_SERVICING_MANAGER */
	COMPONENT_OTHER,
};

/* A CBS session id "A_B". Online: the two halves of a UTC FILETIME. Offline: the PID of
 * DismHost and a tick count. A of 2^24 and more is a FILETIME half. Both 0: none. */
struct session_id {
	uint32_t a, b;
};

#define SESSION_ONLINE_MIN (1u << 24)

enum fact_flag {
	FLAG_HAS_CODE = 1 << 0,  /* `code` was stated (it may be 0) */
	FLAG_HAS_INDEX = 1 << 1, /* `index` was stated */
	FLAG_RESTART = 1 << 2,   /* a restart is required */
	FLAG_ONLINE = 1 << 3,    /* /online, [ONLINE], the API's online image */
	FLAG_OFFLINE = 1 << 4,
	FLAG_READ_ONLY = 1 << 5,
	FLAG_COMMIT = 1 << 6,
	FLAG_DISCARD = 1 << 7,
	FLAG_QUERY = 1 << 8,   /* a command or call that changes nothing */
	FLAG_ADD = 1 << 9,     /* adds a package */
	FLAG_REMOVE = 1 << 10, /* removes a package */
	FLAG_ASYNCHRONOUS = 1 << 11,
	FLAG_BLOCK_START = 1 << 12, /* first fact of its record */
	FLAG_HAS_STAMP = 1 << 13,   /* the record has its own time stamp */
	FLAG_HIDDEN = 1 << 14,      /* not for people: Visibility 2, integrate hidden */
	FLAG_PERMANENT = 1 << 15,   /* cannot be removed */
	FLAG_STACK = 1 << 16,       /* selfUpdate: a servicing stack */
	FLAG_BASELINE = 1 << 17,    /* a checkpoint cumulative update */
	FLAG_COMPLETE = 1 << 18,    /* a listing with its closing line */
	FLAG_DIRTY = 1 << 19,       /* a hive that was not closed cleanly */
	FLAG_REPLAYED = 1 << 20,    /* its logs were applied */
	FLAG_RECALL = 1 << 21,      /* a message whose form no real log has confirmed yet */
	FLAG_REDACTED = 1 << 22,    /* an id or an index of it was made unreadable by a person */
	FLAG_BAD_NUMBER = 1 << 23,  /* a number of it does not fit its field, which is 0 */
	FLAG_GMTDATE = 1 << 24,     /* SITE_STATUS: `utc` is the message's GMTDATE, not a bias */
};

struct fact {
	enum fact_kind kind;
	enum log_level level;
	enum log_component component;
	uint32_t flags; /* enum fact_flag */
	struct place at;
	int64_t when;  /* the log's local clock, seconds; NO_TIME */
	int64_t utc;   /* the universal time stated, seconds; NO_TIME */
	int64_t begun; /* SESSION_TASK: when it started, local; NO_TIME */
	struct session_id session;
	uint32_t pid, tid; /* 0 when not stated */
	uint32_t index;    /* image index */
	uint32_t code;     /* HRESULT as unsigned; of ConfigMgr the number that it prints */
	uint32_t schedule; /* ConfigMgr's ScheduleID; 0 when not stated */
	uint32_t ci;       /* ConfigMgr's id of an update (CI_ID); 0 when not stated */
	uint32_t count;    /* of what the kind says */
	uint32_t worker;   /* SITE_THREAD: the thread that will do the work */
	uint32_t ordinal;  /* SITE_UPDATE: its number in the list; 0 when not stated */
	uint32_t binaries; /* SITE_UPDATE: how many it has; 0 when not stated */
	enum cbs_state current, original, start, applicable, target, limit;
	struct slice client, package, update, parent, identifier;
	struct slice verb, image, wim, path, name, version, function;
	struct slice description, edition, architecture; /* WIM_IMAGE */
	struct slice release, title, guid;
	const struct windows_zone *zone; /* TIME_ZONE only */
	struct slice words;              /* the record, as written (joined when it was wrapped) */
};

const char *fact_name(enum fact_kind kind);    /* "operation-start" */
const char *fact_meaning(enum fact_kind kind); /* one sentence */

/* Whether a session id is a FILETIME, and the UTC second it stands for. */
static inline bool session_is_online(struct session_id id)
{
	return id.a >= SESSION_ONLINE_MIN;
}

enum field_type { FIELD_TEXT, FIELD_NUMBER, FIELD_STATE, FIELD_CODE, FIELD_SESSION };

struct field {
	enum field_type type;
	const char *member; /* as patterns name it */
	const char *name;   /* as `facts` prints it */
	size_t offset;      /* into struct fact */
};

extern const struct field fields[];
extern const size_t field_count;

/* The field of that member name, or NULL. */
const struct field *field_find(const char *member);

/* Sets a field from the words that stood in the log; false when they do not fit it. */
bool field_set(struct fact *fact, const struct field *field, struct slice words);

#endif
