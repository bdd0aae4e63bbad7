/*
 * Export-Clixml ("CLI XML", MS-PSRP 2.2.5): an Obj for each object, its properties in Props
 * or MS, simple values as elements named by their type with the property's name in N.
 *   Objs / Obj / Props|MS / S|I32|U32|DT|B… N="PackageName"
 *   Objs / Obj / Props|MS / Obj N="PackageState" / ToString, then its number
 * Objects inside properties are not looked into.
 */
#include "parsers/listing.h"
#include "parsers/powershell_objects.h"
#include "parsers/xml.h"

enum { OBJECTS = 1, OBJECT, PROPERTIES, ENUMERATION, VALUE, WORD, NUMBER };

static const struct xml_known known[] = {
	{ OBJECTS, XML_DOCUMENT, false, "Objs" },
	{ OBJECT, OBJECTS, false, "Obj" },
	{ PROPERTIES, OBJECT, false, "Props" },
	{ PROPERTIES, OBJECT, false, "MS" },
	{ ENUMERATION, PROPERTIES, false, "Obj" },
	{ VALUE, PROPERTIES, true, "*" },
	{ WORD, ENUMERATION, true, "ToString" },
	{ NUMBER, ENUMERATION, true, "*" },
};

/* The properties that name an object: it stands where the first of them stands. */
static const enum listed_field names[] = { LISTED_PACKAGE, LISTED_FEATURE, LISTED_HOTFIX,
	LISTED_CAPABILITY, LISTED_IMAGE_NAME, LISTED_NAME };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reader {
	struct parse_result *result;
	struct listing listing;
	struct listed_object object;
	enum listed_field field; /* that the property in hand gives; LISTED_NONE: none of ours */
	size_t name;             /* of `names`: the one that the object has; COUNT(names): none */
};

static void begin_property(struct reader *reader, const struct xml_element *element)
{
	reader->field = listed_field_find(xml_attribute(element, "N"));
	if (reader->field == LISTED_OTHER)
		reader->field = LISTED_NONE;
	for (size_t i = 0; i < reader->name; i++) {
		if (reader->field != names[i])
			continue;
		reader->name = i;
		reader->object.line = element->line;
		reader->object.offset = element->offset;
	}
}

static void begin(void *self, const struct xml_element *element)
{
	struct reader *reader = self;

	switch (element->id) {
	case OBJECTS:
		reader->result->records--; /* records are the objects, not the document */
		break;
	case OBJECT:
		reader->object = (struct listed_object){
			.line = element->line,
			.offset = element->offset,
		};
		reader->name = COUNT(names);
		break;
	case ENUMERATION:
	case VALUE:
		begin_property(reader, element);
		break;
	default:
		break;
	}
}

static void end_object(struct reader *reader)
{
	if (reader->name < COUNT(names))
		reader->object.words = reader->object.value[names[reader->name]];
	listing_add(&reader->listing, &reader->object);
}

static void end(void *self, unsigned id, struct slice text)
{
	struct reader *reader = self;

	if (id == OBJECT)
		end_object(reader);
	else if (reader->field == LISTED_NONE || !text.len)
		return;
	/* The number behind a word says the same again. */
	else if (id == VALUE || id == WORD || !listed_has(&reader->object, reader->field))
		listed_set(&reader->object, reader->field,
			arena_copy(&reader->result->scratch, text_trim(text)));
}

void powershell_read_clixml(struct slice bytes, struct parse_result *result)
{
	static const struct xml_format format = {
		.known = known,
		.known_count = COUNT(known),
		.begin = begin,
		.end = end,
	};
	struct reader reader = { .result = result };
	bool is_whole;

	listing_init(&reader.listing, result);
	is_whole = xml_read(&format, bytes, &reader, result);
	listing_finish(&reader.listing, is_whole ? LISTING_OPEN : LISTING_CUT);
	listing_release(&reader.listing);
}
