/* What the ordered stage can be asked when it is done. */
#include "detector/app/ordered_state.h"

const tc_sight *tc_ordered_sight(const tc_ordered *o)
{
    return o->sight;
}

void tc_ordered_earlier(const tc_ordered *o, uint64_t *ret_unchanged, uint64_t *ret_lost)
{
    *ret_unchanged = tc_incidents_unchanged(o->incidents);
    *ret_lost = tc_incidents_lost(o->incidents);
}

void tc_ordered_coverage(const tc_ordered *o, tc_derive_coverage *ret)
{
    tc_deriver_coverage(o->deriver, ret);
}

void tc_ordered_learned(const tc_ordered *o, tc_learned *ret)
{
    tc_deriver_learned(o->deriver, ret);
}

TC_STATUS tc_ordered_left_out(const tc_ordered *o, tc_arena *arena, tc_summary *summary)
{
    return tc_exempt_tell(o->exempt, arena, summary);
}

void tc_ordered_bounds(const tc_ordered *o, tc_bounds *bounds)
{
    tc_identity_bounds(o->identity, bounds);
    tc_deriver_bounds(o->deriver, bounds);
    tc_correlator_bounds(o->correlator, bounds);
    tc_bounds_add(bounds, "records that could be copies", TC_DEDUPE_MAX,
                  tc_dedupe_unjudged(o->dedupe), 0);
    tc_incidents_bounds(o->incidents, bounds);
}

size_t tc_ordered_addresses(const tc_ordered *o, tc_slice domain)
{
    return tc_identity_addresses(o->identity, domain);
}

uint64_t tc_ordered_duplicates(const tc_ordered *o, uint32_t source)
{
    return tc_dedupe_copies(o->dedupe, source);
}

tc_identity *tc_ordered_identity(tc_ordered *o)
{
    return o->identity;
}

const tc_deriver *tc_ordered_deriver(const tc_ordered *o)
{
    return o->deriver;
}

tc_ordered_counts tc_ordered_statistics(const tc_ordered *o)
{
    return (tc_ordered_counts){o->observations, tc_sorter_spilled_bytes(o->sorter),
                               tc_correlator_statistics(o->correlator), o->seconds};
}
