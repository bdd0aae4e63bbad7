/* Identities put together from attributes. */
#include "parsers/assembly.h"

#include "base/buf.h"

#define MAX_IDENTITY ((size_t)4 << 10) /* real ones have less than 200 bytes */

static struct slice language_of(const struct xml_element *element)
{
	struct slice language = slice_trim(xml_attribute(element, "language"));

	return slice_equal_nocase(language, SLICE("neutral")) ? SLICE_NONE : language;
}

static struct slice join(struct arena *scratch, const struct slice parts[5])
{
	struct slice text;
	struct buf joined;

	buf_init(&joined, MAX_IDENTITY);
	for (size_t i = 0; i < 5; i++) {
		if (i)
			buf_putc(&joined, '~');
		buf_put(&joined, slice_trim(parts[i]));
	}
	text = joined.status == ST_OK ? arena_copy(scratch, buf_slice(&joined)) : SLICE_NONE;
	if (joined.status == ST_NOMEM)
		scratch->status = ST_NOMEM;
	buf_release(&joined);
	return text;
}

struct slice assembly_identity(const struct xml_element *element, struct arena *scratch)
{
	const struct slice parts[5] = {
		xml_attribute(element, "name"),
		xml_attribute(element, "publicKeyToken"),
		xml_attribute(element, "processorArchitecture"),
		language_of(element),
		xml_attribute(element, "version"),
	};

	return join(scratch, parts);
}

static struct slice capability_version(const struct xml_element *element, struct arena *scratch)
{
	struct slice version = slice_trim(xml_attribute(element, "version"));
	char *padded;
	size_t dots = 0;

	for (size_t i = 0; i < version.len; i++)
		dots += version.ptr[i] == '.';
	if (dots != 1)
		return version;
	padded = arena_alloc(scratch, version.len + 4);
	if (!padded)
		return SLICE_NONE;
	memcpy(padded, "0.0.", 4);
	memcpy(padded + 4, version.ptr, version.len);
	return (struct slice){ padded, version.len + 4 };
}

struct slice capability_identity(const struct xml_element *element, struct arena *scratch)
{
	const struct slice parts[5] = {
		[0] = xml_attribute(element, "name"),
		[3] = language_of(element),
		[4] = capability_version(element, scratch),
	};

	return join(scratch, parts);
}
