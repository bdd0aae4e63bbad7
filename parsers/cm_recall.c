/*
 * Messages that no real log has shown yet, as a table: a kind of fact, the words that must be
 * there and those that must not, and who takes ids and numbers from where they stand. Rows
 * are tried in order. A row whose reader finds not what it needs is none.
 */
#include "parsers/cm_recall.h"

#include "parsers/cm_id.h"
#include "parsers/cm_words.h"

#define MISSING           SIZE_MAX
#define FIRST_ID_OF_SITES UINT64_C(0x01000000) /* updates are numbered from here */
#define MAX_DISTANCE      8 /* words between an update and its id, "(1 of 37) with" */
#define MAX_SET           12

typedef bool reader(const struct cm_words *said, struct fact *fact);

/* Where words stand */

static enum cm_meaning at(const struct cm_words *said, size_t i)
{
	return i < said->count ? said->words[i].meaning : CM_OTHER;
}

static bool is_joined(const struct cm_words *said, size_t i, enum cm_meaning meaning)
{
	return at(said, i) == meaning && said->words[i].is_joined;
}

static size_t find_from(const struct cm_words *said, size_t from, enum cm_meaning meaning)
{
	for (size_t i = from; i < said->count; i++)
		if (said->words[i].meaning == meaning)
			return i;
	return MISSING;
}

static size_t find(const struct cm_words *said, enum cm_meaning meaning)
{
	return said->has[meaning] ? find_from(said, 0, meaning) : MISSING;
}

static bool is_word(const struct cm_words *said, size_t i, const char *text)
{
	return i < said->count && slice_equal_nocase(said->words[i].text, slice_from(text));
}

static bool is_zero(const struct cm_words *said, size_t i)
{
	return is_joined(said, i, CM_NUMBER) &&
		(is_word(said, i, "0") || is_word(said, i, "0x0") ||
			is_word(said, i, "0x00000000"));
}

/* Whether a new sentence begins behind `from`, up to `to`; with "ID: 5" none does. */
static bool is_parted(const struct cm_words *said, size_t from, size_t to)
{
	for (size_t i = from + 1; i <= to && i < said->count; i++)
		if (said->words[i].is_start && !is_joined(said, i, CM_NUMBER) &&
			!is_joined(said, i, CM_REDACTED))
			return true;
	return false;
}

/* Ids and numbers */

static bool is_noun(enum cm_meaning meaning)
{
	return meaning == CM_UPDATE || meaning == CM_SCHEDULE || meaning == CM_PACKAGE ||
		meaning == CM_CONTENT || meaning == CM_THREAD || meaning == CM_BINARY;
}

static bool is_id(const struct cm_words *said, size_t i)
{
	if (is_joined(said, i, CM_REDACTED))
		return true;
	return is_joined(said, i, CM_NUMBER) &&
		to_lower(said->words[i].text.ptr[1 % said->words[i].text.len]) != 'x';
}

/* "update 16777300", of what is large enough to be an id, and not "update 1 of 37". */
static bool is_bare_id(const struct cm_words *said, size_t i)
{
	uint64_t number;

	return is_joined(said, i, CM_NUMBER) && at(said, i + 1) != CM_OF &&
		slice_to_u64(said->words[i].text, 10, &number) && number >= FIRST_ID_OF_SITES;
}

/* Where the id of a noun may stand: "update (1 of 37) with ID 5", "UpdateID=5", "update 16777300".
 */
static size_t id_at(
	const struct cm_words *said, enum cm_meaning noun, enum cm_meaning last, size_t i)
{
	if (at(said, i) == CM_ID && last == noun && is_id(said, i + 1))
		return i + 1;
	if (at(said, i) == CM_UPDATE_ID && noun == CM_UPDATE && is_id(said, i + 1))
		return i + 1;
	if (at(said, i) == noun && is_bare_id(said, i + 1))
		return i + 1;
	return MISSING;
}

