#include "detector/correlate/window.h"

/* An episode begins with a firing. It is over when the condition is not true any more and the
 * suppress time has passed: then the next time that it turns true fires again. Until then every hit
 * counts. */

bool tc_episode_over(const tc_flow *flow, const tc_group *group, const tc_episode *episode,
                     tc_time time)
{
    if (!episode->open || group->holds) return false;
    int64_t suppress = TC_MAX(flow->spec->suppress_ns, INT64_C(0));
    return tc_time_between(group->fired, time) >= suppress;
}

bool tc_episode_conclude(tc_correlator *k, tc_flow *flow, tc_group *g, tc_episode *episode,
                         tc_time start, uint32_t count)
{
    bool fires = tc_flow_rises(flow, g, tc_flow_condition(flow, (double)count), g->touched);
    if (fires) {
        *episode = (tc_episode){.count = count, .open = true};
        tc_proof_collect(&k->proofs, g->proof, &flow->told);
    }
    flow->reached = (double)count;
    flow->start = start;
    flow->count = (double)episode->count;
    flow->uncertain = episode->full;
    return fires;
}

void tc_episode_visit(tc_visit *v, tc_episode *episode)
{
    tc_visit_u32(v, &episode->count);
    tc_visit_bool(v, &episode->open);
    tc_visit_bool(v, &episode->full);
}
