/* Anchors and offsets. */
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/names.h"
#include "core/reading.h"

#define QUARTER       900
#define MAX_STALENESS 5     /* seconds a session id may be older than its line */
#define MAX_REACH     43200 /* seconds to the anchor of another log of the machine */

/* The anchors of the log at a place; NULL for what is no log. */
static struct anchors *anchors_at(const struct world *world, const struct place *at)
{
	uint32_t number = at->input;

	if (!world->anchors || at->input == NO_INPUT)
		return NULL;
	if (at->member) {
		number = at->member < world->member_anchor_count ? world->member_anchors[at->member]
								 : 0;
		if (!number)
			return NULL;
	}
	return &world->anchors[number];
}

/* The image that a place lies in; NULL. */
static const struct image *image_at(const struct world *world, const struct place *at)
{
	if (at->member)
		return at->member < world->member_cap ? world->member_images[at->member] : NULL;
	return world->inputs && at->input < world->inputs->count
		? world->inputs->items[at->input].scope
		: NULL;
}

enum status clock_prepare(struct world *world, const struct list *logs)
{
	const struct report *report = world->report;
	size_t count = report->input_count;

	world->anchors = calloc(count + logs->count + 1, sizeof(*world->anchors));
	world->member_anchors = calloc(report->member_count + 1, sizeof(uint32_t));
	if (!world->anchors || !world->member_anchors)
		return ST_NOMEM;
	world->member_anchor_count = report->member_count;
	for (size_t i = 0; i < count; i++) {
		world->anchors[i].machine = NO_MACHINE;
		world->anchors[i].input = (uint32_t)i;
	}
	for (LIST_EACH(struct log_source, log, logs)) {
		size_t number = log->member ? count++ : log->input;

		world->anchors[number].machine = log->machine->number;
		world->anchors[number].input = log->input;
		world->anchors[number].member = log->member;
		if (log->member)
			world->member_anchors[log->member] = (uint32_t)number;
	}
	world->anchor_count = count;
	for (size_t i = 0; i < count; i++)
		world->anchors[i].first_local = world->anchors[i].last_local =
			world->anchors[i].last_utc = NO_TIME;
	return ST_OK;
}

static int32_t round_quarter(int64_t seconds)
{
	int64_t half = seconds >= 0 ? QUARTER / 2 : -(QUARTER / 2);

	return (int32_t)((seconds + half) / QUARTER * QUARTER);
}

static bool grow(struct world *world, struct anchor_list *list)
{
	uint32_t wanted = list->cap ? list->cap * 2 : 8;
	struct anchor *grown = reallocarray(list->items, wanted, sizeof(*grown));

	if (!grown) {
		world->status = ST_NOMEM;
		return false;
	}
	list->items = grown;
	list->cap = wanted;
	return true;
}

static void add_anchor(struct world *world, struct anchor_list *list, const struct anchor *anchor)
{
	struct anchor *last = list->count ? &list->items[list->count - 1] : NULL;

	if (last && last->offset == anchor->offset) {
		last->last_line = anchor->last_line;
		if (anchor->first_local < last->first_local)
			last->first_local = anchor->first_local;
		if (anchor->last_local > last->last_local)
			last->last_local = anchor->last_local;
		return;
	}
	if (list->count == MAX_ANCHORS || (list->count == list->cap && !grow(world, list)))
		return;
	list->items[list->count++] = *anchor;
}

static bool make_anchor(
	const struct fact *fact, int64_t utc, enum time_basis basis, struct anchor *anchor)
{
	int32_t offset = round_quarter(fact->when - utc);

	if (offset > MAX_ZONE_OFFSET || offset < -MAX_ZONE_OFFSET)
		return false;
	*anchor = (struct anchor){ fact->at.line, fact->at.line, fact->when, fact->when, offset,
		basis };
	return true;
}

void clock_stated(struct world *world, const struct fact *fact)
{
	struct anchors *own = anchors_at(world, &fact->at);
	bool is_csi = slice_equal(fact->verb, SLICE("csi"));
	struct anchor anchor;

	if (!own || fact->when == NO_TIME || fact->utc == NO_TIME ||
		!(fact->flags & FLAG_HAS_STAMP))
		return;
	if (make_anchor(fact, fact->utc, is_csi ? TIME_CSI : TIME_UNIVERSAL, &anchor))
		add_anchor(world, &own->lists[ANCHOR_STATED], &anchor);
}

