/* The program: finds the command and runs it. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "message.h"
#include "outcome.h"
#include "output.h"
#include "signals.h"
#include "version.h"

static const struct command commands[] = {
	{ "scan", "INPUT...", "status rows of every image found: the main job", cmd_scan },
	{ "facts", "INPUT...", "what each place of the inputs says, one JSON object a line",
		cmd_facts },
	{ "explain", "CODE...", "what a result code means", cmd_explain },
	{ "formats", "", "what can be read and written, and what this build lacks", cmd_formats },
	{ "timeline", "INPUT...", "every servicing event in time order", NULL },
	{ "check", "INPUT...", "hold images against a policy", NULL },
	{ "diff", "OLD NEW", "what changed between two images or runs", NULL },
	{ "verify", "REPORT INPUT...", "does the evidence still say what the report says", NULL },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void put_help(FILE *to)
{
	const char *before = "\nplanned for later versions: ";

	fputs("usage: dismal COMMAND [OPTION...] [INPUT...]\n"
	      "\n"
	      "Tells which updates each Windows image holds, and if not, why.\n"
	      "\n",
		to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].run)
			fprintf(to, "  %-8s %-16s %s\n", commands[i].name, commands[i].arguments,
				commands[i].what);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].run)
			continue;
		fprintf(to, "%s%s", before, commands[i].name);
		before = ", ";
	}
	fputs("\n"
	      "\n"
	      "examples:\n"
	      "  dismal scan install.wim dism.log CBS.log\n"
	      "  dismal scan --format json -o rows.csv logs/\n"
	      "  dismal explain 0x800f081e\n"
	      "\n"
	      "'dismal COMMAND --help' tells the options, 'dismal --version' the version.\n",
		to);
}

static int print_help(void)
{
	struct output output;

	if (output_standard(&output) != ST_OK)
		return outcome_failed(ST_NOMEM);
	put_help(output.stream);
	return output_close(&output) == ST_OK ? EXIT_DONE : EXIT_INTERNAL;
}

static int print_version(void)
{
	struct output output;

	if (output_standard(&output) != ST_OK)
		return outcome_failed(ST_NOMEM);
	fputs("dismal " DISMAL_VERSION "\n", output.stream);
	return output_close(&output) == ST_OK ? EXIT_DONE : EXIT_INTERNAL;
}

static int unknown_command(const char *word)
{
	struct nearest nearest;

	nearest_init(&nearest, word);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		nearest_offer(&nearest, commands[i].name);
	if (nearest.best)
		complain("unknown command '%s', did you mean '%s'?", word, nearest.best);
	else if (access(word, F_OK) == 0)
		complain("unknown command '%s'; to read it: 'dismal scan %s'", word, word);
	else
		complain("unknown %s '%s'; 'dismal --help' lists the commands",
			word[0] == '-' ? "option" : "command", word);
	return EXIT_BAD_USAGE;
}

/*
 * A descriptor 0 to 2 that the caller closed would be taken by the first file opened,
 * and what is printed would go there. Read-only: printing to it fails and is told.
 */
static void guard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDONLY) != fd)
			return;
}

static int run_command(int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);

	if (!command)
		return unknown_command(argv[0]);
	if (!command->run) {
		complain("'dismal %s' is not in this version; 'dismal --help' lists what is",
			command->name);
		return EXIT_BAD_USAGE;
	}
	return command->run(argc, argv);
}

/* "help scan" is "scan --help" */
static int help_for(char *name)
{
	char option[] = "--help";
	char *argv[] = { name, option, NULL };

	return run_command(2, argv);
}

int main(int argc, char **argv)
{
	guard_descriptors();
	/* A pipe that nobody reads, a file grown too large: errors of write(2), told there. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signals_catch();
	if (argc < 2) {
		put_help(stderr); /* standard output is data */
		return EXIT_BAD_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0)
		return print_version();
	if (strcmp(argv[1], "help") == 0)
		return argc > 2 ? help_for(argv[2]) : print_help();
	return run_command(argc - 1, argv + 1);
}
