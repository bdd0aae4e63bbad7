/* Images of ConfigMgr: their ids, the mounts at which DISM works on them, who they are one with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/images.h"
#include "core/join.h"
#include "core/names.h"
#include "core/run.h"
#include "core/scopes.h"
#include "core/unite.h"

#define STAGED "D:\\ConfigMgr_OfflineImageServicing\\CAS00123\\ImageMountDir"

struct site {
	struct run_options options;
	struct report report;
	struct world world;
	struct machine first, second;
};

static int set_up(void **state)
{
	static struct site site;

	memset(&site, 0, sizeof(site));
	world_init(&site.world, &site.options, &site.report);
	site.second.number = 1;
	*state = &site;
	return 0;
}

static int tear_down(void **state)
{
	struct site *site = *state;

	world_release(&site->world);
	report_release(&site->report);
	return 0;
}

static struct image *of_site(struct site *site, const char *id, uint32_t index)
{
	struct image *image =
		image_of_site(&site->world, &site->first, slice_from(id), index != 0, index);

	assert_non_null(image);
	image->has_rows = true;
	return image;
}

static void name(struct site *site)
{
	images_join(&site->world);
	images_name(&site->world);
	images_unite(&site->world);
	assert_int_equal(site->world.status, ST_OK);
}

static void assert_id(const struct image *image, const char *id, bool is_derived)
{
	assert_int_equal(image->id.len, strlen(id));
	assert_memory_equal(image->id.ptr, id, image->id.len);
	assert_int_equal(image->id_is_derived, is_derived);
}

static void test_names(void **state)
{
	static const char *const ids[] = { "CAS00123", "***00061", "<OS_Image_Package_ID>" };
	struct site *site = *state;
	struct image *images[3], *none;

	for (int i = 0; i < 3; i++)
		images[i] = of_site(site, ids[i], 1);
	none = of_site(site, "", 1);
	assert_ptr_equal(of_site(site, " cas00123 ", 1), images[0]);
	assert_ptr_not_equal(of_site(site, "CAS00123", 2), images[0]);
	assert_ptr_not_equal(of_site(site, "CAS00123", 0), images[0]);
	name(site);
	for (int i = 0; i < 3; i++)
		assert_id(images[i], ids[i], false);
	assert_id(none, "unknown", true);
}

/* The DISM image of another machine, mounted where ConfigMgr mounts, of the same index. */
static void test_united_across_machines(void **state)
{
	struct site *site = *state;
	struct image *one = of_site(site, "CAS00123", 1), *two = of_site(site, "CAS00123", 2);
	struct image *dism = image_of_container(
		&site->world, &site->second, SLICE("D:\\staging\\install.wim"), true, 2);

	dism->site_id = one->site_id;
	dism->has_rows = true;
	name(site);
	assert_ptr_equal(one->canonical, one);
	assert_ptr_equal(two->canonical, two);
	assert_ptr_equal(dism->canonical, two);
	assert_id(dism, "CAS00123", false);
	assert_int_equal(site->report.diagnostics.count, 0);
	assert_int_equal(two->container, dism->container);
}

/* While ConfigMgr has an index mounted, its folder is that index. */
static void test_mounts(void **state)
{
	struct site *site = *state;
	struct world *world = &site->world;
	struct image *one = of_site(site, "CAS00123", 1), *two = of_site(site, "CAS00123", 2);
	struct mount *mount = mount_of_site(world, one, SLICE(STAGED "\\"));
	struct image *other;

	assert_non_null(mount);
	assert_ptr_equal(image_of_directory(world, &site->first, SLICE(STAGED)), one);
	other = image_of_directory(world, &site->second, SLICE(STAGED));
	assert_ptr_not_equal(other, one);
	assert_int_equal(other->site_id, one->site_id);
	mount_end_of_site(world, mount, MOUNT_COMMITTED);
	assert_ptr_not_equal(image_of_directory(world, &site->first, SLICE(STAGED)), one);
	assert_non_null(mount_of_site(world, one, SLICE(STAGED)));
	assert_non_null(mount_of_site(world, two, SLICE(STAGED)));
	assert_ptr_equal(image_of_directory(world, &site->first, SLICE(STAGED)), two);
}

