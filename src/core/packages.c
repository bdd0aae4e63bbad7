/* Packages: the table of (image, identity), statements, attempts. */
#include "core/packages.h"

#include <stdlib.h>

#include "core/images.h"
#include "core/runs.h"
#include "model/code.h"
#include "model/identity.h"

#define FIRST_SLOTS 1024u

/* Of a package that no log speaks of. */
static const struct proof no_proofs[PROOF_ROLE_COUNT_];

static uint32_t slot_of(const struct world *world, const struct image *image, text_id identity)
{
	uint64_t key = ((uint64_t)image->number << 32 | identity) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint32_t)(key >> 32) & (world->slot_cap - 1);
}

static struct package **find(const struct world *world, const struct image *image, text_id identity)
{
	uint32_t at = slot_of(world, image, identity);

	while (world->package_slots[at] &&
		(world->package_slots[at]->image != image ||
			world->package_slots[at]->identity != identity))
		at = (at + 1) & (world->slot_cap - 1);
	return &world->package_slots[at];
}

struct package *package_find(const struct world *world, const struct image *image, text_id identity)
{
	return world->package_slots ? *find(world, image, identity) : NULL;
}

static bool grow(struct world *world)
{
	uint32_t cap = world->slot_cap ? world->slot_cap * 2 : FIRST_SLOTS;
	struct package **slots = calloc(cap, sizeof(struct package *));

	if (!slots)
		return false;
	free(world->package_slots);
	world->package_slots = slots;
	world->slot_cap = cap;
	for (LIST_EACH(struct package, package, &world->packages))
		*find(world, package->image, package->identity) = package;
	return true;
}

static struct package *add_package(struct world *world, struct image *image, text_id id)
{
	struct package *package = world_alloc(world, sizeof(*package));

	if (!package || !list_add(&world->packages, package)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	package->image = image;
	package->identity = id;
	package->number = (uint32_t)world->packages.count;
	package->proofs = no_proofs;
	package->now.applied = NO_TIME;
	image->has_rows = true;
	return package;
}

static struct package *look_up(struct world *world, struct image *image, struct slice identity)
{
	struct package **slot;
	text_id id;

	if (identity_is_placeholder(identity))
		return NULL;
	id = intern(&world->identities, identity);
	if (!id || (world->packages.count * 2 >= world->slot_cap && !grow(world))) {
		world->status = id ? ST_NOMEM : world->identities.status;
		return NULL;
	}
	slot = find(world, image, id);
	if (!*slot)
		*slot = add_package(world, image, id);
	return *slot;
}

struct package *package_recorded(struct world *world, struct image *image, struct slice identity)
{
	struct package **recent;

	if (!identity.len || !image)
		return NULL;
	recent = &world->recent[(identity.len * 31 +
					(unsigned char)identity.ptr[identity.len / 2] * 7u +
					(unsigned char)identity.ptr[identity.len - 1]) %
		RECENT_PACKAGES];
	if (!*recent || (*recent)->image != image ||
		!slice_equal(interned(&world->identities, (*recent)->identity), identity))
		*recent = look_up(world, image, identity);
	if (*recent)
		(*recent)->statements++;
	return *recent;
}

struct package *package_sibling(
	struct world *world, struct image *image, const struct package *package)
{
	struct package **slot;

	if (world->packages.count * 2 >= world->slot_cap && !grow(world)) {
		world->status = ST_NOMEM;
		return NULL;
	}
	slot = find(world, image, package->identity);
	if (!*slot)
		*slot = add_package(world, image, package->identity);
	return *slot;
}

struct package *package_get(struct world *world, struct image *image, struct slice identity)
{
	struct package *package = package_recorded(world, image, identity);

	if (package)
		image->in_logs = true;
	return package;
}

struct proof *package_proof(struct world *world, struct package *package, enum proof_role role)
{
	if (!package->own_proofs) {
		package->own_proofs =
			world_alloc(world, PROOF_ROLE_COUNT_ * sizeof(*package->own_proofs));
		if (!package->own_proofs)
			return &world->lost_proof;
		package->proofs = package->own_proofs;
	}
	return &package->own_proofs[role];
}

static void drop_proof(struct package *package, enum proof_role role)
{
	if (package->own_proofs)
		package->own_proofs[role].kind = FACT_NONE;
}

const struct proof *package_last(
	const struct package *package, const enum proof_role *roles, size_t count)
{
	const struct proof *last = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct proof *proof = &package->proofs[roles[i]];

		if (proof->kind && (!last || proof->when >= last->when))
			last = proof;
	}
	return last;
}

