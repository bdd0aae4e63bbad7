/*
 * What Windows Update says of an update: the files of WSUSSCAN.cab / package.cab in a
 * stand-alone package (and of wsusscn2.cab, which is the same for all updates).
 *   package.xml            OfflineSyncPackage / Updates / Update@UpdateId,RevisionId /
 *                          BundledBy / Revision@Id
 *   core/<revision>        UpdateIdentity@UpdateID, and in ApplicabilityRules / Metadata /
 *                          CbsPackageApplicabilityMetadata the heads of the package's manifests
 *   extended/<revision>    ExtendedProperties@MsrcSeverity / KBArticleID
 *   localized/<lang>/<revision>   LocalizedProperties / Language, Title, Description
 * All but package.xml are fragments: several roots one after the other, no prolog. The revision
 * stands in the name of the file alone and joins what the files say of one update. Title and KB
 * belong to a bundle; the package belongs to an update inside of it, which package.xml ties to
 * the bundle's revision.
 */
#include "base/buf.h"
#include "base/intern.h"
#include "base/path.h"
#include "parsers/assembly.h"

#define MAX_ASSEMBLIES 10000
#define FLUSH_FACTS    1000

enum {
	CATALOG = 1,
	UPDATES,
	UPDATE,
	BUNDLED_BY,
	BUNDLE,
	CORE,
	OTHER_ROOT,
	RULES,
	METADATA,
	CBS_METADATA,
	ASSEMBLY,
	IDENTITY,
	PACKAGE,
	PACKAGE_UPDATE,
	UPDATE_PACKAGE,
	CHILD_IDENTITY,
	EXTENDED,
	KB,
	LOCALIZED,
	LANGUAGE,
	TITLE,
	DESCRIPTION,
};

static const struct xml_known known[] = {
	{ CATALOG, XML_DOCUMENT, false, "OfflineSyncPackage" },
	{ UPDATES, CATALOG, false, "Updates" },
	{ UPDATE, UPDATES, false, "Update" },
	{ BUNDLED_BY, UPDATE, false, "BundledBy" },
	{ BUNDLE, BUNDLED_BY, false, "Revision" },
	{ CORE, XML_DOCUMENT, false, "UpdateIdentity" },
	{ OTHER_ROOT, XML_DOCUMENT, false, "Properties" },
	{ OTHER_ROOT, XML_DOCUMENT, false, "Relationships" },
	{ RULES, XML_DOCUMENT, false, "ApplicabilityRules" },
	{ METADATA, RULES, false, "Metadata" },
	{ CBS_METADATA, METADATA, false, "CbsPackageApplicabilityMetadata" },
	{ ASSEMBLY, CBS_METADATA, false, "assembly" },
	{ IDENTITY, ASSEMBLY, false, "assemblyIdentity" },
	{ PACKAGE, ASSEMBLY, false, "package" },
	{ PACKAGE_UPDATE, PACKAGE, false, "update" },
	{ UPDATE_PACKAGE, PACKAGE_UPDATE, false, "package" },
	{ CHILD_IDENTITY, UPDATE_PACKAGE, false, "assemblyIdentity" },
	{ EXTENDED, XML_DOCUMENT, false, "ExtendedProperties" },
	{ KB, EXTENDED, true, "KBArticleID" },
	{ LOCALIZED, XML_DOCUMENT, false, "LocalizedProperties" },
	{ LANGUAGE, LOCALIZED, true, "Language" },
	{ TITLE, LOCALIZED, true, "Title" },
	{ DESCRIPTION, LOCALIZED, true, "Description" },
};

struct scan {
	struct parse_result *result;
	struct slice language; /* as the file's name has it */
	uint32_t revision;
	bool has_revision;
	/* The fact under way: the last one, or the one of the document */
	bool has_fact;
	size_t fact;
	/* core: what each assembly's fact shares, and the packages that are parts of others */
	struct slice guid, core_words, package, package_words;
	size_t assemblies;
	struct interner children;
};

static struct fact *fact_of(const struct scan *scan)
{
	return scan->has_fact ? &scan->result->facts[scan->fact] : NULL;
}

