/* Records and contents of two images that are one. */
#include "core/records.h"

static bool is_earlier(const struct proof *from, const struct proof *than)
{
	return from->kind && (!than->kind || place_compare(&from->at, &than->at) < 0);
}

static void join_first(struct world *world, struct proof *to, const struct proof *from)
{
	if (is_earlier(from, to))
		proof_copy(world, to, from);
}

static void join_task(struct world *world, struct session_task *to, struct proof *to_proof,
	const struct session_task *from, const struct proof *proof)
{
	if (!proof->kind || !task_is_later(from, &proof->at, to, to_proof))
		return;
	*to = *from;
	proof_copy(world, to_proof, proof);
}

static void join_session(struct world *world, struct record *to, const struct record *from)
{
	join_task(world, &to->session, &to->proofs[RECORD_SESSION], &from->session,
		&from->proofs[RECORD_SESSION]);
	join_task(world, &to->open, &to->proofs[RECORD_OPEN], &from->open,
		&from->proofs[RECORD_OPEN]);
	join_task(world, &to->done, &to->proofs[RECORD_DONE], &from->done,
		&from->proofs[RECORD_DONE]);
}

static void join_hive(struct world *world, struct record *to, const struct record *from)
{
	if (is_earlier(&from->proofs[RECORD_HIVE], &to->proofs[RECORD_HIVE])) {
		to->hive = from->hive;
		to->applicable = from->applicable;
		to->install_time = from->install_time;
		to->has_error = from->has_error;
		to->error = from->error;
		to->is_hidden = from->is_hidden;
		proof_copy(world, &to->proofs[RECORD_HIVE], &from->proofs[RECORD_HIVE]);
	}
	if (is_earlier(&from->proofs[RECORD_PENDING], &to->proofs[RECORD_PENDING])) {
		to->pending = from->pending;
		proof_copy(world, &to->proofs[RECORD_PENDING], &from->proofs[RECORD_PENDING]);
	}
	if (is_earlier(&from->proofs[RECORD_DEPLOYMENT], &to->proofs[RECORD_DEPLOYMENT])) {
		to->deployed = from->deployed;
		proof_copy(world, &to->proofs[RECORD_DEPLOYMENT], &from->proofs[RECORD_DEPLOYMENT]);
	}
	to->owns_itself |= from->owns_itself;
	to->is_owned |= from->is_owned;
}

void record_join(struct world *world, struct record *to, const struct record *from)
{
	const struct proof *listing = &from->proofs[RECORD_LISTING];

	join_hive(world, to, from);
	join_session(world, to, from);
	join_first(world, &to->proofs[RECORD_MANIFEST], &from->proofs[RECORD_MANIFEST]);
	if (!listing->kind ||
		(record_has(to, RECORD_LISTING) &&
			place_compare(&listing->at, &to->proofs[RECORD_LISTING].at) < 0))
		return;
	to->listed = from->listed;
	to->listed_when = from->listed_when;
	proof_copy(world, &to->proofs[RECORD_LISTING], listing);
}

static void join_windows(
	struct world *world, struct windows_words *to, const struct windows_words *from)
{
	struct proof kept = to->proof;

	if (!is_earlier(&from->proof, &to->proof))
		return;
	*to = *from;
	to->proof = kept;
	proof_copy(world, &to->proof, &from->proof);
}

static void join_lists(struct world *world, struct contents *to, const struct contents *from)
{
	for (const struct hive_file *hive = from->hives; hive; hive = hive->next) {
		struct hive_file *copy = world_alloc(world, sizeof(*copy));

		if (!copy)
			return;
		*copy = *hive;
		copy->next = to->hives;
		to->hives = copy;
	}
	for (const struct pending_session *known = from->sessions; known; known = known->next) {
		struct pending_session *copy = world_alloc(world, sizeof(*copy));

		if (!copy)
			return;
		*copy = *known;
		copy->next = to->sessions;
		to->sessions = copy;
	}
}

void contents_join(struct world *world, struct image *image, const struct contents *from)
{
	struct contents *to = contents_of_image(world, image);

	if (!to)
		return;
	for (int source = 0; source < FROM_COUNT_; source++)
		to->is_read[source] |= from->is_read[source];
	join_first(world, &to->packages_key, &from->packages_key);
	join_first(world, &to->list, &from->list);
	for (int mark = 0; mark < MARK_COUNT_; mark++)
		join_first(world, &to->marks[mark], &from->marks[mark]);
	join_lists(world, to, from);
	join_windows(world, &to->windows, &from->windows);
	join_windows(world, &to->listed, &from->listed);
	if (!is_earlier(&from->zone_proof, &to->zone_proof))
		return;
	to->zone = from->zone;
	image->zone = &to->zone;
	proof_copy(world, &to->zone_proof, &from->zone_proof);
}
