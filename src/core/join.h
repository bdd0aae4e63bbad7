/*
 * A WIM that a log mounted and a WIM that is an input may be one. They are joined when a
 * person says so (--join), or when their base names match and something inside corroborates
 * it: a package that the image dates into a run of the log. Else they stay two images, and a
 * diagnostic names the candidates.
 */
#ifndef CORE_JOIN_H
#define CORE_JOIN_H

#include "core/world.h"

/* Sets image->joined of images of logs; before images are named. */
void images_join(struct world *world);

#endif
