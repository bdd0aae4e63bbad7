/*
 * What Windows Update says of updates: the metadata in a stand-alone package's WSUSSCAN.cab,
 * and the titles in ReportingEvents.log. Pieces of one update (its core, extended and
 * localized files) are put together by revision and by UpdateID.
 */
#ifndef CORE_METADATA_H
#define CORE_METADATA_H

#include "core/world.h"

/* One update, put together. */
struct metadata_update {
	uint32_t kb;                        /* 0: not stated */
	struct slice title, guid, severity; /* may be empty */
	const struct proof *title_proof;    /* NULL without a title */
};

/* Puts the pieces together, when all facts are in. */
void metadata_join(struct world *world);

/*
 * What is said of an identity and of its KB (0: none known). Title and UpdateID are those of the
 * update that an administrator approves: the bundle around the one whose applicability names
 * the identity (which calls itself "Binary 0"), else that of the KB. WSUSSCAN's words come before
 * those of ReportingEvents.log, English before other languages.
 */
struct metadata_update metadata_find(const struct world *world, text_id identity, uint32_t kb);

fact_handler on_update_metadata, on_update_event;

#endif
