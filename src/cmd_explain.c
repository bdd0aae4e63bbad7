/*
 * dismal explain CODE...: what a result code is called, what it means, and what the rows
 * make of it; what the code of a reason or of a diagnostic says. Other things to explain (a
 * KB, a row) need inputs; this version has none.
 */
#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "model/code.h"
#include "model/diagnostic.h"
#include "model/identity.h"
#include "model/kb.h"
#include "model/row.h"

#define WIN32_FRAME 0x80070000u
#define WIN32_MASK  0xFFFF0000u
#define WIN32_MAX   0xFFFFu

/* A code as given, and the code under which the table knows it. */
struct question {
	uint32_t given, framed;
	bool is_bare; /* a Win32 number without the frame of an HRESULT */
};

/* What the rows do with a code beyond counting it a success or a failure. */
static const struct {
	uint32_t code;
	const char *words;
} row_notes[] = {
	{ 0x800F081Eu, "UpdateStatus 1; the code stands only where the call was seen to fail" },
	{ 0x800F0823u, "UpdateStatus 3 with this code, reason 'stack-too-old'" },
	{ 0xC1420117u, "after a commit without another error, reason 'commit-unknown'" },
	{ 0x80070BC2u, "an add that ends with it is Installed" },
};

static void print_help(void)
{
	puts("usage: dismal explain [--] CODE...\n"
	     "\n"
	     "Says what result codes mean, in any spelling that tools print:\n"
	     "  0x800f081e   800F081E   -2146498530   2148468766   161\n"
	     "and the codes of this program for reasons and diagnostics:\n"
	     "  parent-absent   hive-not-closed\n"
	     "\n"
	     "Eight characters are hexadecimal when one is a letter or the first is an 8;\n"
	     "a minus with digits is a code, never an option.\n"
	     "\n"
	     "  -h, --help   this help\n"
	     "\n"
	     "exit codes: 0 every code is known, 2 wrong usage, 3 a code is not in the table");
}

static struct question ask(uint32_t code)
{
	struct question q = { .given = code, .framed = code };

	q.is_bare = code != 0 && code <= WIN32_MAX;
	if (q.is_bare)
		q.framed = WIN32_FRAME | code;
	return q;
}

static bool is_named(const struct code_entry *entry)
{
	return entry->name[0] != '\0';
}

/* Versions of cbscore.dll may have two names for one number. */
static void print_names(const struct code_entry *entry, size_t count)
{
	const char *before = "  named           ";

	for (size_t i = 0; i < count; i++) {
		if (!is_named(&entry[i]))
			continue;
		printf("%s%s", before, entry[i].name);
		before = " or, by other versions, ";
	}
	if (!is_named(&entry[0]))
		printf("  named           no name is known");
	putchar('\n');
}

/* false when the table does not hold the code. */
static bool print_entries(uint32_t code)
{
	size_t count;
	const struct code_entry *entry = code_lookup(code, &count);

	if (!entry)
		return false;
	print_names(entry, count);
	for (size_t i = 0; i < count; i++)
		printf("  %-16s%s\n", i == 0 ? "meaning" : "or", entry[i].meaning);
	return true;
}

static void print_numbers(const struct question *q)
{
	printf("0x%08" PRIx32 "\n", q->given);
	printf("  signed          %" PRId32 "\n", (int32_t)q->given);
	printf("  unsigned        %" PRIu32 "\n", q->given);
	if (q->is_bare)
		printf("  as HRESULT      0x%08" PRIx32 "\n", q->framed);
	if ((q->framed & WIN32_MASK) == WIN32_FRAME)
		printf("  Win32           %" PRIu32 "\n", q->framed & WIN32_MAX);
	printf("  facility        %s\n", code_facility(q->given));
}

static bool print_meaning(const struct question *q)
{
	size_t count;
	const struct code_entry *own = q->is_bare ? code_lookup(q->given, &count) : NULL;
	bool known = print_entries(q->framed);

	if (own)
		printf("  as HRESULT also %s: %s\n", own->name, own->meaning);
	if (!known && !own)
		puts("  named           not in the table of this program");
	return known || own;
}

static const char *outcome_words(uint32_t code)
{
	if (code_is_generic(code))
		return "a failure, generic: stands only where no other code is stated";
	return code_is_failure(code) ? "a failure" : "a success";
}

