/*
 * Export-Clixml ("CLI XML", MS-PSRP 2.2.5): an Obj for each object, its properties in Props
 * or MS, simple values as elements named by their type with the property's name in N.
 *   Objs / Obj / Props|MS / S|I32|U32|DT|B… N="PackageName"
 *   Objs / Obj / Props|MS / Obj N="PackageState" / ToString
 */
#include <libxml/xmlreader.h>

#include "parsers/listing.h"
#include "parsers/powershell_objects.h"

#define MAX_DEPTH  64
#define MAX_MISSES 8
#define NAMESPACE  "http://schemas.microsoft.com/powershell/2004/04"

struct reader {
	xmlTextReaderPtr xml;
	struct parse_result *result;
	const struct document_text *document;
	struct text_cursor cursor;
	struct listing listing;
	struct listed_object object;
	enum listed_field field; /* that the text belongs to */
	int field_depth;         /* of its element */
	int object_depth;        /* of the object's element, -1 outside */
	unsigned misses;         /* names that were not found in the text */
	bool failed;
};

static void on_error(void *context, xmlErrorPtr error)
{
	struct reader *reader = context;

	if (error->level >= XML_ERR_ERROR)
		reader->failed = true;
}

static bool name_is(const struct reader *reader, const char *name)
{
	const char *local = (const char *)xmlTextReaderConstLocalName(reader->xml);

	return slice_equal(slice_from(local), slice_from(name));
}

/* Where an object's name stands, from the object before on; a name that is not found (its
 * characters are escaped) leaves the place where it was. */
static void place_object(struct reader *reader)
{
	static const enum listed_field keys[] = { LISTED_PACKAGE, LISTED_FEATURE, LISTED_HOTFIX,
		LISTED_CAPABILITY, LISTED_IMAGE_NAME, LISTED_NAME };
	struct slice rest = slice_skip(reader->document->text, reader->cursor.at), key = { 0 };
	size_t found;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !key.len; i++)
		key = reader->object.value[keys[i]];
	found = key.len && reader->misses < MAX_MISSES ? slice_find(rest, key) : SLICE_MISSING;
	if (found == SLICE_MISSING)
		reader->misses++;
	else
		text_cursor_move(&reader->cursor, reader->cursor.at + found);
	reader->object.line = reader->cursor.line;
	reader->object.offset = reader->cursor.offset;
	reader->object.words =
		found == SLICE_MISSING ? key : slice_from_to(rest, found, found + key.len);
}

static void end_object(struct reader *reader)
{
	place_object(reader);
	listing_add(&reader->listing, &reader->object);
	/* The next name is looked for behind this one. */
	text_cursor_move(&reader->cursor, reader->cursor.at + reader->object.words.len);
	reader->object_depth = -1;
}

/* The property that an element gives; LISTED_NONE when it gives none of ours. */
static enum listed_field property_of(struct reader *reader)
{
	xmlChar *name = xmlTextReaderGetAttribute(reader->xml, (const xmlChar *)"N");
	enum listed_field field = listed_field_find(slice_from((const char *)name));

	xmlFree(name);
	return field == LISTED_OTHER ? LISTED_NONE : field;
}

static void begin_element(struct reader *reader, int depth)
{
	bool is_obj = name_is(reader, "Obj");

	if (reader->object_depth < 0) {
		if (is_obj && depth == 1 && !xmlTextReaderIsEmptyElement(reader->xml)) {
			reader->object = (struct listed_object){ 0 };
			reader->object_depth = depth;
			reader->field = LISTED_NONE;
		}
		return;
	}
	/* Object, Props or MS, property: objects inside properties are not looked into. */
	if (depth == reader->object_depth + 2) {
		reader->field = property_of(reader);
		reader->field_depth = is_obj ? depth + 1 : depth;
	} else if (depth == reader->object_depth + 3 && reader->field != LISTED_NONE &&
		!name_is(reader, "ToString") && !name_is(reader, "TN") &&
		!name_is(reader, "Props") && reader->field_depth == depth) {
		/* <I32> behind <ToString> says the same in a number. */
		reader->field =
			listed_has(&reader->object, reader->field) ? LISTED_NONE : reader->field;
	}
}

static void take_text(struct reader *reader, int depth)
{
	const char *value = (const char *)xmlTextReaderConstValue(reader->xml);

	if (reader->object_depth < 0 || reader->field == LISTED_NONE ||
		depth != reader->field_depth)
		return;
	listed_set(&reader->object, reader->field,
		arena_copy(&reader->result->scratch, text_trim(slice_from(value))));
}

static bool take_node(struct reader *reader)
{
	int depth = xmlTextReaderDepth(reader->xml);

	if (depth > MAX_DEPTH)
		return false;
	switch (xmlTextReaderNodeType(reader->xml)) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return false;
	case XML_READER_TYPE_ELEMENT:
		begin_element(reader, depth);
		break;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		take_text(reader, depth - 1);
		break;
	case XML_READER_TYPE_END_ELEMENT:
		if (depth == reader->object_depth)
			end_object(reader);
		break;
	default:
		break;
	}
	return reader->result->status == ST_OK;
}

/* The text is decoded already: the encoding that the XML declares is not asked. */
static bool open_reader(struct reader *reader)
{
	struct slice text = reader->document->text;

	reader->xml = xmlReaderForMemory(text.ptr, (int)text.len, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (!reader->xml) {
		reader->result->status = ST_NOMEM;
		return false;
	}
	xmlTextReaderSetStructuredErrorHandler(reader->xml, on_error, reader);
	return true;
}

void powershell_read_clixml(const struct document_text *document, struct parse_result *result)
{
	struct reader reader = { .document = document, .result = result, .object_depth = -1 };
	int more;

	listing_init(&reader.listing, result);
	text_cursor_init(&reader.cursor, document);
	if (!open_reader(&reader))
		return;
	while ((more = xmlTextReaderRead(reader.xml)) == 1)
		if (!take_node(&reader))
			break;
	if (more != 0 || reader.failed)
		parse_result_note(result, DIAG_XML_REFUSED, reader.cursor.line,
			reader.cursor.offset, SLICE_NONE);
	text_cursor_move(&reader.cursor, document->text.len);
	result->lines = reader.cursor.line - 1;
	listing_finish(&reader.listing, more != 0 || reader.failed ? LISTING_CUT : LISTING_OPEN);
	listing_release(&reader.listing);
	xmlFreeTextReader(reader.xml);
}
