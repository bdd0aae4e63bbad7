/* Facts as JSON lines, and the shapes of what no rule read. */
#include "core/facts_out.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"
#include "core/zone_words.h"
#include "emit/json_text.h"

static const char *const levels[] = {
	[LEVEL_NONE] = "",
	[LEVEL_INFO] = "Info",
	[LEVEL_WARNING] = "Warning",
	[LEVEL_ERROR] = "Error",
	[LEVEL_OTHER] = "Other",
};

static const char *const components[] = {
	[COMPONENT_NONE] = "",
	[COMPONENT_DISM] = "DISM",
	[COMPONENT_CBS] = "CBS",
	[COMPONENT_CSI] = "CSI",
	[COMPONENT_WIMGAPI] = "wimgapi",
	[COMPONENT_SITE] = "ConfigMgr",
	[COMPONENT_OTHER] = "Other",
};

static const struct {
	uint32_t flag;
	const char *name;
} flags[] = {
	{ FLAG_RESTART, "restart" },
	{ FLAG_ONLINE, "online" },
	{ FLAG_OFFLINE, "offline" },
	{ FLAG_READ_ONLY, "read-only" },
	{ FLAG_COMMIT, "commit" },
	{ FLAG_DISCARD, "discard" },
	{ FLAG_QUERY, "query" },
	{ FLAG_ADD, "add" },
	{ FLAG_REMOVE, "remove" },
	{ FLAG_ASYNCHRONOUS, "asynchronous" },
	{ FLAG_HIDDEN, "hidden" },
	{ FLAG_PERMANENT, "permanent" },
	{ FLAG_STACK, "servicing-stack" },
	{ FLAG_BASELINE, "baseline" },
	{ FLAG_COMPLETE, "complete" },
	{ FLAG_DIRTY, "dirty" },
	{ FLAG_REPLAYED, "replayed" },
	{ FLAG_RECALL, "unconfirmed" },
	{ FLAG_REDACTED, "redacted" },
	{ FLAG_BAD_NUMBER, "bad-number" },
	{ FLAG_GMTDATE, "utc-stated" },
};

static void put_time(struct json *json, const char *key, int64_t seconds, const char *zone)
{
	char stamp[CIVIL_TEXT], words[CIVIL_TEXT + 2];

	if (seconds == NO_TIME)
		return;
	civil_print(seconds, stamp);
	snprintf(words, sizeof(words), "%s%s", stamp, zone);
	json_key(json, key);
	json_text(json, words);
}

static void put_zone(struct json *json, const struct windows_zone *zone)
{
	char words[ZONE_WORDS];

	if (!zone)
		return;
	zone_words(zone, words);
	json_key(json, "Zone");
	json_text(json, words);
}

static void put_number(struct json *json, const struct field *field, const struct fact *fact)
{
	uint32_t value = *(const uint32_t *)(const void *)((const char *)fact + field->offset);

	if (!value &&
		!(field->offset == offsetof(struct fact, index) && (fact->flags & FLAG_HAS_INDEX)))
		return;
	json_key(json, field->name);
	json_uint(json, value);
}

static void put_words(struct json *json, const struct field *field, const char *words)
{
	if (!words[0])
		return;
	json_key(json, field->name);
	json_text(json, words);
}

static void put_field(struct json *json, const struct field *field, const struct fact *fact)
{
	const void *at = (const char *)fact + field->offset;
	char words[32] = "";

	switch (field->type) {
	case FIELD_TEXT:
		if (!((const struct slice *)at)->len)
			break;
		json_key(json, field->name);
		json_string(json, *(const struct slice *)at);
		break;
	case FIELD_NUMBER:
		put_number(json, field, fact);
		break;
	case FIELD_STATE:
		put_words(json, field, state_word(*(const enum cbs_state *)at));
		break;
	case FIELD_CODE:
		if (fact->flags & FLAG_HAS_CODE)
			snprintf(words, sizeof(words), "0x%08x", fact->code);
		put_words(json, field, words);
		break;
	case FIELD_SESSION:
		if (fact->session.a)
			snprintf(words, sizeof(words), "%u_%u", fact->session.a, fact->session.b);
		put_words(json, field, words);
		break;
	}
}

static void put_flags(struct json *json, const struct fact *fact)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(fact->flags & flags[i].flag))
			continue;
		if (!any) {
			json_key(json, "Flags");
			json_array(json);
		}
		any = true;
		json_text(json, flags[i].name);
	}
	if (any)
		json_array_end(json);
}

/* Words as evidence shows them: CR LF as LF, valid UTF-8, bounded. */
static void put_text(struct json *json, const struct fact *fact)
{
	struct slice pieces[64];
	struct slice rest = fact->words;
	size_t count = 0;

	if (rest.len > MAX_EVIDENCE_WORDS)
		rest.len = MAX_EVIDENCE_WORDS;
	while (rest.len && count < 64) {
		size_t cr = slice_find(rest, SLICE("\r\n"));

		pieces[count++] = slice_from_to(rest, 0, cr);
		rest = cr == SLICE_MISSING ? SLICE_NONE : slice_skip(rest, cr + 1);
	}
	json_key(json, "Text");
	json_pieces(json, pieces, count);
}