void clock_session(struct world *world, const struct machine *machine, const struct fact *fact)
{
	struct anchors *own = anchors_at(world, &fact->at);
	int64_t utc, behind;
	struct anchor anchor;

	if (!own || !session_is_online(fact->session) || machine->in_startup ||
		fact->when == NO_TIME)
		return;
	utc = filetime_to_seconds(fact->session.a, fact->session.b);
	if (utc == NO_TIME || !make_anchor(fact, utc, TIME_SESSION_ID, &anchor))
		return;
	/* Opened again at boot, it is older than its line. */
	behind = fact->when - anchor.offset - utc;
	if (behind <= MAX_STALENESS && behind >= -MAX_STALENESS)
		add_anchor(world, &own->lists[ANCHOR_SESSION], &anchor);
}

void clock_site(struct world *world, const struct fact *fact)
{
	bool is_message = fact->flags & FLAG_GMTDATE;
	struct anchors *own = anchors_at(world, &fact->at);
	struct anchor anchor;

	if (!own || fact->component != COMPONENT_SITE || fact->when == NO_TIME ||
		fact->utc == NO_TIME ||
		!make_anchor(fact, fact->utc, is_message ? TIME_STATMSG : TIME_BIAS, &anchor))
		return;
	if (!is_message) /* exact; what a message says of itself was true a moment ago */
		anchor.offset = (int32_t)(fact->when - fact->utc);
	add_anchor(world, &own->lists[is_message ? ANCHOR_STATMSG : ANCHOR_BIAS], &anchor);
}

/* Seconds by which the clock went back since the fact before; where both state universal time, in
 * that: the end of summer time is no step. */
static int64_t step_back(const struct anchors *own, const struct fact *fact)
{
	if (fact->component == COMPONENT_SITE && fact->utc != NO_TIME && own->last_utc != NO_TIME)
		return own->last_utc - fact->utc;
	return own->last_local == NO_TIME ? 0 : own->last_local - fact->when;
}

static void note_step(struct world *world, struct anchors *own, const struct fact *fact)
{
	char before[CIVIL_TEXT], after[CIVIL_TEXT], words[64];

	civil_print(own->last_local, before);
	civil_print(fact->when, after);
	snprintf(words, sizeof(words), "from %s to %s", before, after);
	diagnostics_add(&world->report->diagnostics, DIAG_CLOCK_STEP, fact->at, slice_from(words));
	if (own->step_count < sizeof(own->steps) / sizeof(own->steps[0]))
		own->steps[own->step_count++] = fact->at.line;
}

