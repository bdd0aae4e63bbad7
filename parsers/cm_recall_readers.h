/*
 * The readers of cm_recall.def: each takes ids and numbers from where they stand in a message
 * that its row fits, into a fact that has its kind and verb. False when something that it needs is
 * not there; the fact may be changed then.
 */
#ifndef PARSERS_CM_RECALL_READERS_H
#define PARSERS_CM_RECALL_READERS_H

#include "model/fact.h"
#include "parsers/cm_said.h"

typedef bool recall_reader(const struct cm_words *said, struct fact *fact);

recall_reader recall_skipped;
recall_reader recall_token;
recall_reader recall_update;
recall_reader recall_failed;
recall_reader recall_applied;
recall_reader recall_applying;
recall_reader recall_error;
recall_reader recall_image_end;
recall_reader recall_image;
recall_reader recall_mount;
recall_reader recall_version;
recall_reader recall_unmount;
recall_reader recall_discard;
recall_reader recall_processing;
recall_reader recall_schedule;
recall_reader recall_run_end;
recall_reader recall_counted;
recall_reader recall_note;

#endif
