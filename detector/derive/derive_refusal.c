/* Logons that a domain controller refused: told when nobody told who had been asked. */
#include "detector/derive/derive_state.h"

/* Before requests for a language and logons at the form, whose waits may end in the same instant.
 */
#define RANK_REFUSAL (TC_RANK_PASSED - 2)

/* What a controller told is told for itself; `passed`: because its wait is over. */
static TC_STATUS tell(tc_deriver *d, const tc_refusal *it, bool passed, const tc_derived_sink *sink)
{
    const tc_kept_observation *kept = &it->kept;
    tc_slice heap = tc_kept_heap(kept);
    tc_failed_logon f = tc_derive_failure_of(&kept->o, heap, tc_kept_text(kept, TC_OBS_TEXT_USER));
    if (passed) {
        f.passed = kept->o.order;
        f.passed.time = tc_time_add(f.passed.time, TC_REFUSAL_WAIT);
        f.passed.rank = RANK_REFUSAL;
        f.passed.sub = 1;
    }
    return tc_derive_logon_told(d, &f, d->account, sink);
}

TC_STATUS tc_derive_refusal(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    const tc_refusal *crowded;
    uint64_t mailbox;
    tc_failed_logon f =
        tc_derive_failure_of(o, heap, tc_observation_text(o, heap, TC_OBS_TEXT_TARGET));
    uint64_t who = tc_derive_who(d, f.user, &mailbox);
    if (tc_derive_is_told(d, &f, TC_TWIN_DOMAIN)) return TC_SUCCESS;
    if (who == 0 || o->address_class == TC_ADDRESS_REMOTE)
        return tc_derive_logon_told(d, &f, d->account, sink);
    while ((crowded = tc_refusals_crowded(d->refusals)) != NULL) {
        TC_TRY(tell(d, crowded, false, sink));
        tc_refusals_take(d->refusals);
    }
    tc_refusals_wait(d->refusals, who, o, heap);
    return TC_SUCCESS;
}

TC_STATUS tc_derive_passed_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink)
{
    const tc_refusal *it;
    while ((it = tc_refusals_ended(d->refusals, time)) != NULL) {
        tc_time end = tc_time_add(it->kept.o.order.time, TC_REFUSAL_WAIT);
        TC_TRY(tc_derive_cultures_until(d, end, sink));
        if (!it->open) continue; /* what was decided meanwhile is the same try */
        TC_TRY(tell(d, it, true, sink));
        tc_refusals_take(d->refusals);
    }
    return tc_derive_cultures_until(d, time, sink);
}
