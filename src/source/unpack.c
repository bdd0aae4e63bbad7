/* Compressed files that hold one file: which kind it is, and how much may come out. */
#include "source/unpack.h"

#include <stdlib.h>

#define RATIO_FREE (UINT64_C(64) << 20) /* output below which the ratio is not judged */

struct unpacker {
	const struct unpack_kind *kind;
	void *state;
	struct stored *stored;
	uint64_t out;
	enum status status; /* sticky: how it ended */
	bool has_trailer;
};

static const struct unpack_kind *const kinds[] = {
	&unpack_gzip,
#ifdef WITH_ARCHIVE
	&unpack_xz,
	&unpack_zstd,
	&unpack_bzip2,
#endif
};

static const struct unpack_kind *kind_of(struct slice head)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->bids(head))
			return kinds[i];
	return NULL;
}

bool unpack_bids(struct slice head)
{
	return kind_of(head);
}

enum status unpack_open(struct stored *stored, struct unpacker **ret_unpacker)
{
	const struct unpack_kind *kind;
	struct unpacker *unpacker;

	stored_look(stored, UNPACK_HEAD);
	kind = kind_of(stored_ahead(stored));
	if (!kind) {
		*ret_unpacker = NULL;
		return ST_OK;
	}
	unpacker = calloc(1, sizeof(*unpacker));
	if (!unpacker)
		return ST_NOMEM;
	unpacker->kind = kind;
	unpacker->stored = stored;
	unpacker->state = kind->open(stored);
	if (!unpacker->state) {
		free(unpacker);
		return ST_NOMEM;
	}
	*ret_unpacker = unpacker;
	return ST_OK;
}

void unpack_close(struct unpacker *unpacker)
{
	if (!unpacker)
		return;
	unpacker->kind->close(unpacker->state);
	free(unpacker);
}

static bool is_over_limit(const struct unpacker *unpacker)
{
	return unpacker->out > MAX_UNPACKED ||
		(unpacker->out > RATIO_FREE &&
			unpacker->out / MAX_UNPACKED_RATIO > unpacker->stored->count);
}

enum status unpack_read(struct unpacker *unpacker, char *bytes, size_t size, size_t *ret_read)
{
	*ret_read = 0;
	if (unpacker->status != ST_OK)
		return unpacker->status;
	unpacker->status = unpacker->kind->read(
		unpacker->state, bytes, size, ret_read, &unpacker->has_trailer);
	unpacker->out += *ret_read;
	if (is_over_limit(unpacker))
		unpacker->status = ST_LIMIT;
	if (unpacker->status == ST_OK && !*ret_read) {
		stored_drain(unpacker->stored);
		unpacker->status = unpacker->stored->status;
	}
	/* What came before the trouble is good and goes out first. */
	return *ret_read ? ST_OK : unpacker->status;
}

enum status unpack_status(const struct unpacker *unpacker)
{
	return unpacker->status;
}

bool unpack_has_trailer(const struct unpacker *unpacker)
{
	return unpacker->has_trailer;
}