void package_add_part(struct world *world, struct package *package, const struct proof *proof)
{
	package->statements++;
	if (!package->parts)
		package->parts = world_alloc(world, MAX_PARTS * sizeof(*package->parts));
	if (!package->parts || package->part_count == MAX_PARTS)
		return;
	if (proof)
		proof_copy(world, &package->parts[package->part_count++], proof);
	else
		proof_set(world, &package->parts[package->part_count++], world->fact);
}

void package_absent_parents(
	struct world *world, struct package *package, const struct parent_search *search)
{
	if (!package->parents)
		package->parents = world_alloc(world, sizeof(*package->parents));
	if (!package->parents)
		return;
	package->parent_count = search->count;
	for (unsigned i = 0; i < search->count; i++) {
		package->parents->ids[i] = search->parents[i];
		proof_copy(world, &package->parents->proofs[i], &search->proofs[i]);
	}
}

static void prove(struct world *world, struct package *package, enum proof_role role)
{
	if (world->fact)
		proof_set(world, package_proof(world, package, role), world->fact);
}

void package_state(
	struct world *world, struct package *package, enum cbs_state state, enum trust trust)
{
	struct package_state *now = &package->now;

	if (!package || state == STATE_NONE || state == STATE_DEFAULT)
		return;
	/* One moment, a better source already spoke: it stands. */
	if (now->current != STATE_NONE && now->trust < (int)trust &&
		package->proofs[PROOF_STATE].when == world->fact->when &&
		world->fact->when != NO_TIME &&
		(package->proofs[PROOF_STATE].at.input != world->fact->at.input ||
			package->proofs[PROOF_STATE].at.member != world->fact->at.member)) {
		if (state != now->current) {
			package->conflict = true;
			prove(world, package, PROOF_OTHER_SIDE);
		}
		return;
	}
	now->current = state;
	now->trust = (int)trust;
	now->current_seq = world->seq;
	now->current_reason = REASON_NONE;
	package->was_in |= state_is_in(state);
	proof_set_first(world, package_proof(world, package, PROOF_STATE_FIRST), world->fact);
	prove(world, package, PROOF_STATE);
	if (state == STATE_INSTALLED || state == STATE_PERMANENT)
		now->restart = false;
}

void package_applicable(struct world *world, struct package *package, enum cbs_state state)
{
	if (!package || state == STATE_NONE || state == STATE_DEFAULT)
		return;
	package->now.applicable = state;
	package->now.applicable_seq = world->seq;
	prove(world, package, PROOF_APPLICABLE);
}

void package_omitted(struct world *world, struct package *package, const struct proof *inventory)
{
	package->now.current = STATE_ABSENT;
	package->now.trust = TRUST_DISM;
	package->now.current_seq = world->seq;
	package->now.current_reason = REASON_INVENTORY_OMITS;
	proof_copy(world, package_proof(world, package, PROOF_INVENTORY), inventory);
}

void package_touch(struct world *world, struct package *package)
{
	struct mount *mount = mount_of_image(world, package->image);

	if (!mount)
		mount = mount_implied(world, package->image);
	if (!mount || mount->read_only || package->mount == mount)
		return;
	package->before = package->now;
	package->before.is_inferred |= package->mount_inferred;
	package->before.outcome = OUTCOME_NONE;
	package->before.reason = REASON_NONE;
	package->mount = mount;
	package->mount_reason = REASON_NONE;
	package->mount_inferred = false;
	if (!list_add(&mount->packages, package))
		world->status = ST_NOMEM;
}

void package_settle(struct world *world, struct package *package, struct mount *mount,
	enum reason reason, bool keeps, const struct proof *proof)
{
	if (package->mount != mount)
		return;
	package->mount = NULL;
	/* What failed has changed nothing: it stays as it is known. */
	if (!keeps &&
		(package->now.outcome == OUTCOME_FAILED ||
			package->now.outcome == OUTCOME_NOT_APPLICABLE))
		return;
	package->mount_reason = reason;
	package->mount_inferred = keeps;
	proof_copy(world, package_proof(world, package, PROOF_COMMIT), proof);
	if (keeps)
		return;
	package->now = package->before;
	package->was_inferred = package->before.is_inferred;
	drop_proof(package, PROOF_APPLIED);
}

