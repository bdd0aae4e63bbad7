/* dismal facts: what each place of the inputs says, one JSON object a line, as it is read. */
#include <unistd.h>

#include "cmd.h"

#include "options.h"
#include "outcome.h"
#include "output.h"
#include "progress.h"

static int print_help(void)
{
	struct output output;

	if (output_standard(&output) != ST_OK)
		return outcome_failed(ST_NOMEM);
	fputs("usage: dismal facts [OPTION...] INPUT...\n"
	      "\n"
	      "Prints every fact that was read, before anything is concluded from it: one JSON\n"
	      "object a line, with its input, line and byte offset.\n"
	      "\n",
		output.stream);
	options_print(FOR_FACTS, output.stream);
	fputs("\n"
	      "examples:\n"
	      "  dismal facts CBS.log\n"
	      "  dismal facts --unknown dism.log\n",
		output.stream);
	return output_close(&output) == ST_OK ? EXIT_DONE : EXIT_INTERNAL;
}

/* Facts go out while the bar is drawn: on one terminal they would mix. */
static bool bar_wanted(const struct settings *settings)
{
	return !settings->quiet && !settings->no_progress && !isatty(STDOUT_FILENO);
}

static int facts(struct settings *settings)
{
	struct progress progress;
	struct output output;
	struct report report;
	enum status status = output_standard(&output), written;
	int code;

	if (status != ST_OK)
		return outcome_failed(status);
	output.end_on_pipe = true; /* a log may be long: `dismal facts CBS.log | head` */
	progress_init(&progress, bar_wanted(settings));
	settings->run.facts = output.stream;
	settings->run.progress = progress_update;
	settings->run.progress_self = &progress;
	status = run(&settings->run, &report);
	progress_clear(&progress);
	written = output_close(&output);
	if (status != ST_OK)
		return outcome_failed(status);
	code = outcome_tell(&report, settings);
	report_release(&report);
	return written == ST_OK ? code : EXIT_INTERNAL;
}

int cmd_facts(int argc, char **argv)
{
	struct settings settings;
	enum status status = settings_parse(FOR_FACTS, argc, argv, &settings);
	int code;

	if (status == ST_NOMEM)
		return outcome_failed(status);
	if (status != ST_OK)
		return EXIT_BAD_USAGE;
	if (settings.help)
		return print_help();
	code = facts(&settings);
	settings_release(&settings);
	return code;
}
