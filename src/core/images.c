/* Images: online, by directory, by container and index; mounts and their ends. */
#include "core/images.h"

#include <string.h>

#include "core/packages.h"
#include "core/runs.h"

#define MAX_DIRECTORY 1024

text_id directory_normal(struct world *world, struct slice directory)
{
	char normal[MAX_DIRECTORY];
	size_t len = 0;

	directory = slice_trim(directory);
	if (slice_starts(directory, SLICE("\\\\?\\")))
		directory = slice_skip(directory, 4);
	for (size_t i = 0; i < directory.len && len < sizeof(normal); i++) {
		char c = to_lower(directory.ptr[i]);

		if (c == '/')
			c = '\\';
		if (c == '"' || (c == '\\' && len > 1 && normal[len - 1] == '\\'))
			continue;
		normal[len++] = c;
	}
	while (len > 1 && normal[len - 1] == '\\')
		len--;
	return world_text(world, (struct slice){ normal, len });
}

/* Kinds whose index a log may leave open. */
static bool stands_in_logs(enum image_kind kind)
{
	return kind == IMAGE_CONTAINER || kind == IMAGE_DIRECTORY || kind == IMAGE_SITE;
}

static bool is_hex(char c)
{
	return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

static bool is_letter(char c)
{
	return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

struct image *image_new(struct world *world, struct machine *machine, enum image_kind kind)
{
	struct image *image = world_alloc(world, sizeof(*image));

	if (!image)
		return NULL;
	image->kind = kind;
	image->machine = machine;
	image->number = (uint32_t)world->images.count;
	image->input = world->fact ? world->fact->at.input : NO_INPUT;
	image->modified = NO_TIME;
	if (world->fact)
		proof_set(world, &image->origin, world->fact);
	if (!list_add(&world->images, image))
		world->status = ST_NOMEM;
	if (world->options->has_index && stands_in_logs(kind))
		image->index = world->options->index;
	return image;
}

struct image *image_online(struct world *world, struct machine *machine)
{
	if (!machine->online)
		machine->online = image_new(world, machine, IMAGE_ONLINE);
	return machine->online;
}

struct image *image_unknown(struct world *world, struct machine *machine)
{
	uint32_t input = world->fact ? world->fact->at.input : NO_INPUT;
	struct image *image;

	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_UNKNOWN && known->machine == machine &&
			known->input == input)
			return known;
	image = image_new(world, machine, IMAGE_UNKNOWN);
	if (image && world->fact)
		diagnostics_add(&world->report->diagnostics, DIAG_IMAGE_UNKNOWN, world->fact->at,
			SLICE_NONE);
	return image;
}

struct image *image_of_container(struct world *world, struct machine *machine,
	struct slice container, bool has_index, uint32_t index)
{
	text_id normal = directory_normal(world, container);
	struct image *image;

	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_CONTAINER && known->machine == machine &&
			known->directory == normal && known->has_index == has_index &&
			(!has_index || known->index == index))
			return known;
	image = image_new(world, machine, IMAGE_CONTAINER);
	if (!image)
		return NULL;
	image->directory = normal;
	image->container = world_text(world, slice_trim(container));
	image->has_index = has_index;
	if (has_index)
		image->index = index;
	return image;
}

/* Three of the site, five hexadecimal digits. */
static bool is_package_id(struct slice id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!(i < 3 ? is_letter(id.ptr[i]) || is_digit(id.ptr[i]) : is_hex(id.ptr[i])))
			return false;
	return id.len == 8;
}

static char to_capital(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c;
}

/* A path may spell the id of a package in small letters. */
static text_id site_text(struct world *world, struct slice id)
{
	char capitals[8];

	id = slice_trim(id);
	if (!is_package_id(id))
		return world_text(world, id);
	for (size_t i = 0; i < id.len; i++)
		capitals[i] = to_capital(id.ptr[i]);
	return world_text(world, (struct slice){ capitals, sizeof(capitals) });
}

