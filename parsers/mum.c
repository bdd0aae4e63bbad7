/*
 * Package manifests (.mum): what a package is, what it builds on, what it is made of.
 *   assembly@description,displayName,supportInformation,creationTimeStamp,lastUpdateTimeStamp
 *     assemblyIdentity                     the package's own identity
 *     package@identifier,releaseType,restart,permanence,selfUpdate
 *       parent@disposition,...Compare / assemblyIdentity
 *       installerAssembly                  the servicing stack that it needs
 *       update@name,displayName,description
 *         selectable / detectNone@default  a feature, and whether it is on by itself
 *         package@integrate / assemblyIdentity
 *       declareCapability / capability / capabilityIdentity
 *       customInformation@Baseline         of checkpoint updates (not seen in a file)
 * All in the namespace asm.v3, whatever the prefix. Seen in 97 manifests of Windows 7 to 11.
 * A component's manifest has the same root and no package: it gives no fact.
 *
 * The fact of the manifest itself stands at its package element; its words are the tags of
 * its identity and of that element.
 */
#include "base/buf.h"
#include "parsers/assembly.h"
#include "parsers/stamp.h"

/* Parents, children and features of real manifests are some thousands at most; each is a
 * fact, kept until the document ends. */
#define MAX_ELEMENTS 250000

enum {
	ASSEMBLY = 1,
	IDENTITY,
	PACKAGE,
	CUSTOM,
	PARENT,
	PARENT_IDENTITY,
	INSTALLER,
	UPDATE,
	SELECTABLE,
	DETECT_NONE,
	UPDATE_PACKAGE,
	CHILD_IDENTITY,
	DECLARE,
	CAPABILITY,
	CAPABILITY_IDENTITY,
};

static const struct xml_known known[] = {
	{ ASSEMBLY, XML_DOCUMENT, false, "assembly" },
	{ IDENTITY, ASSEMBLY, false, "assemblyIdentity" },
	{ PACKAGE, ASSEMBLY, false, "package" },
	{ CUSTOM, PACKAGE, false, "customInformation" },
	{ PARENT, PACKAGE, false, "parent" },
	{ PARENT_IDENTITY, PARENT, false, "assemblyIdentity" },
	{ INSTALLER, PACKAGE, false, "installerAssembly" },
	{ UPDATE, PACKAGE, false, "update" },
	{ SELECTABLE, UPDATE, false, "selectable" },
	{ DETECT_NONE, SELECTABLE, false, "detectNone" },
	{ UPDATE_PACKAGE, UPDATE, false, "package" },
	{ CHILD_IDENTITY, UPDATE_PACKAGE, false, "assemblyIdentity" },
	{ DECLARE, PACKAGE, false, "declareCapability" },
	{ CAPABILITY, DECLARE, false, "capability" },
	{ CAPABILITY_IDENTITY, CAPABILITY, false, "capabilityIdentity" },
};

struct mum {
	struct parse_result *result;
	size_t first; /* of this document's facts */
	/* The assembly element */
	struct slice title, description, support;
	int64_t stamp;
	/* Its identity, and the tag of that */
	struct slice package, identity_words;
	bool has_manifest;
	size_t manifest; /* the number of its fact */
	/* The parent, update and package elements that are open */
	uint32_t parent_number;
	struct slice disposition, compare;
	struct slice update, update_title, update_description, update_words, integrate;
	uint64_t update_line, update_offset;
	bool has_feature;
	size_t feature;
};

static void begin_assembly(struct mum *mum, const struct xml_element *element)
{
	struct slice updated = xml_attribute(element, "lastUpdateTimeStamp");

	mum->title = xml_attribute(element, "displayName");
	if (slice_equal_nocase(mum->title, SLICE("default")))
		mum->title = SLICE_NONE;
	mum->description = xml_attribute(element, "description");
	mum->support = xml_attribute(element, "supportInformation");
	mum->stamp = stamp_parse_loose(updated);
	if (mum->stamp == NO_TIME)
		mum->stamp = stamp_parse_loose(xml_attribute(element, "creationTimeStamp"));
}

