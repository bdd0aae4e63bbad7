/*
 * The run: open the inputs, find their formats, parse, fold facts into rows, order them.
 * The one way into the core for every command.
 */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include "core/run_options.h"
#include "model/report.h"

/*
 * ST_OK: *ret_report is whole, its diagnostics tell what was lost. ST_NOMEM, ST_LIMIT:
 * nothing was concluded. Inputs that cannot be opened are diagnostics, not failures.
 * On ST_OK the caller releases the report.
 */
MUST_CHECK enum status run(const struct run_options *options, struct report *ret_report);
void report_release(struct report *report);

/* The readers of this build: name and one line, NULL-terminated by a NULL name. `option`: the
 * option that such a file is read through, and nothing else; NULL: any input may be one. */
struct reader_info {
	const char *name, *what, *option;
};
const struct reader_info *run_readers(void);

#endif
