/* --updates: the CI_IDs of a site, with KB or identity, title, architecture, build, release. */
#include "parsers/document_text.h"
#include "parsers/map_file.h"

#include "model/identity.h"
#include "model/kb.h"

enum {
	FIELD_CI,
	FIELD_KB,
	FIELD_IDENTITY,
	FIELD_TITLE_,
	FIELD_ARCHITECTURE,
	FIELD_BUILD,
	FIELD_RELEASED
};

/* SMS_SoftwareUpdate.CI_ID is a signed number of 32 bits. */
static const char *take_ci(struct slice text, uint32_t *ret_ci)
{
	uint64_t number;
	bool is_number = text.len > 0;

	for (size_t i = 0; i < text.len; i++)
		is_number = is_number && is_digit(text.ptr[i]);
	if (!is_number)
		return "it has no CI_ID";
	if (!slice_to_u64(text, 10, &number) || number > INT32_MAX)
		return "its CI_ID is beyond 32 bits";
	*ret_ci = (uint32_t)number;
	return number ? NULL : "it has no CI_ID";
}

/* "KB5058411", "5058411": as "KB5058411". */
static const char *take_kb(const struct map_row *row, struct slice *ret_identifier)
{
	struct slice text = row->value[FIELD_KB];
	struct slice digits = slice_starts_nocase(text, SLICE("KB")) ? slice_skip(text, 2) : text;
	char name[16] = "KB";

	if (!text.len)
		return NULL;
	if (!digits.len || digits.len > 10)
		return "its KB is no KB number";
	for (size_t i = 0; i < digits.len; i++)
		if (!is_digit(digits.ptr[i]))
			return "its KB is no KB number";
	memcpy(name + 2, digits.ptr, digits.len);
	if (!kb_of_identifier(slice_from(name)))
		return "its KB is no KB number";
	*ret_identifier = arena_copy(&row->result->scratch, slice_from(name));
	return NULL;
}

static const char *take_identity(struct slice text, struct slice *ret_identity)
{
	struct identity parts;

	if (!text.len)
		return NULL;
	if (!identity_parse(text, &parts) || !parts.name.len || !parts.version.len)
		return "its package identity is none";
	*ret_identity = text;
	return NULL;
}

/* "20250513170000.000000+***": the day. */
static bool take_dmtf(struct slice text, int64_t *ret_day)
{
	uint32_t year, month, day;

	if (text.len != 25 || text.ptr[14] != '.' ||
		!slice_to_u32(slice_from_to(text, 0, 4), 10, &year) ||
		!slice_to_u32(slice_from_to(text, 4, 6), 10, &month) ||
		!slice_to_u32(slice_from_to(text, 6, 8), 10, &day))
		return false;
	*ret_day = civil_to_seconds(&(struct civil){ (int)year, (int)month, (int)day, 0, 0, 0 });
	return *ret_day != NO_TIME;
}

#define DAY ((int64_t)24 * 3600)

static int64_t midnight(int64_t seconds)
{
	int64_t past = seconds % DAY;

	return seconds - (past < 0 ? past + DAY : past);
}

/* What is the same whichever of the two comes first: 5/5/2025. */
static enum date_order order_of(const struct listed_time *time, enum date_order of_map)
{
	return time->numbers[0] == time->numbers[1] ? ORDER_MONTH_FIRST : of_map;
}

/* The day of release; one that cannot be read is told, and the row counts without it. */
static int64_t take_released(const struct map_row *row)
{
	struct slice text = row->value[FIELD_RELEASED];
	struct listed_time time;
	int64_t day = NO_TIME;
	bool is_open;

	if (!text.len || take_dmtf(text, &day))
		return day;
	if (!listed_time_parse(text, &time)) {
		parse_result_note(row->result, DIAG_BAD_TIME, row->line, row->offset, text);
		return NO_TIME;
	}
	if (time.rest.year == 0) /* "/Date(1747155600000)/" */
		return time.utc == NO_TIME ? NO_TIME : midnight(time.utc);
	time.guess = ORDER_OPEN;
	day = listed_time_local(&time, order_of(&time, row->dates));
	is_open = time.order == ORDER_OPEN && time.numbers[0] <= 12 && time.numbers[1] <= 12 &&
		time.numbers[0] != time.numbers[1];
	if (day == NO_TIME)
		parse_result_note(row->result, is_open ? DIAG_DATE_ORDER : DIAG_BAD_TIME, row->line,
			row->offset, text);
	return day == NO_TIME ? NO_TIME : midnight(day);
}

static const char *take_update(const struct map_row *row, struct fact *fact)
{
	const char *fault = take_ci(row->value[FIELD_CI], &fact->ci);

	if (!fault)
		fault = take_kb(row, &fact->identifier);
	if (!fault)
		fault = take_identity(row->value[FIELD_IDENTITY], &fact->package);
	if (!fault && !fact->identifier.len && !fact->package.len)
		fault = "it has neither a KB nor a package identity";
	if (fault)
		return fault;
	fact->title = row->value[FIELD_TITLE_];
	fact->architecture = row->value[FIELD_ARCHITECTURE];
	fact->version = row->value[FIELD_BUILD];
	fact->when = take_released(row);
	return NULL;
}

const struct map_format updates_map_format = {
	.columns = {
		[FIELD_CI] = { "ciid", "updateid" },
		[FIELD_KB] = { "kb", "articleid" },
		[FIELD_IDENTITY] = { "identity", "packageidentity" },
		[FIELD_TITLE_] = { "title", "displayname", "localizeddisplayname" },
		[FIELD_ARCHITECTURE] = { "architecture" },
		[FIELD_BUILD] = { "build" },
		[FIELD_RELEASED] = { "released", "datereleased" },
	},
	.date = FIELD_RELEASED,
	.needs = {
		{ 1u << FIELD_CI, "no column CI_ID" },
		{ 1u << FIELD_KB | 1u << FIELD_IDENTITY, "no column KB, ArticleID or Identity" },
	},
	.take = take_update,
	.kind = FACT_MAP_UPDATE,
};

static unsigned bid(struct slice head)
{
	(void)head;
	return 0;
}

static void read_map(struct slice bytes, struct parse_result *result)
{
	map_read(&updates_map_format, bytes, result);
}

const struct parser parser_updates_map = {
	.name = "updates-map",
	.what = "CSV of a site's updates: CI_ID, KB or Identity, Title, Architecture, Build, "
		"Released",
	.looked_for = "columns CI_ID and KB, ArticleID or Identity",
	.option = "--updates",
	.shape = PARSER_WHOLE,
	.bid = bid,
	.read = read_map,
};
