/* What a file is: magics before bids, bids through encodings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "core/recognise.h"

#define LOG_LINE                                                                                   \
	"2025-06-03 04:05:06, Info                  DISM   DISM.EXE: <----- Starting Dism.exe "    \
	"session ----->\r\n"

static struct buf bytes;

static struct slice wide(const char *text)
{
	buf_put(&bytes, SLICE("\xFF\xFE"));
	for (; *text; text++) {
		buf_putc(&bytes, *text);
		buf_putc(&bytes, '\0');
	}
	return buf_slice(&bytes);
}

static void is_what(struct slice head, enum recognised_as as, const char *parser)
{
	struct recognised what = recognise(head, NULL);

	assert_int_equal(what.as, as);
	assert_string_equal(what.parser ? what.parser->name : "", parser);
	buf_reset(&bytes);
}

/* Contents that are not compressed stand in an image file as they are: here a log. */
static void an_image_file_with_a_log_in_it(void **state)
{
	(void)state;
	for (int wide_too = 0; wide_too < 2; wide_too++) {
		buf_put(&bytes, SLICE("MSWIM\0\0\0"));
		for (int i = 0; i < 200; i++)
			buf_putc(&bytes, '\0');
		for (int i = 0; i < 30; i++)
			buf_puts(&bytes, LOG_LINE);
		for (int i = 0; wide_too && i < 20000; i++)
			buf_put(&bytes, SLICE("x\0"));
		is_what(buf_slice(&bytes), AS_WIM, "wim-xml");
	}
}

static void the_xml_of_an_image_file(void **state)
{
	(void)state;
	is_what(SLICE("<WIM><TOTALBYTES>1</TOTALBYTES><IMAGE INDEX=\"1\">"), AS_WIM_XML, "wim-xml");
	is_what(SLICE("<?xml version=\"1.0\"?>\n<wim></wim>"), AS_WIM_XML, "wim-xml");
	is_what(wide("<WIM><IMAGE INDEX=\"1\"></IMAGE></WIM>"), AS_WIM_XML, "wim-xml");
	is_what(SLICE("<WIMBOOT><IMAGE/></WIMBOOT>"), AS_NOTHING, "");
}

static void logs_and_nothing(void **state)
{
	(void)state;
	is_what(SLICE(LOG_LINE LOG_LINE), AS_LOG, "dism-log");
	is_what(wide(LOG_LINE LOG_LINE), AS_LOG, "dism-log");
	is_what(SLICE("MSWIM"), AS_NOTHING, "");
	is_what(SLICE(""), AS_NOTHING, "");
}

static int set_up(void **state)
{
	(void)state;
	buf_init(&bytes, (size_t)1 << 20);
	return parsers_init() == ST_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	buf_release(&bytes);
	parsers_release();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_file_with_a_log_in_it),
		cmocka_unit_test(the_xml_of_an_image_file),
		cmocka_unit_test(logs_and_nothing),
	};

	return cmocka_run_group_tests_name("recognise", tests, set_up, tear_down);
}
