/* Properties of every case: order, encodings, truncation. */
#include "property.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"
#include "parsers/parser.h"
#include "truth.h"

/* ---- Rows ---------------------------------------------------------------------------- */

static int compare_values(
	enum value_type type, const struct row_value *a, const struct row_value *b)
{
	if (a->is_null || b->is_null)
		return (int)b->is_null - (int)a->is_null;
	if (type == VALUE_TEXT)
		return slice_compare(a->text, b->text);
	if (type == VALUE_INTEGER)
		return (a->integer > b->integer) - (a->integer < b->integer);
	return (a->when.seconds > b->when.seconds) - (a->when.seconds < b->when.seconds);
}

static bool same_keys(const struct row *a, const struct row *b)
{
	size_t count;
	const struct row_column *columns = row_columns(a->row_class, &count);

	for (size_t i = 0; i < count; i++)
		if (columns[i].is_key &&
			compare_values(columns[i].type, &a->values[i], &b->values[i]))
			return false;
	return true;
}

static unsigned check_class(
	const struct test_case *test, const struct report *report, enum row_class row_class)
{
	const struct row *rows = report->rows[row_class];
	unsigned wrong = 0;

	for (size_t i = 0; i < report->row_count[row_class]; i++) {
		if (i && row_compare(&rows[i - 1], &rows[i]) > 0) {
			wrong++;
			fprintf(stderr, "%s: %s: row %zu is out of order\n", test->name,
				row_class_name(row_class), i);
		}
		for (size_t j = 0; j < i; j++) {
			if (!same_keys(&rows[j], &rows[i]))
				continue;
			wrong++;
			fprintf(stderr, "%s: %s: rows %zu and %zu have the same keys\n", test->name,
				row_class_name(row_class), j, i);
		}
	}
	return wrong;
}

unsigned property_truth(const struct test_case *test)
{
	struct case_run run_now;
	unsigned wrong;

	case_run(test, (struct way){ 0 }, &run_now);
	wrong = truth_check(test, &run_now);
	case_run_release(&run_now);
	return wrong;
}

unsigned property_keys(const struct test_case *test)
{
	struct case_run plain;
	unsigned wrong = 0;

	case_run(test, (struct way){ 0 }, &plain);
	for (int i = 0; i < ROW_CLASS_COUNT_; i++)
		wrong += check_class(test, &plain.report, (enum row_class)i);
	case_run_release(&plain);
	return wrong;
}

unsigned property_order(const struct test_case *test)
{
	static const struct way ways[] = {
		{ .jobs = 1 },
		{ .jobs = 2 },
		{ .jobs = 4 },
		{ .jobs = 1, .reversed = true },
		{ .jobs = 4, .reversed = true },
	};
	struct bytes first = { NULL, 0 };
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct case_run other;
		struct bytes text;

		case_run(test, ways[i], &other);
		text = case_emit(&other, "json", 80);
		case_run_release(&other);
		if (!first.ptr) {
			first = text;
			continue;
		}
		if (text.len != first.len || memcmp(text.ptr, first.ptr, text.len) != 0) {
			wrong++;
			fprintf(stderr, "%s: the report differs with --jobs %u%s\n", test->name,
				ways[i].jobs, ways[i].reversed ? ", inputs reversed" : "");
		}
		free(text.ptr);
	}
	free(first.ptr);
	return wrong;
}

/* ---- Facts as a set of lines --------------------------------------------------------- */

/* Cuts `"key": value` and the comma behind it out of a JSON line. */
static void cut_member(char *line, const char *key)
{
	char *member = strstr(line, key), *end;

	if (!member)
		return;
	end = member + strlen(key);
	end += *end == ' ';
	if (*end == '"')
		end = strchr(end + 1, '"') + 1;
	else
		end += strcspn(end, ",}");
	end += *end == ',' ? 1 + (end[1] == ' ') : 0;
	memmove(member, end, strlen(end) + 1);
}

static unsigned long line_number(const char *line)
{
	const char *member = strstr(line, "\"Line\":");

	return member ? strtoul(member + 7 + (member[7] == ' '), NULL, 10) : 0;
}