/* The only id of a noun; MISSING when there is none, or two that differ. */
static size_t find_id(const struct cm_words *said, enum cm_meaning noun)
{
	enum cm_meaning last = CM_OTHER;
	size_t found = MISSING;

	for (size_t i = 0; i < said->count; i++) {
		size_t id;

		if (is_noun(at(said, i)))
			last = at(said, i);
		id = id_at(said, noun, last, i);
		if (id == MISSING)
			continue;
		if (found != MISSING && !slice_equal(said->words[id].text, said->words[found].text))
			return MISSING;
		found = id;
	}
	return found;
}

static void take_index(const struct cm_words *said, struct fact *fact)
{
	size_t i = find(said, CM_INDEX);

	if (i != MISSING && is_id(said, i + 1))
		cm_set_index(fact, said->words[i + 1].text);
}

static bool take_package(const struct cm_words *said, struct fact *fact)
{
	for (size_t i = 0; i < said->count; i++) {
		size_t id = at(said, i + 1) == CM_ID ? i + 2 : i + 1;

		if (at(said, i) != CM_PACKAGE || id >= said->count || !said->words[id].is_joined)
			continue;
		if (cm_is_package_id(said->words[id].text) ||
			cm_is_redacted(said->words[id].text)) {
			cm_set_package(fact, said->words[id].text);
			return true;
		}
	}
	return false;
}

static void take_schedule(const struct cm_words *said, struct fact *fact)
{
	size_t id = find_id(said, CM_SCHEDULE);

	if (id != MISSING)
		fact->schedule = cm_number(fact, said->words[id].text);
}

/* "error 161", "error code -2146498512", "ErrorCode = 123", "code 0x8007007b". */
static void take_code(const struct cm_words *said, struct fact *fact)
{
	for (size_t i = 0; i < said->count; i++) {
		bool names_code = at(said, i) == CM_ERROR || at(said, i) == CM_CODE;

		if (!names_code || !is_joined(said, i + 1, CM_NUMBER))
			continue;
		cm_set_code(fact, said->words[i + 1].text);
		return;
	}
}

/* "Image file='D:\…\x.wim', ": what stands in quotes behind a name. */
static struct slice take_quoted(struct slice text, struct slice name)
{
	size_t from = slice_find_nocase(text, name), end;
	struct slice rest;
	char quote;

	if (from == SLICE_MISSING)
		return SLICE_NONE;
	rest = slice_skip(text, from + name.len);
	while (rest.len && strchr(" =:", rest.ptr[0]))
		rest = slice_skip(rest, 1);
	if (!rest.len || (rest.ptr[0] != '\'' && rest.ptr[0] != '"'))
		return SLICE_NONE;
	quote = rest.ptr[0];
	rest = slice_skip(rest, 1);
	for (end = 0; end < rest.len; end++)
		if (rest.ptr[end] == quote &&
			(end + 1 == rest.len || strchr(",;.)", rest.ptr[end + 1])))
			return slice_from_to(rest, 0, end);
	return SLICE_NONE;
}

/* Whether it fails */

/* "did not fail", "0 errors", "No update failed" */
static bool is_denied_before(const struct cm_words *said, size_t i)
{
	size_t first = i;

	if (i && (at(said, i - 1) == CM_NOT || is_zero(said, i - 1)))
		return true;
	while (first && !said->words[first].is_start)
		first--;
	return at(said, first) == CM_NOT;
}

static bool word_fails(const struct cm_words *said, size_t i)
{
	bool is_denied = is_denied_before(said, i);

	switch ((int)at(said, i)) {
	case CM_UNABLE:
		return true;
	case CM_FAIL:
		return !is_denied;
	case CM_ERROR:
		return !is_denied && !is_zero(said, i + 1 + (at(said, i + 1) == CM_CODE));
	case CM_NOT:
		return (i && at(said, i - 1) == CM_COULD) || at(said, i + 1) == CM_SUCCESS;
	default:
		return false;
	}
}

