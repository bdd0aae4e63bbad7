/* Rows: the report's four classes, its images, its order. */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include "core/world.h"

/* Concludes: fills the report's rows and images from the world. */
MUST_CHECK enum status rows_make(struct world *world);

#endif
