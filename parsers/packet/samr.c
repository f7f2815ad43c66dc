#include "parsers/packet/samr.h"

#include "parsers/packet/octets.h"
#include "parsers/packet/samr_calls.h"

enum { LEARNED_MAX = 48 << 10 };

size_t tc_samr_useful(uint16_t number)
{
    const tc_samr_operation *o = tc_samr_operation_of(number);
    return o ? o->useful : 0;
}

/* Calls of another interface have the same numbers: only those of one shape are taken for SAMR. */
static bool has_shape(const tc_samr_operation *o, tc_ndr *stub)
{
    uint8_t level = 0;
    size_t length = stub->bytes.len;
    if (o->number == 34) return length == 28;
    if (o->number == 7 || o->number == 17) return true;
    if (o->event != TC_SAMR_RESET) return false;
    for (unsigned wide = 0; wide < 2; wide++) {
        tc_ndr n = {.bytes = stub->bytes, .at = TC_SAMR_HANDLE, .big = stub->big, .wide = wide};
        size_t front = wide ? 32 : 24;
        if (!tc_samr_sets_password(&n, &level)) continue;
        stub->wide = wide;
        if (level == 18) return length == front + 35;
        if (level == 24) return length == front + 517;
        if (level == 26) return length == front + 533;
        return (level == 23 || level == 25) && length > front + 700;
    }
    return false;
}

bool tc_samr_ask(tc_dialogue *d, tc_samr_call *call, tc_ndr *stub, bool sure)
{
    const tc_samr_operation *o = tc_samr_operation_of(call->operation);
    if (!o || (!sure && (call->sealed || !has_shape(o, stub)))) return false;
    tc_str_init(&call->learned, LEARNED_MAX);
    call->wide = stub->wide;
    call->waits = call->sealed ? o->event == TC_SAMR_RESET || o->event == TC_SAMR_CHANGED
                               : o->ask(d, call, stub);
    if (!call->waits) tc_samr_call_done(call);
    return call->waits;
}

/* -- telling -------------------------------------------------------------------------------- */

static void tell(tc_dialogue *d, const tc_samr_call *call, const tc_samr_operation *o,
                 tc_slice actor, tc_outcome outcome, uint32_t status)
{
    char mechanism[48];
    if (o->event == TC_SAMR_RESET && !call->sealed)
        (void)snprintf(mechanism, sizeof mechanism, "%s %u", o->name, call->level);
    else
        (void)snprintf(mechanism, sizeof mechanism, "%s", o->name);
    tc_deed_account deed = {.event = o->event == TC_SAMR_RESET && call->sealed ? TC_SAMR_EDITED
                                                                               : o->event,
                            .protocol = "samr",
                            .mechanism = mechanism,
                            .actor = actor,
                            .target = tc_slice_of(call->target.name),
                            .domain = tc_slice_of(call->target.domain),
                            .sid = tc_slice_of(call->target.sid),
                            .outcome = outcome,
                            .status = status,
                            .sealed = call->sealed};
    tc_deed_account_tell(d, &deed);
}

void tc_samr_answer(tc_dialogue *d, tc_samr_call *call, tc_slice actor, tc_ndr *stub,
                    tc_outcome outcome, uint32_t status)
{
    const tc_samr_operation *o = tc_samr_operation_of(call->operation);
    if (!o) return;
    stub->wide = call->wide;
    if (o->answer && outcome == TC_OUTCOME_SUCCESS && !call->sealed) o->answer(d, call, stub);
    if (o->event != 0) tell(d, call, o, actor, outcome, status);
    tc_samr_call_done(call);
}

void tc_samr_unanswered(tc_dialogue *d, tc_samr_call *call, tc_slice actor)
{
    const tc_samr_operation *o = tc_samr_operation_of(call->operation);
    tc_time now = d->time;
    d->time = call->time;
    if (o && o->event != 0) tell(d, call, o, actor, TC_OUTCOME_UNKNOWN, 0);
    d->time = now;
    tc_samr_call_done(call);
}

void tc_samr_call_done(tc_samr_call *call)
{
    if (call->learned.data) memset(call->learned.data, 0, call->learned.len);
    tc_str_done(&call->learned);
    *call = (tc_samr_call){.waits = false};
}
