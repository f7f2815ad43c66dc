/* What was told already: copies of records, and the same request in another log. */
#include "detector/pipeline/ordered_state.h"

/* Another log of the same requests has told of it; a logon that waits learns what is new. */
static bool is_twin(tc_ordered *o, const tc_observation *obs, tc_slice heap)
{
    tc_twin first;
    tc_twin_answer answer = tc_twins_observed(o->twins, obs, heap, &first);
    if (answer != TC_TWIN_MORE) return answer == TC_TWIN_TOLD;
    return obs->kind == TC_OBS_WEB_LOGON && tc_deriver_amend(o->deriver, obs, heap, first.now);
}

bool tc_ordered_is_told(tc_ordered *o, const tc_observation *obs, tc_slice heap)
{
    return tc_dedupe_is_copy(o->dedupe, obs) || is_twin(o, obs, heap);
}

uint64_t tc_ordered_duplicates(const tc_ordered *o, uint32_t source)
{
    return tc_dedupe_copies(o->dedupe, source);
}

void tc_ordered_told_bounds(const tc_ordered *o, tc_bounds *bounds)
{
    tc_bounds_add(bounds, "records that could be copies", TC_DEDUPE_MAX,
                  tc_dedupe_unjudged(o->dedupe), 0);
    tc_bounds_add(bounds, "requests that logs of two kinds may tell of", TC_TWINS_MAX,
                  tc_twins_given_up(o->twins), 0);
}