static bool fails(const struct cm_words *said)
{
	for (size_t i = 0; i < said->count; i++)
		if (word_fails(said, i))
			return true;
	return false;
}

/* Updates */

static bool skips_update_words(enum cm_meaning meaning)
{
	return meaning == CM_FILLER || meaning == CM_OF || meaning == CM_TO;
}

/* The word UPDATE behind `i`, with nothing but small words between. */
static size_t update_behind(const struct cm_words *said, size_t i)
{
	do
		i++;
	while (skips_update_words(at(said, i)));
	return at(said, i) == CM_UPDATE ? i : MISSING;
}

/* The first of what is said, small words before it aside: "Now", "Successfully". */
static bool is_said_first(const struct cm_words *said, size_t i)
{
	while (i && !said->words[i].is_start &&
		(at(said, i - 1) == CM_LEAD || at(said, i - 1) == CM_SUCCESS ||
			at(said, i - 1) == CM_STARTED || at(said, i - 1) == CM_FILLER))
		i--;
	return i < said->count && said->words[i].is_start;
}

static bool take_update(const struct cm_words *said, size_t id, struct fact *fact)
{
	fact->ci = cm_number(fact, said->words[id].text);
	take_index(said, fact);
	return true;
}

/* "Applied update with ID 5", "Applying update (1 of 3) with ID 5". */
static bool is_active(const struct cm_words *said, enum cm_meaning verb, size_t id)
{
	for (size_t i = find(said, verb); i != MISSING; i = find_from(said, i + 1, verb)) {
		size_t update = update_behind(said, i);

		if (update != MISSING && is_said_first(said, i) && update < id &&
			id - update <= MAX_DISTANCE && !is_parted(said, i, id))
			return true;
	}
	return false;
}

/* "Update with ID 5 has been successfully applied on …" */
static bool is_passive(const struct cm_words *said, size_t id)
{
	size_t update = find(said, CM_UPDATE), i = id + 1;

	if (update == MISSING || update > id || id - update > MAX_DISTANCE ||
		!is_said_first(said, update))
		return false;
	while (at(said, i) == CM_AUXILIARY || at(said, i) == CM_SUCCESS)
		i++;
	if (at(said, i) != CM_APPLIED || is_parted(said, update, i))
		return false;
	i++;
	return i >= said->count || said->words[i].is_start || at(said, i) == CM_INTO ||
		at(said, i) == CM_TO || at(said, i) == CM_SUCCESS;
}

/* Strict, since it makes an update installed: all of the message is known, and it begins with
 * this or says it of the update. */
static bool read_applied(const struct cm_words *said, struct fact *fact)
{
	size_t id = find_id(said, CM_UPDATE);

	return id != MISSING && said->is_whole &&
		(is_active(said, CM_APPLIED, id) || is_passive(said, id)) &&
		take_update(said, id, fact);
}

static bool read_applying(const struct cm_words *said, struct fact *fact)
{
	size_t id = find_id(said, CM_UPDATE);

	return id != MISSING && is_active(said, CM_APPLYING, id) && take_update(said, id, fact);
}

/* "(1 of 37)" */
static void take_position(const struct cm_words *said, struct fact *fact)
{
	size_t of = find(said, CM_OF);

	if (of == MISSING || of == 0 || at(said, of - 1) != CM_NUMBER ||
		at(said, of + 1) != CM_NUMBER)
		return;
	fact->index = cm_number(fact, said->words[of - 1].text);
	fact->count = cm_number(fact, said->words[of + 1].text);
}

/* "Checking if update (1 of 37) with ID 5 needs to be applied on the image. 1 content
 * binarie(s) are associated with the update." */
static bool read_update(const struct cm_words *said, struct fact *fact)
{
	size_t checking = find(said, CM_CHECKING), id = find_id(said, CM_UPDATE);
	size_t content = find(said, CM_CONTENT);

	if (id == MISSING || checking > id || find(said, CM_NOT) < checking)
		return false;
	fact->ci = cm_number(fact, said->words[id].text);
	take_position(said, fact);
	if (content != MISSING && content > id && at(said, content - 1) == CM_NUMBER)
		fact->name = said->words[content - 1].text;
	return true;
}

