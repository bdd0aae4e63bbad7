/* Holding a report against truth.txt. */
#include "truth.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"

#define MAX_WORDS 40
#define MAX_KEYS  3
#define MAX_VALUE 512
#define ANY_LINE  UINT32_MAX

/* A line of truth.txt, cut into words, and what it is held against. */
struct claim {
	const struct test_case *test;
	const struct case_run *run;
	unsigned line;
	char *words[MAX_WORDS];
	unsigned count, wrong;
};

static void wrong(struct claim *claim, const char *format, ...) PRINTF_LIKE(2, 3);

static void wrong(struct claim *claim, const char *format, ...)
{
	va_list args;

	claim->wrong++;
	fprintf(stderr, "%s/truth.txt:%u: ", claim->test->name, claim->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* ---- Values as words --------------------------------------------------------------- */

static void value_text(const struct row *row, size_t column, char text[MAX_VALUE])
{
	const struct row_value *value = &row->values[column];
	size_t count;
	enum value_type type = row_columns(row->row_class, &count)[column].type;

	text[0] = '\0';
	if (value->is_null)
		return;
	if (type == VALUE_INTEGER)
		snprintf(text, MAX_VALUE, "%d", value->integer);
	else if (type == VALUE_TEXT)
		snprintf(text, MAX_VALUE, "%.*s", SLICE_ARG(value->text));
	else
		moment_print(value->when, text);
}

/* Properties of our own block. */
static bool own_text(const struct row_own *own, const char *name, char text[MAX_VALUE])
{
	const struct {
		const char *name, *value;
	} words[] = {
		{ "UpdateIDFrom", id_from_word(own->id_from) },
		{ "State", own->state },
		{ "Certainty", certainty_word(own->certainty) },
		{ "Reason", reason_code(own->reason) },
		{ "TimeBasis", time_basis_word(own->time_basis) },
	};
	static const char *const list_words[] = {
		[UPDATE_LIST_NONE] = "",
		[UPDATE_LIST_COMPLETE] = "true",
		[UPDATE_LIST_INCOMPLETE] = "false",
	};

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, name) != 0)
			continue;
		snprintf(text, MAX_VALUE, "%s", words[i].value ? words[i].value : "");
		return true;
	}
	if (strcmp(name, "UpdateListComplete") == 0)
		snprintf(text, MAX_VALUE, "%s", list_words[own->update_list]);
	else if (strcmp(name, "Ambiguous") == 0)
		snprintf(text, MAX_VALUE, "%s", own->id_is_ambiguous ? "true" : "");
	else if (strcmp(name, "ReasonDetail") == 0)
		snprintf(text, MAX_VALUE, "%.*s", SLICE_ARG(own->reason_detail));
	else if (strcmp(name, "KB") == 0 && own->kb)
		snprintf(text, MAX_VALUE, "KB%u", own->kb);
	else
		return strcmp(name, "KB") == 0;
	return true;
}

static bool property_text(const struct row *row, const char *name, char text[MAX_VALUE])
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(columns[i].name, name) != 0)
			continue;
		value_text(row, i, text);
		return true;
	}
	return own_text(&row->own, name, text);
}

/* null, none and nothing are the same; 0x800f081e is its signed number. */
static bool same_value(const char *said, const char *is)
{
	char number[16];

	if (strcmp(said, is) == 0) /* "none" may be the word itself */
		return true;
	if (strcmp(said, "null") == 0 || strcmp(said, "none") == 0)
		said = "";
	if (strncmp(said, "0x", 2) == 0) {
		snprintf(number, sizeof(number), "%d", (int32_t)strtoul(said, NULL, 16));
		said = number;
	}
	return strcmp(said, is) == 0;
}

/* ---- Rows by their keys -------------------------------------------------------------- */

static const struct {
	enum row_class row_class;
	const char *keys[MAX_KEYS]; /* in truth's order */
} pickers[] = {
	{ ROW_STATUS, { "ImagePackageID", "ImageIndex", "UpdateID" } },
	{ ROW_VIEW, { "ImagePackageID", "ImageIndex", "UpdateID" } },
	{ ROW_PROGRESS, { "ImagePackageID", "ScheduleID" } },
	{ ROW_HISTORY, { "ImagePackageID", "RunDateTime", "ScheduleID" } },
};