struct image *image_of_site(struct world *world, struct machine *machine, struct slice package_id,
	bool has_index, uint32_t index)
{
	text_id id = site_text(world, package_id);
	struct image *image;

	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_SITE && known->machine == machine &&
			known->site_id == id && known->has_index == has_index &&
			(!has_index || known->index == index))
			return known;
	image = image_new(world, machine, IMAGE_SITE);
	if (!image)
		return NULL;
	image->site_id = id;
	image->has_index = has_index;
	if (has_index)
		image->index = index;
	return image;
}

/* "…\ConfigMgr_OfflineImageServicing\<ID>\ImageMountDir": ConfigMgr's package id. */
static struct slice site_id_of(struct slice directory)
{
	static const struct slice mark = { "\\ConfigMgr_OfflineImageServicing\\", 33 };
	size_t at = slice_find_nocase(directory, mark);
	struct slice rest, id;

	if (at == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(directory, at + mark.len);
	id = slice_cut(&rest, '\\');
	return slice_starts_nocase(rest, SLICE("ImageMountDir")) ? id : SLICE_NONE;
}

/* The open mount of a package whose directory ConfigMgr's log does not say. */
static struct mount *mount_of_package(
	const struct world *world, const struct machine *machine, text_id site_id)
{
	struct mount *found = NULL;

	for (LIST_EACH(struct mount, mount, &world->mounts))
		if (site_id && !mount->ended && mount->machine == machine && !mount->directory &&
			mount->image->kind == IMAGE_SITE && mount->image->site_id == site_id)
			found = mount;
	return found;
}

struct mount *mount_at(struct world *world, const struct machine *machine, struct slice directory)
{
	text_id normal = directory_normal(world, directory);
	struct mount *found = NULL;

	for (LIST_EACH(struct mount, mount, &world->mounts))
		if (normal && !mount->ended && mount->machine == machine &&
			mount->directory == normal)
			found = mount;
	return found ? found
		     : mount_of_package(world, machine, site_text(world, site_id_of(directory)));
}

struct mount *mount_of_image(const struct world *world, const struct image *image)
{
	struct mount *found = NULL;

	for (LIST_EACH(struct mount, mount, &world->mounts))
		if (!mount->ended && mount->image == image)
			found = mount;
	return found;
}

struct image *image_of_directory(
	struct world *world, struct machine *machine, struct slice directory)
{
	struct mount *mount = mount_at(world, machine, directory);
	text_id normal = directory_normal(world, directory);
	struct slice site = site_id_of(directory);
	struct image *image;

	if (mount)
		return mount->image;
	for (LIST_EACH(struct image, known, &world->images))
		if (known->kind == IMAGE_DIRECTORY && known->machine == machine &&
			known->directory == normal)
			return known;
	image = image_new(world, machine, IMAGE_DIRECTORY);
	if (!image)
		return NULL;
	image->directory = normal;
	image->directory_as_given = world_text(world, slice_trim(directory));
	if (site.len)
		image->site_id = site_text(world, site);
	return image;
}

static struct mount *new_mount(struct world *world, struct image *image, text_id directory)
{
	struct mount *mount = world_alloc(world, sizeof(*mount));

	if (!mount || !image)
		return NULL;
	mount->image = image;
	mount->machine = image->machine;
	mount->directory = directory;
	if (list_add(&world->mounts, mount))
		return mount;
	world->status = ST_NOMEM;
	return NULL;
}

struct mount *mount_implied(struct world *world, struct image *image)
{
	struct mount *mount = mount_of_image(world, image);

	if (mount || image->kind != IMAGE_DIRECTORY)
		return mount;
	mount = new_mount(world, image, image->directory);
	if (mount)
		mount->has_record = image->site_id != 0;
	return mount;
}

/* A mount that is still there when another begins: its unmount is not in the inputs. */
static void leave(struct world *world, struct mount *before)
{
	if (!before)
		return;
	mount_leave(world, before);
	before->ended = true;
}

/* Whether an image is what ConfigMgr services under that id. */
static bool is_of_site(const struct image *image, text_id site_id, bool has_index, uint32_t index)
{
	return site_id && image->site_id == site_id && image->has_index == has_index &&
		(!has_index || image->index == index);
}

struct mount *mount_of_site(struct world *world, struct image *image, struct slice directory)
{
	struct mount *mount;

