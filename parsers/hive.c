/* What all kinds of registry hives share: the bid, the file, the fact HIVE, the dispatch. */
#include "parsers/hive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BID_REGF 32 /* bits of the magic */
#define BID_NAME 16 /* more for the name of the kind */

static const struct hive_reader {
	const struct parser *parser;
	struct slice name;       /* in the header, behind the last backslash */
	const char *root_key[3]; /* any of them below the root */
	void (*read)(struct hive *hive);
} readers[HIVE_KINDS_] = {
	[HIVE_SOFTWARE] = { &parser_hive_software, { "SOFTWARE", 8 }, { "Microsoft", "Classes" },
		hive_read_software },
	[HIVE_SYSTEM] = { &parser_hive_system, { "SYSTEM", 6 },
		{ "Select", "ControlSet001", "ControlSet002" }, hive_read_system },
	[HIVE_COMPONENTS] = { &parser_hive_components, { "COMPONENTS", 10 },
		{ "CanonicalData", "DerivedData" }, hive_read_components },
};

/* ---- Bids ---------------------------------------------------------------------------- */

/* Whether the name, UTF-16 and cut off at its front, ends with this one. */
static bool name_is(struct slice utf16, struct slice name)
{
	size_t start = utf16.len - 2 * name.len;

	if (utf16.len < 2 * name.len)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint16_t c = le16(utf16.ptr + start + 2 * i);

		if (c > 0x7F || to_lower((char)c) != to_lower(name.ptr[i]))
			return false;
	}
	return start == 0 || le16(utf16.ptr + start - 2) == '\\';
}

unsigned hive_bid(struct slice head, enum hive_kind kind)
{
	struct hive_base base;

	if (!hive_base_read(head, &base) || base.type != HIVE_PRIMARY)
		return 0;
	return BID_REGF + (name_is(base.name, readers[kind].name) ? BID_NAME : 0);
}

/* ---- Notes --------------------------------------------------------------------------- */

static void note(struct parse_result *result, enum diagnostic_code code, const char *words)
{
	parse_result_note(result, code, 0, 0, slice_from(words));
}

static void note_open(struct parse_result *result, enum status status, const struct hive_file *file)
{
	int cause = errno;

	if (status == ST_NOMEM)
		result->status = ST_NOMEM;
	else if (status == ST_LIMIT)
		note(result, DIAG_FILE_TOO_LARGE, "a hive of more than 2 GiB");
	else if (status == ST_IO)
		note(result, DIAG_CANNOT_OPEN, strerrordesc_np(cause));
	else if (file->is_zero)
		note(result, DIAG_FILE_ZERO, NULL);
	else
		note(result, DIAG_HIVE_DAMAGED, "no base block stands at its start");
}

static void note_plan(struct parse_result *result, const struct hive_file *file)
{
	const struct hive_plan *plan = &file->plan;
	char words[160];

	if (plan->condition == HIVE_DIRTY)
		note(result, DIAG_HIVE_NOT_CLOSED, plan->why);
	if (plan->condition == HIVE_MENDED) {
		(void)snprintf(words, sizeof(words),
			"entries: %" PRIu32 ", pages: %" PRIu64 ", base block: %s", plan->entries,
			plan->pages, plan->base_from ? "of the log" : "of the hive");
		note(result, DIAG_HIVE_REPLAYED, words);
	}
	if (plan->condition == HIVE_MENDED && plan->is_torn)
		note(result, DIAG_HIVE_LOG_TORN, plan->why);
}

void hive_damage(struct hive *hive, size_t at, struct slice words)
{
	if (hive->damages++ < MAX_HIVE_NOTES)
		parse_result_note(hive->result, DIAG_HIVE_DAMAGED, 0, at, words);
}

static void note_rest(struct hive *hive)
{
	char words[80];

	if (hive->damages <= MAX_HIVE_NOTES)
		return;
	(void)snprintf(words, sizeof(words), "and %" PRIu64 " more places",
		hive->damages - MAX_HIVE_NOTES);
	note(hive->result, DIAG_HIVE_DAMAGED, words);
}

