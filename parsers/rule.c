/*
 * Message rules: literal prefixes in a small hash table, patterns compiled with pcre2's
 * JIT, named groups bound to the fields of a fact. Groups that are no field but need a
 * word of interpretation (yes and no, universal time) have a setter below.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "parsers/rule.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/cm_id.h"
#include "parsers/cm_strict.h"
#include "parsers/command_line.h"
#include "parsers/stamp.h"

#define MAX_GROUPS      16
#define MAX_RULES       96
#define MATCH_LIMIT     100000
#define JIT_STACK_START (32u << 10)
#define JIT_STACK_MAX   (256u << 10)
#define MAX_MATCHED     ((size_t)64 << 10) /* a longer message is matched by its head */
#define SLOT_COUNT      512
#define KEY_BYTES       4

typedef void group_setter(struct fact *fact, struct slice words);

struct rule {
	enum fact_kind kind;
	struct slice provider; /* empty: any */
	struct slice prefix;
	const char *pattern; /* NULL: the prefix says it all */
	const char *form;    /* instead of a pattern: "{package}, state: {current}" */
	uint32_t flags;
	const char *verb;
};

struct group {
	const struct field *field;
	group_setter *setter;
	uint32_t number;
};

struct compiled {
	pcre2_code *code;
	struct group groups[MAX_GROUPS];
	struct slice behind[MAX_GROUPS]; /* of a form: the words behind each field */
	bool may_be_empty[MAX_GROUPS];   /* of a form: "{name?}" */
	size_t group_count;
	uint16_t next; /* rule number + 1 of the next with the same key */
};

#define RULE(kind_id, prefix_text, pattern_text, flag_bits, verb_text)                             \
	{ .kind = FACT_##kind_id,                                                                  \
		.prefix = { prefix_text, sizeof(prefix_text) - 1 },                                \
		.pattern = (pattern_text),                                                         \
		.flags = (flag_bits),                                                              \
		.verb = (verb_text) },
#define FORM(kind_id, prefix_text, form_text)                                                      \
	{ .kind = FACT_##kind_id,                                                                  \
		.prefix = { prefix_text, sizeof(prefix_text) - 1 },                                \
		.form = (form_text) },
static const struct rule cbs_rules[] = {
#include "parsers/cbs_rules.def"
};
static const struct rule cm_rules[] = {
#include "parsers/cm_rules.def"
};
#undef FORM
#undef RULE

#define RULE(kind_id, provider_text, prefix_text, pattern_text, flag_bits, verb_text)              \
	{ .kind = FACT_##kind_id,                                                                  \
		.provider = { provider_text, sizeof(provider_text) - 1 },                          \
		.prefix = { prefix_text, sizeof(prefix_text) - 1 },                                \
		.pattern = (pattern_text),                                                         \
		.flags = (flag_bits),                                                              \
		.verb = (verb_text) },
static const struct rule dism_rules[] = {
#include "parsers/dism_rules.def"
};
#undef RULE

static struct table {
	const struct rule *rules;
	size_t count;
	struct compiled compiled[MAX_RULES];
	uint16_t slots[SLOT_COUNT]; /* rule number + 1, by the first KEY_BYTES bytes */
	uint16_t short_ones;        /* chain of rules whose prefix is shorter than a key */
} tables[RULE_TABLE_COUNT_] = {
	[RULES_CBS] = { .rules = cbs_rules, .count = sizeof(cbs_rules) / sizeof(cbs_rules[0]) },
	[RULES_DISM] = { .rules = dism_rules, .count = sizeof(dism_rules) / sizeof(dism_rules[0]) },
	[RULES_CM] = { .rules = cm_rules, .count = sizeof(cm_rules) / sizeof(cm_rules[0]) },
};

/* Setters of the groups that are no field */

static void set_restart(struct fact *fact, struct slice words)
{
	if (words.len && (to_lower(words.ptr[0]) == 'y' || to_lower(words.ptr[0]) == 't'))
		fact->flags |= FLAG_RESTART;
}

static void set_offline(struct fact *fact, struct slice words)
{
	if (words.len && to_lower(words.ptr[0]) == 't')
		fact->flags |= FLAG_OFFLINE;
}

static void set_mode(struct fact *fact, struct slice words)
{
	if (slice_equal_nocase(words, SLICE("ONLINE")))
		fact->flags |= FLAG_ONLINE;
	if (slice_equal_nocase(words, SLICE("OFFLINE")))
		fact->flags |= FLAG_OFFLINE;
}

static void set_access(struct fact *fact, struct slice words)
{
	if (slice_starts_nocase(words, SLICE("read")))
		fact->flags |= FLAG_READ_ONLY;
}

