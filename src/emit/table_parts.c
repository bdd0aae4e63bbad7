/* What the parts of the table have in common: texts, lists of indexes, the words of a row. */
#include "emit/table_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/code.h"
#include "model/identity.h"

#define MAX_LIST_BYTES ((size_t)1 << 20)

struct slice table_format(struct table *table, const char *format, ...)
{
	va_list args;
	int len;
	char *text;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = len < 0 ? NULL : arena_alloc(&table->arena, (size_t)len + 1);
	if (!text)
		return SLICE_NONE;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return (struct slice){ text, (size_t)len };
}

struct slice table_place(struct table *table, struct place at)
{
	struct place_text text;

	report_place(table->report, at, &text);
	if (!text.pieces[1].len && !text.pieces[2].len)
		return text.pieces[0];
	return table_format(table, "%.*s%.*s%.*s", SLICE_ARG(text.pieces[0]),
		SLICE_ARG(text.pieces[1]), SLICE_ARG(text.pieces[2]));
}

int32_t table_number(const struct row *row, const char *column)
{
	const struct row_value *value = row_value_of(row, column);

	return value && !value->is_null ? value->integer : 0;
}

void index_list_init(struct index_list *list)
{
	*list = (struct index_list){ .first = 0 };
	buf_init(&list->text, MAX_LIST_BYTES);
}

static void put_range(struct index_list *list)
{
	if (list->first == 0)
		return;
	buf_printf(&list->text, list->text.len ? ",%" PRIu32 : "%" PRIu32, list->first);
	if (list->last > list->first)
		buf_printf(&list->text, "%c%" PRIu32, list->last == list->first + 1 ? ',' : '-',
			list->last);
}

void index_list_add(struct index_list *list, uint32_t index)
{
	if (index == list->last)
		return;
	if (list->first == 0 || index != list->last + 1) {
		put_range(list);
		list->first = index;
	}
	list->last = index;
}

struct slice index_list_end(struct index_list *list, struct table *table)
{
	struct slice text;

	put_range(list);
	text = list->text.len ? arena_copy(&table->arena, buf_slice(&list->text)) : SLICE_NONE;
	if (list->text.status != ST_OK)
		table->arena.status = list->text.status;
	buf_release(&list->text);
	return text;
}

void table_put_part(
	struct table *table, enum page_style style, const char *label, struct slice text)
{
	if (!text.len)
		return;
	page_text(&table->page, STYLE_DIM, " · ");
	page_text(&table->page, STYLE_DIM, label);
	page_text(&table->page, STYLE_DIM, *label ? " " : "");
	page_words(&table->page, style, text);
}

/* The words of a status row */

/* Why what was asked for did not go in. */
static const enum reason refusals[] = {
	REASON_PARENT_ABSENT,
	REASON_STACK_TOO_OLD,
	REASON_SUPERSEDED_BEFORE_INSTALL,
	REASON_REPORTED_SUCCESS_NOT_APPLIED,
};

/* An install was asked for and there was nothing to install. */
static bool was_refused(const struct row *row)
{
	if (table_code(row) != 0 || row->own.reason == REASON_NOT_APPLICABLE)
		return true;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (row->own.reason == refusals[i])
			return row->own.was_asked;
	return false;
}

const char *table_status_words(const struct row *row)
{
	int32_t status = table_status(row);
	bool failed = table_code(row) != 0;

	if (status == 1)
		return was_refused(row) ? "Not applicable" : "Not Required";
	if (status == 2 && strcmp(table_state(row), "Install Pending") == 0)
		return "Install Pending";
	if (status == 3 && failed)
		return "Applicable (failed)";
	return update_status_word(status);
}

/* The reason with the words of this case; the status word stands before it. */
static struct slice reason_words(struct table *table, const struct row_own *own)
{
	struct slice detail = own->reason_detail;
	struct slice sentence = slice_from(reason_sentence(own->reason));

	if (own->reason == REASON_NOT_APPLICABLE)
		return detail;
	if (!detail.len)
		return sentence;
	if (own->reason != REASON_PARENT_ABSENT)
		return table_format(table, "%.*s (%.*s)", SLICE_ARG(sentence), SLICE_ARG(detail));
	if (slice_find_nocase(detail, SLICE("absent")) != SLICE_MISSING)
		return detail;
	if (slice_starts_nocase(detail, SLICE("parent")))
		return table_format(table, "%.*s absent", SLICE_ARG(detail));
	return table_format(table, "parent %.*s absent", SLICE_ARG(detail));
}

void table_put_reason(struct table *table, const struct row_own *own)
{
	struct slice words = reason_words(table, own);

	if (words.len) {
		page_text(&table->page, STYLE_PLAIN, ": ");
		page_words(&table->page, STYLE_PLAIN, words);
	}
}

/* For `dismal explain`: each code once, the first few. */
static void remember_code(struct table *table, uint32_t code)
{
	for (size_t i = 0; i < table->hint_count; i++)
		if (table->hints[i] == code)
			return;
	if (table->hint_count < MAX_HINTS)
		table->hints[table->hint_count++] = code;
}

/* A Win32 number is known by its HRESULT's name as well. */
static const char *name_of(uint32_t code)
{
	const char *name = code_name(code);

	return *name || code > 0xFFFF ? name : code_name(0x80070000u | code);
}

void table_put_code(struct table *table, uint32_t code)
{
	const char *name = name_of(code);
	const char *tie = *name ? PAGE_TIE : "";

	remember_code(table, code);
	page_words(&table->page, STYLE_BAD,
		table_format(table, code > 0xFFFF ? "0x%08" PRIx32 "%s%s" : "%" PRIu32 "%s%s", code,
			tie, name));
}

bool table_supports(const struct row *row, const struct evidence *evidence, const char *column)
{
	const struct row_value *value = row_value_of(row, column);

	return value && (evidence->supports & UINT32_C(1) << (value - row->values));
}

/* The place that a reader should look at first: the latest that supports the column. */
static const struct evidence *best_evidence(const struct row *row, const char *column)
{
	const struct evidence *best = NULL;

	for (size_t i = 0; i < row->own.evidence_count; i++) {
		const struct evidence *evidence = &row->own.evidence[i];

		if (!best || table_supports(row, evidence, column))
			best = evidence;
	}
	return best;
}

void table_put_evidence(struct table *table, const struct row *row, const char *column)
{
	const struct evidence *evidence = best_evidence(row, column);
	struct slice place = evidence ? table_place(table, evidence->at) : SLICE_NONE;

	/* A document that is the image: its name stands before the row already. */
	if (place.len && !slice_equal(place, row_value_of(row, "ImagePackageID")->text))
		page_words(&table->page, STYLE_DIM,
			table_format(table, " ·" PAGE_TIE "%.*s", SLICE_ARG(place)));
}

struct slice table_update_name(struct table *table, const struct row *row)
{
	struct identity identity;
	struct slice text;

	if (row->own.kb)
		return table_format(table, "KB%" PRIu32, row->own.kb);
	if (row->own.package_count == 0 && row_value_of(row, "UpdateTitle")->text.len)
		return row_value_of(row, "UpdateTitle")->text;
	if (row->own.package_count == 0)
		return table_format(table, "%" PRId32, table_number(row, "UpdateID"));
	text = row->own.packages[0].identity;
	if (!identity_parse(text, &identity) || !identity.version.len)
		return text;
	return table_format(
		table, "%.*s~%.*s", SLICE_ARG(identity.name), SLICE_ARG(identity.version));
}
