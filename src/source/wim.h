/*
 * The contents of a WIM, ESD, SWM, PPKG or pipable WIM, read with libwim: the names of
 * each image, and files taken out. In a build without it (WITH_WIM) wim_open ends with
 * ST_FORMAT and WIM_TROUBLE_NO_READER.
 *
 * The WIM is opened for reading only and never written. libwim opens it itself, by path; that its
 * access time does not change is seen to in evidence_file.c.
 *
 * One struct wim belongs to one thread at a time; different ones may be used side by side.
 *
 * What is wrong is told in words: `words` are the library's and may quote names of the
 * WIM; they are valid UTF-8 in one line.
 */
#ifndef SOURCE_WIM_H
#define SOURCE_WIM_H

#include "base/status.h"
#include "source/scratch.h"
#include "source/walk.h"

struct wim;

enum wim_trouble {
	WIM_FINE,
	WIM_TROUBLE_NO_READER,    /* this build has no libwim */
	WIM_TROUBLE_NOT_A_WIM,    /* nor anything of its kind */
	WIM_TROUBLE_DAMAGED,      /* cut off, being written, or its tables do not hold */
	WIM_TROUBLE_PART_MISSING, /* of a split WIM: not there, or not readable */
	WIM_TROUBLE_ENCRYPTED,    /* or so it seems: its XML does not read as such */
	WIM_TROUBLE_UNSUPPORTED,  /* a version or compression that libwim does not read */
	WIM_TROUBLE_IMAGE,        /* the directory of one image cannot be read */
	WIM_TROUBLE_NAMES,        /* an image has names that are twice there or no names */
	WIM_TROUBLE_IO,           /* the system refused; errno */
	WIM_TROUBLE_MEMORY,
};

#define WIM_WORDS 256

/* A header that states more than this for its tables, or an image whose directory would be
 * larger, is taken for damaged; a Windows of 110,000 names has 30 MB of either. */
#define MAX_WIM_TABLE     (UINT64_C(1) << 30)
#define MAX_WIM_DIRECTORY (UINT64_C(1) << 29)

struct wim_problem {
	enum wim_trouble trouble;
	char words[WIM_WORDS];
};

/* A split WIM of more parts ends with ST_LIMIT; so many names of a folder are looked at. */
#define MAX_WIM_PARTS        512u
#define MAX_WIM_FOLDER_NAMES 65536u

/*
 * `path` may be any part of a split WIM: the others are looked for in its folder, among
 * the files with the same ending (".swm"), by the GUID and part number of their headers.
 *
 * ST_OK; ST_DAMAGED: open, with losses: PART_MISSING names the parts whose files cannot be
 * taken out; else nothing is open and *ret_problem says why: ST_FORMAT, ST_IO (errno),
 * ST_LIMIT, ST_NOMEM. *ret_problem is always set.
 */
MUST_CHECK enum status wim_open(
	const char *path, struct wim **ret_wim, struct wim_problem *ret_problem);
void wim_close(struct wim *wim); /* NULL is fine */

uint32_t wim_image_count(const struct wim *wim);

/*
 * Walks one image, from 1, after the manner of walk.h. A file's `sha1` is NULL when it is
 * empty. A part that is missing has files whose size is 0 though they have a `sha1`. Of a
 * file encrypted by NTFS the contents are not there: WALK_REPARSE with tag 0. A folder that
 * is a link or junction is a `trouble` when `enter` wants it. Named streams are not told.
 *
 * Only what `enter` wants is looked at, but the directory of the whole image is in memory
 * until another image is walked: some 600 bytes a name, 70 MB for a Windows of 110,000.
 *
 * ST_DAMAGED with NAMES: walked, but libwim left names out; ST_FORMAT with IMAGE: nothing
 * was walked, other images may still be; ST_LIMIT: MAX_WALK_NAMES, the rest is not walked;
 * ST_NOMEM. Too deep a folder is a `trouble`.
 */
MUST_CHECK enum status wim_walk(
	struct wim *wim, uint32_t image, const struct walk *walk, struct wim_problem *ret_problem);

enum wim_blob_state {
	BLOB_OK,        /* the file holds what the WIM's SHA-1 says */
	BLOB_CHANGED,   /* as long as it should be, but not of that SHA-1; what could not be
			   decoded is zeros or rubbish */
	BLOB_DAMAGED,   /* not readable, or cut: `file` is NULL or holds what was read */
	BLOB_MISSING,   /* no part that is there has it */
	BLOB_TOO_LARGE, /* over the limits below */
};

#define MAX_WIM_BLOB       (UINT64_C(8) << 30)
#define MAX_WIM_BLOB_TOTAL (UINT64_C(64) << 30)
#define MAX_WIM_BLOBS      4000000u
/* Past the first 64 MiB no more than this many bytes from one that is stored, as of gzip. */
#define MAX_WIM_RATIO 400

/* A distinct content of a WIM. Not for empty files: those have no content to take out. */
struct wim_blob {
	uint8_t sha1[SHA1_SIZE];
	/* set by wim_extract: */
	enum wim_blob_state state;
	uint64_t size; /* what the WIM says it is; 0 when it is missing */
	char *file;    /* in the scratch, NULL when there is none; the caller frees it */
};

/*
 * Takes blobs out of the WIM to files of the scratch, whatever images they are of, in the
 * order in which they lie; of a solid resource each block is decoded once, or one of them
 * twice. Every other blob comes out when some are damaged; only then parts are read again.
 * So many `threads`, 1 or more, take them side by side: beside the caller's each opens the
 * WIM once more. What comes out is the same for any number.
 *
 * The names of the files are numbers of ours; nothing but plain files is made.
 *
 * ST_OK; ST_DAMAGED: some are not BLOB_OK; ST_LIMIT: more than MAX_WIM_BLOBS; ST_IO: the
 * scratch cannot be written (errno, mostly ENOSPC); ST_NOMEM.
 */
MUST_CHECK enum status wim_extract(struct wim *wim, struct wim_blob *blobs, size_t count,
	struct scratch *scratch, unsigned threads);

#endif
