/* Lists and their members, as facts. */
#include "parsers/listing.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_SKIPS_NOTED 64 /* of one document: the bytes of more are counted */

void listed_set(struct listed_object *object, enum listed_field field, struct slice value)
{
	if (field == LISTED_NONE || listed_has(object, field))
		return;
	object->has |= (uint32_t)1 << field;
	object->value[field] = value;
}

void listing_init(struct listing *listing, struct parse_result *result)
{
	*listing = (struct listing){ .result = result, .head = NO_LISTING };
}

void listing_release(struct listing *listing)
{
	free(listing->times);
	listing_init(listing, listing->result);
}

void listing_begin(struct listing *listing, struct slice verb, uint64_t line, uint64_t offset)
{
	struct fact *fact;

	listing_finish(listing, LISTING_CUT);
	fact = parse_result_add(listing->result, FACT_LISTING);
	if (!fact)
		return;
	listing->head = listing->result->fact_count - 1;
	listing->count = 0;
	listing->is_damaged = listing->noted_language = listing->noted_cut_name = false;
	listing->order = ORDER_OPEN;
	listing->time_count = 0;
	fact->at.line = line;
	fact->at.offset = offset;
	fact->verb = verb;
	fact->version = listing->context.version;
	fact->image = listing->context.image;
	fact->wim = listing->context.wim;
	fact->flags = listing->context.flags;
}

static void settle_times(struct listing *listing)
{
	for (size_t i = 0; i < listing->time_count; i++) {
		const struct listing_time *item = &listing->times[i];
		struct fact *fact = &listing->result->facts[item->fact];

		fact->when = listed_time_local(&item->time, listing->order);
		fact->utc = item->time.utc;
	}
	listing->time_count = 0;
}

void listing_finish(struct listing *listing, enum listing_end end)
{
	struct fact *head;

	if (!listing_is_open(listing))
		return;
	settle_times(listing);
	head = &listing->result->facts[listing->head];
	head->index = listing->count;
	head->flags |= FLAG_HAS_INDEX;
	listing->head = NO_LISTING;
	/* An empty list is no proof that nothing is there. */
	if (end == LISTING_WHOLE && listing->count && !listing->is_damaged)
		head->flags |= FLAG_COMPLETE;
	else if (end == LISTING_CUT)
		parse_result_note(listing->result, DIAG_LISTING_CUT, head->at.line, head->at.offset,
			SLICE_NONE);
}

static void keep_time(struct listing *listing, struct slice text)
{
	struct listed_time time;

	if (!listed_time_parse(text, &time))
		return;
	listing->order = date_order_join(listing->order, time.proof);
	if (listing->time_count == listing->time_cap) {
		size_t cap = listing->time_cap ? listing->time_cap * 2 : 64;
		struct listing_time *grown = reallocarray(listing->times, cap, sizeof(*grown));

		if (!grown) {
			listing->result->status = ST_NOMEM;
			return;
		}
		listing->times = grown;
		listing->time_cap = cap;
	}
	listing->times[listing->time_count++] = (struct listing_time){
		.fact = listing->result->fact_count - 1,
		.time = time,
	};
}

static struct slice value_of(const struct listed_object *object, enum listed_field field)
{
	return object->value[field];
}

/* A state that is not known: a localised word, or a number out of range. */
static void check_state(
	struct listing *listing, const struct listed_object *object, enum cbs_state state)
{
	struct slice word = value_of(object, LISTED_STATE);

	if (state != STATE_NONE || !word.len || listing->noted_language)
		return;
	listing->noted_language = true;
	parse_result_note(
		listing->result, DIAG_LISTING_LANGUAGE, object->line, object->offset, word);
}

static void fill_package(
	struct listing *listing, const struct listed_object *object, struct fact *fact)
{
	struct slice word = value_of(object, LISTED_STATE);

