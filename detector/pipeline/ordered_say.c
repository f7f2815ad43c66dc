/* What people say while the ordered stage goes on. */
#include "detector/pipeline/ordered_state.h"

void tc_ordered_declare_response(tc_ordered *o, tc_time since)
{
    tc_deriver_declare_response(o->deriver, since);
    tc_exempt_declare_response(o->exempt, since);
}

void tc_ordered_declare_window(tc_ordered *o, const tc_declared_window *window)
{
    tc_exempt_declare_window(o->exempt, window);
}

typedef struct judging {
    tc_ordered *ordered;
    bool is_true;
    tc_time now;
} judging;

static void judge_mailbox(void *context, uint32_t entity)
{
    const judging *j = context;
    if (j->is_true)
        tc_deriver_confirm(j->ordered->deriver, entity, j->now);
    else
        tc_deriver_clear(j->ordered->deriver, entity);
}

void tc_ordered_judge(tc_ordered *o, const char *incident, bool is_true)
{
    judging j = {o, is_true, tc_incidents_newest(o->incidents)};
    tc_incidents_each_mailbox(o->incidents, incident, judge_mailbox, &j);
}

TC_STATUS tc_ordered_show(tc_ordered *o, const char *incident, const tc_alert_sink *sink)
{
    return tc_incidents_show(o->incidents, incident, sink);
}
