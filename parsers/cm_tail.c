/* The tails of $$< lines: <component><date and time><thread>. */
#include "parsers/cm_tail.h"

#define MAX_NAME  100 /* as CMTrace reads it */
#define MAX_DATE  100
#define MAX_SPACE 8 /* blanks and line ends between two fields */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(struct slice bytes, size_t at)
{
	for (size_t i = 0; i < MAX_SPACE && at < bytes.len && is_space(bytes.ptr[at]); i++)
		at++;
	return at;
}

enum how { FIELD_WHOLE, FIELD_CUT, FIELD_WRONG };

/* "<text>" at *at: the text. Cut: the line or the block ends before the ">". */
static enum how take_field(struct slice bytes, size_t *at, size_t most, struct slice *ret_text)
{
	size_t from = skip_space(bytes, *at), to;

	if (from >= bytes.len)
		return FIELD_CUT;
	if (bytes.ptr[from] != '<')
		return FIELD_WRONG;
	for (to = ++from; to < bytes.len && to - from < most; to++) {
		if (bytes.ptr[to] == '>' || bytes.ptr[to] == '<')
			break;
	}
	*ret_text = slice_from_to(bytes, from, to);
	*at = to;
	if (to >= bytes.len)
		return FIELD_CUT;
	if (bytes.ptr[to] == '>') {
		*at = to + 1;
		return FIELD_WHOLE;
	}
	return FIELD_WRONG;
}

/* Component names stand on one line. */
static bool is_name(struct slice text)
{
	return !text.len || !memchr(text.ptr, '\n', text.len);
}

/* "05-11-2018 11:20:42.971+240", its blank perhaps a line end. */
static bool read_stamp(struct slice text, struct cm_memory *memory, struct cm_tail *tail)
{
	struct slice date, clock;
	size_t at = 0;

	while (at < text.len && !is_space(text.ptr[at]))
		at++;
	date = slice_from_to(text, 0, at);
	clock = slice_skip(text, skip_space(text, at));
	if (date.len < 8 || !is_digit(date.ptr[0]) || !memchr(date.ptr, '-', date.len)) {
		tail->form = CM_FORM_LEGACY;
		if (!cm_time_in_words(text, &tail->time))
			return false;
		tail->has_hex_thread = memchr(text.ptr, '~', text.len) != NULL;
		return true;
	}
	tail->form = CM_FORM_DOLLAR;
	cm_time_read(clock, date, memory, &tail->time);
	return clock.len && is_digit(clock.ptr[0]);
}

/* Behind a field that breaks off nothing follows on its line. */
static bool ends_line(struct slice bytes, size_t at)
{
	while (at < bytes.len && (bytes.ptr[at] == ' ' || bytes.ptr[at] == '\r'))
		at++;
	return at >= bytes.len || bytes.ptr[at] == '\n' || cm_ccm_head_at(bytes, at);
}

/* A tail that breaks off: where its line ends, or a record of the other form begins. */
static bool take_cut(struct slice bytes, size_t from, struct cm_tail *tail)
{
	const char *lf = memchr(bytes.ptr + from, '\n', bytes.len - from);
	size_t end = lf ? (size_t)(lf - bytes.ptr) : bytes.len;
	size_t head = slice_find(slice_from_to(bytes, from, end), CM_CCM_HEAD);

	tail->is_cut = true;
	tail->end = head == SLICE_MISSING ? end : from + head;
	return true;
}

/* Before the time was read whole: only words of capitals that end the line are a cut tail. */
static bool take_cut_name(struct slice bytes, size_t at, size_t from, struct cm_tail *tail)
{
	size_t to = from;

	while (to < bytes.len &&
		(bytes.ptr[to] == '_' || (bytes.ptr[to] >= 'A' && bytes.ptr[to] <= 'Z') ||
			is_digit(bytes.ptr[to])))
		to++;
	if (to < bytes.len && bytes.ptr[to] == '>') {
		/* A whole name: what there is of the date goes with it. */
		size_t rest = to + 1;

		tail->component = slice_from_to(bytes, from, to);
		rest += rest < bytes.len && bytes.ptr[rest] == '<' && !cm_ccm_head_at(bytes, rest);
		while (rest < bytes.len && rest - to < MAX_DATE &&
			(is_digit(bytes.ptr[rest]) || memchr(" :.-+", bytes.ptr[rest], 5)))
			rest++;
		to = rest;
	}
	tail->form = CM_FORM_DOLLAR;
	return ends_line(bytes, to) && take_cut(bytes, at, tail);
}

/* "thread=3852 (0xF0C)", "thread=DB", masked ones too: the number. False for any other text,
 * since a field that lost its end runs into what follows. */
static bool read_thread(struct slice text, struct slice *ret_number)
{
	size_t from, to;

	if (!slice_starts_nocase(text, SLICE("thread=")))
		return false;
	from = skip_space(text, 7);
	for (to = from; to < text.len && !is_space(text.ptr[to]) && text.ptr[to] != '('; to++)
		;
	*ret_number = slice_from_to(text, from, to);
	to = skip_space(text, to);
	return to >= text.len || (text.ptr[to] == '(' && text.ptr[text.len - 1] == ')');
}

/* The thread behind the time at `behind`. A tail without it is cut: at the end of the line, when
 * that is where it breaks off. */