/* ---- Facts --------------------------------------------------------------------------- */

/* Lets go of what was stated when somebody takes it, else keeps it within bounds. */
static bool has_room(struct hive *hive)
{
	struct parse_result *result = hive->result;
	bool is_many = result->fact_count >= MAX_HIVE_FACTS ||
		result->scratch.used > MAX_PARSE_SCRATCH / 2;

	if (arena_status(&result->scratch) != ST_OK) /* a flush would forget it */
		result->status = arena_status(&result->scratch);
	if (result->status != ST_OK)
		hive->is_full = true;
	if (is_many && result->flush && !hive->is_full) {
		parse_result_flush(result);
		is_many = false;
	}
	if (is_many && !hive->is_full)
		note(result, DIAG_HIVE_DAMAGED, "more facts than the limit: the rest was not read");
	hive->is_full |= is_many;
	return !hive->is_full;
}

struct fact *hive_fact(struct hive *hive, enum fact_kind kind, size_t at)
{
	struct fact *fact;

	if (hive->is_full)
		return NULL;
	fact = parse_result_add(hive->result, kind);
	if (fact)
		fact->at.offset = at;
	return fact;
}

/* The fact is of the hive as it is read: after its logs were applied. */
static void state_hive(
	struct hive *hive, const struct hive_base *base, const struct hive_plan *plan)
{
	struct fact *fact = hive_fact(hive, FACT_HIVE, 0);
	struct slice name;

	if (!fact)
		return;
	name = hive_text(hive, base->name);
	fact->path = name;
	buf_reset(&hive->words);
	buf_printf(&hive->words, "%" PRIu32 ".%" PRIu32, base->major, base->minor);
	fact->version = hive_words(hive);
	if (base->written)
		fact->utc = filetime_to_seconds(
			(uint32_t)(base->written >> 32), (uint32_t)base->written);
	if (plan->condition != HIVE_CLEAN)
		fact->flags |= FLAG_DIRTY;
	if (plan->condition == HIVE_MENDED)
		fact->flags |= FLAG_REPLAYED;
	buf_reset(&hive->words);
	buf_printf(&hive->words, "%.*s: sequence=%" PRIu32 "/%" PRIu32 " bins=0x%" PRIx32,
		SLICE_ARG(name), base->primary, base->secondary, base->bins);
	fact->words = hive_words(hive);
}

/* ---- Trees --------------------------------------------------------------------------- */

size_t hive_key(struct hive *hive, size_t key, struct slice path)
{
	bool is_damaged = false;
	size_t found = key ? hive_tree_find(hive->tree, key, path, &is_damaged) : 0;

	if (is_damaged)
		hive_damage(hive, key, path);
	return found;
}

bool hive_each_key(struct hive *hive, size_t key, hive_key_sink sink, void *self, size_t *ret_count)
{
	uint64_t damages = hive->damages;
	struct hive_list list;
	bool goes_on = true;

	hive_tree_children(hive->tree, key, &list);
	if (!list.is_whole)
		hive_damage(hive, key, SLICE("not all of its keys can be read"));
	for (size_t i = 0; i < list.count && goes_on && has_room(hive); i++) {
		char *name = hive_tree_name(hive->tree, list.items[i]);

		if (name)
			goes_on = sink(hive, self, list.items[i], slice_from(name));
		else
			hive_damage(hive, list.items[i], SLICE("a key without a name"));
		free(name);
	}
	if (ret_count)
		*ret_count = list.count;
	hive_list_release(&list);
	return goes_on && !hive->is_full && hive->damages == damages;
}