	fact->package = value_of(object, LISTED_PACKAGE);
	fact->verb = word;
	fact->current = listed_package_state(word);
	fact->release = listed_release(value_of(object, LISTED_RELEASE));
	fact->title = value_of(object, LISTED_NAME);
	fact->description = value_of(object, LISTED_DESCRIPTION);
	fact->path = value_of(object, LISTED_SUPPORT);
	fact->name = value_of(object, LISTED_PRODUCT);
	check_state(listing, object, fact->current);
	keep_time(listing, value_of(object, LISTED_TIME));
}

/* Get-HotFix lists what is installed and has no other state. */
static void fill_hotfix(
	struct listing *listing, const struct listed_object *object, struct fact *fact)
{
	fact->identifier = value_of(object, LISTED_HOTFIX);
	fact->current = STATE_INSTALLED;
	fact->release = listed_release(value_of(object, LISTED_DESCRIPTION));
	keep_time(listing, value_of(object, LISTED_TIME));
}

static void fill_feature(
	struct listing *listing, const struct listed_object *object, struct fact *fact)
{
	fact->name = value_of(object, LISTED_FEATURE);
	fact->verb = value_of(object, LISTED_STATE);
	fact->current = listed_feature_state(fact->verb);
	fact->title = value_of(object, LISTED_NAME);
	fact->description = value_of(object, LISTED_DESCRIPTION);
	check_state(listing, object, fact->current);
}

static void fill_capability(
	struct listing *listing, const struct listed_object *object, struct fact *fact)
{
	bool named = listed_has(object, LISTED_CAPABILITY);

	fact->name = value_of(object, named ? LISTED_CAPABILITY : LISTED_NAME);
	fact->verb = value_of(object, LISTED_STATE);
	fact->current = listed_package_state(fact->verb);
	fact->title = named ? value_of(object, LISTED_NAME) : SLICE_NONE;
	fact->description = value_of(object, LISTED_DESCRIPTION);
	check_state(listing, object, fact->current);
}

/* "10.0.22621" and the larger of the service pack's numbers, as the XML of the image file
 * is read. */
static struct slice image_version(struct listing *listing, const struct listed_object *object)
{
	struct slice version = value_of(object, LISTED_VERSION);
	uint32_t build = 0, level = 0, major, minor, number;
	bool has_build, has_level;
	char text[64];

	if (!version.len && slice_to_u32(value_of(object, LISTED_MAJOR), 10, &major) &&
		slice_to_u32(value_of(object, LISTED_MINOR), 10, &minor) &&
		slice_to_u32(value_of(object, LISTED_BUILD), 10, &number)) {
		(void)snprintf(text, sizeof(text), "%u.%u.%u", major, minor, number);
		version = slice_from(text);
	}
	if (!version.len || version.len > 40)
		return SLICE_NONE;
	has_build = slice_to_u32(value_of(object, LISTED_SP_BUILD), 10, &build);
	has_level = slice_to_u32(value_of(object, LISTED_SP_LEVEL), 10, &level);
	if (has_build || has_level) {
		char full[128];

		(void)snprintf(full, sizeof(full), "%.*s.%u", SLICE_ARG(version),
			build > level ? build : level);
		return arena_copy(&listing->result->scratch, slice_from(full));
	}
	return arena_copy(&listing->result->scratch, version);
}

static void fill_image(
	struct listing *listing, const struct listed_object *object, struct fact *fact)
{
	if (slice_to_u32(value_of(object, LISTED_INDEX), 10, &fact->index))
		fact->flags = FLAG_HAS_INDEX;
	fact->name = value_of(
		object, listed_has(object, LISTED_IMAGE_NAME) ? LISTED_IMAGE_NAME : LISTED_NAME);
	fact->description = value_of(object, LISTED_DESCRIPTION);
	fact->edition = value_of(object, LISTED_EDITION);
	fact->architecture = listed_architecture(value_of(object, LISTED_ARCHITECTURE));
	fact->wim = listing->context.wim;
	fact->version = image_version(listing, object);
	keep_time(listing, value_of(object, LISTED_MODIFIED));
}

