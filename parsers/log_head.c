/*
 * Heads of lines. Order of trial: native columns; a stamp with squeezed columns, behind
 * quotes or list marks; a masked or torn stamp before ", Level"; a level alone; a
 * component alone; a trace line of wimgapi; a bare message.
 */
#include "parsers/log_head.h"

#include <string.h>

#include "parsers/rule.h"
#include "parsers/stamp.h"

#define LEVEL_COLUMN     21
#define COMPONENT_COLUMN 43
#define MESSAGE_COLUMN   50

static const struct {
	struct slice word;
	enum log_level level;
} levels[] = {
	{ { "Info", 4 }, LEVEL_INFO },
	{ { "Warning", 7 }, LEVEL_WARNING },
	{ { "Error", 5 }, LEVEL_ERROR },
	{ { "Perf", 4 }, LEVEL_OTHER },
	{ { "Debug", 5 }, LEVEL_OTHER },
	{ { "Verbose", 7 }, LEVEL_OTHER },
};

static const struct {
	struct slice word;
	enum log_component component;
} components[] = {
	{ { "CBS", 3 }, COMPONENT_CBS },
	{ { "CSI", 3 }, COMPONENT_CSI },
	{ { "DISM", 4 }, COMPONENT_DISM },
	{ { "CONX", 4 }, COMPONENT_OTHER },
	{ { "SXS", 3 }, COMPONENT_OTHER },
	{ { "DPX", 3 }, COMPONENT_OTHER },
	{ { "DEPLOY", 6 }, COMPONENT_OTHER },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Providers whose name alone tells a DISM message from prose. */
static const struct slice bare_providers[] = {
	{ "DISM Package Manager: ", 22 },
	{ "DISM Manager: ", 14 },
	{ "DISM WIM Provider: ", 19 },
	{ "DISM Imaging Provider: ", 23 },
	{ "DISM Image Session: ", 20 },
	{ "DISM Provider Store: ", 21 },
	{ "DISM OS Provider: ", 18 },
	{ "DISM Unattend Manager: ", 23 },
	{ "DISM Transmog Provider: ", 24 },
	{ "DISM.EXE: ", 10 },
	{ "API: PID=", 9 },
};

static bool blank_at(struct slice s, size_t at)
{
	return at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t');
}

static struct slice skip_blanks(struct slice s)
{
	while (blank_at(s, 0))
		s = slice_skip(s, 1);
	return s;
}

static size_t word_length(struct slice s)
{
	size_t len = 0;

	while (len < s.len && !blank_at(s, len))
		len++;
	return len;
}

static enum log_level level_of(struct slice word)
{
	for (size_t i = 0; i < COUNT(levels); i++)
		if (slice_equal_nocase(word, levels[i].word))
			return levels[i].level;
	return LEVEL_OTHER;
}

static bool is_level(struct slice word)
{
	for (size_t i = 0; i < COUNT(levels); i++)
		if (slice_equal_nocase(word, levels[i].word))
			return true;
	return false;
}

static enum log_component component_of(struct slice word)
{
	for (size_t i = 0; i < COUNT(components); i++)
		if (slice_equal(word, components[i].word))
			return components[i].component;
	return COMPONENT_NONE;
}

/*
 * A component's name at the head of `rest`, taken off it. A name in an indented message
 * does not count: it needs `gap` blanks behind it.
 */
static enum log_component take_component(struct slice *rest, size_t gap)
{
	size_t len = word_length(*rest);
	enum log_component component = component_of(slice_from_to(*rest, 0, len));

	if (component == COMPONENT_NONE || !blank_at(*rest, len) || !blank_at(*rest, len + gap - 1))
		return COMPONENT_NONE;
	*rest = slice_skip(*rest, len);
	return component;
}

/* The columns as Windows writes them: two comparisons for nearly every line. */
static const struct {
	char text[COMPONENT_COLUMN - LEVEL_COLUMN + 1];
	enum log_level level;
} level_columns[] = {
	{ "Info                  ", LEVEL_INFO },
	{ "Error                 ", LEVEL_ERROR },
	{ "Warning               ", LEVEL_WARNING },
};

static const struct {
	char text[MESSAGE_COLUMN - COMPONENT_COLUMN + 2];
	enum log_component component;
} component_columns[] = {
	{ " CBS    ", COMPONENT_CBS },
	{ " DISM   ", COMPONENT_DISM },
	{ " CSI    ", COMPONENT_CSI },
};

static bool read_usual_columns(struct slice line, struct log_record *record)
{
	for (size_t i = 0; i < COUNT(level_columns); i++) {
		if (!bytes_equal(line.ptr + LEVEL_COLUMN, level_columns[i].text,
			    COMPONENT_COLUMN - LEVEL_COLUMN))
			continue;
		for (size_t k = 0; k < COUNT(component_columns); k++) {
			/* with the blank before it: eight bytes */
			if (!bytes_equal(
				    line.ptr + COMPONENT_COLUMN - 1, component_columns[k].text, 8))
				continue;
			record->level = level_columns[i].level;
			record->component = component_columns[k].component;
			record->message = slice_skip(line, MESSAGE_COLUMN);
			return true;
		}
	}
	return false;
}

/* Level, component and message by columns. The component's own columns may be blank. */
static bool read_columns(struct slice line, struct log_record *record)
{
	const char *p = line.ptr;
	size_t level = LEVEL_COLUMN;

	if (line.len <= MESSAGE_COLUMN)
		return false;
	if (read_usual_columns(line, record))
		return true;
	if (p[COMPONENT_COLUMN - 1] != ' ' || p[LEVEL_COLUMN] == ' ')
		return false;
	while (level < COMPONENT_COLUMN && p[level] != ' ')
		level++;
	for (size_t at = level; at < COMPONENT_COLUMN; at++)
		if (p[at] != ' ')
			return false;
	record->level = level_of(slice_from_to(line, LEVEL_COLUMN, level));
	if (p[COMPONENT_COLUMN] == ' ') {
		record->message = skip_blanks(slice_skip(line, COMPONENT_COLUMN));
		record->component = take_component(&record->message, 2);
		record->message = skip_blanks(record->message);
		return true;
	}
	if (p[MESSAGE_COLUMN - 1] != ' ' && p[MESSAGE_COLUMN - 2] != ' ')
		return false;
	for (level = COMPONENT_COLUMN; level < MESSAGE_COLUMN && p[level] != ' '; level++)
		;
	record->component = component_of(slice_from_to(line, COMPONENT_COLUMN, level));
	if (record->component == COMPONENT_NONE)
		record->component = COMPONENT_OTHER;
	record->message = slice_skip(line, MESSAGE_COLUMN);
	return true;
}

/* Level, component, message parted by blanks of any number. */
static void read_words(struct slice rest, struct log_record *record)
{
	size_t len;

	rest = skip_blanks(rest);
	len = word_length(rest);
	record->level = level_of(slice_from_to(rest, 0, len));
	rest = skip_blanks(slice_skip(rest, len));
	record->component = take_component(&rest, 1);
	record->message = skip_blanks(rest);
}

/* Quotes, list marks, markdown: what people's tools put before a line. */
static struct slice strip_marks(struct slice line)
{
	struct slice rest = skip_blanks(line);

	while (rest.len &&
		(rest.ptr[0] == '>' || rest.ptr[0] == '#' || rest.ptr[0] == '*' ||
			rest.ptr[0] == '|' || rest.ptr[0] == ',' || rest.ptr[0] == '"' ||
			rest.ptr[0] == '`'))
		rest = skip_blanks(slice_skip(rest, 1));
	if (blank_at(rest, 1) && rest.ptr[0] == '-')
		return skip_blanks(slice_skip(rest, 2));
	for (size_t at = 0; at < rest.len && at < 9; at++) {
		if (at && (rest.ptr[at] == '.' || rest.ptr[at] == ')' || rest.ptr[at] == ':') &&
			blank_at(rest, at + 1))
			return skip_blanks(slice_skip(rest, at + 1));
		if (!is_digit(rest.ptr[at]))
			break;
	}
	return rest;
}

#define MASKED_STAMP_MAX 32

/* ", Level" within the first columns: a stamp was masked or lost its beginning. */
static bool read_masked(struct slice rest, struct log_record *record)
{
	struct slice head = slice_from_to(rest, 0, MASKED_STAMP_MAX);
	size_t comma = slice_find(head, SLICE(", "));
	struct slice behind;

	if (comma == SLICE_MISSING)
		return false;
	behind = skip_blanks(slice_skip(rest, comma + 1));
	if (!is_level(slice_from_to(behind, 0, word_length(behind))))
		return false;
	read_words(behind, record);
	return true;
}

/* "Info   CBS    text", "CBS    text", "DISM   DISM Manager: text". */
static bool read_without_stamp(struct slice rest, struct log_record *record)
{
	size_t len = word_length(rest);
	struct slice behind = skip_blanks(slice_skip(rest, len));
	enum log_component component;

	if (is_level(slice_from_to(rest, 0, len)) && blank_at(rest, len)) {
		component = component_of(slice_from_to(behind, 0, word_length(behind)));
		if (component != COMPONENT_NONE) {
			read_words(rest, record);
			return true;
		}
		return false;
	}
	behind = rest;
	component = take_component(&behind, 1);
	behind = skip_blanks(behind);
	/* "DISM Package Manager: …" is a provider: its component stands before it, if at all. */
	if (component == COMPONENT_NONE || !behind.len)
		return false;
	if (component == COMPONENT_DISM &&
		slice_find_char(slice_from_to(behind, 0, 40), ':') == SLICE_MISSING)
		return false;
	for (size_t i = 0; i < COUNT(bare_providers); i++)
		if (slice_starts(rest, bare_providers[i]))
			return false;
	record->component = component;
	record->message = behind;
	return true;
}

/* "[7752.6872] [0xc142011c] …", "[\<PID>] [0x800700a1] …", "[776.1804] Mounting new image." */
static bool read_trace(struct slice rest, struct log_record *record)
{
	size_t close = slice_find_char(slice_from_to(rest, 0, 24), ']');
	bool is_masked;

	if (!rest.len || rest.ptr[0] != '[' || close == SLICE_MISSING || close < 2 ||
		!blank_at(rest, close + 1))
		return false;
	is_masked = slice_find_char(slice_from_to(rest, 0, close), '<') != SLICE_MISSING;
	for (size_t at = 1; at < close && !is_masked; at++)
		if (!is_digit(rest.ptr[at]) && rest.ptr[at] != '.')
			return false;
	record->component = COMPONENT_WIMGAPI;
	record->message = rest;
	return true;
}

/* A message alone. An indented line is part of what stands above it, whatever it says. */
static bool read_bare(struct slice line, struct slice rest, struct log_record *record)
{
	if (blank_at(line, 0) && rest.ptr == skip_blanks(line).ptr)
		return false;
	for (size_t i = 0; i < COUNT(bare_providers); i++) {
		if (!slice_starts(rest, bare_providers[i]))
			continue;
		record->component = COMPONENT_DISM;
		record->message = rest;
		return true;
	}
	if (!rules_know(RULES_CBS, rest))
		return false;
	record->component = COMPONENT_CBS;
	record->message = rest;
	return true;
}

bool log_head_read(struct slice line, bool is_stamped, struct log_record *record)
{
	struct slice rest;

	record->whole = line;
	if (is_stamped) {
		record->stamp = line;
		record->stamp.len = STAMP_LEN;
		if (!read_columns(line, record))
			read_words(slice_skip(line, STAMP_LEN + 1), record);
		return true;
	}
	rest = strip_marks(line);
	record->whole = rest;
	if (stamp_is(rest)) {
		record->stamp = rest;
		record->stamp.len = STAMP_LEN;
		read_words(slice_skip(rest, STAMP_LEN + 1), record);
		return true;
	}
	return read_trace(rest, record) || read_masked(rest, record) ||
		read_without_stamp(rest, record) || read_bare(line, rest, record);
}

bool log_head_begins(struct slice line, bool wrapped)
{
	struct slice rest = strip_marks(line);
	struct log_record ignored = { 0 };

	/* The common continuation is refused by its first byte. */
	if (!rest.len)
		return false;
	if (stamp_is(rest) || read_trace(rest, &ignored) || read_masked(rest, &ignored))
		return true;
	return !wrapped && (read_without_stamp(rest, &ignored) || read_bare(line, rest, &ignored));
}

bool log_head_is_torn(const struct log_record *record)
{
	struct slice head = slice_from_to(record->whole, 0, MASKED_STAMP_MAX);
	size_t comma;

	if (record->stamp.len || record->component == COMPONENT_WIMGAPI)
		return false;
	comma = slice_find(head, SLICE(", "));
	if (!head.ptr || comma == SLICE_MISSING || record->message.ptr < head.ptr + comma)
		return false;
	/* What is left of digits and colons, and nothing that masks them. */
	for (size_t i = 0; i < comma; i++)
		if (!is_digit(head.ptr[i]) && head.ptr[i] != ':' && head.ptr[i] != '-' &&
			head.ptr[i] != ' ')
			return false;
	return true;
}
