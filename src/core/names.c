/* Names of images: as given, as the site knows them, or derived. */
#include "core/names.h"

#include "base/buf.h"
#include "base/path.h"
#include "core/maps.h"

/* The last `parts` components of a path of either kind. */
static struct slice tail_of(struct slice path, unsigned parts)
{
	size_t at;

	while (path.len > 1 && is_separator(path.ptr[path.len - 1]))
		path.len--;
	for (at = path.len; at > 0; at--)
		if (is_separator(path.ptr[at - 1]) && --parts == 0)
			break;
	return slice_skip(path, at);
}

static struct slice unquote(struct slice s)
{
	while (s.len && s.ptr[0] == '"')
		s = slice_skip(s, 1);
	while (s.len && s.ptr[s.len - 1] == '"')
		s.len--;
	return s;
}

bool option_is_bound(const struct world *world, const struct bound_option *option, uint32_t input)
{
	struct slice shown, given = option->input;

	if (!given.len)
		return true;
	if (input == NO_INPUT || world->report->inputs[input].is_map)
		return false;
	shown = world->report->inputs[input].path;
	return slice_equal(given, shown) || slice_equal(tail_of(given, 1), tail_of(shown, 1));
}

bool option_is_of_tree(
	const struct world *world, const struct bound_option *option, const struct image *image)
{
	struct slice given = option->input, shown, path;

	if (!given.len || !image || image->kind != IMAGE_TREE || !image->root || image->outer)
		return false;
	while (given.len > 1 && given.ptr[given.len - 1] == '/')
		given.len--;
	shown = world_text_of(world, image->container);
	path = world_text_of(world, image->directory_as_given);
	return slice_equal(given, shown) || slice_equal(given, path) ||
		slice_equal(tail_of(given, 1), tail_of(shown, 1));
}

static bool is_used(const struct world *world, const struct bound_option *option)
{
	for (uint32_t input = 0; input < world->report->input_count; input++)
		if (option_is_bound(world, option, input))
			return true;
	for (LIST_EACH(const struct image, image, &world->images))
		if (option_is_of_tree(world, option, image))
			return true;
	return false;
}

static void check_bound(struct world *world, const struct bound_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_used(world, &options[i]))
			diagnostics_add(&world->report->diagnostics, DIAG_OPTION_UNBOUND,
				(struct place){ .input = NO_INPUT }, options[i].input);
}

void options_check(struct world *world)
{
	check_bound(world, world->options->package_ids, world->options->package_id_count);
	check_bound(world, world->options->timezones, world->options->timezone_count);
}

/* An id is told of the images that an input is; what lies in one of them has another name. */
static const struct bound_option *told_id(const struct world *world, const struct image *image)
{
	const struct bound_option *found = NULL;

	for (size_t i = 0; i < world->options->package_id_count && !image->outer; i++) {
		const struct bound_option *option = &world->options->package_ids[i];

		if ((option_is_bound(world, option, image->input) ||
			    option_is_of_tree(world, option, image)) &&
			(!found || option->input.len))
			found = option;
	}
	return found;
}

/* "C:" of a drive root, in capitals, as Windows writes it. */
static struct slice drive_of(struct world *world, struct slice directory)
{
	char letter[2] = { directory.ptr[0], ':' };

	if (letter[0] >= 'a' && letter[0] <= 'z')
		letter[0] = (char)(letter[0] - 'a' + 'A');
	return arena_copy(&world->arena, (struct slice){ letter, 2 });
}

static struct slice with_input(struct world *world, const struct image *image, struct slice name)
{
	struct buf text;
	struct slice copy;

	buf_init(&text, (size_t)1 << 20);
	if (image->input != NO_INPUT)
		buf_put(&text, world->report->inputs[image->input].path);
	buf_putc(&text, '/');
	buf_put(&text, name);
	copy = arena_copy(&world->arena, buf_slice(&text));
	if (text.status != ST_OK || !copy.ptr)
		world->status = text.status != ST_OK ? text.status : arena_status(&world->arena);
	buf_release(&text);
	return copy;
}

