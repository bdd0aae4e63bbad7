/* Documents over libxml2's SAX interface: positions, the table of known elements, refusals. */
#include "parsers/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/text.h"
#include "parsers/xml_feed.h"

struct xml_reader {
	const struct xml_format *format;
	void *self;
	struct parse_result *result;
	xmlParserCtxtPtr context;
	struct xml_feed *feed;
	struct slice whole; /* the document, when it is in memory and is UTF-8 */
	struct buf text;
	uint64_t elements;
	int depth;                  /* of the element that begins next; -1: the wrapper does */
	int text_depth;             /* of the element whose text is kept; -1: none */
	uint8_t ids[MAX_XML_DEPTH]; /* of the elements that are open */
	bool has_root, is_noted, is_stopped;
};

/* Refusing */

/* Faults come one after another once there is one: the first of a document says it. */
static void note(struct xml_reader *reader, uint64_t line, uint64_t offset, struct slice words)
{
	if (!reader->is_noted)
		parse_result_note(reader->result, DIAG_XML_REFUSED, line, offset, words);
	reader->is_noted = true;
}

/* No further bytes are given to libxml2, and no further elements to the format. */
static void stop(struct xml_reader *reader)
{
	reader->is_stopped = true;
	xml_feed_stop(reader->feed);
}

/* Where in the stored document a byte of libxml2's buffer stands. */
static uint64_t offset_of(const struct xml_reader *reader, const xmlChar *at)
{
	const xmlChar *end = reader->context->input->end;
	struct slice rest = { (const char *)at, (size_t)(end - at) };

	return xml_feed_offset(reader->feed, rest);
}

static void refuse(struct xml_reader *reader, struct slice words)
{
	const xmlParserInput *input = reader->context->input;

	if (reader->is_stopped)
		return;
	note(reader, input ? (uint64_t)input->line : 0, input ? offset_of(reader, input->cur) : 0,
		words);
	stop(reader);
}

void xml_complain(const struct xml_element *element, const char *words)
{
	note(element->reader, element->line, element->offset, slice_from(words));
}

static void on_error(void *self, xmlErrorPtr error)
{
	struct xml_reader *reader = self;
	struct slice words = slice_from(error->message);

	words = slice_trim(slice_cut(&words, '\n'));
	if (reader->is_stopped) /* behind an attribute that is too long it speaks of memory */
		return;
	if (error->code == XML_ERR_NO_MEMORY) {
		reader->result->status = ST_NOMEM;
		stop(reader);
	} else if (error->level == XML_ERR_FATAL) {
		refuse(reader, words);
	} else if (error->level == XML_ERR_ERROR) {
		note(reader, (uint64_t)error->line, offset_of(reader, reader->context->input->cur),
			words);
	}
}

static void on_doctype(
	void *self, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse(self, SLICE("a DOCTYPE"));
}

/* Elements */

static bool name_is(const struct xml_format *format, struct slice name, const char *known)
{
	return format->nocase ? slice_equal_nocase(name, slice_from(known))
			      : slice_equal(name, slice_from(known));
}

static bool space_is(const struct xml_format *format, const xmlChar *space)
{
	return !format->space ||
		slice_equal(slice_from((const char *)space), slice_from(format->space));
}

static const struct xml_known *look_up(
	const struct xml_reader *reader, struct slice name, const xmlChar *space)
{
	const struct xml_format *format = reader->format;
	unsigned inside = reader->depth > 0 ? reader->ids[reader->depth - 1] : XML_DOCUMENT;

	if ((reader->depth > 0 && inside == XML_DOCUMENT) || !space_is(format, space))
		return NULL;
	for (size_t i = 0; i < format->known_count; i++) {
		const struct xml_known *known = &format->known[i];

		if (known->inside == inside &&
			(known->name[0] == '*' || name_is(format, name, known->name)))
			return known;
	}
	return NULL;
}

/* "root is 'unattend', not 'assembly'"; a root of the right name has the wrong namespace. */
static void refuse_root(struct xml_reader *reader, struct slice name, const xmlChar *space)
{
	const struct xml_format *format = reader->format;
	struct buf words;

	buf_init(&words, 4096);
	buf_printf(&words, "root is '%.*s'", SLICE_ARG(slice_from_to(name, 0, 256)));
	if (!name_is(format, name, format->known[0].name))
		buf_printf(&words, ", not '%s'", format->known[0].name);
	else
		buf_printf(&words, " of '%.*s', not of '%s'",
			SLICE_ARG(slice_from_to(slice_from((const char *)space), 0, 256)),
			format->space);
	refuse(reader, buf_slice(&words));
	buf_release(&words);
}

