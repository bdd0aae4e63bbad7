/* The table of handlers, and what every fact passes through. */
#include "core/fold.h"

#include "core/attempts.h"
#include "core/clock.h"
#include "core/images.h"
#include "core/manifests.h"
#include "core/maps.h"
#include "core/metadata.h"
#include "core/offers.h"
#include "core/records.h"
#include "core/sessions.h"
#include "core/site.h"
#include "core/statements.h"

static void on_clock(struct world *world, struct machine *machine, const struct fact *fact)
{
	(void)machine;
	clock_stated(world, fact);
}

static void on_session_opened(struct world *world, struct machine *machine, const struct fact *fact)
{
	clock_session(world, machine, fact);
	on_cbs_session_opened(world, machine, fact);
}

static fact_handler *const handlers[FACT_COUNT_] = {
	[FACT_HOST_PROCESS] = on_host_process,
	[FACT_HOST_START] = on_host_start,
	[FACT_HOST_END] = on_host_end,
	[FACT_COMMAND_LINE] = on_command_line,
	[FACT_SESSION_CLOSED] = on_session_closed,
	[FACT_SESSION_CLOSING] = on_session_closing,
	[FACT_IMAGE_OPENED] = on_image_opened,
	[FACT_SESSION_LOADED] = on_session_loaded,
	[FACT_IMAGE_PROCESS] = on_image_process,
	[FACT_PROVIDER_DIRECTORY] = on_provider_directory,
	[FACT_IMAGE_MODE] = on_image_mode,
	[FACT_IMAGE_VERSION] = on_image_version,
	[FACT_API_START] = on_api_start,
	[FACT_API_END] = on_api_end,
	[FACT_API_CALL] = on_api_call,
	[FACT_API_SESSION] = on_api_session,
	[FACT_MOUNT] = on_mount,
	[FACT_COMMIT] = on_mount_failed_or_ended,
	[FACT_UNMOUNT] = on_mount_failed_or_ended,
	[FACT_PACKAGE_FILE] = on_package_file,
	[FACT_PACKAGE_STATE] = on_package_state,
	[FACT_CHANGE_REQUESTED] = on_change_requested,
	[FACT_RESTART_REQUESTED] = on_restart_requested,
	[FACT_OPERATION_ERROR] = on_operation_error,
	[FACT_COMMAND_FAILED] = on_command_failed,
	[FACT_FAILURE] = on_failure,
	[FACT_CLOCK_UTC] = on_clock,
	[FACT_STACK_VERSION] = on_stack_version,
	[FACT_STACK_REQUIRED] = on_stack_required,
	[FACT_CORE_MODE] = on_core_mode,
	[FACT_OFFLINE_HIVE] = on_offline_hive,
	[FACT_SESSION_OPENED] = on_session_opened,
	[FACT_SESSION_FINALIZED] = on_cbs_session_finalized,
	[FACT_OPERATION_START] = on_operation_start,
	[FACT_OPERATION_STEP] = on_operation_step,
	[FACT_OPERATION_EMPTY] = on_operation_empty,
	[FACT_OPERATION_FAILED] = on_operation_failed,
	[FACT_OPERATION_END] = on_operation_end,
	[FACT_COMPLETION] = on_completion,
	[FACT_FAILURE_REPORT] = on_failure_report,
	[FACT_CAPABILITY_RESULT] = on_capability_result,
	[FACT_STARTUP_PACKAGE] = on_startup_package,
	[FACT_STARTUP_END] = on_startup_end,
	[FACT_STARTUP_FAILED] = on_startup_failed,
	[FACT_STARTUP_BEGIN] = on_startup_begin,
	[FACT_ORIGINAL_FAILURE] = on_original_failure,
	[FACT_APPLICABILITY] = on_applicability,
	[FACT_APPLICABILITY_PAIR] = on_applicability_pair,
	[FACT_CURRENT_STATE] = on_current_state,
	[FACT_APPLICABLE_STATE] = on_applicable_state,
	[FACT_PARENT_TRIED] = on_parent_tried,
	[FACT_PARENT_FOUND] = on_parent_found,
	[FACT_PARENT_ABSENT] = on_parent_absent,
	[FACT_HIGHER_VERSION] = on_higher_version,
	[FACT_PLAN] = on_plan,
	[FACT_PLAN_SKIPPED] = on_plan_skipped,
	[FACT_CANNOT_REMOVE] = on_cannot_remove,
	[FACT_CHANGE_REPORT] = on_change_report,
	[FACT_CLEANED_UP] = on_cleaned_up,
	/* ConfigMgr */
	[FACT_SITE_THREAD] = on_site_thread,
	[FACT_SITE_RUN] = on_site_run,
	[FACT_SITE_IMAGE] = on_site_image,
	[FACT_SITE_MOUNT] = on_site_mount,
	[FACT_SITE_VERSION] = on_site_version,
	[FACT_SITE_UPDATE] = on_site_update,
	[FACT_SITE_TOKEN] = on_site_token,
	[FACT_SITE_SKIPPED] = on_site_skipped,
	[FACT_SITE_APPLYING] = on_site_applying,
	[FACT_SITE_APPLIED] = on_site_applied,
	[FACT_SITE_CALL] = on_site_call,
	[FACT_SITE_FAILED] = on_site_failed,
	[FACT_SITE_UNMOUNT] = on_site_unmount,
	[FACT_SITE_ERROR] = on_site_error,
	[FACT_SITE_IMAGE_END] = on_site_image_end,
	[FACT_SITE_HISTORY] = on_site_history,
	[FACT_SITE_RUN_END] = on_site_run_end,
	[FACT_SITE_STATUS] = on_site_status,
	[FACT_SITE_NOTE] = on_site_known,
	[FACT_SITE_UNKNOWN] = on_site_unknown,
	/* What lies in images and package files: no machine is concerned. */
	[FACT_WIM_IMAGE] = on_wim_image,
	[FACT_MANIFEST] = on_manifest,
	[FACT_MANIFEST_PARENT] = on_manifest_parent,
	[FACT_MANIFEST_CHILD] = on_manifest_child,
	[FACT_SESSION_TASK] = on_session_task,
	[FACT_HIVE] = on_hive,
	[FACT_HIVE_PACKAGES] = on_hive_packages,
	[FACT_HIVE_PACKAGE] = on_hive_package,
	[FACT_HIVE_OWNER] = on_hive_owner,
	[FACT_PENDING_PACKAGE] = on_pending_package,
	[FACT_PENDING_SESSION] = on_pending_session,
	[FACT_PENDING_MARK] = on_pending_mark,
	[FACT_PENDING_OPERATIONS] = on_pending_operations,
	[FACT_WINDOWS_VERSION] = on_windows_version,
	[FACT_TIME_ZONE] = on_time_zone,
	[FACT_DEPLOYMENT] = on_deployment,
	[FACT_LISTING] = on_listing,
	[FACT_LISTED_PACKAGE] = on_listed_package,
	[FACT_UPDATE_METADATA] = on_update_metadata,
	[FACT_UPDATE_EVENT] = on_update_event,
	[FACT_PACKAGE_PROPERTIES] = on_package_properties,
	[FACT_MAP_UPDATE] = on_map_update,
	[FACT_MAP_IMAGE] = on_map_image,
};

void fold_fact(struct world *world, struct machine *machine, const struct fact *fact)
{
	fact_handler *handler = handlers[fact->kind];

	world->seq++;
	world->fact = fact;
	clock_watch(world, fact);
	clock_site(world, fact);
	if (handler)
		handler(world, machine, fact);
}

/* What was done in a mount that never ended stands, as far as is known. */
static void leave_mounts(struct world *world, const struct machine *machine)
{
	for (LIST_EACH(struct mount, mount, &world->mounts)) {
		if (mount->machine == machine && !mount->ended)
			mount_leave(world, mount);
	}
}

void fold_end(struct world *world, struct machine *machine)
{
	world->seq++;
	if (machine->startup)
		startup_conclude(world, machine);
	operations_end(world, machine);
	site_end(world, machine);
	sessions_end(world, machine);
	leave_mounts(world, machine);
	world->fact = NULL;
}