static struct fact *add(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = xml_fact(element, FACT_UPDATE_METADATA);

	if (!fact)
		return NULL;
	scan->has_fact = true;
	scan->fact = scan->result->fact_count - 1;
	if (scan->has_revision) {
		fact->index = scan->revision;
		fact->flags |= FLAG_HAS_INDEX;
	}
	return fact;
}

/* ".../localized/en/2859" */
static void read_name(struct scan *scan, struct slice path)
{
	struct slice folder = path_folder(path);

	scan->has_revision = slice_to_u32(path_name(path), 10, &scan->revision);
	if (scan->has_revision && slice_ends_nocase(path_folder(folder), SLICE("localized")))
		scan->language = path_name(folder);
}

/* package.xml */

static void begin_update(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact;

	scan->has_revision =
		slice_to_u32(slice_trim(xml_attribute(element, "RevisionId")), 10, &scan->revision);
	fact = add(scan, element);
	if (fact)
		fact->guid = xml_attribute(element, "UpdateId");
}

/* One fact for each bundle that an update is in. */
static void begin_bundle(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = fact_of(scan);
	struct slice guid;

	if (!fact)
		return;
	guid = fact->guid;
	if (fact->parent.len) {
		fact = add(scan, element);
		if (!fact)
			return;
		fact->guid = guid;
	}
	fact->parent = slice_trim(xml_attribute(element, "Id"));
}

static void end_update(struct scan *scan)
{
	struct parse_result *result = scan->result;

	scan->has_fact = false;
	if (result->flush && result->fact_count >= FLUSH_FACTS)
		parse_result_flush(result);
}

/* core */

static void begin_core(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = scan->guid.len ? NULL : add(scan, element);

	if (!fact)
		return;
	scan->guid = fact->guid = xml_attribute(element, "UpdateID");
	scan->core_words = fact->words;
}

static void begin_assembly(struct scan *scan, const struct xml_element *element)
{
	(void)element;
	scan->package = SLICE_NONE;
	scan->package_words = SLICE_NONE;
}

static void begin_identity(struct scan *scan, const struct xml_element *element)
{
	scan->package = assembly_identity(element, &scan->result->scratch);
	scan->package_words = xml_words(element);
}

/* The first assembly goes to the fact that the update already has. */
static void begin_package(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = fact_of(scan);

	if (!scan->package.len)
		return;
	if (scan->assemblies++ == MAX_ASSEMBLIES) {
		xml_complain(element, "more assemblies than the limit");
		return;
	}
	if (scan->assemblies > MAX_ASSEMBLIES)
		return;
	if (!fact || fact->package.len)
		fact = add(scan, element);
	if (!fact)
		return;
	fact->at.line = element->line;
	fact->at.offset = element->offset;
	fact->words = xml_join_words(element, scan->core_words,
		xml_join_words(element, scan->package_words, xml_words(element)));
	fact->guid = scan->guid;
	fact->package = scan->package;
	fact->identifier = xml_attribute(element, "identifier");
	fact->release = xml_attribute(element, "releaseType");
}

static void begin_child(struct scan *scan, const struct xml_element *element)
{
	(void)intern(&scan->children, assembly_identity(element, &scan->result->scratch));
}

/* What another assembly of the file is made of is no update by itself. */
static void drop_children(struct scan *scan)
{
	struct parse_result *result = scan->result;
	size_t kept = 0;

	for (size_t i = 0; i < result->fact_count; i++)
		if (!interner_lookup(&scan->children, result->facts[i].package))
			result->facts[kept++] = result->facts[i];
	if (kept)
		result->fact_count = kept;
}

/* extended, localized */

static void begin_extended(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = add(scan, element);

	if (fact)
		fact->verb = xml_attribute(element, "MsrcSeverity");
}

static void begin_localized(struct scan *scan, const struct xml_element *element)
{
	struct fact *fact = add(scan, element);

	if (fact)
		fact->name = scan->language;
}

