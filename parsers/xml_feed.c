/* Decoding, the wrapper around fragments, and the count of stored bytes. */
#include "parsers/xml_feed.h"

/* A root for documents that have several. No name of any format. */
#define WRAPPER_BEGIN SLICE("<fragments>")
#define WRAPPER_END   SLICE("</fragments>")

static uint64_t stored_bytes(const struct xml_feed *feed, struct slice utf8)
{
	return feed->encoding == TEXT_UTF8 ? utf8.len : text_utf16_bytes(utf8);
}

/* Fills `raw` behind what is left in it; false at the end of the document. */
static bool fill_raw(struct xml_feed *feed)
{
	size_t before = feed->raw_len;

	while (feed->raw_len < sizeof(feed->raw)) {
		size_t got = feed->bytes->read(feed->bytes->self, feed->raw + feed->raw_len,
			sizeof(feed->raw) - feed->raw_len);

		if (!got)
			break;
		feed->raw_len += got;
	}
	return feed->raw_len > before;
}

/* The bytes in `raw` as UTF-8: from there, or decoded; half a character stays in it. */
static void make_ready(struct xml_feed *feed, size_t skipped, bool is_last)
{
	struct slice raw = { feed->raw + skipped, feed->raw_len - skipped };
	size_t used;

	if (feed->encoding == TEXT_UTF8) {
		feed->ready = raw;
		feed->raw_len = 0;
		return;
	}
	buf_reset(&feed->text);
	used = text_from_utf16(&feed->text, raw, feed->encoding, is_last);
	feed->ready = buf_slice(&feed->text);
	feed->raw_len = raw.len - used;
	memmove(feed->raw, raw.ptr + used, feed->raw_len);
}

/* The length of "<?xml ...?>" at the head, 0 when there is none: it has ASCII alone. */
static size_t prolog_length(struct slice head)
{
	size_t end = slice_find(head, SLICE("?>"));

	if (!slice_starts(head, SLICE("<?xml")) || end == SLICE_MISSING)
		return 0;
	for (size_t i = 0; i < end; i++)
		if ((unsigned char)head.ptr[i] >= 0x80)
			return 0;
	return end + 2;
}

/* Inside the wrapper a prolog is a fault: it becomes blanks, so that places stay. */
static void blank_prolog(struct xml_feed *feed)
{
	char *head = feed->encoding == TEXT_UTF8 ? feed->raw + feed->bom : feed->text.ptr;
	size_t len = prolog_length(feed->ready);

	for (size_t i = 0; i < len; i++)
		if (head[i] != '\n')
			head[i] = ' ';
}

void xml_feed_init(struct xml_feed *feed, const struct byte_reader *bytes, bool fragments)
{
	feed->bytes = bytes;
	feed->stage = fragments ? FEED_WRAPPER : FEED_HEAD;
	feed->fragments = fragments;
	feed->lines = 0;
	feed->ready = SLICE_NONE;
	feed->raw_len = 0;
	buf_init(&feed->text, 4 * XML_FEED_BYTES);
	(void)fill_raw(feed);
	feed->encoding = text_detect((struct slice){ feed->raw, feed->raw_len }, &feed->bom);
	feed->handed = feed->bom;
	feed->end = UINT64_MAX;
}

void xml_feed_release(struct xml_feed *feed)
{
	buf_release(&feed->text);
}

void xml_feed_stop(struct xml_feed *feed)
{
	feed->stage = FEED_DONE;
	feed->ready = SLICE_NONE;
}

/* The next piece becomes `ready`, perhaps an empty one. */
static void advance(struct xml_feed *feed)
{
	switch (feed->stage) {
	case FEED_WRAPPER:
		/* It is counted when it is handed over, and it is not in the document. */
		feed->handed -= stored_bytes(feed, WRAPPER_BEGIN);
		feed->ready = WRAPPER_BEGIN;
		feed->stage = FEED_HEAD;
		break;
	case FEED_HEAD:
		make_ready(feed, feed->bom, false);
		if (feed->fragments)
			blank_prolog(feed);
		feed->stage = FEED_BODY;
		break;
	case FEED_BODY:
		if (fill_raw(feed))
			make_ready(feed, 0, false);
		else if (feed->raw_len)
			make_ready(feed, 0, true);
		else
			feed->stage = FEED_TAIL;
		break;
	case FEED_TAIL:
		feed->end = feed->handed;
		if (feed->fragments)
			feed->ready = WRAPPER_END;
		feed->stage = FEED_DONE;
		break;
	case FEED_DONE:
		break;
	}
}

static size_t take_piece(struct xml_feed *feed, char *bytes, size_t size)
{
	struct slice piece = slice_from_to(feed->ready, 0, size);

	feed->ready = slice_skip(feed->ready, piece.len);
	if (piece.len)
		memcpy(bytes, piece.ptr, piece.len);
	for (size_t i = 0; i < piece.len; i++)
		feed->lines += piece.ptr[i] == '\n';
	feed->handed += stored_bytes(feed, piece);
	return piece.len;
}

/*
 * As much as was asked for, until the end: of a short piece libxml2 2.9 asks for no more, and
 * takes the first byte of a character behind it for a whole one.
 */
int xml_feed_read(void *self, char *bytes, int size)
{
	struct xml_feed *feed = self;
	size_t wanted = size > 0 ? (size_t)size : 0, len = 0;

	while (len < wanted) {
		if (feed->ready.len)
			len += take_piece(feed, bytes + len, wanted - len);
		else if (feed->stage != FEED_DONE)
			advance(feed);
		else
			break;
	}
	return (int)len;
}

uint64_t xml_feed_offset(const struct xml_feed *feed, struct slice rest)
{
	uint64_t offset = feed->handed - stored_bytes(feed, rest);

	return offset < feed->end ? offset : feed->end; /* not in the wrapper's end tag */
}
