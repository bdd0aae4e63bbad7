/* Containers in containers, counted together. */
#include "core/budget.h"

void budget_add(struct budget *budget, uint64_t stored)
{
	budget->stored += stored;
}

bool budget_enter(struct budget *budget)
{
	uint64_t beyond = budget->taken > TAKEN_FREE ? budget->taken - TAKEN_FREE : 0;

	if (budget->nested >= NESTED_FREE + budget->stored / NESTED_DISTANCE ||
		beyond / TAKEN_RATIO > budget->stored)
		return false;
	budget->nested++;
	return true;
}
