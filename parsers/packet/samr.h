/*
 * samr: what is done to accounts through the SAM remote protocol (MS-SAMR).
 *
 * Read are calls that open accounts and domains and look up names, because passwords are set
 * through what they give (accounts.h), and those that create an account, set or change a password.
 * Passwords stand in the calls encrypted; nothing of them is looked at or kept. Of a sealed call
 * the operation alone is known: a change of a password is told as tried, and a setting of an
 * account's data as no more than that.
 */
#ifndef TC_PACKET_SAMR_H
#define TC_PACKET_SAMR_H

#include "parsers/base/str.h"
#include "parsers/packet/accounts.h"
#include "parsers/packet/deed.h"
#include "parsers/packet/ndr.h"

/* A call that waits for its answer; what is empty is none. `learned` hangs on it. */
typedef struct tc_samr_call {
    bool waits;
    bool sealed;
    bool wide; /* its parameters are NDR64 */
    uint8_t level;
    uint16_t operation;
    uint32_t id;
    tc_time time;
    tc_account target;
    char domain[TC_WIRE_NAME + 1];
    tc_str learned; /* names or numbers that were asked for, one after the other */
} tc_samr_call;

/* How much of a call's parameters is of use: passwords stand behind it. */
size_t tc_samr_useful(uint16_t operation);
/* Takes what was asked into a call whose id, operation and time are set; false: it is of no use.
 * `sure`: it is known that it is of SAMR; else it must have the very shape of a set password. */
bool tc_samr_ask(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub, bool sure);
/* Takes the answer, and tells what was done. `actor` may be empty. */
void tc_samr_answer(tc_dialogue *d, tc_samr_call *call, tc_slice actor, tc_ndr *stub,
                    tc_outcome outcome, uint32_t status);
/* No answer was seen: that it was tried is told. */
void tc_samr_unanswered(tc_dialogue *d, tc_samr_call *call, tc_slice actor);
void tc_samr_call_done(tc_samr_call *call);

#endif
