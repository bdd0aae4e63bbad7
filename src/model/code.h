/*
 * Result codes: HRESULT, Win32, CBS, wimgapi. Over 900 codes with names and meanings in
 * hresult.def; the number decides, a code may have two names where versions of cbscore
 * differ. Codes inside 0x8007xxxx carry a Win32 code in their low 16 bits.
 */
#ifndef MODEL_CODE_H
#define MODEL_CODE_H

#include "base/buf.h"

struct code_entry {
	uint32_t code;
	const char *name;    /* "CBS_E_NOT_APPLICABLE"; "" when no symbol is known */
	const char *meaning; /* one line */
};

/* The entries of a code: *ret_count of them, next to each other; NULL when unknown. */
const struct code_entry *code_lookup(uint32_t code, size_t *ret_count);

/* The first name of a code, or "" */
const char *code_name(uint32_t code);

/*
 * A code in any spelling that tools print: 0x800f081e, 800F081E, -2146498530,
 * 2148468766, 161, KB numbers excluded. false when it is none. Eight characters are
 * hexadecimal without 0x when one of them is a letter or the first is an 8.
 */
bool code_parse(struct slice text, uint32_t *ret_code);

/* Who hands out codes like this one, in words: "Win32 0x8007: FACILITY_WIN32". Never NULL. */
const char *code_facility(uint32_t code);

/* 0x80004005, 0x80004004, 0x80070001: says that something failed, not what. */
bool code_is_generic(uint32_t code);

/* A failing code: the sign bit is set and it is not 0x80070bc2 (success, restart needed). */
bool code_is_failure(uint32_t code);

/* rows.md: the low 16 bits of 0x8007xxxx, else the HRESULT as a signed number. */
int32_t code_win32(uint32_t code);

#endif
