/*
 * What a function that can fail returns. Grades follow what the caller can still
 * do: DAMAGED finished with losses, the others did not finish.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

enum status {
	ST_OK,      /* done */
	ST_DAMAGED, /* done, but part of the data was lost; a diagnostic says where */
	ST_FORMAT,  /* the data is not what the reader reads */
	ST_LIMIT,   /* a compulsory maximum was reached */
	ST_IO,      /* the system refused to open or read; errno holds the cause */
	ST_NOMEM,   /* out of memory */
	ST_USAGE,   /* the caller's words are wrong */
};

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

#endif
