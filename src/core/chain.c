/* Chains of failure codes. */
#include "core/chain.h"

#include "core/world.h"
#include "model/code.h"

static void note(struct world *world, bool *has, uint32_t *code, struct proof *proof,
	const struct fact *fact)
{
	if (!(fact->flags & FLAG_HAS_CODE) || !code_is_failure(fact->code))
		return;
	if (*has && (!code_is_generic(*code) || code_is_generic(fact->code)))
		return;
	*has = true;
	*code = fact->code;
	proof_set(world, proof, fact);
}

void chain_note_own(struct world *world, struct chain *chain, const struct fact *fact)
{
	note(world, &chain->has_own, &chain->own, &chain->own_proof, fact);
}

void chain_note_error(struct world *world, struct chain *chain, const struct fact *fact)
{
	note(world, &chain->has_first, &chain->first, &chain->first_proof, fact);
}

void chain_clear(struct chain *chain)
{
	chain->has_own = chain->has_first = false;
	chain->own_proof.kind = chain->first_proof.kind = FACT_NONE;
}

static bool take(bool has, uint32_t code, const struct proof *proof, bool generic_too,
	uint32_t *ret_code, const struct proof **ret_proof)
{
	if (!has || (!generic_too && code_is_generic(code)))
		return false;
	*ret_code = code;
	*ret_proof = proof;
	return true;
}

bool chain_decide(const struct chain *inner, const struct chain *outer, uint32_t *ret_code,
	const struct proof **ret_proof)
{
	static const struct chain empty;
	const struct chain *chains[] = { inner ? inner : &empty, outer ? outer : &empty };

	*ret_code = 0;
	*ret_proof = &empty.own_proof;
	for (int generic_too = 0; generic_too < 2; generic_too++)
		for (size_t i = 0; i < 2; i++)
			if (take(chains[i]->has_own, chains[i]->own, &chains[i]->own_proof,
				    generic_too, ret_code, ret_proof) ||
				take(chains[i]->has_first, chains[i]->first,
					&chains[i]->first_proof, generic_too, ret_code, ret_proof))
				return true;
	return false;
}

enum reason failure_reason(bool is_remove, uint32_t code)
{
	if (code == 0x800F0823)
		return REASON_STACK_TOO_OLD;
	return is_remove ? REASON_REMOVAL_FAILED : REASON_OPERATION_FAILED;
}