#define PICKER_COUNT (sizeof(pickers) / sizeof(pickers[0]))

static bool has_package(const struct row *row, const char *identity)
{
	for (size_t i = 0; i < row->own.package_count; i++)
		if (slice_equal_nocase(row->own.packages[i].identity, slice_from(identity)))
			return true;
	return false;
}

static bool key_fits(const struct row *row, const char *key, const char *said)
{
	char is[MAX_VALUE], kb[16];

	property_text(row, key, is);
	if (strcmp(said, "*") == 0 || same_value(said, is))
		return true;
	if (strcmp(key, "UpdateID") != 0)
		return false;
	snprintf(kb, sizeof(kb), "KB%u", row->own.kb);
	return (row->own.kb && strcmp(kb, said) == 0) || has_package(row, said) ||
		(strncmp(said, "KB", 2) == 0 && strcmp(said + 2, is) == 0);
}

static unsigned key_count(size_t picker)
{
	unsigned count = 0;

	while (count < MAX_KEYS && pickers[picker].keys[count])
		count++;
	return count;
}

/* The picker of the class named by words[at]; PICKER_COUNT when the words do not do. */
static size_t find_picker(struct claim *claim, unsigned at)
{
	size_t picker = 0;

	while (picker < PICKER_COUNT && at < claim->count &&
		strcmp(row_class_option(pickers[picker].row_class), claim->words[at]) != 0)
		picker++;
	if (at >= claim->count || picker == PICKER_COUNT)
		wrong(claim, "no such class of rows");
	else if (claim->count - at - 1 < key_count(picker))
		wrong(claim, "a %s row has %u keys", claim->words[at], key_count(picker));
	else
		return picker;
	return PICKER_COUNT;
}

static const struct row *find_row(struct claim *claim, size_t picker, unsigned at)
{
	const struct report *report = &claim->run->report;
	enum row_class row_class = pickers[picker].row_class;

	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		const struct row *row = &report->rows[row_class][i];
		unsigned key = 0;

		while (key < key_count(picker) &&
			key_fits(row, pickers[picker].keys[key], claim->words[at + key]))
			key++;
		if (key == key_count(picker))
			return row;
	}
	return NULL;
}

/* Rows that are there, for who looks for one that is not. */
static void list_rows(const struct claim *claim, size_t picker)
{
	const struct report *report = &claim->run->report;
	enum row_class row_class = pickers[picker].row_class;
	char text[MAX_VALUE];

	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		fputs("\tthere is:", stderr);
		for (unsigned key = 0; key < key_count(picker); key++) {
			property_text(&report->rows[row_class][i], pickers[picker].keys[key], text);
			fprintf(stderr, " %s", text);
		}
		fputc('\n', stderr);
	}
}

/* The row that words[at] and on name; NULL after saying that there is none. */
static const struct row *wanted_row(struct claim *claim, unsigned at, unsigned *ret_next)
{
	size_t picker = find_picker(claim, at);
	const struct row *row;

	if (picker == PICKER_COUNT)
		return NULL;
	row = find_row(claim, picker, at + 1);
	if (!row) {
		wrong(claim, "no such %s row", claim->words[at]);
		list_rows(claim, picker);
	}
	*ret_next = at + 1 + key_count(picker);
	return row;
}

/* ---- The kinds of lines -------------------------------------------------------------- */

static void hold_property(struct claim *claim, char *word, const char *is, bool known)
{
	char *said = strchr(word, '=');

	if (!said || !known)
		wrong(claim, "no such property: '%s'", word);
	else if (!same_value(said + 1, is))
		wrong(claim, "%.*s is '%s', truth says '%s'", (int)(said - word), word, is,
			said + 1);
}

static void check_row(struct claim *claim)
{
	unsigned next = 0;
	const struct row *row = wanted_row(claim, 0, &next);

	for (; row && next < claim->count; next++) {
		char is[MAX_VALUE] = "", *word = claim->words[next];
		char *name = text_of("%.*s", (int)strcspn(word, "="), word);

		hold_property(claim, word, is, property_text(row, name, is));
		free(name);
	}
}

