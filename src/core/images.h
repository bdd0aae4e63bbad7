/*
 * Images and mounts: which image a directory, a container or a session means, and what
 * becomes of a mount.
 */
#ifndef CORE_IMAGES_H
#define CORE_IMAGES_H

#include "core/world.h"

struct image *image_new(struct world *world, struct machine *machine, enum image_kind kind);
struct image *image_online(struct world *world, struct machine *machine);
/* The image behind a directory: the latest mount there, else the directory itself. */
struct image *image_of_directory(
	struct world *world, struct machine *machine, struct slice directory);
/* The image of a WIM by container and index. */
struct image *image_of_container(struct world *world, struct machine *machine,
	struct slice container, bool has_index, uint32_t index);
/*
 * The image that ConfigMgr services: an index of an image package, of one machine. Ids are opaque
 * text (one made unreadable too, "***00061"), without blanks around them; the letters of what has
 * the form of a package id ("CAS00123") are capitals. An empty id: a log that starts in mid-run
 * does not say which. Where the path of its image file is known the caller may note it
 * (`container`), which changes neither the id nor the identity.
 */
struct image *image_of_site(struct world *world, struct machine *machine, struct slice package_id,
	bool has_index, uint32_t index);
/* Servicing records whose image nothing names: one an input, with a diagnostic. */
struct image *image_unknown(struct world *world, struct machine *machine);

/* The open mount of an image, NULL when there is none. */
struct mount *mount_of_image(const struct world *world, const struct image *image);
/* The open mount at a directory. */
struct mount *mount_at(struct world *world, const struct machine *machine, struct slice directory);
/* A directory that is serviced like a mount without a mount record. */
struct mount *mount_implied(struct world *world, struct image *image);

/*
 * ConfigMgr mounted an image at a directory: until the end of the mount, what DISM and CBS of this
 * machine do in that directory is done to the image; without a directory, what they do in the
 * one that ConfigMgr makes for the image's id. `run` of the mount is the caller's to set. NULL:
 * memory is out. It may be a mount that DISM's log began.
 */
struct mount *mount_of_site(struct world *world, struct image *image, struct slice directory);
/* Its end, as ConfigMgr tells it: what was changed in it stands, or goes. */
void mount_end_of_site(struct world *world, struct mount *mount, enum mount_end how);

/* The host mounted an image: the fact is the block of wimgapi. */
void mount_begin(struct world *world, struct host *host, const struct fact *fact);
/* The log leaves the mount as it is: never unmounted, or with a save that failed. */
void mount_leave(struct world *world, struct mount *mount);
/* How the host's commit or unmount ended, at the end of its command. */
void mount_conclude(struct world *world, struct host *host);

/* Lower case, backslashes, without quotes and trailing backslash. */
text_id directory_normal(struct world *world, struct slice directory);

/* Takes what the XML of its file, or a saved list, tells of an index. */
void image_describe(struct world *world, struct image *image, const struct fact *fact);

#endif
