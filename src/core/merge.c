/*
 * A k-way merge by time. Records that several inputs hold (a rotated log and a copy of
 * it) are recognised by time and words: within one second, what another input has
 * already said as often is dropped. Threads write one log out of order: a fact that is late
 * comes with what stands before it, and each copy has it there.
 */
#include "core/merge.h"

#include <stdlib.h>

#define SPREAD     UINT64_C(0x9E3779B97F4A7C15)
#define SEEN_SLOTS 65536u /* facts of one second; more are no longer told apart */

struct lane {
	struct feed *feed;
	const struct fact *fact; /* next; NULL at the end */
	int64_t key;             /* its time, never less than the one before */
};

struct seen {
	uint64_t hash;
	uint32_t lane;
	uint32_t count;
};

struct merge {
	struct world *world;
	struct lane *lanes;
	size_t count;
	struct seen *seen;
	uint32_t *used;
	uint32_t used_count;
	int64_t second;
};

static void advance(struct lane *lane)
{
	lane->fact = feed_next(lane->feed);
	if (lane->fact && lane->fact->when != NO_TIME && lane->fact->when > lane->key)
		lane->key = lane->fact->when;
}

static struct lane *earliest(struct merge *merge)
{
	struct lane *best = NULL;

	for (size_t i = 0; i < merge->count; i++) {
		struct lane *lane = &merge->lanes[i];

		if (lane->fact && (!best || lane->key < best->key))
			best = lane;
	}
	return best;
}

static void forget_second(struct merge *merge)
{
	for (uint32_t i = 0; i < merge->used_count; i++)
		merge->seen[merge->used[i]] = (struct seen){ 0 };
	merge->used_count = 0;
}

static struct seen *find(struct merge *merge, uint64_t hash, uint32_t lane)
{
	uint32_t at = (uint32_t)(hash ^ (hash >> 32)) % SEEN_SLOTS;

	while (merge->seen[at].count &&
		(merge->seen[at].hash != hash || merge->seen[at].lane != lane))
		at = (at + 1) % SEEN_SLOTS;
	return &merge->seen[at];
}

/* How often the fact was said before in this second, by the lane that said it most. */
static uint32_t said_by_others(struct merge *merge, uint64_t hash, uint32_t self)
{
	uint32_t most = 0;

	for (uint32_t lane = 0; lane < merge->count; lane++) {
		const struct seen *seen = lane == self ? NULL : find(merge, hash, lane);

		if (seen && seen->count > most)
			most = seen->count;
	}
	return most;
}

static bool is_repeated(struct merge *merge, const struct lane *lane)
{
	const struct fact *fact = lane->fact;
	uint32_t self = (uint32_t)(lane - merge->lanes);
	uint64_t hash = slice_hash(fact->words) + fact->kind + (uint64_t)fact->when * SPREAD;
	struct seen *own;

	if (fact->when == NO_TIME)
		return false;
	if (lane->key != merge->second) {
		forget_second(merge);
		merge->second = lane->key;
	}
	if (merge->used_count > SEEN_SLOTS / 2)
		return false;
	own = find(merge, hash, self);
	if (!own->count) {
		own->hash = hash;
		own->lane = self;
		merge->used[merge->used_count++] = (uint32_t)(own - merge->seen);
	}
	own->count++;
	return said_by_others(merge, hash, self) >= own->count;
}

static enum status run_lanes(struct merge *merge, merge_sink *sink, void *self)
{
	struct lane *lane;

	for (size_t i = 0; i < merge->count; i++)
		advance(&merge->lanes[i]);
	while ((lane = earliest(merge)) && merge->world->status == ST_OK) {
		if (merge->count > 1 && is_repeated(merge, lane))
			diagnostics_add(&merge->world->report->diagnostics, DIAG_OVERLAP,
				(struct place){ .input = lane->fact->at.input,
					.member = lane->fact->at.member },
				SLICE_NONE);
		else
			sink(self, lane->fact);
		advance(lane);
	}
	for (size_t i = 0; i < merge->count; i++)
		if (feed_status(merge->lanes[i].feed) != ST_OK)
			return feed_status(merge->lanes[i].feed);
	return merge->world->status;
}

enum status merge_run(
	struct feed **feeds, size_t count, struct world *world, merge_sink *sink, void *self)
{
	struct merge merge = { .world = world, .count = count, .second = NO_TIME };
	enum status status = ST_NOMEM;

	merge.lanes = calloc(count + 1, sizeof(*merge.lanes));
	merge.seen = calloc(SEEN_SLOTS, sizeof(*merge.seen));
	merge.used = calloc(SEEN_SLOTS, sizeof(*merge.used));
	if (merge.lanes && merge.seen && merge.used) {
		for (size_t i = 0; i < count; i++)
			merge.lanes[i] = (struct lane){ .feed = feeds[i], .key = INT64_MIN };
		status = run_lanes(&merge, sink, self);
	}
	free(merge.lanes);
	free(merge.seen);
	free(merge.used);
	return status;
}