/* The image that words[at] and words[at + 1] name: id and index. */
static const struct report_image *find_image(const struct claim *claim, unsigned at)
{
	const struct report *report = &claim->run->report;

	for (size_t i = 0; claim->count >= at + 2 && i < report->image_count; i++)
		if ((strcmp(claim->words[at], "*") == 0 ||
			    slice_equal(
				    report->images[i].package_id, slice_from(claim->words[at]))) &&
			report->images[i].index == strtoul(claim->words[at + 1], NULL, 10))
			return &report->images[i];
	return NULL;
}

static void list_images(const struct report *report)
{
	for (size_t i = 0; i < report->image_count; i++)
		fprintf(stderr, "\tthere is: %.*s %u\n", SLICE_ARG(report->images[i].package_id),
			report->images[i].index);
}

static void check_no_image(struct claim *claim)
{
	if (find_image(claim, 2))
		wrong(claim, "there is such an image");
}

static void check_no_row(struct claim *claim)
{
	size_t picker;

	if (claim->count > 1 && strcmp(claim->words[1], "image") == 0) {
		check_no_image(claim);
		return;
	}
	picker = find_picker(claim, 1);
	if (picker != PICKER_COUNT && find_row(claim, picker, 2))
		wrong(claim, "there is such a row");
}

/* "evidence.zip/Windows/Logs/CBS/CBS.log": the input's path and the member's in it. */
static struct slice path_of(const struct report *report, struct place at, char path[MAX_VALUE])
{
	struct slice member = SLICE_NONE;

	if (at.member && at.member < report->member_count)
		member = report->members[at.member].path;
	snprintf(path, MAX_VALUE, "%.*s%.*s", SLICE_ARG(report->inputs[at.input].path),
		SLICE_ARG(member));
	return slice_from(path);
}

/* FILE:LINE, cut; LINE * is ANY_LINE. */
static bool cut_line(struct slice *file, uint32_t *ret_line)
{
	size_t colon = slice_find_last_char(*file, ':');
	struct slice line;

	if (colon == SLICE_MISSING)
		return false;
	line = slice_skip(*file, colon + 1);
	*ret_line = ANY_LINE;
	*file = slice_from_to(*file, 0, colon);
	return slice_equal(line, SLICE("*")) || slice_to_u32(line, 10, ret_line);
}

static bool path_ends(struct slice path, struct slice end)
{
	return slice_equal(path, end) ||
		(slice_ends_nocase(path, end) && path.len > end.len &&
			path.ptr[path.len - end.len - 1] == '/');
}

static bool is_cited(const struct report *report, const struct evidence *evidence,
	struct slice file, uint32_t line, const char *words)
{
	char path[MAX_VALUE];
	struct place at = evidence->at;

	return at.input < report->input_count && (line == ANY_LINE || at.line == line) &&
		path_ends(path_of(report, at, path), file) &&
		slice_find(evidence->words, slice_from(words)) != SLICE_MISSING;
}

/* What is cited, for who looks for something else. */
static void list_evidence(const struct report *report, const struct row *row)
{
	char path[MAX_VALUE];

	for (size_t i = 0; i < row->own.evidence_count; i++) {
		const struct evidence *evidence = &row->own.evidence[i];

		if (evidence->at.input < report->input_count)
			fprintf(stderr, "\tit cites %.*s:%llu: %.*s\n",
				SLICE_ARG(path_of(report, evidence->at, path)),
				(unsigned long long)evidence->at.line, SLICE_ARG(evidence->words));
	}
}

static void check_evidence(struct claim *claim)
{
	const struct report *report = &claim->run->report;
	unsigned next = 0;
	const struct row *row = wanted_row(claim, 1, &next);
	struct slice file = slice_from(row && next < claim->count ? claim->words[next] : "");
	const char *words = next + 1 < claim->count ? claim->words[next + 1] : "";
	uint32_t line;

	if (!row)
		return;
	if (!cut_line(&file, &line)) {
		wrong(claim, "FILE:LINE is wanted behind the keys");
		return;
	}
	for (size_t i = 0; i < row->own.evidence_count; i++)
		if (is_cited(report, &row->own.evidence[i], file, line, words))
			return;
	wrong(claim, "the row's evidence does not cite that line");
	list_evidence(report, row);
}

