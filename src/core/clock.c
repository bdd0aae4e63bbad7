/* Anchors and offsets. */
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/names.h"

#define QUARTER       900
#define MAX_OFFSET    (14 * 3600)
#define MAX_STALENESS 5     /* seconds a session id may be older than its line */
#define MAX_REACH     43200 /* seconds to the anchor of another log of the machine */

static int32_t round_quarter(int64_t seconds)
{
	int64_t half = seconds >= 0 ? QUARTER / 2 : -(QUARTER / 2);

	return (int32_t)((seconds + half) / QUARTER * QUARTER);
}

static void add_anchor(struct world *world, struct anchor **items, uint32_t *count, uint32_t *cap,
	const struct anchor *anchor)
{
	struct anchor *last = *count ? &(*items)[*count - 1] : NULL;

	if (last && last->offset == anchor->offset) {
		last->last_line = anchor->last_line;
		last->last_local = anchor->last_local;
		return;
	}
	if (*count == MAX_ANCHORS)
		return;
	if (!*items || *count == *cap) {
		uint32_t wanted = *cap ? *cap * 2 : 8;
		struct anchor *grown = reallocarray(*items, wanted, sizeof(**items));

		if (!grown) {
			world->status = ST_NOMEM;
			return;
		}
		*items = grown;
		*cap = wanted;
	}
	(*items)[(*count)++] = *anchor;
}

static bool make_anchor(
	const struct fact *fact, int64_t utc, enum time_basis basis, struct anchor *anchor)
{
	int32_t offset = round_quarter(fact->when - utc);

	if (offset > MAX_OFFSET || offset < -MAX_OFFSET)
		return false;
	*anchor = (struct anchor){ fact->at.line, fact->at.line, fact->when, fact->when, offset,
		basis };
	return true;
}

void clock_stated(struct world *world, const struct fact *fact)
{
	struct anchors *own = &world->anchors[fact->at.input];
	bool is_csi = slice_equal(fact->verb, SLICE("csi"));
	struct anchor anchor;

	if (fact->when == NO_TIME || fact->utc == NO_TIME || !(fact->flags & FLAG_HAS_STAMP))
		return;
	if (make_anchor(fact, fact->utc, is_csi ? TIME_CSI : TIME_UNIVERSAL, &anchor))
		add_anchor(world, &own->stated, &own->stated_count, &own->stated_cap, &anchor);
}

void clock_session(struct world *world, const struct machine *machine, const struct fact *fact)
{
	struct anchors *own = &world->anchors[fact->at.input];
	int64_t utc, behind;
	struct anchor anchor;

	if (!session_is_online(fact->session) || machine->in_startup || fact->when == NO_TIME)
		return;
	utc = filetime_to_seconds(fact->session.a, fact->session.b);
	if (utc == NO_TIME || !make_anchor(fact, utc, TIME_SESSION_ID, &anchor))
		return;
	/* Opened again at boot, it is older than its line. */
	behind = fact->when - anchor.offset - utc;
	if (behind <= MAX_STALENESS && behind >= -MAX_STALENESS)
		add_anchor(world, &own->sessions, &own->session_count, &own->session_cap, &anchor);
}

void clock_watch(struct world *world, const struct fact *fact)
{
	struct anchors *own = &world->anchors[fact->at.input];
	char before[CIVIL_TEXT], after[CIVIL_TEXT], words[64];

	if (!(fact->flags & FLAG_HAS_STAMP) || fact->when == NO_TIME)
		return;
	if (own->last_local != NO_TIME && fact->when < own->last_local) {
		civil_print(own->last_local, before);
		civil_print(fact->when, after);
		snprintf(words, sizeof(words), "from %s to %s", before, after);
		diagnostics_add(
			&world->report->diagnostics, DIAG_CLOCK_STEP, fact->at, slice_from(words));
	}
	if (own->last_local != NO_TIME && fact->when < own->last_local &&
		own->step_count < sizeof(own->steps) / sizeof(own->steps[0]))
		own->steps[own->step_count++] = fact->at.line;
	if (own->first_local == NO_TIME)
		own->first_local = fact->when;
	own->last_local = fact->when;
}

/* How often the clock steps back between the stretch and the line. */
static int64_t steps_between(const struct anchors *own, const struct anchor *anchor, uint64_t line)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < own->step_count; i++)
		count += (own->steps[i] > anchor->last_line && own->steps[i] <= line) ||
			(own->steps[i] > line && own->steps[i] <= anchor->first_line);
	return count;
}

#define STEP_WEIGHT 86400 /* an anchor beyond a step is a day further away */

static int64_t distance(
	const struct anchors *own, const struct anchor *anchor, uint64_t line, int64_t local)
{
	int64_t before = anchor->first_local - local, after = local - anchor->last_local;

	if (line >= anchor->first_line && line <= anchor->last_line)
		return 0;
	before = before > 0 ? before : 1;
	after = after > 0 ? after : 1;
	return (line < anchor->first_line ? before : after) +
		steps_between(own, anchor, line) * STEP_WEIGHT;
}