/* Files */

static struct image *entry(struct site *site, uint32_t index)
{
	const struct scope_name shown = { SLICE("/x/install.wim"), SLICE("install.wim") };

	if (!site->report.inputs) {
		site->report.inputs =
			arena_alloc(&site->report.arena, sizeof(*site->report.inputs));
		site->report.inputs[0].path = SLICE("install.wim");
		site->report.input_count = 1;
	}
	return scope_index(&site->world, 0, &shown, index);
}

static void join(struct site *site, const char *image, uint32_t index)
{
	site->options.joins[site->options.join_count++] =
		(struct join_option){ slice_from(image), SLICE("install.wim"), index };
}

/* The id that is joined to one index names the file: each index goes with its own. */
static void test_joined(void **state)
{
	struct site *site = *state;
	struct image *images[3], *entries[3];

	for (uint32_t i = 0; i < 3; i++) {
		images[i] = of_site(site, "CAS00123", i + 1);
		entries[i] = entry(site, i + 1);
	}
	join(site, "cas00123", 3);
	name(site);
	for (uint32_t i = 0; i < 3; i++) {
		assert_ptr_equal(images[i]->canonical, entries[i]->canonical);
		assert_int_equal(images[i]->index, i + 1);
		assert_id(entries[i], "CAS00123", false);
		assert_ptr_equal(images[i]->joined, i == 2 ? entries[i] : NULL);
	}
	assert_int_equal(site->report.diagnostics.count, 0);
}

/* The folder of the mount names it too. */
static void test_joined_by_folder(void **state)
{
	struct site *site = *state;
	struct image *image = of_site(site, "CAS00123", 1), *file = entry(site, 1);

	join(site, "d:/ConfigMgr_OfflineImageServicing/cas00123/ImageMountDir", 1);
	name(site);
	assert_ptr_equal(image->joined, file);
	assert_int_equal(site->report.diagnostics.count, 0);
}

/* A join of what no input holds is told. */
static void test_joined_in_vain(void **state)
{
	struct site *site = *state;

	(void)of_site(site, "CAS00123", 1);
	(void)entry(site, 1);
	join(site, "CAS00124", 1);
	join(site, "CAS00123", 7);
	name(site);
	assert_int_equal(site->report.diagnostics.count, 2);
	assert_int_equal(site->report.diagnostics.items[0].code, DIAG_OPTION_UNBOUND);
	assert_int_equal(site->report.diagnostics.items[1].code, DIAG_OPTION_UNBOUND);
}

/* An index that was exported has another number in the file that is given. */
static void test_joined_to_another_index(void **state)
{
	struct site *site = *state;
	struct image *image = of_site(site, "CAS00123", 1), *file = entry(site, 3);

	join(site, "CAS00123", 3);
	name(site);
	assert_ptr_equal(image->canonical, file);
	assert_int_equal(image->index, 3);
	assert_id(file, "CAS00123", false);
}

/* Two indexes, and none of that number: nobody knows which is meant. */
static void test_not_joined(void **state)
{
	struct site *site = *state;
	struct image *one = of_site(site, "CAS00123", 1), *two = of_site(site, "CAS00123", 2);
	struct image *file = entry(site, 3);

	join(site, "CAS00123", 3);
	name(site);
	assert_ptr_equal(one->canonical, one);
	assert_ptr_equal(two->canonical, two);
	assert_id(file, "install.wim", true);
}

