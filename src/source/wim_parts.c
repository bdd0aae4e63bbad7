/* Headers of WIMs, and where the other parts of a split one lie. */
#include "source/wim.h"

#ifdef WITH_WIM

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/path.h"
#include "source/evidence_file.h"
#include "source/wim_inner.h"

#define HEADER_SIZE 208
#define TABLE_AT    48 /* 7 bytes of size, flags, offset, original size */
#define XML_AT      72

#define IS_COMPRESSED 0x04u

static bool is_wim(const uint8_t header[HEADER_SIZE])
{
	return memcmp(header, "MSWIM\0\0\0", 8) == 0 || memcmp(header, "WLPWM\0\0\0", 8) == 0;
}

/* A resource that the header places. */
struct resource {
	uint64_t size, offset, original;
	bool is_compressed;
};

static struct resource resource_at(const uint8_t *place)
{
	return (struct resource){ le_number(place, 7), le64(place + 8), le64(place + 16),
		place[7] & IS_COMPRESSED };
}

static const char *fault_of(const struct resource *resource, uint64_t file_size)
{
	uint64_t most = resource->is_compressed ? MAX_WIM_TABLE : file_size;

	if (resource->offset > file_size || resource->size > file_size - resource->offset)
		return "the file is cut off: its header speaks of more bytes";
	if (resource->original > most || resource->original > MAX_WIM_TABLE)
		return "its header states sizes that cannot be";
	return NULL;
}

/* XML is UTF-16LE: FF FE, or '<' 00. Encrypted files have other bytes in its place. */
static bool hides_xml(int fd, const struct resource *xml)
{
	uint8_t bytes[2];

	if (xml->size < sizeof(bytes) || xml->is_compressed ||
		pread(fd, bytes, sizeof(bytes), (off_t)xml->offset) != sizeof(bytes))
		return false;
	return memcmp(bytes, "\xFF\xFE", 2) != 0 && memcmp(bytes, "<", 2) != 0;
}

static void look_for_trouble(int fd, uint64_t size, const uint8_t *header, struct wim_head *head)
{
	struct resource table = resource_at(header + TABLE_AT), xml = resource_at(header + XML_AT);
	const char *fault = fault_of(&xml, size);

	head->words = fault ? fault : fault_of(&table, size);
	if (!head->words && head->parts > 1 && (!head->part || head->part > head->parts))
		head->words = "its header names a part that the set does not have";
	if (head->words) {
		head->trouble = WIM_TROUBLE_DAMAGED;
	} else if (hides_xml(fd, &xml)) {
		head->words = "its XML does not read as such: encrypted, as downloaded ESDs are, "
			      "or damaged";
		head->trouble = WIM_TROUBLE_ENCRYPTED;
	}
}

static enum status read_from(int fd, struct wim_head *ret_head)
{
	uint8_t header[HEADER_SIZE];
	struct wim_head head = { 0 };
	struct stat info;
	ssize_t got;

	if (evidence_is_file(fd) != ST_OK || fstat(fd, &info) != 0)
		return ST_IO;
	got = pread(fd, header, sizeof(header), 0);
	if (got < 0)
		return ST_IO;
	if (got != sizeof(header) || !is_wim(header))
		return ST_FORMAT;
	memcpy(head.guid, header + 24, sizeof(head.guid));
	head.part = le16(header + 40);
	head.parts = le16(header + 42);
	look_for_trouble(fd, (uint64_t)info.st_size, header, &head);
	*ret_head = head;
	return ST_OK;
}

enum status wim_head_read(const char *path, struct wim_head *ret_head)
{
	int fd = evidence_open(AT_FDCWD, path, 0), cause;
	enum status status;

	if (fd < 0)
		return ST_IO;
	status = read_from(fd, ret_head);
	cause = errno;
	close(fd);
	errno = cause;
	return status;
}

void wim_parts_release(struct wim_parts *parts)
{
	for (unsigned i = 0; i < parts->count; i++)
		free(parts->paths[i]);
	free(parts->paths);
	*parts = (struct wim_parts){ 0 };
}

/* The ending of a name with its dot: ".swm"; empty when it has none. */
static struct slice ending(struct slice name)
{
	size_t dot = slice_find_last_char(name, '.');

	return dot == SLICE_MISSING ? SLICE_NONE : slice_skip(name, dot);
}

static bool is_other_part(const char *path, const struct wim_head *head, struct wim_head *ret_other)
{
	return wim_head_read(path, ret_other) == ST_OK && ret_other->trouble == WIM_FINE &&
		ret_other->parts == head->parts && ret_other->part != head->part &&
		memcmp(ret_other->guid, head->guid, sizeof(head->guid)) == 0;
}

/* Copies of one part may lie there: the first by name is taken, the one asked for always. */
static void offer(struct wim_parts *parts, const struct wim_head *head, char *path)
{
	struct wim_head other;
	char **held;

	if (!is_other_part(path, head, &other)) {
		free(path);
		return;
	}
	held = &parts->paths[other.part - 1];
	if (*held && strcmp(*held, path) <= 0) {
		free(path);
		return;
	}
	free(*held);
	*held = path;
}

static enum status look_in(
	DIR *folder, const char *path, const struct wim_head *head, struct wim_parts *parts)
{
	struct slice name = path_name(slice_from(path)), wanted = ending(name);
	int prefix = (int)(name.ptr - path);
	const struct dirent *entry;
	unsigned seen = 0;

	while (seen++ < MAX_WIM_FOLDER_NAMES && (entry = readdir(folder))) {
		char *other;

		if (!slice_equal_nocase(ending(slice_from(entry->d_name)), wanted))
			continue;
		if (asprintf(&other, "%.*s%s", prefix, path, entry->d_name) < 0)
			return ST_NOMEM;
		offer(parts, head, other);
	}
	return ST_OK;
}

static DIR *open_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	DIR *opened = folder ? opendir(folder) : NULL;

	free(folder);
	return opened;
}

enum status wim_parts_find(
	const char *path, const struct wim_head *head, struct wim_parts *ret_parts)
{
	struct wim_parts parts = { .count = head->parts };
	enum status status = ST_OK;
	DIR *folder;

	if (head->parts > MAX_WIM_PARTS)
		return ST_LIMIT;
	parts.paths = calloc(head->parts, sizeof(*parts.paths));
	if (!parts.paths)
		return ST_NOMEM;
	parts.paths[head->part - 1] = strdup(path);
	folder = parts.paths[head->part - 1] ? open_folder_of(path) : NULL;
	if (folder) { /* a folder that cannot be listed: the parts are missing */
		status = look_in(folder, path, head, &parts);
		closedir(folder);
	} else if (!parts.paths[head->part - 1]) {
		status = ST_NOMEM;
	}
	if (status == ST_OK)
		*ret_parts = parts;
	else
		wim_parts_release(&parts);
	return status;
}

#endif
