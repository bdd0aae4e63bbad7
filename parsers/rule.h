/*
 * The grammar of messages as tables: a row is a kind of fact, the literal that its
 * message begins with, and what stands behind it: a pattern (RULE), or, for the few kinds
 * that make up the bulk of every log, a form (FORM): words with {fields} between them. A
 * message is looked up by its first bytes; only where the literal fits is the rest tried.
 * The tables are cbs_rules.def, dism_rules.def and cm_rules.def.
 *
 * A field of a form reaches to the words behind it, holds no blank, and is not empty unless
 * it is written {name?}; the last one ends
 * at the first character that is no letter, digit, minus or underscore. Blanks before a
 * field do not count.
 */
#ifndef PARSERS_RULE_H
#define PARSERS_RULE_H

#include "model/fact.h"

/* Compiled once for all threads. ST_FORMAT: a pattern does not compile or names a group
 * that is no field. */
MUST_CHECK enum status rules_compile(void);
void rules_release(void);

enum rule_table { RULES_CBS, RULES_DISM, RULES_CM, RULE_TABLE_COUNT_ };

/*
 * Tries the rules of a table on a message. `provider` is what stood before the message
 * ("DISM Package Manager"), for DISM; empty for the others. True when one matched: kind and
 * fields of *fact are set then, and untouched otherwise. Thread-safe.
 */
bool rules_match(
	enum rule_table table, struct slice provider, struct slice message, struct fact *fact);

/* Whether some rule's literal stands at the head of the message: cheap, no pattern. */
bool rules_know(enum rule_table table, struct slice message);

#endif