void facts_print(struct world *world, const struct fact *fact)
{
	const struct report *report = world->report;
	struct json json;

	json_init(&json, world->options->facts, JSON_COMPACT);
	json_object(&json);
	json_key(&json, "Input");
	json_string(&json, report_input_path(report, fact->at.input));
	if (report_member_path(report, fact->at).len) {
		json_key(&json, "Member");
		json_string(&json, report_member_path(report, fact->at));
	}
	json_key(&json, "Line");
	json_uint(&json, fact->at.line);
	json_key(&json, "Offset");
	json_uint(&json, fact->at.offset);
	json_key(&json, "OffsetIn");
	json_text(&json, report_in_stream(report, fact->at) ? "stream" : "file");
	json_key(&json, "Fact");
	json_text(&json, fact_name(fact->kind));
	put_time(&json, "Time", fact->when, "");
	put_time(&json, "Begun", fact->begun, "");
	put_time(&json, "Universal", fact->utc, "Z");
	if (levels[fact->level][0]) {
		json_key(&json, "Level");
		json_text(&json, levels[fact->level]);
	}
	if (components[fact->component][0]) {
		json_key(&json, "Component");
		json_text(&json, components[fact->component]);
	}
	for (size_t i = 0; i < field_count; i++)
		put_field(&json, &fields[i], fact);
	put_zone(&json, fact->zone);
	put_flags(&json, fact);
	put_text(&json, fact);
	json_object_end(&json);
	json_newline(&json);
}

/* Shapes */

#define MAX_SHAPES   16384
#define SHAPE_LENGTH 160

struct shapes {
	struct arena arena;
	struct interner texts;
	uint64_t counts[MAX_SHAPES + 1];
	uint64_t others;
};

enum status shapes_new(struct shapes **ret_shapes)
{
	struct shapes *shapes = calloc(1, sizeof(*shapes));

	if (!shapes)
		return ST_NOMEM;
	arena_init(&shapes->arena, (size_t)64 << 20);
	interner_init(&shapes->texts, &shapes->arena, false, MAX_SHAPES);
	*ret_shapes = shapes;
	return ST_OK;
}

void shapes_free(struct shapes *shapes)
{
	if (!shapes)
		return;
	interner_release(&shapes->texts);
	arena_release(&shapes->arena);
	free(shapes);
}

static bool is_word(char c)
{
	return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '\'';
}

/* Words stay; anything with a digit, a ~ or a \ in it becomes one mark. */
static size_t mask(struct slice message, char *out, size_t size)
{
	size_t len = 0;

	while (message.len && len + 2 < size) {
		size_t end = 0;
		bool plain = true;

		while (end < message.len && message.ptr[end] != ' ' && message.ptr[end] != '\n' &&
			message.ptr[end] != '\r')
			plain = plain &&
				(is_word(message.ptr[end]) || message.ptr[end] == ':' ||
					message.ptr[end] == ',' || message.ptr[end] == '.'),
			end++;
		if (!plain)
			out[len++] = '#';
		for (size_t i = 0; plain && i < end && len + 2 < size; i++)
			out[len++] = message.ptr[i];
		if (end < message.len && (message.ptr[end] == '\n' || message.ptr[end] == '\r'))
			break;
		if (end < message.len)
			out[len++] = ' ';
		message = slice_skip(message, end + 1);
	}
	return len;
}

void shapes_add(struct shapes *shapes, const struct fact *fact)
{
	char text[SHAPE_LENGTH];
	size_t head = (size_t)snprintf(text, sizeof(text), "%s: ", components[fact->component]);
	size_t len = head + mask(fact->words, text + head, sizeof(text) - head);
	text_id id = intern(&shapes->texts, (struct slice){ text, len });

	if (id)
		shapes->counts[id]++;
	else
		shapes->others++;
}

static const struct shapes *sorting;

static int by_count(const void *a, const void *b)
{
	text_id first = *(const text_id *)a, second = *(const text_id *)b;

	if (sorting->counts[first] != sorting->counts[second])
		return sorting->counts[first] > sorting->counts[second] ? -1 : 1;
	return slice_compare(interned(&sorting->texts, first), interned(&sorting->texts, second));
}

void shapes_print(const struct shapes *shapes, FILE *to)
{
	uint32_t count = shapes->texts.count;
	text_id *order = calloc((size_t)count + 1, sizeof(*order));
	struct json json;

	if (!order)
		return;
	for (uint32_t i = 0; i < count; i++)
		order[i] = i + 1;
	sorting = shapes;
	sort_items(order, count, sizeof(*order), by_count);
	json_init(&json, to, JSON_COMPACT);
	for (uint32_t i = 0; i < count; i++) {
		json_object(&json);
		json_key(&json, "Count");
		json_uint(&json, shapes->counts[order[i]]);
		json_key(&json, "Shape");
		json_string(&json, interned(&shapes->texts, order[i]));
		json_object_end(&json);
		json_newline(&json);
	}
	free(order);
}