/* The stretch that holds the line, else the nearest in time. */
static const struct anchor *nearest(const struct anchors *own, const struct anchor *items,
	uint32_t count, uint64_t line, int64_t local)
{
	uint32_t low = 0, high = count;
	const struct anchor *before, *after;

	if (!count)
		return NULL;
	while (high - low > 1) { /* the last stretch that begins at or before the line */
		uint32_t middle = low + (high - low) / 2;

		if (items[middle].first_line <= line)
			low = middle;
		else
			high = middle;
	}
	before = &items[low];
	after = low + 1 < count ? &items[low + 1] : before;
	return distance(own, after, line, local) < distance(own, before, line, local) ? after
										      : before;
}

static int64_t clock_gap(const struct anchor *anchor, int64_t local)
{
	if (local < anchor->first_local)
		return anchor->first_local - local;
	return local > anchor->last_local ? local - anchor->last_local : 0;
}

/* Another log of the same machine runs on the same clock. */
static const struct anchor *of_machine(const struct world *world, uint32_t input, int64_t local)
{
	const struct anchor *best = NULL;

	for (size_t i = 0; i < world->report->input_count; i++) {
		const struct anchors *other = &world->anchors[i];

		if (i == input || other->machine != world->anchors[input].machine)
			continue;
		for (uint32_t k = 0; k < other->stated_count + other->session_count; k++) {
			const struct anchor *anchor = k < other->stated_count
				? &other->stated[k]
				: &other->sessions[k - other->stated_count];

			if (!best || clock_gap(anchor, local) < clock_gap(best, local))
				best = anchor;
		}
	}
	return best && clock_gap(best, local) <= MAX_REACH ? best : NULL;
}

static bool zone_of(const struct world *world, uint32_t input, struct zone *zone)
{
	const struct bound_option *found = NULL;

	for (size_t i = 0; i < world->options->timezone_count; i++)
		if (option_is_bound(world, &world->options->timezones[i], input) &&
			(!found || world->options->timezones[i].input.len))
			found = &world->options->timezones[i];
	return found && zone_parse(found->value, zone) == ST_OK;
}

static struct moment in_zone(
	struct world *world, const struct place *at, int64_t local, const struct zone *zone)
{
	enum zone_fit fit;
	int32_t offset = zone_offset(zone, local, &fit);

	if (fit != ZONE_FITS)
		diagnostics_add(&world->report->diagnostics,
			fit == ZONE_GAP ? DIAG_CLOCK_GAP : DIAG_CLOCK_OVERLAP, *at, SLICE_NONE);
	return (struct moment){ local - offset, TIME_ZONE };
}

struct moment clock_moment(struct world *world, const struct place *at, int64_t local)
{
	const struct anchors *own;
	const struct anchor *anchor;
	struct zone zone;
	bool has_zone;

	if (local == NO_TIME || at->input == NO_INPUT)
		return (struct moment){ NO_TIME, TIME_NONE };
	own = &world->anchors[at->input];
	has_zone = zone_of(world, at->input, &zone);
	if (has_zone && world->options->force_timezone)
		return in_zone(world, at, local, &zone);
	anchor = nearest(own, own->stated, own->stated_count, at->line, local);
	if (!anchor)
		anchor = nearest(own, own->sessions, own->session_count, at->line, local);
	if (!anchor)
		anchor = of_machine(world, at->input, local);
	if (anchor)
		return (struct moment){ local - anchor->offset, anchor->basis };
	if (has_zone)
		return in_zone(world, at, local, &zone);
	return (struct moment){ local, TIME_LOCAL };
}

static void compare(
	struct world *world, uint32_t input, const struct zone *zone, const struct anchor *anchor)
{
	struct place at = { .input = input, .line = anchor->first_line };
	enum zone_fit fit;
	int32_t offset = zone_offset(zone, anchor->first_local, &fit);
	char words[96];

	if (offset == anchor->offset)
		return;
	snprintf(words, sizeof(words), "the log says %+d minutes, the option %+d",
		anchor->offset / 60, offset / 60);
	diagnostics_add(&world->report->diagnostics, DIAG_TIMEZONE_CONFLICT, at, slice_from(words));
}

void clock_compare_zones(struct world *world)
{
	for (uint32_t i = 0; i < world->report->input_count; i++) {
		const struct anchors *own = &world->anchors[i];
		struct zone zone;

		if (!zone_of(world, i, &zone))
			continue;
		for (uint32_t k = 0; k < own->stated_count; k++)
			compare(world, i, &zone, &own->stated[k]);
		for (uint32_t k = 0; !own->stated_count && k < own->session_count; k++)
			compare(world, i, &zone, &own->sessions[k]);
	}
}

void clock_release(struct world *world)
{
	for (size_t i = 0; world->anchors && i < world->report->input_count; i++) {
		free(world->anchors[i].stated);
		free(world->anchors[i].sessions);
	}
	free(world->anchors);
	world->anchors = NULL;
}
