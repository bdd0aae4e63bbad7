/* Pasted records. A date decides: what stands before and behind it tells the form. */
#include "parsers/cm_paste.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(struct slice line, size_t at)
{
	while (at < line.len && is_blank(line.ptr[at]))
		at++;
	return at;
}

size_t cm_paste_marks(struct slice line)
{
	size_t at = 0;

	while (at < line.len) {
		char c = line.ptr[at];

		if (is_blank(c))
			at++;
		else if (slice_starts(slice_skip(line, at), SLICE("\xEF\xBB\xBF")))
			at += 3;
		else if ((c == '-' || c == '>' || c == '*') &&
			(at + 1 == line.len || is_blank(line.ptr[at + 1])))
			at++;
		else
			break;
	}
	return at;
}

/* ---- Threads and components ------------------------------------------------------------ */

static bool is_hex(char c)
{
	char lower = to_lower(c);

	return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

/* "5776 (0x1690)", in brackets or not, at *at. */
static bool take_thread(struct slice line, size_t *at, struct slice *ret_thread)
{
	size_t from = *at, k, hex;
	bool is_bracketed = from < line.len && line.ptr[from] == '[';

	from += is_bracketed;
	for (k = from; k < line.len && is_digit(line.ptr[k]); k++)
		;
	if (k == from)
		return false;
	*ret_thread = slice_from_to(line, from, k);
	k = skip_blanks(line, k);
	if (!slice_starts_nocase(slice_skip(line, k), SLICE("(0x")))
		return false;
	for (hex = k += 3; k < line.len && is_hex(line.ptr[k]); k++)
		;
	if (k == hex || k >= line.len || line.ptr[k] != ')')
		return false;
	k++;
	if (is_bracketed && k < line.len && line.ptr[k] == ']')
		k++;
	*at = k;
	return true;
}

static size_t word_end(struct slice line, size_t at)
{
	while (at < line.len && !is_blank(line.ptr[at]))
		at++;
	return at;
}

/* "SMS_DISTRIBUTION_MANAGER": the names of the site server's components. */
static bool is_component(struct slice word)
{
	if (word.len < 6 || !slice_starts(word, SLICE("SMS_")))
		return false;
	for (size_t i = 4; i < word.len; i++)
		if (word.ptr[i] != '_' && !is_digit(word.ptr[i]) &&
			(word.ptr[i] < 'A' || word.ptr[i] > 'Z'))
			return false;
	return true;
}

/* Before a thread also the names of a client's: "UpdatesDeploymentAgent", "ccmsetup". */
static bool is_client_component(struct slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		char lower = to_lower(word.ptr[i]);

		if (lower != '_' && !is_digit(lower) && (lower < 'a' || lower > 'z'))
			return false;
	}
	return word.len >= 6 && !slice_starts_nocase(word, SLICE("thread"));
}

/* A component, a thread, or both at *at; a message that begins with the name of a component
 * ("SMS_EXECUTIVE started SMS_…") has none. */
static bool take_names(struct slice line, size_t *at, struct cm_pasted *pasted)
{
	size_t word = word_end(line, *at), behind = skip_blanks(line, word);
	struct slice name = slice_from_to(line, *at, word);
	struct slice thread = SLICE_NONE;
	bool has_thread = behind > word && take_thread(line, &behind, &thread);

	if (!name.len || behind == word)
		return false;
	if (has_thread ? !is_client_component(name)
		       : !is_component(name) ||
				slice_starts(slice_skip(line, behind), SLICE("started SMS_")))
		return false;
	pasted->component = name;
	pasted->thread = thread;
	*at = skip_blanks(line, behind);
	return true;
}

/* ---- Columns ---------------------------------------------------------------------------- */

/* The column that ends before `end`, from `from` on: between tabs, or a word. */
static bool column_before(struct slice line, size_t from, size_t end, struct slice *ret_column)
{
	size_t to = end, start;
	bool is_tabbed = false;

	while (to > from && is_blank(line.ptr[to - 1]))
		is_tabbed |= line.ptr[--to] == '\t';
	if (to == end)
		return false;
	for (start = to; start > from; start--)
		if (line.ptr[start - 1] == '\t' || (!is_tabbed && line.ptr[start - 1] == ' '))
			break;
	*ret_column = slice_from_to(line, start, to);
	return to > start && to - start <= 100;
}

