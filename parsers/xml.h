/*
 * What the XML formats share: a document is read once, start tag by start tag, over the SAX
 * interface of libxml2. That interface and no tree, because of places: while a start tag is
 * reported libxml2 stands at its end, and no '<' can stand inside a start tag, so that the
 * exact byte and line of its '<' can be told, and its bytes be shown.
 *
 * A format is a table: which elements it knows, in which others. What is not in the table is
 * passed over with all that is in it.
 *
 * Read are UTF-8, with and without byte order mark, and UTF-16 of either order; what the
 * prolog says of the encoding does not count. Entities are never declared nor fetched: a
 * DOCTYPE is refused. What is wrong is one note DIAG_XML_REFUSED, with the place and the words
 * of libxml2, and the elements before it have been given.
 *
 * Limits: libxml2's own (10 MB an attribute or a name, 256 levels), and those below.
 */
#ifndef PARSERS_XML_H
#define PARSERS_XML_H

#include "parsers/parser.h"

#define MAX_XML_DEPTH 64                  /* deeper elements are passed over */
#define MAX_XML_TAG   ((size_t)256 << 10) /* a longer start tag is passed over, with a note */
#define MAX_XML_TEXT  ((size_t)32 << 10)  /* text of one element; the rest is cut, with a note */
#define MAX_XML_WORDS ((size_t)512)       /* of a start tag, in a fact's words */

#define XML_DOCUMENT 0 /* `inside` of a root; the number of what is passed over */

struct xml_known {
	uint8_t id;       /* from 1 */
	uint8_t inside;   /* the number of the element around it */
	bool has_text;    /* `end` is given its text */
	const char *name; /* without prefix; "*": whatever no row before has */
};

struct xml_element {
	unsigned id;
	struct slice name;
	uint64_t line, offset; /* of its '<', in the document as it is stored */
	struct xml_reader *reader;
	const void *attributes; /* for xml_attribute */
	int attribute_count;
	struct slice tag; /* its bytes, as UTF-8 */
};

struct xml_format {
	const struct xml_known *known;
	size_t known_count;
	const char *space;     /* the namespace of all known elements; NULL: any, or none */
	bool nocase;           /* names of elements and attributes in any letter case */
	bool fragments;        /* several roots one after the other, with a prolog or without */
	uint64_t max_elements; /* beyond it the document is refused; 0: no limit */
	/* For each known element. `end` may be NULL; it is not called for elements that are
	 * still open when the document breaks off. */
	void (*begin)(void *self, const struct xml_element *element);
	void (*end)(void *self, unsigned id, struct slice text); /* text: trimmed */
};

/* Reads a whole document, or one that is read piece by piece. False when it was not read to
 * its end: a note says why, or the result's status. */
bool xml_read(const struct xml_format *format, struct slice bytes, void *self,
	struct parse_result *result);
bool xml_read_stream(const struct xml_format *format, const struct byte_reader *bytes, void *self,
	struct parse_result *result);

/*
 * An attribute's value, in the result's scratch; empty when it is not there. Prefixes do not
 * count: it has no namespace, or that of the format.
 */
struct slice xml_attribute(const struct xml_element *element, const char *name);
bool xml_attribute_is(const struct xml_element *element, const char *name, const char *value);

/* The start tag as it stands in the document, at most MAX_XML_WORDS of it. */
struct slice xml_words(const struct xml_element *element);
/* Two tags with a blank between them, for what only both of them say; either may be empty. */
struct slice xml_join_words(
	const struct xml_element *element, struct slice first, struct slice second);
/* A new fact that stands where the element stands, with its words; NULL: memory is out. */
struct fact *xml_fact(const struct xml_element *element, enum fact_kind kind);

/* A note DIAG_XML_REFUSED at an element; only the first one of a document is kept. */
void xml_complain(const struct xml_element *element, const char *words);

/*
 * For bids: the first start tag in the first bytes of a document, from '<' to its end or that
 * of `head`; empty when there is none. Byte order mark, prolog, comments and DOCTYPE are
 * passed over. And a tag's name without prefix.
 */
struct slice xml_first_tag(struct slice head);
struct slice xml_tag_name(struct slice tag);

#endif