/*
 * The bytes of the start tag that libxml2 has just read, empty when it has no end: then
 * the document breaks off in it, and what attributes are missing nobody knows.
 */
static struct slice tag_bytes(const struct xml_reader *reader)
{
	const xmlParserInput *input = reader->context->input;
	const char *base = (const char *)input->base, *end = (const char *)input->cur;
	const char *start = memrchr(base, '<', (size_t)(end - base));

	if (!start || !(end[0] == '>' || (end[0] == '/' && end[1] == '>')))
		return SLICE_NONE;
	return (struct slice){ start, (size_t)(end - start) + (end[0] == '/' ? 2 : 1) };
}

static uint64_t line_of(const struct xml_reader *reader, struct slice tag)
{
	uint64_t line = (uint64_t)reader->context->input->line;

	for (size_t i = 0; i < tag.len; i++)
		line -= tag.ptr[i] == '\n';
	return line;
}

/* False for what is passed over, and when the reading has come to its end. */
static bool is_within_limits(struct xml_reader *reader, const struct xml_element *element)
{
	struct parse_result *result = reader->result;

	if (result->status == ST_OK && arena_status(&result->scratch) == ST_NOMEM)
		result->status = ST_NOMEM;
	if (arena_status(&result->scratch) != ST_OK)
		xml_complain(element, "more text than the limit");
	if (arena_status(&result->scratch) != ST_OK || result->status != ST_OK) {
		stop(reader);
		return false;
	}
	if (element->tag.len > MAX_XML_TAG) {
		xml_complain(element, "a start tag longer than the limit");
		return false;
	}
	return true;
}

static void begin_known(
	struct xml_reader *reader, const struct xml_known *known, struct xml_element *element)
{
	element->tag = tag_bytes(reader);
	if (!element->tag.len)
		return; /* libxml2 is about to say so */
	element->id = known->id;
	element->line = line_of(reader, element->tag);
	element->offset = offset_of(reader, (const xmlChar *)element->tag.ptr);
	if (!is_within_limits(reader, element))
		return;
	reader->ids[reader->depth] = known->id;
	if (known->has_text) {
		buf_reset(&reader->text);
		reader->text_depth = reader->depth;
	}
	reader->format->begin(reader->self, element);
}

static void begin_element(
	struct xml_reader *reader, struct xml_element *element, const xmlChar *space)
{
	const struct xml_known *known;

	reader->ids[reader->depth] = XML_DOCUMENT;
	known = look_up(reader, element->name, space);
	if (!known && !reader->has_root)
		refuse_root(reader, element->name, space);
	if (known)
		begin_known(reader, known, element);
	reader->has_root = true;
}

static void on_begin(void *self, const xmlChar *local, const xmlChar *prefix, const xmlChar *space,
	int space_count, const xmlChar **spaces, int attribute_count, int defaulted,
	const xmlChar **attributes)
{
	struct xml_reader *reader = self;
	struct xml_element element = {
		.name = slice_from((const char *)local),
		.reader = reader,
		.attributes = attributes,
		.attribute_count = attribute_count,
	};

	(void)prefix;
	(void)space_count;
	(void)spaces;
	(void)defaulted;
	if (reader->is_stopped)
		return;
	if (reader->format->max_elements && reader->elements++ == reader->format->max_elements)
		refuse(reader, SLICE("more elements than the limit"));
	else if (reader->depth >= 0 && reader->depth < MAX_XML_DEPTH)
		begin_element(reader, &element, space);
	reader->depth++;
}

static void on_end(void *self, const xmlChar *local, const xmlChar *prefix, const xmlChar *space)
{
	struct xml_reader *reader = self;
	struct slice text = SLICE_NONE;

	(void)local;
	(void)prefix;
	(void)space;
	if (reader->is_stopped || --reader->depth < 0 || reader->depth >= MAX_XML_DEPTH)
		return;
	if (reader->depth == reader->text_depth) {
		text = slice_trim(buf_slice(&reader->text));
		reader->text_depth = -1;
	}
	if (reader->ids[reader->depth] != XML_DOCUMENT && reader->format->end)
		reader->format->end(reader->self, reader->ids[reader->depth], text);
}

