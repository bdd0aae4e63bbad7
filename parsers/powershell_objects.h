/*
 * Objects of PowerShell's servicing commands in the syntaxes that it exports. Each reader
 * takes a whole document; the objects become facts through listing.h, their properties are
 * those of listed_fields.def.
 */
#ifndef PARSERS_POWERSHELL_OBJECTS_H
#define PARSERS_POWERSHELL_OBJECTS_H

#include "parsers/document_text.h"

/*
 * ConvertTo-Json: an array of objects, one object, or {"value": [...], "Count": n}. Objects
 * are parsed one by one, so that what stands before a cut or a fault is read and each has
 * its place. Enumerations are numbers or words.
 */
void powershell_read_json(const struct document_text *document, struct parse_result *result);

/*
 * Export-Csv: "#TYPE ..." or not, then a header, then records; ',', ';' or TAB between
 * fields, quotes doubled inside quotes, line ends inside quotes. A record with another
 * number of fields than the header's is skipped with a diagnostic.
 */
void powershell_read_csv(const struct document_text *document, struct parse_result *result);
/* Whether the head's first record is such a header. */
bool powershell_is_csv(struct slice head);

/* Export-Clixml: <Objs xmlns="http://schemas.microsoft.com/powershell/2004/04">. A property is
 * a simple element or an enumeration's <Obj> with <ToString>. The place of an object is that of
 * the property that names it. The document is taken as it is stored. */
void powershell_read_clixml(struct slice bytes, struct parse_result *result);

#endif
