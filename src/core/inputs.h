/*
 * From the paths on the command line to what can be read: folders walked, image trees and
 * folders of manifests found in them, files that nobody knows left out, names to show.
 */
#ifndef CORE_INPUTS_H
#define CORE_INPUTS_H

#include <sys/types.h>

#include "core/world.h"

enum input_shape {
	INPUT_FILE,
	INPUT_TREE,      /* a folder that holds Windows/System32 */
	INPUT_MANIFESTS, /* a folder that holds manifests */
	INPUT_PART,      /* a later part of a split WIM whose first is an input too */
	INPUT_UPDATES,   /* the file of --updates */
	INPUT_IMAGES,    /* the file of --images */
	INPUT_NONE,      /* a file of a folder that nobody knows */
};

struct input {
	char *path;     /* as opened */
	char *shown;    /* as shown: shortest distinct end */
	bool was_named; /* on the command line, not found in a folder */
	enum input_shape shape;
	struct image *scope; /* the image in whose tree the file stands; NULL */
	uint32_t *indexes;   /* of "install.wim:3"; none: all */
	size_t index_count;
	dev_t device;  /* the file itself, whatever it is called */
	ino_t number;  /* 0: not known, or it has several names that are no links */
	bool is_place; /* the path is one of servicing's own */
	unsigned part; /* of a split WIM; 0: it is none */
	char guid[16]; /* of all parts of one */
};

struct inputs {
	struct input *items;
	size_t count, cap;
};

#define MAX_INPUTS       1000000
#define MAX_FOLDER_DEPTH 64

/* Finds them; makes report.inputs. What cannot be opened is a diagnostic, and so are files of
 * folders beyond MAX_INPUTS, and folders too deep. */
MUST_CHECK enum status inputs_find(struct world *world, struct inputs *inputs);
void inputs_release(struct inputs *inputs);

/* Whether it was given through an option: it holds no evidence. */
static inline bool input_is_map(const struct input *input)
{
	return input->shape == INPUT_UPDATES || input->shape == INPUT_IMAGES;
}

/* Gives each input the name that shows (input_names.c). */
void inputs_name(struct world *world, struct inputs *inputs);

/* Whether an index of the WIM that the input is was asked for, here and by --index. */
bool input_wants(const struct world *world, const struct input *input, uint32_t index);

#endif