/* "Applicability State = WORD", and a binary when one is named. */
static bool read_token(const struct cm_words *said, struct fact *fact)
{
	size_t state = find(said, CM_STATE);
	struct slice rest, path;
	size_t end;

	if (state == MISSING || state == 0 || at(said, state - 1) != CM_APPLICABILITY)
		return false;
	end = (size_t)(said->words[state].text.ptr - said->text.ptr) + said->words[state].text.len;
	rest = slice_trim(slice_skip(said->text, end));
	if (!rest.len || !strchr("=:", rest.ptr[0]))
		return false;
	rest = slice_trim(slice_skip(rest, 1));
	fact->verb = slice_trim(slice_cut(&rest, ','));
	if (fact->verb.len && fact->verb.ptr[fact->verb.len - 1] == '.')
		fact->verb.len--;
	end = slice_find_nocase(rest, SLICE("binary"));
	if (end == SLICE_MISSING)
		return fact->verb.len > 0;
	path = slice_trim(slice_skip(rest, end + 6));
	if (path.len && strchr("=:", path.ptr[0]))
		fact->path = slice_trim(slice_skip(path, 1));
	if (fact->path.len && fact->path.ptr[fact->path.len - 1] == '.')
		fact->path.len--;
	return fact->verb.len > 0 && said->is_whole;
}

/* What stands behind "it is": the reason that a binary is passed over. */
static const struct {
	const char *words, *verb;
} reasons[] = {
	{ "not supported", "not-supported" },
	{ "not required", "not-required" },
	{ "not needed", "not-required" },
	{ "not applicable", "not-required" },
	{ "already installed", "installed" },
	{ "already present", "installed" },
};

static struct slice reason_of(struct slice words)
{
	static const char *const subjects[] = { "it is ", "the update is ", "this update is ",
		"the binary is ", "this binary is " };
	struct slice rest = words;

	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		if (slice_starts_nocase(words, slice_from(subjects[i])))
			rest = slice_skip(words, strlen(subjects[i]));
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (slice_starts_nocase(rest, slice_from(reasons[i].words)))
			return slice_from(reasons[i].verb);
	return SLICE_NONE;
}

/* "Not applying this update binary, it is already installed." */
static bool read_skipped(const struct cm_words *said, struct fact *fact)
{
	size_t applying = find(said, CM_APPLYING), id = find_id(said, CM_UPDATE);
	size_t comma = slice_find_char(said->text, ',');

	if (applying == MISSING || applying == 0 || at(said, applying - 1) != CM_NOT ||
		!is_said_first(said, applying - 1))
		return false;
	if (comma != SLICE_MISSING)
		fact->name = slice_trim(slice_skip(said->text, comma + 1));
	if (fact->name.len && fact->name.ptr[fact->name.len - 1] == '.')
		fact->name.len--;
	fact->verb = reason_of(fact->name);
	if (id != MISSING)
		fact->ci = cm_number(fact, said->words[id].text);
	return true;
}

/* "Failed to install", "could not apply", "unable to apply" at `i`: the verb of it. */
static size_t failed_verb(const struct cm_words *said, size_t i)
{
	size_t verb = i + 1;

	if (!word_fails(said, i))
		return MISSING;
	while (at(said, verb) == CM_TO || at(said, verb) == CM_APPLYING)
		verb++;
	if (at(said, verb) == CM_APPLY)
		return verb;
	return verb > i + 1 && at(said, verb - 1) == CM_APPLYING ? verb - 1 : MISSING;
}

/* That an update failed to go in: "Failed to install update …", "Update … failed to install",
 * "Installation of update … failed". */
