/*
 * How much may come out of containers in containers. Each container alone is held within bounds by
 * its reader; a small one that holds a thousand small ones, which hold a thousand each, is within
 * all of them and has no end. So what is nested in one input is counted together: containers, and
 * bytes taken out, beside the bytes of the containers that stand on the disk.
 */
#ifndef CORE_BUDGET_H
#define CORE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/* Always allowed; and beyond that, one nested container for so many stored bytes, and so many
 * bytes taken out for one stored. */
#define NESTED_FREE     500u
#define NESTED_DISTANCE 1024u
#define TAKEN_FREE      (UINT64_C(4) << 30)
#define TAKEN_RATIO     400u

struct budget {
	uint64_t stored; /* bytes of containers on the disk */
	uint64_t taken;  /* bytes taken out of any */
	uint64_t nested; /* containers that came out of another */
};

/* A container on the disk adds to what is allowed. */
void budget_add(struct budget *budget, uint64_t stored);
/* Whether one more container that came out of another may be opened. */
bool budget_enter(struct budget *budget);

#endif
