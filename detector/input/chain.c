#include "detector/input/chain.h"

#include "detector/input/packing.h"
#include "parsers/packet/flows.h"

/* Packets of several interfaces are not always written in the order of their times. */
#define OVERLAP (2 * TC_SECOND)
#define REMEMBERED TC_DAY
#define INTERFACE_DIGITS 3 /* ens192 */

void tc_chain_done(tc_chain *chain)
{
    tc_carrier_free(chain->carrier);
    *chain = (tc_chain){0};
}

/* Digits at `at`, up to `end`, that name an interface or a machine and no file: they follow a
 * letter (eth0, mx2), are few, and others come behind them. */
static bool are_name(tc_slice path, size_t at, size_t end)
{
    uint8_t before = at > 0 ? path.ptr[at - 1] | 0x20 : 0;
    bool others = false;
    for (size_t i = end; i < path.len; i++)
        others |= tc_is_digit(path.ptr[i]);
    return before >= 'a' && before <= 'z' && end - at <= INTERFACE_DIGITS && others;
}

void tc_chain_name(tc_slice path, tc_str *out)
{
    size_t slash = tc_slice_rfind(path, '/');
    size_t name = slash == TC_NPOS ? 0 : slash + 1, end;
    tc_str_add(out, tc_slice_sub(path, 0, name));
    for (size_t at = name; at < path.len; at = end) {
        for (end = at; end < path.len && tc_is_digit(path.ptr[end]);)
            end++;
        bool digits = end > at;
        end += digits ? 0 : 1;
        if (!digits || are_name(path, at, end)) tc_str_add(out, tc_slice_sub(path, at, end - at));
    }
    /* tcpdump -C puts its number behind the suffix. */
    if (!tc_failed(tc_str_status(out))) out->len = tc_packing_strip(tc_str_view(out)).len;
}

/* Whether packets that begin then are the same wire's, so long after the last one. */
static bool goes_on(const tc_carrier *carrier, tc_time begins, int64_t within)
{
    tc_time last = tc_carrier_time(carrier);
    if (last == TC_TIME_NONE || begins == TC_TIME_NONE) return false;
    int64_t gap = tc_time_between(last, begins);
    return gap >= -OVERLAP && gap <= within;
}

TC_STATUS tc_chain_enter(tc_chain *chain, tc_slice ring, tc_time first, tc_time next)
{
    bool same = chain->carrier && tc_slice_equal(chain->ring, ring) &&
                goes_on(chain->carrier, first, REMEMBERED);
    chain->ring = ring;
    chain->next = next;
    if (!chain->carrier) chain->carrier = tc_carrier_new();
    if (!chain->carrier) return (tc_status){TC_ENOMEM};
    if (!same) return tc_carrier_begin(chain->carrier);
    tc_carrier_go_on(chain->carrier);
    return TC_SUCCESS;
}

void tc_chain_finish(tc_chain *chain)
{
    if (goes_on(chain->carrier, chain->next, TC_FLOWS_IDLE))
        tc_carrier_pause(chain->carrier);
    else
        tc_carrier_finish(chain->carrier);
}
