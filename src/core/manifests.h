/*
 * Package manifests: what one says of its identity holds for every image (known.h); then it is
 * a record of the image that it lies in (records.h), or, in none, an offer (offers.h).
 */
#ifndef CORE_MANIFESTS_H
#define CORE_MANIFESTS_H

#include "core/world.h"

fact_handler on_manifest, on_manifest_parent, on_manifest_child;

#endif
