/* Mounted images of logs and the indexes of files. */
#include "core/join.h"

#include "base/buf.h"
#include "base/path.h"
#include "core/clock.h"
#include "core/images.h"
#include "core/names.h"
#include "core/packages.h"
#include "core/records.h"
#include "core/site_levels.h"

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

static bool is_of_logs(const struct image *image)
{
	return image->kind == IMAGE_CONTAINER || image->kind == IMAGE_DIRECTORY ||
		image->kind == IMAGE_SITE;
}

/* Told by a person */

/* An image of ConfigMgr has no directory of its own: its mount lies in the folder of its id. */
static bool is_folder_of_site(
	const struct world *world, struct slice directory, const struct image *log)
{
	return log->kind == IMAGE_SITE && log->site_id &&
		slice_equal_nocase(world_text_of(world, log->site_id), site_folder_id(directory));
}

static bool names_log(struct world *world, const struct slice given, const struct image *log)
{
	text_id normal = directory_normal(world, given);

	return (log->directory && log->directory == normal) ||
		is_folder_of_site(world, world_text_of(world, normal), log) ||
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

/* One name may be of several indexes, of a WIM or of a package that ConfigMgr services: it means
 * the index of that number, else the only one that there is. */
static bool is_meant(struct world *world, const struct join_option *join, const struct image *log)
{
	if (!names_log(world, join->image, log))
		return false;
	if (!log->has_index || log->index == join->index)
		return true;
	for (LIST_EACH(struct image, other, &world->images))
		if (is_of_logs(other) && other->has_index && other->index != log->index &&
			names_log(world, join->image, other))
			return false;
	return true;
}

static struct image *told(struct world *world, const struct image *log)
{
	for (size_t i = 0; i < world->options->join_count; i++) {
		const struct join_option *join = &world->options->joins[i];

		if (!is_meant(world, join, log))
			continue;
		for (LIST_EACH(struct image, entry, &world->images))
			if (names_entry(world, join, entry))
				return entry;
	}
	return NULL;
}

static bool is_of_use(struct world *world, const struct join_option *join)
{
	bool names_any = false, is_given = false;

	for (LIST_EACH(struct image, image, &world->images)) {
		names_any |= is_of_logs(image) && names_log(world, join->image, image);
		is_given |= names_entry(world, join, image);
	}
	return names_any && is_given;
}

/* A join that nothing is joined by is no silent wish. */
static void check_told(struct world *world)
{
	for (size_t i = 0; i < world->options->join_count; i++) {
		const struct join_option *join = &world->options->joins[i];
		struct buf words;

		if (is_of_use(world, join))
			continue;
		buf_init(&words, 1 << 12);
		buf_printf(&words, "--join %.*s=%.*s:%u", SLICE_ARG(join->image),
			SLICE_ARG(join->container), join->index);
		diagnostics_add(&world->report->diagnostics, DIAG_OPTION_UNBOUND,
			(struct place){ .input = NO_INPUT }, buf_slice(&words));
		buf_release(&words);
	}
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

/* A person, or a map of the site, calls the file as ConfigMgr does. */
static bool has_site_id(struct world *world, const struct image *log, const struct image *entry)
{
	struct slice id = image_given_id(world, entry);

	return log->site_id && log->has_index && log->index == entry->index && id.len &&
		slice_equal(id, world_text_of(world, log->site_id));
}

static bool corroborates(struct world *world, const struct image *log, const struct image *entry)
{
	int64_t from, to;

	if (has_site_id(world, log, entry))
		return true;

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

static bool is_candidate(struct world *world, const struct image *log, const struct image *entry)
{
	if (entry->kind != IMAGE_ENTRY)
		return false;
	return has_site_id(world, log, entry) ||
		(same_base(world, log, entry) && (!log->has_index || log->index == entry->index));
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

/* ConfigMgr's images */

/* Who else ConfigMgr's id says to be the image of a log, and is not joined. */
static bool is_same_package(const struct image *log, const struct image *other)
{
	return other != log && is_of_logs(other) && !other->joined && other->site_id &&
		other->site_id == log->site_id;
}

/* What is joined takes the others of its id and index along. */
static void take_along(struct world *world, const struct image *log)
{
	for (LIST_EACH(struct image, other, &world->images))
		if (is_same_package(log, other) && other->has_index &&
			other->index == (log->has_index ? log->index : log->joined->index))
			other->joined = log->joined;
}

/* The id names the file, and so all of its indexes. ConfigMgr's own log stands before a path. */
static void give_id(struct world *world, const struct image *log)
{
	for (LIST_EACH(struct image, entry, &world->images))
		if (entry->kind == IMAGE_ENTRY && entry->input == log->joined->input &&
			entry->container == log->joined->container &&
			entry->outer == log->joined->outer &&
			(!entry->site_id || log->kind == IMAGE_SITE))
			entry->site_id = log->site_id;
}

/* The only index of the package that any log knows; NULL: none, or several. */
static struct image *only_index(struct world *world, const struct image *log)
{
	struct image *found = NULL;

	for (LIST_EACH(struct image, other, &world->images)) {
		if (other == log || !is_of_logs(other) || !other->has_index ||
			other->site_id != log->site_id)
			continue;
		if (found && found->index != other->index)
			return NULL;
		found = found ? found : other;
	}
	return found;
}

/* A folder below ConfigMgr's, whose log does not say which index was mounted there. */
static void settle_folder(struct world *world, struct image *log)
{
	struct image *only;

	if (log->kind != IMAGE_DIRECTORY || !log->site_id || log->joined || log->has_index ||
		log->index)
		return;
	only = only_index(world, log);
	if (only)
		log->joined = only->joined ? only->joined : only;
}

static void join_packages(struct world *world)
{
	for (int is_path = 0; is_path < 2; is_path++)
		for (LIST_EACH(struct image, log, &world->images))
			if (is_of_logs(log) && log->joined && log->site_id &&
				(log->kind != IMAGE_SITE) == is_path) {
				take_along(world, log);
				give_id(world, log);
			}
	for (LIST_EACH(struct image, log, &world->images))
		settle_folder(world, log);
}

static struct image *find(struct world *world, struct image *log)
{
	struct image *found = told(world, log);

	if (found || log->kind == IMAGE_DIRECTORY)
		return found;
	found = corroborated(world, log);
	if (!found)
		note_candidates(world, log);
	return found;
}

void images_join(struct world *world)
{
	for (LIST_EACH(struct image, log, &world->images))
		if (is_of_logs(log) && log->has_rows)
			log->joined = find(world, log);
	join_packages(world);
	check_told(world);
}
