/*
 * What makes an update installed or a run successful is read strictly: every word of it must be
 * known and harmless, every number must be one that belongs there. One word more ("is corrupt",
 * "in preview mode", ": 0x80070002"), and it is no success.
 */
#ifndef PARSERS_CM_STRICT_H
#define PARSERS_CM_STRICT_H

#include "parsers/cm_said.h"

/*
 * Whether the message has nothing but small words, nouns of servicing and words of success, those
 * in `verbs`, and as numbers the id of `noun`, an index, a position ("update (1 of 37)"), a package
 * id, a code of zero, or a list mark at its head.
 */
bool cm_is_plain(const struct cm_words *said, const struct cm_set *verbs, enum cm_meaning noun);

/* Whether a text is empty, or only says that it is of the image: " on the image". */
bool cm_is_of_image(struct slice text);

/* "failed", "succeeded", or the words themselves when they are not exactly one word of either
 * and marks behind it: "Successful with failures", "Partial". */
struct slice cm_outcome(struct slice words);

#endif