	directory = slice_trim(directory);
	mount = directory.len ? mount_at(world, image->machine, directory)
			      : mount_of_package(world, image->machine, image->site_id);
	if (mount && is_of_site(mount->image, image->site_id, image->has_index, image->index))
		return mount;
	leave(world, mount);
	mount = new_mount(world, image, directory_normal(world, directory));
	if (mount)
		mount->has_record = true;
	return mount;
}

/* ConfigMgr told of the mount before DISM did: it is one. */
static void take_mount(
	struct world *world, struct host *host, struct mount *mount, const struct fact *fact)
{
	if (!mount->image->container)
		mount->image->container = world_text(world, slice_trim(fact->wim));
	host->image = mount->image;
	host->mount = mount;
}

void mount_begin(struct world *world, struct host *host, const struct fact *fact)
{
	text_id site = site_text(world, site_id_of(fact->image));
	struct mount *mount = mount_at(world, host->machine, fact->image);
	struct image *image;

	if (mount && mount->image->kind == IMAGE_SITE &&
		is_of_site(mount->image, site, fact->flags & FLAG_HAS_INDEX, fact->index)) {
		take_mount(world, host, mount, fact);
		return;
	}
	leave(world, mount);
	image = image_of_container(
		world, host->machine, fact->wim, fact->flags & FLAG_HAS_INDEX, fact->index);
	if (!image)
		return;
	mount = new_mount(world, image, directory_normal(world, fact->image));
	if (!mount)
		return;
	proof_set(world, &image->origin, fact);
	mount->has_record = true;
	mount->read_only = host->mount_read_only;
	if (site)
		image->site_id = site;
	host->image = image;
	host->mount = mount;
	if (mount->read_only)
		return;
	mount->run = run_begin(world, image, host->start.kind ? &host->start : NULL);
	if (mount->run)
		mount->run->mount = mount;
}

/* A directory not fully taken off: the save came before, and no error of it is known. */
#define NOT_TAKEN_OFF 0xC1420117u

static enum mount_end how_it_ended(const struct host *host)
{
	if (host->commit_error)
		return MOUNT_COMMIT_FAILED;
	if (host->flags & FLAG_DISCARD)
		return MOUNT_DISCARDED;
	if (host->unmount_error && host->unmount_code != NOT_TAKEN_OFF)
		return MOUNT_COMMIT_FAILED;
	return host->unmount_error || host->failed ? MOUNT_COMMIT_UNKNOWN : MOUNT_COMMITTED;
}

static void fail_run(struct world *world, struct host *host, struct mount *mount)
{
	struct run *run = mount && mount->run ? mount->run : host_run_placed(world, host);
	const struct proof *proof = &host->mount_error;
	uint32_t code = host->commit_error ? host->commit_code : host->unmount_code;
	bool has_code = host->commit_error || host->unmount_error;

	if (!has_code)
		has_code = chain_decide(&host->chain, NULL, &code, &proof);
	if (run)
		run_fail(world, run, NULL, has_code, code, proof);
}

static const struct {
	enum mount_end how;
	enum reason reason;
	bool keeps;
} ends[] = {
	{ MOUNT_OPEN, REASON_COMMIT_UNSEEN, true },
	{ MOUNT_COMMITTED, REASON_COMMIT_ASSUMED, true },
	{ MOUNT_DISCARDED, REASON_DISCARDED, false },
	{ MOUNT_COMMIT_FAILED, REASON_COMMIT_FAILED, false },
	{ MOUNT_COMMIT_UNKNOWN, REASON_COMMIT_UNKNOWN, true },
};

/* What was changed in the mount stands, or goes. */
static void settle(struct world *world, struct mount *mount)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends[i].how != mount->how)
			continue;
		for (LIST_EACH(struct package, package, &mount->packages))
			package_settle(
				world, package, mount, ends[i].reason, ends[i].keeps, &mount->end);
	}
	list_clear(&mount->packages);
}

void mount_leave(struct world *world, struct mount *mount)
{
	if (!mount->has_record && mount->how == MOUNT_OPEN)
		return; /* an applied volume needs no commit */
	if (mount->how != MOUNT_COMMIT_FAILED && mount->how != MOUNT_OPEN)
		return;
	settle(world, mount);
	if (mount->run && mount->how == MOUNT_COMMIT_FAILED)
		run_end(world, mount->run, &mount->end);
}