/* What DISM mounted is joined: ConfigMgr's own goes along, whatever the number in the file. */
static void test_taken_along(void **state)
{
	struct site *site = *state;
	struct image *image = of_site(site, "CAS00123", 2), *file = entry(site, 1);
	struct image *dism = image_of_container(
		&site->world, &site->second, SLICE("D:\\staging\\other.wim"), true, 2);

	dism->site_id = image->site_id;
	dism->has_rows = true;
	join(site, "D:\\staging\\other.wim", 1);
	name(site);
	assert_ptr_equal(dism->joined, file);
	assert_ptr_equal(image->joined, file);
	assert_int_equal(image->index, 1);
	assert_id(image, "CAS00123", false);
}

static void test_option_names(void **state)
{
	struct site *site = *state;
	struct image *image = of_site(site, "CAS00123", 2), *file = entry(site, 2);

	site->options.package_ids[0] =
		(struct bound_option){ SLICE("install.wim"), SLICE("PS1000AB") };
	site->options.package_id_count = 1;
	join(site, "CAS00123", 2);
	image->input = NO_INPUT;
	name(site);
	assert_ptr_equal(image->canonical, file);
	assert_id(image, "PS1000AB", false);
}

/* The file is called as ConfigMgr calls it: by an option, or by a map of the site. */
static void test_id_corroborates(void **state)
{
	struct site *site = *state;

	for (int is_map = 0; is_map < 2; is_map++) {
		struct image *image = of_site(site, "CAS00123", 2), *other = entry(site, 1);
		struct image *file = entry(site, 2);

		image->input = NO_INPUT;
		if (is_map)
			file->site_id = image->site_id;
		else
			site->options.package_ids[0] =
				(struct bound_option){ SLICE("install.wim"), SLICE("CAS00123") };
		site->options.package_id_count = !is_map;
		name(site);
		assert_ptr_equal(image->joined, file);
		assert_ptr_equal(other->canonical, other);
		assert_id(image, "CAS00123", false);
		tear_down(state);
		set_up(state);
	}
}

/* The log of DISM does not say which index lay in the folder. */
static void test_folder(void **state)
{
	struct site *site = *state;
	struct image *one = of_site(site, "CAS00123", 1), *two = NULL;

	for (int count = 1; count <= 2; count++) {
		struct image *folder =
			image_of_directory(&site->world, &site->second, SLICE(STAGED));

		folder->has_rows = true;
		if (count == 2)
			two = of_site(site, "CAS00123", 2);
		name(site);
		assert_ptr_equal(folder->canonical, two ? folder : one);
		assert_id(folder, "CAS00123", false);
		assert_int_equal(folder->index, two ? 0 : 1);
		tear_down(state);
		set_up(state);
		one = of_site(site, "CAS00123", 1);
	}
}

/* The line of the mount is lost, or says nothing of the folder: the id in the path is enough. */
static void test_mount_without_directory(void **state)
{
	struct site *site = *state;
	struct world *world = &site->world;
	struct image *one = of_site(site, "CAS00123", 1), *two = of_site(site, "CAS00123", 2);
	struct image *other = of_site(site, "CAS00124", 1);
	struct mount *mount = mount_of_site(world, one, SLICE("  "));

	assert_non_null(mount);
	assert_ptr_not_equal(mount_of_site(world, other, SLICE_NONE), mount);
	assert_false(mount->ended);
	assert_ptr_equal(image_of_directory(world, &site->first, SLICE(STAGED)), one);
	assert_non_null(mount_of_site(world, two, SLICE_NONE));
	assert_true(mount->ended);
	assert_ptr_equal(image_of_directory(world, &site->first, SLICE(STAGED)), two);
	assert_ptr_not_equal(image_of_directory(world, &site->second, SLICE(STAGED)), two);
	assert_ptr_not_equal(image_of_directory(world, &site->first, SLICE("D:\\mount")), two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_united_across_machines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mounts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mount_without_directory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_joined, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_joined_by_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_joined_in_vain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_joined_to_another_index, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_joined, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_taken_along, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_option_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_id_corroborates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_folder, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
