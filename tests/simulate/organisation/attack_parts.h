/* attack_parts: the families, for attack.c alone. Each sets the errands of one campaign. */
#ifndef TC_SIMULATE_ATTACK_PARTS_H
#define TC_SIMULATE_ATTACK_PARTS_H

#include "tests/simulate/organisation/actor.h"

void attack_2011(org *o, actor *a, rng *r);         /* A1 */
void attack_patient(org *o, actor *a, rng *r);      /* A2 */
void attack_quarter(org *o, actor *a, rng *r);      /* A3 */
void attack_spray(org *o, actor *a, rng *r);        /* A4 */
void attack_elsewhere(org *o, actor *a, rng *r);    /* A4E */
void attack_resets(org *o, actor *a, rng *r);       /* A5 */
void attack_exploit(org *o, actor *a, rng *r);      /* A6 */
void attack_persist(org *o, actor *a, rng *r);      /* A7 */
void attack_cry(org *o, actor *a, rng *r);          /* A10 */
void attack_homely(org *o, actor *a, rng *r);       /* A11 */
void attack_guess(org *o, actor *a, rng *r);        /* A12 */
void attack_babel(org *o, actor *a, rng *r);        /* A13 */
void attack_self_service(org *o, actor *a, rng *r); /* A14 */
void attack_drip(org *o, actor *a, rng *r);         /* A15 */
void attack_delegate(org *o, actor *a, rng *r);     /* A16 */
void attack_courier(org *o, actor *a, rng *r);      /* A17 */
void attack_relay(org *o, actor *a, rng *r);        /* A18 */
void attack_drop(org *o, actor *a, rng *r);         /* A19 */
/* What follows: the defenders find out; the attackers clean up. */
void attack_aftermath(org *o, const actor *a, rng *r);
/* A lure to some hundred people before it begins. */
void attack_lure(org *o, const actor *a, rng *r);

#endif
