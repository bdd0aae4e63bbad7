/* Runs: begin, failures, end. */
#include "core/runs.h"

#include "core/images.h"
#include "core/sessions.h"

struct run *run_begin(struct world *world, struct image *image, const struct proof *start)
{
	struct run *run = world_alloc(world, sizeof(*run));

	if (!run)
		return NULL;
	run->image = image;
	run->number = (uint32_t)world->runs.count;
	if (start && start->kind)
		proof_copy(world, &run->start, start);
	else if (world->fact)
		proof_set(world, &run->start, world->fact);
	if (list_add(&world->runs, run))
		return run;
	world->status = ST_NOMEM;
	return NULL;
}

void run_end(struct world *world, struct run *run, const struct proof *end)
{
	run->ended = true;
	if (end && end->kind)
		proof_copy(world, &run->end, end);
	else if (world->fact)
		proof_set(world, &run->end, world->fact);
}

void run_fail(struct world *world, struct run *run, struct package *package, bool has_code,
	uint32_t code, const struct proof *proof)
{
	struct run_failure *failure = NULL;

	for (LIST_EACH(struct run_failure, known, &run->failures))
		if (known->package == package)
			failure = known;
	if (!failure) {
		failure = world_alloc(world, sizeof(*failure));
		if (!failure || !list_add(&run->failures, failure)) {
			world->status = ST_NOMEM;
			return;
		}
		failure->package = package;
	}
	if (has_code || !failure->has_code) {
		failure->has_code = has_code;
		failure->code = code;
	}
	if (proof && proof->kind)
		proof_copy(world, &failure->proof, proof);
	else if (world->fact)
		proof_set_first(world, &failure->proof, world->fact);
}

void run_mend(struct run *run, const struct package *package)
{
	for (size_t i = 0; i < run->failures.count;) {
		struct run_failure *failure = run->failures.items[i];

		if (failure->package == package)
			list_remove(&run->failures, failure);
		else
			i++;
	}
}

/* One process of the API may service several images: a run each. */
static struct run *run_of_image(struct host *host)
{
	for (LIST_EACH(struct run, run, &host->runs))
		if (run->image == host->image || !run->image)
			return run;
	return NULL;
}

struct run *host_run(struct world *world, struct host *host)
{
	struct mount *mount = host->image ? mount_of_image(world, host->image) : NULL;
	struct run *run;

	if (mount && mount->read_only)
		return NULL;
	if (mount && mount->run)
		return mount->run;
	run = run_of_image(host);
	if (!run) {
		run = run_begin(world, host->image, host->start.kind ? &host->start : NULL);
		if (run && !list_add(&host->runs, run))
			world->status = ST_NOMEM;
	}
	if (run && !run->image)
		run->image = host->image;
	return run;
}

struct run *host_run_placed(struct world *world, struct host *host)
{
	struct run *run = host_run(world, host);

	if (run && !run->image)
		run->image = host_image(world, host);
	return run;
}
