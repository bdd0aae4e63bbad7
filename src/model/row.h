/*
 * Rows: conclusions in the exact shapes of ConfigMgr's WMI classes, each with this
 * program's own block beside it. The columns are row.def; an emitter loops over
 * row_columns(class) and never names a property.
 */
#ifndef MODEL_ROW_H
#define MODEL_ROW_H

#include "base/civil.h"
#include "model/fact.h"

enum row_class {
#define ROW_CLASS(id, name, option) ROW_##id,
#include "model/row.def"
	ROW_CLASS_COUNT_
};

enum value_type { VALUE_INTEGER, VALUE_TEXT, VALUE_TIME };

struct row_column {
	const char *name;
	enum value_type type;
	bool is_key;
};

#define MAX_ROW_COLUMNS 7

/* Which rule gave a time its offset. */
enum time_basis {
	TIME_NONE,        /* no time */
	TIME_LOCAL,       /* no offset found: the log's local clock, printed without a zone mark */
	TIME_UNIVERSAL,   /* "Universal Time is:" */
	TIME_CSI,         /* the UTC stamp of a CSI record */
	TIME_SESSION_ID,  /* the FILETIME of an online CBS session id */
	TIME_ZONE,        /* --timezone */
	TIME_HIVE,        /* a FILETIME of the SOFTWARE hive: UTC */
	TIME_IMAGE_ZONE,  /* the zone of the image's SYSTEM hive */
	TIME_LISTING,     /* a saved listing: local time of whoever made it */
	TIME_LISTING_UTC, /* an export of one, which states UTC */
	TIME_STATMSG,     /* GMTDATE of a ConfigMgr status message */
	TIME_BIAS,        /* the bias that a ConfigMgr record states */
};

struct moment {
	int64_t seconds; /* UTC, local for TIME_LOCAL and TIME_LISTING; NO_TIME for TIME_NONE */
	enum time_basis basis;
};

/* A property's value; `is_null` prints as null whatever the type. */
struct row_value {
	bool is_null;
	int32_t integer;
	struct slice text; /* UTF-8 */
	struct moment when;
};

enum certainty { CERTAINTY_SEEN, CERTAINTY_INFERRED, CERTAINTY_CONFLICT };
enum id_from { ID_FROM_NONE, ID_FROM_CI, ID_FROM_MAP, ID_FROM_KB, ID_FROM_IDENTITY };

enum reason {
	REASON_NONE,
#define REASON(id, code, sentence, arises) REASON_##id,
#include "model/reason.def"
#undef REASON
	REASON_COUNT_
};

struct row_package {
	struct slice identity;
	const char *state; /* servicing state word; "" when not known */
};

/* Whether a run of ConfigMgr told all that it did to updates. */
enum update_list {
	UPDATE_LIST_NONE,       /* not said: no run of ConfigMgr */
	UPDATE_LIST_COMPLETE,   /* it ended, and each of its messages was read */
	UPDATE_LIST_INCOMPLETE, /* messages that nothing reads, no update line, or no end */
};

/* One file of an update, as ConfigMgr went through it. */
struct row_binary {
	struct slice file;  /* name, without its folder */
	struct slice token; /* "APPLICABILITY_CHECK_NOT_SUPPORTED"; may be empty */
	bool has_code;
	uint32_t code; /* of its installation, as printed */
};

/* Which properties a piece of evidence supports: bit i = column i of the row's class. */
struct evidence {
	uint32_t supports;
	struct place at;
	enum fact_kind kind;
	struct slice words; /* UTF-8, at most MAX_EVIDENCE_WORDS bytes */
};

#define MAX_EVIDENCE       64
#define MAX_EVIDENCE_WORDS 1024

/* Our own block. Everything is borrowed from the report's arena. */
struct row_own {
	uint32_t kb; /* 0: none */
	enum id_from id_from;
	struct row_package *packages;
	size_t package_count;
	const char *state; /* servicing state word, "" when none */
	enum certainty certainty;
	enum reason reason;
	struct slice reason_detail;   /* for people: the parents, the versions; may be empty */
	bool was_asked;               /* an install of it was asked for; for people's outputs */
	bool id_is_ambiguous;         /* several CI_IDs fit: UpdateID is the KB number */
	enum update_list update_list; /* of progress and history rows */
	uint64_t unread_messages;     /* why such a list is incomplete; 0: for another reason */
	struct row_binary *binaries;  /* files of a ConfigMgr update, in the order of the log */
	size_t binary_count;
	enum time_basis time_basis;
	struct evidence *evidence;
	size_t evidence_count;
	uint64_t evidence_omitted;
};

struct row {
	enum row_class row_class;
	struct row_value values[MAX_ROW_COLUMNS];
	struct row_own own;
};

const char *row_class_name(enum row_class row_class);   /* "SMS_ImageUpdateStatus" */
const char *row_class_option(enum row_class row_class); /* "status" */
/* The columns in order; *ret_count of them. */
const struct row_column *row_columns(enum row_class row_class, size_t *ret_count);

const char *reason_code(enum reason reason);     /* "parent-absent"; "" for NONE */
const char *reason_sentence(enum reason reason); /* for people; "" for NONE */
const char *reason_arises(enum reason reason);   /* when the core gives it; "" for NONE */
enum reason reason_find(struct slice code);      /* REASON_NONE: no such code */
const char *certainty_word(enum certainty certainty);
const char *time_basis_word(enum time_basis basis); /* "local", "csi"; "" for NONE */
const char *id_from_word(enum id_from from);        /* "ci" "map" "kb" "identity"; "" */

/* UpdateStatus 0 to 5 in words: "Unknown", "Not Required", "Installed", … */
const char *update_status_word(int32_t status);
/* ServicingProgress Status 1 to 3: "Running", "Success", "Failed". */
const char *run_status_word(int32_t status);

/* The value of a column by its name; NULL when the class has no such column. */
const struct row_value *row_value_of(const struct row *row, const char *column);

/* "2024-08-30T20:55:06Z"; without Z for TIME_LOCAL and TIME_LISTING; "" for TIME_NONE. */
#define MOMENT_TEXT (CIVIL_TEXT + 1)
void moment_print(struct moment when, char ret_text[MOMENT_TEXT]);

/* By the class's keys, then by the other columns: total order. Null comes first. */
int row_compare(const struct row *a, const struct row *b);

#endif
