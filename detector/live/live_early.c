/* Grave findings before their turn: kept as they come, told with the next step. A step of the
 * journal tells them again at the same place, for they are in the batches before it. */
#include "detector/live/live_state.h"

#include "detector/pipeline/ordered_early.h"
#include "parsers/base/alloc.h"

#define EARLY_BYTES ((size_t)1 << 20)

TC_STATUS tc_live_early_new(tc_live_stage *s)
{
    tc_observations_free(s->early);
    s->early = tc_observations_new(EARLY_BYTES);
    return (tc_status){s->early ? TC_OK : TC_ENOMEM};
}

static TC_STATUS keep(tc_observations *to, const tc_observation *from, tc_slice heap)
{
    tc_observation copy = *from, *added;
    tc_slice organisation = tc_slice_make(heap.ptr + from->as_org.offset, from->as_org.length);
    for (int i = 0; i < TC_OBS_TEXT_COUNT; i++)
        TC_TRY(tc_observations_text(to, tc_observation_text(from, heap, (tc_obs_text)i),
                                    &copy.text[i]));
    TC_TRY(tc_observations_text(to, organisation, &copy.as_org));
    TC_TRY(tc_observations_add(to, &added));
    *added = copy;
    return TC_SUCCESS;
}

TC_STATUS tc_live_early_take(tc_live_stage *s, tc_observations *batch)
{
    tc_slice heap = tc_observations_heap(batch);
    for (size_t i = 0; i < tc_observations_count(batch); i++) {
        const tc_observation *o = tc_observations_at(batch, i);
        if (o->order.time < s->released || !tc_ordered_may_be_early(s->ordered, o)) continue;
        tc_status status = keep(s->early, o, heap);
        if (status.code == TC_ELIMIT) return TC_SUCCESS; /* the rest waits for its turn */
        TC_TRY(status);
    }
    return TC_SUCCESS;
}

bool tc_live_early_waits(const tc_live_stage *s)
{
    return tc_observations_count(s->early) > 0;
}

/* -- telling -------------------------------------------------------------------------------- */

static bool is_silenced(void *context, const char incident[33], tc_level level)
{
    const tc_live_stage *s = context;
    return tc_board_is_silenced(tc_live_tell_board(s->options.tell), incident, level, s->step_now);
}

static TC_STATUS alert(void *context, const tc_alert *a, uint64_t about)
{
    tc_live_stage *s = context;
    return tc_live_tell_early(s->options.tell, a, about, s->step_now);
}

TC_STATUS tc_live_early_tell(tc_live_stage *s)
{
    const tc_early_sink sink = {s, is_silenced, alert};
    tc_slice heap = tc_observations_heap(s->early);
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < tc_observations_count(s->early) && !tc_failed(status); i++)
        status = tc_ordered_tell_early(s->ordered, tc_observations_at(s->early, i), heap, &sink);
    tc_observations_clear(s->early);
    return status;
}