static bool is_of_input(const struct image *image)
{
	return image->kind == IMAGE_ENTRY || image->kind == IMAGE_DOCUMENT ||
		image->kind == IMAGE_TREE;
}

static struct slice derived_id(struct world *world, const struct image *image)
{
	struct slice directory = unquote(world_text_of(world, image->directory_as_given));
	unsigned parts = image->parts;
	struct slice name;

	switch (image->kind) {
	case IMAGE_ONLINE:
		return parts > 1 ? with_input(world, image, SLICE("online")) : SLICE("online");
	case IMAGE_SITE: /* without an id of its own */
	case IMAGE_UNKNOWN:
		return parts > 1 ? with_input(world, image, SLICE("unknown")) : SLICE("unknown");
	case IMAGE_ENTRY:
	case IMAGE_DOCUMENT:
	case IMAGE_TREE:
	case IMAGE_DIRECTORY:
		if (directory.len >= 2 && directory.len <= 3 && directory.ptr[1] == ':')
			name = drive_of(world, directory);
		else
			name = tail_of(directory, parts);
		break;
	case IMAGE_CONTAINER:
		name = tail_of(unquote(world_text_of(world, image->container)), parts);
		break;
	default:
		name = SLICE_NONE;
		break;
	}
	return parts > 2 && !is_of_input(image) ? with_input(world, image, name) : name;
}

static bool is_named(const struct image *image)
{
	if (image->is_package)
		return false;
	return image->has_rows || image->kind == IMAGE_ENTRY || image->kind == IMAGE_TREE ||
		(image->kind == IMAGE_DOCUMENT && !image->is_list);
}

/* Two indexes of one file share its name by right. */
static bool same_container(const struct image *a, const struct image *b)
{
	bool is_same = is_of_input(a) ? is_of_input(b) && a->input == b->input &&
			a->directory_as_given == b->directory_as_given
				      : (a->kind == IMAGE_CONTAINER || a->kind == IMAGE_SITE) &&
			b->kind == a->kind && a->machine == b->machine;

	return is_same && a->container == b->container && a->directory == b->directory &&
		a->index != b->index;
}

/* As the inputs and the logs write it: nothing of this machine's folders. */
static struct slice container_of(const struct world *world, const struct image *image)
{
	text_id path =
		image->kind == IMAGE_DIRECTORY ? image->directory_as_given : image->container;

	if (image->kind == IMAGE_ONLINE || image->kind == IMAGE_UNKNOWN)
		return SLICE_NONE;
	return unquote(world_text_of(world, path));
}

/* The row of --images: by the id that the site itself uses, else by the container. What lies in
 * an image has another container. */
static void ask_map(struct world *world, struct image *image)
{
	image->mapped = maps_of_package(world, world_text_of(world, image->site_id), image->index);
	image->id_is_mapped = false;
	if (image->mapped || image->outer)
		return;
	image->mapped = maps_of_container(world, container_of(world, image), image->index);
	image->id_is_mapped = image->mapped && image->mapped->id.len && !told_id(world, image);
}

void images_ask_map(struct world *world)
{
	for (LIST_EACH(struct image, image, &world->images))
		ask_map(world, image);
}

struct slice image_given_id(const struct world *world, const struct image *image)
{
	const struct bound_option *told = told_id(world, image);

	if (told && told->value.len)
		return told->value;
	return image->id_is_mapped ? image->mapped->id : world_text_of(world, image->site_id);
}

static void name_image(struct world *world, struct image *image)
{
	image->told = told_id(world, image);
	image->id_is_derived = false;
	image->parts = 1;
	image->id = image_given_id(world, image);
	if (image->id.len)
		return;
	image->id_is_derived = true;
	image->id = derived_id(world, image);
}

