/* libwim as a whole: its start, what it says, its error codes. */
#include "base/text.h"

#ifdef WITH_WIM

#include <errno.h>
#include <libxml/xmlerror.h>
#include <pthread.h>
#include <stdio.h>

#include "source/wim_inner.h"

#define SAID_BYTES 512

/* ---- What it says --------------------------------------------------------------------- */

/* Some of what it finds it only prints. */
static _Thread_local struct said {
	char error[SAID_BYTES], left_out[SAID_BYTES];
	size_t error_len, left_out_len;
} said;

static void keep(char *text, size_t *len, struct slice line)
{
	if (*len || !line.len)
		return;
	*len = line.len < SAID_BYTES ? line.len : SAID_BYTES;
	memcpy(text, line.ptr, *len);
}

/* A line is "[ERROR] words" or "[WARNING] words", with a CR before it. */
static void hear_line(struct slice line)
{
	static const struct slice error = { "[ERROR] ", 8 }, warning = { "[WARNING] ", 10 };

	line = slice_trim(line);
	if (slice_starts(line, error)) {
		keep(said.error, &said.error_len, slice_skip(line, error.len));
		return;
	}
	line = slice_skip(line, slice_starts(line, warning) ? warning.len : 0);
	/* "Ignoring duplicate file", "Ignoring file named", "Ignoring children of" ... */
	if (slice_starts(line, SLICE("Ignoring ")) && slice_find_char(line, '"') != SLICE_MISSING)
		keep(said.left_out, &said.left_out_len, line);
}

static ssize_t hear(void *self, const char *bytes, size_t size)
{
	struct slice rest = { bytes, size };

	(void)self;
	while (rest.len)
		hear_line(slice_cut(&rest, '\n'));
	return (ssize_t)size;
}

void library_listen(void)
{
	said.error_len = said.left_out_len = 0;
}

struct slice library_error(void)
{
	return (struct slice){ said.error, said.error_len };
}

struct slice library_left_out(void)
{
	return (struct slice){ said.left_out, said.left_out_len };
}

/* ---- Its start ------------------------------------------------------------------------ */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_begun;

/* The library is never ended: that it may be used again costs nothing. */
static void begin(void)
{
	cookie_io_functions_t functions = { .write = hear };
	FILE *ear = fopencookie(NULL, "w", functions);

	has_begun = ear && wimlib_global_init(WIMLIB_INIT_FLAG_DEFAULT_CASE_INSENSITIVE) == 0 &&
		wimlib_set_error_file(ear) == 0;
}

bool library_begin(void)
{
	pthread_once(&once, begin);
	return has_begun;
}

#if LIBXML_VERSION >= 21200
static void ignore_error(void *self, const xmlError *error)
#else
static void ignore_error(void *self, xmlErrorPtr error)
#endif
{
	(void)self;
	(void)error;
}

/* libwim lets libxml2 print what it thinks of a broken XML. */
int library_open(const char *path, WIMStruct **ret_wim)
{
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *context = xmlStructuredErrorContext;
	int code;

	xmlSetStructuredErrorFunc(NULL, ignore_error);
	code = wimlib_open_wim(path, 0, ret_wim);
	xmlSetStructuredErrorFunc(context, before);
	return code;
}

/* ---- Its error codes ------------------------------------------------------------------ */

static const struct {
	int code;
	enum wim_trouble trouble;
	enum status status;
} codes[] = {
	{ WIMLIB_ERR_NOMEM, WIM_TROUBLE_MEMORY, ST_NOMEM },
	{ WIMLIB_ERR_OPEN, WIM_TROUBLE_IO, ST_IO },
	{ WIMLIB_ERR_READ, WIM_TROUBLE_IO, ST_IO },
	{ WIMLIB_ERR_STAT, WIM_TROUBLE_IO, ST_IO },
	{ WIMLIB_ERR_NOT_A_WIM_FILE, WIM_TROUBLE_NOT_A_WIM, ST_FORMAT },
	{ WIMLIB_ERR_WIM_IS_ENCRYPTED, WIM_TROUBLE_ENCRYPTED, ST_FORMAT },
	{ WIMLIB_ERR_UNKNOWN_VERSION, WIM_TROUBLE_UNSUPPORTED, ST_FORMAT },
	{ WIMLIB_ERR_INVALID_COMPRESSION_TYPE, WIM_TROUBLE_UNSUPPORTED, ST_FORMAT },
	{ WIMLIB_ERR_INVALID_CHUNK_SIZE, WIM_TROUBLE_UNSUPPORTED, ST_FORMAT },
	{ WIMLIB_ERR_UNSUPPORTED, WIM_TROUBLE_UNSUPPORTED, ST_FORMAT },
};

enum status library_problem(int code, struct wim_problem *ret_problem)
{
	struct slice words = library_error();

	if (!words.len)
		words = slice_from(wimlib_get_error_string((enum wimlib_error_code)code));
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code != code)
			continue;
		problem_set(ret_problem, codes[i].trouble, words);
		return codes[i].status;
	}
	problem_set(ret_problem, WIM_TROUBLE_DAMAGED, words);
	return ST_FORMAT;
}

void problem_set(struct wim_problem *problem, enum wim_trouble trouble, struct slice words)
{
	struct buf clean;
	size_t len;
	int cause = errno;

	buf_init(&clean, SAID_BYTES * 3); /* a byte becomes three at most */
	text_put_clean(&clean, slice_from_to(words, 0, SAID_BYTES), true);
	len = clean.len < WIM_WORDS ? clean.len : WIM_WORDS - 1;
	while (len && len < clean.len && ((unsigned char)clean.ptr[len] & 0xC0) == 0x80)
		len--; /* never half a character */
	*problem = (struct wim_problem){ .trouble = trouble };
	if (len)
		memcpy(problem->words, clean.ptr, len);
	for (char *at = problem->words; (at = strchr(at, '\n'));)
		*at = ' ';
	buf_release(&clean);
	errno = cause;
}

#endif
