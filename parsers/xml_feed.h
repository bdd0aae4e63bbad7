/*
 * The bytes of a document on their way to libxml2: as UTF-8, without byte order mark, with a
 * root around fragments; and how many stored bytes stand for what was handed over, so that
 * places in libxml2's buffer can be told as places in the document.
 */
#ifndef PARSERS_XML_FEED_H
#define PARSERS_XML_FEED_H

#include "base/text.h"
#include "parsers/parser.h"

#define XML_FEED_BYTES ((size_t)16 << 10)

enum xml_feed_stage { FEED_WRAPPER, FEED_HEAD, FEED_BODY, FEED_TAIL, FEED_DONE };

struct xml_feed {
	const struct byte_reader *bytes;
	enum xml_feed_stage stage;
	enum text_encoding encoding;
	bool fragments;
	size_t bom;
	uint64_t handed; /* stored bytes behind all that was handed over, the wrapper aside */
	uint64_t end;    /* of the document, once it was reached; UINT64_MAX */
	uint64_t lines;  /* line ends handed over */
	struct slice ready;
	struct buf text; /* `raw` as UTF-8 when it was not */
	char raw[XML_FEED_BYTES];
	size_t raw_len;
};

/* Reads the first bytes, for the encoding. Borrows `bytes`. */
void xml_feed_init(struct xml_feed *feed, const struct byte_reader *bytes, bool fragments);
void xml_feed_release(struct xml_feed *feed);
/* No more bytes are handed over. */
void xml_feed_stop(struct xml_feed *feed);
/* An xmlInputReadCallback; `self` is the feed. */
int xml_feed_read(void *self, char *bytes, int size);
/* Where in the document `rest` begins: the last bytes that were handed over. */
uint64_t xml_feed_offset(const struct xml_feed *feed, struct slice rest);

#endif
