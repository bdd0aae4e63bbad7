/*
 * A small JSON writer over FILE*: it sets commas, escapes and, when asked, line breaks.
 * Keys come out in the order they are written. Output errors stay in the FILE: write
 * freely, ask ferror() once. Strings are always valid UTF-8 without raw control
 * characters, whatever bytes they are given: what is no UTF-8 becomes U+FFFD.
 *
 *	struct json json;
 *
 *	json_init(&json, stdout, JSON_COMPACT);
 *	json_object(&json);
 *	json_key(&json, "Line");
 *	json_uint(&json, 812);
 *	json_object_end(&json);
 *	json_newline(&json);
 */
#ifndef EMIT_JSON_TEXT_H
#define EMIT_JSON_TEXT_H

#include <stdio.h>

#include "base/slice.h"

enum json_layout {
	JSON_COMPACT, /* no blanks: one value a line with json_newline */
	JSON_PRETTY,  /* two blanks a level */
};

#define MAX_JSON_DEPTH 63

struct json {
	FILE *to;
	enum json_layout layout;
	unsigned depth;     /* containers that are open */
	unsigned line_from; /* the depth of the container that keeps to one line; 0: none */
	uint64_t filled;    /* bit d: the container at depth d has an item */
	bool after_key;
};

void json_init(struct json *json, FILE *to, enum json_layout layout);

void json_object(struct json *json);
void json_object_end(struct json *json);
void json_array(struct json *json);
void json_array_end(struct json *json);
/* An object that stays on one line in either layout, with all that is in it. */
void json_line_object(struct json *json);

/* The key of the value that is written next. */
void json_key(struct json *json, const char *key);

void json_string(struct json *json, struct slice text);
void json_text(struct json *json, const char *text);
/* Pieces one after the other as one string. */
void json_pieces(struct json *json, const struct slice *pieces, size_t count);
void json_int(struct json *json, int64_t value);
void json_uint(struct json *json, uint64_t value);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);

/* null for the empty text. */
void json_string_or_null(struct json *json, struct slice text);
void json_text_or_null(struct json *json, const char *text);

/* Ends a whole value with a line end; the next one may follow. */
void json_newline(struct json *json);

#endif
