/* Rows of runs: ServicingProgress and ImageUpdateHistory. */
#ifndef CORE_RUN_ROWS_H
#define CORE_RUN_ROWS_H

#include "core/world.h"

void make_run_rows(struct world *world);

#endif
