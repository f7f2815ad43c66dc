#include "detector/correlate/window.h"

bool tc_flow_condition(const tc_flow *flow, double number)
{
    const tc_correlation *spec = flow->spec;
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!spec->condition.set[i]) continue;
        double than = spec->condition.number[i];
        bool holds = false;
        switch ((tc_compare)i) {
        case TC_GT:
            holds = number > than;
            break;
        case TC_GTE:
            holds = number >= than;
            break;
        case TC_LT:
            holds = number < than;
            break;
        case TC_LTE:
            holds = number <= than;
            break;
        case TC_EQ:
            holds = !(number < than || number > than);
            break;
        case TC_NEQ:
            holds = number < than || number > than;
            break;
        case TC_COMPARE_COUNT:
            break;
        }
        if (!holds) return false;
    }
    return true;
}

bool tc_flow_may_fire(const tc_flow *flow, tc_group *group, tc_time time)
{
    int64_t suppress = TC_MAX(flow->spec->suppress_ns, INT64_C(0));
    if (group->fired != TC_TIME_NONE && tc_time_between(group->fired, time) < suppress)
        return false;
    group->fired = time;
    return true;
}

bool tc_flow_rises(tc_flow *flow, tc_group *group, bool holds, tc_time time)
{
    bool rises = holds && !group->holds;
    group->holds = holds;
    bool fires = rises && tc_flow_may_fire(flow, group, time);
    flow->goes_on = holds && !fires;
    return fires;
}

void tc_window_keep_proof(tc_correlator *k, const tc_flow *flow, tc_group *g, tc_arrival *arrival,
                          bool with_evidence)
{
    if (g->proof) {
        tc_proof_expire(&k->proofs, g->proof, tc_window_floor(flow, arrival->order.time));
    } else {
        g->proof = tc_proof_new(&k->proofs);
    }
    tc_proof_add(&k->proofs, g->proof, arrival, with_evidence);
}
