/* The world's memory: from its first byte to its last. */
#include "core/world.h"

#include <stdlib.h>

#include "base/text.h"
#include "core/clock.h"
#include "core/maps.h"
#include "core/site.h"

#define MAX_CLEAN      ((size_t)1 << 20)
#define MAX_TEXTS      (1u << 22)
#define MAX_IDENTITIES (1u << 22)
#define MAX_REPORT     ((size_t)2 << 30)

void world_init(struct world *world, const struct run_options *options, struct report *report)
{
	*world = (struct world){ .options = options, .report = report };
	arena_init(&world->arena, MAX_WORLD_MEMORY);
	interner_init(&world->texts, &world->arena, false, MAX_TEXTS);
	interner_init(&world->identities, &world->arena, true, MAX_IDENTITIES);
	arena_init(&report->arena, MAX_REPORT);
	diagnostics_init(&report->diagnostics, &report->arena);
}

static void release_lists(struct world *world)
{
	for (LIST_EACH(struct machine, machine, &world->machines)) {
		list_release(&machine->hosts);
		list_release(&machine->operations);
		list_release(&machine->ended);
	}
	for (LIST_EACH(struct host, host, &world->hosts)) {
		list_release(&host->attempts);
		list_release(&host->runs);
	}
	for (LIST_EACH(struct operation, operation, &world->operations)) {
		list_release(&operation->packages);
		list_release(&operation->caused);
	}
	for (LIST_EACH(struct run, run, &world->runs))
		list_release(&run->failures);
	for (LIST_EACH(struct mount, mount, &world->mounts))
		list_release(&mount->packages);
	for (LIST_EACH(struct startup, startup, &world->startups))
		list_release(&startup->packages);
	for (LIST_EACH(struct container_kb, container, &world->container_kbs))
		list_release(&container->packages);
}

void world_release(struct world *world)
{
	struct list *lists[] = { &world->machines, &world->images, &world->mounts, &world->runs,
		&world->packages, &world->container_kbs, &world->hosts, &world->operations,
		&world->startups, &world->spare_hosts, &world->spare_mounts };

	release_lists(world);
	clock_release(world);
	site_release(world);
	maps_release(world);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list_release(lists[i]);
	free(world->package_slots);
	free(world->scope_slots);
	free(world->member_images);
	interner_release(&world->texts);
	interner_release(&world->identities);
	arena_release(&world->arena);
}

void *world_alloc(struct world *world, size_t size)
{
	void *piece = arena_alloc(&world->arena, size);

	if (!piece)
		world->status = arena_status(&world->arena);
	return piece;
}

text_id world_text(struct world *world, struct slice text)
{
	text_id id = intern(&world->texts, text);

	if (!id && text.len)
		world->status = world->texts.status;
	return id;
}

struct slice world_text_of(const struct world *world, text_id id)
{
	return interned(&world->texts, id);
}

struct slice clean_text(struct world *world, struct slice text)
{
	struct slice copy;
	struct buf clean;

	buf_init(&clean, MAX_CLEAN);
	for (;;) { /* CR LF inside a record reads as LF */
		size_t cr = slice_find(text, SLICE("\r\n"));

		text_put_clean(&clean, slice_from_to(text, 0, cr), false);
		if (cr == SLICE_MISSING)
			break;
		text = slice_skip(text, cr + 1);
	}
	copy = arena_copy(&world->report->arena, buf_slice(&clean));
	if (clean.status != ST_OK || !copy.ptr)
		world->status =
			clean.status != ST_OK ? clean.status : arena_status(&world->report->arena);
	buf_release(&clean);
	return copy;
}