/* ---- Binaries of a ConfigMgr update ---------------------------------------------------- */

static const struct row_binary *find_binary(const struct row *row, const char *file)
{
	for (size_t i = 0; i < row->own.binary_count; i++)
		if (slice_equal_nocase(row->own.binaries[i].file, slice_from(file)))
			return &row->own.binaries[i];
	return NULL;
}

static void list_binaries(const struct row *row)
{
	for (size_t i = 0; i < row->own.binary_count; i++)
		fprintf(stderr, "\tthere is: %.*s\n", SLICE_ARG(row->own.binaries[i].file));
}

static bool binary_text(const struct row_binary *binary, const char *name, char is[MAX_VALUE])
{
	if (strcmp(name, "Token") == 0)
		snprintf(is, MAX_VALUE, "%.*s", SLICE_ARG(binary->token));
	else if (strcmp(name, "Code") == 0 && binary->has_code)
		snprintf(is, MAX_VALUE, "%d", (int32_t)binary->code);
	else
		return strcmp(name, "Code") == 0;
	return true;
}

static void check_binary(struct claim *claim)
{
	unsigned next = 0;
	const struct row *row = wanted_row(claim, 1, &next);
	const char *file = row && next < claim->count ? claim->words[next++] : "";
	const struct row_binary *binary = row ? find_binary(row, file) : NULL;

	if (row && !binary) {
		wrong(claim, "the row has no such binary");
		list_binaries(row);
	}
	for (; binary && next < claim->count; next++) {
		char is[MAX_VALUE] = "", *word = claim->words[next];
		char *name = text_of("%.*s", (int)strcspn(word, "="), word);

		hold_property(claim, word, is, binary_text(binary, name, is));
		free(name);
	}
}

/* Rows of one image: its id, and its index where the class has one. */
static size_t count_of_image(const struct claim *claim, enum row_class row_class)
{
	const struct report *report = &claim->run->report;
	const char *index = claim->count > 4 ? claim->words[4] : "*";
	char is[MAX_VALUE];
	size_t count = 0;

	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		const struct row *row = &report->rows[row_class][i];

		property_text(row, "ImagePackageID", is);
		if (strcmp(is, claim->words[3]) != 0)
			continue;
		count += strcmp(index, "*") == 0 ||
			(property_text(row, "ImageIndex", is) && strcmp(is, index) == 0);
	}
	return count;
}

/* false: no such thing is counted. */
static bool count_things(const struct claim *claim, size_t *ret_count)
{
	const struct report *report = &claim->run->report;

	*ret_count = report->image_count;
	if (strcmp(claim->words[1], "images") == 0)
		return true;
	*ret_count = report->package_count;
	if (strcmp(claim->words[1], "packages") == 0)
		return true;
	for (int i = 0; i < ROW_CLASS_COUNT_; i++) {
		if (strcmp(row_class_option((enum row_class)i), claim->words[1]) != 0)
			continue;
		*ret_count = claim->count > 3 ? count_of_image(claim, (enum row_class)i)
					      : report->row_count[i];
		return true;
	}
	return false;
}

static void check_count(struct claim *claim)
{
	size_t count;

	if (claim->count < 3 || !count_things(claim, &count))
		wrong(claim, "'count CLASS NUMBER' is wanted");
	else if (count != strtoul(claim->words[2], NULL, 10))
		wrong(claim, "there are %zu of %s", count, claim->words[1]);
}

static void check_states(struct claim *claim)
{
	const struct report *report = &claim->run->report;
	size_t count = 0;

	if (claim->count != 3) {
		wrong(claim, "'states WORD NUMBER' is wanted");
		return;
	}
	for (size_t i = 0; i < report->row_count[ROW_STATUS]; i++)
		count += strcmp(report->rows[ROW_STATUS][i].own.state, claim->words[1]) == 0;
	if (count != strtoul(claim->words[2], NULL, 10))
		wrong(claim, "there are %zu rows with the state %s", count, claim->words[1]);
}

