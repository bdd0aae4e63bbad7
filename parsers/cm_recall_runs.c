/* What is recalled only, of images, schedules and what fails. */
#include "parsers/cm_id.h"
#include "parsers/cm_recall_readers.h"
#include "parsers/cm_strict.h"

/* Images */

bool recall_image(const struct cm_words *said, struct fact *fact)
{
	fact->wim = said_quoted(said->text, SLICE("image path"));
	fact->name = said_quoted(said->text, SLICE("type"));
	return said_take_package(said, fact);
}

/* "Processing image package CAS00123. Marked for 'InstallUpdates'" */
bool recall_processing(const struct cm_words *said, struct fact *fact)
{
	return said_first(said, said_find(said, CM_PROCESS)) && said_take_package(said, fact);
}

/* "Mounting image at index 1. Image file='…', MountDirectory='…'" */
bool recall_mount(const struct cm_words *said, struct fact *fact)
{
	size_t index = said_find(said, CM_INDEX);

	if (index == SAID_MISSING || !said_is_id(said, index + 1))
		return false;
	said_take_index(said, fact);
	fact->wim = said_quoted(said->text, SLICE("image file"));
	if (!fact->wim.len)
		fact->wim = said_quoted(said->text, SLICE("imagefile"));
	fact->image = said_quoted(said->text, SLICE("mountdirectory"));
	if (!fact->image.len)
		fact->image = said_quoted(said->text, SLICE("mount directory"));
	return true;
}

/* "Image OS information: Version 10.0.19041.1, ServicePackLevel 0, Architecture 9" */
bool recall_version(const struct cm_words *said, struct fact *fact)
{
	size_t version = said_find(said, CM_VERSION),
	       architecture = said_find(said, CM_ARCHITECTURE);
	struct slice rest;
	size_t end = 0;

	if (!said_joined(said, version + 1, CM_NUMBER))
		return false;
	rest = slice_skip(said->text, (size_t)(said->words[version + 1].text.ptr - said->text.ptr));
	while (end < rest.len && (is_digit(rest.ptr[end]) || rest.ptr[end] == '.'))
		end++;
	while (end && rest.ptr[end - 1] == '.')
		end--;
	fact->version = slice_from_to(rest, 0, end);
	if (architecture != SAID_MISSING && architecture + 1 < said->count &&
		said->words[architecture + 1].is_joined)
		fact->architecture = said->words[architecture + 1].text;
	return true;
}

/* Strict, since it saves what was done: word `value` aside, nothing but what belongs there. */
static bool commits_plainly(const struct cm_words *said, size_t value)
{
	struct cm_set verbs = { { 0 } };
	struct cm_words without = *said;

	cm_set_add(&verbs, CM_UNMOUNTING);
	cm_set_add(&verbs, CM_COMMIT);
	cm_set_add(&verbs, CM_CHANGES);
	without.words[value].meaning = CM_FILLER;
	return cm_is_plain(&without, &verbs, CM_IMAGE);
}

/* "UnMounting Image (Commit Changes = 0)" */
bool recall_unmount(const struct cm_words *said, struct fact *fact)
{
	size_t changes = said_find(said, CM_CHANGES);

	if (changes == SAID_MISSING || changes == 0 || said_at(said, changes - 1) != CM_COMMIT ||
		!said->is_whole)
		return false;
	if (said_word(said, changes + 1, "1") || said_word(said, changes + 1, "true"))
		fact->flags |= FLAG_COMMIT;
	else if (said_word(said, changes + 1, "0") || said_word(said, changes + 1, "false"))
		fact->flags |= FLAG_DISCARD;
	else
		return false;
	return said->words[changes + 1].is_joined &&
		(!(fact->flags & FLAG_COMMIT) || commits_plainly(said, changes + 1));
}

bool recall_discard(const struct cm_words *said, struct fact *fact)
{
	(void)said;
	fact->flags |= FLAG_DISCARD;
	return true;
}

/* "Completed processing image package CAS00123. Status = Success" */
bool recall_image_end(const struct cm_words *said, struct fact *fact)
{
	size_t status = said_find(said, CM_STATUS);
	struct slice rest;
	size_t from;

	if (!said_take_package(said, fact))
		return false;
	if (status == SAID_MISSING || status + 1 >= said->count ||
		!said->words[status + 1].is_joined)
		return true;
	from = (size_t)(said->words[status + 1].text.ptr - said->text.ptr);
	rest = slice_skip(said->text, from);
	rest = slice_trim(rest);
	while (rest.len && strchr(".'\"", rest.ptr[rest.len - 1]))
		rest.len--;
	fact->verb = cm_outcome(rest);
	return true;
}

/* Schedules */

bool recall_schedule(const struct cm_words *said, struct fact *fact)
{
	said_take_schedule(said, fact);
	return fact->schedule || fact->flags & (FLAG_REDACTED | FLAG_BAD_NUMBER);
}

/* Without the name of the schedule that a person gave it. */
static struct cm_words without_name(const struct cm_words *said)
{
	struct cm_words without = *said;
	size_t id = said_id(said, CM_SCHEDULE);
	size_t at = slice_find_nocase(said->text, SLICE(" (schedule name = "));

	if (id == SAID_MISSING || at == SLICE_MISSING ||
		said->text.ptr + at != said->words[id].text.ptr + said->words[id].text.len ||
		said->text.ptr[said->text.len - 1] != ')')
		return without;
	without.count = id + 1;
	return without;
}

/* Nothing is said but that it ended, and how. */
static bool ends_plainly(const struct cm_words *said)
{
	struct cm_words without = without_name(said);
	struct cm_set verbs = { { 0 } };

	cm_set_add(&verbs, CM_PROCESS);
	cm_set_add(&verbs, CM_COMPLETED);
	cm_set_add(&verbs, CM_FAIL);
	return cm_is_plain(&without, &verbs, CM_SCHEDULE);
}

/* Of a schedule, and not of what stands far from it: "Schedule processing", "Processing
 * completed for Schedule". */
bool recall_run_end(const struct cm_words *said, struct fact *fact)
{
	size_t schedule = said_find(said, CM_SCHEDULE), process = said_find(said, CM_PROCESS);
	size_t distance = schedule > process ? schedule - process : process - schedule;

	said_take_schedule(said, fact);
	if (distance > 3 || (distance != 1 && schedule < process))
		return false;
	if (!ends_plainly(said))
		fact->verb = slice_trim(said->text);
	return true;
}

/* Errors and notes */

bool recall_error(const struct cm_words *said, struct fact *fact)
{
	(void)said_take_package(said, fact);
	said_take_index(said, fact);
	said_take_code(said, fact);
	return true;
}

/* Nothing that speaks of one update is a mere note. */
bool recall_note(const struct cm_words *said, struct fact *fact)
{
	(void)fact;
	return said_id(said, CM_UPDATE) == SAID_MISSING;
}

/* "37 update(s) are in the schedule", and not "Update 5". */
bool recall_counted(const struct cm_words *said, struct fact *fact)
{
	size_t update = said_find(said, CM_UPDATE);

	while (update && said_at(said, update - 1) == CM_FILLER)
		update--;
	return update && said_at(said, update - 1) == CM_NUMBER && recall_note(said, fact);
}
