/*
 * The commands of the program and what it exits with. Each command is a file cmd_*.c
 * with one function: argv[0] is the command's own name, what it returns is the exit
 * code. Only this layer (main.c, cmd_*.c and the files they share) prints and exits.
 */
#ifndef CMD_H
#define CMD_H

/* A contract with scripts; docs/commands.md explains, tests/cli.sh holds it. */
enum exit_code {
	EXIT_DONE = 0,       /* done; policy met; no difference */
	EXIT_VIOLATED = 1,   /* policy violated; images differ */
	EXIT_BAD_USAGE = 2,  /* the command line is wrong */
	EXIT_INCOMPLETE = 3, /* done, but something lost could change an answer */
	EXIT_UNREADABLE = 4, /* nothing could be read */
	EXIT_INTERNAL = 5,   /* out of memory, a limit, an output that cannot be written */
};

struct command {
	const char *name;
	const char *arguments;
	const char *what;                  /* one line for the short help */
	int (*run)(int argc, char **argv); /* NULL: planned, not in this version */
};

int cmd_scan(int argc, char **argv);
int cmd_facts(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_formats(int argc, char **argv);

#endif
