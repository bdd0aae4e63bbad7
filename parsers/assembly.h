/*
 * Assembly identities as manifests write them, and as everything else names packages:
 * Name~publicKeyToken~architecture~language~version, the language empty for "neutral". And
 * KB numbers as package@identifier writes them.
 */
#ifndef PARSERS_ASSEMBLY_H
#define PARSERS_ASSEMBLY_H

#include "parsers/xml.h"

#define ASSEMBLY_SPACE "urn:schemas-microsoft-com:asm.v3"

/* The identity of an element assemblyIdentity, in the result's scratch. */
struct slice assembly_identity(const struct xml_element *element, struct arena *scratch);

/* "Name~~~language~0.0.1.0" of an element capabilityIdentity: a version of two fields gets
 * two zeros before it, as DISM shows it. */
struct slice capability_identity(const struct xml_element *element, struct arena *scratch);

/* "2465285" → "KB2465285"; what does not begin with a digit stays as it is. */
struct slice kb_identifier(struct arena *scratch, struct slice number);

#endif
