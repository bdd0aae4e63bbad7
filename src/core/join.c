/* Mounted images of logs and the indexes of files. */
#include "core/join.h"

#include "base/buf.h"
#include "base/path.h"
#include "core/clock.h"
#include "core/images.h"
#include "core/names.h"
#include "core/packages.h"
#include "core/records.h"

/* What a log mounts carries its file's name, sometimes with the quote behind it. */
static struct slice base_of(struct slice path)
{
	path = windows_path_name(path);
	while (path.len && path.ptr[path.len - 1] == '"')
		path.len--;
	return path;
}

static bool same_base(const struct world *world, const struct image *log, const struct image *entry)
{
	struct slice a = base_of(world_text_of(world, log->container));
	struct slice b = base_of(world_text_of(world, entry->container));

	return a.len && slice_equal_nocase(a, b);
}

/* Told by a person */

static bool names_log(struct world *world, const struct slice given, const struct image *log)
{
	text_id normal = directory_normal(world, given);

	return (log->directory && log->directory == normal) ||
		(log->site_id && slice_equal_nocase(world_text_of(world, log->site_id), given)) ||
		slice_equal_nocase(base_of(world_text_of(world, log->container)), given);
}

static bool names_entry(
	const struct world *world, const struct join_option *join, const struct image *entry)
{
	const struct bound_option bound = { join->container, SLICE_NONE };

	return entry->kind == IMAGE_ENTRY && entry->index == join->index &&
		option_is_bound(world, &bound, entry->input);
}

static struct image *told(struct world *world, const struct image *log)
{
	for (size_t i = 0; i < world->options->join_count; i++) {
		const struct join_option *join = &world->options->joins[i];

		if (!names_log(world, join->image, log))
			continue;
		for (LIST_EACH(struct image, entry, &world->images))
			if (names_entry(world, join, entry))
				return entry;
	}
	return NULL;
}

/* Corroborated */

/* A run of the log in universal time; false when its clock is not known. */
static bool span_of(struct world *world, const struct run *run, int64_t *from, int64_t *to)
{
	struct moment start = clock_moment(world, &run->start.at, run->start.when);
	struct moment end = clock_moment(world, &run->end.at, run->end.when);

	if (start.basis == TIME_NONE || start.basis == TIME_LOCAL || end.basis == TIME_NONE ||
		end.basis == TIME_LOCAL)
		return false;
	*from = start.seconds;
	*to = end.seconds;
	return true;
}

#define LEEWAY 120 /* seconds: CBS writes the hive when its session closes */

static bool lies_in(int64_t when, int64_t from, int64_t to)
{
	return when != NO_TIME && when >= from - LEEWAY && when <= to + LEEWAY;
}

/* Whether the image dates the package into the run that put it in. */
static bool dates_into(struct world *world, const struct package *logged,
	const struct package *stored, int64_t from, int64_t to)
{
	const struct record *record = stored ? stored->record : NULL;
	struct moment complete;

	if (!record || logged->identity != stored->identity)
		return false;
	if (record_has(record, RECORD_HIVE) && lies_in(record->install_time, from, to))
		return true;
	if (!record_has(record, RECORD_SESSION))
		return false;
	complete =
		clock_moment(world, &record->proofs[RECORD_SESSION].at, record->session.complete);
	return complete.basis != TIME_NONE && complete.basis != TIME_LOCAL &&
		lies_in(complete.seconds, from, to);
}

static bool corroborates(struct world *world, const struct image *log, const struct image *entry)
{
	int64_t from, to;

	for (LIST_EACH(struct package, package, &world->packages)) {
		const struct package *stored;

		if (package->image != log || !package->run || package->now.is_remove)
			continue;
		stored = package_find(world, entry, package->identity);
		if (stored && span_of(world, package->run, &from, &to) &&
			dates_into(world, package, stored, from, to))
			return true;
	}
	return false;
}

static bool is_candidate(
	const struct world *world, const struct image *log, const struct image *entry)
{
	return entry->kind == IMAGE_ENTRY && same_base(world, log, entry) &&
		(!log->has_index || log->index == entry->index);
}

static void note_candidates(struct world *world, const struct image *log)
{
	struct buf words;
	bool any = false;

	buf_init(&words, 1 << 16);
	for (LIST_EACH(struct image, entry, &world->images)) {
		if (!is_candidate(world, log, entry))
			continue;
		buf_printf(&words, "%s%.*s:%u", any ? ", " : "",
			SLICE_ARG(world_text_of(world, entry->container)), entry->index);
		any = true;
	}
	if (any)
		diagnostics_add(&world->report->diagnostics, DIAG_NOT_JOINED, log->origin.at,
			buf_slice(&words));
	buf_release(&words);
}

/* The one index that something corroborates; several are none. */
static struct image *corroborated(struct world *world, const struct image *log)
{
	struct image *found = NULL;

	for (LIST_EACH(struct image, entry, &world->images)) {
		if (!is_candidate(world, log, entry) || !corroborates(world, log, entry))
			continue;
		if (found)
			return NULL;
		found = entry;
	}
	return found;
}

void images_join(struct world *world)
{
	for (LIST_EACH(struct image, log, &world->images)) {
		if ((log->kind != IMAGE_CONTAINER && log->kind != IMAGE_DIRECTORY) ||
			!log->has_rows)
			continue;
		log->joined = told(world, log);
		if (!log->joined && log->kind == IMAGE_CONTAINER)
			log->joined = corroborated(world, log);
		if (!log->joined && log->kind == IMAGE_CONTAINER)
			note_candidates(world, log);
	}
}
