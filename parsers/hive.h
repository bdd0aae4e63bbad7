/*
 * Registry hives: the three kinds that are read share the file, the replay of logs, the fact
 * HIVE and the way values become fields. All of them bid on "regf"; the name in the header
 * raises the bid of one, the keys below the root decide, and read_as tells when the bid was
 * wrong. A log (a base block of another type) is no hive.
 *
 * Places: offset is the file offset of the cell of the key or value, in the mended hive when
 * logs were replayed; line 0.
 */
#ifndef PARSERS_HIVE_H
#define PARSERS_HIVE_H

#include "parsers/hive_tree.h"
#include "parsers/parser.h"

#define MAX_HIVE_FACTS 200000 /* of one hive when nobody takes them away before its end */
#define MAX_HIVE_NOTES 16     /* places of damage; the rest is counted */
#define MAX_HIVE_WORDS 2048   /* bytes of the words of a fact */

enum hive_kind { HIVE_SOFTWARE, HIVE_SYSTEM, HIVE_COMPONENTS, HIVE_KINDS_ };

/* The bid and the reader of the parser of a kind. */
unsigned hive_bid(struct slice head, enum hive_kind kind);
void hive_read(const struct document_file *file, struct parse_result *result, enum hive_kind kind);

/* An open hive, for the readers of its kinds. */
struct hive {
	struct parse_result *result;
	struct hive_tree *tree;
	size_t root;
	uint64_t damages; /* keys and values that could not be read */
	struct buf words;
	bool is_full; /* a limit was reached: nothing more is stated */
};

void hive_read_software(struct hive *hive);
void hive_read_system(struct hive *hive);
void hive_read_components(struct hive *hive);

/* Notes that something at this place could not be read. */
void hive_damage(struct hive *hive, size_t at, struct slice words);

/* A fact at this place, NULL when memory or a limit is reached. */
struct fact *hive_fact(struct hive *hive, enum fact_kind kind, size_t at);

/* A key below the root, damage noted. */
size_t hive_key(struct hive *hive, size_t key, struct slice path);

/*
 * What is done with each child or value; the name is gone afterwards. false ends the loop.
 * Before each one what is stated so far may be handed over, and the scratch emptied: nothing
 * in it may be kept around such a loop.
 */
typedef bool (*hive_key_sink)(struct hive *hive, void *self, size_t key, struct slice name);
typedef bool (*hive_value_sink)(struct hive *hive, void *self, const struct hive_value *value);

/* Whether all were passed and none was damaged. *ret_count, if any: how many the key has. */
bool hive_each_key(
	struct hive *hive, size_t key, hive_key_sink sink, void *self, size_t *ret_count);
bool hive_each_value(struct hive *hive, size_t key, hive_value_sink sink, void *self);

/* ---- Values as fields ---------------------------------------------------------------- */

enum hive_field_type {
	HIVE_TEXT,   /* struct slice, in the result's scratch */
	HIVE_NUMBER, /* struct hive_number */
	HIVE_BYTES,  /* struct slice of any bytes */
	HIVE_WORD,   /* for the words alone, whatever it is */
};

struct hive_number {
	uint32_t value;
	bool is_stated;
};

/* A value that is looked for: its name, and where it goes in the caller's structure. */
struct hive_field {
	const char *name;
	enum hive_field_type type;
	size_t offset;
};

/*
 * Reads the values of a key that are listed, and makes hive->words "name: Field=0x70 ...".
 * Types are taken loosely: a number may be a DWORD, QWORD, up to 8 bytes or a text of digits,
 * a text any UTF-16 up to its end or terminator. What fits nothing is noted as damage.
 */
void hive_take(struct hive *hive, size_t key, struct slice name, const struct hive_field *wanted,
	size_t count, void *ret_values);

/* The words so far, kept in the result. */
struct slice hive_words(struct hive *hive);

/* UTF-16 up to its terminator as UTF-8, in the result's scratch. */
struct slice hive_text(struct hive *hive, struct slice utf16);
/* A value read as a text or a number; false when it is none. */
bool hive_value_text(struct hive *hive, const struct hive_value *value, struct slice *ret_text);
bool hive_value_number(const struct hive_value *value, uint32_t *ret_number);

#endif
