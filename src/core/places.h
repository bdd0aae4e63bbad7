/*
 * Where in a Windows image the records of servicing stand. Only these places are opened;
 * the rest of an image is not walked. Letter case does not count.
 *
 * The places are known from Microsoft's documentation of the servicing logs and from real
 * images; the list is places.def.
 */
#ifndef CORE_PLACES_H
#define CORE_PLACES_H

#include "base/slice.h"
#include "parsers/parser.h"

enum place_kind {
	PLACE_NONE,
#define PLACE(id, pattern, parser) PLACE_##id,
#include "core/places.def"
#undef PLACE
};

/*
 * Whether a path ends in a place: "host7/Windows/Logs/CBS/CBS.log" → PLACE_CBS_LOG, root
 * "host7". *ret_root is what stands before the Windows folder, without its last slash; it
 * is untouched when there is no place.
 */
enum place_kind place_of(struct slice path, struct slice *ret_root);

/* The reader of what stands at a place, or, at none, of a manifest, by its ending; NULL: what it is
 * is for the bids alone. */
const struct parser *place_parser(enum place_kind kind, struct slice path);

/* Files that tell by their names alone, wherever they lie: "x.mum", and "SOFTWARE.LOG1", which is
 * read with its hive and never by itself. */
bool is_manifest(struct slice path);
bool is_hive_log(struct slice path);

/* Whether a folder of an image may lead to a place, its old Windows (Windows.old,
 * $Windows.~BT) included. The path is relative to the root of the image. */
bool place_leads(struct slice folder);

#endif
