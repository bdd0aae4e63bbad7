/*
 * The command line of the commands that read inputs: one table of options, shared by
 * scan and facts. What is wrong is said on standard error here; the caller only has
 * to return EXIT_BAD_USAGE.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "core/run.h"
#include "emit/emitter.h"

enum command_bit { FOR_SCAN = 1 << 0, FOR_FACTS = 1 << 1 };

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct output_file {
	const struct emitter *emitter;
	const char *path;
};

#define MAX_OUTPUTS 32

struct settings {
	struct run_options run;       /* its inputs point into `inputs` */
	struct emit_options emit;     /* width 0 until --width or settings_fit_terminal */
	const struct emitter *format; /* of standard output */
	struct output_file outputs[MAX_OUTPUTS];
	size_t output_count;
	const char **inputs;
	enum color_mode color;
	bool strict, allow_unknown, quiet, no_progress;
	bool help; /* --help was given: nothing else was looked at */
};

/*
 * Reads argv[1] and on; texts are borrowed from argv. ST_USAGE after a message, ST_NOMEM.
 * On ST_OK the caller releases the settings.
 */
MUST_CHECK enum status settings_parse(
	enum command_bit command, int argc, char **argv, struct settings *ret_settings);
void settings_release(struct settings *settings);

/* Colour and width for what standard output is: a terminal or a pipe (80 columns). */
void settings_fit_terminal(struct settings *settings);

/* The options of a command, for its --help. */
void options_print(enum command_bit command, FILE *to);

#endif
