/*
 * Images that are one: a mounted image of a log and the index of a WIM that was given, a hive
 * and a listing that a person named alike. What is known of each goes to the canonical one.
 */
#ifndef CORE_UNITE_H
#define CORE_UNITE_H

#include "core/world.h"

/* When images are named. Of one package in several of them the one with the later log
 * statement stands for all (shadowed_by), with what the documents say of any. */
void images_unite(struct world *world);

#endif
