/*
 * A world without inputs: tests fold facts of documents and of a log by hand and look at the
 * rows. Each test is folded twice, its documents forwards and backwards: the order in which
 * they come must not matter.
 */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

#include "core/run.h"
#include "core/world.h"

#define MAX_DOCUMENTS 24
#define MAX_DOCUMENT  40 /* facts of one document */
#define MAX_LOGGED    160
#define MAX_MACHINES  3
#define MAX_SCOPES    4

/* Where a document lies. */
#define NOWHERE (-1) /* in no image: a package file */

/* The fields of a fact that matter: times of 0 are none. */
#define FACT_OF(id, ...) ((struct fact){ .kind = FACT_##id, __VA_ARGS__ })
#define TEXT(literal)    SLICE(literal)

struct bench_document {
	int scope;
	const char *path; /* of the member: "/Windows/servicing/Sessions/Sessions.xml" */
	struct fact facts[MAX_DOCUMENT];
	size_t count;
};

struct bench {
	struct run_options options;
	struct report report;
	struct bench_document documents[MAX_DOCUMENTS];
	size_t document_count;
	struct fact logged[MAX_LOGGED]; /* of the CBS.log inside image 0, or of hosts */
	int logged_by[MAX_LOGGED];      /* their machines */
	size_t logged_count;
	int machine;                  /* whose log the next facts are of: 0, or another host */
	int64_t modified[MAX_SCOPES]; /* LASTMODIFICATIONTIME of an index; 0: none */
	const char *names[MAX_SCOPES];
	uint32_t indexes[MAX_SCOPES]; /* 0: no index, a document of its own */
	bool is_host_log;             /* the log is of a host, and not of image 0 */
	char *dump[2];                /* of both orders */
};

/* An empty bench: image 0 is a document "SOFTWARE". */
void bench_init(struct bench *bench);
/* All images have this ImagePackageID: those with one index are one. */
void bench_name(struct bench *bench, const char *id);
void bench_release(struct bench *bench);

/* A new document; the facts that follow are of it. */
void bench_document(struct bench *bench, int scope, const char *path);
void bench_fact(struct bench *bench, struct fact fact);
/* A fact of the log inside image 0, or of the machine; its line follows the one before. */
void bench_log(struct bench *bench, struct fact fact);

/* Folds all, forwards and backwards; fails the test when the two differ. */
void bench_run(struct bench *bench);
/* Forwards alone: evidence may lie in either of two copies. */
void bench_run_alone(struct bench *bench);

/*
 * The status row of an image (-1: of any) and an update, "KB5000001" or the beginning of the
 * identity of its first package, as words: "2 0 Installed seen - 2025-06-11T08:14:09Z hive",
 * "3 0x800f0922 Staged inferred parent-present -": UpdateStatus, UpdateInstallationStatus,
 * State, Certainty, Reason, AppliedDateTime, TimeBasis. "no row" when there is none.
 */
const char *bench_row(struct bench *bench, int scope, const char *update);
const struct row *bench_row_of(struct bench *bench, int scope, const char *update);
const struct report_image *bench_image(struct bench *bench, int scope);
size_t bench_diagnostics(const struct bench *bench, enum diagnostic_code code);
/* Whether the row's evidence has words, and the properties that they support by name. */
bool bench_cites(const struct row *row, const char *words, const char *property);

#define assert_row(bench, scope, update, expected)                                                 \
	assert_string_equal(bench_row(bench, scope, update), expected)

#endif