static void on_text(void *self, const xmlChar *text, int len)
{
	struct xml_reader *reader = self;
	size_t left = MAX_XML_TEXT - reader->text.len;

	if (reader->is_stopped || reader->text_depth < 0 || reader->depth - 1 != reader->text_depth)
		return;
	if ((size_t)len > left)
		note(reader, (uint64_t)reader->context->input->line,
			offset_of(reader, reader->context->input->cur),
			SLICE("a text longer than the limit"));
	buf_put(&reader->text,
		(struct slice){ (const char *)text, (size_t)len > left ? left : (size_t)len });
}

/* What a format asks of an element */

/* As libxml2 gives them: name, prefix, namespace, value and the value's end. */
struct raw_attribute {
	const xmlChar *name, *prefix, *space, *value, *end;
};

/* An ampersand leaves libxml2 as "&#38;", everything else as itself. */
static struct slice without_references(struct xml_reader *reader, struct slice value)
{
	struct slice copy = arena_copy(&reader->result->scratch, value);
	const struct slice reference = SLICE("&#38;");
	char *to;

	if (slice_find_char(copy, '&') == SLICE_MISSING)
		return copy;
	to = arena_alloc(&reader->result->scratch, copy.len);
	if (!to)
		return SLICE_NONE;
	value = (struct slice){ to, 0 };
	while (copy.len) {
		bool is_reference = slice_starts(copy, reference);

		to[value.len++] = copy.ptr[0];
		copy = slice_skip(copy, is_reference ? reference.len : 1);
	}
	return value;
}

struct slice xml_attribute(const struct xml_element *element, const char *name)
{
	const struct xml_format *format = element->reader->format;

	for (int i = 0; i < element->attribute_count; i++) {
		struct raw_attribute raw;

		memcpy(&raw, (const xmlChar *const *)element->attributes + 5 * i, sizeof(raw));
		if ((!raw.space || space_is(format, raw.space)) &&
			name_is(format, slice_from((const char *)raw.name), name))
			return without_references(element->reader,
				(struct slice){
					(const char *)raw.value, (size_t)(raw.end - raw.value) });
	}
	return SLICE_NONE;
}

bool xml_attribute_is(const struct xml_element *element, const char *name, const char *value)
{
	return slice_equal_nocase(slice_trim(xml_attribute(element, name)), slice_from(value));
}

struct slice xml_words(const struct xml_element *element)
{
	struct xml_reader *reader = element->reader;
	struct slice tag = element->tag;
	size_t len = tag.len < MAX_XML_WORDS ? tag.len : MAX_XML_WORDS;

	while (len < tag.len && len && ((unsigned char)tag.ptr[len] & 0xC0) == 0x80)
		len--; /* no character is cut in two */
	if (reader->whole.ptr)
		return slice_from_to(reader->whole, element->offset, element->offset + len);
	return arena_copy(&reader->result->scratch, slice_from_to(tag, 0, len));
}

struct slice xml_join_words(
	const struct xml_element *element, struct slice first, struct slice second)
{
	char *words;

	if (!first.len || !second.len)
		return first.len ? first : second;
	words = arena_alloc(&element->reader->result->scratch, first.len + 1 + second.len);
	if (!words)
		return second;
	memcpy(words, first.ptr, first.len);
	words[first.len] = ' ';
	memcpy(words + first.len + 1, second.ptr, second.len);
	return (struct slice){ words, first.len + 1 + second.len };
}

struct fact *xml_fact(const struct xml_element *element, enum fact_kind kind)
{
	struct fact *fact = parse_result_add(element->reader->result, kind);

	if (!fact)
		return NULL;
	fact->at.line = element->line;
	fact->at.offset = element->offset;
	fact->words = xml_words(element);
	return fact;
}

/* Reading */