static void take_thread(struct slice bytes, size_t behind, struct cm_tail *tail)
{
	size_t from = skip_space(bytes, behind);
	struct slice text = SLICE_NONE, number = SLICE_NONE;

	if (take_field(bytes, &behind, MAX_NAME, &text) == FIELD_WHOLE &&
		read_thread(text, &number)) {
		tail->thread = number;
		tail->end = behind;
		return;
	}
	tail->is_cut = true;
	if (from < bytes.len && bytes.ptr[from] == '<' &&
		!memchr(bytes.ptr + tail->end, '\n', from - tail->end))
		(void)take_cut(bytes, from, tail);
}

/* Apart from the usual one, which must stay small. */
__attribute__((noinline)) static bool read_any_tail(
	struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail)
{
	struct cm_tail tail = { .form = CM_FORM_DOLLAR };
	struct slice stamp;
	size_t behind = at + 2;

	tail.time.when = NO_TIME;
	*ret_tail = tail;
	if (take_field(bytes, &behind, MAX_NAME, &tail.component) != FIELD_WHOLE ||
		!is_name(tail.component))
		return take_cut_name(bytes, at, at + 3, ret_tail);
	if (take_field(bytes, &behind, MAX_DATE, &stamp) != FIELD_WHOLE ||
		!read_stamp(stamp, memory, &tail))
		return take_cut_name(bytes, at, at + 3, ret_tail);
	tail.end = behind;
	take_thread(bytes, behind, &tail);
	*ret_tail = tail;
	return true;
}

/* "<05-11-2018 11:20:42.971+240><thread=" */
#define STAMP_AT  1
#define CLOCK_AT  12
#define END_AT    28
#define THREAD_AT 37

/* The tail as ConfigMgr writes it today, on one line; false: look closer. */
static bool read_usual_tail(
	struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail)
{
	const char *name = bytes.ptr + at + 3, *end = bytes.ptr + bytes.len, *stamp, *thread, *p;

	if (end - name > MAX_NAME)
		end = name + MAX_NAME;
	stamp = memchr(name, '>', (size_t)(end - name));
	end = bytes.ptr + bytes.len;
	if (!stamp || end - ++stamp < THREAD_AT + 2 || stamp[CLOCK_AT - 1] != ' ' ||
		memcmp(stamp + END_AT, "><thread=", 9) != 0 || stamp[0] != '<')
		return false;
	for (p = thread = stamp + THREAD_AT; p < end && is_digit(*p); p++)
		;
	ret_tail->thread = (struct slice){ thread, (size_t)(p - thread) };
	if (end - p > 4 && memcmp(p, " (0x", 4) == 0)
		for (p += 4; p < end && (is_digit(*p) || (*p >= 'A' && *p <= 'F')); p++)
			;
	p += p < end && *p == ')';
	if (p == thread || p >= end || *p != '>')
		return false;
	ret_tail->component = (struct slice){ name, (size_t)(stamp - 1 - name) };
	ret_tail->end = (size_t)(p + 1 - bytes.ptr);
	cm_time_read((struct slice){ stamp + CLOCK_AT, END_AT - CLOCK_AT },
		(struct slice){ stamp + STAMP_AT, CLOCK_AT - 1 - STAMP_AT }, memory,
		&ret_tail->time);
	return !ret_tail->time.is_bad && is_name(ret_tail->component);
}

bool cm_dollar_tail(
	struct slice bytes, size_t at, struct cm_memory *memory, struct cm_tail *ret_tail)
{
	*ret_tail = (struct cm_tail){ .form = CM_FORM_DOLLAR };
	return read_usual_tail(bytes, at, memory, ret_tail) ||
		read_any_tail(bytes, at, memory, ret_tail);
}

/* The last "$$<" in from..to; SLICE_MISSING. */
static size_t last_mark(struct slice bytes, size_t from, size_t to)
{
	while (to > from + 2) {
		const char *dollar = memrchr(bytes.ptr + from, '$', to - from);
		size_t at;

		if (!dollar || dollar == bytes.ptr + from)
			break;
		at = (size_t)(dollar - bytes.ptr);
		if (dollar[-1] == '$' && at + 1 < bytes.len && dollar[1] == '<')
			return at - 1;
		to = at;
	}
	return SLICE_MISSING;
}

size_t cm_dollar_find(struct slice bytes, size_t from, size_t to, struct cm_memory *memory,
	struct cm_tail *ret_tail)
{
	size_t cut = SLICE_MISSING, at;
	struct cm_tail tail;

	while ((at = last_mark(bytes, from, to)) != SLICE_MISSING) {
		if (cm_dollar_tail(bytes, at, memory, &tail)) {
			if (!tail.is_cut) {
				*ret_tail = tail;
				return at;
			}
			if (cut == SLICE_MISSING) {
				*ret_tail = tail;
				cut = at;
			}
		}
		to = at + 1;
	}
	return cut;
}

size_t cm_dollar_last(struct slice bytes, size_t from, struct cm_tail *ret_tail)
{
	struct cm_memory memory = { .date = "" };
	size_t to = bytes.len, at;

	while ((at = last_mark(bytes, from, to)) != SLICE_MISSING) {
		if (cm_dollar_tail(bytes, at, &memory, ret_tail) && !ret_tail->is_cut)
			return at;
		to = at + 1;
	}
	return SLICE_MISSING;
}