void mount_end_of_site(struct world *world, struct mount *mount, enum mount_end how)
{
	mount->how = how;
	if (world->fact)
		proof_set(world, &mount->end, world->fact);
	settle(world, mount);
	mount->ended = true;
}

static void end_mount(struct world *world, struct host *host, struct mount *mount)
{
	mount->ended = true;
	if (mount->run)
		run_end(world, mount->run, host->end.kind ? &host->end : &mount->end);
}

/* A save that failed leaves the image mounted as it was: another may follow. */
static void conclude_failed_save(struct world *world, struct host *host, struct mount *mount)
{
	mount->how = MOUNT_COMMIT_FAILED;
	proof_set(world, &mount->end, world->fact);
	proof_copy(world, &mount->end, &host->mount_error);
}

static void conclude_save(
	struct world *world, struct host *host, struct mount *mount, bool is_commit)
{
	if (mount->run && mount->how == MOUNT_COMMIT_FAILED)
		run_mend(mount->run, NULL);
	mount->how = how_it_ended(host);
	proof_copy(world, &mount->end, host->command.kind ? &host->command : &host->mount_error);
	if (host->unmount_error)
		proof_copy(world, &mount->end, &host->mount_error);
	settle(world, mount);
	if (is_commit)
		mount->how = MOUNT_OPEN; /* saved, and still mounted */
	else
		end_mount(world, host, mount);
}

/* The mount of a relative directory: the only open one whose path ends like it. */
static struct mount *mount_by_end(
	struct world *world, struct machine *machine, struct slice directory)
{
	struct slice normal = world_text_of(world, directory_normal(world, directory));
	struct mount *found = NULL;

	if (!normal.len || normal.ptr[0] == '\\' || (normal.len > 1 && normal.ptr[1] == ':'))
		return NULL;
	for (LIST_EACH(struct mount, mount, &world->mounts)) {
		struct slice path = world_text_of(world, mount->directory);

		if (mount->ended || mount->machine != machine || path.len <= normal.len ||
			!slice_ends_nocase(path, normal) ||
			path.ptr[path.len - normal.len - 1] != '\\')
			continue;
		found = mount;
	}
	return found;
}

static struct mount *mount_of_command(struct world *world, struct host *host)
{
	struct slice directory = world_text_of(world, host->directory);
	struct mount *mount;

	if (!directory.len)
		return NULL;
	mount = mount_at(world, host->machine, directory);
	if (!mount)
		mount = mount_by_end(world, host->machine, directory);
	if (!mount)
		mount = mount_implied(world, image_of_directory(world, host->machine, directory));
	return mount;
}

void mount_conclude(struct world *world, struct host *host)
{
	struct slice verb = world_text_of(world, host->verb);
	bool is_commit = slice_starts_nocase(verb, SLICE("commit-"));
	bool is_unmount = slice_starts_nocase(verb, SLICE("unmount-"));
	struct mount *mount;

	if (!is_commit && !is_unmount && !host->commit_error && !host->unmount_error)
		return;
	mount = mount_of_command(world, host);
	if (host->commit_error || host->unmount_error || host->failed)
		fail_run(world, host, mount);
	if (!mount)
		return;
	host->image = mount->image;
	if (how_it_ended(host) == MOUNT_COMMIT_FAILED)
		conclude_failed_save(world, host, mount);
	else
		conclude_save(world, host, mount, is_commit);
}

void image_describe(struct world *world, struct image *image, const struct fact *fact)
{
	image->name = arena_copy(&world->arena, fact->name);
	image->description = arena_copy(&world->arena, fact->description);
	image->edition = arena_copy(&world->arena, fact->edition);
	image->architecture = arena_copy(&world->arena, fact->architecture);
	image->version = arena_copy(&world->arena, fact->version);
	image->version_is_approximate = image->version.len != 0;
	image->modified = fact->utc;
	if (arena_status(&world->arena) != ST_OK)
		world->status = arena_status(&world->arena);
}
