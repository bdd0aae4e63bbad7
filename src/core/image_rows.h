/* The report's images, and what is to be noted about each as a whole. */
#ifndef CORE_IMAGE_ROWS_H
#define CORE_IMAGE_ROWS_H

#include "core/world.h"

/* --index chooses among images that have one. */
bool image_is_chosen(const struct world *world, const struct image *image);

/* When the update rows are made. */
void make_image_rows(struct world *world);

#endif
