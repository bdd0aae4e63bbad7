/* Whether a text is a printed list, and whose: lines that only such lists have are counted. */
#include "parsers/listing_line.h"
#include "parsers/listing_text.h"

#define LOOK_BYTES ((size_t)64 << 10)

enum { DISM = 1, POWERSHELL = 2 };

static bool is_number(struct slice value)
{
	uint32_t number;

	return slice_to_u32(value, 10, &number);
}

static bool is_state(struct slice value)
{
	return listed_package_state(value) != STATE_NONE ||
		listed_feature_state(value) != STATE_NONE;
}

/* Labels that tell, and whose they are; the others stand in too many texts. */
static const struct owner {
	bool (*fits)(struct slice value); /* NULL: any value does */
	const char *label; /* `owner` is that of this one; NULL: of one with a blank */
	unsigned owner, other;
} owners[LISTED_FIELD_COUNT_] = {
	[LISTED_PACKAGE] = { listed_is_package, NULL, DISM, POWERSHELL },
	[LISTED_INDEX] = { is_number, "Index", DISM, POWERSHELL },
	[LISTED_NAME] = { listed_is_capability, NULL, POWERSHELL, POWERSHELL },
	[LISTED_VERSION] = { listing_is_version, NULL, DISM, DISM },
	[LISTED_STATE] = { is_state, "State", DISM | POWERSHELL, POWERSHELL },
	[LISTED_ARCHITECTURE] = { NULL, NULL, DISM | POWERSHELL, DISM | POWERSHELL },
	[LISTED_EDITION] = { NULL, "Edition", DISM, POWERSHELL },
	[LISTED_MODIFIED] = { NULL, "Modified", DISM, POWERSHELL },
	[LISTED_HOTFIX] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_FEATURE] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_CAPABILITY] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_IMAGE_NAME] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_RELEASE] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_TIME] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_SUPPORT] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_SP_BUILD] = { NULL, NULL, DISM, POWERSHELL },
	[LISTED_SP_LEVEL] = { NULL, NULL, DISM, POWERSHELL },
};

/* A label that is not known: of a localised list of DISM, or "Image Version". */
static bool is_localised(const struct listing_line *line)
{
	return listed_is_package(line->value) || listed_is_capability(line->value) ||
		listed_is_localised(line->value) ||
		(slice_equal_nocase(line->label, SLICE("Image Version")) &&
			listing_is_version(line->value));
}

static unsigned label_owner(const struct listing_line *line)
{
	const struct owner *owner = &owners[line->field];
	bool is_its;

	if (line->field == LISTED_NONE)
		return is_localised(line) ? DISM : 0;
	if (owner->fits && !owner->fits(line->value))
		return 0;
	is_its = owner->label ? slice_equal_nocase(line->label, slice_from(owner->label))
			      : slice_find_char(line->label, ' ') != SLICE_MISSING;
	return is_its ? owner->owner : owner->other;
}

static void count_row(struct slice text, struct listing_signs *signs)
{
	bool has_bars = slice_find_char(text, '|') != SLICE_MISSING;
	struct slice rest = text, first = slice_cut(&rest, has_bars ? '|' : ' ');

	first = text_trim(first);
	rest = text_trim(rest);
	if (has_bars) {
		signs->dism += listed_is_package(first) || listed_field_find(first) != LISTED_NONE;
		return;
	}
	if (slice_find(rest, SLICE("HotFixID ")) != SLICE_MISSING)
		signs->has_hotfixes = true;
	signs->powershell += (listed_is_package(first) && rest.len > 0) ||
		(listed_field_find(first) != LISTED_NONE &&
			slice_find(rest, SLICE("State")) != SLICE_MISSING) ||
		(signs->has_hotfixes && slice_find(text, SLICE(" KB")) != SLICE_MISSING);
}

static void count_line(struct slice text, struct listing_signs *signs)
{
	struct listing_line line;
	unsigned owner;

	listing_line_read(text, &line);
	if (line.kind == LINE_BLANK || line.kind == LINE_RULE)
		return;
	signs->lines++;
	signs->fitting += (line.kind == LINE_LABEL && line.field != LISTED_NONE) ||
		(line.kind != LINE_LABEL && line.kind != LINE_OTHER);
	if (line.kind == LINE_BANNER || line.kind == LINE_CLOSING || line.kind == LINE_HEADING)
		signs->dism++;
	else if (slice_find_char(line.text, '|') != SLICE_MISSING || line.kind == LINE_OTHER)
		count_row(line.text, signs);
	else if (line.kind == LINE_LABEL) {
		owner = label_owner(&line);
		signs->dism += (owner & DISM) != 0;
		signs->powershell += (owner & POWERSHELL) != 0;
		if (!owner && line.field == LISTED_NONE) /* the time of a row has a colon */
			count_row(line.text, signs);
	}
}

struct listing_signs listing_text_look(struct slice head)
{
	struct document_text document = { .text = slice_from_to(head, 0, LOOK_BYTES) };
	struct listing_signs signs = { 0 };
	struct text_cursor cursor;
	struct text_line line;

	text_cursor_init(&cursor, &document);
	while (text_next_line(&cursor, &line))
		count_line(line.text, &signs);
	return signs;
}

unsigned listing_text_bid(const struct listing_signs *signs, unsigned own, unsigned other)
{
	if (own < 3 || own < other || own * 6 < signs->lines)
		return 0;
	if (signs->fitting * 2 >= signs->lines)
		return 68;
	return own > 16 ? 48 : 32 + own;
}
