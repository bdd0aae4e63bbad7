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

/* Two texts without anything between them. */
static struct slice prefixed(struct arena *scratch, struct slice prefix, struct slice text)
{
	char *both = arena_alloc(scratch, prefix.len + text.len);

	if (!both)
		return SLICE_NONE;
	memcpy(both, prefix.ptr, prefix.len);
	memcpy(both + prefix.len, text.ptr, text.len);
	return (struct slice){ both, prefix.len + text.len };
}

static struct slice capability_version(const struct xml_element *element, struct arena *scratch)
{
	struct slice version = slice_trim(xml_attribute(element, "version"));
	size_t dots = 0;

	for (size_t i = 0; i < version.len; i++)
		dots += version.ptr[i] == '.';
	return dots == 1 ? prefixed(scratch, SLICE("0.0."), version) : version;
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

struct slice kb_identifier(struct arena *scratch, struct slice number)
{
	number = slice_trim(number);
	if (!number.len || !is_digit(number.ptr[0]))
		return number;
	return prefixed(scratch, SLICE("KB"), number);
}