bool hive_each_value(struct hive *hive, size_t key, hive_value_sink sink, void *self)
{
	uint64_t damages = hive->damages;
	struct hive_list list;
	bool goes_on = true;

	hive_tree_values(hive->tree, key, &list);
	if (!list.is_whole)
		hive_damage(hive, key, SLICE("its values cannot be read"));
	for (size_t i = 0; i < list.count && goes_on && has_room(hive); i++) {
		struct hive_value value;

		if (!hive_tree_value(hive->tree, list.items[i], &value)) {
			hive_damage(hive, list.items[i], SLICE("a value that cannot be read"));
			continue;
		}
		goes_on = sink(hive, self, &value);
		hive_value_release(&value);
	}
	hive_list_release(&list);
	return goes_on && !hive->is_full && hive->damages == damages;
}

#ifdef WITH_HIVE

static const struct hive_reader *reader_of(struct hive *hive, enum hive_kind bid)
{
	bool ignored = false;

	for (size_t kind = 0; kind < HIVE_KINDS_; kind++)
		for (size_t i = 0; i < 3 && readers[kind].root_key[i]; i++)
			if (hive_tree_find(hive->tree, hive->root,
				    slice_from(readers[kind].root_key[i]), &ignored))
				return &readers[kind];
	return &readers[bid];
}

static void read_tree(struct hive *hive, const struct hive_copy *copy, enum hive_kind bid)
{
	const struct hive_reader *reader;
	bool is_strict = true;
	enum status status = hive_tree_open(copy, &hive->tree, &is_strict);

	if (status == ST_NOMEM)
		hive->result->status = ST_NOMEM;
	else if (status != ST_OK)
		hive_damage(hive, 0, slice_from(strerrordesc_np(errno)));
	if (status != ST_OK)
		return;
	if (!is_strict)
		hive_damage(hive, 0, SLICE("its bins or cells are damaged"));
	hive->root = hive_tree_root(hive->tree);
	reader = reader_of(hive, bid);
	if (reader != &readers[bid])
		hive->result->read_as = reader->parser;
	reader->read(hive);
	if (hive_tree_is_tired(hive->tree))
		hive_damage(hive, 0, SLICE("more keys and values than the limit"));
	hive_tree_close(hive->tree);
}

static void read_copy(struct hive *hive, const struct hive_file *file, enum hive_kind bid)
{
	struct hive_copy copy;
	struct hive_base base = file->base;
	enum status status = hive_copy_make(file, &copy);

	if (status == ST_OK)
		(void)hive_base_read((struct slice){ copy.bytes, HIVE_SECTOR }, &base);
	state_hive(hive, file->plan.condition == HIVE_MENDED ? &base : &file->base, &file->plan);
	if (status == ST_FORMAT)
		hive_damage(hive, HIVE_BASE, SLICE("no bin stands in it"));
	else if (status != ST_OK)
		note_open(hive->result, status, file);
	if (status != ST_OK)
		return;
	if (copy.is_cut)
		hive_damage(hive, copy.size, SLICE("the file ends before its last bin"));
	read_tree(hive, &copy, bid);
	hive_copy_release(&copy);
}

#else

static void read_copy(struct hive *hive, const struct hive_file *file, enum hive_kind bid)
{
	(void)bid;
	state_hive(hive, &file->base, &file->plan);
	note(hive->result, DIAG_NEEDS_READER, "a registry hive: this build does not read hives");
}

#endif

void hive_read(const struct document_file *file, struct parse_result *result, enum hive_kind kind)
{
	struct hive hive = { .result = result };
	struct hive_file opened;
	enum status status = hive_file_open(file, &opened);

	result->records = 1;
	buf_init(&hive.words, MAX_HIVE_WORDS);
	if (status == ST_OK) {
		note_plan(result, &opened);
		read_copy(&hive, &opened, kind);
		note_rest(&hive);
	} else {
		note_open(result, status, &opened);
	}
	if (arena_status(&result->scratch) != ST_OK && result->status == ST_OK)
		result->status = arena_status(&result->scratch);
	buf_release(&hive.words);
	hive_file_release(&opened);
}
