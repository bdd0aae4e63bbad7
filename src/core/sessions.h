/*
 * DISM sessions: dism.exe runs and API host processes, found by PID, linked to their
 * image-side process and their image. Handlers of facts; fold.c calls them.
 */
#ifndef CORE_SESSIONS_H
#define CORE_SESSIONS_H

#include "core/world.h"

/* The open session a PID belongs to, on either side; NULL when none. */
struct host *host_of_pid(struct machine *machine, uint32_t pid);
/* The image that a session works on; the unknown one when nothing names it. */
struct image *host_image(struct world *world, struct host *host);
/* An online session of DISM that changes something now. */
struct host *host_changing_online(struct machine *machine);

fact_handler on_host_process, on_host_start, on_host_end, on_command_line, on_session_closed,
	on_session_closing, on_image_opened, on_session_loaded, on_image_process,
	on_provider_directory, on_image_mode, on_image_version, on_api_start, on_api_end,
	on_api_call, on_api_session, on_mount, on_mount_failed_or_ended, on_package_file,
	on_package_state, on_change_requested, on_restart_requested, on_operation_error,
	on_command_failed, on_failure;

/* The input ended: open sessions end as far as their last line. */
void sessions_end(struct world *world, struct machine *machine);

#endif
