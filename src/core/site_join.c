/* ConfigMgr's word beside that of packages. */
#include "core/site_join.h"

#include "core/clock.h"
#include "core/reconcile.h"
#include "core/records.h"
#include "core/site_time.h"

struct sides {
	struct world *world;
	const struct update *update;
	const struct site_update *site;
	struct site_verdict said;
	struct verdict *verdict; /* on the packages; becomes that on the update */
	struct moment *applied;
};

/* ConfigMgr's verdict takes the place of the other. */
static void take_site(const struct sides *sides)
{
	struct verdict *verdict = sides->verdict;
	const struct site_verdict *said = &sides->said;

	verdict->status = said->status;
	verdict->has_code = said->has_code;
	verdict->code = said->code;
	verdict->certainty = said->certainty;
	verdict->reason = said->reason;
	verdict->detail = said->detail;
	if (said->other)
		verdict->other = said->other;
	if (!site_is_in(said->status))
		verdict->state = "";
	else if (!*verdict->state || !verdict->decider ||
		!state_is_in(verdict->decider->now.current))
		verdict->state = state_word(STATE_INSTALLED);
	*sides->applied = said->applied ? site_moment(sides->world, said->applied)
					: (struct moment){ NO_TIME, TIME_NONE };
}

/* The logs' last word on any of the packages; NULL. */
static const struct proof *last_word(const struct update *update)
{
	const struct proof *last = NULL;

	for (LIST_EACH(struct package, package, &update->packages))
		for (int role = 0; role < PROOF_COMMIT; role++) {
			const struct proof *proof = &package->proofs[role];

			if (proof->kind && (!last || proof->when > last->when))
				last = proof;
		}
	return last;
}

static bool is_of_cbs(enum fact_kind kind)
{
	return kind >= FACT_STACK_VERSION && kind <= FACT_CLEANED_UP;
}

static bool cbs_speaks(const struct update *update)
{
	for (LIST_EACH(struct package, package, &update->packages))
		for (int role = 0; role < PROOF_COMMIT; role++)
			if (is_of_cbs(package->proofs[role].kind))
				return true;
	return false;
}

/* The documents of an image stand, unless the site saved it after their last change. */
static bool documents_stand(const struct sides *sides)
{
	const struct site_index *index = sides->site->index;
	const struct image *image = sides->update->image;

	if (!sides->verdict->decider || !stands_by_record(sides->verdict->decider))
		return false;
	if (sides->verdict->decider->record->stands > STANDS_SESSION)
		return false; /* a listing, a manifest: less than the site's word */
	return site_is_lost(index->how) || index->how == SITE_END_OPEN ||
		image->modified == NO_TIME ||
		!moment_is_after(site_moment(sides->world, &index->saved), image->modified);
}

static void note_conflict(const struct sides *sides, const struct proof *other)
{
	sides->verdict->certainty = CERTAINTY_CONFLICT;
	sides->verdict->other = other;
}

/* The line of the site that says what it says. */
static const struct proof *site_proof(const struct site_update *site)
{
	const struct site_binary *binary =
		site->binaries.count ? site->binaries.items[site->binaries.count - 1] : NULL;

	if (site->failed.kind)
		return &site->failed;
	if (site->applied.kind)
		return &site->applied;
	if (binary && binary->token_proof.kind)
		return &binary->token_proof;
	return binary && binary->skip_proof.kind ? &binary->skip_proof : &site->named;
}

#define LONG_AFTER 86400 /* seconds */

/* The site put it in and saved it, and the image says that it is out: unless the image was changed
 * long after that, time does not explain it. */
static bool is_lost(const struct sides *sides)
{
	const struct image *image = sides->update->image;
	struct moment saved = site_moment(sides->world, &sides->site->index->saved);

	return sides->said.is_new && site_is_in(sides->said.status) &&
		sides->site->index->how != SITE_END_OPEN &&
		state_is_out(sides->verdict->decider->now.current) && !sides->verdict->has_code &&
		!(image->modified != NO_TIME &&
			moment_is_before(saved, image->modified - LONG_AFTER));
}

/* The image says that it is out, and nothing else whether it applies: the site does. */
static void take_applicability(const struct sides *sides)
{
	struct verdict *verdict = sides->verdict;

	if (verdict->status || verdict->reason != REASON_APPLICABILITY_UNKNOWN ||
		!sides->said.status || site_is_in(sides->said.status))
		return;
	verdict->status = sides->said.status;
	verdict->reason = sides->said.reason;
	verdict->certainty = sides->said.certainty;
}

/* The number that the log prints with the failure of an update is its code, unless it went in
 * after that. */
