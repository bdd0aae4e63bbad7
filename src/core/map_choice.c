/* CI_IDs of one KB told apart by the packages that the image has. */
#include "core/map_choice.h"

#include "core/records.h"
#include "model/identity.h"

static struct slice identity_of(const struct world *world, const struct package *package)
{
	return interned(&world->identities, package->identity);
}

static void add_rows(struct map_choice *choice, struct map_updates rows)
{
	for (size_t i = 0; i < rows.count; i++) {
		bool is_there = false;

		for (size_t k = 0; k < choice->count; k++)
			is_there |= choice->rows[k] == rows.rows[i];
		if (is_there)
			continue;
		if (choice->count == MAX_CANDIDATES) {
			choice->is_more = true;
			return;
		}
		choice->rows[choice->count++] = rows.rows[i];
	}
}

/* What the update and its image are, for rows to be held against. */
struct subject {
	struct world *world;
	const struct update *update;
	struct slice image_architecture, image_version;
};

typedef bool row_test(const struct subject *subject, const struct map_update *row);

static void keep_those(struct map_choice *choice, const struct subject *subject, row_test *is_kept)
{
	size_t kept = 0;

	for (size_t i = 0; i < choice->count; i++)
		if (is_kept(subject, choice->rows[i]))
			choice->rows[kept++] = choice->rows[i];
	choice->count = kept;
}

/* Only when some are: a test that all fail tells nothing. */
static void prefer_those(
	struct map_choice *choice, const struct subject *subject, row_test *is_better)
{
	bool any = false;

	for (size_t i = 0; i < choice->count; i++)
		any |= is_better(subject, choice->rows[i]);
	if (any && choice->count > 1)
		keep_those(choice, subject, is_better);
}

/* Identities */

/* A row of an identity that the image does not have speaks of another package, when the image
 * has one of that name. */
static bool is_of_no_other(const struct subject *subject, const struct map_update *row)
{
	struct identity of_row, own;

	if (!identity_parse(row->identity, &of_row))
		return true;
	for (LIST_EACH(struct package, package, &subject->update->packages)) {
		struct slice identity = identity_of(subject->world, package);

		if (slice_equal_nocase(identity, row->identity))
			return true;
		if (identity_parse(identity, &own) && slice_equal_nocase(own.name, of_row.name))
			return false;
	}
	return true;
}

/* Architectures */

static bool is_architecture(struct slice word)
{
	static const char *const known[] = { "amd64", "x86", "arm64", "arm", "ia64" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (slice_equal_nocase(word, slice_from(known[i])))
			return true;
	return false;
}

static bool fits_architecture(const struct subject *subject, const struct map_update *row)
{
	struct slice wanted = row->architecture;
	bool any = false;

	if (!is_architecture(wanted)) { /* of the title, or of a word that we do not know */
		struct identity parts;

		wanted = identity_parse(row->identity, &parts) ? parts.architecture : SLICE_NONE;
	}
	if (!is_architecture(wanted))
		return true;
	for (LIST_EACH(struct package, package, &subject->update->packages)) {
		struct identity own;

		if (!identity_parse(identity_of(subject->world, package), &own) ||
			!is_architecture(own.architecture))
			continue;
		if (slice_equal_nocase(own.architecture, wanted))
			return true;
		any = true;
	}
	return !any &&
		(!is_architecture(subject->image_architecture) ||
			slice_equal_nocase(subject->image_architecture, wanted));
}

/* Builds */

struct build {
	uint32_t build, revision;
};

#define ANY_REVISION UINT32_MAX

/* "26100.4061", "26100.4061.1.5", "10.0.26100.4061"; of a map also "26100". */
static bool build_parse(struct slice text, struct build *ret_build)
{
	if (slice_starts(text, SLICE("10.0.")))
		text = slice_skip(text, 5);
	ret_build->revision = ANY_REVISION;
	if (!slice_to_u32(slice_cut(&text, '.'), 10, &ret_build->build) || ret_build->build < 10000)
		return false;
	return !text.len || slice_to_u32(slice_cut(&text, '.'), 10, &ret_build->revision);
}

/* A cumulative update has the build of the first release that it is for; an image of a later one,
 * which an enablement package made of it, has its own, and the revision of the update. */
static bool build_fits(const struct subject *subject, const struct map_update *row, bool of_image)
{
	struct build wanted, image = { 0 }, own;

	if (!build_parse(row->build, &wanted))
		return false;
	(void)build_parse(subject->image_version, &image);
	if (of_image && wanted.build != image.build)
		return false;
	for (LIST_EACH(struct package, package, &subject->update->packages)) {
		struct identity parts;

		if (identity_parse(identity_of(subject->world, package), &parts) &&
			build_parse(parts.version, &own) &&
			(wanted.revision == ANY_REVISION || own.revision == wanted.revision) &&

			(of_image || own.build == wanted.build))
			return true;
	}
	return false;
}

static bool fits_image_build(const struct subject *subject, const struct map_update *row)
{
	return build_fits(subject, row, true);
}

static bool fits_build(const struct subject *subject, const struct map_update *row)
{
	return build_fits(subject, row, false);
}

static struct subject subject_of(struct world *world, const struct update *update)
{
	const struct image *image = update->image;
	struct subject subject = { world, update, image->architecture, image->version };

	if (image->contents && image->contents->windows.architecture.len)
		subject.image_architecture = image->contents->windows.architecture;
	if (image->contents && image->contents->windows.version.len)
		subject.image_version = image->contents->windows.version;
	return subject;
}

void map_choose(struct world *world, const struct update *update, struct map_choice *ret_choice)
{
	const struct subject subject = subject_of(world, update);

	ret_choice->count = 0;
	ret_choice->is_more = false;
	for (LIST_EACH(struct package, package, &update->packages))
		add_rows(ret_choice, maps_of_identity(world, identity_of(world, package)));
	if (!ret_choice->count) {
		add_rows(ret_choice, maps_of_kb(world, update->kb));
		keep_those(ret_choice, &subject, is_of_no_other);
	}
	keep_those(ret_choice, &subject, fits_architecture);
	prefer_those(ret_choice, &subject, fits_image_build);
	prefer_those(ret_choice, &subject, fits_build);
}