static void set_utc(struct fact *fact, struct slice words)
{
	fact->utc = stamp_parse_loose(words);
}

/* A hive's path without what stands below the image: "F:\Windows\System32\config\SOFTWARE". */
static void set_hive(struct fact *fact, struct slice words)
{
	size_t at = slice_find_nocase(words, SLICE("\\Windows\\System32\\config\\"));

	fact->path = words;
	if (at != SLICE_MISSING)
		fact->image = slice_from_to(words, 0, at);
}

/* The requested state of dism.log's "values: 4, 7", in hexadecimal. */
static void set_request(struct fact *fact, struct slice words)
{
	uint32_t value;

	if (!slice_to_u32(words, 16, &value))
		return;
	fact->flags |= value == 7 ? FLAG_ADD : value == 0 || value == 5 ? FLAG_REMOVE : 0;
	fact->target = value == 7 ? STATE_INSTALLED : value == 0 ? STATE_ABSENT : STATE_NONE;
}

/* Patterns end identities at a blank or a comma; what else may follow is cut here. */
static struct slice clean_end(struct slice words)
{
	while (words.len && !is_digit(words.ptr[words.len - 1]) &&
		strchr(".)'\"];", words.ptr[words.len - 1]))
		words.len--;
	return words;
}

static void set_identity(struct fact *fact, struct slice words)
{
	fact->package = clean_end(words);
}

static void set_parent(struct fact *fact, struct slice words)
{
	fact->parent = clean_end(words);
}

static void set_code(struct fact *fact, struct slice words)
{
	if (slice_to_u32(words, 16, &fact->code))
		fact->flags |= FLAG_HAS_CODE;
}

/* ConfigMgr's numbers are checked, and may be redacted */

static void set_ci(struct fact *fact, struct slice words)
{
	fact->ci = cm_number(fact, words);
}

static void set_schedule(struct fact *fact, struct slice words)
{
	fact->schedule = cm_number(fact, words);
}

static void set_count(struct fact *fact, struct slice words)
{
	fact->count = cm_number(fact, words);
}

/* A path that ends a sentence: the full stop is not its own. */
static void set_outcome(struct fact *fact, struct slice words)
{
	fact->verb = cm_outcome(words);
}

static void set_binary(struct fact *fact, struct slice words)
{
	fact->path = words;
	if (words.len && words.ptr[words.len - 1] == '.')
		fact->path.len--;
}

static const struct {
	const char *name;
	group_setter *setter;
} setters[] = {
	{ "restart", set_restart },
	{ "offline", set_offline },
	{ "mode", set_mode },
	{ "access", set_access },
	{ "utc", set_utc },
	{ "hive", set_hive },
	{ "request", set_request },
	{ "package", set_identity },
	{ "parent", set_parent },
	{ "code", set_code },
	{ "command", command_line_parse },
	{ "parameters", api_parameters_parse },
	{ "ci", set_ci },
	{ "schedule", set_schedule },
	{ "count", set_count },
	{ "thread", cm_set_thread },
	{ "outcome", set_outcome },
	{ "binary", set_binary },
	{ "site_package", cm_set_package },
	{ "site_code", cm_set_code },
};

/* Compiling */

static bool bind_group(struct compiled *compiled, const char *name, uint32_t number)
{
	struct group *group = &compiled->groups[compiled->group_count];

	if (compiled->group_count == MAX_GROUPS)
		return false;
	*group = (struct group){ .number = number };
	for (size_t i = 0; i < sizeof(setters) / sizeof(setters[0]); i++)
		if (strcmp(setters[i].name, name) == 0)
			group->setter = setters[i].setter;
	if (!group->setter)
		group->field = field_find(name);
	compiled->group_count++;
	return group->setter || group->field;
}

