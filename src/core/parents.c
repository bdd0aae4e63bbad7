/* Parents that manifests name, and that are in the image. */
#include "core/parents.h"

#include "core/families.h"
#include "core/known.h"
#include "core/records.h"
#include "model/identity.h"

static struct slice field(struct slice *version)
{
	return slice_cut(version, '.');
}

/* Major and minor are equal; build and revision too, or they may be higher. */
static bool version_fits(
	const struct known_parent *parent, struct slice wanted, struct slice version)
{
	int build;

	for (int i = 0; i < 2; i++)
		if (version_compare(field(&wanted), field(&version)) != 0)
			return false;
	build = version_compare(field(&version), field(&wanted));
	if (build != 0)
		return build > 0 && parent->build_may_grow;
	build = version_compare(version, wanted);
	return build == 0 || (build > 0 && parent->revision_may_grow);
}

static struct package *installed_parent(
	const struct world *world, const struct package *package, const struct known_parent *parent)
{
	struct slice identity = interned(&world->identities, parent->identity);
	struct package *found = NULL;
	struct identity wanted;

	if (!identity_parse(identity, &wanted))
		return NULL;
	for (struct package *other = family_first(world, package->image, identity); other;
		other = other->next_of_family) {
		struct slice version = package_version(world, other);

		if ((other->now.current == STATE_INSTALLED ||
			    other->now.current == STATE_PERMANENT) &&
			version_fits(parent, wanted.version, version) &&
			(!found || version_compare(version, package_version(world, found)) > 0))
			found = other;
	}
	return found;
}

static void find_parent(struct world *world, struct package *package)
{
	const struct known *known = known_find(world, package->identity);
	const struct known_parent *named = known ? known->parents : NULL;
	struct package *parent = NULL;
	struct record *record;

	for (; named; named = named->next) {
		parent = installed_parent(world, package, named);
		if (parent)
			break;
	}
	record = parent ? record_of(world, package) : NULL;
	if (!record)
		return;
	record->parent = parent;
	record->parent_named = named;
}

void parents_find(struct world *world)
{
	for (LIST_EACH(struct package, package, &world->packages))
		if (!package->shadowed_by && state_is_out(package->now.current))
			find_parent(world, package);
}
