/* A folder of one test, files in it, and its end. Whatever fails here stops the program. */
#ifndef TESTS_LIB_SCRATCH_H
#define TESTS_LIB_SCRATCH_H

#include "base/slice.h"

char *scratch_make(void);          /* an absolute path; scratch_remove frees it too */
void scratch_remove(char *folder); /* with all that is in it */
/* "folder/name" of the last eight calls. */
const char *scratch_path(const char *folder, const char *name);
const char *scratch_write(const char *folder, const char *name, struct slice bytes);
/* The caller frees ret->ptr. */
struct slice scratch_read(const char *path);

#endif
