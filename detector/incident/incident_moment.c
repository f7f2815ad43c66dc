/* Incidents that have turned out to be the same become one when their moment is over, and what is
 * due is told. */
#include "detector/incident/incident_state.h"

void tc_incidents_data(tc_incidents *all, tc_time time)
{
    all->until = TC_MAX(all->until, time);
}

void tc_incidents_began(tc_incidents *all, tc_time time)
{
    all->began = TC_MIN(all->began, time);
}

bool tc_incident_is_cut(const tc_incidents *all, const tc_finding *f)
{
    const tc_correlation *counted = f->rule->correlation;
    if (counted == NULL || counted->timespan_ns <= 0 || all->began == TC_TIME_MAX) return false;
    return tc_time_sub(f->order.time, counted->timespan_ns) < all->began;
}

static tc_incident *twin_of(const tc_incidents *all, const tc_incident *in)
{
    for (size_t i = 0; i < all->living; i++)
        if (all->alive[i] != in && tc_incident_is_same(all, in, all->alive[i]))
            return all->alive[i];
    return NULL;
}

static TC_STATUS unify_all(tc_incidents *all, const tc_alert_sink *sink)
{
    for (size_t i = 0; all->checks && i < all->living;) {
        tc_incident *in = all->alive[i];
        tc_incident *twin = in->checks ? twin_of(all, in) : NULL;
        if (twin == NULL) {
            in->checks = false;
            i++;
            continue;
        }
        TC_TRY(tc_incident_unify(all, in, twin, all->newest, &in, sink));
        in->checks = true;
        tc_incident_make_due(all, in, all->newest);
        i = 0;
    }
    all->checks = false;
    return TC_SUCCESS;
}

TC_STATUS tc_incident_settle_moment(tc_incidents *all, const tc_alert_sink *sink)
{
    tc_arena_reset(all->arena);
    TC_TRY(unify_all(all, sink));
    for (size_t i = all->living; i-- > 0 && all->due;)
        TC_TRY(tc_incident_tell_due(all, all->alive[i], sink));
    return TC_SUCCESS;
}

TC_STATUS tc_incidents_advance(tc_incidents *all, tc_time now, const tc_alert_sink *sink)
{
    bool waits = all->due || all->checks;
    if (!waits || now <= TC_MAX(all->moment, all->newest)) return TC_SUCCESS;
    all->sink = sink;
    tc_status status = tc_incident_settle_moment(all, sink);
    tc_status lack = all->status;
    all->status = TC_SUCCESS;
    return tc_failed(status) ? status : lack;
}
