/*
 * samr_calls: the calls of SAMR that are read, and what is taken from their parameters and answers
 * (MS-SAMR 3.1.5): one const table.
 */
#ifndef TC_PACKET_SAMR_CALLS_H
#define TC_PACKET_SAMR_CALLS_H

#include "parsers/packet/samr.h"

/* What a call is told as: an event of the Security log. */
enum {
    TC_SAMR_CREATED = 4720,
    TC_SAMR_CHANGED = 4723,
    TC_SAMR_RESET = 4724,
    TC_SAMR_EDITED = 4738
};

/* False: nothing is to be learned or told of the call. */
typedef bool (*tc_samr_ask_function)(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub);
/* Of a call that succeeded. */
typedef void (*tc_samr_answer_function)(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub);

typedef struct tc_samr_operation {
    uint16_t number;
    uint16_t useful; /* bytes of its parameters */
    unsigned event;  /* 0: nothing is told of it */
    const char *name;
    tc_samr_ask_function ask;
    tc_samr_answer_function answer; /* may be NULL */
} tc_samr_operation;

/* NULL: it is not read. */
const tc_samr_operation *tc_samr_operation_of(uint16_t number);
/* Whether the level that stands behind a handle, twice, sets a password (MS-SAMR 2.2.6.28). */
bool tc_samr_sets_password(const tc_ndr *stub, uint8_t *ret_level);

#endif