struct fact_lines {
	char *text;
	char **items; /* without offsets, which an encoding may change */
	size_t count, cap;
};

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_add(struct fact_lines *lines, char *line)
{
	if (lines->count == lines->cap) {
		lines->cap = lines->cap ? 2 * lines->cap : 256;
		lines->items = reallocarray(lines->items, lines->cap, sizeof(*lines->items));
		if (!lines->items)
			errx(1, "out of memory");
	}
	lines->items[lines->count++] = line;
}

/* Takes the bytes over. */
static struct fact_lines split_facts(struct bytes facts)
{
	struct fact_lines lines = { .text = facts.ptr };
	char *rest = facts.ptr, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		cut_member(line, "\"OffsetIn\":");
		cut_member(line, "\"Offset\":");
		lines_add(&lines, line);
	}
	if (lines.count)
		qsort(lines.items, lines.count, sizeof(*lines.items), compare_lines);
	return lines;
}

static void lines_release(struct fact_lines *lines)
{
	free(lines->text);
	free(lines->items);
}

static struct fact_lines facts_of(const struct test_case *test, struct way way)
{
	struct case_run with_facts;
	struct fact_lines lines;

	way.want_facts = true;
	case_run(test, way, &with_facts);
	lines = split_facts(with_facts.facts);
	with_facts.facts = (struct bytes){ NULL, 0 };
	case_run_release(&with_facts);
	return lines;
}

static bool line_in(const struct fact_lines *lines, char *line)
{
	return lines->count &&
		bsearch(&line, lines->items, lines->count, sizeof(*lines->items), compare_lines);
}

/* The next `"Key":value` of a JSON line behind `at`, with what parts it from the one behind it
 * gone; NULL at the end. Commas and braces inside strings do not count. */
static char *next_member(char **at, size_t *ret_len)
{
	char *start = *at, *end = start;
	int depth = 0;
	bool quoted = false;

	for (; *end && (quoted || depth || (*end != ',' && *end != '}')); end++) {
		if (quoted && *end == '\\' && end[1])
			end++;
		else if (*end == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (*end == '[' || *end == '{') - (*end == ']' || *end == '}');
	}
	*ret_len = (size_t)(end - start);
	*at = *end ? end + 1 : end;
	return *ret_len ? start : NULL;
}

/* How many members a list has so far, how many operations wait. */
static bool is_count(const char *line, const char *member)
{
	return strncmp(member, "\"ImageIndex\":", 13) == 0 &&
		(strstr(line, "\"Fact\":\"listing\"") ||
			strstr(line, "\"Fact\":\"pending-operations\""));
}

/* The words may go on where those of a part end: their closing quote is left out. */
static bool has_member(const char *line, const char *member, size_t len)
{
	size_t line_len = strlen(line);
	bool is_words = strncmp(member, "\"Text\":\"", 8) == 0;

	len -= is_words;

	for (const char *at = line; (at = memmem(at, line_len - (size_t)(at - line), member, len));
		at++)
		if (is_words || at[len] == ',' || at[len] == '}')
			return true;
	return false;
}

/* Whether a fact is a whole one that lacks some fields: the document ended before they came. */
static bool says_no_more(char *line, const char *whole)
{
	char *at = line + 1, *member;
	size_t len;

	while ((member = next_member(&at, &len)))
		if (!is_count(line, member) && !has_member(whole, member, len))
			return false;
	return true;
}

static bool part_of_any(char *line, const struct fact_lines *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (line_number(all->items[i]) == line_number(line) &&
			says_no_more(line, all->items[i]))
			return true;
	return false;
}

/* Which facts are held against others. */
struct comparing {
	unsigned long limit; /* those of lines before this one */
	bool allows_less;    /* a fact may lack fields that the other has */
};

/* Facts of `some` that `all` does not have; the first is printed. */
static unsigned facts_beyond(const struct fact_lines *some, const struct fact_lines *all,
	struct comparing comparing, const char *what)
{
	unsigned beyond = 0;

	for (size_t i = 0; i < some->count; i++) {
		char *line = some->items[i];

		if (line_number(line) >= comparing.limit || line_in(all, line) ||
			(comparing.allows_less && part_of_any(line, all)))
			continue;
		if (beyond++ == 0)
			fprintf(stderr, "%s: %s\n", what, line);
	}
	return beyond;
}

/* ---- Encodings ----------------------------------------------------------------------- */

static struct bytes bytes_of(const void *ptr, size_t len)
{
	struct bytes copy = { calloc(1, len + 1), len };

	if (!copy.ptr)
		errx(1, "out of memory");
	if (len)
		memcpy(copy.ptr, ptr, len);
	return copy;
}

/* Text that can be written in every encoding: UTF-8 without NULs, any BOM and UTF-16 undone.
 * false for anything else, which stays as it is. */
static bool plain_text(struct bytes whole, struct buf *ret_text)
{
	struct slice bytes = { whole.ptr, whole.len };
	size_t bom;
	enum text_encoding encoding = text_detect(bytes, &bom);

	buf_init(ret_text, 64 << 20);
	if (encoding == TEXT_UTF8)
		buf_put(ret_text, slice_skip(bytes, bom));
	else
		text_from_utf16(ret_text, slice_skip(bytes, bom), encoding, true);
	if (ret_text->len && text_is_utf8(buf_slice(ret_text)) &&
		slice_find_char(buf_slice(ret_text), '\0') == SLICE_MISSING)
		return true;
	buf_release(ret_text);
	return false;
}

/* Line ends become `end`, whatever they were. */
static struct bytes with_line_ends(struct bytes whole, const char *end)
{
	struct buf text, out;
	struct bytes changed;

	if (!plain_text(whole, &text))
		return bytes_of(whole.ptr, whole.len);
	buf_init(&out, 128 << 20);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
			continue;
		if (text.ptr[i] == '\n')
			buf_puts(&out, end);
		else
			buf_putc(&out, text.ptr[i]);
	}
	changed = bytes_of(out.ptr, out.len);
	buf_release(&out);
	buf_release(&text);
	return changed;
}

