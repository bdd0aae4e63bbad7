/* Signals that end the program. */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

#include "output.h"
#include "source/scratch.h"

/* The default is in place again (SA_RESETHAND): it acts when this returns. */
static void clean_up(int number)
{
	scratch_remove_now();
	outputs_remove_now();
	raise(number);
}

/* People end the program with the first ones, our own faults with the others. */
static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE,
	SIGILL };

void signals_catch(void)
{
	struct sigaction action = { .sa_handler = clean_up, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&action.sa_mask, ending[i]);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction before;

		if (sigaction(ending[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
			sigaction(ending[i], &action, NULL);
	}
}
