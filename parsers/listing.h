/*
 * What the readers of saved lists share: objects with known fields become a LISTING fact
 * and its members (src/model/fact.def). The LISTING fact stands first and is completed when
 * the list ends, since only then the number of its members, whether it is whole, and the
 * order of day and month in its times are known.
 */
#ifndef PARSERS_LISTING_H
#define PARSERS_LISTING_H

#include "parsers/listed_time.h"
#include "parsers/listed_words.h"
#include "parsers/parser.h"

/* Members of one document: more are dropped with a diagnostic. A real image has a few
 * thousand packages. */
#define MAX_LISTED ((uint32_t)1 << 17)

struct listed_object {
	struct slice value[LISTED_FIELD_COUNT_];
	uint32_t has; /* bit per field that was there, its value may be empty */
	uint64_t line, offset;
	struct slice words; /* the object as written */
	bool by_place;      /* localised: fields were told by their place, not by labels */
};

static inline bool listed_has(const struct listed_object *object, enum listed_field field)
{
	return object->has >> field & 1;
}

void listed_set(struct listed_object *object, enum listed_field field, struct slice value);

/* What is known before a list begins; slices must live as long as the facts. */
struct listing_context {
	struct slice version, image, wim;
	uint32_t flags; /* FLAG_ONLINE, FLAG_OFFLINE */
};

enum listing_end {
	LISTING_WHOLE, /* its closing line is there */
	LISTING_CUT,   /* it should have one, or ends in the middle */
	LISTING_OPEN,  /* lists of its kind have none */
};

struct listing {
	struct parse_result *result;
	struct listing_context context;
	size_t head;      /* index of the LISTING fact, NO_LISTING */
	uint32_t count;   /* its members */
	uint32_t skipped; /* members of the document that could not be read */
	uint32_t total;   /* of the document */
	bool is_damaged;  /* a member was dropped: never whole */
	bool noted_language, noted_cut_name;
	enum date_order order;
	struct listing_time {
		size_t fact;
		struct listed_time time;
	} * times;
	size_t time_count, time_cap;
};

#define NO_LISTING SIZE_MAX

void listing_init(struct listing *listing, struct parse_result *result);
void listing_release(struct listing *listing);

/* Begins a list; one that is open ends cut. `verb` is static text. */
void listing_begin(struct listing *listing, struct slice verb, uint64_t line, uint64_t offset);
/* Adds a member; begins a list of its kind when none is open. An object without a key field
 * is no member. */
void listing_add(struct listing *listing, const struct listed_object *object);
/* A member that could not be read: its place and words are set. */
void listing_skip(struct listing *listing, const struct listed_object *object);
/* Ends the open list, if there is one. */
void listing_finish(struct listing *listing, enum listing_end end);

static inline bool listing_is_open(const struct listing *listing)
{
	return listing->head != NO_LISTING;
}

#endif