static void parse(struct xml_reader *reader)
{
	xmlSAXHandler handlers = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_begin,
		.endElementNs = on_end,
		.serror = on_error,
	};

	if (reader->text.max) {
		handlers.characters = on_text;
		handlers.ignorableWhitespace = on_text;
		handlers.cdataBlock = on_text;
	}
	reader->context = xmlCreateIOParserCtxt(
		&handlers, reader, xml_feed_read, NULL, reader->feed, XML_CHAR_ENCODING_NONE);
	if (!reader->context) {
		reader->result->status = ST_NOMEM;
		return;
	}
	(void)xmlCtxtUseOptions(reader->context, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	(void)xmlParseDocument(reader->context);
	xmlFreeDoc(reader->context->myDoc);
	xmlFreeParserCtxt(reader->context);
}

static bool has_text(const struct xml_format *format)
{
	for (size_t i = 0; i < format->known_count; i++)
		if (format->known[i].has_text)
			return true;
	return false;
}

static bool read_document(struct xml_reader *reader)
{
	struct parse_result *result = reader->result;

	reader->depth = reader->format->fragments ? -1 : 0;
	reader->text_depth = -1;
	buf_init(&reader->text, has_text(reader->format) ? MAX_XML_TEXT : 0);
	parse(reader);
	if (reader->text.status == ST_NOMEM || reader->feed->text.status == ST_NOMEM ||
		arena_status(&result->scratch) == ST_NOMEM)
		result->status = ST_NOMEM;
	result->lines += reader->feed->lines;
	result->records += reader->has_root;
	buf_release(&reader->text);
	xml_feed_release(reader->feed);
	return !reader->is_stopped && result->status == ST_OK;
}

bool xml_read_stream(const struct xml_format *format, const struct byte_reader *bytes, void *self,
	struct parse_result *result)
{
	struct xml_feed feed;
	struct xml_reader reader = {
		.format = format,
		.self = self,
		.result = result,
		.feed = &feed,
	};

	xml_feed_init(&feed, bytes, format->fragments);
	return read_document(&reader);
}

static size_t read_memory(void *self, char *bytes, size_t size)
{
	struct slice *rest = self;
	struct slice piece = slice_from_to(*rest, 0, size);

	if (piece.len)
		memcpy(bytes, piece.ptr, piece.len);
	*rest = slice_skip(*rest, piece.len);
	return piece.len;
}

bool xml_read(const struct xml_format *format, struct slice bytes, void *self,
	struct parse_result *result)
{
	struct slice rest = bytes;
	const struct byte_reader memory = { read_memory, &rest };
	struct xml_feed feed;
	struct xml_reader reader = {
		.format = format,
		.self = self,
		.result = result,
		.feed = &feed,
	};

	xml_feed_init(&feed, &memory, format->fragments);
	if (feed.encoding == TEXT_UTF8)
		reader.whole = bytes;
	return read_document(&reader);
}

/* For bids */

/* Behind "-->", "?>" or ">", whichever ends what begins here. */
static struct slice skip_markup(struct slice head)
{
	struct slice end = slice_starts(head, SLICE("<!--")) ? SLICE("-->")
		: slice_starts(head, SLICE("<?"))            ? SLICE("?>")
							     : SLICE(">");
	size_t at = slice_find(head, end);

	return at == SLICE_MISSING ? SLICE_NONE : slice_skip(head, at + end.len);
}

struct slice xml_first_tag(struct slice head)
{
	size_t bom;

	(void)text_detect(head, &bom);
	head = slice_trim(slice_skip(head, bom));
	while (slice_starts(head, SLICE("<?")) || slice_starts(head, SLICE("<!"))) {
		bool is_doctype =
			slice_starts(head, SLICE("<!")) && !slice_starts(head, SLICE("<!--"));

		head = slice_trim(skip_markup(head));
		if (is_doctype && slice_starts(head, SLICE("]>")))
			head = slice_trim(slice_skip(head, 2));
	}
	if (!slice_starts(head, SLICE("<")))
		return SLICE_NONE;
	return slice_from_to(head, 0, slice_find_char(head, '>'));
}

struct slice xml_tag_name(struct slice tag)
{
	size_t end = 1, colon;

	while (end < tag.len && !strchr(" \t\r\n/>", tag.ptr[end]))
		end++;
	tag = slice_from_to(tag, 1, end);
	colon = slice_find_char(tag, ':');
	return colon == SLICE_MISSING ? tag : slice_skip(tag, colon + 1);
}
