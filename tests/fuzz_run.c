/*
 * Fuzz target: any bytes as an input of a run, whose report goes through every emitter.
 * The first byte picks the way: parser, threads, options.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "core/run.h"
#include "emit/emitter.h"
#include "parsers/parser.h"

static struct run_options options;

/* Bits of the first byte; what is left over picks nothing. */
enum way { WAY_FORMAT = 3, WAY_THREADS = 4, WAY_ALL = 8, WAY_FACTS = 16, WAY_UNKNOWN = 32 };

static void set_way(uint8_t way)
{
	const struct parser *const *all = parser_all();

	options.as_format = NULL;
	for (unsigned i = 0; all[i]; i++)
		if (i + 1 == (way & WAY_FORMAT))
			options.as_format = all[i]->name;
	options.jobs = way & WAY_THREADS ? 3 : 1;
	options.all_packages = way & WAY_ALL;
	options.unknown_shapes = way & WAY_FACTS && way & WAY_UNKNOWN;
}

/* Braces and brackets of JSON, outside of strings, come in pairs. */
static void check_json(const char *text, size_t len)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		MUST(c >= 0x20 || c == '\n');
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			MUST(depth-- > 0);
	}
	MUST(depth == 0 && !quoted);
}

static void emit(const struct emitter *emitter, const struct report *report, enum row_class rows)
{
	struct emit_options how = {
		.rows = rows,
		.wide = rows & 1,
		.width = 80,
		.version = "fuzz",
	};
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	MUST(to && emitter->emit(report, &how, to) == ST_OK);
	MUST(fclose(to) == 0);
	if (slice_equal(slice_from(emitter->extension), SLICE("json")) ||
		slice_equal(slice_from(emitter->extension), SLICE("ndjson")) ||
		slice_equal(slice_from(emitter->extension), SLICE("odata")))
		check_json(text, len);
	free(text);
}

static void check_rows(const struct report *report)
{
	for (int k = 0; k < ROW_CLASS_COUNT_; k++)
		for (size_t i = 1; i < report->row_count[k]; i++)
			MUST(row_compare(&report->rows[k][i - 1], &report->rows[k][i]) < 0);
}

static void run_file(const char *path)
{
	const char *inputs[] = { path };
	struct report report;

	options.inputs = inputs;
	options.input_count = 1;
	if (run(&options, &report) != ST_OK)
		return;
	check_rows(&report);
	for (const struct emitter *const *all = emitter_all(); *all; all++)
		for (int k = 0; k < ROW_CLASS_COUNT_; k++)
			emit(*all, &report, (enum row_class)k);
	report_release(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	char path[64], *text = NULL;
	size_t len = 0;

	if (size == 0 || fd == -1) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	set_way(bytes[0]);
	MUST(write(fd, bytes + 1, size - 1) == (ssize_t)size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.facts = bytes[0] & WAY_FACTS ? open_memstream(&text, &len) : NULL;
	run_file(path);
	if (options.facts)
		fclose(options.facts);
	free(text);
	close(fd);
	return 0;
}
