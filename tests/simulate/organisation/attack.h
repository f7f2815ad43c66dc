/*
 * attack: the campaigns, by family (A1 to A19 and A4E, see docs/detection-quality.md).
 *
 * attack_set draws campaigns for the families asked for and sets their errands; it takes nothing
 * from the tables of everyday life but the people and the networks there are.
 */
#ifndef TC_SIMULATE_ATTACK_H
#define TC_SIMULATE_ATTACK_H

#include "tests/simulate/organisation/org.h"

/* families: "none", "draw", or names joined with '+'. False: a name that is none. */
bool attack_set(org *o);

#endif
