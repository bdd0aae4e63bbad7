/*
 * A list of blobs in the shape of a WIM: header, the metadata of one image, the blob table
 * with that metadata alone, the XML. The format: Microsoft, "Windows Imaging File Format
 * (WIM)", 2007; sizes and places as libwim reads them.
 */
#include "source/wim.h"

#ifdef WITH_WIM

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "source/sha1.h"
#include "source/wim_inner.h"

#define HEADER_SIZE   208
#define SECURITY_SIZE 8
#define ROOT_SIZE     104
#define NAME_BYTES    ((LIST_NAME - 2) * 2) /* UTF-16, without the slash */
#define FILE_SIZE     120                   /* 102, the name, its NUL; a multiple of 8 */
#define END_SIZE      8                     /* a folder's last entry: of length 0 */
#define TABLE_SIZE    50

#define DIRECTORY        0x10u
#define NORMAL           0x80u
#define NO_SECURITY      0xFFFFFFFFu
#define VERSION          0x10D00u
#define IS_METADATA      0x02u
#define YEAR_2000        UINT64_C(0x01BF53EB256D4000) /* 100 ns since 1601 */
#define ROOT_AT          SECURITY_SIZE
#define FIRST_FILE_AT    (ROOT_AT + ROOT_SIZE + END_SIZE)
#define METADATA_SIZE(n) (FIRST_FILE_AT + (uint64_t)(n)*FILE_SIZE + END_SIZE)

static const char xml[] = "<WIM><TOTALBYTES>0</TOTALBYTES><IMAGE INDEX=\"1\"></IMAGE></WIM>";

struct writer {
	FILE *file;
	struct sha1 sha1; /* of the metadata: libwim asks for it */
	bool is_hashed;
};

static void put(struct writer *writer, const uint8_t *bytes, size_t size)
{
	fwrite(bytes, 1, size, writer->file); /* its error stays with the stream */
	sha1_add(&writer->sha1, (struct slice){ (const char *)bytes, size });
}

void wim_list_name(size_t index, char ret_name[LIST_NAME])
{
	ret_name[0] = '/';
	index++;
	for (unsigned i = LIST_NAME - 2; i > 0; i--, index /= 10)
		ret_name[i] = (char)('0' + index % 10);
	ret_name[LIST_NAME - 1] = '\0';
}

/* What entries of folders and files have in common. */
static void set_entry(uint8_t *entry, uint64_t size, uint32_t attributes)
{
	put_le(entry, size, 8);
	put_le(entry + 8, attributes, 4);
	put_le(entry + 12, NO_SECURITY, 4);
	for (unsigned at = 40; at < 64; at += 8) /* created, read, written */
		put_le(entry + at, YEAR_2000, 8);
}

static void put_file(struct writer *writer, size_t index, const uint8_t *hash)
{
	uint8_t entry[FILE_SIZE] = { 0 };
	char name[LIST_NAME];

	wim_list_name(index, name);
	set_entry(entry, FILE_SIZE, NORMAL);
	memcpy(entry + 64, hash, SHA1_SIZE);
	put_le(entry + 100, NAME_BYTES, 2);
	for (unsigned i = 0; i < NAME_BYTES / 2; i++)
		entry[102 + 2 * i] = (uint8_t)name[1 + i];
	put(writer, entry, sizeof(entry));
}

static void put_root(struct writer *writer)
{
	uint8_t bytes[FIRST_FILE_AT] = { 0 };

	put_le(bytes, SECURITY_SIZE, 4); /* no descriptors follow */
	set_entry(bytes + ROOT_AT, ROOT_SIZE, DIRECTORY);
	put_le(bytes + ROOT_AT + 16, FIRST_FILE_AT, 8);
	put(writer, bytes, sizeof(bytes));
}

/* Where a resource lies: as long in the file as it is. */
static void set_place(uint8_t *place, uint64_t size, uint8_t flags, uint64_t offset)
{
	put_le(place, size, 7);
	place[7] = flags;
	put_le(place + 8, offset, 8);
	put_le(place + 16, size, 8);
}

static void put_table(struct writer *writer, uint64_t size)
{
	uint8_t table[TABLE_SIZE] = { 0 };

	set_place(table, size, IS_METADATA, HEADER_SIZE);
	put_le(table + 24, 1, 2); /* part */
	put_le(table + 26, 1, 4); /* used once */
	writer->is_hashed = sha1_finish(&writer->sha1, table + 30);
	put(writer, table, sizeof(table));
}

static void put_xml(struct writer *writer)
{
	uint8_t text[2 + 2 * (sizeof(xml) - 1)] = { 0xFF, 0xFE };

	for (size_t i = 0; i < sizeof(xml) - 1; i++)
		text[2 + 2 * i] = (uint8_t)xml[i];
	put(writer, text, sizeof(text));
}

static void put_header(struct writer *writer, uint64_t metadata)
{
	uint8_t header[HEADER_SIZE] = "MSWIM";

	put_le(header + 8, HEADER_SIZE, 4);
	put_le(header + 12, VERSION, 4);
	put_le(header + 40, 1, 2); /* part 1 of 1, one image */
	put_le(header + 42, 1, 2);
	put_le(header + 44, 1, 4);
	set_place(header + 48, TABLE_SIZE, 0, HEADER_SIZE + metadata);
	set_place(header + 72, 2 * sizeof(xml), 0, HEADER_SIZE + metadata + TABLE_SIZE);
	put(writer, header, sizeof(header));
}

enum status wim_list_write(int fd, size_t count,
	const uint8_t *(*hash_of)(const void *self, size_t index), const void *self)
{
	static const uint8_t end[END_SIZE];
	int own = dup(fd);
	struct writer writer = { .file = own < 0 ? NULL : fdopen(own, "w") };
	bool failed;

	if (!writer.file) {
		if (own >= 0)
			close(own);
		return ST_NOMEM;
	}
	put_header(&writer, METADATA_SIZE(count));
	sha1_init(&writer.sha1);
	put_root(&writer);
	for (size_t i = 0; i < count; i++)
		put_file(&writer, i, hash_of(self, i));
	put(&writer, end, sizeof(end));
	put_table(&writer, METADATA_SIZE(count));
	put_xml(&writer);
	failed = ferror(writer.file) != 0;
	if (fclose(writer.file) != 0 || failed)
		return ST_IO;
	return writer.is_hashed ? ST_OK : ST_NOMEM;
}

#endif
