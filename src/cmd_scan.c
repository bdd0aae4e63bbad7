/* dismal scan: the rows of every image found, on standard output and into files. */
#include "cmd.h"

#include "message.h"
#include "options.h"
#include "outcome.h"
#include "output.h"
#include "progress.h"

static int print_help(void)
{
	struct output output;

	if (output_standard(&output) != ST_OK)
		return outcome_failed(ST_NOMEM);
	fputs("usage: dismal scan [OPTION...] INPUT...\n"
	      "\n"
	      "Tells which updates each Windows image holds and how their servicing ended. An "
	      "INPUT\n"
	      "is a WIM, ESD or SWM (install.wim:3 for one index), a tree of Windows, a registry\n"
	      "hive, a log of DISM or CBS, a package, a saved list, an archive or a folder of "
	      "these,\n"
	      "or '-' for standard input. 'dismal formats' lists the formats.\n"
	      "\n",
		output.stream);
	options_print(FOR_SCAN, output.stream);
	fputs("\n"
	      "examples:\n"
	      "  dismal scan install.wim\n"
	      "  dismal scan dism.log CBS.log\n"
	      "  dismal scan --rows history --format csv logs/\n"
	      "  dismal scan --timezone Europe/Paris -o report.json dism.log\n",
		output.stream);
	return output_close(&output) == ST_OK ? EXIT_DONE : EXIT_INTERNAL;
}

/* ST_IO comes from the stream: output_close says it, with its cause. */
static enum status emit_to(const struct emitter *emitter, const struct report *report,
	const struct emit_options *options, struct output *output)
{
	enum status status = emitter->emit(report, options, output->stream);
	enum status closed = output_close(output);

	if (status != ST_OK && status != ST_IO)
		complain("cannot write '%s': out of memory", output->name);
	return status == ST_OK ? closed : status;
}

static enum status write_file(const struct report *report, const struct settings *settings,
	const struct output_file *file)
{
	struct emit_options options = settings->emit;
	struct output output;
	enum status status = output_file(file->path, &output);

	options.color = false;
	return status == ST_OK ? emit_to(file->emitter, report, &options, &output) : status;
}

/* Nothing was read: an empty page would say nothing that the messages do not say. */
static bool page_is_empty(const struct report *report, const struct settings *settings)
{
	return !report->was_read && settings->format == emitter_find(SLICE("table"));
}

static enum status write_standard(const struct report *report, const struct settings *settings)
{
	struct output output;
	enum status status;

	if (page_is_empty(report, settings))
		return ST_OK;
	status = output_standard(&output);
	return status == ST_OK ? emit_to(settings->format, report, &settings->emit, &output)
			       : status;
}

/* Files first: they are whole even when nobody reads standard output to its end. */
static enum status write_all(const struct report *report, const struct settings *settings)
{
	enum status first = ST_OK, status;

	for (size_t i = 0; i < settings->output_count; i++) {
		status = write_file(report, settings, &settings->outputs[i]);
		first = first == ST_OK ? status : first;
	}
	status = write_standard(report, settings);
	return first == ST_OK ? status : first;
}

static int scan(struct settings *settings)
{
	struct progress progress;
	struct report report;
	int code;
	enum status status;

	progress_init(&progress, !settings->quiet && !settings->no_progress);
	settings->run.progress = progress_update;
	settings->run.progress_self = &progress;
	status = run(&settings->run, &report);
	progress_clear(&progress);
	if (status != ST_OK)
		return outcome_failed(status);
	status = write_all(&report, settings);
	code = outcome_tell(&report, settings);
	report_release(&report);
	return status == ST_OK ? code : EXIT_INTERNAL;
}

int cmd_scan(int argc, char **argv)
{
	struct settings settings;
	enum status status = settings_parse(FOR_SCAN, argc, argv, &settings);
	int code = EXIT_BAD_USAGE;

	if (status == ST_NOMEM)
		return outcome_failed(status);
	if (status != ST_OK)
		return EXIT_BAD_USAGE;
	if (settings.help)
		return print_help();
	settings_fit_terminal(&settings);
	if (outputs_check(&settings) == ST_OK)
		code = scan(&settings);
	settings_release(&settings);
	return code;
}
