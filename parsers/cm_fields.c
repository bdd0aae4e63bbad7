/* What a record says of itself: words, level, thread, times. */
#include "parsers/cm_cursor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STRIDE       32

/* ---- Words ------------------------------------------------------------------------------ */

/* Without what surrounds it: blanks, line ends, and the tildes that end lines of SMS. */
struct slice cm_message_text(struct slice text)
{
	while (text.len && cm_is_outer(text.ptr[0])) {
		text.ptr++;
		text.len--;
	}
	while (text.len && cm_is_outer(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* Whether a word stands at `s`, in any case; `lower` is in lower case. */
static bool has_word(struct slice s, struct slice lower)
{
	return slice_starts_nocase(s, lower);
}

/* The level that words which begin in from..to tell. */
static enum log_level level_between(struct slice message, size_t from, size_t to)
{
	enum log_level level = LEVEL_INFO;

	for (size_t i = from; i < to; i++) {
		char c = (char)(message.ptr[i] | 0x20);
		struct slice rest;

		if (c != 'e' && c != 'f' && c != 'w')
			continue;
		rest = slice_skip(message, i);
		if (c == 'e' && has_word(rest, SLICE("error")))
			return LEVEL_ERROR;
		if (c == 'f' && has_word(rest, SLICE("fail")) && !has_word(rest, SLICE("failover")))
			return LEVEL_ERROR;
		if (c == 'w' && has_word(rest, SLICE("warn")))
			level = LEVEL_WARNING;
	}
	return level;
}

/* Whether "err", "fai" or "war" begins in STRIDE bytes, two more of which can be read: a loop
 * without a branch, which compilers make wide. */
WIDE_LOOP static bool may_tell_level(const char *at)
{
	unsigned char hit = 0;

	for (size_t i = 0; i < STRIDE; i++) {
		unsigned char a = (unsigned char)(at[i] | 0x20),
			      b = (unsigned char)(at[i + 1] | 0x20),
			      c = (unsigned char)(at[i + 2] | 0x20);
		unsigned char err = (a ^ 'e') | (b ^ 'r') | (c ^ 'r'),
			      fai = (a ^ 'f') | (b ^ 'a') | (c ^ 'i'),
			      war = (a ^ 'w') | (b ^ 'a') | (c ^ 'r');

		hit |= !err | !fai | !war;
	}
	return hit;
}

/* As CMTrace colours a line: "error", "fail" but not "failover", "warn". */
WIDE_LOOP enum log_level cm_level_of(struct slice message)
{
	enum log_level level = LEVEL_INFO;

	if (message.len < STRIDE + 2)
		return level_between(message, 0, message.len);
	for (size_t at = 0; at + 2 < message.len; at += STRIDE) {
		enum log_level told;

		if (at + STRIDE + 2 > message.len)
			at = message.len - STRIDE - 2; /* the last ones overlap */
		if (!may_tell_level(message.ptr + at))
			continue;
		told = level_between(message, at, at + STRIDE);
		if (told == LEVEL_ERROR)
			return told;
		if (told == LEVEL_WARNING)
			level = told;
	}
	return level;
}

bool cm_is_servicing(const struct cm_record *record)
{
	struct slice name = CM_OFFLINE_SERVICING;

	/* Every record passes here: a compare in other case is the rare one. */
	return record->component.len == name.len &&
		(bytes_equal(record->component.ptr, name.ptr, name.len) ||
			slice_equal_nocase(record->component, name));
}

bool cm_may_be_servicing(const struct cm_record *record)
{
	return !record->component.len || cm_is_servicing(record);
}

static void set_level(struct cm_record *record, const struct cm_tail *tail)
{
	if (tail->type.len)
		record->level = slice_equal(tail->type, SLICE("3")) ? LEVEL_ERROR
			: slice_equal(tail->type, SLICE("2"))       ? LEVEL_WARNING
								    : LEVEL_INFO;
	else if (cm_may_be_servicing(record))
		record->level = cm_level_of(record->message);
}

/* ---- Numbers and times -------------------------------------------------------------------- */

static bool is_all(struct slice text, bool hex)
{
	for (size_t i = 0; i < text.len; i++) {
		char lower = to_lower(text.ptr[i]);

		if (!is_digit(lower) && (!hex || lower < 'a' || lower > 'f'))
			return false;
	}
	return text.len > 0;
}

/* A number that does not fit is said; words in its place ("Empty") are none. */
void cm_take_thread(struct cm_cursor *cursor, struct cm_record *record, struct slice text, bool hex)
{
	if (!hex && text.len <= 9 && is_all(text, false)) {
		for (size_t i = 0; i < text.len; i++)
			record->tid = record->tid * 10 + (uint32_t)(text.ptr[i] - '0');
		return;
	}
	if (!text.len || slice_to_u32(text, hex ? 16 : 10, &record->tid))
		return;
	record->tid = 0;
	if (is_all(text, hex))
		cm_note(cursor, DIAG_BAD_NUMBER, record);
}

/* "downloadcontent.cpp:1626": only compiled code states its source so, and it is ConfigMgr's. */
static bool is_source(struct slice file)
{
	static const struct slice endings[] = { { ".cpp", 4 }, { ".cxx", 4 }, { ".c", 2 },
		{ ".cc", 3 }, { ".h", 2 }, { ".hpp", 4 }, { ".hxx", 4 }, { ".inl", 4 } };
	size_t len = file.len;

	while (len && is_digit(file.ptr[len - 1]))
		len--;
	if (len && len < file.len && file.ptr[len - 1] == ':')
		file.len = len - 1;
	if (file.len > 4 && memcmp(file.ptr + file.len - 4, ".cpp", 4) == 0)
		return true;
	for (size_t i = 0; i < COUNT(endings); i++)
		if (slice_ends_nocase(file, endings[i]))
			return true;
	return false;
}

static void set_time(struct cm_cursor *cursor, struct cm_record *record, const struct cm_tail *tail)
{
	const struct cm_time *time = &tail->time;
	bool is_known = tail->form != CM_FORM_CCM || is_source(tail->file);

	record->when = time->when;
	if (time->is_bad)
		cm_note(cursor, DIAG_BAD_TIME, record);
	if (time->bias == CM_BIAS_NONE)
		return;
	if (time->bias == CM_BIAS_STATED &&
		(time->minutes > CM_MAX_BIAS || time->minutes < -CM_MAX_BIAS)) {
		cm_note(cursor, DIAG_BAD_BIAS, record);
	} else if (time->bias == CM_BIAS_STATED && is_known) {
		if (time->when != NO_TIME)
			record->utc = time->when + (int64_t)time->minutes * 60;
	} else if (!cursor->noted_bias && (time->bias != CM_BIAS_GLUED || !is_known)) {
		cursor->noted_bias = true;
		cm_note(cursor, DIAG_BIAS_UNKNOWN, record);
	}
}

/* Takes what the tail says. */
void cm_set_tail(struct cm_cursor *cursor, struct cm_record *record, const struct cm_tail *tail)
{
	record->form = tail->form;
	record->component = tail->component;
	record->is_torn |= tail->is_cut;
	cm_take_thread(
		cursor, record, tail->is_cut ? SLICE_NONE : tail->thread, tail->has_hex_thread);
	set_time(cursor, record, tail);
	set_level(record, tail);
	if (tail->type.len > 9 && is_all(tail->type, false))
		cm_note(cursor, DIAG_BAD_NUMBER, record);
}
