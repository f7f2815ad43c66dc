/*
 * trap_odd: what happens to an organisation once in years, and looks like an attack.
 *
 * Asked for by name (B15 to B24, see docs/detection-quality.md); each is harmless and has labels.
 */
#ifndef TC_SIMULATE_TRAP_ODD_H
#define TC_SIMULATE_TRAP_ODD_H

#include "tests/simulate/organisation/agenda.h"
#include "tests/simulate/organisation/people.h"

/* Those that the options name. False: a name that is none. */
bool trap_odd_set(org *o);

/* An owner at the webmail: mailbox, ip, agent, culture (NULL: the own) and label of the errand. */
void odd_visit(org *o, const errand *e, rng *r);
/* The day on which it begins: some days after learning. */
uint32_t odd_day(const org *o, rng *r);
/* In turn each user with that chance; the next from `from` on, UINT32_MAX at the end. */
uint32_t odd_user(const org *o, uint32_t from, double chance, rng *r);

/* trap_odd_people.c */
void odd_merger(org *o, rng *r);
void odd_monitor(org *o, rng *r);
void odd_holiday(org *o, rng *r);
void odd_shared(org *o, rng *r);
void odd_pack(org *o, rng *r);

#endif
