/* Moments of the site's log. */
#include "core/site_time.h"

#include "core/clock.h"

struct moment site_moment(struct world *world, const struct site_time *time)
{
	if (time->at.input == NO_INPUT)
		return (struct moment){ NO_TIME, TIME_NONE };
	if (time->utc != NO_TIME && !(world->options->force_timezone && time->when != NO_TIME))
		return (struct moment){ time->utc, time->basis };
	return clock_moment(world, &time->at, time->when);
}

struct moment proof_moment(struct world *world, const struct proof *proof)
{
	return clock_moment(world, &proof->at, proof->when);
}

bool moments_compare(struct moment a, struct moment b)
{
	return a.basis != TIME_NONE && b.basis != TIME_NONE &&
		(a.basis == TIME_LOCAL) == (b.basis == TIME_LOCAL);
}

bool site_spans(struct world *world, const struct site_time *first, const struct site_time *last,
	struct moment when)
{
	struct moment from = site_moment(world, first), to = site_moment(world, last);

	return moments_compare(from, when) && moments_compare(to, when) &&
		when.seconds >= from.seconds - SITE_LEEWAY &&
		when.seconds <= to.seconds + SITE_LEEWAY;
}