/* Facts that came before the identity, out of its place, get it now. */
static void begin_identity(struct mum *mum, const struct xml_element *element)
{
	if (mum->package.len)
		return;
	mum->package = assembly_identity(element, &mum->result->scratch);
	mum->identity_words = xml_words(element);
	for (size_t i = mum->first; i < mum->result->fact_count; i++)
		mum->result->facts[i].package = mum->package;
}

static struct fact *add(
	const struct mum *mum, const struct xml_element *element, enum fact_kind kind)
{
	struct fact *fact = xml_fact(element, kind);

	if (fact)
		fact->package = mum->package;
	return fact;
}

static void begin_package(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = mum->has_manifest ? NULL : add(mum, element, FACT_MANIFEST);

	if (!fact)
		return;
	mum->has_manifest = true;
	mum->manifest = mum->result->fact_count - 1;
	fact->words = xml_join_words(element, mum->identity_words, fact->words);
	fact->identifier = xml_attribute(element, "identifier");
	fact->release = xml_attribute(element, "releaseType");
	fact->verb = xml_attribute(element, "restart");
	fact->title = mum->title;
	fact->description = mum->description;
	fact->path = mum->support;
	fact->utc = mum->stamp;
	if (xml_attribute_is(element, "permanence", "permanent"))
		fact->flags |= FLAG_PERMANENT;
	if (xml_attribute_is(element, "selfUpdate", "true"))
		fact->flags |= FLAG_STACK;
}

static struct fact *manifest_fact(const struct mum *mum)
{
	return &mum->result->facts[mum->manifest];
}

static void begin_custom(struct mum *mum, const struct xml_element *element)
{
	if (xml_attribute_is(element, "Baseline", "true") ||
		xml_attribute_is(element, "Baseline", "1"))
		manifest_fact(mum)->flags |= FLAG_BASELINE;
}

static void begin_installer(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = manifest_fact(mum);

	if (!fact->version.len &&
		xml_attribute_is(element, "name", "Microsoft-Windows-ServicingStack"))
		fact->version = xml_attribute(element, "version");
}

/* Parents */

/* "buildCompare=GE revisionCompare=GE" */
static struct slice comparisons(const struct mum *mum, const struct xml_element *element)
{
	static const char *const names[] = { "buildCompare", "serviceCompare", "revisionCompare",
		"distributionCompare" };
	struct slice text;
	struct buf words;

	buf_init(&words, 1024);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct slice value = xml_attribute(element, names[i]);

		if (value.len)
			buf_printf(&words, "%s%s=%.*s", words.len ? " " : "", names[i],
				SLICE_ARG(slice_from_to(value, 0, 64)));
	}
	text = arena_copy(&mum->result->scratch, buf_slice(&words));
	buf_release(&words);
	return text;
}

static void begin_parent(struct mum *mum, const struct xml_element *element)
{
	mum->parent_number++;
	mum->disposition = xml_attribute(element, "disposition");
	mum->compare = comparisons(mum, element);
}

static void begin_parent_identity(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = add(mum, element, FACT_MANIFEST_PARENT);

	if (!fact)
		return;
	fact->parent = assembly_identity(element, &mum->result->scratch);
	fact->verb = mum->disposition;
	fact->function = mum->compare;
	fact->index = mum->parent_number;
	fact->flags = FLAG_HAS_INDEX;
}

/* Updates: features and children */

static void begin_update(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = manifest_fact(mum);

	mum->update = xml_attribute(element, "name");
	mum->update_title = xml_attribute(element, "displayName");
	mum->update_description = xml_attribute(element, "description");
	mum->update_words = xml_words(element);
	mum->update_line = element->line;
	mum->update_offset = element->offset;
	mum->has_feature = false;
	if (!fact->update.len)
		fact->update = mum->update;
}

