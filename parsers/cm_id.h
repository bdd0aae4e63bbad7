/*
 * Ids and numbers as ConfigMgr writes them, and what people make of them before they publish a
 * log: "***00061", "XXXXXX", "<OS_Image_Package_ID>". They are set on facts together with what
 * is wrong with them: FLAG_REDACTED, FLAG_BAD_NUMBER. Numbers of ConfigMgr's classes are signed
 * 32 bit, so what is larger is no id.
 */
#ifndef PARSERS_CM_ID_H
#define PARSERS_CM_ID_H

#include "model/fact.h"

/* "CAS00123": the site's three characters and five hexadecimal digits in upper case. */
bool cm_is_package_id(struct slice word);
/* Whether a word was made unreadable: stars, number signs, question marks, nothing but X, or
 * angle brackets. */
bool cm_is_redacted(struct slice word);

/* The number written; 0 when it is none (FLAG_REDACTED) or does not fit (FLAG_BAD_NUMBER). */
uint32_t cm_number(struct fact *fact, struct slice words);
/* A number for an image index, with FLAG_HAS_INDEX when it is one. */
void cm_set_index(struct fact *fact, struct slice words);
/* `identifier`, as written. */
void cm_set_package(struct fact *fact, struct slice words);
/* "0x8007007b", "123", "-2146498512"; FLAG_HAS_CODE when it is one of them. */
void cm_set_code(struct fact *fact, struct slice words);
/* A thread: "3336" or "0xD08", into `worker`. */
void cm_set_thread(struct fact *fact, struct slice words);

#endif