/* "message COMPONENT <time> 1424 (0x0590)": tabs may stand for a thread that is missing. */
static bool take_columns(struct slice line, size_t at, struct cm_pasted *pasted)
{
	struct slice component, thread = SLICE_NONE;
	size_t behind = skip_blanks(line, pasted->time.to);
	size_t from;

	if (!column_before(line, at, pasted->time.from, &component))
		return false;
	if (!take_thread(line, &behind, &thread)) {
		if (line.ptr[pasted->time.from - 1] != '\t' || behind < line.len)
			return false;
		behind = line.len;
	}
	from = (size_t)(component.ptr - line.ptr);
	pasted->kind = CM_PASTE_COLUMNS;
	pasted->message = slice_from_to(line, at, from);
	pasted->component = component;
	pasted->thread = thread;
	pasted->to = behind;
	return true;
}

/* ---- Lines ------------------------------------------------------------------------------ */

/* Behind a record with its date first: where the date of the next one on the line stands.
 * Dates inside a sentence end it, or have no words behind them. */
static size_t find_glued(struct slice line, size_t at, uint32_t traits, char separator)
{
	struct cm_printed next;

	while (cm_printed_find(line, at, traits, &next)) {
		size_t behind = skip_blanks(line, next.to);

		if (next.separator == separator && next.from > at &&
			is_blank(line.ptr[next.from - 1]) && behind > next.to && behind < line.len)
			return next.from;
		at = next.to;
	}
	return line.len;
}

static void read_dated(struct slice line, uint32_t traits, struct cm_pasted *pasted)
{
	size_t at = skip_blanks(line, pasted->time.to);

	pasted->kind = CM_PASTE_DATED;
	pasted->has_time = true;
	pasted->to = find_glued(line, at, traits, pasted->time.separator);
	(void)take_names(slice_from_to(line, 0, pasted->to), &at, pasted);
	pasted->message = slice_from_to(line, at, pasted->to);
}

static bool read_columns(struct slice line, size_t at, uint32_t traits, struct cm_pasted *pasted)
{
	size_t from = at;

	while (cm_printed_find(line, from, traits, &pasted->time)) {
		if (take_columns(line, at, pasted)) {
			pasted->has_time = true;
			return true;
		}
		from = pasted->time.to;
	}
	return false;
}

void cm_paste_read(struct slice line, size_t at, uint32_t traits, struct cm_pasted *ret_pasted)
{
	struct cm_pasted pasted = { .kind = CM_PASTE_BARE, .to = line.len };

	at += cm_paste_marks(slice_skip(line, at));
	pasted.from = at;
	if (at < line.len && is_digit(line.ptr[at]) &&
		cm_printed_at(line, at, traits, &pasted.time)) {
		read_dated(line, traits, &pasted);
	} else if (!read_columns(line, at, traits, &pasted)) {
		pasted.message = slice_skip(line, at);
		if (take_names(line, &at, &pasted)) {
			pasted.kind = CM_PASTE_NAMED;
			pasted.message = slice_skip(line, at);
		}
	}
	*ret_pasted = pasted;
}

bool cm_paste_is_known(struct slice message)
{
	static const struct slice begins[] = {
		{ "Applicability State = ", 22 },
		{ "GetUpdateApplicability returned code", 36 },
		{ "InstallUpdate returned code", 27 },
		{ "UnMountImage returned code", 26 },
		{ "WIM::UnMountWIMImage returned code", 34 },
		{ "UnMounting Image (Commit", 24 },
		{ "Image UnMount failed with error", 31 },
		{ "Not applying this update binary", 31 },
		{ "Failed to install update with ID", 32 },
		{ "Completed processing image package", 34 },
		{ "Updated history for image package", 33 },
		{ "Processing started for Schedule with ID", 39 },
		{ "Schedule processing ", 20 },
		{ "Schedule with ID ", 17 },
		{ "The Schedule with ID ", 21 },
		{ "Checking if there are schedule(s)", 33 },
		{ "Initialization of schedule processing", 37 },
		{ "Image info: Package id ", 23 },
		{ "SMS_EXECUTIVE started SMS_OFFLINE_SERVICING_MANAGER", 51 },
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (slice_starts(message, begins[i]))
			return true;
	return slice_starts(message, SLICE("STATMSG: ID=")) &&
		slice_find(message, CM_OFFLINE_SERVICING) != SLICE_MISSING;
}
