/* The kinds and fields of facts as tables, and fields set from the words of a log. */
#include "model/fact.h"

#include "model/code.h"

#include <string.h>

static const struct {
	const char *name, *meaning;
} kinds[FACT_COUNT_] = {
	[FACT_NONE] = { "", "" },
#define FACT(id, name, meaning) [FACT_##id] = { name, meaning },
#include "model/fact.def"
#undef FACT
};

const struct field fields[] = {
#define FIELD(type, member, name) { FIELD_##type, #member, name, offsetof(struct fact, member) },
#include "model/field.def"
#undef FIELD
};

const size_t field_count = sizeof(fields) / sizeof(fields[0]);

const char *fact_name(enum fact_kind kind)
{
	return kinds[kind].name;
}

const char *fact_meaning(enum fact_kind kind)
{
	return kinds[kind].meaning;
}

const struct field *field_find(const char *member)
{
	for (size_t i = 0; i < field_count; i++)
		if (strcmp(fields[i].member, member) == 0)
			return &fields[i];
	return NULL;
}

static void store(struct fact *fact, const struct field *field, const void *value, size_t size)
{
	memcpy((char *)fact + field->offset, value, size);
}

static bool set_text(struct fact *fact, const struct field *field, struct slice words)
{
	store(fact, field, &words, sizeof(words));
	return true;
}

static bool set_number(struct fact *fact, const struct field *field, struct slice words)
{
	uint32_t number;

	if (!slice_to_u32(slice_trim(words), 10, &number))
		return false;
	store(fact, field, &number, sizeof(number));
	if (field->offset == offsetof(struct fact, index))
		fact->flags |= FLAG_HAS_INDEX;
	return true;
}

/* "112", "-112", and the same as an unsigned DWORD, "4294967184". */
static enum cbs_state state_from_number(struct slice words)
{
	bool negative = slice_starts(words, SLICE("-"));
	uint32_t number;

	if (!slice_to_u32(slice_skip(words, negative), 10, &number))
		return STATE_NONE;
	return state_from_registry((int32_t)(negative ? 0u - number : number));
}

static bool set_state(struct fact *fact, const struct field *field, struct slice words)
{
	enum cbs_state state = state_from_word(words);

	if (state == STATE_NONE)
		state = state_from_number(slice_trim(words));
	if (state == STATE_NONE)
		return false;
	store(fact, field, &state, sizeof(state));
	return true;
}

/*
 * Eight digits of a code field are always hexadecimal, whatever they begin with: CBS
 * writes no decimal there. "0x0" and ConfigMgr's signed numbers are read too.
 */
static bool set_code(struct fact *fact, const struct field *field, struct slice words)
{
	uint32_t code;

	words = slice_trim(words);
	if (!(words.len == 8 && slice_to_u32(words, 16, &code)) && !code_parse(words, &code))
		return false;
	store(fact, field, &code, sizeof(code));
	fact->flags |= FLAG_HAS_CODE;
	return true;
}

static bool set_session(struct fact *fact, const struct field *field, struct slice words)
{
	struct slice second = slice_trim(words);
	struct slice first = slice_cut(&second, '_');
	struct session_id id;

	if (!slice_to_u32(first, 10, &id.a) || !slice_to_u32(second, 10, &id.b))
		return false;
	store(fact, field, &id, sizeof(id));
	return true;
}

bool field_set(struct fact *fact, const struct field *field, struct slice words)
{
	static bool (*const setters[])(struct fact *, const struct field *, struct slice) = {
		[FIELD_TEXT] = set_text,
		[FIELD_NUMBER] = set_number,
		[FIELD_STATE] = set_state,
		[FIELD_CODE] = set_code,
		[FIELD_SESSION] = set_session,
	};

	return setters[field->type](fact, field, words);
}