static int by_id_nocase(const void *a, const void *b)
{
	const struct image *first = *(struct image *const *)a, *second = *(struct image *const *)b;
	size_t common = first->id.len < second->id.len ? first->id.len : second->id.len;

	for (size_t i = 0; i < common; i++) {
		char x = to_lower(first->id.ptr[i]), y = to_lower(second->id.ptr[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	if (first->id.len != second->id.len)
		return first->id.len < second->id.len ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

/* Images [from, to) share a name: it is repeated unless all are indexes of one file. */
static bool is_repeated(const struct list *images, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; i++)
		if (!same_container(images->items[from], images->items[i]))
			return true;
	return false;
}

#define MAX_COMPONENTS 40

/* Who takes part in telling names apart, and how many components they take then. */
struct telling {
	bool inputs, logs;
	unsigned parts; /* 0: one more */
};

static bool takes_more(struct world *world, struct image *image, const struct telling *telling)
{
	struct slice before = image->id;
	bool takes = is_of_input(image) ? telling->inputs : telling->logs;

	if (!takes || image->parts == MAX_COMPONENTS)
		return false;
	image->parts = telling->parts ? telling->parts : image->parts + 1;
	image->id = derived_id(world, image);
	return !slice_equal(image->id, before);
}

static void list_derived(struct world *world, struct list *sorted, bool with_logs)
{
	for (LIST_EACH(struct image, image, &world->images))
		if (is_named(image) && image->id_is_derived && !image->joined &&
			(with_logs || is_of_input(image)) && !list_add(sorted, image))
			world->status = ST_NOMEM;
	list_sort(sorted, by_id_nocase);
}

/* Repeated names take more components, all of them. False: none has more to take. */
static bool tell_apart(struct world *world, const struct telling *telling)
{
	struct list sorted = { 0 };
	bool any = false;

	list_derived(world, &sorted, telling->logs);
	for (size_t from = 0, to; from < sorted.count; from = to) {
		const struct image *first = sorted.items[from];

		for (to = from + 1; to < sorted.count; to++)
			if (!slice_equal_nocase(((struct image *)sorted.items[to])->id, first->id))
				break;
		if (!is_repeated(&sorted, from, to))
			continue;
		for (size_t i = from; i < to; i++)
			any |= takes_more(world, sorted.items[i], telling);
	}
	list_release(&sorted);
	return any;
}

/* All take two; inputs then settle it among themselves, and those of logs give way to them. */
static void tell_all_apart(struct world *world)
{
	static const struct telling all = { true, true, 2 }, inputs = { true, false, 0 },
				    logs = { false, true, 3 };

	(void)tell_apart(world, &all);
	while (world->status == ST_OK && tell_apart(world, &inputs))
		;
	(void)tell_apart(world, &logs);
}

/* A mounted image that is an index of an input goes by that one's name. */
static void take_joined(struct world *world)
{
	for (LIST_EACH(struct image, image, &world->images)) {
		if (!image->joined)
			continue;
		image->id = image->joined->id;
		image->id_is_derived = image->joined->id_is_derived;
		image->index = image->joined->index;
		image->has_index = true;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct image *first = *(struct image *const *)a, *second = *(struct image *const *)b;
	int order = slice_compare(first->id, second->id);

	if (order)
		return order;
	if (first->index != second->index)
		return first->index < second->index ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

/* Uniting: a name alone makes no two images one. */

static bool is_whole(const struct image *image)
{
	return image->kind == IMAGE_ENTRY || image->kind == IMAGE_TREE;
}

/* Of two whole images a person must have said one id for each. */
static bool may_be_one(const struct image *whole, const struct image *next)
{
	return !whole || !is_whole(next) ||
		(whole->told != next->told && whole->input != next->input);
}

/* What names them alike: an id that was given or that the site uses; or, of images that only
 * logs know, the same container or directory. */
static bool is_united_by_name(const struct image *image)
{
	return is_named(image) && !image->joined && (!image->id_is_derived || !is_of_input(image));
}

static bool same_name(const struct image *a, const struct image *b)
{
	return a->index == b->index && a->id_is_derived == b->id_is_derived &&
		slice_equal(a->id, b->id);
}

/* Whether one of the images has its id from the site, or from a person who meant it: a map finds
 * containers by their file names, and many are called install.wim. */
static bool is_vouched(const struct list *images, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!((const struct image *)images->items[i])->id_is_mapped)
			return true;
	return false;
}

/* Images [from, to) have one name. */
static void unite_named(const struct list *images, size_t from, size_t to)
{
	bool vouched = is_vouched(images, from, to);
	const struct image *whole = NULL;
	struct image *first = NULL;

	for (size_t i = from; i < to; i++) {
		struct image *next = images->items[i];

		if (!vouched && is_of_input(next))
			continue;
		first = first ? first : next;
		if (may_be_one(whole, next))
			next->canonical = first->canonical;
		if (!whole && is_whole(next))
			whole = next;
	}
}

/* Of images that are one, whose row is known tells the others. The rest go by their ids. */
static void spread_rows(struct world *world)
{
	for (LIST_EACH(struct image, image, &world->images))
		if (!image->canonical->mapped)
			image->canonical->mapped = image->mapped;
	for (LIST_EACH(struct image, named, &world->images))
		if (!named->mapped && named->canonical == named && !named->id_is_derived)
			named->mapped = maps_of_package(world, named->id, named->index);
}

static void unite(struct world *world)
{
	struct list sorted = { 0 };

	for (LIST_EACH(struct image, image, &world->images)) {
		image->canonical = image;
		if (is_united_by_name(image) && !list_add(&sorted, image))
			world->status = ST_NOMEM;
	}
	list_sort(&sorted, by_key);
	for (size_t from = 0, to; from < sorted.count; from = to) {
		for (to = from + 1; to < sorted.count; to++)
			if (!same_name(sorted.items[from], sorted.items[to]))
				break;
		unite_named(&sorted, from, to);
	}
	for (LIST_EACH(struct image, image, &world->images))
		if (image->joined)
			image->canonical = image->joined->canonical;
	list_release(&sorted);
}

/* Keys that are left: what shares one is numbered, and that is told. */

static void number_id(struct world *world, struct image *image, size_t number)
{
	struct place at = { .input = image->input };
	struct slice copy;
	struct buf text;

	buf_init(&text, (size_t)1 << 20);
	buf_printf(&text, "%.*s#%zu", SLICE_ARG(image->id), number);
	copy = arena_copy(&world->arena, buf_slice(&text));
	if (text.status != ST_OK || !copy.ptr)
		world->status = ST_NOMEM;
	else
		image->id = copy;
	buf_release(&text);
	diagnostics_add(&world->report->diagnostics, DIAG_SAME_IMAGE_ID, at, image->id);
}

static bool same_key(const struct image *a, const struct image *b)
{
	return a->index == b->index && slice_equal_nocase(a->id, b->id);
}

static int by_key_nocase(const void *a, const void *b)
{
	const struct image *first = *(struct image *const *)a, *second = *(struct image *const *)b;

	if (!slice_equal_nocase(first->id, second->id))
		return by_id_nocase(a, b);
	if (first->index != second->index)
		return first->index < second->index ? -1 : 1;
	return first->number < second->number ? -1 : first->number > second->number;
}

/* False: all keys differ. */
static bool number_doubles(struct world *world)
{
	struct list sorted = { 0 };
	bool any = false;

	for (LIST_EACH(struct image, image, &world->images))
		if (is_named(image) && image->canonical == image && !list_add(&sorted, image))
			world->status = ST_NOMEM;
	list_sort(&sorted, by_key_nocase);
	for (size_t from = 0, to; from < sorted.count; from = to) {
		const struct image *first = sorted.items[from];

		for (to = from + 1; to < sorted.count && same_key(first, sorted.items[to]); to++)
			number_id(world, sorted.items[to], to - from + 1);
		any |= to > from + 1;
	}
	list_release(&sorted);
	return any;
}

#define MAX_PASSES 100 /* a number may make a name that somebody has */

void images_name(struct world *world)
{
	for (LIST_EACH(struct image, image, &world->images))
		name_image(world, image);
	tell_all_apart(world);
	take_joined(world);
	unite(world);
	spread_rows(world);
	for (int i = 0; i < MAX_PASSES && world->status == ST_OK && number_doubles(world); i++)
		;
	for (LIST_EACH(struct image, image, &world->images))
		image->id = image->canonical->id;
}
