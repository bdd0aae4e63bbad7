/* Evidence of rows: proofs chosen, put in order, cleaned for people. */
#ifndef CORE_EVIDENCE_H
#define CORE_EVIDENCE_H

#include "core/site_past.h"
#include "core/updates.h"
#include "core/verdict.h"

/* Of a status row: first, last, deciding and conflicting statements of its packages. */
void evidence_of_update(struct world *world, const struct update *update, struct row *row);
/* Of a view row: that of its status row, under this class's columns, and what names the image. */
void evidence_of_view(
	struct world *world, const struct image *image, const struct row *status, struct row *row);
/* Of a progress or history row. */
void evidence_of_run(struct world *world, const struct run *run, struct row *row);
/* The same of a run of ConfigMgr on an image package, with what is DISM's of it. */
void evidence_of_past(struct world *world, const struct site_past *past, struct row *row);

#endif
