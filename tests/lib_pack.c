/* Archives and compressed files, written by libarchive while a test runs. */
#include "lib_pack.h"

#ifdef WITH_ARCHIVE

#include <err.h>
#include <locale.h>

#include "lib_scratch.h"

#define ZEROS ((size_t)1 << 16)

static void must(struct archive *archive, int result)
{
	if (result < ARCHIVE_WARN)
		errx(1, "%s", archive_error_string(archive));
}

static void put(struct archive *archive, const char *bytes, size_t size)
{
	if (size && archive_write_data(archive, bytes, size) != (la_ssize_t)size)
		errx(1, "%s", archive_error_string(archive));
}

static void put_member(struct archive *archive, const struct member *member)
{
	static const char zeros[ZEROS];
	struct archive_entry *entry = archive_entry_new();
	unsigned type = member->type ? member->type : AE_IFREG;

	archive_entry_set_pathname_utf8(entry, member->name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(
		entry, (la_int64_t)(member->bytes.len + member->zeros + member->hole));
	if (member->hole)
		archive_entry_sparse_add_entry(entry, 0, (la_int64_t)member->bytes.len);
	if (member->link && type == AE_IFLNK)
		archive_entry_set_symlink(entry, member->link);
	else if (member->link)
		archive_entry_set_hardlink(entry, member->link);
	must(archive, archive_write_header(archive, entry));
	put(archive, member->bytes.ptr, member->bytes.len);
	for (uint64_t left = member->zeros; left;) {
		size_t size = left < ZEROS ? (size_t)left : ZEROS;

		put(archive, zeros, size);
		left -= size;
	}
	must(archive, archive_write_finish_entry(archive));
	archive_entry_free(entry);
}

const char *pack(const char *folder, const char *name, const struct packing *packing,
	const struct member *members, size_t count)
{
	const char *path = scratch_path(folder, name);
	struct archive *archive = archive_write_new();
	locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = uselocale(locale);

	must(archive, packing->format(archive));
	if (packing->filter)
		must(archive, packing->filter(archive));
	must(archive, archive_write_set_bytes_in_last_block(archive, 1));
	if (packing->options)
		must(archive, archive_write_set_options(archive, packing->options));
	if (packing->passphrase)
		must(archive, archive_write_set_passphrase(archive, packing->passphrase));
	must(archive, archive_write_open_filename(archive, path));
	for (size_t i = 0; i < count; i++)
		put_member(archive, &members[i]);
	must(archive, archive_write_close(archive));
	archive_write_free(archive);
	uselocale(before);
	freelocale(locale);
	return path;
}

#endif
