/* Signals that end the program: nothing that is temporary stays behind. */
#ifndef SIGNALS_H
#define SIGNALS_H

/*
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT remove the private folders and the unfinished outputs, then
 * end the program as they always do. A signal that the caller had ignored stays ignored
 * (nohup).
 */
void signals_catch(void);

#endif
