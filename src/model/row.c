/* The four row classes: columns, words for their numbers, and their order. */
#include "model/row.h"

#include <string.h>

static const struct {
	const char *name, *option;
} classes[] = {
#define ROW_CLASS(id, class_name, class_option) [ROW_##id] = { class_name, class_option },
#include "model/row.def"
};

/* All columns in the order of row.def: those of a class stand next to each other. */
static const struct row_column columns[] = {
#define ROW_COLUMN(class_id, column, type, key) { column, VALUE_##type, key },
#include "model/row.def"
};

static const enum row_class owners[] = {
#define ROW_COLUMN(class_id, column, type, key) ROW_##class_id,
#include "model/row.def"
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]))

static const struct {
	const char *code, *sentence, *arises;
} reasons[REASON_COUNT_] = {
	[REASON_NONE] = { "", "", "" },
#define REASON(id, text, words, when) [REASON_##id] = { text, words, when },
#include "model/reason.def"
#undef REASON
};

const char *row_class_name(enum row_class row_class)
{
	return classes[row_class].name;
}

const char *row_class_option(enum row_class row_class)
{
	return classes[row_class].option;
}

const struct row_column *row_columns(enum row_class row_class, size_t *ret_count)
{
	size_t first = 0, end;

	while (first < COLUMN_COUNT && owners[first] != row_class)
		first++;
	end = first;
	while (end < COLUMN_COUNT && owners[end] == row_class)
		end++;
	*ret_count = end - first;
	return columns + first;
}

const char *reason_code(enum reason reason)
{
	return reasons[reason].code;
}

const char *reason_sentence(enum reason reason)
{
	return reasons[reason].sentence;
}

const char *reason_arises(enum reason reason)
{
	return reasons[reason].arises;
}

enum reason reason_find(struct slice code)
{
	enum reason reason = REASON_NONE + 1;

	while (reason < REASON_COUNT_ && !slice_equal(code, slice_from(reasons[reason].code)))
		reason++;
	return reason < REASON_COUNT_ ? reason : REASON_NONE;
}

const char *certainty_word(enum certainty certainty)
{
	static const char *const words[] = {
		[CERTAINTY_SEEN] = "seen",
		[CERTAINTY_INFERRED] = "inferred",
		[CERTAINTY_CONFLICT] = "conflict",
	};

	return words[certainty];
}

const char *time_basis_word(enum time_basis basis)
{
	static const char *const words[] = {
		[TIME_NONE] = "",
		[TIME_LOCAL] = "local",
		[TIME_UNIVERSAL] = "universal-time",
		[TIME_CSI] = "csi",
		[TIME_SESSION_ID] = "session-id",
		[TIME_ZONE] = "timezone",
		[TIME_HIVE] = "hive",
		[TIME_IMAGE_ZONE] = "image-zone",
		[TIME_LISTING] = "listing",
		[TIME_LISTING_UTC] = "listing",
		[TIME_STATMSG] = "statmsg",
		[TIME_BIAS] = "bias",
	};

	return words[basis];
}

const char *id_from_word(enum id_from from)
{
	static const char *const words[] = {
		[ID_FROM_NONE] = "",
		[ID_FROM_CI] = "ci",
		[ID_FROM_MAP] = "map",
		[ID_FROM_KB] = "kb",
		[ID_FROM_IDENTITY] = "identity",
	};

	return words[from];
}

const char *update_status_word(int32_t status)
{
	static const char *const words[] = {
		"Unknown",
		"Not Required",
		"Installed",
		"Applicable",
		"Applicability check not supported",
		"Installed, applicability check not supported",
	};

	return status >= 0 && status <= 5 ? words[status] : words[0];
}

const char *run_status_word(int32_t status)
{
	static const char *const words[] = { "Unknown", "Running", "Success", "Failed" };

	return status >= 1 && status <= 3 ? words[status] : words[0];
}

const struct row_value *row_value_of(const struct row *row, const char *column)
{
	size_t count;
	const struct row_column *own = row_columns(row->row_class, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(own[i].name, column) == 0)
			return &row->values[i];
	return NULL;
}

void moment_print(struct moment when, char ret_text[MOMENT_TEXT])
{
	ret_text[0] = '\0';
	if (when.basis == TIME_NONE || when.seconds == NO_TIME)
		return;
	civil_print(when.seconds, ret_text);
	if (when.basis != TIME_LOCAL && when.basis != TIME_LISTING)
		memcpy(ret_text + strlen(ret_text), "Z", sizeof("Z"));
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_moments(struct moment a, struct moment b)
{
	int order = compare_numbers(a.seconds, b.seconds);

	return order ? order : compare_numbers((int64_t)a.basis, (int64_t)b.basis);
}

static int compare_values(
	const struct row_value *a, const struct row_value *b, enum value_type type)
{
	if (a->is_null || b->is_null)
		return compare_numbers(!a->is_null, !b->is_null);
	if (type == VALUE_INTEGER)
		return compare_numbers(a->integer, b->integer);
	if (type == VALUE_TEXT)
		return slice_compare(a->text, b->text);
	return compare_moments(a->when, b->when);
}

/* Compares the columns that are keys, or those that are none. */
static int compare_columns(const struct row *a, const struct row *b, bool keys)
{
	size_t count;
	const struct row_column *own = row_columns(a->row_class, &count);
	int order = 0;

	for (size_t i = 0; i < count && order == 0; i++)
		if (own[i].is_key == keys)
			order = compare_values(&a->values[i], &b->values[i], own[i].type);
	return order;
}

int row_compare(const struct row *a, const struct row *b)
{
	int order = compare_numbers((int64_t)a->row_class, (int64_t)b->row_class);

	if (order == 0)
		order = compare_columns(a, b, true);
	return order ? order : compare_columns(a, b, false);
}
