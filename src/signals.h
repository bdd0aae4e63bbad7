/* Signals that end the program: nothing that is temporary stays behind. */
#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * Signals from people (SIGINT, SIGTERM, SIGHUP, SIGQUIT) and from faults (SIGABRT, SIGSEGV
 * and the like) remove the private folders and the unfinished outputs, then end the program
 * as they always do. What the caller ignores (nohup) or handles stays as it is.
 */
void signals_catch(void);

#endif
