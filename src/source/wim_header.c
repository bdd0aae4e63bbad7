/* The header of a WIM, and the XML that it points to. */
#include <stdlib.h>

#include "base/bytes.h"
#include "source/stream.h"

#define WIM_HEADER 208

static void read_header(const char *h, struct wim_header *header)
{
	static const unsigned char order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14,
		15 };
	char *out = header->guid;

	header->version = le32(h + 12);
	header->flags = le32(h + 16);
	header->part = le16(h + 40);
	header->parts = le16(h + 42);
	header->image_count = le32(h + 44);
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

	if (head.len < WIM_HEADER || le32(head.ptr + 8) != WIM_HEADER)
		return ST_FORMAT;
	size = le_number(head.ptr + 72, 7);
	offset = le64(head.ptr + 80);
	original = le64(head.ptr + 88);
	read_header(head.ptr, ret_header);
	ret_header->xml_at = offset;
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