static bool image_text(const struct report_image *image, const char *name, char is[MAX_VALUE])
{
	const struct {
		const char *name;
		struct slice value;
	} words[] = {
		{ "Name", image->name },
		{ "Description", image->description },
		{ "Edition", image->edition },
		{ "Architecture", image->architecture },
		{ "Version", image->version },
		{ "ServicingStack", image->servicing_stack },
		{ "Container", image->container },
		{ "Product", image->product },
		{ "Pending", slice_from(image->pending) },
		{ "Sources", image->sources },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, name) != 0)
			continue;
		snprintf(is, MAX_VALUE, "%.*s", SLICE_ARG(words[i].value));
		return true;
	}
	return false;
}

static void check_image(struct claim *claim)
{
	const struct report_image *image = find_image(claim, 1);

	if (!image) {
		wrong(claim, "no such image");
		list_images(&claim->run->report);
	}
	for (unsigned next = 3; image && next < claim->count; next++) {
		char is[MAX_VALUE] = "", *word = claim->words[next];
		char *name = text_of("%.*s", (int)strcspn(word, "="), word);

		hold_property(claim, word, is, image_text(image, name, is));
		free(name);
	}
}

/* ---- Package files ------------------------------------------------------------------- */

static const struct report_package *find_package(const struct claim *claim)
{
	const struct report *report = &claim->run->report;

	for (size_t i = 0; claim->count >= 3 && i < report->package_count; i++)
		if (path_ends(report->packages[i].container, slice_from(claim->words[1])) &&
			slice_equal_nocase(
				report->packages[i].identity, slice_from(claim->words[2])))
			return &report->packages[i];
	return NULL;
}

static bool package_text(const struct report_package *package, const char *name, char is[MAX_VALUE])
{
	const struct {
		const char *name;
		struct slice value;
	} words[] = {
		{ "Title", package->title },
		{ "Release", package->release },
		{ "Stack", package->stack },
		{ "Guid", package->guid },
		{ "Severity", package->severity },
		{ "Restart", package->restart },
	};

	if (strcmp(name, "KB") == 0) {
		if (package->kb)
			snprintf(is, MAX_VALUE, "KB%u", package->kb);
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, name) != 0)
			continue;
		snprintf(is, MAX_VALUE, "%.*s", SLICE_ARG(words[i].value));
		return true;
	}
	return false;
}

static bool has_parent(const struct report_package *package, const char *identity)
{
	for (size_t i = 0; i < package->parent_count; i++)
		if (slice_equal_nocase(package->parents[i], slice_from(identity)))
			return true;
	return package->parent_count == 0 && strcmp(identity, "none") == 0;
}

static void check_package_word(
	struct claim *claim, const struct report_package *package, char *word)
{
	static const char parent[] = "Parent=";
	char is[MAX_VALUE] = "";
	char *name;

	if (strncmp(word, parent, sizeof(parent) - 1) == 0) {
		if (!has_parent(package, word + sizeof(parent) - 1))
			wrong(claim, "not among its parents: %s", word + sizeof(parent) - 1);
		return;
	}
	name = text_of("%.*s", (int)strcspn(word, "="), word);
	hold_property(claim, word, is, package_text(package, name, is));
	free(name);
}

static void check_package(struct claim *claim)
{
	const struct report *report = &claim->run->report;
	const struct report_package *package = find_package(claim);

	if (!package)
		wrong(claim, "no such package is offered");
	for (size_t i = 0; !package && i < report->package_count; i++)
		fprintf(stderr, "\tthere is: %.*s %.*s\n", SLICE_ARG(report->packages[i].container),
			SLICE_ARG(report->packages[i].identity));
	for (unsigned next = 3; package && next < claim->count; next++)
		check_package_word(claim, package, claim->words[next]);
}

/* ---- Diagnostics and the exit code --------------------------------------------------- */

/* -1: no such code in the table. */
static int diagnostic_count(const struct claim *claim)
{
	const struct diagnostics *list = &claim->run->report.diagnostics;
	int found = 0, code = 0;

	while (claim->count == 2 && code < DIAG_COUNT_ &&
		strcmp(diagnostic_name((enum diagnostic_code)code), claim->words[1]) != 0)
		code++;
	if (claim->count != 2 || code == DIAG_COUNT_)
		return -1;
	for (size_t i = 0; i < list->count; i++)
		found += list->items[i].code == (enum diagnostic_code)code;
	return found;
}