static bool fails_to_apply(const struct cm_words *said)
{
	for (size_t i = 0; i < said->count; i++) {
		size_t verb = failed_verb(said, i), update;

		if (verb != MISSING) {
			update = find(said, CM_UPDATE);
			return update_behind(said, verb) != MISSING ||
				(update < i && !is_parted(said, update, i));
		}
		if (at(said, i) != CM_APPLY && at(said, i) != CM_APPLYING)
			continue;
		update = update_behind(said, i);
		for (size_t k = update; update != MISSING && k < said->count; k++)
			if (at(said, k) == CM_FAIL && word_fails(said, k))
				return !is_parted(said, update, k);
	}
	return false;
}

static bool read_failed(const struct cm_words *said, struct fact *fact)
{
	size_t id = find_id(said, CM_UPDATE);

	if (!fails_to_apply(said))
		return false;
	if (id != MISSING)
		fact->ci = cm_number(fact, said->words[id].text);
	take_code(said, fact);
	return true;
}

/* Images */

static bool read_image(const struct cm_words *said, struct fact *fact)
{
	fact->wim = take_quoted(said->text, SLICE("image path"));
	fact->name = take_quoted(said->text, SLICE("type"));
	return take_package(said, fact);
}

/* "Processing image package CAS00123. Marked for 'InstallUpdates'" */
static bool read_processing(const struct cm_words *said, struct fact *fact)
{
	return is_said_first(said, find(said, CM_PROCESS)) && take_package(said, fact);
}

/* "Mounting image at index 1. Image file='…', MountDirectory='…'" */
static bool read_mount(const struct cm_words *said, struct fact *fact)
{
	size_t index = find(said, CM_INDEX);

	if (index == MISSING || !is_id(said, index + 1))
		return false;
	take_index(said, fact);
	fact->wim = take_quoted(said->text, SLICE("image file"));
	if (!fact->wim.len)
		fact->wim = take_quoted(said->text, SLICE("imagefile"));
	fact->image = take_quoted(said->text, SLICE("mountdirectory"));
	if (!fact->image.len)
		fact->image = take_quoted(said->text, SLICE("mount directory"));
	return true;
}

/* "Image OS information: Version 10.0.19041.1, ServicePackLevel 0, Architecture 9" */
static bool read_version(const struct cm_words *said, struct fact *fact)
{
	size_t version = find(said, CM_VERSION), architecture = find(said, CM_ARCHITECTURE);
	struct slice rest;
	size_t end = 0;

	if (!is_joined(said, version + 1, CM_NUMBER))
		return false;
	rest = slice_skip(said->text, (size_t)(said->words[version + 1].text.ptr - said->text.ptr));
	while (end < rest.len && (is_digit(rest.ptr[end]) || rest.ptr[end] == '.'))
		end++;
	while (end && rest.ptr[end - 1] == '.')
		end--;
	fact->version = slice_from_to(rest, 0, end);
	if (architecture != MISSING && architecture + 1 < said->count &&
		said->words[architecture + 1].is_joined)
		fact->architecture = said->words[architecture + 1].text;
	return true;
}

/* "UnMounting Image (Commit Changes = 0)" */
static bool read_unmount(const struct cm_words *said, struct fact *fact)
{
	size_t changes = find(said, CM_CHANGES);

	if (changes == MISSING || changes == 0 || at(said, changes - 1) != CM_COMMIT ||
		!said->is_whole)
		return false;
	if (is_word(said, changes + 1, "1") || is_word(said, changes + 1, "true"))
		fact->flags |= FLAG_COMMIT;
	else if (is_word(said, changes + 1, "0") || is_word(said, changes + 1, "false"))
		fact->flags |= FLAG_DISCARD;
	else
		return false;
	return said->words[changes + 1].is_joined;
}

static bool read_discard(const struct cm_words *said, struct fact *fact)
{
	(void)said;
	fact->flags |= FLAG_DISCARD;
	return true;
}

