/*
 * What a file is decides who reads it. Containers give up the files in them, one container
 * inside the other down to MAX_CONTAINERS; so those who read containers call back here.
 */
#ifndef CORE_READ_FILE_H
#define CORE_READ_FILE_H

#include "core/reading.h"
#include "core/recognise.h"

#define MAX_CONTAINERS 6

/* Reads one input: its documents are folded, its logs wait in reading->logs. What is wrong
 * with it is a diagnostic; the world's status tells of memory and limits. */
void read_input(struct reading *reading, uint32_t input);

/* A file of whatever kind, at any depth. One content may stand in several places: indexes of
 * a WIM share it. It is read once; what it says holds for each of them. False: nobody knows
 * what it is. */
bool read_file(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count);

bool is_container(const struct recognised *what);
/* Whether a container that lies in another one is taken out and opened; it is counted. False:
 * it is not, and that is told. */
MUST_CHECK bool may_nest(struct reading *reading, const struct whereabouts *where);

/* Containers. Of a WIM that stands in several places the first names the images: they are the
 * same. An archive is read for each of its places: its logs are of the images around them. */
void read_wim(struct reading *reading, const struct file_ref *ref, struct stream *stream,
	const struct whereabouts *where);
/* The XML of a WIM, saved as a file: images and no rows. */
void read_wim_xml(struct reading *reading, struct stream *stream, const struct whereabouts *where);
void read_archive(struct reading *reading, const struct file_ref *ref,
	const struct whereabouts *places, size_t count);
void read_tree(struct reading *reading, uint32_t input);
void read_manifests(struct reading *reading, uint32_t input);

#endif