static void check_diagnostic(struct claim *claim)
{
	int count = diagnostic_count(claim);

	if (count < 0)
		wrong(claim, "no such diagnostic code");
	else if (count == 0)
		wrong(claim, "the diagnostic is not there");
}

static void check_no_diagnostic(struct claim *claim)
{
	int count = diagnostic_count(claim);

	if (count < 0)
		wrong(claim, "no such diagnostic code");
	else if (count > 0)
		wrong(claim, "the diagnostic is there");
}

static void check_exit(struct claim *claim)
{
	int code = (int)outcome_code(&claim->run->report, &claim->run->settings);

	if (claim->count != 2 || code != atoi(claim->words[1]))
		wrong(claim, "the exit code is %d", code);
}

static void check_nothing(struct claim *claim)
{
	(void)claim;
}

static const struct {
	const char *word;
	void (*check)(struct claim *claim);
} kinds[] = {
	{ "status", check_row },
	{ "view", check_row },
	{ "progress", check_row },
	{ "history", check_row },
	{ "image", check_image },
	{ "package", check_package },
	{ "no", check_no_row },
	{ "evidence", check_evidence },
	{ "binary", check_binary },
	{ "count", check_count },
	{ "states", check_states },
	{ "diagnostic", check_diagnostic },
	{ "no-diagnostic", check_no_diagnostic },
	{ "exit", check_exit },
	{ "needs", check_nothing },
	{ "skip", check_nothing },
};

/* ---- Lines and words ----------------------------------------------------------------- */

/* Takes the next word off *rest: up to a blank that stands in no quotes, which go. */
static char *next_word(char **rest)
{
	char *word, *to;
	bool quoted = false;

	*rest += strspn(*rest, " \t\r");
	if (!**rest || **rest == '#')
		return NULL;
	word = to = *rest;
	for (; **rest && (quoted || !strchr(" \t\r", **rest)); ++*rest) {
		if (**rest == '"')
			quoted = !quoted;
		else
			*to++ = **rest;
	}
	if (**rest)
		++*rest;
	*to = '\0';
	return word;
}

static void check_line(struct claim *claim, char *line)
{
	claim->count = 0;
	while (claim->count < MAX_WORDS && (claim->words[claim->count] = next_word(&line)))
		claim->count++;
	if (claim->count == 0)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].word, claim->words[0]) != 0)
			continue;
		kinds[i].check(claim);
		return;
	}
	wrong(claim, "'%s' begins no line of truth", claim->words[0]);
}

static struct bytes read_truth(const struct test_case *test)
{
	char *path = text_of("%s/truth.txt", test->folder);
	struct bytes whole = file_read(path);

	free(path);
	return whole;
}

unsigned truth_check(const struct test_case *test, const struct case_run *run)
{
	struct claim claim = { .test = test, .run = run };
	struct bytes whole = read_truth(test);
	char *rest = whole.ptr, *line;

	while ((line = strsep(&rest, "\n"))) {
		claim.line++;
		check_line(&claim, line);
	}
	free(whole.ptr);
	return claim.wrong;
}

/* Whether a line "KEY ... WORD ..." stands there. */
static bool truth_has(const struct test_case *test, const char *key, const char *what)
{
	struct bytes whole = read_truth(test);
	char *rest = whole.ptr, *line, *word;
	bool has = false;

	while ((line = strsep(&rest, "\n"))) {
		word = next_word(&line);
		if (!word || strcmp(word, key) != 0)
			continue;
		while ((word = next_word(&line)))
			has = has || strcmp(word, what) == 0;
	}
	free(whole.ptr);
	return has;
}

bool truth_skips(const struct test_case *test, const char *what)
{
	return truth_has(test, "skip", what);
}

bool truth_lacks(const struct test_case *test)
{
	static const char *const lacking[] = {
#ifndef WITH_JSON
		"WITH_JSON",
#endif
		NULL,
	};

	for (size_t i = 0; lacking[i]; i++)
		if (truth_has(test, "needs", lacking[i]))
			return true;
	return false;
}
