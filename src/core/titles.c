/* Identities: parts of Windows among them, and titles. */
#include "core/titles.h"

#include "base/buf.h"
#include "core/known.h"
#include "core/metadata.h"
#include "model/identity.h"
#include "model/release.h"

bool identity_is_system(const struct world *world, text_id identity)
{
	static const char *const marks[] = {
		"-FOD-Package",
		"LanguagePack",
		"LanguageFeatures",
		"-Foundation-Package",
		"-OnDemand-Package",
	};
	const struct known *known = known_find(world, identity);
	struct slice name = interned(&world->identities, identity);

	if (identity_is_update(name))
		return false;
	if (known && known->release.text)
		return release_is_system(world_text_of(world, known->release.text));
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (slice_find_nocase(name, slice_from(marks[i])) != SLICE_MISSING)
			return true;
	return false;
}

/* "26100.8037" of a rollup or stack, the whole version of others. */
static struct slice version_of(struct slice identity)
{
	struct identity parts;
	size_t dots = 0;

	(void)identity_parse(identity, &parts);
	if (slice_find_nocase(identity, SLICE("RollupFix")) == SLICE_MISSING &&
		!identity_is_stack(identity))
		return parts.version;
	for (size_t i = 0; i < parts.version.len; i++)
		if (parts.version.ptr[i] == '.' && ++dots == 2)
			return slice_from_to(parts.version, 0, i);
	return parts.version;
}

struct slice title_made_up(
	struct world *world, uint32_t kb, text_id id, struct slice type, bool is_update_too)
{
	struct slice identity = interned(&world->identities, id), version = version_of(identity);
	struct slice copy;
	struct buf title;

	if (!type.len)
		type = SLICE("Update");
	buf_init(&title, (size_t)1 << 20);
	if (kb)
		buf_printf(&title, "%.*s for Windows (KB%u)", SLICE_ARG(type), kb);
	else if (is_update_too && version.len)
		buf_printf(&title, "%.*s for Windows (%.*s)", SLICE_ARG(type), SLICE_ARG(version));
	else
		buf_put(&title, identity);
	copy = arena_copy(&world->arena, buf_slice(&title));
	if (title.status != ST_OK || !copy.ptr)
		world->status = title.status != ST_OK ? title.status : arena_status(&world->arena);
	buf_release(&title);
	return copy;
}

struct slice title_of(struct world *world, uint32_t kb, text_id identity)
{
	const struct known *known = known_find(world, identity);
	struct metadata_update update = metadata_find(world, identity, kb);
	struct slice type = known ? world_text_of(world, known->release.text) : SLICE_NONE;

	if (update.title.len)
		return update.title;
	if (known && known->title.text)
		return world_text_of(world, known->title.text);
	return title_made_up(world, kb, identity, type,
		release_is_update(type) ||
			identity_is_update(interned(&world->identities, identity)));
}
