/*
 * Maps exported from a site: which CI_ID an update has (--updates), which ImagePackageID, name and
 * description an image has (--images). They are inputs of the run, so that evidence can point at
 * their lines, but they tell of no image. They are read before all other inputs.
 *
 * A row that says of the same thing what an earlier row denies is DIAG_MAP_ROW and not used; one
 * that repeats an earlier row is dropped. Every table is sorted: a hundred thousand rows cost as
 * many steps times a logarithm.
 */
#ifndef CORE_MAPS_H
#define CORE_MAPS_H

#include "base/buf.h"
#include "core/world.h"

/* A row of --updates. Build and Released tell CI_IDs apart, and are kept for checks of what an
 * image should have. */
struct map_update {
	uint32_t ci;               /* 1 to INT32_MAX */
	uint32_t kb;               /* 0: not given; then there is an identity */
	struct slice identity;     /* of a package; may be empty */
	struct slice title;        /* may be empty */
	struct slice architecture; /* "amd64", "x86", "arm64"; as written when it is another word;
				      else what the title tells; may be empty */
	struct slice build;        /* "26100.4061", also when "10.0." stood before; may be empty */
	int64_t released;          /* midnight of that day, by whatever clock; NO_TIME */
	struct proof proof;        /* its line */
	bool is_dropped;
};

/* A row of --images. */
struct map_image {
	struct slice container, id; /* one of them may be empty */
	bool has_index;             /* false: it is of every index */
	uint32_t index;
	struct slice name, description; /* may be empty */
	struct proof proof;
	bool is_dropped;
};

/* Rows that stand together in a table. */
struct map_updates {
	const struct map_update *const *rows;
	size_t count;
};

fact_handler on_map_update, on_map_image;

/* Puts the tables in order and tells of rows that contradict each other. When all rows are in;
 * the functions below do it when nobody has. */
void maps_settle(struct world *world);
void maps_release(struct world *world);

/*
 * The row of a CI_ID that a ConfigMgr log names: its KB, identity and title; NULL: no map has it.
 * At any time after the maps were read.
 */
const struct map_update *maps_of_ci(struct world *world, uint32_t ci);
/* The rows of a KB and of an identity (in any letter case). */
struct map_updates maps_of_kb(struct world *world, uint32_t kb);
struct map_updates maps_of_identity(struct world *world, struct slice identity);
/* The KB that the rows of an identity agree on; 0: none. */
uint32_t maps_kb_of(struct world *world, struct slice identity);

/*
 * The row of an image by its container: the file name must be equal without letter case, of
 * several the one that has most folders in common, then the one of that index; NULL: none, or
 * several that fit alike (DIAG_MAP_ROW).
 */
const struct map_image *maps_of_container(
	struct world *world, struct slice container, uint32_t index);
/* The row of an ImagePackageID, of that index if there is one; NULL. */
const struct map_image *maps_of_package(struct world *world, struct slice id, uint32_t index);

/*
 * Whether the files of --updates and --images can be opened and have the columns needed.
 * ST_USAGE: the option and what is wrong with its file stand in `words`. ST_NOMEM. For commands,
 * before a run: the run itself takes what it finds and notes the rest.
 */
MUST_CHECK enum status maps_check(const struct run_options *options, struct buf *words);

#endif
