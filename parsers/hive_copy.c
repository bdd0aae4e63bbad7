/* The copy of a hive in memory: mended, made whole, sealed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parsers/hive_file.h"

#define READ_STEP ((size_t)256 << 10)

enum { AT_BINS = 40, AT_CHECKSUM = 508 };

static bool is_zero(const char *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static bool put_step(int fd, const char *bytes, size_t size, size_t at)
{
	for (size_t done = 0; done < size;) {
		ssize_t put = pwrite(fd, bytes + done, size - done, (off_t)(at + done));

		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

/* Written and not mapped, which costs half the time; zeros stay holes. */
static enum status fill(const struct hive_file *file, int fd)
{
	char *bytes = malloc(READ_STEP);
	enum status status = bytes ? ST_OK : ST_NOMEM;

	for (size_t at = 0; at < file->size && status == ST_OK;) {
		size_t left = file->size - at;
		ssize_t got =
			pread(file->fd, bytes, left < READ_STEP ? left : READ_STEP, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0) /* cut off meanwhile: zeros */
			break;
		if (got < 0 ||
			(!is_zero(bytes, (size_t)got) && !put_step(fd, bytes, (size_t)got, at)))
			status = ST_IO;
		at += got > 0 ? (size_t)got : 0;
	}
	free(bytes);
	return status;
}

/* Where the last bin ends that begins before `reach`. A bin that leads out of what is there
 * by more than MAX_BIN_TAIL does not count. What is no bin is passed page by page, up to
 * MAX_BIN_GAP in all: to look at a page of a memory file is to have it. */
static size_t end_of_bins(const char *bytes, size_t reach)
{
	size_t at = HIVE_BASE, end = HIVE_BASE, passed = 0;

	while (at < reach && reach - at >= HIVE_BIN && passed < MAX_BIN_GAP) {
		uint32_t size = le32(bytes + at + 8);

		if (memcmp(bytes + at, "hbin", 4) != 0 || !hive_bins_fit(size) ||
			(size > reach - at && size - (reach - at) > MAX_BIN_TAIL)) {
			at += HIVE_BASE;
			passed += HIVE_BASE;
			continue;
		}
		at += size;
		end = at;
	}
	return end;
}

/* hivex wants the bare XOR: it does not know that 0 and all ones are never written. */
static uint32_t checksum(const char *bytes)
{
	uint32_t sum = 0;

	for (size_t at = 0; at < AT_CHECKSUM; at += 4)
		sum ^= le32(bytes + at);
	return sum;
}

/* Takes off what the base block counts and nobody holds; without a base block that can be
 * trusted all bins count that are there. Returns the size of the whole, 0 when nothing is
 * left. */
static size_t heal(char *bytes, size_t reach, bool is_trusted, bool *ret_cut)
{
	size_t wanted = is_trusted ? HIVE_BASE + le32(bytes + AT_BINS) : reach;
	size_t end = end_of_bins(bytes, reach < wanted ? reach : wanted);

	*ret_cut = is_trusted && (end < wanted || reach < wanted);
	if (end < wanted || !is_trusted)
		put_le32(bytes + AT_BINS, (uint32_t)(end - HIVE_BASE));
	put_le32(bytes + AT_CHECKSUM, checksum(bytes));
	return end > HIVE_BASE ? end : 0;
}

static enum status mend(const struct hive_file *file, struct hive_copy *copy, size_t room)
{
	const struct hive_plan *plan = &file->plan;
	size_t logged = (plan->reach + HIVE_BASE - 1) / HIVE_BASE * HIVE_BASE;
	size_t reach = file->size > logged ? file->size : logged;
	bool is_trusted = file->base.is_valid || plan->condition == HIVE_MENDED;
	char *bytes = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, copy->fd, 0);

	if (bytes == MAP_FAILED)
		return ST_IO;
	if (plan->condition == HIVE_MENDED)
		hive_replay(plan, bytes);
	copy->size = heal(bytes, reach, is_trusted, &copy->is_cut);
	if (munmap(bytes, room) != 0)
		return ST_IO;
	return copy->size ? ST_OK : ST_FORMAT;
}

static enum status seal(struct hive_copy *copy)
{
	void *map;

	if (ftruncate(copy->fd, (off_t)copy->size) != 0 ||
		fcntl(copy->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
		return ST_IO;
	map = mmap(NULL, copy->size, PROT_READ, MAP_SHARED, copy->fd, 0);
	if (map == MAP_FAILED)
		return ST_IO;
	copy->map = map;
	copy->bytes = map;
	return ST_OK;
}

/* A hive of ours that a copy would not differ from. */
static bool take_in_place(const struct hive_file *file, struct hive_copy *copy)
{
	size_t wanted = HIVE_BASE + le32(file->head + AT_BINS);
	const char *bytes;
	void *map;

	if (!file->is_ours || file->plan.condition != HIVE_CLEAN || !file->base.is_valid ||
		file->size < wanted || le32(file->head + AT_CHECKSUM) != checksum(file->head))
		return false;
	map = mmap(NULL, wanted, PROT_READ, MAP_PRIVATE, file->fd, 0);
	if (map == MAP_FAILED)
		return false;
	bytes = map;
	if (end_of_bins(bytes, wanted) != wanted) {
		munmap(map, wanted);
		return false;
	}
	(void)madvise(map, wanted, MADV_DONTNEED); /* few of the pages are wanted again */
	copy->fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
	copy->map = map;
	copy->bytes = bytes;
	copy->size = wanted;
	return true;
}

enum status hive_copy_make(const struct hive_file *file, struct hive_copy *ret_copy)
{
	size_t room = file->size > file->plan.room ? file->size : file->plan.room;
	enum status status = ST_IO;

	*ret_copy = (struct hive_copy){ .fd = -1 };
	if (file->size < HIVE_BASE && file->plan.room <= HIVE_BASE)
		return ST_FORMAT;
	if (take_in_place(file, ret_copy))
		return ST_OK;
	room += MAX_BIN_TAIL;
	ret_copy->fd = memfd_create("hive", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (ret_copy->fd >= 0 && ftruncate(ret_copy->fd, (off_t)room) == 0)
		status = fill(file, ret_copy->fd);
	if (status == ST_OK)
		status = mend(file, ret_copy, room);
	if (status == ST_OK)
		status = seal(ret_copy);
	if (status != ST_OK)
		hive_copy_release(ret_copy);
	return status;
}

void hive_copy_release(struct hive_copy *copy)
{
	if (copy->map)
		munmap(copy->map, copy->size);
	if (copy->fd >= 0)
		close(copy->fd);
	copy->map = NULL;
	copy->bytes = NULL;
	copy->fd = -1;
}
