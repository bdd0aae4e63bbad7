/* Records of packages and contents of images: what each kind of document adds. */
#include "core/records.h"

#include "core/images.h"
#include "core/known.h"
#include "core/packages.h"
#include "core/scopes.h"
#include "model/code.h"
#include "model/identity.h"
#include "model/kb.h"

/* Where things are kept */

struct record *record_of(struct world *world, struct package *package)
{
	struct record *record = package->record;

	if (record)
		return record;
	record = world_alloc(world, sizeof(*record));
	if (!record)
		return NULL;
	record->install_time = NO_TIME;
	record->listed_when = (struct moment){ NO_TIME, TIME_NONE };
	record->applied = (struct moment){ NO_TIME, TIME_NONE };
	record->applied_from = RECORD_ROLE_COUNT_;
	package->record = record;
	return record;
}

struct contents *contents_of_image(struct world *world, struct image *image)
{
	if (!image)
		return NULL;
	if (!image->contents)
		image->contents = world_alloc(world, sizeof(*image->contents));
	image->has_rows = true;
	return image->contents;
}

static struct contents *read_of_scope(struct world *world, enum image_source source)
{
	struct contents *contents = contents_of_image(world, world->scope);

	if (contents)
		contents->is_read[source] = true;
	return contents;
}

/* The record of the fact's package in the image that the document lies in; NULL: none. */
static struct record *record_at_scope(
	struct world *world, enum image_source source, struct package **ret_package)
{
	struct slice identity = world->fact->package;
	struct package *package;

	if (!identity.len && kb_of_identifier(world->fact->identifier) &&
		source != FROM_MANIFESTS) /* a list of KBs: they stand for packages */
		identity = world->fact->identifier;
	if (!read_of_scope(world, source) || !known_identity(world, identity))
		return NULL;
	package = package_recorded(world, world->scope, identity);
	if (ret_package)
		*ret_package = package;
	return package ? record_of(world, package) : NULL;
}

/* A slot that the fact in hand may fill: empty, or filled from further down. */
static bool is_first(const struct world *world, const struct proof *slot)
{
	return !slot->kind || place_compare(&world->fact->at, &slot->at) < 0;
}

static bool take_first(struct world *world, struct proof *slot)
{
	if (!is_first(world, slot))
		return false;
	proof_set(world, slot, world->fact);
	return true;
}

/* Hives */

void on_hive(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);
	struct hive_file *hive = contents ? world_alloc(world, sizeof(*hive)) : NULL;

	(void)machine;
	if (!hive)
		return;
	proof_set(world, &hive->proof, fact);
	hive->is_dirty = (fact->flags & FLAG_DIRTY) && !(fact->flags & FLAG_REPLAYED);
	hive->written = fact->utc;
	hive->next = contents->hives;
	contents->hives = hive;
}

void on_hive_packages(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);

	(void)machine;
	(void)fact;
	if (contents)
		take_first(world, &contents->packages_key);
}

/* What the key says of the file that it came from. A cumulative update and its stack come in
 * one file, and stacks outlive it: its KB is never a stack's. */
static uint32_t kb_of_key(const struct world *world, text_id identity, const struct fact *fact)
{
	struct slice name = interned(&world->identities, identity);
	uint32_t kb;

	if (!identity_is_update(name) || identity_is_stack(name))
		return 0;
	kb = kb_find(fact->name);
	return kb ? kb : kb_of_package_file(fact->path);
}

void on_hive_package(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package;
	struct record *record = record_at_scope(world, FROM_HIVE, &package);
	struct known *known;

	(void)machine;
	if (!record)
		return;
	known = known_of(world, package->identity);
	if (known)
		known_note_kb(
			world, &known->kb, kb_of_key(world, package->identity, fact), KB_FROM_HIVE);
	if (!take_first(world, &record->proofs[RECORD_HIVE]))
		return;
	record->hive = fact->current;
	record->applicable = fact->applicable == STATE_DEFAULT ? STATE_NONE : fact->applicable;
	record->install_time = fact->utc;
	record->has_error = (fact->flags & FLAG_HAS_CODE) && code_is_failure(fact->code);
	record->error = fact->code;
	record->is_hidden = fact->flags & FLAG_HIDDEN;
}

void on_hive_owner(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package;
	struct record *record = record_at_scope(world, FROM_HIVE, &package);
	text_id owner = known_identity(world, fact->parent);

	(void)machine;
	if (!record || !owner)
		return;
	record->owns_itself |= owner == package->identity;
	record->is_owned |= owner != package->identity;
}