/* A feature stands where its update does: that tag names it. */
static void begin_selectable(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = mum->has_feature ? NULL : add(mum, element, FACT_MANIFEST_FEATURE);

	if (!fact)
		return;
	mum->has_feature = true;
	mum->feature = mum->result->fact_count - 1;
	fact->at.line = mum->update_line;
	fact->at.offset = mum->update_offset;
	fact->words = mum->update_words;
	fact->name = mum->update;
	fact->title = mum->update_title;
	fact->description = mum->update_description;
}

static void begin_detect_none(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = &mum->result->facts[mum->feature];

	if (!mum->has_feature || fact->target != STATE_NONE)
		return;
	if (xml_attribute_is(element, "default", "true"))
		fact->target = STATE_INSTALLED;
	else if (xml_attribute_is(element, "default", "false"))
		fact->target = STATE_STAGED;
}

static void begin_update_package(struct mum *mum, const struct xml_element *element)
{
	mum->integrate = xml_attribute(element, "integrate");
}

static void begin_child(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = add(mum, element, FACT_MANIFEST_CHILD);

	if (!fact)
		return;
	fact->name = assembly_identity(element, &mum->result->scratch);
	fact->update = mum->update;
	fact->verb = mum->integrate;
	if (slice_equal_nocase(mum->integrate, SLICE("hidden")))
		fact->flags |= FLAG_HIDDEN;
}

static void begin_capability(struct mum *mum, const struct xml_element *element)
{
	struct fact *fact = add(mum, element, FACT_MANIFEST_CAPABILITY);

	if (fact)
		fact->name = capability_identity(element, &mum->result->scratch);
}

static void begin(void *self, const struct xml_element *element)
{
	static void (*const handlers[])(struct mum *, const struct xml_element *) = {
		[ASSEMBLY] = begin_assembly,
		[IDENTITY] = begin_identity,
		[PACKAGE] = begin_package,
		[CUSTOM] = begin_custom,
		[PARENT] = begin_parent,
		[PARENT_IDENTITY] = begin_parent_identity,
		[INSTALLER] = begin_installer,
		[UPDATE] = begin_update,
		[SELECTABLE] = begin_selectable,
		[DETECT_NONE] = begin_detect_none,
		[UPDATE_PACKAGE] = begin_update_package,
		[CHILD_IDENTITY] = begin_child,
		[CAPABILITY_IDENTITY] = begin_capability,
	};
	struct mum *mum = self;

	/* Inside a package there is its fact, unless memory is out. */
	if (handlers[element->id] && (element->id <= PACKAGE || mum->has_manifest))
		handlers[element->id](mum, element);
}

static const struct xml_format format = {
	.known = known,
	.known_count = sizeof(known) / sizeof(known[0]),
	.space = ASSEMBLY_SPACE,
	.max_elements = MAX_ELEMENTS,
	.begin = begin,
};

static void read_mum(struct slice bytes, struct parse_result *result)
{
	struct mum mum = { .result = result, .first = result->fact_count };

	(void)xml_read(&format, bytes, &mum, result);
	if (mum.has_manifest && !mum.package.len && !result->note_count)
		parse_result_note(result, DIAG_XML_REFUSED, manifest_fact(&mum)->at.line,
			manifest_fact(&mum)->at.offset, SLICE("no assemblyIdentity"));
}

/* The root, its namespace, and a package inside; a component's manifest has none. */
static unsigned bid(struct slice head)
{
	struct slice tag = xml_first_tag(head);

	if (!slice_equal(xml_tag_name(tag), SLICE("assembly")) ||
		slice_find(tag, SLICE(ASSEMBLY_SPACE)) == SLICE_MISSING)
		return 0;
	return slice_find(head, SLICE("<package")) != SLICE_MISSING ||
			slice_find(head, SLICE(":package")) != SLICE_MISSING
		? 128
		: 64;
}

const struct parser parser_mum = {
	.name = "mum",
	.what = "package manifests, *.mum",
	.looked_for = "XML with the root 'assembly' of asm.v3",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_mum,
};
