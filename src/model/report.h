/*
 * What a run gives: inputs read, images found, rows, diagnostics. Emitters print it
 * and add nothing. Everything lives in the report's arena; all text is UTF-8.
 */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "model/diagnostic.h"
#include "model/row.h"

struct report_input {
	struct slice path;   /* as shown: shortest distinct end of the path as given */
	struct slice sha256; /* lower-case hex; empty when this build does not hash */
	uint64_t bytes;      /* of the stored file */
	const char *format;  /* "dism-log"; "" when not recognised */
	bool in_stream;      /* offsets count bytes of the decompressed stream */
	bool is_map;         /* given through --updates or --images: it tells of no image */
	uint64_t records;    /* log records or documents read */
	uint64_t facts;
	uint64_t unrecognized; /* bytes that no rule could read as a record */
	uint64_t damaged;      /* bytes skipped as damage */
};

/*
 * A file inside an input: of an image of a WIM, of an archive, of a tree. `path` is what
 * follows the input's path in a place: ":3/Windows/Logs/CBS/CBS.log" of install.wim,
 * "/update.mum" of a cabinet, "/Windows/System32/config/SOFTWARE" of a tree.
 */
struct report_member {
	struct slice path;
	bool in_stream; /* offsets count bytes of what was decompressed out of the input */
};

struct report_image {
	struct slice package_id; /* ImagePackageID */
	bool id_is_derived;
	uint32_t index;
	struct slice name, description, edition, architecture, version; /* may be empty */
	bool version_is_approximate;                                    /* from the WIM's XML */
	struct slice servicing_stack; /* newest seen loaded; may be empty */
	const char *pending;          /* "none", "restart"; "" when not known */
	struct slice container;       /* WIM path, directory; may be empty */
	struct slice product;         /* ProductName; may be empty */
	struct slice
		sources; /* what was read of it: "hive, sessions, manifests, logs", "wim-xml" */
};

/*
 * An update as a package file offers it: the top-level manifest of a .cab, .msu or .mum that
 * lies in no image. It makes no rows.
 */
struct report_package {
	struct place at;        /* its manifest */
	struct slice container; /* the file that holds it: "KB5058411.msu/KB5058411-x64.cab" */
	struct slice identity;
	uint32_t kb; /* 0: none */
	struct slice title, release;
	struct slice stack;    /* the oldest servicing stack that takes it, as stated: 6.0.0.0 is
				  any; empty: not stated */
	struct slice *parents; /* identities: one of them must be in the image */
	size_t parent_count;
	struct slice guid, severity; /* from Windows Update metadata; may be empty */
	struct slice restart;        /* "possible", "required"; may be empty */
};

struct report {
	struct arena arena;
	struct report_input *inputs;
	size_t input_count;
	struct report_member *members; /* [0] is empty: no member */
	size_t member_count;
	struct report_image *images;
	size_t image_count;
	struct report_package *packages; /* by container, then identity */
	size_t package_count;
	struct row *rows[ROW_CLASS_COUNT_]; /* sorted by row_compare */
	size_t row_count[ROW_CLASS_COUNT_];
	struct diagnostics diagnostics;
	bool was_read;  /* at least one input was read */
	uint64_t facts; /* all of them */
};

/* The path of an input as shown; empty for NO_INPUT. */
struct slice report_input_path(const struct report *report, uint32_t input);
/* What follows the input's path in a place; empty for the input itself. */
struct slice report_member_path(const struct report *report, struct place at);
/* Whether two places lie in one file: the same input, and the same member of it or none. */
bool report_same_file(const struct report *report, struct place a, struct place b);
/* Whether the offset of a place counts bytes of something decompressed. */
bool report_in_stream(const struct report *report, struct place at);

/*
 * A place as every output writes it, in pieces that make one text when they are joined:
 * "install.wim", ":3/Windows/Logs/CBS/CBS.log", ":812". A place without an input is empty,
 * one without a member or a line lacks that piece. The last piece points into `line`: the
 * struct is not to be copied.
 */
#define PLACE_PIECES 3
struct place_text {
	struct slice pieces[PLACE_PIECES];
	char line[24];
};
void report_place(const struct report *report, struct place at, struct place_text *ret_text);

#endif