void on_deployment(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct record *record = record_at_scope(world, FROM_HIVE, NULL);

	(void)machine;
	if (!record)
		return;
	/* Both staged and installed: installed. */
	if (record->deployed != STATE_INSTALLED && fact->current == STATE_INSTALLED)
		record->proofs[RECORD_DEPLOYMENT].kind = FACT_NONE;
	else if (record->deployed == STATE_INSTALLED && fact->current != STATE_INSTALLED)
		return;
	record->deployed = fact->current;
	take_first(world, &record->proofs[RECORD_DEPLOYMENT]);
}

/* What waits for a restart */

void on_pending_package(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct record *record = record_at_scope(world, FROM_HIVE, NULL);

	(void)machine;
	if (!record)
		return;
	take_first(world, &world->scope->contents->marks[MARK_PACKAGES_PENDING]);
	if (take_first(world, &record->proofs[RECORD_PENDING]))
		record->pending = fact->current;
}

void on_pending_session(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);
	struct pending_session *pending;

	(void)machine;
	if (!contents || !fact->session.a)
		return;
	pending = world_alloc(world, sizeof(*pending));
	if (!pending)
		return;
	pending->session = fact->session;
	proof_set(world, &pending->proof, fact);
	pending->next = contents->sessions;
	contents->sessions = pending;
}

static const struct {
	struct slice name;
	enum image_mark mark;
} marks[] = {
	{ { "RebootPending", 13 }, MARK_REBOOT_PENDING },
	{ { "RebootInProgress", 16 }, MARK_REBOOT_IN_PROGRESS },
	{ { "Unserviceable", 13 }, MARK_UNSERVICEABLE },
	{ { "LCUReoffer", 10 }, MARK_LCU_REOFFER },
};

void on_pending_mark(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);

	(void)machine;
	for (size_t i = 0; contents && i < sizeof(marks) / sizeof(marks[0]); i++)
		if (slice_equal_nocase(fact->name, marks[i].name))
			take_first(world, &contents->marks[marks[i].mark]);
}

void on_pending_operations(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = contents_of_image(world, world->scope);

	(void)machine;
	if (contents && (fact->index || !(fact->flags & FLAG_HAS_INDEX)))
		take_first(world, &contents->marks[MARK_PENDING_XML]);
}

/* The image as a whole */

static void set_windows(struct world *world, struct windows_words *words, const struct fact *fact)
{
	words->version = arena_copy(&world->arena, fact->version);
	words->edition = arena_copy(&world->arena, fact->edition);
	words->product = arena_copy(&world->arena, fact->title);
	words->architecture = arena_copy(&world->arena, fact->architecture);
	words->has_revision = fact->flags & FLAG_HAS_INDEX;
	words->revision = fact->index;
	if (arena_status(&world->arena) != ST_OK)
		world->status = arena_status(&world->arena);
}

void on_windows_version(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);

	(void)machine;
	if (contents && take_first(world, &contents->windows.proof))
		set_windows(world, &contents->windows, fact);
}

void on_time_zone(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct contents *contents = read_of_scope(world, FROM_HIVE);

	(void)machine;
	if (!contents || !fact->zone || !take_first(world, &contents->zone_proof))
		return;
	contents->zone = *fact->zone;
	world->scope->zone = &contents->zone;
}

void on_wim_image(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct image *image = world->scope;

	(void)machine;
	if (!image)
		return;
	if (image->kind == IMAGE_DOCUMENT) { /* a saved list of an image file's indexes */
		image = scope_listed(world, image, fact->index);
		if (image)
			image_describe(world, image, fact);
		return;
	}
	image->has_xml = true;
	if (fact->utc != NO_TIME && image->modified == NO_TIME)
		image->modified = fact->utc;
}

/* Manifests */

void record_manifest(struct world *world, const struct fact *fact)
{
	struct record *record = record_at_scope(world, FROM_MANIFESTS, NULL);

	(void)fact;
	if (record)
		take_first(world, &record->proofs[RECORD_MANIFEST]);
}

/* Sessions.xml */

static bool is_last_state(const struct fact *fact, struct slice word)
{
	return slice_equal_nocase(fact->function, word);
}

/* The restart that a session asked for is over when the session is complete. */
static bool needs_restart(const struct fact *fact)
{
	if ((fact->flags & FLAG_HAS_CODE) && fact->code == 0x80070BC2)
		return true;
	return (fact->flags & FLAG_RESTART) && fact->function.len &&
		!is_last_state(fact, SLICE("Complete")) &&
		!is_last_state(fact, SLICE("Interrupted"));
}