static struct bytes to_lf(struct bytes whole)
{
	return with_line_ends(whole, "\n");
}

static struct bytes to_crlf(struct bytes whole)
{
	return with_line_ends(whole, "\r\n");
}

/* The code point at `at` of valid UTF-8, and how many bytes it takes. */
static uint32_t code_point_at(struct slice text, size_t at, size_t *ret_len)
{
	unsigned char first = (unsigned char)text.ptr[at];
	size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	uint32_t code = len == 1 ? first : first & (0xFFu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		code = code << 6 | ((unsigned char)text.ptr[at + i] & 0x3Fu);
	*ret_len = len;
	return code;
}

static void put_unit(struct buf *out, uint32_t unit)
{
	buf_putc(out, (char)(unit & 0xFF));
	buf_putc(out, (char)(unit >> 8));
}

static struct bytes to_utf16(struct bytes whole)
{
	struct buf text, out;
	struct bytes changed;
	size_t len;

	if (!plain_text(whole, &text))
		return bytes_of(whole.ptr, whole.len);
	buf_init(&out, 256 << 20);
	put_unit(&out, 0xFEFF);
	for (size_t at = 0; at < text.len; at += len) {
		uint32_t code = code_point_at(buf_slice(&text), at, &len);

		if (code >= 0x10000) {
			put_unit(&out, 0xD800 + ((code - 0x10000) >> 10));
			put_unit(&out, 0xDC00 + ((code - 0x10000) & 0x3FF));
		} else {
			put_unit(&out, code);
		}
	}
	changed = bytes_of(out.ptr, out.len);
	buf_release(&out);
	buf_release(&text);
	return changed;
}

/* Text alone: what is compressed already would be twice. */
static struct bytes to_gzip(struct bytes whole)
{
	struct buf text;
	z_stream stream = { 0 };
	struct bytes packed;
	bool is_text = plain_text(whole, &text);

	buf_release(&text);
	if (!is_text)
		return bytes_of(whole.ptr, whole.len);
	if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		errx(1, "out of memory");
	packed.len = deflateBound(&stream, whole.len);
	packed.ptr = calloc(1, packed.len);
	stream.next_in = (Bytef *)whole.ptr;
	stream.avail_in = (uInt)whole.len;
	stream.next_out = (Bytef *)packed.ptr;
	stream.avail_out = (uInt)packed.len;
	if (!packed.ptr || deflate(&stream, Z_FINISH) != Z_STREAM_END)
		errx(1, "cannot compress");
	packed.len = stream.total_out;
	deflateEnd(&stream);
	return packed;
}

static const struct {
	const char *name;
	change_function change;
} variants[] = {
	{ "lf", to_lf },
	{ "crlf", to_crlf },
	{ "utf16", to_utf16 },
	{ "gzip", to_gzip },
};

unsigned property_variants(const struct test_case *test, const char *scratch)
{
	const struct comparing all_of_them = { .limit = ULONG_MAX };
	struct fact_lines whole = facts_of(test, (struct way){ 0 });
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		char *folder = text_of("%s/%s/%s", scratch, variants[i].name, test->name);
		char *more = text_of("%s: only as %s", test->name, variants[i].name);
		char *less = text_of("%s: not as %s", test->name, variants[i].name);
		struct fact_lines other;

		tree_copy(test->work, folder, NULL, variants[i].change);
		other = facts_of(test, (struct way){ .folder = folder });
		wrong += facts_beyond(&other, &whole, all_of_them, more);
		wrong += facts_beyond(&whole, &other, all_of_them, less);
		lines_release(&other);
		free(folder);
		free(more);
		free(less);
	}
	lines_release(&whole);
	return wrong;
}

