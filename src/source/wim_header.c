/* The header of a WIM, and the XML that it points to. */
#include <stdlib.h>

#include "source/stream.h"

#define WIM_HEADER 208

static uint64_t little(const char *bytes, unsigned count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | (unsigned char)bytes[count];
	return value;
}

static void read_header(const char *h, struct wim_header *header)
{
	static const unsigned char order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14,
		15 };
	char *out = header->guid;

	header->version = (uint32_t)little(h + 12, 4);
	header->flags = (uint32_t)little(h + 16, 4);
	header->part = (uint16_t)little(h + 40, 2);
	header->parts = (uint16_t)little(h + 42, 2);
	header->image_count = (uint32_t)little(h + 44, 4);
	for (unsigned i = 0; i < 16; i++) {
		static const char hex[] = "0123456789abcdef";
		unsigned char byte = (unsigned char)h[24 + order[i]];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = hex[byte >> 4];
		*out++ = hex[byte & 15];
	}
	*out = '\0';
}

static enum status read_exactly(struct stream *stream, char *bytes, size_t size)
{
	for (size_t at = 0; at < size;) {
		size_t got = 0;
		enum status status = stream_read(stream, bytes + at, size - at, &got);

		if (status != ST_OK || !got)
			return status != ST_OK ? status : ST_DAMAGED;
		at += got;
	}
	return ST_OK;
}

enum status stream_wim_xml(
	struct stream *stream, struct wim_header *ret_header, char **ret_xml, size_t *ret_size)
{
	struct slice head = stream_head(stream);
	uint64_t size, offset, original;
	enum status status;
	char *xml;

	if (head.len < WIM_HEADER || little(head.ptr + 8, 4) != WIM_HEADER)
		return ST_FORMAT;
	size = little(head.ptr + 72, 7);
	offset = little(head.ptr + 80, 8);
	original = little(head.ptr + 88, 8);
	read_header(head.ptr, ret_header);
	if (size != original || !size || offset < WIM_HEADER)
		return ST_DAMAGED;
	if (size > MAX_WIM_XML)
		return ST_LIMIT;
	xml = malloc((size_t)size);
	if (!xml)
		return ST_NOMEM;
	status = stream_go_to(stream, offset);
	if (status == ST_OK)
		status = read_exactly(stream, xml, (size_t)size);
	if (status != ST_OK) {
		free(xml);
		return status;
	}
	*ret_xml = xml;
	*ret_size = (size_t)size;
	return ST_OK;
}