/* The last successful state says how far it came; where it is not stated, the time of the end
 * does, and so it does while a restart is due. */
static bool is_whole(const struct fact *fact, const struct session_task *task)
{
	if (is_last_state(fact, SLICE("Complete")))
		return true;
	return task->complete != NO_TIME && (!fact->function.len || task->restart);
}

static struct session_task task_of(const struct fact *fact)
{
	struct session_task task = {
		.target = fact->target,
		.has_code = fact->flags & FLAG_HAS_CODE,
		.restart = needs_restart(fact),
		.code = fact->code,
		.begun = fact->begun,
		.complete = fact->when,
		.session = fact->session,
	};

	(void)slice_to_u32(fact->verb, 10, &task.phase);
	task.succeeded = !task_failed(&task) && is_whole(fact, &task);
	return task;
}

static void take_later(struct world *world, struct session_task *kept, struct proof *proof,
	const struct session_task *task)
{
	if (!task_is_later(task, &world->fact->at, kept, proof))
		return;
	*kept = *task;
	proof_set(world, proof, world->fact);
}

static void note_session_kb(struct world *world, text_id identity, const struct fact *fact)
{
	struct known *known = known_of(world, identity);
	bool is_stack = identity_is_stack(interned(&world->identities, identity));

	if (known)
		known_note_kb(world, is_stack ? &known->session_kb : &known->kb,
			kb_find(fact->identifier), KB_FROM_SESSION);
}

void on_session_task(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package;
	struct record *record = record_at_scope(world, FROM_SESSIONS, &package);
	struct session_task task = task_of(fact);

	(void)machine;
	if (!record)
		return;
	note_session_kb(world, package->identity, fact);
	if (task_is_conclusive(&task))
		take_later(world, &record->session, &record->proofs[RECORD_SESSION], &task);
	else
		take_later(world, &record->open, &record->proofs[RECORD_OPEN], &task);
	if (task_put_in(&task))
		take_later(world, &record->done, &record->proofs[RECORD_DONE], &task);
}

/* Listings */

void on_listing(struct world *world, struct machine *machine, const struct fact *fact)
{
	bool is_of_images = slice_equal(fact->verb, SLICE("images"));
	struct contents *contents = is_of_images ? NULL : read_of_scope(world, FROM_LISTING);

	(void)machine;
	if (!contents)
		return;
	if (fact->version.len && take_first(world, &contents->listed.proof))
		set_windows(world, &contents->listed, fact);
	/* What an empty list omits says nothing. */
	if (slice_equal(fact->verb, SLICE("packages")) && (fact->flags & FLAG_COMPLETE) &&
		fact->index)
		take_first(world, &contents->list);
}

void on_listed_package(struct world *world, struct machine *machine, const struct fact *fact)
{
	struct package *package;
	struct record *record = record_at_scope(world, FROM_LISTING, &package);
	struct proof *proof;
	struct known *known;

	(void)machine;
	if (!record)
		return;
	known = known_of(world, package->identity);
	if (known)
		known_describe(world, known, TEXT_FROM_LISTING);
	proof = &record->proofs[RECORD_LISTING];
	if (proof->kind && place_compare(&fact->at, &proof->at) < 0)
		return; /* a later list in the same file is the later moment */
	proof_set(world, proof, fact);
	record->listed = fact->current;
	if (fact->utc != NO_TIME)
		record->listed_when = (struct moment){ fact->utc, TIME_LISTING_UTC };
	else if (fact->when != NO_TIME)
		record->listed_when = (struct moment){ fact->when, TIME_LISTING };
	else
		record->listed_when = (struct moment){ NO_TIME, TIME_NONE };
}

/* Questions */

const struct contents *contents_of_package(const struct package *package)
{
	static const struct contents none;
	const struct contents *contents = package->image->canonical->contents;

	return contents ? contents : &none;
}

const struct hive_file *contents_hive(const struct contents *contents, const struct place *at)
{
	for (const struct hive_file *hive = contents->hives; hive; hive = hive->next)
		if (hive->proof.at.input == at->input && hive->proof.at.member == at->member)
			return hive;
	return NULL;
}

const struct proof *contents_pends(const struct contents *contents, struct session_id session)
{
	const struct proof *first = NULL;

	for (const struct pending_session *known = contents->sessions; known; known = known->next)
		if (known->session.a == session.a && known->session.b == session.b &&
			(!first || place_compare(&known->proof.at, &first->at) < 0))
			first = &known->proof;
	return first;
}