/* What an element holds stands in the words behind the tags: "<LocalizedProperties> Title". */
static void add_words(struct scan *scan, struct fact *fact, struct slice text)
{
	struct buf words;

	buf_init(&words, 4 * MAX_XML_WORDS);
	buf_put(&words, fact->words);
	buf_putc(&words, ' ');
	buf_put(&words, slice_from_to(text, 0, MAX_XML_WORDS));
	fact->words = arena_copy(&scan->result->scratch, buf_slice(&words));
	buf_release(&words);
}

static void end_text(struct scan *scan, unsigned id, struct slice text)
{
	struct fact *fact = fact_of(scan);
	struct slice *to;

	if (!fact || !text.len)
		return;
	to = id == KB            ? &fact->identifier
		: id == LANGUAGE ? &fact->name
		: id == TITLE    ? &fact->title
				 : &fact->description;
	if (to->len && id != LANGUAGE)
		return;
	*to = id == KB ? kb_identifier(&scan->result->scratch, text)
		       : arena_copy(&scan->result->scratch, text);
	if (id == KB || id == TITLE)
		add_words(scan, fact, text);
}

/* Properties that name neither KB nor severity, neither title nor description. */
static void end_properties(struct scan *scan)
{
	const struct fact *fact = fact_of(scan);

	if (fact && !fact->identifier.len && !fact->verb.len && !fact->title.len &&
		!fact->description.len)
		scan->result->fact_count = scan->fact;
	scan->has_fact = false;
}

static void begin(void *self, const struct xml_element *element)
{
	static void (*const handlers[])(struct scan *, const struct xml_element *) = {
		[UPDATE] = begin_update,
		[BUNDLE] = begin_bundle,
		[CORE] = begin_core,
		[ASSEMBLY] = begin_assembly,
		[IDENTITY] = begin_identity,
		[PACKAGE] = begin_package,
		[CHILD_IDENTITY] = begin_child,
		[EXTENDED] = begin_extended,
		[LOCALIZED] = begin_localized,
	};

	if (element->id < sizeof(handlers) / sizeof(handlers[0]) && handlers[element->id])
		handlers[element->id](self, element);
}

static void end(void *self, unsigned id, struct slice text)
{
	switch (id) {
	case UPDATE:
		end_update(self);
		break;
	case KB:
	case LANGUAGE:
	case TITLE:
	case DESCRIPTION:
		end_text(self, id, text);
		break;
	case EXTENDED:
	case LOCALIZED:
		end_properties(self);
		break;
	default:
		break;
	}
}

static const struct xml_format format = {
	.known = known,
	.known_count = sizeof(known) / sizeof(known[0]),
	.fragments = true,
	.begin = begin,
	.end = end,
};

static void read_scan(const struct byte_reader *bytes, struct parse_result *result)
{
	struct scan scan = { .result = result };

	interner_init(&scan.children, &result->scratch, true, 8 * MAX_ASSEMBLIES);
	read_name(&scan, result->name);
	(void)xml_read_stream(&format, bytes, &scan, result);
	if (scan.assemblies)
		drop_children(&scan);
	if (scan.children.status == ST_NOMEM)
		result->status = ST_NOMEM;
	interner_release(&scan.children);
	if (result->flush)
		parse_result_flush(result);
}

/* The names of roots, and an attribute that each of them has. */
static unsigned bid(struct slice head)
{
	static const struct {
		const char *root, *has;
	} roots[] = {
		{ "OfflineSyncPackage", "PackageId" },
		{ "UpdateIdentity", "UpdateID" },
		{ "ExtendedProperties", "DefaultPropertiesLanguage" },
		{ "LocalizedProperties", "" },
	};
	struct slice tag = xml_first_tag(head), name = xml_tag_name(tag);

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (slice_equal(name, slice_from(roots[i].root)))
			return slice_find(tag, slice_from(roots[i].has)) == SLICE_MISSING ? 24 : 96;
	return 0;
}

const struct parser parser_wsusscan = {
	.name = "wsusscan",
	.what = "metadata of Windows Update in WSUSSCAN.cab: package.xml, core, extended, "
		"localized",
	.looked_for =
		"XML that begins with OfflineSyncPackage, UpdateIdentity, ExtendedProperties or "
		"LocalizedProperties",
	.shape = PARSER_STREAM,
	.bid = bid,
	.read_stream = read_scan,
};
