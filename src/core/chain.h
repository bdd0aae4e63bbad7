/*
 * The codes of a failure, from the operation's own report down the chain of errors that
 * repeat it, and the one that decides: the own report unless it is generic, else the
 * first error that is not, else whatever there is.
 */
#ifndef CORE_CHAIN_H
#define CORE_CHAIN_H

#include "core/proof.h"

struct chain {
	bool has_own, has_first;
	uint32_t own, first; /* HRESULTs */
	struct proof own_proof, first_proof;
};

/* The operation's own report (completion, WER, CBS HRESULT=), or an error on the way. Facts
 * without a failing code are passed over; what is known gives way to what says more. */
void chain_note_own(struct world *world, struct chain *chain, const struct fact *fact);
void chain_note_error(struct world *world, struct chain *chain, const struct fact *fact);

/* Empty again; the memory of its proofs is kept. */
void chain_clear(struct chain *chain);

static inline bool chain_is_empty(const struct chain *chain)
{
	return !chain->has_own && !chain->has_first;
}

static inline bool chain_knows(const struct chain *chain, uint32_t code)
{
	return (chain->has_own && chain->own == code) || (chain->has_first && chain->first == code);
}

/* The code that decides, of `inner` and then `outer` (NULL: none); false when there is none.
 * *ret_proof is where it stands. */
bool chain_decide(const struct chain *inner, const struct chain *outer, uint32_t *ret_code,
	const struct proof **ret_proof);

/* Why an install or a removal with this code failed. */
enum reason failure_reason(bool is_remove, uint32_t code);

#endif