/* pcre2's table of names: two bytes of group number, then the name. */
static bool bind_groups(struct compiled *compiled)
{
	uint32_t count, size;
	PCRE2_SPTR names;

	pcre2_pattern_info(compiled->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(compiled->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(compiled->code, PCRE2_INFO_NAMETABLE, &names);
	for (uint32_t i = 0; i < count; i++, names += size)
		if (!bind_group(
			    compiled, (const char *)names + 2, (uint32_t)names[0] << 8 | names[1]))
			return false;
	return true;
}

/* "{package}, state: {current}": each field and the words behind it. */
static enum status compile_form(const char *form, struct compiled *compiled)
{
	while (*form == '{') {
		const char *end = strchr(form, '}');
		char name[32] = "";
		size_t len = end ? (size_t)(end - form) - 1 : sizeof(name);

		if (len == 0 || len >= sizeof(name) || compiled->group_count == MAX_GROUPS)
			return ST_FORMAT;
		memcpy(name, form + 1, len);
		form = end + 1;
		compiled->may_be_empty[compiled->group_count] = name[len - 1] == '?';
		if (name[len - 1] == '?')
			name[len - 1] = '\0';
		if (!bind_group(compiled, name, 0))
			return ST_FORMAT;
		compiled->behind[compiled->group_count - 1] =
			(struct slice){ form, strcspn(form, "{") };
		form += strcspn(form, "{");
	}
	return *form ? ST_FORMAT : ST_OK;
}

static enum status compile_rule(const struct rule *rule, struct compiled *compiled)
{
	int error;
	PCRE2_SIZE at;

	if (rule->form)
		return compile_form(rule->form, compiled);
	if (!rule->pattern)
		return ST_OK;
	compiled->code = pcre2_compile((PCRE2_SPTR)rule->pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_NEVER_UTF, &error, &at, NULL);
	if (!compiled->code)
		return error == PCRE2_ERROR_HEAP_FAILED ? ST_NOMEM : ST_FORMAT;
	/* Without JIT the interpreter runs: slower, the same answer. */
	(void)pcre2_jit_compile(compiled->code, PCRE2_JIT_COMPLETE);
	return bind_groups(compiled) ? ST_OK : ST_FORMAT;
}

static uint32_t key_of(const char *bytes)
{
	uint32_t key;

	memcpy(&key, bytes, KEY_BYTES);
	return key * 2654435761u >> 23; /* 9 bits: SLOT_COUNT */
}

/* Rules are chained behind earlier ones with the same key, so the table's order holds. */
static void link_rule(struct table *table, size_t number)
{
	struct slice prefix = table->rules[number].prefix;
	uint16_t *link =
		prefix.len < KEY_BYTES ? &table->short_ones : &table->slots[key_of(prefix.ptr)];

	while (*link)
		link = &table->compiled[*link - 1].next;
	*link = (uint16_t)(number + 1);
}

static pthread_key_t thread_key;

struct thread_state {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static void free_thread_state(void *state)
{
	struct thread_state *thread = state;

	pcre2_match_data_free(thread->data);
	pcre2_match_context_free(thread->context);
	pcre2_jit_stack_free(thread->stack);
	free(thread);
}

enum status rules_compile(void)
{
	enum status status = ST_OK;

	for (size_t t = 0; t < RULE_TABLE_COUNT_; t++) {
		if (tables[t].count > MAX_RULES)
			return ST_FORMAT;
		for (size_t i = 0; i < tables[t].count && status == ST_OK; i++) {
			status = compile_rule(&tables[t].rules[i], &tables[t].compiled[i]);
			link_rule(&tables[t], i);
		}
	}
	if (pthread_key_create(&thread_key, free_thread_state) != 0)
		return ST_NOMEM;
	return status;
}

void rules_release(void)
{
	struct thread_state *thread = pthread_getspecific(thread_key);

	if (thread)
		free_thread_state(thread);
	pthread_setspecific(thread_key, NULL);
	pthread_key_delete(thread_key);
	for (size_t t = 0; t < RULE_TABLE_COUNT_; t++) {
		for (size_t i = 0; i < tables[t].count; i++)
			pcre2_code_free(tables[t].compiled[i].code);
		memset(tables[t].compiled, 0, sizeof(tables[t].compiled));
		memset(tables[t].slots, 0, sizeof(tables[t].slots));
		tables[t].short_ones = 0;
	}
}

/* Matching */

static struct thread_state *make_thread_state(void)
{
	struct thread_state *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	thread->data = pcre2_match_data_create(MAX_GROUPS + 1, NULL);
	thread->context = pcre2_match_context_create(NULL);
	thread->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (!thread->data || !thread->context || pthread_setspecific(thread_key, thread) != 0) {
		free_thread_state(thread);
		return NULL;
	}
	pcre2_set_match_limit(thread->context, MATCH_LIMIT);
	pcre2_jit_stack_assign(thread->context, NULL, thread->stack);
	return thread;
}

static struct thread_state *this_thread(void)
{
	static _Thread_local struct thread_state *cached;

	if (!cached || !pthread_getspecific(thread_key))
		cached = make_thread_state();
	return cached;
}

/* A word at the very end that is no whole state or code: the record was cut in it. */
static bool is_cut(const struct group *group, struct slice value, bool was_set)
{
	if (group->field && group->field->type == FIELD_STATE)
		return !was_set;
	return group->setter == set_code && value.len != 8 && !slice_equal(value, SLICE("0"));
}

/* Sets one field; false when the record was cut inside it. */
static bool set_group(const struct group *group, struct slice value, bool at_end, struct fact *fact)
{
	bool was_set = true;

	if (group->setter)
		group->setter(fact, value);
	else
		was_set = field_set(fact, group->field, value);
	return !at_end || !is_cut(group, value, was_set);
}

static bool set_groups(const struct compiled *compiled, struct slice words, const PCRE2_SIZE *ends,
	uint32_t found, struct fact *fact)
{
	for (size_t i = 0; i < compiled->group_count; i++) {
		const struct group *group = &compiled->groups[i];
		PCRE2_SIZE from, to;

		if (group->number >= found)
			continue;
		from = ends[2 * group->number];
		to = ends[2 * group->number + 1];
		if (from == PCRE2_UNSET)
			continue;
		if (!set_group(group, slice_from_to(words, from, to), to == words.len, fact))
			return false;
	}
	return true;
}

/* The first place of `what`, looked for by its first character. */
static size_t find_words(struct slice s, struct slice what)
{
	for (size_t at = 0; at + what.len <= s.len; at++) {
		const char *hit = memchr(s.ptr + at, what.ptr[0], s.len - at - what.len + 1);

		if (!hit)
			break;
		at = (size_t)(hit - s.ptr);
		if (memcmp(hit, what.ptr, what.len) == 0)
			return at;
	}
	return SLICE_MISSING;
}

static size_t last_field(struct slice s)
{
	size_t end = 0;

	while (end < s.len &&
		(is_digit(s.ptr[end]) ||
			(to_lower(s.ptr[end]) >= 'a' && to_lower(s.ptr[end]) <= 'z') ||
			s.ptr[end] == '-' || s.ptr[end] == '_'))
		end++;
	return end;
}

static bool match_form(const struct compiled *compiled, struct slice words, struct fact *fact)
{
	for (size_t i = 0; i < compiled->group_count; i++) {
		struct slice behind = compiled->behind[i];
		size_t end;

		if (!words.ptr)
			return false;
		while (words.len && words.ptr[0] == ' ' && !slice_starts(words, behind))
			words = slice_skip(words, 1);
		end = behind.len ? find_words(words, behind) : last_field(words);
		if (end == SLICE_MISSING || (end == 0 && !compiled->may_be_empty[i]) ||
			memchr(words.ptr, ' ', end) ||
			!set_group(&compiled->groups[i], slice_from_to(words, 0, end),
				end == words.len, fact))
			return false;
		words = slice_skip(words, end + behind.len);
	}
	return true;
}

static bool match_pattern(const struct compiled *compiled, struct slice words, struct fact *fact)
{
	struct thread_state *thread = this_thread();
	int found;

	if (!thread)
		return false;
	if (words.len > MAX_MATCHED)
		words.len = MAX_MATCHED;
	found = pcre2_match(compiled->code, (PCRE2_SPTR)(words.ptr ? words.ptr : ""), words.len, 0,
		0, thread->data, thread->context);
	if (found <= 0)
		return false;
	return set_groups(
		compiled, words, pcre2_get_ovector_pointer(thread->data), (uint32_t)found, fact);
}

static bool apply(const struct rule *rule, const struct compiled *compiled, struct slice provider,
	struct slice message, struct fact *fact)
{
	if (rule->provider.len && !slice_equal(rule->provider, provider))
		return false;
	if (!slice_starts(message, rule->prefix))
		return false;
	if (rule->form && !match_form(compiled, slice_skip(message, rule->prefix.len), fact))
		return false;
	if (rule->pattern && !match_pattern(compiled, slice_skip(message, rule->prefix.len), fact))
		return false;
	fact->kind = rule->kind;
	fact->flags |= rule->flags;
	if (rule->verb)
		fact->verb = slice_from(rule->verb);
	return true;
}

static bool try_chain(const struct table *table, uint16_t number, struct slice provider,
	struct slice message, struct fact *fact)
{
	for (; number; number = table->compiled[number - 1].next)
		if (apply(&table->rules[number - 1], &table->compiled[number - 1], provider,
			    message, fact))
			return true;
	return false;
}

bool rules_match(
	enum rule_table table, struct slice provider, struct slice message, struct fact *fact)
{
	const struct table *t = &tables[table];

	if (message.len >= KEY_BYTES &&
		try_chain(t, t->slots[key_of(message.ptr)], provider, message, fact))
		return true;
	return try_chain(t, t->short_ones, provider, message, fact);
}

bool rules_know(enum rule_table table, struct slice message)
{
	const struct table *t = &tables[table];

	if (message.len < KEY_BYTES)
		return false;
	for (uint16_t n = t->slots[key_of(message.ptr)]; n; n = t->compiled[n - 1].next)
		if (slice_starts(message, t->rules[n - 1].prefix))
			return true;
	return false;
}
