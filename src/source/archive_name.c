/* What archives look like, and what their names are worth. */
#include "source/archive_name.h"

#include "source/archive.h"

/* Magic */

#define TAR_BLOCK    512
#define TAR_CHECKSUM 148
#define TAR_DIGITS   8

static bool starts_with(struct slice head, const char *magic, size_t len)
{
	return slice_starts(head, (struct slice){ magic, len });
}

static bool is_cabinet(struct slice head)
{
	return starts_with(head, "MSCF\0\0\0\0", 8);
}

/* A file, an empty archive, one of several parts. */
static bool is_zip(struct slice head)
{
	return starts_with(head, "PK\3\4", 4) || starts_with(head, "PK\5\6", 4) ||
		starts_with(head, "PK\7\10PK", 6) || starts_with(head, "PK00PK", 6);
}

static bool is_7z(struct slice head)
{
	return starts_with(head, "7z\xBC\xAF\x27\x1C", 6);
}

/* Every TAR, old ones too, has the sum of its first block in it, its own place read as blanks. */
static bool is_tar(struct slice head)
{
	uint64_t wanted, sum = 0, sum_signed = 0;
	struct slice digits;

	if (head.len < TAR_BLOCK || !head.ptr[0])
		return false;
	digits = slice_trim(slice_from_to(head, TAR_CHECKSUM, TAR_CHECKSUM + TAR_DIGITS));
	if (!slice_to_u64(digits, 8, &wanted))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool is_own = i >= TAR_CHECKSUM && i < TAR_CHECKSUM + TAR_DIGITS;
		unsigned char byte = is_own ? ' ' : (unsigned char)head.ptr[i];

		sum += byte;
		sum_signed += (uint64_t)(int64_t)(signed char)byte;
	}
	return wanted == sum || wanted == sum_signed;
}

static const struct {
	bool (*is)(struct slice head);
	const char *what;
} looks[] = {
	{ is_cabinet, "cabinet" },
	{ is_zip, "ZIP archive" },
	{ is_7z, "7z archive" },
	{ is_tar, "TAR archive" },
};

bool archive_bids(struct slice head, const char **ret_what)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (!looks[i].is(head))
			continue;
		*ret_what = looks[i].what;
		return true;
	}
	return false;
}

/* Names */

static bool is_separator(char c, bool backslash)
{
	return c == '/' || (backslash && c == '\\');
}

static bool has_drive(struct slice name)
{
	return name.len >= 2 && name.ptr[1] == ':' && to_lower(name.ptr[0]) >= 'a' &&
		to_lower(name.ptr[0]) <= 'z';
}

static struct slice cut_component(struct slice *name, bool backslash)
{
	size_t len = 0;
	struct slice component;

	while (len < name->len && !is_separator(name->ptr[len], backslash))
		len++;
	component = slice_from_to(*name, 0, len);
	*name = slice_skip(*name, len + 1);
	return component;
}

/* Back to the folder above; false at the root. */
static bool climb(struct buf *out)
{
	size_t slash = slice_find_last_char(buf_slice(out), '/');

	if (!out->len)
		return false;
	out->len = slash == SLICE_MISSING ? 0 : slash;
	out->ptr[out->len] = '\0';
	return true;
}

bool archive_safe_name(struct buf *out, struct slice name, bool backslash)
{
	bool led_out = name.len && is_separator(name.ptr[0], backslash);

	while (name.len && is_separator(name.ptr[0], backslash))
		name = slice_skip(name, 1);
	if (has_drive(name)) {
		led_out = true;
		name = slice_skip(name, 2);
	}
	while (name.len) {
		struct slice component = cut_component(&name, backslash);

		if (slice_equal(component, SLICE(".."))) {
			led_out |= !climb(out);
		} else if (component.len && !slice_equal(component, SLICE("."))) {
			if (out->len)
				buf_putc(out, '/');
			buf_put(out, component);
		}
	}
	if (!out->len)
		buf_puts(out, "_");
	return led_out;
}