void clock_watch(struct world *world, const struct fact *fact)
{
	struct anchors *own = anchors_at(world, &fact->at);
	int64_t back;

	if (!own || !(fact->flags & FLAG_HAS_STAMP) || fact->when == NO_TIME)
		return;
	back = step_back(own, fact);
	if (own->first_local == NO_TIME)
		own->first_local = fact->when;
	if (back > 0 && back <= MAX_DISORDER && fact->component == COMPONENT_SITE)
		return;
	if (back > 0)
		note_step(world, own, fact);
	own->last_local = fact->when;
	own->last_utc = fact->utc;
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
static const struct anchor *nearest(
	const struct anchors *own, enum anchor_source source, uint64_t line, int64_t local)
{
	const struct anchor_list *list = &own->lists[source];
	uint32_t low = 0, high = list->count;
	const struct anchor *before, *after;

	if (!list->count)
		return NULL;
	while (high - low > 1) { /* the last stretch that begins at or before the line */
		uint32_t middle = low + (high - low) / 2;

		if (list->items[middle].first_line <= line)
			low = middle;
		else
			high = middle;
	}
	before = &list->items[low];
	after = low + 1 < list->count ? &list->items[low + 1] : before;
	return distance(own, after, line, local) < distance(own, before, line, local) ? after
										      : before;
}

static int64_t clock_gap(const struct anchor *anchor, int64_t local)
{
	if (local < anchor->first_local)
		return anchor->first_local - local;
	return local > anchor->last_local ? local - anchor->last_local : 0;
}

/* The anchor of other logs of the machine that is nearest in time, of some sources; NULL: none is
 * near enough. */
static const struct anchor *nearest_of_machine(const struct world *world, const struct anchors *own,
	uint32_t machine, int64_t local, enum anchor_source from, enum anchor_source to)
{
	const struct anchor *best = NULL;

	for (size_t i = 0; i < world->anchor_count; i++) {
		const struct anchors *other = &world->anchors[i];

		if (other == own || other->machine != machine)
			continue;
		for (enum anchor_source source = from; source <= to; source++)
			for (uint32_t k = 0; k < other->lists[source].count; k++) {
				const struct anchor *anchor = &other->lists[source].items[k];

				if (!best || clock_gap(anchor, local) < clock_gap(best, local))
					best = anchor;
			}
	}
	return best && clock_gap(best, local) <= MAX_REACH ? best : NULL;
}

/* Another log of the same machine runs on the same clock. The nearer anchor holds; where two say
 * the same, the better source does. */
static const struct anchor *of_machine(
	const struct world *world, const struct anchors *own, uint32_t machine, int64_t local)
{
	const struct anchor *windows, *site;

	if (machine == NO_MACHINE)
		return NULL;
	windows = nearest_of_machine(world, own, machine, local, ANCHOR_STATED, ANCHOR_SESSION);
	site = nearest_of_machine(world, own, machine, local, ANCHOR_STATMSG, ANCHOR_BIAS);
	if (!windows || !site || windows->offset == site->offset)
		return windows ? windows : site;
	return clock_gap(site, local) < clock_gap(windows, local) ? site : windows;
}

static bool zone_of(const struct world *world, const struct place *at, struct zone *zone)
{
	const struct image *image = image_at(world, at);
	const struct bound_option *found = NULL;

	for (size_t i = 0; i < world->options->timezone_count; i++) {
		const struct bound_option *option = &world->options->timezones[i];

		if ((option_is_bound(world, option, at->input) ||
			    option_is_of_tree(world, option, image)) &&
			(!found || option->input.len))
			found = option;
	}
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

/* The zone of the Windows that the log or document lies in. */
static bool in_image_zone(
	struct world *world, const struct place *at, int64_t local, struct moment *ret_moment)
{
	const struct image *image = image_at(world, at);
	enum zone_fit fit;
	int32_t offset;

	if (!image || !image->zone)
		return false;
	offset = windows_zone_offset(image->zone, local, &fit);
	if (fit != ZONE_FITS)
		diagnostics_add(&world->report->diagnostics,
			fit == ZONE_GAP ? DIAG_CLOCK_GAP : DIAG_CLOCK_OVERLAP, *at, SLICE_NONE);
	*ret_moment = (struct moment){ local - offset, TIME_IMAGE_ZONE };
	return true;
}

static uint32_t machine_at(
	const struct world *world, const struct anchors *own, const struct place *at)
{
	const struct image *image = image_at(world, at);

	if (own)
		return own->machine;
	return image && image->machine ? image->machine->number : NO_MACHINE;
}

/* Of one record the bias is exact, and a message's own words may be a moment old. */
static const struct anchor *of_site(const struct anchors *own, uint64_t line, int64_t local)
{
	const struct anchor *bias = nearest(own, ANCHOR_BIAS, line, local);
	const struct anchor *message = nearest(own, ANCHOR_STATMSG, line, local);

	if (!bias || !message)
		return bias ? bias : message;
	return distance(own, message, line, local) < distance(own, bias, line, local) ? message
										      : bias;
}

static const struct anchor *of_log(const struct anchors *own, uint64_t line, int64_t local)
{
	const struct anchor *anchor = nearest(own, ANCHOR_STATED, line, local);

	if (!anchor)
		anchor = nearest(own, ANCHOR_SESSION, line, local);
	return anchor ? anchor : of_site(own, line, local);
}

static const struct anchor *anchor_for(
	const struct world *world, const struct place *at, int64_t local)
{
	const struct anchors *own = anchors_at(world, at);
	const struct anchor *anchor = own ? of_log(own, at->line, local) : NULL;

	return anchor ? anchor : of_machine(world, own, machine_at(world, own, at), local);
}

struct moment clock_moment(struct world *world, const struct place *at, int64_t local)
{
	const struct anchor *anchor;
	struct moment moment;
	struct zone zone;
	bool has_zone;

	if (local == NO_TIME || at->input == NO_INPUT)
		return (struct moment){ NO_TIME, TIME_NONE };
	has_zone = zone_of(world, at, &zone);
	if (has_zone && world->options->force_timezone)
		return in_zone(world, at, local, &zone);
	anchor = anchor_for(world, at, local);
	if (anchor)
		return (struct moment){ local - anchor->offset, anchor->basis };
	if (has_zone)
		return in_zone(world, at, local, &zone);
	if (in_image_zone(world, at, local, &moment))
		return moment;
	return (struct moment){ local, TIME_LOCAL };
}

struct moment clock_end(struct world *world, const struct place *at)
{
	const struct anchors *own = anchors_at(world, at);
	int64_t last;

	if (!own)
		return (struct moment){ NO_TIME, TIME_NONE };
	last = own->last_local;
	for (size_t i = 0; own->machine != NO_MACHINE && i < world->anchor_count; i++) {
		const struct anchors *other = &world->anchors[i];

		if (other->machine == own->machine && other->last_local != NO_TIME &&
			(last == NO_TIME || other->last_local > last))
			last = other->last_local;
	}
	return clock_moment(world, at, last);
}

static void compare(struct world *world, const struct anchors *own, const struct zone *zone,
	const struct anchor *anchor, uint64_t line)
{
	struct place at = { .input = own->input, .member = own->member, .line = line };
	enum zone_fit fit;
	int32_t offset = zone_offset(zone, anchor->first_local, &fit);
	char words[96];

	if (offset == anchor->offset)
		return;
	snprintf(words, sizeof(words), "the log says %+d minutes, the option %+d",
		anchor->offset / 60, offset / 60);
	diagnostics_add(&world->report->diagnostics, DIAG_TIMEZONE_CONFLICT, at, slice_from(words));
}

/* The best source alone. False: the log has none. */
static bool compare_own(struct world *world, const struct anchors *own, const struct zone *zone)
{
	for (int source = 0; source < ANCHOR_SOURCE_COUNT_; source++) {
		const struct anchor_list *list = &own->lists[source];

		for (uint32_t i = 0; i < list->count; i++)
			compare(world, own, zone, &list->items[i], list->items[i].first_line);
		if (list->count)
			return true;
	}
	return false;
}

void clock_compare_zones(struct world *world)
{
	for (size_t i = 0; i < world->anchor_count; i++) {
		const struct anchors *own = &world->anchors[i];
		const struct place at = { .input = own->input, .member = own->member };
		const struct anchor *other;
		struct zone zone;

		if (!zone_of(world, &at, &zone) || compare_own(world, own, &zone) ||
			own->first_local == NO_TIME)
			continue;
		other = of_machine(world, own, own->machine, own->first_local);
		if (other)
			compare(world, own, &zone, other, 0);
	}
}

bool moment_is_before(struct moment when, int64_t utc)
{
	if (when.basis == TIME_NONE || when.seconds == NO_TIME || utc == NO_TIME)
		return false;
	return when.seconds + (when.basis == TIME_LOCAL ? MAX_ZONE_OFFSET : 0) <= utc;
}

bool moment_is_after(struct moment when, int64_t utc)
{
	if (when.basis == TIME_NONE || when.seconds == NO_TIME || utc == NO_TIME)
		return false;
	return when.seconds - (when.basis == TIME_LOCAL ? MAX_ZONE_OFFSET : 0) > utc;
}

void clock_release(struct world *world)
{
	for (size_t i = 0; i < world->anchor_count; i++)
		for (int source = 0; source < ANCHOR_SOURCE_COUNT_; source++)
			free(world->anchors[i].lists[source].items);
	free(world->anchors);
	free(world->member_anchors);
	world->anchors = NULL;
}