/* "Completed processing image package CAS00123. Status = Success" */
static bool read_image_end(const struct cm_words *said, struct fact *fact)
{
	size_t status = find(said, CM_STATUS);
	struct slice rest;
	size_t from;

	if (!take_package(said, fact))
		return false;
	if (status == MISSING || status + 1 >= said->count || !said->words[status + 1].is_joined)
		return true;
	from = (size_t)(said->words[status + 1].text.ptr - said->text.ptr);
	rest = slice_skip(said->text, from);
	rest = slice_trim(slice_cut(&rest, '\n'));
	while (rest.len && strchr(".'\"", rest.ptr[rest.len - 1]))
		rest.len--;
	fact->verb = rest;
	return true;
}

/* Schedules */

static bool read_schedule(const struct cm_words *said, struct fact *fact)
{
	take_schedule(said, fact);
	return fact->schedule || fact->flags & (FLAG_REDACTED | FLAG_BAD_NUMBER);
}

/* Of a schedule, and not of what stands far from it: "Schedule processing", "Processing
 * completed for Schedule". */
static bool read_run_end(const struct cm_words *said, struct fact *fact)
{
	size_t schedule = find(said, CM_SCHEDULE), process = find(said, CM_PROCESS);
	size_t distance = schedule > process ? schedule - process : process - schedule;

	take_schedule(said, fact);
	return distance <= 3 && (distance == 1 || schedule > process);
}

/* Errors and notes */

static bool read_error(const struct cm_words *said, struct fact *fact)
{
	(void)take_package(said, fact);
	take_index(said, fact);
	take_code(said, fact);
	return true;
}

/* Nothing that speaks of one update is a mere note. */
static bool read_note(const struct cm_words *said, struct fact *fact)
{
	(void)fact;
	return find_id(said, CM_UPDATE) == MISSING;
}

/* The table */

struct recalled {
	enum fact_kind kind;
	const char *verb;
	unsigned char all[MAX_SET], any[MAX_SET], none[MAX_SET]; /* enum cm_meaning, 0 ends */
	reader *read;
};

#define ROW(kind_id, verb_text, ...) { .kind = FACT_##kind_id, .verb = (verb_text), __VA_ARGS__ },
#define ALL(...)                     .all = { __VA_ARGS__ }
#define ANY(...)                     .any = { __VA_ARGS__ }
#define NONE(...)                    .none = { __VA_ARGS__ }
#define READ(name)                   .read = read_##name
/* What a statement of success or of a beginning must not hold. */
#define DENIALS CM_FAILS, CM_FAIL, CM_ERROR, CM_NOT, CM_UNABLE, CM_COULD, CM_DOUBT
/* What a mere note must not hold. */
#define MATTERS CM_FAILS, CM_NOT, CM_APPLIED, CM_APPLYING, CM_BINARY, CM_APPLICABILITY
static const struct recalled rows[] = {
#include "parsers/cm_recall.def"
};
#undef ROW
#undef ALL
#undef ANY
#undef NONE
#undef READ
#undef DENIALS
#undef MATTERS

static bool fits(const struct recalled *row, const struct cm_words *said)
{
	bool has_any = row->any[0] == CM_OTHER;

	for (size_t i = 0; i < MAX_SET && row->all[i]; i++)
		if (!said->has[row->all[i]])
			return false;
	for (size_t i = 0; i < MAX_SET && row->none[i]; i++)
		if (said->has[row->none[i]])
			return false;
	for (size_t i = 0; i < MAX_SET && row->any[i]; i++)
		has_any |= said->has[row->any[i]];
	return has_any;
}

bool cm_recall_read(struct slice message, struct fact *fact)
{
	const struct fact before = *fact;
	struct cm_words said;

	cm_words_split(message, &said);
	said.has[CM_FAILS] = fails(&said);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(&rows[i], &said))
			continue;
		fact->kind = rows[i].kind;
		fact->verb = slice_from(rows[i].verb);
		fact->flags |= FLAG_RECALL;
		if (rows[i].read(&said, fact))
			return true;
		*fact = before;
	}
	return false;
}