/* Kinds of members, told by the field that only they have; the first that fits. */
static const struct member {
	enum listed_field key;
	enum fact_kind kind;
	struct slice verb;
	void (*fill)(struct listing *, const struct listed_object *, struct fact *);
} members[] = {
	{ LISTED_PACKAGE, FACT_LISTED_PACKAGE, { "packages", 8 }, fill_package },
	{ LISTED_HOTFIX, FACT_LISTED_PACKAGE, { "hotfixes", 8 }, fill_hotfix },
	{ LISTED_FEATURE, FACT_LISTED_FEATURE, { "features", 8 }, fill_feature },
	{ LISTED_CAPABILITY, FACT_LISTED_CAPABILITY, { "capabilities", 12 }, fill_capability },
	{ LISTED_INDEX, FACT_WIM_IMAGE, { "images", 6 }, fill_image },
	{ LISTED_NAME, FACT_LISTED_CAPABILITY, { "capabilities", 12 }, fill_capability },
};

static const struct member *member_of(const struct listed_object *object)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct member *member = &members[i];
		struct slice key = object->value[member->key];

		if (!key.len)
			continue;
		/* "ImageIndex" of a mounted image comes without a name. */
		if (member->key == LISTED_INDEX &&
			!(listed_has(object, LISTED_NAME) || listed_has(object, LISTED_IMAGE_NAME)))
			continue;
		/* Anything may have a name: a capability's tells by its shape. */
		if (member->key == LISTED_NAME && !listed_is_capability(key))
			continue;
		return member;
	}
	return NULL;
}

/* Names that lost their end say nothing: what they would name may not exist. */
static bool check_name(
	struct listing *listing, const struct listed_object *object, struct slice key)
{
	if (!listed_is_cut(key))
		return true;
	listing->is_damaged = true;
	if (!listing->noted_cut_name)
		parse_result_note(
			listing->result, DIAG_LISTED_NAME_CUT, object->line, object->offset, key);
	listing->noted_cut_name = true;
	return false;
}

static bool has_room(struct listing *listing, const struct listed_object *object)
{
	if (listing->total < MAX_LISTED)
		return true;
	if (listing->total == MAX_LISTED)
		parse_result_note(listing->result, DIAG_FACTS_DROPPED, object->line, object->offset,
			SLICE_NONE);
	listing->total = MAX_LISTED + 1;
	listing->is_damaged = true;
	return false;
}

/* Values that found no room in the scratch are empty: then nothing is known of the member. */
static bool is_whole(struct listing *listing, const struct listed_object *object)
{
	enum status status = arena_status(&listing->result->scratch);

	if (status == ST_OK)
		return true;
	if (status != ST_LIMIT) {
		listing->result->status = status;
		return false;
	}
	if (listing->total < MAX_LISTED)
		listing->total = MAX_LISTED;
	return has_room(listing, object);
}

/* A PowerShell session may print lists of several kinds one after the other. */
static void open_for(
	struct listing *listing, const struct member *member, const struct listed_object *object)
{
	if (listing_is_open(listing) &&
		(!listing->count ||
			listing->result->facts[listing->result->fact_count - 1].kind ==
				member->kind))
		return;
	listing_finish(listing, LISTING_OPEN);
	listing_begin(listing, member->verb, object->line, object->offset);
}

void listing_skip(struct listing *listing, const struct listed_object *object)
{
	listing->result->damaged += object->words.len;
	listing->is_damaged = true;
	if (listing->skipped++ < MAX_SKIPS_NOTED)
		parse_result_note(listing->result, DIAG_SKIPPED_BYTES, object->line, object->offset,
			SLICE_NONE);
}

void listing_add(struct listing *listing, const struct listed_object *object)
{
	const struct member *member = member_of(object);
	struct fact *fact;

	if (!is_whole(listing, object) || !member)
		return;
	open_for(listing, member, object);
	if (!check_name(listing, object, object->value[member->key]) || !has_room(listing, object))
		return;
	fact = parse_result_add(listing->result, member->kind);
	if (!fact)
		return;
	fact->at.line = object->line;
	fact->at.offset = object->offset;
	fact->words = object->words;
	member->fill(listing, object, fact);
	listing->count++;
	listing->total++;
	listing->result->records++;
}