static void take_printed(const struct sides *sides)
{
	struct moment failed = site_moment(sides->world, &sides->site->last);
	struct verdict *verdict = sides->verdict;

	if (!sides->said.is_printed)
		return;
	if (verdict->status == 2 &&
		!(moments_compare(failed, *sides->applied) &&
			failed.seconds > sides->applied->seconds))
		return;
	verdict->has_code = true;
	verdict->code = sides->said.code;
	if (!verdict->reason)
		verdict->reason = sides->said.reason;
}

/* What the packages say, of the image that the site saved or did not save. */
static void take_packages(const struct sides *sides)
{
	const struct site_verdict *said = &sides->said;
	struct verdict *verdict = sides->verdict;
	enum site_end how = sides->site->index->how;

	if (verdict->status == 2 && site_is_lost(how) && said->was_tried) {
		take_site(sides);
		return;
	}
	take_printed(sides);
	if (verdict->status != 2)
		return;
	if (said->status == 4 || said->status == 5)
		verdict->status = 5;
	if (sides->applied->basis == TIME_NONE && said->applied)
		*sides->applied = site_moment(sides->world, said->applied);
	if (verdict->reason == REASON_COMMIT_UNSEEN && how == SITE_END_SAVED)
		verdict->reason = REASON_NONE;
	else if ((!verdict->reason || verdict->reason == REASON_COMMIT_UNSEEN) &&
		how == SITE_END_ASSUMED && said->is_new)
		verdict->reason = REASON_COMMIT_ASSUMED;
	if (verdict->reason == REASON_COMMIT_ASSUMED && verdict->certainty == CERTAINTY_SEEN)
		verdict->certainty = CERTAINTY_INFERRED;
}

/* Lines of another log confirm what the site's forms, which no real log has shown, say. */
static void confirm(const struct sides *sides)
{
	struct verdict *verdict = sides->verdict;

	if (sides->said.reason == REASON_PATTERN_UNCONFIRMED)
		verdict->reason = sides->said.is_new && sides->site->index->how != SITE_END_SAVED
			? REASON_COMMIT_ASSUMED
			: REASON_NONE;
}

static bool agree(int32_t packages, int32_t site)
{
	return packages == site || (packages == 2 && site == 5);
}

/* The site's log tells that it could be put in, and of no attempt: what DISM did is told by DISM
 * alone. */
static bool tells_no_attempt(const struct sides *sides)
{
	if (sides->said.was_tried || !sides->verdict->status)
		return false;
	for (LIST_EACH(struct site_binary, binary, &sides->site->binaries))
		if (site_may_go_in(binary))
			return true;
	return false;
}

static void take_site_before_dism(const struct sides *sides)
{
	bool is_one = agree(sides->verdict->status, sides->said.status);

	if (!sides->said.status || tells_no_attempt(sides)) {
		take_packages(sides);
		return;
	}
	take_site(sides);
	if (is_one)
		confirm(sides);
}

/* Whether the packages' last word is later than the site's. False at *ret_is_known: nobody can
 * tell. */
static bool packages_are_later(
	const struct sides *sides, const struct proof *word, bool *ret_is_known)
{
	struct moment site = site_moment(sides->world, &sides->site->last);
	struct moment packages = proof_moment(sides->world, word);

	*ret_is_known = moments_compare(site, packages);
	return *ret_is_known && packages.seconds > site.seconds;
}

static void take_later(const struct sides *sides, const struct proof *word, bool has_cbs)
{
	bool is_known, later = packages_are_later(sides, word, &is_known);
	bool is_one = !sides->said.status || !sides->verdict->status ||
		agree(sides->verdict->status, sides->said.status);
	bool packages_stand = is_known ? later : has_cbs;

	if (!sides->said.status || (packages_stand && sides->verdict->status)) {
		take_printed(sides);
		if (!is_known && !is_one)
			note_conflict(sides, site_proof(sides->site));
		return;
	}
	take_site(sides);
	if (!is_known && !is_one)
		note_conflict(sides, word);
}

/* The line lies between the first and the last one of the index. */
static bool is_same_run(const struct sides *sides, const struct proof *word)
{
	const struct site_index *index = sides->site->index;

	return site_spans(
		sides->world, &index->first, &index->last, proof_moment(sides->world, word));
}

void site_join(struct world *world, const struct update *update, struct verdict *verdict,
	struct moment *applied)
{
	struct sides sides = { world, update, update->site, site_verdict(update->site), verdict,
		applied };
	const struct proof *word = last_word(update);
	bool has_cbs = cbs_speaks(update);

	if (documents_stand(&sides)) {
		if (is_lost(&sides))
			note_conflict(&sides, site_proof(sides.site));
		take_applicability(&sides);
		take_printed(&sides);
	} else if (!word) {
		take_site(&sides);
	} else if (!is_same_run(&sides, word)) {
		take_later(&sides, word, has_cbs);
	} else if (has_cbs && verdict->status) {
		take_packages(&sides);
	} else {
		take_site_before_dism(&sides);
	}
}