static void print_row_use(const struct question *q)
{
	printf("  in rows         %s\n", outcome_words(q->framed));
	for (size_t i = 0; i < sizeof(row_notes) / sizeof(row_notes[0]); i++)
		if (row_notes[i].code == q->framed)
			printf("                  %s\n", row_notes[i].words);
	printf("  Win32ErrorCode  %" PRId32 "\n",
		code_is_failure(q->framed) ? code_win32(q->framed) : 0);
}

static void print_reason(enum reason reason)
{
	printf("%s\n  reason          %s\n  given when      %s\n", reason_code(reason),
		reason_sentence(reason), reason_arises(reason));
}

static void print_diagnostic(enum diagnostic_code code)
{
	bool is_loss = diagnostic_severity(code) == SEVERITY_LOSS;

	printf("%s\n  diagnostic      %s\n  exit code       %s\n", diagnostic_name(code),
		diagnostic_sentence(code),
		is_loss ? "3, or 0 with --allow-unknown" : "0, or 3 with --strict");
}

static void explain_own(struct slice word)
{
	enum reason reason = reason_find(word);
	enum diagnostic_code code = diagnostic_find(word);

	if (reason != REASON_NONE)
		print_reason(reason);
	if (code != DIAG_COUNT_)
		print_diagnostic(code);
}

static bool is_own(struct slice word)
{
	return reason_find(word) != REASON_NONE || diagnostic_find(word) != DIAG_COUNT_;
}

static bool explain(uint32_t code)
{
	struct question q = ask(code);
	bool known;

	print_numbers(&q);
	known = print_meaning(&q);
	print_row_use(&q);
	return known;
}

/* KB5058411, or a row as the table prints it: install.wim:6/KB5058411 */
static bool names_row(struct slice word)
{
	return kb_find(word) || slice_find_char(word, '/') != SLICE_MISSING;
}

static int refuse(const char *word, bool is_first)
{
	if (!is_first)
		complain("explain: '%s' is no code but an input; reading inputs for proof needs a "
			 "later version, give codes alone",
			word);
	else if (names_row(slice_from(word)))
		complain("explain: '%s' needs inputs to be explained and a later version; this one "
			 "explains codes (0x800f081e) alone",
			word);
	else
		complain("explain: '%s' is no code; give it as 0x800f081e, 800F081E, -2146498530 "
			 "or 161, or a reason's or diagnostic's as it is printed",
			word);
	return EXIT_BAD_USAGE;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && !is_digit(word[1]);
}

/* All words are looked at before any is answered: a bad one leaves stdout empty. */
static int check_words(int count, char **words)
{
	uint32_t code;

	for (int i = 0; i < count; i++)
		if (!code_parse(slice_from(words[i]), &code) && !is_own(slice_from(words[i])))
			return refuse(words[i], i == 0);
	return EXIT_DONE;
}

static int explain_words(int count, char **words)
{
	int unknown = 0;

	for (int i = 0; i < count; i++) {
		uint32_t code;

		if (i > 0)
			putchar('\n');
		if (code_parse(slice_from(words[i]), &code))
			unknown += !explain(code);
		else
			explain_own(slice_from(words[i])); /* nothing else was let through */
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain("explain: cannot write to standard output");
		return EXIT_INTERNAL;
	}
	if (unknown)
		complain("explain: %d of %d codes not in the table", unknown, count);
	return unknown ? EXIT_INCOMPLETE : EXIT_DONE;
}

/* Moves the words that are no options to the front of `words`; -1 for an unknown option. */
static int take_words(int argc, char **argv, char **words, bool *ret_help)
{
	bool options_end = false;
	int count = 0;

	for (int i = 1; i < argc; i++) {
		if (options_end || !is_option(argv[i])) {
			words[count++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			options_end = true;
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			*ret_help = true;
		} else {
			complain(
				"unknown option '%s'; 'dismal explain --help' lists them", argv[i]);
			return -1;
		}
	}
	return count;
}

int cmd_explain(int argc, char **argv)
{
	char **words = argv + 1;
	bool help = false;
	int count = take_words(argc, argv, words, &help);

	if (help) {
		print_help();
		return EXIT_DONE;
	}
	if (count < 0)
		return EXIT_BAD_USAGE;
	if (count == 0) {
		complain("explain: no code given; try 'dismal explain 0x800f081e'");
		return EXIT_BAD_USAGE;
	}
	if (check_words(count, words) != EXIT_DONE)
		return EXIT_BAD_USAGE;
	return explain_words(count, words);
}
