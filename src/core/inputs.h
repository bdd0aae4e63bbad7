/*
 * From the paths on the command line to what can be read: folders walked, formats found,
 * logs of one machine put together, names to show.
 */
#ifndef CORE_INPUTS_H
#define CORE_INPUTS_H

#include "base/text.h"
#include "core/feed.h"
#include "core/world.h"

enum input_shape { INPUT_LOG, INPUT_WIM, INPUT_NONE };

struct input {
	char *path;     /* as opened */
	char *shown;    /* as shown: shortest distinct end */
	bool was_named; /* on the command line, not found in a folder */
	enum input_shape shape;
	const struct parser *parser;
	struct machine *machine;
};

struct inputs {
	struct input *items;
	size_t count, cap;
};

#define MAX_INPUTS       100000
#define MAX_FOLDER_DEPTH 64

/* Finds and recognises; makes report.inputs and the machines. Damaged and unknown inputs
 * are diagnostics. */
MUST_CHECK enum status inputs_find(struct world *world, struct inputs *inputs);
void inputs_release(struct inputs *inputs);

#endif
