/*
 * <![LOG[ records. One search serves for heads and ends: both have an exclamation mark, which
 * messages rarely have.
 */
#include "parsers/cm_tail.h"

#define MAX_TAIL ((size_t)2048) /* longer attributes are no tail */

bool cm_ccm_end_at(struct slice bytes, size_t at)
{
	static const char end[] = "]LOG]!><time=";
	size_t left = bytes.len - at;

	if (left >= sizeof(end) - 1)
		return bytes_equal(bytes.ptr + at, end, sizeof(end) - 1);
	return left >= 7 && memcmp(bytes.ptr + at, end, left) == 0;
}

enum cm_stop cm_ccm_find(struct slice bytes, size_t at, size_t *ret_at)
{
	const char *from = bytes.ptr + at, *end = bytes.ptr + bytes.len, *mark = from;

	for (; mark < end && (mark = memchr(mark, '!', (size_t)(end - mark))); mark++) {
		size_t before = (size_t)(mark - from), here = (size_t)(mark - bytes.ptr);

		if (before >= 5 && mark[-1] == ']' && cm_ccm_end_at(bytes, here - 5)) {
			*ret_at = here - 5;
			return CM_STOP_END;
		}
		if (before >= 1 && mark[-1] == '<' && cm_ccm_head_at(bytes, here - 1)) {
			*ret_at = here - 1;
			return CM_STOP_HEAD;
		}
	}
	*ret_at = bytes.len;
	return CM_STOP_NONE;
}

/* ---- The tail as ConfigMgr writes it: literals between values, in one order ------------ */

/* Steps over a literal; the end of the tail, or NULL. */
static inline const char *skip(const char *at, const char *end, const char *literal, size_t len)
{
	if (!at || (size_t)(end - at) < len || memcmp(at, literal, len) != 0)
		return NULL;
	return at + len;
}

/* The compiler makes compares of words of it. */
#define SKIP(at, end, literal) skip((at), (end), (literal), sizeof(literal) - 1)

/* Whether one of eight bytes is a quote. */
static inline bool has_quote(const char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	bytes ^= ones * '"';
	return ((bytes - ones) & ~bytes & ones << 7) != 0;
}

/* How far it is to the quote that ends a value; SIZE_MAX: none. A value that mostly has a
 * certain length is tried there, a short one byte by byte: cheaper than a call. */
static inline size_t quote_after(const char *at, size_t left, size_t usual)
{
	const char *quote;

	if (usual >= 8) {
		if (left > usual && at[usual] == '"' && !has_quote(at) &&
			!has_quote(at + usual - 8))
			return usual;
	} else {
		for (size_t i = 0; i < usual && i < left; i++)
			if (at[i] == '"')
				return i;
	}
	quote = memchr(at, '"', left);
	return quote ? (size_t)(quote - at) : SIZE_MAX;
}

static inline const char *value(
	const char *at, const char *end, size_t usual, struct slice *ret_value)
{
	size_t len;

	if (!at)
		return NULL;
	len = quote_after(at, (size_t)(end - at), usual);
	if (len == SIZE_MAX)
		return NULL;
	*ret_value = (struct slice){ at, len };
	return at + len;
}

/* Texts of a tail, before the times are read. */
struct tail_texts {
	struct slice clock, date, context;
};

static const char *tail_in_order(
	const char *at, const char *end, struct tail_texts *texts, struct cm_tail *tail)
{
	at = value(SKIP(at, end, "<time=\""), end, 16, &texts->clock);
	at = value(SKIP(at, end, "\" date=\""), end, 10, &texts->date);
	at = value(SKIP(at, end, "\" component=\""), end, 0, &tail->component);
	at = value(SKIP(at, end, "\" context=\""), end, 1, &texts->context);
	at = value(SKIP(at, end, "\" type=\""), end, 2, &tail->type);
	at = value(SKIP(at, end, "\" thread=\""), end, 7, &tail->thread);
	at = value(SKIP(at, end, "\" file=\""), end, 0, &tail->file);
	return SKIP(at, end, "\">");
}

/* ---- Any tail: attributes in any order, some missing, cut off somewhere ----------------- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void take_attribute(
	struct slice name, struct slice value, struct tail_texts *texts, struct cm_tail *tail)
{
	const struct {
		const char *name;
		struct slice *to;
	} attributes[] = {
		{ "time", &texts->clock },
		{ "date", &texts->date },
		{ "component", &tail->component },
		{ "type", &tail->type },
		{ "thread", &tail->thread },
		{ "file", &tail->file },
	};

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (slice_equal_nocase(name, slice_from(attributes[i].name)))
			*attributes[i].to = value;
}

/* ` name="value"`: reads one; false when there is none, or not whole. */
static bool next_attribute(const char **at, const char *end, struct slice *name, struct slice *text)
{
	const char *from = *at, *quote;

	while (from < end && is_space(*from))
		from++;
	*name = (struct slice){ from, 0 };
	while (from < end && to_lower(*from) >= 'a' && to_lower(*from) <= 'z')
		from++;
	name->len = (size_t)(from - name->ptr);
	if (!name->len || end - from < 2 || from[0] != '=' || from[1] != '"')
		return false;
	from += 2;
	quote = memchr(from, '"', (size_t)(end - from));
	if (!quote || memchr(from, '\n', (size_t)(quote - from)))
		return false;
	*text = (struct slice){ from, (size_t)(quote - from) };
	*at = quote + 1;
	return true;
}

static const char *tail_in_pieces(
	const char *at, const char *end, struct tail_texts *texts, struct cm_tail *tail)
{
	struct slice name, text;
	const char *rest;

	tail->is_cut = true;
	if (at == end || *at != '<')
		return at;
	at++;
	while (next_attribute(&at, end, &name, &text))
		take_attribute(name, text, texts, tail);
	rest = at;
	while (rest < end && is_space(*rest))
		rest++;
	if (rest < end && *rest == '>') {
		tail->is_cut = false;
		return rest + 1;
	}
	/* What is left of a cut tail belongs to it: to the end of its line, or a new head. */
	for (rest = at; rest < end && *rest != '\n'; rest++)
		if (*rest == '<' && cm_ccm_head_at((struct slice){ rest, (size_t)(end - rest) }, 0))
			break;
	return rest;
}

static bool is_whole(const struct tail_texts *texts, const struct cm_tail *tail, const char *at,
	const char *from)
{
	/* A quote that is missing would let a value run into the next record. */
	return at && !memchr(from, '\n', (size_t)(at - from)) && texts->clock.len < 40 &&
		tail->component.len < 512;
}

void cm_ccm_tail(struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail)
{
	const char *from = bytes.ptr + at + CM_CCM_END.len, *end = bytes.ptr + bytes.len, *behind;
	struct tail_texts texts = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };

	if ((size_t)(end - from) > MAX_TAIL)
		end = from + MAX_TAIL;
	*ret_tail = (struct cm_tail){ .form = CM_FORM_CCM };
	behind = tail_in_order(from, end, &texts, ret_tail);
	if (!is_whole(&texts, ret_tail, behind, from)) {
		texts = (struct tail_texts){ { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
		*ret_tail = (struct cm_tail){ .form = CM_FORM_CCM, .is_odd = true };
		behind = tail_in_pieces(from, end, &texts, ret_tail);
	}
	ret_tail->end = (size_t)(behind - bytes.ptr);
	ret_tail->time.when = NO_TIME;
	if (texts.clock.len || texts.date.len || !ret_tail->is_cut)
		cm_time_read(texts.clock, texts.date, memory, &ret_tail->time);
}
