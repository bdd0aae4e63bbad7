/*
 * How a format is read. A parser states facts and never concludes; it keeps no state
 * between calls, so that blocks of one log can be read by several threads.
 * Documents (PARSER_WHOLE, _STREAM, _FILE) have places of their own: offsets count bytes of
 * the document from 0, lines from 1, 0 where there are none.
 *
 * A new format is one file parsers/<ident>.c that defines `const struct parser
 * parser_<ident>` and one row in parsers.def.
 */
#ifndef PARSERS_PARSER_H
#define PARSERS_PARSER_H

#include "model/diagnostic.h"
#include "model/fact.h"

/* A diagnostic in the making: its line and offset count from the start of the block. */
struct parse_note {
	enum diagnostic_code code;
	uint64_t line, offset;
	struct slice detail; /* in the result's scratch */
};

/*
 * What reading one block gave. Facts borrow from the block's bytes and from `scratch`.
 * Lines and offsets of facts and notes count from the start of the block (line 1,
 * offset 0); who knows where the block stood adds that.
 */
struct parse_result {
	struct fact *facts;
	size_t fact_count, fact_cap;
	struct parse_note *notes;
	size_t note_count, note_cap;
	struct arena scratch;
	uint64_t lines;        /* line ends passed */
	uint64_t records;      /* log records or documents */
	uint64_t unrecognized; /* bytes that are no record */
	uint64_t damaged;      /* bytes skipped: NUL runs, what is beyond a limit */
	int64_t first, last;   /* first and last time stamp; NO_TIME */
	uint64_t steps_back;   /* stamps earlier than the one before */
	bool want_unknown;     /* set by the caller: give messages that no rule read as
				  FACT_NONE facts, their words the message */
	struct slice name;     /* set by the caller: path of the document, for formats that keep
				  meaning in names; may be empty */
	uint32_t traits;       /* set by the caller: what parser.look found, 0 without one */
	const struct parser *read_as; /* set by a parser that found another format than its bid */
	/* Set by the caller, for PARSER_STREAM always: takes the facts and notes so far. NULL: they
	 * stay until the end. */
	void (*flush)(void *flush_self, struct parse_result *result);
	void *flush_self;
	enum status status; /* sticky: ST_NOMEM, ST_LIMIT */
};

#define MAX_PARSE_SCRATCH ((size_t)64 << 20)

void parse_result_init(struct parse_result *result);
void parse_result_reset(struct parse_result *result); /* empty again, memory kept */
void parse_result_release(struct parse_result *result);
/* A zeroed fact at the end of the list; NULL when memory is out (status tells). */
struct fact *parse_result_add(struct parse_result *result, enum fact_kind kind);
void parse_result_note(struct parse_result *result, enum diagnostic_code code, uint64_t line,
	uint64_t offset, struct slice detail);

/* Hands the facts and notes so far to the caller and empties the lists and the scratch; the
 * counters stay. Between two records of a PARSER_STREAM, or of a PARSER_WHOLE that sees a `flush`
 * and keeps nothing of its own in the scratch. Facts and notes handed over have
 * final places. */
void parse_result_flush(struct parse_result *result);

enum parser_shape {
	PARSER_LINES,  /* text in lines, read block by block, decoded to UTF-8 beforehand */
	PARSER_WHOLE,  /* a document of at most MAX_WHOLE bytes, given whole, as it is */
	PARSER_STREAM, /* a document of any size, read piece by piece */
	PARSER_FILE,   /* a document that its library opens by a path */
};

#define MAX_WHOLE ((size_t)64 << 20)

/* The bytes of a PARSER_STREAM document: up to `size` of them; 0 at the end. Errors of the
 * stream are the caller's to report. */
struct byte_reader {
	size_t (*read)(void *self, char *bytes, size_t size);
	void *self;
};

/* A PARSER_FILE document. Paths open for reading ("/proc/self/fd/7" is one); logs: the
 * transaction logs beside a registry hive, NULL when there are none. */
struct document_file {
	const char *path;
	bool is_ours; /* a temporary file of this run, which nobody else cuts off: it may be mapped
		       */
	const char *logs[2]; /* .LOG1, .LOG2 */
};

struct parser {
	const char *name;       /* "cbs-log" */
	const char *what;       /* one line for `dismal formats` */
	const char *looked_for; /* for "not recognised": what the bid looks for */
	const char *option;     /* "--updates": read through that option alone, never by content
				   nor with --as; NULL: an input like others */
	enum parser_shape shape;
	bool is_of_image; /* such a document, alone, tells of an image: a hive, a listing */
	/* How many bits of evidence the first bytes give; 0: none. Stateless, no I/O. */
	unsigned (*bid)(struct slice head);
	/* A bid that costs much: never more than this, so that after a higher one it need not be
	 * asked; 0: always ask. */
	unsigned most;
	/* What the first bytes (decoded) tell of the whole file and blocks need to know, as bits of
	 * the parser's own: the order of day and month. NULL: nothing. For PARSER_LINES. */
	uint32_t (*look)(struct slice head);
	/* Where a block may end so that no record is cut, for PARSER_LINES: the number of
	 * bytes before the last record, 0 when there is no such place. */
	size_t (*cut)(struct slice bytes);
	void (*read)(struct slice bytes, struct parse_result *result);
	void (*read_stream)(const struct byte_reader *bytes, struct parse_result *result);
	void (*read_file)(const struct document_file *file, struct parse_result *result);
};

#define PARSER(ident, name, what) extern const struct parser parser_##ident;
#include "parsers/parsers.def"
#undef PARSER

/* All parsers in order, NULL-terminated. */
const struct parser *const *parser_all(void);
/* The parser of that name, NULL when there is none. */
const struct parser *parser_find(struct slice name);
/* The best bid for these first bytes, NULL when nobody bids. */
const struct parser *parser_detect(struct slice head);

/* Compiles the rule tables; call once before threads start. ST_NOMEM, or ST_FORMAT for a
 * fault in a table (our bug). */
MUST_CHECK enum status parsers_init(void);
void parsers_release(void);

#endif