void package_begin(struct world *world, struct package *package, struct operation *operation)
{
	struct package_state *now = &package->now;

	now->outcome = OUTCOME_UNDER_WAY;
	now->attempt_seq = world->seq;
	now->is_remove = operation->kind == OPERATION_REMOVE;
	now->reason = REASON_NONE;
	now->is_inferred = false;
	package->asked |= operation->kind != OPERATION_REMOVE;
	package->run = operation->run;
	package->mount_reason = REASON_NONE;
	package->call_failed = package->call_ended = false;
	for (enum proof_role role = PROOF_STEP; role <= PROOF_RESTART; role++)
		drop_proof(package, role);
	proof_copy(world, package_proof(world, package, PROOF_START), &operation->start);
	if (!list_has(&operation->packages, package) && !list_add(&operation->packages, package))
		world->status = ST_NOMEM;
}

/* Evidence of an operation's end, as far as there is any. */
static void prove_end(
	struct world *world, struct package *package, const struct operation *operation)
{
	if (!operation)
		return;
	proof_copy(world, package_proof(world, package, PROOF_START), &operation->start);
	proof_copy(world, package_proof(world, package, PROOF_END), &operation->end);
	proof_copy(world, package_proof(world, package, PROOF_ERROR),
		operation->chain.has_own ? &operation->chain.own_proof
					 : &operation->chain.first_proof);
	package->run = operation->run ? operation->run : package->run;
}

void package_done(struct world *world, struct package *package, struct operation *operation)
{
	struct package_state *now = &package->now;
	bool is_remove = operation->kind == OPERATION_REMOVE;
	const struct proof *end = operation->end.kind ? &operation->end : &operation->start;

	package_touch(world, package);
	prove_end(world, package, operation);
	now->outcome = OUTCOME_DONE;
	now->attempt_seq = world->seq;
	now->is_remove = is_remove;
	now->has_code = false;
	now->reason = is_remove ? REASON_REMOVED : REASON_NONE;
	now->is_inferred = operation->is_dism && !operation->had_cbs;
	now->restart = operation->restart;
	if (is_remove) {
		now->has_applied = false;
	} else if (!package->proofs[PROOF_APPLIED].kind || !operation->reported) {
		now->has_applied = true;
		now->applied = end->when;
		now->applied_seq = world->seq;
		proof_copy(world, package_proof(world, package, PROOF_APPLIED), end);
	}
	if (operation->run)
		run_mend(operation->run, package);
}

void package_not_applicable(
	struct world *world, struct package *package, struct operation *operation)
{
	struct package_state *now = &package->now;

	prove_end(world, package, operation);
	now->outcome = OUTCOME_NOT_APPLICABLE;
	now->attempt_seq = world->seq;
	now->has_code = false;
	package->asked = true;
	now->reason = package->parent_count ? REASON_PARENT_ABSENT
		: package->stack_needed     ? REASON_STACK_TOO_OLD
		: package->higher           ? REASON_SUPERSEDED_BEFORE_INSTALL
					    : REASON_NOT_APPLICABLE;
}

void package_failed(struct world *world, struct package *package, struct operation *operation,
	bool is_remove, bool has_code, uint32_t code, enum reason reason)
{
	struct package_state *now = &package->now;

	prove_end(world, package, operation);
	if (!package->proofs[PROOF_ERROR].kind)
		prove(world, package, PROOF_ERROR);
	if (!is_remove && operation && operation->reported_in)
		proof_copy(world, package_proof(world, package, PROOF_OTHER_SIDE),
			&package->proofs[PROOF_REPORT]);
	now->outcome = OUTCOME_FAILED;
	now->attempt_seq = world->seq;
	now->is_remove = is_remove;
	now->has_code = has_code;
	now->code = code;
	now->reason = reason;
	package->asked |= !is_remove;
	if (operation && operation->run)
		run_fail(world, operation->run, package, has_code, code,
			&package->proofs[PROOF_ERROR]);
}
