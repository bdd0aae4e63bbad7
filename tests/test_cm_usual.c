/*
 * The shortcuts of ConfigMgr's logs against what they stand for: a frequent message is read as
 * the rules and the reader of words read it, and so is what looks like one; levels are found
 * wherever in a message their words stand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "parsers/cm_cursor.h"
#include "parsers/cm_recall.h"
#include "parsers/cm_usual.h"
#include "parsers/rule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_MESSAGE  256

static const char *const messages[] = {
	"Checking if update (1 of 37) with ID 16777300 needs to be applied on the image. 1 content "
	"binarie(s) are associated with the update.",
	"Checking if update (12 of 370) with ID 5 needs to be applied on the image. 27 content "
	"binarie(s) are associated with the update.",
	"Applicability State = APPLICABILITY_CHECK_NOT_SUPPORTED, Update Binary = D:\\Fab\\a "
	"b.cab.",
	"Applicability State = NOT_REQUIRED, Update Binary = D:\\Fab\\windows10.0-kb5970001.cab.",
	"Applicability State = INSTALLED, Update Binary = D:\\Fab\\windows10.0-kb5970001.cab",
	"Not applying this update binary, it is not required.",
	"Not applying this update binary, it is already installed.",
	"Applying update with ID 16777300 on image at index 3.",
	"Applied update with ID 16777300 on image at index 3.",
};

/* As rules and words tell it. */
static bool read_slowly(struct slice message, struct fact *fact)
{
	return rules_match(RULES_CM, SLICE_NONE, message, fact) || cm_recall_read(message, fact);
}

static void check_same(const char *message, const struct fact *a, const struct fact *b)
{
	if (a->kind != b->kind || a->flags != b->flags || a->ci != b->ci || a->index != b->index ||
		a->count != b->count || a->ordinal != b->ordinal || a->binaries != b->binaries ||
		a->code != b->code || a->schedule != b->schedule)
		fail_msg("%s: read as another fact", message);
	for (size_t i = 0; i < field_count; i++) {
		const struct slice *x = (const void *)((const char *)a + fields[i].offset);
		const struct slice *y = (const void *)((const char *)b + fields[i].offset);

		if (fields[i].type == FIELD_TEXT && !slice_equal(*x, *y))
			fail_msg("%s: %s is '%.*s', not '%.*s'", message, fields[i].name,
				SLICE_ARG(*x), SLICE_ARG(*y));
	}
}

/* Whether the shortcut reads it; then the long way reads the same. */
static bool check(struct slice message)
{
	const struct fact none = { .when = NO_TIME, .utc = NO_TIME, .begun = NO_TIME };
	struct fact quick = none, slow = none;

	if (!cm_usual_read(message, &quick)) {
		assert_memory_equal(&quick, &none, sizeof(none));
		return false;
	}
	assert_true(read_slowly(message, &slow));
	check_same(message.ptr, &quick, &slow);
	return true;
}

static void usual_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		if (!check(slice_from(messages[i])))
			fail_msg("%s: not read", messages[i]);
}

/* Every character taken out, doubled or replaced, and every end cut off. */
static void almost_usual_messages(void **state)
{
	static const char others[] = "aZ0x-*.,:= \r\n\\\"";
	char text[MAX_MESSAGE];

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		size_t len = strlen(messages[i]);

		for (size_t at = 0; at < len; at++) {
			for (const char *c = others; *c; c++) {
				memcpy(text, messages[i], len + 1);
				text[at] = *c;
				(void)check(slice_from(text));
			}
			memcpy(text, messages[i], len + 1);
			memmove(text + at, text + at + 1, len - at);
			(void)check(slice_from(text));
			memcpy(text, messages[i], at + 1);
			memcpy(text + at + 1, messages[i] + at, len - at + 1);
			(void)check(slice_from(text));
			memcpy(text, messages[i], at);
			text[at] = '\0';
			(void)check(slice_from(text));
		}
	}
}

static void numbers_too_long(void **state)
{
	(void)state;
	assert_true(check(SLICE("Applied update with ID 999999999 on image at index 1.")));
	assert_false(check(SLICE("Applied update with ID 9999999999 on image at index 1.")));
	assert_false(check(SLICE("Applied update with ID XXXXXX on image at index 1.")));
}

static void levels(void **state)
{
	static const struct {
		const char *word;
		enum log_level level;
	} words[] = {
		{ "error", LEVEL_ERROR },
		{ "eRRor", LEVEL_ERROR },
		{ "Failed", LEVEL_ERROR },
		{ "failover", LEVEL_INFO },
		{ "failure", LEVEL_ERROR },
		{ "warning", LEVEL_WARNING },
		{ "terrific", LEVEL_INFO },
		{ "err", LEVEL_INFO },
		{ "faint war", LEVEL_INFO },
	};
	char text[MAX_MESSAGE];

	(void)state;
	for (size_t w = 0; w < COUNT(words); w++) {
		size_t word_len = strlen(words[w].word);

		for (size_t len = word_len; len < 110; len++)
			for (size_t at = 0; at + word_len <= len; at++) {
				memset(text, '.', len);
				memcpy(text + at, words[w].word, word_len);
				assert_int_equal(
					cm_level_of((struct slice){ text, len }), words[w].level);
			}
	}
	assert_int_equal(cm_level_of(SLICE("a warning first, and then, some forty bytes away, an "
					   "error")),
		LEVEL_ERROR);
	assert_int_equal(cm_level_of(SLICE_NONE), LEVEL_INFO);
}

static int set_up(void **state)
{
	(void)state;
	return parsers_init() == ST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	parsers_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_messages),
		cmocka_unit_test(almost_usual_messages),
		cmocka_unit_test(numbers_too_long),
		cmocka_unit_test(levels),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
