/* Images that are one: contents and packages put together. */
#include "core/unite.h"

#include "core/records.h"

static bool unite_images(struct world *world)
{
	bool any = false;

	for (LIST_EACH(struct image, image, &world->images)) {
		struct image *whole = image->canonical;

		if (whole == image)
			continue;
		any = true;
		if (image->contents)
			contents_join(world, whole, image->contents);
		whole->in_logs |= image->in_logs;
		if (whole->kind == IMAGE_SITE || whole->kind == IMAGE_DIRECTORY)
			whole->container = whole->container ? whole->container : image->container;
		whole->has_xml |= image->has_xml;
		if (image->modified != NO_TIME &&
			(whole->modified == NO_TIME || image->modified > whole->modified))
			whole->modified = image->modified;
	}
	return any;
}

static int by_identity(const void *a, const void *b)
{
	const struct package *first = *(struct package *const *)a,
			     *second = *(struct package *const *)b;
	const struct image *one = first->image->canonical, *other = second->image->canonical;

	if (one != other)
		return one->number < other->number ? -1 : 1;
	if (first->identity != second->identity)
		return first->identity < second->identity ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

/* When the last log statement of a package was made. */
static int64_t last_word(const struct package *package)
{
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < PROOF_ROLE_COUNT_; i++)
		if (package->proofs[i].kind && package->proofs[i].when != NO_TIME &&
			package->proofs[i].when > last)
			last = package->proofs[i].when;
	return last;
}

/* A package that no log speaks of gives way to one that some log does. */
static bool is_earlier(const struct package *package, const struct package *than)
{
	if (!package->own_proofs != !than->own_proofs)
		return !package->own_proofs;
	return last_word(package) < last_word(than);
}

static void shadow(struct world *world, struct package *package, struct package *stands)
{
	package->shadowed_by = stands;
	stands->statements += package->statements;
	if (!package->record)
		return;
	if (!stands->record)
		stands->record = package->record;
	else
		record_join(world, stands->record, package->record);
}

void images_unite(struct world *world)
{
	struct package *before = NULL;
	struct list sorted = { 0 };

	if (!unite_images(world))
		return;
	for (LIST_EACH(struct package, package, &world->packages))
		if (!list_add(&sorted, package))
			world->status = ST_NOMEM;
	list_sort(&sorted, by_identity);
	for (LIST_EACH(struct package, next, &sorted)) {
		if (!before || before->identity != next->identity ||
			before->image->canonical != next->image->canonical) {
			before = next;
		} else if (is_earlier(next, before)) {
			shadow(world, next, before);
		} else {
			shadow(world, before, next);
			before = next;
		}
	}
	list_release(&sorted);
}
