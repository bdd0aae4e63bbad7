/*
 * A case: a folder fixtures/<group>/<case>/ with inputs, options and what they must give.
 * Its inputs are copied to a folder of their own, named like the case, and read from
 * there by relative paths: no machine path and no file of the runner gets into a report.
 */
#ifndef GOLDEN_CASE_H
#define GOLDEN_CASE_H

#include "files.h"
#include "options.h"

struct test_case {
	char *name;          /* "dism-log/not-applicable" */
	char *folder;        /* in fixtures, absolute */
	char *work;          /* the copy of the inputs, absolute */
	struct names inputs; /* relative to `work` */
	struct names words;  /* options and their values, from the file args */
};

/* `scratch` is a folder for the copies. */
void case_load(const char *fixtures, const char *group, const char *base, const char *scratch,
	struct test_case *ret_case);
void case_release(struct test_case *test);

struct case_run {
	struct settings settings;
	struct report report;
	struct names words; /* the command line, which the settings borrow from */
	struct bytes facts; /* as `dismal facts` prints them; only when asked for */
};

/* How to run a case; zeroed is the plain way. */
struct way {
	const char *folder; /* in place of the case's own copy; NULL: that */
	const char *input;  /* in place of the case's inputs; NULL: those */
	unsigned jobs;      /* 0: 1 */
	bool reversed;      /* inputs in reverse order */
	bool want_facts;
};

/* Fails the cmocka test when the options are wrong or the run gives no report. */
void case_run(const struct test_case *test, struct way way, struct case_run *ret_run);
void case_run_release(struct case_run *run);

/* What an emitter prints of the report. The caller frees the bytes. */
struct bytes case_emit(const struct case_run *run, const char *format, unsigned width);

#endif
