/* Notices of a run that goes on: what it says besides alerts. */
#include "detector/live/live_tell_state.h"

/* -- notices -------------------------------------------------------------------------------- */

static bool hears(const tc_live_tell *t, const tc_receiver *r)
{
    if (t->only != NULL) return strcmp(r->name, t->only) == 0;
    if (t->except != NULL && strcmp(r->name, t->except) == 0) return false;
    if (r->ungated && !t->is_for_files) return false;
    return !r->no_alerts || t->is_for_people;
}

/* Whom the next notices are for: files have all alerts, so counts of them are none of theirs. */
static void begin(tc_live_tell *t, bool files, bool people)
{
    t->failed = TC_SUCCESS;
    t->is_for_files = files;
    t->is_for_people = people;
    t->except = t->only = NULL;
}

static void tell_notice(void *context, const tc_notice *notice)
{
    tc_live_tell *t = context;
    for (size_t i = 0; i < t->count && !tc_failed(t->failed); i++) {
        if (!hears(t, t->receivers[i])) continue;
        tc_teller_notice(t->tellers[i], notice, &t->payload);
        t->failed = tc_live_put_told(t, i, notice->id, 0, notice->level, notice->time);
    }
}

bool tc_live_tell_is_due(const tc_live_tell *t, tc_time now)
{
    return tc_gate_next(t->gate) <= now || tc_live_next_escalation(t) <= now;
}

TC_STATUS tc_live_tell_due(tc_live_tell *t, tc_time now)
{
    begin(t, false, false);
    tc_gate_tell(t->gate, now, false, tell_notice, t);
    TC_TRY(t->failed);
    return tc_live_tell_escalations(t, now, tell_notice);
}

TC_STATUS tc_live_tell_history(tc_live_tell *t, tc_time now)
{
    char message[256], incidents[24], alerts[24];
    tc_level gravest = (tc_level)t->history.gravest;
    if (t->history_told) return TC_SUCCESS;
    t->history_told = true;
    if (t->history.incidents + t->history.alerts == 0) return TC_SUCCESS;
    snprintf(incidents, sizeof(incidents), "%" PRIu64, t->history.incidents);
    snprintf(alerts, sizeof(alerts), "%" PRIu64, t->history.alerts);
    snprintf(message, sizeof(message),
             "The history was read: %s incidents and %s single alerts of the time before the first "
             "start (up to level %s)",
             incidents, alerts, tc_level_name(gravest));
    const tc_notice_fact facts[] = {{"incidents", tc_slice_of(incidents), true},
                                    {"alerts", tc_slice_of(alerts), true}};
    tc_notice notice = {.kind = "history",
                        .time = now,
                        .level = gravest,
                        .message = tc_slice_of(message),
                        .facts = facts,
                        .fact_count = TC_COUNT_OF(facts)};
    tc_notice_identify(&notice, TC_LIT("history"));
    begin(t, true, false);
    tell_notice(t, &notice);
    return t->failed;
}

TC_STATUS tc_live_tell_heartbeat(tc_live_tell *t, const tc_heartbeat *beat)
{
    begin(t, false, false);
    tc_notice_heartbeat(beat, tell_notice, t);
    return t->failed;
}

TC_STATUS tc_live_tell_health(tc_live_tell *t, const tc_notice *notice, const char *except)
{
    begin(t, true, true);
    t->except = except;
    tell_notice(t, notice);
    return t->failed;
}
