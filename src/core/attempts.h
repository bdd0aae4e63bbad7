/*
 * Attempts to change packages, as DISM asks for them and as CBS carries them out; the
 * two are tied together where the log allows it.
 */
#ifndef CORE_ATTEMPTS_H
#define CORE_ATTEMPTS_H

#include "core/world.h"

/* DISM's side */
void attempt_asked(struct world *world, struct host *host, const struct fact *fact);
void attempt_begin(struct world *world, struct host *host, const struct fact *fact);
/* A package was opened for the command: the next of its files is its own. */
void attempt_package_opened(struct host *host, text_id package);
/* A file of the command could not be opened: an attempt of its own, failed. */
void attempt_file_failed(struct world *world, struct host *host, const struct fact *fact);
void attempt_error(struct world *world, struct host *host, const struct fact *fact);
void attempt_failing(struct world *world, struct host *host, const struct fact *fact);
/* The command or call that asked ended: so do its attempts. */
void attempts_end(struct world *world, struct host *host);
/* The log stopped inside the command. */
void attempts_cut(struct world *world, struct host *host);
/* A complete list of packages ended. */
void inventory_end(struct world *world, struct host *host);

/* CBS's side */
void cbs_restart(struct machine *machine);
bool cbs_failure(struct world *world, struct machine *machine, const struct fact *fact);
bool cbs_operation_error(struct world *world, struct machine *machine, const struct fact *fact);

fact_handler on_cbs_session_opened, on_cbs_session_finalized, on_operation_start, on_operation_step,
	on_operation_empty, on_operation_failed, on_operation_end, on_completion, on_failure_report,
	on_capability_result, on_plan, on_plan_skipped, on_cannot_remove, on_stack_required,
	on_applicability, on_applicability_pair, on_current_state, on_applicable_state,
	on_parent_tried, on_parent_found, on_parent_absent, on_higher_version, on_change_report,
	on_cleaned_up, on_stack_version, on_core_mode, on_offline_hive, on_startup_begin,
	on_startup_package, on_startup_end, on_startup_failed, on_original_failure;

void operations_end(struct world *world, struct machine *machine);

#endif
