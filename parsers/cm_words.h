/*
 * The words of a message, for messages whose exact text is not known. A run of letters, digits
 * and underscores is a word, and so is what a person put in the place of one: "***", "<Index>".
 * What words mean is the table cm_words.def; numbers and redacted words have meanings too. Only
 * the first MAX_SAID bytes and MAX_WORDS words are taken.
 */
#ifndef PARSERS_CM_WORDS_H
#define PARSERS_CM_WORDS_H

#include <assert.h>

#include "base/slice.h"

#define MAX_SAID  4096
#define MAX_WORDS 128

enum cm_meaning {
	CM_OTHER,
	CM_NUMBER,   /* "16777300", "-2146498512", "0x8007007b" */
	CM_REDACTED, /* "XXXXXX", "***00061", "<Image Index>" */
	CM_FAILS,    /* of no word: what all of them say, set by who reads them */
	/* Of words */
	CM_APPLICABILITY,
	CM_APPLIED,
	CM_APPLY,
	CM_APPLYING,
	CM_ARCHITECTURE,
	CM_AUXILIARY, /* was, has, been */
	CM_AVAILABLE,
	CM_BACKUP,
	CM_BINARY,
	CM_CHANGES,
	CM_CHECKING,
	CM_CLEANUP,
	CM_CODE,
	CM_COMMIT,
	CM_COMPLETED,
	CM_CONTENT,
	CM_COPY,
	CM_COULD, /* of could not */
	CM_DISCARD,
	CM_DISTRIBUTION,
	CM_DOUBT, /* what is said is not what happened: will, partially, rolled */
	CM_ERROR,
	CM_EXPORT,
	CM_FAIL,
	CM_FILLER, /* the, this */
	CM_FOR,
	CM_FOUND,
	CM_FREE,
	CM_HISTORY,
	CM_ID,
	CM_IF,
	CM_IMAGE,
	CM_INDEX,
	CM_INFORMATION,
	CM_INITIALIZATION,
	CM_INTO, /* on, in, at */
	CM_LACK,
	CM_LEAD, /* now */
	CM_MATCH,
	CM_MISMATCH,
	CM_MISSING,
	CM_MOUNT,
	CM_MOUNTED,
	CM_MOUNTING,
	CM_NOT,
	CM_OF,
	CM_OS,
	CM_PACKAGE,
	CM_PROCESS,
	CM_SCHEDULE,
	CM_SPACE,
	CM_STARTED,
	CM_STATE,
	CM_STATUS,
	CM_SUCCESS,
	CM_THREAD,
	CM_TO,
	CM_UNABLE,
	CM_UNMOUNT,
	CM_UNMOUNTED,
	CM_UNMOUNTING,
	CM_UPDATE,
	CM_UPDATED,
	CM_UPDATE_ID,
	CM_VERSION,
	CM_WITH,
	CM_COUNT_
};

/* A set of meanings */
struct cm_set {
	uint64_t bits[2];
};

static_assert(CM_COUNT_ <= 128, "a set has two words of bits");

static inline void cm_set_add(struct cm_set *set, enum cm_meaning meaning)
{
	set->bits[(unsigned)meaning / 64] |= UINT64_C(1) << (unsigned)meaning % 64;
}

static inline bool cm_set_has(const struct cm_set *set, enum cm_meaning meaning)
{
	return set->bits[(unsigned)meaning / 64] >> (unsigned)meaning % 64 & 1;
}

struct cm_word {
	enum cm_meaning meaning;
	struct slice text;
	bool is_start;  /* of the message, or behind a mark that ends what was said: ". ", "] " */
	bool is_joined; /* nothing but blanks, "=", ":", quotes or brackets before it */
};

struct cm_words {
	struct slice text; /* as much of the message as was looked at */
	bool is_whole;     /* all of it */
	struct cm_set has;
	size_t count;
	struct cm_word words[MAX_WORDS];
};

/* Before anything else of this file, once. */
void cm_words_init(void);

void cm_words_split(struct slice message, struct cm_words *ret_words);

/* The message without the word that it ends with, unless that is a known one and no part of a
 * longer: of a message that may have been cut in it. */
struct slice cm_without_last(struct slice message);

#endif