/* ---- Truncation ---------------------------------------------------------------------- */

/* The cut-off file of one input, and what the whole one states. */
struct cutting {
	const struct test_case *test;
	const char *input;
	char *folder, *path;
	struct bytes whole;
	struct fact_lines facts;
	bool is_document; /* no log: a fact may be of many lines, and grow with them */
};

/* Whether a document's reader takes the input; what lies in folders and archives is not asked. */
static bool is_document(const struct test_case *test, const char *input)
{
	const struct parser *parser = NULL;
	struct case_run alone;

	case_run(test, (struct way){ .input = input }, &alone);
	if (alone.report.input_count == 1 && alone.report.inputs[0].format)
		parser = parser_find(slice_from(alone.report.inputs[0].format));
	case_run_release(&alone);
	return parser && parser->shape != PARSER_LINES;
}

/* The last record of a log may be cut inside: what it states is not held against the whole. What
 * an option names is another file. */
static unsigned long last_line(const struct fact_lines *lines, const char *input)
{
	char *member = text_of("\"Input\":\"%s\"", input);
	unsigned long last = 0;

	for (size_t i = 0; i < lines->count; i++)
		if (strstr(lines->items[i], member) && line_number(lines->items[i]) > last)
			last = line_number(lines->items[i]);
	free(member);
	return last;
}

static unsigned check_prefix(const struct cutting *cutting, size_t len)
{
	struct way way = { .folder = cutting->folder, .input = cutting->input };
	char *what = text_of(
		"%s: the first %zu bytes of '%s' alone", cutting->test->name, len, cutting->input);
	struct comparing comparing = { ULONG_MAX, cutting->is_document };
	struct fact_lines some;
	unsigned beyond;

	file_write(cutting->path, cutting->whole.ptr, len);
	some = facts_of(cutting->test, way);
	if (!cutting->is_document)
		comparing.limit = last_line(&some, cutting->input);
	beyond = facts_beyond(&some, &cutting->facts, comparing, what);
	lines_release(&some);
	free(what);
	return beyond;
}

static unsigned check_cuts(const struct cutting *cutting, const struct cuts *cuts)
{
	size_t len = cutting->whole.len;
	size_t tail = len > cuts->tail ? len - cuts->tail : 0;
	unsigned wrong = 0;

	for (size_t i = 0; i < cuts->points && tail; i++)
		wrong += check_prefix(cutting, tail * i / cuts->points);
	for (size_t at = tail; at < len; at += cuts->stride)
		wrong += check_prefix(cutting, at);
	return wrong;
}

unsigned property_prefixes(
	const struct test_case *test, const char *scratch, const struct cuts *cuts)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < test->inputs.count; i++) {
		struct cutting cutting = { .test = test, .input = test->inputs.items[i] };
		char *source = text_of("%s/%s", test->work, cutting.input);

		if (!is_folder(source)) {
			cutting.folder = text_of("%s/cut/%s", scratch, test->name);
			cutting.path = text_of("%s/%s", cutting.folder, cutting.input);
			cutting.whole = file_read(source);
			tree_copy(test->work, cutting.folder, NULL, NULL);
			cutting.facts = facts_of(test, (struct way){ .input = cutting.input });
			cutting.is_document = is_document(test, cutting.input);
			wrong += check_cuts(&cutting, cuts);
			lines_release(&cutting.facts);
			free(cutting.whole.ptr);
			free(cutting.folder);
			free(cutting.path);
		}
		free(source);
	}
	return wrong;
}
